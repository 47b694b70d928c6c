"""How much of a service month is booked in its own year: bills hurry before New Year, and some settle the year after.

The delay by age alone does not know the calendar. Past closings do: o(j) = booked in its own year / ultimate, by
calendar month j of service, over closed years. It leans on the delay's own answer with the weight of half a year.
"""

import numpy as np
import pandas as pd

from models.outturn.calendar import BookingCalendar, booking_weights
from models.outturn.delay import CLOSING_MONTHS
from models.outturn.groups import Group

PRIOR_YEARS = 0.5


def weights_by_period(
    calendar: BookingCalendar, service_months: pd.PeriodIndex, window: pd.PeriodIndex, group: Group
) -> np.ndarray:
    """Booking weights of a group with what past closings showed, shape (len(service_months), periods).

    Args:
        service_months: the months whose unbooked cost is laid on the booking periods.
        window: the service months that the group's arrays run over.
    """
    weights = booking_weights(calendar, service_months, group.delay.lag_shares, group.supplement_share)
    shares = own_year_shares(calendar, window, group)
    years = np.array([year for year, _ in calendar.periods])
    for row, month in enumerate(service_months):
        own = years == month.year
        target = _of_what_is_left(shares[month.month - 1], group.delay.booked_at((calendar.as_of - month).n))
        weights[row] = _rescaled(weights[row], own, target)
    return weights


def own_year_shares(calendar: BookingCalendar, window: pd.PeriodIndex, group: Group) -> np.ndarray:
    """Share of each calendar month's service that its own year books, shape (12,)."""
    model = _by_delay(calendar, group)
    last_closed = (calendar.as_of - CLOSING_MONTHS).year - 1
    usable = (np.asarray(window.year) <= last_closed) & ~np.isnan(group.ultimate) & (group.ultimate != 0)
    month = np.asarray(window.month)[usable] - 1
    ultimate = np.bincount(month, group.ultimate[usable], minlength=12)
    own = np.bincount(month, group.own_year[usable], minlength=12)
    years = np.bincount(month, minlength=12)
    seen = np.clip(own / np.where(ultimate != 0, ultimate, 1.0), 0.0, 1.0)
    return (years * seen + PRIOR_YEARS * model) / (years + PRIOR_YEARS)


def _by_delay(calendar: BookingCalendar, group: Group) -> np.ndarray:
    """The share that the delay by age implies, taken from the first whole year ahead, shape (12,)."""
    year = calendar.as_of.year + 1
    months = pd.period_range(f"{year}-01", f"{year}-12", freq="M")
    weights = booking_weights(calendar, months, group.delay.lag_shares, group.supplement_share)
    return weights[:, calendar.columns_of(year)].sum(axis=1)


def _of_what_is_left(share: float, booked: float) -> float:
    """Share of what is not booked yet that comes within the own year."""
    return float(np.clip((share - booked) / (1 - booked), 0.0, 1.0)) if booked < 1 else 1.0


def _rescaled(row: np.ndarray, own: np.ndarray, target: float) -> np.ndarray:
    """Give the own year's open periods `target` of the row and the later ones the rest, each in its own pattern."""
    inside, outside = row[own].sum(), row[~own].sum()
    if inside <= 0 or outside <= 0:
        return row
    return np.where(own, row * target / inside, row * (inside + outside - target) / outside)
