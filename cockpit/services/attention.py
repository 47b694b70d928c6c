"""What needs the reader's attention at a month: what drives the result, and what is odd in the data behind it."""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import sentences
from cockpit.domain.control_totals import apart, control_totals, missing_bills, missing_words, of_year
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import Reference
from cockpit.services.workspace import Workspace

WHERE = "Se kontroltotalerne på siden Data, Afstemning."


def attention(workspace: Workspace, prognosis: Prognosis) -> list[str]:
    """List what needs attention as Danish sentences, what moves the result first."""
    month = prognosis.as_of
    totals = control_totals_at(workspace, month)
    missing = missing_bills(totals, _types(prognosis), workspace.reference, month)
    return [
        *sentences.attention(prognosis),
        *(f"{missing_words(row)} {WHERE}" for _, row in missing.iterrows()),
        *_differences(totals[~totals["type_key"].isin(missing["key"])], workspace.reference, month),
        *_rejected(workspace.batches(), month),
        *prognosis.notes,
    ]


def missing_bills_at(workspace: Workspace, prognosis: Prognosis) -> pd.DataFrame:
    """Return `domain.control_totals.MISSING_COLUMNS` for a prognosis: underspends that may be missing bills."""
    month = prognosis.as_of
    return missing_bills(control_totals_at(workspace, month), _types(prognosis), workspace.reference, month)


def _types(prognosis: Prognosis) -> pd.DataFrame:
    return prognosis.rows[prognosis.rows["level"] == "type"]


def control_totals_at(workspace: Workspace, month: pd.Period) -> pd.DataFrame:
    """Return `domain.control_totals.COLUMNS` for what is known at a month."""
    dataset = workspace.store.read(month)
    return control_totals(dataset.postings, dataset.interventions, workspace.reference, month)


def _differences(totals: pd.DataFrame, reference: Reference, month: pd.Period) -> list[str]:
    """Name the types whose ledger and activity differ in this year's quarters: the forecast rests on both."""
    this_year = of_year(totals, month.year)
    types = [
        f"{reference.type_name(str(key))} ({_quarters(rows)}: bogført {fmt.millions(rows['booked'].sum())}, "
        f"indsatserne giver {fmt.mio(rows['activity'].sum())})"
        for key, rows in apart(this_year, reference, month).groupby("type_key", sort=False)
    ]
    if not types:
        return []
    return [
        f"Bogføring og indsatser følges ikke ad i {month.year}: {fmt.enumeration(types)}. {WHERE}"
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
