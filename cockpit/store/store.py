"""The store: what was loaded, as versions, in one file that is only ever replaced as a whole."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pandas as pd

from cockpit.domain.comments import LineComment
from cockpit.domain.dataset import COLUMNS, Dataset, empty_table
from cockpit.domain.findings import Finding, UserFault
from cockpit.domain.months import SUPPLEMENT
from cockpit.plumbing.recent import Recent
from cockpit.store import archive, loading, reading, swap, writing
from cockpit.store.archive import ClosedMonth
from cockpit.store.audit import append_audit
from cockpit.store.connections import STORE, nothing_stored
from cockpit.store.connections import writing as changing
from cockpit.store.contents import data_id
from cockpit.store.loads import LoadResult, LoadTable, UndoResult
from cockpit.store.served import Served

Answer = TypeVar("Answer")
LOCK_WAIT_SECONDS = 10.0
_KEPT_DATASETS = 8
_BATCH_COLUMNS = (
    "load_no", "batch", "loaded_at", "user", "as_of", "kind", "file_name", "sha256", "profile", "rows_read",
    "rows_stored", "rows_rejected",
)  # fmt: skip
_NOTHING_TO_UNDO = "Der er ingen indlæsning at fortryde: lageret er tomt. Indlæs en måned først."
_CLOSED_ALREADY = "Måneden {month} er allerede lukket, og en lukket måned ændres ikke."
_UNDATED = (
    "Budgettet er genskabt fra en senere indlæsning. {count} budgetændringer uden vedtagelsesdato regnes med, "
    "selv om de kan være vedtaget senere."
)


class Store:
    """One DuckDB file with every load as a version.

    Safe to share between threads. Readers never wait for a writer: it builds a new file beside the served one and
    swaps it in. Frames that are handed out are shared; treat them as read-only.

    Every method that opens the file raises UserFault where it is corrupt, foreign or newer than this program.
    """

    def __init__(self, path: Path, *, lock_wait: float = LOCK_WAIT_SECONDS) -> None:
        """`lock_wait`: seconds to wait for another writer before giving up."""
        self.path = path
        self._lock_wait = lock_wait
        self._served = Served(path, self._upgrade)
        self._datasets: Recent[Dataset] = Recent(_KEPT_DATASETS)
        self._answers: tuple[str, dict[str, Any]] = ("", {})

    def load(self, tables: Sequence[LoadTable], *, as_of: pd.Period, user: str, at: datetime) -> LoadResult:
        """Store checked files as one version of what they cover.

        Files whose contents the as-of month reads already are left out, which a warning tells; where that is all of
        them, the file and its identity stay as they are. A load is stored whole or not at all.

        Raises:
            UserFault: another load is running, the folder is not writable, or a number is too large to be exact.
        """
        papers = loading.Papers(as_of, user, at)
        with swap.building(self.path, self._lock_wait) as build:
            with changing(build, self.path) as connection:
                outcome = loading.fill(connection, tables, papers)
                writing.seal(connection)
            result = outcome.result
            if result.changed:
                writing.verify(build, outcome.expected, result.load_no)
                swap.publish(build, self.path)
                rows = sum(result.rows_stored)
                self._log(user, at, loading.COMMAND, load_no=result.load_no, as_of=as_of, files=len(tables), rows=rows)
        return result

    def try_load(self, tables: Sequence[LoadTable], *, as_of: pd.Period) -> tuple[Finding, ...]:
        """Return the warnings that `load` would give; nothing is written, and no store is made where there is none.

        Raises:
            UserFault: a number is too large to be exact.
        """
        with self._served.cursor() as found:
            if found is not None:
                found[0].execute(f"USE {STORE}")
                return loading.survey(found[0], tables, as_of).warnings
        with nothing_stored() as connection:
            return loading.survey(connection, tables, as_of).warnings

    def undo(self, *, user: str, at: datetime) -> UndoResult:
        """Take back the last load, erasing its rows; closed months stay.

        Raises:
            UserFault: there is no load, another load is running, or the folder is not writable.
        """
        if self.is_empty():
            raise UserFault(_NOTHING_TO_UNDO)
        with swap.building(self.path, self._lock_wait, empty=True) as build:
            with changing(build, self.path) as connection:
                undone = writing.copy_without_last(connection, self.path)
                writing.seal(connection)
            if undone is None:
                raise UserFault(_NOTHING_TO_UNDO)
            writing.verify(build, {}, None)
            swap.publish(build, self.path)
            counts = {"files": len(undone.files), "rows": undone.rows}
            self._log(user, at, "undo", load_no=undone.load_no, as_of=undone.as_of, **counts)
        return undone

    def close_month(self, closed: ClosedMonth) -> None:
        """Put a month's prognosis into the archive for good.

        Raises:
            UserFault: the month is closed already, another load is running, or the folder is not writable.
        """
        with swap.building(self.path, self._lock_wait) as build:
            with changing(build, self.path) as connection:
                if archive.is_closed(connection, closed.month):
                    raise UserFault(_CLOSED_ALREADY.format(month=closed.month))
                archive.insert(connection, closed)
                writing.seal(connection)
            writing.verify(build, {}, None)
            swap.publish(build, self.path)
            data = closed.prognosis.data_id
            self._log(closed.user, closed.closed_at, "close", month=closed.month, data_id=data)

    def closed_months(self) -> list[ClosedMonth]:
        """Return the archive, oldest month first."""
        with self._served.cursor() as found:
            return archive.read_all(found[0]) if found else []

    def closing_comments(self) -> list[LineComment]:
        """Return the comments that months were closed with, oldest month first."""
        return [archive.closing_comment(*row) for row in self._query(archive.COMMENTS)]

    def last_closed(self, before: pd.Period) -> ClosedMonth | None:
        """Return the newest month closed in the year of `before` and earlier than it, None where there is none."""
        with self._served.cursor() as found:
            return archive.read_last(found[0], before) if found else None

    def closed_month(self, month: pd.Period) -> ClosedMonth | None:
        """Return a month of the archive, None where it is open."""
        with self._served.cursor() as found:
            return archive.read_one(found[0], month) if found else None

    def data_identity(self) -> str:
        """Return a hash of all that is loaded, as of which months: closing a month leaves it as it is."""
        return self._once("data identity", _data_identity) or data_id([])

    def identity(self) -> str:
        """Return the key of everything the store holds: equal keys, equal answers. Cheap enough for every page."""
        return self._served.identity()

    def is_empty(self) -> bool:
        """Say whether nothing is loaded."""
        return self.newest() is None

    def newest(self) -> pd.Period | None:
        """Return the newest as-of month that was loaded."""
        loaded = self._loaded_months()
        return max(loaded) if loaded else None

    def months(self) -> list[pd.Period]:
        """Return the months one may read as of, ascending.

        These are the as-of months of the loads, and every month with postings up to the newest of them.
        """
        loaded = self._loaded_months()
        if not loaded:
            return []
        booked = [month for month in self._booked_months() if month <= max(loaded)]
        return sorted({*loaded, *booked})

    def batches(self) -> pd.DataFrame:
        """Return one row per stored file: load_no, batch, loaded_at, user, as_of (month), kind, file_name, sha256,
        profile, rows_read, rows_stored, rows_rejected."""
        with self._served.cursor() as found:
            if found is None:
                return pd.DataFrame(columns=list(_BATCH_COLUMNS))
            frame = found[0].sql(
                "SELECT load_no, batch, loaded_at, loaded_by AS user, as_of::TIMESTAMP AS as_of, kind, file_name, "
                "sha256, profile, rows_read, rows_stored, rows_rejected "
                f"FROM {STORE}.load JOIN {STORE}.batch USING (load_no) ORDER BY load_no, batch"
            ).to_arrow_table().to_pandas()  # fmt: skip
        return frame.assign(as_of=frame["as_of"].dt.to_period("M"))

    def read(self, as_of: pd.Period) -> Dataset:
        """Return what is known at an as-of month, reconstructed where only later loads cover it.

        `data_id` hashes the visible contents: not the order of rows, file names, load numbers or times, and not the
        as-of month itself. Equal contents come in equal order, so that sums are equal to the last bit.
        """
        with self._served.cursor() as found:
            if found is None:
                return _nothing_known(as_of)
            cursor, identity = found
            return self._datasets.get((identity, as_of), lambda: reading.read(cursor, as_of))

    def read_back(self, as_of: pd.Period, at: pd.Period) -> Dataset:
        """Return what of the month `as_of` was known at an earlier month, by the rule of reconstruction.

        It is a function of what `as_of` shows, so it has no `data_id` of its own; nothing of it is kept.
        """
        with self._served.cursor() as found:
            return reading.read_back(found[0], as_of, at) if found else _nothing_known(at)

    def snapshot_before(self, as_of: pd.Period) -> tuple[pd.Period, pd.DataFrame] | None:
        """Return the month and the interventions of the extract that the one read at an as-of month took the place of.

        None where there is none, or where the month's own is reconstructed.
        """
        return self._once(f"snapshot before {as_of}", lambda connection: reading.snapshot_before(connection, as_of))

    def notes(self, as_of: pd.Period) -> tuple[str, ...]:
        """Return Danish sentences on what the reconstruction of an as-of month had to assume."""
        with self._served.cursor() as found:
            count = reading.undated_budget(found[0], as_of) if found else 0
        return (_UNDATED.format(count=count),) if count else ()

    def _loaded_months(self) -> list[pd.Period]:
        return [pd.Period(as_of, "M") for (as_of,) in self._query(f"SELECT DISTINCT as_of FROM {STORE}.load")]

    def _booked_months(self) -> list[pd.Period]:
        rows = self._query(f"SELECT DISTINCT year, part::INTEGER FROM {STORE}.scope WHERE kind = 'postings'")
        return [pd.Period(year=year, month=period, freq="M") for year, period in rows if period < SUPPLEMENT]

    def _query(self, sql: str) -> list[tuple]:
        return self._once(sql, lambda connection: connection.execute(sql).fetchall()) or []

    def _once(self, what: str, ask: Callable[[duckdb.DuckDBPyConnection], Answer]) -> Answer | None:
        """Ask once for each identity of the store, None where there is none: a page asks the same a dozen times."""
        with self._served.cursor() as found:
            if found is None:
                return None
            identity, known = self._answers
            if identity != found[1]:
                known = {}
                self._answers = (found[1], known)
            if what not in known:
                known[what] = ask(found[0])
            answer: Answer = known[what]
            return answer

    def _upgrade(self) -> None:
        """Bring a store of an older schema up to date, the way everything is written."""
        with swap.building(self.path, self._lock_wait) as build:
            with changing(build, self.path) as connection:
                writing.seal(connection)
            writing.verify(build, {}, None)
            swap.publish(build, self.path)

    def _log(self, user: str, at: datetime, what: str, **counts: object) -> None:
        append_audit(self.path, user=user, at=at, what=what, **counts)


def _data_identity(connection: duckdb.DuckDBPyConnection) -> str:
    every = sorted(reading.versions(connection), key=lambda version: version.load_no)
    newest = {(*version.scope, version.as_of): version.content for version in every}
    return data_id(newest.items())


def _nothing_known(as_of: pd.Period) -> Dataset:
    tables = {kind: empty_table(kind) for kind in COLUMNS}
    return Dataset(as_of=as_of, data_id=data_id([]), **tables)
