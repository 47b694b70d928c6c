"""What each district takes of the activity: person-years and cost by type, district and stretch of the years.

Only stretches are kept, not months: the as-of year to the as-of month, the rest of it, and each year after it. A spell
is added by its two ends: what a curve has cumulated at its end less what it had at its beginning. Each end falls in one
stretch, where it leaves a part, and all stretches before it count whole.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cockpit.domain.district_activity import DistrictActivity
from cockpit.domain.reference import UNALLOCATED
from cockpit.domain.spells import days_in_months, days_in_year
from models.activity.clock import Clock
from models.activity.history import History


@dataclass(frozen=True)
class Districts:
    """The districts of a simulation: d codes, s stretches.

    Attributes:
        keys: names of the districts; the last code, d - 1, is for what has none and has no name here.
        edges: position of the first month of each stretch and the end of the last, (s + 1,).
        weight: person-years of a whole month in force, (m,).
    """

    keys: tuple[str, ...]
    edges: np.ndarray
    weight: np.ndarray

    @property
    def size(self) -> int:
        """Number of codes: the districts, and none."""
        return len(self.keys) + 1

    @property
    def n_stretches(self) -> int:
        """Number of stretches."""
        return len(self.edges) - 1

    @cached_property
    def stretch(self) -> np.ndarray:
        """The stretch of each month, (m,)."""
        return np.repeat(np.arange(self.n_stretches), np.diff(self.edges))

    def by_stretch(self, by_month: np.ndarray) -> np.ndarray:
        """Sum months, the last axis, into stretches."""
        return np.diff(_cumulated(by_month)[..., self.edges], axis=-1)


def find_districts(history: History, clock: Clock) -> Districts | None:
    """The districts of the interventions; None where no intervention has one."""
    if not history.districts:
        return None
    turns = np.flatnonzero(np.diff(np.asarray(clock.months.year))) + 1
    edges = np.array([0, clock.now + 1, *turns, clock.n_months])
    return Districts(history.districts, edges, days_in_months(clock.months) / days_in_year(clock.months))


@dataclass(frozen=True)
class DistrictSums:
    """Person-years and cost (kr.) on all paths, (n_paths, n_types, d, s) each, filled block by block."""

    of: Districts
    person_years: np.ndarray
    cost: np.ndarray

    @classmethod
    def zeros(cls, of: Districts, n_paths: int, n_types: int) -> "DistrictSums":
        """Start from nothing."""
        shape = (n_paths, n_types, of.size, of.n_stretches)
        return cls(of, np.zeros(shape), np.zeros(shape))

    def block(self, paths: slice) -> "DistrictSums":
        """A view of some paths."""
        return DistrictSums(self.of, self.person_years[paths], self.cost[paths])

    def result(self, types: tuple[str, ...]) -> DistrictActivity:
        """What the domain needs to know; a district without any activity in these years is left out."""
        amounts = np.abs(self.person_years).sum(axis=(0, 1, 3)) + np.abs(self.cost).sum(axis=(0, 1, 3))
        seen = [*np.flatnonzero(amounts[:-1]), self.of.size - 1]
        keys = tuple((*self.of.keys, UNALLOCATED)[code] for code in seen)
        return DistrictActivity(keys, types, self.person_years[:, :, seen].mean(axis=0), self.cost[:, :, seen])

    def add_known(self, kind: np.ndarray, district: np.ndarray, volume: np.ndarray, cost: np.ndarray) -> None:
        """Add what is the same on every path: person-months and kr. of rows by month, (n, m) each."""
        for total, by_month in ((self.person_years, volume * self.of.weight), (self.cost, cost)):
            known = np.zeros(total.shape[1:])
            np.add.at(known, (kind, district), self.of.by_stretch(by_month))
            total += known

    def add_listed(
        self, kind: np.ndarray, district: np.ndarray, begins: np.ndarray, ends: np.ndarray, price: np.ndarray
    ) -> None:
        """Add spells on record, each with its own price per month (n, m), ending differently on every path.

        Args:
            kind, district: codes, (n,) each.
            begins, ends: positions on the clock as parts of months, (n, n_paths).
            price: never negative.
        """
        order = np.lexsort((district, kind))
        key = kind[order] * self.of.size + district[order]
        first = np.flatnonzero(np.diff(key, prepend=-1))
        to = (kind[order][first], district[order][first])
        begins, ends = (np.clip(one[order], 0.0, float(self.of.edges[-1])) for one in (begins, ends))
        weight = np.broadcast_to(self.of.weight, price.shape)
        for total, by_month in ((self.person_years, weight), (self.cost, price[order])):
            # What has cumulated never falls, so what a stretch takes lies between what there was at its two edges.
            edges = _cumulated(by_month)[:, self.of.edges]
            until, since = _at_each(by_month, ends), _at_each(by_month, begins)
            for at in range(self.of.n_stretches):
                bounds = edges[:, at, None], edges[:, at + 1, None]
                inside = np.clip(until, *bounds) - np.clip(since, *bounds)
                total[:, to[0], to[1], at] += np.add.reduceat(inside, first, axis=0).T

    def add_unseen(
        self,
        where: tuple[np.ndarray, np.ndarray, np.ndarray],
        begins: np.ndarray,
        ends: np.ndarray,
        price: np.ndarray,
        growth: np.ndarray,
    ) -> None:
        """Add spells that are on no record, in force from `begins` to `ends` on the clock, (n,) each.

        Args:
            where: path, type code and code of the district, (n,) each.
            price: kr. per whole month at the prices of the as-of month, (n,). growth: of prices, (n_types, m).
        """
        path, kind, district = where
        at = np.clip(np.concatenate([ends, begins]), 0.0, float(self.of.edges[-1]))
        month = np.minimum(at.astype(np.int64), self.of.edges[-1] - 1)
        slot = np.tile(((path * len(growth) + kind) * self.of.size + district) * self.of.n_stretches, 2)
        slot += self.of.stretch.take(month)
        sign = np.repeat([1.0, -1.0], len(path))
        self.person_years[:] += self._laid_out(slot, sign, at - month, month, self.of.weight[None, :])
        place, signed = month + np.tile(kind * growth.shape[1], 2), np.concatenate([price, -price])
        self.cost[:] += self._laid_out(slot, signed, at - month, place, growth)

    def _laid_out(
        self, slot: np.ndarray, signed: np.ndarray, into: np.ndarray, place: np.ndarray, curves: np.ndarray
    ) -> np.ndarray:
        """What ends less what begins, in its own stretch in part and in those before it whole.

        Args:
            slot: position in the sums, (k,). signed: weight of each end, (k,). into: part of its month passed, (k,).
            place: position in `curves` laid flat, (k,). curves: value of a whole month, (n_types or 1, m).
        """
        first = np.repeat(_cumulated(curves)[:, self.of.edges[:-1]], np.diff(self.of.edges), axis=1)
        since = (_cumulated(curves)[:, :-1] - first).ravel()
        within = signed * (since.take(place) + into * curves.ravel().take(place))
        part, passed = (
            np.bincount(slot, weight, minlength=self.cost.size).reshape(self.cost.shape) for weight in (within, signed)
        )
        later = passed[..., ::-1].cumsum(axis=-1)[..., ::-1] - passed
        return part + later * self.of.by_stretch(curves)[None, :, None, :]


def _cumulated(by_month: np.ndarray) -> np.ndarray:
    """Cumulate months, the last axis, from zero before the first: (..., m + 1)."""
    return np.concatenate([np.zeros((*by_month.shape[:-1], 1)), by_month.cumsum(axis=-1)], axis=-1)


def _at_each(by_month: np.ndarray, at: np.ndarray) -> np.ndarray:
    """What each row, (n, m), has cumulated at positions of its own, (n, k)."""
    month = np.minimum(at.astype(np.int64), by_month.shape[1] - 1)
    whole = np.take_along_axis(_cumulated(by_month), month, axis=1)
    return whole + (at - month) * np.take_along_axis(by_month, month, axis=1)
