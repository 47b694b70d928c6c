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


@dataclass(frozen=True)
class Delay:
    """Booked share by age: `booked[a]` = F(a), shape (LONGEST_LAG + 1,), non-decreasing, ends at one."""

    booked: np.ndarray

    @property
    def lag_shares(self) -> np.ndarray:
        """Share booked exactly at each lag, shape (LONGEST_LAG + 1,)."""
        return np.diff(self.booked, prepend=0.0)

    def booked_at(self, age: int) -> float:
        """Share booked by an age in months; one beyond the longest lag."""
        return float(self.booked[age]) if age < len(self.booked) else 1.0


def known_from(postings: pd.DataFrame) -> pd.Series:
    """The month each posting became known: its booking period; a supplement posting the following January or later."""
    period = postings["period"].where(postings["period"] < SUPPLEMENT, 1)
    year = postings["year"].where(postings["period"] < SUPPLEMENT, postings["year"] + 1)
    regular = pd.Series(pd.to_datetime({"year": year, "month": period, "day": 1}).dt.to_period("M"))
    late = postings["booked"].dt.to_period("M")
    in_supplement = (postings["period"] == SUPPLEMENT) & late.notna() & (late > regular)
    return regular.where(~in_supplement, late)


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
    booked = np.ones(LONGEST_LAG + 1)
    for lag in range(LONGEST_LAG - 1, -1, -1):
        reached = age >= lag + 1
        booked[lag] = booked[lag + 1] * _step_ratio(cumulated[reached, lag : lag + 2], prior, lag, weight)
    return Delay(booked)


def _step_ratio(pair: np.ndarray, prior: Delay | None, lag: int, weight: float) -> float:
    earlier, later = pair.sum(axis=0) if len(pair) else (0.0, 0.0)
    if prior is not None:
        pooled = prior.booked[lag] / prior.booked[lag + 1] if prior.booked[lag + 1] > 0 else 1.0
        earlier, later = earlier + weight * pooled, later + weight
    return float(np.clip(earlier / later, 0.0, 1.0)) if later > 0 else 1.0


def supplement_share(postings: pd.DataFrame) -> float:
    """Share of what arrived in January for the old year that was booked in its supplement period; one if unknown.

    The default is the accounting rule itself: cost belongs to the year in which the service was given.
    """
    service, known = pd.PeriodIndex(postings["service"], freq="M"), pd.PeriodIndex(postings["known"], freq="M")
    in_january = (known.year == service.year + 1) & (known.month == 1)
    arrived = postings[in_january]
    total = arrived["amount"].clip(lower=0).sum()
    in_supplement = arrived.loc[arrived["period"] == SUPPLEMENT, "amount"].clip(lower=0).sum()
    return float(in_supplement / total) if total > 0 else 1.0
