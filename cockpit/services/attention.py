"""What needs the reader's attention at a month: what drives the result, and what is odd in the data behind it."""

from collections.abc import Collection

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.allocation import allocate
from cockpit.domain.attention import Attention, Subject, of_comments, of_notes, of_passed, of_result
from cockpit.domain.budget_gaps import budget_gaps, far_budget, far_words
from cockpit.domain.completeness import BEHIND, LACKING, NOT_WHOLE
from cockpit.domain.control_totals import apart, both_sides, control_totals, missing_bills, missing_words, of_year
from cockpit.domain.dataset import Dataset
from cockpit.domain.month_close import to_explain
from cockpit.domain.partial_months import PARTLY
from cockpit.domain.passed import passed_spells
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import Reference
from cockpit.services.workspace import Workspace

A_KRONE = 1.0
FIRST = (NOT_WHOLE, BEHIND, LACKING, PARTLY)  # begin the notes that everything else on the page hangs on
DATA_SUBJECTS: tuple[Subject, ...] = ("budget", "control_totals", "rejected")  # what is odd in the data itself


def attention(workspace: Workspace, prognosis: Prognosis, commented: Collection[tuple[str, str]]) -> list[Attention]:
    """List what needs attention, what moves the result first.

    Args:
        commented: the lines (level, key) of the month that have a comment.
    """
    month, notes, reference = prognosis.as_of, prognosis.notes, workspace.reference
    known = workspace.store.read(month)
    passed = passed_at(workspace, month)
    totals = _comparable(known, prognosis, reference)
    missing = missing_bills(totals, _types(prognosis), reference, month)
    lacking = [note for note in notes if note.startswith(FIRST)]
    return [
        *of_notes(lacking),
        *of_result(prognosis, reference),
        *_uncommented(workspace, prognosis, commented),
        *(Attention(missing_words(row), "control_totals", str(row["key"])) for _, row in missing.iterrows()),
        *_differences(totals[~totals["type_key"].isin(missing["key"])], reference, month),
        *of_passed(len(passed), float(passed["rest"].sum()), month.year),
        *_rejected(workspace.batches(), month),
        *_far_budget(known, reference),
        *of_notes([note for note in notes if note not in lacking]),
    ]


def passed_at(workspace: Workspace, month: pd.Period) -> pd.DataFrame:
    """Return `domain.passed.PASSED_COLUMNS`: the spells that run on past their expected end at a month."""
    known = workspace.store.read(month)
    return passed_spells(known.interventions, month, known.activity_month)


def data_doubts(workspace: Workspace, prognosis: Prognosis) -> list[str]:
    """Say what makes the data behind a prognosis doubtful, beside what its own notes say."""
    found = attention(workspace, prognosis, commented=())
    return [one.text for one in found if one.about in DATA_SUBJECTS]


def missing_bills_at(workspace: Workspace, prognosis: Prognosis) -> pd.DataFrame:
    """Return `domain.control_totals.MISSING_COLUMNS` for a prognosis: underspends that may be missing bills."""
    known, reference = workspace.store.read(prognosis.as_of), workspace.reference
    return missing_bills(_comparable(known, prognosis, reference), _types(prognosis), reference, prognosis.as_of)


def _comparable(known: Dataset, prognosis: Prognosis, reference: Reference) -> pd.DataFrame:
    """The control totals that can speak of bills that lack.

    Not those of quarters with a month that nothing is booked in, nor of types that have money without type: both are
    told, and no bill of theirs is late.
    """
    totals = control_totals(known.postings, known.interventions, reference, prognosis.as_of)
    lacking = pd.PeriodIndex(prognosis.lacking["month"], freq="M").asfreq("Q")
    told = _types(prognosis).set_index("key")["actual_ytd"].astype(float)
    year = known.postings[known.postings["year"] == prognosis.year]
    booked = allocate(year, reference).groupby("type_key")["amount"].sum().reindex(told.index, fill_value=0.0)
    untyped = told.index[(told - booked).abs() > A_KRONE]
    return totals[~totals["quarter"].isin(lacking) & ~totals["type_key"].isin(untyped)]


def _types(prognosis: Prognosis) -> pd.DataFrame:
    """The rows of the types, with what is still `awaited` of the months gone: beyond what the months ahead cost."""
    rows = prognosis.rows[prognosis.rows["level"] == "type"]
    activity = prognosis.activity
    ahead = activity[(activity["level"] == "type") & (activity["kind"] == "forecast")].groupby("key")["cost"].sum()
    left = rows["mean"] - rows["actual_ytd"] - rows["key"].map(ahead).fillna(0.0)
    return rows.assign(awaited=left.astype(float))


def control_totals_at(workspace: Workspace, month: pd.Period) -> pd.DataFrame:
    """Return `domain.control_totals.COLUMNS` for what is known at a month."""
    dataset = workspace.store.read(month)
    return control_totals(dataset.postings, dataset.interventions, workspace.reference, month)


def _uncommented(
    workspace: Workspace, prognosis: Prognosis, commented: Collection[tuple[str, str]]
) -> list[Attention]:
    """Ask for what the closing of the newest month asks for; nobody goes back to explain an older one."""
    if prognosis.as_of != workspace.newest():
        return []
    asked = to_explain(prognosis, workspace.reference)
    left = [key for key in asked["key"] if ("type", key) not in commented]
    limit = workspace.reference.assumption("deviation_to_explain", prognosis.as_of).value
    return of_comments(left, limit, workspace.reference)


def _differences(totals: pd.DataFrame, reference: Reference, month: pd.Period) -> list[Attention]:
    """Name the types whose ledger and activity differ in this year's quarters: the forecast rests on both."""
    this_year = of_year(totals, month.year)
    types = [
        f"{reference.type_within(str(key))} ({_quarters(rows)}: {both_sides(rows)})"
        for key, rows in apart(this_year, reference, month).groupby("type_key", sort=False)
    ]
    if not types:
        return []
    text = f"Bogføring og indsatser følges ikke ad i {month.year}: {fmt.enumeration(types)}."
    return [Attention(text, "control_totals")]


def _quarters(rows: pd.DataFrame) -> str:
    numbers = [f"{quarter.quarter}." for quarter in rows["quarter"]]
    return f"{fmt.enumeration(numbers)} kvartal"


def _rejected(batches: pd.DataFrame, month: pd.Period) -> list[Attention]:
    count = int(batches.loc[batches["as_of"] == month, "rows_rejected"].sum())
    if not count:
        return []
    rows = fmt.plural(count, "række blev afvist", "rækker blev afvist")
    text = f"{rows} ved indlæsningen for {fmt.month_long(month)} og er ikke med i tallene."
    return [Attention(text, "rejected")]


def _far_budget(known: Dataset, reference: Reference) -> list[Attention]:
    year = known.as_of.year
    far = far_budget(known, reference, year, budget_gaps(known, reference, year))
    return [Attention(far_words(year, *far), "budget")] if far else []
