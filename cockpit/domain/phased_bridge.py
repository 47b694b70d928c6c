"""From the phased budget to date to what is booked: is the year so far as the budget thought, and if not, why not.

Phasing is what the calendar alone would have used of the budget beyond what the phasing lets it (invoices come late, so
bookings lag behind the days); late invoices are what is booked beyond what the activity so far costs. Where bookings
are as late as they use to be the two cancel out, and volume, mix and price are left, and what the budget holds beside
its counts. Months without any booking are a part of their own: what they are estimated at is neither saved nor late.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.bridge import (
    REST,
    beside_counts,
    effects_of,
    is_budgeted,
    reference_activity,
    told_beside_counts,
)
from cockpit.domain.deviation import to_the_oere
from cockpit.domain.months import year_months
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.reference import Reference
from cockpit.domain.spells import days_in_months

PHASED_TO_ACTUAL = "phased_budget_to_actual"
MONTHS_LACKING = "months_lacking"


@dataclass(frozen=True)
class PhasedBridge:
    """`parts` add up from `start` (phased budget to date) to `end` (booked), to the oere.

    `leaves`: what each leaf contributes to every part, kr., and the columns of `bridge.leaf_effects` behind them.
    """

    start: float
    end: float
    parts: dict[str, float]
    leaves: pd.DataFrame


def phased_bridge(
    outturn: OutturnPaths, budget: pd.DataFrame, phased: np.ndarray, reference: Reference
) -> PhasedBridge | None:
    """Split booked - phased budget to date.

    Args:
        budget: `domain.budget.budget_by_leaf` in the order of the leaves.
        phased: the budget phased to the end of the as-of month, kr. per leaf, NaN where a leaf has no budget.

    Returns:
        None without a budget, or where the paths do not say what the activity so far costs.
    """
    if outturn.person_years_to_date is None or outturn.activity_cost_to_date is None or np.isnan(phased).all():
        return None
    elapsed = _elapsed(outturn.as_of)
    year0, year_cost0 = reference_activity(outturn, budget, reference)
    is_refund = (outturn.leaves["function"] == REFUND_FUNCTION).to_numpy()
    active = (np.nan_to_num(outturn.person_years_to_date) > 0) & outturn.follows_activity & ~is_refund
    volume1 = np.where(active, outturn.person_years_to_date, 0.0)
    cost1 = np.where(active, outturn.activity_cost_to_date, 0.0)
    before = year0 * elapsed, year_cost0 * elapsed
    leaves = effects_of(before, (volume1, cost1), outturn.leaves["type_key"], reference)
    beside = beside_counts(leaves, year_cost0, budget)
    planned, revised = np.nan_to_num(phased), budget["revised"].fillna(0.0).to_numpy()
    followed = leaves[["volume0", "volume1"]].gt(0).any(axis=1).to_numpy() & ~is_refund
    whole = outturn.booked + outturn.estimated
    leaves = leaves.assign(
        budgeted=is_budgeted(budget),
        phasing=np.where(followed, revised * elapsed - planned, 0.0),
        late_invoices=np.where(active, whole - cost1, 0.0),
        refund=np.where(is_refund, whole - planned, 0.0),
        **{part: amounts * elapsed for part, amounts in beside.items()},
    )
    named = ["phasing", "volume", "mix", "price", "late_invoices", "refund"]
    if len(outturn.lacking):
        leaves[MONTHS_LACKING] = -outturn.estimated
        named.append(MONTHS_LACKING)
    named += told_beside_counts(leaves)
    leaves[REST] = outturn.booked - planned - leaves[named].sum(axis=1)
    start, end = round(float(planned.sum()), 2), round(float(outturn.booked.sum()), 2)
    parts = to_the_oere(leaves[[*named, REST]].sum().to_dict(), end - start, REST)
    return PhasedBridge(start, end, parts, leaves)


def _elapsed(as_of: pd.Period) -> float:
    """Share of the year's days that lie in the months to the as-of month."""
    days = days_in_months(year_months(as_of.year))
    return float(days[: as_of.month].sum() / days.sum())
