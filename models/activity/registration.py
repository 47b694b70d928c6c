"""How late spells are registered: a curve of completeness per type, by reverse-time hazards (chain ladder).

With lag L = months from start to registration, q(l) = P(L = l | L <= l) is estimated from the starts whose lag l has
already passed; the share registered within l months is F(l) = prod_{j > l} (1 - q(j)) (Kalbfleisch and Lawless 1989).
Reverse-time hazards need no starts of the future and are unbiased although late registrations are still unseen.
"""

from dataclasses import dataclass

import numpy as np

from models.activity.history import NO_MONTH, History

MAX_LAG = 24
RECENT = 24  # months of starts that speak of today's habits
PRIOR_WEIGHT = 5.0  # a type's curve leans on its step's, and a step's on all, with the weight of five starts


@dataclass(frozen=True)
class Registration:
    """`complete[t, l]`: share of type t's starts registered within l months, shape (n_types, MAX_LAG + 1)."""

    complete: np.ndarray
    starts: int

    def share(self, lag: np.ndarray) -> np.ndarray:
        """Share registered after each lag (months, any shape), shape (n_types, ...)."""
        return self.complete[:, np.clip(lag, 0, MAX_LAG)]


def first_start(history: History) -> int:
    """Ordinal of the first month whose starts speak of how late spells are registered."""
    return max(history.as_of - RECENT - MAX_LAG + 1, history.first)


def fit_registration(history: History) -> Registration:
    """Estimate the curves; all ones where no start of the last years has a registration date."""
    spells = history.spells
    dated = spells["granted"] & (spells["registered_month"] != NO_MONTH)
    used = spells[dated & spells["start_month"].between(first_start(history), history.as_of)]
    lag = np.clip(used["registered_month"] - used["start_month"], 0, MAX_LAG).to_numpy()
    age = history.as_of - used["start_month"].to_numpy()
    at, within = _reverse_counts(used["type_code"].to_numpy(), lag, age, history.n_types)
    return Registration(_completeness(_pooled(at, within, history.steps)), len(used))


def _reverse_counts(kind: np.ndarray, lag: np.ndarray, age: np.ndarray, n_types: int) -> tuple[np.ndarray, np.ndarray]:
    """Count per type and lag: registered at the lag, and within it, among starts old enough; (n_types, MAX_LAG + 1)."""
    lags = np.arange(MAX_LAG + 1)
    seen = (age[:, None] >= lags) & (age[:, None] < lags + RECENT)
    at = np.zeros((n_types, MAX_LAG + 1))
    within = np.zeros((n_types, MAX_LAG + 1))
    np.add.at(at, kind, seen & (lag[:, None] == lags))
    np.add.at(within, kind, seen & (lag[:, None] <= lags))
    return at, within


def _pooled(at: np.ndarray, within: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Reverse hazards per type, shrunk to the step's and those to everyone's, shape (n_types, MAX_LAG + 1)."""
    everyone = at.sum(axis=0) / np.maximum(within.sum(axis=0), 1)
    same_step = (steps[:, None] == steps[None, :]).astype(float)
    step = (same_step @ at + PRIOR_WEIGHT * everyone) / (same_step @ within + PRIOR_WEIGHT)
    return (at + PRIOR_WEIGHT * step) / (within + PRIOR_WEIGHT)


def _completeness(reverse: np.ndarray) -> np.ndarray:
    """F(l) = product over later lags of (1 - q)."""
    stays = np.cumprod((1 - reverse)[:, :0:-1], axis=1)[:, ::-1]
    return np.hstack([stays, np.ones((len(reverse), 1))])
