"""The ledger engine: sample paths for one monthly series that is known by its history alone."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.months import regular_months
from models.structural import structural_paths

FEWEST_KNOWN = 3
# No path may leave five times the largest amount ever seen: a guard against explosion, not a model.
FURTHEST = 5.0


def forecast_paths(series: pd.Series, horizon: int, n_paths: int = 2000, seed: int = 0) -> NDArray[np.float64]:
    """Joint sample paths of the months that follow a monthly series.

    Any sum over months has a correct distribution when it is summed path by path. Never raises or warns on short,
    constant, gappy or outlier-ridden series, never returns NaN, and never goes negative where history did not.

    Args:
        series: amounts by month (PeriodIndex or DatetimeIndex); NaN and absent months are unknown.
        horizon: months ahead, counted from the month after the last one of the index.
        n_paths: number of sample paths.
        seed: same series, seed and versions give the same paths.

    Returns:
        Amounts in the series' own unit, shape (n_paths, horizon).
    """
    values = regular_months(series)
    known = values[~np.isnan(values)]
    if len(known) < FEWEST_KNOWN or np.ptp(known) == 0 or horizon == 0:
        return np.full((n_paths, horizon), known.mean() if len(known) else 0.0)
    scale = float(np.mean(np.abs(known)))
    rng = np.random.default_rng(seed)
    paths = structural_paths(values / scale, horizon, n_paths, rng)
    return _within_reason(paths, known / scale) * scale


def _within_reason(paths: NDArray[np.float64], known: NDArray[np.float64]) -> NDArray[np.float64]:
    furthest = FURTHEST * float(np.max(np.abs(known)))
    return np.clip(paths, -furthest if known.min() < 0 else 0.0, furthest if known.max() > 0 else 0.0)
