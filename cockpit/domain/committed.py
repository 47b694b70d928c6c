"""Disponeret: booked, plus the not yet booked cost of granted interventions to their expected stop in the year.

Not yet booked, per leaf, up to the as-of month and after it alike: the cost of the spell-months that no posting names,
less the postings that concern the same months without naming a known spell-month. Where the ledger names every spell
this is exact per spell; where it names none it is the leaf's cost less what is booked for it. Postings without a type
count against all types of their function, in proportion.
"""

import numpy as np
import pandas as pd

from cockpit.domain.allocation import LEAF
from cockpit.domain.months import SUPPLEMENT, day_after, year_months
from cockpit.domain.reference import UNALLOCATED
from cockpit.domain.spells import monthly_cost

GRANTED = "granted"


def granted_to_expected_stop(interventions: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    """Return the granted rows with `stop` as far as they are granted: an open row stops at its expected stop.

    An expected stop that has passed (or is absent) binds nothing: the spell then counts to the year's end.
    """
    granted = interventions[(interventions["status"] == GRANTED) & interventions["rate"].notna()]
    still_ahead = granted["expected_stop"].where(granted["expected_stop"] > day_after(as_of))
    return granted.assign(stop=granted["stop"].fillna(still_ahead))


def unbooked_by_leaf(interventions: pd.DataFrame, postings: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    """Cost of granted interventions in the as-of year that is not booked yet.

    Args:
        interventions: price periods known at `as_of`.
        postings: allocated postings known at `as_of`.

    Returns:
        Index (type_key, function); columns `late` (months up to as-of) and `ahead` (later months), kr., never negative.
    """
    months = year_months(as_of.year)
    rows = granted_to_expected_stop(interventions, as_of)
    cost = monthly_cost(rows, months)
    spells = pd.Index(rows["spell_id"].unique())
    row_spell = spells.get_indexer(rows["spell_id"])
    active = _any_by(row_spell, cost != 0, len(spells))
    concerned = _concerned_months(postings[postings["year"] == as_of.year])
    month = months.get_indexer(pd.PeriodIndex(concerned["concerns"], freq="M"))
    concerned, month = concerned[month >= 0], month[month >= 0]
    spell = spells.get_indexer(concerned["spell_id"])
    known = spell >= 0  # else the posting names no granted spell
    concerns_spell = known.copy()
    concerns_spell[known] = active[spell[known], month[known]]
    loose = concerned[~concerns_spell]
    paid = known & (concerned["amount"] > 0).to_numpy()
    named = np.zeros_like(active)
    named[spell[paid], month[paid]] = True
    table = pd.DataFrame(np.where(named[row_spell], 0.0, cost), columns=months)
    unnamed = table.groupby([rows["type_key"].to_numpy(), rows["function"].to_numpy()]).sum().rename_axis(LEAF)
    parts = {"late": months[months <= as_of], "ahead": months[months > as_of]}
    owed = {part: _owed(unnamed[within], loose[loose["concerns"].isin(within)]) for part, within in parts.items()}
    return pd.DataFrame(owed).round(2)


def _any_by(code: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """Whether any row of each code is true, per column, shape (n, columns)."""
    found = np.zeros((n, values.shape[1]), dtype=bool)
    np.logical_or.at(found, code, values)
    return found


def _owed(cost: pd.DataFrame, loose: pd.DataFrame) -> pd.Series:
    """Cost per leaf less the loose postings on it, then less its share of the loose postings without type."""
    open_cost = cost.sum(axis=1)
    booked = loose.groupby(LEAF)["amount"].sum()
    open_cost = (open_cost - booked.reindex(open_cost.index, fill_value=0.0).clip(lower=0.0)).clip(lower=0.0)
    functions = open_cost.index.get_level_values("function")
    untyped = loose[loose["type_key"] == UNALLOCATED].groupby("function")["amount"].sum().clip(lower=0.0)
    of_function = open_cost.groupby(functions).transform("sum")
    covered = (functions.map(untyped).fillna(0.0) / of_function.where(of_function > 0, 1.0)).clip(upper=1.0)
    return open_cost * (1 - covered)


def _concerned_months(postings: pd.DataFrame) -> pd.DataFrame:
    """The month each posting concerns: its service month, else the month it is booked in (supplement: December)."""
    month = postings["period"].clip(upper=SUPPLEMENT - 1)
    booked_in = pd.to_datetime({"year": postings["year"], "month": month, "day": 1})
    return postings.assign(concerns=postings["service_month"].fillna(booked_in).dt.to_period("M"))
