"""A report as a tagged PDF on A4, set by Typst: bookmarks, vector charts, tables that repeat their heads."""

import calendar
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typst

from cockpit.reports import looks
from cockpit.reports.report import Chart, Column, Line, Page, Report, Table
from cockpit.reports.svg import WIDTH, shares, to_svg

FONTS = Path(__file__).parent / "fonts"
FIGURES, WORD = 66.0, 5.0  # points of a column of figures, and of a sign of its heading, which breaks between words
MOST_WIDE, SMALL, SIGN = 6, 7.5, 4.4  # columns of a table with room for that; else its size and points per sign
SHORT_TEXT, LONG_TEXT = 24, 90  # signs: longer texts are broken; what is longer still gets no more room
MOST_TOGETHER, MOST_LONG = 24, 8  # lines of a table that is not parted between pages; of one of sentences
_SETTINGS = f"""
#set document(title: title, author: "Styringscockpit", description: stamp, keywords: (audience,), date: written)
#set page(paper: "a4", margin: (x: 2cm, top: 2cm, bottom: 2.2cm), footer: context [
  #set text(size: 7.5pt, fill: rgb("#{looks.MUTED}"))
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
#show figure.caption: it => align(left, text(size: 9.5pt, weight: 600, fill: rgb("#{looks.NAVY}"), it.body))
#set figure.caption(position: top)
#show figure: set align(left)
#show figure.where(kind: table): set block(breakable: true)
#set table(stroke: none, inset: (x: 4pt, y: 3.5pt))
// A range is read as one, and no row of a table is parted between two pages.
#show regex("\\d[–-]\\d+"): it => box(it)
#let small(body) = block(above: 0.6em, text(size: 8.5pt, fill: rgb("#{looks.MUTED}"), body))
"""


def to_pdf(report: Report) -> bytes:
    """Render a report as PDF; the same report gives the same bytes."""
    charts = {
        _picture(number, at): to_svg(chart, WIDTH * share)
        for number, page in enumerate(report.pages)
        for at, (chart, share) in enumerate(zip(page.charts, shares(page.charts), strict=True))
    }
    files: Any = {"main.typ": _source(report).encode(), **{name: svg.encode() for name, svg in charts.items()}}
    made = typst.compile(
        files,
        format="pdf",
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        timestamp=_written(report),
        pdf_standards=["ua-1"],
    )
    assert isinstance(made, bytes)
    return made


def _written(report: Report) -> int:
    """The month that the paper tells of, as a time: the same numbers give the same file."""
    year, month = map(int, report.as_of.split("-"))
    return calendar.timegm((year, month, calendar.monthrange(year, month)[1], 12, 0, 0))


def _source(report: Report) -> str:
    year, month = map(int, report.as_of.split("-"))
    last = calendar.monthrange(year, month)[1]
    head = (
        f"#let title = {_string(report.title)}\n#let stamp = {_string(report.stamp)}\n"
        f"#let audience = {_string(report.audience)}\n"
        f"#let written = datetime(year: {year}, month: {month}, day: {last})\n"
    )
    front = (
        f'#text(size: 20pt, weight: 600, fill: rgb("#{looks.NAVY}"), {_string(report.title)})\n\n'
        f'#text(size: 11pt, fill: rgb("#{looks.MUTED}"), {_string(f"{report.subtitle} · {report.audience}")})\n'
    )
    parts, section = [head, _SETTINGS, front], ""
    for number, page in enumerate(report.pages):
        if page.section != section:
            section = page.section
            parts.append(f"#heading(level: 1, {_string(section)})\n")
        parts.append(_page(number, page))
    return "\n".join(parts)


def _page(number: int, page: Page) -> str:
    """A message stays with its chart; tables come after and may go on overleaf."""
    parts = [f"#heading(level: 2, {_string(page.title)})"]
    if page.figures:
        parts.append(_figures(page))
    parts += [f"#par({_string(text)})" for text in page.text]
    if page.points:
        parts.append(f"#enum({', '.join(_string(point) for point in page.points)})")
    if page.charts:
        parts.append(_charts(number, page.charts))
    notes = [f"#small({_string(note)})" for note in looks.notes_of(page)]
    tables = list(page.tables)
    # A heading without a word of its own stays with the table below it: it would be left alone at the foot of a page.
    is_alone = len(parts) == 1 and bool(tables)
    below = [*(_table(table) for table in tables[:-1]), _with_notes(tables[-1], notes)] if tables else notes
    return "\n".join([_together(parts, sticky=is_alone), *below])


def _with_notes(table: Table, notes: Sequence[str]) -> str:
    """Small print stays with the table above it, unless that may be parted itself."""
    both = "\n".join([_table(table), *notes])
    return both if _is_parted(table) else f"#block(breakable: false)[\n{both}\n]\n"


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


def _together(parts: list[str], *, sticky: bool) -> str:
    how = f"breakable: false, sticky: {'true' if sticky else 'false'}"
    return f"#block({how})[\n" + "\n\n".join(parts) + "\n]\n"


def _figures(page: Page) -> str:
    cells = [
        f"[#text(size: 8.5pt, fill: rgb(\"#{looks.MUTED}\"), {_string(label)}) \\ "
        f"#text(size: 14pt, weight: 600, fill: rgb(\"#{looks.NAVY}\"), {_string(value)}) \\ "
        f"#text(size: 8pt, fill: rgb(\"#{looks.MUTED}\"), {_string(note)})]"
        for label, value, note in page.figures
    ]
    return f"#grid(columns: {len(cells)}, column-gutter: 10pt, {', '.join(cells)})\n"


def _table(table: Table) -> str:
    title = looks.table_title(table.title, looks.table_unit(table.columns))
    widths = ", ".join(_width(column, at, table) for at, column in enumerate(table.columns))
    aligned = ", ".join("left" if column.form == "text" else "right" for column in table.columns)
    head_size = 8.5 if len(table.columns) <= MOST_WIDE else SMALL
    head = ", ".join(f"text(weight: 600, size: {head_size}pt, {_string(column.heading)})" for column in table.columns)
    nested = any(line.kind == "sub" for line in table.lines)
    size = 9 if len(table.columns) <= MOST_WIDE else SMALL
    breaks = "true" if _is_parted(table) else "false"
    body = ",\n  ".join(_line(line, table.columns, nested=nested) for line in table.lines)
    return (
        f"#block(breakable: {breaks})[#figure(kind: table, supplement: none, numbering: none, "
        f"caption: {_string(title)}, text(size: {size}pt, table(\n"
        f"  columns: ({widths},), align: ({aligned},),\n"
        f'  table.header({head}), table.hline(stroke: 0.75pt + rgb("#{looks.NAVY}")),\n  {body},\n'
        f'  table.hline(stroke: 0.5pt + rgb("#{looks.RULE}")))))]\n'
    )


def _width(column: Column, at: int, table: Table) -> str:
    """Figures take what they need; long texts share what is left by their length, and so does the first column."""
    longest = max(len(looks.cell_text(line.cells[at], column)) for line in table.lines)
    needed = max(longest, *map(len, column.heading.split(" ")))
    if column.form != "text":
        return f"{max(FIGURES, needed * WORD + 8) if len(table.columns) <= MOST_WIDE else needed * SIGN + 10:.0f}pt"
    if longest > SHORT_TEXT:
        return f"{min(longest + (8 if at == 0 else 3), LONG_TEXT)}fr"  # whatever heads a line is never broken
    return "auto"


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


def _line(line: Line, columns: tuple[Column, ...], *, nested: bool) -> str:
    cells = []
    for at, (value, column) in enumerate(zip(line.cells, columns, strict=True)):
        text = _string(looks.cell_text(value, column))
        styled = f"text(weight: 600, {text})" if line.kind != "row" else f"[#{text}]"
        if at == 0 and nested and line.kind == "row":
            styled = f"pad(left: 8pt, {styled})"
        fill = f'fill: rgb("#{looks.PANEL}"), ' if line.kind == "total" else ""
        cells.append(f"table.cell({fill}breakable: false, {styled})")
    return ", ".join(cells)


def _string(text: str) -> str:
    """Write a text as a string of Typst, in which nothing is markup."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
