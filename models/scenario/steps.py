"""What each kind of lever does to the spells: avert, shorten, step down, and what grows instead."""

from dataclasses import replace

import numpy as np

from cockpit.domain.levers import Avert, BringHome, Lever, Shorten, StepDown, Substitute
from models.scenario.base import ScenarioBase
from models.scenario.operational_time import OperationalTime
from models.scenario.ranges import chance_of, draws
from models.scenario.spells import GROWN, INDEXED, Spells, by_path, cells_of
from models.scenario.stage import Family, State, carried, in_turn, with_copies

MONTHS = 12
JUST_BEFORE = 1.0  # months before the 18th birthday from which a successor is aftercare
NOBODY = 1e-9
LOOKED_AT_FIRST = 10  # children per path beside those that are to be moved


class Steps:
    """The steps on one family of spells; each returns a new state."""

    def __init__(self, base: ScenarioBase, family: Family, start_of: dict, profile_of: dict) -> None:
        """`start_of` and `profile_of`: position of the first month, and the effect by month, of each lever."""
        self._base, self._family = base, family
        self._start, self._profile = start_of, profile_of

    def avert(self, state: State, lever: Avert) -> State:
        """Take away new spells so that the mean over the paths is exactly what is wanted in each month.

        New spells of the month are ranked by chance / the path's own value; the first ones go, the last of them in
        part. So paths with a larger value lose more, and where a path has no more to lose, others do.
        """
        value = draws(lever, self._base.n_paths, self._base.seed)
        pool, month = self._new_spells(state, lever, value)
        wanted = lever.value * lever.strength * self._profile[lever] * self._base.n_paths
        left = state.weight[pool]
        taken = np.clip(wanted[month] - _before_in_group(left, month), 0.0, left)
        got = np.bincount(month, taken, minlength=len(wanted))
        factor = np.ones(len(state.weight))
        factor[pool] = np.divide(left - taken, left, out=np.ones(len(left)), where=left > NOBODY)
        after = state.weight * carried(state, factor)
        ahead = np.arange(len(wanted)) > self._base.now
        changed = state.change(
            weight=after,
            averted=(*state.averted, (pool, taken)),
            short=_shortfall(state, lever, wanted[ahead].sum(), got[ahead].sum(), self._base.n_paths),
        )
        changed = self._at_entered_price(changed, lever, pool, taken)
        return self._postponed(changed, lever, state.weight - after)

    def _new_spells(self, state: State, lever: Avert, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """New spells of the type and ages that begin in a month with an effect, by month and rank, and that month."""
        base, recorded = self._base, len(self._family.chosen)
        copies = np.arange(recorded, len(state.weight))
        rows = np.concatenate([self._family.new, copies[base.fresh[self._family.chosen[state.origin[copies]]]]])
        at, month = self._family.chosen[state.origin[rows]], np.floor(state.begins[rows]).astype(np.int64)
        inside = (base.recording.kind[at] == base.types.index(lever.type)) & (month < len(base.months))
        inside[inside] = self._profile[lever][month[inside]] > 0
        inside &= (state.weight[rows] > NOBODY) & _of_age(lever, base, base.recording.adult[at], state.begins[rows])
        rows, at, month = rows[inside], at[inside], month[inside]
        if np.ptp(value) == 0 and not len(copies):
            return rows, month
        score = base.chance[0][at] / np.maximum(value[base.recording.path[at]], NOBODY)
        order = np.lexsort((score, month))
        return rows[order], month[order]

    def _at_entered_price(self, state: State, lever: Avert, pool: np.ndarray, taken: np.ndarray) -> State:
        """Where a price is entered, the averted spell counts at it and not at what was recorded."""
        if lever.price is None:
            return state
        some = np.flatnonzero(taken > 0)
        averted = self._now(state, pool[some], taken[some])
        entered = self.priced(replace(averted, weight=-averted.weight), lever.price, lever)
        # The postponed come back as they were recorded; the averted among them cost what is entered then, too.
        begins, ends = self._later(state, lever, pool[some])
        back = replace(averted, begins=begins, ends=ends, weight=-taken[some] * lever.postponed_share)
        again = self.priced(replace(back, weight=-back.weight), lever.price, lever)
        return state.change(extra=(*state.extra, averted, entered, *((back, again) if lever.postponed_share else ())))

    def _later(self, state: State, lever: Avert, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """When postponed spells begin and end; nobody under age is kept past the 18th birthday by it."""
        adult = self._base.recording.adult[self._family.chosen[state.origin[rows]]]
        begins, ends = (
            np.minimum(time + lever.postponed_months, np.maximum(time, adult))
            for time in (state.begins[rows], state.ends[rows])
        )
        return begins, ends

    def _postponed(self, state: State, lever: Avert, lost: np.ndarray) -> State:
        """A share of what was averted comes after all, later."""
        some = np.flatnonzero(lost > NOBODY)
        if not lever.postponed_share or not len(some):
            return state
        return with_copies(state, some, lost[some] * lever.postponed_share, *self._later(state, lever, some))

    def shorten(self, state: State, lever: Shorten) -> State:
        """Let a month use up more than a month of the remaining stay; what continues it begins earlier.

        Aftercare falls away where the stay before it now ends under age.
        """
        base, family = self._base, self._family
        at = family.chosen[state.origin]
        kind = base.recording.kind[at] == base.types.index(lever.type)
        begins, ends, weight = state.begins.copy(), state.ends.copy(), state.weight.copy()
        earlier = np.zeros(len(begins))
        first = np.flatnonzero(state.source < 0)
        clock = OperationalTime(self._rate(lever), self._start[lever])
        for group in (first, *state.generations):
            before = earlier[state.source[group]] if group is not first else np.zeros(len(group))
            adult = base.recording.adult[at[group]] - JUST_BEFORE
            gone = (before > 0) & (begins[group] >= adult) & (begins[group] - before < adult)
            if group is not first:
                gone |= (weight[state.source[group]] == 0) & (before > 0)
            weight[group[gone]] = 0.0
            begins[group] -= before
            ends[group] -= before
            own = group[kind[group]]
            own = own[_of_age(lever, base, base.recording.adult[at[own]], np.maximum(begins[own], clock.start))]
            sooner = clock.end(begins[own], ends[own], base.recording.path[at[own]])
            earlier[group] = before
            earlier[own] += ends[own] - sooner
            ends[own] = sooner
        return state.change(weight=weight, begins=begins, ends=ends)

    def _rate(self, lever: Shorten) -> np.ndarray:
        """Months of the remaining stay used up per month, (1 or n_paths, m)."""
        value = draws(lever, self._base.n_paths, self._base.seed)
        share = np.unique(value) if np.ptp(value) == 0 else value
        return 1 / (1 - np.clip(share * lever.strength, 0.0, 0.95)[:, None] * self._profile[lever])

    def step_down(self, state: State, lever: StepDown, moved: dict[int, np.ndarray]) -> State:
        """Move children, path by path, as far as there are that many; they keep their remaining stay.

        Children on record today are moved before children that nobody knows yet.

        Args:
            lever: how many in all by each month is its children x the profile.
            moved: by type code, how much of each spell earlier levers have moved; added to.
        """
        base = self._base
        kind = base.types.index(lever.from_type)
        profile = self._profile[lever]
        begin = max(base.now + 1, self._start[lever])
        months = np.unique(np.maximum(np.flatnonzero(np.diff(profile, prepend=0.0) > 0), begin))
        months = months[months < len(profile)]
        gone = moved.setdefault(kind, np.zeros(len(state.weight)))
        whole, when = self._whole(lever, draws(lever, base.n_paths, base.seed) * lever.strength)
        rows, path = self._in_turn(state, kind, months)
        # Most paths find their children among the first in turn; only where one does not, all are looked at.
        few = _place_in_group(path) < whole.max(initial=0) + LOOKED_AT_FIRST
        for chosen in (few, np.ones(len(rows), dtype=bool)):
            taken = gone.copy()
            parts: list[tuple[Spells, Spells]] = []
            left = np.zeros(base.n_paths)
            for month in months:
                left = self._take(state, lever, int(month), (rows[chosen], path[chosen]), (whole, when), taken, parts)
            if not left.any():
                break
        gone[:] = taken
        extra = tuple(spells for pair in parts for spells in pair)
        wanted = float(whole.sum()) if len(months) else 0.0
        short = _shortfall(state, lever, wanted, wanted - float(left.sum()), base.n_paths)
        return state.change(extra=(*state.extra, *extra), short=short)

    def _whole(self, lever: StepDown | BringHome, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """How many children each path moves in all, and where in its month's share it moves them, (n_paths,) each.

        Whole children, as many over all paths as what is wanted adds up to. The two chances are apart: were they one,
        a path that is rounded up would also move its children first.
        """
        n = self._base.n_paths
        even = (np.arange(n) + 0.5) / n
        turn, when = (chance_of(lever, self._base.seed + room).permutation(even) for room in (1, 2))
        wish = wanted + turn
        whole = np.floor(wish)
        lacking = round(float((wish - turn).sum() - whole.sum()))
        nearest = np.argsort(whole - wish if lacking > 0 else wish - whole, kind="stable")
        nearest = nearest[: abs(lacking)] if lacking > 0 else nearest[whole[nearest] > 0][: abs(lacking)]
        whole[nearest] += np.sign(lacking)
        return whole, when

    def _in_turn(self, state: State, kind: int, months: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Spells of a type that are in force in some of the months, in the order they are moved, and their paths."""
        base = self._base
        if not len(months):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        family = self._family
        kinds = base.recording.kind[family.chosen[state.origin]]
        inside = (kinds == kind) & (state.weight > NOBODY) & (state.begins <= months[-1]) & (state.ends > months[0])
        if len(inside) == len(family.queue):
            rows = family.queue[inside[family.queue]]
        else:
            some = np.flatnonzero(inside)
            rows = some[in_turn(base, family.chosen[state.origin[some]])]
        return rows, base.recording.path[family.chosen[state.origin[rows]]]

    def _take(
        self,
        state: State,
        lever: StepDown,
        month: int,
        queue: tuple[np.ndarray, np.ndarray],
        wish: tuple[np.ndarray, np.ndarray],
        taken: np.ndarray,
        parts: list[tuple[Spells, Spells]],
    ) -> np.ndarray:
        """Move the children that are due by a month; returns how many each path still lacks."""
        rows, path = queue
        whole, when = wish
        due = self._by_now(lever, whole, when, month) - self._done(parts)
        left = np.where(self._eligible(state, rows, lever, month), state.weight[rows] - taken[rows], 0.0)
        now = np.clip(due[path] - _before_in_group(left, path), 0.0, left)
        some = np.flatnonzero(now > NOBODY)
        taken[rows[some]] += now[some]
        if len(some):
            parts.append(self._moved(state, rows[some], now[some], month, lever))
        return due - np.bincount(path, now, minlength=len(due))

    def _done(self, parts: list[tuple[Spells, Spells]]) -> np.ndarray:
        """How many children each path has moved so far, (n_paths,)."""
        arrived = [(after.path, after.weight) for _, after in parts]
        total = np.zeros(self._base.n_paths)
        for path, weight in arrived:
            total += np.bincount(path, weight, minlength=len(total))
        return total

    def _eligible(self, state: State, rows: np.ndarray, lever: StepDown | BringHome, month: int) -> np.ndarray:
        """In force at the month's first day and of the right age."""
        inside = (state.begins[rows] <= month) & (state.ends[rows] > month)
        some = np.flatnonzero(inside)
        adult = self._base.recording.adult[self._family.chosen[state.origin[rows[some]]]]
        inside[some] = _of_age(lever, self._base, adult, np.full(len(some), float(month)))
        return inside

    def _moved(
        self, state: State, rows: np.ndarray, weight: np.ndarray, month: int, lever: StepDown
    ) -> tuple[Spells, Spells]:
        """The rest of the stay, taken away in the one type and put in the other."""
        stay = replace(self._now(state, rows, weight), begins=np.full(len(rows), float(month)))
        arrived = self._as_type(stay, lever.to_type, lever.price, lever, self._family.chosen[state.origin[rows]])
        return replace(stay, weight=-weight), arrived

    def bring_home(self, state: State, lever: BringHome, moved: dict[int, np.ndarray]) -> State:
        """Fill own places month by month, path by path, as long as there are children; empty places cost, too.

        A child that an earlier lever moves away is left to it. Otherwise as in `step_down`.
        """
        base = self._base
        kind = base.types.index(lever.from_type)
        gone = moved.setdefault(kind, np.zeros(len(state.weight)))
        whole, when = self._whole(lever, draws(lever, base.n_paths, base.seed) * lever.places)
        months = np.arange(max(base.now + 1, self._start[lever]), len(base.months))
        months = months[self._profile[lever][months] > 0]
        rows, path = self._in_turn(state, kind, months)
        weight = state.weight[rows] - gone[rows]
        entry = np.full(len(rows), np.inf)
        for month in months:
            present = np.flatnonzero((state.begins[rows] <= month) & (state.ends[rows] > month) & (weight > NOBODY))
            home = present[entry[present] < np.inf]
            free = self._by_now(lever, whole, when, month) - np.bincount(path[home], weight[home], base.n_paths)
            waiting = present[(entry[present] == np.inf) & (free[path[present]] > NOBODY)]
            waiting = waiting[self._eligible(state, rows[waiting], lever, month)]
            before = _before_in_group(weight[waiting], path[waiting])
            entry[waiting[before + weight[waiting] <= free[path[waiting]] + NOBODY]] = month
        some = np.flatnonzero(entry < np.inf)
        gone[rows[some]] += weight[some]
        stay = replace(self._now(state, rows[some], weight[some]), begins=entry[some])
        arrived = replace(stay, kind=np.full(len(stay), base.types.index(lever.to_type)))
        arrived = self.priced(arrived, lever.cost_per_place, lever)
        after = state.change(extra=(*state.extra, replace(stay, weight=-stay.weight), arrived))
        return self._empty_places(after, lever, arrived, when, months)

    def _by_now(
        self, lever: StepDown | BringHome, whole: np.ndarray | float, when: np.ndarray, month: int
    ) -> np.ndarray:
        """What of the whole has come by a month, in whole children, (n_paths,): the mean is all x effect."""
        return np.minimum(np.floor(whole * self._profile[lever][month] + when), whole)

    def _empty_places(
        self, state: State, lever: BringHome, arrived: Spells, when: np.ndarray, months: np.ndarray
    ) -> State:
        """Add what open places cost in the months, or the parts of months, in which no child has them."""
        base = self._base
        there = np.zeros((base.n_paths, len(base.months)))
        for month in months:
            there[:, month] = self._by_now(lever, float(lever.places), when, int(month))
        cells = cells_of(arrived, base.tables)
        filled = by_path(cells, cells.weight * cells.part, base.tables)
        level = lever.cost_per_place * base.index / base.index[self._first(lever)]
        kroner = (there - filled) * level * base.kroner.per_krone[base.types.index(lever.to_type)]
        short = _shortfall(state, lever, there.sum() / MONTHS, filled.sum() / MONTHS, base.n_paths)
        return state.change(empty=(*state.empty, kroner), short=short)

    def substitute(self, state: State, lever: Substitute) -> State:
        """A share of the averted children get another type, for some months or as long as the averted stay."""
        base = self._base
        value = draws(lever, base.n_paths, base.seed) * lever.strength
        parts = []
        for pool, taken in state.averted:
            at = self._family.chosen[state.origin[pool]]
            kind = base.recording.kind[at] == base.types.index(lever.instead_of)
            some = np.flatnonzero(kind & (taken > NOBODY))
            spells = self._now(state, pool[some], taken[some])
            month = np.floor(spells.begins).astype(np.int64)
            weight = spells.weight * value[spells.path] * self._profile[lever][month]
            ends = spells.ends if lever.months is None else np.minimum(spells.ends, spells.begins + lever.months)
            instead = replace(spells, weight=weight, ends=ends)
            parts.append(self._as_type(instead, lever.type, lever.price, lever, at[some]))
        return state.change(extra=(*state.extra, *parts))

    def _now(self, state: State, rows: np.ndarray, weight: np.ndarray) -> Spells:
        """Spells of the state as they stand, with another weight."""
        spells = self._base.spells(self._family.chosen[state.origin[rows]], weight)
        return replace(spells, begins=state.begins[rows], ends=state.ends[rows])

    def _as_type(
        self, spells: Spells, key: str, price: float | None, lever: StepDown | Substitute, at: np.ndarray
    ) -> Spells:
        """The same children in another type, at an entered price or each at that of a recent start."""
        base = self._base
        kind = base.types.index(key)
        other = replace(spells, kind=np.full(len(spells), kind))
        if price is not None:
            return self.priced(other, price, lever)
        donors = base.recording.donors[kind]
        picked = np.floor(base.chance[1][at] * len(donors)).astype(np.int64)
        level = base.recording.level[base.recording.block[spells.path], kind]
        return replace(other, price=donors[picked] * level, run=np.full(len(spells), GROWN))

    def _first(self, lever: Lever) -> int:
        """Position of the lever's first month as far as the clock reaches."""
        return min(max(self._start[lever], 0), len(self._base.index) - 1)

    def priced(self, spells: Spells, price: float, lever: Lever) -> Spells:
        """At a price of the level of the lever's first year, indexed from then on."""
        level = np.full(len(spells), price / self._base.index[self._first(lever)])
        return replace(spells, price=level, run=np.full(len(spells), INDEXED))


def _before_in_group(weight: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Sum of the weights before each entry within its group; groups stand together."""
    total = np.cumsum(weight) - weight
    first = np.flatnonzero(np.diff(group, prepend=-1))
    return total - np.repeat(total[first], np.diff(np.append(first, len(group))))


def _place_in_group(group: np.ndarray) -> np.ndarray:
    """Place of each entry within its group, from zero; groups stand together."""
    return _before_in_group(np.ones(len(group)), group)


def _of_age(
    lever: Avert | Shorten | StepDown | BringHome, base: ScenarioBase, adult: np.ndarray, time: np.ndarray
) -> np.ndarray:
    """Whether children are of the lever's ages, in whole years, at a time; an unknown age counts only for all ages."""
    if lever.age_from is None and lever.age_to is None:
        return np.ones(len(adult), dtype=bool)
    age = np.floor(base.adult_age + (np.floor(time) - adult) / MONTHS)
    low = 0.0 if lever.age_from is None else lever.age_from
    return (age >= low) & ((lever.age_to is None) | (age <= (lever.age_to or 0.0)))


def _shortfall(
    state: State, lever: Avert | StepDown | BringHome, wanted: float, got: float, n_paths: int
) -> tuple[tuple[Lever, float, float], ...]:
    """Add a lever that got less than it wanted, children (or years of places) per path."""
    if got >= wanted * (1 - 1e-6) - NOBODY:
        return state.short
    return (*state.short, (lever, wanted / n_paths, got / n_paths))
