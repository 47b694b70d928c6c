"""Spells of one or many futures as arrays, one entry per spell. Months are ordinals (months since January 1970)."""

from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
import pandas as pd

OPEN = np.int64(10**6)
NO_MONTH = np.int64(-1)
UNNAMED = np.int64(-1)
_LAST = 12 * 80
T = TypeVar("T", bound=Any)
DAYS = np.asarray(pd.period_range("1970-01", periods=_LAST, freq="M").days_in_month, dtype=np.int64)


@dataclass(frozen=True)
class Cases:
    """Spells, all shape (n,).

    path: which future; spell, citizen: names (UNNAMED in futures); kind: type code; latent: hidden class; birth,
    start: months; start_day: days of the start month before it; price: kr. a month now; plan: month of the expected
    end as it stands now, NO_MONTH where none is set; registered: month from which extracts show it; supplier: 0
    monthly, 1 quarterly, 2 intermunicipal; family: 1 for the first child of a family that is new to the municipality,
    0 for siblings and for who moved on; stop: month of the last day, OPEN while running; stop_day: days of it in force.
    """

    path: np.ndarray
    spell: np.ndarray
    citizen: np.ndarray
    kind: np.ndarray
    latent: np.ndarray
    birth: np.ndarray
    start: np.ndarray
    start_day: np.ndarray
    price: np.ndarray
    plan: np.ndarray
    registered: np.ndarray
    supplier: np.ndarray
    family: np.ndarray
    stop: np.ndarray
    stop_day: np.ndarray

    def __len__(self) -> int:
        return len(self.path)


def taken(table: T, chosen: np.ndarray) -> T:
    """The chosen entries of a table of arrays (mask or positions)."""
    return type(table)(*(getattr(table, field.name)[chosen] for field in fields(table)))


def joined(tables: list[T]) -> T:
    """All entries of tables of one kind behind each other."""
    return type(tables[0])(*(np.concatenate([getattr(t, f.name) for t in tables]) for f in fields(tables[0])))


def on_paths(table: T, n_paths: int) -> T:
    """Every entry of a table of one future on each of `n_paths` futures."""
    rows = np.tile(np.arange(len(table.path)), n_paths)
    many = taken(table, rows)
    values = {field.name: getattr(many, field.name) for field in fields(many)}
    return type(table)(**{**values, "path": np.repeat(np.arange(n_paths), len(table.path))})


def days_in_force(cases: Cases, month: int) -> np.ndarray:
    """Days of the month in force, shape (n,), of cases that have started and had not ended before it."""
    first = np.where(cases.start == month, cases.start_day, 0)
    last = np.where(cases.stop == month, cases.stop_day, DAYS[month])
    return last - first
