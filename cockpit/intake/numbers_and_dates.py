"""Numbers, dates and periods as people and systems write them, read strictly.

Every reader takes one non-blank text and returns a value or raises `Unreadable` with a Danish sentence that says what
is wrong and what to do. Nothing is guessed in silence.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cockpit.domain.months import SUPPLEMENT

Decimal = Literal[",", "."]
FIRST_YEAR, LAST_YEAR = 1900, 2199
NO_END = 9999  # the year that case systems write for "no end"


class Unreadable(ValueError):
    """The text cannot be read; the message is a Danish sentence with the remedy."""


_SPACES = re.compile(r"[\s\u00a0\u202f'’]")
_CURRENCY = re.compile(r"^(kr\.?|dkk)|(kr\.?|dkk|,-{1,2})$", re.IGNORECASE)
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-"})
_SIDE = re.compile(r"[0-9]\s*[DKC]$", re.IGNORECASE)
_USUAL = re.compile(r"-?[0-9][0-9.,]*")  # most numbers need no tidying
_SPACED = re.compile(r"[0-9]{1,3}([\s\u00a0\u202f'’][0-9]{3})+([.,][0-9]*)?|[0-9.,]+")
_BY_DECIMAL = {
    ",": re.compile(r"([1-9][0-9]{0,2}(\.[0-9]{3})+|[0-9]+)(,[0-9]*)?|,[0-9]+"),
    ".": re.compile(r"([1-9][0-9]{0,2}(,[0-9]{3})+|[0-9]+)(\.[0-9]*)?|\.[0-9]+"),
}
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")  # 1.234: one and a bit, or more than a thousand
_NUMBER_ADVICE = "Skriv fx 1234,50 eller -1234,50."


def _bare(text: str) -> tuple[str, bool]:
    """Return digits and separators, and whether a minus, a trailing minus or parentheses make the number negative."""
    if _USUAL.fullmatch(text):
        return text.removeprefix("-"), text.startswith("-")
    text = _CURRENCY.sub("", text.strip().translate(_MINUS)).strip()
    signs = [text.startswith("-"), text.endswith("-"), text.startswith("(") and text.endswith(")")]
    if sum(signs) > 1:
        raise Unreadable(f"Tallet har to fortegn. {_NUMBER_ADVICE}")
    if _SIDE.search(text):
        raise Unreadable(f"Bogstavet efter tallet siger debet eller kredit. Skriv kredit med minus. {_NUMBER_ADVICE}")
    body = text[1:-1] if signs[2] else text.removeprefix("-").removesuffix("-")
    body = _CURRENCY.sub("", body.removeprefix("+").strip()).strip()
    if not _SPACED.fullmatch(body):
        raise Unreadable(f"Det er ikke et tal. {_NUMBER_ADVICE}")
    return _SPACES.sub("", body), any(signs)


def decimal_of(text: str) -> Decimal | None:
    """Return the decimal sign that a text proves, None where it proves nothing (`1234`, or `1.234`)."""
    try:
        return _proven(_bare(text)[0])
    except Unreadable:
        return None


def _proven(body: str) -> Decimal | None:
    by_comma, by_point = _BY_DECIMAL[","].fullmatch(body), _BY_DECIMAL["."].fullmatch(body)
    if bool(by_comma) == bool(by_point):
        return None
    return "," if by_comma else "."


def is_ambiguous(text: str) -> bool:
    """Say whether a text reads as two different numbers, as `1.234` does."""
    try:
        return bool(_EITHER.fullmatch(_bare(text)[0]))
    except Unreadable:
        return False


def read_number(text: str, decimal: Decimal | None) -> float:
    """Return the number of a text.

    Args:
        text: as written: spaces, kr., a minus before, after or as parentheses.
        decimal: the sign that an ambiguous text is read by; None refuses ambiguous texts.

    Raises:
        Unreadable: no number, or ambiguous while `decimal` is None.
    """
    body, negative = _bare(text)
    value = float(body) if body.isdigit() else _with_separators(body, decimal)
    return -value if negative and value else value


def _with_separators(body: str, decimal: Decimal | None) -> float:
    is_either = bool(_EITHER.fullmatch(body))
    sign = decimal if is_either else _proven(body)
    if sign is None and is_either:
        raise Unreadable(
            "Tallet kan læses på to måder, og kolonnen bruger både komma og punktum som decimaltegn. "
            "Skriv tallene ens i hele kolonnen."
        )
    if sign is None:
        raise Unreadable(f"Det er ikke et tal. {_NUMBER_ADVICE}")
    thousands = "." if sign == "," else ","
    return float(body.replace(thousands, "").replace(sign, "."))


@dataclass(frozen=True)
class NumberStyle:
    """How ambiguous numbers of a column are read: `decimal`, None where the column contradicts itself.

    `proven` says that a value of the column shows the decimal sign.
    """

    decimal: Decimal | None
    proven: bool


def style_of(texts: Iterable[str]) -> NumberStyle:
    """Return what the texts prove about their decimal sign."""
    seen = {decimal_of(text) for text in texts} - {None}
    if len(seen) > 1:
        return NumberStyle(None, True)
    return NumberStyle(next(iter(seen), None), bool(seen))


_TIME = r"(?:[T\s]+[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]+)?)?\s*(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
_ISO = re.compile(rf"([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_TIME}")
_COMPACT = re.compile(r"(19|20|21)([0-9]{2})([0-9]{2})([0-9]{2})")
_DANISH = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_TIME}")
_DAY_AND_MONTH = re.compile(r"^([0-9]{1,2})(.)([0-9]{1,2})")
MONTHS = 12
_SERIAL = re.compile(r"([2-9][0-9]{4})(?:[.,][0-9]+)?")
_SERIAL_ZERO = pd.Timestamp("1899-12-30")  # day 0 of the spreadsheet's calendar
_TWO_DIGIT_PIVOT = 70  # 69 is 2069, 70 is 1970: no extract of children knows a date outside
_DATE_ADVICE = "Skriv datoen som dd-mm-åååå."


def _date(year: int, month: int, day: int) -> pd.Timestamp | None:
    """Return a date, None for the year that means no end."""
    if year == NO_END:
        return None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable(f"Året {year} er uden for {FIRST_YEAR}-{LAST_YEAR}. {_DATE_ADVICE}")
    try:
        return pd.Timestamp(year=year, month=month, day=day)
    except ValueError as fault:
        if day <= MONTHS < month:
            raise Unreadable(f"Datoen findes kun med måneden først. {_DATE_ADVICE}") from fault
        raise Unreadable(f"Datoen findes ikke i kalenderen. {_DATE_ADVICE}") from fault


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if year < _TWO_DIGIT_PIVOT else 1900)


def order_of(text: str) -> Literal["day", "month", "either"] | None:
    """Say which of day and month stands first in a date that begins with both; None for any other text."""
    match = _DANISH.fullmatch(text.strip().translate(_MINUS))
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    if max(first, second) <= MONTHS:
        return "either"
    return "month" if first <= MONTHS else "day" if second <= MONTHS else None


def turned(text: str) -> str:
    """Return a date that begins with day and month with those two exchanged: `03/25/2026` as `25/03/2026`."""
    return _DAY_AND_MONTH.sub(r"\3\2\1", text.strip()) if order_of(text) else text


def read_end(text: str) -> pd.Timestamp | None:
    """Return the day of a text; None where it names the year 9999, which means no end.

    Raises:
        Unreadable: no date, or a day that the calendar does not have.
    """
    text = text.strip().translate(_MINUS)
    if match := _ISO.fullmatch(text):
        return _date(int(match[1]), int(match[3]), int(match[4]))
    if match := _DANISH.fullmatch(text):
        return _date(_full_year(match[4]), int(match[3]), int(match[1]))
    if match := _COMPACT.fullmatch(text):
        return _date(int(match[1] + match[2]), int(match[3]), int(match[4]))
    if match := _SERIAL.fullmatch(text):
        return _SERIAL_ZERO + pd.Timedelta(days=int(match[1]))
    raise Unreadable(f"Det er ikke en dato. {_DATE_ADVICE}")


def read_date(text: str) -> pd.Timestamp:
    """Return the day of a text.

    Raises:
        Unreadable: no date, or a day that the calendar does not have.
    """
    day = read_end(text)
    if day is None:
        raise Unreadable(f"Året {NO_END} er ikke en rigtig dato her. {_DATE_ADVICE}")
    return day


_YEAR_FIRST = re.compile(r"([0-9]{4})(?:[-/. ]?[MmPp]?)([0-9]{1,2})")
_MONTH_FIRST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{4})")
_PERIOD_ADVICE = "Skriv perioden som åååå-mm; 13 er supplementsperioden."


def read_period(text: str) -> tuple[int, int]:
    """Return (year, period 1-13) of `2025-07`, `202507`, `07-2025` or a date.

    Raises:
        Unreadable: no period, or one that does not exist.
    """
    text = text.strip().translate(_MINUS)
    if match := _YEAR_FIRST.fullmatch(text):
        return _period(int(match[1]), int(match[2])) if len(text) > 5 else _month_of_date(text)
    if match := _MONTH_FIRST.fullmatch(text):
        return _period(int(match[2]), int(match[1]))
    return _month_of_date(text)


def _period(year: int, period: int) -> tuple[int, int]:
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= period <= SUPPLEMENT:
        raise Unreadable(f"Perioden findes ikke. {_PERIOD_ADVICE}")
    return year, period


def _month_of_date(text: str) -> tuple[int, int]:
    try:
        day = read_date(text)
    except Unreadable as fault:
        raise Unreadable(f"{_not_a_period(text)} {_PERIOD_ADVICE}") from fault
    return day.year, day.month


def _not_a_period(text: str) -> str:
    if re.fullmatch(r"(19|20)[0-9]{2}", text):
        return "Perioden mangler sin måned."
    if re.fullmatch(r"[0-9]{1,2}", text):
        return "Perioden mangler sit år."
    if re.fullmatch(r"[0-9]{2}[-/. ][0-9]{1,2}", text):
        return "Perioden skal have årets fire cifre."
    if re.match(r"[^\W\d_]{3,9}[-/. ]+[0-9]{2}", text):
        return "Perioden er skrevet med månedens navn; det gør et regneark ofte ved en kolonne af måneder."
    return "Det er ikke en periode."


def read_month_start(text: str) -> pd.Timestamp:
    """Return the first day of the month that a text names, as a month or a date.

    Raises:
        Unreadable: no month; the supplement period is none.
    """
    year, month = read_period(text)
    if month == SUPPLEMENT:
        raise Unreadable("Supplementsperioden (13) er ikke en måned. Skriv den måned, udgiften vedrører.")
    return pd.Timestamp(year=year, month=month, day=1)


def read_birth(text: str) -> pd.Timestamp:
    """Return a date of birth; a month alone gives its first day.

    Raises:
        Unreadable: neither a date nor a month.
    """
    try:
        return read_date(text)
    except Unreadable:
        if _YEAR_FIRST.fullmatch(text.strip()) or _MONTH_FIRST.fullmatch(text.strip()):
            return read_month_start(text)
        raise


def read_integer(text: str, low: int, high: int) -> int:
    """Return a whole number between two bounds, both included.

    Raises:
        Unreadable: not a whole number, or outside the bounds.
    """
    compact = re.sub(r"[,.]0+$", "", text.strip())
    if not re.fullmatch(r"[0-9]{1,9}", compact) or not low <= int(compact) <= high:
        raise Unreadable(f"Det er ikke et helt tal fra {low} til {high}. Ret feltet.")
    return int(compact)


def read_age(text: str) -> int:
    """Return an age in whole years; `0 år`, `0-årige` and `100+` are read too.

    Raises:
        Unreadable: not an age.
    """
    match = re.fullmatch(r"([0-9]{1,3})\s*(?:-?\s*år.*|\+)?", text.strip(), re.IGNORECASE)
    if not match:
        raise Unreadable("Det er ikke en alder i hele år. Skriv fx 7.")
    return read_integer(match[1], 0, 150)
