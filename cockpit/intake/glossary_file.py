"""Reads the glossary that the product ships: term, other forms, meaning, source."""

import csv
from pathlib import Path

from cockpit.domain.findings import UserFault
from cockpit.domain.glossary import Glossary, Term

COLUMNS = ["term", "forms", "meaning", "source"]
_ALPHABET = str.maketrans({"æ": "z1", "ø": "z2", "å": "z3"})


def read_glossary(path: Path) -> Glossary:
    """Return the glossary of a file; forms are separated by `|`.

    Raises:
        UserFault: the file is absent, a cell is blank, or a word is explained twice; all faults are told at once.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file, delimiter=";"))
    except FileNotFoundError:
        raise UserFault(f"Ordlisten {path.name} mangler i {path.parent}. Læg filen tilbage.") from None
    faults = _faults(lines)
    if faults:
        raise UserFault(f"{path.name}: {' '.join(faults)}")
    terms = [Term(name, _forms(forms), meaning, source) for name, forms, meaning, source in lines[1:]]
    return Glossary(tuple(sorted(terms, key=lambda term: term.name.casefold().translate(_ALPHABET))))


def _forms(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split("|")))


def _faults(lines: list[list[str]]) -> list[str]:
    if not lines or lines[0] != COLUMNS:
        return [f"Række 1: kolonnerne skal være {';'.join(COLUMNS)}."]
    faults: list[str] = []
    seen: dict[str, int] = {}
    for row, line in enumerate(lines[1:], start=2):
        if len(line) != len(COLUMNS) or not all((line[0], line[2], line[3])):
            faults.append(f"Række {row}: ordet skal have en betydning og en kilde.")
            continue
        for form in (line[0], *_forms(line[1])):
            if form.casefold() in seen:
                faults.append(f"Række {row}: »{form}« er også forklaret i række {seen[form.casefold()]}.")
            seen.setdefault(form.casefold(), row)
    return faults
