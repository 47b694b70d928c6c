"""What is missing before a month can be closed, in words: one table of cases per point of the checklist."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.comments import WHOLE, LineComment
from cockpit.domain.month_close import (
    Check,
    CloseFacts,
    answer,
    checklist,
    count_words,
    frozen_words,
    has_moved,
    missing_before,
)
from cockpit.domain.prognosis import BRIDGE_COLUMNS, FAN_COLUMNS, MONTH_COLUMNS, OUTLINE_COLUMNS, ROW_COLUMNS, Prognosis
from cockpit.domain.reference import Reference

AT = dt.datetime(2026, 9, 10, 9, 30, tzinfo=dt.UTC)
DEVIATIONS = {"foster_care": 3.2e6, "institution": -1.0e6, "contact_person": 0.9e6, "secure": np.nan}


def prognosis(month: str = "2026-08", budget: float = 200e6) -> Prognosis:
    rows = [{"level": "type", "key": key, "label": key, "deviation": amount} for key, amount in DEVIATIONS.items()]
    rows.append({"level": "total", "key": "total", "label": "I alt", "budget_revised": budget, "deviation": 3e6})
    empty = {
        name: pd.DataFrame(columns=list(columns))
        for name, columns in (
            ("months", MONTH_COLUMNS), ("fan", FAN_COLUMNS), ("outline_years", OUTLINE_COLUMNS),
            ("bridge", BRIDGE_COLUMNS),
        )
    }  # fmt: skip
    frame = pd.DataFrame(rows).reindex(columns=list(ROW_COLUMNS))
    as_of = pd.Period(month, "M")
    return Prognosis(as_of=as_of, year=2026, data_id="d", seed=1, n_paths=1, versions={}, rows=frame, **empty)


def commented(*lines: tuple[str, str]) -> dict[tuple[str, str], LineComment]:
    return {line: LineComment(pd.Period("2026-08", "M"), *line, "fordi", "kim", AT) for line in lines}


@pytest.fixture
def facts(reference: Reference) -> CloseFacts:
    """A month in which all is in place but closing and papers."""
    lines = commented(WHOLE, ("type", "foster_care"), ("type", "institution"))
    return CloseFacts(prognosis(), reference, comments=lines)


def point(facts: CloseFacts, key: str) -> Check:
    return next(check for check in checklist(facts) if check.key == key)


@pytest.mark.parametrize(
    ("key", "change", "done", "words"),
    [
        ("loaded", {}, True, "Udtrækkene for august\u00a02026 er indlæst."),
        ("loaded", {"not_loaded": ["Indsatser", "Posteringer"]}, False,
         "Indlæs indsatser og posteringer for august\u00a02026 på siden Data"),
        ("loaded", {"prognosis": prognosis(budget=np.nan)}, False, "Indlæs et budget for 2026."),
        ("reconciled", {}, True, "Bogføring og indsatser følges ad i årets hele kvartaler"),
        ("reconciled", {"apart": ["institution"]}, True, "forklaret i en kommentar"),
        ("reconciled", {"apart": ["institution", "secure"]}, False,
         "hvorfor bogføring og indsatser ikke følges ad for sikret døgninstitution."),
        ("explained", {}, True, "2\u00a0typer afviger mindst 1,0\u00a0mio.\u00a0kr."),
        ("explained", {"comments": commented(WHOLE)}, False, "mindst 1,0\u00a0mio.\u00a0kr.: plejefamilie og døgninst"),
        ("commented", {}, True, "samlet kommentar"),
        ("commented", {"comments": {}}, False, "Skriv en samlet kommentar"),
        ("frozen", {}, False, "Luk måneden"),
        ("frozen", {"closed_at": AT, "closed_by": "kim"}, True, "af kim."),
        ("frozen", {"closed_at": AT, "closed_by": "kim", "changed_since": True}, True, "er ændret siden"),
        ("papers", {}, False, "Lav et papir til ledelsen eller udvalget."),
        ("papers", {"papers": {"ledelse"}}, True, "til ledelsen."),
        ("papers", {"papers": {"ledelse"}, "comments": {}}, False, "Lavet til ledelsen, men kommentarer mangler"),
        ("papers", {"papers": {"ledelse"}, "prognosis": prognosis("2026-09")}, False,
         "til udvalget: måneden har budgetopfølgning pr. 30. september."),
        ("papers", {"papers": {"ledelse", "udvalg"}, "prognosis": prognosis("2026-09")}, True,
         "til udvalget og ledelsen."),
    ],
)  # fmt: skip
def test_each_point_says_whether_it_is_in_place_and_what_is_missing(
    facts: CloseFacts, key: str, change: dict, done: bool, words: str
) -> None:
    found = point(replace(facts, **change), key)
    assert found.done is done
    assert words in found.words


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "August\u00a02026 er klar til at blive lukket"),
        ({"comments": commented(WHOLE)}, "August\u00a02026 er ikke klar til at blive lukket: én ting mangler"),
        ({"comments": {}, "not_loaded": ["Indsatser"]},
         "August\u00a02026 er ikke klar til at blive lukket: tre ting mangler"),
        ({"closed_at": AT}, "August\u00a02026 er lukket; ét punkt mangler endnu"),
        ({"closed_at": AT, "comments": {}, "apart": ["foster_care"], "not_loaded": ["Indsatser"]},
         "August\u00a02026 er lukket; fem punkter mangler endnu"),
        ({"closed_at": AT, "papers": {"udvalg"}}, "August\u00a02026 er lukket, og alt er på plads"),
    ],
)  # fmt: skip
def test_the_page_answers_in_one_sentence(facts: CloseFacts, change: dict, said: str) -> None:
    changed = replace(facts, **change)
    assert answer(changed, checklist(changed)) == said


def test_what_is_counted_is_what_the_answer_counts(facts: CloseFacts) -> None:
    """The heading counts the lines below it; an open month says how many of them come before the closing."""
    checks = checklist(facts)
    left = len(missing_before(checks))
    assert left == 0
    assert count_words(checks, is_closed=False) == "4 af 6 punkter er på plads"
    without = checklist(replace(facts, comments={}))
    assert count_words(without, is_closed=False) == "2 af 6 punkter er på plads; to skal på plads før lukningen"
    alone = checklist(replace(facts, comments=commented(WHOLE)))
    assert count_words(alone, is_closed=False).endswith("; ét skal på plads før lukningen")
    assert count_words(without, is_closed=True) == "2 af 6 punkter er på plads"


def test_closing_and_papers_do_not_stand_in_the_way_of_closing(facts: CloseFacts) -> None:
    """They are what closing brings; only what comes before can be missing before."""
    assert missing_before(checklist(facts)) == []
    assert [check.key for check in missing_before(checklist(replace(facts, comments={})))] == ["explained", "commented"]


@pytest.mark.parametrize(
    ("kept", "now", "said"),
    [
        (207e6, 207.01e6, "August 2026 er lukket 10. sep. 2026 af kim med et forventet regnskab på 207,0 mio. kr."),
        (207e6, 209e6, "August 2026 er lukket 10. sep. 2026 af kim med et forventet regnskab på 207,0 mio. kr. "
         "Med det, der vides om måneden nu, er det 209,0 mio. kr."),
        (np.nan, 209e6, "August 2026 er lukket 10. sep. 2026 af kim."),
    ],
    ids=["as it was", "data have changed", "no money at the close"],
)  # fmt: skip
def test_a_closed_month_says_what_was_frozen_and_what_it_is_now(kept: float, now: float, said: str) -> None:
    frozen, told = (replace(prognosis(), rows=prognosis().rows.assign(mean=mean)) for mean in (kept, now))
    assert frozen_words(AT, "kim", frozen, told).replace("\u00a0", " ") == said


def test_a_closed_month_has_moved_where_a_row_shows_other_kroner() -> None:
    """Not by what rounds away, and not by the order of the rows; a type by itself is enough."""
    frozen = prognosis()
    rows = frozen.rows.assign(mean=2e6)
    then = replace(frozen, rows=rows)
    assert not has_moved(then, replace(then, rows=rows.iloc[::-1].assign(mean=2e6 + 0.01)))
    assert has_moved(then, replace(then, rows=rows.assign(mean=rows["mean"].where(rows["key"] != "secure", 2.1e6))))
