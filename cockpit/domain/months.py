"""Months and booking periods.

A month is a `pandas.Period` with frequency "M"; a booking period is a year and a number 1-13, where 13 is the
supplement period: postings after New Year that belong to the old year.
"""

import re

import pandas as pd

SUPPLEMENT = 13
OUTLINE_YEARS = 3  # overslagsår: a municipality's budget looks three years beyond its own
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def parse_month(text: str) -> pd.Period:
    """Return the month written as `YYYY-MM`.

    Raises:
        ValueError: the text is not a month of the years 1900-2199.
    """
    match = _MONTH.fullmatch(text.strip())
    if not match or not 1 <= int(match[2]) <= 12 or not 1900 <= int(match[1]) < 2200:
        raise ValueError(f"not a month: {text!r}")
    return pd.Period(year=int(match[1]), month=int(match[2]), freq="M")


def month_range(first: pd.Period, last: pd.Period) -> pd.PeriodIndex:
    """Return every month from `first` to `last`, both included; empty where `last` lies before `first`."""
    return pd.period_range(first, last, freq="M")


def year_months(year: int) -> pd.PeriodIndex:
    """Return the twelve months of a calendar year."""
    return month_range(pd.Period(year=year, month=1, freq="M"), pd.Period(year=year, month=12, freq="M"))


def first_day(month: pd.Period) -> pd.Timestamp:
    """Return the first day of a month."""
    return month.start_time.normalize()


def day_after(month: pd.Period) -> pd.Timestamp:
    """Return the first day after a month: the open end of the half-open interval that the month is."""
    return first_day(month + 1)


def period_label(year: int, period: int) -> str:
    """Return a booking period as text, `2025-07`; the supplement period is `2025-13`."""
    return f"{year:04d}-{period:02d}"


def period_is_known(year: int, period: int, as_of: pd.Period) -> bool:
    """Say whether a booking period had been booked by the end of the as-of month.

    The supplement period of a year is booked after New Year, so it is known from the following January.
    """
    return (year, period) <= (as_of.year, as_of.month) or (period == SUPPLEMENT and year < as_of.year)
