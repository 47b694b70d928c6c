"""Closing a month: its prognosis is frozen in the archive, with a comment."""

from datetime import datetime

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.intake import cpr
from cockpit.services.prognosis import Progress, make_prognosis
from cockpit.services.workspace import Workspace
from cockpit.store import ClosedMonth

__all__ = ["ClosedMonth", "close_month", "closed_months", "open_months"]


def close_month(
    workspace: Workspace, month: pd.Period, *, comment: str, user: str, at: datetime, progress: Progress | None = None
) -> ClosedMonth:
    """Freeze a month's prognosis as it is now.

    Raises:
        UserFault: the month is closed already, there are no data for it, or the comment has the shape of a CPR number.
    """
    if cpr.contains(comment):
        raise UserFault("Der står noget, der ligner et CPR-nummer. Skriv kommentaren uden personoplysninger.")
    workspace.month_or_newest(month)
    if any(closed.month == month for closed in closed_months(workspace)):
        raise UserFault(f"{fmt.month_long(month).capitalize()} er allerede lukket, og en lukket måned ændres ikke.")
    closed = ClosedMonth(make_prognosis(workspace, month, progress=progress), at, user, comment.strip())
    workspace.store.close_month(closed)
    return closed


def closed_months(workspace: Workspace) -> list[ClosedMonth]:
    """Return the archive, oldest month first."""
    return workspace.store.closed_months()


def open_months(workspace: Workspace) -> list[pd.Period]:
    """Return the months that have data and are not closed, newest first."""
    closed = {one.month for one in closed_months(workspace)}
    return [month for month in reversed(workspace.months()) if month not in closed]
