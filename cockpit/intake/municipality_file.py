"""The municipality's name in a small TOML file: beside the extracts, where it is loaded from, and beside the store."""

import json
import tomllib
from pathlib import Path
from typing import Any

from cockpit.domain.findings import UserFault
from cockpit.domain.municipality import Municipality, name_fault
from cockpit.intake import cpr
from cockpit.plumbing.files import replace_file

FILE_NAME = "kommune.toml"
NAME, MADE_UP = "navn", "opdigtet"
KEYS = (NAME, MADE_UP)
LARGEST_FILE = 10_000  # bytes: it holds two lines
NO_FILE = (
    f'Filen skal have to linjer, i UTF-8: {NAME} = "Kommunens navn" og {MADE_UP} = false, eller true, hvis tallene er '
    "opdigtede."
)
PERSONAL = "Der står noget, der ligner et CPR-nummer. Skriv kun kommunens navn."


def is_municipality_file(name: str) -> bool:
    """Say whether a file is one by what it is called."""
    return Path(name).name.lower() == FILE_NAME


def parse_municipality(content: bytes) -> Municipality:
    """Read the content of a file.

    Raises:
        UserFault: it is at fault; one line per fault, in Danish with the remedy, without the file's name.
    """
    try:
        document = tomllib.loads(content[:LARGEST_FILE].decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:  # no TOML, no UTF-8, or brackets without end
        raise UserFault(NO_FILE) from fault
    if told := _faults(document):
        raise UserFault("\n".join(told))
    return Municipality(_tidy(document[NAME]), document.get(MADE_UP, False))


def _faults(document: dict[str, Any]) -> list[str]:
    told = [f"»{cpr.mask(key)}« kendes ikke. {NO_FILE}" for key in document if key not in KEYS]
    if not isinstance(document.get(NAME), str):
        told.append(f"{NAME} mangler eller er ikke en tekst. {NO_FILE}")
    elif fault := written_fault(document[NAME]):
        told.append(f"{NAME}: {fault}")
    if not isinstance(document.get(MADE_UP, False), bool):
        told.append(f"{MADE_UP} skal være true eller false.")
    return told


def written_fault(name: str) -> str:
    """Return what is wrong with a name as somebody wrote it; nothing where it is fine or empty."""
    return PERSONAL if cpr.contains(name) else name_fault(_tidy(name))


def checked_municipality(name: str, *, is_made_up: bool) -> Municipality:
    """Return the municipality of a name as somebody wrote it.

    Raises:
        UserFault: the name is at fault.
    """
    if fault := written_fault(name):
        raise UserFault(f"Kommunens navn er ikke gemt. {fault}")
    return Municipality(_tidy(name), is_made_up)


def _tidy(name: str) -> str:
    return " ".join(name.split())


def read_municipality(path: Path) -> Municipality:
    """Read the file beside the store; nameless where there is none.

    Raises:
        UserFault: it cannot be read, or is at fault.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Municipality()
    except OSError as fault:
        raise UserFault(f"{path} kan ikke læses. Få adgang til filen, og prøv igen.") from fault
    try:
        return parse_municipality(content)
    except UserFault as fault:
        told = [f"- {line}" for line in str(fault).splitlines()]
        head = f"{path.name} med kommunens navn kan ikke bruges. Ret filen i {path.parent}, eller skriv navnet på Data:"
        raise UserFault("\n".join([head, *told])) from fault


def written(municipality: Municipality) -> bytes:
    """Return the content of a file."""
    name = json.dumps(municipality.name, ensure_ascii=False)
    return f"{NAME} = {name}\n{MADE_UP} = {str(municipality.is_made_up).lower()}\n".encode()


def write_municipality(path: Path, municipality: Municipality) -> None:
    """Put a file in the place of the one there is, as a whole or not at all.

    Raises:
        UserFault: the folder cannot be written.
    """
    try:
        replace_file(path, written(municipality))
    except OSError as fault:
        raise UserFault(f"{path} kan ikke skrives. Få adgang til mappen, og prøv igen. Intet er ændret.") from fault
