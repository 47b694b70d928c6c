"""A scenario: a small frozen value of levers with a name and a first month, read from and written as a plain document.

Scenarios combine with `+`. The order in which levers are written never matters: they are applied in that of `ordered`.
"""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, replace
from typing import Any

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.levers import (
    COUNT,
    KINDS,
    MONTH,
    NUMBER,
    ORDER,
    TEXT,
    TYPE,
    WRITTEN,
    YEARS,
    Lever,
    StepDown,
    Substitute,
)
from cockpit.domain.months import OUTLINE_YEARS, parse_month
from cockpit.domain.reference import Reference

LONGEST_TEXT = 300
FIRST_YEAR, LAST_YEAR = 2000, 2100
LONG_HORIZON = 10  # years: prevention may pay for itself long after the outline years
HORIZONS = (OUTLINE_YEARS, LONG_HORIZON)
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Pinned:
    """What a saved scenario was computed on: enough to say later what has changed.

    `reference` is the identity of the reference tables; `versions` are name and version of each library.
    """

    as_of: pd.Period
    data_id: str
    seed: int
    n_paths: int
    reference: str
    versions: tuple[tuple[str, str], ...]
    saved: str
    by: str


@dataclass(frozen=True)
class Scenario:
    """What if: levers from a month on. `pinned` stands in saved ones.

    `outline_years`, one of `HORIZONS`, is how many years after the as-of year it looks ahead.
    """

    name: str
    start: pd.Period
    levers: tuple[Lever, ...] = ()
    pinned: Pinned | None = None
    outline_years: int = OUTLINE_YEARS

    @property
    def ordered(self) -> tuple[Lever, ...]:
        """The levers in the order they are applied in, whatever order they are written in."""
        return tuple(sorted(self.levers, key=lambda lever: (ORDER.index(lever.KIND), repr(lever))))

    def __add__(self, other: "Scenario") -> "Scenario":
        """Both together: every lever keeps its own first month."""
        levers = tuple(replace(lever, start=_own_start(lever, one)) for one in (self, other) for lever in one.levers)
        horizon = max(self.outline_years, other.outline_years)
        return Scenario(f"{self.name} + {other.name}", min(self.start, other.start), levers, outline_years=horizon)

    def only(self, levers: Iterable[Lever]) -> "Scenario":
        """The same scenario with other levers."""
        return replace(self, levers=tuple(levers))


def _own_start(lever: Lever, scenario: Scenario) -> pd.Period:
    return scenario.start if lever.start is None else max(lever.start, scenario.start)


def scenario_from(document: Mapping[str, Any], reference: Reference) -> Scenario:
    """Build a scenario from a parsed file.

    Raises:
        UserFault: it is at fault; every fault is told with the lever and the word.
    """
    faults: list[str] = []
    known = ("name", "start", "outline_years", "levers", "pinned")
    faults += [f"»{key}« er ikke en nøgle i et scenarie. Brug {_words(known)}." for key in document if key not in known]
    name = _read("name", TEXT, document.get("name"), faults, "Scenariet", reference, {})
    start = _read("start", MONTH, document.get("start"), faults, "Scenariet", reference, {})
    horizon = document.get("outline_years", OUTLINE_YEARS)
    if isinstance(horizon, bool) or horizon not in HORIZONS:
        faults.append(f"Scenariet: »outline_years« er »{horizon}«. Skriv {_words(map(str, HORIZONS))}.")
    written = document.get("levers", [])
    if not isinstance(written, list) or not all(isinstance(one, Mapping) for one in written):
        faults.append("»levers« skal være en liste. Skriv hvert greb under sin egen linje [[levers]].")
        written = []
    levers = [_lever(one, number, faults, reference) for number, one in enumerate(written, start=1)]
    pinned = _pinned(document["pinned"], faults) if "pinned" in document else None
    if faults:
        raise UserFault("\n".join(["Scenariet kan ikke læses. Ret og prøv igen:", *faults]))
    return Scenario(name, start, tuple(lever for lever in levers if lever is not None), pinned, int(horizon))


def _lever(written: Mapping[str, Any], number: int, faults: list[str], reference: Reference) -> Lever | None:
    where = f"Greb {number}"
    kind = written.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        said = "»kind« mangler" if kind is None else f"»{kind}« er ikke en slags greb"
        faults.append(f"{where}: {said}. Skriv kind som {_words(KINDS)}.")
        return None
    where = f"{where} ({kind})"
    allowed = {WRITTEN.get(one.name, one.name): one for one in fields(KINDS[kind])}
    allowed = {key: one for key, one in allowed.items() if one.name not in KINDS[kind].WITHOUT}
    unknown = [key for key in written if key != "kind" and key not in allowed]
    own = [f"{where}: »{key}« er ikke en nøgle her. Brug {_words(allowed)}." for key in unknown]
    values = {one.name: _field(key, one, written, own, where, reference) for key, one in allowed.items()}
    faults += own
    if own:
        return None
    lever = KINDS[kind](**values)
    faults += [f"{where}: {fault}" for fault in _together(lever)]
    return lever


def _field(
    key: str, one: Field, written: Mapping[str, Any], faults: list[str], where: str, reference: Reference
) -> Any:
    if key not in written and one.default is not MISSING:
        return one.default
    return _read(key, one.metadata["form"], written.get(key), faults, where, reference, one.metadata)


def _read(
    key: str, form: str, value: Any, faults: list[str], where: str, reference: Reference, bounds: Mapping[str, Any]
) -> Any:
    """Read one value; what is wrong with it goes to `faults`."""
    try:
        if value is None:
            raise ValueError("mangler")
        if form == TYPE:
            return _type(value, reference)
        return _READERS[form](value, bounds)
    except ValueError as fault:
        faults.append(f"{where}: »{key}« {fault}.")
        return None


def _type(value: Any, reference: Reference) -> str:
    found = reference.type_from_text(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"er »{value}«, som ikke er en type. Brug en nøgle fra typetabellen, fx foster_care")
    return found


def _text(value: Any, _bounds: Mapping[str, Any]) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("skal være en tekst og må ikke være tom")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"er for lang. Skriv højst {LONGEST_TEXT} tegn")
    return value.strip()


def _month(value: Any, _bounds: Mapping[str, Any]) -> pd.Period:
    try:
        return parse_month(str(value))
    except ValueError:
        raise ValueError(f'er »{value}«. Skriv en måned som "ÅÅÅÅ-MM", fx "2026-01"') from None


def _number(value: Any, bounds: Mapping[str, Any]) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"er »{value}«, men skal være et tal. Decimaler skrives med punktum, fx 0.5")
    low, high = bounds.get("low", -math.inf), bounds.get("high", math.inf)
    if not low <= value <= high:
        raise ValueError(f"er {fmt.plain(value)}, men skal ligge mellem {fmt.plain(low)} og {fmt.plain(high)}")
    return float(value)


def _count(value: Any, bounds: Mapping[str, Any]) -> int:
    number = _number(value, bounds)
    if number != int(number):
        raise ValueError(f"er {fmt.plain(number)}, men skal være et helt tal")
    return int(number)


def _years(value: Any, _bounds: Mapping[str, Any]) -> tuple[tuple[int, float], ...]:
    if not isinstance(value, Mapping) or not value:
        raise ValueError("skal være beløb pr. år, fx { 2026 = -2000000, 2027 = -3000000 }")
    wrong = [key for key in value if not _YEAR.fullmatch(key) or not FIRST_YEAR <= int(key) <= LAST_YEAR]
    if wrong:
        raise ValueError(f"har »{wrong[0]}«, som ikke er et årstal")
    return tuple(sorted((int(year), _number(amount, {})) for year, amount in value.items()))


_READERS = {TEXT: _text, MONTH: _month, NUMBER: _number, COUNT: _count, YEARS: _years}


def _together(lever: Lever) -> list[str]:
    """What is wrong between values that are each well formed."""
    found = []
    low, high = lever.range
    if not low <= lever.value <= high:
        found.append(f"»low« må ikke være over {lever.VALUE}, og »high« ikke under")
    age_from, age_to = getattr(lever, "age_from", None), getattr(lever, "age_to", None)
    if age_from is not None and age_to is not None and age_from > age_to:
        found.append("»age_from« er større end »age_to«")
    if len(lever.types) > len(set(lever.types)):
        found.append(f"den samme type to gange, »{lever.types[0]}«")
    found += _out_of_bounds(lever)
    return [f"{fault}." for fault in found]


def _out_of_bounds(lever: Lever) -> list[str]:
    """Low and high must be possible values of what they are a range of."""
    bounds = next(one.metadata for one in fields(lever) if one.name == lever.VALUE)
    faults = []
    for name in ("low", "high"):
        written = getattr(lever, name)
        if written is not None and not bounds["low"] <= written <= bounds["high"]:
            faults.append(f"»{name}« er {fmt.plain(written)}, som {lever.VALUE} ikke kan være")
    return faults


def _words(names: Iterable[str]) -> str:
    *first, last = list(names)
    return f"{', '.join(first)} eller {last}" if first else last


def _pinned(written: Any, faults: list[str]) -> Pinned | None:
    try:
        return Pinned(
            as_of=parse_month(written["as_of"]),
            data_id=str(written["data_id"]),
            seed=int(written["seed"]),
            n_paths=int(written["n_paths"]),
            reference=str(written["reference"]),
            versions=tuple(sorted((str(name), str(value)) for name, value in written["versions"].items())),
            saved=str(written["saved"]),
            by=str(written["by"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        faults.append("[pinned] er ikke, som cockpittet gemte den. Slet den, eller gem scenariet igen.")
        return None


def check_data(scenario: Scenario, priced: frozenset[str], reference: Reference) -> None:
    """Check that what a scenario puts instead can be priced.

    Args:
        priced: types that have recent starts to take a price from.

    Raises:
        UserFault: a lever needs a price.
    """
    arriving = [lever for lever in scenario.levers if isinstance(lever, StepDown | Substitute) and lever.price is None]
    targets = [lever.to_type if isinstance(lever, StepDown) else lever.type for lever in arriving]
    missing = sorted({reference.type_name(key) for key in targets if key not in priced})
    if missing:
        raise UserFault(
            f"Der er ingen bevillinger af {fmt.enumeration(missing)} at tage en pris fra. Skriv price "
            "(kr. pr. måned) i grebet."
        )


def changes_of(
    pinned: Pinned,
    as_of: pd.Period,
    data_id: str,
    reference: str,
    versions: tuple[tuple[str, str], ...],
    seed: int,
    n_paths: int,
) -> tuple[str, ...]:
    """Say in Danish what differs from what a scenario was saved on; empty where nothing does."""
    before = fmt.month_long(pinned.as_of)
    found = []
    if as_of != pinned.as_of:
        found.append(f"Scenariet blev gemt på data pr. {before}; her ses det på data pr. {fmt.month_long(as_of)}.")
    elif data_id != pinned.data_id:
        found.append(f"Data pr. {before} er ændret, siden scenariet blev gemt.")
    if reference != pinned.reference:
        found.append("Forudsætninger eller referencetabeller er ændret, siden scenariet blev gemt.")
    newer = [f"{name} {value}" for name, value in versions if dict(pinned.versions).get(name) != value]
    if newer:
        found.append(f"Beregningen bruger andre versioner end dengang: {fmt.enumeration(newer)}.")
    if (seed, n_paths) != (pinned.seed, pinned.n_paths):
        found.append("Beregningen bruger et andet frø eller antal forløb end dengang.")
    return tuple(found)


def document_of(scenario: Scenario) -> dict[str, Any]:
    """The document a scenario is written as: only what differs from the defaults; `scenario_from` reads it back."""
    document: dict[str, Any] = {"name": scenario.name, "start": str(scenario.start)}
    if scenario.outline_years != OUTLINE_YEARS:
        document["outline_years"] = scenario.outline_years
    document["levers"] = [_written(lever) for lever in scenario.levers]
    if scenario.pinned is not None:
        own = {one.name: getattr(scenario.pinned, one.name) for one in fields(Pinned)}
        document["pinned"] = {**own, "as_of": str(own["as_of"]), "versions": dict(own["versions"])}
    return document


def _written(lever: Lever) -> dict[str, Any]:
    said = {one.name: getattr(lever, one.name) for one in fields(lever) if getattr(lever, one.name) != one.default}
    source = said.pop("source")
    plain = {WRITTEN.get(name, name): _plain(value) for name, value in said.items()}
    return {"kind": lever.KIND, **plain, "source": source}


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Period):
        return str(value)
    if isinstance(value, tuple):
        return {str(year): amount for year, amount in value}
    return value
