"""The effect of a scenario: common random numbers over the recorded spells of the baseline, without simulating again.

Steps, always in this order whatever order the levers are written in: avert, what grows instead, shorten, step down,
price, price drift; programmes and amounts add. Only spells of the levers' own types and what continues them are looked
at, and only months that change are priced.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, fields, replace

import numpy as np

from cockpit.domain.levers import (
    Amount,
    Avert,
    Lever,
    Price,
    PriceDrift,
    Programme,
    Shorten,
    StepDown,
    Substitute,
    months_since,
)
from cockpit.domain.scenario import Scenario
from cockpit.domain.scenario_result import Effect
from models.scenario.base import ScenarioBase
from models.scenario.ranges import draws
from models.scenario.spells import (
    Cells,
    Spells,
    by_path,
    cells_of,
    cost_by_kind,
    joined,
    refund,
    refund_of_one,
    refund_of_several,
    taken,
    volume,
)
from models.scenario.stage import Family, State, difference, family_of, untouched
from models.scenario.steps import Steps

MONTHS_IN_YEAR = 12
KEPT_EFFECTS, KEPT_FAMILIES, KEPT_PRICES = 60, 12, 12  # an effect of 1.000 paths is a good megabyte
ON_SPELLS = (Avert, Substitute, Shorten, StepDown)


class ScenarioEngine:
    """Computes effects on one baseline; keeps what is asked for again."""

    def __init__(self, base: ScenarioBase) -> None:
        """`base`: the recorded baseline."""
        self.base = base
        self._effects: _Kept = _Kept(KEPT_EFFECTS)
        self._net_prices: _Kept = _Kept(KEPT_EFFECTS)
        self._families: _Kept = _Kept(KEPT_FAMILIES)
        self._priced: _Kept = _Kept(KEPT_PRICES)
        self._own_cells: _Kept = _Kept(KEPT_FAMILIES)

    def effect(self, scenario: Scenario) -> Effect:
        """The effect of all levers together."""
        key = (scenario.start, scenario.ordered)
        return self._effects.get(key, lambda: self._computed(scenario))

    def own_effect(self, scenario: Scenario, lever: Lever) -> tuple[Effect, Effect | None]:
        """The effect of one lever alone, and what to take from it: what grows instead hangs on what is averted."""
        if not isinstance(lever, Substitute):
            return self.effect(scenario.only([lever])), None
        averts = [one for one in scenario.ordered if isinstance(one, Avert)]
        return self.effect(scenario.only([*averts, lever])), self.effect(scenario.only(averts))

    def averted_net_price(self, scenario: Scenario) -> float:
        """Kr. a year that an averted child saves net of refund in the first year of full effect; NaN without any.

        Mean over the averted spells that begin in the first twelve months of full effect, each at the price of a whole
        month in its first, twelve times over.
        """
        averts = scenario.only([one for one in scenario.ordered if isinstance(one, Avert)])
        return self._net_prices.get((averts.start, averts.ordered), lambda: self._averted_net_price(averts))

    def _averted_net_price(self, scenario: Scenario) -> float:
        base = self.base
        averts = [one for one in scenario.ordered if isinstance(one, Avert)]
        averted = [self._first_months(scenario, lever) for lever in averts]
        cells = cells_of(joined(averted), base.tables) if averted else None
        if cells is None or not cells.weight.sum():
            return float("nan")
        kroner = (cells.weight * cells.money * base.kroner.per_krone[cells.kind]).sum()
        lost = refund([cells], base.tables).sum() * base.kroner.per_refund
        return float((kroner - lost) / cells.weight.sum() * MONTHS_IN_YEAR)

    def _first_months(self, scenario: Scenario, lever: Avert) -> Spells:
        """The averted spells of the first year of full effect, each in force for the whole of its first month."""
        base = self.base
        alone = scenario.only([lever])
        family, state, steps = self._staged(alone)
        pool, weight = state.averted[0]
        spells = base.spells(family.chosen[state.origin[pool]], weight)
        month = np.floor(spells.begins)
        full = int(np.argmax(self._profile(alone, lever)))
        chosen = taken(spells, (month >= full) & (month < full + MONTHS_IN_YEAR) & (weight > 0))
        if lever.price is not None:
            chosen = steps.priced(chosen, lever.price, lever)
        first = np.floor(chosen.begins)
        return replace(chosen, begins=first, ends=first + 1)

    def _computed(self, scenario: Scenario) -> Effect:
        base = self.base
        signed, averted, short = self._signed(scenario)
        factor = self._factor(scenario)
        cells = _repriced(cells_of(signed, base.tables), factor)
        changed = [self._change_of(cells)]
        for kind in np.flatnonzero((factor != 1.0).any(axis=(0, 2))):
            changed.append(self._reprice(int(kind), factor[:, kind]))
        lost = sum(one.refund_lost for one in changed) - refund_of_several([one.cells for one in changed], base.tables)
        programme, plain = self._plain(scenario)
        return Effect(
            saving=sum(one.saving for one in changed) + plain,
            programme=programme,
            refund_lost=lost * base.kroner.per_refund,
            volume=volume(cells, base.tables),
            cost=np.sum([one.cost for one in changed], axis=0),
            averted=averted,
            short=short,
        )

    def _signed(self, scenario: Scenario) -> tuple[Spells, np.ndarray, tuple[tuple[Lever, float, float], ...]]:
        """What is taken away and put instead, the children averted by type and month, and what fell short."""
        base = self.base
        averted = np.zeros((len(base.types), len(base.months)))
        if not any(isinstance(lever, ON_SPELLS) for lever in scenario.levers):
            return base.spells(np.zeros(0, dtype=np.int64), np.zeros(0)), averted, ()
        family, state, _ = self._staged(scenario)
        for pool, weight in state.averted:
            kind = base.recording.kind[family.chosen[state.origin[pool]]]
            month = np.floor(state.begins[pool]).astype(np.int64)
            np.add.at(averted, (kind, month), weight / base.n_paths)
        return difference(base, family, state), averted, state.short

    def _staged(self, scenario: Scenario) -> tuple[Family, State, Steps]:
        """The spells that the levers touch, after all steps."""
        base = self.base
        levers = [lever for lever in scenario.ordered if isinstance(lever, ON_SPELLS)]
        kinds = tuple(sorted({base.types.index(key) for lever in levers for key in _touched(lever)}))
        family = self._families.get(kinds, lambda: family_of(base, kinds))
        start = {lever: self._position(scenario, lever) for lever in levers}
        steps = Steps(base, family, start, {lever: self._profile(scenario, lever) for lever in levers})
        state = untouched(base, family)
        moved: dict[int, np.ndarray] = {}
        for lever in levers:
            if isinstance(lever, StepDown):
                state = steps.step_down(state, lever, moved)
            else:
                state = getattr(steps, lever.KIND)(state, lever)
        return family, state, steps

    def _position(self, scenario: Scenario, lever: Lever) -> int:
        """Position of the first month that it can have an effect in."""
        since = int(months_since(self.base.months[0], [lever.begins(scenario.start)])[0])
        return max(since, self.base.now + 1) if isinstance(lever, Shorten) else since

    def _profile(self, scenario: Scenario, lever: Lever) -> np.ndarray:
        return lever.profile(scenario.start, self.base.months)

    def _factor(self, scenario: Scenario) -> np.ndarray:
        """Factor on prices by path (or one for all), type and month; several levers on a type multiply."""
        base = self.base
        levers = [lever for lever in scenario.ordered if isinstance(lever, Price | PriceDrift)]
        values = {lever: draws(lever, base.n_paths, base.seed) for lever in levers}
        varied = any(np.ptp(value) > 0 for value in values.values())
        factor = np.ones((base.n_paths if varied else 1, len(base.types), len(base.months)))
        ahead = np.arange(len(base.months)) > base.now
        for lever, value in values.items():
            value = value[:, None] if varied else value[:1, None]
            kind = base.types.index(lever.type)
            if isinstance(lever, Price):
                own = 1 + value * self._profile(scenario, lever)
            else:
                since = np.maximum(months_since(lever.begins(scenario.start), base.months), 0)
                own = (1 + value) ** (since / MONTHS_IN_YEAR)
            factor[:, kind] *= np.where(ahead, own, 1.0)
        return factor

    def _change_of(self, cells: Cells) -> "_Change":
        """What signed cells come to."""
        base = self.base
        kroner = cells.weight * cells.money * base.kroner.per_krone[cells.kind]
        return _Change(
            saving=-by_path(cells, kroner, base.tables),
            refund_lost=-refund_of_one(cells, base.tables),
            cost=cost_by_kind(cells, base.tables),
            cells=_of_several(cells),
        )

    def _reprice(self, kind: int, factor: np.ndarray) -> "_Change":
        """The same of all the baseline's spells of a type, whose price changes by a factor, (1 or n_paths, m)."""
        return self._priced.get((kind, factor.tobytes()), lambda: self._reprices(kind, factor))

    def _reprices(self, kind: int, factor: np.ndarray) -> "_Change":
        base = self.base
        cells = self._own_cells.get(kind, lambda: self._cells_of_kind(kind))
        row = cells.path if len(factor) > 1 else np.zeros(len(cells.path), dtype=np.int64)
        change = factor[row, cells.month]
        raised = replace(cells, money=cells.money * change)
        extra = replace(cells, money=cells.money * (change - 1))
        return _Change(
            saving=-by_path(extra, extra.weight * extra.money, base.tables) * base.kroner.per_krone[kind],
            refund_lost=refund_of_one(cells, base.tables) - refund_of_one(raised, base.tables),
            cost=cost_by_kind(extra, base.tables),
            cells=_of_several(extra),
        )

    def _cells_of_kind(self, kind: int) -> Cells:
        """The baseline's own cells of a type in the months ahead."""
        base = self.base
        chosen = np.arange(base.bounds[kind], base.bounds[kind + 1])
        spells = base.spells(chosen, np.ones(len(chosen)))
        return cells_of(replace(spells, begins=np.maximum(spells.begins, base.now + 1.0)), base.tables)

    def _plain(self, scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
        """Programme cost, and plain savings, by path and month."""
        base = self.base
        cost, saving = (np.zeros((base.n_paths, len(base.months))) for _ in range(2))
        for lever in scenario.ordered:
            if isinstance(lever, Programme):
                per_case = draws(lever, base.n_paths, base.seed)[:, None]
                cost += per_case * lever.cases(scenario.start, base.months)
                cost += lever.fixed_cost(scenario.start, base.months)
            elif isinstance(lever, Amount):
                realised = draws(lever, base.n_paths, base.seed)[:, None]
                amount = realised * lever.by_month(scenario.start, base.months)
                cost += np.maximum(amount, 0.0)
                saving += np.maximum(-amount, 0.0)
        return cost, saving


def _touched(lever: Lever) -> tuple[str, ...]:
    """The types whose spells a lever takes away or changes."""
    if isinstance(lever, StepDown):
        return (lever.from_type,)
    return (lever.instead_of,) if isinstance(lever, Substitute) else lever.types


@dataclass(frozen=True)
class _Change:
    """What some signed cells come to: kr. saved and refund lost of children with nothing else, before what the ledger
    makes of it, (n_paths, m); gross activity kr. by type, (types, m); and the cells of children with several
    expenses, whose refund is a matter of all changes together."""

    saving: np.ndarray
    refund_lost: np.ndarray
    cost: np.ndarray
    cells: Cells


def _of_several(cells: Cells) -> Cells:
    some = np.flatnonzero(cells.child >= 0)
    return Cells(*(getattr(cells, one.name)[some] for one in fields(Cells)))


def _repriced(cells: Cells, factor: np.ndarray) -> Cells:
    """Cells at prices changed by a factor, (1 or n_paths, types, m)."""
    if (factor == 1.0).all():
        return cells
    row = cells.path if len(factor) > 1 else np.zeros(len(cells.path), dtype=np.int64)
    return replace(cells, money=cells.money * factor[row, cells.kind, cells.month])


class _Kept:
    """The results asked for last, by key. Sessions share an engine, each in a thread of its own."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object, compute):  # type: ignore[no-untyped-def]
        """What is known under a key, else computed and kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        value = compute()
        with self._lock:
            self._found[key] = value
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return value
