"""What a budget lacks beside what is spent, as a controller would hold one against the other."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.allocation import LEAF
from cockpit.domain.budget import leaves_without_lines
from cockpit.domain.budget_gaps import budget_doubts, budget_gaps, uncounted_words
from cockpit.domain.dataset import Dataset
from cockpit.domain.reference import UNALLOCATED, Reference
from tests.tables import dataset

FOSTER, HOME = ("foster_care", "5.28.22"), ("residential_home", "5.28.20")
CLUBS = ("5.28.25", 500_000.0)


def known(budget: list[tuple[str | None, str, float]], *, ledger: bool = True) -> Dataset:
    """Twelve months of 2024 and six of 2025 at 2,0 mio. kr. for each of two types, and clubs without type."""
    typed = [(key, function, 2e6) for key, function in (FOSTER, HOME)]
    postings = [
        {"year": year, "period": month, "type_key": key, "function": function, "amount": amount}
        for year, months in ((2024, 12), (2025, 6))
        for month in range(1, months + 1)
        for key, function, amount in [*typed, (None, *CLUBS)]
    ]
    spells = [{"type_key": key, "function": function, "start": "2024-01-01", "rate": 2e6, "unit": "month"}
              for key, function in (FOSTER, HOME)]  # fmt: skip
    lines = [{"year": 2025, "type_key": key, "function": on, "amount": amount} for key, on, amount in budget]
    return dataset("2025-06", postings=postings if ledger else [], interventions=spells, budget=lines)


WHOLE = [(*FOSTER, 25e6), (*HOME, 25e6), (None, "5.28.25", 6e6)]


@pytest.mark.parametrize(
    ("budget", "missing"),
    [
        (WHOLE, []),
        (WHOLE[1:], [("foster_care", 24e6, 12e6)]),
        (WHOLE[:2], [(UNALLOCATED, 6e6, 3e6)]),
        ([(None, "5.28.22", 25e6), *WHOLE[1:]], []),  # the function as a whole covers its types
        ([], []),  # no budget at all is another matter
    ],
)
def test_types_and_accounts_that_cost_money_and_have_no_budget(
    budget: list, missing: list, reference: Reference
) -> None:
    gaps = budget_gaps(known(budget), reference, 2025)
    assert list(gaps[["type_key", "before", "now"]].itertuples(index=False, name=None)) == missing


def test_without_a_ledger_activity_tells_what_is_not_budgeted(reference: Reference) -> None:
    gaps = budget_gaps(known(WHOLE[1:], ledger=False), reference, 2025)
    assert [(key, round(before), round(now)) for key, _, before, now in gaps.itertuples(index=False)] == [
        ("foster_care", 24_000_000, 12_000_000)
    ]


@pytest.mark.parametrize(
    ("factor", "words"),
    [(1.0, ""), (0.7, ""), (0.5, "alle budgetlinjer er med"), (1.4, ""), (2.0, "ingen budgetlinjer står to gange")],
)
def test_a_budget_far_from_last_years_outturn_is_doubted(factor: float, words: str, reference: Reference) -> None:
    scaled = [(key, function, amount * factor) for key, function, amount in WHOLE]
    doubts = budget_doubts(known(scaled), reference, 2025)
    assert [words in doubt for doubt in doubts] == ([True] if words else [])


def test_a_year_without_a_budget_is_told_where_other_years_have_one(reference: Reference) -> None:
    assert budget_doubts(known(WHOLE), reference, 2026) == [
        "Der er ikke noget budget for 2026, kun for 2025. Indlæs årets budget."
    ]
    assert not budget_doubts(known([]), reference, 2025)


def test_a_budget_that_counts_nobody_is_told_to_hide_volume_and_price(reference: Reference) -> None:
    """One counted line is enough to tell something apart; without activity there is nothing to tell apart."""
    bare = known(WHOLE)
    assert uncounted_words(bare, reference, 2025).startswith("Budgettet for 2025 angiver ingen helårspersoner")
    counted = replace(bare, budget=bare.budget.assign(person_years=[20.0, *[np.nan] * (len(bare.budget) - 1)]))
    assert not uncounted_words(counted, reference, 2025)
    assert not uncounted_words(replace(bare, interventions=bare.interventions.iloc[:0]), reference, 2025)
    assert not uncounted_words(bare, reference, 2026)


def test_what_is_named_as_missing_is_not_doubted_once_more(reference: Reference) -> None:
    (doubt,) = budget_doubts(known(WHOLE[1:]), reference, 2025)
    assert doubt.replace("\xa0", " ").startswith(
        "Budgettet for 2025 har ingen linjer til plejefamilie (bogført 24,0 mio. kr. i 2024 og 12,0 mio. kr. til nu i "
        "2025)."
    )


def test_what_a_budget_has_no_line_for_is_nil_unless_its_function_has_one() -> None:
    leaves = pd.MultiIndex.from_tuples([FOSTER, HOME, (UNALLOCATED, "5.28.20"), (UNALLOCATED, "5.22.07")], names=LEAF)
    budget = pd.Series([np.nan, np.nan, 50.0, np.nan], index=leaves)
    assert leaves_without_lines(budget).tolist() == [True, False, False, True]
    assert not leaves_without_lines(budget * np.nan).any()
