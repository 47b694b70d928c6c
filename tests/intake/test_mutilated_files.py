"""Whatever bytes arrive, the intake answers with findings: it never breaks, and no row goes uncounted."""

import random
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.intake import Intake, Upload, preview_columns, summarise
from tests.intake.files import AS_OF, BUDGET, INTERVENTIONS, POPULATION, POSTINGS, profiles, read, workbook

RETURNS = ("CHILD,DOB,YEAR\n1,2012-12-17,2025\n", "CHILD,DECOM,PLACE,DEC,YEAR\n1,2024-04-09,U4,,2025\n")
TEXTS = (INTERVENTIONS, POSTINGS, BUDGET, POPULATION, *RETURNS)
SEEDS = [text.encode(encoding) for text in TEXTS for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16")]
SEEDS += [workbook([line.split(";") for line in text.splitlines()]) for text in (INTERVENTIONS, POSTINGS)]
JUNK = [b";", b",", b"\n", b"\r", b'"', b"\0", b"\xff", b"-", b"9" * 20, b"1e400", b"nan", b"9999", b"31-02-2024",
        b"I alt", b"\xe2\x80\xa8", b'="', b"  ", b"\xc2\xa0", b"\xd9\xa1", b"\xc2\xb2", b"\xef\xbc\x91"]  # fmt: skip


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def insert(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(JUNK) + content[at:]


def overwrite(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(JUNK) + content[at + chance.randint(1, 14) :]


def lose(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at + chance.randint(1, 60) :]


def repeat(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at : at + chance.randint(1, 200)] + content[at:]


def shuffle(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


HARMS: list[Callable[[bytes, random.Random], bytes]] = [cut, insert, overwrite, lose, repeat, shuffle]


def harmed(content: bytes, harms: list[Callable], chance: random.Random) -> bytes:
    for harm in harms:
        content = harm(content, chance)
    return content


FILES = st.one_of(
    st.binary(max_size=400),
    st.builds(harmed, st.sampled_from(SEEDS), st.lists(st.sampled_from(HARMS), max_size=8), st.randoms()),
)


def check(intake: Intake) -> None:
    assert intake.ok == (not any(finding.severity == "error" for finding in intake.findings))
    assert intake.ok or not intake.tables
    for report in intake.files:
        assert report.rows_read == report.rows_stored + report.rows_rejected
        reasons = {finding.row for finding in report.findings if finding.severity == "rejected"}
        assert not intake.ok or len(reasons) == report.rows_rejected, "every row left out has its reason"
    for table in (table for tables in intake.tables.values() for table in tables):
        assert len(table.frame) == table.rows_read - table.rows_rejected
    assert all(finding.message.endswith((".", "?")) for finding in intake.findings)
    assert len(summarise(intake.findings)) <= len(intake.findings)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(FILES, min_size=1, max_size=2),
    st.sampled_from([None, None, "dubu", "ssda903"]),
    st.sampled_from([None, AS_OF]),
)
def test_no_bytes_break_the_intake(contents: list[bytes], profile: str | None, as_of: object) -> None:
    check(read(*contents, profile=profile, as_of=as_of))
    for content in contents:
        preview_columns(Upload("x", content), profiles(), profile)
