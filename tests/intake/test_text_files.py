"""Any delimited text a Danish office may hand over reads as the same table."""

import pytest

from tests.intake.files import POSTINGS, frame, read, told

TEXT = POSTINGS.replace("januar", "Ærø Bådehus, årsløn")
WRITERS = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8 with BOM": lambda text: text.encode("utf-8-sig"),
    "Windows-1252": lambda text: text.encode("cp1252"),
    "UTF-16 with BOM": lambda text: text.encode("utf-16"),
    "UTF-16 big endian with BOM": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without BOM": lambda text: text.encode("utf-16-le"),
    "Windows line ends": lambda text: text.replace("\n", "\r\n").encode(),
    "old Macintosh line ends": lambda text: text.replace("\n", "\r").encode(),
    "no line end after the last row": lambda text: text.rstrip("\n").encode(),
    "tab": lambda text: text.replace(";", "\t").encode(),
    "comma, every field quoted": lambda text: "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(";")) for line in text.splitlines()
    ).encode(),
    "sep=;": lambda text: f"sep=;\n{text}".encode(),
    "sep=; after a BOM": lambda text: f"sep=;\n{text}".encode("utf-8-sig"),
    "sep=| names any separator": lambda text: f"sep=|\n{text.replace(';', '|')}".encode(),
    "trailing semicolons": lambda text: text.replace("\n", ";;\n").encode(),
    "blank rows and rows of semicolons": lambda text: text.replace("\n", "\n\n;;;\n").encode(),
    "title rows above the header": lambda text: f"Udtræk fra økonomisystemet;;;\nDannet 01-07-2025\n\n{text}".encode(),
    "spaces around cells": lambda text: text.replace(";", " ; ").encode(),
    "header in another spelling and order of case": lambda text: text.replace(
        "periode;konto;beloeb", "PERIODE; Konto ;Beløb"
    ).encode(),
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_table_is_read_from(name: str) -> None:
    table = frame(WRITERS[name](TEXT))
    assert table[["year", "period", "account", "amount", "text"]].values.tolist() == [
        [2025, 1, "528231001", 112000.0, "Ærø Bådehus, årsløn"],
        [2025, 2, "528231001", -1000.5, "kreditnota"],
        [2025, 3, "528221002", 42000.0, "marts"],
    ]


ROWS = {
    "plain": (TEXT, [2, 3, 4]),
    "a title and a blank row above": (f"Udtræk\n\n{TEXT}", [4, 5, 6]),
    "sep=; is a physical line": (f"sep=;\n{TEXT}", [3, 4, 5]),
    "blank rows between": (TEXT.replace("\n2025-03", "\n\n\n2025-03"), [2, 3, 6]),
    "a quoted cell with a line break": (TEXT.replace("kreditnota", '"to\nlinjer"'), [2, 3, 5]),
}


@pytest.mark.parametrize(("text", "rows"), ROWS.values(), ids=ROWS)
def test_rows_are_told_by_their_physical_line(text: str, rows: list[int]) -> None:
    assert frame(text)["row"].tolist() == rows


TOTALS = {
    "a label": "I alt;;153.000,00;\n",
    "a label in the last column": ";;153.000,00;Total\n",
    "a label with a date": "Sum pr. 30-06-2025;;153.000,00;\n",
    "a number alone": ";;152.999,50;\n",
}


@pytest.mark.parametrize("total", TOTALS.values(), ids=TOTALS)
def test_a_total_row_at_the_end_is_left_out_and_said(total: str) -> None:
    intake = read(POSTINGS + total)
    (report,) = intake.files
    assert (report.rows_read, report.rows_stored, report.rows_rejected) == (4, 3, 1)
    ((severity, row, _, _, message),) = told(intake)
    assert (severity, row) == ("rejected", 5)
    assert "sum" in message


def test_a_posting_whose_text_says_total_is_no_total_row() -> None:
    assert len(frame(POSTINGS.replace("marts", "Total Service ApS"))) == 3


NO_TABLES = {
    "an empty file": (b"", "Filen er tom"),
    "nothing but a BOM and blank lines": (b"\xef\xbb\xbf\r\n  \r\n", "Filen er tom"),
    "a PNG picture renamed .csv": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "et billede"),
    "a JPEG picture renamed .csv": (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)), "et billede"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "en PDF"),
    "binary data": (bytes(range(256)) * 4, "binære data"),
    "a web page": (b"<!DOCTYPE html><html><table>", "webside"),
    "an old Excel file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
    "prose": ("Kære kollega\nHer er tallene fra i går.\n".encode(), "ingen tabel"),
    "a quote that never ends": (POSTINGS.replace("januar", '"januar').encode(), "anførselstegn"),
    "a character cut in two": (POSTINGS.encode() + "2025-04;528231001;1,00;å".encode()[:-1], "afbrudt"),
}


@pytest.mark.parametrize(("content", "said"), NO_TABLES.values(), ids=NO_TABLES)
def test_what_is_no_table_is_told_with_a_remedy(content: bytes, said: str) -> None:
    intake = read(content)
    (finding,) = intake.findings
    assert not intake.ok
    assert (finding.severity, finding.file) == ("error", "fil1.csv")
    assert said in finding.message
    assert finding.message.count(".") >= 2, "a fault and a remedy are two sentences"


CUTS = {
    "in the middle of a row": (POSTINGS[:-17], 4),
    "after the first field": (POSTINGS + "2025-04", 5),
}


@pytest.mark.parametrize(("text", "row"), CUTS.values(), ids=CUTS)
def test_a_file_cut_in_the_middle_stops_the_load(text: str, row: int) -> None:
    intake = read(text)
    assert not intake.ok
    assert not intake.tables
    ((severity, found_in, _, _, message),) = told(intake)
    assert (severity, found_in) == ("error", row)
    assert "afbrudt" in message


def test_a_row_with_a_separator_too_many_is_told_where_it_is() -> None:
    intake = read(POSTINGS.replace("kreditnota", "kredit;nota"))
    ((severity, row, _, _, message),) = told(intake)
    assert (severity, row) == ("error", 3)
    assert "5 felter, men overskriften har 4" in message


def test_a_file_with_a_header_and_no_rows_is_stored_with_a_warning() -> None:
    intake = read(POSTINGS.splitlines()[0])
    assert intake.ok
    assert [severity for severity, *_ in told(intake)] == ["warning"]
