"""`tiltag.csv` as a department keeps it in a spreadsheet."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cockpit.domain.findings import UserFault
from cockpit.domain.measures import Measure
from cockpit.domain.reference import Reference
from cockpit.intake.measures_file import FORM, read_measures, write_measures
from cockpit.intake.own_file import fields_fault, read_fields
from tests.personal import BORN, cpr_number

HEADER = "Nøgle;Tiltag;År;Effekt i kr.;Frist;Ansvarlig\n"


def test_a_file_is_read_as_a_spreadsheet_saves_it(tmp_path: Path, reference: Reference) -> None:
    """Danish amounts and dates, Windows-1252 and blank lines are read as they are meant."""
    path = tmp_path / "tiltag.csv"
    line = "T1;Hjemtagning af børn;2026;1.250.000,50;01-10-2026;Familiechef\n;;;;;\n"
    path.write_bytes((HEADER + line).encode("cp1252"))
    assert read_measures(path, reference) == (
        Measure("T1", "Hjemtagning af børn", 2026, 1_250_000.50, pd.Timestamp("2026-10-01"), "Familiechef"),
    )


def test_the_day_of_entry_is_kept_and_may_be_unknown(tmp_path: Path, reference: Reference) -> None:
    """A file from before it was kept is read as it is; what is written has the column, blank where nobody knows."""
    path = tmp_path / "tiltag.csv"
    path.write_text(HEADER + "T1;Hjemtagning;2026;5;01-10-2026;Chef\n", encoding="utf-8")
    (old,) = read_measures(path, reference)
    assert old.entered is None
    new = replace(old, key="T2", entered=pd.Timestamp("2026-09-10"))
    write_measures(path, [old, new], reference)
    assert path.read_text(encoding="utf-8-sig").splitlines()[0] == HEADER.strip() + ";Indtastet"
    assert read_measures(path, reference) == (old, new)


def test_no_file_is_no_measure(tmp_path: Path, reference: Reference) -> None:
    """A municipality that has entered nothing has no measures."""
    assert read_measures(tmp_path / "tiltag.csv", reference) == ()


def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path, reference: Reference) -> None:
    """Line, column, value and remedy of all faults, and no CPR number repeated."""
    path = tmp_path / "tiltag.csv"
    path.write_text(HEADER + f"T1;Barnet {cpr_number()};2026;-5;snart;\nFlere;2026;1\n", encoding="utf-8")
    with pytest.raises(UserFault) as fault:
        read_measures(path, reference)
    text = str(fault.value)
    for part in ("linje 2, kolonnen Tiltag", "Effekt i kr.: »-5«", "Frist: »snart«", "Ansvarlig", "linje 3: 3 felter"):
        assert part in text
    assert BORN not in text


def test_fields_of_the_form_are_called_fields_and_no_negative_amount_is_proposed(reference: Reference) -> None:
    written = {"key": "T1", "text": "", "year": "2026", "effect": "mange", "deadline": "01-10-2026", "owner": "Chefen"}
    _, found = read_fields(FORM, written, reference)
    assert str(fields_fault(FORM, found)).splitlines()[1:] == [
        "- feltet Tiltag: Feltet skal udfyldes.",
        "- feltet Effekt i kr.: »mange«. Skriv mindreudgiften i året i kr. som et positivt tal, fx 750.000.",
    ]


def test_a_long_text_is_not_repeated_in_full(tmp_path: Path, reference: Reference) -> None:
    """What is told is which text it is, in a value or a heading, with no CPR number cut in two."""
    path = tmp_path / "tiltag.csv"
    long = f"{'x' * 76} {cpr_number()} {'y' * 3000}"
    path.write_text(f"{HEADER}T1;{long};2026;5;01-10-2026;{long}\n", encoding="utf-8")
    with pytest.raises(UserFault) as fault:
        read_measures(path, reference)
    assert len(str(fault.value)) < 800
    assert f"»{'x' * 76} *** …«" in str(fault.value)
    path.write_text(HEADER.replace("\n", f";{long}\n"), encoding="utf-8")
    with pytest.raises(UserFault, match=r"x \*\*\* …« kendes ikke"):
        read_measures(path, reference)


@pytest.mark.parametrize("text", ['=1+1;a"b', "@SUM(A1)", "+1", "-hjemtagning"])
def test_no_text_can_be_run_as_a_formula(tmp_path: Path, reference: Reference, text: str) -> None:
    """The file is opened in a spreadsheet, so the same is refused here as among the known cases and events."""
    path = tmp_path / "tiltag.csv"
    quoted = '"' + text.replace('"', '""') + '"'
    path.write_text(f"{HEADER}T1;{quoted};2026;5;01-10-2026;{quoted}\n", encoding="utf-8")
    with pytest.raises(UserFault) as fault:
        read_measures(path, reference)
    assert str(fault.value).count("vil læse den som en formel") == 2


def test_a_deadline_lies_no_earlier_than_the_year_of_the_effect(tmp_path: Path, reference: Reference) -> None:
    """What was to be done in 1999 is a slip of the pen; the first day of the year is not."""
    path = tmp_path / "tiltag.csv"
    path.write_text(HEADER + "T1;Hjemtagning;2026;5;01-01-2026;Chef\n", encoding="utf-8")
    assert len(read_measures(path, reference)) == 1
    path.write_text(HEADER + "T1;Hjemtagning;2026;5;01-01-1999;Chef\n", encoding="utf-8")
    with pytest.raises(UserFault, match=r"Frist: »01-01-1999«\. Fristen ligger før 2026"):
        read_measures(path, reference)
