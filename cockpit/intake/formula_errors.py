"""Formulas that went wrong: what a spreadsheet shows in a cell where it has no value (`#DIV/0!`, in Danish `#VÆRDI!`).

The reader of workbooks gives such cells as blank, so their texts are looked up in the packed file itself.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable
from typing import IO
from xml.etree import ElementTree

MARK = b't="e"'  # the type of a cell that holds an error
_ERROR = re.compile(
    "#(DIV/0!|DIVISION/0!|N/A|I/T|NAME[?]|NAVN[?]|NULL!|NUL!|NUM!|REF!|REFERENCE!|VALUE!|VÆRDI!|SPILL!|OVERLØB!|CALC!"
    "|BEREGN!)",
    re.IGNORECASE,
)
_PLACE = re.compile("([A-Z]+)([0-9]+)")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

Place = tuple[int, int]  # row of the sheet, from 1; position of the column, from 0


def is_formula_error(text: str) -> bool:
    """Say whether a cell is nothing but what a failed formula shows, as English or Danish Excel writes it."""
    return text.startswith("#") and bool(_ERROR.fullmatch(text))


def errors_by_sheet(content: bytes, parts: Iterable[str]) -> dict[str, dict[Place, str]]:
    """Return the texts of failed formulas: sheet -> place -> text.

    Args:
        content: a packed workbook that was found honest; its parts have no DOCTYPE, so no entities that could swell.
        parts: names of the packed sheets in which MARK was seen.

    Raises:
        ElementTree.ParseError, LookupError, ValueError: a part is missing or is no XML.
    """
    wanted = set(parts)
    if not wanted:
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = _sheet_names(archive)
        return {names[part]: _errors(archive.open(part)) for part in wanted & names.keys()}


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Packed part -> what its sheet is called."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): posixpath.join("/xl", one.get("Target", "")).lstrip("/") for one in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = [one for one in book.iter() if one.tag.endswith("}sheet")]
    return {targets[one.get(_RELATION)]: one.get("name", "") for one in sheets if one.get(_RELATION) in targets}


def _errors(sheet: IO[bytes]) -> dict[Place, str]:
    found = {}
    for _, element in ElementTree.iterparse(sheet):
        if element.tag.endswith("}c") and element.get("t") == "e":
            place, text = _PLACE.fullmatch(element.get("r", "")), element.findtext("{*}v")
            if place and text:
                found[int(place[2]), column_number(place[1].encode()) - 1] = text
        elif element.tag.endswith("}row"):
            element.clear()  # a large sheet is never held as a whole
    return found


def column_number(letters: bytes) -> int:
    """Return the number of a column of a sheet: A is 1, AB is 28."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
