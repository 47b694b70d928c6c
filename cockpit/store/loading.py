"""One load: which files bring something new, and what the user should know about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import duckdb
import pandas as pd

from cockpit.domain.findings import Finding
from cockpit.domain.format import month_year, number
from cockpit.domain.months import period_label
from cockpit.store import moments, reading, writing
from cockpit.store.loads import LoadResult, LoadTable
from cockpit.store.versions import Effective, Scope, effective
from cockpit.store.writing import KINDS, Staged, Totals, files_of

_SAME_FILE_TWICE = "Filen har samme indhold som {other} i samme indlæsning og tælles kun én gang."
_NO_ROWS = "Filen har ingen rækker; intet er indlæst fra den. Kontrollér udtrækket."
_LOADED_ALREADY = "Filens indhold er allerede indlæst (opgjort pr. {loaded}) og er ikke indlæst igen."
_VANISHED = (
    "Periode {period}: {count} {word} fra den tidligere indlæsning findes ikke i denne ({accounts}). "
    "Kontrollér, at udtrækket er fuldstændigt."
)
_FEWER = (
    "Udtrækket har {rows} rækker mod {before} i det tidligere (opgjort pr. {loaded}), altså under halvdelen. "
    "Kontrollér, at alle indsatser er med."
)
COMMAND = "import"  # what a load is called in the store and in the audit log
_SHRUNK = 0.5  # no month ends half of all interventions
_SHOWN_ACCOUNTS = 5


@dataclass(frozen=True)
class Papers:
    """Who loads, when and for which month."""

    as_of: pd.Period
    user: str
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """What a load put into the file being built; `expected` holds the totals per kind."""

    result: LoadResult
    expected: dict[str, Totals]


@dataclass(frozen=True)
class Survey:
    """What a load would put into the store, and what the user should know about it; nothing is stored yet."""

    plans: tuple["_Plan", ...]
    warnings: tuple[Finding, ...]

    @property
    def files(self) -> list[int]:
        """The files to store, ascending."""
        return sorted(file for plan in self.plans for file in plan.files)


@dataclass(frozen=True)
class _Plan:
    """The files of one kind, held against what the as-of month reads already; files are positions in the load."""

    kind: str
    staged: list[Staged]
    wanted: list[Staged]
    totals: dict[int, Totals]

    @property
    def files(self) -> frozenset[int]:
        """The files to store."""
        return files_of(self.wanted)

    @property
    def expected(self) -> Totals:
        """Totals of the files to store."""
        rows, controls = zip(*(self.totals[file] for file in self.files), strict=True)
        return sum(rows), sum(controls)


def fill(connection: duckdb.DuckDBPyConnection, tables: Sequence[LoadTable], papers: Papers) -> Outcome:
    """Put a load into the file being built.

    Raises:
        UserFault: a number is too large to be exact.
    """
    found = survey(connection, tables, papers.as_of)
    load_no = _insert(connection, tables, papers, found.plans, found.files) if found.files else None
    rows = tuple(len(table.frame) if position in found.files else 0 for position, table in enumerate(tables))
    expected = {plan.kind: plan.expected for plan in found.plans if plan.wanted}
    return Outcome(LoadResult(bool(found.files), load_no, found.warnings, rows), expected)


def survey(connection: duckdb.DuckDBPyConnection, tables: Sequence[LoadTable], as_of: pd.Period) -> Survey:
    """Hold a load against what the as-of month reads already; writes to temporary tables alone.

    Raises:
        UserFault: a number is too large to be exact.
    """
    first = {table.sha256: position for position, table in reversed(list(enumerate(tables)))}
    distinct = {position: tables[position] for position in sorted(first.values())}
    current = effective(reading.versions(connection), as_of)
    plans = tuple(_plan(connection, kind, distinct, current) for kind in KINDS)
    by_kind = {plan.kind: plan for plan in plans}
    warnings = (
        *_repeated(tables, first),
        *_left_out(distinct, plans, current),
        *_vanished(connection, tables, by_kind["postings"], current),
        *_shrunk(tables, by_kind["interventions"], current),
    )
    return Survey(plans, warnings)


def _plan(
    connection: duckdb.DuckDBPyConnection, kind: str, distinct: dict[int, LoadTable], current: dict[Scope, Effective]
) -> _Plan:
    of_kind = [(position, table) for position, table in distinct.items() if table.kind == kind]
    staged, totals = writing.stage(connection, kind, of_kind)
    return _Plan(kind, staged, writing.to_store(staged, current), totals)


def _insert(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[LoadTable],
    papers: Papers,
    plans: Sequence[_Plan],
    files: list[int],
) -> int:
    load_no = writing.next_load(connection)
    batches = dict(zip(files, count(writing.next_batch(connection)), strict=False))
    writing.insert(
        connection,
        "load",
        [(load_no, papers.as_of.start_time.date(), moments.to_store(papers.at), papers.user, COMMAND)],
    )
    writing.insert(connection, "batch", [(batches[file], load_no, *_batch_of(tables[file])) for file in files])
    for plan in plans:
        writing.insert_scopes(connection, plan.kind, plan.wanted, load_no, batches)
    return load_no


def _batch_of(table: LoadTable) -> tuple[object, ...]:
    stored = len(table.frame)
    return table.kind, table.file_name, table.sha256, table.profile, table.rows_read, stored, table.rows_rejected


def _warning(message: str, file: str) -> Finding:
    return Finding("warning", message, file=file)


def _repeated(tables: Sequence[LoadTable], first: dict[str, int]) -> Iterator[Finding]:
    for position, table in enumerate(tables):
        if first[table.sha256] != position:
            other = tables[first[table.sha256]].file_name
            yield _warning(_SAME_FILE_TWICE.format(other=other), table.file_name)


def _left_out(
    distinct: dict[int, LoadTable], plans: Sequence[_Plan], current: dict[Scope, Effective]
) -> Iterator[Finding]:
    """Tell of the files that bring nothing: empty ones, and those that the as-of month reads already."""
    stored = files_of(scope for plan in plans for scope in plan.wanted)
    staged = [scope for plan in plans for scope in plan.staged]
    for position, table in distinct.items():
        scopes = [scope.scope for scope in staged if position in scope.files]
        if not scopes:
            yield _warning(_NO_ROWS, table.file_name)
        elif position not in stored:
            loaded = max(current[scope].version.as_of for scope in scopes)
            yield _warning(_LOADED_ALREADY.format(loaded=month_year(loaded)), table.file_name)


def _vanished(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[LoadTable],
    plan: _Plan,
    current: dict[Scope, Effective],
) -> Iterator[Finding]:
    """Tell of booking periods that lose accounts compared with the version they replace."""
    replaced = {
        scope.scope: current[scope.scope].version.chunk
        for scope in plan.wanted
        if scope.scope in current and not current[scope.scope].reconstructed
    }
    lost = writing.lost_accounts(connection, list(replaced.values()))
    for scope in plan.wanted:
        accounts = lost.get((scope.scope.year, int(scope.scope.part)), [])
        if accounts:
            files = ", ".join(tables[file].file_name for file in sorted(scope.files))
            yield _warning(_vanished_text(scope.scope, accounts), files)


def _shrunk(tables: Sequence[LoadTable], plan: _Plan, current: dict[Scope, Effective]) -> Iterator[Finding]:
    """Tell of a snapshot that is so much smaller than the one before that its extract was likely drawn too narrow."""
    for scope in plan.wanted:
        before = current.get(scope.scope)
        rows = plan.expected[0]
        if before and not before.reconstructed and rows < _SHRUNK * before.version.row_count:
            files = ", ".join(tables[file].file_name for file in sorted(scope.files))
            loaded = month_year(before.version.as_of)
            counts = {"rows": number(rows), "before": number(before.version.row_count)}
            yield _warning(_FEWER.format(**counts, loaded=loaded), files)


def _vanished_text(scope: Scope, accounts: list[str]) -> str:
    shown = ", ".join(accounts[:_SHOWN_ACCOUNTS]) + (" m.fl." if len(accounts) > _SHOWN_ACCOUNTS else "")
    period = period_label(scope.year, int(scope.part))
    word = "konto" if len(accounts) == 1 else "konti"
    return _VANISHED.format(period=period, count=len(accounts), word=word, accounts=shown)
