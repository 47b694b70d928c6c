"""Linear-Gaussian models with fixed ratios of variances: everything in closed form, without an optimiser.

With the variance *ratios* fixed, everything that is left is linear in y: with P the projected inverse covariance,
the sum of squares is y'Py, the forecast is Fy and the forecast covariance is C times the scale. P, F and C depend on
length and horizon alone, so they are built once and kept. The start is diffuse (REML); the scale is integrated out
under its Jeffreys prior, which leaves marginal likelihoods in closed form and multivariate Student-t forecasts.

Sources: Harville (1974), Bayesian inference for variance components using only error contrasts, Biometrika 61;
Zellner (1971), An Introduction to Bayesian Inference in Econometrics, 3.2 (scale integrated out).
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import t as student

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
YEAR = 12

# A month is left out when its leave-one-out t is above this; in Gaussian noise that is one month in a million.
OUTLIER_T = 5.0
OUTLIER_ROUNDS = 3
FEWEST_FOR_OUTLIERS = YEAR
FEWEST_KNOWN = 3
# The smallest mean square, relative to a series of mean one: keeps the logarithm of a perfect fit finite.
LEAST_SQUARE = 1e-12
# No log path is followed beyond e^5 = 148 times the mean; the caller cuts far below.
LARGEST_LOG = 5.0
# A stratified draw keeps so far from the edge of its stratum: beyond the outermost edges lies no number.
WITHIN = 1e-9


@dataclass(frozen=True)
class Kernel:
    """Matrices of all s sets for n known and h coming months, the diffuse start projected out.

    precision (s, n, n), half_logdet (s,), forecast (s, h, n), spread (s, h, h); `diffuse` is the number of values the
    start takes from the data.
    """

    precision: Array
    half_logdet: Array
    forecast: Array
    spread: Array
    diffuse: int

    def until(self, horizon: int) -> "Kernel":
        """The same with fewer months ahead."""
        return replace(self, forecast=self.forecast[:, :horizon], spread=self.spread[:, :horizon, :horizon])


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
    freedom = len(y) - int(holes.sum()) - matrices.diffuse
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


def mixture_paths(y: Array, holes: Mask, matrices: Kernel, n_paths: int, rng: np.random.Generator) -> Array:
    """Paths (n_paths, h) from all sets by their weight; on both scales where all known months are above zero."""
    plain = fit(y, holes, matrices)
    if (y[~holes] <= 0).any():
        return _draw(plain, n_paths, rng)[0]
    drawn, chosen = _draw(_together(plain, _log_fit(y, holes, matrices)), n_paths, rng)
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
    normal = stratified_normal(n_paths, found.forecast.shape[1], rng)
    stretch = np.sqrt(found.freedom / rng.chisquare(found.freedom, n_paths) * found.mean_square[chosen])[:, None]
    factors = np.linalg.cholesky(found.spread[used])
    paths = found.forecast[chosen]
    for factor, first, number in zip(factors, start, count, strict=True):
        rows = slice(first, first + number)
        paths[rows] += normal[rows] @ factor.T * stretch[rows]
    return paths, chosen


def stratified_normal(n: int, columns: int, rng: np.random.Generator) -> Array:
    """Standard normal draws (n, columns), independent over the columns, each with one draw in every n-th of its range.

    A Latin hypercube (McKay, Beckman & Conover 1979, Technometrics 21): what a path is made of is spread as evenly over
    the paths as they are many, so means and quantiles vary far less from seed to seed than those of free draws.
    """
    place = rng.permuted(np.tile(np.arange(n)[:, None], (1, columns)), axis=0)
    return np.asarray(ndtri((place + rng.uniform(WITHIN, 1 - WITHIN, (n, columns))) / n))


def step_chances(y: Array, first: int, matrices: Kernel) -> Array:
    """Chance of a level step at each month as large as the one seen, were there none; ones before `first`, shape (n,).

    Generalised least squares under the likeliest set of ratios: with P its projected precision, the t of a step x is
    x'Py / sqrt(x'Px s2), so no matrix is built that a forecast does not need.

    Args:
        y: shape (n,), of size about one; NaN is unknown.
        first: the first month asked about.
        matrices: those of a forecast, used again.
    """
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
