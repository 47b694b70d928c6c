"""What a load lacks beside what the store knew before it, as findings."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.completeness import booked_months, missing_months, vanished_spells
from cockpit.domain.dataset import Dataset
from cockpit.domain.findings import Finding
from cockpit.domain.reference import Reference
from cockpit.intake import CheckedTable

_GONE = (
    "{gone} af de {running} indsatser, der løb ved den tidligere indlæsning (opgjort pr. {loaded}), findes ikke i "
    "dette udtræk, heller ikke som afsluttede. Kontrollér, at alle indsatser er med."
)
_UNBOOKED = (
    "Der er ingen posteringer for {months}, hverken i filen eller fra tidligere indlæsninger. "
    "Kontrollér, at udtrækket er fuldstændigt."
)


def lacks(tables: Mapping[str, Sequence[CheckedTable]], before: Dataset, reference: Reference) -> tuple[Finding, ...]:
    """Tell of many running interventions that have vanished, and of months nothing is booked in.

    Args:
        tables: the checked files of the load by kind.
        before: what was known at the load's as-of month.
        reference: with the share of vanished interventions that is told.
    """
    found = (
        *_vanished(tables.get("interventions", ()), before, reference),
        *_unbooked(tables.get("postings", ()), before),
    )
    return tuple(found)


def _vanished(tables: Sequence[CheckedTable], before: Dataset, reference: Reference) -> Iterator[Finding]:
    source = next((one for one in before.sources if one.kind == "interventions" and not one.reconstructed), None)
    rows = [table.frame for table in tables if len(table.frame)]
    if source is None or not rows:
        return
    gone, running = vanished_spells(before.interventions, pd.concat(rows), source.loaded_as_of)
    if gone > reference.assumption("vanished_spells_share", before.as_of).value * running:
        loaded = fmt.month_year(source.loaded_as_of)
        message = _GONE.format(gone=fmt.number(gone), running=fmt.number(running), loaded=loaded)
        yield Finding("warning", message, file=", ".join(table.file_name for table in tables))


def _unbooked(tables: Sequence[CheckedTable], before: Dataset) -> Iterator[Finding]:
    months = {table.file_name: booked_months(table.frame) for table in tables}
    missing = missing_months(set().union(*months.values()), booked_months(before.postings))
    if missing:
        names = fmt.enumeration([fmt.month_year(month) for month in missing])
        file = next(name for name, booked in months.items() if booked and max(booked) > missing[0])
        yield Finding("warning", _UNBOOKED.format(months=names), file=file)
