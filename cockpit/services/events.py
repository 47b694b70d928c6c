"""Known events: enter, take away, list, and which of them an as-of month knows."""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.events import KINDS, known_events, moves_words, touched_words
from cockpit.domain.reference import Event
from cockpit.intake.events_file import FORM, HEADINGS, event_of, write_events
from cockpit.services.own_records import OwnRecords
from cockpit.services.workspace import Workspace

__all__ = ["HEADINGS", "Event", "add_event", "events_at", "list_events", "remove_event"]

LIST_COLUMNS = ("key", "text", "kind", "month", "touches", "moves", "source", "owner", "entered", "own")
_OWN = OwnRecords(
    "H", "event", FORM, lambda workspace: workspace.events_file, lambda workspace: workspace.events, event_of,
    write_events,
)  # fmt: skip


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
    entered = f"{fmt.danish_time(at):%d-%m-%Y}"
    return _OWN.add(workspace, {**texts, "entered": entered}, user=user, at=at)


def remove_event(workspace: Workspace, key: str, *, user: str, at: datetime) -> Event:
    """Take one's own event away.

    Raises:
        UserFault: there is none of that key, or the file cannot be written.
    """
    return _OWN.remove(workspace, key, user=user, at=at)
