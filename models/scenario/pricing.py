"""What changed cells come to in kroner, and what a changed price of all a type's spells does."""

from dataclasses import dataclass, fields, replace

import numpy as np

from models.scenario.base import ScenarioBase
from models.scenario.spells import Cells, by_path, cells_of, cost_by_kind, refund_of_one


@dataclass(frozen=True)
class Change:
    """What some signed cells come to.

    Attributes:
        saving: ledger kr., (n_paths, m).
        refund_lost: of children with nothing else, before what the ledger makes of it, (n_paths, m).
        cost: gross activity kr. by type, mean over the paths, (types, m).
        several: the cells of children with several expenses, whose refund is a matter of all changes together.
    """

    saving: np.ndarray
    refund_lost: np.ndarray
    cost: np.ndarray
    several: Cells


def change_of(base: ScenarioBase, cells: Cells) -> Change:
    """Sum up signed cells."""
    kroner = cells.weight * cells.money * base.kroner.per_krone[cells.kind]
    return Change(
        saving=-by_path(cells, kroner, base.tables),
        refund_lost=-refund_of_one(cells, base.tables),
        cost=cost_by_kind(cells, base.tables),
        several=_some(cells, cells.child >= 0),
    )


def repriced(cells: Cells, factor: np.ndarray) -> Cells:
    """Cells at prices changed by a factor, (1 or n_paths, types, m)."""
    if (factor == 1.0).all():
        return cells
    row = cells.path if len(factor) > 1 else np.zeros(len(cells.path), dtype=np.int64)
    return replace(cells, money=cells.money * factor[row, cells.kind, cells.month])


@dataclass(frozen=True)
class PricedKind:
    """All the baseline's spells of a type in the months ahead, as far as a changed price needs them.

    Attributes:
        kind: type code. money: gross kr. by path and month, (n_paths, m).
        path, month, each: of the cells of children with nothing else, and their kr., (n,).
        several: the cells of the others.
    """

    kind: int
    money: np.ndarray
    path: np.ndarray
    month: np.ndarray
    each: np.ndarray
    several: Cells

    def at(self, base: ScenarioBase, factor: np.ndarray) -> Change:
        """What a factor on the price changes, (1 or n_paths, m)."""
        extra = self.money * (factor - 1)
        cost = np.zeros((len(base.types), extra.shape[1]))
        cost[self.kind] = extra.mean(axis=0)
        row = self.several.path if len(factor) > 1 else np.zeros(len(self.several.path), dtype=np.int64)
        change = factor[row, self.several.month] - 1
        return Change(
            saving=-extra * base.kroner.per_krone[self.kind],
            refund_lost=self._refund(base, np.ones_like(factor)) - self._refund(base, factor),
            cost=cost,
            several=replace(self.several, money=self.several.money * change),
        )

    def _refund(self, base: ScenarioBase, factor: np.ndarray) -> np.ndarray:
        row = self.path if len(factor) > 1 else np.zeros(len(self.path), dtype=np.int64)
        money = self.each * factor[row, self.month]
        dear = np.flatnonzero(money > base.refund.limits[self.month, 0])
        path, month = self.path[dear], self.month[dear]
        at = path.astype(np.int64) * self.money.shape[1] + month
        total = np.bincount(at, base.refund.refund(money[dear], month), minlength=self.money.size)
        return total.reshape(self.money.shape)


def priced_kind(base: ScenarioBase, kind: int) -> PricedKind:
    """Cost a type's spells."""
    chosen = np.arange(base.bounds[kind], base.bounds[kind + 1])
    spells = base.spells(chosen, np.ones(len(chosen)))
    cells = cells_of(replace(spells, begins=np.maximum(spells.begins, base.now + 1.0)), base.tables)
    alone = np.flatnonzero(cells.child < 0)
    return PricedKind(
        kind=kind,
        money=by_path(cells, cells.money, base.tables),
        path=cells.path[alone].astype(np.int32),
        month=cells.month[alone].astype(np.int32),
        each=cells.money[alone],
        several=_some(cells, cells.child >= 0),
    )


def _some(cells: Cells, chosen: np.ndarray) -> Cells:
    at = np.flatnonzero(chosen)
    return Cells(*(getattr(cells, one.name)[at] for one in fields(Cells)))
