"""Signed spells, and what they add up to: volume, kroner and refund by path and month.

A scenario is the difference between spells that are taken away (negative weight) and spells that come instead. Each is
an interval on the clock; only the months it touches are looked at.
"""

from dataclasses import dataclass, fields

import numpy as np

from cockpit.domain.refund import RefundByMonth

GROWN, LISTED, INDEXED = range(3)  # how a price runs on: as a recent start, as a spell on record, by the index alone


@dataclass(frozen=True)
class Spells:
    """Weighted spells, all shape (n,).

    path, kind: as in the recording; begins, ends: interval on the clock; weight: how much of a child, negative where
    it is taken away; price: kr. per whole month at the as-of month's prices, `run` says how it grows; curve: row of
    the recording's `curves` for LISTED ones; other: row of `others`, -1 for none.
    """

    path: np.ndarray
    kind: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    weight: np.ndarray
    price: np.ndarray
    run: np.ndarray
    curve: np.ndarray
    other: np.ndarray

    def __len__(self) -> int:
        return len(self.path)


def joined(parts: list[Spells]) -> Spells:
    """All spells in one."""
    return Spells(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Spells)))


@dataclass(frozen=True)
class Tables:
    """What prices spells month by month.

    growth: (3, blocks, kinds, m), by how a price runs on; block: of each path; curves, others: see the recording;
    refund: the dated rule of each month.
    """

    growth: np.ndarray
    block: np.ndarray
    curves: np.ndarray
    others: np.ndarray
    refund: RefundByMonth

    @property
    def shape(self) -> tuple[int, int, int]:
        """Paths, kinds and months."""
        return len(self.block), *self.growth.shape[2:]


@dataclass(frozen=True)
class Cells:
    """One entry per spell and month it is in force in: what it is, how much of it, kr. of a whole child, the child's
    other expense."""

    path: np.ndarray
    kind: np.ndarray
    month: np.ndarray
    part: np.ndarray
    weight: np.ndarray
    money: np.ndarray
    other: np.ndarray


def cells_of(spells: Spells, tables: Tables) -> Cells:
    """Spread spells over the months they are in force in."""
    n_months = tables.shape[2]
    begins, ends = np.maximum(spells.begins, 0.0), np.minimum(spells.ends, n_months)
    first = np.floor(begins).astype(np.int64)
    length = np.where(ends > begins, np.ceil(ends).astype(np.int64) - first, 0)
    at = np.repeat(np.arange(len(spells)), length)
    month = np.arange(len(at)) - np.repeat(np.cumsum(length) - length, length) + first[at]
    part = np.minimum(ends[at], month + 1) - np.maximum(begins[at], month)
    return Cells(
        path=spells.path[at],
        kind=spells.kind[at],
        month=month,
        part=part,
        weight=spells.weight[at],
        money=part * _price(spells, at, month, tables),
        other=_other(spells.other[at], month, tables.others),
    )


def _price(spells: Spells, at: np.ndarray, month: np.ndarray, tables: Tables) -> np.ndarray:
    """Kr. per whole month of each cell."""
    _, blocks, kinds, n_months = tables.growth.shape
    row = (spells.run.astype(np.int64) * blocks + tables.block[spells.path]) * kinds + spells.kind
    price = spells.price[at]
    listed = np.flatnonzero((spells.run == LISTED)[at])
    price[listed] = tables.curves[spells.curve[at[listed]], month[listed]]
    return price * tables.growth.ravel()[(row * n_months)[at] + month]


def _other(row: np.ndarray, month: np.ndarray, others: np.ndarray) -> np.ndarray:
    expense = np.zeros(len(row))
    some = np.flatnonzero(row >= 0)
    expense[some] = others[row[some], month[some]]
    return expense


def volume(cells: Cells, tables: Tables) -> np.ndarray:
    """Person-months by type and month, mean over the paths, shape (kinds, m)."""
    return _by_kind(cells, cells.weight * cells.part, tables)


def cost_by_kind(cells: Cells, tables: Tables) -> np.ndarray:
    """Gross kr. by type and month, mean over the paths, shape (kinds, m)."""
    return _by_kind(cells, cells.weight * cells.money, tables)


def _by_kind(cells: Cells, values: np.ndarray, tables: Tables) -> np.ndarray:
    n_paths, kinds, n_months = tables.shape
    total = np.bincount(cells.kind * n_months + cells.month, values, minlength=kinds * n_months)
    return total.reshape(kinds, n_months) / n_paths


def by_path(cells: Cells, values: np.ndarray, tables: Tables) -> np.ndarray:
    """Sum of values by path and month, shape (n_paths, m)."""
    n_paths, _, n_months = tables.shape
    at = cells.path.astype(np.int64) * n_months + cells.month
    return np.bincount(at, values, minlength=n_paths * n_months).reshape(n_paths, n_months)


def refund(cells: Cells, tables: Tables) -> np.ndarray:
    """Refund by path and month, kr., shape (n_paths, m).

    What a spell gives is what it lifts its child's refund by, beside what the child costs anyway.
    """
    limit = tables.refund.limits[cells.month, 0]
    dear = np.flatnonzero(cells.money + cells.other > limit)
    month, other = cells.month[dear], cells.other[dear]
    rule = tables.refund
    lifted = rule.refund(cells.money[dear] + other, month) - rule.refund(other, month)
    values = np.zeros(len(cells.path))
    values[dear] = cells.weight[dear] * lifted
    return by_path(cells, values, tables)
