"""What a budget lacks beside what is spent: types and accounts without money of their own, and a total out of reach."""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.allocation import LEAF, allocate
from cockpit.domain.budget import budget_by_leaf
from cockpit.domain.completeness import whole_years
from cockpit.domain.dataset import Dataset
from cockpit.domain.months import month_range, year_months
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.domain.spells import monthly_cost

GAP_COLUMNS = ("type_key", "function", "before", "now")


def budget_gaps(known: Dataset, reference: Reference, year: int) -> pd.DataFrame:
    """Return the types and functions that cost money in the as-of year and the year before, but that a year's budget
    has nothing for.

    A budget of a whole function covers the types that are booked on it. Where no ledger is known, activity is asked.

    Args:
        known: with a budget for the year; without one nothing is missing from it.
        reference: with the amount from which a deviation must be explained: less is not asked for.
        year: the budget's.

    Returns:
        GAP_COLUMNS, one row per type, and per function for money without type; `before` and `now` are the kr. of the
        two years, `now` to the as-of month.
    """
    lines = allocate(known.budget[known.budget["year"] == year], reference)
    spent = _spent(known, reference)
    if lines.empty or spent.empty:
        return pd.DataFrame(columns=list(GAP_COLUMNS))
    whole_functions = set(lines.loc[lines["type_key"] == UNALLOCATED, "function"])
    has_type = spent["type_key"] != UNALLOCATED
    covered = spent["function"].isin(whole_functions).where(has_type, spent["function"].isin(lines["function"]))
    covered |= has_type & spent["type_key"].isin(lines["type_key"])
    left = spent[~covered]
    sums = left.assign(function=left["function"].where(~has_type, "")).groupby(LEAF, as_index=False).sum()
    least = reference.assumption("deviation_to_explain", known.as_of).value
    told = (sums["before"].abs() >= least) & (sums["now"].abs() > 0)
    return sums[told].sort_values("before", ascending=False, key=abs)[list(GAP_COLUMNS)].reset_index(drop=True)


def _spent(known: Dataset, reference: Reference) -> pd.DataFrame:
    """Return LEAF and what was spent on it in the year before the as-of month's and in that year so far, kr."""
    this_year = known.as_of.year
    years = {"before": this_year - 1, "now": this_year}
    if len(known.postings):
        booked = allocate(known.postings, reference)
        spent = {name: booked[booked["year"] == year].groupby(LEAF)["amount"].sum() for name, year in years.items()}
    else:
        every = known.interventions
        granted = every[(every["status"] == "granted") & every["rate"].notna()]
        months = {"before": year_months(this_year - 1), "now": month_range(year_months(this_year)[0], known.as_of)}
        spent = {
            name: granted.assign(cost=monthly_cost(granted, span).sum(axis=1)).groupby(LEAF)["cost"].sum()
            for name, span in months.items()
        }
    return pd.DataFrame(spent).fillna(0.0).reset_index()


def gaps_words(gaps: pd.DataFrame, known: Dataset, reference: Reference, year: int) -> str:
    """Say what a budget has nothing for, what it costs, and what follows from it."""
    this_year, spent = known.as_of.year, "bogført" if len(known.postings) else "bevilget"
    named = [
        f"{_name(gap, reference, known.as_of)} ({spent} {fmt.mio(gap['before'])} i {this_year - 1} og "
        f"{fmt.mio(gap['now'])} til nu i {this_year})"
        for _, gap in gaps.iterrows()
    ]
    return (
        f"Budgettet for {year} har ingen linjer til {fmt.enumeration(named)}. Indlæs de linjer, der mangler: uden dem "
        "ser merforbruget større ud, end det er."
    )


def _name(gap: pd.Series, reference: Reference, as_of: pd.Period) -> str:
    if gap["type_key"] != UNALLOCATED:
        return reference.type_within(gap["type_key"])
    return f"{gap['function']} {reference.account_name(gap['function'], as_of.start_time)}"


def far_budget(
    known: Dataset, reference: Reference, year: int, gaps: pd.DataFrame
) -> tuple[float, int, float] | None:
    """Say whether a year's budget is so far from the outturn before it that lines lack or stand twice.

    Args:
        gaps: `budget_gaps` of the year: what it tells of is left out on both sides.

    Returns:
        The revised budget, kr., and the year and its outturn, kr.; None where they are near each other, or where there
        is no budget or no whole year in the ledger among the two before.
    """
    lines = known.budget[known.budget["year"] == year]
    before = [one for one in whole_years(known.postings) if year - 2 <= one < year]
    if lines.empty or not before:
        return None
    last = max(before)
    booked = allocate(known.postings[known.postings["year"] == last], reference)
    told = booked["type_key"].isin(set(gaps["type_key"]) - {UNALLOCATED})
    told |= (booked["type_key"] == UNALLOCATED) & booked["function"].isin(gaps["function"])
    outturn, budget = float(booked.loc[~told, "amount"].sum()), float(lines["amount"].sum())
    factor = reference.assumption("budget_far_from_outturn", known.as_of).value
    near = outturn > 0 and outturn / factor <= budget <= outturn * factor
    return None if near or outturn <= 0 else (budget, last, outturn)


def far_words(year: int, budget: float, last: int, outturn: float) -> str:
    """Say how far apart budget and outturn are, and what to look for."""
    look = (
        "alle budgetlinjer er med, og at de gælder hele året"
        if budget < outturn
        else "ingen budgetlinjer står to gange"
    )
    return (
        f"Budgettet for {year} er {fmt.mio(budget)}, mens regnskabet for {last} blev {fmt.mio(outturn)} på de samme "
        f"typer og konti. Kontrollér, at {look}."
    )


def budget_doubts(known: Dataset, reference: Reference, year: int) -> list[str]:
    """Say everything that is odd about a year's budget, and where there is none while other years have one."""
    years = sorted(set(known.budget["year"]))
    if years and year not in years:
        return [f"Der er ikke noget budget for {year}, kun for {_span(years)}. Indlæs årets budget."]
    gaps = budget_gaps(known, reference, year)
    far = far_budget(known, reference, year, gaps)
    return [
        *([gaps_words(gaps, known, reference, year)] if len(gaps) else []),
        *([far_words(year, *far)] if far else []),
    ]


def uncounted_words(known: Dataset, reference: Reference, year: int) -> str:
    """Say that nothing in a year's budget counts persons, so that volume and price cannot be told apart; else empty.

    Without activity nothing is told apart anyway.
    """
    budget = budget_by_leaf(allocate(known.budget, reference), year)
    if budget.empty or known.interventions.empty or budget["person_years"].notna().any():
        return ""
    return (
        f"Budgettet for {year} angiver ingen helårspersoner, så afvigelsen fra det kan ikke deles i mængde og pris: "
        f"typerne holdes op imod {year - 1} i årets priser i stedet. Udfyld helaarspersoner, og gerne enhedspris."
    )


def _span(years: list[int]) -> str:
    first, last = int(years[0]), int(years[-1])
    return str(first) if first == last else f"{first} til {last}"
