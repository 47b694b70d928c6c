"""A finished file is held against what was put into it: whatever was lost on the way is found before it is served."""

from pathlib import Path

import duckdb
import pytest

from cockpit.store import Store
from cockpit.store.writing import LostOnTheWay, verify
from tests.store.extracts import ledger, load

BROUGHT = {"postings": (2, 30_25)}  # rows, and their sum in oere
LOSSES = {
    "a row": ["DELETE FROM postings WHERE account = 'A'"],
    "an oere": ["UPDATE postings SET amount = amount + 0.01 WHERE account = 'A'"],
    "what the rows should be": ["DELETE FROM chunk"],
    "all that a period points at": ["DELETE FROM chunk", "DELETE FROM postings"],
}


@pytest.fixture
def built(store: Store) -> Path:
    load(store, "2025-01", ledger(("2025-01", "A", 10.0), ("2025-01", "B", 20.25)))
    verify(store.path, BROUGHT, 1)
    return store.path


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_what_is_lost_is_found(built: Path, loss: list[str]) -> None:
    with duckdb.connect(str(built)) as connection:
        for sql in loss:
            connection.execute(sql)
        connection.execute("CHECKPOINT")
    with pytest.raises(LostOnTheWay):
        verify(built, {}, None)


@pytest.mark.parametrize("brought", [(3, 30_25), (2, 30_24)], ids=["a row more", "an oere less"])
def test_what_a_load_brought_is_counted_by_itself(built: Path, brought: tuple[int, int]) -> None:
    """A file that agrees with itself, and lacks what this load was to bring."""
    with pytest.raises(LostOnTheWay):
        verify(built, {"postings": brought}, 1)
