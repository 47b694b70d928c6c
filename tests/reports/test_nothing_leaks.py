"""Every paper that can be made is read as an attacker and as a proofreader would: all of it, in all three forms."""

import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pikepdf
import pytest
from pptx import Presentation

from cockpit.domain.allocation import allocate
from cockpit.domain.hit_rate import HitRate
from cockpit.domain.measures import Measure
from cockpit.domain.paper import AUDIENCES, Audience, PaperFacts, Shown, shown_to
from cockpit.domain.people import people_behind, people_booked
from cockpit.reports import KINDS, Report, build_report, render
from cockpit.services import scenario as scenarios
from cockpit.services.paper import gather_paper
from cockpit.services.workspace import Workspace
from tests.pages.demo_store import Home
from tests.reports.conftest import POSTINGS
from tests.reports.test_papers import STUMBLES, texts_of, texts_of_sheets, texts_of_slides
from tests.unit.test_hit_rate import origin, origins

Made = tuple[Report, dict[str, bytes]]  # a paper and its files, by kind
JANUARY = pd.Period("2026-01", "M")


@pytest.fixture(scope="module")
def compared(home: Home) -> PaperFacts:
    """With a scenario to compare, past forecasts that are measured, and a name that must stay text."""
    workspace = home.workspace()
    facts = gather_paper(workspace, scenarios=scenarios.presets(workspace.reference)[:2])
    past = [origin(year, to_go, 203.0, 200.0) for year in (2024, 2025) for to_go in (9, 6, 3)]
    hit_rate = HitRate(facts.prognosis.as_of, 1, 400, {}, origins(*past))
    address = Measure(
        "T9", "Se www.firma.dk eller skriv til kim@firma.dk", 2026, 1e6, pd.Timestamp("2026-12-01"), "Kim"
    )
    return replace(facts, hit_rate=hit_rate, measures=(*facts.measures, address))


@pytest.fixture(scope="module")
def january(home: Home) -> PaperFacts:
    """The first month of a year."""
    return gather_paper(home.workspace(), JANUARY)


@pytest.fixture(scope="module")
def committees(compared: PaperFacts) -> Made:
    """The committee's paper and its three files."""
    report = build_report(compared, "udvalg")
    return report, files_of(report)


@pytest.fixture(scope="module")
def managements(compared: PaperFacts) -> Made:
    """The management's."""
    report = build_report(compared, "ledelse")
    return report, files_of(report)


def files_of(report: Report) -> dict[str, bytes]:
    return {kind: render(report, kind) for kind in KINDS}


def all_texts(report: Report, files: dict[str, bytes]) -> list[str]:
    """What is read in the PDF, on the slides, in their notes, and in the workbook."""
    slides, sheets = texts_of_slides(files["pptx"]), texts_of_sheets(files["xlsx"])
    return [*texts_of(report), *slides, *(text for text in sheets if not is_number(text))]


def is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?(e[+-]\d+)?", text))


def stumbles(report: Report, files: dict[str, bytes]) -> list[str]:
    return [text for text in all_texts(report, files) if STUMBLES.search(text)]


def test_no_paper_with_a_scenario_lets_the_machine_show(committees: Made, managements: Made) -> None:
    """No nan, None, minus zero, exponent, key, cut figure or English word, for the committee and the management."""
    for report, files in (committees, managements):
        assert {"Scenarie 1", "Træfsikkerhed"} <= {page.key for page in report.pages}
        assert stumbles(report, files) == []


@pytest.mark.parametrize("audience", AUDIENCES)
def test_nor_does_one_of_january(january: PaperFacts, audience: Audience) -> None:
    """The fan begins at one booked month and nothing breaks."""
    report = build_report(january, audience)
    files = files_of(report)
    assert "januar" in report.stamp
    assert [one.key for one in january.measures] == ["T2"], "what was entered in September was not proposed in January"
    assert_is_called_reconstructed(report, files)
    months = next(page for page in report.pages if page.key == "Måneder")
    assert "2025, foreløbigt" in [column.heading for column in months.tables[0].columns]
    assert stumbles(report, files) == []
    if audience == "udvalg":
        assert given_away(printed_numbers(files), blanks(shown_to(january, audience))) == set()


def assert_is_called_reconstructed(report: Report, files: dict[str, bytes]) -> None:
    """On the first page, in the stamp and in the annex, and a population that nobody knew is not told."""
    said = "Genskabt ud fra indlæsningen pr. august\N{NO-BREAK SPACE}2026"
    pages = {page.key: page for page in report.pages}
    assert any(note.startswith(said) for note in pages["Resumé"].notes)
    assert "januar\N{NO-BREAK SPACE}2026 (genskabt)" in report.stamp
    assert any(said in str(line.cells[1]) for line in pages["Grundlag"].tables[0].lines)
    unknown = "Folketallet for 2027–2029 er ikke kendt pr. januar\N{NO-BREAK SPACE}2026 og er regnet uændret."
    assert any(note.endswith(unknown) for note in pages["Overslagsår"].notes)
    assert any(said in text for text in texts_of_slides(files["pptx"]))


def test_nor_does_one_of_a_bare_ledger(bare: Callable[..., PaperFacts]) -> None:
    """A single month, no budget, no activity."""
    facts = bare(posteringer="\n".join(POSTINGS.splitlines()[:2]) + "\n")
    for audience in AUDIENCES:
        report = build_report(facts, audience)
        assert stumbles(report, files_of(report)) == []


def printed_numbers(files: dict[str, bytes]) -> np.ndarray:
    """Every number of the files in full: cells, what charts are drawn of, and the workbooks behind slides' charts."""
    found = numbers_of_sheets(files["xlsx"])
    for slide in Presentation(io.BytesIO(files["pptx"])).slides:
        for chart in (shape.chart for shape in slide.shapes if shape.has_chart):
            found += numbers_of_sheets(chart.part.chart_workbook.xlsx_part.blob)
            found += [value for plot in chart.plots for series in plot.series for value in series.values if value]
    numbers = np.array(found)
    return np.unique(np.concatenate([numbers, numbers * 1e6]))


def numbers_of_sheets(content: bytes) -> list[float]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    assert all(sheet.sheet_state == "visible" for sheet in book if sheet.title != "Diagramdata")  # read all the same
    cells = (cell.value for sheet in book for row in sheet.iter_rows() for cell in row)
    return [float(value) for value in cells if isinstance(value, int | float)]


def blanks(shown: Shown) -> dict[tuple[str, str], float]:
    """The blank cells by row and column; whole numbers are left out, they are met by chance."""
    cells = ((row, column) for column in shown.hidden for row in shown.hidden.index[shown.hidden[column]])
    values = {cell: float(shown.values.loc[cell]) for cell in cells}
    return {cell: value for cell, value in values.items() if np.isfinite(value) and value % 1}


def given_away(numbers: np.ndarray, hidden: dict[tuple[str, str], float]) -> set[tuple[str, str]]:
    """Which blanks are printed somewhere, or are the sum or difference of two numbers that are."""
    return {
        cell
        for cell, value in hidden.items()
        if any(
            holds_any(numbers, wanted, near=1e-9 * abs(value) + 1e-7)
            for wanted in (np.array([value, -value]), value - numbers, value + numbers)
        )
    }


def holds_any(numbers: np.ndarray, wanted: np.ndarray, near: float) -> bool:
    at = np.clip(np.searchsorted(numbers, wanted), 1, len(numbers) - 1)
    return bool((np.minimum(np.abs(numbers[at] - wanted), np.abs(numbers[at - 1] - wanted)) < near).any())


def test_no_number_of_a_committees_files_gives_a_blank_away(
    compared: PaperFacts, committees: Made, managements: Made
) -> None:
    """Neither alone nor two together, in cells, formulas, charts or the sheets behind them; and the attack sees."""
    hidden = blanks(shown_to(compared, "udvalg"))
    assert len(hidden) > 10
    assert given_away(printed_numbers(committees[1]), hidden) == set()
    management = printed_numbers(managements[1])
    assert {cell for cell in hidden if cell[1] == "mean"} <= given_away(management, hidden)


@pytest.mark.parametrize("month", [1, 2, 3, 6])
def test_no_committee_reads_what_the_bills_of_few_children_come_to(
    january: PaperFacts, home: Home, month: int
) -> None:
    """Early in a year many are in force and few bills have come; the oracle counts bills by hand."""
    facts, few, children = booked_by(january, home.workspace(), JANUARY + month - 1)
    hidden = shown_to(facts, "udvalg").hidden["actual_ytd"]
    assert few
    assert {row for row in few if not hidden[row]} == set()
    assert not hidden[["type:foster_care", "type:contact_person", "step:5", "total:total"]].any()
    for step in facts.reference.steps:
        types = [f"type:{key}" for key, kind in facts.reference.types.items() if kind.step == step]
        blank = [row for row in types if row in hidden.index and hidden[row] and children.get(row)]
        if blank and not hidden[f"step:{step}"]:
            assert len(set.union(*(children[row] for row in blank))) >= 5, f"{blank} are few together"


def booked_by(
    facts: PaperFacts, workspace: Workspace, month: pd.Period
) -> tuple[PaperFacts, set[str], dict[str, set[str]]]:
    """The facts with what is booked by a month, the types whose bills are those of few children, and whose they are."""
    known, reference = workspace.store.read(month), workspace.reference
    year = known.postings[known.postings["year"] == month.year]
    child_of = dict(zip(known.interventions["spell_id"], known.interventions["citizen"], strict=True))
    of_child: dict[str, Counter[str]] = defaultdict(Counter)
    unnamed: Counter[str] = Counter()
    for type_key, spell, amount in year[["type_key", "spell_id", "amount"]].itertuples(index=False):
        if spell in child_of:
            of_child[type_key][child_of[spell]] += amount
        else:
            unnamed[type_key] += amount
    few = {
        f"type:{key}"
        for key, sums in of_child.items()
        if sum(map(abs, sums.values())) >= abs(unnamed[key])
        and (len(sums) < 5 or max(map(abs, sums.values())) >= sum(map(abs, sums.values())) / 2)
    }
    bills = allocate(year, reference)
    steps = bills["type_key"].map({key: kind.step for key, kind in reference.types.items()})
    keys = {
        "total": ["total"] * len(bills),
        "step": steps.astype("Int64").astype("str").fillna("unallocated"),
        "type": bills["type_key"],
        "account": bills["function"],
    }
    sums = {level: bills["amount"].groupby(by).sum() for level, by in keys.items()}
    rows = facts.prognosis.rows.set_index(["level", "key"])
    booked = pd.concat(sums).reindex(rows.index, fill_value=0.0)
    prognosis = replace(facts.prognosis, rows=rows.assign(actual_ytd=booked).reset_index())
    people = people_behind(known.interventions, reference, month)
    billed = people_booked(year, known.interventions, reference)
    whose = {f"type:{key}": set(sums) for key, sums in of_child.items()}
    return replace(facts, prognosis=prognosis, people=people, billed=billed), few, whose


def test_an_address_in_a_paper_is_no_link(committees: Made) -> None:
    """What a department has written is shown, and nothing of it can be followed."""
    _, files = committees
    with pikepdf.open(io.BytesIO(files["pdf"])) as pdf:
        assert not any("/URI" in str(mark.get("/A", "")) for page in pdf.pages for mark in page.get("/Annots", []))
    slides = Presentation(io.BytesIO(files["pptx"])).slides
    assert any("www.firma.dk" in text for text in texts_of_slides(files["pptx"]))
    assert not any(relation.is_external for slide in slides for relation in slide.part.rels.values())
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("www.firma.dk" in str(cell.value) for cell in cells)
    assert not any(cell.hyperlink for cell in cells)
