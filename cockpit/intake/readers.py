"""Bytes of an extract -> a raw table: every cell as text, every row with its physical line.

Nothing is interpreted here beyond what a file needs to become rows and columns: encoding, separator, header, sheet.
"""

import codecs
import csv
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from xml.etree import ElementTree

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from cockpit.domain.reference import spelling
from cockpit.intake.sheet_cells import ODD, Merged, Place, column_number, merged_cells, named_sheets, odd_cells_by_sheet

SEPARATORS = (";", "\t", ",", "|")
HEADER_WITHIN = 50  # a header stands among the first rows that are not blank
MAX_UNPACKED = 400 * 2**20  # an honest workbook of 200.000 rows unpacks to about 100 MiB
MAX_CELLS = 40_000_000  # the reader lays a sheet out as a full rectangle: 200.000 rows x 200 columns
_CHUNK = 2**20
_YEAR = re.compile(r"(19|20)[0-9]{2}(K[1-4])?")  # a year, or a quarter as statistics tables write it
_SHOWN_YEARS = 3
_YEARS_ACROSS = (
    "Årene ser ud til at stå som kolonner ({years}), og der er ingen kolonneoverskrifter, som cockpittet kender. Dan "
    "udtrækket med én række pr. år: folketal skal have kolonnerne aar, alder og antal."
)
_PROLOG = 2**16

Cells = list[str]


class NotATable(Exception):
    """The file cannot be read as a table; the message is a Danish sentence with the remedy."""

    def __init__(self, message: str, row: int | None = None, value: str | None = None) -> None:
        super().__init__(message)
        self.row = row
        self.value = value


@dataclass(frozen=True)
class RawTable:
    """A table as text. `columns[i]` is an object array of stripped text, one entry per row, under `header[i]`.

    `rows` are physical lines (or rows of the sheet); `widths` how many cells each row had; `delimiter` is None for a
    workbook; `notes` are Danish warnings about the file; `merged` are the merged cells of its sheet.
    """

    header: tuple[str, ...]
    columns: tuple[np.ndarray, ...]
    rows: np.ndarray
    widths: np.ndarray
    header_row: int
    delimiter: str | None
    notes: tuple[str, ...] = field(default=())
    merged: frozenset[Merged] = frozenset()

    def take(self, kept: np.ndarray) -> "RawTable":
        """Return the rows where `kept` is true."""
        columns = tuple(column[kept] for column in self.columns)
        return replace(self, columns=columns, rows=self.rows[kept], widths=self.widths[kept])


def read_table(content: bytes, known: frozenset[str], rows: int | None = None) -> RawTable:
    """Read a delimited text or a workbook.

    Args:
        content: the whole file.
        known: the `spelling` of the column names that a header may hold; they find header and separator.
        rows: how many rows to look at besides those among which the header is sought; None reads all.

    Raises:
        NotATable: anything that is no table, with what to do instead.
    """
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise NotATable(_EMPTY)
    if content.startswith(b"PK"):
        return _read_workbook(content, known, rows)
    _refuse_other_formats(content)
    return _read_text(content, known, rows)


_EMPTY = "Filen er tom. Dan udtrækket igen i fagsystemet."
_OTHER_FORMATS = {
    b"%PDF": "en PDF",
    b"\x89PNG": "et billede",
    b"\xff\xd8\xff": "et billede",
    b"GIF8": "et billede",
    b"BM\x00": "et billede",
    b"\x1f\x8b": "et pakket arkiv",
    b"Rar!": "et pakket arkiv",
    b"7z\xbc\xaf": "et pakket arkiv",
    b"{\\rtf": "et tekstdokument",
    b"PAR1": "en Parquet-fil",
}
_SAVE_AS = "Gem udtrækket som XLSX eller CSV, og indlæs det igen."


def _refuse_other_formats(content: bytes) -> None:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotATable(f"Filen er en gammel Excel-fil (.xls) eller beskyttet med adgangskode. {_SAVE_AS}")
    for magic, what in _OTHER_FORMATS.items():
        if content.startswith(magic):
            raise NotATable(f"Filen er {what}, ikke en tabel. {_SAVE_AS}")
    if re.match(rb"(\xef\xbb\xbf)?\s*(\[\s*)?\{\s*\"", content[:200]):
        raise NotATable(f"Filen er JSON, ikke en tabel. {_SAVE_AS}")
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|table)", content[:200], re.IGNORECASE):
        raise NotATable(f"Filen er en webside (HTML/XML), ikke en tabel. Åbn den i Excel. {_SAVE_AS}")


# --- text -------------------------------------------------------------------------------------------------------


_TWICE = re.compile("Ã[¦¸¥†˜…]")
_LETTERS = re.compile(rb"(?<=[A-Za-z])[\xe6\xf8\xe5](?=[A-Za-z])")
_ENOUGH_WORDS = 3
_OLD_CODINGS = {
    "cp850": ("DOS (CP850)", re.compile(rb"(?<=[A-Za-z])[\x91\x9b\x86](?=[A-Za-z])")),
    "mac_roman": ("Mac", re.compile(rb"(?<=[A-Za-z])[\xbe\xbf\x8c](?=[A-Za-z])")),
}
_OLD = (
    "Filens æ, ø og å er skrevet i tegnsættet til {name} og er læst sådan. Står de forkert nedenfor, så dan udtrækket "
    "igen som UTF-8."
)
_CODED_TWICE = (
    "Filens æ, ø og å er omsat til UTF-8 to gange og er læst, som de var før. Står de forkert nedenfor, så dan "
    "udtrækket igen."
)
_TWO_CODINGS = "Filen blander to tegnsæt, så æ, ø og å kan stå forkert. Dan udtrækket igen som UTF-8."


def _decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text and notes about its encoding: UTF-8, UTF-16 or Windows-1252."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_utf16(content, "utf-16"), ()
    if silent := _silent_utf16(content):
        return _decode_utf16(content, silent), ()
    if b"\0" in content:
        raise NotATable(f"Filen er ikke tekst, men binære data. {_SAVE_AS}")
    try:
        return _read_once(content.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        if fault.start >= len(content) - 3 and content[: fault.start].strip():
            raise NotATable(
                "Filen er afbrudt midt i et tegn. Hent udtrækket igen.", content.count(b"\n") + 1
            ) from fault
    return _decode_windows(content)


def _read_once(text: str) -> tuple[str, tuple[str, ...]]:
    """Take back a second coding: UTF-8 that a program read as Windows-1252 and wrote as UTF-8 again (`vÃ¦relse`)."""
    if not _TWICE.search(text):
        return text, ()
    try:
        return text.encode("cp1252").decode("utf-8"), (_CODED_TWICE,)
    except UnicodeError:
        return text, (_TWO_CODINGS,)


def _silent_utf16(content: bytes) -> str | None:
    """Name the UTF-16 of a text without a mark: every other byte of Danish text is zero."""
    sample = content[:2000]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.6 * half:
        return "utf-16-le"
    return "utf-16-be" if half and sample[0::2].count(0) > 0.6 * half else None


def _decode_utf16(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as fault:
        raise NotATable("Filen er afbrudt midt i et tegn. Hent udtrækket igen.") from fault


def _decode_windows(content: bytes) -> tuple[str, tuple[str, ...]]:
    if sum(sign < 32 and sign not in b"\t\r\n\f" for sign in content[:4000]) > 4:
        raise NotATable(f"Filen er ikke tekst, men binære data. {_SAVE_AS}")
    for encoding, (name, within_words) in _OLD_CODINGS.items():
        # Between the letters of a word stand æ, ø and å; the signs that their bytes are in Windows-1252 never do.
        if not _LETTERS.search(content) and len(within_words.findall(content)) >= _ENOUGH_WORDS:
            return content.decode(encoding), (_OLD.format(name=name),)
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError as fault:
        raise NotATable(f"Filen er ikke tekst, men binære data. {_SAVE_AS}") from fault
    return text, (_TWO_CODINGS,) if _TWICE.search(text) else ()


def _read_text(content: bytes, known: frozenset[str], rows: int | None) -> RawTable:
    text, notes = _decode(content)
    if "�" in text:
        notes = (
            *notes,
            "Filen indeholder tegn, der gik tabt i et tidligere program (�). Dan udtrækket igen.",
        )
    # ="0123" is how some systems keep Excel from dropping a leading zero.
    text = re.sub(r'(?<![^;,\t\r\n])="([^"\r\n]*)"', r"\1", text) if '="' in text else text
    if not text.strip():
        raise NotATable(_EMPTY)
    lines = list(io.StringIO(text, newline=""))
    declared = re.fullmatch(r"sep=(.)\s*", lines[0], re.IGNORECASE)
    skipped = 1 if declared else 0
    delimiter = declared[1] if declared else _separator(lines, known)
    records = _records(lines[skipped:], delimiter, skipped)
    return _lay_out(records if rows is None else islice(records, HEADER_WITHIN + rows), known, delimiter, notes)


def _separator(lines: Sequence[str], known: frozenset[str]) -> str:
    """Return the separator under which a header is recognised best; else the one that cuts rows most evenly."""
    head = lines[: 4 * HEADER_WITHIN]

    def score(delimiter: str) -> tuple[int, int]:
        rows = [cells for cells in csv.reader(head, delimiter=delimiter) if any(cells)]
        recognised = max((_recognised(cells, known) for cells in rows[:HEADER_WITHIN]), default=0)
        widths = [len(cells) for cells in rows if len(cells) > 1]
        usual = max(set(widths), key=widths.count) if widths else 0
        return recognised, widths.count(usual)

    try:
        return max(SEPARATORS, key=score)
    except csv.Error as fault:
        raise NotATable("Filen kan ikke deles i kolonner: et felt er urimeligt langt. Hent udtrækket igen.") from fault


def _records(lines: Sequence[str], delimiter: str, skipped: int) -> Iterator[tuple[int, Cells]]:
    """Yield the physical line and the stripped cells of every record; a quoted cell may hold line breaks."""
    reader = csv.reader(lines, delimiter=delimiter)
    first, last = 0, 0
    while True:
        first = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as fault:
            raise _open_quote(lines[first], delimiter, first + skipped + 1) from fault
        last = first
        yield first + skipped + 1, [cell.strip() for cell in cells]
    _refuse_open_quote(lines[last:], delimiter, last + skipped + 1)


def _refuse_open_quote(tail: Sequence[str], delimiter: str, row: int) -> None:
    try:
        list(csv.reader(tail, delimiter=delimiter, strict=True))
    except csv.Error as fault:
        if "unexpected end" in str(fault):
            raise _open_quote(tail[0], delimiter, row) from fault


def _open_quote(line: str, delimiter: str, row: int) -> NotATable:
    """Return the fault with the field that is never closed: the last one of the line it begins in."""
    *_, field = next(csv.reader([line], delimiter=delimiter))
    return NotATable(
        'Et anførselstegn (") bliver aldrig lukket, så resten af filen læses som ét felt. '
        "Filen er afbrudt, eller tegnet skal slettes. Hent udtrækket igen.",
        row,
        field.strip(),
    )


# --- header and layout ------------------------------------------------------------------------------------------


def _recognised(cells: Sequence[str], known: frozenset[str]) -> int:
    return len({spelling(cell) for cell in cells if cell} & known)


def _looks_like_names(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) >= 2 and all(re.search(r"[^\W\d_]", cell) and len(cell) < 80 for cell in filled)


def find_header(records: Sequence[Cells], known: frozenset[str]) -> int | None:
    """Return the index of the header among the first records: most known names, else the first row of names."""
    if not records:
        return None
    scores = [_recognised(cells, known) for cells in records]
    if max(scores) >= 2:
        return scores.index(max(scores))
    names = [len(list(filter(None, cells))) if _looks_like_names(cells) else 0 for cells in records]
    return names.index(max(names)) if max(names) else None


def _lay_out(
    records: Iterator[tuple[int, Cells]],
    known: frozenset[str],
    delimiter: str | None,
    notes: tuple[str, ...] = (),
) -> RawTable:
    filled = [(row, cells) for row, cells in records if any(cells)]
    at = find_header([cells for _, cells in filled[:HEADER_WITHIN]], known)
    if at is None:
        raise _without_header(filled[:HEADER_WITHIN])
    header_row, header = filled[at]
    header = _without_trailing_blanks(header)
    body = filled[at + 1 :]
    widths = np.array([_width(cells, len(header)) for _, cells in body], dtype=np.int64)
    rows = np.array([row for row, _ in body], dtype=np.int64)
    columns = tuple(_column(body, index) for index in range(len(header)))
    return RawTable(tuple(header), columns, rows, widths, header_row, delimiter, notes)


def _without_header(filled: Sequence[tuple[int, Cells]]) -> NotATable:
    """Say what a table without headings looks like: a statistics table has its years beside each other."""
    for row, cells in filled:
        years = [cell for cell in cells if _YEAR.fullmatch(cell)]
        if len(years) > 1:
            more = " ..." if len(years) > _SHOWN_YEARS else ""
            return NotATable(_YEARS_ACROSS.format(years=f"{', '.join(years[:_SHOWN_YEARS])}{more}"), row)
    return NotATable(
        "Der er ingen tabel i filen: ingen række ligner kolonneoverskrifter. "
        "Indlæs udtrækket, som fagsystemet danner det, med overskrifter."
    )


def _without_trailing_blanks(cells: Cells) -> Cells:
    last = max(index for index, cell in enumerate(cells) if cell)
    return cells[: last + 1]


def _width(cells: Cells, expected: int) -> int:
    """Return how many cells a row has; blank cells beyond the header do not count."""
    return len(cells) if len(cells) <= expected or any(cells[expected:]) else expected


def _column(body: Sequence[tuple[int, Cells]], index: int) -> np.ndarray:
    column = np.empty(len(body), dtype=object)
    column[:] = [cells[index] if index < len(cells) else "" for _, cells in body]
    return column


# --- workbooks --------------------------------------------------------------------------------------------------


def _read_workbook(content: bytes, known: frozenset[str], rows: int | None) -> RawTable:
    odd, merged = _without_values(content, _refuse_hostile(content))
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            sheets = _sheets(book, None if rows is None else HEADER_WITHIN + rows, odd)
    except PasswordError as fault:
        raise NotATable(f"Excel-filen er beskyttet med adgangskode. Fjern den. {_SAVE_AS}") from fault
    except CalamineError as fault:
        raise NotATable(f"Filen er ikke en læsbar Excel-fil. {_SAVE_AS}") from fault
    if not sheets:
        raise NotATable("Excel-filen har ingen udfyldte ark. Dan udtrækket igen i fagsystemet.")
    chosen, table = _best_sheet(sheets, known)
    return replace(table, merged=frozenset(merged.get(chosen, ())))


def _without_values(
    content: bytes, parts: Mapping[str, "_Part"]
) -> tuple[dict[str, dict[Place, str]], dict[str, set[Merged]]]:
    """Return by sheet the formulas that have no value, and the merged cells."""
    merged = {part: seen.merged for part, seen in parts.items() if seen.merged}
    try:
        names = named_sheets(content) if merged else {}
        odd = odd_cells_by_sheet(content, [part for part, seen in parts.items() if seen.is_odd])
        return odd, {names[part]: cells for part, cells in merged.items() if part in names}
    except (ElementTree.ParseError, LookupError, ValueError) as fault:
        raise NotATable("Excel-filen er beskadiget indeni. Hent udtrækket igen.") from fault


def _sheets(
    book: CalamineWorkbook, most: int | None, odd: Mapping[str, Mapping[Place, str]]
) -> dict[str, list[tuple[int, Cells]]]:
    """Return the rows of every sheet that has any, visible sheets first; formulas without a value by their texts."""
    order = sorted(book.sheets_metadata, key=lambda sheet: sheet.visible != SheetVisibleEnum.Visible)
    found: dict[str, list[tuple[int, Cells]]] = {}
    for sheet in order:
        rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False, nrows=most)
        texts = [(number, [_text_of(value) for value in row]) for number, row in enumerate(rows, start=1)]
        for (number, column), text in odd.get(sheet.name, {}).items():
            if number <= len(texts) and column < len(texts[number - 1][1]):
                texts[number - 1][1][column] = text
        filled = [(number, cells) for number, cells in texts if any(cells)]
        if filled:
            found[sheet.name] = filled
    return found


def _best_sheet(sheets: dict[str, list[tuple[int, Cells]]], known: frozenset[str]) -> tuple[str, RawTable]:
    def score(name: str) -> int:
        return max(_recognised(cells, known) for _, cells in sheets[name][:HEADER_WITHIN])

    chosen = max(sheets, key=score)
    others = [f'"{name}"' for name in sheets if name != chosen]
    skipped = (
        f'Kun arket "{chosen}" er læst. Disse ark er sprunget over: {", ".join(others)}. Skal de med, så gem hvert ark '
        "som sin egen fil."
    )
    return chosen, _lay_out(iter(sheets[chosen]), known, None, (skipped,) if others else ())


def _text_of(value: object) -> str:
    """Return a cell as text that reads back as the same value.

    A number is written with a decimal comma and never with exactly three decimals, so that it is not ambiguous.
    """
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, int | float):
        return _number_text(float(value))
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    raise TypeError(f"unknown cell {type(value)}")


def _number_text(value: float) -> str:
    if value == int(value):
        return str(int(value))
    text = f"{value:.10f}".rstrip("0").replace(".", ",")
    return text + "0" if len(text.partition(",")[2]) == 3 else text


# What the packer raises on a file with bytes lost or changed; ValueError is a part said to begin before the file.
_DAMAGED = (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError, OSError,
            struct.error, zlib.error, lzma.LZMAError)  # fmt: skip
# The attribute r of cells ("AB12") and rows ("12"): its letters, and its number.
_COLUMN_OF = re.compile(rb"r\s*=\s*[\"']([A-Z]+)[0-9]")
_ROW_OF = re.compile(rb"r\s*=\s*[\"'][A-Z]*([0-9]+)[\"']")
_OVERLAP = 64  # a reference that two chunks share is seen whole in the second


_OFFICE = {"word/document.xml": "et Word-dokument", "ppt/presentation.xml": "en PowerPoint-præsentation",
           "content.xml": "et OpenDocument-dokument", "xl/workbook.bin": "en binær Excel-fil (.xlsb)"}  # fmt: skip


@dataclass(frozen=True)
class _Part:
    """What was seen in a packed part: whether a formula of a sheet has no value, and its merged cells."""

    is_odd: bool
    merged: set[Merged]


def _refuse_hostile(content: bytes) -> dict[str, _Part]:
    """Look into the packed file before it is unpacked into memory: size, damage, DOCTYPE, extent of the sheets.

    Returns:
        What was seen in each packed part.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED:
                raise NotATable("Excel-filen fylder urimeligt meget, når den pakkes ud. Del udtrækket i flere filer.")
            if other := next((name for mark, name in _OFFICE.items() if mark in archive.namelist()), None):
                raise NotATable(f"Filen er {other}, ikke en Excel-fil. {_SAVE_AS}")
            if "xl/workbook.xml" not in archive.namelist():
                raise NotATable(f"Filen er et pakket arkiv, ikke en Excel-fil (.xlsx). Pak den ud, eller: {_SAVE_AS}")
            return {member.filename: _inspect(archive, member) for member in archive.infolist()}
    except _DAMAGED as fault:
        raise NotATable("Excel-filen er beskadiget eller afbrudt. Hent udtrækket igen.") from fault


def _inspect(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> _Part:
    """Read a part through, so that its checksum is verified, and refuse what a spreadsheet never writes."""
    with archive.open(member) as part:
        chunk = part.read(_CHUNK)
        if member.filename.endswith((".xml", ".rels")) and not _honest_prolog(chunk[:_PROLOG]):
            raise NotATable(f"Excel-filen indeholder en DOCTYPE eller ukendt XML og afvises. {_SAVE_AS}")
        is_sheet = "/worksheets/" in member.filename
        columns, last_row, before, is_odd = 1, 1, b"", False
        merged: set[Merged] = set()
        while chunk:
            if is_sheet:
                seen = before + chunk
                is_odd = is_odd or ODD.search(seen) is not None
                merged |= merged_cells(seen) if b"<mergeCell" in seen else set()
                columns = max([columns, *map(column_number, set(_COLUMN_OF.findall(seen)))])
                last_row = max([last_row, *map(int, set(_ROW_OF.findall(seen)))])
                before = chunk[-_OVERLAP:]
            chunk = part.read(_CHUNK)
    if columns * last_row > MAX_CELLS:
        raise NotATable(
            "Et ark i Excel-filen strækker sig urimeligt langt. Slet tomme rækker og kolonner efter tabellen."
        )
    return _Part(is_odd, merged)


# Declarations and comments, each to its first end, and then the root: nothing else, least of all a DOCTYPE.
_PROLOG_AND_ROOT = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|(?><\?.*?\?>|<!--.*?-->))*+<[A-Za-z_]", re.DOTALL)


def _honest_prolog(start: bytes) -> bool:
    return _PROLOG_AND_ROOT.match(start) is not None
