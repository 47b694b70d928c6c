"""Small files of one's own beside the store, which a spreadsheet can read and write: one record per line.

Semicolons, decimal comma, Danish headings. Whoever changes one by hand gets every fault told at once, with line,
column, value and remedy. Nothing with the shape of a CPR number is taken in or written.
"""

import csv
import fcntl
import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cockpit.domain.findings import UserFault
from cockpit.domain.own_text import shortened
from cockpit.domain.reference import Reference, spelling
from cockpit.intake import cpr
from cockpit.intake.numbers_and_dates import Unreadable
from cockpit.plumbing.files import replace_file

_PERSONAL = "Der står noget, der ligner et CPR-nummer. Beskriv sagen uden personoplysninger."
Fault = tuple[str, str, str]  # heading, value, what is wrong and what to do


@dataclass(frozen=True)
class Form:
    """What the lines of a file hold.

    Attributes:
        about: what the file is of, in Danish, and `record`, one of them as a sentence begins with it.
        headings: field -> the heading of its column, in order; one of the fields is `key`.
        optional: fields that may be blank.
        read: (field, text, reference) -> value; raises Unreadable with a Danish sentence.
        write: (field, value, reference) -> text of a value that is there.
        faults: (the values that could be read, reference) -> field -> Danish sentence.
        newer: optional fields whose column an older file lacks.
    """

    about: str
    record: str
    headings: Mapping[str, str]
    optional: frozenset[str]
    read: Callable[[str, str, Reference], Any]
    write: Callable[[str, Any, Reference], str]
    faults: Callable[[Mapping[str, Any], Reference], Mapping[str, str]]
    newer: frozenset[str] = frozenset()


def read_fields(form: Form, texts: Mapping[str, str], reference: Reference) -> tuple[dict[str, Any], list[Fault]]:
    """Read the fields of one record as somebody wrote them.

    Returns:
        The fields that could be read, and every fault.
    """
    values: dict[str, Any] = {}
    found: dict[str, str] = {}
    for name, text in texts.items():
        try:
            values[name] = _read(form, name, " ".join(text.split()), reference)
        except Unreadable as fault:
            found[name] = str(fault)
    found = {**form.faults(values, reference), **found}
    return values, [
        (form.headings[name], _repeatable(texts[name]), found[name]) for name in form.headings if name in found
    ]


def _repeatable(text: str) -> str:
    """What somebody wrote, as a fault may repeat it."""
    return shortened(cpr.mask(text))


def _read(form: Form, name: str, text: str, reference: Reference) -> Any:
    if cpr.contains(text):
        raise Unreadable(_PERSONAL)
    if text:
        return form.read(name, text, reference)
    if name in form.optional:
        return None
    raise Unreadable("Feltet skal udfyldes.")


def fields_fault(form: Form, found: Sequence[Fault]) -> UserFault:
    """Return the fault of fields that a user filled in."""
    told = [f"- {_told(one, 'feltet')}" for one in found]
    return UserFault("\n".join([f"{form.record} er ikke gemt. Ret, og prøv igen:", *told]))


def read_records(path: Path, form: Form, reference: Reference) -> list[dict[str, Any]]:
    """Return the fields of each line of a file in its order; none where there is no file.

    Raises:
        UserFault: the file cannot be read, or some of it is at fault; every fault is told.
    """
    lines = _lines(path, form)
    if not lines:
        return []
    names = _fields_of(path, lines[0][1], form)
    read, told = [], []
    for number, cells in lines[1:]:
        if len(cells) != len(names):
            told.append(f"linje {number}: {len(cells)} felter, hvor overskriften har {len(names)}. Ret linjen.")
            continue
        values, found = read_fields(form, dict(zip(names, cells, strict=True)), reference)
        told += [f"linje {number}, {_told(fault)}" for fault in found]
        read.append((number, values))
    told += _repeated([(number, values["key"]) for number, values in read if "key" in values], form)
    if told:
        raise UserFault(_listed(path, told, form))
    return [values for _, values in read]


def _told(fault: Fault, place: str = "kolonnen") -> str:
    """Write a fault with its place: what is a column of the file is a field of the page's form."""
    heading, value, message = fault
    return f"{place} {heading}: »{value}«. {message}" if value.strip() else f"{place} {heading}: {message}"


def _listed(path: Path, told: Sequence[str], form: Form) -> str:
    head = f"{path.name} med {form.about} kan ikke bruges. Ret filen i {path.parent}, og prøv igen:"
    return "\n".join([head, *(f"- {one}" for one in told)])


def _repeated(keys: Sequence[tuple[int, str]], form: Form) -> list[str]:
    times = Counter(key for _, key in keys)
    return [
        f"linje {number}, kolonnen {form.headings['key']}: »{shortened(key)}« står på flere linjer. "
        "Giv hver linje sin egen nøgle."
        for number, key in keys
        if times[key] > 1
    ]


def _lines(path: Path, form: Form) -> list[tuple[int, list[str]]]:
    """Return the lines that hold anything, each with its number in the file."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as fault:
        raise UserFault(f"{path} kan ikke læses. Få adgang til filen, og prøv igen.") from fault
    rows, start = [], 1
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), delimiter=";", strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as fault:
        told = [f"linje {start}: linjen kan ikke læses. Gem filen som CSV med semikolon fra regnearket."]
        raise UserFault(_listed(path, told, form)) from fault
    return rows


def _decoded(content: bytes) -> str:
    """Spreadsheets save CSV as UTF-8 or as Windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _fields_of(path: Path, header: Sequence[str], form: Form) -> list[str]:
    known = {spelling(heading): name for name, heading in form.headings.items()}
    names = [known.get(spelling(heading), "") for heading in header]
    unknown = [_repeatable(heading) for heading, name in zip(header, names, strict=True) if not name]
    missing = [heading for name, heading in form.headings.items() if name not in {*names, *form.newer}]
    twice = [form.headings[name] for name, times in Counter(names).items() if name and times > 1]
    told = [f"linje 1: kolonnen »{heading}« kendes ikke. Fjern den." for heading in unknown]
    told += [f"linje 1: kolonnen {heading} mangler. Tilføj den." for heading in missing]
    told += [f"linje 1: kolonnen {heading} står der flere gange. Fjern den ene." for heading in twice]
    if told:
        raise UserFault(_listed(path, told, form))
    return names


def write_records(path: Path, form: Form, records: Sequence[Any], reference: Reference) -> None:
    """Put a file with these records in the place of the one there is, as a whole or not at all.

    Raises:
        UserFault: the folder cannot be written, or a text has the shape of a CPR number.
    """
    rows = [[_written(form, name, getattr(one, name), reference) for name in form.headings] for one in records]
    if any(cpr.contains(cell) for row in rows for cell in row):
        raise UserFault(_PERSONAL)
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows([list(form.headings.values()), *rows])
    try:
        replace_file(path, written.getvalue().encode("utf-8-sig"))
    except OSError as fault:
        raise UserFault(f"{path} kan ikke skrives. Få adgang til mappen, og prøv igen. Intet er ændret.") from fault


def _written(form: Form, name: str, value: Any, reference: Reference) -> str:
    return "" if value is None else form.write(name, value, reference)


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Hold the file while it is read, changed and written: of two who change it at once none loses the other's line.

    Raises:
        UserFault: the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as fault:
        raise UserFault(f"{path} kan ikke skrives. Få adgang til mappen, og prøv igen. Intet er ændret.") from fault
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def next_key(letter: str, keys: Sequence[str]) -> str:
    """Return the first key of a letter and a number that lies above all there are."""
    numbers = [int(key[1:]) for key in keys if key.startswith(letter) and key[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"
