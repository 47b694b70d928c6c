"""What needs the reader's attention at a month: what drives the result, and what is odd in the data behind it."""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import sentences
from cockpit.domain.control_totals import apart, control_totals
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import Reference
from cockpit.services.workspace import Workspace


def attention(workspace: Workspace, prognosis: Prognosis) -> list[str]:
    """List what needs attention as Danish sentences, what moves the result first."""
    month = prognosis.as_of
    return [
        *sentences.attention(prognosis),
        *_differences(control_totals_at(workspace, month), workspace.reference, month),
        *_rejected(workspace.batches(), month),
        *prognosis.notes,
    ]


def control_totals_at(workspace: Workspace, month: pd.Period) -> pd.DataFrame:
    """Return `domain.control_totals.COLUMNS` for what is known at a month."""
    dataset = workspace.store.read(month)
    return control_totals(dataset.postings, dataset.interventions, workspace.reference, month)


def _differences(totals: pd.DataFrame, reference: Reference, month: pd.Period) -> list[str]:
    """Name the types whose ledger and activity differ in this year's quarters: the forecast rests on both."""
    this_year = totals[[quarter.year == month.year for quarter in totals["quarter"]]]
    types = [
        f"{reference.type_name(str(key))} ({_quarters(rows)}: bogført {fmt.millions(rows['booked'].sum())}, "
        f"indsatserne giver {fmt.mio(rows['activity'].sum())})"
        for key, rows in apart(this_year, reference, month).groupby("type_key", sort=False)
    ]
    if not types:
        return []
    return [
        f"Bogføring og indsatser følges ikke ad i {month.year}: {fmt.enumeration(types)}. Se kontroltotalerne på siden "
        "Data, Afstemning."
    ]


def _quarters(rows: pd.DataFrame) -> str:
    numbers = [f"{quarter.quarter}." for quarter in rows["quarter"]]
    return f"{fmt.enumeration(numbers)} kvartal"


def _rejected(batches: pd.DataFrame, month: pd.Period) -> list[str]:
    count = int(batches.loc[batches["as_of"] == month, "rows_rejected"].sum())
    if not count:
        return []
    rows = fmt.plural(count, "række blev afvist", "rækker blev afvist")
    return [f"{rows} ved indlæsningen for {fmt.month_long(month)} og er ikke med i tallene."]
