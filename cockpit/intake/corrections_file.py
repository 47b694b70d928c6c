"""The file of known corrections beside the store: `korrektioner.csv`, which a spreadsheet can read and write.

Semicolons, decimal comma, Danish headings; one line per correction. Whoever changes it by hand gets every fault told at
once, with line, column, value and remedy. Nothing with the shape of a CPR number is taken in or written.
"""

import csv
import fcntl
import io
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from cockpit.domain.accounts import parse_account
from cockpit.domain.corrections import MOST_CHILDREN, Correction, faults
from cockpit.domain.findings import UserFault
from cockpit.domain.reference import UNALLOCATED, Reference, spelling
from cockpit.intake import cpr
from cockpit.intake.numbers_and_dates import Unreadable, read_date, read_integer, read_month_start, read_number

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
MAY_BE_BLANK = frozenset({"function", "last"})
_PERSONAL = "Der står noget, der ligner et CPR-nummer. Beskriv sagen uden personoplysninger."
Fault = tuple[str, str, str]  # heading, value, what is wrong and what to do


def read_fields(texts: Mapping[str, str], reference: Reference) -> tuple[dict[str, Any], list[Fault]]:
    """Read the fields of one correction as somebody wrote them.

    Returns:
        The fields that could be read, and every fault; the fields are those of a `Correction` where there is none.
    """
    values: dict[str, Any] = {}
    found: dict[str, str] = {}
    for name, text in texts.items():
        try:
            values[name] = _read(name, " ".join(text.split()), reference)
        except Unreadable as fault:
            found[name] = str(fault)
    found = {**faults(values, reference), **found}
    return values, [(HEADINGS[name], cpr.mask(texts[name]), found[name]) for name in HEADINGS if name in found]


def _read(name: str, text: str, reference: Reference) -> Any:
    if cpr.contains(text):
        raise Unreadable(_PERSONAL)
    if text:
        return _type(text, reference) if name == "type_key" else _READERS[name](text)
    if name in MAY_BE_BLANK:
        return None
    raise Unreadable("Feltet skal udfyldes.")


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


def read_corrections(path: Path, reference: Reference) -> tuple[Correction, ...]:
    """Return the corrections of a file in its order; none where there is no file.

    Raises:
        UserFault: the file cannot be read, or some of it is at fault; every fault is told.
    """
    lines = _lines(path)
    if not lines:
        return ()
    names = _fields_of(path, lines[0][1])
    read, told = [], []
    for number, cells in lines[1:]:
        if len(cells) != len(names):
            told.append(f"linje {number}: {len(cells)} felter, hvor overskriften har {len(names)}. Ret linjen.")
            continue
        values, found = read_fields(dict(zip(names, cells, strict=True)), reference)
        told += [f"linje {number}, {_told(fault)}" for fault in found]
        read.append((number, values))
    told += _repeated([(number, values["key"]) for number, values in read if "key" in values])
    if told:
        raise UserFault(_listed(path, told))
    return tuple(Correction(**values) for _, values in read)


def fields_fault(found: Sequence[Fault]) -> UserFault:
    """Return the fault of fields that a user filled in."""
    told = [f"- {_told(one)}" for one in found]
    return UserFault("\n".join(["Sagen er ikke gemt. Ret, og prøv igen:", *told]))


def _told(fault: Fault) -> str:
    heading, value, message = fault
    return f"kolonnen {heading}: »{value}«. {message}" if value.strip() else f"kolonnen {heading}: {message}"


def _listed(path: Path, told: Sequence[str]) -> str:
    head = f"{path.name} med kendte sager på vej kan ikke bruges. Ret filen i {path.parent}, og prøv igen:"
    return "\n".join([head, *(f"- {one}" for one in told)])


def _repeated(keys: Sequence[tuple[int, str]]) -> list[str]:
    times = Counter(key for _, key in keys)
    return [
        f"linje {number}, kolonnen {HEADINGS['key']}: »{key}« står på flere linjer. Giv hver linje sin egen nøgle."
        for number, key in keys
        if times[key] > 1
    ]


def _lines(path: Path) -> list[tuple[int, list[str]]]:
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
        raise UserFault(_listed(path, told)) from fault
    return rows


def _decoded(content: bytes) -> str:
    """Spreadsheets save CSV as UTF-8 or as Windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _fields_of(path: Path, header: Sequence[str]) -> list[str]:
    known = {spelling(heading): name for name, heading in HEADINGS.items()}
    names = [known.get(spelling(heading), "") for heading in header]
    unknown = [cpr.mask(heading) for heading, name in zip(header, names, strict=True) if not name]
    missing = [heading for name, heading in HEADINGS.items() if name not in names]
    twice = [HEADINGS[name] for name, times in Counter(names).items() if name and times > 1]
    told = [f"linje 1: kolonnen »{heading}« kendes ikke. Fjern den." for heading in unknown]
    told += [f"linje 1: kolonnen {heading} mangler. Tilføj den." for heading in missing]
    told += [f"linje 1: kolonnen {heading} står der flere gange. Fjern den ene." for heading in twice]
    if told:
        raise UserFault(_listed(path, told))
    return names


def write_corrections(path: Path, corrections: Sequence[Correction], reference: Reference) -> None:
    """Put a file with these corrections in the place of the one there is, as a whole or not at all.

    Raises:
        UserFault: the folder cannot be written, or a text has the shape of a CPR number.
    """
    rows = [[_write(name, getattr(one, name), reference) for name in HEADINGS] for one in corrections]
    if any(cpr.contains(cell) for row in rows for cell in row):
        raise UserFault(_PERSONAL)
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerows([list(HEADINGS.values()), *rows])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, written.getvalue().encode("utf-8-sig"))
    except OSError as fault:
        raise UserFault(f"{path} kan ikke skrives. Få adgang til mappen, og prøv igen. Intet er ændret.") from fault


def _write(name: str, value: Any, reference: Reference) -> str:
    if value is None:
        return ""
    if name == "type_key":
        return reference.type_name(value)
    if name == "entered":
        return f"{value:%d-%m-%Y}"
    if name == "amount":
        return f"{value:.2f}".replace(".", ",")
    if name == "probability":
        return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def _replace(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".part", delete=False) as part:
        try:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
            os.replace(part.name, path)
        except OSError:
            Path(part.name).unlink(missing_ok=True)
            raise


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Hold the file while it is read, changed and written: of two who change it at once none loses the other's line."""
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
