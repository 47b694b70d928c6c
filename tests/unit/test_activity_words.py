"""What the page of activity and price says, case by case: person-years beside the budget, volume and its mix."""

from dataclasses import replace

import pandas as pd
import pytest

from cockpit.domain import activity_words
from cockpit.domain.effects import BUDGET, LAST_YEAR
from cockpit.domain.reference import Reference
from tests.unit.test_bridge_words import effects_of
from tests.unit.test_bridge_words import prognosis as bridged
from tests.unit.test_sentences import prognosis, said

OVER, UNDER = (106.2, 102.1, 104.0, 108.0, 110.4), (95.0, 91.0, 93.0, 97.0, 98.5)
MORE_FOSTER, FEWER_FOSTER = ("foster_care", BUDGET, 97.0, 118.9, 0.57), ("foster_care", BUDGET, 97.0, 90.0, 0.57)
FEWER_AT_HOME = ("family_treatment", BUDGET, 500.0, 430.0, 0.05)
MORE_AT_HOME = ("family_treatment", BUDGET, 500.0, 540.5, 0.05)


@pytest.mark.parametrize(
    ("types", "ends", "expected"),
    [
        (
            (MORE_FOSTER, FEWER_AT_HOME), OVER,
            "Færre indsatser i alt end budgettets antal (548,9 mod 597,0), men flere anbragte (118,9 mod 97,0). "
            "Anbringelser koster mest, derfor merforbrug.",
        ),
        (
            (FEWER_FOSTER, MORE_AT_HOME), UNDER,
            "Flere indsatser i alt end budgettets antal (630,5 mod 597,0), men færre anbragte (90,0 mod 97,0). "
            "Anbringelser koster mest, derfor mindreforbrug.",
        ),
        (
            (MORE_FOSTER, FEWER_AT_HOME), UNDER,
            "Færre indsatser i alt end budgettets antal (548,9 mod 597,0), men flere anbragte (118,9 mod 97,0).",
        ),
        (
            (MORE_FOSTER, MORE_AT_HOME), OVER,
            "Flere indsatser i alt end budgettets antal (659,4 mod 597,0), og flere anbragte (118,9 mod 97,0).",
        ),
        ((MORE_FOSTER, ("family_treatment", LAST_YEAR, 500.0, 430.0, 0.05)), OVER, ""),
        ((), OVER, ""),
    ],
    ids=["fewer but dearer", "more but cheaper", "another cause", "both more", "not budgeted", "no effects"],
)  # fmt: skip
def test_the_year_is_told_beside_the_budget_in_all_and_of_placements(
    reference: Reference, types: tuple, ends: tuple[float, ...], expected: str
) -> None:
    """A reason is given only where the year ends on the side that the placements pull to."""
    year = replace(prognosis(ends=ends), effects=effects_of(*types))
    assert said(activity_words.budget_answer(year, reference)) == expected


@pytest.mark.parametrize(
    ("then", "planned", "now", "expected"),
    [
        (191, 163.5, 193, "Budgettet regner med færre anbragte, end der allerede var for et år siden: 163,5 mod "
         "191,0; nu er det 193,0."),
        (150, 163.5, 148, "Budgettet regner med flere anbragte, end der var for et år siden: 163,5 mod 150,0; nu er "
         "det 148,0."),
        (160, 163.5, 170, "For et år siden var 160,0 anbragt; nu er det 170,0."),
    ],
    ids=["budget below last year", "budget above last year", "between"],
)  # fmt: skip
def test_more_than_budgeted_may_be_no_more_than_before(
    reference: Reference, then: int, planned: float, now: int, expected: str
) -> None:
    """Both bases stand side by side; without a whole year on record nothing is compared."""
    counts = [(months_of([float(then)] + [100.0] * 11 + [float(now)], 0.0), "5"), (months_of([0.0] * 13, 0.0), "4")]
    activity = pd.concat([months.assign(level="step", key=key) for months, key in counts])
    effects = effects_of(("foster_care", BUDGET, planned, float(now), 0.5), FEWER_AT_HOME)
    year = replace(prognosis(), effects=effects, activity=activity)
    assert said(activity_words.placements_beside(year, reference)) == expected
    early = replace(year, activity=activity.assign(complete=False))
    assert activity_words.placements_beside(early, reference) == ""


def test_volume_and_mix_are_named_together_where_they_are_summed() -> None:
    """The bridge's volume is another number: the two must not share a name."""
    title = said(activity_words.effects_title(effects_of(MORE_FOSTER, FEWER_AT_HOME)))
    assert title == "Mængde og sammensætning flytter tilsammen året +9,0 mio. kr., prisen 0,0 mio. kr."


@pytest.mark.parametrize(("late", "end"), [(0.0, ""), (1.5, "; sene registreringer mangler endnu")])
def test_who_came_and_went_says_that_late_registrations_are_missing(late: float, end: str) -> None:
    """The number beside it counts what is expected to be registered: the two would not agree without a word."""
    months = months_of([100.0] * 12, late)
    assert activity_words.flow_title(months) == f"Det seneste år: 36 ind og 24 ud{end}"


def test_the_newest_months_are_late_as_far_back_as_registrations_are_missing() -> None:
    """A whole month before them stays whole, whatever an older one lacks; a district knows it from the whole row."""
    whole = months_of([100.0] * 6, 0.0)
    whole["expected"] += pd.Series([0.0, 1.0, 0.0, 0.0, 2.0, 5.0])
    months = activity_words.with_status(months_of([30.0] * 6, 0.0), whole)
    assert months["status"].tolist() == ["actual"] * 4 + ["late"] * 2
    assert said(activity_words.lighter_note(months)) == (
        "Lysere søjler er ikke færdige: der mangler sene registreringer for juli 2026 til august 2026."
    )
    assert not activity_words.lighter_note(activity_words.with_status(months, months_of([100.0] * 6, 0.0)))


def months_of(registered: list[float], late: float) -> pd.DataFrame:
    flows = {"entries": 2.0, "moves_in": 1.0, "exits": 2.0, "moves_out": 0.0}
    names = [str(month) for month in pd.period_range(end="2026-08", periods=len(registered), freq="M")]
    frame = pd.DataFrame({"month": names, "kind": "actual", "complete": True, "person_years": registered, **flows})
    return frame.assign(expected=frame["person_years"] + late)


def test_a_budgets_counts_are_told_apart_from_its_money(reference: Reference) -> None:
    """A grant without persons raises the revised budget and no count: said wherever counts stand beside money."""
    raised, even, none = (
        bridged(("foster_care", basis, 97.0, 118.9, 0.57), **parts)
        for basis, parts in ((BUDGET, {"budget_changes": -2.21}), (BUDGET, {"price": 1.0}), (LAST_YEAR, {"price": 1.0}))
    )
    said = activity_words.counts_note(raised).replace("\u00a0", " ")
    assert "Ændringer af budgettet uden antal (+2,2 mio. kr. i alt) er kun penge" in said
    assert activity_words.counts_note(even) == (
        "Budgettets antal og pris er dem, budgettets linjer selv angiver, som regel i det oprindelige budget."
    )
    assert activity_words.counts_note(none) == ""
    assert activity_words.effects_note(raised, reference).replace("\u00a0", " ").endswith(said)
