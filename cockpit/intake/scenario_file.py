"""Scenario files: TOML that a person can read and write. Nothing with the shape of a CPR number is taken in."""

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cockpit.domain.findings import UserFault
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Scenario, document_of, scenario_from
from cockpit.intake import cpr

LARGEST_FILE = 1_000_000  # bytes; a scenario is some lines


def read_scenario(path: Path, reference: Reference) -> Scenario:
    """Read a scenario file.

    Raises:
        UserFault: the file cannot be read, is no TOML, or is at fault; every fault is told.
    """
    return parse_scenario(_text_of(path), reference, where=str(path))


def parse_scenario(text: str, reference: Reference, *, where: str = "Scenariet") -> Scenario:
    """Read a scenario from its text; see `read_scenario`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise UserFault(
            f"{where} er ikke TOML ({fault}). Tekst står i anførselstegn, decimaler skrives med punktum, og hvert "
            "greb begynder med en linje [[levers]]."
        ) from fault
    if any(cpr.contains(one) for one in _texts(document)):
        raise UserFault(f"{where}: der står noget, der ligner et CPR-nummer. Beskriv scenariet uden personoplysninger.")
    return scenario_from(document, reference)


def _texts(document: Mapping[str, Any]) -> Iterator[str]:
    """What people have written: names and sources, not the hashes of a saved scenario's papers."""
    for key, value in document.items():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from (text for one in value if isinstance(one, Mapping) for text in _texts(one))
        elif key != "pinned" and isinstance(value, Mapping):
            yield from _texts(value)


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()[: LARGEST_FILE + 1]
    except OSError as fault:
        raise UserFault(f"{path} kan ikke læses: filen findes ikke, eller der mangler adgang.") from fault
    if len(content) > LARGEST_FILE:
        raise UserFault(f"{path} er for stor til at være et scenarie.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UserFault(f"{path} er ikke gemt som UTF-8. Gem filen igen som UTF-8.") from fault


def write_scenario(scenario: Scenario) -> str:
    """Write a scenario as TOML, a line per value; `parse_scenario` reads it back."""
    document = document_of(scenario)
    lines = [f"{key} = {_value(value)}" for key, value in document.items() if key not in ("levers", "pinned")]
    for lever in document["levers"]:
        lines += ["", "[[levers]]", *(f"{key} = {_value(value)}" for key, value in lever.items())]
    if pinned := document.get("pinned"):
        lines += ["", "[pinned]", *(f"{key} = {_value(value)}" for key, value in pinned.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    """A value as TOML: JSON's strings are TOML's, but for the one sign that TOML wants escaped and JSON does not."""
    if isinstance(value, Mapping):
        pairs = [f"{_key(str(key))} = {_value(one)}" for key, one in value.items()]
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(int(value)) if float(value).is_integer() else repr(float(value))


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").replace("-", "").isalnum() else _value(key)
