"""How much room a text takes: measured in the papers' own font, because no office file says how its text will break."""

from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

LINE = 1.25  # height of a line of text, times its size
OTHER_FONT = 1.06  # whoever lacks the papers' font reads them in another, at most about so many times as wide
_FILES = {False: "IBMPlexSans-Regular.ttf", True: "IBMPlexSans-SemiBold.ttf"}
_MEASURED_AT = 100


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Return how wide a text is on one line, in points, with room for another font.

    Args:
        text: what is written.
        size: of its signs, in points.
        bold: whether it is.
    """
    return _measured(text, bold) * size / _MEASURED_AT * OTHER_FONT


def lines_of(text: str, room: float, size: float, *, bold: bool = False) -> int:
    """Return over how many lines a text breaks in a room, in points; a word wider than the room breaks too."""
    return sum(_broken(one, room, size, bold=bold) for one in text.split("\n"))


def _broken(text: str, room: float, size: float, *, bold: bool) -> int:
    lines, used, space = 1, 0.0, width_of(" ", size, bold=bold)
    for word in text.split(" "):
        own = width_of(word, size, bold=bold)
        if used and used + space + own > room:
            lines, used = lines + 1, 0.0
        lines += int(own // room) if own > room else 0
        used += (space if used else 0.0) + (own % room if own > room else own)
    return lines


@lru_cache(maxsize=50_000)
def _measured(text: str, bold: bool) -> float:
    return _font(bold).getlength(text)


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(Path(__file__).parent / "fonts" / _FILES[bold]), _MEASURED_AT)
