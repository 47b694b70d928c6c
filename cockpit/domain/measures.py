"""Compensating actions (tiltag): what the department means to do about an expected overspend."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cockpit.domain.months import day_after
from cockpit.domain.own_text import text_fault
from cockpit.domain.reference import Reference

EFFECT_ADVICE = "Skriv mindreudgiften i året i kr. som et positivt tal, fx 750.000."
LARGEST_EFFECT = 1e9  # above it a slip of the pen


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
        entered: the day it was entered; None in a file from before that was kept, or one kept by hand.
    """

    key: str
    text: str
    year: int
    effect: float
    deadline: pd.Timestamp
    owner: str
    entered: pd.Timestamp | None = None


def measure_faults(values: Mapping[str, Any], _reference: Reference) -> dict[str, str]:
    """Return what is wrong with the fields of a measure: field -> Danish sentence with the remedy."""
    found = {name: text_fault(values[name]) for name in ("key", "text", "owner") if name in values}
    if "effect" in values and not 0 < values["effect"] <= LARGEST_EFFECT:
        found["effect"] = EFFECT_ADVICE
    if "deadline" in values and "year" in values and values["deadline"].year < values["year"]:
        found["deadline"] = f"Fristen ligger før {values['year']}, som tiltaget skal virke i. Ret fristen eller året."
    return {name: message for name, message in found.items() if message}


def proposed_at(measures: Iterable[Measure], as_of: pd.Period) -> tuple[Measure, ...]:
    """Return the measures of an earlier as-of month's year that were proposed while it was the newest.

    That is to the end of the month after it, as for known cases; one that nobody knows the day of counts in any month.
    """
    of_year = (one for one in measures if one.year == as_of.year)
    return tuple(one for one in of_year if one.entered is None or one.entered < day_after(as_of + 1))


def total_effect(measures: Iterable[Measure]) -> float:
    """Return what the measures take off the year's expense together, kr."""
    return sum(measure.effect for measure in measures)
