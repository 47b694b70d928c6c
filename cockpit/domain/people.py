"""How many children stand behind a row of the prognosis this year, and what share of its cost the dearest one has."""

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.months import month_range
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.domain.refund import monthly_refund
from cockpit.domain.spells import days_in_force, monthly_cost


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
    granted = interventions[interventions["status"] == "granted"]
    in_force = granted[days_in_force(granted["start"], granted["stop"], months).sum(axis=1) > 0]
    cost = monthly_cost(in_force, months)
    spent = pd.DataFrame(
        {
            "citizen": in_force["citizen"].to_numpy(),
            "step": [_step(key, reference) for key in in_force["type_key"]],
            "type": in_force["type_key"].to_numpy(),
            "account": in_force["function"].to_numpy(),
            "total": "total",
            "cost": cost.sum(axis=1),
        }
    )
    levels = [_by_key(spent, level) for level in ("total", "step", "type", "account")]
    return pd.concat([*levels, _refunded(in_force["citizen"], cost, months, reference)])


def _step(type_key: str, reference: Reference) -> str:
    step = reference.step_of(type_key)
    return UNALLOCATED if step is None else str(step)


def _by_key(spent: pd.DataFrame, level: str) -> pd.DataFrame:
    by_child = spent.groupby([level, "citizen"])["cost"].sum(min_count=1)
    return _shares(by_child.groupby(level), level)


def _shares(groups: "pd.api.typing.SeriesGroupBy", level: str) -> pd.DataFrame:
    sums = groups.sum()
    found = pd.DataFrame({"children": groups.size(), "largest": groups.max() / sums.where(sums > 0)})
    found.index = pd.MultiIndex.from_product([[level], found.index.astype(str)], names=["level", "key"])
    return found


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
