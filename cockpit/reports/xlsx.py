"""A report as a workbook: a sheet per page, kroner in the cells, formulas where one expects them, native charts."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from cockpit.domain import format as fmt
from cockpit.reports import looks
from cockpit.reports.measure import lines_of, width_of
from cockpit.reports.report import Chart, Column, Line, Page, Report, Table
from cockpit.reports.svg import shares
from cockpit.reports.xlsx_charts import DataSheet, draw_chart
from cockpit.reports.xlsx_formats import NUMBERS, SIZE, Formats
from cockpit.reports.xlsx_print import ROW, TOGETHER, set_up, width_of_columns

NAME, WIDE, NARROW, WIDEST = 24.0, 46.0, 13.0, 80.0  # widths in signs: of names at least and most, figures, texts
READABLE = 160.0  # signs across a page in print; texts are wrapped rather than printed smaller
SIGN, SIDES = 5.25, 8.0  # points of a sign that a column is measured in, and left and right of a text together
INDENT = 8.0  # points
TITLE_SIZE = 15.0
CHART_ROWS = 18  # rows that a chart covers
CHART_WIDTH, CHART_HEIGHT = 980, 350
# Columns are as many signs wide as the workbook's own font says, so that is one which everybody has in some form; its
# digits are 7 pixels wide, as the library takes for granted.
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "default_format_properties": {"font_name": "Arial", "font_size": 10},
}


def to_xlsx(report: Report) -> bytes:
    """Render a report as a workbook. Text that begins with an equals sign stays text."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, _OPTIONS) as book:
        book.set_properties(
            {"title": report.title, "subject": report.subtitle, "author": "Styringscockpit", "comments": report.foot}
        )
        formats = Formats(book)
        sheets = {page.key: book.add_worksheet(page.key[:31]) for page in report.pages}
        data = DataSheet(book, formats)
        for page in report.pages:
            _write_page(book, sheets[page.key], report, page, formats, data)
    return _settled(written.getvalue())


def _settled(content: bytes) -> bytes:
    """Say what the library says otherwise: charts and file are Danish, and names below a chart stand level.

    It turns them by a whole round, which some programs take for any angle.
    """
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            part = old.read(item)
            if item.filename.startswith("xl/charts/"):
                part = part.replace(b'"en-US"', b'"da-DK"').replace(b'rot="21600000"', b'rot="0"')
            elif item.filename == "docProps/core.xml":
                part = part.replace(b"</cp:coreProperties>", b"<dc:language>da-DK</dc:language></cp:coreProperties>")
            new.writestr(item, part)
    return written.getvalue()


class _Sheet:
    """A sheet that is written downwards, and knows how tall its rows are."""

    def __init__(self, sheet: Any, widths: Sequence[float], formats: Formats) -> None:
        self.sheet, self.widths, self.formats = sheet, widths, formats
        self.heights: list[float] = []
        self.blocks = [0]  # rows at which something begins that is not parted in print
        for at, width in enumerate(widths):
            sheet.set_column(at, at, width)

    @property
    def row(self) -> int:
        """The next row."""
        return len(self.heights)

    def go_on(self, height: float = ROW, rows: int = 1) -> None:
        """Leave rows behind that are so tall."""
        for _ in range(rows):
            self.sheet.set_row(self.row, height)
            self.heights.append(height)

    def write_across(self, text: str, size: float = SIZE, *, columns: int = 0, **settings: Any) -> None:
        """Write a text over several columns, all of them unless it is said how many, as tall as it is."""
        columns = columns or len(self.widths)
        form = self.formats.get(text_wrap=True, font_size=size, **settings)
        room = width_of_columns(self.widths[:columns]) - SIDES
        count = lines_of(text, room, size, bold=bool(settings.get("bold")))
        self.sheet.merge_range(self.row, 0, self.row, columns - 1, "", form)
        self.sheet.write_string(self.row, 0, text, form)
        self.go_on(ROW * size / SIZE * count)


def _write_page(book: Any, sheet: Any, report: Report, page: Page, formats: Formats, data: DataSheet) -> None:
    """Write a page on its sheet: on screen its title stays in view, in print no table is parted that need not be."""
    sheet.hide_gridlines(2)
    on = _Sheet(sheet, _widths(page), formats)
    place = " · ".join(filter(None, (report.whose, page.section, report.audience, report.state)))
    on.write_across(place, bold=True, font_color=f"#{looks.TEAL}")
    on.write_across(page.title, TITLE_SIZE, bold=True, font_color=f"#{looks.NAVY}")
    on.write_across(report.marked_stamp, 9.0, font_color=f"#{looks.MUTED}")
    sheet.freeze_panes(on.row, 0)
    on.go_on()
    muted = formats.get(font_color=f"#{looks.MUTED}")
    for label, value, note in page.figures:
        sheet.write_string(on.row, 0, label, muted)
        sheet.write_string(on.row, 1, value, formats.get(bold=True))
        sheet.write_string(on.row, 2, note, formats.get(font_color=f"#{looks.MUTED}", indent=1))
        on.go_on()
    on.go_on(rows=1 if page.figures else 0)
    for text in (*page.text, *page.aside, *(f"{number}. {point}" for number, point in enumerate(page.points, 1))):
        on.write_across(text, valign="top")
    if page.charts:
        on.go_on(rows=1 if page.text or page.aside else 0)
        above = on.row
        _write_charts(book, on, page.charts, data)
        if sum(on.heights) > TOGETHER:
            on.blocks.append(above)
    for at, table in enumerate(page.tables):
        if at or page.charts:
            on.blocks.append(on.row)
        on.go_on(rows=1 if at or page.text or page.charts else 0)
        _write_table(on, table)
    on.go_on()
    for note in looks.notes_of(page, money_unit=1.0):
        on.write_across(note, font_color=f"#{looks.MUTED}")
    set_up(sheet, report, width_of_columns(on.widths), on.heights, on.blocks)


def _write_charts(book: Any, on: _Sheet, charts: Sequence[Chart], data: DataSheet) -> None:
    """Write a page's charts side by side, each under what it shows."""
    titles = " · ".join(map(looks.native_title, charts))
    on.write_across(titles, bold=True, font_color=f"#{looks.NAVY}")
    left = 0
    for chart, share in zip(charts, shares(charts), strict=True):
        width = round(CHART_WIDTH * share)
        drawn = draw_chart(book, chart, data)
        drawn.set_size({"width": width, "height": CHART_HEIGHT})
        place = {"description": chart.alt, "object_position": 2, "x_offset": left}
        on.sheet.insert_chart(on.row, 0, drawn, place)
        left += width
    on.go_on(rows=CHART_ROWS)


def _widths(page: Page) -> list[float]:
    """Width of each column in signs: what its figures and the words of its headings need, and texts what is left.

    A sheet is as wide as its page in print: what is wider than it need be is printed smaller than it need be.
    """
    across = max([3, *(len(table.columns) for table in page.tables)])
    widths = [NAME, *[NARROW] * (across - 1)]
    for label, value, _ in page.figures:
        widths[0] = max(widths[0], _signs(label))
        widths[1] = max(widths[1], _signs(value, bold=True))
    for table in page.tables:
        for at in range(len(table.columns)):
            most = WIDE if at == 0 else WIDEST
            widths[at] = max(widths[at], min(_needed(table, at), most))
    widths = _fitted(widths)
    while width_of_columns(widths) < CHART_WIDTH * 0.75:
        widths.append(NARROW)  # sentences run as wide as the charts
    return widths


def _needed(table: Table, at: int) -> float:
    """What a column needs so that none of its cells breaks, and its heading between words only, in signs."""
    column = table.columns[at]
    cells = [_signs(_shown(line.cells[at], column), bold=line.kind != "row") for line in table.lines]
    words = [_signs(word, bold=True) for word in column.heading.split(" ")]
    return max([*cells, *words]) + INDENT / SIGN


def _shown(value: Any, column: Column) -> str:
    """What a cell shows: amounts in kroner, with room for a sign."""
    if isinstance(value, float) and column.form in ("mio", "signed", "kroner", "change"):
        return fmt.number(value, signed=True)
    return looks.cell_text(value, column)


def _signs(text: str, *, bold: bool = False) -> float:
    return (width_of(text, SIZE, bold=bold) + SIDES) / SIGN


def _fitted(widths: Sequence[float]) -> list[float]:
    """Narrow the widest columns, which hold texts, until a page holds them all in a size that can be read."""
    found, over = list(widths), sum(widths) - READABLE
    spare = [max(width - NAME, 0.0) for width in found]
    if over <= 0 or not sum(spare):
        return found
    share = min(over / sum(spare), 1.0)
    return [width - share * room for width, room in zip(found, spare, strict=True)]


def _tallest(texts: Sequence[tuple[str, float]], *, bold: bool) -> int:
    """Lines of the tallest of some cells, each a text and its room; not every program finds them itself."""
    return max(lines_of(text, room, SIZE, bold=bold) for text, room in texts)


def _room(on: _Sheet, at: int, column: Column) -> float:
    """Points that a text has in a column."""
    return on.widths[at] * SIGN - (INDENT if at and column.form == "text" else 0.0)


def _write_table(on: _Sheet, table: Table) -> None:
    """Write a table with its heading."""
    unit = "kr." if looks.table_unit(table.columns) else ""
    on.write_across(looks.table_title(table.title, unit), bold=True, font_color=f"#{looks.NAVY}")
    head = {"bold": True, "bg_color": f"#{looks.PANEL}", "text_wrap": True, "bottom": 1}
    rooms = [_room(on, at, column) for at, column in enumerate(table.columns)]
    for at, column in enumerate(table.columns):
        place = {"align": "left", "indent": min(at, 1)} if column.form == "text" else {"align": "right"}
        on.sheet.write_string(on.row, at, column.heading, on.formats.get(**head, **place))
    headings = [(column.heading, room) for column, room in zip(table.columns, rooms, strict=True)]
    on.go_on(ROW * _tallest(headings, bold=True))
    first = on.row
    for down, line in enumerate(table.lines):
        for at in range(len(table.columns)):
            _write_cell(on.sheet, first, down, at, table, on.formats)
        texts = [
            (_shown(value, column), room)
            for value, column, room in zip(line.cells, table.columns, rooms, strict=True)
            if column.form == "text"
        ]
        on.go_on(ROW * (_tallest(texts, bold=line.kind != "row") if texts else 1))


def _write_cell(sheet: Any, first: int, down: int, at: int, table: Table, formats: Formats) -> None:
    line, column = table.lines[down], table.columns[at]
    value = line.cells[at]
    settings: dict[str, Any] = {"bold": line.kind != "row", "bottom": 1, "bottom_color": f"#{looks.RULE}"}
    if line.kind == "total":
        settings |= {"top": 1, "bg_color": f"#{looks.PANEL}"}
    if at == 0 and line.kind == "row" and any(one.kind == "sub" for one in table.lines):
        settings["indent"] = 1
    if isinstance(value, float) and column.form != "text":
        form = formats.get(**settings, num_format=NUMBERS[column.form], align="right")
        formula = _formula(table, down, at, first)
        if formula:
            sheet.write_formula(first + down, at, formula, form, value)
        else:
            sheet.write_number(first + down, at, value, form)
        return
    align = "left" if column.form == "text" else "right"
    text = looks.cell_text(value, column) if value is not None or column.form != "text" else ""
    if at and column.form == "text":
        settings["indent"] = 1  # off the figure to its left
    sheet.write_string(first + down, at, text, formats.get(**settings, align=align, text_wrap=True))


def _formula(table: Table, down: int, at: int, first: int) -> str:
    """Return the formula of a cell, nothing where a part of it is blank or there is none."""
    line, column = table.lines[down], table.columns[at]
    if column.difference:
        keys = [one.key for one in table.columns]
        parts = [keys.index(key) for key in column.difference]
        if all(isinstance(line.cells[part], float) for part in parts):
            minuend, subtrahend = (xl_rowcol_to_cell(first + down, part) for part in parts)
            return f"={minuend}-{subtrahend}"
    if line.sums and _adds_up(table, line, at):
        return f"=SUM({','.join(_ranges(line.sums, at, first))})"
    return ""


def _adds_up(table: Table, line: Line, at: int) -> bool:
    """Only what is all there is a sum: blanks must not be counted as nothing."""
    parts = [table.lines[part].cells[at] for part in line.sums]
    total = line.cells[at]
    whole = all(isinstance(part, float) for part in parts) and isinstance(total, float)
    return whole and abs(sum(parts) - total) < 0.005  # type: ignore[arg-type, operator]


def _ranges(lines: tuple[int, ...], at: int, first: int) -> list[str]:
    """Write neighbours as one range: `B5:B9` instead of five cells."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][-1] + 1:
            runs[-1].append(line)
        else:
            runs.append([line])
    cell = xl_rowcol_to_cell
    return [
        cell(first + run[0], at) if len(run) == 1 else f"{cell(first + run[0], at)}:{cell(first + run[-1], at)}"
        for run in runs
    ]
