"""Compensating actions: enter, take away, and which there are for a year."""

from collections.abc import Mapping
from datetime import datetime

from cockpit.domain.measures import Measure
from cockpit.intake.measures_file import FORM, HEADINGS, write_measures
from cockpit.services.own_records import OwnRecords
from cockpit.services.workspace import Workspace

__all__ = ["HEADINGS", "Measure", "add_measure", "measures_of", "remove_measure"]

_OWN = OwnRecords(
    "T", "measure", FORM, lambda workspace: workspace.measures_file, lambda workspace: workspace.measures,
    lambda values: Measure(**values), write_measures,
)  # fmt: skip


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
    return _OWN.add(workspace, texts, user=user, at=at)


def remove_measure(workspace: Workspace, key: str, *, user: str, at: datetime) -> Measure:
    """Take an action away.

    Raises:
        UserFault: there is none of that key, or the file cannot be written.
    """
    return _OWN.remove(workspace, key, user=user, at=at)
