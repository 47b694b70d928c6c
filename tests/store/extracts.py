"""Small extracts as the intake hands them to the store, and what a store answers, in plain Python."""

import hashlib
from collections import Counter
from datetime import datetime

import pandas as pd

from cockpit.domain.dataset import COLUMNS, Dataset
from cockpit.intake import CheckedTable
from cockpit.store import LoadResult, Store
from tests.tables import table

NOON = datetime.fromisoformat("2026-02-03T12:00:00")  # wall clock of whoever loads


def extract(kind: str, *rows: dict, name: str | None = None) -> CheckedTable:
    """One checked file; files with the same rows in the same order have the same SHA-256."""
    frame = table(kind, *rows).assign(row=range(2, len(rows) + 2))
    sha256 = hashlib.sha256(f"{kind}{frame.to_csv()}".encode()).hexdigest()
    return CheckedTable(kind, name or f"{kind}.csv", sha256, frame, rows_read=len(rows), rows_rejected=0)


def ledger(*rows: tuple[str, str, float], name: str | None = None) -> CheckedTable:
    """A ledger file of (period `2025-03`, account, amount)."""
    return extract(
        "postings",
        *(
            {"year": int(period[:4]), "period": int(period[5:]), "account": account, "amount": amount}
            for period, account, amount in rows
        ),
        name=name,
    )


def spell(spell_id: str, start: str, **more: object) -> dict:
    """A row of interventions whose child is named after the spell."""
    return {"spell_id": spell_id, "citizen": f"barn-{spell_id}", "start": start, **more}


def load(store: Store, as_of: str, *tables: CheckedTable, at: datetime = NOON) -> LoadResult:
    return store.load(tables, as_of=pd.Period(as_of, "M"), user="kim", at=at)


def read(store: Store, as_of: str) -> Dataset:
    return store.read(pd.Period(as_of, "M"))


def rows_of(frame: pd.DataFrame, *columns: str) -> Counter:
    """The rows of a frame whatever their order, absent values as None."""
    kept = frame[list(columns)] if columns else frame
    return Counter(tuple(None if pd.isna(v) else v for v in row) for row in kept.itertuples(index=False))


def assert_same(left: Dataset, right: Dataset) -> None:
    """Two readings agree in every table, and say so by their `data_id`."""
    for kind in COLUMNS:
        pd.testing.assert_frame_equal(getattr(left, kind), getattr(right, kind))
    assert left.data_id == right.data_id
