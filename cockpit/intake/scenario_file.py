"""Scenario files: TOML that a person can read and write. Nothing with the shape of a CPR number is taken in."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cockpit.domain.findings import UserFault
from cockpit.domain.levers import LARGEST_AMOUNT
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Scenario
from cockpit.domain.scenario_document import Place, ScenarioFault, document_of, scenario_from
from cockpit.intake import cpr

LARGEST_FILE = 1_000_000  # bytes; a scenario is some lines
DEEPEST = 6  # values within values; an amount of a year of a lever is the fourth
NO_SCENARIO = "der står noget, som intet scenarie har. Hent scenariet igen der, hvor det kommer fra."
_HASH = re.compile(r"[0-9a-f]{64}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")  # a link can hold one, and no file or page can
_LEVER = re.compile(r"\s*\[\[\s*levers\s*\]\]")
_KEY = re.compile(r"""\s*(\w+|"\w+"|'\w+')\s*=""")
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")


def read_scenario(path: Path, reference: Reference) -> Scenario:
    """Read a scenario file.

    Raises:
        UserFault: the file cannot be read, is no TOML, or is at fault; every fault is told.
    """
    return parse_scenario(_text_of(path), reference, where=str(path))


def parse_scenario(text: str, reference: Reference, *, where: str = "Scenariet") -> Scenario:
    """Read a scenario from its text; every fault is told with `where` and the line.

    Raises:
        UserFault: see `read_scenario`.
    """
    where = cpr.mask(where)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise UserFault(f"{where}, {_syntax(text, str(fault))}") from fault
    except (RecursionError, ValueError) as fault:  # brackets without end, and a number of thousands of digits
        raise UserFault(f"{where}: {NO_SCENARIO}") from fault
    try:
        return scenario_of(document, reference, where=where)
    except ScenarioFault as fault:
        placed = sorted(((_line_of(text, one.place), str(one)) for one in fault.faults), key=lambda pair: pair[0])
        told = [f"Linje {line}. {message}" if line else message for line, message in placed]
        raise UserFault("\n".join([f"{where} kan ikke læses som et scenarie. Ret og prøv igen:", *told])) from fault


def scenario_of(document: Mapping[str, Any], reference: Reference, *, where: str = "Scenariet") -> Scenario:
    """Build a scenario from a document that comes from outside, a file's or a link's.

    Raises:
        ScenarioFault: it is at fault; every fault is told.
        UserFault: it holds something with the shape of a CPR number, or nothing that could be a scenario.
    """
    for text in _texts(document, where):
        if cpr.contains(text):
            raise UserFault(
                f"{where}: der står noget, der ligner et CPR-nummer. Beskriv scenariet uden personoplysninger."
            )
        if _SURROGATE.search(text):
            raise UserFault(f"{where}: {NO_SCENARIO}")
    return scenario_from(document, reference)


def _line_of(text: str, place: Place) -> int:
    """Return the line a key stands on, else that on which its lever begins; 0 where the file does not have it."""
    lever, begin = 0, 0
    for number, line in enumerate(text.splitlines(), start=1):
        if _LEVER.match(line):
            lever += 1
            begin = number if lever == place.lever else begin
        key = _KEY.match(line)
        if lever == place.lever and key and key[1].strip("\"'") == place.key:
            return number
    return begin


def _syntax(text: str, fault: str) -> str:
    """Say in Danish where a text stops being TOML, and what is usual there."""
    lines = text.splitlines()
    at = _AT.search(fault)
    row, column = (int(at[1]), int(at[2])) if at else (len(lines), len(lines[-1]) + 1 if lines else 1)
    line = cpr.mask(lines[row - 1].strip()) if row <= len(lines) else ""
    return f"linje {row}, kolonne {column}: »{line}« kan ikke læses som TOML. {_remedy(line, fault)}"


def _remedy(line: str, fault: str) -> str:
    value = line.partition("#")[0].partition("=")[2].strip()
    if "overwrite" in fault or "Duplicate" in fault:
        return "Nøglen står der to gange. Slet den ene, eller begynd et nyt greb med [[levers]]."
    if "Unterminated" in fault or "Illegal character '\\n'" in fault:
        return "Der mangler et afsluttende anførselstegn."
    if line.startswith("[") or not line:
        return "Hvert greb begynder med en linje [[levers]], og hver linje derunder er nøgle = værdi."
    if "=" not in line:
        return "Skriv linjen som nøgle = værdi, fx lag_months = 6."
    if _DECIMAL_COMMA.fullmatch(value):
        return f"Decimaler skrives med punktum: {value.replace(',', '.')}."
    if not value:
        return "Der mangler en værdi efter lighedstegnet."
    return "Tekst og måneder står i anførselstegn, tal uden, og decimaler skrives med punktum."


def _texts(document: Mapping[str, Any], where: str) -> Iterator[str]:
    """Every key and value as text, at any depth; the hashes of a saved scenario's papers are nobody's words."""
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for part in level:
            if isinstance(part, Mapping):
                below += [*part.keys(), *part.values()]
            elif isinstance(part, list):
                below += part
            elif isinstance(part, int):
                below += [str(part)] if abs(part) <= LARGEST_AMOUNT else []
            elif isinstance(part, str) and not _HASH.fullmatch(part):
                yield part
        level = below
    if level:
        raise UserFault(f"{where}: {NO_SCENARIO}")


def _text_of(path: Path) -> str:
    where = cpr.mask(str(path))
    try:
        content = path.read_bytes()[: LARGEST_FILE + 1]
    except OSError as fault:
        raise UserFault(f"{where} kan ikke læses: filen findes ikke, eller der mangler adgang.") from fault
    if len(content) > LARGEST_FILE:
        raise UserFault(f"{where} er for stor til at være et scenarie.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UserFault(f"{where} er ikke gemt som UTF-8. Gem filen igen som UTF-8.") from fault


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
