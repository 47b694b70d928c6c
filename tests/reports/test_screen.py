"""The projector's view: the committee's own pages, in the order of a meeting, without a control and with every text."""

import re
from dataclasses import replace
from html import unescape

from cockpit.domain import format as fmt
from cockpit.domain.comments import LineComment
from cockpit.domain.disclosure import BLANK
from cockpit.domain.paper import PaperFacts, shown_to
from cockpit.reports import Report, build_report
from cockpit.reports.report import Bars, Columns, Page
from cockpit.reports.screen import to_html
from cockpit.reports.story import FEWEST, ORDER, story
from tests.pages.demo_store import AT


def test_the_story_has_five_to_eight_views_in_the_order_of_a_meeting(committee: Report) -> None:
    """It begins with where the year ends and ends with what is asked for, even where little is known."""
    keys = [page.key for page in story(committee)]
    assert FEWEST <= len(keys) <= len(ORDER)
    assert (keys[0], keys[-1]) == ("Resumé", "Indstilling")
    known = [key for key in keys if key in ORDER]
    assert known == sorted(known, key=ORDER.index)
    bare = replace(committee, pages=tuple(page for page in committee.pages if page.key not in ("Årsager",)))
    assert len(story(bare)) >= FEWEST
    assert [page.key for page in story(bare)][-1] == "Indstilling"


def test_a_view_shows_the_papers_numbers_and_nothing_to_press_but_the_fold(committee: Report) -> None:
    """Title, figures, every cell and the chart's words; no button, field, script or link."""
    for page in story(committee):
        html = to_html(page, committee)
        text = unescape(html)
        assert f"<h1>{page.title}</h1>" in text
        assert '<p class="section">Eksempelby – opdigtede tal · ' in text
        assert not re.search(r"<(button|input|select|textarea|script|a)\b", html)
        for table in page.tables:
            assert html.count("<tr") >= len(table.lines)
        for chart in page.charts:
            assert f'alt="{chart.alt}"' in text
            assert "data:image/svg+xml;base64," in html


def test_what_a_committee_may_not_see_is_not_on_the_screen(committee: Report, facts: PaperFacts) -> None:
    """Blanks stand as blanks, and no blank deviation is written anywhere beside its name."""
    shown = shown_to(facts, "udvalg")
    page = next(page for page in committee.pages if page.key == "Typer og trin")
    html = unescape(to_html(page, committee))
    assert BLANK in html
    for _, row in facts.prognosis.rows[facts.prognosis.rows["level"] == "type"].iterrows():
        if shown.is_hidden(f"type:{row['key']}", "deviation"):
            line = next((one for one in html.split("<tr") if f">{row['label']}<" in one), "")
            assert fmt.millions(row["deviation"], signed=True) not in re.findall(r">([^<]*)<", line)


def commented(facts: PaperFacts, audience: str) -> tuple[Page, str, str]:
    """A paper with a comment on a line that a committee sees and on one that it does not."""
    shown = shown_to(facts, "udvalg")
    types = [row for row in shown.hidden.index if row.startswith("type:")]
    hidden = next(row for row in types if shown.is_hidden(row, "mean"))
    seen = next(row for row in types if not shown.hidden.loc[row].any() and row != "type:unallocated")
    month = facts.prognosis.as_of
    written = tuple(
        LineComment(month, *row.split(":"), text, "controller", AT)
        for row, text in ((seen, "Flere i pleje"), (hidden, "Én dyr sag"))
    )
    report = build_report(replace(facts, line_comments=written), audience)  # type: ignore[arg-type]
    page = next(page for page in report.pages if page.key == "Typer og trin")
    return page, seen, hidden


def texts(page: Page) -> list[object]:
    return [cell for table in page.tables for line in table.lines for cell in line.cells]


def test_a_comment_stands_in_the_paper_unless_its_line_is_blank(facts: PaperFacts) -> None:
    """The management reads both and who wrote them, the committee only the one whose line it sees, and of nobody."""
    committees, _, _ = commented(facts, "udvalg")
    managements, _, _ = commented(facts, "ledelse")
    assert fmt.day(AT) in texts(committees)
    assert not any("controller" in str(text) for text in texts(committees))
    assert f"controller, {fmt.day(AT)}" in texts(managements)
    assert "Flere i pleje" in texts(committees)
    assert "Én dyr sag" not in texts(committees)
    assert {"Flere i pleje", "Én dyr sag"} <= set(texts(managements))


def test_a_comment_stands_beside_the_deviation_it_is_about(facts: PaperFacts) -> None:
    """The table may be over the leaf: it says itself which line, how far off it is, and what is said of it."""
    page, seen, _ = commented(facts, "udvalg")
    told = next(table for table in page.tables if table.title == "Kommentarer til typer og trin")
    assert [column.heading for column in told.columns] == ["Linje", "Afvigelse", "Kommentar", "Skrevet"]
    assert told.lines[0].cells[1] == shown_to(facts, "udvalg").values.loc[seen, "deviation"]


def test_a_committees_chart_says_what_it_leaves_out(committee: Report, facts: PaperFacts) -> None:
    """The blank types stand as one bar, which with the others adds up to the deviation of the whole."""
    page = next(page for page in committee.pages if page.key == "Typer og trin")
    (chart,) = page.charts
    assert isinstance(chart, Bars)
    assert chart.categories[-1] == "Skjulte typer i alt"
    total = facts.prognosis.total["deviation"] / fmt.MILLION
    assert abs(sum(chart.values) - total) < 1e-6


def test_a_view_explains_blanks_where_they_are(committee: Report) -> None:
    """Where the table is folded, so is the sentence on its blanks."""
    page = next(page for page in committee.pages if page.key == "Typer og trin")
    shown, folded = to_html(page, committee).split("<details>")
    assert "Tallet er skjult" not in shown
    assert folded.index("Tallet er skjult") < folded.index("</details>")


def test_blank_accounts_stand_together_and_by_name(committee: Report, facts: PaperFacts) -> None:
    """The blank accounts are one line and one column that make up the service expenditure with the others."""
    page = next(page for page in committee.pages if page.key == "Konti")
    (table, *_) = page.tables
    cells = {line.cells[0]: line.cells for line in table.lines}
    service = next(line for line in table.lines if line.cells[0] == "Serviceudgifter i alt")
    at = [column.key for column in table.columns].index("mean")
    assert BLANK in [line.cells[at] for line in table.lines]
    assert isinstance(cells["5.28.20 og 5.28.24 i alt"][at], float)
    assert abs(sum(table.lines[part].cells[at] for part in service.sums) - service.cells[at]) < 0.005  # type: ignore[misc, operator]
    (chart,) = page.charts
    assert isinstance(chart, Columns)
    assert chart.categories[-1] == "5.28.20 og 5.28.24 i alt"
    assert "Plejefamilier (5.28.22)" in chart.categories
    assert not [name for name in chart.categories if re.search(r" (og|for|samt|mv\.)…", name)]
    assert abs(sum(chart.series[-1].values) - service.cells[at] / fmt.MILLION) < 1e-6  # type: ignore[arg-type, operator]


def test_the_managements_paper_has_cases_drivers_and_the_newer_bridges(management: Report, committee: Report) -> None:
    """Each of them is there for the management, and none of them for the committee."""
    own = {"Dyreste sager", "Disponeret siden sidst", "År til dato"}
    assert own <= {page.key for page in management.pages}
    assert not own & {page.key for page in committee.pages}
    titles = {table.title for page in management.pages for table in page.tables}
    assert "Hvilke sager og konti det er" in titles
    assert "Hvilke sager og konti det er" not in {table.title for page in committee.pages for table in page.tables}
    assert any("Kendte hændelser" in table.title for page in management.pages for table in page.tables)
