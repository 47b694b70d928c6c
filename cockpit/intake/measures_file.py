"""The file of compensating actions beside the store, kept in a spreadsheet by the department: `tiltag.csv`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cockpit.domain.measures import EFFECT_ADVICE, Measure, measure_faults
from cockpit.domain.reference import Reference
from cockpit.intake.numbers_and_dates import Unreadable, read_date, read_integer, read_number
from cockpit.intake.own_file import Form, read_records, write_records

FILE_NAME = "tiltag.csv"
HEADINGS = {
    "key": "Nøgle",
    "text": "Tiltag",
    "year": "År",
    "effect": "Effekt i kr.",
    "deadline": "Frist",
    "owner": "Ansvarlig",
    "entered": "Indtastet",
}


def _read_effect(text: str) -> float:
    """Read an amount; the general advice on numbers shows a negative one, which no effect is."""
    try:
        return round(read_number(text, ","), 2)
    except Unreadable as fault:
        raise Unreadable(EFFECT_ADVICE) from fault


_READERS: dict[str, Callable[[str], Any]] = {
    "year": lambda text: read_integer(text, 2000, 2199),
    "effect": _read_effect,
    "deadline": read_date,
    "entered": read_date,
}


def _read(name: str, text: str, _reference: Reference) -> Any:
    return _READERS.get(name, str)(text)


def _write(name: str, value: Any, _reference: Reference) -> str:
    if name in ("deadline", "entered"):
        return f"{value:%d-%m-%Y}"
    return f"{value:.2f}".replace(".", ",") if name == "effect" else str(value)


FORM = Form(
    "kompenserende tiltag", "Tiltaget", HEADINGS, frozenset({"entered"}), _read, _write, measure_faults,
    newer=frozenset({"entered"}),
)  # fmt: skip


def read_measures(path: Path, reference: Reference) -> tuple[Measure, ...]:
    """Return the measures of a file in its order; none where there is no file.

    Raises:
        UserFault: the file cannot be read, or some of it is at fault; every fault is told.
    """
    return tuple(Measure(**values) for values in read_records(path, FORM, reference))


def write_measures(path: Path, measures: Sequence[Measure], reference: Reference) -> None:
    """Put a file with these measures in the place of the one there is, as a whole or not at all.

    Raises:
        UserFault: the folder cannot be written, or a text has the shape of a CPR number.
    """
    write_records(path, FORM, measures, reference)
