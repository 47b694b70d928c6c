"""Closing a month: what must be in place first, what is still missing, in words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.comments import WHOLE, LineComment
from cockpit.domain.paper import AUDIENCES, COMMITTEE, READERS, Audience
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import Reference
from cockpit.domain.sentences import types_counted

BEFORE_CLOSING = ("loaded", "reconciled", "explained", "commented")  # the others come with the closing or after it
_AMOUNTS = ("budget_revised", "actual_ytd", "mean")  # whose change makes other numbers of a closed month's
_NUMBERS = ("nul", "én", "to", "tre", "fire", "fem", "seks")


@dataclass(frozen=True)
class CloseFacts:
    """What the checklist of a month is made from.

    Attributes:
        prognosis: the month's prognosis as it is now.
        reference: the reference tables it rests on.
        not_loaded: names of the extracts that have no load of this month's own.
        apart: type keys whose ledger and interventions differ this year, see `control_totals.apart`.
        comments: the comment of each line (level, key).
        papers: audiences that a paper of this very forecast has been made for.
        closed_at, closed_by: when and by whom the month was closed; None and empty while it is open.
        changed_since: whether anything that the forecast is made from has changed since the month was closed.
    """

    prognosis: Prognosis
    reference: Reference
    not_loaded: Sequence[str] = ()
    apart: Sequence[str] = ()
    comments: Mapping[tuple[str, str], LineComment] | None = None
    papers: Collection[Audience] = ()
    closed_at: datetime | None = None
    closed_by: str = ""
    changed_since: bool = False


@dataclass(frozen=True)
class Check:
    """One point of the checklist: whether it is in place, and what is missing or was done, in words."""

    key: str
    title: str
    done: bool
    words: str


def checklist(facts: CloseFacts) -> tuple[Check, ...]:
    """Return the points of the checklist in the order in which they are done."""
    return tuple(check(facts) for check in (_loaded, _reconciled, _explained, _commented, _frozen, _papers))


def missing_before(checks: Sequence[Check]) -> list[Check]:
    """Return what is missing before the month is ready to be closed."""
    return [check for check in checks if check.key in BEFORE_CLOSING and not check.done]


def count_words(checks: Sequence[Check], *, is_closed: bool) -> str:
    """Count what is in place of all that is listed, and while the month is open what of the rest comes first."""
    text = f"{sum(check.done for check in checks)} af {len(checks)} punkter er på plads"
    missing = missing_before(checks)
    if is_closed or not missing:
        return text
    return f"{text}; {_counted(len(missing))} skal på plads før lukningen"


def _counted(points: int) -> str:
    """A number that stands for `punkter`: one is `ét`, where one thing is `én`."""
    return "ét" if points == 1 else _NUMBERS[points]


def answer(facts: CloseFacts, checks: Sequence[Check]) -> str:
    """Answer in one sentence whether the month is closed, and else whether it can be."""
    month = fmt.month_long(facts.prognosis.as_of).capitalize()
    if facts.closed_at is not None:
        left = sum(not check.done for check in checks)
        points = f"{_counted(left)} {'punkt' if left == 1 else 'punkter'}" if left else ""
        return f"{month} er lukket{f'; {points} mangler endnu' if left else ', og alt er på plads'}"
    missing = missing_before(checks)
    if not missing:
        return f"{month} er klar til at blive lukket"
    return f"{month} er ikke klar til at blive lukket: {_NUMBERS[len(missing)]} ting mangler"


def frozen_words(closed_at: datetime, closed_by: str, frozen: Prognosis, now: Prognosis) -> str:
    """Say when and by whom a month was closed, what was frozen, and what it is now where that is another amount.

    Args:
        frozen: the prognosis as it was at the close.
        now: the same month's, with what is known of it now.
    """
    month, kept, told = fmt.month_long(frozen.as_of).capitalize(), frozen.total["mean"], now.total["mean"]
    text = f"{month} er lukket {fmt.day(closed_at)} af {closed_by}"
    if fmt.is_absent(kept):
        return f"{text}."
    text = f"{text} med et forventet regnskab på {fmt.mio(kept)}"
    if fmt.is_absent(told) or fmt.rounds_to_zero((told - kept) / fmt.MILLION, 1):
        return text
    return f"{text} Med det, der vides om måneden nu, er det {fmt.mio(told)}"


def differs(frozen: Prognosis, now: Prognosis) -> bool:
    """Say whether two forecasts are made from different things; of an old one only the data are known."""
    return frozen.input_id != now.input_id if frozen.input_id else frozen.data_id != now.data_id


def has_moved(frozen: Prognosis, now: Prognosis) -> bool:
    """Say whether any row shows other whole kroner than when the month was closed."""
    then, today = (one.rows.set_index(["level", "key"])[list(_AMOUNTS)].sort_index() for one in (frozen, now))
    return not then.astype(float).round().equals(today.astype(float).round())


def to_explain(prognosis: Prognosis, reference: Reference) -> pd.DataFrame:
    """Return the rows of the types whose deviation must be explained, the largest first."""
    limit = reference.assumption("deviation_to_explain", prognosis.as_of).value
    types = prognosis.rows[(prognosis.rows["level"] == "type") & (prognosis.rows["deviation"].abs() >= limit)]
    return types.reindex(types["deviation"].abs().sort_values(ascending=False).index)


def _has_comment(facts: CloseFacts, line: tuple[str, str]) -> bool:
    return line in (facts.comments or {})


def _loaded(facts: CloseFacts) -> Check:
    month = fmt.month_long(facts.prognosis.as_of)
    found = []
    if facts.not_loaded:
        names = fmt.enumeration([name.lower() for name in facts.not_loaded])
        found.append(f"Indlæs {names} for {month} på siden Data: måneden hviler på en anden måneds udtræk.")
    if fmt.is_absent(facts.prognosis.total["budget_revised"]):
        found.append(f"Indlæs et budget for {facts.prognosis.year}.")
    return Check("loaded", "Udtræk indlæst", not found, " ".join(found) or f"Udtrækkene for {month} er indlæst.")


def _reconciled(facts: CloseFacts) -> Check:
    title = "Bogføring afstemt med indsatser"
    left = [key for key in facts.apart if not _has_comment(facts, ("type", key))]
    if left:
        words = (
            f"Ret, eller forklar i en kommentar, hvorfor bogføring og indsatser ikke følges ad for "
            f"{_names(left, facts)}."
        )
    elif facts.apart:
        words = (
            f"Bogføring og indsatser følges ikke ad for {_names(facts.apart, facts)}, og det er forklaret i en "
            "kommentar."
        )
    else:
        words = "Bogføring og indsatser følges ad i årets hele kvartaler, så langt regningerne plejer at være kommet."
    return Check("reconciled", title, not left, words)


def _explained(facts: CloseFacts) -> Check:
    limit = fmt.mio(facts.reference.assumption("deviation_to_explain", facts.prognosis.as_of).value)
    found = list(to_explain(facts.prognosis, facts.reference)["key"])
    left = [key for key in found if not _has_comment(facts, ("type", key))]
    if left:
        words = f"Skriv en kommentar til de typer, der ventes at afvige mindst {limit}: {_names(left, facts)}."
    elif found:
        counted = types_counted(found)
        words = f"{counted[0].upper()}{counted[1:]} afviger mindst {limit} og har en kommentar."
    else:
        words = f"Ingen type ventes at afvige {limit} eller mere."
    return Check("explained", "Afvigelser forklaret", not left, words)


def _commented(facts: CloseFacts) -> Check:
    done = _has_comment(facts, WHOLE)
    words = "Måneden har en samlet kommentar." if done else "Skriv en samlet kommentar til måneden."
    return Check("commented", "Samlet kommentar skrevet", done, words)


def _frozen(facts: CloseFacts) -> Check:
    title = "Prognosen frosset"
    if facts.closed_at is None:
        return Check("frozen", title, False, "Luk måneden, så prognosen gemmes uændret i arkivet.")
    words = f"Lukket {fmt.moment(facts.closed_at)} af {facts.closed_by}."
    if facts.changed_since:
        words += (
            " Data, kendte sager, begivenheder eller forudsætninger er ændret siden; arkivet viser stadig prognosen, "
            "som den var ved lukningen."
        )
    return Check("frozen", title, True, words)


def _papers(facts: CloseFacts) -> Check:
    """An official follow-up goes to the committee; in other months one paper for either reader is enough."""
    follow_up = facts.reference.follow_up(facts.prognosis.as_of)
    made = [READERS[audience] for audience in AUDIENCES if audience in facts.papers]
    done = COMMITTEE in facts.papers if follow_up else bool(made)
    if done and _lacks_comments(facts):
        words = f"Lavet til {fmt.enumeration(made)}, men kommentarer mangler: lav det igen, når de er skrevet."
        return Check("papers", "Papirer lavet", False, words)
    if done:
        return Check("papers", "Papirer lavet", True, f"Lavet af disse tal til {fmt.enumeration(made)}.")
    to = f"udvalget: måneden har {follow_up.name.lower()}" if follow_up else "ledelsen eller udvalget"
    return Check("papers", "Papirer lavet", False, f"Lav et papir til {to}.")


def _lacks_comments(facts: CloseFacts) -> bool:
    """Whether a comment is still asked for: a paper is not the last one until it has them all."""
    return not all(check(facts).done for check in (_reconciled, _explained, _commented))


def _names(keys: Sequence[str], facts: CloseFacts) -> str:
    return fmt.enumeration(facts.reference.types_within(keys))
