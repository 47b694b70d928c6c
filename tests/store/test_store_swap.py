"""Readers never wait and never see half a load; one writer at a time; nothing but the store can be reached."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from cockpit.domain.findings import UserFault
from cockpit.store import Store
from cockpit.store.connections import open_reader
from tests.store.extracts import NOON, ledger, load, read


@contextmanager
def another_writer(path: Path) -> Iterator[None]:
    """Hold the lock that a writer holds while it builds."""
    with path.with_name(path.name + ".lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def test_a_second_writer_is_told_and_changes_nothing(store: Store) -> None:
    load(store, "2025-01", ledger(("2025-01", "1", 10.0)))
    with another_writer(store.path):
        for write in (lambda: load(store, "2025-02", ledger(("2025-02", "1", 1.0))),
                      lambda: store.undo(user="kim", at=NOON)):  # fmt: skip
            with pytest.raises(UserFault, match="En anden indlæsning er i gang"):
                write()
        assert read(store, "2025-02").postings["amount"].tolist() == [10.0]
    assert load(store, "2025-02", ledger(("2025-02", "1", 1.0))).changed


def test_a_patient_writer_waits_for_the_other(store: Store) -> None:
    """Two writers at once: both loads are in the store, one after the other."""
    patient = [Store(store.path, lock_wait=60.0) for _ in range(2)]
    files = [ledger((f"2025-0{at}", "1", float(at)), name=f"{at}.csv") for at in (1, 2)]
    pairs = zip(patient, files, strict=True)
    threads = [threading.Thread(target=load, args=(one, "2025-02", file)) for one, file in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read(store, "2025-02").postings["amount"].tolist() == [1.0, 2.0]


def test_readers_read_on_while_a_writer_swaps(store: Store) -> None:
    """Two threads read without a pause through several swaps: each reading is one whole state, and never an older one
    than the thread has seen."""
    rows = 500
    load(store, "2025-01", ledger(*[("2025-01", "1", 1.0)] * rows))
    stop, faults = threading.Event(), []

    def reader() -> None:
        seen = 1.0
        while not stop.is_set():
            amounts = set(read(store, "2025-01").postings["amount"])
            if len(amounts) != 1 or max(amounts) < seen:
                faults.append((amounts, seen))
            seen = max(amounts)

    threads = [threading.Thread(target=reader) for _ in range(2)]
    for thread in threads:
        thread.start()
    for state in (2.0, 3.0, 4.0):
        load(Store(store.path), "2025-01", ledger(*[("2025-01", "1", state)] * rows))
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert set(read(store, "2025-01").postings["amount"]) == {4.0}


def test_a_reader_at_work_keeps_its_file_through_a_swap(store: Store) -> None:
    load(store, "2025-01", ledger(("2025-01", "1", 10.0)))
    with open_reader(store.path) as connection:
        for amount in (20.0, 30.0):
            load(store, "2025-01", ledger(("2025-01", "1", amount)))
        assert connection.execute("SELECT amount FROM served.postings").fetchall() == [(10,)]


def test_another_process_writing_is_seen_at_once(store: Store) -> None:
    load(store, "2025-01", ledger(("2025-01", "1", 10.0)))
    before = store.identity()
    load(Store(store.path), "2025-01", ledger(("2025-01", "1", 11.0)))
    assert store.identity() != before
    assert read(store, "2025-01").postings["amount"].tolist() == [11.0]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/hostname'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "ATTACH '/tmp/other.duckdb'",
        "COPY (SELECT 1) TO '/tmp/out.csv'",
        "EXPORT DATABASE '/tmp/out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '64GB'",
        "DELETE FROM served.postings",
        "SELECT * FROM variable_of_this_test",
    ],
)
def test_a_reader_reaches_nothing_but_the_store(store: Store, sql: str) -> None:
    variable_of_this_test = pd.DataFrame({"secret": [1]})
    load(store, "2025-01", ledger(("2025-01", "1", 10.0)))
    with open_reader(store.path) as connection, pytest.raises(duckdb.Error):
        connection.execute(sql).fetchall()
    assert len(variable_of_this_test) == 1


def test_the_store_is_its_owners_alone(store: Store) -> None:
    load(store, "2025-01", ledger(("2025-01", "1", 10.0)))
    assert {file.name: oct(file.stat().st_mode & 0o777) for file in store.path.parent.iterdir()} == {
        "cockpit.duckdb": "0o600",
        "cockpit.duckdb.lock": "0o600",
        "cockpit.duckdb.audit.jsonl": "0o600",
    }
