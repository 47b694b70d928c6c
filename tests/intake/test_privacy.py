"""No CPR number gets past the intake: not into a table, a finding, a name or a profile, wherever it stood."""

import random
import stat
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.findings import UserFault
from cockpit.intake import (
    Intake,
    Profile,
    Upload,
    load_or_create_key,
    preview_columns,
    read_extracts,
    save_profile,
    summarise,
)
from cockpit.intake.cpr import MASK, birth_date, contains, mask
from tests.intake.files import AS_OF, KEY, errors, frame, profiles, read, reference, told, workbook
from tests.personal import SERIAL, cpr_number

HEADER = "indsats_id;cpr;type;startdato;takst;enhed\n"
CPR = cpr_number()
BETWEEN = ["-", " ", "\u00a0", " - ", "\u2013", ".", "/", "_", ":", " / ", "\u2060-\ufeff", "\u00ad "]
BORN_AS = ["010212", "01.02.12", "01/02/12", "01-02-12", "01 02 12", "01_02_12", "311299", "290200",
           "610212", "61.02.12", "01022012", "01-02-2012", "01.02.2012", "01 02 1995", "61/02/2012"]  # fmt: skip
MASKED = {
    f"mor {CPR}, far {CPR}": f"mor {MASK}, far {MASK}",
    cpr_number(""): MASK,
    cpr_number("\u200b"): MASK,
    f"sag:{cpr_number('')}.": f"sag:{MASK}.",
    f"sag_{cpr_number('_')}_bilag.pdf": f"sag_{MASK}_bilag.pdf",
    cpr_number().translate({ord("-"): 0xFF0D, **{ord(str(digit)): 0xFF10 + digit for digit in range(10)}}): MASK,
    "\u200b".join(cpr_number("")): MASK,
}
KEPT = ["528231001", "12345678", "310212-400", f"3113{SERIAL}00", "2025-01-01", "1.234.567,00", f"1{cpr_number('')}",
        "99887766554", "01.02.2012", "01-02-2012 14:30", "01-02-12 - 28-02-12", "2012-01 2013-01", "5.28.21.01",
        "05.28.22-1234", "20 12 34 56", "+45 20 12 34 56", "12.10.101,50", "01.02/12-4000",
        cpr_number("", "01022012"), cpr_number("", "610212"), "01-02-2012 2013-05-06",
        "01.02.2012-28.02.2012", "01-02-2012 4000,50", "01.02.2012 4000 kr.", "01.02.2012: 4000 kroner",
        "01-02-2025 1400", "01.02.2025: 2359", "01 02 2012 3999", "faktura 01-02-2012-0400", "01-02-1912 4000",
        "Flyttet 01.02.12. 1400 kr.", "2012-02-01T09:30:15.1234",
        "528231.1001", "skole\u00ad hjem 12", "1.26.4", "10.0.19045.1234"]  # fmt: skip


@pytest.mark.parametrize("between", BETWEEN, ids=ascii)
@pytest.mark.parametrize("born", BORN_AS)
def test_a_cpr_number_is_masked_however_its_parts_are_written(born: str, between: str) -> None:
    number = cpr_number(between, born)
    assert mask(f"Ole {number}, Nord") == f"Ole {MASK}, Nord"
    assert contains(number)


@pytest.mark.parametrize(("text", "masked"), MASKED.items())
def test_masked(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("text", KEPT)
def test_what_cannot_be_a_cpr_number_is_kept(text: str) -> None:
    assert mask(text) == text
    assert not contains(text)


BIRTHS = {
    ("010212", "4000"): "2012-02-01",
    ("010212", "1000"): "1912-02-01",
    ("010237", "9000"): "1937-02-01",
    ("010236", "9000"): "2036-02-01",
    ("010257", "5000"): "2057-02-01",
    ("610212", "4000"): "2012-02-01",
}


@pytest.mark.parametrize(("parts", "born"), BIRTHS.items(), ids=str)
def test_the_birth_date_follows_the_century_rule(parts: tuple[str, str], born: str) -> None:
    assert birth_date("".join(parts)) == pd.Timestamp(born)


def citizen(cpr: object) -> tuple[str, pd.Timestamp]:
    row = frame(f"{HEADER}F1;{cpr};Plejefamilie;01-01-2025;1400,50;døgn\n").iloc[0]
    return row["citizen"], row["birth_month"]


def test_a_cpr_number_becomes_one_pseudonym_and_a_birth_month_however_it_is_written() -> None:
    pseudonym, month = citizen(CPR)
    assert month == pd.Timestamp("2012-02-01")
    assert pseudonym.isalnum()
    assert not set("01") & set(pseudonym)
    plain = cpr_number("")
    for written in (plain, cpr_number(" "), plain[1:], cpr_number("."), cpr_number(between="\u200b")):
        assert citizen(written) == (pseudonym, month)
    for born in ("01.02.12", "01/02/12", "01-02-2012"):
        assert citizen(cpr_number(born=born)) == (pseudonym, month)
    assert citizen(cpr_number(born="020212"))[0] != pseudonym


def test_the_pseudonym_depends_on_the_key() -> None:
    text = f"{HEADER}F1;{CPR};Plejefamilie;01-01-2025;1400,50;døgn\n"
    assert frame(text)["citizen"][0] != frame(text, key=b"another key of the same length ...")["citizen"][0]


def test_the_day_of_birth_is_not_kept() -> None:
    header = "indsats_id;borger_id;foedselsdato;type;startdato;takst;enhed\n"
    table = frame(f"{header}F1;B1;17-02-2012;Plejefamilie;01-01-2025;1400,5;døgn\n")
    assert table["birth_month"].tolist() == [pd.Timestamp("2012-02-01")]
    assert "birth_date" not in table


NUMBERS_AS_AMOUNTS = [cpr_number(""), cpr_number("", "311220"), cpr_number(" "), "-" + cpr_number(""),
                      cpr_number("") + ",00", cpr_number("."), cpr_number("/", "311220")]  # fmt: skip


@pytest.mark.parametrize("written", NUMBERS_AS_AMOUNTS)
def test_a_cpr_number_where_a_number_belongs_is_refused_and_shown_nowhere(written: str) -> None:
    """Neither as a rate nor as an amount is it stored, added up or repeated in a warning."""
    spells = f"{HEADER}F1;{CPR};Plejefamilie;01-01-2025;{written};døgn\n"
    ledger = f"periode;konto;beloeb\n2025-01;5.28.22;{written}\n"
    intake = read(spells, ledger)
    assert [(each.row, each.column) for each in errors(intake)] == [(2, "takst"), (2, "beloeb")]
    assert all("ligner et CPR-nummer" in each.message and MASK in str(each.value) for each in errors(intake))
    assert SERIAL not in everything(intake)
    assert "4.000" not in everything(intake)


def test_large_amounts_are_no_cpr_numbers() -> None:
    """Ten digits whose first four are no day of a month, and separated thousands, are read as kroner."""
    amounts = ["4500000000", "1.012.124.000,00", "112000000"]
    table = frame("periode;konto;beloeb\n" + "".join(f"2025-01;5.28.22;{each}\n" for each in amounts))
    assert table["amount"].tolist() == [4_500_000_000, 1_012_124_000, 112_000_000]


def test_money_as_a_database_writes_it_is_no_cpr_number() -> None:
    """Four decimals behind a point: an amount in a column of numbers, though a text would be masked."""
    written = cpr_number(".", "120512", "0000")
    table = frame(f"periode;konto;beloeb\n2025-01;5.28.22;{written}\n2025-01;5.28.22;1.2500\n")
    assert table["amount"].tolist() == [120_512, 1.25]
    assert frame(f"{HEADER}F1;{CPR};Plejefamilie;01-01-2025;{written};måned\n")["rate"].tolist() == [120_512]


def test_what_is_no_cpr_number_is_refused_without_being_shown() -> None:
    (finding,) = errors(read(f"{HEADER}F1;Ole Olsen;Plejefamilie;01-01-2025;1400,50;døgn\n"))
    assert (finding.row, finding.column, finding.value) == (2, "cpr", MASK)


# --- wherever it stands -----------------------------------------------------------------------------------------

KINDS = {
    "indsatser": ["indsats_id;borger_id;cpr;foedselsdato;type;lovhjemmel;leverandoer;distrikt;startdato;slutdato;takst;"
                  "enhed;antal;konto;registreret;andet",
                  "F1;B1;;01-02-2012;Plejefamilie;§ 43;Birkely;Nord;01-01-2025;31-01-2025;1400,50;døgn;1;5.28.22;"
                  "01-01-2025;x"],
    "posteringer": ["periode;bogfoert;konto;beloeb;type;vedroerer;leverandoer;indsats_id;bilag;tekst;andet",
                    "2025-01;02-01-2025;5.28.22;1,00;Plejefamilie;2025-01;Birkely;F1;77;faktura;x"],
    "budget": ["aar;konto;budgettype;beloeb;type;helaarspersoner;enhedspris;maaned;vedtaget;tekst",
               "2025;5.28.22;oprindeligt;1,00;Plejefamilie;1,0;1,00;1;01-10-2024;vedtaget"],
    "folketal": ["aar;alder;antal;andet", "2025;7;400;x"],
}  # fmt: skip
NUMBERS = (*map(cpr_number, ("-", "", " ", ".", "_", "\u200b")), cpr_number(" ", "01-02-2012"))


def everything(intake: Intake) -> str:
    """All that anyone could print, store or show of a load."""
    tables = [table.frame.to_csv() for each in intake.tables.values() for table in each]
    return "\n".join([repr(intake), *summarise(intake.findings), *tables, *map(repr, told(intake))])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(KINDS)), st.sampled_from(NUMBERS), st.booleans(), st.booleans(), st.randoms())
def test_a_cpr_number_in_random_cells_is_nowhere_afterwards(
    kind: str, number: str, alone: bool, packed: bool, chance: random.Random
) -> None:
    table = [line.split(";") for line in KINDS[kind]]
    table.append(list(table[1]))
    for _ in range(chance.randint(1, 4)):
        row = chance.choice(table)
        at = chance.randrange(len(row))
        row[at] = number if alone else f"{row[at]} {number} Ole"
    chance.choice(table).append(number)
    name = f"Ole {number}.csv"
    text = "\n".join(map(";".join, table))
    content = workbook([list(row) for row in table]) if packed else text.encode()
    intake = read(Upload(name, content))
    shown = everything(intake) + repr(preview_columns(Upload(name, content), profiles()))
    assert SERIAL not in shown


def test_a_cpr_number_in_the_path_is_masked(tmp_path: Path) -> None:
    folder = tmp_path / f"sag {CPR}"
    folder.mkdir()
    (folder / f"Ole {cpr_number('')}.txt").write_text("\n".join(KINDS["folketal"]), encoding="utf-8")
    (folder / f"brev {cpr_number('')}.docx").write_bytes(b"hej")
    intake = read_extracts([folder], reference(), profiles(), KEY, as_of=AS_OF)
    assert len(intake.files) == 2
    assert SERIAL not in everything(intake)
    with pytest.raises(UserFault) as fault:
        read_extracts([folder / cpr_number("")], reference(), profiles(), KEY)
    assert SERIAL not in str(fault.value)


def test_an_id_with_the_shape_of_a_cpr_number_still_joins_ledger_and_activity() -> None:
    spells = f"{HEADER}{CPR};{CPR};Plejefamilie;01-01-2025;1400,50;døgn\n"
    ledger = f"periode;konto;beloeb;indsats_id\n2025-01;5.28.22;1,00;{cpr_number('')}\n"
    intake = read(spells, ledger)
    (one,), (other,) = intake.tables["interventions"], intake.tables["postings"]
    assert one.frame["spell_id"][0] == other.frame["spell_id"][0]


def test_a_profile_with_a_cpr_number_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(UserFault, match="CPR"):
        save_profile(tmp_path, Profile("x", "x", columns={"budget": {"konto": (f"Ole {CPR}",)}}))
    assert list(tmp_path.iterdir()) == []


# --- the key ----------------------------------------------------------------------------------------------------


def test_the_key_is_made_on_first_use_for_its_owner_alone_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "pseudonym.key"
    key = load_or_create_key(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["pseudonym.key"]
    assert load_or_create_key(path) == key
    assert load_or_create_key(tmp_path / "another.key") != key


def test_the_key_is_asked_for_only_when_a_citizen_is_met(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    read("\n".join(KINDS["folketal"]), key=lambda: load_or_create_key(path))
    assert not path.exists()
    read("\n".join(KINDS["indsatser"]), key=lambda: load_or_create_key(path))
    assert path.exists()


@pytest.mark.parametrize("text", ["", "abc", "00ff", "æøå"])
def test_a_file_that_holds_no_key_is_never_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pseudonym.key"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserFault, match="øglefilen"):
        load_or_create_key(path)
    assert path.read_text(encoding="utf-8") == text
