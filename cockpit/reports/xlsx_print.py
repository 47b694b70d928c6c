"""How a sheet is printed: how large, and where its pages end, which Excel forgets where it is told to fit a sheet."""

from collections.abc import Sequence
from typing import Any

from cockpit.reports.report import Report

ROW = 15.0  # points of a row of one line
_A4, _LONG, _SHORT = 9, 842.0, 595.0  # the library's number of the format, and its sides in points
_SIDE, _TOP, _FOOT = 0.4, 0.5, 0.6  # margins in inches
_SAFE = 0.94  # programs and printers differ a little in how wide a column is
_SCALES = (100, 95, 90, 85, 80, 75)  # percent of full size, the least being the smallest that is read with ease
_REPEATED = 3  # rows at the top of every page
_PAGE = _SAFE * (_SHORT - (_TOP + _FOOT) * 72)  # height in points
TOGETHER = _PAGE / 0.8  # points of words and the charts that they are of, which then share a page


def width_of_columns(widths: Sequence[float]) -> float:
    """Return how wide columns are together, in points; widths are in signs of the workbook's own font."""
    return sum((int(width * 7 + 5)) * 0.75 for width in widths)


def set_up(sheet: Any, report: Report, width: float, heights: Sequence[float], blocks: Sequence[int]) -> None:
    """Set a sheet up for print.

    Args:
        sheet: of the library.
        report: what stands at the foot.
        width: of what is on it, in points.
        heights: of its rows, in points.
        blocks: rows at which something begins that should stay whole.
    """
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.repeat_rows(0, _REPEATED - 1)
    sheet.set_margins(left=_SIDE, right=_SIDE, top=_TOP, bottom=_FOOT)
    # A foot has room for 255 signs; whose figures they are stands in the rows that are printed on every page.
    sheet.set_footer(f"&L&8{report.marked_stamp}&R&8side &P af &N")
    scale, breaks = laid_out(width, heights, blocks)
    sheet.set_print_scale(scale)
    sheet.set_h_pagebreaks(breaks)


def laid_out(width: float, heights: Sequence[float], blocks: Sequence[int]) -> tuple[int, list[int]]:
    """Return in how many percent a sheet is printed and where its pages end: on few pages, and as large as they allow.

    Width and heights are in points.
    """
    widest = int(100 * _SAFE * (_LONG - 2 * _SIDE * 72) / width)
    scales = [min(scale, widest) for scale in _SCALES]
    ways = [(scale, page_breaks(heights, blocks, _PAGE * 100 / scale)) for scale in scales]
    return min(ways, key=lambda way: len(way[1]))


def page_breaks(heights: Sequence[float], blocks: Sequence[int], room: float) -> list[int]:
    """Return the rows at which a new page begins: between blocks, and evenly within one that is longer than a page.

    Args:
        heights: of the rows, in points.
        blocks: rows at which a block begins.
        room: height of a page, in points.
    """
    head = sum(heights[:_REPEATED])
    breaks: list[int] = []
    left = room
    ends = [*blocks[1:], len(heights)]
    for start, end in zip(blocks, ends, strict=True):
        own = sum(heights[start:end])
        is_bare = left >= room - head  # nothing but the title on the page
        if own > left and not is_bare:
            breaks.append(start)
            left = room - head
        if own > left:
            within = _within(heights, start, end, left)
            breaks += within
            left = room - head - sum(heights[(within or [start])[-1] : end])
        else:
            left -= own
    return breaks


def _within(heights: Sequence[float], start: int, end: int, room: float) -> list[int]:
    """Part the rows of a block into as few pages as it takes, each about as full as the others."""
    own = sum(heights[start:end])
    pages = int(own // room) + 1
    found: list[int] = []
    used = 0.0
    for at in range(start, end):
        is_full = used + heights[at] / 2 > own / pages * (len(found) + 1) and len(found) < pages - 1
        if at > start and is_full:
            found.append(at)
        used += heights[at]
    return found
