"""Closing a month: what is missing first, and its prognosis frozen in the archive, with a comment."""

from dataclasses import replace
from datetime import datetime

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.comments import WHOLE
from cockpit.domain.control_totals import apart
from cockpit.domain.findings import UserFault
from cockpit.domain.month_close import CloseFacts, differs
from cockpit.domain.prognosis import Prognosis
from cockpit.services.attention import control_totals_at
from cockpit.services.comments import comments_at, month_comments, write_comment
from cockpit.services.paper import papers_made
from cockpit.services.prognosis import Progress, make_prognosis, silent
from cockpit.services.reconstruction import KINDS
from cockpit.services.workspace import Workspace
from cockpit.store import ClosedMonth

__all__ = ["CloseFacts", "ClosedMonth", "close_facts", "close_month", "closed_months"]

MONTHLY = ("interventions", "postings")  # extracts that every month has anew


def close_month(
    workspace: Workspace,
    month: pd.Period,
    *,
    comment: str = "",
    user: str,
    at: datetime,
    progress: Progress = silent,
) -> ClosedMonth:
    """Freeze a month's prognosis as it is now, with the comment on the month as a whole.

    Args:
        workspace: where the store is.
        month: the month to close.
        comment: written as the month's comment first; where empty, what is written already is left.
        user: who closes it.
        at: when.
        progress: told how far it is.

    Raises:
        UserFault: the month is closed already, there are no data for it, or the comment is refused as by
            `write_comment`.
    """
    workspace.month_or_newest(month)
    if any(closed.month == month for closed in closed_months(workspace)):
        raise UserFault(f"{fmt.month_long(month).capitalize()} er allerede lukket, og en lukket måned ændres ikke.")
    if comment.strip():
        write_comment(workspace, month, WHOLE, comment, user=user, at=at)
    written = month_comments(workspace).get(month)
    prognosis = make_prognosis(workspace, month, progress=progress)
    closed = ClosedMonth(prognosis, at, user, written.text if written else "")
    workspace.store.close_month(closed)
    return closed


def closed_months(workspace: Workspace) -> list[ClosedMonth]:
    """Return the archive, oldest month first, each with its comment as it reads now."""
    written = month_comments(workspace)
    return [
        replace(closed, comment=written[closed.month].text if closed.month in written else "")
        for closed in workspace.store.closed_months()
    ]


def close_facts(workspace: Workspace, prognosis: Prognosis) -> CloseFacts:
    """Gather what the checklist of a month is made from."""
    month = prognosis.as_of
    closed = next((one for one in closed_months(workspace) if one.month == month), None)
    totals = control_totals_at(workspace, month)
    this_year = totals.loc[[quarter.year == month.year for quarter in totals["quarter"]]]  # also where there is none
    return CloseFacts(
        prognosis=prognosis,
        reference=workspace.reference,
        not_loaded=_not_loaded(workspace, month),
        apart=sorted(set(apart(this_year, workspace.reference, month)["type_key"])),
        comments=comments_at(workspace, month),
        papers=papers_made(workspace, prognosis),
        closed_at=closed.closed_at if closed else None,
        closed_by=closed.user if closed else "",
        changed_since=closed is not None and differs(closed.prognosis, prognosis),
    )


def _not_loaded(workspace: Workspace, month: pd.Period) -> list[str]:
    """Name the monthly extracts that are in use and have no load of this month's own."""
    batches = workspace.batches()
    own = set(batches.loc[batches["as_of"] == month, "kind"])
    return [KINDS[kind] for kind in MONTHLY if kind in set(batches["kind"]) and kind not in own]
