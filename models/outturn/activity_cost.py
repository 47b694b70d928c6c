"""What activity should have cost, per leaf and service month, as far as the extract tells."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.allocation import LEAF
from cockpit.domain.months import day_after, year_months
from cockpit.domain.reference import Reference
from cockpit.domain.refund import monthly_refund
from cockpit.domain.spells import monthly_cost, person_years


@dataclass(frozen=True)
class ActivityHistory:
    """Granted activity to the as-of month.

    Attributes:
        months: service months, ascending, shape (m,).
        cost: index (type_key, function), columns months; gross kr.
        refund: central refund by the rule per child and month, kr. (positive = income), shape (m,).
    """

    months: pd.PeriodIndex
    cost: pd.DataFrame
    refund: np.ndarray


def priced(interventions: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    """The granted rows that have a price, cut at the end of the as-of month."""
    rows = interventions[(interventions["status"] == "granted") & interventions["rate"].notna()]
    end = day_after(as_of)
    return rows[rows["start"] < end].assign(stop=lambda table: table["stop"].fillna(end).clip(upper=end))


def activity_history(
    interventions: pd.DataFrame, reference: Reference, months: pd.PeriodIndex, as_of: pd.Period
) -> ActivityHistory:
    """Cost each service month of the granted activity known at the as-of month."""
    rows = priced(interventions, as_of)
    cost = monthly_cost(rows, months)
    table = pd.DataFrame(cost, columns=months)
    by_leaf = table.groupby([rows["type_key"].to_numpy(), rows["function"].to_numpy()]).sum().rename_axis(LEAF)
    by_child = table.groupby(rows["citizen"].to_numpy()).sum()
    refund = [monthly_refund(by_child[month].to_numpy(), reference.refund_rule(month)).sum() for month in months]
    return ActivityHistory(months, by_leaf, np.array(refund, dtype=float))


def year_of_activity(
    interventions: pd.DataFrame, leaves: pd.DataFrame, year: int, as_of: pd.Period
) -> tuple[np.ndarray, np.ndarray]:
    """Person-years and gross cost per leaf of the granted activity of a year, each shape (l,)."""
    rows = priced(interventions, as_of)
    index = pd.MultiIndex.from_frame(leaves)
    keys = [rows["type_key"].to_numpy(), rows["function"].to_numpy()]
    sums = [
        pd.Series(values(rows, year_months(year)).sum(axis=1)).groupby(keys).sum().reindex(index, fill_value=0.0)
        for values in (person_years, monthly_cost)
    ]
    return sums[0].to_numpy(), sums[1].to_numpy()
