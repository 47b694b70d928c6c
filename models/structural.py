"""Structural average: a Gaussian structural model averaged over a grid of variance ratios, without an optimiser.

y (or log y) = level (random walk) + damped drift + slow slope (AR 1) + fixed season + slowly moving season + noise.
With the variance *ratios* fixed, everything that is left is linear in y: with P the projected inverse covariance,
the sum of squares is y'Py, the forecast is Fy and the forecast covariance is C times the scale. P, F and C depend on
length and horizon alone, so they are built once and kept. The level is diffuse (REML); the scale is integrated out
under its Jeffreys prior, which leaves marginal likelihoods in closed form and multivariate Student-t forecasts.

It is the average of `statsmodels.tsa.statespace.UnobservedComponents` over its parameters instead of its maximum.

Sources: Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter; Harville (1974), Bayesian
inference for variance components using only error contrasts, Biometrika 61; Zellner (1971), An Introduction to
Bayesian Inference in Econometrics, 3.2 (scale integrated out); Gardner & McKenzie (1985), Forecasting trends in time
series, Management Science 31 (damped trend). Where the constants come from: models/cards/ledger.md.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
YEAR = 12

# Ratios to the noise variance, about a factor of four apart (finer steps are not told apart by ten years of months):
# from a level that never moves to a random walk that hardly shows its noise.
LEVELS = (0.0, 0.02, 0.1, 0.4, 1.5, 6.0)
# Standard deviations of the monthly trend and of the season, in units of the month-to-month surprise.
DRIFTS = (0.0, 0.2)
SLOPES = (0.0, 0.1)
SEASONS = ((0.0, 0.0), (0.5, 0.0), (2.0, 0.0), (8.0, 0.0), (2.0, 0.2))
SLOPE_AR = 0.98
# A known event may lift or lower the level by this, in units of the month-to-month surprise: far more than the noise
# where its effect has been seen, so that the history behind it says nothing of the level; about one where not yet.
STEP, STEP_AHEAD = 5.0, 1.0
# What is left of a drift from one month to the next: 85 % a year on.
DAMPING = 0.85 ** (1 / YEAR)

# Old history misleads: the last four years, the last six and all of them have an equal say.
WINDOWS = (48, 72)
# Forecast matrices are built for whole years ahead and cut, so that two horizons share them.
HORIZON_STEP = YEAR

# A month is left out when its leave-one-out t is above this; in Gaussian noise that is one month in a million.
OUTLIER_T = 5.0
OUTLIER_ROUNDS = 3
FEWEST_FOR_OUTLIERS = YEAR
FEWEST_KNOWN = 3
# The smallest mean square, relative to a series of mean one: keeps the logarithm of a perfect fit finite.
LEAST_SQUARE = 1e-12
# No log path is followed beyond e^5 = 148 times the mean; the caller cuts far below.
LARGEST_LOG = 5.0


@dataclass(frozen=True)
class Ratios:
    """Variances over the noise variance: level step, drift, slope, fixed season, yearly step of the moving season."""

    level: float
    drift: float
    slope: float
    season: float
    moving: float


def grid() -> list[Ratios]:
    """All sets of ratios that are averaged over."""
    sets = []
    for level, drift, slope, (season, moving) in product(LEVELS, DRIFTS, SLOPES, SEASONS):
        surprise = 1 + level
        sets.append(Ratios(level, drift**2 * surprise, slope**2 * surprise, season**2 * surprise, moving**2 * surprise))
    return sets


def covariance(ratios: Ratios, n: int, horizon: int, steps: tuple[int, ...] = ()) -> Array:
    """Covariance of n known and `horizon` coming months over the noise variance, level apart; (n + h, n + h).

    `steps` are the months, counted from the first known one, in which known events change the level.
    """
    month = np.arange(n + horizon)
    earlier = np.minimum.outer(month, month)
    trend = _damped_time(n, horizon)
    found = np.eye(n + horizon) + ratios.level * earlier + ratios.drift * np.outer(trend, trend)
    for step in steps:
        size = (STEP if step < n else STEP_AHEAD) ** 2 * (1 + ratios.level)
        found += size * np.outer(month >= step, month >= step)
    if ratios.slope:
        correlation = SLOPE_AR ** np.abs(np.subtract.outer(month, month))
        found += ratios.slope * np.cumsum(np.cumsum(correlation, 0), 1)
    if ratios.season or ratios.moving:
        # Zero-sum over the year; each calendar month takes its own random step once a year.
        same = (np.subtract.outer(month, month) % YEAR == 0) - 1 / YEAR
        years = 1 + np.minimum.outer(month // YEAR, month // YEAR)
        found += same * (ratios.season + ratios.moving * years)
    return found


def _damped_time(n: int, horizon: int) -> Array:
    """Months from the last known one: one a month back, and less and less of one ahead."""
    ahead = np.arange(1, horizon + 1)
    return np.concatenate([np.arange(n) - (n - 1.0), DAMPING * (1 - DAMPING**ahead) / (1 - DAMPING)])


@dataclass(frozen=True)
class Kernel:
    """Matrices of all s sets for n known and h coming months, level projected out.

    precision (s, n, n), half_logdet (s,), forecast (s, h, n), spread (s, h, h).
    """

    precision: Array
    half_logdet: Array
    forecast: Array
    spread: Array


def kernel(n: int, horizon: int, steps: tuple[int, ...] = ()) -> Kernel:
    """The matrices for a length, a horizon and known events; built once per length and whole years of horizon."""
    whole = _kernel(n, -(-horizon // HORIZON_STEP) * HORIZON_STEP, steps)
    return Kernel(whole.precision, whole.half_logdet, whole.forecast[:, :horizon], whole.spread[:, :horizon, :horizon])


# 24 kernels of 120 months are about half a GB; a municipality's accounts share a handful of lengths.
@lru_cache(maxsize=24)
def _kernel(n: int, horizon: int, steps: tuple[int, ...]) -> Kernel:
    return build_kernel(grid(), n, horizon, steps)


def build_kernel(sets: list[Ratios], n: int, horizon: int, steps: tuple[int, ...] = ()) -> Kernel:
    """Condition on n known months with a diffuse level (generalised least squares on a constant)."""
    whole = np.stack([covariance(ratios, n, horizon, steps) for ratios in sets])
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
    return Kernel(precision, 0.5 * (np.linalg.slogdet(known)[1] + np.log(total)), forecast, spread)


@dataclass(frozen=True)
class Fit:
    """Posterior of every set: log marginal likelihood (s,), forecast (s, h), spread (s, h, h), mean square (s,)."""

    log_weight: Array
    forecast: Array
    spread: Array
    mean_square: Array
    freedom: int


def fit(y: Array, holes: Mask, matrices: Kernel) -> Fit:
    """Marginal likelihood and forecast of every set; months in `holes` are left out by dropping their rows.

    Args:
        y: shape (n,), of size about one; what stands in a hole is not read.
        holes: shape (n,), true where a month is unknown.
    """
    known = np.where(holes, 0.0, y)
    freedom = len(y) - int(holes.sum()) - 1
    pull = matrices.precision @ known
    squares, half_logdet = pull @ known, matrices.half_logdet
    forecast, spread = matrices.forecast @ known, matrices.spread
    if holes.any():
        at = np.flatnonzero(holes)
        block, lever = matrices.precision[:, at][:, :, at], matrices.forecast[:, :, at]
        solved = np.linalg.solve(block, pull[:, at][..., None])[..., 0]
        squares = squares - (solved * pull[:, at]).sum(1)
        half_logdet = half_logdet + 0.5 * np.linalg.slogdet(block)[1]
        forecast = forecast - (lever @ solved[..., None])[..., 0]
        spread = spread + lever @ np.linalg.solve(block, lever.transpose(0, 2, 1))
    squares = np.maximum(squares, LEAST_SQUARE * freedom)
    return Fit(-half_logdet - 0.5 * freedom * np.log(squares), forecast, spread, squares / freedom, freedom)


def leave_one_out(y: Array, holes: Mask, matrices: Kernel) -> Array:
    """Each month's surprise given all others, in standard deviations, under the likeliest set; zero in holes."""
    found = fit(y, holes, matrices)
    best = int(np.argmax(found.log_weight))
    precision = matrices.precision[best]
    if holes.any():
        precision = precision - precision[:, holes] @ np.linalg.solve(precision[np.ix_(holes, holes)], precision[holes])
    pull = precision @ np.where(holes, 0.0, y)
    own = np.where(holes, 1.0, np.diag(precision))
    squares = found.mean_square[best] * found.freedom
    without = np.maximum(squares - pull**2 / own, LEAST_SQUARE) / (found.freedom - 1)
    return np.where(holes, 0.0, np.abs(pull) / np.sqrt(without * own))


def without_outliers(y: Array, holes: Mask, matrices: Kernel) -> Mask:
    """Holes and, as further holes, the months that fit nothing else; never the last, which may be a new level."""
    left_out = holes.copy()
    if len(y) < FEWEST_FOR_OUTLIERS:
        return left_out
    for _ in range(OUTLIER_ROUNDS):
        if (~left_out).sum() <= FEWEST_KNOWN:
            break
        t = leave_one_out(y, left_out, matrices)
        t[-1] = 0.0
        if t.max() <= OUTLIER_T:
            break
        # A very large one hides and creates others: take the largest first.
        left_out |= t > max(OUTLIER_T, 0.5 * t.max())
    return left_out


def structural_paths(
    y: Array, horizon: int, n_paths: int, rng: np.random.Generator, steps: tuple[int, ...] = ()
) -> Array:
    """Joint sample paths, an equal share from each window of history, in random order.

    Args:
        y: shape (n,), scaled to a mean absolute value of about one; NaN is unknown; at least three known months
            that are not all equal.
        steps: months, counted from the first of y, in which known events change the level.

    Returns:
        shape (n_paths, horizon), in the unit of y.
    """
    windows = _windows(y)
    shares = np.diff(np.linspace(0, n_paths, len(windows) + 1).astype(int))
    parts = [
        _window_paths(one, horizon, share, rng, _within(steps, len(y) - len(one), len(one) + horizon))
        for one, share in zip(windows, shares, strict=True)
    ]
    return rng.permutation(np.concatenate(parts))


def _within(steps: tuple[int, ...], cut: int, end: int) -> tuple[int, ...]:
    """Steps counted from a window's first month; one before it is in the level, one after it in nothing shown."""
    return tuple(step - cut for step in steps if 0 < step - cut < end)


def _windows(y: Array) -> list[Array]:
    """The last years of the series that can be fitted; all of it always can."""
    cuts = [y[-length:] for length in WINDOWS if length < len(y)]
    return [one for one in cuts if _is_fittable(one)] + [y]


def _is_fittable(y: Array) -> bool:
    known = y[~np.isnan(y)]
    return len(known) >= FEWEST_KNOWN and bool(np.ptp(known) > 0)


def _window_paths(y: Array, horizon: int, n_paths: int, rng: np.random.Generator, steps: tuple[int, ...]) -> Array:
    matrices = kernel(len(y), horizon, steps)
    holes = without_outliers(y, np.isnan(y), matrices)
    plain = fit(y, holes, matrices)
    if (y[~holes] <= 0).any():
        return _draw(plain, n_paths, rng)[0]
    logs = _log_fit(y, holes, matrices)
    drawn, chosen = _draw(_together(plain, logs), n_paths, rng)
    is_log = chosen >= len(plain.log_weight)
    drawn[is_log] = np.exp(np.minimum(drawn[is_log], LARGEST_LOG))
    return drawn


def _log_fit(y: Array, holes: Mask, matrices: Kernel) -> Fit:
    """The same fit on log y, with the Jacobian, and centred so that uncertainty alone is no growth.

    The mean of exp(x) grows with the variance of x; on paths four years long that would be tens of per cent a year.
    Half of what the variance grows by after the first month is taken off. What the first month has is noise that
    history had as well, so its effect on the mean is real.
    """
    log_y = np.log(np.where(holes, 1.0, y))
    found = fit(log_y, holes, matrices)
    variance = np.diagonal(found.spread, axis1=1, axis2=2) * found.mean_square[:, None]
    growth = np.maximum(variance - variance[:, :1], 0.0)
    jacobian = float(log_y[~holes].sum())
    return Fit(found.log_weight - jacobian, found.forecast - growth / 2, found.spread, found.mean_square, found.freedom)


def _together(one: Fit, other: Fit) -> Fit:
    return Fit(
        np.concatenate([one.log_weight, other.log_weight]),
        np.concatenate([one.forecast, other.forecast]),
        np.concatenate([one.spread, other.spread]),
        np.concatenate([one.mean_square, other.mean_square]),
        one.freedom,
    )


def _draw(found: Fit, n_paths: int, rng: np.random.Generator) -> tuple[Array, NDArray[np.intp]]:
    """Paths from the mixture of multivariate Student-t, and the set each came from (ascending)."""
    weight = np.cumsum(np.exp(found.log_weight - found.log_weight.max()))
    # Systematic sampling: each set gets its share of the paths to within one.
    places = (np.arange(n_paths) + rng.random()) / n_paths * weight[-1]
    chosen = np.searchsorted(weight, places).clip(max=len(weight) - 1)
    used, start, count = np.unique(chosen, return_index=True, return_counts=True)
    normal = rng.standard_normal((n_paths, found.forecast.shape[1]))
    stretch = np.sqrt(found.freedom / rng.chisquare(found.freedom, n_paths) * found.mean_square[chosen])[:, None]
    factors = np.linalg.cholesky(found.spread[used])
    paths = found.forecast[chosen]
    for factor, first, number in zip(factors, start, count, strict=True):
        rows = slice(first, first + number)
        paths[rows] += normal[rows] @ factor.T * stretch[rows]
    return paths, chosen


def step_chances(y: Array, first: int, horizon: int) -> Array:
    """Chance of a level step at each month as large as the one seen, were there none; ones before `first`, shape (n,).

    Generalised least squares under the likeliest set of ratios: with P its projected precision, the t of a step x is
    x'Py / sqrt(x'Px s2), so no matrix is built that a forecast does not need.

    Args:
        y: shape (n,), as for `structural_paths`.
        first: the first month asked about.
        horizon: that of a forecast, whose matrices are then used again.
    """
    matrices = kernel(len(y), horizon)
    holes = without_outliers(y, np.isnan(y), matrices)
    found = fit(y, holes, matrices)
    precision = matrices.precision[int(np.argmax(found.log_weight))]
    if holes.any():
        precision = precision - precision[:, holes] @ np.linalg.solve(precision[np.ix_(holes, holes)], precision[holes])
    known = np.where(holes, 0.0, y)
    pull, month = precision @ known, np.arange(len(y))
    steps = (month[:, None] >= month[None, first:]).astype(float)
    size = np.maximum((steps * (precision @ steps)).sum(axis=0), LEAST_SQUARE)
    gained = (steps.T @ pull) ** 2 / size
    left = np.maximum(known @ pull - gained, LEAST_SQUARE * found.freedom)
    t = np.sqrt(gained / left * (found.freedom - 1))
    return np.concatenate([np.ones(first), 2 * student.sf(t, found.freedom - 1)])
