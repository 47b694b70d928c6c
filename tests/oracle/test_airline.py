"""The closed form of the airline model against statsmodels' SARIMAX, pair of parameters by pair."""

import numpy as np
import pytest
from statsmodels.tsa.statespace.sarimax import SARIMAX

from models.airline import build_airline
from models.closed_form import fit

RNG = np.random.default_rng(8)
N = 72
SERIES = 20 + np.cumsum(RNG.normal(0, 0.3, N)) + 2 * np.sin(2 * np.pi * np.arange(N) / 12) + RNG.normal(0, 1, N)
PAIRS = [(0.0, 0.0), (0.4, 0.6), (0.8, 0.25), (0.6, 0.95)]
NO_HOLES = np.zeros(N, bool)


def sarimax(near: float, far: float, scale: float):
    return SARIMAX(SERIES, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12)).smooth([-near, -far, scale])


def test_forecast_equals_sarimax_where_growth_is_not_damped() -> None:
    """statsmodels starts its states almost diffuse, so it agrees to about five digits."""
    ours = fit(SERIES, NO_HOLES, build_airline(PAIRS, N, 18, damping=1.0))
    for at, (near, far) in enumerate(PAIRS):
        theirs = sarimax(near, far, ours.mean_square[at]).get_forecast(18)
        np.testing.assert_allclose(ours.forecast[at], theirs.predicted_mean, rtol=1e-4)
        variance = np.diag(ours.spread[at]) * ours.mean_square[at]
        np.testing.assert_allclose(variance, theirs.var_pred_mean, rtol=1e-3)


def test_weights_equal_the_likelihood_of_the_differences_with_the_scale_integrated_out() -> None:
    """Integrating the scale out or putting in its best value differ by a constant, which no weight can see."""
    ours = fit(SERIES, NO_HOLES, build_airline(PAIRS, N, 1, damping=1.0))
    model = SARIMAX(
        SERIES, order=(0, 1, 1), seasonal_order=(0, 1, 1, 12), simple_differencing=True, concentrate_scale=True
    )
    theirs = np.array([model.smooth([-near, -far]).llf for near, far in PAIRS])
    np.testing.assert_allclose(ours.log_weight - ours.log_weight[0], theirs - theirs[0], rtol=1e-6, atol=1e-6)


def test_a_month_left_out_is_forecast_as_if_never_known() -> None:
    """Dropping the rows of the last three months gives the forecast from the shorter series."""
    holes = NO_HOLES.copy()
    holes[-3:] = True
    whole = fit(SERIES, holes, build_airline(PAIRS, N, 12, damping=1.0))
    shorter = fit(SERIES[:-3], NO_HOLES[:-3], build_airline(PAIRS, N - 3, 15, damping=1.0))
    np.testing.assert_allclose(whole.forecast, shorter.forecast[:, 3:], rtol=1e-6)
    np.testing.assert_allclose(whole.spread, shorter.spread[:, 3:, 3:], rtol=1e-6)
    np.testing.assert_allclose(whole.mean_square, shorter.mean_square, rtol=1e-6)


@pytest.mark.parametrize("damping", [1.0, 0.97])
def test_damping_moves_what_is_expected_and_not_what_is_uncertain(damping: float) -> None:
    """A month ahead growth is damped once; the spread is the undamped model's."""
    plain = fit(SERIES, NO_HOLES, build_airline(PAIRS, N, 12, damping=1.0))
    damped = fit(SERIES, NO_HOLES, build_airline(PAIRS, N, 12, damping=damping))
    growth = SERIES[-1] - SERIES[-13]
    np.testing.assert_allclose(plain.forecast[:, 0] - damped.forecast[:, 0], (1 - damping) * growth, atol=1e-9)
    np.testing.assert_array_equal(plain.spread, damped.spread)
