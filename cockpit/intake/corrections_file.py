"""The file of known corrections beside the store: `korrektioner.csv`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from cockpit.domain.accounts import parse_account
from cockpit.domain.corrections import MOST_CHILDREN, Correction, faults
from cockpit.domain.reference import UNALLOCATED, Reference, spelling
from cockpit.intake.numbers_and_dates import Unreadable, read_date, read_integer, read_month_start, read_number
from cockpit.intake.own_file import Form, read_records, write_records

FILE_NAME = "korrektioner.csv"
HEADINGS = {
    "key": "Nøgle",
    "text": "Sag",
    "type_key": "Type",
    "function": "Konto",
    "children": "Børn",
    "amount": "Kr. pr. barn og måned",
    "first": "Første måned",
    "last": "Sidste måned",
    "probability": "Sandsynlighed",
    "role": "Indtastet af",
    "entered": "Indtastet",
    "expires": "Udløber",
}


def _type(text: str, reference: Reference) -> str:
    if spelling(text) in (spelling(UNALLOCATED), spelling(reference.type_name(UNALLOCATED))):
        return UNALLOCATED
    return reference.type_from_text(text) or text


def _function(text: str) -> str:
    try:
        return parse_account(text).function
    except ValueError as fault:
        raise Unreadable("Det er ikke en konto. Skriv en funktion, fx 5.28.20, eller ni cifre.") from fault


def _amount(text: str) -> float:
    return round(read_number(text, ","), 2)


def _share(text: str) -> float:
    is_percent = text.endswith("%")
    return round(read_number(text.removesuffix("%").strip(), ",") / (100 if is_percent else 1), 4)


def _month(text: str) -> pd.Period:
    return read_month_start(text).to_period("M")


_READERS: dict[str, Callable[[str], Any]] = {
    "key": str,
    "text": str,
    "function": _function,
    "children": lambda text: read_integer(text, 1, MOST_CHILDREN),
    "amount": _amount,
    "first": _month,
    "last": _month,
    "probability": _share,
    "role": str,
    "entered": read_date,
    "expires": _month,
}


def _read(name: str, text: str, reference: Reference) -> Any:
    return _type(text, reference) if name == "type_key" else _READERS[name](text)


def _write(name: str, value: Any, reference: Reference) -> str:
    if name == "type_key":
        return reference.type_name(value)
    if name == "entered":
        return f"{value:%d-%m-%Y}"
    if name == "amount":
        return f"{value:.2f}".replace(".", ",")
    if name == "probability":
        return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


FORM = Form("kendte sager på vej", "Sagen", HEADINGS, frozenset({"function", "last"}), _read, _write, faults)


def read_corrections(path: Path, reference: Reference) -> tuple[Correction, ...]:
    """Return the corrections of a file in its order; none where there is no file.

    Raises:
        UserFault: the file cannot be read, or some of it is at fault; every fault is told.
    """
    return tuple(Correction(**values) for values in read_records(path, FORM, reference))


def write_corrections(path: Path, corrections: Sequence[Correction], reference: Reference) -> None:
    """Put a file with these corrections in the place of the one there is, as a whole or not at all.

    Raises:
        UserFault: the folder cannot be written, or a text has the shape of a CPR number.
    """
    write_records(path, FORM, corrections, reference)
