"""Known events: enter, take away, list, and which of them an as-of month knows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.events import KINDS, known_events, moves_words, touched_words
from cockpit.domain.findings import UserFault
from cockpit.domain.reference import Event
from cockpit.intake.events_file import FORM, HEADINGS, event_of, write_events
from cockpit.intake.own_file import changing, fields_fault, next_key, read_fields
from cockpit.services.workspace import Workspace
from cockpit.store.audit import append_audit

__all__ = ["HEADINGS", "Event", "add_event", "events_at", "list_events", "remove_event"]

LIST_COLUMNS = ("key", "text", "kind", "month", "touches", "moves", "source", "owner", "entered", "own")


def events_at(workspace: Workspace, as_of: pd.Period) -> tuple[Event, ...]:
    """Return the events that a forecast of an as-of month knows, everybody's and one's own, oldest first.

    Raises:
        UserFault: the file of events is at fault.
    """
    every = (*workspace.reference.events, *workspace.events)
    return known_events(every, as_of, is_newest=as_of == workspace.newest())


def list_events(workspace: Workspace) -> pd.DataFrame:
    """List all events, LIST_COLUMNS, oldest first; `own` says which can be taken away."""
    own = workspace.events
    every = sorted((*workspace.reference.events, *own), key=lambda one: (one.month, one.key))
    return pd.DataFrame([_line(one, one in own, workspace) for one in every], columns=list(LIST_COLUMNS))


def _line(event: Event, is_own: bool, workspace: Workspace) -> dict:
    return {
        "key": event.key,
        "text": event.text,
        "kind": KINDS[event.kind],
        "month": str(event.month),
        "touches": touched_words(event, workspace.reference),
        "moves": moves_words(event),
        "source": event.source,
        "owner": event.owner,
        "entered": event.entered,
        "own": is_own,
    }


def add_event(workspace: Workspace, texts: Mapping[str, str], *, user: str, at: datetime) -> Event:
    """Enter an event from its fields as the user wrote them.

    Args:
        workspace: whose file keeps it.
        texts: every field of `Event` but `key` and `entered`, which are given here.
        user: who does it, for the audit log.
        at: when.

    Raises:
        UserFault: fields are at fault, all told at once, or the file cannot be written.
    """
    own = {"key": "H", **texts, "entered": f"{fmt.danish_time(at):%d-%m-%Y}"}
    values, found = read_fields(FORM, own, workspace.reference)
    if found:
        raise fields_fault(FORM, found)
    with changing(workspace.events_file):
        every = workspace.events
        added = replace(event_of(values), key=next_key("H", [one.key for one in every]))
        write_events(workspace.events_file, [*every, added], workspace.reference)
    append_audit(workspace.path, user=user, at=at, what="event added", key=added.key)
    return added


def remove_event(workspace: Workspace, key: str, *, user: str, at: datetime) -> Event:
    """Take one's own event away.

    Raises:
        UserFault: there is none of that key, or the file cannot be written.
    """
    with changing(workspace.events_file):
        every = workspace.events
        removed = next((one for one in every if one.key == key), None)
        if removed is None:
            raise UserFault(f"Hændelsen {key} findes ikke længere. Genindlæs siden.")
        write_events(workspace.events_file, [one for one in every if one.key != key], workspace.reference)
    append_audit(workspace.path, user=user, at=at, what="event removed", key=key)
    return removed
