"""The charts of a report as SVG: vectors and text, in the notation of the house, for papers that have no charts.

Lengths are in points. Colours, hatching and labels are those of the slides and the workbook.
"""

from collections.abc import Callable, Sequence
from html import escape
from itertools import pairwise
from math import ceil

from cockpit.domain import format as fmt
from cockpit.reports import looks
from cockpit.reports.report import Bars, Chart, Columns, Lines, Series, Strip, Waterfall

WIDTH = 480.0
STRIP_SHARE = 0.27  # of the width, where a strip stands beside another chart
SIZE = 8.5
_HEIGHT = 190.0
_BAR, _TALLEST_BAR, _FEW_BARS = 15.0, 26.0, 104.0  # from a bar to the next; where they are few; height that few fill
_LINE = SIZE + 1.5  # from a line of a name to the next
_SIGN = SIZE * 0.52  # width of a sign, about
_NAMED_APART = 4.0  # between the names of two months, at least
_BESIDE = 2.0  # between two names below an axis, at least
_NAMED_EVERY = (1, 2, 3, 4, 6, 12)  # months of which one is named: as many fit into a year
_PATTERN = (
    '<pattern id="hatch-{color}" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="4" height="4" fill="#{ground}"/><rect width="1.5" height="4" fill="#{color}"/></pattern>'
)
_HATCH = "".join(_PATTERN.format(color=color, ground=looks.WHITE) for color in (looks.NAVY, looks.PREVIOUS))


def to_svg(chart: Chart, width: float = WIDTH, tall: float = 1.0) -> str:
    """Draw a chart; what stands beside another is drawn narrower, so that the text of both is of one size.

    Args:
        chart: what is drawn.
        width: in points.
        tall: how much taller (or lower) than usual the plane of the chart is; its text keeps its size.
    """
    return _DRAW[type(chart)](chart, width, tall)


def height_of(drawn: str) -> float:
    """Return the height of a drawing in points."""
    return float(drawn.split('height="', 1)[1].split('"', 1)[0])


def shares(charts: Sequence[Chart]) -> list[float]:
    """Return the share of the width that each of a page's charts takes: a strip is narrow, the others are alike."""
    strips = sum(isinstance(chart, Strip) for chart in charts)
    wide = (1 - STRIP_SHARE * strips) / max(len(charts) - strips, 1)
    return [STRIP_SHARE if isinstance(chart, Strip) else wide for chart in charts]


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    size = f'width="{width:.1f}" height="{height:.1f}" viewBox="0 0 {width:.1f} {height:.1f}"'
    font = f'font-family="{looks.FONT}" font-size="{SIZE}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}><defs>{_HATCH}</defs>{"".join(parts)}</svg>'


def _text(x: float, y: float, text: str, anchor: str = "middle", color: str = looks.TEXT) -> str:
    """A text on a white edge of its own, so that it can be read where a line crosses it."""
    edge = f'paint-order="stroke" stroke="#{looks.WHITE}" stroke-width="2.5" stroke-linejoin="round"'
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#{color}" {edge}>{escape(text)}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float, color: str = looks.RULE, width: float = 0.5) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#{color}" stroke-width="{width}"/>'


def _rect(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{max(height, 0.0):.1f}" {style}/>'


class _Plane:
    """Where months and values lie on a chart of lines."""

    left, top = 30.0, 10.0

    def __init__(self, chart: Lines, width: float, tall: float) -> None:
        self.height = _height(width) * tall
        self.bottom = self.height - 18.0
        self.right = width - _room_for_names(chart)
        values = [value for series in chart.series for value in series.values if value is not None]
        values += [value for band in chart.bands for value in band.high if value is not None]
        self.largest = max(values) * 1.04
        self.count = len(chart.categories)

    def x(self, at: int) -> float:
        return self.left + (self.right - self.left) * (at + 0.5) / self.count

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.largest

    def points(self, line: Sequence[float | None]) -> list[tuple[float, float]]:
        return [(self.x(at), self.y(value)) for at, value in enumerate(line) if value is not None]


def _room_for_names(chart: Lines) -> float:
    """Room at the right for the longest name of a line with its value."""
    ends = [(stroke.name, stroke.values[-1]) for series in chart.series for stroke in looks.turned(series)]
    labels = [f"{name} {fmt.number(value, chart.decimals)}" for name, value in ends if value is not None]
    return max(map(len, labels), default=0) * SIZE * 0.55 + 10


def _lines(chart: Lines, width: float, tall: float) -> str:
    plane = _Plane(chart, width, tall)
    return _svg(width, plane.height, [*_grid(chart, plane), *_band_areas(chart, plane), *_drawn_lines(chart, plane)])


def _height(width: float) -> float:
    """What stands beside another chart is lower too."""
    return _HEIGHT if width >= WIDTH else _HEIGHT * 0.85


def _grid(chart: Lines, plane: _Plane) -> list[str]:
    parts, step = [], looks.nice_step(plane.largest)
    for tick in range(int(plane.largest / step) + 1):
        level = plane.y(tick * step)
        parts.append(_rule(plane.left, level, plane.right, level))
        parts.append(_text(plane.left - 4, level + 3, fmt.number(tick * step), "end", looks.MUTED))
    for at in range(0, plane.count, _named_every(chart, plane)):
        parts.append(_text(plane.x(at), plane.height - 6, chart.categories[at], color=looks.MUTED))
    return parts


def _named_every(chart: Lines, plane: _Plane) -> int:
    """How many months lie from one that is named to the next, so that their names do not meet."""
    apart = (plane.right - plane.left) / plane.count
    needed = max(map(len, chart.categories)) * _SIGN + _NAMED_APART
    return next((step for step in _NAMED_EVERY if apart * step >= needed), _NAMED_EVERY[-1])


def _band_areas(chart: Lines, plane: _Plane) -> list[str]:
    parts = []
    for band in chart.bands:
        outline = [*plane.points(band.high), *reversed(plane.points(band.low))]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in outline)
        parts.append(f'<polygon points="{path}" fill="#{looks.BAND[band.percent]}"/>')
    return parts


def _drawn_lines(chart: Lines, plane: _Plane) -> list[str]:
    """Lines with their names at the last point; those at the right edge stand beside it, apart from each other."""
    parts, at_edge = [], []
    for series in chart.series:
        for stroke in looks.turned(series):
            points = plane.points(stroke.values)
            drawn = _steps(points) if chart.steps and stroke.style == "budget" else points
            parts.append(_polyline(drawn, stroke.style, dashed=stroke.dashed))
            y, label = points[-1][1], stroke.label(chart.decimals)
            if stroke.is_at_edge:
                at_edge.append((y, label))
            else:
                parts.append(_named_inside(points, label, plane))
    return parts + [_text(plane.right + 6, y + 3, label, "start") for y, label in _apart(at_edge)]


def _named_inside(points: Sequence[tuple[float, float]], label: str, plane: _Plane) -> str:
    """The name of a line that ends within the plane: above it, to the left of its end.

    The first of a year's months has no room to its left, and the line goes on to its right, so its name is below.
    """
    (x, y), reach = points[-1], points[-1][0] - len(label) * _SIGN
    if reach < plane.left:
        return _text(x + 8, min(y + SIZE, plane.bottom - 1), label, "start")
    return _text(x - 4, min(level for at, level in points if at >= reach) - 6, label, "end")


def _strip(chart: Strip, width: float, tall: float) -> str:
    """Bands from the widest to the narrowest on one place, and lines across them that are named at the right."""
    low, high, step = looks.strip_axis(chart)
    height = _height(width) * tall
    left, right, top, bottom = 30.0, width - 46.0, 10.0, height - 18.0
    per_unit = (bottom - top) / (high - low)
    parts = []
    # Where the strip is low, not every step has room for its figure.
    apart = ceil((SIZE + 3) / (step * per_unit))
    for tick in range(0, round((high - low) / step) + 1, apart):
        level = bottom - tick * step * per_unit
        parts.append(_rule(left, level, right, level))
        parts.append(_text(left - 4, level + 3, fmt.number(low + tick * step, step_decimals(step)), "end", looks.MUTED))
    for percent, lower, upper in chart.bands:
        style = f'fill="#{looks.BAND[percent]}"'
        y, tall = bottom - (upper - low) * per_unit, (upper - lower) * per_unit
        parts.append(_rect(left + (right - left) * 0.15, y, (right - left) * 0.7, tall, style))
    named = []
    for series in looks.strip_lines(chart).series:
        value = series.values[-1] or 0.0
        level = bottom - (value - low) * per_unit
        dashed = series.style == "forecast"
        parts.append(_polyline([(left, level), (right, level)], series.style, dashed=dashed))
        named.append((level, f"{series.name} {fmt.number(value, 1)}"))
    for level, label in _apart(named, 2 * SIZE + 4):
        name, number = label.rsplit(" ", 1)
        parts += [_text(right + 4, level, name, "start"), _text(right + 4, level + SIZE + 1, number, "start")]
    parts.append(_text((left + right) / 2, height - 6, looks.STRIP_PLACES[1], color=looks.MUTED))
    return _svg(width, height, parts)


def step_decimals(step: float) -> int:
    """Decimals that tell the numbers of an axis apart."""
    return 0 if step >= 1 else 1


def _steps(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """A level changes at once, halfway between two months."""
    found = list(points[:1])
    for (x, y), (next_x, next_y) in pairwise(points):
        middle = (x + next_x) / 2
        found += [(middle, y), (middle, next_y), (next_x, next_y)] if y != next_y else [(next_x, next_y)]
    return found


def _polyline(points: Sequence[tuple[float, float]], style: str, *, dashed: bool) -> str:
    color = {"budget": looks.GREY, "previous": looks.PREVIOUS}.get(style, looks.NAVY)
    dash = ' stroke-dasharray="5 3"' if dashed else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    width = 1.0 if style == "budget" else 2.0
    return f'<polyline points="{path}" fill="none" stroke="#{color}" stroke-width="{width}"{dash}/>'


def _apart(labels: Sequence[tuple[float, str]], gap: float = SIZE + 2) -> list[tuple[float, str]]:
    """Move labels apart that would stand on each other."""
    placed: list[tuple[float, str]] = []
    for level, label in sorted(labels):
        lowest = placed[-1][0] + gap if placed else level
        placed.append((max(level, lowest), label))
    return placed


def _scale(values: Sequence[float], top: float, bottom: float) -> tuple[float, float]:
    """Return points per unit and where zero lies; zero is always on the axis."""
    highest, lowest = max(0.0, *values), min(0.0, *values)
    per_unit = (bottom - top) / ((highest - lowest) or 1.0)
    return per_unit, top + highest * per_unit


def _columns(chart: Columns, across: float, tall: float) -> str:
    left = 4.0 if chart.labelled else 30.0
    values = [value for series in chart.series for value in series.values if value is not None]
    room = (across - left) / len(chart.categories)
    names = _apart_below([_folded(name, room) for name in chart.categories], room)
    foot = _HEIGHT * tall
    top, bottom = 28.0, foot - 30.0
    per_unit, zero = _scale(values, top, bottom)
    width = room * 0.72 / len(chart.series)
    parts = [] if chart.labelled else _level_lines(max(values), per_unit, zero, left, across)
    for place, series in enumerate(chart.series):
        for at, value in enumerate(series.values):
            if value is None:
                continue
            x = left + room * at + room * 0.14 + width * place
            height = abs(value) * per_unit
            y = zero - height if value >= 0 else zero
            parts.append(_rect(x + 0.75, y, width - 1.5, height, _column_style(series, at)))
            if chart.labelled:
                level = y - 3 if value >= 0 else y + height + 9
                parts.append(_text(x + width / 2, level, fmt.number(value, chart.decimals)))
    parts.append(_rule(left, zero, across, zero, looks.GREY, 0.75))
    for at, lines in enumerate(names):
        parts += _written(left + room * (at + 0.5), bottom + 12, lines)
    if len(chart.series) > 1:
        parts += _key(chart.series)
    return _svg(across, foot + (max(map(len, names)) - 2) * _LINE, parts)


def _level_lines(largest: float, per_unit: float, zero: float, left: float, right: float) -> list[str]:
    parts, step = [], looks.nice_step(largest)
    for tick in range(int(largest / step) + 1):
        level = zero - tick * step * per_unit
        parts.append(_rule(left, level, right, level))
        parts.append(_text(left - 4, level + 3, fmt.number(tick * step), "end", looks.MUTED))
    return parts


def _column_style(series: Series, at: int) -> str:
    if series.style == "budget":
        return f'fill="none" stroke="#{looks.GREY}" stroke-width="1"'
    color = looks.column_color(series)
    if series.is_expected(at):
        return f'fill="url(#hatch-{color})" stroke="#{color}" stroke-width="0.75"'
    return f'fill="#{color}"'


def _key(series: Sequence[Series]) -> list[str]:
    """What the columns are; those of a year that goes on as expected are two kinds."""
    parts, x = [], 4.0
    for one in series:
        for name, at in looks.key_of(one):
            parts += [_rect(x, 4, 9, 8, _column_style(one, at)), _text(x + 13, 11, name, "start")]
            x += 26 + len(name) * _SIGN
    return parts


def _folded(text: str, room: float) -> list[str]:
    """Break a name below an axis between its words, into as many lines as its room asks for."""
    most = max(int(room / (SIZE * 0.5)), 6)
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= most or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _apart_below(names: Sequence[list[str]], room: float) -> list[list[str]]:
    """Lower a name by as many lines as it takes not to meet the one before it."""
    placed: list[list[str]] = []
    for name in names:
        before = placed[-1] if placed else []
        lower = next(lines for lines in range(len(before) + 1) if not _meet(before, [""] * lines + name, room))
        placed.append([""] * lower + name)
    return placed


def _meet(one: Sequence[str], other: Sequence[str], room: float) -> bool:
    """Say whether two names side by side have a line on which their texts touch."""
    return any(
        left and right and (len(left) + len(right)) * SIZE / 4 + _BESIDE > room
        for left, right in zip(one, other, strict=False)
    )


def _written(x: float, y: float, lines: Sequence[str]) -> list[str]:
    return [_text(x, y + at * _LINE, line, color=looks.MUTED) for at, line in enumerate(lines) if line]


def _bars(chart: Bars, width: float, tall: float) -> str:
    written = looks.bar_names(chart)
    names = max(len(name) for name in written) * SIZE * 0.5
    left, right = min(names, width * 0.45) + 10, 34.0
    lowest, highest = chart.ends
    room_low = right if lowest < 0 else 0.0
    per_unit = (width - left - right - room_low) / ((highest - lowest) or 1.0)
    zero = left + room_low - lowest * per_unit
    parts, room = [], min(max(_BAR, _FEW_BARS / len(chart.values)), _TALLEST_BAR) * tall
    for at, (name, value) in enumerate(zip(written, chart.values, strict=True)):
        y = 4 + at * room
        length = abs(value) * per_unit
        x = zero if value > 0 else zero - length
        parts.append(_rect(x, y, length, room - 5, f'fill="#{looks.bar_color(chart, value)}"'))
        level = y + (room - 5) / 2 + 3
        parts.append(_text(left - 4, level, name, "end"))
        if chart.bands:
            low, high = (zero + end * per_unit for end in chart.bands[at])
            parts += _whisker(low, high, y + (room - 5) / 2)
            continue
        label = fmt.number(value, 1, signed=True)
        parts.append(_text(x + length + 3, level, label, "start") if value > 0 else _text(x - 3, level, label, "end"))
    height = 8 + len(chart.values) * room
    parts.append(_rule(zero, 2, zero, height - 4, looks.GREY, 0.75))
    return _svg(width, height, parts)


def _whisker(low: float, high: float, y: float) -> list[str]:
    ends = [_rule(x, y - 2.5, x, y + 2.5, looks.TEXT, 1.0) for x in (low, high)]
    return [_rule(low, y, high, y, looks.TEXT, 1.0), *ends]


def _waterfall(chart: Waterfall, width: float, tall: float) -> str:
    ends = looks.waterfall_ends(chart.steps)
    below = 0.0 if all(looks.label_above(*pair) for pair in ends) else SIZE + 1  # room for figures under their steps
    height, room = _HEIGHT * tall, width / len(ends)
    names = _apart_below([_folded(name, room) for name in (*chart.categories, chart.end)], room)
    deeper = (max(map(len, names)) - 2) * _LINE
    top, bottom = 14.0, height - 34.0 - below
    per_unit, zero = _scale([end for pair in ends for end in pair], top, bottom)
    parts = [_rule(0, zero, width, zero, looks.GREY, 0.75)]
    values = [*chart.steps, chart.total]
    for at, ((start, end), lines, value) in enumerate(zip(ends, names, values, strict=True)):
        x, y = room * at + room * 0.14, zero - max(start, end) * per_unit
        parts.append(_rect(x, y, room * 0.72, abs(end - start) * per_unit, f'fill="#{looks.side_color(value)}"'))
        level = y - 3 if looks.label_above(start, end) else zero - min(start, end) * per_unit + SIZE + 1
        parts.append(_text(x + room * 0.36, level, fmt.number(value, 1, signed=True)))
        if at < len(ends) - 2:
            level = zero - end * per_unit
            parts.append(_rule(x + room * 0.72, level, x + room, level, looks.GREY))
        parts += _written(x + room * 0.36, bottom + below + 14, lines)
    return _svg(width, height + deeper, parts)


_DRAW: dict[type[Chart], Callable[..., str]] = {
    Lines: _lines, Columns: _columns, Bars: _bars, Waterfall: _waterfall, Strip: _strip,
}  # fmt: skip
