"""The ledger engine: sample paths for one monthly series that is known by its history alone.

`forecast_paths` is what the prognosis uses; the other public functions take the same arguments and give one model
alone, or the combination of all, for whoever wants to compare them.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.average import average_paths
from models.decomposition import decomposition_paths
from models.months import NotFitted, regular_months, without_gaps
from models.smoothing import smoothing_paths

Array = NDArray[np.float64]
Model = Callable[[Array, int, int, np.random.Generator], Array]
YEAR = 12
FEWEST_KNOWN = 3
# No path may leave five times the largest amount ever seen: a guard against explosion, not a model.
FURTHEST = 5.0

log = logging.getLogger(__name__)


def forecast_paths(
    series: pd.Series, horizon: int, n_paths: int = 2000, seed: int = 0, steps: Sequence[pd.Period] = ()
) -> Array:
    """Joint sample paths of the months that follow a monthly series, by the average of three families of models.

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
    at = _positions(steps, series, len(regular_months(series)))
    return _paths(partial(average_paths, steps=at), series, horizon, n_paths, seed)


def smoothing(series: pd.Series, horizon: int, n_paths: int = 2000, seed: int = 0) -> Array:
    """As `forecast_paths`, by exponential smoothing alone; unknown months are filled in first.

    Raises:
        NotFitted: fewer than ten months, or no form fits.
    """
    return _paths(_on_whole_months(smoothing_paths), series, horizon, n_paths, seed)


def decomposition(series: pd.Series, horizon: int, n_paths: int = 2000, seed: int = 0) -> Array:
    """As `forecast_paths`, by STL and damped smoothing alone; unknown months are filled in first.

    Raises:
        NotFitted: two years or less, or the search fails.
    """
    return _paths(_on_whole_months(decomposition_paths), series, horizon, n_paths, seed)


def combination(series: pd.Series, horizon: int, n_paths: int = 2000, seed: int = 0) -> Array:
    """As `forecast_paths`, an equal share of the paths from each of the three; one that has no answer is logged."""
    return _paths(_combined, series, horizon, n_paths, seed)


# What a backtest may choose from, by name; each answers as `forecast_paths` does or raises `NotFitted`.
MEMBERS: Mapping[str, Callable[..., Array]] = {
    "average": forecast_paths,
    "smoothing": smoothing,
    "decomposition": decomposition,
    "combination": combination,
}


def _paths(model: Model, series: pd.Series, horizon: int, n_paths: int, seed: int) -> Array:
    """What no model is needed for, or the model on amounts of size one, kept within reason."""
    values = regular_months(series)
    known = values[~np.isnan(values)]
    if len(known) < FEWEST_KNOWN or np.ptp(known) == 0 or horizon == 0:
        return np.full((n_paths, horizon), known.mean() if len(known) else 0.0)
    if _is_discontinued(values):
        return np.zeros((n_paths, horizon))
    scale = float(np.mean(np.abs(known)))
    paths = model(values / scale, horizon, n_paths, np.random.default_rng(seed))
    return _within_reason(paths, known / scale) * scale


def _positions(steps: Sequence[pd.Period], series: pd.Series, n: int) -> tuple[int, ...]:
    """Months as positions in the n regular months of a series, ascending."""
    if not len(steps):
        return ()
    months = series.index.to_period("M") if isinstance(series.index, pd.DatetimeIndex) else series.index
    return tuple(sorted(n - 1 - (months.max() - step).n for step in steps))


def _on_whole_months(model: Model) -> Model:
    return lambda y, horizon, n_paths, rng: model(without_gaps(y), horizon, n_paths, rng)


def _combined(y: Array, horizon: int, n_paths: int, rng: np.random.Generator) -> Array:
    models = {"smoothing": _on_whole_months(smoothing_paths), "decomposition": _on_whole_months(decomposition_paths)}
    drawn = [average_paths(y, horizon, n_paths, rng)]
    for name, model in models.items():
        try:
            drawn.append(model(y, horizon, n_paths, rng))
        except NotFitted as fault:
            log.warning("the combination goes on without %s: %s", name, fault)
    return np.asarray(rng.permutation(np.concatenate([part[at :: len(drawn)] for at, part in enumerate(drawn)])))


def _is_discontinued(values: Array) -> bool:
    """Nothing for more than a year, and for more than twice as long as ever before: the account is not in use."""
    booked = np.flatnonzero(np.nan_to_num(values))
    quiet = np.diff(np.r_[-1, booked, len(values)]) - 1
    known_zero = bool((values[len(values) - quiet[-1] :] == 0).all())
    return known_zero and bool(quiet[-1] > max(YEAR, 2 * quiet[:-1].max(initial=0)))


def _within_reason(paths: Array, known: Array) -> Array:
    furthest = FURTHEST * float(np.max(np.abs(known)))
    return np.clip(paths, -furthest if known.min() < 0 else 0.0, furthest if known.max() > 0 else 0.0)
