"""Lasting changes of level that nobody entered: scans over when, with a bound on false alarms over all that is scanned.

Each scan asks every candidate month of the last two years whether what comes from it on differs from what lay before,
and keeps the clearest. The level of significance is that of a whole forecast, FALSE_ALARMS, divided by everything that
was asked (Bonferroni), where a series is counted as DISTINCT questions: neighbouring months answer alike. The tests
hold the bound against worlds that do not change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student

from models.average import kernel
from models.closed_form import step_chances
from models.structural import slope_kernel

Array = NDArray[np.float64]
FALSE_ALARMS = 0.05  # of forecasts in a world that does not change, over all scans together
KINDS = 3  # inflow, price and accounts share it
DISTINCT = 3  # of the candidate months; measured on worlds that do not change, with room to spare
RECENT = 24  # months back that a change may lie
FEWEST_AFTER = 4  # months of something new before it is more than a season
FEWEST_BEFORE = 12
LONGEST_BEFORE = 36  # months before a change that still say what was usual
YEAR = 12
LONGEST_SERIES = 72  # months of an account: one of the windows that a forecast has matrices for
ENOUGH = 5  # starts on either side
WANDER = 0.1  # what a level moves by from year to year without being another (log, standard deviation)


@dataclass(frozen=True)
class Shift:
    """A change found: position of its first month, the levels before and after, and its significance (one-off)."""

    at: int
    before: float
    after: float
    chance: float


def candidates(n: int) -> range:
    """Positions in n months up to now at which a change may be looked for."""
    return range(max(FEWEST_BEFORE, n - RECENT), n - FEWEST_AFTER + 1)


def bound(series: int) -> float:
    """The significance that a change needs when so many series of one kind are scanned."""
    return FALSE_ALARMS / KINDS / DISTINCT / max(series, 1)


def rate_shift(counts: Array, expected: Array, dispersion: float, scanned: int) -> Shift | None:
    """Find a change in the ratio of counts to what is expected of them (season, registration, known events).

    The statistic is the log ratio of the two ratios over its standard error, sqrt(dispersion (1/n0 + 1/n1) + WANDER^2):
    Wald's test of two Poisson rates, overdispersion-corrected.

    Args:
        counts, expected: shape (n,).
        scanned: how many series of its kind are scanned.

    Returns:
        Levels in mean counts a month, both over the months of the newer part's season; None where nothing is clear.
    """
    found = [_rate_at(counts, expected, dispersion, at) for at in candidates(len(counts))]
    return _clearest(found, scanned)


def _rate_at(counts: Array, expected: Array, dispersion: float, at: int) -> Shift | None:
    old, new = slice(max(at - LONGEST_BEFORE, 0), at), slice(at, len(counts))
    n, e = (np.array([part[old].sum(), part[new].sum()]) for part in (counts, expected))
    if n.sum() < 2 * ENOUGH or e.min() <= 0:
        return None
    smoothed = n + 0.5  # none at all on one side is a finding, not a division by zero
    z = np.log(smoothed[1] / e[1] * e[0] / smoothed[0]) / np.sqrt(dispersion * (1 / smoothed).sum() + WANDER**2)
    usual = e[1] / (len(counts) - at)
    return Shift(at, float(n[0] / e[0] * usual), float(n[1] / e[1] * usual), float(2 * norm.sf(abs(z))))


def mean_shift(values: Array, month: NDArray[np.int64], n: int, scanned: int) -> Shift | None:
    """Find a change in the mean of values that came in months 0..n-1 (log prices): Welch's t over every month.

    Args:
        values: shape (k,); month: position of each, shape (k,).
    """
    return _clearest([_mean_at(values, month, at) for at in candidates(n)], scanned)


def _mean_at(values: Array, month: NDArray[np.int64], at: int) -> Shift | None:
    old, new = values[(month < at) & (month >= at - LONGEST_BEFORE)], values[month >= at]
    if min(len(old), len(new)) < ENOUGH:
        return None
    parts = np.array([old.var(ddof=1) / len(old), new.var(ddof=1) / len(new)])
    error = np.sqrt(parts.sum() + 0.25 * WANDER**2)
    freedom = parts.sum() ** 2 / np.sum(parts**2 / (np.array([len(old), len(new)]) - 1)) if parts.sum() > 0 else 1e6
    chance = 2 * student.sf(abs(new.mean() - old.mean()) / error, freedom)
    return Shift(at, float(old.mean()), float(new.mean()), float(chance))


def series_shift(series: pd.Series, horizon: int, scanned: int) -> Shift | None:
    """Find a step in the level of an account's monthly bookings that its usual wandering and season do not explain.

    Levels are means over the new months, a year at most, and over the same months of the year before.

    Args:
        series: bookings by month without gaps.
        horizon: that of the account's forecast, whose matrices are used again.
    """
    y = series.to_numpy(float)[-LONGEST_SERIES:]
    scale = np.abs(y).mean()
    asking = candidates(len(y))
    if not len(asking) or np.ptp(y) == 0:
        return None
    chance = step_chances(y / scale, asking.start, kernel(slope_kernel, len(y), horizon, ()))
    found = [Shift(at, *_levels(y, at), float(chance[at])) for at in asking]
    best = _clearest(found, scanned)
    return None if best is None else replace(best, at=best.at + len(series) - len(y))


def _levels(y: Array, at: int) -> tuple[float, float]:
    length = min(len(y) - at, YEAR)
    return float(y[at - YEAR : at - YEAR + length].mean()), float(y[at : at + length].mean())


def _clearest(found: Sequence[Shift | None], scanned: int) -> Shift | None:
    known = [one for one in found if one is not None]
    best = min(known, key=lambda one: one.chance, default=None)
    return best if best is not None and best.chance < bound(scanned) else None
