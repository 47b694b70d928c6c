"""Money without type: which types' bills have lost their type, and what untyped money a matched group's types have.

Bills lose their type when a chart of accounts or an interface changes: from some month on a type has next to nothing,
and its function as much more without type. Held against the activity by themselves such bills look late, and the
untyped money is run on beside them: they would be paid twice.
"""

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.reference import UNALLOCATED

USUAL_MONTHS = 12  # before a change that say what a type and the untyped money usually have
FEWEST_MONTHS = 6
QUARTER = 3
NEXT_TO_NOTHING = 0.4  # of what a type's activity usually has booked
SAME_SIZE = (0.4, 2.5)  # more without type, to what the types lack


def lost_types(leaves: pd.DataFrame, costs: np.ndarray, booked: np.ndarray) -> np.ndarray:
    """Leaves whose bills have been booked without type from some month on, shape (l,).

    The first month counts from which it holds: the longer the stretch, the less it is chance.

    Args:
        leaves: columns type_key and function, l rows.
        costs: activity cost per leaf and month, kr., shape (l, s).
        booked: what each of these months has booked per leaf, kr., shape (l, s).
    """
    lost = np.zeros(len(leaves), dtype=bool)
    functions, untyped = leaves["function"].to_numpy(), (leaves["type_key"] == UNALLOCATED).to_numpy()
    for function in np.unique(functions[untyped & (functions != REFUND_FUNCTION)]):
        typed = np.flatnonzero((functions == function) & ~untyped)
        without = booked[(functions == function) & untyped].sum(axis=0)
        for month in range(FEWEST_MONTHS, booked.shape[1]):
            short = _short_from(month, costs[typed], booked[typed])
            if (short > 0).any() and _is_size(_more_from(month, without), short.sum()):
                lost[typed[short > 0]] = True
                break
    return lost


def _short_from(month: int, costs: np.ndarray, booked: np.ndarray) -> np.ndarray:
    """What each type lacks from a month on, kr., (types,); zero where its activity is booked as before."""
    before = slice(max(month - USUAL_MONTHS, 0), month)
    cost, usual = costs[:, before].sum(axis=1), booked[:, before].sum(axis=1)
    ratio = np.divide(usual, cost, out=np.zeros(len(cost)), where=cost > 0)
    expected, found = ratio * costs[:, month:].sum(axis=1), booked[:, month:].sum(axis=1)
    is_lost = (ratio >= NEXT_TO_NOTHING) & (found < NEXT_TO_NOTHING * expected)
    return np.where(is_lost, expected - found, 0.0)


def _more_from(month: int, without: np.ndarray) -> float:
    """What is booked without type from a month on beyond the most it has had in as many months before, kr.

    The most in a quarter stands for more than that: a fixed contribution has a bill a quarter.
    """
    n = len(without) - month
    width = min(n, QUARTER)
    before = without[max(month - USUAL_MONTHS, 0) : month]
    most = np.convolve(before, np.ones(width), "valid").max()
    return float(without[month:].sum() - most * n / width)


def _is_size(amount: float, of: float) -> bool:
    low, high = SAME_SIZE
    return low * of <= amount <= high * of
