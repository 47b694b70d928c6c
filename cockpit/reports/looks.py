"""What all papers share of looks: colours of the notation, and how a cell of a table is written."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from cockpit.domain import format as fmt
from cockpit.domain import rounding
from cockpit.reports.report import (
    Band,
    Bars,
    Chart,
    Column,
    Columns,
    Form,
    Lines,
    Page,
    Series,
    Strip,
    Style,
    Table,
    Value,
    Waterfall,
)

FONT = "IBM Plex Sans"
NAVY, TEAL, GREY = "1F3B57", "0B6E99", "6B7280"
TEXT, MUTED, RULE, PANEL, WHITE = "1A2433", "4B5563", "C9D1DA", "F2F5F8", "FFFFFF"
PREVIOUS = "8496A9"
WORSE, BETTER = "A4262C", "1A7F37"
BAND = {95: "DEEBF1", 80: "BBD6E3", 50: "8DB9CF"}
# What a waterfall is stacked of, in words for whoever opens its data: each bar stands on a part that nobody sees.
WATERFALL_PARTS = ("Usynlig bund over nul", "Søjle over nul", "Usynlig bund under nul", "Søjle under nul")
WATERFALL_TOP, WATERFALL_FOOT = "Tallets plads", "Tallets plads under trinnet"
UNIT_MILLIONS = f"mio.{fmt.NBSP}kr."
STRIP_PLACES = (fmt.NBSP, "Årets udgang", fmt.NBSP)  # bands stand in the middle, lines reach from side to side
_STRIP_ROOM = 0.12  # of the marks' reach, above and below them
_BARS_ROOM = 0.03  # of the reach of bars with whiskers, on both sides
_STRIP_CLOSE = 0.2  # of its axis: two lines of a name with its figure
_STRIP_STEPS = 4  # on its axis, at least


def cell_text(value: Value, column: Column) -> str:
    """Write a cell for reading: kroner in millions where the column says so."""
    if isinstance(value, str):
        return value
    if value is None:
        return "" if column.form == "text" else fmt.ABSENT
    return _WRITERS[column.form](value)


# Unit and decimals of the forms that are rounded; money's unit is the renderer's.
_ROUNDED: dict[Form, tuple[float, int] | None] = {
    "mio": None, "signed": None, "count": (1.0, 1), "whole": (1.0, 0), "kroner": (1.0, 0), "change": (1.0, 0),
}  # fmt: skip
_WRITERS: dict[Form, Callable[[float], str]] = {
    "text": str,
    "mio": fmt.millions,
    "signed": lambda value: fmt.millions(value, signed=True),
    "count": lambda value: fmt.number(value, 1),
    "whole": fmt.number,
    "kroner": fmt.number,
    "change": lambda value: fmt.number(value, signed=True),
    "percent": fmt.percent,
}


def notes_of(page: Page, money_unit: float = fmt.MILLION) -> tuple[str, ...]:
    """The notes of a page, and last that figures are rounded, where they do not add up as they are written.

    Args:
        page: the page.
        money_unit: kr. per unit that the tables are written in: kroner in a workbook.
    """
    drift = any(_drifts(table, money_unit) for table in page.tables) or any(
        rounding.drifts(chart.steps, chart.total) for chart in page.charts if isinstance(chart, Waterfall)
    )
    return (*page.notes, rounding.NOTE) if drift and rounding.NOTE not in page.notes else page.notes


def _drifts(table: Table, money_unit: float) -> bool:
    return any(
        rounding.drifts(parts, total, unit=unit, decimals=decimals)
        for at, column in enumerate(table.columns)
        if column.form in _ROUNDED
        for unit, decimals in [_ROUNDED[column.form] or (money_unit, 1 if money_unit > 1 else 0)]
        for parts, total in _sums(table, at)
    )


def _sums(table: Table, at: int) -> Iterator[tuple[list[float], float]]:
    """What a column of a table says adds up: the lines that are sums, and itself where it is a difference."""
    column, keys = table.columns[at], [one.key for one in table.columns]
    for line in table.lines:
        total = line.cells[at]
        parts: list[Value] = [table.lines[part].cells[at] for part in line.sums]
        if isinstance(total, float) and parts and all(isinstance(part, float) for part in parts):
            yield [part for part in parts if isinstance(part, float)], total
        if column.difference:
            minuend, subtrahend = (line.cells[keys.index(key)] for key in column.difference)
            if isinstance(total, float) and isinstance(minuend, float) and isinstance(subtrahend, float):
                yield [minuend, -subtrahend], total


def table_unit(columns: tuple[Column, ...]) -> str:
    """Return the unit of a table's amounts, nothing where it has none in millions."""
    return UNIT_MILLIONS if any(column.form in ("mio", "signed") for column in columns) else ""


def table_title(title: str, unit: str) -> str:
    """Write a table's heading with the unit of its amounts, once."""
    return f"{title}, {unit}" if unit else title


def side_color(value: float) -> str:
    """Colour of a deviation in millions; the sign beside it says the same, and what is written as nought has none."""
    if round(value, 1) == 0:
        return GREY
    return WORSE if value > 0 else BETTER


def column_color(series: Series) -> str:
    """Colour of columns, of their hatching where they are expected: what is compared with is lighter."""
    return PREVIOUS if series.style == "previous" else NAVY


def bar_color(chart: Bars, value: float) -> str:
    """Colour of a bar: the worse side is merforbrug, or a loss where more is better."""
    return side_color(-value if chart.more_is_better else value)


def bar_names(chart: Bars) -> list[str]:
    """Names beside the bars; those with whiskers carry their figure, which would stand on the whisker."""
    if not chart.bands:
        return list(chart.categories)
    return [
        f"{name}: {fmt.number(value, 1, signed=True)}"
        for name, value in zip(chart.categories, chart.values, strict=True)
    ]


def reach(chart: Bars) -> tuple[float, float]:
    """Return where the axis of bars with whiskers begins and ends: a program may look at the bars alone."""
    low, high = chart.ends
    room = _BARS_ROOM * ((high - low) or 1.0)
    return low - room, high + room


def whiskers(chart: Bars) -> tuple[list[float], list[float]]:
    """How far the bands reach above and below the values."""
    both = list(zip(chart.values, chart.bands, strict=True))
    return [max(high - value, 0.0) for value, (_, high) in both], [max(value - low, 0.0) for value, (low, _) in both]


def above_and_below(start: float, end: float) -> tuple[float, float, float, float]:
    """Split a step of a waterfall where it crosses zero: base and bar above it, base and bar below it.

    Bases are not drawn; bars stand on them. Below zero all are negative.
    """
    top, bottom = max(start, end), min(start, end)
    base_up, base_down = max(bottom, 0.0), min(top, 0.0)
    return base_up, max(top, 0.0) - base_up, base_down, min(bottom, 0.0) - base_down


def label_above(start: float, end: float) -> bool:
    """Say whether the figure of a step stands above it; of one that hangs below zero it stands below, off the axis."""
    return max(start, end) > 0


def waterfall_ends(steps: tuple[float, ...]) -> list[tuple[float, float]]:
    """Return where each step begins and ends, and last the whole from zero."""
    ends, at = [], 0.0
    for step in steps:
        ends.append((at, at + step))
        at += step
    return [*ends, (0.0, at)]


def stacked(chart: Lines) -> dict[str, list[float | None]]:
    """From the lowest limit upwards: the ground, and what each next limit adds to the one below."""
    limits = [(f"under {band.percent} %", band.low) for band in chart.bands]
    limits += [(f"over {band.percent} %", band.high) for band in reversed(chart.bands)]
    stacked: dict[str, list[float | None]] = {}
    below: Sequence[float | None] = [0.0] * len(chart.categories)
    for name, limit in limits:
        stacked[name] = [None if one is None else one - (low or 0.0) for one, low in zip(limit, below, strict=True)]
        below = limit
    return stacked


def band_colors(chart: Lines) -> list[str | None]:
    """Colours of the areas that `stacked` returns; the ground has none."""
    inward = [BAND[band.percent] for band in chart.bands]
    return [None, *inward, *reversed(inward[:-1])]


def nice_step(largest: float, least_steps: int = 4) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that divides an axis into so many at least."""
    step = 10.0 ** (math.floor(math.log10(largest)) + 1) if largest > 0 else 1.0
    for part in (1, 2, 5, 10, 20, 50, 100):
        if largest / (step / part) >= least_steps:
            return step / part
    return step / 100


def strip_lines(strip: Strip) -> Lines:
    """A strip as the lines and bands that it is drawn of: bands at one place, lines across."""
    budget = () if strip.budget is None else (Series("Budget", "budget", (strip.budget,) * len(STRIP_PLACES)),)
    expected = Series("Forventet", "forecast", (strip.expected,) * len(STRIP_PLACES), forecast_from=0)
    bands = tuple(Band(percent, (None, low, None), (None, high, None)) for percent, low, high in strip.bands)
    return Lines(STRIP_PLACES, (*budget, expected), strip.unit, strip.alt, bands, title=strip.title)


def strip_axis(strip: Strip) -> tuple[float, float, float]:
    """Return where the axis of a strip begins and ends, and its step: around all marks, on round numbers."""
    ends = [strip.expected, *(end for _, low, high in strip.bands for end in (low, high))]
    ends += [] if strip.budget is None else [strip.budget]
    reach = (max(ends) - min(ends)) or max(abs(ends[0]), 1.0)
    step = nice_step(reach * (1 + 2 * _STRIP_ROOM), _STRIP_STEPS)
    low = math.floor((min(ends) - _STRIP_ROOM * reach) / step) * step
    high = math.ceil((max(ends) + _STRIP_ROOM * reach) / step) * step
    return low, high, step


def strip_is_close(strip: Strip) -> bool:
    """Say whether forecast and budget stand so near each other that their names would meet."""
    low, high, _ = strip_axis(strip)
    return strip.budget is not None and abs(strip.expected - strip.budget) < _STRIP_CLOSE * (high - low)


def key_of(series: Series) -> list[tuple[str, int]]:
    """The names of a key for columns: one, or two where some are known and others expected; each with where it is."""
    places = {series.is_expected(at): at for at in reversed(range(len(series.values)))}
    if len(places) == 1:
        return [(series.name, 0)]
    return [(series.name, places[False]), (f"{series.name}, forventet", places[True])]


def native_title(chart: Chart) -> str:
    """The title of a chart that a program draws: its key knows a series by one look, and not that some is expected."""
    mixed = isinstance(chart, Columns) and any(len(key_of(series)) > 1 for series in chart.series)
    return f"{chart.title}; skraveret er forventet" if mixed else chart.title


@dataclass(frozen=True)
class Stroke:
    """A line as it is drawn in one: of one style throughout, without slope where it is a level.

    `named`: whether its name stands at its end; of the levels of a budget only the last is named.
    """

    name: str
    values: tuple[float | None, ...]
    style: Style
    dashed: bool = False
    named: bool = True

    @property
    def last(self) -> int:
        """Number of its last point."""
        return max(at for at, value in enumerate(self.values) if value is not None)

    @property
    def end(self) -> float:
        """Its last value."""
        return self.values[self.last] or 0.0

    @property
    def is_at_edge(self) -> bool:
        """Whether it reaches the last category."""
        return self.values[-1] is not None

    @property
    def is_point(self) -> bool:
        """Whether it is one point alone, which no line shows."""
        return sum(value is not None for value in self.values) == 1

    @property
    def color(self) -> str:
        """Of the notation."""
        return {"budget": GREY, "previous": PREVIOUS}.get(self.style, NAVY)

    def label(self, decimals: int) -> str:
        """Its name with its last value."""
        return f"{self.name} {fmt.number(self.end, decimals)}"


def strokes(chart: Lines) -> list[Stroke]:
    """Part lines where they turn into a forecast, and the budget where it changes where it is a level."""
    return [
        stroke
        for series in chart.series
        for stroke in (
            _levels(series, chart.categories) if chart.steps and series.style == "budget" else turned(series)
        )
    ]


def turned(series: Series) -> list[Stroke]:
    """Part a line where it turns into a forecast."""
    turn = series.forecast_from
    if not turn:
        return [Stroke(series.name, series.values, series.style, dashed=turn == 0)]
    known = tuple(value if at < turn else None for at, value in enumerate(series.values))
    ahead = tuple(value if at >= turn - 1 else None for at, value in enumerate(series.values))
    return [Stroke(series.name, known, series.style), Stroke("Forventet", ahead, "forecast", dashed=True)]


def _levels(series: Series, categories: Sequence[str]) -> list[Stroke]:
    """A stroke of its own for each level: one line through all of them would slope from the one to the next."""
    values = series.values
    starts = [at for at, value in enumerate(values) if value is not None and (at == 0 or values[at - 1] != value)]
    found = []
    for start, following in pairwise([*starts, len(values)]):
        own = tuple(value if start <= at < following else None for at, value in enumerate(values))
        is_last = following == len(values)
        name = series.name if is_last else f"{series.name} fra {categories[start]}"
        found.append(Stroke(name, own, series.style, named=is_last))
    return found
