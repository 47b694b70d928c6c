"""What a paper is made of, gathered from the store, the archive and the files beside it; and which have been made."""

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pandas as pd

from cockpit.domain.comments import WHOLE
from cockpit.domain.corrections import note, silence
from cockpit.domain.dataset import Dataset
from cockpit.domain.findings import UserFault
from cockpit.domain.month_close import has_moved
from cockpit.domain.months import OUTLINE_YEARS, SUPPLEMENT
from cockpit.domain.paper import AUDIENCES, Audience, Closed, Comment, PaperFacts
from cockpit.domain.people import people_behind, people_booked
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.scenario import Scenario
from cockpit.services.attention import missing_bills_at
from cockpit.services.backtest import known_backtest
from cockpit.services.comments import comments_at, damage, every_comment, month_comments
from cockpit.services.corrections import corrections_at
from cockpit.services.events import events_at
from cockpit.services.measures import measures_at
from cockpit.services.prognosis import (
    Progress,
    input_id_at,
    make_prognosis,
    prognosis_before,
    silent,
    with_month_before,
)
from cockpit.services.reconstruction import reconstruction_note, reconstruction_sentence
from cockpit.services.scenario import compare
from cockpit.services.workspace import Workspace
from cockpit.store.audit import append_audit, read_audit

MADE = "paper"  # the audit log's word


def gather_paper(
    workspace: Workspace,
    as_of: pd.Period | None = None,
    *,
    scenarios: Sequence[Scenario] = (),
    progress: Progress = silent,
) -> PaperFacts:
    """Gather the paper of a month, by default the newest, with the scenarios to compare, all over the longest's years.

    Raises:
        UserFault: the store is empty or has nothing at that month, or a file beside it is at fault.
    """
    measures = measures_at(workspace, workspace.month_or_newest(as_of))  # a fault is told before the long computing
    made = make_prognosis(workspace, as_of, progress=progress)
    prognosis = with_month_before(workspace, made, progress=progress)
    month, year = prognosis.as_of, prognosis.year
    dataset = workspace.store.read(month)
    written = comments_at(workspace, month)
    return PaperFacts(
        prognosis=prognosis,
        reference=workspace.reference,
        municipality=workspace.municipality,
        **_people(dataset, workspace),
        last_year=_booked(dataset, year - 1),
        before=prognosis_before(workspace, prognosis),
        comments=_month_comments(workspace, month),
        line_comments=tuple(one for line, one in written.items() if line != WHOLE),
        measures=tuple(measures),
        closed=_closed(workspace, prognosis),
        reconstructed=reconstruction_sentence(dataset.sources),
        data_notes=(*workspace.notes(month), *damage(workspace)),
        events=events_at(workspace, month),
        hit_rate=known_backtest(workspace),
        missing_bills=missing_bills_at(workspace, prognosis),
        scenarios=tuple(
            compare(workspace, one, month, progress=progress) for one in over_the_same_years(scenarios)
        ),
        **_cases(workspace, month),
    )


def over_the_same_years(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Let every scenario run as far as the longest: sums over different years are not beside each other."""
    longest = max((one.outline_years for one in scenarios), default=0)
    return [replace(one, outline_years=longest) for one in scenarios]


def _month_comments(workspace: Workspace, as_of: pd.Period) -> tuple[Comment, ...]:
    """What is said of the year's closed months and of the month itself, as it reads now."""
    told = {as_of, *(closed.month for closed in workspace.store.closed_months())}
    return tuple(
        Comment(month, one.at, one.user, one.text)
        for month, one in month_comments(workspace).items()
        if month in told and month.year == as_of.year and month <= as_of
    )


def made_from(workspace: Workspace, scenarios: Sequence[Scenario], *, is_measured: bool) -> tuple[object, ...]:
    """Return what is equal as long as everything is that a paper of a month is made from. Cheap enough for every page.

    Args:
        workspace: with the store, the assumptions, and the files beside it.
        scenarios: what the paper compares with.
        is_measured: whether past forecasts are measured for these data; the measurement itself follows from the data.
    """
    written = (repr([*scenarios]), repr(every_comment(workspace)), workspace.municipality)
    return workspace.identity(), *written, damage(workspace), is_measured


def printed_id(workspace: Workspace, prognosis: Prognosis) -> str:
    """Return a hash of all that a paper of a month prints, but scenarios: equal as long as it would be the same paper.

    Whether the month is closed stands in it, and so does what moved since an earlier one was.
    """
    month = prognosis.as_of
    measured = known_backtest(workspace)
    name = workspace.municipality_file
    printed = (
        prognosis.input_id,
        sorted(prognosis.versions.items()),
        _earlier_id(workspace, prognosis),
        _measures_id(workspace, month),
        _closed(workspace, prognosis),
        name.read_bytes() if name.exists() else None,  # unread: it may be at fault
        _month_comments(workspace, month),
        comments_at(workspace, month),
        (reconstruction_note(workspace, month), *workspace.notes(month), *damage(workspace)),
        None if measured is None else measured.total.to_dict("list"),
    )
    return hashlib.sha256(repr(printed).encode()).hexdigest()


def _closed(workspace: Workspace, prognosis: Prognosis) -> Closed | None:
    """That the month of a prognosis is closed, and whether it was with other numbers; None while it is open."""
    found = next((one for one in workspace.store.closed_months() if one.month == prognosis.as_of), None)
    return None if found is None else Closed(found.closed_at, has_moved(found.prognosis, prognosis))


def _measures_id(workspace: Workspace, month: pd.Period) -> object:
    """The actions that a month's paper tells; a file at fault, of which no paper can be made, as it is."""
    try:
        return measures_at(workspace, month)
    except UserFault:
        return workspace.measures_file.read_bytes()


def _earlier_id(workspace: Workspace, prognosis: Prognosis) -> tuple[object, ...]:
    """What tells the month that the movement starts from: as it was closed, else by all that it is computed from."""
    if (closed := workspace.store.last_closed(prognosis.as_of)) is not None:
        return str(closed.month), closed.prognosis.input_id, closed.prognosis.total["mean"]
    since = prognosis.since
    return () if since is None else (str(since), input_id_at(workspace, since))


def note_paper(
    workspace: Workspace, prognosis: Prognosis, audience: Audience, kind: str, *, user: str, at: datetime
) -> None:
    """Note in the audit log that a paper of a month has been made.

    Where nothing can be written beside the store the paper is as good; the checklist of the month then lacks it.
    """
    with contextlib.suppress(OSError):
        entry = {"as_of": str(prognosis.as_of), "audience": audience, "kind": kind}
        entry |= {"printed_id": printed_id(workspace, prognosis)}
        append_audit(workspace.path, user=user, at=at, what=MADE, **entry)


def papers_made(workspace: Workspace, prognosis: Prognosis) -> frozenset[Audience]:
    """Return the audiences that a paper of a month has been made for that would be the same if it were made now."""
    entries, now = read_audit(workspace.path, MADE), printed_id(workspace, prognosis)
    of_these = [
        one for one in entries if one.get("as_of") == str(prognosis.as_of) and one.get("printed_id") == now
    ]
    return frozenset(audience for audience in AUDIENCES if any(one.get("audience") == audience for one in of_these))


def _people(dataset: Dataset, workspace: Workspace) -> dict[str, pd.DataFrame]:
    """The children behind the year's rows, and behind what is booked of them; nothing where none are known."""
    if dataset.interventions.empty:
        return {}
    of_year = dataset.postings[dataset.postings["year"] == dataset.as_of.year]
    return {
        "people": people_behind(dataset.interventions, workspace.reference, dataset.as_of),
        "billed": people_booked(of_year, dataset.interventions, workspace.reference),
    }


def _booked(dataset: Dataset, year: int) -> pd.Series:
    postings = dataset.postings[dataset.postings["year"] == year]
    booked = postings.groupby("period")["amount"].sum().round(2)
    return booked.reindex(range(1, SUPPLEMENT + 1)) if len(booked) else pd.Series(dtype=float)


def _cases(workspace: Workspace, month: pd.Period) -> dict:
    """The known cases on their way that count, in words and in children."""
    known = corrections_at(workspace, month)
    horizon = month.year + OUTLINE_YEARS
    counted = [one for one in known if not silence(one, month, horizon)]
    return {
        "case_notes": tuple(note(one, month, horizon, workspace.reference) for one in known),
        "case_children": sum(one.children for one in counted),
    }
