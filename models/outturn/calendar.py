"""The booking calendar: which booking periods are still open, and how cost of a service month falls on them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.months import SUPPLEMENT, month_range
from models.outturn.delay import CLOSING_MONTHS

DECEMBER = 12


@dataclass(frozen=True)
class BookingCalendar:
    """Booking periods after the as-of month to the end of the last year.

    `periods` holds (year, period) with period 13 for the supplement; `service_months` runs from January of the as-of
    year to December of the last year, so it covers what is known of this year as well as what is to come.
    """

    as_of: pd.Period
    last_year: int

    @property
    def service_months(self) -> pd.PeriodIndex:
        """January of the as-of year .. December of the last year."""
        return month_range(self.as_of - self.as_of.month + 1, pd.Period(year=self.last_year, month=12, freq="M"))

    @property
    def periods(self) -> list[tuple[int, int]]:
        """The open booking periods in order; each year ends with its supplement period."""
        every = [(year, p) for year in range(self.as_of.year, self.last_year + 1) for p in range(1, SUPPLEMENT + 1)]
        return [(year, p) for year, p in every if (year, p) > (self.as_of.year, self.as_of.month)]

    @property
    def years(self) -> list[int]:
        """The as-of year and the years after it."""
        return list(range(self.as_of.year, self.last_year + 1))

    def columns_of(self, year: int) -> np.ndarray:
        """Positions of a year's open periods, shape (k,)."""
        return np.array([at for at, (y, _) in enumerate(self.periods) if y == year], dtype=int)


def booking_weights(
    calendar: BookingCalendar, service_months: pd.PeriodIndex, lag_shares: np.ndarray, supplement_share: float
) -> np.ndarray:
    """Share of each service month's still unbooked cost that falls in each open booking period.

    Args:
        service_months: shape (s,); months up to the as-of month have only their later lags left.
        lag_shares: share of the cost booked 0, 1, 2 ... months after the service month, shape (k,), sums to one.
        supplement_share: share of what arrives just after New Year for the old year that is booked in its supplement
            period; it takes the earliest arrivals.

    Returns:
        Shape (s, periods). Rows sum to one except where cost is booked after the calendar's end.
    """
    position = {period: at for at, period in enumerate(calendar.periods)}
    weights = np.zeros((len(service_months), len(position)))
    for row, month in enumerate(service_months):
        lags = _open_lags(lag_shares, (calendar.as_of - month).n)
        arrivals = [(_later(month.year, month.month, lag), share) for lag, share in lags]
        supplement = (month.year, SUPPLEMENT)
        closing = {at for at, _ in arrivals if supplement in position and _is_just_after(at, month.year)}
        room = supplement_share * sum(share for at, share in arrivals if at in closing)
        for at, share in arrivals:
            taken = min(share, room) if at in closing else 0.0
            room -= taken
            for period, part in ((supplement, taken), (at, share - taken)):
                if period in position:
                    weights[row, position[period]] += part
    return weights


def _later(year: int, month: int, lag: int) -> tuple[int, int]:
    """Year and month some months later."""
    years, at = divmod(month - 1 + lag, 12)
    return year + years, at + 1


def _is_just_after(arrives: tuple[int, int], year: int) -> bool:
    """Whether an invoice comes while the year before may still have its supplement period to come."""
    return arrives[0] == year + 1 and arrives[1] <= CLOSING_MONTHS


def _open_lags(lag_shares: np.ndarray, age: int) -> list[tuple[int, float]]:
    """Lags that lie after the as-of month with their shares of what is left; nothing left counts as next month."""
    if age < 0:
        return list(enumerate(lag_shares))
    left = lag_shares[age + 1 :]
    if left.sum() <= 0:
        return [(age + 1, 1.0)]
    return [(age + 1 + at, share) for at, share in enumerate(left / left.sum())]
