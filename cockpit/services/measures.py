"""Compensating actions: enter, take away, and which there are for a year."""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.measures import Measure, proposed_at
from cockpit.intake.measures_file import FORM, HEADINGS, write_measures
from cockpit.services.own_records import OwnRecords
from cockpit.services.workspace import Workspace

__all__ = ["HEADINGS", "Measure", "add_measure", "measures_at", "measures_of", "remove_measure"]

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


def measures_at(workspace: Workspace, as_of: pd.Period) -> list[Measure]:
    """Return the actions that the paper of a month tells, in the order of `measures_of`.

    At the newest month these are all of its year, at an earlier one those that had been entered by then.

    Raises:
        UserFault: the file of actions is at fault.
    """
    of_year = measures_of(workspace, as_of.year)
    return of_year if as_of == workspace.newest() else list(proposed_at(of_year, as_of))


def add_measure(workspace: Workspace, texts: Mapping[str, str], *, user: str, at: datetime) -> Measure:
    """Enter an action from its fields as the user wrote them.

    Args:
        workspace: whose file keeps it.
        texts: every field of `Measure` but `key` and `entered`, which are given here.
        user: who does it, for the audit log.
        at: when.

    Raises:
        UserFault: fields are at fault, all told at once, or the file cannot be written.
    """
    entered = f"{fmt.danish_time(at):%d-%m-%Y}"
    return _OWN.add(workspace, {**texts, "entered": entered}, user=user, at=at)


def remove_measure(workspace: Workspace, key: str, *, user: str, at: datetime) -> Measure:
    """Take an action away.

    Raises:
        UserFault: there is none of that key, or the file cannot be written.
    """
    return _OWN.remove(workspace, key, user=user, at=at)
