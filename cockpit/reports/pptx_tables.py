"""Tables of slides: how large they can be written where they are to stand, and how long ones are parted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from cockpit.reports import looks
from cockpit.reports.measure import LINE, lines_of, width_of
from cockpit.reports.pptx_template import format_runs, write
from cockpit.reports.report import Line, Table

SIZES = (14.0, 12.0, 11.0, 10.0)  # of text, the best first; what is smaller is not read from the back of a room
HEADING = Inches(0.36)  # of a table, above it
_SIDE, _AFTER_FIGURES, _INDENT = 5.0, 16.0, 16.0  # points left and right of a text, left of one after figures, of a sub
_PADDING = 0.45  # above and below the text of a row together, times its size
_SPARE = 0.6  # what a row may have besides, where there is room, times its size
_POWERS = (0.5, 0.75, 1.0)  # ways to share room between columns of text
_LONGEST_WORD = 24  # signs; what is longer, such as a fingerprint of data, may break
_ROOMY = 1.25  # times what the columns need, where there is room


@dataclass(frozen=True)
class Layout:
    """How a table is written: size of text in points, widths of columns and least heights of head and lines in EMU."""

    size: float
    widths: tuple[int, ...]
    heights: tuple[int, ...]

    @property
    def width(self) -> int:
        """Of the whole table."""
        return sum(self.widths)

    @property
    def height(self) -> int:
        """Of the whole table, without its heading."""
        return sum(self.heights)


def laid_out(table: Table, size: float, most: int) -> Layout:
    """Lay a table out in a size of text, at most so wide: figures on one line, texts broken where they must be."""
    widths = _widths(table, size, most / Pt(1))
    counts = _line_counts(table, size, widths)
    heights = tuple(int(Pt(1) * size * (LINE * count + _PADDING)) for count in counts)
    return Layout(size, tuple(int(width * Pt(1)) for width in widths), heights)


def fitting(table: Table, most: int, room: int) -> Layout | None:
    """Return the largest layout that fits into a width and a height; None where not even the least size does."""
    for size in SIZES:
        found = laid_out(table, size, most)
        if found.height <= room and _is_readable(table, size, most):
            return found
    return None


def unbroken(table: Table, most: int, room: int, least: float) -> Layout | None:
    """Return the largest layout no cell of which breaks; None where there is none within the width and height."""
    for size in (size for size in SIZES if size >= least):
        needed = sum(_needed(table, at, size) for at in range(len(table.columns)))
        found = laid_out(table, size, most)
        if needed * Pt(1) <= most and found.height <= room:
            return found
    return None


def _is_readable(table: Table, size: float, most: int) -> bool:
    """Whether figures stand on one line and texts break between their words only."""
    least = sum(_needed(table, at, size, whole=one.form != "text") for at, one in enumerate(table.columns))
    return least * Pt(1) <= most or size == SIZES[-1]


def parted(table: Table, most: int, room: int) -> list[tuple[Table, Layout]]:
    """Part a long table into as few parts as it takes, all in one size and each with about as much as the others."""
    least = len(_parts(table, laid_out(table, SIZES[-1], most), room))
    for size in SIZES:
        layout = laid_out(table, size, most)
        parts = _parts(table, layout, room)
        if len(parts) == least:
            break
    return [
        (replace(table, lines=tuple(table.lines[at] for at in part)), replace(layout, heights=_of(layout, part)))
        for part in parts
    ]


def _of(layout: Layout, part: Sequence[int]) -> tuple[int, ...]:
    return (layout.heights[0], *(layout.heights[at + 1] for at in part))


def _parts(table: Table, layout: Layout, room: int) -> list[list[int]]:
    """The numbers of the lines of each part."""
    head, *heights = layout.heights
    count, left = 1, room - head
    for height in heights:
        if height > left:
            count, left = count + 1, room - head
        left -= height
    share, used = sum(heights) / count, 0.0
    parts: list[list[int]] = [[]]
    for at in range(len(table.lines)):
        is_full = used + heights[at] / 2 > share * len(parts) and len(parts) < count
        if parts[-1] and (is_full or head + sum(heights[one] for one in [*parts[-1], at]) > room):
            parts.append([])
        parts[-1].append(at)
        used += heights[at]
    return parts


def _widths(table: Table, size: float, most: float) -> list[float]:
    """Figures take what they need; texts share the rest in the way that makes the table least tall.

    A table is not spread over more than it needs to be read without the eye losing its line.
    """
    needs = [_needed(table, at, size) for at in range(len(table.columns))]
    if sum(needs) <= most:
        scale = min(most / sum(needs), _ROOMY)
        return [need * scale for need in needs]
    texts = [at for at, one in enumerate(table.columns) if one.form == "text"]
    least = [_needed(table, at, size, whole=at not in texts) for at in range(len(needs))]
    spare = most - sum(least)
    if not texts or spare <= 0:
        return [width * most / sum(least) for width in least]
    ways = [_shared(needs, least, spare, texts, power) for power in _POWERS]
    return min(ways, key=lambda widths: sum(_line_counts(table, size, widths)))


def _shared(
    needs: Sequence[float], least: Sequence[float], spare: float, texts: Sequence[int], power: float
) -> list[float]:
    """Give columns of text what they lack, shared by a power of it."""
    lacking = {at: (needs[at] - least[at]) ** power for at in texts}
    whole = sum(lacking.values()) or 1.0
    return [width + (spare * lacking[at] / whole if at in lacking else 0.0) for at, width in enumerate(least)]


def _line_counts(table: Table, size: float, widths: Sequence[float]) -> list[int]:
    """Lines of text that the head and each line take."""
    texts = [[column.heading for column in table.columns]]
    texts += [
        [looks.cell_text(value, column) for value, column in zip(line.cells, table.columns, strict=True)]
        for line in table.lines
    ]
    bold = [True, *(line.kind != "row" for line in table.lines)]
    return [
        max(
            lines_of(text, width - _sides(table, at), size, bold=heavy)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row, heavy in zip(texts, bold, strict=True)
    ]


def _needed(table: Table, at: int, size: float, *, whole: bool = True) -> float:
    """What a column needs so that none of its cells breaks, or between words only, as its heading may."""
    column = table.columns[at]
    texts = [(looks.cell_text(line.cells[at], column), line.kind != "row") for line in table.lines]
    cells = [
        width_of(part, size, bold=bold)
        for text, bold in texts
        for part in ([text] if whole else [word[:_LONGEST_WORD] for word in text.split(" ")])
    ]
    return max([*(width_of(word, size, bold=True) for word in column.heading.split(" ")), *cells]) + _sides(table, at)


def _sides(table: Table, at: int) -> float:
    """The room left and right of a column's texts together, in points."""
    left = _INDENT if at == 0 and _is_nested(table) else _SIDE
    return (_AFTER_FIGURES if _follows_figures(table, at) else left) + _SIDE


def _follows_figures(table: Table, at: int) -> bool:
    """A text beside figures that end at its edge would be read as part of them."""
    return at > 0 and table.columns[at].form == "text" and table.columns[at - 1].form != "text"


def _is_nested(table: Table) -> bool:
    return any(line.kind == "sub" for line in table.lines)


def draw_table(slide: Any, table: Table, layout: Layout, place: tuple[int, int], *, room: int, headed: bool) -> int:
    """Write a table, under its heading where it has one of its own, and return where it ends."""
    left, top = place
    title = looks.table_title(table.title, looks.table_unit(table.columns))
    if headed:
        head = slide.shapes.add_textbox(left, top, max(layout.width, Inches(4)), Inches(0.3))
        write(head.text_frame, title, Pt(13), looks.NAVY, bold=True)
        top, room = top + HEADING, room - HEADING
    spare = int(min(Pt(1) * layout.size * _SPARE, max((room - layout.height) / len(layout.heights), 0)))
    heights = [height + spare for height in layout.heights]
    shape = slide.shapes.add_table(len(heights), len(table.columns), left, top, layout.width, sum(heights))
    shape._element.nvGraphicFramePr.cNvPr.set("descr", title)
    _plain(shape)
    grid = shape.table
    for column, own in zip(grid.columns, layout.widths, strict=True):
        column.width = own
    for row, height in zip(grid.rows, heights, strict=True):
        row.height = height
    heading = Line(tuple(column.heading for column in table.columns), "total")
    for at, line in enumerate((heading, *table.lines)):
        _write_line(grid, at, line, table, layout.size)
    return int(top + sum(heights))


def _write_line(grid: Any, at: int, line: Line, table: Table, size: float) -> None:
    fill = looks.PANEL if line.kind == "total" else looks.WHITE
    for across, (value, column) in enumerate(zip(line.cells, table.columns, strict=True)):
        cell = grid.cell(at, across)
        _cell(cell, looks.cell_text(value, column), size, bold=line.kind != "row", right=column.form != "text")
        cell.fill.solid()
        cell.fill.fore_color.rgb = RGBColor.from_string(fill)
        _rules(cell)
        if across == 0 and line.kind == "row" and _is_nested(table):
            cell.margin_left = int(Pt(1) * _INDENT)
        elif _follows_figures(table, across):
            cell.margin_left = int(Pt(1) * _AFTER_FIGURES)


def _rules(cell: Any) -> None:
    """Thin lines above and below, which lead the eye from a name to its figures; the library draws none."""
    properties = cell._tc.get_or_add_tcPr()
    for at, side in enumerate(("a:lnT", "a:lnB")):
        line = etree.Element(qn(side), {"w": str(Pt(0.5))})
        fill = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"))
        fill.set("val", looks.RULE)
        properties.insert(at, line)


def _plain(shape: Any) -> None:
    """No banding of the library's style: lines and weight do it."""
    properties = shape._element.graphic.graphicData.tbl.tblPr
    properties.set("bandRow", "0")
    properties.set("firstRow", "1")


def _cell(cell: Any, text: str, size: float, *, bold: bool, right: bool) -> None:
    cell.margin_top = cell.margin_bottom = Inches(0.015)
    cell.margin_left = cell.margin_right = int(Pt(1) * _SIDE)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.text = text
    for paragraph in cell.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        format_runs(paragraph, Pt(size), looks.TEXT, bold=bold)
        # An empty cell would take the height of the standard's 18 points and push the rows below off the slide.
        paragraph._p.get_or_add_endParaRPr().set("sz", str(int(size * 100)))
