"""What an expected end tells: hazards relative to spells of the same duration, age and type, by months until it.

Learned by the cloglog likelihood with the log hazard of `hazard` as offset, on ended and running spells alike. Dates
that were moved are seen only where they ended up, so closed spells make dates look more binding than they are.
Therefore the expected ends decide *which* spells end, and the hazard of duration, age and type decides *how many*: one
factor on all dated spells of a step of the ladder makes their expected number of ends over the coming year equal to
what it is without any dates. Step by step, because a date binds the short measures more than a placement: with one
factor for all, what dates say too much of the former would be taken from the ends of the latter.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from models.activity.hazard import MAX_LOG_HAZARD, PersonMonths
from models.activity.history import NO_MONTH, History

EDGES = np.array([-12, -6, -3, -1, 0, 1, 4])  # months after the expected end; 0 is its own month
NO_DATE = len(EDGES) + 1
N_CATEGORIES = NO_DATE + 1
PRIOR_WEIGHT = 3.0
ENOUGH_ENDS = 20  # with fewer dated ends the dates say nothing
ANCHOR_MONTHS = 12
WIDEST = 12.0  # log; no date makes an end a hundred thousand times likelier
LARGEST_RATE = 700.0  # exp of more is no number
LARGEST_HAZARD = float(np.exp(MAX_LOG_HAZARD))
ANCHOR_PRECISION = 1e-9  # log
LARGEST_FACTOR = 3.0  # log; the anchor may divide or multiply hazards by twenty at most


@dataclass(frozen=True)
class ExpectedEndFit:
    """Log relative hazard per category, shape (N_CATEGORIES,); zeros where the dates say nothing."""

    effect: np.ndarray
    dated_ends: int
    converged: bool

    @property
    def informative(self) -> bool:
        """Whether the dates are used."""
        return self.dated_ends >= ENOUGH_ENDS


def categories(month: np.ndarray, expected_month: np.ndarray) -> np.ndarray:
    """Return the category of months relative to expected months (broadcast)."""
    return np.where(expected_month == NO_MONTH, NO_DATE, np.digitize(month - expected_month, EDGES))


def fit_expected_end(history: History, table: PersonMonths, log_hazard: np.ndarray, first: int) -> ExpectedEndFit:
    """Fit relative hazards on the person-months from `first` on, given the log hazard of each cell."""
    expected = history.spells["expected_month"].to_numpy()[table.spell]
    inside = table.month >= first
    dated_ends = int(np.count_nonzero(inside & table.ended & (expected != NO_MONTH)))
    if dated_ends < ENOUGH_ENDS:
        return ExpectedEndFit(np.zeros(N_CATEGORIES), dated_ends, True)
    category = categories(table.month, expected)[inside]
    cell, ended = table.cell[inside], table.ended[inside]
    key, at = np.unique(cell * N_CATEGORIES + category, return_inverse=True)
    ends = np.bincount(at, ended)
    months = np.bincount(at)
    offset, group = log_hazard[key // N_CATEGORIES], key % N_CATEGORIES
    effect = np.array(
        [_effect(ends[group == one], months[group == one], offset[group == one]) for one in range(N_CATEGORIES)]
    )
    return ExpectedEndFit(effect, dated_ends, True)


def _effect(ends: np.ndarray, months: np.ndarray, offset: np.ndarray) -> float:
    """Log relative hazard of one category: where the slope of its cloglog likelihood is zero.

    The categories share no coefficient, so each is a root in one dimension, taken with exact logarithms: a month that
    ends nearly every spell loses its digits in a general GLM.
    """
    k = np.append(ends, PRIOR_WEIGHT)
    n = np.append(months, 2 * PRIOR_WEIGHT)
    eta = np.append(offset, np.log(np.log(2.0)))

    def slope(effect: float) -> float:
        rate = np.exp(eta + effect)
        return float(np.sum(k * rate / np.expm1(np.minimum(rate, LARGEST_RATE)) - (n - k) * rate))

    return float(brentq(slope, -WIDEST, WIDEST))


def log_multipliers(
    fit: ExpectedEndFit, log_hazard: np.ndarray, months: np.ndarray, expected_month: np.ndarray, step: np.ndarray
) -> np.ndarray:
    """Log factor on the hazard of each spell and month ahead, anchored; shape (n, m).

    Args:
        fit: relative hazards.
        log_hazard: log hazard of spells without regard to dates, -inf before the start, shape (n, m).
        months: ordinals of the months ahead, shape (m,).
        expected_month: per spell, shape (n,).
        step: step of the ladder per spell, shape (n,).
    """
    if not fit.informative:
        return np.zeros_like(log_hazard)
    effect = fit.effect[categories(months[None, :], expected_month[:, None])]
    dated = expected_month != NO_MONTH
    year = slice(0, ANCHOR_MONTHS)
    anchor = np.zeros(len(step))
    for one in np.unique(step[dated]):
        own = dated & (step == one)
        anchor[own] = _anchor(log_hazard[own, year], effect[own, year])
    return effect + anchor[:, None]


def _anchor(log_hazard: np.ndarray, effect: np.ndarray) -> float:
    """Log factor on dated spells that keeps the number of ends expected of them over the coming year."""
    rate = np.exp(log_hazard + effect)
    target = _expected_ends(np.exp(log_hazard))

    def surplus(factor: float) -> float:
        return _expected_ends(rate * np.exp(factor)) - target

    if surplus(-LARGEST_FACTOR) >= 0:
        return -LARGEST_FACTOR
    if surplus(LARGEST_FACTOR) <= 0:
        return LARGEST_FACTOR
    return float(brentq(surplus, -LARGEST_FACTOR, LARGEST_FACTOR, xtol=ANCHOR_PRECISION))


def _expected_ends(rate: np.ndarray) -> float:
    cumulated = np.minimum(rate, LARGEST_HAZARD).sum(axis=1)
    return float(-np.expm1(-cumulated).sum())
