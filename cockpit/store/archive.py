"""Closed months: prognoses frozen as they were shown, read back bit for bit."""

import json
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import pandas as pd

from cockpit.domain.comments import WHOLE, LineComment
from cockpit.domain.prognosis import (
    BRIDGE_COLUMNS,
    FAN_COLUMNS,
    MONTH_COLUMNS,
    OUTLINE_COLUMNS,
    ROW_COLUMNS,
    ROW_METHOD_COLUMNS,
    Prognosis,
)
from cockpit.store import moments
from cockpit.store.connections import STORE

_FRAMES = {
    "rows": ROW_COLUMNS,
    "months": MONTH_COLUMNS,
    "fan": FAN_COLUMNS,
    "outline_years": OUTLINE_COLUMNS,
    "bridge": BRIDGE_COLUMNS,
    "row_methods": ROW_METHOD_COLUMNS,
}
TABLES = ("closed_month", *(f"closed_{name}" for name in _FRAMES))
_PAPERS = (
    "SELECT month, closed_at, closed_by, comment, year, data_id, coalesce(input_id, ''), seed, n_paths, "
    f"versions, notes FROM {STORE}.closed_month"
)
COMMENTS = f"SELECT month, closed_at, closed_by, comment FROM {STORE}.closed_month WHERE comment <> '' ORDER BY month"


@dataclass(frozen=True)
class ClosedMonth:
    """A prognosis with who froze it, when, and why in their own words. The month is `prognosis.as_of`."""

    prognosis: Prognosis
    closed_at: datetime
    user: str
    comment: str = ""

    @property
    def month(self) -> pd.Period:
        """The month that was closed."""
        return self.prognosis.as_of


def is_closed(connection: duckdb.DuckDBPyConnection, month: pd.Period) -> bool:
    """Say whether a month is in the archive already."""
    found = connection.execute("SELECT 1 FROM closed_month WHERE month = ?", [month.start_time.date()]).fetchone()
    return found is not None


def insert(connection: duckdb.DuckDBPyConnection, closed: ClosedMonth) -> None:
    """Write a closed month into the file that is being built."""
    prognosis, month = closed.prognosis, closed.month.start_time.date()
    connection.execute(
        "INSERT INTO closed_month BY NAME SELECT ? AS month, ? AS closed_at, ? AS closed_by, ? AS comment, ? AS year, "
        "? AS data_id, ? AS input_id, ? AS seed, ? AS n_paths, ? AS versions, ? AS notes",
        [
            month, moments.to_store(closed.closed_at), closed.user, closed.comment, prognosis.year,
            prognosis.data_id, prognosis.input_id, prognosis.seed, prognosis.n_paths, json.dumps(prognosis.versions),
            json.dumps(prognosis.notes, ensure_ascii=False),
        ],
    )  # fmt: skip
    for name, columns in _FRAMES.items():
        frame = getattr(prognosis, name)[list(columns)].assign(
            closed=month, position=range(len(getattr(prognosis, name)))
        )
        connection.register("frame", frame)
        connection.execute(f"INSERT INTO closed_{name} BY NAME SELECT * FROM frame")
        connection.unregister("frame")


def read_all(connection: duckdb.DuckDBPyConnection) -> list[ClosedMonth]:
    """Return every closed month, oldest first."""
    rows = connection.execute(f"{_PAPERS} ORDER BY month").fetchall()
    return [_closed(connection, row) for row in rows]


def read_last(connection: duckdb.DuckDBPyConnection, before: pd.Period) -> ClosedMonth | None:
    """Return the newest closed month of the same year before a month; None where there is none."""
    rows = connection.execute(
        f"{_PAPERS} WHERE year = ? AND month < ? ORDER BY month DESC LIMIT 1",
        [before.year, before.start_time.date()],
    ).fetchall()
    return _closed(connection, rows[0]) if rows else None


def read_one(connection: duckdb.DuckDBPyConnection, month: pd.Period) -> ClosedMonth | None:
    """Return one closed month, None where it is open."""
    rows = connection.execute(f"{_PAPERS} WHERE month = ?", [month.start_time.date()]).fetchall()
    return _closed(connection, rows[0]) if rows else None


def closing_comment(month: date, closed_at: datetime, user: str, comment: str) -> LineComment:
    """Make a row of `COMMENTS` what it is: a comment on the month as a whole."""
    return LineComment(pd.Period(month, "M"), *WHOLE, comment, user, moments.from_store(closed_at))


def _closed(connection: duckdb.DuckDBPyConnection, row: tuple) -> ClosedMonth:
    month, closed_at, user, comment, year, data_id, input_id, seed, n_paths, versions, notes = row
    frames = {
        name: connection.sql(
            f"SELECT * EXCLUDE (closed, position) FROM {STORE}.closed_{name} WHERE closed = ? ORDER BY position",
            params=[month],
        ).to_arrow_table().to_pandas()
        for name in _FRAMES
    }  # fmt: skip
    prognosis = Prognosis(
        as_of=pd.Period(month, "M"), year=year, data_id=data_id, input_id=input_id, seed=seed, n_paths=n_paths,
        versions=json.loads(versions), notes=tuple(json.loads(notes)), **frames,
    )  # fmt: skip
    return ClosedMonth(prognosis, moments.from_store(closed_at), user, comment)
