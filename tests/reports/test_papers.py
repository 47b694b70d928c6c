"""The three papers, opened with other libraries than those that wrote them, against the prognosis they tell of."""

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pikepdf
import pytest
from openpyxl.utils import get_column_letter
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Inches, Pt

from cockpit.domain import format as fmt
from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.bridge import BESIDE_COUNTS, BUDGET_TO_FORECAST, LAST_CLOSE_TO_NOW, SINCE
from cockpit.domain.completeness import NO_ACTIVITY, NO_LEDGER
from cockpit.domain.disclosure import Cell, Equation, Rules, sensitive_cells
from cockpit.domain.findings import UserFault
from cockpit.domain.paper import TOO_FEW, Closed, PaperFacts, _table, _values, shown_to
from cockpit.domain.reference import PLACEMENT_STEPS, PREVENTION_STEPS, Reference
from cockpit.domain.scenario_words import PITFALLS
from cockpit.domain.sentences import estimates
from cockpit.reports import KINDS, Report, build_report, looks, pdf, render, write_report, xlsx
from cockpit.reports.pages import ahead
from cockpit.reports.pdf_pages import placed
from cockpit.reports.report import Bars, Column, Lines, Page, Series, Strip, Table, Waterfall
from cockpit.reports.story import story
from cockpit.reports.svg import to_svg
from cockpit.reports.view import View
from cockpit.services.tables import paper_text
from tests.pages.demo_store import AT
from tests.personal import BORN
from tests.reports.conftest import EPISODES, FOUR_CHILDREN, HEADER, POSTINGS
from tests.unit.test_disclosure import attack
from tests.unit.test_pdf_pages import flowed
from tests.worlds import compared, engine, scenario, steady

# What leaks of machine and language would look like; whole words, so that Danish ones that hold them are left alone.
STUMBLES = re.compile(
    r"\b(nan|None|NaN|NaT|inf|null|true|false|forecast|actual|unallocated|deviation|mean|step|account|page|the|of|and|"
    r"or|with|from|is|year|month|week|value|row|column|key|label|unknown|warning|error|scenario|baseline|saving|net)\b|"
    r"[a-zæøå]+_[a-zæøå_]+|total:|-0,0\b|[+\u2212-]0(,0)?\b(?!,)|\de[+-]\d|\.\.|\d…|\{|\}| ,|  "
)


def page_of(report: Report, key: str) -> Page:
    return next(page for page in report.pages if page.key == key)


def texts_of_slides(content: bytes) -> list[str]:
    deck = Presentation(io.BytesIO(content))
    found = []
    for slide in deck.slides:
        found.append(slide.notes_slide.notes_text_frame.text)
        for shape in slide.shapes:
            if shape.has_text_frame:
                found.append(shape.text_frame.text)
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
            if shape.has_chart:
                found += [str(name) for name in shape.chart.plots[0].categories]
                found += [run.text for run in shape.chart._chartSpace.iter(qn("a:t"))]
    return found


def texts_of_sheets(content: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def texts_of(report: Report) -> Iterator[str]:
    """Every text of a report as a reader of the PDF meets it; Typst adds none but page numbers."""
    yield from (report.title, report.subtitle, report.state, report.stamp)
    for page in report.pages:
        yield from (page.title, page.section, *page.text, *page.aside, *page.points, *page.notes)
        yield from (text for figure in page.figures for text in figure)
        yield from (text for chart in page.charts for text in (chart.title, chart.alt))
        for table in page.tables:
            yield from (table.title, *(column.heading for column in table.columns))
            yield from (cell for line in table.lines for cell in line.cells if isinstance(cell, str))


def test_tables_hold_what_the_prognosis_says_to_the_oere(facts: PaperFacts, management: Report) -> None:
    """Before rounding every cell of money is the prognosis' own number."""
    rows = facts.prognosis.rows
    labels = {"type": "Typer og trin", "account": "Konti"}
    for level, key in labels.items():
        table = page_of(management, key).tables[0]
        names = [column.key for column in table.columns]
        told = {line.cells[0]: dict(zip(names, line.cells, strict=True)) for line in table.lines}
        for _, row in rows[rows["level"] == level].iterrows():
            if row["label"] not in told:
                continue  # a step of one type stands for it
            for name in names[1:]:
                expected = None if pd.isna(row[name]) else float(row[name])
                assert told[row["label"]][name] == expected
        assert told["I alt"]["mean"] == facts.prognosis.total["mean"]


def test_slides_show_every_table_line_by_line(committee: Report, management: Report) -> None:
    """Each cell of each table stands where it belongs, blanks too, over however many slides it goes on."""
    for report in (committee, management):
        deck = Presentation(io.BytesIO(render(report, "pptx")))
        drawn = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
        shown = [[cell.text for cell in row.cells] for table in drawn for row in list(table.rows)[1:]]
        assert shown == [
            [written(value, column) for value, column in zip(line.cells, table.columns, strict=True)]
            for page in report.pages
            for table in page.tables
            for line in table.lines
        ]


def test_a_workbook_holds_every_table_line_by_line_to_the_oere(committee: Report, management: Report) -> None:
    """Unrounded, and in the row and column that it belongs to."""
    for report in (committee, management):
        book = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx")), data_only=True)
        for page in report.pages:
            rows = list(book[page.key].iter_rows(values_only=True))
            at = 0
            for table in page.tables:
                headings = tuple(column.heading for column in table.columns)
                at = next(row for row in range(at, len(rows)) if rows[row][: len(headings)] == headings) + 1
                for line in table.lines:
                    for value, found, column in zip(line.cells, rows[at], table.columns, strict=False):
                        if isinstance(value, float) and column.form != "text":
                            assert found == pytest.approx(value, abs=0.005), (page.key, line.cells[0], column.key)
                        else:
                            assert (found or "") == written(value, column), (page.key, line.cells[0], column.key)
                    at += 1


def written(value: float | str | None, column: Column) -> str:
    """Write a cell as its reader expects it, told from the form alone."""
    if isinstance(value, str):
        return value
    if value is None:
        return "" if column.form == "text" else fmt.ABSENT
    if column.form in ("mio", "signed"):
        return fmt.millions(value, signed=column.form == "signed")
    if column.form == "percent":
        return fmt.percent(value)
    return fmt.number(value, 1 if column.form == "count" else 0, signed=column.form == "change")


def test_a_workbook_computes_what_it_can(management: Report) -> None:
    """Sums and deviations are formulas, and what a spreadsheet makes of them is what was written."""
    content = render(management, "xlsx")
    formulas, values = (openpyxl.load_workbook(io.BytesIO(content), data_only=only) for only in (False, True))
    counted = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    counted += 1
                    assert computed(cell.value, values[sheet.title]) == pytest.approx(
                        values[sheet.title][cell.coordinate].value, abs=0.01
                    )
    assert counted > 40


def computed(formula: str, sheet: "openpyxl.worksheet.worksheet.Worksheet") -> float:
    """Compute `=B5-C5` and `=SUM(B5:B9,B11)` from the values of a sheet."""
    if formula.startswith("=SUM("):
        total = 0.0
        for part in formula.removeprefix("=SUM(").removesuffix(")").split(","):
            cells = sheet[part]
            total += sum(row[0].value for row in cells) if isinstance(cells, tuple) else cells.value
        return total
    minuend, subtrahend = formula.removeprefix("=").split("-")
    return sheet[minuend].value - sheet[subtrahend].value


def test_the_data_behind_charts_is_in_words_and_not_printed(committee: Report) -> None:
    """No heading of a page that it does not have; the sheet is hidden, so no page of print is it."""
    sheet = openpyxl.load_workbook(io.BytesIO(render(committee, "xlsx")))["Diagramdata"]
    assert not sheet.print_title_rows
    assert sheet.sheet_state == "hidden"
    texts = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert "Usynlig bund over nul" in texts
    assert not {"grund over", "toppen"} & texts


def test_a_sheet_is_no_wider_than_its_names_and_its_heads_are_whole(management: Report) -> None:
    """What is wider than it need be is printed smaller than it need be; a head of two lines is as tall as two."""
    book = openpyxl.load_workbook(io.BytesIO(render(management, "xlsx")))
    cases = book["Dyreste sager"]
    assert cases.column_dimensions["A"].width < 30
    sheet = book["Aktivitet og pris"]
    head = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "Type")
    assert sheet.row_dimensions[head].height >= 30
    pages = book.worksheets[:-1]  # the data of the charts are not printed
    for one in pages:
        scale = one.page_setup.scale or 100
        assert 75 <= scale <= 100
        widths = [one.column_dimensions[get_column_letter(at + 1)].width for at in range(one.max_column)]
        across = sum(0.75 * (width * 7 + 5) for width in widths) * scale / 100
        assert across <= 842 - 2 * 72 * one.page_margins.left
        for row in (stop.id for stop in one.row_breaks.brk):
            assert one.cell(row + 1, 1).value is None or one.cell(row + 1, 2).value is not None, "a heading left behind"


def test_texts_of_a_sheet_are_wrapped_rather_than_printed_small(management: Report) -> None:
    """Columns of figures keep their room; those of texts share what a page of readable print leaves."""
    book = openpyxl.load_workbook(io.BytesIO(render(management, "xlsx")))
    for key in ("Årsager", "Dyreste sager", "Scenariets greb"):
        if key in book.sheetnames:
            widths = [column.width for column in book[key].column_dimensions.values()]
            assert sum(widths) <= max(xlsx.READABLE, xlsx.NAME * len(widths)) + len(widths)


def test_placements_have_a_table_of_the_years_months(facts: PaperFacts, committee: Report) -> None:
    """Chart and table are of the same numbers."""
    page = page_of(committee, "Anbragte pr. måned")
    (table,), (chart,) = page.tables, page.charts
    assert len(table.lines) == 12
    assert isinstance(chart, Lines)
    drawn = next(series.values for series in chart.series if series.style == "actual")
    at = [column.key for column in table.columns].index("expected")
    assert [line.cells[at] for line in table.lines] == pytest.approx(drawn[-12:])
    assert [line.cells[1] for line in table.lines].count("kendt") == facts.prognosis.as_of.month


def test_a_budget_that_is_a_level_steps_between_years() -> None:
    """It never slopes from December to January; what grows through the year is drawn straight."""
    chart = Lines(("nov", "dec", "jan"), (Series("Budget", "budget", (10.0, 10.0, 20.0)),), "børn", "alt", title="t")
    drawn = [to_svg(one) for one in (chart, replace(chart, steps=True))]
    straight, stepped = (re.findall(r'polyline points="([^"]*)"', one) for one in drawn)
    assert len(straight[0].split()) == 3
    points = [tuple(map(float, point.split(","))) for point in stepped[0].split()]
    assert all(x == next_x or y == next_y for (x, y), (next_x, next_y) in itertools.pairwise(points))


def test_text_that_looks_like_a_formula_stays_text(committee: Report) -> None:
    """A sentence that begins as =HYPERLINK is shown, never run."""
    pages = tuple(
        replace(page, text=('=HYPERLINK("x")',)) if page.section == "Indstilling" else page for page in committee.pages
    )
    sheet = openpyxl.load_workbook(io.BytesIO(render(replace(committee, pages=pages), "xlsx")))["Indstilling"]
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == '=HYPERLINK("x")']
    assert found
    assert all(cell.data_type == "s" for cell in found)


def test_tables_on_slides_hold_their_figures_and_stay_on_the_slide(management: Report) -> None:
    """A figure has room for one line in a wide font, and no empty cell is taller than its row."""
    deck = Presentation(io.BytesIO(render(management, "pptx")))
    tables = [shape for slide in deck.slides for shape in slide.shapes if shape.has_table]
    assert tables
    figure = re.compile(r"[+\u2212]?[\d.,]+")
    for shape in tables:
        for row in shape.table.rows:
            for cell, column in zip(row.cells, shape.table.columns, strict=True):
                ends = [one.get("sz") for one in cell._tc.iter(qn("a:endParaRPr"))]
                assert ends
                size = max(int(size) for size in ends) / 100
                assert size <= 14
                if figure.fullmatch(cell.text):
                    assert len(cell.text) * Pt(0.53 * size) + Inches(0.12) <= column.width, cell.text
        assert shape.top + sum(row.height for row in shape.table.rows) <= Inches(7.0)


def test_slide_charts_can_be_edited(committee: Report) -> None:
    """At least five slides and four charts, each with its workbook, no picture; every slide has notes and a title."""
    content = render(committee, "pptx")
    deck = Presentation(io.BytesIO(content))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(deck.slides) >= 5
    assert len(charts) >= 4
    assert all(chart.part.chart_workbook.xlsx_part is not None for chart in charts)
    assert not any(name.startswith("ppt/media/") for name in zipfile.ZipFile(io.BytesIO(content)).namelist())
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-3)
    for slide in deck.slides:
        assert slide.shapes.title.text
        assert slide.notes_slide.notes_text_frame.text
        assert 'lang="en' not in slide._element.xml


def test_the_fan_is_a_fan(committee: Report, facts: PaperFacts) -> None:
    """Areas stacked from the ground reach the prognosis' own quantiles, in slides and workbook."""
    deck = Presentation(io.BytesIO(render(committee, "pptx")))
    chart = next(shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    reached, limits = 0.0, []
    for series in chart.plots[0].series:
        reached += series.values[-1]
        limits.append(reached * fmt.MILLION)
    last = facts.prognosis.fan.iloc[-1]
    assert limits == pytest.approx([last[name] for name in ("p2_5", "p10", "p25", "p75", "p90", "p97_5")])
    with zipfile.ZipFile(io.BytesIO(render(committee, "xlsx"))) as book:
        drawn = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/charts/chart")]
    assert len(drawn) >= 3
    assert any("<c:areaChart>" in text and "<c:lineChart>" in text for text in drawn)


def test_the_strip_shows_where_the_year_ends(committee: Report, facts: PaperFacts) -> None:
    """Beside the fan, in slides, workbook and PDF: the bands' own ends, forecast and budget, as a real chart."""
    total = facts.prognosis.total
    strip = page_of(committee, "Resumé").charts[1]
    assert isinstance(strip, Strip)
    ends = [total[name] / fmt.MILLION for name in ("p2_5", "p10", "p25", "p75", "p90", "p97_5")]
    slides = Presentation(io.BytesIO(render(committee, "pptx"))).slides
    drawn = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart][1]
    bands, lines = drawn.plots
    assert list(itertools.accumulate(series.values[1] for series in bands.series)) == pytest.approx(ends)
    assert {series.name: series.values for series in lines.series} == {
        "Budget": pytest.approx((total["budget_revised"] / fmt.MILLION,) * 3),
        "Forventet": pytest.approx((total["mean"] / fmt.MILLION,) * 3),
    }
    assert drawn.value_axis.minimum_scale < min(ends)
    assert drawn.value_axis.maximum_scale > max(ends)
    sheet = openpyxl.load_workbook(io.BytesIO(render(committee, "xlsx")))
    titles = [cell for row in sheet["Diagramdata"].iter_rows() for cell in row if cell.value == strip.title]
    assert len(titles) == 1
    assert len(sheet["Resumé"]._charts) == 2  # type: ignore[attr-defined]
    with pikepdf.open(io.BytesIO(render(committee, "pdf"))) as pdf:
        told = [str(one.get("/Alt", "")) for one in elements_of(pdf.Root.StructTreeRoot)]
    assert strip.alt in told


def test_a_strip_without_budget_has_none(facts: PaperFacts) -> None:
    """Nothing stands where nothing is known, and the axis is of the bands alone."""
    strip = Strip(20.0, None, ((95, 18.0, 22.0), (80, 19.0, 21.0), (50, 19.5, 20.5)), "mio. kr.", "Bånd", title="Hvor")
    assert [series.name for series in looks.strip_lines(strip).series] == ["Forventet"]
    low, high, _ = looks.strip_axis(strip)
    assert (low, high) == (17.0, 23.0)
    assert "Budget" not in to_svg(strip)
    assert looks.strip_axis(Strip(5.0, 5.0, (), "mio. kr.", "Bånd", title="Hvor"))[2] > 0


def test_the_pdf_can_be_read_by_everyone(committee: Report) -> None:
    """Tagged, titled, Danish, with bookmarks, figures with texts, heads of tables, and no picture of pixels."""
    with pikepdf.open(io.BytesIO(render(committee, "pdf"))) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "da-DK"
        assert str(pdf.docinfo.Title) == committee.title
        with pdf.open_outline() as outline:
            sections = [item.title for item in outline.root]
            assert sections == ["Resumé", "Indstilling", "Sagsfremstilling", "Økonomi", "Bilag"]
            titles = [child.title for item in outline.root for child in item.children]
        assert titles == [page.title for page in committee.pages]
        tags = list(tags_of(pdf.Root.StructTreeRoot))
        assert {"/Figure", "/Table", "/TH", "/TD", "/H1", "/H2", "/L"} <= set(tags)
        figures = [one for one in elements_of(pdf.Root.StructTreeRoot) if str(one.get("/S", "")) == "/Figure"]
        assert all(str(one.get("/Alt", "")) for one in figures)
        assert not any(page.get_images() for page in pdf.pages)


def test_the_pages_of_the_pdf_are_those_that_were_planned(committee: Report) -> None:
    """What was reckoned of heights is what is set: else charts were made lower for nothing, and tables stand apart."""
    parts = pdf._parts(committee)
    measured = pdf._measured(committee, parts)
    planned = flowed(measured, placed(measured, pdf.PAGE_HEIGHT - pdf.SLACK), pdf.PAGE_HEIGHT)
    assert not any(part.tail for part in measured)
    with pikepdf.open(io.BytesIO(render(committee, "pdf"))) as made:
        assert len(made.pages) == len(planned)


def elements_of(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Walk a structure tree."""
    kids = node.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements_of(kid)


def tags_of(tree: pikepdf.Object) -> Iterator[str]:
    return (str(one.S) for one in elements_of(tree))


def test_a_committee_meets_no_child(committee: Report, facts: PaperFacts) -> None:
    """No case on its way, pseudonym, provider or CPR number in any of the three papers."""
    slides, sheets = texts_of_slides(render(committee, "pptx")), texts_of_sheets(render(committee, "xlsx"))
    text = "\n".join([*texts_of(committee), *slides, *sheets])
    assert "Skovvej" not in text
    assert BORN not in text
    assert facts.case_notes
    assert not re.search(r"\b[0-9a-f]{32}\b", text.replace(facts.prognosis.data_id, ""))


def test_refund_thresholds_beyond_the_table_are_among_the_estimates(committee: Report, facts: PaperFacts) -> None:
    """They follow the price index in the outline years, and no row of the table says so."""
    said = f"Refusionsgrænser efter {facts.reference.last_refund_year} følger prisindekset (skøn)"
    assert said in set(texts_of(committee))
    assert said.lower() in estimates(facts.reference)


def test_management_meets_the_cases_on_their_way(management: Report) -> None:
    """Whoever decides sees what was entered by hand."""
    assert any("Skovvej" in text for text in texts_of(management))


def test_no_blank_of_a_committees_paper_can_be_worked_out(facts: PaperFacts) -> None:
    """An attacker who knows how types, steps, accounts, budget and bridges hang together solves no blank."""
    shown = shown_to(facts, "udvalg")
    table = _table(facts, _values(facts))
    width, solved = attack(table, shown.hidden | table.is_unseen)
    assert shown.hidden.to_numpy().any()
    assert not [cell for cell, is_solved in solved.items() if is_solved and shown.hidden.loc[cell]]
    sensitive = sensitive_cells(table, Rules.at(facts.reference, facts.prognosis.as_of))
    counts = [cell for cell in width if cell[1] in table.counts and sensitive.loc[cell]]
    assert counts
    assert all(width[cell] >= 5 * (1 - 1e-3) for cell in counts)


@pytest.mark.parametrize(
    ("closed", "told"),
    [
        (None, "Foreløbig: måneden er ikke lukket"),
        (Closed(AT, is_changed=False), "Måneden er lukket 10. sep. 2026"),
        (Closed(AT, is_changed=True), "Måneden er lukket 10. sep. 2026; tallene er ændret siden"),
    ],
)
def test_a_paper_says_whether_its_month_is_closed(facts: PaperFacts, closed: Closed | None, told: str) -> None:
    """On the first sheet of paper, the first slide and every sheet of the workbook; and what is proposed in short."""
    report = build_report(replace(facts, closed=closed), "udvalg")
    told = told.replace(". sep. ", ".\N{NO-BREAK SPACE}sep.\N{NO-BREAK SPACE}")
    assert report.state == told
    assert told in pdf._parts(report)[0].source()
    cover = Presentation(io.BytesIO(render(report, "pptx"))).slides[0]
    assert told in "\n".join(shape.text_frame.text for shape in cover.shapes if shape.has_text_frame)
    book = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx")))
    assert all(str(sheet["A1"].value).endswith(told) for sheet in book if sheet.title != "Diagramdata")
    assert any("Der foreslås tiltag for 1,3" in text for text in page_of(report, "Resumé").text)


def test_closing_a_month_takes_no_number_away(facts: PaperFacts) -> None:
    """What moved since the close is told as far as it goes; two papers of one month have the same blanks beside it."""
    facts = replace(facts, case_children=9)  # else they are blank for their own sake
    bridge = facts.prognosis.bridge
    assert (bridge["name"] == LAST_CLOSE_TO_NOW).any()
    never = replace(facts, prognosis=replace(facts.prognosis, bridge=bridge[bridge["name"] == BUDGET_TO_FORECAST]))
    now, without = shown_to(facts, "udvalg").hidden, shown_to(never, "udvalg").hidden
    pd.testing.assert_frame_equal(now.loc[without.index].drop(columns=list(SINCE)), without.drop(columns=list(SINCE)))
    blank = now.index[now[LAST_CLOSE_TO_NOW]]
    assert set(blank) == {"bridge:mix", "bridge:price"}
    page = page_of(build_report(facts, "udvalg"), "Siden sidst")
    (chart,) = page.charts
    assert isinstance(chart, Waterfall)
    assert "Sammensætning og pris" in chart.categories
    assert any("priserne i papiret pr. juni" in note and "skjult antal børn" in note for note in page.notes)


def test_what_costs_much_and_is_of_many_children_is_shown(facts: PaperFacts, committee: Report) -> None:
    """Blank is what is needed and no more: here that is the money of no type that ten children stand behind."""
    shown = shown_to(facts, "udvalg")
    many = facts.prognosis.rows.query("level == 'type' and person_years >= 10")["key"]
    assert len(many) > 8
    assert not shown.hidden.loc["type:" + many, ["actual_ytd", "mean", "deviation"]].to_numpy().any()
    told = {line.cells[0]: line.cells for line in page_of(committee, "Typer og trin").tables[0].lines}
    assert all(isinstance(cell, float) for cell in told["Opholdssted"][1:])


def test_what_is_said_to_be_unseen_is_in_no_paper(facts: PaperFacts, committee: Report) -> None:
    """The disclosure control lets those cells move for nothing: one that was printed would give others away."""
    table = _table(facts, _values(facts))
    lines = [line for page in committee.pages for one in page.tables for line in one.lines]
    series = [one for page in committee.pages for chart in page.charts for one in getattr(chart, "series", ())]
    printed = [*(cell for line in lines for cell in line.cells), *(value for one in series for value in one.values)]
    numbers = np.array([value for value in printed if isinstance(value, float)])
    shown = table.values.mask(table.is_unseen).to_numpy(float).ravel()
    # The one type of a step has its number: what is shown of it is no slip.
    alone = [float(table.values.loc[cell]) for cell in table.unseen]
    own = [value for value in alone if value % 1 and not np.isclose(shown, value, rtol=0, atol=1e-9).any()]
    assert len(own) > 10
    assert not [value for value in own if np.isclose(numbers, value, rtol=0, atol=1e-9).any()]


def test_all_that_a_reader_can_work_out_is_declared(facts: PaperFacts) -> None:
    """The ties are written down here from the rows themselves. Each holds, and follows from what the table declares:
    else the disclosure control, and the attacker above, would know less than a reader does."""
    values, table = _values(facts), _table(facts, _values(facts))
    columns = [column for column in values.columns if column not in table.ratios]
    cells = [(row, column) for column in columns for row in values.index[values[column].notna()]]
    declared = _weights(table.equations, cells, values)
    for name, (tie, expected) in _ties(facts, values).items():
        told = sum(weight * values.loc[cell] for cell, weight in tie.items())
        assert told == pytest.approx(expected, rel=1e-8, abs=0.02), name
        (goal,) = _weights([tie], cells, values)
        found = np.linalg.lstsq(declared.T, goal, rcond=None)[0]
        assert np.abs(found @ declared - goal).max() < 1e-6, f"{name} is not declared"


def _weights(equations: Iterable[Equation], cells: list[Cell], values: pd.DataFrame) -> np.ndarray:
    """One line per equation, each column of cells in units of its own; absent cells are nothing to add."""
    at = {cell: number for number, cell in enumerate(cells)}
    unit = values.abs().max()
    lines = np.zeros((len(list(equations)), len(cells)))
    for line, equation in zip(lines, equations, strict=True):
        for cell, weight in equation.items():
            if cell in at:
                line[at[cell]] = weight * unit[cell[1]]
    lines = lines[np.abs(lines).max(axis=1) > 0]
    return lines / np.abs(lines).max(axis=1, keepdims=True)


def _ties(facts: PaperFacts, values: pd.DataFrame) -> dict[str, tuple[dict[Cell, float], float]]:
    """What a reader knows: weights of cells, and what they come to."""
    reference, rows = facts.reference, facts.prognosis.rows
    keys = {level: list(group["key"]) for level, group in rows.groupby("level")}
    types = [key for key in keys["type"] if key in reference.types]
    ties: dict[str, tuple[dict[Cell, float], float]] = {}
    for column in ("actual_ytd", "mean"):
        for level in ("type", "step", "account"):
            parts = {(f"{level}:{key}", column): 1.0 for key in keys[level]}
            ties[f"{column} by {level}"] = ({("total:total", column): -1.0, **parts}, 0.0)
        for account in {reference.types[key].function for key in types}:
            own = [key for key in types if reference.types[key].function == account]
            cell = {(f"type:{key}", column): 1.0 for key in own} | {(f"account:{account}", column): -1.0}
            ties[f"{column} of {account}"] = (cell, sum(weight * values.loc[at] for at, weight in cell.items()))
        apart = {("service", column): 1.0, (f"account:{REFUND_FUNCTION}", column): 1.0, ("total:total", column): -1.0}
        ties[f"{column} apart from refund"] = (apart, 0.0)
    persons = {key: ("type:" + key, "person_years") for key in types if ("type:" + key) in values.index}
    for name, steps in {"placements": PLACEMENT_STEPS, "prevention": PREVENTION_STEPS}.items():
        inside = {at: 1.0 for key, at in persons.items() if reference.step_of(key) in steps}
        ties[f"{name} are their types"] = ({(f"group:{name}", "person_years"): -1.0, **inside}, 0.0)
    for row, budget in values["budget_revised"].dropna().items():
        ties[f"deviation of {row}"] = ({(row, "mean"): 1.0, (row, "deviation"): -1.0}, budget)
    return ties | _bridge_ties(facts, persons)


def _bridge_ties(facts: PaperFacts, persons: dict[str, Cell]) -> dict[str, tuple[dict[Cell, float], float]]:
    """The bridge from the budget, whose volumes and prices a reader knows."""
    bridge = facts.prognosis.bridge[facts.prognosis.bridge["name"] == BUDGET_TO_FORECAST]
    parts = {part: (f"bridge:{part}", BUDGET_TO_FORECAST) for part in bridge["part"]}
    known = facts.prognosis.effects.set_index("key").loc[list(persons)]
    known = known[known["person_years0"] > 0]
    at_budget = {persons[key]: price for key, price in known["price0"].items()}
    spent = float((known["person_years0"] * known["price0"]).sum())
    refund = ("account:" + REFUND_FUNCTION, "mean")
    amounts = dict(zip(bridge["part"], bridge["amount"], strict=True))
    of_budget = [part for part in parts if part in BESIDE_COUNTS]  # a budget is public: so is what it holds
    deviation = {cell: 1.0 for part, cell in parts.items() if part not in of_budget}
    deviation[("total:total", "deviation")] = -1.0
    mean = float(facts.prognosis.row("account", REFUND_FUNCTION)["mean"])
    return {
        "the bridge is the deviation": (deviation, -sum(amounts[part] for part in of_budget)),
        "volume and mix at the budget's prices": ({**at_budget, parts["volume"]: -1.0, parts["mix"]: -1.0}, spent),
        "refund": ({refund: 1.0, parts["refund"]: -1.0}, mean - amounts["refund"]),
    }


def test_blank_cells_stay_out_of_charts_and_words(facts: PaperFacts, committee: Report) -> None:
    """A type whose deviation is blank is no bar, and no sentence names it with a number."""
    hidden = shown_to(facts, "udvalg").hidden["deviation"]
    rows = facts.prognosis.rows.assign(row=facts.prognosis.rows["level"] + ":" + facts.prognosis.rows["key"])
    blank = rows[rows["row"].isin(hidden.index[hidden]) & (rows["level"] == "type")]
    assert len(blank)
    page = page_of(committee, "Typer og trin")
    (chart,) = page.charts
    assert isinstance(chart, Bars)
    for label, deviation in zip(blank["label"], blank["deviation"], strict=True):
        assert label not in chart.categories
        assert f"{label} trækker" not in page.title
        assert not any(f"{label} {fmt.millions(deviation, signed=True)}" in text for text in texts_of(committee))


def test_service_expenditure_stands_apart_from_central_refund(facts: PaperFacts, management: Report) -> None:
    """Service expenditure and refund add up to the total, and the refund is not among the accounts above it."""
    table = page_of(management, "Konti").tables[0]
    mean = [column.key for column in table.columns].index("mean")
    told = {str(line.cells[0]): line.cells[mean] for line in table.lines}
    refund = next(value for label, value in told.items() if label.startswith(REFUND_FUNCTION))
    assert told["Serviceudgifter i alt"] + refund == pytest.approx(facts.prognosis.total["mean"])  # type: ignore[operator]


def test_actions_of_the_year_are_shown_with_what_they_leave(committee: Report) -> None:
    """Two of three actions are of this year; their sum is shown, and the one of another year is not."""
    table = page_of(committee, "Indstilling").tables[0]
    assert [line.cells[-1] for line in table.lines] == [400_000.0, 850_000.0, 1_250_000.0]


def test_the_proposal_begins_with_its_figures(facts: PaperFacts, committee: Report) -> None:
    """What the measures bring, and what they leave; the year's own figures stand in the Resumé, and not once more."""
    deviation = facts.prognosis.total["deviation"]
    values = [value for _, value, _ in page_of(committee, "Indstilling").figures]
    assert values == [fmt.mio(amount, signed=True) for amount in (-1_250_000.0, deviation - 1_250_000.0)]
    assert page_of(build_report(replace(facts, measures=()), "udvalg"), "Indstilling").figures == ()


def test_a_committee_reads_no_whole_hash_and_no_library(
    facts: PaperFacts, committee: Report, management: Report
) -> None:
    """What its foot has finds the numbers again; the management's annex has all of it."""
    brief, whole = (
        {line.cells[0]: line.cells[1] for table in page_of(report, "Grundlag").tables for line in table.lines}
        for report in (committee, management)
    )
    assert brief["Dataidentitet"] == facts.prognosis.data_id[:12]
    assert "Versioner" not in brief
    assert str(whole["Dataidentitet"]).replace(" ", "") == facts.prognosis.data_id
    assert "numpy" in str(whole["Versioner"])


def test_a_committee_is_told_that_refund_is_in_what_has_no_type(facts: PaperFacts, committee: Report) -> None:
    """Money without a type would else seem to be small: the refund that is taken off it is as large."""
    page = page_of(committee, "Typer og trin")
    rows = facts.prognosis.rows
    refund = float(rows.loc[(rows["level"] == "account") & (rows["key"] == "5.22.07"), "mean"].iloc[0])
    (note,) = [note for note in page.notes if note.startswith("Uden type, efter refusion, er bogført på området")]
    assert note.endswith(f"indgår central refusion med {fmt.mio(refund, signed=True)}")


def test_the_managements_paper_is_marked_as_internal_on_every_page(management: Report, committee: Report) -> None:
    """It names cases: whoever finds a single page of it must see that small numbers are not hidden."""
    assert committee.mark == ""
    assert committee.marked_stamp == committee.stamp
    assert pdf._head(management).count(management.mark) == 2  # foot of every page, and what the file says of itself
    assert pdf._front(management).count(management.mark) == 1
    deck = Presentation(io.BytesIO(render(management, "pptx")))
    shapes = [[shape for shape in slide.shapes if shape.has_text_frame] for slide in deck.slides]
    texts = ["\n".join(shape.text_frame.text for shape in of_slide) for of_slide in shapes]
    assert all(management.mark in text for text in texts)
    book = openpyxl.load_workbook(io.BytesIO(render(management, "xlsx")))
    pages = [sheet for sheet in book if sheet.title != "Diagramdata"]
    assert all(management.mark in str(sheet["A3"].value) for sheet in pages)
    assert all(management.mark in sheet.oddFooter.left.text for sheet in pages)


def test_every_page_carries_its_stamp_and_whose_figures_they_are(committee: Report, facts: PaperFacts) -> None:
    """Month, data, assumptions, seed and version stand on every slide and sheet, and that the demo's are made up."""
    assert facts.prognosis.data_id[:12] in committee.stamp
    assert committee.whose == "Eksempelby – opdigtede tal"
    deck = Presentation(io.BytesIO(render(committee, "pptx")))
    for slide in deck.slides:
        assert committee.foot in [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert committee.whose in deck.slides[0].placeholders[1].text_frame.text
    assert pdf._head(committee).count(committee.whose) == 2  # foot of every page, and what the file says of itself
    assert pdf._front(committee).count(committee.whose) == 1
    book = openpyxl.load_workbook(io.BytesIO(render(committee, "xlsx")))
    sheets = [sheet for sheet in book if sheet.title != "Diagramdata"]
    assert all(sheet["A3"].value == committee.stamp for sheet in sheets)
    assert all(str(sheet["A1"].value).startswith(f"{committee.whose} · ") for sheet in sheets)
    assert all(sheet.print_title_rows == "$1:$3" for sheet in sheets)
    assert all(sheet.page_setup.orientation == "landscape" for sheet in book)


@pytest.mark.parametrize("kind", KINDS)
def test_ledger_without_budget_makes_a_paper(bare: Callable[..., PaperFacts], kind: str) -> None:
    """Two booked months and nothing else: a paper without budget, deviation and bridge, and without a fault."""
    report = build_report(bare(posteringer=POSTINGS), "ledelse")
    assert "ikke indlæst et budget" in report.pages[0].title
    assert [label for label, _, _ in report.pages[0].figures] == ["Forventet regnskab", "Forbrug år til dato"]
    assert "Uden et budget for 2026 kan det ikke ses" in page_of(report, "Indstilling").text[0]
    assert not any("merforbrug" in note for note in page_of(report, "Typer og trin").notes)
    assert page_of(report, "Konti").charts[0].title.startswith("Forventet regnskab pr. konto")
    assert NO_ACTIVITY in report.pages[0].text
    assert render(report, kind)
    assert not [text for text in texts_of(report) if STUMBLES.search(text)]


def test_a_committee_is_told_that_children_could_not_be_counted(bare: Callable[..., PaperFacts]) -> None:
    """Without activity nobody knows how many children stand behind a type, so nothing could be hidden."""
    facts = bare(posteringer=POSTINGS)
    notes = {who: page_of(build_report(facts, who), "Typer og trin").notes for who in ("udvalg", "ledelse")}
    assert any("ingen tal er skjult" in note for note in notes["udvalg"])
    assert not any("ingen tal er skjult" in note for note in notes["ledelse"])
    told = {who: paper_text(Path("papir.pdf"), facts.prognosis, who, chosen=True) for who in ("udvalg", "ledelse")}
    assert "ingen tal er skjult" in told["udvalg"]
    assert "skjult" not in told["ledelse"]
    method = page_of(build_report(facts, "udvalg"), "Metode").text
    assert any("fører bogføringen på hver konto frem" in text for text in method)
    assert not any("kendt forløb" in text for text in method)


def test_what_the_forecast_says_of_its_data_stands_in_the_paper(facts: PaperFacts) -> None:
    """The management reads all of it, a committee what is of no type; a case on its way is told in its own place."""
    of_type, general = "Netværkspleje: bogføringen har fået et nyt niveau.", f"{NO_LEDGER}: forbruget er ukendt."
    told = replace(facts, prognosis=replace(facts.prognosis, notes=(*facts.prognosis.notes, of_type, general)))
    texts = {who: page_of(build_report(told, who), "Grundlag").text for who in ("udvalg", "ledelse")}
    assert general in texts["udvalg"]
    assert of_type not in texts["udvalg"]
    assert {of_type, general} <= set(texts["ledelse"])
    assert len([text for text in texts["ledelse"] if text.startswith("Kendt sag på vej")]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_activity_without_money_makes_a_paper(bare: Callable[..., PaperFacts], kind: str) -> None:
    """Placements without prices: how many there are, and no krone."""
    report = build_report(bare(header=HEADER, episodes=EPISODES), "udvalg")
    assert "kun indlæst aktivitet" in report.pages[0].title
    assert render(report, kind)
    assert not any("mio." in text for page in report.pages for text in (page.title, *page.text, *page.aside))


def test_a_handful_of_children_is_no_committees_business(bare: Callable[..., PaperFacts]) -> None:
    """Where everything is about four children, the committee's paper is refused and the management's is not."""
    facts = bare(indsatser=FOUR_CHILDREN, posteringer="periode;konto;beloeb\n2026-02;528221004;60.000,00\n")
    with pytest.raises(UserFault, match="for få børn"):
        build_report(facts, "udvalg")
    assert build_report(facts, "ledelse").pages
    assert TOO_FEW.startswith("Der står for få børn")


def test_a_paper_is_written_whole_or_not_at_all(committee: Report, tmp_path: Path) -> None:
    """A file of another kind is refused, a folder that cannot be written is told, and no part is left behind."""
    with pytest.raises(UserFault, match=r"\.pptx, \.pdf eller \.xlsx"):
        write_report(committee, tmp_path / "papir.docx")
    (tmp_path / "papir").write_text("", encoding="utf-8")
    with pytest.raises(UserFault, match="kan ikke skrives"):
        write_report(committee, tmp_path / "papir" / "x.xlsx")
    write_report(committee, tmp_path / "x.XLSX")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["papir", "x.XLSX"]


def test_the_same_report_gives_the_same_pdf(committee: Report) -> None:
    """Same numbers, same bytes."""
    assert render(committee, "pdf") == render(committee, "pdf")


def test_tables_declare_what_they_add_up(management: Report) -> None:
    """Wherever a line says that it is a sum, it is, to the oere."""
    for table in [table for page in management.pages for table in page.tables]:
        for line in [line for line in table.lines if line.sums]:
            for at, column in enumerate(table.columns):
                parts = [table.lines[part].cells[at] for part in line.sums]
                if column.form != "text" and all(isinstance(part, float) for part in parts):
                    assert sum(parts) == pytest.approx(line.cells[at], abs=0.01), (table.title, column.key)  # type: ignore[arg-type]


def test_no_table_is_empty(committee: Report) -> None:
    """A heading without lines would be a hole in a page."""
    tables: list[Table] = [table for page in committee.pages for table in page.tables]
    assert all(table.lines for table in tables)


def test_a_paper_says_what_its_scenario_is(facts: PaperFacts, reference: Reference) -> None:
    """Nobody can decide on a gain alone: levers, timing, ranges, prices and sources, and every pitfall, are printed."""
    levers = (
        ("avert", {"type": "residential_home", "children_per_month": 0.5, "low": 0.2, "high": 0.7, "lag_months": 6,
                   "ramp_months": 12, "success_rate": 0.71, "age_from": 11, "age_to": 17}),
        ("programme", {"cost_per_case": 150_000, "cases_per_month": 1.5, "months": 24}),
    )  # fmt: skip
    found = compared(engine("2021-12", list(steady(6, 95_000.0)), reference), scenario("2022-01", *levers), reference)
    report = build_report(replace(facts, scenarios=(found,)), "ledelse")
    of_it = [page for page in report.pages if page.key.startswith("Scenari")]
    assert [page.key for page in of_it] == ["Scenarie", "Scenariets greb"]
    told = of_it[0].text[0].replace(fmt.NBSP, " ")
    assert told.startswith("Scenariet begynder i januar 2022 med 2 greb: færre nye (opholdssted, 6 børn om året) og ")
    table, pitfalls = of_it[1].tables
    averted, programme = (line.cells for line in table.lines)
    assert averted[0] == "Færre nye: opholdssted, 6 børn om året"
    assert str(averted[1]).replace(fmt.NBSP, " ") == (
        "skøn fra 2,4 til 8,4 børn om året; virkning fra juli 2022, fuld fra juni 2023; 11–17 år; lykkes for 71 %"
    )
    assert "150.000" in str(programme[0])
    assert str(programme[1]).startswith("uden lavt og højt skøn; ")
    assert [line.cells[-1] for line in table.lines] == [lever.source for lever in found.scenario.levers]
    assert "1 af dem har et lavt og et højt skøn" in of_it[1].title
    assert [line.cells[0] for line in pitfalls.lines] == [name for name, _ in PITFALLS]
    assert "Scenariets greb" in [page.key for page in story(report)]


def test_several_scenarios_stand_side_by_side_and_then_each_with_its_levers(
    facts: PaperFacts, reference: Reference
) -> None:
    """In the order they are asked for, on one scale; what is the same for all of them is said once."""
    made = engine("2021-12", list(steady(6, 95_000.0)), reference)
    fewer = "avert", {"type": "residential_home", "children_per_month": 0.1}
    moved = "step_down", {"from_type": "residential_home", "to_type": "foster_care", "children": 6, "price": 43_000.0}
    results = tuple(
        compared(made, scenario("2022-01", lever, name=name), reference) for name, lever in (("A", fewer), ("B", moved))
    )
    report = build_report(replace(facts, scenarios=results), "ledelse")
    of_them = {page.key: page for page in report.pages if page.key.startswith("Scenari")}
    assert list(of_them) == [
        "Scenarier side om side", "Scenarie 1", "Scenariets greb 1", "Scenarie 2", "Scenariets greb 2",
    ]  # fmt: skip
    beside = of_them["Scenarier side om side"]
    (table,) = beside.tables
    assert beside.title.startswith("»B« ventes at give mest i ")
    assert [line.cells[0] for line in table.lines] == ["A", "B"]
    at = [column.key for column in table.columns].index("net")
    assert [line.cells[at] for line in table.lines] == pytest.approx([found.net for found in results])
    bars = [chart for key in ("Scenarie 1", "Scenarie 2") for chart in of_them[key].charts if isinstance(chart, Bars)]
    assert looks.reach(bars[0]) == looks.reach(bars[1])
    assert [len(of_them[key].tables) for key in ("Scenariets greb 1", "Scenariets greb 2")] == [1, 2]
    proposal = next(page for page in report.pages if page.key == "Indstilling")
    assert proposal.points[-1].endswith("om der skal arbejdes videre med et eller begge af scenarierne »A« og »B«")
    paper = replace(report, pages=(beside,))
    assert all(render(paper, kind) for kind in ("pptx", "pdf", "xlsx"))


def test_a_scenario_has_one_sign(facts: PaperFacts, reference: Reference) -> None:
    """What is saved stands above zero in chart and table alike, in the colour of the better side, with its band."""
    dear = engine("2021-12", list(steady(6, 95_000.0)), reference)
    step = "step_down", {"from_type": "residential_home", "to_type": "foster_care", "children": 6, "price": 43_000.0}
    found = compared(dear, scenario("2022-01", step), reference)
    page, _ = ahead.scenarios(View(replace(facts, scenarios=(found,)), "udvalg"))
    (chart,) = page.charts
    assert isinstance(chart, Bars)
    assert all(value > 0 for value in chart.values[1:])
    assert looks.bar_color(chart, chart.values[-1]) == looks.BETTER
    (table,) = page.tables
    assert [column.heading for column in table.columns][-3:] == ["Gevinst", f"80{fmt.NBSP}% fra", f"80{fmt.NBSP}% til"]
    at = len(table.columns) - 3
    assert [line.cells[at] / fmt.MILLION for line in table.lines] == pytest.approx(chart.values)
    report = Report("T", "U", "Til udvalget", "2026-08", "stempel", (page,))
    assert all(render(report, kind) for kind in ("pptx", "pdf", "xlsx"))
    (bars,) = [shape.chart for shape in Presentation(io.BytesIO(render(report, "pptx"))).slides[1].shapes
               if shape.has_chart]  # fmt: skip
    assert bars._chartSpace.findall(f".//{qn('c:errBars')}")
