"""Workbooks read like text, with rows of the sheet, and a hostile one is refused before it is unpacked."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime

import openpyxl
import pandas as pd
import pytest
import xlsxwriter

from cockpit.intake import readers
from tests.intake.files import errors, frame, read, told, workbook

HEADER = ["periode", "konto", "beloeb", "tekst"]
ROWS = [["2025-01", 528231001, 112000, "januar"], ["2025-02", "528231001", -1000.5, "kreditnota"]]


def test_cells_keep_their_values_and_rows_are_those_of_the_sheet() -> None:
    table = frame(workbook([["Udtræk fra økonomisystemet"], [], HEADER, *ROWS]))
    assert table["account"].tolist() == ["528231001", "528231001"]
    assert table["amount"].tolist() == [112000.0, -1000.5]
    assert table["row"].tolist() == [4, 5]


DATES = {
    "a spreadsheet date": date(2025, 2, 1),
    "a spreadsheet date with a time": datetime(2025, 2, 1, 13, 45),  # noqa: DTZ001 - spreadsheets know no zones
    "text": "01-02-2025",
    "a day number without a date format": 45689,
}


@pytest.mark.parametrize("written", DATES.values(), ids=DATES)
def test_dates_in_cells(written: object) -> None:
    table = frame(workbook([["bogført", "konto", "beløb"], [written, "5.28.22", 1.0]]))
    assert table["booked"][0] == pd.Timestamp("2025-02-01")


def test_a_cell_of_1_234_is_that_number_and_not_a_thousand() -> None:
    header = ["aar", "konto", "budgettype", "beloeb", "helaarspersoner"]
    cells = [header, *([2025, "5.28.22", "oprindeligt", 1, persons] for persons in (1.234, 1234))]
    assert frame(workbook(cells))["person_years"].tolist() == [1.234, 1234.0]


def written(formulas: dict[str, str], merged: Sequence[str] = ()) -> bytes:
    """A ledger as a program writes it that never calculates: formulas without results, and merged cells."""
    buffer, book = io.BytesIO(), openpyxl.Workbook()
    sheet = book.active
    for row in [["Udtræk"], HEADER, *(["2025-01", "528231001", 1000.0 + at, "januar"] for at in range(4))]:
        sheet.append(row)
    for place, formula in formulas.items():
        sheet[place] = formula
    for cells in ("A1:D1", *merged):
        sheet.merge_cells(cells)
    book.save(buffer)
    return buffer.getvalue()


def test_a_formula_without_a_stored_result_is_told_as_that_and_not_as_a_blank_field() -> None:
    """An error where a value is needed, a warning in a remark."""
    found = told(read(written({"C3": "=2*500", "D4": "=A4"})))
    assert [finding[:4] for finding in found] == [
        ("error", 3, "beloeb", "=2*500"), ("warning", 4, "tekst", "=A4")
    ]  # fmt: skip
    assert all("formel uden resultat. Åbn filen i Excel, og gem den igen" in finding[4] for finding in found)


def test_merged_cells_are_told_as_that_and_not_as_blank_fields() -> None:
    """Three accounts merged, and two remarks; the merged title above the header is nobody's business."""
    found = told(read(written({}, merged=["B3:B5", "D5:D6"])))
    assert [finding[:3] for finding in found] == [("error", 3, "konto"), ("warning", 5, "tekst")]
    assert found[0][4].startswith("Cellerne B3:B5 er flettet, så kun den første har en værdi. Ophæv fletningen i Excel")


def test_a_formula_that_gives_an_empty_text_is_a_blank_field() -> None:
    """As Excel stores it: the cell is of text, and the text is empty."""
    content, part = written({"D4": '=IF(TRUE,"","x")'}), "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read(part)
    assert sheet.count(b'<c r="D4"><f>') == 1
    assert not told(read(with_parts(content, {part: sheet.replace(b'<c r="D4"><f>', b'<c r="D4" t="str"><f>')})))


def test_only_the_sheet_that_looks_like_an_extract_is_read_and_that_is_said() -> None:
    intake = read(workbook([["Forside"], ["Læs mig", "her"]], [HEADER, *ROWS]))
    assert intake.files[0].rows_stored == 2
    assert 'Kun arket "Sheet2" er læst' in told(intake)[0][4]


def test_a_total_row_is_left_out() -> None:
    intake = read(workbook([HEADER, *ROWS, ["I alt", None, 110999.5, None]]))
    assert [(severity, row) for severity, row, *_ in told(intake)] == [("rejected", 4)]


def test_a_fault_is_told_by_the_row_and_heading_of_the_sheet() -> None:
    (finding,) = errors(read(workbook([HEADER, *ROWS, ["2025-03", "528231001", "ti kroner", ""]])))
    assert (finding.row, finding.column, finding.value) == (4, "beloeb", "ti kroner")


def with_formulas(
    cells: list[list[object]], formulas: dict[tuple[int, int], str], blanks: Sequence[tuple[int, int]] = ()
) -> bytes:
    """A workbook whose second sheet has formulas that show these texts: (row, column from 0) -> text.

    `blanks` are cells with a format and nothing in them.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("Forside").write_formula(9, 9, "=1/0", None, "#REF!")
        sheet = book.add_worksheet("Ark & tal")
        for number, row in enumerate(cells):
            sheet.write_row(number, 0, row)
        for place, text in formulas.items():
            sheet.write_formula(*place, "=1/0", None, text)
        for place in blanks:
            sheet.write_blank(*place, None, book.add_format({"bold": True}))
    return buffer.getvalue()


def test_a_formula_that_went_wrong_is_told_by_what_it_shows_and_where() -> None:
    """In a number it stops the load, in a remark it only tells; a cell that is blank is told as blank, as before."""
    rows = [*ROWS, ["2025-03", "528231001", None, "marts"]]
    intake = read(with_formulas([HEADER, *rows], {(1, 2): "#DIV/0!", (2, 3): "#VALUE!"}))
    assert [(severity, row, column, value) for severity, row, column, value, _ in told(intake)][1:] == [
        ("error", 2, "beloeb", "#DIV/0!"), ("warning", 3, "tekst", "#VALUE!"), ("error", 4, "beloeb", ""),
    ]  # fmt: skip
    assert "Formlen i cellen giver #DIV/0!. Ret formlen i regnearket" in told(intake)[1][4]


def test_a_formula_that_went_wrong_after_blank_cells_with_a_format_is_told_all_the_same() -> None:
    cells = [["periode", "konto", "tekst", "andet", "beloeb"], ["2025-01", "528231001", None, None, None]]
    intake = read(with_formulas(cells, {(1, 4): "#DIV/0!"}, blanks=[(1, 2), (1, 3)]))
    (finding,) = errors(intake)
    assert (finding.row, finding.column, finding.value) == (2, "beloeb", "#DIV/0!")


def with_parts(content: bytes, parts: dict[str, bytes | None]) -> bytes:
    """The workbook with other texts in some of its packed parts; None leaves a part out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = parts.get(name, old.read(name))
            if text is not None:
                new.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize("part", ["xl/_rels/workbook.xml.rels", "xl/worksheets/sheet2.xml"])
@pytest.mark.parametrize("text", [b'<a t="e">', b'<?xml version="1.0" encoding="x"?><a t="e"/>', None])
def test_a_workbook_with_a_failed_formula_and_a_broken_part_is_told_as_damaged(part: str, text: bytes | None) -> None:
    content = with_parts(with_formulas([HEADER, *ROWS], {(1, 2): "#DIV/0!"}), {part: text})
    assert [finding.severity for finding in errors(read(content))] == ["error"]


def test_a_remark_whose_formula_went_wrong_is_left_blank() -> None:
    table = frame(with_formulas([HEADER, *ROWS], {(2, 3): "#N/A"}))
    assert table["text"].isna().tolist() == [False, True]


@pytest.mark.parametrize("shown", ["#DIVISION/0!", "#I/T", "#VÆRDI!", "#navn?"])
def test_danish_excel_writes_failed_formulas_in_danish_text_files(shown: str) -> None:
    (finding,) = errors(read(f"periode;konto;beloeb\n2025-01;528231001;{shown}\n"))
    assert "Formlen i cellen" in finding.message


def packed(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return buffer.getvalue()


GOOD = workbook([HEADER, *ROWS])
BOOK = '<?xml version="1.0"?><workbook/>'
REFUSED = {
    "cut off": (GOOD[: len(GOOD) // 2], "beskadiget"),
    "bytes lost": (GOOD[:200] + GOOD[260:], "beskadiget"),
    "another archive": (packed(brev="hej"), "pakket arkiv"),
    "a letter": (packed(word__document_xml="<a/>"), "Word-dokument"),
    "a document type": (packed(xl__workbook_xml=f"<!DOCTYPE a [<!ENTITY b 'c'>]>{BOOK}"), "DOCTYPE"),
    "a document type behind a comment": (
        packed(xl__workbook_xml="<!-- <a --><!DOCTYPE a [<!ENTITY b 'c'>]><workbook/>"), "DOCTYPE",
    ),
    "a document type behind a declaration": (
        packed(xl__workbook_xml="<?a ?><!DOCTYPE a [<!ENTITY b '?><x'>]><workbook/>"), "DOCTYPE",
    ),
    "a sheet that reaches far": (
        packed(xl__workbook_xml=BOOK, xl__worksheets__sheet1_xml='<worksheet><c r="XFD1048576"/></worksheet>'),
        "strækker sig",
    ),
    "no sheets": (packed(xl__workbook_xml=BOOK), "Excel-fil"),
    "empty sheets": (workbook([]), "ingen udfyldte ark"),
}


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_a_workbook_that_cannot_be_read_is_told(content: bytes, said: str) -> None:
    (finding,) = read(content).findings
    assert finding.severity == "error"
    assert said in finding.message


def test_a_workbook_that_unpacks_to_more_than_allowed_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "MAX_UNPACKED", 2**20)
    bomb = packed(xl__workbook_xml=BOOK, xl__worksheets__sheet1_xml=" " * 2**20)
    assert len(bomb) < 2**13
    assert "urimeligt meget" in read(bomb).findings[0].message
