"""The shape of a CPR number: finding it, masking it, and reading the month of birth from it.

The date rule decides (ddmmyy is a day of the calendar), never modulus 11: numbers issued since 2007 fail it. Where the
year is written with four digits, the century rule decides too: `01-02-2025 1400` is a date and something else, for no
serial number that begins with 1 belongs to anyone born in this century.
"""

import calendar
import re
import unicodedata

import pandas as pd

MASK = "******-****"
_DASHES = r"-\u2010-\u2015\u2212\uff0d"
# With a space beside them, a full stop and a colon end a sentence or a date.
_GAP = rf"(?:\s{{0,2}}[{_DASHES}/]?\s{{0,2}}|[._:])"
_SEPARATORS = re.compile(rf"\s|{_GAP}")
# After a year of four digits, four more are often an amount or the year of the next date, which reads on like this.
_READS_ON = rf"(?:,\d|[{_DASHES}./]\d{{1,2}}[{_DASHES}./]\d|\s?kr\b)"
# Digits of any script, as full-width ones. The parts of the date may be set apart, both times by the same sign.
_SHAPE = re.compile(
    rf"(?<!\d)(?P<day>\d{{2}})(?P<apart>[{_DASHES}./_\s]?)(?P<month>\d{{2}})(?P=apart)(?P<century>18|19|20)?"
    rf"(?P<year>\d{{2}})(?P<gap>{_GAP})(?P<serial>\d{{4}})(?!\d)(?(century)(?!{_READS_ON}))"
)
# Signs that are not seen may stand anywhere among the digits: soft hyphen, zero-width and direction marks.
_UNSEEN = dict.fromkeys([0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])
_DECIMAL = re.compile(r"[-+]?[1-9][0-9]{5}\.[0-9]{4}")
_LEAP_YEAR = 2000
# A replacement number (erstatnings-CPR) carries the day of birth plus 60. It is as personal as any other, but ten
# plain digits of that form are more often a voucher, so it is only recognised with a separator.
_REPLACEMENT = 60


_DAYS = frozenset(
    (day, month) for month in range(1, 13) for day in range(1, calendar.monthrange(_LEAP_YEAR, month)[1] + 1)
)


def _is_date(day: int, month: int) -> bool:
    return (day, month) in _DAYS


def _has_shape(match: re.Match[str]) -> bool:
    day, month, separated = int(match["day"]), int(match["month"]), bool(match["apart"] or match["gap"])
    if match["century"] and not separated:
        return False  # twelve plain digits are a voucher
    if _is_date(day, month):
        return not match["century"] or _agrees(match)
    return separated and _is_date(day - _REPLACEMENT, month)


def _agrees(match: re.Match[str]) -> bool:
    """Whether the serial number is one of the century that is written."""
    return _century(int(match["serial"][0]), int(match["year"])) == 100 * int(match["century"])


def mask(text: str) -> str:
    """Return the text with every CPR-shaped part replaced by `******-****`; without one, the text as it is."""
    seen = _seen(text)
    masked = _SHAPE.sub(lambda match: MASK if _has_shape(match) else match[0], seen)
    return text if masked == seen else masked


def contains(text: str) -> bool:
    """Say whether any part of the text has the shape of a CPR number."""
    return any(_has_shape(match) for match in _SHAPE.finditer(_seen(text)))


def is_decimal(text: str) -> bool:
    """Say whether a text of the shape is a number as databases write money: six digits, a point and four decimals.

    Only a column of numbers may ask: in a text the same signs are a CPR number. A number never begins with a zero.
    """
    return bool(_DECIMAL.fullmatch(text))


def _seen(text: str) -> str:
    return text if text.isascii() else text.translate(_UNSEEN)


def digits_of(text: str) -> str | None:
    """Return the ten digits of a text that is one CPR number (or replacement number) and nothing else, else None.

    A spreadsheet drops the leading zero of a number, so nine digits are read with it.
    """
    text = unicodedata.normalize("NFKC", _seen(text)).strip()
    whole = _SHAPE.fullmatch(text)
    compact = "".join(whole.group("day", "month", "year", "serial")) if whole else _SEPARATORS.sub("", text)
    if re.fullmatch(r"[0-9]{9}", compact):
        compact = "0" + compact
    if not re.fullmatch(r"[0-9]{10}", compact):
        return None
    day, month = int(compact[:2]), int(compact[2:4])
    return compact if _is_date(day, month) or _is_date(day - _REPLACEMENT, month) else None


def birth_date(digits: str) -> pd.Timestamp | None:
    """Return the date of birth of ten digits by the century rule of the seventh digit, None where there is none.

    Source: CPR-kontoret, "Personnummeret i CPR-systemet": 0-3 are 1900-1999; 4 and 9 are 2000-2036 or 1937-1999;
    5-8 are 2000-2057 or 1858-1899.
    """
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    day -= _REPLACEMENT if day > _REPLACEMENT else 0
    year += _century(int(digits[6]), year)
    if not _is_date(day, month) or day > calendar.monthrange(year, month)[1]:
        return None
    return pd.Timestamp(year=year, month=month, day=day)


def _century(seventh: int, year: int) -> int:
    if seventh <= 3:
        return 1900
    if seventh in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800
