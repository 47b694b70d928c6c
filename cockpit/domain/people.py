"""How many children stand behind a row of the prognosis this year, and what share of it the dearest one has.

Two counts, because bills come later than the service: the children in force, and those whose bills are booked.
"""

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.allocation import allocate
from cockpit.domain.months import month_range
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.domain.refund import monthly_refund
from cockpit.domain.spells import days_in_force, monthly_cost

LEVELS = ("total", "step", "type", "account")


def people_behind(interventions: pd.DataFrame, reference: Reference, as_of: pd.Period) -> pd.DataFrame:
    """Count the children in force this year to the as-of month, row by row of the prognosis.

    Args:
        interventions: `domain.dataset.INTERVENTION_COLUMNS`.
        reference: the ladder and the rule of refund.
        as_of: the month the year is counted to.

    Returns:
        Index (level, key), columns `children` and `largest`: the share of the year's cost that the dearest child makes
        up, NaN without prices. The account of central refund counts the children whose cost passes the first threshold
        in a month, and shares refund.
    """
    months = month_range(pd.Period(year=as_of.year, month=1, freq="M"), as_of)
    in_force = _in_force(interventions, months)
    cost = monthly_cost(in_force, months)
    spent = _levels(in_force, reference).assign(citizen=in_force["citizen"], cost=cost.sum(axis=1))
    levels = [_by_key(spent, level) for level in LEVELS]
    return pd.concat([*levels, _refunded(in_force["citizen"], cost, months, reference)])


def people_booked(postings: pd.DataFrame, interventions: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Count the children that booked amounts are made of, row by row of the prognosis.

    Where the bills that name a child hold at least half of a row's money, the children are those that they name: what
    else is booked there does not hide them. Elsewhere those are counted too who were in force, with the provider where
    it is known, in the service months of the bills that name nobody.

    Args:
        postings: `domain.dataset.POSTING_COLUMNS`, those that the amounts are sums of.
        interventions: `domain.dataset.INTERVENTION_COLUMNS`, all that are known.
        reference: the accounts, the ladder and the rule of refund.

    Returns:
        Index (level, key), columns `children` and `largest`, the largest child's share of the money without regard to
        sign; no line where the money is nobody's that is known, nor for money without a type unless bills of children
        are most of it. The account of central refund counts the children
        whose cost gives refund in the quarters that were claimed.
    """
    rows = allocate(postings, reference).reset_index(drop=True)
    bills = _levels(rows, reference).assign(citizen=_named_child(rows, interventions), amount=rows["amount"])
    names_one = bills["citizen"].notna()
    covered = _covered(rows[~names_one], interventions)
    unnamed = bills[~names_one].drop(columns="citizen").join(covered, how="inner")
    levels = [_booked_by_key(bills, unnamed, level) for level in LEVELS]
    return pd.concat([*levels, _claimed(rows, interventions, reference)])


def _levels(rows: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """The keys that each row counts under, by level."""
    types = rows["type_key"]
    steps = types.map({key: _step(key, reference) for key in types.unique()})
    return pd.DataFrame({"total": "total", "step": steps, "type": types, "account": rows["function"]})


def _in_force(interventions: pd.DataFrame, months: pd.PeriodIndex) -> pd.DataFrame:
    granted = interventions[interventions["status"] == "granted"]
    return granted[days_in_force(granted["start"], granted["stop"], months).sum(axis=1) > 0]


def _named_child(rows: pd.DataFrame, interventions: pd.DataFrame) -> pd.Series:
    """The child that a bill names; of an intervention that is not known, the intervention stands for its child."""
    child_of = interventions.drop_duplicates("spell_id").set_index("spell_id")["citizen"]
    return rows["spell_id"].map(child_of).fillna(rows["spell_id"])


def _covered(bills: pd.DataFrame, interventions: pd.DataFrame) -> pd.DataFrame:
    """The children in force in the service month of bills that name nobody: `citizen`, by the bills' index.

    A bill without a type is held against its account's children.
    """
    booked = pd.to_datetime({"year": bills["year"], "month": bills["period"].clip(upper=12), "day": 1})
    months = bills["service_month"].fillna(booked).dt.to_period("M")
    bills = bills.assign(month=months, bill=bills.index)
    span = month_range(months.min(), months.max()) if len(bills) else pd.PeriodIndex([], freq="M")
    known = _in_force(interventions, span)
    spell, month = np.nonzero(days_in_force(known["start"], known["stop"], span) > 0)
    keys = ["type_key", "function", "provider", "citizen"]
    present = known.iloc[spell][keys].assign(month=span[month])
    has_type = bills["type_key"] != UNALLOCATED
    found = [
        _matched(chosen[["bill", key, "month", "provider"]], present.drop(columns=other), key)
        for chosen, key, other in (
            (bills[has_type], "type_key", "function"), (bills[~has_type], "function", "type_key")
        )
    ]  # fmt: skip
    return pd.concat(found).drop_duplicates().set_index("bill")


def _matched(bills: pd.DataFrame, present: pd.DataFrame, key: str) -> pd.DataFrame:
    with_provider = bills[bills["provider"].notna()].merge(present, on=[key, "month", "provider"])
    others = bills[~bills["bill"].isin(with_provider["bill"])].drop(columns="provider")
    return pd.concat([with_provider, others.merge(present, on=[key, "month"])])[["bill", "citizen"]]


def _booked_by_key(bills: pd.DataFrame, unnamed: pd.DataFrame, level: str) -> pd.DataFrame:
    """Count the children of each key of a level.

    Args:
        bills: the levels, `citizen` and `amount`, one row per bill.
        unnamed: the levels and `citizen`, one row per bill that names nobody and child that it may be about.
        level: the level.
    """
    by_child = bills.groupby([level, "citizen"])["amount"].sum().round(2).abs()
    by_child = by_child[by_child > 0].reset_index()
    groups = by_child.groupby(level)["amount"]
    others = bills[bills["citizen"].isna()].groupby(level)["amount"].sum().abs()
    found = pd.DataFrame({"named": groups.sum(), "children": groups.size(), "most": groups.max()})
    found = found.join(others.rename("others"), how="outer").fillna(0.0)
    either = pd.concat([by_child[[level, "citizen"]], unnamed[[level, "citizen"]]]).drop_duplicates()
    both = either.groupby(level).size().reindex(found.index, fill_value=0)
    is_named = found["named"] >= found["others"]
    found["children"] = found["children"].where(is_named, both)
    found["largest"] = found["most"] / (found["named"] + found["others"].mask(is_named, 0.0))
    is_about = (found["children"] > 0) & (is_named | (found.index != UNALLOCATED))
    return _indexed(found.loc[is_about, ["children", "largest"]], level)


def _claimed(rows: pd.DataFrame, interventions: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    claimed = rows.loc[rows["function"] == REFUND_FUNCTION, "service_month"].dropna().dt.to_period("Q")
    months = [month for quarter in claimed.unique() for month in _months_of(quarter)]
    if not months:
        return _indexed(pd.DataFrame(columns=["children", "largest"], dtype=float), "account")
    span = pd.PeriodIndex(sorted(months))
    in_force = _in_force(interventions, span)
    return _refunded(in_force["citizen"], monthly_cost(in_force, span), span, reference)


def _months_of(quarter: pd.Period) -> pd.PeriodIndex:
    return month_range(quarter.asfreq("M", "start"), quarter.asfreq("M", "end"))


def _step(type_key: str, reference: Reference) -> str:
    step = reference.step_of(type_key)
    return UNALLOCATED if step is None else str(step)


def _by_key(spent: pd.DataFrame, level: str) -> pd.DataFrame:
    by_child = spent.groupby([level, "citizen"])["cost"].sum(min_count=1)
    return _shares(by_child.groupby(level), level)


def _shares(groups: "pd.api.typing.SeriesGroupBy", level: str) -> pd.DataFrame:
    sums = groups.sum()
    return _indexed(pd.DataFrame({"children": groups.size(), "largest": groups.max() / sums.where(sums > 0)}), level)


def _indexed(found: pd.DataFrame, level: str) -> pd.DataFrame:
    return found.set_axis(pd.MultiIndex.from_product([[level], found.index.astype(str)], names=["level", "key"]))


def _refunded(citizens: pd.Series, cost: np.ndarray, months: pd.PeriodIndex, reference: Reference) -> pd.DataFrame:
    by_child = pd.DataFrame(np.nan_to_num(cost), index=citizens.to_numpy()).groupby(level=0).sum()
    refund = np.zeros(len(by_child))
    for at, month in enumerate(months):
        refund += monthly_refund(by_child[at].to_numpy(), reference.refund_rule(month))
    received = pd.Series(refund[refund > 0], dtype=float)
    if received.empty:
        index = pd.MultiIndex.from_tuples([("account", REFUND_FUNCTION)], names=["level", "key"])
        return pd.DataFrame({"children": 0, "largest": np.nan}, index=index)
    return _shares(received.groupby([REFUND_FUNCTION] * len(received)), "account")
