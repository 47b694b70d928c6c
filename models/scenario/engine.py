"""The effect of a scenario: common random numbers over the recorded spells of the baseline, without simulating again.

Steps, always in this order whatever order the levers are written in: avert, what grows instead, shorten, step down,
bring home, price, price drift; programmes and amounts add. Months that are known never change. Only spells of the
levers' own types and what continues them are looked at, and only months that change are priced.
"""

from dataclasses import replace

import numpy as np

from cockpit.domain.levers import (
    Amount,
    Avert,
    BringHome,
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
from cockpit.plumbing.recent import Recent
from models.scenario.base import ScenarioBase
from models.scenario.pricing import Change, PricedKind, change_of, priced_kind, repriced
from models.scenario.ranges import draws
from models.scenario.spells import Spells, cells_of, joined, refund, refund_of_several, taken, volume
from models.scenario.stage import Family, State, difference, family_of, untouched
from models.scenario.steps import Steps

MONTHS_IN_YEAR = 12
KEPT_EFFECTS, KEPT_PRICES = 60, 12  # an effect of 1.000 paths is a good megabyte
KEPT_FAMILIES, KEPT_PRICED_KINDS = 8, 3  # some ten, and some tens of megabytes each
ON_SPELLS = (Avert, Substitute, Shorten, StepDown, BringHome)
MOVES = (StepDown, BringHome)


class ScenarioEngine:
    """Computes effects on one baseline; keeps what is asked for again."""

    def __init__(self, base: ScenarioBase) -> None:
        """`base`: the recorded baseline."""
        self.base = base
        self._effects: Recent[Effect] = Recent(KEPT_EFFECTS)
        self._net_prices: Recent[float] = Recent(KEPT_EFFECTS)
        self._families: Recent[Family] = Recent(KEPT_FAMILIES)
        self._priced_kinds: Recent[PricedKind] = Recent(KEPT_PRICED_KINDS)
        self._at_prices: Recent[Change] = Recent(KEPT_PRICES)

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
        family, state, _ = self._staged(scenario)
        factor = self._factor(scenario)
        cells = repriced(cells_of(difference(base, family, state), base.tables), factor)
        changed = [change_of(base, cells)]
        changed += [self._at_price(int(kind), factor[:, kind]) for kind in np.flatnonzero((factor != 1).any((0, 2)))]
        several = refund_of_several([one.several for one in changed], base.tables)
        lost = np.sum([one.refund_lost for one in changed], axis=0) - several
        programme, plain = self._plain(scenario)
        return Effect(
            saving=np.sum([one.saving for one in changed], axis=0) + plain,
            programme=np.sum([programme, *state.empty], axis=0),
            refund_lost=lost * base.kroner.per_refund,
            volume=volume(cells, base.tables),
            cost=np.sum([one.cost for one in changed], axis=0),
            averted=self._averted(family, state),
            short=state.short,
        )

    def _averted(self, family: Family, state: State) -> np.ndarray:
        """Children averted by type and month, mean over the paths, (types, m)."""
        base = self.base
        averted = np.zeros((len(base.types), len(base.months)))
        for pool, weight in state.averted:
            kind = base.recording.kind[family.chosen[state.origin[pool]]]
            month = np.floor(state.begins[pool]).astype(np.int64)
            np.add.at(averted, (kind, month), weight / base.n_paths)
        return averted

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
            step = getattr(steps, lever.KIND)
            state = step(state, lever, moved) if isinstance(lever, MOVES) else step(state, lever)
        return family, state, steps

    def _position(self, scenario: Scenario, lever: Lever) -> int:
        """Position of the first month that it can have an effect in."""
        since = int(months_since(self.base.months[0], [lever.begins(scenario.start)])[0])
        return max(since, self.base.now + 1) if isinstance(lever, Shorten) else since

    @property
    def _ahead(self) -> np.ndarray:
        """Which months are not known yet, (m,): the only ones in which anything changes."""
        return np.arange(len(self.base.months)) > self.base.now

    def _profile(self, scenario: Scenario, lever: Lever) -> np.ndarray:
        return lever.profile(scenario.start, self.base.months)

    def _factor(self, scenario: Scenario) -> np.ndarray:
        """Factor on prices by path (or one for all), type and month; several levers on a type multiply."""
        base = self.base
        levers = [lever for lever in scenario.ordered if isinstance(lever, Price | PriceDrift)]
        values = {lever: draws(lever, base.n_paths, base.seed) for lever in levers}
        varied = any(np.ptp(value) > 0 for value in values.values())
        factor = np.ones((base.n_paths if varied else 1, len(base.types), len(base.months)))
        for lever, value in values.items():
            value = value[:, None] if varied else value[:1, None]
            kind = base.types.index(lever.type)
            if isinstance(lever, Price):
                own = 1 + value * self._profile(scenario, lever)
            else:
                since = np.maximum(months_since(lever.begins(scenario.start), base.months), 0)
                own = (1 + value) ** (since / MONTHS_IN_YEAR)
            factor[:, kind] *= np.where(self._ahead, own, 1.0)
        return factor

    def _at_price(self, kind: int, factor: np.ndarray) -> Change:
        """What a factor on the price of all the baseline's spells of a type changes, (1 or n_paths, m)."""
        own = self._priced_kinds.get(kind, lambda: priced_kind(self.base, kind))
        return self._at_prices.get((kind, factor.tobytes()), lambda: own.at(self.base, factor))

    def _plain(self, scenario: Scenario) -> tuple[np.ndarray, np.ndarray]:
        """Programme cost, and plain savings, by path and month ahead: what is known holds its own already."""
        base = self.base
        cost, saving = (np.zeros((base.n_paths, len(base.months))) for _ in range(2))
        for lever in scenario.ordered:
            if isinstance(lever, Programme):
                per_case = draws(lever, base.n_paths, base.seed)[:, None]
                cost += per_case * lever.cases(scenario.start, base.months)
                cost += lever.fixed_cost(scenario.start, base.months)
            elif isinstance(lever, BringHome):
                cost += lever.establishment(scenario.start, base.months)
            elif isinstance(lever, Amount):
                realised = draws(lever, base.n_paths, base.seed)[:, None]
                amount = realised * lever.by_month(scenario.start, base.months)
                cost += np.maximum(amount, 0.0)
                saving += np.maximum(-amount, 0.0)
        return np.where(self._ahead, cost, 0.0), np.where(self._ahead, saving, 0.0)


def _touched(lever: Lever) -> tuple[str, ...]:
    """The types whose spells a lever takes away or changes."""
    if isinstance(lever, MOVES):
        return (lever.from_type,)
    return (lever.instead_of,) if isinstance(lever, Substitute) else lever.types
