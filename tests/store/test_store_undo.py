"""The last load can be taken back, as if it had never been: in what is read, and in what is on the disk."""

import pytest

from cockpit.domain.findings import UserFault
from cockpit.store import Store
from tests.store.extracts import NOON, assert_same, extract, ledger, load, read, spell

SECRET = "HEMMELIG-LEVERANDOER-17"


def test_undo_gives_back_what_was_there_before(store: Store) -> None:
    first = ledger(("2025-01", "1", 10.0), ("2025-02", "1", 20.0))
    load(store, "2025-02", first, extract("interventions", spell("A", "2025-01-01")))
    before, identity = read(store, "2025-02"), store.identity()
    people = extract("population", {"year": 2025, "age": 5, "count": 1.0})
    load(store, "2025-02", ledger(("2025-02", "2", 99.0), name="fejl.csv"), people)
    assert read(store, "2025-02").data_id != before.data_id
    undone = store.undo(user="kim", at=NOON)
    assert (undone.load_no, str(undone.as_of), undone.rows) == (2, "2025-02", 2)
    assert sorted(undone.files) == ["fejl.csv", "population.csv"]
    assert_same(read(store, "2025-02"), before)
    assert store.identity() == identity
    assert set(store.batches()["load_no"]) == {1}


def test_undone_rows_are_gone_from_the_file(store: Store) -> None:
    load(store, "2025-01", extract("interventions", spell("A", "2025-01-01")))
    rows = [spell(f"S{at}", "2025-01-01", provider=f"{SECRET}-{at}") for at in range(50)]
    load(store, "2025-02", extract("interventions", *rows))
    assert SECRET.encode() in store.path.read_bytes()
    store.undo(user="kim", at=NOON)
    assert all(SECRET.encode() not in file.read_bytes() for file in store.path.parent.iterdir())


def test_rows_that_an_earlier_load_has_too_stay(store: Store) -> None:
    """The second load brings period 1 unchanged and is taken back: period 1 is the first load's as well."""
    load(store, "2025-01", ledger(("2025-01", "1", 10.0)))
    load(store, "2025-02", ledger(("2025-01", "1", 10.0), ("2025-02", "1", 20.0)))
    store.undo(user="kim", at=NOON)
    assert read(store, "2025-01").postings["amount"].tolist() == [10.0]
    assert load(store, "2025-02", ledger(("2025-02", "1", 21.0))).load_no == 2
    assert read(store, "2025-02").postings["amount"].tolist() == [10.0, 21.0]


def test_undo_to_the_bottom_empties_the_store_and_then_says_so(store: Store) -> None:
    load(store, "2025-01", ledger(("2025-01", "1", 10.0)))
    store.undo(user="kim", at=NOON)
    assert store.is_empty()
    with pytest.raises(UserFault, match="ingen indlæsning at fortryde"):
        store.undo(user="kim", at=NOON)


def test_undo_of_an_absent_store_is_the_users_fault(store: Store) -> None:
    with pytest.raises(UserFault, match="ingen indlæsning at fortryde"):
        store.undo(user="kim", at=NOON)
    assert not store.path.exists()
