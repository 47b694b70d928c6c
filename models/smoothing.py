"""Exponential smoothing: statsmodels' `ETSModel` over a few damped and undamped forms, the best by AICc.

1. Each form starts from heuristic states, so that only two to four smoothing parameters are searched for. On amounts
   of size one the search arrives; on raw kroner it stops short and calls it converged.
2. The form with the least AICc is kept; the heuristic initial states count as parameters, else seasons are free.
3. Its paths are simulated by statsmodels.

Sources: Hyndman, Koehler, Ord & Snyder (2008), Forecasting with Exponential Smoothing, ch. 2 (forms, heuristic start)
and 7 (AICc).
"""

import warnings
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.months import NotFitted

Array = NDArray[np.float64]
YEAR = 12
# statsmodels' heuristic needs ten months for a level, two whole years for a season.
FEWEST_MONTHS = 10
FEWEST_FOR_SEASON = 2 * YEAR
SEARCH_STEPS = 100


class Form(NamedTuple):
    """Error and season are `add` or `mul`; trend is additive or none."""

    error: str
    trend: bool
    damped: bool
    season: str | None

    @property
    def initial_states(self) -> int:
        """Level, slope, and a season's months less one (they sum to none)."""
        return 1 + self.trend + (YEAR - 1 if self.season else 0)


ADDITIVE = (
    Form("add", False, False, None),
    Form("add", True, True, None),
    Form("add", False, False, "add"),
    Form("add", True, True, "add"),
)
# Only where every month is above zero.
MULTIPLICATIVE = (
    Form("mul", False, False, "mul"),
    Form("mul", True, True, "mul"),
    Form("mul", True, False, "mul"),
)


def smoothing_paths(y: Array, horizon: int, n_paths: int, rng: np.random.Generator) -> Array:
    """Sample paths of the form with the least AICc.

    Args:
        y: shape (n,), without gaps, of size about one.

    Returns:
        shape (n_paths, horizon).

    Raises:
        NotFitted: too short, or no form could be fitted.
    """
    fits = [found for form in forms(y) if (found := _fit(y, form)) is not None]
    if not fits:
        raise NotFitted(f"no form of exponential smoothing fits {len(y)} months")
    best = min(fits, key=lambda found: found[0])[1]
    return np.asarray(best.simulate(horizon, anchor="end", repetitions=n_paths, rng=rng)).reshape(horizon, n_paths).T


def forms(y: Array) -> tuple[Form, ...]:
    """The forms that the length and sign of a series allow."""
    every = ADDITIVE + (MULTIPLICATIVE if y.min() > 0 else ())
    if len(y) < FEWEST_MONTHS:
        return ()
    return tuple(form for form in every if form.season is None or len(y) >= FEWEST_FOR_SEASON)


def _fit(y: Array, form: Form):  # type: ignore[no-untyped-def]
    """AICc and the fit; none where the search fails, or the months are too few for the parameters."""
    # Imported where it is used: a forecast rests on other members as a rule, and should not wait for this.
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    model = ETSModel(
        y,
        error=form.error,
        trend="add" if form.trend else None,
        damped_trend=form.damped,
        seasonal=form.season,
        seasonal_periods=YEAR if form.season else None,
        initialization_method="heuristic",
    )
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = model.fit(disp=False, maxiter=SEARCH_STEPS)
        except (ValueError, np.linalg.LinAlgError):
            return None
    score = aicc(float(found.llf), _searched(form) + form.initial_states + 1, len(y))
    return (score, found) if np.isfinite(score) else None


def _searched(form: Form) -> int:
    return 1 + form.trend + form.damped + (form.season is not None)


def aicc(log_likelihood: float, parameters: int, months: int) -> float:
    """Akaike's criterion with its correction for few months; infinite where there are too few to tell."""
    left = months - parameters - 1
    return -2 * log_likelihood + 2 * parameters * (1 + (parameters + 1) / left) if left > 0 else np.inf
