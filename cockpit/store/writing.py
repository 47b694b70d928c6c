"""Filling a file beside the store: stage the frames, keep what is new, and prove that nothing was lost."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from cockpit.domain.dataset import COLUMNS
from cockpit.store import archive, contents
from cockpit.store.connections import STORE, attach, open_reader
from cockpit.store.loads import LoadTable, UndoResult
from cockpit.store.versions import Effective, Scope

# In the order in which rows can refer to each other; all of them are filled by the same code.
KINDS = tuple(COLUMNS)
# Tables that belong to a load, and so go with it when it is taken back.
_OF_LOAD = ("load", "batch", "scope")


# Rows, and the sum of the kind's measure in its smallest unit.
Totals = tuple[int, int]


class LostOnTheWay(RuntimeError):
    """The file that was built does not hold what was put into it. The served file is untouched."""


@dataclass(frozen=True)
class Staged:
    """One scope as the files of this load have it together."""

    scope: Scope
    content: str
    row_count: int
    control: int
    files: frozenset[int]  # positions in the load


def stage(
    connection: duckdb.DuckDBPyConnection, kind: str, tables: Sequence[tuple[int, LoadTable]]
) -> tuple[list[Staged], dict[int, Totals]]:
    """Put the files of one kind into a temporary table `staged_<kind>`.

    Returns:
        The scopes that the files cover, and per file its totals, taken from the frame and not from the database.

    Raises:
        UserFault: a number is too large to be exact.
    """
    year, part = contents.SCOPE_OF_ROW[kind]
    columns = ", ".join(f'"{name}" {type_}' for name, type_ in contents.stored_types(kind).items())
    # Declared column by column: rows appended in bulk to a table that was created from a query in the same
    # transaction cannot be seen before it ends (DuckDB 2.0).
    connection.execute(
        f"CREATE TEMP TABLE staged_{kind} "
        f"(file INTEGER, line BIGINT, scope_year INTEGER, scope_part VARCHAR, {columns})"
    )
    totals = {}
    for position, table in tables:
        frame = contents.in_smallest_units(table.frame, kind, table.file_name)
        totals[position] = (len(frame), contents.control_of(frame, kind))
        connection.register("extract", frame)
        connection.execute(
            f'INSERT INTO staged_{kind} BY NAME SELECT {position} AS file, "row" AS line, '
            f"{contents.stored_columns(kind)}, {year} AS scope_year, {part} AS scope_part FROM extract"
        )
        connection.unregister("extract")
    scopes = _scopes(connection, kind)
    _check_staged(kind, scopes, totals)
    return scopes, totals


def _check_staged(kind: str, scopes: Sequence[Staged], totals: dict[int, Totals]) -> None:
    staged = sum(scope.row_count for scope in scopes), sum(scope.control for scope in scopes)
    given = sum(rows for rows, _ in totals.values()), sum(control for _, control in totals.values())
    if staged != given:
        raise LostOnTheWay(f"{kind}: {given} was given, {staged} was staged")


def _scopes(connection: duckdb.DuckDBPyConnection, kind: str) -> list[Staged]:
    rows = connection.execute(
        f"SELECT scope_year, scope_part, {contents.content_sql(kind)}, count(*), {contents.control_sql(kind)}, "
        f"list(DISTINCT file) FROM staged_{kind} GROUP BY scope_year, scope_part ORDER BY scope_year, scope_part"
    ).fetchall()
    return [
        Staged(Scope(kind, year, part), content, count, control, frozenset(files))
        for year, part, content, count, control, files in rows
    ]


def files_of(staged: Iterable[Staged]) -> frozenset[int]:
    """Return the files that have rows of any of the scopes."""
    return frozenset(file for scope in staged for file in scope.files)


def lost_accounts(connection: duckdb.DuckDBPyConnection, replaced: Sequence[int]) -> dict[tuple[int, int], list[str]]:
    """Return per (year, period) the accounts that the replaced chunks of postings have and the staged files lack."""
    rows = connection.execute(
        "SELECT year, period, list(account ORDER BY account) FROM ("
        "SELECT DISTINCT year, period, account FROM postings WHERE list_contains(?::INTEGER[], chunk) "
        "EXCEPT SELECT DISTINCT year, period, account FROM staged_postings) GROUP BY year, period",
        [list(replaced)],
    ).fetchall()
    return {(year, period): accounts for year, period, accounts in rows}


def to_store(staged: Sequence[Staged], effective: dict[Scope, Effective]) -> list[Staged]:
    """Leave out what the as-of month reads already.

    A file is stored whole or not at all, and so is a scope: a file with any change draws in the files that share a
    scope with it.
    """
    wanted = [scope for scope in staged if not _is_read_already(scope, effective)]
    while True:
        files = files_of(wanted)
        drawn_in = [scope for scope in staged if scope.files & files]
        if len(drawn_in) == len(wanted):
            return wanted
        wanted = drawn_in


def _is_read_already(staged: Staged, effective: dict[Scope, Effective]) -> bool:
    found = effective.get(staged.scope)
    return found is not None and not found.reconstructed and found.version.content == staged.content


def insert_scopes(
    connection: duckdb.DuckDBPyConnection, kind: str, staged: Sequence[Staged], load_no: int, batches: dict[int, int]
) -> None:
    """Record the scopes of a load and store the rows of those contents that are not in the store yet.

    Args:
        batches: the batch number of each file position.
    """
    known = dict(connection.execute("SELECT content, chunk FROM chunk WHERE kind = ?", [kind]).fetchall())
    fresh = [scope for scope in staged if scope.content not in known]
    known |= {scope.content: chunk for chunk, scope in enumerate(fresh, _next(connection, "chunk", "chunk"))}
    insert(connection, "scope", [(load_no, *scope.scope, known[scope.content]) for scope in staged])
    insert(connection, "chunk", [(known[s.content], kind, s.content, s.row_count, s.control) for s in fresh])
    places = [(*scope.scope[1:], known[scope.content]) for scope in fresh]
    _insert_rows(connection, kind, pd.DataFrame(places, columns=["scope_year", "scope_part", "number"]), batches)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Append rows, given in the order of the table's columns."""
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _insert_rows(
    connection: duckdb.DuckDBPyConnection, kind: str, places: pd.DataFrame, batches: dict[int, int]
) -> None:
    if places.empty:
        return
    connection.register("places", places)
    connection.register("batches", pd.DataFrame({"file": list(batches), "number": list(batches.values())}))
    connection.execute(
        f"INSERT INTO {kind} BY NAME SELECT s.* EXCLUDE (file, scope_year, scope_part), "
        f"p.number AS chunk, b.number AS batch FROM staged_{kind} s JOIN batches b USING (file) "
        "JOIN places p ON p.scope_year = s.scope_year AND p.scope_part = s.scope_part ORDER BY p.number, b.number, line"
    )
    connection.unregister("places")
    connection.unregister("batches")


def next_load(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the load to come."""
    return _next(connection, "load_no", "load")


def next_batch(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the batch to come."""
    return _next(connection, "batch", "batch")


def _next(connection: duckdb.DuckDBPyConnection, column: str, table: str) -> int:
    found = connection.execute(f"SELECT coalesce(max({column}), 0) + 1 FROM {table}").fetchone()
    assert found is not None
    return int(found[0])


def seal(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the identity of what the store holds now: loads, contents and archive, but no numbers of chunks."""
    tables = [
        "SELECT * FROM schema_version ORDER BY ALL",
        "SELECT * FROM load ORDER BY ALL",
        "SELECT * FROM batch ORDER BY ALL",
        "SELECT s.* EXCLUDE (chunk), content FROM scope s JOIN chunk USING (chunk) ORDER BY ALL",
        "SELECT * FROM closed_month ORDER BY ALL",
    ]
    rows = repr([connection.execute(sql).fetchall() for sql in tables])
    connection.execute("UPDATE identity SET token = ?", [hashlib.sha256(rows.encode()).hexdigest()])


def copy_without_last(connection: duckdb.DuckDBPyConnection, served: Path) -> UndoResult | None:
    """Fill a fresh file with everything but the last load, so that the rows only it had are nowhere in the file.

    Returns:
        What was left out; None where there is no load.
    """
    attach(connection, served, "old", "READ_ONLY")
    last = connection.execute("SELECT load_no, as_of FROM old.load ORDER BY load_no DESC LIMIT 1").fetchone()
    if last is None:
        return None
    for table in _OF_LOAD:
        connection.execute(f"INSERT INTO {table} SELECT * FROM old.{table} WHERE load_no <> ?", [last[0]])
    for table in ("chunk", *KINDS):
        connection.execute(f"INSERT INTO {table} SELECT * FROM old.{table} WHERE chunk IN (SELECT chunk FROM scope)")
    for table in archive.TABLES:
        connection.execute(f"INSERT INTO {table} SELECT * FROM old.{table}")
    files = connection.execute(
        "SELECT file_name, rows_stored FROM old.batch WHERE load_no = ? ORDER BY batch", [last[0]]
    ).fetchall()
    names, rows = tuple(name for name, _ in files), sum(rows for _, rows in files)
    return UndoResult(last[0], pd.Period(last[1], "M"), names, rows)


def verify(build: Path, expected: dict[str, Totals], load_no: int | None) -> None:
    """Read a finished file from end to end and hold it against what was to be in it.

    Args:
        expected: rows and control sum per kind that load `load_no` brought, computed from its frames.

    Raises:
        LostOnTheWay: anything differs.
    """
    with open_reader(build) as connection:
        _check_scopes(connection)
        for kind in KINDS:
            _scan(connection, kind)
            _check_chunks(connection, kind)
        for kind, totals in expected.items():
            _check_load(connection, kind, load_no, totals)


def _scan(connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Touch every value of every row; a damaged block raises here and not in front of a reader."""
    connection.execute(f"SELECT bit_xor(hash(t)) FROM {STORE}.{kind} t").fetchall()


def _check_scopes(connection: duckdb.DuckDBPyConnection) -> None:
    dangling = connection.execute(
        f"SELECT count(*) FROM {STORE}.scope s ANTI JOIN {STORE}.chunk c ON s.chunk = c.chunk AND s.kind = c.kind"
    ).fetchone()
    if dangling != (0,):
        raise LostOnTheWay(f"{dangling} scopes point at chunks that are not there")


def _check_chunks(connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    differing = connection.execute(
        f"SELECT count(*) FROM (SELECT chunk, row_count, control FROM {STORE}.chunk WHERE kind = ?) c "
        f"FULL JOIN (SELECT chunk, count(*) AS n, {contents.control_sql(kind)} AS s FROM {STORE}.{kind} GROUP BY chunk)"
        " r USING (chunk) WHERE c.row_count IS DISTINCT FROM r.n OR c.control IS DISTINCT FROM r.s",
        [kind],
    ).fetchone()
    if differing != (0,):
        raise LostOnTheWay(f"{kind}: {differing} chunks differ from their control totals")


def _check_load(connection: duckdb.DuckDBPyConnection, kind: str, load_no: int | None, totals: Totals) -> None:
    stored = connection.execute(
        f"SELECT count(*), {contents.control_sql(kind)} FROM {STORE}.scope s JOIN {STORE}.{kind} USING (chunk) "
        "WHERE s.kind = ? AND s.load_no = ?",
        [kind, load_no],
    ).fetchone()
    if stored != totals:
        raise LostOnTheWay(f"{kind}: {totals} was to be stored, {stored} is there")
