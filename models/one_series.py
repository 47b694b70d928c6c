"""The ledger engine: sample paths for one monthly series that is known by its history alone."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.months import regular_months
from models.structural import structural_paths

YEAR = 12
FEWEST_KNOWN = 3
# No path may leave five times the largest amount ever seen: a guard against explosion, not a model.
FURTHEST = 5.0


def forecast_paths(
    series: pd.Series, horizon: int, n_paths: int = 2000, seed: int = 0, steps: Sequence[pd.Period] = ()
) -> NDArray[np.float64]:
    """Joint sample paths of the months that follow a monthly series.

    Any sum over months has a correct distribution when it is summed path by path. Never raises or warns on short,
    constant, gappy or outlier-ridden series, never returns NaN, and never goes negative where history did not.

    Args:
        series: amounts by month (PeriodIndex or DatetimeIndex); NaN and absent months are unknown.
        horizon: months ahead, counted from the month after the last one of the index.
        n_paths: number of sample paths.
        seed: same series, seed and versions give the same paths.
        steps: months in which known events change the level by an unknown size.

    Returns:
        Amounts in the series' own unit, shape (n_paths, horizon).
    """
    values = regular_months(series)
    known = values[~np.isnan(values)]
    if len(known) < FEWEST_KNOWN or np.ptp(known) == 0 or horizon == 0:
        return np.full((n_paths, horizon), known.mean() if len(known) else 0.0)
    if _is_discontinued(values):
        return np.zeros((n_paths, horizon))
    scale = float(np.mean(np.abs(known)))
    rng = np.random.default_rng(seed)
    paths = structural_paths(values / scale, horizon, n_paths, rng, _positions(steps, series, len(values)))
    return _within_reason(paths, known / scale) * scale


def _positions(steps: Sequence[pd.Period], series: pd.Series, n: int) -> tuple[int, ...]:
    """Months as positions in the n regular months of a series, ascending."""
    if not len(steps):
        return ()
    months = series.index.to_period("M") if isinstance(series.index, pd.DatetimeIndex) else series.index
    return tuple(sorted(n - 1 - (months.max() - step).n for step in steps))


def _is_discontinued(values: NDArray[np.float64]) -> bool:
    """Nothing for more than a year, and for more than twice as long as ever before: the account is not in use."""
    booked = np.flatnonzero(np.nan_to_num(values))
    quiet = np.diff(np.r_[-1, booked, len(values)]) - 1
    known_zero = bool((values[len(values) - quiet[-1] :] == 0).all())
    return known_zero and bool(quiet[-1] > max(YEAR, 2 * quiet[:-1].max(initial=0)))


def _within_reason(paths: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    furthest = FURTHEST * float(np.max(np.abs(known)))
    return np.clip(paths, -furthest if known.min() < 0 else 0.0, furthest if known.max() > 0 else 0.0)
