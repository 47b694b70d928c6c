"""A report as slides: one message per slide, native charts that can be edited, notes for whoever speaks."""

import io
from collections.abc import Sequence
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from cockpit.reports import looks
from cockpit.reports.pptx_charts import Box, draw_chart
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
from cockpit.reports.report import Chart, Line, Page, Report, Table, Value
from cockpit.reports.svg import shares

LANGUAGE = "da-DK"
MOST_BESIDE, COLUMNS_BESIDE, LONGEST_BESIDE = 8, 5, 30  # lines, columns and signs of a table beside a chart
SHORT_TITLE, LONG_TITLE = 64, 100  # signs that one line and two lines of a title hold, in a wide font too
LONG_LINE = 90  # signs that one line of a title in smaller type holds
CHART_BESIDE, GUTTER = Inches(7.0), Inches(0.3)
LOWEST_CHART = Inches(2.0)  # a chart that words leave less room has a slide of its own
CONTINUED = Inches(1.3)  # where a table begins on a slide of its own, under a title in smaller type
TABLE_HEAD, LEAST_ROW, NEXT_LINE = Inches(0.36), Inches(0.205), Inches(0.172)
SIGN = Pt(5.6)  # average width of a sign in a table, with some room
FIGURE, SIDES = Pt(7.2), Inches(0.16)  # width of a figure's sign in a wide font, and the room beside it
INDENT = Inches(0.22)  # of a line under its step
ROOMY = 1.5  # times what the cells of a table need at least
MOST_FIGURES = 0.8  # share of a table's width that its figures may take
SIGNS_OF_PRINT = 140  # of small print on a line


def to_pptx(report: Report) -> bytes:
    """Render a report as a presentation in 16:9."""
    deck = template()
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


def _cover(deck: Any, report: Report) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[COVER])
    slide.shapes.title.text = report.title
    slide.shapes.title.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    body = slide.placeholders[1].text_frame
    body.text = "\n".join(filter(None, (report.subtitle, report.audience, report.mark)))
    for paragraph in body.paragraphs:
        format_runs(paragraph, Pt(18), looks.MUTED)
        paragraph.alignment = PP_ALIGN.LEFT
    _footer(slide, report)
    _note(slide, [f"{report.title}. {report.subtitle}."])


def _slides(deck: Any, report: Report, page: Page) -> None:
    """Lay a page on slides: chart and short table side by side, a long table on a slide of its own."""
    tables = list(page.tables)
    slide = _slide(deck, report, page, page.title)
    foot = _small_print(slide, page)
    top = _top(page.title)
    top = _figures(slide, page, top) if page.figures else top
    paragraphs = [*page.text, *(f"{number}. {point}" for number, point in enumerate(page.points, 1))]
    if paragraphs:
        top = _text(slide, paragraphs, (MARGIN, top, INNER), Pt(14 if page.charts else 16))
    if page.charts and foot - top < LOWEST_CHART:
        title = f"{page.title} (diagram)"
        slide = _slide(deck, report, page, title)
        foot, top = _small_print(slide, page), _top(title)
    if page.charts:
        beside = bool(tables) and _fits_beside(tables[0])
        _charts(slide, page.charts, (MARGIN, top, CHART_BESIDE if beside else INNER, foot - top))
        if beside:
            left = MARGIN + CHART_BESIDE + GUTTER
            _table(slide, tables.pop(0), (left, top, WIDTH - MARGIN - left, foot - top))
        top = foot
    for table in tables:
        top = _flow(deck, report, page, table, top)


def _charts(slide: Any, charts: Sequence[Chart], box: Box) -> None:
    left, top, width, height = box
    for chart, share in zip(charts, shares(charts), strict=True):
        own = int(width * share)
        draw_chart(slide, chart, (left, top, own, height))
        left += own


def _fits_beside(table: Table) -> bool:
    """Say whether a table is short and narrow enough to stand beside a chart."""
    texts = [str(line.cells[at] or "") for line in table.lines for at, one in enumerate(table.columns)
             if one.form == "text"]  # fmt: skip
    small = len(table.lines) <= MOST_BESIDE and len(table.columns) <= COLUMNS_BESIDE
    return small and max(map(len, texts), default=0) <= LONGEST_BESIDE


def _flow(deck: Any, report: Report, page: Page, table: Table, top: int) -> int:
    """Put a table under what is on the last slide, or on new ones of even length; returns where it ends."""
    foot = BOTTOM - _small_print_height(page)
    slide = deck.slides[len(deck.slides) - 1]
    if _fitting(table, table.lines, foot - top) == len(table.lines):
        return _table(slide, table, (MARGIN, top, INNER, foot - top)) + GUTTER
    title = f"{page.title} (tabel)" if page.charts else page.title
    start = CONTINUED + (Inches(0.28) if len(title) > LONG_LINE else 0)
    parts = _even_parts(table, foot - start)
    is_bare = top == _top(page.title)  # nothing but the title on it: the first part goes there
    for number, lines in enumerate(parts):
        if number == 0 and is_bare:
            _resize(slide, Pt(20))
        else:
            slide = _slide(deck, report, page, title, size=Pt(20))
            _small_print(slide, page)
        top = _table(slide, Table(table.title, table.columns, lines), (MARGIN, start, INNER, foot - start)) + GUTTER
    return top


def _even_parts(table: Table, room: int) -> list[tuple[Line, ...]]:
    """Part a table over as few slides as it takes, each with about as much as the others."""
    heights = _least_heights(table, INNER)[1:]
    count, left = 1, list(table.lines)
    while (fitting := max(_fitting(table, left, room), 1)) < len(left):
        count, left = count + 1, left[fitting:]
    parts: list[list[Line]] = [[]]
    share, used = sum(heights) / count, 0.0
    for line, height in zip(table.lines, heights, strict=True):
        is_full = used + height / 2 > share * len(parts) and len(parts) < count
        if is_full or _fitting(table, [*parts[-1], line], room) <= len(parts[-1]):
            parts.append([])
        parts[-1].append(line)
        used += height
    return [tuple(part) for part in parts]


def _fitting(table: Table, lines: Sequence[Line], room: int) -> int:
    """How many of these lines fit into a height, with the table's heading and head above them."""
    heights = _least_heights(Table(table.title, table.columns, tuple(lines)), INNER)
    left, count = room - TABLE_HEAD - heights[0], 0
    for height in heights[1:]:
        left -= height
        if left < 0:
            break
        count += 1
    return count


def _least_heights(table: Table, width: int) -> list[int]:
    """The height that the head and each line need: one of text, or more where a cell must break."""
    signs = [max(int(own / SIGN), 1) for own in _widths(table, width)]
    rows = [[column.heading for column in table.columns]]
    rows += [
        [looks.cell_text(value, column) for value, column in zip(line.cells, table.columns, strict=True)]
        for line in table.lines
    ]
    broken = [max(-(-len(text) // most) for text, most in zip(row, signs, strict=True)) for row in rows]
    return [int(LEAST_ROW + (max(lines, 1) - 1) * NEXT_LINE) for lines in broken]


def _slide(deck: Any, report: Report, page: Page, title: str, size: Any = None) -> Any:
    """A slide with its title, stamp and notes; the title is of the template's size unless another is given."""
    slide = deck.slides.add_slide(deck.slide_layouts[MESSAGE])
    slide.shapes.title.text = title
    if own := size or (Pt(20) if len(title) > LONG_TITLE else None):
        _resize(slide, own)
    box = slide.shapes.add_textbox(MARGIN, Inches(0.28), INNER, Inches(0.34))
    write(box.text_frame, page.section, Pt(12), looks.TEAL, bold=True)
    _footer(slide, report)
    described = (chart.alt for chart in page.charts)
    _note(slide, [page.title, *page.text, *page.aside, *page.points, *described, *looks.notes_of(page), report.foot])
    return slide


def _resize(slide: Any, size: Any) -> None:
    format_runs(slide.shapes.title.text_frame.paragraphs[0], size, looks.NAVY, bold=True)


def _top(title: str) -> int:
    """Where the room below a title begins: higher where the title takes one line."""
    return TOP - Inches(0.4) if len(title) <= SHORT_TITLE else TOP


def _footer(slide: Any, report: Report) -> None:
    box = slide.shapes.add_textbox(MARGIN, Inches(7.02), INNER - Inches(1.4), Inches(0.3))
    write(box.text_frame, report.foot, Pt(10), looks.MUTED)


def _number(deck: Any) -> None:
    count = len(deck.slides)
    for number, slide in enumerate(deck.slides, 1):
        box = slide.shapes.add_textbox(WIDTH - MARGIN - Inches(1.4), Inches(7.02), Inches(1.4), Inches(0.3))
        write(box.text_frame, f"side {number} af {count}", Pt(10), looks.MUTED)
        box.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _note(slide: Any, lines: Sequence[str]) -> None:
    slide.notes_slide.notes_text_frame.text = "\n".join(line for line in lines if line)


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


def _text(slide: Any, paragraphs: Sequence[str], place: tuple[int, int, int], size: Any) -> int:
    """Write paragraphs and return where they end, on the safe side: the library does not measure text."""
    left, top, width = place
    signs_per_line = int(width / size * 1.9)
    lines = sum(1 + len(text) // signs_per_line for text in paragraphs)
    height = int(size * 1.25) * lines + Pt(6) * len(paragraphs)
    box = slide.shapes.add_textbox(left, top, width, height)
    write(box.text_frame, "\n".join(paragraphs), size, looks.TEXT)
    for paragraph in box.text_frame.paragraphs:
        paragraph.space_after = Pt(6)
    return int(top + height + Pt(6))


def _small_print_height(page: Page) -> int:
    return Inches(0.21) * sum(1 + len(note) // SIGNS_OF_PRINT for note in looks.notes_of(page))


def _small_print(slide: Any, page: Page) -> int:
    """Notes at the foot; returns where the room above them ends."""
    height = _small_print_height(page)
    if height:
        box = slide.shapes.add_textbox(MARGIN, BOTTOM - height + Inches(0.1), INNER, height)
        write(box.text_frame, "\n".join(looks.notes_of(page)), Pt(11), looks.MUTED)
    return int(BOTTOM - height)


def _table(slide: Any, table: Table, box: Box) -> int:
    """Write a table under its heading and return where it ends."""
    left, top, most, room = box
    width = min(most, _natural_width(table))
    head = slide.shapes.add_textbox(left, top, width, Inches(0.3))
    title = looks.table_title(table.title, looks.table_unit(table.columns))
    write(head.text_frame, title, Pt(13), looks.NAVY, bold=True)
    least = _least_heights(table, width)
    spare = min(Inches(0.36) - LEAST_ROW, max(int((room - TABLE_HEAD - sum(least)) / len(least)), 0))
    heights = [height + spare for height in least]
    size = _size(spare, is_roomy=max(least) == LEAST_ROW and most == INNER)
    shape = slide.shapes.add_table(len(least), len(table.columns), left, top + TABLE_HEAD, width, sum(heights))
    shape._element.nvGraphicFramePr.cNvPr.set("descr", title)
    grid = shape.table
    _plain(shape)
    for column, own in zip(grid.columns, _widths(table, width), strict=True):
        column.width = own
    for row, height in zip(grid.rows, heights, strict=True):
        row.height = height
    for at, column in enumerate(table.columns):
        _cell(grid.cell(0, at), column.heading, size, bold=True, right=column.form != "text", fill=looks.PANEL)
    nested = any(line.kind == "sub" for line in table.lines)
    for at, line in enumerate(table.lines, 1):
        for across, (value, column) in enumerate(zip(line.cells, table.columns, strict=True)):
            _cell(grid.cell(at, across), looks.cell_text(value, column), size, bold=line.kind != "row",
                  right=column.form != "text", fill=looks.PANEL if line.kind == "total" else looks.WHITE)  # fmt: skip
            if across == 0 and line.kind == "row" and nested:
                grid.cell(at, across).margin_left = INDENT
    return int(top + TABLE_HEAD + sum(heights))


def _size(spare: int, *, is_roomy: bool) -> Any:
    """The size of a table's text by what its rows have to spare: a row too low for its text would grow."""
    if spare >= Inches(0.08) and is_roomy:
        return Pt(12)
    return Pt(10.5 if spare >= Inches(0.03) else 9.5)


def _plain(shape: Any) -> None:
    """No banding of the library's style: lines and weight do it."""
    properties = shape._element.graphic.graphicData.tbl.tblPr
    properties.set("bandRow", "0")
    properties.set("firstRow", "1")


def _widths(table: Table, width: int) -> list[int]:
    """Figures take what they need to stand on one line in any font; texts share the rest by their longest.

    A heading may break between words only.
    """
    figures = {at: _figures_width(table, at) for at, one in enumerate(table.columns) if one.form != "text"}
    scale = min(1.0, width * MOST_FIGURES / max(sum(figures.values()), 1))
    rest = width - scale * sum(figures.values())
    texts = {at: _text_measure(table, at) for at in range(len(table.columns)) if at not in figures}
    per_sign = rest / max(sum(texts.values()), 1.0)
    if not texts:
        scale = width / sum(figures.values())
    return [int(figures[at] * scale if at in figures else texts[at] * per_sign) for at in range(len(table.columns))]


def _natural_width(table: Table) -> int:
    """The width that a table needs to be read without the eye losing its line; the slide's for long texts."""
    texts = [_text_measure(table, at) for at, one in enumerate(table.columns) if one.form == "text"]
    figures = sum(_figures_width(table, at) for at, one in enumerate(table.columns) if one.form != "text")
    return int(figures * ROOMY + sum(texts) * SIGN * ROOMY)


def _figures_width(table: Table, at: int) -> int:
    column = table.columns[at]
    written = [*column.heading.split(" "), *(looks.cell_text(line.cells[at], column) for line in table.lines)]
    return int(max(map(len, written)) * FIGURE + SIDES)


def _text_measure(table: Table, at: int) -> float:
    column = table.columns[at]
    return max(
        6.0,
        *(1.6 * len(word) for word in column.heading.split(" ")),
        *(min(len(looks.cell_text(line.cells[at], column)), 48.0) for line in table.lines),
        *(1.7 * len(word) for line in table.lines for word in _words(line.cells[at]) if len(word) < 24),
    )


def _words(value: Value) -> list[str]:
    return value.split() if isinstance(value, str) else []


def _cell(cell: Any, text: str, size: Any, *, bold: bool, right: bool, fill: str) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.015)
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.fill.solid()
    cell.fill.fore_color.rgb = RGBColor.from_string(fill)
    cell.text = text
    for paragraph in cell.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        format_runs(paragraph, size, looks.TEXT, bold=bold)
        # An empty cell would take the height of the standard's 18 points and push the rows below off the slide.
        paragraph._p.get_or_add_endParaRPr().set("sz", str(int(size.pt * 100)))


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
