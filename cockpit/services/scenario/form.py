"""A lever as the texts that a person sees and writes: Danish numbers, percentages, months, amounts per year."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.levers import COUNT, KINDS, NUMBER, TYPE, WRITTEN, YEARS, Lever
from cockpit.domain.reference import Reference
from cockpit.domain.scenario_document import lever_document
from cockpit.intake import cpr
from cockpit.intake.numbers_and_dates import Unreadable, read_number

SHARES = frozenset(
    {"share", "realised", "occupancy", "success_rate", "scaling_share", "deadweight_share", "postponed_share"}
)
RANGE, SOURCE = ("low", "high"), "source"
PERCENT = 100.0


def form_fields(kind: str) -> list[Field]:
    """The fields of a kind that a user may write: what must be filled in first, its range after it, the source last."""
    own = [one for one in fields(KINDS[kind]) if one.name not in KINDS[kind].WITHOUT]

    def late(one: Field) -> tuple[bool, ...]:
        must_be_filled = one.default is MISSING or one.name == KINDS[kind].VALUE
        return one.name == SOURCE, not (must_be_filled or one.name in RANGE), one.name in RANGE

    return sorted(own, key=late)


def is_share(kind: str, name: str) -> bool:
    """Whether a field is written in per cent."""
    return name in SHARES or (name in RANGE and KINDS[kind].VALUE in SHARES)


def texts_of(lever: Lever, reference: Reference) -> dict[str, str]:
    """Every field of a lever as text; empty where it is left out."""
    return {
        one.name: _written(lever.KIND, one, getattr(lever, one.name), reference) for one in form_fields(lever.KIND)
    }


def _written(kind: str, one: Field, value: Any, reference: Reference) -> str:
    if value is None:
        return ""
    form = one.metadata["form"]
    if form == TYPE:
        return reference.type_name(value)
    if form == YEARS:
        return "; ".join(f"{year}: {fmt.plain(amount)}" for year, amount in value)
    if form in (NUMBER, COUNT):
        # Away from binary fractions: 0,07 is seven per cent and not 7,000000000000001.
        return fmt.plain(round(value * PERCENT, 9) if is_share(kind, one.name) else value)
    return str(value)


def written_document(kind: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """What was written as one lever of a scenario file; `domain.scenario.scenario_from` checks the rest.

    Raises:
        UserFault: a text is no number, or has the shape of a CPR number.
    """
    document: dict[str, Any] = {"kind": kind}
    for one in form_fields(kind):
        text = texts.get(one.name, "").strip()
        if cpr.contains(text):
            raise UserFault("Der står noget, der ligner et CPR-nummer. Beskriv scenariet uden personoplysninger.")
        if text:
            document[WRITTEN.get(one.name, one.name)] = _read(kind, one, text)
    return document


def edited_document(lever: Lever, texts: Mapping[str, str], reference: Reference) -> dict[str, Any]:
    """A lever as it is after editing: what was written anew, and every other field to the last digit.

    A text shows a number rounded, so that a field is only read where its text is not the one that was shown.

    Raises:
        UserFault: as `written_document`.
    """
    shown = texts_of(lever, reference)
    touched = {name: text for name, text in texts.items() if text != shown[name]}
    keys = {WRITTEN.get(name, name) for name in touched}
    untouched = {key: value for key, value in lever_document(lever).items() if key not in keys}
    return {**untouched, **written_document(lever.KIND, touched)}


def _read(kind: str, one: Field, text: str) -> Any:
    form = one.metadata["form"]
    if form == YEARS:
        return _years(text)
    if form in (NUMBER, COUNT):
        share = is_share(kind, one.name)
        number = _number(text.removesuffix("%").strip() if share else text)
        return number / PERCENT if share else number
    return text


def _number(text: str) -> float:
    try:
        return read_number(text, ",")
    except Unreadable as fault:
        raise UserFault(f"»{text}«: {fault}") from fault


def _years(text: str) -> dict[str, float]:
    """Read `2027: -2.000.000; 2028: -3.000.000`."""
    pairs = [part.partition(":") for part in text.split(";") if part.strip()]
    if any(not colon for _, colon, _ in pairs):
        raise UserFault(f"»{text}«: skriv beløb pr. år som 2027: -2.000.000; 2028: -3.000.000.")
    return {year.strip(): _number(amount.strip()) for year, _, amount in pairs}


def first_of_kind(kind: str, types: Mapping[str, float], reference: Reference, year: int) -> dict[str, str]:
    """Texts to begin a new lever of a kind with: the types that weigh most, and nothing else that has an effect.

    Args:
        kind: key of `levers.KINDS`.
        types: person-years by type, placements only, the most first.
        reference: names of types.
        year: the first year of a plain amount.
    """
    names = [reference.type_name(key) for key in types] or [kind_.name for kind_ in reference.types.values()]
    chosen = iter([*names, names[-1]])
    texts = {}
    for one in form_fields(kind):
        form = one.metadata["form"]
        if form == TYPE:
            texts[one.name] = next(chosen)
        elif form == YEARS:
            texts[one.name] = f"{year}: 0"
        elif form in (NUMBER, COUNT) and one.default is MISSING:
            texts[one.name] = "0"
    return texts
