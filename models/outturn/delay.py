"""Invoice delay by chain-ladder: how much of a service month's cost has been booked after 0, 1, 2 ... months.

Reverse chain-ladder (Mack 1993, ASTIN Bulletin 23:213-225) on cumulated bookings C[s, a] of service month s at age a:
F(K) = 1 and F(a) = F(a+1) x sum_s C[s, a] / sum_s C[s, a+1] over service months that have reached age a + 1.
Going backwards it holds where nothing is booked at age 0. Small groups lean on all groups together: the pooled ratio
enters with the weight of PRIOR_MONTHS months of the group's own bookings.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.months import SUPPLEMENT

LONGEST_LAG = 14  # a year-old intermunicipal bill and the two months it takes to be booked
WINDOW_MONTHS = 30  # mature enough for the longest lag, and sixteen months of current practice on top
PRIOR_MONTHS = 3.0
CLOSING_MONTHS = 2  # after New Year, in which the old year's supplement period takes bookings
SETTLED_MONTHS = 6
CLOSINGS = 4  # years back that a closing still speaks of today's habits


@dataclass(frozen=True)
class Delay:
    """Booked share by age: `booked[a]` = F(a), shape (LONGEST_LAG + 1,), non-decreasing, ends at one."""

    booked: np.ndarray

    @property
    def lag_shares(self) -> np.ndarray:
        """Share booked exactly at each lag, shape (LONGEST_LAG + 1,)."""
        return np.diff(self.booked, prepend=0.0)

    def booked_at(self, age: int) -> float:
        """Share booked by an age in months; none before the service, all beyond the longest lag."""
        if age < 0:
            return 0.0
        return float(self.booked[age]) if age < len(self.booked) else 1.0


def triangle(postings: pd.DataFrame, months: pd.PeriodIndex) -> np.ndarray:
    """Cumulated bookings by service month and age.

    Args:
        postings: columns service (Period), known (Period), amount.
        months: service months, shape (s,).

    Returns:
        Kr., shape (s, LONGEST_LAG + 1). Ages that lie after the last known month repeat the newest value: callers
        mask them by age. Bookings before the service month count at age 0, later than the longest lag at the longest.
    """
    increments = np.zeros((len(months), LONGEST_LAG + 1))
    row = months.get_indexer(pd.PeriodIndex(postings["service"], freq="M"))
    lag = _ordinal(postings["known"]) - _ordinal(postings["service"])
    inside = row >= 0
    at = (row[inside], np.clip(lag[inside], 0, LONGEST_LAG))
    np.add.at(increments, at, postings["amount"].to_numpy(dtype=float)[inside])
    return increments.cumsum(axis=1)


def _ordinal(months: pd.Series) -> np.ndarray:
    return pd.PeriodIndex(months, freq="M").asi8


def ages(months: pd.PeriodIndex, as_of: pd.Period) -> np.ndarray:
    """Age of each service month at the as-of month, shape (s,)."""
    return as_of.ordinal - months.asi8


def fit_delay(cumulated: np.ndarray, age: np.ndarray, prior: "Delay | None" = None) -> Delay:
    """Fit F by reverse chain-ladder.

    Args:
        cumulated: triangle, shape (s, LONGEST_LAG + 1).
        age: age of each row at the as-of month, shape (s,).
        prior: the pooled delay that a small group leans on.
    """
    weight = PRIOR_MONTHS * np.abs(cumulated[:, -1]).sum() / max(len(cumulated), 1)
    positive = cumulated * np.sign(cumulated[:, -1].sum())  # income is as late as expense
    booked = np.ones(LONGEST_LAG + 1)
    for lag in range(LONGEST_LAG - 1, -1, -1):
        reached = age >= lag + 1
        booked[lag] = booked[lag + 1] * _step_ratio(positive[reached, lag : lag + 2], prior, lag, weight)
    return Delay(booked)


def _step_ratio(pair: np.ndarray, prior: Delay | None, lag: int, weight: float) -> float:
    earlier, later = pair.sum(axis=0) if len(pair) else (0.0, 0.0)
    if prior is not None:
        pooled = prior.booked[lag] / prior.booked[lag + 1] if prior.booked[lag + 1] > 0 else 1.0
        earlier, later = earlier + weight * pooled, later + weight
    return float(np.clip(earlier / later, 0.0, 1.0)) if later > 0 else 1.0


def closing_sums(postings: pd.DataFrame, as_of: pd.Period) -> np.ndarray:
    """What came for the old year just after New Year, kr., (2,): booked in its supplement period, in the new year."""
    service = pd.PeriodIndex(postings["service"], freq="M")
    after = (postings["year"] == service.year + 1) & (postings["period"] <= CLOSING_MONTHS)
    closing = (postings["year"] == service.year) & (postings["period"] == SUPPLEMENT)
    closed = np.asarray((service.year < (as_of - CLOSING_MONTHS).year) & (service.year >= as_of.year - CLOSINGS))
    amounts = postings["amount"].to_numpy(dtype=float)
    return np.abs([amounts[closing & closed].sum(), amounts[after & closed].sum()])


def settled_closings(postings: pd.DataFrame, as_of: pd.Period) -> np.ndarray:
    """What of each closed year's services came after New Year: in its supplement period, in later years; kr., (k, 2).

    A closing is settled half a year after New Year, when half-year bills have come.
    """
    service = pd.PeriodIndex(postings["service"], freq="M").year
    last = (as_of - SETTLED_MONTHS).year - 1
    years = np.arange(as_of.year - CLOSINGS, last + 1)
    amounts = postings["amount"].to_numpy(dtype=float)
    booked, period = postings["year"].to_numpy(), postings["period"].to_numpy()
    closing, later = (booked == service) & (period == SUPPLEMENT), booked > service
    return np.array([[amounts[(service == y) & part].sum() for part in (closing, later)] for y in years]).reshape(-1, 2)


def own_year_sums(postings: pd.DataFrame, months: pd.PeriodIndex) -> np.ndarray:
    """Booked in the service month's own year, supplement period included, kr., shape (s,)."""
    service = pd.PeriodIndex(postings["service"], freq="M")
    row = months.get_indexer(service)
    own = (row >= 0) & np.asarray(postings["year"] == service.year)
    return np.bincount(row[own], postings["amount"].to_numpy(dtype=float)[own], minlength=len(months))


def own_years_before(postings: pd.DataFrame, month: pd.Period) -> np.ndarray:
    """Booked of services before a month, by year and calendar month, kr., shape (CLOSINGS, 2, 12).

    In the service's own year, supplement period included, and in all. The years are the month's own and those before.
    """
    service = pd.PeriodIndex(postings["service"], freq="M")
    back = month.year - np.asarray(service.year)
    used = np.asarray(service < month) & (back < CLOSINGS)
    amounts = postings["amount"].to_numpy(dtype=float)
    own = np.asarray(postings["year"] == service.year)
    sums = np.zeros((CLOSINGS, 2, 12))
    for part, chosen in enumerate((used & own, used)):
        np.add.at(sums, (back[chosen], part, np.asarray(service.month)[chosen] - 1), amounts[chosen])
    return sums


@dataclass(frozen=True)
class Tables:
    """What is booked on a leaf, in the tables that delay, ratio and closings are read from; those of leaves add up.

    Attributes:
        cumulated: triangle over the window, shape (s, LONGEST_LAG + 1).
        closing: see `closing_sums`, shape (2,).
        settled: see `settled_closings`, shape (k, 2).
        own_year: see `own_year_sums`, shape (s,).
        before: see `own_years_before`, shape (CLOSINGS, 2, 12).
    """

    cumulated: np.ndarray
    closing: np.ndarray
    settled: np.ndarray
    own_year: np.ndarray
    before: np.ndarray

    def __add__(self, other: "Tables") -> "Tables":
        return Tables(**{name: own + getattr(other, name) for name, own in vars(self).items()})


def tables_of(postings: pd.DataFrame, window: pd.PeriodIndex, as_of: pd.Period) -> Tables:
    """Lay out the postings of a leaf: columns year, period, service, known and amount."""
    return Tables(
        cumulated=triangle(postings[postings["service"] >= window[0]], window),
        closing=closing_sums(postings, as_of),
        settled=settled_closings(postings, as_of),
        own_year=own_year_sums(postings, window),
        before=own_years_before(postings, window[0]),
    )


def supplement_share(own: np.ndarray, pooled: np.ndarray, prior: float) -> float:
    """Share of what comes just after New Year that the supplement period takes, leaning on all groups with `prior` kr.

    Both are `closing_sums`. Without any closing it is one: cost belongs to the year in which the service was given.
    """
    everyone = float(pooled[0] / pooled.sum()) if pooled.sum() > 0 else 1.0
    weight = float(own.sum()) + prior
    return (float(own[0]) + prior * everyone) / weight if weight > 0 else everyone
