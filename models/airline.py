"""The airline model, (0,1,1)(0,1,1) of period twelve, averaged over a grid of its two parameters.

(1 - B)(1 - B^12) y = (1 - near B)(1 - far B^12) e. With the two fixed, the differences are a moving average of known
covariance, so likelihood and forecast are linear algebra (models/closed_form.py), as statsmodels' `SARIMAX` with
`simple_differencing` has them at its optimum; a test ties the two. Ahead of the last month the growth over a year ago
is damped, so that one good year is not carried on for four. What is expected is damped, not what is uncertain: the
spread is that of the model undamped.

Sources: Box & Jenkins (1970), Time Series Analysis: Forecasting and Control, ch. 9; Gardner & McKenzie (1985),
Forecasting trends in time series, Management Science 31 (damping). Constants: models/cards/ledger.md.
"""

from itertools import product

import numpy as np

from models.closed_form import YEAR, Array, Kernel
from models.structural import DAMPING

# Values the differences use up: the first year and a month.
START = YEAR + 1
NEAR = (0.0, 0.2, 0.4, 0.6, 0.8, 0.95)
FAR = (0.0, 0.25, 0.5, 0.7, 0.85, 0.95)


def airline_kernel(n: int, horizon: int, steps: tuple[int, ...] = ()) -> Kernel:
    """The family of all pairs of parameters: 36 sets; more than a year and a month known, growth damped.

    It knows no steps of the level: damping would take part of a known one away as if it were growth.
    """
    if steps:
        raise ValueError("the airline model knows no steps")
    return build_airline(list(product(NEAR, FAR)), n, horizon, DAMPING)


def build_airline(pairs: list[tuple[float, float]], n: int, horizon: int, damping: float) -> Kernel:
    """Condition the coming differences on the known ones, and add them up again."""
    differences = _differences(n)
    from_known, from_coming = _summed(n, horizon, damping)
    spreading = _summed(n, horizon, 1.0)[1]
    whole = np.stack([_moving_average_covariance(near, far, n - START + horizon) for near, far in pairs])
    m = n - START
    inverse = np.linalg.inv(whole[:, :m, :m])
    pull = whole[:, m:, :m] @ inverse
    left = whole[:, m:, m:] - pull @ whole[:, :m, m:]
    return Kernel(
        differences.T @ inverse @ differences,
        0.5 * np.linalg.slogdet(whole[:, :m, :m])[1],
        from_coming @ pull @ differences + from_known,
        spreading @ left @ spreading.T,
        diffuse=START,
    )


def _differences(n: int) -> Array:
    """(n - 13, n): each month's change less the change of the same month a year ago."""
    at = np.arange(n - START)
    found = np.zeros((n - START, n))
    for back, sign in ((0, 1.0), (1, -1.0), (YEAR, -1.0), (START, 1.0)):
        found[at, at + START - back] = sign
    return found


def _summed(n: int, horizon: int, damping: float) -> tuple[Array, Array]:
    """Coming months from known months (h, n) and from coming differences (h, h); growth over a year ago damped."""
    known, coming = np.zeros((n + horizon, n)), np.zeros((n + horizon, horizon))
    known[:n] = np.eye(n)
    for at in range(n, n + horizon):
        for part in (known, coming):
            part[at] = part[at - YEAR] + damping * (part[at - 1] - part[at - START])
        coming[at, at - n] += 1.0
    return known[n:], coming[n:]


def _moving_average_covariance(near: float, far: float, size: int) -> Array:
    weights = np.zeros(START + 1)
    weights[[0, 1, YEAR, START]] = 1.0, -near, -far, near * far
    lags = np.zeros(max(size, START + 1))
    lags[: START + 1] = np.correlate(weights, weights, "full")[START:]
    return lags[np.abs(np.subtract.outer(np.arange(size), np.arange(size)))]
