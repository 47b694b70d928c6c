"""How numbers, months and dates are written: the only place that does it (Danish, by Babel).

Non-breaking space before units, true minus, never "-0,0", and a dash for what is absent.
"""

import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import pandas as pd
from babel.dates import format_date, format_datetime, get_month_names
from babel.numbers import format_decimal

from cockpit.domain.months import SUPPLEMENT

LOCALE = "da"
DANISH_TIME = ZoneInfo("Europe/Copenhagen")
NBSP = "\u00a0"
MINUS = "\u2212"
ABSENT = "–"
MILLION = 1_000_000
_PATTERNS = {0: "#,##0", 1: "#,##0.0", 2: "#,##0.00", 3: "#,##0.000"}


def is_absent(value: object) -> bool:
    """Say whether a value is missing: None, NaN, NaT or infinite."""
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    return isinstance(value, float) and not math.isfinite(value)


def unbroken_days(text: str) -> str:
    """Keep the days of a text on one line: `31. marts` is never parted."""
    return re.sub(r"(?<=\d\.) (?=\w)", NBSP, text)


def rounds_to_zero(value: float, decimals: int) -> bool:
    """Say whether a value is written as zero with so many decimals."""
    return not set(_digits(abs(value), decimals)) & set("123456789")


def rounded(value: float, decimals: int) -> Decimal:
    """Round as a reader does by hand: half a unit goes away from zero, where the library would send 1,25 to 1,2."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def number(value: float | None, decimals: int = 0, *, signed: bool = False) -> str:
    """Write a number: `1.234,5`; with `signed` a plus stands before what is written as more than zero."""
    if value is None or is_absent(value):
        return ABSENT
    digits = _digits(abs(value), decimals)
    if rounds_to_zero(value, decimals):
        return digits
    if value < 0:
        return MINUS + digits
    return f"+{digits}" if signed else digits


def plain(value: float | None) -> str:
    """Write a value of an assumption with the decimals it has, three at most: `0,5`, `830.000`."""
    if value is None or is_absent(value):
        return ABSENT
    digits = format_decimal(abs(value), "#,##0.###", locale=LOCALE)
    return MINUS + digits if value < 0 and digits != "0" else digits


def kroner(amount: float | None, *, signed: bool = False) -> str:
    """Write whole kroner: `1.234.567 kr.`"""
    return with_unit(number(amount, signed=signed), "kr.")


def millions(amount: float | None, *, signed: bool = False) -> str:
    """Write an amount in kr. as millions without the unit, for charts and tables that name it once: `6,2`."""
    return ABSENT if amount is None else number(amount / MILLION, 1, signed=signed)


def mio(amount: float | None, *, signed: bool = False) -> str:
    """Write an amount in kr. as millions: `6,2 mio. kr.`"""
    return with_unit(millions(amount, signed=signed), f"mio.{NBSP}kr.")


def percent(share: float | None, decimals: int = 0, *, signed: bool = False) -> str:
    """Write a share (0,123) as percent: `12,3 %`."""
    return ABSENT if share is None else with_unit(number(share * 100, decimals, signed=signed), "%")


def with_unit(text: str, unit: str) -> str:
    """Put a unit after a number, unless the number is absent."""
    return text if text == ABSENT else f"{text}{NBSP}{unit}"


def sentence(text: str) -> str:
    """End a text with a full stop, unless it ends with that of `mio. kr.` already."""
    return text if text.endswith(".") else f"{text}."


def plural(count: int, one: str, many: str) -> str:
    """Write a count with its noun: `1 fil`, `1.200 filer`."""
    return f"{number(count)}{NBSP}{one if count == 1 else many}"


def month_short(month: str | pd.Period) -> str:
    """Write a booking period on an axis: `jan`, `aug`, `Supp` for the supplement period."""
    _, period = _booking_period(month)
    return "Supp" if period == SUPPLEMENT else _month_names()[period].removesuffix(".")


def month_year(month: str | pd.Period) -> str:
    """Write a booking period with its year: `aug. 2025`; the supplement period as `supplement 2025`."""
    year, period = _booking_period(month)
    return f"supplement{NBSP}{year}" if period == SUPPLEMENT else f"{_month_names()[period]}{NBSP}{year}"


def month_long(month: str | pd.Period) -> str:
    """Write a month out in full: `august 2025`."""
    year, period = _booking_period(month)
    return f"{_month_names('wide')[period]}{NBSP}{year}"


def month_name(number: int) -> str:
    """Write a month of the year (1-12) out in full: `august`."""
    return _month_names("wide")[number]


def day(date: dt.date | pd.Timestamp | None) -> str:
    """Write a date, or the Danish date of a point in time that knows its zone: `22. nov. 2026`."""
    if date is None or is_absent(date):
        return ABSENT
    if isinstance(date, dt.datetime) and date.tzinfo:
        date = danish_time(date)
    return format_date(date, "d. MMM y", locale=LOCALE).replace(" ", NBSP)


def danish_time(at: dt.datetime) -> dt.datetime:
    """Return a point in time by the Danish clock; without a zone it is UTC, as everything stored is."""
    return (at if at.tzinfo else at.replace(tzinfo=dt.UTC)).astimezone(DANISH_TIME)


def moment(at: dt.datetime | pd.Timestamp | None) -> str:
    """Write a point in time by the Danish clock: `22. nov. 2026 kl. 13.05`; without a zone it is UTC."""
    if at is None or is_absent(at):
        return ABSENT
    text = format_datetime(danish_time(at), "d. MMM y 'kl.' HH.mm", tzinfo=DANISH_TIME, locale=LOCALE)
    return text.replace(" ", NBSP)


def lower_first(text: str) -> str:
    """Write a name within a sentence: its first letter small; an abbreviation (MST) stays as it is, wherever it is."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def enumeration(parts: list[str], joint: str = "og") -> str:
    """Write a list in a sentence: `a, b og c`."""
    return parts[0] if len(parts) == 1 else f" {joint} ".join([", ".join(parts[:-1]), parts[-1]]) if parts else ""


@lru_cache(maxsize=50_000)  # a page writes a thousand numbers and most of them again after each choice
def _digits(value: float, decimals: int) -> str:
    return format_decimal(rounded(value, decimals), _PATTERNS[decimals], locale=LOCALE)


def _booking_period(month: str | pd.Period) -> tuple[int, int]:
    if isinstance(month, pd.Period):
        return month.year, month.month
    year, period = month.split("-")
    return int(year), int(period)


@cache
def _month_names(width: Literal["abbreviated", "wide"] = "abbreviated") -> dict[int, str]:
    return dict(get_month_names(width, locale=LOCALE))
