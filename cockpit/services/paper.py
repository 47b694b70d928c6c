"""What a paper is made of, gathered from the store, the archive and the files beside it."""

import pandas as pd

from cockpit.domain.corrections import note, silence
from cockpit.domain.dataset import Dataset
from cockpit.domain.months import OUTLINE_YEARS, SUPPLEMENT
from cockpit.domain.paper import Comment, PaperFacts
from cockpit.domain.people import people_behind
from cockpit.domain.scenario import Scenario
from cockpit.intake import cpr
from cockpit.intake.measures_file import FILE_NAME, read_measures
from cockpit.services.backtest import known_backtest
from cockpit.services.corrections import corrections_at
from cockpit.services.prognosis import Progress, make_prognosis
from cockpit.services.scenario import compare
from cockpit.services.workspace import Workspace


def gather_paper(
    workspace: Workspace,
    as_of: pd.Period | None = None,
    *,
    scenario: Scenario | None = None,
    progress: Progress | None = None,
) -> PaperFacts:
    """Gather the paper of a month, by default the newest, with a scenario to compare where one is given.

    Raises:
        UserFault: the store is empty or has nothing at that month, or a file beside it is at fault.
    """
    measures = read_measures(workspace.path.parent / FILE_NAME, workspace.reference)
    prognosis = make_prognosis(workspace, as_of, progress=progress)
    month, year = prognosis.as_of, prognosis.year
    dataset = workspace.store.read(month)
    archive = [one for one in workspace.store.closed_months() if one.month.year == year and one.month <= month]
    earlier = workspace.store.last_closed(month)
    return PaperFacts(
        prognosis=prognosis,
        reference=workspace.reference,
        people=_people(dataset, workspace),
        last_year=_booked(dataset, year - 1),
        before=earlier.prognosis if earlier else None,
        comments=tuple(Comment(one.month, one.closed_at, one.user, cpr.mask(one.comment)) for one in archive),
        measures=tuple(one for one in measures if one.year == year),
        data_notes=workspace.notes(month),
        hit_rate=known_backtest(workspace),
        scenario=compare(workspace, scenario, month, progress=progress) if scenario else None,
        **_cases(workspace, month),
    )


def _people(dataset: Dataset, workspace: Workspace) -> pd.DataFrame | None:
    if dataset.interventions.empty:
        return None
    return people_behind(dataset.interventions, workspace.reference, dataset.as_of)


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
