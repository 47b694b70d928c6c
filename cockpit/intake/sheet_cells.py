"""Cells of a sheet that hold no value of their own: failed formulas, formulas never calculated, merged cells.

The reader of workbooks gives all of them as blank, so they are looked up in the packed file itself: a failed formula by
what the spreadsheet shows (`#DIV/0!`, in Danish `#VÆRDI!`), one without a stored result by itself (`=A1*2`).
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree

# The type of a cell that holds an error; a formula that its cell ends with, or with a value that is blank.
ODD = re.compile(rb't="e"|(?:</f>|<f[^<>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>')
_MERGE = re.compile(rb"<mergeCell\b[^>]*?\bref\s*=\s*[\"']([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)[\"']")
_ERROR = re.compile(
    "#(DIV/0!|DIVISION/0!|N/A|I/T|NAME[?]|NAVN[?]|NULL!|NUL!|NUM!|REF!|REFERENCE!|VALUE!|VÆRDI!|SPILL!|OVERLØB!|CALC!"
    "|BEREGN!)",
    re.IGNORECASE,
)
_PLACE = re.compile("([A-Z]+)([0-9]+)")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Place = tuple[int, int]  # row of the sheet, from 1; position of the column, from 0


@dataclass(frozen=True)
class Merged:
    """Cells merged into one, of which the first alone has a value: rows of the sheet, positions of columns, both in."""

    name: str
    first_row: int
    last_row: int
    first_column: int
    last_column: int


def is_formula_error(text: str) -> bool:
    """Say whether a cell is nothing but what a failed formula shows, as English or Danish Excel writes it."""
    return text.startswith("#") and bool(_ERROR.fullmatch(text))


def has_formula(text: str) -> bool:
    """Say whether a cell is a formula instead of what it gives."""
    return len(text) > 1 and text.startswith("=")


def merged_cells(xml: bytes) -> set[Merged]:
    """Return the merged cells that a piece of a packed sheet names."""
    found = set()
    for left, top, right, bottom in _MERGE.findall(xml):
        name = f"{left.decode()}{int(top)}:{right.decode()}{int(bottom)}"
        found.add(Merged(name, int(top), int(bottom), column_number(left) - 1, column_number(right) - 1))
    return found


def odd_cells_by_sheet(content: bytes, parts: Iterable[str]) -> dict[str, dict[Place, str]]:
    """Return the texts of formulas that failed or were never calculated: sheet -> place -> text.

    Args:
        content: a packed workbook that was found honest; its parts have no DOCTYPE, so no entities that could swell.
        parts: names of the packed sheets in which ODD was seen.

    Raises:
        ElementTree.ParseError, LookupError, ValueError: a part is missing or is no XML.
    """
    wanted = set(parts)
    if not wanted:
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = _sheet_names(archive)
        return {names[part]: _odd_cells(archive.open(part)) for part in wanted & names.keys()}


def named_sheets(content: bytes) -> dict[str, str]:
    """Return what each packed sheet is called: part -> name.

    Raises:
        ElementTree.ParseError, LookupError, ValueError: a part is missing or is no XML.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _sheet_names(archive)


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Packed part -> what its sheet is called."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): posixpath.join("/xl", one.get("Target", "")).lstrip("/") for one in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = [one for one in book.iter() if one.tag.endswith("}sheet")]
    return {targets[one.get(_RELATION)]: one.get("name", "") for one in sheets if one.get(_RELATION) in targets}


def _odd_cells(sheet: IO[bytes]) -> dict[Place, str]:
    found = {}
    for _, element in ElementTree.iterparse(sheet):
        if element.tag.endswith("}c") and (text := _odd_text(element)):
            if place := _PLACE.fullmatch(element.get("r", "")):
                found[int(place[2]), column_number(place[1].encode()) - 1] = text
        elif element.tag.endswith("}row"):
            element.clear()  # a large sheet is never held as a whole
    return found


def _odd_text(cell: ElementTree.Element) -> str:
    """Return what stands for the value of a cell that has none; a formula may well give an empty text (`str`)."""
    value, formula = cell.findtext("{*}v") or "", cell.find("{*}f")
    if cell.get("t") == "e":
        return value
    is_blank = formula is not None and not value and cell.get("t", "n") == "n"
    return f"={(formula.text if formula is not None else None) or 'formel'}" if is_blank else ""


def column_number(letters: bytes) -> int:
    """Return the number of a column of a sheet: A is 1, AB is 28."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
