"""A report as a workbook: a sheet per page, kroner in the cells, formulas where one expects them, native charts."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from cockpit.domain import format as fmt
from cockpit.reports import looks
from cockpit.reports.report import (
    Bars,
    Chart,
    Column,
    Columns,
    Line,
    Lines,
    Page,
    Report,
    Series,
    Strip,
    Table,
    Waterfall,
)
from cockpit.reports.svg import shares

DATA = "Diagramdata"
UNPRINTED = "Tallene bag diagrammerne. Arket er skjult og udskrives ikke."
NAME, WIDE, NARROW, WIDEST = 24.0, 46.0, 16.0, 54.0  # widths in signs: of the first column, the others, a text's
READABLE = 130.0  # signs across a page in print; texts are wrapped rather than printed smaller
ACROSS = 100.0  # signs that a paragraph reaches over at least
MOST_ROWS_ON_A_PAGE = 62  # as small as can be read in print; longer sheets go on overleaf
MOST_NAMED, NAMED_EVERY = 14, 4  # months that have a name each; of more every so many
CHART_ROWS = 18  # rows that a chart covers
CHART_WIDTH, CHART_HEIGHT = 980, 350
WHISKERS = ("Stregens længde opad", "Stregens længde nedad")
_PLAIN = "#,##0;\u2212#,##0"
_FORMATS = {"mio": _PLAIN, "signed": "+#,##0;\u2212#,##0;0", "count": "#,##0.0", "whole": _PLAIN,
            "kroner": _PLAIN, "change": "+#,##0;\u2212#,##0;0", "percent": "0 %"}  # fmt: skip
_A4 = 9


def to_xlsx(report: Report) -> bytes:
    """Render a report as a workbook. Text that begins with an equals sign stays text."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties(
            {"title": report.title, "subject": report.subtitle, "author": "Styringscockpit", "comments": report.stamp}
        )
        looks_of = _Looks(book)
        sheets = {page.key: book.add_worksheet(page.key[:31]) for page in report.pages}
        data = _DataSheet(book, looks_of)
        for page in report.pages:
            _write_page(book, sheets[page.key], report, page, looks_of, data)
            _print_setup(sheets[page.key], report)
    return written.getvalue()


class _Looks:
    """The formats of cells, made once per book."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple, Any] = {}

    def get(self, **settings: Any) -> Any:
        key = tuple(sorted(settings.items()))
        if key not in self._made:
            base = {"font_name": looks.FONT, "font_size": 10, "font_color": f"#{looks.TEXT}", "valign": "vcenter"}
            self._made[key] = self._book.add_format({**base, **settings})
        return self._made[key]


class _DataSheet:
    """What the charts draw, one block under the other, in the unit of the chart."""

    def __init__(self, book: Any, formats: _Looks) -> None:
        self.sheet = book.add_worksheet(DATA)
        self._formats = formats
        self.sheet.write_string(0, 0, UNPRINTED, formats.get(bold=True))
        self.sheet.hide()
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.rows = 2
        self.sheet.set_column(0, 0, WIDE)
        self.sheet.set_column(1, 12, NARROW)

    def block(self, title: str, categories: Sequence[str], columns: Mapping[str, Sequence[float | None]]) -> "_Block":
        bold = self._formats.get(bold=True)
        number = self._formats.get(num_format="#,##0.0")
        self.sheet.write_string(self.rows, 0, title, bold)
        first = self.rows + 2
        for at, (name, values) in enumerate(columns.items(), 1):
            self.sheet.write_string(first - 1, at, name, bold)
            for down, value in enumerate(values):
                if value is not None:
                    self.sheet.write_number(first + down, at, value, number)
        for down, category in enumerate(categories):
            self.sheet.write_string(first + down, 0, category, self._formats.get())
        self.rows = first + len(categories) + 2
        return _Block(first, first + len(categories) - 1, list(columns))


class _Block:
    """Where the columns of a chart lie on the sheet of data."""

    def __init__(self, first: int, last: int, names: list[str]) -> None:
        self.first, self.last, self.names = first, last, names

    def cells(self, name: str) -> str:
        """Where a column lies, as a formula says it."""
        column = self.names.index(name) + 1
        top, foot = (xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True) for row in (self.first, self.last))
        return f"={DATA}!{top}:{foot}"

    def of(self, name: str, **settings: Any) -> dict:
        column = self.names.index(name) + 1
        return {
            "name": [DATA, self.first - 1, column],
            "categories": [DATA, self.first, 0, self.last, 0],
            "values": [DATA, self.first, column, self.last, column],
            **settings,
        }


def _write_page(book: Any, sheet: Any, report: Report, page: Page, formats: _Looks, data: _DataSheet) -> None:
    """Write a page on its sheet, in print one page, or a page for each further table where it is too long."""
    sheet.hide_gridlines(2)
    widths = _widths(page)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    sheet.write_string(0, 0, f"{page.section} · {report.audience}", formats.get(font_color=f"#{looks.TEAL}", bold=True))
    sheet.write_string(1, 0, page.title, formats.get(font_size=15, bold=True, font_color=f"#{looks.NAVY}"))
    sheet.write_string(2, 0, report.foot, formats.get(font_size=9, font_color=f"#{looks.MUTED}"))
    row = 4
    for label, value, note in page.figures:
        sheet.write_row(row, 0, [label], formats.get(font_color=f"#{looks.MUTED}"))
        sheet.write_string(row, 1, value, formats.get(bold=True))
        sheet.write_string(row, 2, note, formats.get(font_color=f"#{looks.MUTED}"))
        row += 1
    row += 1 if page.figures else 0
    for text in (*page.text, *page.aside, *(f"{number}. {point}" for number, point in enumerate(page.points, 1))):
        row = _paragraph(sheet, row, text, widths, formats.get(text_wrap=True, valign="top"))
    if page.charts:
        _write_charts(book, sheet, row, page.charts, formats, data)
        row += CHART_ROWS + 2
    begins = []
    for table in page.tables:
        begins.append(row)
        row = _write_table(sheet, row, table, formats, widths) + 2
    for note in looks.notes_of(page, money_unit=1.0):
        row = _paragraph(sheet, row, note, widths, formats.get(text_wrap=True, font_color=f"#{looks.MUTED}"))
    is_long = row > MOST_ROWS_ON_A_PAGE
    sheet.fit_to_pages(1, 0 if is_long else 1)
    if is_long:
        sheet.set_h_pagebreaks(begins[1:])  # some programs forget breaks where a sheet is fitted


def _write_charts(
    book: Any, sheet: Any, row: int, charts: Sequence[Chart], formats: _Looks, data: _DataSheet
) -> None:
    """Write a page's charts side by side, under what they show."""
    titles = " · ".join(chart.title for chart in charts)
    sheet.write_string(row, 0, titles, formats.get(bold=True, font_color=f"#{looks.NAVY}"))
    left = 0
    for chart, share in zip(charts, shares(charts), strict=True):
        width = round(CHART_WIDTH * share)
        drawn = _DRAW[type(chart)](book, chart, data, chart.title)
        drawn.set_size({"width": width, "height": CHART_HEIGHT})
        drawn.set_title({"none": True})
        place = {"description": chart.alt, "object_position": 2, "x_offset": left}
        sheet.insert_chart(row + 1, 0, drawn, place)
        left += width


def _widths(page: Page) -> list[float]:
    """Width of each column in signs: names get what they need, figures the same everywhere.

    A sheet is as wide as its page in print: what is wider than it need be is printed smaller than it need be.
    """
    across = max([4, *(len(table.columns) - 1 for table in page.tables)])
    names = [str(line.cells[0] or "") for table in page.tables for line in table.lines]
    names += [label for label, _, _ in page.figures]
    widths = [min(max([NAME, *(len(name) * 1.1 + 2 for name in names)]), WIDE), *[NARROW] * across]
    for table in page.tables:
        for at, column in enumerate(table.columns[1:], 1):
            if column.form == "text":
                longest = max(len(str(line.cells[at] or "")) for line in table.lines)
                widths[at] = min(max(widths[at], longest * 0.95), WIDEST)
    return _fitted(widths)


def _fitted(widths: Sequence[float]) -> list[float]:
    """Narrow the widest columns, which hold texts, until a page holds them all in a size that can be read."""
    found, over = list(widths), sum(widths) - READABLE
    spare = [max(width - NAME, 0.0) for width in found]
    if over <= 0 or not sum(spare):
        return found
    share = min(over / sum(spare), 1.0)
    return [width - share * room for width, room in zip(found, spare, strict=True)]


def _paragraph(sheet: Any, row: int, text: str, widths: Sequence[float], form: Any) -> int:
    """Write a text across the columns that a page shows without being turned or moved."""
    columns = next((at for at in range(4, len(widths) + 1) if sum(widths[:at]) >= ACROSS), len(widths))
    sheet.merge_range(row, 0, row, columns - 1, "", form)
    sheet.write_string(row, 0, text, form)
    sheet.set_row(row, 15 * (1 + len(text) // int(sum(widths[:columns]))))
    return row + 1


def _lines_of(line: Line, columns: Sequence[Column], widths: Sequence[float]) -> int:
    """How many lines of text the tallest cell takes; not every program finds the height of wrapped text itself."""
    counts = [
        _wrapped(str(value), width)
        for value, column, width in zip(line.cells, columns, widths, strict=False)
        if column.form == "text" and value is not None
    ]
    return max(1, *counts) if counts else 1


def _wrapped(text: str, width: float) -> int:
    """Lines that a text takes in a column."""
    return -(-len(text) * 21 // (20 * int(width)))


def _write_table(sheet: Any, top: int, table: Table, formats: _Looks, widths: Sequence[float]) -> int:
    """Write a table with its heading; returns the row after it."""
    unit = "kr." if looks.table_unit(table.columns) else ""
    title = looks.table_title(table.title, unit)
    sheet.write_string(top, 0, title, formats.get(bold=True, font_color=f"#{looks.NAVY}"))
    head = {"bold": True, "bg_color": f"#{looks.PANEL}", "text_wrap": True, "bottom": 1}
    lines = [_wrapped(column.heading, width) for column, width in zip(table.columns, widths, strict=False)]
    sheet.set_row(top + 1, 15 * max(lines))
    for at, column in enumerate(table.columns):
        place = {"align": "left", "indent": min(at, 1)} if column.form == "text" else {"align": "right"}
        sheet.write_string(top + 1, at, column.heading, formats.get(**head, **place))
    first = top + 2
    for down, line in enumerate(table.lines):
        sheet.set_row(first + down, 15 * _lines_of(line, table.columns, widths))
        for at in range(len(table.columns)):
            _write_cell(sheet, first, down, at, table, formats)
    return first + len(table.lines)


def _write_cell(sheet: Any, first: int, down: int, at: int, table: Table, formats: _Looks) -> None:
    line, column = table.lines[down], table.columns[at]
    value = line.cells[at]
    settings: dict[str, Any] = {"bold": line.kind != "row"}
    if line.kind == "total":
        settings |= {"top": 1, "bg_color": f"#{looks.PANEL}"}
    if at == 0 and line.kind == "row" and any(one.kind == "sub" for one in table.lines):
        settings["indent"] = 1
    if isinstance(value, float) and column.form != "text":
        form = formats.get(**settings, num_format=_FORMATS[column.form], align="right")
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


def _print_setup(sheet: Any, report: Report) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.repeat_rows(0, 2)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&8{report.foot}&R&8side &P af &N")


_ROOM_FOR_LABELS = {"layout": {"x": 0.05, "y": 0.05, "width": 0.80, "height": 0.80}}
_FONT = {"name": looks.FONT, "size": 9, "color": f"#{looks.TEXT}"}


def _is_positive(chart: Columns) -> bool:
    return all(value >= 0 for series in chart.series for value in series.values if value is not None)


def _calm(chart: Any, *, values: bool, from_zero: bool = False) -> None:
    chart.set_x_axis(_months_axis())
    start = {"min": 0} if from_zero else {}  # left alone, a program begins the axis where it likes
    chart.set_y_axis({**_values_axis(visible=values), **start})
    chart.set_legend({"none": True})


def _months_axis() -> dict[str, Any]:
    line = {"color": f"#{looks.GREY}", "width": 0.75}
    return {"num_font": _FONT, "line": line, "major_tick_mark": "none", "label_position": "low"}


def _values_axis(*, visible: bool) -> dict[str, Any]:
    grid = {"visible": visible, "line": {"color": "#E3E8ED", "width": 0.75}}
    numbers = {"num_font": _FONT, "num_format": "#,##0"}
    return {**numbers, "visible": visible, "major_gridlines": grid, "line": {"none": True}}


def _label(texts: Sequence[str | None], position: str) -> dict:
    """Labels written in Danish beside the points that have one."""
    custom = [{"delete": True} if text is None else {"value": text} for text in texts]
    return {"value": True, "custom": custom, "position": position, "font": _FONT}


def _lines(book: Any, chart: Lines, data: _DataSheet, title: str) -> Any:
    """Bands as stacked areas with the lines combined on top: the true fan."""
    block, parts = _fan_block(chart, data, title)
    drawn = book.add_chart({"type": "line"})
    edge = len(chart.categories) - 1
    ends = [values[edge] for values, _, _ in parts.values() if values[edge] is not None]
    for name, (values, style, dashed) in parts.items():
        last = max(at for at, value in enumerate(values) if value is not None)
        place = _label_place(values, edge, max(ends), rises=bool(chart.bands))
        texts = [f"{name} {fmt.number(value, chart.decimals)}" if at == last and value is not None else None
                 for at, value in enumerate(values)]  # fmt: skip
        drawn.add_series(block.of(name, line=_stroke(style, dashed=dashed), data_labels=_label(texts, place)))
    if not chart.bands:
        _calm(drawn, values=True)
        if len(chart.categories) > MOST_NAMED:
            drawn.set_x_axis({**_months_axis(), "interval_unit": NAMED_EVERY})
        drawn.set_plotarea(_ROOM_FOR_LABELS)
        return drawn
    areas = book.add_chart({"type": "area", "subtype": "stacked"})
    for (name, _), color in zip(looks.stacked(chart).items(), looks.band_colors(chart), strict=True):
        fill = {"none": True} if color is None else {"color": f"#{color}"}
        areas.add_series(block.of(name, fill=fill, border={"none": True}))
    areas.combine(drawn)
    _calm(areas, values=True)
    areas.set_plotarea(_ROOM_FOR_LABELS)
    areas.show_blanks_as("gap")
    return areas


def _strip(book: Any, chart: Strip, data: _DataSheet, title: str) -> Any:
    """Bands as stacked columns on a ground that nobody sees, with lines across them."""
    lines = looks.strip_lines(chart)
    block, parts = _fan_block(lines, data, title)
    drawn = book.add_chart({"type": "line"})
    edge = len(lines.categories) - 1
    ends = [values[edge] for values, _, _ in parts.values()]
    for name, (values, style, dashed) in parts.items():
        texts = [None, None, f"{name} {fmt.number(values[edge], lines.decimals)}"]
        place = _label_place(values, edge, max(ends), rises=False)
        drawn.add_series(block.of(name, line=_stroke(style, dashed=dashed), data_labels=_label(texts, place)))
    columns = book.add_chart({"type": "column", "subtype": "stacked"})
    for name, color in zip(looks.stacked(lines), looks.band_colors(lines), strict=True):
        fill = {"none": True} if color is None else {"color": f"#{color}"}
        columns.add_series(block.of(name, gap=20, fill=fill, border={"none": True}))
    columns.combine(drawn)
    _calm(columns, values=True)
    low, high, step = looks.strip_axis(chart)
    columns.set_y_axis({**_values_axis(visible=True), "min": low, "max": high, "major_unit": step})
    columns.set_plotarea({"layout": {"x": 0.17, "y": 0.05, "width": 0.52, "height": 0.80}})
    return columns


def _label_place(values: Sequence[float | None], edge: int, highest: float, *, rises: bool) -> str:
    """Where the name of a line stands so that no other line or name crosses it."""
    if values[edge] is None:
        return "left" if rises else "above"
    return "right" if values[edge] == highest else "below"


def _fan_block(chart: Lines, data: _DataSheet, title: str) -> tuple[_Block, dict]:
    parts: dict[str, tuple] = {}
    for series in chart.series:
        parts |= looks.parted(series)
    columns = {**looks.stacked(chart), **{name: values for name, (values, _, _) in parts.items()}}
    return data.block(title, chart.categories, columns), parts


def _stroke(style: str, *, dashed: bool) -> dict:
    color = {"budget": looks.GREY, "previous": looks.PREVIOUS}.get(style, looks.NAVY)
    width = 1.25 if style == "budget" else 2.5
    return {"color": f"#{color}", "width": width, "dash_type": "dash" if dashed else "solid"}


def _look(series: Series) -> dict:
    if series.style == "budget":
        return {"fill": {"none": True}, "border": {"color": f"#{looks.GREY}", "width": 1.25}}
    if series.forecast_from == 0:
        return _hatched()
    color = looks.PREVIOUS if series.style == "previous" else looks.NAVY
    return {"fill": {"color": f"#{color}"}, "border": {"none": True}}


def _hatched() -> dict:
    pattern = {"pattern": "wide_upward_diagonal", "fg_color": f"#{looks.NAVY}", "bg_color": "#FFFFFF"}
    return {"pattern": pattern, "border": {"color": f"#{looks.NAVY}", "width": 1}}


def _columns(book: Any, chart: Columns, data: _DataSheet, title: str) -> Any:
    drawn = book.add_chart({"type": "column"})
    block = data.block(title, chart.categories, {series.name: series.values for series in chart.series})
    for series in chart.series:
        texts = [None if value is None else fmt.number(value, chart.decimals) for value in series.values]
        labels = {"data_labels": _label(texts, "outside_end")} if chart.labelled else {}
        hatched = [_hatched() if series.is_expected(at) else None for at in range(len(series.values))]
        points = {"points": hatched} if any(hatched) and series.forecast_from != 0 else {}
        drawn.add_series(block.of(series.name, gap=60, overlap=-5, **_look(series), **labels, **points))
    _calm(drawn, values=not chart.labelled, from_zero=_is_positive(chart))
    if len(chart.series) > 1:
        drawn.set_legend({"position": "top", "font": _FONT})
    return drawn


def _bars(book: Any, chart: Bars, data: _DataSheet, title: str) -> Any:
    drawn = book.add_chart({"type": "bar"})
    lengths = dict(zip(WHISKERS, looks.whiskers(chart), strict=True)) if chart.bands else {}
    block = data.block(title, looks.bar_names(chart), {chart.name: chart.values, **lengths})
    points = [{"fill": {"color": f"#{looks.bar_color(chart, value)}"}} for value in chart.values]
    texts = [fmt.number(value, 1, signed=True) for value in chart.values]
    said: dict[str, Any] = {"data_labels": _label(texts, "outside_end")}
    if chart.bands:
        plus, minus = map(block.cells, WHISKERS)
        said = {"y_error_bars": {"type": "custom", "plus_values": plus, "minus_values": minus}}
    drawn.add_series(block.of(chart.name, gap=45, points=points, **said))
    _calm(drawn, values=False)
    # The library swaps the axes of bars: its x axis is the one of the names.
    ends = dict(zip(("min", "max"), looks.reach(chart), strict=True)) if chart.bands else {}
    drawn.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, **ends})
    drawn.set_y_axis({"reverse": True, "num_font": _FONT, "label_position": "low", "major_tick_mark": "none",
                      "major_gridlines": {"visible": False}})  # fmt: skip
    return drawn


def _waterfall(book: Any, chart: Waterfall, data: _DataSheet, title: str) -> Any:
    ends = looks.waterfall_ends(chart.steps)
    splits = [looks.above_and_below(start, end) for start, end in ends]
    names = looks.WATERFALL_PARTS
    columns: dict[str, list[float | None]] = {name: [split[at] for split in splits] for at, name in enumerate(names)}
    above = [looks.label_above(*pair) for pair in ends]
    columns[looks.WATERFALL_TOP] = [max(pair) if up else None for pair, up in zip(ends, above, strict=True)]
    columns[looks.WATERFALL_FOOT] = [None if up else min(pair) for pair, up in zip(ends, above, strict=True)]
    block = data.block(title, [*chart.categories, chart.end], columns)
    values = [*chart.steps, chart.total]
    points = [{"fill": {"color": f"#{looks.side_color(value)}"}} for value in values]
    drawn = book.add_chart({"type": "column", "subtype": "stacked"})
    for at, name in enumerate(names):
        style = {"fill": {"none": True}, "border": {"none": True}} if at % 2 == 0 else {"points": points}
        drawn.add_series(block.of(name, gap=40, **style))
    tops = book.add_chart({"type": "line"})
    texts = [fmt.number(value, 1, signed=True) for value in values]
    for name, chosen, position in ((looks.WATERFALL_TOP, True, "above"), (looks.WATERFALL_FOOT, False, "below")):
        own = [text if up is chosen else None for text, up in zip(texts, above, strict=True)]
        tops.add_series(block.of(name, line={"none": True}, data_labels=_label(own, position)))
    drawn.combine(tops)
    _calm(drawn, values=False)
    return drawn


_DRAW: dict[type[Chart], Any] = {Lines: _lines, Columns: _columns, Bars: _bars, Waterfall: _waterfall, Strip: _strip}
