"""What a load shows beside what the store knew before it, as findings: what it lacks, and what does not add up."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.budget import ORIGINAL
from cockpit.domain.budget_gaps import budget_doubts, uncounted_words
from cockpit.domain.completeness import (
    activity_behind,
    booked_months,
    missing_months,
    months_in_words,
    not_replaced,
    vanished_spells,
)
from cockpit.domain.control_totals import apart, control_totals, difference_words, type_and_quarter
from cockpit.domain.dataset import Dataset
from cockpit.domain.findings import Finding
from cockpit.domain.partial_months import partial_finding, partial_months
from cockpit.domain.reference import Reference
from cockpit.intake import CheckedTable
from cockpit.services.load_amounts import amounts_written_otherwise

_GONE = (
    "{gone} af de {running} indsatser, der løb ved den tidligere indlæsning (opgjort pr. {loaded}), findes ikke i "
    "dette udtræk, heller ikke som afsluttede. {remedy}"
)
_CHECK = "Kontrollér, at alle indsatser er med."
_BEHIND = (
    "Indsatserne er opgjort pr. {activity}, og med filen er der bogført til og med {booked}. Hvad der er begyndt, "
    "ændret eller afsluttet siden, kender prognosen ikke. Indlæs også indsatserne for {booked}."
)
_LOAD_THE_WHOLE = (
    "Prognosen ville regne dem som stoppet. Udtrækket skal have hele bestanden, ikke kun månedens ændringer: dan det "
    "igen uden afgrænsning, og indlæs det. Er det hele bestanden, og har indsatserne blot fået nye numre, fx ved et "
    "skift af fagsystem, så bekræft det: sæt hak ved »{confirm}« på siden Data, eller skriv --new-ids på kommandoen."
)
NEW_IDS = "Indsatserne har fået nye numre"  # how it is confirmed
_UNBOOKED = (
    "Der er ingen posteringer for {months}, hverken i filen eller fra tidligere indlæsninger. "
    "Kontrollér, at udtrækket er fuldstændigt."
)


def against_store(
    tables: Mapping[str, Sequence[CheckedTable]], before: Dataset, reference: Reference, *, new_ids: bool = False
) -> tuple[Finding, ...]:
    """Tell of many running interventions that have vanished, months nothing is booked in, and money that differs.

    Where a cause is found the totals that differ are not told besides: they are what it looks like. Interventions that
    have lost many are no witness to the ledger's amounts, those known before them are; and months booked in part show
    nothing of how amounts are written.

    Args:
        tables: the checked files of the load by kind.
        before: what was known at the load's as-of month.
        reference: with the limits of what is told.
        new_ids: somebody has confirmed that the interventions have new ids, so that nearly all may be gone.
    """
    after = _after(tables, before)
    vanished = tuple(_vanished(tables.get("interventions", ()), before, reference, new_ids=new_ids))
    partly = partial_months(after.postings, after.as_of) if tables.get("postings") else {}
    trusted = _whole(tables, partly, has_activity=not vanished)
    written = tuple(amounts_written_otherwise(trusted, before, _after(trusted, before), reference))
    return (
        *vanished,
        *_unbooked(tables.get("postings", ()), before),
        *_behind(tables, after),
        *_partly(tables.get("postings", ()), partly),
        *written,
        *(() if vanished or written else _apart(tables, after, reference, partly)),
        *_budget_doubts(tables, after, reference),
    )


def _after(tables: Mapping[str, Sequence[CheckedTable]], before: Dataset) -> Dataset:
    """What will be known once the files are loaded: what a load lacks the store has."""
    activity, ledgers, budgets = (
        [table.frame for table in tables.get(kind, ())] for kind in ("interventions", "postings", "budget")
    )
    return replace(
        before,
        interventions=pd.concat(activity) if activity else before.interventions,
        postings=pd.concat([not_replaced(before.postings, ledgers), *ledgers], ignore_index=True),
        budget=pd.concat([not_replaced(before.budget, budgets, ("year", "budget_type")), *budgets], ignore_index=True),
    )


def _vanished(
    tables: Sequence[CheckedTable], before: Dataset, reference: Reference, *, new_ids: bool
) -> Iterator[Finding]:
    """Tell of running spells that are gone: an error where most are, which the user may confirm away."""
    source = next((one for one in before.sources if one.kind == "interventions" and not one.reconstructed), None)
    rows = [table.frame for table in tables if len(table.frame)]
    if source is None or not rows:
        return
    gone, running = vanished_spells(before.interventions, pd.concat(rows), source.loaded_as_of)
    told, stops = (
        gone > reference.assumption(name, before.as_of).value * running
        for name in ("vanished_spells_share", "vanished_spells_stop_share")
    )
    if not told:
        return
    stops_now = stops and not new_ids
    counts = {"gone": fmt.number(gone), "running": fmt.number(running), "loaded": fmt.month_year(source.loaded_as_of)}
    message = _GONE.format(**counts, remedy=_LOAD_THE_WHOLE.format(confirm=NEW_IDS) if stops_now else _CHECK)
    files = ", ".join(table.file_name for table in tables)
    yield Finding("error" if stops_now else "warning", message, file=files, confirmable=stops)


def _unbooked(tables: Sequence[CheckedTable], before: Dataset) -> Iterator[Finding]:
    months = {table.file_name: booked_months(table.frame) for table in tables}
    missing = missing_months(set().union(*months.values()), booked_months(before.postings))
    if missing:
        names = months_in_words(missing)
        file = next(name for name, booked in months.items() if booked and max(booked) > missing[0])
        yield Finding("warning", _UNBOOKED.format(months=names), file=file)


def _behind(tables: Mapping[str, Sequence[CheckedTable]], after: Dataset) -> Iterator[Finding]:
    """Tell of postings that come without the interventions of their month."""
    ledgers = [table for table in tables.get("postings", ()) if len(table.frame)]
    booked = activity_behind(after)
    if not ledgers or not booked or any(len(table.frame) for table in tables.get("interventions", ())):
        return
    words = {"activity": fmt.month_year(after.activity_month), "booked": fmt.month_year(booked)}
    file = next((table.file_name for table in ledgers if booked in booked_months(table.frame)), "")
    if file:
        yield Finding("warning", _BEHIND.format(**words), file=file)


def _partly(tables: Sequence[CheckedTable], partly: Mapping[pd.Period, tuple[str, ...]]) -> Iterator[Finding]:
    """Tell of the months of the load's own that are booked in part."""
    for table in tables:
        months = booked_months(table.frame)
        if own := {month: functions for month, functions in partly.items() if month in months}:
            yield Finding("warning", partial_finding(own), file=table.file_name)


def _whole(
    tables: Mapping[str, Sequence[CheckedTable]], partly: Iterable[pd.Period], *, has_activity: bool
) -> dict[str, Sequence[CheckedTable]]:
    """What of a load can show how amounts are written: no months booked in part, no interventions that lack many."""
    kept = {kind: own for kind, own in tables.items() if has_activity or kind != "interventions"}
    if partly and "postings" in kept:
        months = pd.DataFrame([(month.year, month.month) for month in partly], columns=["year", "period"])
        kept["postings"] = [replace(one, frame=not_replaced(one.frame, [months])) for one in kept["postings"]]
    return kept


def _budget_doubts(
    tables: Mapping[str, Sequence[CheckedTable]], after: Dataset, reference: Reference
) -> Iterator[Finding]:
    """Tell what budgets of this year and later lack beside what is spent; what load and store know is put together."""
    budgets = [table.frame for table in tables.get("budget", ())]
    if not budgets:
        return
    this_year, years = after.as_of.year, {int(year) for year in pd.concat(budgets)["year"]}
    for year in sorted({this_year} | {year for year in years if year > this_year}):
        own = [table.file_name for table in tables["budget"] if (table.frame["year"] == year).any()]
        files = ", ".join(own or [tables["budget"][0].file_name])
        yield from (Finding("warning", one, file=files) for one in budget_doubts(after, reference, year))
        if any(((table["year"] == year) & (table["budget_type"] == ORIGINAL)).any() for table in budgets):
            uncounted = uncounted_words(after, reference, year)
            yield from ([Finding("warning", uncounted, file=files)] if uncounted else [])


def _apart(
    tables: Mapping[str, Sequence[CheckedTable]],
    after: Dataset,
    reference: Reference,
    partly: Iterable[pd.Period],
) -> Iterator[Finding]:
    """Tell where ledger and activity of a type differ by more than the tolerance in a whole quarter.

    A month of postings seldom comes with the rest of its quarter, which the store has. Quarters that the load books in
    are told, or, where it has no postings, those of the as-of year; none with a month of `partly`.
    """
    ledgers, activities = tables.get("postings", ()), tables.get("interventions", ())
    if not ledgers and not activities:
        return
    booked = {month.asfreq("Q") for table in ledgers for month in booked_months(table.frame)}
    booked -= {month.asfreq("Q") for month in partly}
    totals = control_totals(after.postings, after.interventions, reference, after.as_of)
    for _, total in apart(totals, reference, after.as_of).iterrows():
        quarter = total["quarter"]
        if quarter in booked if ledgers else quarter.year == after.as_of.year:
            message = f"{difference_words(total, reference)} Undersøg forskellen."
            name = (ledgers or activities)[0].file_name
            yield Finding("warning", message, value=type_and_quarter(total, reference), file=name)
