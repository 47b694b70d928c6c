"""The months in which the state's refund is settled: it is earned per month and booked per quarter."""

import numpy as np
import pandas as pd

SETTLEMENT_YEARS = 2


def settlement_months(postings: pd.DataFrame, as_of: pd.Period) -> tuple[int, ...]:
    """Calendar months (1-12) that recent refund postings concern, ascending; every month where there are none.

    Args:
        postings: refund postings with the column `service`.
    """
    recent = postings[postings["service"] > as_of - 12 * SETTLEMENT_YEARS]
    months = sorted({int(month) for month in pd.PeriodIndex(recent["service"], freq="M").month})
    return tuple(months) or tuple(range(1, 13))


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
