"""The file of the municipality's own known events beside the store: `haendelser.csv`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cockpit.domain.accounts import parse_account
from cockpit.domain.events import ASPECTS, KINDS, faults
from cockpit.domain.reference import Event, Reference, spelling
from cockpit.intake.numbers_and_dates import Unreadable, read_date, read_month_start
from cockpit.intake.own_file import Form, read_records, write_records

FILE_NAME = "haendelser.csv"
HEADINGS = {
    "key": "Nøgle",
    "text": "Hændelse",
    "kind": "Art",
    "month": "Første måned",
    "types": "Typer",
    "functions": "Konti",
    "moves": "Flytter",
    "source": "Kilde",
    "owner": "Ansvarlig",
    "entered": "Indtastet",
}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _types(text: str, reference: Reference) -> tuple[str, ...]:
    return tuple(reference.type_from_text(part) or part for part in _parts(text))


def _functions(text: str, _reference: Reference) -> tuple[str, ...]:
    try:
        return tuple(parse_account(part).function for part in _parts(text))
    except ValueError as fault:
        raise Unreadable("Det er ikke en konto. Skriv funktioner med komma imellem, fx 5.28.20, 5.28.23.") from fault


def _word(text: str, words: Mapping[str, str]) -> str:
    """Return the key of a Danish word, or of the key itself."""
    known = {spelling(word): key for key, own in words.items() for word in (key, own)}
    if spelling(text) not in known:
        raise Unreadable(f"Skriv {' eller '.join(words.values())}.")
    return known[spelling(text)]


def _moves(text: str, _reference: Reference) -> tuple[str, ...]:
    if not _parts(text):
        raise Unreadable(f"Skriv en eller flere af {', '.join(ASPECTS.values())}.")
    return tuple(dict.fromkeys(_word(part, ASPECTS) for part in _parts(text)))


_READERS: dict[str, Callable[[str, Reference], Any]] = {
    "kind": lambda text, _reference: _word(text, KINDS),
    "month": lambda text, _reference: read_month_start(text).to_period("M"),
    "types": _types,
    "functions": _functions,
    "moves": _moves,
    "entered": lambda text, _reference: read_date(text),
}


def _read(name: str, text: str, reference: Reference) -> Any:
    return _READERS[name](text, reference) if name in _READERS else text


def _write(name: str, value: Any, reference: Reference) -> str:
    if name == "entered":
        return f"{value:%d-%m-%Y}"
    writers: dict[str, Callable[[Any], str]] = {
        "kind": KINDS.__getitem__,
        "types": lambda keys: ", ".join(reference.type_name(key) for key in keys),
        "functions": ", ".join,
        "moves": lambda aspects: ", ".join(ASPECTS[one] for one in aspects),
    }
    return writers.get(name, str)(value)


FORM = Form("kendte hændelser", "Hændelsen", HEADINGS, frozenset({"types", "functions"}), _read, _write, faults)


def event_of(values: Mapping[str, Any]) -> Event:
    """Return the event of fields without fault; blank types and accounts are all of them."""
    return Event(**{**values, "types": values["types"] or (), "functions": values["functions"] or ()})


def read_events(path: Path, reference: Reference) -> tuple[Event, ...]:
    """Return the events of a file in its order; none where there is no file.

    Raises:
        UserFault: the file cannot be read, or some of it is at fault; every fault is told.
    """
    return tuple(event_of(values) for values in read_records(path, FORM, reference))


def write_events(path: Path, events: Sequence[Event], reference: Reference) -> None:
    """Put a file with these events in the place of the one there is, as a whole or not at all.

    Raises:
        UserFault: the folder cannot be written, or a text has the shape of a CPR number.
    """
    write_records(path, FORM, events, reference)
