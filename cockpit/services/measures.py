"""Compensating actions: enter, take away, and which there are for a year."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from cockpit.domain.findings import UserFault
from cockpit.domain.measures import Measure
from cockpit.intake.measures_file import FORM, HEADINGS, write_measures
from cockpit.intake.own_file import changing, fields_fault, next_key, read_fields
from cockpit.services.workspace import Workspace
from cockpit.store.audit import append_audit

__all__ = ["HEADINGS", "Measure", "add_measure", "measures_of", "remove_measure"]


def measures_of(workspace: Workspace, year: int) -> list[Measure]:
    """Return the actions of a year, the first to be carried out first.

    Raises:
        UserFault: the file of actions is at fault.
    """
    return sorted((one for one in workspace.measures if one.year == year), key=lambda one: (one.deadline, one.key))


def add_measure(workspace: Workspace, texts: Mapping[str, str], *, user: str, at: datetime) -> Measure:
    """Enter an action from its fields as the user wrote them.

    Args:
        workspace: whose file keeps it.
        texts: every field of `Measure` but `key`, which is given here.
        user: who does it, for the audit log.
        at: when.

    Raises:
        UserFault: fields are at fault, all told at once, or the file cannot be written.
    """
    values, found = read_fields(FORM, {"key": "T", **texts}, workspace.reference)
    if found:
        raise fields_fault(FORM, found)
    with changing(workspace.measures_file):
        every = workspace.measures
        added = replace(Measure(**values), key=next_key("T", [one.key for one in every]))
        write_measures(workspace.measures_file, [*every, added], workspace.reference)
    append_audit(workspace.path, user=user, at=at, what="measure added", key=added.key)
    return added


def remove_measure(workspace: Workspace, key: str, *, user: str, at: datetime) -> Measure:
    """Take an action away.

    Raises:
        UserFault: there is none of that key, or the file cannot be written.
    """
    with changing(workspace.measures_file):
        every = workspace.measures
        removed = next((one for one in every if one.key == key), None)
        if removed is None:
            raise UserFault(f"Tiltaget {key} findes ikke længere. Genindlæs siden.")
        write_measures(workspace.measures_file, [one for one in every if one.key != key], workspace.reference)
    append_audit(workspace.path, user=user, at=at, what="measure removed", key=key)
    return removed
