"""The charts of a report as native charts of slides, which whoever gets them can edit."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from cockpit.domain import format as fmt
from cockpit.reports import looks
from cockpit.reports.pptx_template import format_runs, write
from cockpit.reports.report import Bars, Chart, Columns, Lines, Series, Strip, Waterfall

MOST_MONTHS = 14  # names on an axis that stand beside each other; more are turned and thinned out
LABELS_APART = Pt(14)  # from the end of a line to the middle of its name, of two lines at most
Box = tuple[int, int, int, int]  # left, top, width, height


def draw_chart(slide: Any, chart: Chart, box: Box) -> None:
    """Draw a chart under its title."""
    left, top, width, height = box
    head = slide.shapes.add_textbox(left, top, width, Inches(0.3))
    write(head.text_frame, chart.title, Pt(13), looks.NAVY, bold=True)
    frame = _DRAW[type(chart)](slide, chart, (left, top + Inches(0.32), width, height - Inches(0.35)))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", chart.alt)
    frame.chart.font.name, frame.chart.font.size = looks.FONT, Pt(11)
    frame.chart.font.color.rgb = RGBColor.from_string(looks.TEXT)
    frame.chart.has_title = False


def _new(slide: Any, kind: Any, categories: Sequence[str], series: Sequence[tuple[str, Sequence]], box: Box) -> Any:
    data = CategoryChartData(number_format="#,##0.0")
    data.categories = categories
    for name, values in series:
        data.add_series(name, values)
    return slide.shapes.add_chart(kind, *(Emu(side) for side in box), data)


def _calm_axes(chart: Any, *, values: bool) -> None:
    category, value = chart.category_axis, chart.value_axis
    category.format.line.color.rgb = RGBColor.from_string(looks.GREY)
    category.major_tick_mark = XL_TICK_MARK.NONE
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
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
    split = [(name, *part) for series in chart.series for name, part in looks.parted(series).items()]
    drawn = [*bands.items(), *((name, values) for name, values, _, _ in split)]
    kind = XL_CHART_TYPE.AREA_STACKED if bands else XL_CHART_TYPE.LINE
    frame = _new(slide, kind, chart.categories, drawn, box)
    _calm_axes(frame.chart, values=True)
    frame.chart.has_legend = False
    plot = frame.chart.plots[0]
    if bands:
        for series, color in zip(list(plot.series)[: len(bands)], looks.band_colors(chart), strict=True):
            _fill(series.format, color)
        plot = _lines_apart(frame.chart, len(bands))
    for series, (_, _, style, dashed) in zip(plot.series, split, strict=True):
        _line_style(series, style, dashed=dashed)
    _label_line_ends(frame.chart, plot, split, chart.decimals, height=box[3])
    frame.chart.value_axis.minimum_scale = 0
    blanks = frame.chart._chartSpace.find(f".//{qn('c:dispBlanksAs')}")
    blanks.set("val", "gap")
    _sparse_labels(frame.chart, len(chart.categories))
    return frame


def _strip(slide: Any, chart: Strip, box: Box) -> Any:
    """Bands as stacked columns on a ground that nobody sees, and lines across them, named at their right end."""
    lines = looks.strip_lines(chart)
    bands = looks.stacked(lines)
    split = [(name, *part) for series in lines.series for name, part in looks.parted(series).items()]
    drawn = [*bands.items(), *((name, values) for name, values, _, _ in split)]
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
    for series, (_, _, style, dashed) in zip(plot.series, split, strict=True):
        _line_style(series, style, dashed=dashed)
    away = LABELS_APART / box[3] * (1 if chart.expected >= (chart.budget or 0.0) else -1)
    _plot_area(frame.chart, left=0.17, width=0.5, height=0.84)
    for series, (name, values, _, _) in zip(plot.series, split, strict=True):
        label = series.points[len(values) - 1].data_label
        label.position = XL_LABEL_POSITION.RIGHT
        _label(label, f"{name} {fmt.number(values[-1], lines.decimals)}")
        if looks.strip_is_close(chart):
            _nudge(label, down=(-1 if values[-1] == chart.expected else 1) * away)
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


def _line_style(series: Any, style: str, *, dashed: bool) -> None:
    line = series.format.line
    color = {"budget": looks.GREY, "previous": looks.PREVIOUS}.get(style, looks.NAVY)
    line.color.rgb = RGBColor.from_string(color)
    line.width = Pt(1.5 if style == "budget" else 2.75)
    if dashed:
        line.dash_style = MSO_LINE.DASH
    series.smooth = False
    _no_marker(series)


def _no_marker(series: Any) -> None:
    marker = series._element.get_or_add_marker()
    for child in list(marker):
        marker.remove(child)
    etree.SubElement(marker, qn("c:symbol")).set("val", "none")


def _label_line_ends(chart: Any, plot: Any, split: Sequence[tuple], decimals: int, *, height: int) -> None:
    """Name each line at its last point, with the value: no legend to look up, and room for it at the right."""
    apart = LABELS_APART / height
    _plot_area(chart, width=0.74, height=0.84 if len(split[0][1]) <= MOST_MONTHS else 0.72)
    ends = [[value for value in values if value is not None][-1] for _, values, _, _ in split]
    for series, (name, values, _, _), end in zip(plot.series, split, ends, strict=True):
        last = max(at for at, value in enumerate(values) if value is not None)
        label = series.points[last].data_label
        at_end = last == len(values) - 1
        label.position = XL_LABEL_POSITION.RIGHT if at_end else XL_LABEL_POSITION.ABOVE
        _label(label, f"{name} {fmt.number(end, decimals)}")
        if at_end:
            _nudge(label, down=-apart if end == max(ends) else apart)
        else:
            _nudge(label, right=-0.05, down=-0.03)  # off the line, which rises through the point


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
    format_runs(frame.paragraphs[0], Pt(11), looks.TEXT)


def _fill(form: Any, color: str | None) -> None:
    if color is None:
        form.fill.background()
    else:
        form.fill.solid()
        form.fill.fore_color.rgb = RGBColor.from_string(color)
    form.line.fill.background()


def _hatch(form: Any) -> None:
    form.fill.patterned()
    form.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
    form.fill.fore_color.rgb = RGBColor.from_string(looks.NAVY)
    form.fill.back_color.rgb = RGBColor.from_string(looks.WHITE)
    form.line.color.rgb = RGBColor.from_string(looks.NAVY)
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
        _hatch(drawn.format)
    else:
        _fill(drawn.format, looks.PREVIOUS if series.style == "previous" else looks.NAVY)
        for at in filter(series.is_expected, range(len(series.values))):
            _hatch(drawn.points[at].format)


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
