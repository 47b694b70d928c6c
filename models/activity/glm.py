"""Fit a statsmodels GLM by Newton's method with bounded, halved steps.

Iteratively reweighted least squares takes whole steps, and with rare events beside near-certain ones (a child turning
18) the first of them overshoots without return. The log-likelihoods used here are concave, so Newton steps that never
lower them and never move a linear predictor far always arrive (Boyd and Vandenberghe 2004, section 9.5).
"""

from dataclasses import dataclass

import numpy as np
from statsmodels.genmod.generalized_linear_model import GLM

MAX_STEPS = 100
MAX_MOVE = 2.0  # of a linear predictor in one step: hazards and means change at most by a factor of seven
TOLERANCE = 1e-7


@dataclass(frozen=True)
class GlmFit:
    """Coefficients (k,), their covariance (k, k) by the inverse Fisher information, and whether the search arrived."""

    coefficients: np.ndarray
    covariance: np.ndarray
    converged: bool


def fit_glm(model: GLM, start: np.ndarray) -> GlmFit:
    """Maximise the likelihood of a GLM with known scale from `start`, shape (k,).

    It has arrived when a whole Newton step promises next to nothing; a search that merely stalls has not.
    """
    beta, value, promised = start, model.loglike(start), np.inf
    for _ in range(MAX_STEPS):
        score = model.score(beta)
        step = np.linalg.solve(_information(model, beta), score)
        promised = float(score @ step)
        if promised <= TOLERANCE * (1 + abs(value)):
            break
        step *= min(1.0, MAX_MOVE / max(float(np.abs(model.exog @ step).max()), 1e-300))
        beta, value = _uphill(model, beta, step, value)
    return GlmFit(beta, np.linalg.inv(_information(model, beta)), promised <= TOLERANCE * (1 + abs(value)))


def symmetric_root(covariance: np.ndarray) -> np.ndarray:
    """Return the symmetric square root of a covariance, (k, k), for drawing: root @ root is the covariance.

    It depends continuously on the covariance. A factor of eigenvectors does not: their signs, and their directions
    where eigenvalues are alike, hang on the last digits of a sum, and so on the processor that formed it.
    """
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray((vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T)


def _information(model: GLM, beta: np.ndarray) -> np.ndarray:
    return -model.hessian(beta, observed=False)


def _uphill(model: GLM, beta: np.ndarray, step: np.ndarray, value: float) -> tuple[np.ndarray, float]:
    """Halve the step until the likelihood does not fall; stay where no step rises."""
    for _ in range(30):
        candidate = beta + step
        new_value = model.loglike(candidate)
        if new_value >= value:
            return candidate, new_value
        step = step / 2
    return beta, value
