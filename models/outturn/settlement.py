"""The months in which the state's refund is settled: it is earned per month and booked per quarter."""

import numpy as np
import pandas as pd

SETTLEMENT_YEARS = 2
QUARTER, YEAR = 3, 12


def settlement_months(postings: pd.DataFrame, as_of: pd.Period, first_booked: pd.Period) -> tuple[int, ...]:
    """Calendar months (1-12) that recent refund postings concern, ascending; every month where there are none.

    A ledger of less than a year has seen some of them: the state settles by the quarter, so the others lie a quarter
    apart from those.

    Args:
        postings: refund postings with the column `service`.
        first_booked: the month in which the ledger begins.
    """
    recent = postings[postings["service"] > as_of - YEAR * SETTLEMENT_YEARS]
    months = {int(month) for month in pd.PeriodIndex(recent["service"], freq="M").month}
    if (as_of - first_booked).n < YEAR - 1:
        months = {(month - 1 + later) % YEAR + 1 for month in months for later in range(0, YEAR, QUARTER)}
    return tuple(sorted(months)) or tuple(range(1, YEAR + 1))


def settled(amounts: np.ndarray, months: pd.PeriodIndex, settlement: tuple[int, ...]) -> np.ndarray:
    """Move each month's amount to the next settlement month; what is settled after the last month stays there.

    Args:
        amounts: last axis over `months`, ascending and without gaps.
    """
    moved = np.zeros_like(amounts)
    target = len(months) - 1
    for at in range(len(months) - 1, -1, -1):
        target = at if months[at].month in settlement else target
        moved[..., target] += amounts[..., at]
    return moved
