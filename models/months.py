"""A series as a user has it, brought to what a model needs: one value a month, in order, gaps as NaN."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

YEAR = 12


def regular_months(series: pd.Series) -> NDArray[np.float64]:
    """Values for every month from the first known one to the end of the index; unknown months are NaN.

    A month that appears twice is summed, as two bookings are; infinities count as unknown.

    Args:
        series: indexed by a monthly PeriodIndex or a DatetimeIndex, in any order, with or without gaps. Any other
            index is taken as consecutive months.
    """
    values = pd.to_numeric(series, errors="coerce").astype(float)
    values = values.where(np.isfinite(values))
    if isinstance(values.index, pd.DatetimeIndex):
        values.index = values.index.to_period("M")
    if isinstance(values.index, pd.PeriodIndex) and len(values):
        months = values.index.asfreq("M")
        summed = values.groupby(months).sum(min_count=1)
        values = summed.reindex(pd.period_range(months.min(), months.max(), freq="M"))
    found = values.to_numpy(float)
    known = np.flatnonzero(~np.isnan(found))
    return found[known[0] :] if len(known) else found[:0]


class NotFitted(Exception):
    """A model has nothing to say about a series: too short, or its search failed."""


def without_gaps(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unknown months filled in: a straight line between known months, and the calendar month's usual step off it.

    For models that cannot leave a month out; every other model should be given the gaps.
    """
    unknown = np.isnan(y)
    if not unknown.any():
        return y
    values = pd.Series(y)
    around = values.rolling(YEAR + 1, center=True, min_periods=1).median()
    usual = (values - around).groupby(np.arange(len(y)) % YEAR).transform("median").fillna(0.0).to_numpy()
    level = y - usual
    level[unknown] = np.interp(np.flatnonzero(unknown), np.flatnonzero(~unknown), level[~unknown])
    return np.asarray(level + usual, dtype=float)
