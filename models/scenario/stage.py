"""The spells that some levers can touch, as they stand after each step: weights, begins and ends, with what continues
what. Steps change copies; the recording is never touched."""

from dataclasses import dataclass, replace

import numpy as np

from cockpit.domain.levers import Lever
from models.activity.record import NONE
from models.scenario.base import ScenarioBase
from models.scenario.spells import Spells, joined


@dataclass(frozen=True)
class Family:
    """Spells of the levers' types and all that continue them, in the recording's order.

    chosen: positions in the recording, (n,); source: position within the family of the spell each continues, -1 for
    none, (n,); generations: positions of first, second ... successors; new: positions of the new
    spells that can be averted, by month of begin and by chance within it; queue: all positions path by path in the
    order children are moved in: those on record first, by chance within it.
    """

    chosen: np.ndarray
    source: np.ndarray
    generations: tuple[np.ndarray, ...]
    new: np.ndarray
    queue: np.ndarray


def in_turn(base: ScenarioBase, at: np.ndarray) -> np.ndarray:
    """Order recorded spells path by path, those on record first, by chance within it."""
    record = base.recording
    return np.lexsort((base.chance[0][at], record.curve[at] < 0, record.path[at]))


def family_of(base: ScenarioBase, kinds: tuple[int, ...]) -> Family:
    """Collect the spells of some types and their successors, successors of successors and so on."""
    record = base.recording
    inside = np.zeros(len(record), dtype=bool)
    for kind in kinds:
        inside[base.bounds[kind] : base.bounds[kind + 1]] = True
    after, before = base.continuing, record.source[base.continuing]
    while (added := inside[before] & ~inside[after]).any():
        inside[after[added]] = True
    chosen = np.flatnonzero(inside)
    place = np.full(len(record), NONE)
    place[chosen] = np.arange(len(chosen))
    source = np.where(record.source[chosen] == NONE, NONE, place[np.maximum(record.source[chosen], 0)])
    month = np.floor(record.begins[chosen])
    order = np.lexsort((base.chance[0][chosen], month))
    can_be_averted = base.fresh[chosen] & (month > base.now)
    new = order[can_be_averted[order]]
    return Family(chosen, source, _generations(source), new, in_turn(base, chosen))


def _generations(source: np.ndarray) -> tuple[np.ndarray, ...]:
    found = []
    depth = np.zeros(len(source), dtype=np.int64)
    current = np.flatnonzero(source != NONE)
    while len(current):
        deeper = depth[current] <= depth[source[current]]
        current = current[deeper]
        depth[current] = depth[source[current]] + 1
    for generation in range(1, int(depth.max(initial=0)) + 1):
        found.append(np.flatnonzero(depth == generation))
    return tuple(found)


@dataclass(frozen=True)
class State:
    """A family after some steps.

    The first spells are the recorded ones; copies (children who come later instead) follow, with `origin` the recorded
    spell each is a copy of. `extra` are signed spells that no later step looks at.

    Attributes:
        weight: how much of each is left, (k,); begins, ends: where it stands now, (k,).
        origin: position in the family, (k,); source: as in the family, among these spells, (k,).
        generations: as in the family.
        averted: positions and the weight taken away of what was averted, lever by lever.
        short: what a step wanted and got, where it got less: (lever, wanted, got), children per path.
        empty: kr. of own places that stand empty, lever by lever, (n_paths, m).
    """

    weight: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    origin: np.ndarray
    source: np.ndarray
    generations: tuple[np.ndarray, ...]
    extra: tuple[Spells, ...] = ()
    averted: tuple[tuple[np.ndarray, np.ndarray], ...] = ()
    short: tuple[tuple[Lever, float, float], ...] = ()
    empty: tuple[np.ndarray, ...] = ()

    def change(self, **changes: object) -> "State":
        """The state with some things changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


def untouched(base: ScenarioBase, family: Family) -> State:
    """The family as recorded."""
    record, n = base.recording, len(family.chosen)
    return State(
        weight=np.ones(n),
        begins=record.begins[family.chosen],
        ends=record.ends[family.chosen],
        origin=np.arange(n),
        source=family.source,
        generations=family.generations,
    )


def with_copies(state: State, chosen: np.ndarray, weight: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> State:
    """Add copies of some spells, which continue each other as the originals do."""
    n = len(state.weight)
    place = np.full(n, NONE)
    place[chosen] = n + np.arange(len(chosen))
    source = np.where(state.source[chosen] == NONE, NONE, place[np.maximum(state.source[chosen], 0)])
    all_sources = np.concatenate([state.source, source])
    return state.change(
        weight=np.concatenate([state.weight, weight]),
        begins=np.concatenate([state.begins, begins]),
        ends=np.concatenate([state.ends, ends]),
        origin=np.concatenate([state.origin, state.origin[chosen]]),
        source=all_sources,
        generations=_generations(all_sources),
    )


def carried(state: State, factor: np.ndarray) -> np.ndarray:
    """Let a factor on spells hold for all that continue them, (k,)."""
    whole = factor.copy()
    for generation in state.generations:
        whole[generation] *= whole[state.source[generation]]
    return whole


def difference(base: ScenarioBase, family: Family, state: State) -> Spells:
    """What the state takes away and puts instead, as signed spells; months that do not change are left out."""
    n = len(family.chosen)
    recorded = base.recording
    before = np.where(np.arange(len(state.weight)) < n, 1.0, 0.0)
    at = family.chosen[state.origin]
    begins, ends = recorded.begins[at], recorded.ends[at]
    moved = (state.begins != begins) | (state.ends != ends)
    thinned = np.flatnonzero(~moved & (state.weight != before))
    shifted = np.flatnonzero(moved)
    # A stay that only ends earlier is the same up to the month in which it does.
    only_end = (state.begins == begins) & (state.weight == before)
    same_to = np.where(only_end, np.floor(np.minimum(ends, state.ends)), -np.inf)[shifted]
    old = base.spells(at[shifted], -before[shifted])
    new = base.spells(at[shifted], state.weight[shifted])
    return joined(
        [
            base.spells(at[thinned], (state.weight - before)[thinned]),
            replace(old, begins=np.maximum(old.begins, same_to)),
            replace(new, begins=np.maximum(state.begins[shifted], same_to), ends=state.ends[shifted]),
            *state.extra,
        ]
    )
