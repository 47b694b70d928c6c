"""The charts of a report as native charts of a workbook, and the hidden sheet of what they draw."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from cockpit.domain import format as fmt
from cockpit.reports import looks
from cockpit.reports.report import Bars, Chart, Columns, Lines, Series, Strip, Waterfall
from cockpit.reports.xlsx_formats import Formats

DATA = "Diagramdata"
UNPRINTED = "Tallene bag diagrammerne. Arket er skjult og udskrives ikke."
WIDE, NARROW = 46.0, 16.0  # widths in signs of the names and the figures of the data
MOST_NAMED, NAMED_EVERY = 14, 4  # months that have a name each; of more every so many
NAME_PLACE = "Navnets plads:"
NAMES_APART = 0.075  # of the reach of an axis, between the names of two lines
# Of the same, from the end of a line up to its name where another goes on; more where the name must stand right of it.
LIFTED, LIFTED_FIRST = 0.05, 0.18
FIRST = 3  # of the months: left of them a name has no room
WHISKERS = ("Stregens længde opad", "Stregens længde nedad")
_A4 = 9


def draw_chart(book: Any, chart: Chart, data: "DataSheet") -> Any:
    """Return a chart for a sheet, what it draws being on the sheet of data; without title and frame of its own."""
    drawn = _DRAW[type(chart)](book, chart, data, chart.title)
    drawn.set_title({"none": True})
    drawn.set_chartarea({"border": {"none": True}})
    return drawn


class DataSheet:
    """What the charts draw, one block under the other, in the unit of the chart."""

    def __init__(self, book: Any, formats: Formats) -> None:
        self.sheet = book.add_worksheet(DATA)
        self._formats = formats
        self.sheet.write_string(0, 0, UNPRINTED, formats.get(bold=True))
        self.sheet.hide()
        self.sheet.set_landscape()
        self.sheet.set_paper(_A4)
        self.rows = 2
        self.sheet.set_column(0, 0, WIDE)
        self.sheet.set_column(1, 12, NARROW)

    def block(self, title: str, categories: Sequence[str], columns: Mapping[str, Sequence[float | None]]) -> "Block":
        bold = self._formats.get(bold=True)
        number = self._formats.get(num_format="#,##0.0")
        self.sheet.write_string(self.rows, 0, title, bold)
        first = self.rows + 2
        for at, (name, values) in enumerate(columns.items(), 1):
            self.sheet.write_string(first - 1, at, name, bold)
            for down, value in enumerate(values):
                if value is not None:
                    self.sheet.write_number(first + down, at, value, number)
        # Long rows of months have no room for a name on one line, nor for a name that must not break.
        is_long = len(categories) > MOST_NAMED
        for down, category in enumerate(categories):
            name = category.replace(fmt.NBSP, " ") if is_long else category
            self.sheet.write_string(first + down, 0, name, self._formats.get())
        self.rows = first + len(categories) + 2
        return Block(first, first + len(categories) - 1, list(columns))


class Block:
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


_ROOM_FOR_LABELS = {"layout": {"x": 0.05, "y": 0.05, "width": 0.80, "height": 0.80}}
_LEVEL = 360  # the library's word for no rotation, where nothing would mean as each program likes
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
    return {"num_font": {**_FONT, "rotation": _LEVEL}, "line": line, "major_tick_mark": "none", "label_position": "low"}


def _values_axis(*, visible: bool) -> dict[str, Any]:
    grid = {"visible": visible, "line": {"color": "#E3E8ED", "width": 0.75}}
    numbers = {"num_font": _FONT, "num_format": "#,##0"}
    return {**numbers, "visible": visible, "major_gridlines": grid, "line": {"none": True}}


def _label(texts: Sequence[str | None], position: str) -> dict:
    """Labels written in Danish beside the points that have one."""
    custom = [{"delete": True} if text is None else {"value": text, "font": _FONT} for text in texts]
    return {"value": True, "custom": custom, "position": position, "font": _FONT}


def _lines(book: Any, chart: Lines, data: DataSheet, title: str) -> Any:
    """Bands as stacked areas with the lines combined on top: the true fan."""
    reached = [value for stroke in looks.strokes(chart) for value in stroke.values if value is not None]
    block, drawn = _drawn_strokes(book, chart, data, title, across=max(reached))
    if chart.bands:
        areas = book.add_chart({"type": "area", "subtype": "stacked"})
        for name, color in zip(looks.stacked(chart), looks.band_colors(chart), strict=True):
            areas.add_series(block.of(name, fill=_plain_fill(color), border={"none": True}))
        areas.combine(drawn)
        drawn = areas
    _calm(drawn, values=True, from_zero=min(reached) >= 0)
    if len(chart.categories) > MOST_NAMED:
        drawn.set_x_axis({**_months_axis(), "interval_unit": NAMED_EVERY})
    drawn.set_plotarea(_ROOM_FOR_LABELS)
    drawn.show_blanks_as("gap")
    return drawn


def _strip(book: Any, chart: Strip, data: DataSheet, title: str) -> Any:
    """Bands as stacked columns on a ground that nobody sees, with lines across them."""
    lines = looks.strip_lines(chart)
    low, high, step = looks.strip_axis(chart)
    block, drawn = _drawn_strokes(book, lines, data, title, across=high - low)
    columns = book.add_chart({"type": "column", "subtype": "stacked"})
    for name, color in zip(looks.stacked(lines), looks.band_colors(lines), strict=True):
        columns.add_series(block.of(name, gap=20, fill=_plain_fill(color), border={"none": True}))
    columns.combine(drawn)
    _calm(columns, values=True)
    columns.set_y_axis({**_values_axis(visible=True), "min": low, "max": high, "major_unit": step})
    columns.set_x_axis({**_months_axis(), "label_position": "none"})  # the title says what the place is
    columns.set_plotarea({"layout": {"x": 0.17, "y": 0.05, "width": 0.48, "height": 0.80}})
    return columns


def _plain_fill(color: str | None) -> dict:
    return {"none": True} if color is None else {"color": f"#{color}"}


def _drawn_strokes(book: Any, chart: Lines, data: DataSheet, title: str, *, across: float) -> tuple[Block, Any]:
    """The lines of a chart, each named at its end; `across` is the reach of the axis, in the chart's unit."""
    strokes = looks.strokes(chart)
    places = _places_of_names(strokes, across)
    columns = {**looks.stacked(chart), **{stroke.name: stroke.values for stroke in strokes}}
    block = data.block(title, chart.categories, {**columns, **places})
    drawn = book.add_chart({"type": "line"})
    for stroke in strokes:
        named = {"data_labels": _name(stroke, chart)} if stroke.named and _place_of(stroke) not in places else {}
        mark = {"type": "long_dash", "size": 9, "border": {"color": f"#{stroke.color}"}}
        marker = {"marker": mark} if stroke.is_point else {}
        drawn.add_series(block.of(stroke.name, line=_line_of(stroke), **named, **marker))
    for stroke in strokes:
        if _place_of(stroke) in places:
            drawn.add_series(block.of(_place_of(stroke), line={"none": True}, data_labels=_name(stroke, chart)))
    return block, drawn


def _name(stroke: looks.Stroke, chart: Lines) -> dict:
    """The name of a line with its value, beside its last point; left of it where the line goes on as another."""
    is_left = not stroke.is_at_edge and stroke.last >= FIRST
    return _label(_only(stroke.label(chart.decimals), stroke), "left" if is_left else "right")


def _only(text: str, stroke: looks.Stroke) -> list[str | None]:
    return [text if at == stroke.last else None for at in range(len(stroke.values))]


def _place_of(stroke: looks.Stroke) -> str:
    return f"{NAME_PLACE} {stroke.name}"


def _places_of_names(strokes: Sequence[looks.Stroke], across: float) -> dict[str, tuple[float | None, ...]]:
    """Where names stand that would cover a line or each other: where two lines end close together, or one goes on."""
    moved = {stroke: LIFTED if stroke.last >= FIRST else LIFTED_FIRST
             for stroke in strokes if stroke.named and not stroke.is_at_edge}  # fmt: skip
    ends = sorted((one for one in strokes if one.named and one.is_at_edge), key=lambda one: one.end)
    for below, above in pairwise(ends):
        lacking = NAMES_APART - (above.end - below.end) / across
        if lacking > 0:
            moved |= {below: -lacking / 2, above: lacking / 2}
    return {_place_of(stroke): (*[None] * stroke.last, stroke.end + share * across) for stroke, share in moved.items()}


def _line_of(stroke: looks.Stroke) -> dict:
    width = 1.25 if stroke.style == "budget" else 2.5
    return {"color": f"#{stroke.color}", "width": width, "dash_type": "dash" if stroke.dashed else "solid"}


def _look(series: Series) -> dict:
    if series.style == "budget":
        return {"fill": {"none": True}, "border": {"color": f"#{looks.GREY}", "width": 1.25}}
    if series.forecast_from == 0:
        return _hatched(looks.column_color(series))
    return {"fill": {"color": f"#{looks.column_color(series)}"}, "border": {"none": True}}


def _hatched(color: str) -> dict:
    pattern = {"pattern": "wide_upward_diagonal", "fg_color": f"#{color}", "bg_color": "#FFFFFF"}
    return {"pattern": pattern, "border": {"color": f"#{color}", "width": 1}}


def _columns(book: Any, chart: Columns, data: DataSheet, title: str) -> Any:
    drawn = book.add_chart({"type": "column"})
    block = data.block(title, chart.categories, {series.name: series.values for series in chart.series})
    for series in chart.series:
        texts = [None if value is None else fmt.number(value, chart.decimals) for value in series.values]
        labels = {"data_labels": _label(texts, "outside_end")} if chart.labelled else {}
        expected = _hatched(looks.column_color(series))
        hatched = [expected if series.is_expected(at) else None for at in range(len(series.values))]
        points = {"points": hatched} if any(hatched) and series.forecast_from != 0 else {}
        drawn.add_series(block.of(series.name, gap=60, overlap=-5, **_look(series), **labels, **points))
    _calm(drawn, values=not chart.labelled, from_zero=_is_positive(chart))
    if len(chart.series) > 1:
        drawn.set_legend({"position": "top", "font": _FONT})
    return drawn


def _bars(book: Any, chart: Bars, data: DataSheet, title: str) -> Any:
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


def _waterfall(book: Any, chart: Waterfall, data: DataSheet, title: str) -> Any:
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
