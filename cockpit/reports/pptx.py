"""A report as slides: one message per slide, native charts that can be edited, notes for whoever speaks."""

import io
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from cockpit.domain import format as fmt
from cockpit.reports import looks
from cockpit.reports.report import Bars, Chart, Columns, Lines, Page, Report, Series, Table, Value, Waterfall

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
MARGIN = Inches(0.6)
INNER = WIDTH - 2 * MARGIN
TOP = Inches(1.75)
BOTTOM = Inches(6.75)
LANGUAGE = "da-DK"
_TITLE, _TITLE_ONLY = 0, 5  # layouts of the empty presentation that the template is made from
_LAYOUT_NAMES = {_TITLE: "Forside", _TITLE_ONLY: "Budskab"}
MOST_LINES = 19  # of a table on one slide
MOST_BESIDE = 8  # lines of a table that stands beside a chart
CHART_BESIDE, GUTTER = Inches(7.0), Inches(0.3)
MOST_MONTHS = 14  # names on an axis that stand beside each other; more are turned and thinned out
TABLE_HEAD, LEAST_ROW = Inches(0.36), Inches(0.22)
Box = tuple[int, int, int, int]  # left, top, width, height


def to_pptx(report: Report) -> bytes:
    """Render a report as a presentation in 16:9."""
    deck = _template()
    _cover(deck, report)
    for page in report.pages:
        _slides(deck, report, page)
    _properties(deck, report)
    _number(deck)
    for part in _parts(deck):
        _speak_danish(part)
    written = io.BytesIO()
    deck.save(written)
    return written.getvalue()


def _parts(deck: Any) -> list[Any]:
    slides = list(deck.slides)
    notes = [slide.notes_slide for slide in slides]
    return [deck.slide_master, *deck.slide_master.slide_layouts, *slides, *notes, deck.notes_master]


def _template() -> Any:
    """Turn the library's empty 4:3 presentation into the house's: two layouts, our fonts, colours and places."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    layouts = deck.slide_master.slide_layouts
    kept = [layouts[at] for at in _LAYOUT_NAMES]
    for layout in list(layouts):
        if layout not in kept:
            layouts.remove(layout)
    _theme(deck)
    for layout, name in zip(kept, _LAYOUT_NAMES.values(), strict=True):
        layout.name = name
        for shape in list(layout.placeholders):
            if shape.placeholder_format.type is not None and shape.placeholder_format.idx >= 10:
                shape._element.getparent().remove(shape._element)
    for shape in list(deck.slide_master.placeholders):
        if shape.placeholder_format.idx >= 10:
            shape._element.getparent().remove(shape._element)
    master_title, master_body = deck.slide_master.placeholders[0], deck.slide_master.placeholders[1]
    _place(master_title, MARGIN, Inches(0.62), INNER, Inches(0.95))
    _place(master_body, MARGIN, TOP, INNER, BOTTOM - TOP)
    cover, message = kept
    _place(cover.placeholders[0], MARGIN, Inches(2.2), INNER, Inches(1.6))
    _place(cover.placeholders[1], MARGIN, Inches(3.9), INNER, Inches(1.2))
    _place(message.placeholders[0], MARGIN, Inches(0.62), INNER, Inches(0.95))
    _master_text(deck.slide_master)
    return deck


def _place(shape: Any, left: int, top: int, width: int, height: int) -> None:
    shape.left, shape.top, shape.width, shape.height = Emu(left), Emu(top), Emu(width), Emu(height)
    shape.text_frame.margin_left = shape.text_frame.margin_right = 0


def _theme(deck: Any) -> None:
    """Name the font and the palette where every text and chart of the presentation takes them from."""
    part = deck.slide_master.part.part_related_by(RT.THEME)
    theme = etree.fromstring(part.blob)
    names = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
    for latin in theme.iterfind(".//a:fontScheme//a:latin", names):
        latin.set("typeface", looks.FONT)
    colors = {"dk2": looks.NAVY, "accent1": looks.NAVY, "accent2": looks.TEAL, "accent3": looks.GREY,
              "accent4": looks.PREVIOUS, "accent5": looks.WORSE, "accent6": looks.BETTER}  # fmt: skip
    for name, color in colors.items():
        slot = theme.find(f".//a:clrScheme/a:{name}", names)
        for child in list(slot):
            slot.remove(child)
        etree.SubElement(slot, qn("a:srgbClr")).set("val", color)
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def _master_text(master: Any) -> None:
    """Titles to the left in navy, 26 points; they are sentences, not headlines."""
    style = master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "l")
    run = style.find(qn("a:defRPr"))
    run.set("sz", "2600")
    run.set("b", "1")
    for child in list(run):
        if child.tag == qn("a:solidFill"):
            run.remove(child)
    fill = etree.Element(qn("a:solidFill"))
    etree.SubElement(fill, qn("a:srgbClr")).set("val", looks.NAVY)
    run.insert(0, fill)
    master.placeholders[0].text_frame.vertical_anchor = MSO_ANCHOR.TOP


def _cover(deck: Any, report: Report) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.shapes.title.text = report.title
    slide.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    body = slide.placeholders[1].text_frame
    body.text = f"{report.subtitle}\n{report.audience}"
    for paragraph in body.paragraphs:
        _format(paragraph, Pt(18), looks.MUTED)
        paragraph.alignment = PP_ALIGN.LEFT
    _footer(slide, report)
    _note(slide, [f"{report.title}. {report.subtitle}."])


def _slides(deck: Any, report: Report, page: Page) -> None:
    """Lay a page on slides: chart and short table side by side, a long table on a slide of its own."""
    tables = list(page.tables)
    slide = _slide(deck, report, page, page.title)
    foot = _small_print(slide, page)
    top = _figures(slide, page, TOP) if page.figures else TOP
    paragraphs = [*page.text, *(f"{number}. {point}" for number, point in enumerate(page.points, 1))]
    if page.chart is None:
        top = _text(slide, paragraphs, (MARGIN, top, INNER), Pt(16)) if paragraphs else top
    else:
        short = bool(tables) and len(tables[0].lines) <= MOST_BESIDE
        width = CHART_BESIDE if short or paragraphs else INNER
        _chart(slide, page, MARGIN, top, width, foot - top)
        left, room = MARGIN + CHART_BESIDE + GUTTER, INNER - CHART_BESIDE - GUTTER
        under = _text(slide, paragraphs, (left, top, room), Pt(14)) if paragraphs else top
        if short:
            _table(slide, tables.pop(0), (left, under, room, foot - under))
        top = foot
    for table in tables:
        top = _flow(deck, report, page, table, slide, top)
        slide = deck.slides[len(deck.slides) - 1]


def _flow(deck: Any, report: Report, page: Page, table: Table, slide: Any, top: int) -> int:
    """Put a table under what is on the slide, or on new ones; returns where it ends."""
    for at in range(0, len(table.lines), MOST_LINES):
        part = Table(table.title, table.columns, table.lines[at : at + MOST_LINES])
        foot = BOTTOM - _small_print_height(page)
        if foot - top < TABLE_HEAD + (len(part.lines) + 1) * LEAST_ROW:
            slide = _slide(deck, report, page, f"{page.title} (tabel)" if page.chart is not None else page.title)
            _small_print(slide, page)
            top = TOP
        top = _table(slide, part, (MARGIN, top, INNER, foot - top)) + GUTTER
    return top


def _slide(deck: Any, report: Report, page: Page, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = title
    box = slide.shapes.add_textbox(MARGIN, Inches(0.28), INNER, Inches(0.34))
    _write(box.text_frame, page.section, Pt(12), looks.TEAL, bold=True)
    _footer(slide, report)
    described = [page.chart.alt] if page.chart is not None else []
    _note(slide, [page.title, *page.text, *page.points, *described, *page.notes, report.stamp])
    return slide


def _footer(slide: Any, report: Report) -> None:
    box = slide.shapes.add_textbox(MARGIN, Inches(7.02), INNER - Inches(1.4), Inches(0.3))
    _write(box.text_frame, report.stamp, Pt(10), looks.MUTED)


def _number(deck: Any) -> None:
    count = len(deck.slides)
    for number, slide in enumerate(deck.slides, 1):
        box = slide.shapes.add_textbox(WIDTH - MARGIN - Inches(1.4), Inches(7.02), Inches(1.4), Inches(0.3))
        _write(box.text_frame, f"side {number} af {count}", Pt(10), looks.MUTED)
        box.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _note(slide: Any, lines: Sequence[str]) -> None:
    slide.notes_slide.notes_text_frame.text = "\n".join(line for line in lines if line)


def _write(frame: Any, text: str, size: Any, color: str, *, bold: bool = False) -> None:
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.text = text
    for paragraph in frame.paragraphs:
        _format(paragraph, size, color, bold=bold)


def _format(paragraph: Any, size: Any, color: str, *, bold: bool = False) -> None:
    for run in paragraph.runs:
        run.font.size, run.font.bold, run.font.name = size, bold, looks.FONT
        run.font.color.rgb = RGBColor.from_string(color)


def _figures(slide: Any, page: Page, top: int) -> int:
    width = INNER // 4
    for at, (label, value, note) in enumerate(page.figures):
        left = MARGIN + at * width
        for text, size, color, bold, down, height in (
            (label, Pt(12), looks.MUTED, False, 0.0, 0.25),
            (value, Pt(22), looks.NAVY, True, 0.24, 0.4),
            (note, Pt(11), looks.MUTED, False, 0.64, 0.4),
        ):
            box = slide.shapes.add_textbox(left, top + Inches(down), width - Inches(0.15), Inches(height))
            _write(box.text_frame, text, size, color, bold=bold)
    return top + Inches(1.12)


def _text(slide: Any, paragraphs: Sequence[str], place: tuple[int, int, int], size: Any) -> int:
    """Write paragraphs and return where they end, on the safe side: the library does not measure text."""
    left, top, width = place
    signs_per_line = int(width / size * 1.9)
    lines = sum(1 + len(text) // signs_per_line for text in paragraphs)
    height = int(size * 1.25) * lines + Pt(6) * len(paragraphs)
    box = slide.shapes.add_textbox(left, top, width, height)
    _write(box.text_frame, "\n".join(paragraphs), size, looks.TEXT)
    for paragraph in box.text_frame.paragraphs:
        paragraph.space_after = Pt(6)
    return int(top + height + Pt(6))


def _small_print_height(page: Page) -> int:
    return Inches(0.21) * sum(1 + len(note) // 180 for note in page.notes)


def _small_print(slide: Any, page: Page) -> int:
    """Notes at the foot; returns where the room above them ends."""
    height = _small_print_height(page)
    if height:
        box = slide.shapes.add_textbox(MARGIN, BOTTOM - height + Inches(0.1), INNER, height)
        _write(box.text_frame, "\n".join(page.notes), Pt(11), looks.MUTED)
    return int(BOTTOM - height)


def _table(slide: Any, table: Table, box: Box) -> int:
    """Write a table under its heading and return where it ends."""
    left, top, width, room = box
    head = slide.shapes.add_textbox(left, top, width, Inches(0.3))
    title = looks.table_title(table.title, looks.table_unit(table.columns))
    _write(head.text_frame, title, Pt(13), looks.NAVY, bold=True)
    rows = len(table.lines) + 1
    height = min(Inches(0.36), int((room - TABLE_HEAD - Inches(0.2)) / rows))
    size = Pt(12 if height >= Inches(0.3) and width == INNER else 10.5)
    shape = slide.shapes.add_table(rows, len(table.columns), left, top + TABLE_HEAD, width, height * rows)
    shape._element.nvGraphicFramePr.cNvPr.set("descr", title)
    grid = shape.table
    _plain(shape)
    for column, share in zip(grid.columns, _shares(table), strict=True):
        column.width = int(width * share)
    for row in grid.rows:
        row.height = height
    for at, column in enumerate(table.columns):
        _cell(grid.cell(0, at), column.heading, size, bold=True, right=column.form != "text", fill=looks.PANEL)
    nested = any(line.kind == "sub" for line in table.lines)
    for at, line in enumerate(table.lines, 1):
        for across, (value, column) in enumerate(zip(line.cells, table.columns, strict=True)):
            indent = "    " if across == 0 and line.kind == "row" and nested else ""
            _cell(grid.cell(at, across), indent + looks.cell_text(value, column), size, bold=line.kind != "row",
                  right=column.form != "text", fill=looks.PANEL if line.kind == "total" else looks.WHITE)  # fmt: skip
    return int(top + TABLE_HEAD + height * rows)


def _plain(shape: Any) -> None:
    """No banding of the library's style: lines and weight do it."""
    properties = shape._element.graphic.graphicData.tbl.tblPr
    properties.set("bandRow", "0")
    properties.set("firstRow", "1")


def _shares(table: Table) -> list[float]:
    """Share of the width per column, by its longest text; a heading may break between words only."""
    longest = [
        max(
            6.0,
            *(1.6 * len(word) for word in column.heading.split()),
            *(min(len(looks.cell_text(line.cells[at], column)), 48.0) for line in table.lines),
            *(1.7 * len(word) for line in table.lines for word in _words(line.cells[at]) if len(word) < 24),
        )
        for at, column in enumerate(table.columns)
    ]
    return [length / sum(longest) for length in longest]


def _words(value: Value) -> list[str]:
    return value.split() if isinstance(value, str) else []


def _cell(cell: Any, text: str, size: Any, *, bold: bool, right: bool, fill: str) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(fill)
    cell.text = text
    for paragraph in cell.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        _format(paragraph, size, looks.TEXT, bold=bold)


def _chart(slide: Any, page: Page, left: int, top: int, width: int, height: int) -> None:
    box = slide.shapes.add_textbox(left, top, width, Inches(0.3))
    _write(box.text_frame, page.chart_title, Pt(13), looks.NAVY, bold=True)
    chart = page.chart
    assert chart is not None
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
    _label_line_ends(frame.chart, plot, split, chart.decimals)
    frame.chart.value_axis.minimum_scale = 0
    blanks = frame.chart._chartSpace.find(f".//{qn('c:dispBlanksAs')}")
    blanks.set("val", "gap")
    _sparse_labels(frame.chart, len(chart.categories))
    return frame


def _sparse_labels(chart: Any, count: int) -> None:
    """Long rows of months name every third."""
    if count > MOST_MONTHS:
        axis = chart.category_axis._element
        skip = etree.Element(qn("c:tickLblSkip"))
        skip.set("val", "3")
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


def _label_line_ends(chart: Any, plot: Any, split: Sequence[tuple], decimals: int) -> None:
    """Name each line at its last point, with the value: no legend to look up, and room for it at the right."""
    _plot_area(chart, width=0.74, height=0.84 if len(split[0][1]) <= MOST_MONTHS else 0.72)
    ends = [[value for value in values if value is not None][-1] for _, values, _, _ in split]
    for series, (name, values, _, _), end in zip(plot.series, split, ends, strict=True):
        last = max(at for at, value in enumerate(values) if value is not None)
        label = series.points[last].data_label
        at_end = last == len(values) - 1
        label.position = XL_LABEL_POSITION.RIGHT if at_end else XL_LABEL_POSITION.ABOVE
        _label(label, f"{name} {fmt.number(end, decimals)}")
        if at_end:
            _nudge(label, -0.03 if end == max(ends) else 0.03)


def _plot_area(chart: Any, *, width: float, height: float) -> None:
    area = chart._chartSpace.find(f".//{qn('c:plotArea')}")
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for name, value in (("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge"), ("x", 0.05), ("y", 0.04),
                        ("w", width), ("h", height)):  # fmt: skip
        etree.SubElement(manual, qn(f"c:{name}")).set("val", str(value))
    area.insert(0, layout)


def _nudge(label: Any, down: float) -> None:
    """Move a label by a share of the chart's height, so that two ends that meet can both be read."""
    element = label._dLbl
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for name, value in (("x", 0.0), ("y", down)):
        etree.SubElement(manual, qn(f"c:{name}")).set("val", str(value))
    for old in element.findall(qn("c:layout")):
        element.remove(old)
    element.find(qn("c:idx")).addnext(layout)


def _label(label: Any, text: str) -> None:
    frame = label.text_frame
    frame.text = text
    _format(frame.paragraphs[0], Pt(11), looks.TEXT)


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
        turn = len(series.values) if series.forecast_from is None else series.forecast_from
        for at in range(turn, len(series.values)):
            _hatch(drawn.points[at].format)


def _label_points(drawn: Any, series: Series, decimals: int) -> None:
    for at, value in enumerate(series.values):
        if value is not None:
            label = drawn.points[at].data_label
            label.position = XL_LABEL_POSITION.OUTSIDE_END
            _label(label, fmt.number(value, decimals))


def _bars(slide: Any, chart: Bars, box: Box) -> Any:
    frame = _new(slide, XL_CHART_TYPE.BAR_CLUSTERED, chart.categories, [("Afvigelse", chart.values)], box)
    _calm_axes(frame.chart, values=False)
    frame.chart.category_axis.reverse_order = True
    frame.chart.has_legend = False
    plot = frame.chart.plots[0]
    plot.gap_width = 45
    series = plot.series[0]
    series.invert_if_negative = False
    for at, value in enumerate(chart.values):
        point = series.points[at]
        _fill(point.format, looks.side_color(value))
        point.data_label.position = XL_LABEL_POSITION.OUTSIDE_END
        _label(point.data_label, fmt.number(value, 1, signed=True))
    return frame


def _waterfall(slide: Any, chart: Waterfall, box: Box) -> Any:
    """Stacked columns on grounds that nobody sees, above and below zero; figures ride on a line that nobody sees."""
    ends = looks.waterfall_ends(chart.steps)
    splits = [looks.above_and_below(start, end) for start, end in ends]
    names = ("grund over", "over", "grund under", "under")
    series = [(name, [split[at] for split in splits]) for at, name in enumerate(names)]
    series.append(("toppen", [max(pair) for pair in ends]))
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
        label.position = XL_LABEL_POSITION.ABOVE
        _label(label, fmt.number(value, 1, signed=True))
    return frame


def _no_line(series: Any) -> None:
    series.format.line.fill.background()
    _no_marker(series)


_DRAW: dict[type[Chart], Any] = {Lines: _lines, Columns: _columns, Bars: _bars, Waterfall: _waterfall}


def _properties(deck: Any, report: Report) -> None:
    """What the file says of itself."""
    core = deck.core_properties
    core.title, core.subject, core.author = report.title, report.subtitle, "Styringscockpit"
    core.language, core.keywords, core.comments = LANGUAGE, report.audience, report.stamp
    core.last_modified_by = "Styringscockpit"


def _speak_danish(part: Any) -> None:
    """Tell the spelling checker and screen readers what language every text is."""
    for tag in ("a:rPr", "a:defRPr", "a:endParaRPr"):
        for properties in part._element.iter(qn(tag)):
            properties.set("lang", LANGUAGE)
    for run in part._element.iter(qn("a:r")):
        if run.find(qn("a:rPr")) is None:
            properties = etree.Element(qn("a:rPr"))
            properties.set("lang", LANGUAGE)
            run.insert(0, properties)
