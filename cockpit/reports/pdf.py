"""A report as a tagged PDF on A4, set by Typst: bookmarks, vector charts, tables that repeat their heads."""

import calendar
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import typst

from cockpit.reports import looks
from cockpit.reports.pdf_pages import GAP, Part, Place, placed
from cockpit.reports.report import Chart, Column, Line, Page, Report, Table
from cockpit.reports.svg import WIDTH, height_of, shares, to_svg

FONTS = Path(__file__).parent / "fonts"
CM = 72 / 2.54  # points
SIDE, TOP, FOOT = 2.0, 2.0, 2.2  # margins of an A4, cm
PAGE_WIDTH, PAGE_HEIGHT = (21.0 - 2 * SIDE) * CM, (29.7 - TOP - FOOT) * CM
SLACK = 6.0  # of a page: a chart is drawn as wide as its place, a hair taller than reckoned
FIGURES = 66.0  # points of a column of figures where there is room for that
NORMAL, SMALL, HEAD = 9.0, 7.5, 8.5  # sizes of a table, of one with many columns, and of a head where there is room
SIGN = 0.56  # points per sign and point of size
INSET = 8.0  # of a cell, both sides
SHORT_TEXT, LONG_TEXT = 24, 90  # signs: longer texts are broken; what is longer still gets no more room
OVERLEAF = "#pagebreak(weak: true)\n"
MOST_TOGETHER, MOST_LONG = 24, 11  # lines of a table that is not parted between pages; of one of sentences (a bridge)
_SETTINGS = f"""
#set document(title: title, author: "Styringscockpit", description: foot, keywords: (audience,), date: written)
#set page(paper: "a4", margin: (x: {SIDE}cm, top: {TOP}cm, bottom: {FOOT}cm), footer: context [
  #set text(size: 7pt, fill: rgb("#{looks.MUTED}"))
  #if whose != "" [#text(weight: 600, whose) #if mark != "" [·] else [\\ ]]
  #if mark != "" [#text(weight: 600, fill: rgb("#{looks.WORSE}"), mark) \\ ]
  #stamp #h(1fr) side #counter(page).display() af #counter(page).final().first()
])
#set text(font: "{looks.FONT}", size: 10pt, lang: "da", region: "DK", fill: rgb("#{looks.TEXT}"))
#set par(leading: 0.62em, spacing: 0.95em)
#show heading: set text(fill: rgb("#{looks.NAVY}"), weight: 600)
#show heading.where(level: 1): it => block(above: 1.4em, below: 0.9em, sticky: true)[
  #set text(size: 10pt, fill: rgb("#{looks.TEAL}"))
  #it.body
  #v(-0.6em)
  #line(length: 100%, stroke: 0.5pt + rgb("#{looks.RULE}"))
]
#show heading.where(level: 2): it => block(above: 1.3em, below: 0.8em, sticky: true)[#set text(size: 13pt); #it.body]
#show figure.caption: it => block(sticky: true, width: 100%, align(left)[
  #text(size: 9.5pt, weight: 600, fill: rgb("#{looks.NAVY}"), it.body)
])
#set figure.caption(position: top)
#show figure: set align(left)
#show figure.where(kind: table): set block(breakable: true)
#set table(stroke: none, inset: (x: 4pt, y: 3.5pt))
// A range or a date is read as one, and no row of a table is parted between two pages.
#show regex("\\d+(?:[.,]\\d+)*(?:[–-]\\d+(?:[.,]\\d+)*)+"): it => box(it)
#let small(body) = block(above: 0.6em, text(size: 8.5pt, fill: rgb("#{looks.MUTED}"), body))
"""


def to_pdf(report: Report) -> bytes:
    """Render a report as PDF; the same report gives the same bytes."""
    parts = _parts(report)
    places = placed(_measured(report, parts), PAGE_HEIGHT - SLACK)
    source = "\n".join(
        f"{OVERLEAF if place.turns else ''}{part.source()}" for part, place in zip(parts, places, strict=True)
    )
    made = typst.compile(
        _files(report, parts, places, source),
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        timestamp=_written(report),
        pdf_standards=["ua-1"],
    )
    assert isinstance(made, bytes)
    return made


@dataclass(frozen=True)
class _Part:
    """What stands together in the source of Typst, with the page of the report that its charts are of."""

    body: str
    table: Table | None = None  # a long one that may go on overleaf
    notes: str = ""  # below it
    charts: tuple[str, ...] = ()  # their files
    page: Page | None = None  # that the charts are of
    follows: bool = False  # it goes on with what the part before has begun

    @property
    def tail(self) -> str:
        return f"{_table(self.table)}{self.notes}\n" if self.table else ""

    def pieces(self) -> list[str]:
        """What the long table may be parted into, each as a table by itself; first one without a line."""
        if self.table is None:
            return []
        lines, at = self.table.lines, 0
        found = [_table(self.table, ())]
        for span in filter(None, _spans(lines)):
            found.append(_table(self.table, lines[at : at + span]))
            at += span
        return [*found[:-1], f"{found[-1]}{self.notes}"]

    def source(self) -> str:
        if not self.body:
            return self.tail
        sticky = "true" if self.table else "false"
        together = f"#block(breakable: false, above: {GAP}pt, sticky: {sticky})[\n{self.body}\n]\n"
        return f"{together}{self.tail}"


def _parts(report: Report) -> list[_Part]:
    found: list[_Part] = []
    section = ""
    for number, page in enumerate(report.pages):
        heading = f"#heading(level: 1, {_string(page.section)})\n" if page.section != section else ""
        section = page.section
        found += _parts_of(number, page, heading if found else _front(report) + heading)
    return found


def _parts_of(number: int, page: Page, above: str) -> list[_Part]:
    """A message stays with its charts and its first table; each further table is a part of its own."""
    parts = [f"{above}#heading(level: 2, {_string(page.title)})"]
    if page.figures:
        parts.append(_figures(page))
    parts += [f"#par({_string(text)})" for text in (*page.text, *page.aside)]
    if page.points:
        parts.append(f"#enum({', '.join(_string(point) for point in page.points)})")
    charts = tuple(_picture(number, at) for at in range(len(page.charts)))
    if charts:
        parts.append(_charts(number, page.charts))
    notes = "\n".join(f"#small({_string(note)})" for note in looks.notes_of(page))
    first, *others = page.tables or (None,)
    # Small print is of the chart and of the table below it: those that follow are comments and the cases behind.
    body = "\n\n".join(parts)
    if first is not None and _is_parted(first):
        found = [_Part(body, first, notes, charts, page)]
    else:
        below = notes if first is None else f"{_table(first)}{notes}"
        found = [_Part(f"{body}\n\n{below}", charts=charts, page=page)]
    return found + [
        _Part("", table, follows=True) if _is_parted(table) else _Part(_table(table), follows=True) for table in others
    ]


def _measured(report: Report, parts: Sequence[_Part]) -> list[Part]:
    """Let Typst lay every part out once by itself, with charts of their own height, and say how tall it became."""
    every = [[part.body, *part.pieces()] for part in parts]
    boxes = [box for own in every for box in own]
    lines = "\n".join(
        f"#context [#metadata(measure(block(width: {PAGE_WIDTH}pt)[\n{box}\n]).height.pt()) <height>]" for box in boxes
    )
    told = typst.query(
        _files(report, parts, [Place(1.0)] * len(parts), lines),
        "<height>",
        field="value",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
    )
    heights = iter(json.loads(told))
    found = []
    for part, own in zip(parts, every, strict=True):
        body, *pieces = (next(heights) for _ in own)
        chart, head = _chart_height(part), pieces[0] if pieces else 0.0
        tail = tuple(piece - head if number else piece for number, piece in enumerate(pieces[1:]))
        found.append(Part(body - chart, chart, tail, head, part.follows))
    return found


def _chart_height(part: _Part) -> float:
    """Height of the tallest of the charts that stand side by side, in points."""
    return max((height_of(drawn) for drawn in _drawings(part, 1.0).values()), default=0.0)


def _drawings(part: _Part, tall: float) -> dict[str, str]:
    charts = part.page.charts if part.page else ()
    return {
        name: to_svg(chart, WIDTH * share, tall)
        for name, chart, share in zip(part.charts, charts, shares(charts), strict=False)
    }


def _files(report: Report, parts: Sequence[_Part], places: Sequence[Place], body: str) -> Any:
    drawn = [_drawings(part, place.tall) for part, place in zip(parts, places, strict=True)]
    pictures = {name: svg.encode() for charts in drawn for name, svg in charts.items()}
    return {"main.typ": f"{_head(report)}{_SETTINGS}{body}".encode(), **pictures}


def _written(report: Report) -> int:
    """The month that the paper tells of, as a time: the same numbers give the same file."""
    year, month = map(int, report.as_of.split("-"))
    return calendar.timegm((year, month, calendar.monthrange(year, month)[1], 12, 0, 0))


def _head(report: Report) -> str:
    year, month = map(int, report.as_of.split("-"))
    last = calendar.monthrange(year, month)[1]
    return (
        f"#let title = {_string(report.title)}\n#let stamp = {_string(report.stamp)}\n"
        f"#let foot = {_string(report.foot)}\n#let whose = {_string(report.whose)}\n"
        f"#let mark = {_string(report.mark)}\n"
        f"#let audience = {_string(report.audience)}\n"
        f"#let written = datetime(year: {year}, month: {month}, day: {last})\n"
    )


def _front(report: Report) -> str:
    mark = f'#text(size: 11pt, weight: 600, fill: rgb("#{looks.WORSE}"), {_string(report.mark)})\n\n'
    whose = f'#text(size: 11pt, weight: 600, fill: rgb("#{looks.TEAL}"), {_string(report.whose)})\n\n'
    return (
        f"{whose if report.whose else ''}"
        f'#text(size: 20pt, weight: 600, fill: rgb("#{looks.NAVY}"), {_string(report.title)})\n\n'
        f'#text(size: 11pt, fill: rgb("#{looks.MUTED}"), {_string(f"{report.subtitle} · {report.audience}")})\n\n'
        f'#text(size: 11pt, fill: rgb("#{looks.MUTED}"), {_string(report.state)})\n\n'
        f"{mark if report.mark else ''}"
    )


def _charts(number: int, charts: Sequence[Chart]) -> str:
    figures = [
        f"figure(kind: image, supplement: none, numbering: none, caption: {_string(chart.title)}, "
        f"alt: {_string(chart.alt)}, "
        f'image("{_picture(number, at)}", width: 100%, alt: {_string(chart.alt)}))'
        for at, chart in enumerate(charts)
    ]
    if len(figures) == 1:
        return f"#{figures[0]}"
    widths = ", ".join(f"{100 * share:.1f}fr" for share in shares(charts))
    return f"#grid(columns: ({widths},), {', '.join(figures)})"


def _picture(page: int, at: int) -> str:
    return f"{page}-{at}.svg"


def _figures(page: Page) -> str:
    cells = [
        f"[#text(size: 8.5pt, fill: rgb(\"#{looks.MUTED}\"), {_string(label)}) \\ "
        f"#text(size: 14pt, weight: 600, fill: rgb(\"#{looks.NAVY}\"), {_string(value)}) \\ "
        f"#text(size: 8pt, fill: rgb(\"#{looks.MUTED}\"), {_string(note)})]"
        for label, value, note in page.figures
    ]
    return f"#grid(columns: {len(cells)}, column-gutter: 10pt, {', '.join(cells)})\n"


def _table(table: Table, lines: Sequence[Line] | None = None) -> str:
    """A table, or some of its lines with its heading and head, as wide as all of them are."""
    lines = table.lines if lines is None else lines
    title = looks.table_title(table.title, looks.table_unit(table.columns))
    widths = ", ".join(_width(column, at, table) for at, column in enumerate(table.columns))
    aligned = ", ".join("left" if column.form == "text" else "right" for column in table.columns)
    size = _size(table)
    bold = f"weight: 600, size: {min(size, HEAD)}pt"
    head = ", ".join(f"text({bold}, {_string(column.heading)})" for column in table.columns)
    nested = any(line.kind == "sub" for line in table.lines)
    breaks = "true" if _is_parted(table) else "false"
    body = "".join(
        f"  {_line(line, table.columns, span, nested=nested)},\n"
        for line, span in zip(lines, _spans(lines), strict=True)
    )
    return (
        f"#block(breakable: {breaks})[#figure(kind: table, supplement: none, numbering: none, "
        f"caption: {_string(title)}, text(size: {size}pt, table(\n"
        f"  columns: ({widths},), align: ({aligned},),\n"
        f'  table.header({head}), table.hline(stroke: 0.75pt + rgb("#{looks.NAVY}")),\n{body}'
        f'  table.hline(stroke: 0.5pt + rgb("#{looks.RULE}")))))]\n'
    )


def _width(column: Column, at: int, table: Table) -> str:
    """Figures take what they need; long texts share what is left by their length, and so does the first column."""
    if column.form != "text":
        return f"{_figures_width(table, at, _size(table)):.0f}pt"
    longest = _longest(table, at)
    if longest > SHORT_TEXT:
        return f"{min(longest + (8 if at == 0 else 3), LONG_TEXT)}fr"  # whatever heads a line is never broken
    return "auto"


def _figures_width(table: Table, at: int, size: float) -> float:
    """What a column of figures gets: what it needs, and a share of the room that is left."""
    figures = sum(column.form != "text" for column in table.columns)
    needed = _needed(table, at, size)
    return max(needed, min(FIGURES, needed + (PAGE_WIDTH - _least(table, size)) / figures))


def _size(table: Table) -> float:
    """The size of a table's text: smaller where its columns would not stand beside each other."""
    return NORMAL if _least(table, NORMAL) <= PAGE_WIDTH else SMALL


def _least(table: Table, size: float) -> float:
    """How wide a table is at least, in points."""
    return sum(_needed(table, at, size) for at in range(len(table.columns)))


def _needed(table: Table, at: int, size: float) -> float:
    """The widest figure or the longest word of the heading, and so much of a text that it is broken well; points."""
    column = table.columns[at]
    words = [] if column.form == "text" else [len(word) for word in column.heading.split(" ")]
    signs = min(_longest(table, at), SHORT_TEXT) if column.form == "text" else _longest(table, at)
    return max(signs, *words, 0) * SIGN * size + INSET


def _longest(table: Table, at: int) -> int:
    return max(len(looks.cell_text(line.cells[at], table.columns[at])) for line in table.lines)


def _is_parted(table: Table) -> bool:
    """Say whether a table is so long that it may go on overleaf."""
    return len(table.lines) > (MOST_LONG if _has_long(table) else MOST_TOGETHER)


def _has_long(table: Table) -> bool:
    """Say whether a table holds sentences, which take several lines each."""
    return any(
        len(looks.cell_text(line.cells[at], column)) > SHORT_TEXT * 2
        for at, column in enumerate(table.columns) if at > 0 and column.form == "text"
        for line in table.lines
    )  # fmt: skip


def _spans(lines: Sequence[Line]) -> list[int]:
    """How many lines the head of each one stands for: alike ones are written once, and their lines kept together."""
    spans: list[int] = []
    for _, alike in groupby(lines, key=lambda line: (line.cells[0], line.kind)):
        count = len(list(alike))
        spans += [count, *[0] * (count - 1)]
    return spans


def _line(line: Line, columns: tuple[Column, ...], span: int, *, nested: bool) -> str:
    cells = []
    for at, (value, column) in enumerate(zip(line.cells, columns, strict=True)):
        if at == 0 and span == 0:
            continue
        text = _string(looks.cell_text(value, column))
        styled = f"text(weight: 600, {text})" if line.kind != "row" else f"[#{text}]"
        if at == 0 and nested and line.kind == "row":
            styled = f"pad(left: 8pt, {styled})"
        fill = f'fill: rgb("#{looks.PANEL}"), ' if line.kind == "total" else ""
        rows = f"rowspan: {span}, " if at == 0 and span > 1 else ""
        cells.append(f"table.cell({fill}{rows}breakable: false, {styled})")
    return ", ".join(cells)


def _string(text: str) -> str:
    """Write a text as a string of Typst, in which nothing is markup."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
