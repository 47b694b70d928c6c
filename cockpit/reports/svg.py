"""The charts of a report as SVG: vectors and text, in the notation of the house, for papers that have no charts.

Lengths are in points. Colours, hatching and labels are those of the slides and the workbook.
"""

from collections.abc import Sequence
from html import escape

from cockpit.domain import format as fmt
from cockpit.reports import looks
from cockpit.reports.report import Bars, Chart, Columns, Lines, Series, Waterfall

WIDTH = 480.0
SIZE = 8.5
_HEIGHT = 190.0
_BAR = 15.0
_HATCH = (
    '<defs><pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="4" height="4" fill="#{looks.WHITE}"/><rect width="1.5" height="4" fill="#{looks.NAVY}"/>'
    "</pattern></defs>"
)


def to_svg(chart: Chart) -> str:
    """Draw a chart."""
    if isinstance(chart, Lines):
        return _lines(chart)
    if isinstance(chart, Columns):
        return _columns(chart)
    return _bars(chart) if isinstance(chart, Bars) else _waterfall(chart)


def _svg(height: float, parts: Sequence[str]) -> str:
    size = f'width="{WIDTH}" height="{height:.1f}" viewBox="0 0 {WIDTH} {height:.1f}"'
    font = f'font-family="{looks.FONT}" font-size="{SIZE}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>{_HATCH}{"".join(parts)}</svg>'


def _text(x: float, y: float, text: str, anchor: str = "middle", color: str = looks.TEXT) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#{color}">{escape(text)}</text>'


def _rule(x1: float, y1: float, x2: float, y2: float, color: str = looks.RULE, width: float = 0.5) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#{color}" stroke-width="{width}"/>'


def _rect(x: float, y: float, width: float, height: float, style: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{max(height, 0.0):.1f}" {style}/>'


def _nice_step(largest: float) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that divides an axis into four to eight."""
    step = 10.0 ** len(str(int(largest)))
    for part in (1, 2, 5, 10, 20, 50, 100):
        if largest / (step / part) >= 4:
            return step / part
    return largest or 1.0


class _Plane:
    """Where months and values lie on a chart of lines."""

    left, right, top, bottom = 30.0, 106.0, 10.0, _HEIGHT - 18.0

    def __init__(self, chart: Lines) -> None:
        values = [value for series in chart.series for value in series.values if value is not None]
        values += [value for band in chart.bands for value in band.high if value is not None]
        self.largest = max(values) * 1.04
        self.count = len(chart.categories)

    def x(self, at: int) -> float:
        return self.left + (WIDTH - self.left - self.right) * (at + 0.5) / self.count

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.largest

    def points(self, line: Sequence[float | None]) -> list[tuple[float, float]]:
        return [(self.x(at), self.y(value)) for at, value in enumerate(line) if value is not None]


def _lines(chart: Lines) -> str:
    plane = _Plane(chart)
    return _svg(_HEIGHT, [*_grid(chart, plane), *_band_areas(chart, plane), *_drawn_lines(chart, plane)])


def _grid(chart: Lines, plane: _Plane) -> list[str]:
    parts, step = [], _nice_step(plane.largest)
    for tick in range(int(plane.largest / step) + 1):
        level = plane.y(tick * step)
        parts.append(_rule(plane.left, level, WIDTH - plane.right, level))
        parts.append(_text(plane.left - 4, level + 3, fmt.number(tick * step), "end", looks.MUTED))
    for at in range(0, plane.count, 4 if plane.count > 14 else 1):
        parts.append(_text(plane.x(at), _HEIGHT - 6, chart.categories[at], color=looks.MUTED))
    return parts


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
        for name, (line, style, dashed) in looks.parted(series).items():
            points = plane.points(line)
            parts.append(_polyline(points, style, dashed=dashed))
            (x, y), value = points[-1], [value for value in line if value is not None][-1]
            label = f"{name} {fmt.number(value, chart.decimals)}"
            if line[-1] is not None:
                at_edge.append((y, label))
            else:
                parts.append(_text(x - 4, y - 6, label, "end"))
    return parts + [_text(WIDTH - plane.right + 6, y + 3, label, "start") for y, label in _apart(at_edge)]


def _polyline(points: Sequence[tuple[float, float]], style: str, *, dashed: bool) -> str:
    color = {"budget": looks.GREY, "previous": looks.PREVIOUS}.get(style, looks.NAVY)
    dash = ' stroke-dasharray="5 3"' if dashed else ""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    width = 1.0 if style == "budget" else 2.0
    return f'<polyline points="{path}" fill="none" stroke="#{color}" stroke-width="{width}"{dash}/>'


def _apart(labels: Sequence[tuple[float, str]]) -> list[tuple[float, str]]:
    """Move labels apart that would stand on each other."""
    placed: list[tuple[float, str]] = []
    for level, label in sorted(labels):
        lowest = placed[-1][0] + SIZE + 2 if placed else level
        placed.append((max(level, lowest), label))
    return placed


def _scale(values: Sequence[float], top: float, bottom: float) -> tuple[float, float]:
    """Return points per unit and where zero lies; zero is always on the axis."""
    highest, lowest = max(0.0, *values), min(0.0, *values)
    per_unit = (bottom - top) / ((highest - lowest) or 1.0)
    return per_unit, top + highest * per_unit


def _columns(chart: Columns) -> str:
    top, bottom, left = 28.0, _HEIGHT - 30.0, 4.0 if chart.labelled else 30.0
    values = [value for series in chart.series for value in series.values if value is not None]
    per_unit, zero = _scale(values, top, bottom)
    room = (WIDTH - left) / len(chart.categories)
    width = room * 0.72 / len(chart.series)
    parts = [] if chart.labelled else _level_lines(max(values), per_unit, zero, left)
    for across, series in enumerate(chart.series):
        for at, value in enumerate(series.values):
            if value is None:
                continue
            x = left + room * at + room * 0.14 + width * across
            height = abs(value) * per_unit
            y = zero - height if value >= 0 else zero
            parts.append(_rect(x + 0.75, y, width - 1.5, height, _column_style(series, at)))
            if chart.labelled:
                level = y - 3 if value >= 0 else y + height + 9
                parts.append(_text(x + width / 2, level, fmt.number(value, chart.decimals)))
    parts.append(_rule(left, zero, WIDTH, zero, looks.GREY, 0.75))
    for at, name in enumerate(chart.categories):
        parts += _wrapped(left + room * (at + 0.5), bottom + 12, name, room)
    if len(chart.series) > 1:
        parts += _key(chart.series)
    return _svg(_HEIGHT, parts)


def _level_lines(largest: float, per_unit: float, zero: float, left: float) -> list[str]:
    parts, step = [], _nice_step(largest)
    for tick in range(1, int(largest / step) + 1):
        level = zero - tick * step * per_unit
        parts.append(_rule(left, level, WIDTH, level))
        parts.append(_text(left - 4, level + 3, fmt.number(tick * step), "end", looks.MUTED))
    return parts


def _column_style(series: Series, at: int) -> str:
    if series.style == "budget":
        return f'fill="none" stroke="#{looks.GREY}" stroke-width="1"'
    if series.forecast_from is not None and at >= series.forecast_from:
        return f'fill="url(#hatch)" stroke="#{looks.NAVY}" stroke-width="0.75"'
    return f'fill="#{looks.PREVIOUS if series.style == "previous" else looks.NAVY}"'


def _key(series: Sequence[Series]) -> list[str]:
    parts, x = [], 4.0
    for one in series:
        parts += [_rect(x, 4, 9, 8, _column_style(one, 0)), _text(x + 13, 11, one.name, "start")]
        x += 26 + len(one.name) * SIZE * 0.52
    return parts


def _wrapped(x: float, y: float, text: str, room: float) -> list[str]:
    """Write a name below an axis on two lines at most, broken between words."""
    most = max(int(room / (SIZE * 0.5)), 6)
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) <= most or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return [_text(x, y + at * (SIZE + 1.5), line, color=looks.MUTED) for at, line in enumerate(lines)]


def _bars(chart: Bars) -> str:
    written = looks.bar_names(chart)
    names = max(len(name) for name in written) * SIZE * 0.5
    left, right = min(names, WIDTH * 0.45) + 10, 34.0
    reached = [*chart.values, *(end for band in chart.bands for end in band)]
    highest, lowest = max(0.0, *reached), min(0.0, *reached)
    room_low = right if lowest < 0 else 0.0
    per_unit = (WIDTH - left - right - room_low) / ((highest - lowest) or 1.0)
    zero = left + room_low - lowest * per_unit
    parts = []
    for at, (name, value) in enumerate(zip(written, chart.values, strict=True)):
        y = 4 + at * _BAR
        length = abs(value) * per_unit
        x = zero if value > 0 else zero - length
        parts.append(_rect(x, y, length, _BAR - 5, f'fill="#{looks.bar_color(chart, value)}"'))
        parts.append(_text(left - 4, y + 8, name, "end"))
        if chart.bands:
            low, high = (zero + end * per_unit for end in chart.bands[at])
            parts += _whisker(low, high, y + (_BAR - 5) / 2)
            continue
        label = fmt.number(value, 1, signed=True)
        parts.append(_text(x + length + 3, y + 8, label, "start") if value > 0 else _text(x - 3, y + 8, label, "end"))
    height = 8 + len(chart.values) * _BAR
    parts.append(_rule(zero, 2, zero, height - 4, looks.GREY, 0.75))
    return _svg(height, parts)


def _whisker(low: float, high: float, y: float) -> list[str]:
    ends = [_rule(x, y - 2.5, x, y + 2.5, looks.TEXT, 1.0) for x in (low, high)]
    return [_rule(low, y, high, y, looks.TEXT, 1.0), *ends]


def _waterfall(chart: Waterfall) -> str:
    top, bottom = 14.0, _HEIGHT - 34.0
    ends = looks.waterfall_ends(chart.steps)
    per_unit, zero = _scale([end for pair in ends for end in pair], top, bottom)
    room = WIDTH / len(ends)
    parts = [_rule(0, zero, WIDTH, zero, looks.GREY, 0.75)]
    names, values = [*chart.categories, chart.end], [*chart.steps, chart.total]
    for at, ((start, end), name, value) in enumerate(zip(ends, names, values, strict=True)):
        x, y = room * at + room * 0.14, zero - max(start, end) * per_unit
        parts.append(_rect(x, y, room * 0.72, abs(end - start) * per_unit, f'fill="#{looks.side_color(value)}"'))
        parts.append(_text(x + room * 0.36, y - 3, fmt.number(value, 1, signed=True)))
        if at < len(ends) - 2:
            level = zero - end * per_unit
            parts.append(_rule(x + room * 0.72, level, x + room, level, looks.GREY))
        parts += _wrapped(x + room * 0.36, bottom + 14, name, room)
    return _svg(_HEIGHT, parts)
