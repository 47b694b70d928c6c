"""The budget: original, revised, its assumed volumes and prices, and how it falls on the months."""

import numpy as np
import pandas as pd

from cockpit.domain.allocation import LEAF
from cockpit.domain.completeness import whole_years
from cockpit.domain.months import SUPPLEMENT
from cockpit.domain.reference import UNALLOCATED

ORIGINAL = "original"
PERIODS = range(1, SUPPLEMENT + 1)
EVEN_SHARES = np.array([1 / 12] * 12 + [0.0])


def budget_by_leaf(budget: pd.DataFrame, year: int) -> pd.DataFrame:
    """Sum the budget lines of a year.

    Args:
        budget: allocated lines, `domain.dataset.BUDGET_COLUMNS`.

    Returns:
        Index (type_key, function); columns original, revised (kr.; original + supplementary + reallocations +
        carry-overs), uncounted_changes (kr., of `uncounted_changes`), person_years and unit_price (kr. per person-year,
        weighted; NaN where no line assumes any).
    """
    lines = budget[budget["year"] == year]
    assumed = _assumed_cost(lines)
    lines = lines.assign(
        original=lines["amount"].where(lines["budget_type"] == ORIGINAL, 0.0),
        uncounted=lines["amount"].where(_is_uncounted_change(lines), 0.0),
        assumed_volume=lines["person_years"].where(assumed.notna()),
        assumed_cost=assumed,
    )
    sums = lines.groupby(LEAF)[["original", "amount", "uncounted", "assumed_volume", "assumed_cost"]].sum(min_count=1)
    return pd.DataFrame(
        {
            "original": sums["original"].round(2),
            "revised": sums["amount"].round(2),
            "uncounted_changes": sums["uncounted"].round(2),
            "person_years": sums["assumed_volume"],
            "unit_price": sums["assumed_cost"] / sums["assumed_volume"].where(sums["assumed_volume"] != 0),
        }
    )


def uncounted_changes(budget: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the lines of a year that change its budget without saying for how many persons more or fewer."""
    lines = budget[budget["year"] == year]
    return lines[_is_uncounted_change(lines)]


def _is_uncounted_change(lines: pd.DataFrame) -> pd.Series:
    return (lines["budget_type"] != ORIGINAL) & _assumed_cost(lines).isna()


def _assumed_cost(lines: pd.DataFrame) -> pd.Series:
    """What the persons of each line cost, at its own price, else at what its amount gives; NaN where it names none."""
    of_amount = lines["amount"].where(lines["person_years"].fillna(0.0) != 0)
    return (lines["person_years"] * lines["unit_price"]).fillna(of_amount)


def leaves_without_lines(revised: pd.Series) -> pd.Series:
    """Say which leaves a budget has nothing for, so that theirs is nil and what they cost is overspent in full.

    Where a line without type stands on a function, it may be meant for the function's types: theirs is unknown. Where
    there is no budget at all, so is every leaf's.

    Args:
        revised: revised budget, kr., NaN without a line; index (type_key, function).
    """
    return revised.isna() & ~_budgeted_as_a_whole(revised) & revised.notna().any()


def leaves_budgeted_as_a_whole(revised: pd.Series) -> pd.Series:
    """Say which leaves have no line of their own on a function with a line without type: theirs may be in it.

    Args:
        revised: as `leaves_without_lines`.
    """
    return revised.isna() & _budgeted_as_a_whole(revised)


def _budgeted_as_a_whole(revised: pd.Series) -> np.ndarray:
    """Whether each leaf's function has a line without type."""
    functions = revised.index.get_level_values("function")
    untyped = revised.index.get_level_values("type_key") == UNALLOCATED
    return functions.isin(set(functions[untyped & revised.notna()]))


def phasing_shares(postings: pd.DataFrame, year: int) -> pd.DataFrame:
    """Share of the year that each booking period has had, per function, over the complete earlier years.

    A function without a complete earlier year, or whose pattern changes sign (income and expense in turn), is spread
    evenly over the twelve months.

    Returns:
        Index function, columns 1..13; each row sums to one.
    """
    past = postings[(postings["year"] < year) & postings["year"].isin(whole_years(postings))]
    sums = past.pivot_table(index="function", columns="period", values="amount", aggfunc="sum", fill_value=0.0)
    sums = sums.reindex(columns=PERIODS, fill_value=0.0)
    shares = sums.div(sums.sum(axis=1).replace(0.0, np.nan), axis=0)
    usable = shares.notna().all(axis=1) & (shares >= 0).all(axis=1)
    return shares[usable]


def phased_budget(budget: pd.DataFrame, postings: pd.DataFrame, year: int) -> pd.DataFrame:
    """Spread the revised budget of a year over its booking periods.

    Lines with an explicit month stand there; the others follow `phasing_shares` of their function.

    Returns:
        Index (type_key, function), columns 1..13, kr.; each row sums to the leaf's revised budget.
    """
    lines = budget[budget["year"] == year]
    shares = phasing_shares(postings, year)
    explicit = lines[lines["month"].notna()]
    phased = explicit.pivot_table(index=LEAF, columns="month", values="amount", aggfunc="sum", fill_value=0.0)
    phased = phased.reindex(columns=PERIODS, fill_value=0.0)
    rest = lines[lines["month"].isna()].groupby(LEAF)["amount"].sum()
    functions = rest.index.get_level_values("function")
    even = pd.DataFrame([EVEN_SHARES] * len(rest), index=functions, columns=PERIODS)
    by_function = shares.reindex(functions).fillna(even).to_numpy().reshape(-1, SUPPLEMENT)
    spread = pd.DataFrame(rest.to_numpy()[:, None] * by_function, index=rest.index, columns=PERIODS)
    return phased.add(spread, fill_value=0.0)
