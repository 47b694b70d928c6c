"""Comments are only ever added to; the newest of a line counts, and an empty one takes it back."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from cockpit.domain.comments import LineComment, comments_of
from cockpit.domain.findings import UserFault
from cockpit.store.audit import append_audit, audit_path, read_audit
from cockpit.store.comment_log import append_comment, comments_path, damaged_lines, read_comments

AUGUST, JULY = (pd.Period(month, "M") for month in ("2026-08", "2026-07"))
AT = dt.datetime(2026, 9, 10, 9, 30, tzinfo=dt.UTC)


def comment(text: str, key: str = "foster_care", month: pd.Period = AUGUST, minute: int = 0) -> LineComment:
    return LineComment(month, "type", key, text, "kim", AT.replace(minute=minute))


def test_a_comment_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Who, when and every sign of the text, a line break and quotes too."""
    store = tmp_path / "cockpit.duckdb"
    written = [comment("To nye »dyre«\nsager; 50 %"), comment("æøå", month=JULY)]
    for one in written:
        append_comment(store, one)
    assert read_comments(store) == written


def test_the_newest_comment_of_a_line_counts_and_an_empty_one_takes_it_back() -> None:
    """Three lines of one month: changed, taken back, and another month's left alone."""
    written = [
        comment("først"), comment("senere", minute=1), comment("væk igen", "secure"), comment("", "secure", minute=2),
        comment("juli", month=JULY),
    ]  # fmt: skip
    found = comments_of(written, AUGUST)
    assert {line: one.text for line, one in found.items()} == {("type", "foster_care"): "senere"}


def test_nothing_written_is_nothing_read(tmp_path: Path) -> None:
    assert read_comments(tmp_path / "cockpit.duckdb") == []
    assert read_audit(tmp_path / "cockpit.duckdb", "paper") == []


UNKNOWN_LEVEL = (
    '{"at": "2026-09-10T09:30:00+00:00", "user": "kim", "month": "2026-08", "level": "district", "key": "n", '
    '"text": "x"}'
)


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("damage", ["{", "[]", '{"month": "2026-08"}', '{"month": "x", "at": "y"}', UNKNOWN_LEVEL])
def test_a_damaged_line_is_left_out_and_told_and_the_next_one_stays_apart(
    tmp_path: Path, damage: str, end: str
) -> None:
    """A line that a killed writer left without its end, one edited by hand, and one of a level nobody comments on."""
    store = tmp_path / "cockpit.duckdb"
    append_comment(store, comment("fint"))
    with comments_path(store).open("a", encoding="utf-8") as lines:
        lines.write(damage + end)
    append_comment(store, comment("også fint"))
    assert [one.text for one in read_comments(store)] == ["fint", "også fint"]
    assert damaged_lines(store) == [2]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserFault, match="kan ikke gemmes"):
        append_comment(tmp_path / "findes ikke" / "cockpit.duckdb", comment("fint"))


def test_the_audit_log_is_read_by_sort_and_survives_a_half_line(tmp_path: Path) -> None:
    store = tmp_path / "cockpit.duckdb"
    append_audit(store, user="kim", at=AT, what="paper", audience="udvalg")
    append_audit(store, user="kim", at=AT, what="close", month="2026-08")
    with audit_path(store).open("a", encoding="utf-8") as lines:
        lines.write('{"what": "pap')
    assert [one["audience"] for one in read_audit(store, "paper")] == ["udvalg"]
