"""What an expected end tells: hazards relative to spells of the same duration, age and type, by months until it.

Learned by the cloglog likelihood with the log hazard of `hazard` as offset, on ended and running spells alike. Dates
that were moved are seen only where they ended up, so closed spells make dates look more binding than they are.
Therefore the expected ends decide *which* spells end, and the hazard of duration, age and type decides *how many*: one
factor on all dated spells of a step of the ladder makes their expected number of ends over the coming year equal to
what it is without any dates, and one per stretch of it spreads them over the year as they are without, as far as there
are enough of them: looked back upon, a running spell's date lay far ahead all the time, so dates alone hold ends back
to the end of the year. Step by step, because a date binds the short measures more than a placement: with one factor
for all, what dates say too much of the former would be taken from the ends of the latter.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq

from models.activity.hazard import MAX_LOG_HAZARD, PersonMonths
from models.activity.history import NO_MONTH, History

EDGES = np.array([-12, -6, -3, -1, 0, 1, 4])  # months after the expected end; 0 is its own month
NO_DATE = len(EDGES) + 1
N_CATEGORIES = NO_DATE + 1
PRIOR_WEIGHT = 3.0
ENOUGH_ENDS = 20  # with fewer dated ends the dates say nothing
STRETCHES = (0, 3, 6, 12, 24)  # months ahead; what is beyond takes the factor of the last stretch
ANCHOR_MONTHS = 12
PRIOR_ENDS = 5.0  # a stretch's factor leans on the year's with the weight of so many ends
PRIOR_DAYS = 1.0  # an end on its day: what is agreed is taken at its word until ends say otherwise
WIDEST = 12.0  # log; no date makes an end a hundred thousand times likelier
LARGEST_RATE = 700.0  # exp of more is no number
LARGEST_HAZARD = float(np.exp(MAX_LOG_HAZARD))
ANCHOR_PRECISION = 1e-9  # log
LARGEST_FACTOR = 3.0  # log; the anchor may divide or multiply hazards by twenty at most


@dataclass(frozen=True)
class ExpectedEndFit:
    """What dates tell.

    Attributes:
        effect: log relative hazard per category, shape (N_CATEGORIES,); zeros where the dates say nothing.
        on_the_day: share of ends in the month of the expected end that fall on its day.
    """

    effect: np.ndarray
    dated_ends: int
    converged: bool
    on_the_day: float = 1.0

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
    on_the_day = _on_the_day(history)
    if dated_ends < ENOUGH_ENDS:
        return ExpectedEndFit(np.zeros(N_CATEGORIES), dated_ends, True, on_the_day)
    category = categories(table.month, expected)[inside]
    cell, ended = table.cell[inside], table.ended[inside]
    key, at = np.unique(cell * N_CATEGORIES + category, return_inverse=True)
    ends = np.bincount(at, ended)
    months = np.bincount(at)
    offset, group = log_hazard[key // N_CATEGORIES], key % N_CATEGORIES
    effect = np.array(
        [_effect(ends[group == one], months[group == one], offset[group == one]) for one in range(N_CATEGORIES)]
    )
    return ExpectedEndFit(effect, dated_ends, True, on_the_day)


def _on_the_day(history: History) -> float:
    """Share of ends in their expected month that fall on the expected day; all of them where none is known."""
    spells = history.spells
    in_month = spells["granted"] & (spells["stop_month"] <= history.as_of)
    in_month &= spells["stop_month"] == spells["expected_month"]
    on_day = in_month & (spells["stop_share"] == spells["expected_share"])
    return float((on_day.sum() + PRIOR_DAYS) / (in_month.sum() + PRIOR_DAYS))


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
    anchored = effect.copy()
    for one in np.unique(step[dated]):
        own = dated & (step == one)
        anchored[own] += _anchors(log_hazard[own], effect[own])
    return anchored


def _anchors(log_hazard: np.ndarray, effect: np.ndarray) -> np.ndarray:
    """Log factor per month on dated spells that keeps how many ends are expected of them, shape (m,).

    First one factor for the coming year, then one for each stretch of it, which leans on the former.
    """
    plain = np.exp(np.minimum(log_hazard, MAX_LOG_HAZARD))
    dated = np.exp(np.minimum(log_hazard + effect, MAX_LOG_HAZARD))
    alive, alive_dated = np.ones(len(plain)), np.ones(len(plain))
    year = slice(0, ANCHOR_MONTHS)
    of_year = _factor(dated[:, year], alive_dated, float(alive @ _ended(plain[:, year])))
    dated = dated * np.exp(of_year)
    factors = np.full(plain.shape[1], of_year)
    for begin, end in pairwise(STRETCHES):
        stretch = slice(begin, end)
        target = float(alive @ _ended(plain[:, stretch]))
        said = float(alive_dated @ _ended(dated[:, stretch]))
        factor = _factor(dated[:, stretch], alive_dated, said * (target + PRIOR_ENDS) / (said + PRIOR_ENDS))
        factors[begin:] = of_year + factor
        alive = alive * (1 - _ended(plain[:, stretch]))
        alive_dated = alive_dated * (1 - _ended(dated[:, stretch] * np.exp(factor)))
    return factors


def _factor(rate: np.ndarray, alive: np.ndarray, wanted: float) -> float:
    """Log factor on the rates (n, k) of spells alive with a probability (n,) that gives the wanted number of ends."""

    def surplus(factor: float) -> float:
        return float(alive @ _ended(rate * np.exp(factor))) - wanted

    if surplus(-LARGEST_FACTOR) >= 0:
        return -LARGEST_FACTOR
    if surplus(LARGEST_FACTOR) <= 0:
        return LARGEST_FACTOR
    return float(brentq(surplus, -LARGEST_FACTOR, LARGEST_FACTOR, xtol=ANCHOR_PRECISION))


def _ended(rate: np.ndarray) -> np.ndarray:
    """Probability of an end within the months of the rates, shape (n,)."""
    return np.asarray(-np.expm1(-np.minimum(rate, LARGEST_HAZARD).sum(axis=1)))
