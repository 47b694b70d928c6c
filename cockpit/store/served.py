"""The file that is served now: its identity, and cursors on hardened connections to it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from cockpit.plumbing.files import Stamp, file_stamp
from cockpit.plumbing.recent import Recent
from cockpit.store.connections import STORE, Outdated, damage_told, open_reader

EMPTY = "empty"
# The served file and one before it; a reader that is at work keeps its own file open for as long as it needs it.
_KEPT = 2
_Open = tuple[duckdb.DuckDBPyConnection, str]  # and the identity of what it reads


class Served:
    """Hands out cursors on the newest file; safe to share between threads, each use with a cursor of its own."""

    def __init__(self, path: Path, upgrade: Callable[[], None]) -> None:
        self._path = path
        self._upgrade = upgrade
        self._open: Recent[_Open] = Recent(_KEPT)
        self._lock = threading.Lock()

    def identity(self) -> str:
        """Return the identity of what the store holds; `empty` where there is no file.

        Raises:
            UserFault: see `connections.open_reader`.
        """
        found = self._current()
        return found[1] if found else EMPTY

    @contextmanager
    def cursor(self) -> Iterator[_Open | None]:
        """Hand out a cursor and the identity of what it reads; None where there is no file.

        Raises:
            UserFault: see `connections.open_reader`.
        """
        found = self._current()
        if found is None:
            yield None
            return
        # A connection that is let go of stays open until the last of its cursors is; one that is closed takes its
        # cursors with it. So connections are never closed here, only forgotten.
        with damage_told(self._path), found[0].cursor() as cursor:
            yield cursor, found[1]

    def _current(self) -> _Open | None:
        with self._lock:
            stamp = file_stamp(self._path)
            while stamp is not None:
                if (found := self._open.find(stamp)) is not None:
                    return found
                stamp = self._open_now(stamp)
            return None

    def _open_now(self, stamp: Stamp) -> Stamp | None:
        """Open the file; it is kept under its stamp unless it was swapped meanwhile. Returns the stamp after."""
        try:
            connection = open_reader(self._path)
        except Outdated:
            self._upgrade()
            return file_stamp(self._path)
        after = file_stamp(self._path)
        if after == stamp:
            self._keep(stamp, connection)
        return after

    def _keep(self, stamp: Stamp, connection: duckdb.DuckDBPyConnection) -> None:
        with damage_told(self._path):
            found = connection.execute(f"SELECT token FROM {STORE}.identity").fetchone()
        assert found is not None
        self._open.keep(stamp, (connection, found[0]))
