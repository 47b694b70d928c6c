"""Known corrections: what a controller knows and no extract does yet, laid on the paths as a line of its own.

A correction happens or does not: on each path it is drawn once, and all its months follow that draw. The models never
see it, so what they expect is the same with and without it.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.months import SUPPLEMENT, day_after
from cockpit.domain.own_text import text_fault
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.reference import UNALLOCATED, Reference

CASE, SILENT_CASE = "Kendt sag på vej", "Sagen på vej"  # begin the notes on one that counts and on one that does not
MOST_CHILDREN = 999
LARGEST_AMOUNT = 1e9  # above it a slip of the pen, whatever the case


@dataclass(frozen=True)
class Correction:
    """A case or an agreement on its way.

    Attributes:
        key: what it is called by, unique among the corrections.
        text: what it is, in the owner's words; never a child's name or number.
        type_key: type of intervention, `unallocated` for money without one.
        children: how many the amount counts for.
        amount: kr. per child and month; expense positive, income negative. Not indexed: what is entered is what counts.
        first: first month of cost.
        probability: that it happens, above 0 and at most 1.
        role: who entered it and answers for it.
        entered: the day it was entered.
        expires: the last as-of month it counts in; after that the extracts should know the case.
        function: the account's function, by default that of the type.
        last: last month of cost; None runs through this year and the outline years.
    """

    key: str
    text: str
    type_key: str
    children: int
    amount: float
    first: pd.Period
    probability: float
    role: str
    entered: pd.Timestamp
    expires: pd.Period
    function: str | None = None
    last: pd.Period | None = None

    @property
    def monthly(self) -> float:
        """Kr. per month if it happens."""
        return self.children * self.amount

    def leaf(self, reference: Reference) -> tuple[str, str]:
        """Type and function that it is laid on."""
        return self.type_key, self.function or reference.types[self.type_key].function

    def covers(self, month: pd.Period) -> bool:
        """Say whether it costs anything in a month."""
        return bool(self.first <= month and (self.last is None or month <= self.last))


def faults(values: Mapping[str, Any], reference: Reference) -> dict[str, str]:
    """Return what is wrong with the fields of a correction: field -> Danish sentence with the remedy.

    Args:
        values: fields of `Correction`; fields that could not even be read are left out, and the others still checked.
    """
    found = {name: text_fault(values[name]) for name in ("key", "text", "role") if name in values}
    checks = {
        "type_key": _type_fault,
        "function": _function_fault,
        "children": _children_fault,
        "amount": _amount_fault,
        "probability": _probability_fault,
        "last": _last_fault,
    }
    found |= {name: check(values, reference) for name, check in checks.items() if name in values}
    return {name: message for name, message in found.items() if message}


def _type_fault(values: Mapping[str, Any], reference: Reference) -> str:
    if values["type_key"] == UNALLOCATED:
        return "" if values.get("function") else "Uden type skal der stå en konto. Skriv en konto, fx 5.28.20."
    if values["type_key"] not in reference.types:
        return "Typen kendes ikke. Skriv den, som den står på siden Data under Forudsætninger."
    return ""


def _function_fault(values: Mapping[str, Any], reference: Reference) -> str:
    known = values["function"] is None or values["function"] in reference.functions
    return "" if known else "Kontoen kendes ikke. Skriv en konto på området, fx 5.28.20, eller lad feltet være tomt."


def _children_fault(values: Mapping[str, Any], _reference: Reference) -> str:
    return "" if 1 <= values["children"] <= MOST_CHILDREN else f"Skriv et helt tal fra 1 til {MOST_CHILDREN}."


def _amount_fault(values: Mapping[str, Any], _reference: Reference) -> str:
    if not values["amount"]:
        return "Beløbet er nul. Skriv kroner pr. barn og måned; en indtægt skrives med minus."
    return "" if abs(values["amount"]) <= LARGEST_AMOUNT else "Beløbet er for stort. Skriv kroner pr. barn og måned."


def _probability_fault(values: Mapping[str, Any], _reference: Reference) -> str:
    is_share = 0 < values["probability"] <= 1
    return "" if is_share else "Skriv en sandsynlighed over 0 og højst 1, fx 0,5 eller 50 %."


def _last_fault(values: Mapping[str, Any], _reference: Reference) -> str:
    backwards = values["last"] is not None and "first" in values and values["last"] < values["first"]
    return "Sidste måned ligger før første måned. Ret en af dem." if backwards else ""


def known_at(corrections: Iterable[Correction], as_of: pd.Period) -> tuple[Correction, ...]:
    """Return the corrections entered while an earlier as-of month was the newest: to the end of the month after it."""
    return tuple(one for one in corrections if one.entered < day_after(as_of + 1))


def silence(correction: Correction, as_of: pd.Period, horizon: int) -> str:
    """Say in Danish why a correction does not count at an as-of month, nothing where it does.

    Args:
        horizon: the last outline year.
    """
    if as_of > correction.expires:
        return f"udløb {fmt.month_year(correction.expires)}"
    if correction.last is not None and correction.last <= as_of:
        return f"sluttede {fmt.month_year(correction.last)}"
    if correction.first.year > horizon:
        return f"begynder først {fmt.month_year(correction.first)}"
    return ""


def expected_this_year(correction: Correction, as_of: pd.Period) -> float:
    """Return what a correction is expected to add to the as-of year, kr."""
    if as_of > correction.expires:
        return 0.0
    ahead = [pd.Period(year=as_of.year, month=month, freq="M") for month in range(as_of.month + 1, 13)]
    return correction.probability * correction.monthly * sum(correction.covers(month) for month in ahead)


def apply_corrections(
    outturn: OutturnPaths, corrections: Sequence[Correction], reference: Reference, seed: int
) -> OutturnPaths:
    """Lay corrections on the open booking periods of the paths; without any the paths are returned as they are.

    Args:
        outturn: what the models forecast.
        corrections: what is known beside the extracts; those expired or over are left out and said in the notes.
        reference: the functions of the types.
        seed: with the correction's key it decides its draws, whatever other corrections there are.

    Returns:
        New paths, with a new leaf for each type and function that had none, and `corrections` holding what the paths
        expect of them this year.
    """
    if not corrections:
        return outturn
    horizon = max(year for year, _ in outturn.periods)
    active = [one for one in corrections if not silence(one, outturn.as_of, horizon)]
    laid = _with_leaves(outturn, sorted({one.leaf(reference) for one in active}))
    at = {leaf: number for number, leaf in enumerate(laid.leaves.itertuples(index=False, name=None))}
    this_year = laid.columns_of(laid.as_of.year)
    paths, expected = laid.paths.copy(), laid.corrections.copy()
    for one in active:
        leaf = at[one.leaf(reference)]
        added = _drawn(one, n_paths=len(paths), periods=laid.periods, as_of=laid.as_of, seed=seed)
        paths[:, leaf] += added
        expected[leaf] += added[:, this_year].mean(axis=0).sum()
    notes = [note(one, outturn.as_of, horizon, reference) for one in corrections]
    return replace(laid, paths=paths, corrections=expected, notes=(*outturn.notes, *notes))


def corrections_by_year(
    corrections: Sequence[Correction], as_of: pd.Period, years: Sequence[int], n_paths: int, seed: int
) -> np.ndarray:
    """Kr. of the corrections that count, by path and year, shape (n_paths, years)."""
    total = np.zeros((n_paths, len(years)))
    months = [(year, month) for year in years for month in range(1, 13)]
    of_year = np.array([[year == own for own in years] for year, _ in months], dtype=float)
    for one in corrections:
        if not silence(one, as_of, max(years)):
            total += _drawn(one, n_paths=n_paths, periods=months, as_of=as_of, seed=seed) @ of_year
    return total


def _drawn(
    correction: Correction, *, n_paths: int, periods: Sequence[tuple[int, int]], as_of: pd.Period, seed: int
) -> np.ndarray:
    """Kr. of a correction on each path and booking period, shape (n, p).

    Each path happens with the correction's probability, and as many happen as that share of all: what is expected of
    50 % of 600.000 kr. is 300.000 kr., not near it. Which paths is a matter of chance, so corrections are independent.
    """
    rng = np.random.default_rng([seed, zlib.crc32(correction.key.encode())])
    happening = np.floor(correction.probability * n_paths + rng.random())
    happens = rng.permutation(n_paths) < happening
    by_period = [correction.monthly * _counts(correction, *period, as_of) for period in periods]
    return happens[:, None] * np.array(by_period)


def _counts(correction: Correction, year: int, period: int, as_of: pd.Period) -> bool:
    """Corrections are known by month, so nothing of them is laid on the supplement period."""
    if period > 12:
        return False
    month = pd.Period(year=year, month=period, freq="M")
    return bool(month > as_of) and correction.covers(month)


def _with_leaves(outturn: OutturnPaths, wanted: Sequence[tuple[str, str]]) -> OutturnPaths:
    """Add a leaf with nothing on it for each type and function that the models have none for."""
    known = set(outturn.leaves.itertuples(index=False, name=None))
    new = [leaf for leaf in wanted if leaf not in known]
    if not new:
        return outturn
    nothing, absent = np.zeros(len(new)), np.full(len(new), np.nan)
    added = pd.DataFrame(new, columns=list(outturn.leaves.columns)).astype(dict(outturn.leaves.dtypes))
    n_paths, _, n_periods = outturn.paths.shape
    return replace(
        outturn,
        leaves=pd.concat([outturn.leaves, added], ignore_index=True),
        paths=np.concatenate([outturn.paths, np.zeros((n_paths, len(new), n_periods))], axis=1),
        booked=np.append(outturn.booked, nothing),
        attributed=_append(outturn.attributed, np.zeros((len(new), SUPPLEMENT))),
        inflow=np.append(outturn.inflow, nothing),
        late=np.append(outturn.late, nothing),
        corrections=np.append(outturn.corrections, nothing),
        person_years=np.append(outturn.person_years, absent),
        activity_cost=np.append(outturn.activity_cost, absent),
        person_years_before=np.append(outturn.person_years_before, nothing),
        activity_cost_before=np.append(outturn.activity_cost_before, nothing),
        ledger_ratio=_append(outturn.ledger_ratio, nothing + 1),
        person_years_to_date=_append(outturn.person_years_to_date, absent),
        activity_cost_to_date=_append(outturn.activity_cost_to_date, absent),
        method_choice=_append(outturn.method_choice, nothing),
    )


def _append(values: np.ndarray | None, more: np.ndarray) -> np.ndarray | None:
    return None if values is None else np.append(values, more, axis=0)


def note(correction: Correction, as_of: pd.Period, horizon: int, reference: Reference) -> str:
    """Write a correction in a sentence: what it adds this year, or why it does not count."""
    if reason := silence(correction, as_of, horizon):
        return f"{SILENT_CASE} »{correction.text}« {reason} og tæller ikke med."
    effect = fmt.kroner(expected_this_year(correction, as_of), signed=True)
    return (
        f"{CASE}: »{correction.text}« ({reference.type_within(correction.type_key)}), "
        f"{fmt.plural(correction.children, 'barn', 'børn')} à {fmt.kroner(correction.amount)} om måneden "
        f"{period_words(correction)}, sandsynlighed {fmt.percent(correction.probability)}: {effect} i {as_of.year}. "
        f"Udløber {fmt.month_year(correction.expires)}. Indtastet af {correction.role}."
    )


def period_words(correction: Correction) -> str:
    """Write the months of a correction: `fra sep. 2026`, `sep. 2026 til dec. 2026`, `i sep. 2026`."""
    first = fmt.month_year(correction.first)
    if correction.last is None:
        return f"fra {first}"
    return f"i {first}" if correction.last == correction.first else f"{first} til {fmt.month_year(correction.last)}"
