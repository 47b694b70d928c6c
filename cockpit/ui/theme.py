"""The two palettes.

Contrast on the background: text at least 4.5:1, graphics at least 3:1 (`tests/unit/test_charts.py` measures it).
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Palette:
    """Colours of one theme; `worse` and `better` are for deviations only, `edge` is that of what one fills in."""

    background: str
    panel: str
    text: str
    muted: str
    line: str
    edge: str
    grid: str
    actual: str
    previous: str
    budget: str
    accent: str
    band_50: str
    band_80: str
    band_95: str
    worse: str
    better: str


LIGHT = Palette(
    background="#FFFFFF",
    panel="#F2F5F8",
    text="#1A2433",
    muted="#5A6473",
    line="#C9D1DA",
    edge="#7F8996",
    grid="#E3E8ED",
    actual="#1F3B57",
    previous="#8496A9",
    budget="#6B7280",
    accent="#0B6E99",
    band_50="#8DB9CF",
    band_80="#BBD6E3",
    band_95="#DEEBF1",
    worse="#A4262C",
    better="#1A7F37",
)
DARK = Palette(
    background="#0F1C29",
    panel="#182A3B",
    text="#E8EEF4",
    muted="#B4C0CD",
    line="#3B5066",
    edge="#6B8095",
    grid="#25384B",
    actual="#D5E4F2",
    previous="#7C90A5",
    budget="#A3B1C0",
    accent="#5CB8DE",
    band_50="#3E7C9C",
    band_80="#2B5770",
    band_95="#1D3C50",
    worse="#F28B8B",
    better="#6CCB87",
)
FONT = "IBM Plex Sans, sans-serif"


def palette(theme: str | None) -> Palette:
    """Return the palette of the browser's theme, `light` where it is not known yet."""
    return DARK if theme == "dark" else LIGHT


def css(colors: Palette, page: str = "") -> str:
    """Return the style element with the colours and the page's name; the rules that use them are `assets/page.css`."""
    names = ";".join(f"--{field.name.replace('_', '-')}:{getattr(colors, field.name)}" for field in fields(colors))
    return f'<style>:root{{{names};--page:"{page}"}}</style>'
