"""The file of known corrections: what is written is read back, what people and spreadsheets do to it is understood
or told with line, column, value and remedy."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cockpit.domain.corrections import Correction
from cockpit.domain.findings import UserFault
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.intake.corrections_file import FILE_NAME, HEADINGS, read_corrections, write_corrections
from tests.personal import SERIAL, cpr_number

HEADER = ";".join(HEADINGS.values())
GOOD = "K1;Søskende på vej;Opholdssted;;2;90.000,00;2025-10;;0,5;controller;12-09-2025;2025-12"
BOTH = (
    Correction("K1", "Søskende; \"to\" på vej", "residential_home", 2, 91_234.56, pd.Period("2025-10", "M"), 0.075,
               "controller", pd.Timestamp("2025-09-12"), pd.Period("2025-12", "M")),
    Correction("K2", "Betaling fra anden kommune", UNALLOCATED, 1, -1_000.0, pd.Period("2025-11", "M"), 1.0, "chef",
               pd.Timestamp("2025-09-30"), pd.Period("2026-02", "M"), "5.28.20", pd.Period("2026-01", "M")),
)  # fmt: skip


def file_of(folder: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8-sig") -> Path:
    path = folder / FILE_NAME
    path.write_text("\n".join([header, *lines]), encoding=encoding)
    return path


def told(path: Path, reference: Reference) -> str:
    with pytest.raises(UserFault) as fault:
        read_corrections(path, reference)
    return str(fault.value)


def test_what_is_written_is_read_back_to_the_oere(tmp_path: Path, reference: Reference) -> None:
    """Blank fields, separators in a text, income, any probability; nothing is left beside the file."""
    path = tmp_path / "ny mappe" / FILE_NAME
    write_corrections(path, BOTH, reference)
    assert read_corrections(path, reference) == BOTH
    assert [one.name for one in path.parent.iterdir()] == [FILE_NAME]
    write_corrections(path, BOTH[:1], reference)
    assert read_corrections(path, reference) == BOTH[:1]


def test_no_file_is_no_corrections(tmp_path: Path, reference: Reference) -> None:
    """Nobody has to make a file."""
    assert read_corrections(tmp_path / FILE_NAME, reference) == ()


@pytest.mark.parametrize(
    "line",
    [
        GOOD,
        "K1;Søskende på vej;residential_home;;2;90000;10-2025;;50 %;controller;2025-09-12;01-12-2025",
        " K1 ; Søskende  på vej ;opholdssted;;2;90 000,00 kr.;01-10-2025;;0,50;controller;12.09.2025;2025-12",
    ],
    ids=["as written", "as somebody types it", "with spaces"],
)
def test_people_write_the_same_in_many_ways(tmp_path: Path, reference: Reference, line: str) -> None:
    """Keys or Danish names, percent or share, months or dates; blank lines and another encoding do no harm."""
    (usual,) = read_corrections(file_of(tmp_path, GOOD), reference)
    assert (usual.monthly, usual.probability, usual.type_key) == (180_000.0, 0.5, "residential_home")
    assert read_corrections(file_of(tmp_path, ";" * 11, line, ""), reference) == (usual,)
    assert read_corrections(file_of(tmp_path, line, encoding="cp1252"), reference) == (usual,)


FAULTS = {
    "no number": (GOOD.replace(";2;", ";to;"), "linje 3, kolonnen Børn: »to«. Det er ikke et helt tal"),
    "unknown type": (GOOD.replace("Opholdssted", "Hotel"), "kolonnen Type: »Hotel«. Typen kendes ikke."),
    "unknown account": (GOOD.replace(";;2", ";4.62.82;2"), "kolonnen Konto: »4.62.82«. Kontoen kendes ikke."),
    "no account": (GOOD.replace(";;2", ";noget;2"), "kolonnen Konto: »noget«. Det er ikke en konto."),
    "no month": (GOOD.replace("2025-10", "2025-14"), "kolonnen Første måned: »2025-14«."),
    "no expiry": (GOOD.replace("2025-12", ""), "linje 3, kolonnen Udløber: Feltet skal udfyldes."),
    "percent without its sign": (GOOD.replace("0,5", "50"), "kolonnen Sandsynlighed: »50«. Skriv en sandsynlighed"),
    "too few cells": ("K1;Søskende", "linje 3: 2 felter, hvor overskriften har 12."),
}


@pytest.mark.parametrize(("line", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_line_column_value_and_remedy(
    tmp_path: Path, reference: Reference, line: str, sentence: str
) -> None:
    """The line is that of the file, header included."""
    assert sentence in told(file_of(tmp_path, GOOD.replace("K1", "K0"), line), reference)


def test_all_faults_are_told_at_once(tmp_path: Path, reference: Reference) -> None:
    """Faults of reading and of meaning, on several lines, and a key used twice."""
    text = told(file_of(tmp_path, GOOD.replace(";2;", ";0;").replace("0,5", "7"), GOOD, GOOD), reference)
    assert [text.count(word) for word in ("linje 2", "linje 3", "linje 4", "flere linjer")] == [3, 1, 1, 3]


def test_a_cpr_number_is_refused_and_never_repeated(tmp_path: Path, reference: Reference) -> None:
    """In no column, by hand or by the program; the fault shows it masked."""
    for line in (GOOD.replace("Søskende", cpr_number()), GOOD.replace("controller", cpr_number(""))):
        text = told(file_of(tmp_path, line), reference)
        assert "CPR-nummer" in text
        assert SERIAL not in text
    assert SERIAL not in told(file_of(tmp_path, header=HEADER.replace("Sag;", cpr_number() + ";")), reference)
    with pytest.raises(UserFault, match="CPR"):
        write_corrections(tmp_path / "b.csv", [replace(BOTH[0], text=cpr_number())], reference)
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (HEADER.replace("Sag;", ""), "kolonnen Sag mangler"),
        (f"{HEADER};Noter", "kolonnen »Noter« kendes ikke"),
        (f"{HEADER};Sag", "kolonnen Sag står der flere gange"),
        (HEADER.replace(";", ","), "mangler"),
    ],
)
def test_a_heading_is_never_guessed(tmp_path: Path, reference: Reference, header: str, sentence: str) -> None:
    """A column that would be lost when the program writes the file is told, not dropped."""
    assert sentence in told(file_of(tmp_path, GOOD, header=header), reference)


@pytest.mark.parametrize("content", [b"\x00\x01\xff", b'N\xf8gle;"', b"\xff\xfeK\x00", b""], ids=repr)
def test_a_file_that_is_no_table_is_no_bug(tmp_path: Path, reference: Reference, content: bytes) -> None:
    """Whatever lies there, the user gets a sentence, or nothing where there is nothing."""
    path = tmp_path / FILE_NAME
    path.write_bytes(content)
    if content:
        assert FILE_NAME in told(path, reference)
    else:
        assert read_corrections(path, reference) == ()
