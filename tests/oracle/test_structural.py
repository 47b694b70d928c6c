"""The closed form of the structural average against statsmodels' Kalman filter, ratio set by ratio set."""

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from models.closed_form import fit
from models.structural import Ratios, build_kernel

RNG = np.random.default_rng(7)
WALK = 5 + np.cumsum(RNG.normal(0, 0.4, 60)) + RNG.normal(0, 1, 60)
LEVELS = (0.02, 0.4, 1.5, 6.0)


def closed_form(y: np.ndarray, holes: np.ndarray, horizon: int):
    return fit(y, holes, build_kernel([Ratios(q, 0, 0, 0, 0) for q in LEVELS], len(y), horizon))


def kalman(y: np.ndarray, level: float, noise: float = 1.0):
    """A random walk plus noise with fixed variances and a diffuse start: what statsmodels filters."""
    model = UnobservedComponents(y, "llevel", use_exact_diffuse=True)
    return model.smooth([noise, noise * level])


def with_holes() -> tuple[np.ndarray, np.ndarray]:
    holes = np.zeros(len(WALK), bool)
    holes[[4, 20, 21, 40]] = True
    return np.where(holes, np.nan, WALK), holes


@pytest.mark.parametrize("gappy", [False, True])
def test_forecast_and_its_variance_equal_the_kalman_filter(gappy: bool) -> None:
    y, holes = with_holes() if gappy else (WALK, np.zeros(len(WALK), bool))
    ours = closed_form(y, holes, 12)
    for at, level in enumerate(LEVELS):
        theirs = kalman(y, level, ours.mean_square[at]).get_forecast(12)
        np.testing.assert_allclose(ours.forecast[at], theirs.predicted_mean, rtol=1e-7)
        variance = np.diag(ours.spread[at]) * ours.mean_square[at]
        np.testing.assert_allclose(variance, theirs.var_pred_mean, rtol=1e-6)


@pytest.mark.parametrize("gappy", [False, True])
def test_weights_equal_the_diffuse_likelihood_with_the_scale_integrated_out(gappy: bool) -> None:
    """The scale is integrated out by brute force over the Kalman filter's likelihood, prior 1 / variance."""
    y, holes = with_holes() if gappy else (WALK, np.zeros(len(WALK), bool))
    ours = closed_form(y, holes, 1)
    noise = np.exp(np.linspace(-3, 4, 120))
    brute = []
    for level in LEVELS:
        likelihood = np.array([kalman(y, level, variance).llf for variance in noise])
        brute.append(likelihood.max() + np.log(np.exp(likelihood - likelihood.max()).sum()))
    np.testing.assert_allclose(ours.log_weight - ours.log_weight[0], np.array(brute) - brute[0], rtol=1e-5, atol=1e-5)
