"""The Theta forecast: what a year of trend-following needs to be held back by.

1. Take the season out where it is significant (ratios to a centred twelve-month mean; differences where an amount is
   not positive).
2. Smooth exponentially; the weight is the one of a grid with the least squared one-step error.
3. Go on from the last level with half the slope of the straight line through all months.
4. Put the season back.

Sources: Assimakopoulos & Nikolopoulos (2000), The theta model: a decomposition approach to forecasting, International
Journal of Forecasting 16; Hyndman & Billah (2003), Unmasking the Theta method, International Journal of Forecasting
19, eq. 8 (simple smoothing with half the slope as drift). `statsmodels.tsa.forecasting.theta.ThetaModel` is the
reference in the tests.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Array = NDArray[np.float64]
YEAR = 12
# Two years leave one centred year, the least a season can be read from; three are the usual demand for a test of it.
FEWEST_SEASONAL = 3 * YEAR
# One-sided 95 % bound of the season's autocorrelation (Hyndman & Billah; the M competitions' reference).
SIGNIFICANT = 1.645
ALPHAS = np.linspace(0.02, 0.99, 50)


def theta_forecast(values: Array, horizon: int) -> Array:
    """Point forecast of the next months.

    Args:
        values: consecutive months without gaps, at least three.

    Returns:
        shape (horizon,), in the unit of the values.
    """
    season, multiply = _season(values)
    n = len(values)
    within, ahead = season[np.arange(n) % YEAR], season[(n + np.arange(horizon)) % YEAR]
    level = values / within if multiply else values - within
    line = _trend_forecast(level, horizon)
    return np.asarray(line * ahead if multiply else line + ahead, dtype=float)


def _trend_forecast(level: Array, horizon: int) -> Array:
    n = len(level)
    alpha, last = _smoothed(level)
    slope = float(np.polyfit(np.arange(n), level, 1)[0])
    return last + slope / 2 * (np.arange(horizon) + (1 - (1 - alpha) ** n) / alpha)


def _smoothed(level: Array) -> tuple[float, float]:
    """The smoothing weight with the least squared one-step error, and the level it ends at."""
    best = (np.inf, 0.0, 0.0)
    for alpha in ALPHAS:
        smooth = lfilter([alpha], [1.0, alpha - 1.0], level[1:], zi=[(1 - alpha) * level[0]])[0]
        errors = level[1:] - np.append(level[0], smooth[:-1])
        best = min(best, (float(errors @ errors), float(alpha), float(smooth[-1])))
    return best[1], best[2]


def _season(values: Array) -> tuple[Array, bool]:
    """Seasonal figures for the positions 0-11 of the series, and whether they multiply (else they add)."""
    multiply = bool((values > 0).all())
    if len(values) < FEWEST_SEASONAL or not _is_seasonal(values):
        return (np.ones(YEAR), True) if multiply else (np.zeros(YEAR), False)
    weights = np.r_[0.5, np.ones(YEAR - 1), 0.5] / YEAR
    half = YEAR // 2
    trend = np.convolve(values, weights, "valid")
    middle = values[half:-half]
    figures = middle / trend if multiply else middle - trend
    position = (half + np.arange(len(figures))) % YEAR
    season = np.array([figures[position == at].mean() for at in range(YEAR)])
    return (season / season.mean(), True) if multiply else (season - season.mean(), False)


def _is_seasonal(values: Array) -> bool:
    centred = values - values.mean()
    own = float(centred @ centred)
    if own == 0:
        return False
    r = np.array([centred[lag:] @ centred[:-lag] for lag in range(1, YEAR + 1)]) / own
    return bool(abs(r[-1]) > SIGNIFICANT * np.sqrt((1 + 2 * (r[:-1] ** 2).sum()) / len(values)))
