"""A page of a report for the projector: HTML in large type with the papers' own charts, and the table behind a fold."""

import base64
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

from cockpit.domain.disclosure import BLANK
from cockpit.reports import looks
from cockpit.reports.report import Chart, Column, Line, Page, Report, Table
from cockpit.reports.svg import WIDTH, shares, to_svg

TWIN = "Tallene som tabel"
TALL, TALL_BELOW_FIGURES = 0.75, 0.6  # of a chart's height on paper: a screen is broad
FONT_FILE = Path(__file__).parent / "fonts" / "IBMPlexSans-Regular.ttf"


def to_html(page: Page, report: Report) -> str:
    """Render a page as HTML without a single control but the fold of its tables; the report's stamp is below it."""
    above = filter(None, (report.whose, page.section, report.subtitle, report.audience))
    parts = [
        f'<p class="section">{escape(" · ".join(above))}</p>',
        f"<h1>{escape(page.title)}</h1>",
        _figures(page),
        *(f"<p>{escape(text)}</p>" for text in page.text),
        _points(page.points),
        _charts(page.charts, TALL_BELOW_FIGURES if page.figures else TALL),
        *_tables(page),
        *(_small(note) for note in looks.notes_of(page) if not (_is_folded(page) and note.startswith(BLANK))),
    ]
    return f'<article class="slide">{"".join(parts)}</article>'


def _figures(page: Page) -> str:
    if not page.figures:
        return ""
    cells = "".join(
        f'<div><dt>{escape(label)}</dt><dd><span class="value">{escape(value)}</span>'
        f'<span class="note">{escape(note)}</span></dd></div>'
        for label, value, note in page.figures
    )
    return f'<dl class="figures">{cells}</dl>'


def _points(points: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(point)}</li>" for point in points)
    return f"<ol>{items}</ol>" if items else ""


def _charts(charts: Sequence[Chart], tall: float) -> str:
    """Side by side where there are several; on a phone one under the other."""
    drawn = [
        _figure(chart, to_svg(chart, WIDTH * share, tall), share)
        for chart, share in zip(charts, shares(charts), strict=True)
    ]
    return f'<div class="beside">{"".join(drawn)}</div>' if len(drawn) > 1 else "".join(drawn)


def _figure(chart: Chart, drawn: str, share: float) -> str:
    drawn = drawn.replace("<defs>", f"{_font_face()}<defs>", 1)
    source = base64.b64encode(drawn.encode()).decode()
    image = f'<img alt="{escape(chart.alt)}" src="data:image/svg+xml;base64,{source}">'
    title = escape(chart.title)
    # On a phone the picture keeps a size that its text can be read in, and is moved sideways.
    room = f'<div class="scroll" tabindex="0" role="region" aria-label="{title}">{image}</div>'
    return f'<figure style="--share:{share:.2f};flex:{share:.2f}"><figcaption>{title}</figcaption>{room}</figure>'


@cache
def _font_face() -> str:
    """A picture does not see the fonts of the page that it stands on, so it carries its own."""
    font = base64.b64encode(FONT_FILE.read_bytes()).decode()
    return f"<style>@font-face{{font-family:'{looks.FONT}';src:url(data:font/ttf;base64,{font})}}</style>"


def _tables(page: Page) -> list[str]:
    """Beside a chart the tables wait behind a fold; where there is none they are what the page shows."""
    drawn = [_table(table) for table in page.tables]
    if not _is_folded(page):
        return drawn
    explained = [_small(note) for note in page.notes if note.startswith(BLANK)]  # where the blanks are
    return [f"<details><summary>{TWIN}</summary>{''.join([*drawn, *explained])}</details>"]


def _is_folded(page: Page) -> bool:
    return bool(page.charts) and bool(page.tables)


def _small(note: str) -> str:
    return f'<p class="small">{escape(note)}</p>'


def _table(table: Table) -> str:
    title = escape(looks.table_title(table.title, looks.table_unit(table.columns)))
    head = "".join(f'<th scope="col"{_side(column)}>{escape(column.heading)}</th>' for column in table.columns)
    body = "".join(_line(line, table.columns) for line in table.lines)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}"><table class="twin"><caption>{title}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _line(line: Line, columns: Sequence[Column]) -> str:
    cells = [
        f'<{tag}{_side(column)}>{escape(looks.cell_text(value, column))}</{tag.split(" ")[0]}>'
        for at, (value, column) in enumerate(zip(line.cells, columns, strict=True))
        for tag in ['th scope="row"' if at == 0 else "td"]
    ]
    return f"<tr{'' if line.kind == 'row' else ' class=sum'}>{''.join(cells)}</tr>"


def _side(column: Column) -> str:
    return "" if column.form == "text" else ' class="num"'
