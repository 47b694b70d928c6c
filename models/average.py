"""The average: half structural models, half airline model, over three windows of history with an equal say.

The two err on different series, as do the structural ones with a slope that comes and goes and with one damped drift;
and what likelihood over ten years prefers is not what forecasts best. So sets are weighted by likelihood within a
family only, while families and windows have fixed shares of the paths (Clemen 1989, Combining forecasts,
International Journal of Forecasting 5: equal weights are hard to beat).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from models.airline import airline_kernel
from models.closed_form import FEWEST_KNOWN, YEAR, Array, Kernel, Mask, mixture_paths, without_outliers
from models.structural import drift_kernel, slope_kernel

Steps = tuple[int, ...]
Builder = Callable[[int, int, Steps], Kernel]
STRUCTURAL: dict[Builder, float] = {slope_kernel: 0.5, drift_kernel: 0.5}
WITH_AIRLINE: dict[Builder, float] = {slope_kernel: 0.25, drift_kernel: 0.25, airline_kernel: 0.5}
# Old history misleads: the last four years, the last six and all of them.
WINDOWS = (48, 72)
# Matrices are built for whole years ahead and cut, so that two horizons share them.
HORIZON_STEP = YEAR
# The airline model starts from a whole year of its own and needs each calendar month again to learn from.
FEWEST_FOR_AIRLINE = 3 * YEAR
FEWEST_OF_EACH_MONTH = 2


# 24 lengths of all three families at 120 months are about half a GB; a municipality's accounts share a handful.
@lru_cache(maxsize=3 * 24)
def _kernel(build: Builder, n: int, horizon: int, steps: Steps) -> Kernel:
    return build(n, horizon, steps)


def kernel(build: Builder, n: int, horizon: int, steps: Steps) -> Kernel:
    """A family's matrices for a length, a horizon and known events; built once per whole years of horizon."""
    return _kernel(build, n, -(-horizon // HORIZON_STEP) * HORIZON_STEP, steps).until(horizon)


@dataclass(frozen=True)
class Window:
    """The last months of a series: values, which of them are left out, and where known events change the level."""

    y: Array
    holes: Mask
    steps: Steps


def average_paths(y: Array, horizon: int, n_paths: int, rng: np.random.Generator, steps: Steps = ()) -> Array:
    """Joint sample paths, an equal share from each window of history, in random order.

    Args:
        y: shape (n,), scaled to a mean absolute value of about one; NaN is unknown; at least three known months
            that are not all equal.
        steps: months, counted from the first of y, in which known events change the level.

    Returns:
        shape (n_paths, horizon), in the unit of y.
    """
    windows = _windows(y, horizon, steps)
    parts = [(window, build, share) for window in windows for build, share in _families(window).items()]
    ends = np.cumsum([share for *_, share in parts])
    numbers = np.diff(np.rint(n_paths * ends / ends[-1]).astype(int), prepend=0)
    drawn = [
        mixture_paths(one.y, one.holes, kernel(build, len(one.y), horizon, one.steps), number, rng)
        for (one, build, _), number in zip(parts, numbers, strict=True)
        if number
    ]
    return rng.permutation(np.concatenate(drawn))


def _windows(y: Array, horizon: int, steps: Steps) -> list[Window]:
    """The last years of the series that can be fitted, and all of it; each without its outlying months."""
    cuts = [y[-length:] for length in WINDOWS if length < len(y)]
    return [_window(y, len(one), horizon, steps) for one in cuts if _is_fittable(one)] + [
        _window(y, len(y), horizon, steps)
    ]


def _window(y: Array, length: int, horizon: int, steps: Steps) -> Window:
    cut = len(y) - length
    # A step before the window is in its level, one after the horizon in nothing shown.
    inside = tuple(step - cut for step in steps if 0 < step - cut < length + horizon)
    last = y[cut:]
    return Window(last, without_outliers(last, np.isnan(last), kernel(slope_kernel, length, horizon, inside)), inside)


def _is_fittable(y: Array) -> bool:
    known = y[~np.isnan(y)]
    return len(known) >= FEWEST_KNOWN and bool(np.ptp(known) > 0)


def _families(window: Window) -> dict[Builder, float]:
    """Structural models alone where a year and more is not there to difference, or a known event changes the level."""
    of_each_month = np.bincount(np.flatnonzero(~window.holes) % YEAR, minlength=YEAR)
    is_long = (~window.holes).sum() >= FEWEST_FOR_AIRLINE and of_each_month.min() >= FEWEST_OF_EACH_MONTH
    return WITH_AIRLINE if is_long and not window.steps else STRUCTURAL
