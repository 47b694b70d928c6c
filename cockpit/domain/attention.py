"""What needs the reader's attention, each with what it is about: so that a page can lead to what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import sentences
from cockpit.domain.bridge import BUDGET_BASIS, BUDGET_TO_FORECAST, REST
from cockpit.domain.bridge_words import OF_ACTIVITY, is_nothing
from cockpit.domain.events import ENTER_EVENT, EVENT_NOTE
from cockpit.domain.methods import CHOSEN_BY, FOLLOWS
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import Reference

Subject = Literal[
    "type",  # a type that ends above its budget
    "opposing",  # deviations of types that hide each other in the total
    "not_activity",  # what interventions do not explain
    "budget",  # types that nobody budgeted
    "corrections",  # known cases that somebody entered
    "comments",  # deviations that must be explained and are not
    "control_totals",  # ledger and interventions apart
    "passed",  # interventions that run on past their expected end
    "rejected",  # rows that were left out
    "events",  # known events, and changes of level that nobody entered
    "method",  # a rule of thumb that is used
    "data",  # what else the forecast's own notes say of its data
]
LARGEST = 3
UNEXPLAINED = {
    BUDGET_BASIS: "Budgettet svarer ikke til det antal og de priser, det holdes op imod: det er {} af afvigelsen "
    "(budgettets grundlag). Se efter, hvilke typer det er.",
    REST: "Indsatserne forklarer ikke {} af afvigelsen (ikke aktivitetsbestemt). Se efter på konti uden indsatser.",
}
UNEXPLAINED_SHARE = 0.25  # of the largest step of the bridge: from there the unexplained is one of its large steps
FEW_PERSON_YEARS = 5  # the size below which Danish statistical practice does not trust a cell


@dataclass(frozen=True)
class Attention:
    """One sentence, what it is about, and the key of the type where it is about one."""

    text: str
    about: Subject
    type_key: str = ""


def of_result(prognosis: Prognosis, reference: Reference) -> list[Attention]:
    """List what drives the result: no budget, large overspends, opposing deviations, the unexplained, known cases."""
    types = prognosis.rows[prognosis.rows["level"] == "type"]
    return [
        *_missing_budgets(types, reference),
        *(_overspend(row) for _, row in _largest_overspends(types).iterrows()),
        *_opposing(types),
        *_unexplained(prognosis),
        *_on_their_way(prognosis.total),
    ]


def of_comments(keys: Sequence[str], limit: float, reference: Reference) -> list[Attention]:
    """Say that deviations have no comment yet.

    Args:
        keys: the types that must be explained and are not. limit: from where a type must be, kr.
    """
    if not keys:
        return []
    few = len(keys) <= LARGEST
    named = fmt.enumeration(reference.types_within(keys)) if few else sentences.types_counted(keys)
    text = f"{named} afviger mindst {fmt.mio(limit)} og mangler en kommentar."
    return [Attention(f"{text[0].upper()}{text[1:]}", "comments")]


def of_passed(count: int, cost: float, year: int) -> list[Attention]:
    """Say how many interventions run on past their expected end, and what the rest of the year of them costs, kr."""
    if not count:
        return []
    one = "indsats har passeret sin forventede slutdato uden at være afsluttet og regnes"
    many = "indsatser har passeret deres forventede slutdato uden at være afsluttet og regnes"
    text = f"{fmt.plural(count, one, many)} året ud i disponeret"
    if not is_nothing(cost):
        text += f", {fmt.mio(cost)} for resten af {year}"
    them = "den" if count == 1 else "dem"
    return [Attention(f"{text}. Luk {them} i fagsystemet, eller sæt en ny dato.", "passed")]


def of_notes(notes: Sequence[str]) -> list[Attention]:
    """List what the forecast's notes ask somebody to look at; what the choice of method rests on is no such thing."""
    return [Attention(note, _about(note)) for note in notes if not note.startswith(CHOSEN_BY)]


def _about(note: str) -> Subject:
    if note.startswith(EVENT_NOTE) or note.endswith(ENTER_EVENT):
        return "events"
    return "method" if FOLLOWS in note else "data"


def _largest_overspends(types: pd.DataFrame) -> pd.DataFrame:
    """Types without a budget are named as that: all of their money is overspent, and no activity explains it."""
    known = types[types["budget_revised"].astype("float64").fillna(0.0) != 0]
    over = known[known["deviation"].map(lambda value: not fmt.is_absent(value) and not is_nothing(value)).astype(bool)]
    return over[over["deviation"] > 0].nlargest(LARGEST, "deviation")


def _overspend(row: pd.Series) -> Attention:
    text = f"{row['label']}: merforbrug på {fmt.mio(row['deviation'])}"
    if not fmt.is_absent(row["overrun_probability"]):
        text += f" (risiko for merforbrug: {sentences.in_ten(row['overrun_probability'])})"
    years = row["person_years"]
    if not fmt.is_absent(years) and years < FEW_PERSON_YEARS:
        text += f". Kun {fmt.number(years, 1)} helårspersoner: få dyre enkeltsager kan ændre billedet markant"
    return Attention(text + ".", "type", row["key"])


def _opposing(types: pd.DataFrame) -> list[Attention]:
    deviation = types["deviation"].dropna()
    over, under = deviation[deviation > 0].sum(), -deviation[deviation < 0].sum()
    if is_nothing(over) or is_nothing(under) or max(over, under) > 2 * min(over, under):
        return []
    text = (
        f"Afvigelserne trækker hver sin vej: merforbrug på {fmt.mio(over)} på nogle typer og mindreforbrug på "
        f"{fmt.mio(under)} på andre. Totalen alene skjuler det."
    )
    return [Attention(text, "opposing")]


def _unexplained(prognosis: Prognosis) -> list[Attention]:
    """Say what activity does not explain, where that is much of the way from budget to forecast."""
    bridge = prognosis.bridge[prognosis.bridge["name"] == BUDGET_TO_FORECAST].set_index("part")["amount"]
    amounts = {part: float(bridge.get(part, 0.0)) for part in UNEXPLAINED}
    if not bridge.reindex(OF_ACTIVITY, fill_value=0.0).any():  # without activity nothing is explained by it
        return []
    least = UNEXPLAINED_SHARE * bridge.abs().max()
    return [
        Attention(UNEXPLAINED[part].format(fmt.mio(amount, signed=True)), "not_activity")
        for part, amount in amounts.items()
        if not is_nothing(amount) and abs(amount) >= least
    ]


def _missing_budgets(types: pd.DataFrame, reference: Reference) -> list[Attention]:
    """Name the types that a budget has nothing for, with what they are expected to cost.

    Where their budget is nil, all of that is overspent; it is unknown where a line may be meant for a whole function.
    """
    budget = types["budget_revised"].astype("float64")
    left = types[budget.fillna(0.0).eq(0) & ~types["mean"].map(is_nothing).astype(bool)]
    if budget.isna().all():
        return [Attention("Der er ikke indlæst et budget, så ingen afvigelse kan vises.", "budget")]
    if left.empty or not budget.any():
        return []
    named = [f"{reference.type_within(row['key'])} ({fmt.mio(row['mean'])})" for _, row in left.iterrows()]
    text = f"Uden eget budget, med det forventede regnskab: {fmt.enumeration(named)}."
    follows = " Hele udgiften regnes som merforbrug." if budget[left.index].eq(0).all() else ""
    return [Attention(f"{text}{follows}", "budget")]


def _on_their_way(total: pd.Series) -> list[Attention]:
    amount = total["corrections"]
    if fmt.is_absent(amount) or not amount:
        return []
    text = (
        f"Kendte sager på vej indgår med {fmt.mio(amount, signed=True)}: I har selv skrevet dem ind, og de står ikke i "
        "udtrækkene endnu."
    )
    return [Attention(text, "corrections")]
