"""Rebild's view: what moved disponeret since an earlier month, case by case.

New grants + grants that stopped before the date they counted to + grants whose price or dates changed; each spell is in
one of them. What is left is the ledger's: bookings that differ from the grants, and accounts that no grant explains.
"""

from dataclasses import dataclass

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.allocation import allocate
from cockpit.domain.committed import unbooked_by_leaf
from cockpit.domain.dataset import Dataset
from cockpit.domain.deviation import to_the_oere
from cockpit.domain.granted import granted_year, terms_of
from cockpit.domain.reference import Reference
from cockpit.domain.spells import spells_of
from cockpit.domain.succession import with_successions

COMMITTED_SINCE = "committed_since_close"
NEW, ENDED, CHANGED, UNKNOWN_STOPS, POSTINGS = "new_granted", "ended_early", "changed", "unknown_stops", "postings"
STOPPED = "ended"  # in the place of ENDED where nobody knows whether a stop was expected
HALF_AN_OERE = 0.005
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class CommittedBridge:
    """From one month's disponeret to another's.

    Attributes:
        start, end: disponeret at both, kr.
        parts: part -> kr., adding up to end - start to the oere.
        counts: part -> spells that moved the year's kroner; none for what is the ledger's.
        cases: spell_id, citizen, type_key, part, amount, reason: every spell that moved anything.
        accounts: function -> kr. of the ledger's part; adds up to it but for `revised_start`.
        revised_start: what the earlier month's disponeret is now read as, less what it was frozen as, kr.
        granted: functions that have grants in either month; what moved another one's is its bookings alone.
    """

    start: float
    end: float
    parts: dict[str, float]
    counts: dict[str, int]
    cases: pd.DataFrame
    accounts: pd.Series
    revised_start: float
    granted: frozenset[str]


def committed_bridge(
    before: Dataset, now: Dataset, reference: Reference, *, frozen: float | None = None
) -> CommittedBridge:
    """Compare two as-of months of one year.

    Args:
        before, now: what was known at each; `before` is the earlier.
        frozen: disponeret of the earlier month as it was closed, where it was; else it is computed anew.

    Where the earlier month's interventions are reconstructed, nobody knows which expected stops were set then: the
    later month's stand in for them, and what that makes of the kroner is a part of its own. Where the later month's are
    reconstructed as well, no expected stop is known at all: every spell counts to the end of the year until it stops,
    so a stop may well have been expected.
    """
    known, comparable = before.interventions, comparable_interventions(before, now)
    old, was = (granted_year(rows, before.as_of) for rows in (known, comparable))
    new = granted_year(now.interventions, now.as_of)
    knows_stops = not has_reconstructed_interventions(now)
    cases = spell_changes(
        comparable, now.interventions, before.as_of, now.as_of, reference, knows_stops=knows_stops
    )
    of_cases = NEW, ENDED if knows_stops else STOPPED, CHANGED
    committed0, committed1 = committed_by_function(before, reference), committed_by_function(now, reference)
    start = round(float(committed0.sum()), 2) if frozen is None else round(frozen, 2)
    end = round(float(committed1.sum()), 2)
    sums = cases.groupby("part")["amount"].sum()
    parts = {part: float(sums.get(part, 0.0)) for part in of_cases}
    unknown = float(was["cost"].sum() - old["cost"].sum())
    if comparable is not known and knows_stops:
        parts[UNKNOWN_STOPS] = unknown
    parts[POSTINGS] = end - start - sum(parts.values())
    of_grants = _by_function(new).sub(_by_function(old), fill_value=0.0)
    accounts = committed1.sub(committed0, fill_value=0.0).sub(of_grants, fill_value=0.0).round(2)
    return CommittedBridge(
        start=start,
        end=end,
        parts=to_the_oere(parts, end - start, POSTINGS),
        counts={part: int((cases["part"] == part).sum()) for part in of_cases},
        cases=cases,
        accounts=accounts,
        revised_start=round(float(committed0.sum()) - start, 2),
        granted=frozenset(old["function"]) | frozenset(new["function"]),
    )


def committed_by_function(dataset: Dataset, reference: Reference) -> pd.Series:
    """Disponeret of the as-of year by function, kr."""
    postings = allocate(dataset.postings, reference)
    booked = postings[postings["year"] == dataset.as_of.year].groupby("function")["amount"].sum()
    unbooked = unbooked_by_leaf(dataset.interventions, postings, dataset.as_of).sum(axis=1)
    return booked.add(unbooked.groupby(level="function").sum(), fill_value=0.0).round(2)


def _by_function(spells: pd.DataFrame) -> pd.Series:
    return spells.groupby("function")["cost"].sum()


def comparable_interventions(before: Dataset, now: Dataset) -> pd.DataFrame:
    """The earlier month's interventions; if they are reconstructed, with the later month's expected stops for none."""
    rows = before.interventions
    if not has_reconstructed_interventions(before):
        return rows
    ordered = now.interventions.sort_values(["spell_id", "start"], kind="stable")
    newest = ordered.drop_duplicates("spell_id", keep="last")
    expected = newest.set_index("spell_id")["expected_stop"].reindex(rows["spell_id"])
    return rows.assign(expected_stop=rows["expected_stop"].fillna(pd.Series(expected.to_numpy(), index=rows.index)))


def has_reconstructed_interventions(dataset: Dataset) -> bool:
    """Say whether a month's interventions come from a later snapshot, which knows no expected stops of then."""
    return any(source.reconstructed for source in dataset.sources if source.kind == "interventions")


def spell_changes(
    before: pd.DataFrame,
    now: pd.DataFrame,
    as_of_before: pd.Period,
    as_of: pd.Period,
    reference: Reference,
    *,
    knows_stops: bool = True,
) -> pd.DataFrame:
    """Return every spell that moved the year's granted kroner by more than half an oere.

    Args:
        before, now: interventions known at the two months.
        knows_stops: whether the months know which stops were expected; else a stop is no early one.

    Returns:
        spell_id, citizen, type_key, part, amount (kr.), reason (Danish), the largest movement first.
    """
    cost0, cost1 = (
        granted_year(rows, month).groupby("spell_id")["cost"].sum()
        for rows, month in ((before, as_of_before), (now, as_of))
    )
    moved = cost1.sub(cost0, fill_value=0.0).round(2)
    moved = moved[moved.abs() > HALF_AN_OERE]
    old, new = terms_of(before, as_of_before, as_of), terms_of(now, as_of, as_of)
    fresh = new.index.difference(old.index)
    came_from = _came_from(now[now["citizen"].isin(new.loc[fresh, "citizen"])])
    lines = [
        _case(spell_id, amount, _terms(old, spell_id), _terms(new, spell_id), came_from, reference)
        for spell_id, amount in moved.items()
    ]
    if not knows_stops:
        lines = [{**line, **_unforeseen(new, line["spell_id"])} if line["part"] == ENDED else line for line in lines]
    cases = pd.DataFrame(lines, columns=["spell_id", "citizen", "type_key", "part", "amount", "reason"])
    order = cases["amount"].abs().sort_values(ascending=False, kind="stable").index
    return cases.loc[order].reset_index(drop=True)


def _terms(table: pd.DataFrame, spell_id: object) -> pd.Series | None:
    return table.loc[spell_id] if spell_id in table.index else None


def _unforeseen(new: pd.DataFrame, spell_id: object) -> dict[str, str]:
    """What is told of a spell that has ended where nobody knows when it was expected to."""
    terms = _terms(new, spell_id)
    if terms is None:
        return {"part": STOPPED}
    return {"part": STOPPED, "reason": f"Stoppede {_last_day(terms['stop'])}; den ventede slutdato kendes ikke"}


def _came_from(interventions: pd.DataFrame) -> dict[str, str]:
    """Type of the spell that each spell takes over from."""
    spells = spells_of(interventions)
    spells = with_successions(spells.assign(granted=(spells["status"] == "granted").to_numpy(bool)))
    moved = spells[spells["predecessor"] >= 0]
    before = spells.loc[moved["predecessor"], "type_key"]
    return dict(zip(moved["spell_id"], before, strict=True))


def _case(
    spell_id: object,
    amount: float,
    old: pd.Series | None,
    new: pd.Series | None,
    came_from: dict[str, str],
    reference: Reference,
) -> dict:
    part, reason = _explained(str(spell_id), old, new, came_from, reference)
    known = old if new is None else new
    assert known is not None
    return {
        "spell_id": spell_id,
        "citizen": known["citizen"],
        "type_key": known["type_key"],
        "part": part,
        "amount": amount,
        "reason": reason,
    }


def _explained(
    spell_id: str, old: pd.Series | None, new: pd.Series | None, came_from: dict[str, str], reference: Reference
) -> tuple[str, str]:
    """Which part a spell belongs to, and why in Danish."""
    if new is None:
        return ENDED, "Bevillingen findes ikke længere i udtrækket"
    if old is None:
        source = came_from.get(spell_id)
        moved = f", skift fra {reference.type_within(source)}" if source else ""
        return NEW, f"Ny bevilling fra {fmt.day(new['start'])}{moved}"
    if pd.notna(new["stop"]) and new["stop"] < old["counted_to"]:
        return ENDED, f"Stoppede {_last_day(new['stop'])}; var regnet med til {_last_day(old['counted_to'])}"
    return CHANGED, _changes(old, new, reference)


def _changes(old: pd.Series, new: pd.Series, reference: Reference) -> str:
    """Say what of a spell's terms has changed."""
    found = []
    if old["type_key"] != new["type_key"]:
        names = (reference.type_within(one["type_key"]) for one in (old, new))
        found.append("Skiftet fra {} til {}".format(*names))
    if abs(new["price"] - old["price"]) > HALF_AN_OERE:
        found.append(f"Pris ændret fra {fmt.kroner(old['price'])} til {fmt.kroner(new['price'])} pr. måned")
    if old["start"] != new["start"]:
        found.append(f"Start flyttet fra {fmt.day(old['start'])} til {fmt.day(new['start'])}")
    if old["counted_to"] != new["counted_to"]:
        found.append(_date_change(old, new))
    return "; ".join(found) or "Takst eller perioder er ændret"


def _date_change(old: pd.Series, new: pd.Series) -> str:
    if pd.isna(new["stop"]) and new["expected_stop"] == old["expected_stop"]:
        return f"Forventet slut {_last_day(new['expected_stop'])} er passeret; regnes til årets slutning"
    word = "Slutdato sat til" if pd.notna(new["stop"]) else "Forventet slut flyttet, regnes nu til"
    return f"{word} {_last_day(new['counted_to'])}; var regnet med til {_last_day(old['counted_to'])}"


def _last_day(stop: pd.Timestamp) -> str:
    """A half-open end is written as the last day it covers."""
    return fmt.day(stop - _DAY)
