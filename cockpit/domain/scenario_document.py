"""A scenario as a plain document, as its file and its links hold it: read with every fault told, and written."""

import math
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from difflib import get_close_matches
from typing import Any

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.lever_names import KIND_NAMES, SCENARIO_NAMES, field_name
from cockpit.domain.levers import COUNT, KINDS, MONTH, NUMBER, TEXT, TYPE, WRITTEN, YEARS, Lever
from cockpit.domain.months import OUTLINE_YEARS, parse_month
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import HORIZONS, Basis, Pinned, Scenario

LONGEST_TEXT = 300
FIRST_YEAR, LAST_YEAR = 2000, 2100
EXAMPLES = {
    TEXT: '"hvor antagelsen kommer fra"',
    MONTH: '"2026-01"',
    TYPE: '"foster_care"',
    NUMBER: "0.5",
    COUNT: "6",
    YEARS: "{ 2026 = -2000000, 2027 = -3000000 }",
}
NAME, START, HORIZON, LEVERS, PINNED = "name", "start", "outline_years", "levers", "pinned"
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Place:
    """Where in a document something stands: the number of the lever (0: the scenario itself), its kind, the key."""

    lever: int = 0
    kind: str = ""
    key: str = ""

    def __str__(self) -> str:
        """As a person reads it: `Greb 2, færre nye (avert)`."""
        kind = f", {fmt.lower_first(KIND_NAMES[self.kind])} ({self.kind})" if self.kind else ""
        return f"Greb {self.lever}{kind}" if self.lever else "Scenariet"

    @property
    def named(self) -> str:
        """What stands there, by its word and its key, to begin a sentence with: `Lavt skøn »low«`."""
        word = field_name(self.key) if self.lever else SCENARIO_NAMES.get(self.key, "")
        return f"{word} »{self.key}«".strip()


@dataclass(frozen=True)
class DocumentFault:
    """One thing that is wrong with a document; `text` is a Danish sentence with the value and what to do."""

    place: Place
    text: str

    def __str__(self) -> str:
        """Where it is, and what."""
        return f"{self.place}: {self.text}"


def _typed(key: str, word: str) -> str:
    """A key to type with its word: `avert (færre nye)`."""
    return f"{key} ({fmt.lower_first(word)})" if word else key


def _begin(key: str) -> str:
    """A field at the beginning of a sentence: `Lavt skøn »low«`."""
    return Place(1, key=key).named


def _field(key: str) -> str:
    """A field within a sentence: `lavt skøn »low«`."""
    return fmt.lower_first(_begin(key))


class ScenarioFault(UserFault):
    """A document is no scenario; `faults` are all that are wrong with it."""

    def __init__(self, faults: Iterable[DocumentFault]) -> None:
        """`faults`: at least one."""
        self.faults = tuple(faults)
        super().__init__("\n".join(["Scenariet kan ikke læses. Ret og prøv igen:", *map(str, self.faults)]))


def scenario_from(document: Mapping[str, Any], reference: Reference) -> Scenario:
    """Build a scenario from a parsed file.

    Raises:
        ScenarioFault: it is at fault; every fault is told with the lever, the word, the value and what to do.
    """
    reader = _Reader(reference)
    known = (NAME, START, HORIZON, LEVERS, PINNED)
    usual = _words(_typed(key, word) for key, word in SCENARIO_NAMES.items())
    for key in document:
        if key not in known:
            reader.tell(Place(key=key), f"»{key}« er ikke en nøgle i et scenarie. Brug {usual}.")
    name = reader.value(Place(key=NAME), TEXT, document.get(NAME), {"example": '"Tidligere indsats"'})
    start = reader.value(Place(key=START), MONTH, document.get(START), {})
    horizon = reader.horizon(document.get(HORIZON, OUTLINE_YEARS))
    written = document.get(LEVERS, [])
    if not isinstance(written, list) or not all(isinstance(one, Mapping) for one in written):
        reader.tell(Place(key=LEVERS), "»levers« er ikke en liste. Skriv hvert greb under sin egen linje [[levers]].")
        written = []
    levers = [reader.lever(one, number) for number, one in enumerate(written, start=1)]
    pinned = reader.pinned(document[PINNED]) if PINNED in document else None
    if reader.faults:
        raise ScenarioFault(reader.faults)
    return Scenario(name, start, tuple(lever for lever in levers if lever is not None), pinned, horizon)


class _Reader:
    """Reads the parts of a document and collects what is wrong with them."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self.faults: list[DocumentFault] = []

    def tell(self, place: Place, text: str) -> None:
        """Note a fault."""
        self.faults.append(DocumentFault(place, text))

    def horizon(self, value: Any) -> int:
        """Read how many years ahead."""
        if isinstance(value, bool) or value not in HORIZONS:
            wanted = _words(str(one) for one in HORIZONS)
            place = Place(key=HORIZON)
            self.tell(place, f"{place.named} er {_shown(value)}. Skriv {wanted} år efter det aktuelle.")
            return OUTLINE_YEARS
        return int(value)

    def lever(self, written: Mapping[str, Any], number: int) -> Lever | None:
        """Read a lever; None where something is wrong with it."""
        kind = written.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            place = Place(number, key="kind")
            said = "mangler" if kind is None else f"er {_shown(kind)}, som ikke er en slags greb"
            known = _words(_typed(one, KIND_NAMES[one]) for one in KINDS)
            self.tell(place, f"{place.named} {said}. Skriv kind som {known}.")
            return None
        allowed = {WRITTEN.get(one.name, one.name): one for one in fields(KINDS[kind])}
        allowed = {key: one for key, one in allowed.items() if one.name not in KINDS[kind].WITHOUT}
        before = len(self.faults)
        for key in written:
            if key != "kind" and key not in allowed:
                known = _words(_typed(one, field_name(one)) for one in allowed)
                self.tell(Place(number, kind, key), f"»{key}« er ikke en nøgle her. Brug {known}.")
        values = {one.name: self._field(Place(number, kind, key), one, written) for key, one in allowed.items()}
        if len(self.faults) > before:
            return None
        lever = KINDS[kind](**values)
        for key, text in _together(lever):
            self.tell(Place(number, kind, key), text)
        return lever

    def _field(self, place: Place, one: Field, written: Mapping[str, Any]) -> Any:
        if place.key not in written and one.default is not MISSING:
            return one.default
        return self.value(place, one.metadata["form"], written.get(place.key), one.metadata)

    def value(self, place: Place, form: str, value: Any, bounds: Mapping[str, Any]) -> Any:
        """Read one value; None where it is at fault."""
        try:
            if value is None:
                raise ValueError(f"mangler. Tilføj en linje som {place.key} = {bounds.get('example', EXAMPLES[form])}")
            if form == TYPE:
                return _type(value, self._reference)
            return _READERS[form](value, bounds)
        except ValueError as fault:
            self.tell(place, f"{place.named} {fault}.")
            return None

    def pinned(self, written: Any) -> Pinned | None:
        """Read what a saved scenario rests on."""
        try:
            basis = Basis(
                as_of=parse_month(written["as_of"]),
                data_id=str(written["data_id"]),
                seed=int(written["seed"]),
                n_paths=int(written["n_paths"]),
                reference=str(written["reference"]),
                versions=tuple(sorted((str(name), str(value)) for name, value in written["versions"].items())),
                content=None if "content" not in written else str(written["content"]),
            )
            return Pinned(
                basis,
                saved=str(written["saved"]),
                by=str(written["by"]),
                net=None if "net" not in written else _number(written["net"], {}),
            )
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
            text = "[pinned] er ikke, som cockpittet gemte den. Slet den, eller gem scenariet igen."
            self.tell(Place(key=PINNED), text)
            return None


def _shown(value: Any) -> str:
    """A value as it was written, or nearly so: numbers in Danish, all else between quotation marks."""
    if isinstance(value, bool):
        return f"»{str(value).lower()}«"
    if _is_number(value):
        return fmt.plain(value)
    if isinstance(value, int):
        return "et alt for stort tal"
    text = str(value)
    return f"»{text[:LONGEST_TEXT]}{'…' if len(text) > LONGEST_TEXT else ''}«"


def _is_number(value: Any) -> bool:
    """A number that can be reckoned with; a whole number in a document may be larger than any decimal one."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _type(value: Any, reference: Reference) -> str:
    found = reference.type_from_text(value) if isinstance(value, str) else None
    if found is None:
        example = f"Skriv fx »{_likely(str(value), reference)}«. Alle navne står på siden Data under Forudsætninger"
        raise ValueError(f"er {_shown(value)}, som ikke er en type. {example}")
    return found


def _likely(text: str, reference: Reference) -> str:
    """The name or key of the type that a text is most like; any where it is like none."""
    lower = {known.lower(): known for key, kind in reference.types.items() for known in (kind.name, key)}
    near = get_close_matches(text.lower()[:LONGEST_TEXT], lower, n=1)
    return lower[near[0]] if near else next(iter(reference.types.values())).name


def _text(value: Any, _bounds: Mapping[str, Any]) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"er {_shown(value)}, men skal være en tekst, der ikke er tom")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"er på {len(value)} tegn, som er for langt. Skriv højst {LONGEST_TEXT} tegn")
    return value.strip()


def _month(value: Any, _bounds: Mapping[str, Any]) -> pd.Period:
    try:
        return parse_month(str(value))
    except ValueError:
        raise ValueError(f'er {_shown(value)}. Skriv en måned som "ÅÅÅÅ-MM", fx "2026-01"') from None


def _number(value: Any, bounds: Mapping[str, Any]) -> float:
    if not _is_number(value):
        raise ValueError(
            f"er {_shown(value)}, men skal være et tal uden anførselstegn. Decimaler skrives med punktum, fx 0.5"
        )
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
        raise ValueError(f"er {_shown(value)}, men skal være beløb pr. år, fx {EXAMPLES[YEARS]}")
    wrong = [key for key in value if not _YEAR.fullmatch(key) or not FIRST_YEAR <= int(key) <= LAST_YEAR]
    if wrong:
        raise ValueError(f"har »{wrong[0]}«, som ikke er et årstal. Skriv fx {EXAMPLES[YEARS]}")
    return tuple(sorted((int(year), _number(amount, {})) for year, amount in value.items()))


_READERS = {TEXT: _text, MONTH: _month, NUMBER: _number, COUNT: _count, YEARS: _years}


def _together(lever: Lever) -> list[tuple[str, str]]:
    """What is wrong between values that are each well formed: the key it stands at, and the sentence."""
    found = [*_outside_range(lever), *_impossible_ends(lever)]
    age_from, age_to = getattr(lever, "age_from", None), getattr(lever, "age_to", None)
    if age_from is not None and age_to is not None and age_from > age_to:
        oldest = f"{_field('age_to')} på {fmt.plain(age_to)}"
        ages = f"{_begin('age_from')} er {fmt.plain(age_from)}, som er større end {oldest}"
        found.append(("age_from", f"{ages}. Byt dem om, eller ret den ene."))
    if len(lever.types) > len(set(lever.types)):
        key = next(WRITTEN.get(one.name, one.name) for one in reversed(fields(lever)) if one.metadata["form"] == TYPE)
        found.append((key, f"{_begin(key)} er den samme type to gange, »{lever.types[0]}«. Skriv to forskellige."))
    return found


def _outside_range(lever: Lever) -> list[tuple[str, str]]:
    low, high = lever.range
    said = f"{_field(lever.VALUE)} på {fmt.plain(lever.value)}"
    found = []
    if low > lever.value:
        end = f"{_begin('low')} er {fmt.plain(low)}, som er over {said}"
        found.append(("low", f"{end}. Skriv et lavere tal, eller udelad den."))
    if high < lever.value:
        end = f"{_begin('high')} er {fmt.plain(high)}, som er under {said}"
        found.append(("high", f"{end}. Skriv et højere tal, eller udelad den."))
    return found


def _impossible_ends(lever: Lever) -> list[tuple[str, str]]:
    """Low and high must be possible values of what they are a range of."""
    bounds = next(one.metadata for one in fields(lever) if one.name == lever.VALUE)
    between = f"mellem {fmt.plain(bounds['low'])} og {fmt.plain(bounds['high'])}"
    ends = [(name, getattr(lever, name)) for name in ("low", "high")]
    return [
        (name, f"{_begin(name)} er {fmt.plain(end)}, som {_field(lever.VALUE)} ikke kan være. Skriv et tal {between}.")
        for name, end in ends
        if end is not None and not bounds["low"] <= end <= bounds["high"]
    ]


def _words(names: Iterable[str]) -> str:
    *first, last = list(names)
    return f"{', '.join(first)} eller {last}" if first else last


def document_of(scenario: Scenario) -> dict[str, Any]:
    """The document a scenario is written as: only what differs from the defaults; `scenario_from` reads it back."""
    document: dict[str, Any] = {NAME: scenario.name, START: str(scenario.start)}
    if scenario.outline_years != OUTLINE_YEARS:
        document[HORIZON] = scenario.outline_years
    document[LEVERS] = [lever_document(lever) for lever in scenario.levers]
    if scenario.pinned is not None:
        basis, pinned = scenario.pinned.basis, scenario.pinned
        own = {**vars(basis), "saved": pinned.saved, "by": pinned.by, "net": pinned.net}
        said = {name: value for name, value in own.items() if value is not None}
        document[PINNED] = {**said, "as_of": str(basis.as_of), "versions": dict(basis.versions)}
    return document


def lever_document(lever: Lever) -> dict[str, Any]:
    """One lever as it is written in a file: only what differs from the defaults."""
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
