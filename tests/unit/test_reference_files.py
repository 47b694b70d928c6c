"""The reference folder is read strictly: what a controller may write, and what is refused and how it is told."""

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest

from cockpit.domain.findings import UserFault
from cockpit.domain.months import parse_month
from cockpit.domain.reference import Reference, spelling
from cockpit.intake.reference_files import DELIMITER, TABLES, read_reference

REQUIRED_OF_A_RECORD = ("unit", "source", "owner", "review_date", "why")


@pytest.fixture(scope="module")
def reference(reference_folder) -> Reference:
    """The tables that the product ships."""
    return read_reference(reference_folder)


@pytest.fixture
def folder(reference_folder, tmp_path) -> Path:
    """A copy of the shipped tables that a test may spoil."""
    return Path(shutil.copytree(reference_folder, tmp_path / "reference"))


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a table with nothing but the standard library."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=DELIMITER))


def change(folder: Path, file: str, row: int, column: str, value: str) -> None:
    """Write a value into one cell; `row` is the physical line."""
    records = rows_of(folder / file)
    records[row - 2][column] = value
    with (folder / file).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, fieldnames=list(records[0]), delimiter=DELIMITER)
        writer.writeheader()
        writer.writerows(records)


def add_line(folder: Path, file: str, line: str) -> None:
    """Append a line to a table."""
    with (folder / file).open("a", encoding="utf-8") as lines:
        lines.write(line + "\n")


def fault(folder: Path) -> str:
    """What the user is told."""
    with pytest.raises(UserFault) as caught:
        read_reference(folder)
    return str(caught.value)


def test_every_row_of_every_file_is_in_the_reference(reference, reference_folder):
    """No row is lost between the files and the objects."""
    rows = {name: len(rows_of(reference_folder / name)) for name in TABLES}
    read = {
        "steps.csv": len(reference.steps),
        "types.csv": len(reference.types),
        "type_names.csv": len(reference.names),
        "laws.csv": len(reference.laws),
        "accounts.csv": len(reference.accounts),
        "refund_thresholds.csv": sum(len(rule.thresholds) for rule in reference.refund_rules),
        "indexation.csv": len(reference.indexation),
        "ssda903_places.csv": len(reference.places),
        "events.csv": len(reference.events),
        "follow_ups.csv": len(reference.follow_ups),
    }
    assumptions = rows.pop("price_rules.csv") + rows.pop("assumptions.csv")
    assert read == rows
    assert len(reference.assumptions) == assumptions


@pytest.mark.parametrize("file", sorted(TABLES))
def test_what_a_record_must_carry_is_never_blank(file, reference_folder):
    """Unit, source, owner, review date and reason are filled in with words in every shipped record."""
    for record in rows_of(reference_folder / file):
        for column in REQUIRED_OF_A_RECORD:
            assert spelling(record.get(column, "not in this table")) not in {"", "na", "ukendt", "tbd", "todo"}, record


def test_every_estimate_says_that_it_is_one(reference_folder):
    """A record marked U has a source that begins with the word Skøn or tells which part is an estimate."""
    for file in TABLES:
        for record in rows_of(reference_folder / file):
            if record.get("mark") == "U":
                assert "skøn" in record["source"].lower(), record


@pytest.mark.parametrize("column", REQUIRED_OF_A_RECORD)
@pytest.mark.parametrize("nothing", ["", "  ", "n/a", "N/A", "-", "ukendt"])
def test_a_record_without_its_papers_is_refused(column, nothing, folder):
    """Blank and `n/a` are refused with file, row and column."""
    change(folder, "assumptions.csv", 3, column, nothing)
    assert f"assumptions.csv, række 3, kolonne {column}" in fault(folder)


@pytest.mark.parametrize(
    ("file", "column", "value", "told"),
    [
        ("types.csv", "rate_low", "1.000", "decimalkomma"),
        ("types.csv", "rate_low", "9999999", "mindre end rate_low"),
        ("types.csv", "step", "9", "findes ikke i steps.csv"),
        ("types.csv", "function", "5.99.99", "findes ikke i accounts.csv"),
        ("types.csv", "mark", "X", "en af V, D, U"),
        ("type_names.csv", "type_key", "kontaktperson", "findes ikke i types.csv"),
        ("type_names.csv", "text", "Døgn-institution", "betyder allerede institution"),
        ("laws.csv", "paragraph", "uden paragraf", "én paragraf"),
        ("laws.csv", "law", "folkeskoleloven", "en af serviceloven, barnets lov"),
        ("laws.csv", "valid_to", "31-02-2023", "skal være en dato"),
        ("accounts.csv", "function", "52820", "skal være en funktion"),
        ("accounts.csv", "grouping", "1234", "højst tre cifre"),
        ("refund_thresholds.csv", "valid_from", "2018-01-15", "første dag i en måned"),
        ("refund_thresholds.csv", "threshold", "2000000", "større end på trinnet før"),
        ("refund_thresholds.csv", "rate", "25", "mellem 0 og 1"),
        ("refund_thresholds.csv", "tier", "3", "skulle være trin"),
        ("indexation.csv", "index", "2,8", "forhold til året før"),
        ("indexation.csv", "year", "2019", "står allerede i indexation.csv, række"),
        ("indexation.csv", "year", "2001", "et år, der mangler"),
        ("assumptions.csv", "value", "17", "er mindre end low"),
        ("assumptions.csv", "high", "17", "er mindre end value"),
        ("assumptions.csv", "review_date", "næste år", "skal være en dato"),
        ("follow_ups.csv", "month", "13", "en måned fra 1 til 12"),
        ("ssda903_places.csv", "category", "home", "en af fostering"),
        ("ssda903_places.csv", "type_key", "prison", "findes ikke i types.csv"),
    ],
)
def test_a_bad_record_is_told_with_file_row_and_column(file, column, value, told, folder):
    """The user reads where the fault is, what stands there and what is wrong with it."""
    change(folder, file, 2, column, value)
    message = fault(folder)
    assert told in message
    assert f"{file}, række " in message
    assert f"kolonne {column}" in message or "kolonne rate_high" in message


def test_all_faults_are_told_at_once(folder):
    """Two wrong cells in two files give two lines."""
    change(folder, "types.csv", 4, "rate_low", "mange")
    change(folder, "assumptions.csv", 5, "why", "")
    message = fault(folder)
    assert "types.csv, række 4, kolonne rate_low: »mange«" in message
    assert "assumptions.csv, række 5, kolonne why: »«" in message


def test_a_price_rule_cannot_be_an_assumption_too(folder):
    """One key and date in both files is a number written twice, and refused."""
    lines = (folder / "price_rules.csv").read_text(encoding="utf-8").splitlines()
    add_line(folder, "assumptions.csv", lines[1])
    assert "står allerede i price_rules.csv, række 2" in fault(folder)


def test_a_line_with_too_few_fields_is_told(folder):
    """A half-written line names its row."""
    add_line(folder, "steps.csv", "8")
    assert "steps.csv, række 9: har 1 felter, men skal have 2" in fault(folder)


def test_a_changed_header_is_told(folder):
    """A column that was renamed is told with the columns that belong there."""
    text = (folder / "steps.csv").read_text(encoding="utf-8")
    (folder / "steps.csv").write_text(text.replace("step;name", "trin;navn"), encoding="utf-8")
    assert "steps.csv, række 1: kolonnerne skal være step;name" in fault(folder)


def test_a_table_without_rows_is_told(folder):
    """An emptied table is a fault, not an empty answer."""
    (folder / "indexation.csv").write_text(";".join(TABLES["indexation.csv"]), encoding="utf-8")
    assert "indexation.csv har ingen rækker" in fault(folder)


def test_a_missing_file_is_told(folder):
    """A file that is gone is named."""
    (folder / "laws.csv").unlink()
    assert "laws.csv mangler" in fault(folder)


def test_another_encoding_is_told(folder):
    """A file saved as Windows-1252 says how to save it."""
    text = (folder / "steps.csv").read_text(encoding="utf-8")
    (folder / "steps.csv").write_bytes(text.encode("cp1252"))
    assert "steps.csv er ikke gemt som UTF-8" in fault(folder)


def test_what_a_spreadsheet_does_to_a_file_changes_nothing_else(folder, reference):
    """Byte-order mark, Danish dates, lost leading zeros, CRLF and blank lines are understood."""
    records = rows_of(folder / "accounts.csv")
    for record in records:
        record["grouping"] = record["grouping"].lstrip("0")
        record["valid_to"] = "-".join(reversed(record["valid_to"].split("-")))
    lines = [";".join(records[0]), *(";".join(record.values()) for record in records), ";;;;;;;", ""]
    (folder / "accounts.csv").write_text("\r\n".join(lines), encoding="utf-8-sig", newline="")
    assert read_reference(folder).accounts.equals(reference.accounts)


def test_identity_follows_contents_not_form(folder, reference):
    """Line endings do not change the identity, a changed value does."""
    path = folder / "assumptions.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    assert read_reference(folder).identity == reference.identity
    change(folder, "assumptions.csv", 4, "value", "0,6")
    assert read_reference(folder).identity != reference.identity


def test_a_later_record_takes_over_from_its_date(folder):
    """A value changes by adding a dated record, so that the past keeps its own."""
    record = "aftercare_share;2026-01-01;0,6;0,4;0,8;andel;U;Skøn: ny praksis;Chef;2027-01-01;Ny praksis"
    add_line(folder, "assumptions.csv", record)
    read = read_reference(folder)
    values = [read.assumption("aftercare_share", parse_month(month)).value for month in ("2025-12", "2026-01")]
    assert values == [0.5, 0.6]
    assert read.assumption("aftercare_share").value == 0.6


def test_a_new_name_of_an_account_needs_an_end_of_the_old(folder):
    """Two rows in force on the same day are refused, and the old one is pointed out."""
    add_line(folder, "accounts.csv", "5.28.22;;;Plejefamilier mv.;2027-01-01;;U;Skøn: nyt navn")
    assert "overlapper række 5" in fault(folder)
    change(folder, "accounts.csv", 5, "valid_to", "2026-12-31")
    read = read_reference(folder)
    names = [read.account_name("5.28.22", pd.Timestamp(day)) for day in ("2026-12-31", "2027-01-01")]
    assert names == ["Plejefamilier", "Plejefamilier mv."]
    assert read.label("account", "5.28.22") == "5.28.22 Plejefamilier mv."


def test_the_end_of_time_is_a_date_too(folder):
    """Some write 9999-12-31 for an open end; it works like a blank one."""
    change(folder, "accounts.csv", 5, "valid_to", "9999-12-31")
    assert read_reference(folder).account_name("5.28.22", pd.Timestamp("2031-12-31")) == "Plejefamilier"


def test_an_official_follow_up_is_found_by_its_month_and_ends_when_its_record_does(folder, reference):
    """The half-year's follow-up is June's; a month without one has none, nor has a year after its last."""
    assert reference.follow_up(parse_month("2026-06")).name == "Halvårsregnskab pr. 30. juni"
    assert reference.follow_up(parse_month("2026-07")) is None
    assert reference.follow_up(parse_month("2009-06")) is None
    change(folder, "follow_ups.csv", 3, "valid_to", "2026-12-31")
    assert read_reference(folder).follow_up(parse_month("2027-06")) is None
