"""Which way of forecasting each match group gets, by how each did at the same month of past years.

A method is judged by squared errors relative to the group's size. Three origins are few, so every judgement leans on
all groups together: with s the group's own mean squared error over its methods, and r(c) the mean over groups of what
method c has of s, the error of method c in a group is

    mse(c) = (sum over origins of e(c)^2 + PRIOR_ORIGINS x s x r(c)) / (origins + PRIOR_ORIGINS)

The activity engine stands unless another is clearly better: its mse at most CLEARLY of what stands, and nearer at most
of the origins. The ledger is then combined with it by the weights of least variance under the correlation of their
errors, which is that of all groups (Bates & Granger 1969, The combination of forecasts, Operational Research Quarterly
20; shrinkage as in Diebold & Pauly 1990, International Journal of Forecasting 6); a rule of thumb takes the place of
both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cockpit.domain.hit_rate import RIVALS
from cockpit.domain.methods import ACTIVITY, COMBINATION, LEDGER

ENGINES = (ACTIVITY, LEDGER)
PRIOR_ORIGINS = 4.0  # how many past years the experience of all groups weighs against a group's own
CLEARLY = 0.6  # without a clear lead, what is chosen on three years does worse on the fourth (docs/accuracy.md)
LARGEST_RATIO = 25.0  # one error five times the usual is a miss; ten times says no more
FEWEST_ORIGINS = 2  # one past year is an anecdote
NEGLIGIBLE = 0.05  # a weight below which a method is not used


@dataclass(frozen=True)
class PastAnswers:
    """What each method said at one past month of one horizon, and what happened: kr. per group, NaN where unknown."""

    answers: Mapping[str, np.ndarray]
    truth: np.ndarray


@dataclass(frozen=True)
class Choice:
    """What one match group is forecast by.

    Attributes:
        weights: engine -> weight, sums to one; without a rule of thumb they are what the group gets.
        rival: the rule of thumb that takes their place, None where none does.
        spread: standard deviation of the rival's relative error; NaN without one.
        origins: how many past months it rests on; none where the activity engine is used untried.
        errors: method -> root mean square relative error at those months, as measured and not shrunk.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: {ACTIVITY: 1.0, LEDGER: 0.0})
    rival: str | None = None
    spread: float = np.nan
    origins: int = 0
    errors: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether the activity engine stands as it is."""
        return self.rival is None and not self.weights[LEDGER]

    def told(self) -> dict:
        """The choice as a row of `domain.methods.METHOD_COLUMNS`, leaf and stretch apart."""
        both = min(self.weights.values()) > 0
        engine = COMBINATION if both else max(self.weights, key=self.weights.__getitem__)
        rules = {name: error for name, error in self.errors.items() if name in RIVALS}
        best = self.rival or (min(rules, key=rules.__getitem__) if rules else None)
        return {
            "method": self.rival or engine,
            "ledger_weight": self.weights[LEDGER],
            "origins": self.origins,
            "error": self.errors.get(COMBINATION, np.nan),
            "best_rival": best,
            "best_rival_error": rules[best] if best else np.nan,
        }


def relative_errors(past: Sequence[PastAnswers], method: str) -> np.ndarray:
    """Errors of a method over the size of the outturn, shape (origins, groups); NaN where it had no answer."""
    nothing = np.full_like(past[0].truth, np.nan)
    rows = [(one.answers.get(method, nothing) - one.truth) / _size(one.truth) for one in past]
    return np.array(rows)


def _size(truth: np.ndarray) -> np.ndarray:
    return np.where(truth != 0, np.abs(truth), np.nan)


def choose(
    past: Sequence[PastAnswers], n_groups: int, now: Mapping[str, np.ndarray] | None = None
) -> list[Choice]:
    """Choose for every group; the activity engine alone where fewer than two past months can be compared.

    Args:
        past: what every method said and what became of it.
        n_groups: number of groups.
        now: what each rule of thumb says today, (groups,); one that has no answer today is not chosen.
    """
    if len(past) < FEWEST_ORIGINS:
        return [Choice() for _ in range(n_groups)]
    errors = {method: relative_errors(past, method) for method in (*ENGINES, *RIVALS)}
    usable = np.isfinite(errors[ACTIVITY]) & np.isfinite(errors[LEDGER])
    own = _mean_square(np.where(usable, (errors[ACTIVITY] ** 2 + errors[LEDGER] ** 2) / 2, np.nan))
    mse = {method: _shrunk(error, usable, own) for method, error in errors.items()}
    for rule, amounts in (now or {}).items():
        mse[rule] = np.where(np.isfinite(amounts), mse[rule], np.nan)
    together = _correlation(errors, usable, own)
    return [_choice(group, errors, usable[:, group], mse, together) for group in range(n_groups)]


def _correlation(errors: Mapping[str, np.ndarray], usable: np.ndarray, own: np.ndarray) -> float:
    """Correlation about zero of the two engines' errors over all groups and origins, each group with an equal say."""
    scale = np.where(usable & (own > 0), np.sqrt(own), np.inf)
    first, second = (np.nan_to_num(errors[method]) / scale for method in ENGINES)
    size = float(np.sqrt(np.sum(first**2) * np.sum(second**2)))
    return float(np.sum(first * second)) / size if size > 0 else 0.0


def _mean_square(squares: np.ndarray) -> np.ndarray:
    """Mean over origins, NaN where there is none, shape (groups,)."""
    count = np.isfinite(squares).sum(axis=0)
    return np.where(count > 0, np.nansum(squares, axis=0) / np.maximum(count, 1), np.nan)


def _shrunk(errors: np.ndarray, usable: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Mean squared error of a method per group, leaning on what the method has of the groups' own level."""
    squares = np.where(usable, errors**2, np.nan)
    seen = np.isfinite(squares)
    with_level = seen & (own > 0)
    ratios = squares / np.where(own > 0, own, 1.0)
    pooled = float(np.minimum(ratios[with_level], LARGEST_RATIO).mean()) if with_level.any() else np.nan
    total = np.nansum(squares, axis=0) + PRIOR_ORIGINS * own * pooled
    complete = seen.sum(axis=0) == usable.sum(axis=0)  # a rule without an answer at an origin is no rule
    return np.where(complete, total / (seen.sum(axis=0) + PRIOR_ORIGINS), np.nan)


def _choice(
    group: int, errors: Mapping[str, np.ndarray], usable: np.ndarray, mse: Mapping[str, np.ndarray], together: float
) -> Choice:
    if usable.sum() < FEWEST_ORIGINS:
        return Choice()
    own = {method: error[usable, group] for method, error in errors.items()}
    activity, ledger = (float(mse[method][group]) for method in ENGINES)
    is_clear = ledger <= CLEARLY * activity and _nearer_at_most(own[LEDGER], own[ACTIVITY])
    share = _ledger_weight(activity, ledger, together) if is_clear else 0.0
    weights = {ACTIVITY: 1 - share, LEDGER: share}
    combined = weights[ACTIVITY] * own[ACTIVITY] + share * own[LEDGER]
    level = _variance(activity, ledger, together, share)
    rival = _clear_winner({name: float(mse[name][group]) for name in RIVALS}, own, combined, level)
    seen = {**own, COMBINATION: combined}
    measured = {name: float(np.sqrt(np.mean(error**2))) for name, error in seen.items() if np.isfinite(error).all()}
    spread = float(np.sqrt(mse[rival][group])) if rival else np.nan
    return Choice(weights, rival, spread, int(usable.sum()), measured)


def _ledger_weight(activity: float, ledger: float, together: float) -> float:
    """The ledger's weight of least variance, between none and all; next to nothing is nothing."""
    shared = together * np.sqrt(activity * ledger)
    spread = activity + ledger - 2 * shared
    weight = float(np.clip((activity - shared) / spread, 0.0, 1.0)) if spread > 0 else 0.0
    return 0.0 if weight < NEGLIGIBLE else 1.0 if weight > 1 - NEGLIGIBLE else weight


def _variance(activity: float, ledger: float, together: float, share: float) -> float:
    """Mean squared error of a combination."""
    shared = together * np.sqrt(activity * ledger)
    return float((1 - share) ** 2 * activity + share**2 * ledger + 2 * share * (1 - share) * shared)


def _clear_winner(
    mse: Mapping[str, float], own: Mapping[str, np.ndarray], combined: np.ndarray, level: float
) -> str | None:
    """The best rule of thumb where it is clearly better than the combination, on average and at most origins."""
    known = {name: value for name, value in mse.items() if np.isfinite(value)}
    if not known:
        return None
    best = min(known, key=known.__getitem__)
    return best if known[best] <= CLEARLY * level and _nearer_at_most(own[best], combined) else None


def _nearer_at_most(errors: np.ndarray, others: np.ndarray) -> bool:
    return bool((np.abs(errors) < np.abs(others)).mean() > 0.5)
