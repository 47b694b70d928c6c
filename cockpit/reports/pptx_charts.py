"""The charts of a report as native charts of slides, which whoever gets them can edit."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from cockpit.domain import format as fmt
from cockpit.reports import looks
from cockpit.reports.measure import lines_of, width_of
from cockpit.reports.pptx_template import format_runs, write
from cockpit.reports.report import Bars, Chart, Columns, Lines, Series, Strip, Waterfall

SIZE = Pt(12)  # of all text in a chart but names that would not stand level in it
_NAME_SIZES = (12.0, 11.0, 10.0, 9.0)
_FOR_NAMES = 0.9  # share of a chart's width that the names under it have together
_FOR_MONTHS = 0.72  # the same where lines are named at their right end
_FIRST = 3  # of the months: left of them a name has no room
_OVER_FIRST = 2.2  # times as far above the line, which rises under a name to the right of its point
_TITLE_LINE, _TITLE_GAP = Inches(0.25), Inches(0.1)  # height of a line of a chart's title, and room right of it
MOST_MONTHS = 14  # names on an axis that stand beside each other; more are turned and thinned out
LABELS_APART = Pt(14)  # from the end of a line to the middle of its name, of two lines at most
Box = tuple[int, int, int, int]  # left, top, width, height


def draw_chart(slide: Any, chart: Chart, box: Box) -> None:
    """Draw a chart under its title."""
    left, top, width, height = box
    title = looks.native_title(chart)
    above = Inches(0.07) + _TITLE_LINE * lines_of(title, (width - _TITLE_GAP) / Pt(1), 13, bold=True)
    head = slide.shapes.add_textbox(left, top, width - _TITLE_GAP, above)
    write(head.text_frame, title, Pt(13), looks.NAVY, bold=True)
    frame = _DRAW[type(chart)](slide, chart, (left, top + above, width, height - above - Inches(0.03)))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.alt)
    frame.chart.font.name, frame.chart.font.size = looks.FONT, SIZE
    frame.chart.font.color.rgb = RGBColor.from_string(looks.TEXT)
    frame.chart.has_title = False
    if isinstance(chart, Lines | Columns | Waterfall):
        frame.chart.category_axis.tick_labels.font.size = Pt(_size_of_names(chart, width))
    _settle(frame.chart._chartSpace)


def least_width(chart: Chart) -> int:
    """The width below which the names under a chart would break within a word, in EMU."""
    if not isinstance(chart, Lines | Columns | Waterfall):
        return 0
    return int(Pt(1) * _longest_word(_names(chart), _NAME_SIZES[-1]) * len(_names(chart)) / _share_for_names(chart))


def _names(chart: Lines | Columns | Waterfall) -> Sequence[str]:
    return [*chart.categories, chart.end] if isinstance(chart, Waterfall) else chart.categories


def _share_for_names(chart: Chart) -> float:
    return _FOR_MONTHS if isinstance(chart, Lines) else _FOR_NAMES


def _size_of_names(chart: Lines | Columns | Waterfall, width: int) -> float:
    """The largest size of names under a chart in which no word of them is wider than its place."""
    names = _names(chart)
    room = width / Pt(1) * _share_for_names(chart) / len(names)
    return next((size for size in _NAME_SIZES if _longest_word(names, size) <= room), _NAME_SIZES[-1])


def _longest_word(names: Sequence[str], size: float) -> float:
    return max(width_of(word, size) for name in names for word in name.split())


def _settle(space: Any) -> None:
    """Say what programs otherwise each decide for themselves: language, leader lines, turned names, inverted bars."""
    language = etree.Element(qn("c:lang"))
    language.set("val", "da-DK")
    space.find(qn("c:date1904")).addnext(language)
    for shown in space.iter(qn("c:showLeaderLines")):
        shown.set("val", "0")
    for bar in space.iter(qn("c:barChart")):
        for part in (*bar.iter(qn("c:ser")), *bar.iter(qn("c:dPt"))):
            _never_invert(part)


def _never_invert(part: Any) -> None:
    """A bar below zero keeps its colour."""
    for old in part.findall(qn("c:invertIfNegative")):
        part.remove(old)
    last = [part.find(qn(name)) for name in ("c:idx", "c:order", "c:tx")]
    if part.tag == qn("c:ser"):
        last.append(part.find(qn("c:spPr")))
    kept = etree.Element(qn("c:invertIfNegative"))
    kept.set("val", "0")
    [one for one in last if one is not None][-1].addnext(kept)


def _level_names(axis: Any) -> None:
    """Names below an axis stand level: they break or are thinned out, and are never turned."""
    body = axis.tick_labels.font._element.getparent().getparent().getparent().find(qn("a:bodyPr"))
    body.set("rot", "0")
    body.set("vert", "horz")


def _new(slide: Any, kind: Any, categories: Sequence[str], series: Sequence[tuple[str, Sequence]], box: Box) -> Any:
    data = CategoryChartData(number_format="#,##0.0")
    # Long rows of months have no room for a name on one line, nor for a name that must not break.
    data.categories = (
        [name.replace(fmt.NBSP, " ") for name in categories] if len(categories) > MOST_MONTHS else categories
    )
    for name, values in series:
        data.add_series(name, values)
    return slide.shapes.add_chart(kind, *(Emu(side) for side in box), data)


def _calm_axes(chart: Any, *, values: bool) -> None:
    category, value = chart.category_axis, chart.value_axis
    category.format.line.color.rgb = RGBColor.from_string(looks.GREY)
    category.major_tick_mark = XL_TICK_MARK.NONE
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _level_names(category)
    category.has_major_gridlines = False
    value.has_major_gridlines = values
    value.major_tick_mark = XL_TICK_MARK.NONE
    value.visible = values
    if values:
        value.major_gridlines.format.line.color.rgb = RGBColor.from_string("E3E8ED")
        value.format.line.fill.background()
        value.tick_labels.number_format, value.tick_labels.number_format_is_linked = "0", False


def _lines(slide: Any, chart: Lines, box: Box) -> Any:
    """Bands as stacked areas, moved lines on top; the lowest area is the ground that nobody sees."""
    bands = looks.stacked(chart)
    strokes = looks.strokes(chart)
    drawn = [*bands.items(), *((stroke.name, stroke.values) for stroke in strokes)]
    kind = XL_CHART_TYPE.AREA_STACKED if bands else XL_CHART_TYPE.LINE
    frame = _new(slide, kind, chart.categories, drawn, box)
    _calm_axes(frame.chart, values=True)
    frame.chart.has_legend = False
    plot = frame.chart.plots[0]
    if bands:
        for series, color in zip(list(plot.series)[: len(bands)], looks.band_colors(chart), strict=True):
            _fill(series.format, color)
        plot = _lines_apart(frame.chart, len(bands))
    for series, stroke in zip(plot.series, strokes, strict=True):
        _line_style(series, stroke)
    _label_line_ends(frame.chart, plot, strokes, chart.decimals, width=box[2], height=box[3])
    frame.chart.value_axis.minimum_scale = 0
    blanks = frame.chart._chartSpace.find(f".//{qn('c:dispBlanksAs')}")
    blanks.set("val", "gap")
    _sparse_labels(frame.chart, len(chart.categories))
    return frame


def _strip(slide: Any, chart: Strip, box: Box) -> Any:
    """Bands as stacked columns on a ground that nobody sees, and lines across them, named at their right end."""
    lines = looks.strip_lines(chart)
    bands = looks.stacked(lines)
    strokes = looks.strokes(lines)
    drawn = [*bands.items(), *((stroke.name, stroke.values) for stroke in strokes)]
    frame = _new(slide, XL_CHART_TYPE.COLUMN_STACKED, lines.categories, drawn, box)
    _calm_axes(frame.chart, values=True)
    frame.chart.has_legend = False
    low, high, step = looks.strip_axis(chart)
    axis = frame.chart.value_axis
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, step
    columns = frame.chart.plots[0]
    columns.gap_width, columns.overlap = 20, 100
    for series, color in zip(list(columns.series)[: len(bands)], looks.band_colors(lines), strict=True):
        _fill(series.format, color)
    plot = _lines_apart(frame.chart, len(bands))
    for series, stroke in zip(plot.series, strokes, strict=True):
        _line_style(series, stroke)
    away = LABELS_APART / box[3] * (1 if chart.expected >= (chart.budget or 0.0) else -1)
    left = (width_of(fmt.number(high), SIZE.pt) + 8) * Pt(1) / box[2]
    names = max(width_of(word, SIZE.pt) for stroke in strokes for word in stroke.label(lines.decimals).split(" "))
    _plot_area(frame.chart, left=left, width=0.98 - left - (names + 8) * Pt(1) / box[2], height=0.9)
    frame.chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE  # the title says what the place is
    for series, stroke in zip(plot.series, strokes, strict=True):
        label = series.points[stroke.last].data_label
        label.position = XL_LABEL_POSITION.RIGHT
        _label(label, stroke.label(lines.decimals).replace(" ", "\n", 1))
        if looks.strip_is_close(chart):
            _nudge(label, down=(-1 if stroke.end == chart.expected else 1) * away)
    return frame


def _sparse_labels(chart: Any, count: int) -> None:
    """Long rows of months name every fourth, as on paper."""
    if count > MOST_MONTHS:
        axis = chart.category_axis._element
        skip = etree.Element(qn("c:tickLblSkip"))
        skip.set("val", "4")
        axis.find(qn("c:noMultiLvlLbl")).addprevious(skip)


def _lines_apart(chart: Any, count: int) -> Any:
    """Move the series after the bands into a line plot on the same axes."""
    area = chart.plots[0]._element
    line = etree.SubElement(area.getparent(), qn("c:lineChart"))
    area.addnext(line)
    etree.SubElement(line, qn("c:grouping")).set("val", "standard")
    etree.SubElement(line, qn("c:varyColors")).set("val", "0")
    for series in area.findall(qn("c:ser"))[count:]:
        line.append(series)
    etree.SubElement(line, qn("c:marker")).set("val", "1")
    for axis in area.findall(qn("c:axId")):
        line.append(deepcopy(axis))
    return chart.plots[1]


def _line_style(series: Any, stroke: looks.Stroke) -> None:
    line = series.format.line
    line.color.rgb = RGBColor.from_string(stroke.color)
    line.width = Pt(1.5 if stroke.style == "budget" else 2.75)
    if stroke.dashed:
        line.dash_style = MSO_LINE.DASH
    series.smooth = False
    _no_marker(series)
    if stroke.is_point:
        series.marker.style, series.marker.size = XL_MARKER_STYLE.DASH, 9
        series.marker.format.line.color.rgb = RGBColor.from_string(stroke.color)


def _no_marker(series: Any) -> None:
    marker = series._element.get_or_add_marker()
    for child in list(marker):
        marker.remove(child)
    etree.SubElement(marker, qn("c:symbol")).set("val", "none")


def _label_line_ends(
    chart: Any, plot: Any, strokes: Sequence[looks.Stroke], decimals: int, *, width: int, height: int
) -> None:
    """Name each line at its last point, with the value: no legend to look up, and room for it at the right."""
    apart = LABELS_APART / height
    edge = len(strokes[0].values) - 1
    names = [width_of(stroke.label(decimals), SIZE.pt) for stroke in strokes if stroke.last == edge]
    _plot_area(chart, width=0.93 - (max(names) + 8) * Pt(1) / width, height=0.82)
    highest = max(stroke.end for stroke in strokes if stroke.last == edge)
    for series, stroke in zip(plot.series, strokes, strict=True):
        if not stroke.named:
            continue
        label = series.points[stroke.last].data_label
        _label(label, stroke.label(decimals))
        if stroke.last == edge:
            label.position = XL_LABEL_POSITION.RIGHT
            _nudge(label, down=-apart if stroke.end == highest else apart)
        else:  # off the line, which rises from the first of the months
            is_first = stroke.last < _FIRST
            label.position = XL_LABEL_POSITION.RIGHT if is_first else XL_LABEL_POSITION.LEFT
            _nudge(label, down=-_OVER_FIRST * apart if is_first else -apart)


def _plot_area(chart: Any, *, width: float, height: float, left: float = 0.05) -> None:
    area = chart._chartSpace.find(f".//{qn('c:plotArea')}")
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for name, value in (("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge"), ("x", left),
                        ("y", 0.04), ("w", width), ("h", height)):  # fmt: skip
        etree.SubElement(manual, qn(f"c:{name}")).set("val", str(value))
    area.insert(0, layout)


def _nudge(label: Any, *, down: float, right: float = 0.0) -> None:
    """Move a label by shares of the chart's width and height, so that it can be read beside lines and other labels."""
    element = label._dLbl
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for name, value in (("x", right), ("y", down)):
        etree.SubElement(manual, qn(f"c:{name}")).set("val", str(value))
    for old in element.findall(qn("c:layout")):
        element.remove(old)
    element.find(qn("c:idx")).addnext(layout)


def _label(label: Any, text: str) -> None:
    frame = label.text_frame
    frame.text = text
    frame.word_wrap = False  # a narrow label would break within its word
    for paragraph in frame.paragraphs:
        format_runs(paragraph, SIZE, looks.TEXT)


def _fill(form: Any, color: str | None) -> None:
    if color is None:
        form.fill.background()
    else:
        form.fill.solid()
        form.fill.fore_color.rgb = RGBColor.from_string(color)
    form.line.fill.background()


def _hatch(form: Any, color: str) -> None:
    form.fill.patterned()
    form.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
    form.fill.fore_color.rgb = RGBColor.from_string(color)
    form.fill.back_color.rgb = RGBColor.from_string(looks.WHITE)
    form.line.color.rgb = RGBColor.from_string(color)
    form.line.width = Pt(1)


def _outline(form: Any) -> None:
    form.fill.background()
    form.line.color.rgb = RGBColor.from_string(looks.GREY)
    form.line.width = Pt(1.5)


def _columns(slide: Any, chart: Columns, box: Box) -> Any:
    drawn_series = [(series.name, series.values) for series in chart.series]
    frame = _new(slide, XL_CHART_TYPE.COLUMN_CLUSTERED, chart.categories, drawn_series, box)
    _calm_axes(frame.chart, values=not chart.labelled)
    frame.chart.value_axis.minimum_scale = min(
        0.0, *(value for series in chart.series for value in series.values if value is not None)
    )
    plot = frame.chart.plots[0]
    plot.gap_width, plot.overlap = 60, -5
    for drawn, series in zip(plot.series, chart.series, strict=True):
        _column_style(drawn, series)
        if chart.labelled:
            _label_points(drawn, series, chart.decimals)
    frame.chart.has_legend = len(chart.series) > 1
    if frame.chart.has_legend:
        _legend(frame.chart)
    return frame


def _legend(chart: Any) -> None:
    chart.legend.position = XL_LEGEND_POSITION.TOP
    chart.legend.include_in_layout = False


def _column_style(drawn: Any, series: Series) -> None:
    if series.style == "budget":
        _outline(drawn.format)
    elif series.forecast_from == 0:
        _hatch(drawn.format, looks.column_color(series))
    else:
        _fill(drawn.format, looks.column_color(series))
        for at in filter(series.is_expected, range(len(series.values))):
            _hatch(drawn.points[at].format, looks.column_color(series))


def _label_points(drawn: Any, series: Series, decimals: int) -> None:
    for at, value in enumerate(series.values):
        if value is not None:
            label = drawn.points[at].data_label
            label.position = XL_LABEL_POSITION.OUTSIDE_END
            _label(label, fmt.number(value, decimals))


def _bars(slide: Any, chart: Bars, box: Box) -> Any:
    frame = _new(slide, XL_CHART_TYPE.BAR_CLUSTERED, looks.bar_names(chart), [(chart.name, chart.values)], box)
    _calm_axes(frame.chart, values=False)
    frame.chart.category_axis.reverse_order = True
    frame.chart.has_legend = False
    plot = frame.chart.plots[0]
    plot.gap_width = 45
    series = plot.series[0]
    series.invert_if_negative = False
    for at, value in enumerate(chart.values):
        point = series.points[at]
        _fill(point.format, looks.bar_color(chart, value))
        if chart.bands:
            continue
        point.data_label.position = XL_LABEL_POSITION.OUTSIDE_END
        _label(point.data_label, fmt.number(value, 1, signed=True))
    if chart.bands:
        _whiskers(series, chart)
        frame.chart.value_axis.minimum_scale, frame.chart.value_axis.maximum_scale = looks.reach(chart)
    return frame


def _whiskers(series: Any, chart: Bars) -> None:
    """The library knows no error bars, so they are written as the format has them."""
    bars = etree.Element(qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    for side, lengths in zip(("plus", "minus"), looks.whiskers(chart), strict=True):
        numbers = etree.SubElement(etree.SubElement(bars, qn(f"c:{side}")), qn("c:numLit"))
        etree.SubElement(numbers, qn("c:formatCode")).text = "General"
        etree.SubElement(numbers, qn("c:ptCount")).set("val", str(len(lengths)))
        for at, length in enumerate(lengths):
            point = etree.SubElement(numbers, qn("c:pt"))
            point.set("idx", str(at))
            etree.SubElement(point, qn("c:v")).text = repr(float(length))
    series._element.find(qn("c:cat")).addprevious(bars)


def _waterfall(slide: Any, chart: Waterfall, box: Box) -> Any:
    """Stacked columns on grounds that nobody sees, above and below zero; figures ride on a line that nobody sees."""
    ends = looks.waterfall_ends(chart.steps)
    splits = [looks.above_and_below(start, end) for start, end in ends]
    names = looks.WATERFALL_PARTS
    series = [(name, [split[at] for split in splits]) for at, name in enumerate(names)]
    series.append((looks.WATERFALL_TOP, [max(pair) if looks.label_above(*pair) else min(pair) for pair in ends]))
    frame = _new(slide, XL_CHART_TYPE.COLUMN_STACKED, [*chart.categories, chart.end], series, box)
    _calm_axes(frame.chart, values=False)
    frame.chart.has_legend = False
    tops = _lines_apart(frame.chart, len(names)).series[0]
    columns = frame.chart.plots[0]
    columns.gap_width, columns.overlap = 40, 100
    ground_up, up, ground_down, down = columns.series
    _fill(ground_up.format, None)
    _fill(ground_down.format, None)
    _no_line(tops)
    for at, value in enumerate([*chart.steps, chart.total]):
        for drawn in (up, down):
            _fill(drawn.points[at].format, looks.side_color(value))
        label = tops.points[at].data_label
        label.position = XL_LABEL_POSITION.ABOVE if looks.label_above(*ends[at]) else XL_LABEL_POSITION.BELOW
        _label(label, fmt.number(value, 1, signed=True))
    return frame


def _no_line(series: Any) -> None:
    series.format.line.fill.background()
    _no_marker(series)


_DRAW: dict[type[Chart], Any] = {Lines: _lines, Columns: _columns, Bars: _bars, Waterfall: _waterfall, Strip: _strip}
