"""Dates written month first, as American programs do: `03/25/2026`, and `03/04/2026` for the fourth of March.

Some days prove it. Where every day is a month's number too, other months prove it: those the rows concern, or the month
the extract was drawn for. A file that is found to be so is told once and read so, that what else is wrong can be told.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.intake.extract import Extract
from cockpit.intake.numbers_and_dates import order_of, read_date, turned

_FORMS = ("date", "end", "birth", "period", "service_month")
_ENOUGH = 20  # rows: fewer may well lie early in the month
_DATES = 3  # different ones, that an order can be seen by at all
_DAYS = 5  # of the month: a town that pays on the first and the tenth has two, one that books every day has more
_HALF = 0.5
_ADVICE = "Dan udtrækket igen med datoer som dd-mm-åååå."
_PROVEN = (
    "Datoerne står med måneden først: {count} findes kun sådan, fx {text}. Alle datoer i {columns} skal have dagen "
    f"først. {_ADVICE}"
)
_BY_MONTHS = (
    "Datoerne ser ud til at stå med måneden først (mm/dd/åååå): alle dage ligger fra 1 til 12, og læst med dagen først "
    "ligger de i gennemsnit {read} måneder fra kolonnen {witness}, med måneden først kun {turned}. "
    f"{_ADVICE}"
)
_BY_AS_OF = (
    "Datoerne ser ud til at stå med måneden først (mm/dd/åååå): alle dage ligger fra 1 til 12, og læst med dagen først "
    "løber de til {read}, med måneden først kun til {turned}. "
    f"{_ADVICE}"
)
_MAYBE = (
    "Alle dage ligger fra 1 til 12, så datoerne kan stå med måneden først (mm/dd/åååå). De er læst med dagen først, fx "
    f"{{text}} som {{date}}. Er det forkert: {_ADVICE[0].lower()}{_ADVICE[1:]}"
)


def tell_proven(extract: Extract) -> None:
    """Tell dates that exist with the month first alone, and read their columns so; before the table is built.

    Where no column of the file has a date that exists with the day first alone, every column is read so.
    """
    columns = [each.name for each in extract.contract.fields if each.form in _FORMS and extract.has(each.name)]
    orders = {name: {order_of(text) for text in pd.unique(extract.cells(name))} for name in columns}
    proven = [name for name in columns if "month" in orders[name] and "day" not in orders[name]]
    if not proven:
        return
    alone = not any("day" in found for found in orders.values())
    extract.month_first = frozenset(columns if alone else proven)
    at = [position for position, text in enumerate(extract.cells(proven[0])) if order_of(text) == "month"]
    first = extract.cells(proven[0])[at[0]]
    message = _PROVEN.format(
        count=fmt.plural(len(at), "dato", "datoer"),
        text=first,
        columns=fmt.enumeration([extract.label(name) for name in columns if name in extract.month_first]),
    )
    place = {"row": int(extract.rows[at[0]]), "column": extract.label(proven[0])}
    extract.tell_file("error", message, value=first, **place)


@dataclass(frozen=True)
class _Booked:
    """Booking dates of a ledger in both orders; `at` are the rows that have one."""

    at: np.ndarray
    read: pd.Series
    turned: pd.Series


def tell_misread(extract: Extract, newest: pd.Period | None) -> None:
    """Tell booking dates that all exist in both orders where the other order alone makes sense, and read them so.

    Args:
        extract: a ledger with its table built.
        newest: the last month that it can reach, where that is known.
    """
    booked = _booked(extract)
    if booked is None:
        return
    message = _by_months(extract, booked) or _by_as_of(booked, newest)
    if message is not None:
        extract.tell_file("error", message, column=extract.label("bogfoert"))
        _turn(extract, booked)
    elif not _has_witness(extract):
        _tell_maybe(extract, booked)


def _booked(extract: Extract) -> _Booked | None:
    if not extract.has("bogfoert") or "bogfoert" in extract.month_first:
        return None
    cells = extract.cells("bogfoert")
    texts = [text for text in pd.unique(cells) if text]
    if len(texts) < _DATES or any(order_of(text) != "either" for text in texts):
        return None
    at = np.flatnonzero(cells != "")
    by_text = {text: read_date(turned(text)) for text in texts}
    other = pd.Series([by_text[text] for text in cells[at]], index=at)
    return _Booked(at, extract.frame["booked"].iloc[at], other) if len(at) >= _ENOUGH else None


def _has_witness(extract: Extract) -> bool:
    return bool(extract.has("periode") or extract.frame["service_month"].notna().any())


def _by_months(extract: Extract, booked: _Booked) -> str | None:
    """Say it where the rows' own months lie far from the dates as read, and near them in the other order."""
    frame = extract.frame.iloc[booked.at]
    if extract.has("periode"):
        name, months = "periode", frame["year"] * 12 + frame["period"]
    else:
        service = frame["service_month"].dropna()
        name, months = "vedroerer", service.dt.year * 12 + service.dt.month
    if months.empty:
        return None
    read, other = (
        float((days.dt.year * 12 + days.dt.month - months).abs().mean()) for days in (booked.read, booked.turned)
    )
    if read - other < 1 or other > read * _HALF:
        return None
    return _BY_MONTHS.format(read=fmt.number(read, 1), turned=fmt.number(other, 1), witness=extract.label(name))


def _by_as_of(booked: _Booked, newest: pd.Period | None) -> str | None:
    """Say it where the dates as read run past the last month that there can be, and do not in the other order."""
    last, other = booked.read.max().to_period("M"), booked.turned.max().to_period("M")
    if newest is None or not other <= newest < last:
        return None
    return _BY_AS_OF.format(read=fmt.month_year(last), turned=fmt.month_year(other))


def _tell_maybe(extract: Extract, booked: _Booked) -> None:
    """Warn where the dates have many days, and never one after the twelfth."""
    if booked.read.dt.day.nunique() < _DAYS:
        return
    first = booked.read.index[booked.read != booked.turned][0]
    text = extract.cells("bogfoert")[first]
    message = _MAYBE.format(text=text, date=fmt.day(booked.read[first]))
    extract.tell_file("warning", message, row=int(extract.rows[first]), column=extract.label("bogfoert"), value=text)


def _turn(extract: Extract, booked: _Booked) -> None:
    frame = extract.frame
    frame.loc[booked.at, "booked"] = booked.turned.astype(frame["booked"].dtype)
    if not extract.has("periode"):
        frame.loc[booked.at, "year"] = booked.turned.dt.year.astype("float64")
        frame.loc[booked.at, "period"] = booked.turned.dt.month.astype("float64")
