"""Known events: a law, a reorganisation, a contract that changed the world in a month, and what the models must know.

An event says from which month the past no longer speaks as before, of what, and in which respect. It says nothing of
the size: that is estimated from what has happened since, and until then the forecast is less sure.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.months import day_after
from cockpit.domain.own_text import shortened, text_fault
from cockpit.domain.reference import Event, Reference

KINDS = {"law": "lov", "reorganisation": "omlægning", "contract": "kontrakt"}
ARRIVALS, DURATIONS, PRICE, LEVEL = "arrivals", "durations", "price", "level"
ASPECTS = {ARRIVALS: "tilgang", DURATIONS: "varighed", PRICE: "pris", LEVEL: "bogføring"}
EARLIEST, LATEST = 2000, 2100  # years that are no slip of the pen


def known_events(events: Iterable[Event], as_of: pd.Period, *, is_newest: bool) -> tuple[Event, ...]:
    """Return what was known of at an as-of month, oldest first: what had happened, and what had been entered by then.

    At the newest month all are known; at an earlier one the coming ones entered to the end of the month after it.
    """
    known = [one for one in events if is_newest or one.month <= as_of or one.entered < day_after(as_of + 1)]
    return tuple(sorted(known, key=lambda one: (one.month, one.key)))


def months_of(events: Iterable[Event], aspect: str, type_key: str, function: str) -> tuple[pd.Period, ...]:
    """Return the months in which events move an aspect of a leaf, ascending, each once."""
    return tuple(sorted({one.month for one in events if aspect in one.moves and one.touches(type_key, function)}))


def faults(values: Mapping[str, Any], reference: Reference) -> dict[str, str]:
    """Return what is wrong with the fields of an event: field -> Danish sentence with the remedy.

    Args:
        values: fields of `Event`; fields that could not even be read are left out, and the others still checked.
    """
    found = {name: text_fault(values[name]) for name in ("key", "text", "source", "owner") if name in values}
    found |= {
        name: _unknown(values[name] or (), known, hint)
        for name, known, hint in (
            ("types", set(reference.types), "Skriv typen, som den står på siden Data under Forudsætninger."),
            ("functions", set(reference.functions), "Skriv en konto på området, fx 5.28.20."),
        )
        if name in values
    }
    if "month" in values and not EARLIEST <= values["month"].year <= LATEST:
        found["month"] = "Måneden ligger for langt væk. Skriv den som ÅÅÅÅ-MM, fx 2024-01."
    return {name: message for name, message in found.items() if message}


def _unknown(keys: Iterable[str], known: set[str], hint: str) -> str:
    strange = [key for key in keys if key not in known]
    return f"»{shortened(strange[0])}« kendes ikke. {hint}" if strange else ""


EVENT_NOTE = "Kendt hændelse:"  # how the note of an entered event begins


def event_note(event: Event, as_of: pd.Period, reference: Reference) -> str:
    """Say in Danish what an event is and what the forecast makes of it."""
    tense = "regnes med fra" if event.month <= as_of else "ventes fra"
    effect = (
        "virkningen læses af tallene siden"
        if event.month <= as_of
        else "størrelsen kan ikke ses i tallene endnu, så kun usikkerheden er større"
    )
    return (
        f"{EVENT_NOTE} »{event.text}« ({KINDS[event.kind]}) {tense} {fmt.month_year(event.month)}; den flytter "
        f"{moves_words(event)} for {touched_words(event, reference)}: {effect}. Kilde: {event.source}."
    )


ENTER_EVENT = "Kender I grunden, så skriv den ind som en kendt hændelse; ellers hold øje med den."  # ends such a note


def inflow_shift_note(name: str, month: pd.Period, before: float, after: float) -> str:
    """Say that a type's inflow has another level from a month on, in starts a month."""
    return (
        f"{name}: tilgangen ser ud til at have fået et nyt niveau fra {fmt.month_year(month)}, "
        f"{fmt.number(after, 1)} om måneden mod {fmt.number(before, 1)} før. {ENTER_EVENT}"
    )


def price_shift_note(name: str, month: pd.Period, before: float, after: float) -> str:
    """Say that new places of a type cost something else from a month on; both are logs of kr. at one price level."""
    change = fmt.percent(math.expm1(after - before), signed=True)
    return (
        f"{name}: prisen på nye ser ud til at have flyttet sig {change} fra {fmt.month_year(month)} ud over "
        f"fremskrivningen. {ENTER_EVENT}"
    )


def account_shift_note(name: str, month: pd.Period, before: float, after: float) -> str:
    """Say that an account's bookings have another level from a month on, in kr. a month."""
    return (
        f"{name}: bogføringen ser ud til at have fået et nyt niveau fra {fmt.month_year(month)}, {fmt.kroner(after)} "
        f"om måneden mod {fmt.kroner(before)} i samme måneder året før. {ENTER_EVENT}"
    )


def moves_words(event: Event) -> str:
    """Write what an event moves: `tilgang og pris`."""
    return fmt.enumeration([ASPECTS[aspect] for aspect in event.moves])


def touched_words(event: Event, reference: Reference) -> str:
    """Write what an event touches: types, accounts or everything."""
    types = [reference.type_name(key) for key in event.types]
    if not types and not event.functions:
        return "hele området"
    accounts = [f"konto {function}" for function in event.functions]
    return fmt.enumeration([*types, *accounts])
