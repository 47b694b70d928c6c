"""Compensating actions (tiltag): what the department means to do about an expected overspend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cockpit.domain.reference import Reference

LONGEST_TEXT = 200
LARGEST_EFFECT = 1e9  # above it a slip of the pen
_TOO_LONG = f"Teksten er for lang. Skriv højst {LONGEST_TEXT} tegn."


@dataclass(frozen=True)
class Measure:
    """A compensating action, entered by the department; the forecast does not know it.

    Attributes:
        key: what it is called by, unique among the measures.
        text: what is done, in the department's words.
        year: the budget year that the effect falls in.
        effect: kr. less expense in that year, positive.
        deadline: when it is carried out.
        owner: who answers for it.
    """

    key: str
    text: str
    year: int
    effect: float
    deadline: pd.Timestamp
    owner: str


def measure_faults(values: Mapping[str, Any], _reference: Reference) -> dict[str, str]:
    """Return what is wrong with the fields of a measure: field -> Danish sentence with the remedy."""
    found = {name: _TOO_LONG for name in ("text", "owner") if _too_long(values, name)}
    effect = values.get("effect")
    if effect is not None and not 0 < effect <= LARGEST_EFFECT:
        found["effect"] = "Skriv mindreudgiften i året i kr. som et positivt tal, fx 750.000."
    return found


def _too_long(values: Mapping[str, Any], name: str) -> bool:
    return len(values.get(name, "")) > LONGEST_TEXT


def total_effect(measures: Iterable[Measure]) -> float:
    """Return what the measures take off the year's expense together, kr."""
    return sum(measure.effect for measure in measures)
