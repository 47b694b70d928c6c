"""Signed spells, and what they add up to: volume, kroner and refund by path and month.

A scenario is the difference between spells that are taken away (negative weight) and spells that come instead. Each is
an interval on the clock; only the months it touches are looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from cockpit.domain.refund import RefundByMonth

GROWN, LISTED, INDEXED = range(3)  # how a price runs on: as a recent start, as a spell on record, by the index alone


@dataclass(frozen=True)
class Spells:
    """Weighted spells, all shape (n,).

    path, kind: as in the recording; begins, ends: interval on the clock; weight: how much of a child, negative where
    it is taken away; price: kr. per whole month at the as-of month's prices, `run` says how it grows; curve: row of
    the recording's `curves` for LISTED ones; child: row of `children`, -1 for a child with nothing else.
    """

    path: np.ndarray
    kind: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    weight: np.ndarray
    price: np.ndarray
    run: np.ndarray
    curve: np.ndarray
    child: np.ndarray

    def __len__(self) -> int:
        return len(self.path)


def taken(spells: Spells, chosen: np.ndarray) -> Spells:
    """Some of the spells."""
    return Spells(*(getattr(spells, one.name)[chosen] for one in fields(Spells)))


def joined(parts: list[Spells]) -> Spells:
    """All spells in one."""
    return Spells(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Spells)))


@dataclass(frozen=True)
class Tables:
    """What prices spells month by month.

    growth: (3, blocks, kinds, m), by how a price runs on; block: of each path; curves, children: see the recording;
    refund: the dated rule of each month.
    """

    growth: np.ndarray
    block: np.ndarray
    curves: np.ndarray
    children: np.ndarray
    refund: RefundByMonth

    @property
    def shape(self) -> tuple[int, int, int]:
        """Paths, kinds and months."""
        return len(self.block), *self.growth.shape[2:]


@dataclass(frozen=True)
class Cells:
    """One entry per spell and month it is in force in: what it is, how much of it, kr. of a whole child, and the row of
    `children` of a child with something else, -1 for others."""

    path: np.ndarray
    kind: np.ndarray
    month: np.ndarray
    part: np.ndarray
    weight: np.ndarray
    money: np.ndarray
    child: np.ndarray


def cells_of(spells: Spells, tables: Tables) -> Cells:
    """Spread spells over the months they are in force in."""
    n_months = tables.shape[2]
    begins, ends = np.maximum(spells.begins, 0.0), np.minimum(spells.ends, n_months)
    first = np.floor(begins).astype(np.int64)
    length = np.where(ends > begins, np.ceil(ends).astype(np.int64) - first, 0)
    at = np.repeat(np.arange(len(spells)), length)
    month = np.arange(len(at)) - np.repeat(np.cumsum(length) - length - first, length)
    part = _parts(begins, ends, first, length, month)
    return Cells(
        path=spells.path[at],
        kind=spells.kind[at],
        month=month,
        part=part,
        weight=spells.weight[at],
        money=part * _price(spells, at, month, tables),
        child=spells.child[at],
    )


def _parts(
    begins: np.ndarray, ends: np.ndarray, first: np.ndarray, length: np.ndarray, month: np.ndarray
) -> np.ndarray:
    """Share of each month in force: whole but for the month of begin and that of end."""
    part = np.ones(len(month))
    some = length > 0
    last = np.cumsum(length)[some] - 1
    part[last] = ends[some] - month[last]
    part[last - length[some] + 1] -= begins[some] - first[some]
    return part


def _price(spells: Spells, at: np.ndarray, month: np.ndarray, tables: Tables) -> np.ndarray:
    """Kr. per whole month of each cell."""
    _, blocks, kinds, n_months = tables.growth.shape
    row = (spells.run.astype(np.int64) * blocks + tables.block[spells.path]) * kinds + spells.kind
    price = spells.price[at]
    listed = np.flatnonzero((spells.run == LISTED)[at])
    price[listed] = tables.curves[spells.curve[at[listed]], month[listed]]
    return price * tables.growth.ravel()[(row * n_months)[at] + month]


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


def refund(parts: Sequence[Cells], tables: Tables) -> np.ndarray:
    """Refund by path and month, kr., shape (n_paths, m): what all cells together lift it by."""
    return sum(refund_of_one(part, tables) for part in parts) + refund_of_several(parts, tables)


def refund_of_one(cells: Cells, tables: Tables) -> np.ndarray:
    """The refund of children with nothing else, who cost what their cell costs, (n_paths, m)."""
    dear = np.flatnonzero((cells.money > tables.refund.limits[cells.month, 0]) & (cells.child < 0))
    values = np.zeros(len(cells.path))
    values[dear] = cells.weight[dear] * tables.refund.refund(cells.money[dear], cells.month[dear])
    return by_path(cells, values, tables)


def refund_of_several(parts: Sequence[Cells], tables: Tables) -> np.ndarray:
    """What children with several expenses are refunded for all of them together, less what they were, (n_paths, m).

    Two of a child's spells that both change belong to one another, so all that changes must be given at once.
    """
    n_paths, _, n_months = tables.shape
    shared = [(part, np.flatnonzero(part.child >= 0)) for part in parts]
    path, month, child = (
        np.concatenate([getattr(part, name)[some] for part, some in shared]) for name in ("path", "month", "child")
    )
    money = np.concatenate([part.weight[some] * part.money[some] for part, some in shared])
    key, first, place = np.unique(child * n_months + month, return_index=True, return_inverse=True)
    before = tables.children.ravel()[key]
    # Parts of children may add up to a little less than nothing.
    after = np.maximum(before + np.bincount(place, money, minlength=len(key)), 0.0)
    lifted = np.zeros((n_paths, n_months))
    at = (path[first], month[first])
    np.add.at(lifted, at, tables.refund.refund(after, at[1]) - tables.refund.refund(before, at[1]))
    return lifted
