"""A report as slides: one message per slide, native charts that can be edited, notes for whoever speaks."""

import io
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from lxml import etree
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from cockpit.reports import looks
from cockpit.reports.measure import LINE, lines_of, width_of
from cockpit.reports.pptx_charts import Box, draw_chart, least_width
from cockpit.reports.pptx_tables import HEADING, draw_table, fitting, parted, unbroken
from cockpit.reports.pptx_template import (
    BOTTOM,
    COVER,
    INNER,
    MARGIN,
    MESSAGE,
    TOP,
    WIDTH,
    format_runs,
    template,
    write,
)
from cockpit.reports.report import Chart, Page, Report, Table
from cockpit.reports.svg import shares

LANGUAGE = "da-DK"
ONE_LINE_SIZES, TITLE_SIZES = (26.0, 24.0), (26.0, 22.0, 20.0)  # of a title on one line, else on two at most
ABOVE_SIZES = (12.0, 11.0, 10.0, 9.0)  # of what stands above a title, on one line
TEXT_SIZES = (16.0, 14.0, 12.0, 11.0)  # the first in which the paragraphs of a slide leave room for what is below
TEXT_BESIDE = Inches(4.3)  # width of paragraphs beside charts
LEAST_CHART_WIDTH, LOWEST_CHART = Inches(6.4), Inches(2.7)
LEAST_BESIDE = 11.0  # points of a table's text beside a chart
GUTTER = Inches(0.3)
FOOT_SIZE = 10.0
CONTINUED = Inches(1.2)  # where a table begins on a slide of its own, under a title of one line
AFTER = 6.0  # points after a paragraph
SMALL = 11.0  # points of small print
_FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"  # the format asks for an identity; every slide may have the same


def to_pptx(report: Report) -> bytes:
    """Render a report as a presentation in 16:9."""
    deck = template()
    _cover(deck, report)
    for page in report.pages:
        _slides(deck, report, page)
    _properties(deck, report)
    _number(deck)
    for element in _elements(deck):
        _speak_danish(element)
    written = io.BytesIO()
    deck.save(written)
    return written.getvalue()


def _elements(deck: Any) -> list[Any]:
    """Everything that holds text: master, layouts, slides with their notes, and charts."""
    slides = list(deck.slides)
    charts = [shape.chart._chartSpace for slide in slides for shape in slide.shapes if shape.has_chart]
    notes = [slide.notes_slide for slide in slides]
    parts = [deck.slide_master, *deck.slide_master.slide_layouts, *slides, *notes, deck.notes_master]
    return [*(part._element for part in parts), *charts]


def _cover(deck: Any, report: Report) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[COVER])
    slide.shapes.title.text = report.title
    slide.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    _resize(slide, 36.0)
    body = slide.placeholders[1].text_frame
    told = (report.whose, report.subtitle, report.state, report.audience, report.mark)
    body.text = "\n".join(filter(None, told))
    for paragraph in body.paragraphs:
        format_runs(paragraph, Pt(20), looks.MUTED)
        paragraph.alignment = PP_ALIGN.LEFT
    _footer(slide, report)
    _note(slide, report, [f"{report.title}. {report.subtitle}. {report.state}."])


def _slides(deck: Any, report: Report, page: Page) -> None:
    """Lay a page on slides: words, chart and short table on one, a long table on slides of its own."""
    tables = list(page.tables)
    slide = _slide(deck, report, page, page.title)
    described = (chart.alt for chart in page.charts)
    points = (f"{number}. {point}" for number, point in enumerate(page.points, 1))
    _note(slide, report, [page.title, *page.text, *page.aside, *points, *described, *looks.notes_of(page)])
    foot, top = _small_print(slide, page), _top(page.title)
    top = _figures(slide, page, top) if page.figures else top
    if page.charts:
        slide, place = _words_by_charts(deck, report, page, slide, (top, foot))
        _charts_and_table(slide, page, tables, place)
        top = foot
    else:
        below = tables[0] if tables else None
        top = _words(slide, page, (MARGIN, top, INNER, foot - top), below)
    for table in tables:
        top = _flow(deck, report, page, table, top)


def _words_by_charts(deck: Any, report: Report, page: Page, slide: Any, room: tuple[int, int]) -> tuple[Any, Box]:
    """Write the words of a page above its charts, else left of them, else alone; the slide and place of the charts."""
    top, foot = room
    left = MARGIN + TEXT_BESIDE + GUTTER
    if foot - top - _words_height(page, 14.0, INNER) >= LOWEST_CHART:
        top = _words(slide, page, (MARGIN, top, INNER, foot - top - LOWEST_CHART), largest=14.0)
        return slide, (MARGIN, top, INNER, foot - top)
    if _words_height(page, 12.0, TEXT_BESIDE) <= foot - top and foot - top >= LOWEST_CHART:
        _words(slide, page, (MARGIN, top, TEXT_BESIDE, foot - top), largest=14.0)
        return slide, (left, top, WIDTH - MARGIN - left, foot - top)
    _words(slide, page, (MARGIN, top, INNER, foot - top))
    slide = _continued(deck, report, page, " og ".join(chart.title for chart in page.charts))
    return slide, (MARGIN, CONTINUED, INNER, _small_print(slide, page) - CONTINUED)


def _charts_and_table(slide: Any, page: Page, tables: list[Table], place: Box) -> None:
    """Draw the charts of a page, and its first table beside or below them where it fits, taken from the list."""
    left, top, width, height = place
    for table in tables[:1]:
        most = width - max(LEAST_CHART_WIDTH, *(least_width(chart) for chart in page.charts)) - GUTTER
        if beside := unbroken(table, most, height - HEADING, LEAST_BESIDE):
            drawn = width - beside.width - GUTTER
            draw_table(slide, table, beside, (left + drawn + GUTTER, top), room=height, headed=True)
            place = (left, top, drawn, height)
        elif below := unbroken(table, width, height - LOWEST_CHART - GUTTER - HEADING, LEAST_BESIDE):
            room = HEADING + below.height
            draw_table(slide, table, below, (left, top + height - room), room=room, headed=True)
            place = (left, top, width, height - room - GUTTER)
        else:
            break
        del tables[0]
    _charts(slide, page.charts, place)


def _charts(slide: Any, charts: Sequence[Chart], box: Box) -> None:
    left, top, width, height = box
    for chart, share in zip(charts, shares(charts), strict=True):
        own = int(width * share)
        draw_chart(slide, chart, (left, top, own, height))
        left += own


def _flow(deck: Any, report: Report, page: Page, table: Table, top: int) -> int:
    """Put a table under what is on the last slide, or on new ones of even length; returns where it ends."""
    foot = BOTTOM - _small_print_height(page)
    slide = deck.slides[len(deck.slides) - 1]
    if layout := fitting(table, INNER, foot - top - HEADING):
        return draw_table(slide, table, layout, (MARGIN, top), room=foot - top, headed=True) + GUTTER
    is_bare = top == _top(page.title)  # nothing but the title on it: the first part goes there
    parts = parted(table, INNER, foot - max(top, CONTINUED) - HEADING if is_bare else foot - CONTINUED)
    for number, (part, layout) in enumerate(parts, 1):
        start, headed = int(CONTINUED), False
        if number == 1 and is_bare:
            start, headed = top, True
        else:
            count = f" ({number} af {len(parts)})" if len(parts) > 1 else ""
            slide = _continued(
                deck, report, page, looks.table_title(table.title, looks.table_unit(table.columns)) + count
            )
            _small_print(slide, page)
        top = draw_table(slide, part, layout, (MARGIN, start), room=foot - start, headed=headed) + GUTTER
    return top


def _continued(deck: Any, report: Report, page: Page, title: str) -> Any:
    """A further slide of a page, named by what is on it; the page's message stands above."""
    told = title if title.startswith(page.key) else f"{page.key} · {title}"
    slide = _slide(deck, report, page, told, above=page.title)
    _resize(slide, TITLE_SIZES[-1])
    _note(slide, report, [page.title, *looks.notes_of(page)])
    return slide


def _slide(deck: Any, report: Report, page: Page, title: str, above: str = "") -> Any:
    """A slide with its title and stamp, and the part of the paper that it belongs to."""
    slide = deck.slides.add_slide(deck.slide_layouts[MESSAGE])
    slide.shapes.title.text = title
    _resize(slide, _title_size(title))
    box = slide.shapes.add_textbox(MARGIN, Inches(0.28), INNER, Inches(0.34))
    told = " · ".join(filter(None, (page.section, above)))
    size = next((one for one in ABOVE_SIZES if width_of(told, one, bold=True) * Pt(1) <= INNER), ABOVE_SIZES[-1])
    write(box.text_frame, told, Pt(size), looks.TEAL, bold=True)
    _footer(slide, report)
    return slide


def _title_size(title: str) -> float:
    on_one = [size for size in ONE_LINE_SIZES if _title_lines(title, size) == 1]
    on_two = [size for size in TITLE_SIZES if _title_lines(title, size) <= 2]
    return (on_one or on_two or TITLE_SIZES[-1:])[0]


def _title_lines(title: str, size: float) -> int:
    return lines_of(title, INNER / Pt(1), size, bold=True)


def _resize(slide: Any, size: float) -> None:
    format_runs(slide.shapes.title.text_frame.paragraphs[0], Pt(size), looks.NAVY, bold=True)


def _top(title: str) -> int:
    """Where the room below a title begins: higher where the title takes one line."""
    return TOP - Inches(0.4) if _title_lines(title, _title_size(title)) == 1 else TOP


def _footer(slide: Any, report: Report) -> None:
    box = slide.shapes.add_textbox(MARGIN, Inches(7.02), INNER - Inches(1.4), Inches(0.3))
    told = report.foot
    if lines_of(told, box.width / Pt(1), FOOT_SIZE) > 1:
        told = f"{told.removesuffix(report.stamp).removesuffix(' · ')}\n{report.stamp}"
    write(box.text_frame, told, Pt(FOOT_SIZE), looks.MUTED)


def _number(deck: Any) -> None:
    """Number the slides with a field, which stays right when somebody leaves slides out."""
    for slide in deck.slides:
        box = slide.shapes.add_textbox(WIDTH - MARGIN - Inches(1.4), Inches(7.02), Inches(1.4), Inches(0.3))
        write(box.text_frame, "side ", Pt(FOOT_SIZE), looks.MUTED)
        paragraph = box.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        field = etree.SubElement(paragraph._p, qn("a:fld"), {"id": _FIELD, "type": "slidenum"})
        field.append(deepcopy(paragraph.runs[0]._r.find(qn("a:rPr"))))
        etree.SubElement(field, qn("a:t")).text = str(deck.slides.index(slide) + 1)


def _note(slide: Any, report: Report, lines: Sequence[str]) -> None:
    slide.notes_slide.notes_text_frame.text = "\n".join(filter(None, (*lines, report.foot)))


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
            write(box.text_frame, text, size, color, bold=bold)
    return top + Inches(1.12)


def _words(slide: Any, page: Page, place: Box, below: Table | None = None, largest: float = TEXT_SIZES[0]) -> int:
    """Write the paragraphs and points of a page, as large as they and the table below them fit; returns their end."""
    left, top, width, room = place
    if not (page.text or page.points):
        return top
    sizes = [size for size in TEXT_SIZES if size <= largest]
    heights = {size: _words_height(page, size, width) for size in sizes}
    with_table = [
        size
        for size in sizes
        if below and heights[size] < room and fitting(below, INNER, room - heights[size] - HEADING)
    ]
    alone = [size for size in sizes if heights[size] <= room]
    size = (with_table or alone or sizes[-1:])[0]
    box = slide.shapes.add_textbox(left, top, width, heights[size])
    write(box.text_frame, "\n".join((*page.text, *page.points)), Pt(size), looks.TEXT)
    for at, paragraph in enumerate(box.text_frame.paragraphs):
        paragraph.space_after = Pt(AFTER)
        if at >= len(page.text):
            _count(paragraph, size)
    return int(top + heights[size] + Pt(AFTER))


def _words_height(page: Page, size: float, width: int) -> int:
    across, indent = width / Pt(1), _indent(size)
    counts = [lines_of(text, across, size) for text in page.text]
    counts += [lines_of(text, across - indent, size) for text in page.points]
    return int(Pt(1) * (size * LINE * sum(counts) + AFTER * len(counts)))


def _indent(size: float) -> float:
    return width_of("00. ", size)


def _count(paragraph: Any, size: float) -> None:
    """Make a paragraph one of a numbered list, which a screen reader reads as such."""
    properties = paragraph._p.get_or_add_pPr()
    indent = int(Pt(1) * _indent(size))
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    etree.SubElement(properties, qn("a:buFont")).set("typeface", looks.FONT)
    etree.SubElement(properties, qn("a:buAutoNum")).set("type", "arabicPeriod")


def _small_print_height(page: Page) -> int:
    notes = looks.notes_of(page)
    lines = sum(lines_of(note, INNER / Pt(1), SMALL) for note in notes)
    return int(Pt(1) * SMALL * LINE * lines + (Inches(0.14) if notes else 0))


def _small_print(slide: Any, page: Page) -> int:
    """Notes at the foot; returns where the room above them ends."""
    height = _small_print_height(page)
    if height:
        box = slide.shapes.add_textbox(MARGIN, BOTTOM - height + Inches(0.1), INNER, height)
        write(box.text_frame, "\n".join(looks.notes_of(page)), Pt(SMALL), looks.MUTED)
    return int(BOTTOM - height)


def _properties(deck: Any, report: Report) -> None:
    """What the file says of itself."""
    core = deck.core_properties
    core.title, core.subject, core.author = report.title, report.subtitle, "Styringscockpit"
    core.language, core.keywords, core.comments = LANGUAGE, report.audience, report.foot
    core.last_modified_by = "Styringscockpit"


def _speak_danish(element: Any) -> None:
    """Tell the spelling checker and screen readers what language every text is."""
    for tag in ("a:rPr", "a:defRPr", "a:endParaRPr"):
        for properties in element.iter(qn(tag)):
            properties.set("lang", LANGUAGE)
    for run in element.iter(qn("a:r")):
        if run.find(qn("a:rPr")) is None:
            properties = etree.Element(qn("a:rPr"))
            properties.set("lang", LANGUAGE)
            run.insert(0, properties)
