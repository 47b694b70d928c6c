"""Structural models: level (random walk) + trend + season + noise, on a grid of fixed variance ratios.

Two families, which differ in what the trend is. In `slope_kernel` it is a slope that comes and goes (AR 1), or none;
in `drift_kernel` it is one drift for the whole window, damped ahead. Each is the average of
`statsmodels.tsa.statespace.UnobservedComponents` over its parameters instead of its maximum; the closed forms are in
models/closed_form.py.

Sources: Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter; Gardner & McKenzie (1985),
Forecasting trends in time series, Management Science 31 (damped trend). Constants: models/cards/ledger.md.
"""

from dataclasses import astuple, dataclass
from itertools import product

import numpy as np

from models.closed_form import YEAR, Array, Kernel

# Ratios to the noise variance, about a factor of four apart (finer steps are not told apart by ten years of months):
# from a level that never moves to a random walk that hardly shows its noise.
LEVELS = (0.0, 0.02, 0.1, 0.4, 1.5, 6.0)
# Standard deviations of the monthly trend and of the season, in units of the month-to-month surprise.
DRIFT = 0.2
SLOPES = (0.0, 0.1)
SEASONS = ((0.0, 0.0), (0.5, 0.0), (2.0, 0.0), (8.0, 0.0), (2.0, 0.2))
SLOPE_AR = 0.98
# A known event may lift or lower the level by this, in units of the month-to-month surprise: far more than the noise
# where its effect has been seen, so that the history behind it says nothing of the level; about one where not yet.
STEP, STEP_AHEAD = 5.0, 1.0
# A growth goes on for a year; after that 70 % of it is left a year on.
DAMPING = 0.7 ** (1 / YEAR)


@dataclass(frozen=True)
class Ratios:
    """Variances over the noise variance: level step, drift, slope, fixed season, yearly step of the moving season."""

    level: float
    drift: float
    slope: float
    season: float
    moving: float


def _grid(drift: float, slopes: tuple[float, ...]) -> list[Ratios]:
    sets = []
    for level, slope, (season, moving) in product(LEVELS, slopes, SEASONS):
        surprise = 1 + level
        sets.append(Ratios(level, drift**2 * surprise, slope**2 * surprise, season**2 * surprise, moving**2 * surprise))
    return sets


def slope_kernel(n: int, horizon: int, steps: tuple[int, ...] = ()) -> Kernel:
    """The family whose trend is a slope that comes and goes, or none: 60 sets."""
    return build_kernel(_grid(0.0, SLOPES), n, horizon, steps)


def drift_kernel(n: int, horizon: int, steps: tuple[int, ...] = ()) -> Kernel:
    """The family whose trend is one drift, damped ahead: 30 sets."""
    return build_kernel(_grid(DRIFT, (0.0,)), n, horizon, steps)


def covariances(sets: list[Ratios], n: int, horizon: int, steps: tuple[int, ...] = ()) -> Array:
    """Covariance of n known and `horizon` coming months over the noise variance, level apart; (s, n + h, n + h).

    `steps` are the months, counted from the first known one, in which known events change the level.
    """
    level, drift, slope, season, moving = np.array([astuple(one) for one in sets]).T[:, :, None, None]
    month = np.arange(n + horizon)
    trend = _damped_time(n, horizon)
    found = np.eye(n + horizon) + level * np.minimum.outer(month, month) + drift * np.outer(trend, trend)
    for step in steps:
        size = (STEP if step < n else STEP_AHEAD) ** 2 * (1 + level)
        found += size * np.outer(month >= step, month >= step)
    correlation = SLOPE_AR ** np.abs(np.subtract.outer(month, month))
    found += slope * np.cumsum(np.cumsum(correlation, 0), 1)
    # Zero-sum over the year; each calendar month takes its own random step once a year.
    same = (np.subtract.outer(month, month) % YEAR == 0) - 1 / YEAR
    years = 1 + np.minimum.outer(month // YEAR, month // YEAR)
    found += same * (season + moving * years)
    return found


def _damped_time(n: int, horizon: int) -> Array:
    """Months from the last known one: one a month back and a year ahead, and then less and less of one."""
    beyond = np.maximum(np.arange(1, horizon + 1) - YEAR, 0)
    return np.concatenate([np.arange(n) - (n - 1.0), np.cumsum(DAMPING**beyond)])


def build_kernel(sets: list[Ratios], n: int, horizon: int, steps: tuple[int, ...] = ()) -> Kernel:
    """Condition on n known months with a diffuse level (generalised least squares on a constant)."""
    whole = covariances(sets, n, horizon, steps)
    known, cross = whole[:, :n, :n], whole[:, n:, :n]
    inverse = np.linalg.inv(known)
    row = inverse.sum(2)
    total = row.sum(1)
    precision = inverse - row[:, :, None] * row[:, None, :] / total[:, None, None]
    forecast = cross @ precision + row[:, None, :] / total[:, None, None]
    unexplained = 1 - (cross @ row[:, :, None])[..., 0]
    spread = (
        whole[:, n:, n:]
        - cross @ inverse @ cross.transpose(0, 2, 1)
        + unexplained[:, :, None] * unexplained[:, None, :] / total[:, None, None]
    )
    return Kernel(precision, 0.5 * (np.linalg.slogdet(known)[1] + np.log(total)), forecast, spread, diffuse=1)
