"""Is the money of a load written as it should be? Ledger and budget beside the same money known from elsewhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import sign_and_unit as money
from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.budget import ORIGINAL
from cockpit.domain.completeness import not_replaced, whole_years
from cockpit.domain.dataset import Dataset
from cockpit.domain.findings import Finding, Severity
from cockpit.domain.months import first_day
from cockpit.domain.reference import Reference
from cockpit.domain.sign_and_unit import Beside, Writing
from cockpit.intake import CheckedTable

_ACTIVITY = "indsatserne i de samme måneder"
_EARLIER = "lige så mange andre måneder"
_OUTTURN = "det nærmeste hele regnskabsår"
_NEGATIVE = (
    "Beløbene giver tilsammen {sum}, og {share} af dem er negative. Udgifter skal være positive og indtægter negative. "
    "Se efter, om fortegnet er vendt i udtrækket."
)
_NO_SIGN = (
    "Ingen af filens {rows} beløb er negative, og refusionen (5.22.07) er positiv: indtægter og kreditnotaer har "
    "mistet deres fortegn. Dan udtrækket igen med minus på indtægter."
)
_REFUND = (
    "Den centrale refusion (5.22.07) ser ud til at have omvendt fortegn{years}: den er bogført med {booked}, hvor "
    "indsatserne efter reglerne giver {known} Refusion er en indtægt og skal være negativ. Vend fortegnet på 5.22.07, "
    "og indlæs igen."
)
_FUNCTIONS = (
    "Beløbene på {names} ser ud til at have omvendt fortegn: {words}. Udgifter skal være positive. Kontrollér de konti."
)


@dataclass(frozen=True)
class _Ledger:
    """Postings of a file, and what else is known of the same money; `fault` is how badly a wrong one is told."""

    file: str
    rows: pd.DataFrame
    interventions: pd.DataFrame
    others: pd.DataFrame
    what: str
    fault: Severity


def amounts_written_otherwise(
    tables: Mapping[str, Sequence[CheckedTable]], before: Dataset, after: Dataset, reference: Reference
) -> Iterator[Finding]:
    """Tell of files whose amounts have the opposite sign or another unit: errors where nothing else explains it.

    Args:
        tables: the checked files of the load by kind.
        before: what was known at the load's as-of month; `after`: what will be with the files.
        reference: with the names of functions and the rule of refund.
    """
    for ledger in _ledgers(tables, before, after.interventions):
        yield from _ledger_findings(ledger, reference)
    yield from _budget_findings(tables.get("budget", ()), after.postings)


def _ledgers(
    tables: Mapping[str, Sequence[CheckedTable]], before: Dataset, interventions: pd.DataFrame
) -> Iterator[_Ledger]:
    own, activity = tables.get("postings", ()), tables.get("interventions", ())
    earlier = not_replaced(before.postings, [one.frame for one in own])
    for table in own:
        others = pd.concat([earlier, *(one.frame for one in own if one is not table)])
        yield _Ledger(table.file_name, table.frame, interventions, others, "Posteringerne", "error")
    if activity and not own:  # the fault is in what was loaded before, so these files may come in
        nothing = before.postings[:0]
        yield _Ledger(
            activity[0].file_name, before.postings, interventions, nothing, "De posteringer, der er indlæst,", "warning"
        )


def _ledger_findings(ledger: _Ledger, reference: Reference) -> Iterator[Finding]:
    if len(ledger.rows) < money.FEW_ROWS:
        return
    years = _years(ledger)
    found = [*_whole_years(ledger, years)] or [*_single_functions(ledger, years, reference)]
    found = found or [*_without_witness(ledger)]
    yield from found
    if not any(finding.severity == "error" for finding in found):
        yield from _refund(ledger, reference)


def _whole_years(ledger: _Ledger, years: Mapping[int, Beside]) -> Iterator[Finding]:
    """Tell of years whose bookings are written otherwise, years that are written alike together."""
    for writing, found in _by_writing(years).items():
        beside = _sum(found)
        certain = beside.source == _ACTIVITY and money.is_certain(writing, beside)
        what = ledger.what if len(found) == len(years) else f"{ledger.what.removesuffix(',')} for {_listed(found)}"
        message = money.writing_words(what, writing, beside)
        yield Finding(ledger.fault if certain else "warning", message, file=ledger.file)


def _by_writing(years: Mapping[int, Beside]) -> dict[Writing, dict[int, Beside]]:
    """Put the years together that are written alike, and otherwise than they should be."""
    found: dict[Writing, dict[int, Beside]] = {}
    for year, beside in years.items():
        if writing := money.writing_of_all(beside):
            found.setdefault(writing, {})[year] = beside
    return found


def _years(ledger: _Ledger) -> dict[int, Beside]:
    """Return the service expenditure of each year beside activity, or where there is none beside other postings."""
    found: dict[int, Beside] = {}
    for year, rows in ledger.rows.groupby("year"):
        months, booked = money.months_of(rows), money.by_function(rows)
        beside = Beside.of(booked, money.activity_by_function(ledger.interventions, months), _ACTIVITY)
        if beside.known.empty:
            beside = Beside.of(booked, money.earlier_by_function(ledger.others, months), _EARLIER)
        if len(beside.known):
            found[int(str(year))] = beside
    return found


def _single_functions(ledger: _Ledger, years: Mapping[int, Beside], reference: Reference) -> Iterator[Finding]:
    if not years:
        return
    beside = _sum(years)
    wrong = money.opposite_functions(beside)
    if wrong:
        last = money.months_of(ledger.rows).max()
        names = [f"{name} {reference.account_name(name, first_day(last))}" for name in wrong]
        message = _FUNCTIONS.format(names=fmt.enumeration(names), words=beside.only(wrong).words)
        yield Finding("warning", message, file=ledger.file)


def _without_witness(ledger: _Ledger) -> Iterator[Finding]:
    """Tell of service expenditure that is negative as a whole, whatever else is known."""
    own = ledger.rows[ledger.rows["function"] != REFUND_FUNCTION]
    total, negative = own["amount"].sum(), (own["amount"] < 0).mean()
    if total < 0 and negative > money.MOST:
        message = _NEGATIVE.format(sum=money.amount_words(total), share=fmt.percent(negative))
        yield Finding("warning", message, file=ledger.file)


def _refund(ledger: _Ledger, reference: Reference) -> Iterator[Finding]:
    """Tell of refund that is booked as expense; a file without any minus has lost them all."""
    own = ledger.rows[ledger.rows["function"] == REFUND_FUNCTION]
    sums = own.groupby("year")["amount"].sum()
    wrong = [int(str(year)) for year in sums.index[sums > 0]]
    if not wrong:
        return
    if (ledger.rows["amount"] >= 0).all():
        yield Finding("warning", _NO_SIGN.format(rows=fmt.number(len(ledger.rows))), file=ledger.file)
        return
    months = money.months_of(ledger.rows[ledger.rows["year"].isin(wrong)])
    known = -money.refund_by_rule(ledger.interventions, months, reference)
    booked = float(sums[wrong].sum())
    if known and money.writing_of(booked, known) is not None:
        years = "" if len(wrong) == len(sums) else f" for {_listed(wrong)}"
        amounts = {"booked": money.amount_words(booked), "known": money.amount_words(known)}
        yield Finding("warning", _REFUND.format(years=years, **amounts), file=ledger.file)


def _sum(years: Mapping[int, Beside]) -> Beside:
    first, *rest = years.values()
    for one in rest:
        first += one
    return first


def _listed(years: Sequence[int] | Mapping[int, object]) -> str:
    """Name years, three or more in a row by the first and the last."""
    first, last = min(years), max(years)
    if last - first == len(years) - 1 > 1:
        return f"{first}-{last}"
    return fmt.enumeration([str(year) for year in sorted(years)])


# --- budget -----------------------------------------------------------------------------------------------------


def _budget_findings(budgets: Sequence[CheckedTable], postings: pd.DataFrame) -> Iterator[Finding]:
    """Tell of original budgets written otherwise, each year beside the whole year that is booked nearest before it."""
    booked = {year: money.by_function(postings[postings["year"] == year]) for year in whole_years(postings)}
    booked = {year: sums for year, sums in booked.items() if sums.sum() > 0}  # a ledger at fault proves nothing
    for table in budgets if booked else ():
        years = _budget_years(table.frame[table.frame["budget_type"] == ORIGINAL], booked)
        for writing, found in _by_writing(years).items():
            beside = _sum(found)
            certain = money.is_certain(writing, beside)
            what = f"Det oprindelige budget for {_listed(found)}"
            message = money.writing_words(what, writing, beside)
            yield Finding("error" if certain else "warning", message, file=table.file_name)


def _budget_years(original: pd.DataFrame, booked: Mapping[int, pd.Series]) -> dict[int, Beside]:
    found: dict[int, Beside] = {}
    for year, rows in original.groupby("year"):
        own = int(str(year))
        witness = max((one for one in booked if one <= own), default=min(booked))
        beside = Beside.of(money.by_function(rows), booked[witness], _OUTTURN)
        if len(beside.known):
            found[own] = beside
    return found
