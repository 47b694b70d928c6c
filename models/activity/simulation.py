"""The activity engine: known spells run on, new ones arrive, all move and end, on joint sample paths.

Paths are drawn in blocks. A block has one draw of everything that is estimated (hazards, arrivals, shares of moves,
prices) and one common drift of prices; chance differs from path to path. So the spread holds what is not known about
the municipality as well as what cannot be known about the children.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit.domain.completeness import NO_ACTIVITY
from cockpit.domain.months import day_after, month_range
from cockpit.domain.reference import Event, Reference
from models.activity import listed as on_record
from models.activity.arrivals import log_sizes
from models.activity.clock import Clock
from models.activity.districts import find_districts
from models.activity.draws import Draw, Draws
from models.activity.fits import Fits, Windows, fit_all, notes_of
from models.activity.history import NO_MONTH
from models.activity.life import LifeTable, life_table
from models.activity.listed import Dear, Listed, Past
from models.activity.moves import Pending, pending_moves
from models.activity.paths import ActivityPaths
from models.activity.record import NEVER_ADULT, NONE, Recorder
from models.activity.regime import shift_notes
from models.activity.registration import MAX_LAG
from models.activity.sums import ENTRIES, EXITS, KNOWN, MOVED, MOVES_IN, MOVES_OUT, NEW, Sums
from models.activity.unseen import Batch, World, draw_new, first_batch, follow, joined, known_starts, successors

_ACTIVITY = 1  # the engine's room of chance, after the seed; models.outturn has 2 to 4, 6 and 7
# A block of paths shares one draw of the estimates. Ends of an interval need dozens of draws, whatever the number of
# paths; larger blocks cost less, and a draw for a path of its own hardly tells more.
DRAWS, SMALLEST_BLOCK, LARGEST_BLOCK = 100, 8, 20


def simulate(
    interventions: pd.DataFrame,
    reference: Reference,
    *,
    as_of: pd.Period,
    last_month: pd.Period,
    n_paths: int,
    seed: int,
    population: pd.DataFrame | None = None,
    recorder: Recorder | None = None,
    events: tuple[Event, ...] = (),
    windows: Windows | None = None,
    by_district: bool = False,
) -> ActivityPaths:
    """Simulate the activity from January of the as-of year to `last_month`.

    Args:
        interventions: `domain.dataset.INTERVENTION_COLUMNS`, as known at the end of the as-of month.
        reference: types, steps, indexation, refund rule and age limits.
        as_of: the last month that is known.
        last_month: the last month of the paths.
        n_paths: number of sample paths.
        seed: same input and seed give the same numbers, bit for bit.
        population: children by age and year, where there is a table.
        recorder: takes down every simulated spell, for scenarios; without it only sums are kept.
        events: known events that move inflow, durations or prices.
        windows: how far back to look, by default chosen on the history. Where they are given, numbers alone are asked
            for: the candidates that a scan for changes of level compares are not fitted, so none is told of.
        by_district: whether to tell what each district takes, where interventions have one.
    """
    months = month_range(as_of - as_of.month + 1, last_month)
    if interventions.empty:
        return _no_activity(Clock(as_of, months, reference), n_paths)
    fits = fit_all(interventions, reference, as_of, population, events, windows)
    clock = Clock(as_of, months, reference, fits.history.rise)
    stage = _Stage(fits, clock, interventions, population)
    districts = find_districts(fits.history, clock) if by_district else None
    sums = Sums.zeros(n_paths, fits.history.n_types, clock.n_months, recorder, districts)
    _add_past(stage, sums)
    if recorder is not None:
        _record_prices(stage, recorder)
    size = block_size(n_paths)
    blocks = range(0, n_paths, size)
    draws = Draws(seed, len(blocks))
    for block, begin in enumerate(blocks):
        part, rng = sums.block(slice(begin, begin + size)), np.random.default_rng([seed, _ACTIVITY, block])
        _simulate_block(stage, part, draws.of_block(block), rng)
    shifts = shift_notes(fits, reference) if windows is None else ()
    return _result(stage, sums, shifts)


def block_size(n_paths: int) -> int:
    """How many of the paths share a draw of the estimates: few enough for `DRAWS` draws, where that is not too few."""
    return int(np.clip(n_paths // DRAWS, SMALLEST_BLOCK, LARGEST_BLOCK))


@dataclass(frozen=True)
class _Stage:
    """What is the same on all paths."""

    fits: Fits
    clock: Clock
    interventions: pd.DataFrame
    population: pd.DataFrame | None

    @cached_property
    def granted(self) -> Listed:
        return on_record.list_spells(self.fits, self.interventions, self.clock, granted=True)

    @cached_property
    def expected(self) -> Listed:
        return on_record.list_spells(self.fits, self.interventions, self.clock, granted=False)

    @cached_property
    def past(self) -> Past:
        return on_record.known_past(self.fits, self.interventions, self.clock)

    @cached_property
    def dear(self) -> tuple[Dear, Dear]:
        """Children near the refund threshold among the granted and among the expected."""
        nothing = self.past.base.iloc[:0]
        return self._dear(self.granted, self.past.base), self._dear(self.expected, nothing)

    def _dear(self, listed: Listed, base: pd.DataFrame) -> Dear:
        citizens = self.fits.history.spells["citizen"].to_numpy()[listed.rows]
        return on_record.find_dear(listed, citizens, base, self.clock)

    @cached_property
    def life(self) -> LifeTable:
        return life_table(self.fits, self.clock.n_months + MAX_LAG)

    @cached_property
    def onward(self) -> np.ndarray:
        return self.fits.moves.onward(self.fits.donors.present)

    @cached_property
    def pending(self) -> Pending:
        return pending_moves(self.fits.history, self.fits.moves, day_after(self.clock.as_of))

    @cached_property
    def log_size(self) -> np.ndarray:
        months = self.fits.history.as_of + 1 + np.arange(-MAX_LAG, self.clock.n_ahead)
        return log_sizes(self.population, self.clock.reference, months)

    @cached_property
    def starts_on_record(self) -> np.ndarray:
        """Starts ahead that are on record and continue no other spell, (n_types, h)."""
        counts = np.zeros((self.fits.history.n_types, self.clock.n_ahead), dtype=np.int64)
        for one in (self.granted, self.expected):
            fresh = ~one.moved_in
            counts += known_starts(one.kind[fresh], one.start[fresh], *counts.shape)
        return counts


def _add_past(stage: _Stage, sums: Sums) -> None:
    past = stage.past
    sums.volume[KNOWN] += past.volume
    sums.cost[KNOWN] += past.cost
    sums.cost[NEW] += past.expected_cost
    sums.refund[:] += past.refund
    on_record.past_flows(stage.fits, stage.clock, sums)
    if sums.districts is not None:
        sums.districts.add_known(past.kind, past.district, past.volume_by_row, past.cost_by_row)


def _simulate_block(stage: _Stage, sums: Sums, draw: Draw, rng: np.random.Generator) -> None:
    fits, clock = stage.fits, stage.clock
    log_hazard = fits.hazard.draw(draw)
    world = _draw_world(stage, log_hazard, draw)
    if sums.recorder is not None:
        sums.recorder.begin_block(len(sums.refund), world.growth, world.renegotiated, world.price_level)
    moved = _run_on(stage, stage.granted, stage.dear[0], KNOWN, log_hazard, world, sums, rng)
    moved += _pending(stage, world, sums, rng)
    follow(joined(moved), MOVED, MOVES_IN, fits, world, sums, clock, rng)
    expected = _run_on(stage, stage.expected, stage.dear[1], NEW, log_hazard, world, sums, rng)
    follow(joined(expected), NEW, MOVES_IN, fits, world, sums, clock, rng)
    new = draw_new(fits, clock, stage.log_size, stage.starts_on_record, len(sums.refund), draw, rng)
    follow(first_batch(*new, fits, world, rng), NEW, ENTRIES, fits, world, sums, clock, rng)


def _draw_world(stage: _Stage, log_hazard: np.ndarray, draw: Draw) -> World:
    fits, clock = stage.fits, stage.clock
    since = np.clip(np.arange(clock.n_months) - clock.now, 0, None)
    error = fits.donors.error
    renegotiated = np.exp(fits.drift.draw(draw)[:, None] * since)
    return World(
        life=stage.life,
        cumulated=stage.life.cumulated(log_hazard),
        share=fits.moves.draw(draw),
        onward=stage.onward,
        price_level=np.exp(error * draw.normal("prices of starts", len(error)) - error**2 / 2),
        growth=renegotiated * clock.index,
        renegotiated=renegotiated,
    )


def _run_on(
    stage: _Stage,
    listed: Listed,
    dear: Dear,
    bucket: int,
    log_hazard: np.ndarray,
    world: World,
    sums: Sums,
    rng: np.random.Generator,
) -> list[Batch]:
    """Let spells on record run on, add them up, and return what they move on into."""
    fits, clock, n_paths = stage.fits, stage.clock, len(sums.refund)
    if not len(listed) or not clock.n_ahead:
        return []
    ahead = fits.history.as_of + 1 + np.arange(clock.n_ahead)
    ended_by = on_record.survival_inputs(listed, fits, log_hazard, ahead)
    end, share = on_record.draw_ends(listed, ended_by, n_paths, fits, rng)
    growth = world.renegotiated[:, clock.now + 1 :]
    on_record.add_up(listed, end, share, growth, sums, bucket, clock)
    on_record.add_districts(listed, end, share, growth, sums, clock)
    on_record.add_refund(listed, dear, end, share, growth, sums, clock)
    life = listed.life[np.arange(len(listed))[:, None], np.minimum(end, clock.n_ahead - 1)]
    drawn = rng.random(end.shape) < world.share[listed.kind[:, None], life]
    simulated = (end < clock.n_ahead) & drawn & ~listed.moves_on[:, None]
    on_record.add_flows(listed, end, simulated | listed.moves_on[:, None], sums, clock)
    spell, path = np.nonzero(simulated)
    numbers = np.full(end.shape, NONE)
    if sums.recorder is not None:
        numbers = _record_listed(stage, listed, dear, bucket, end, share, growth, sums.recorder)
    leaving = _leaving(stage, listed.rows[spell], path, numbers[spell, path])
    at = end[spell, path] + clock.now + 1
    return [successors(leaving, at, share[spell, path], life[spell, path], fits, world, rng)]


def _record_prices(stage: _Stage, recorder: Recorder) -> None:
    """Take down what spells on record cost in each month ahead, and the prices that new ones are drawn from."""
    ahead = np.concatenate([stage.granted.price, stage.expected.price])
    recorder.curves = np.pad(ahead, ((0, 0), (stage.clock.now + 1, 0)))
    donors = stage.fits.donors
    recorder.donors = tuple(np.split(donors.price, donors.first[1:]))


def _record_listed(
    stage: _Stage,
    listed: Listed,
    dear: Dear,
    bucket: int,
    end: np.ndarray,
    share: np.ndarray,
    growth: np.ndarray,
    recorder: Recorder,
) -> np.ndarray:
    """Take down spells on record as they run on, and return their numbers, (n, n_paths)."""
    n, n_paths = end.shape
    ahead = stage.clock.now + 1
    begins, ends = on_record.times(listed, end, share)
    child = np.full((n, n_paths), NONE)
    rows, whose, expense = on_record.several_expenses(listed, dear, end, share, growth, stage.clock)
    child[rows] = recorder.add_children(expense.reshape(-1, stage.clock.n_months)).reshape(-1, n_paths)[whose]
    majority = stage.fits.majority_month[listed.rows]
    numbers = recorder.add(
        np.tile(np.arange(n_paths), n),
        kind=np.repeat(listed.kind, n_paths),
        begins=(begins + ahead).ravel(),
        ends=(ends + ahead).ravel(),
        curve=np.repeat(np.arange(n) + (0 if bucket == KNOWN else len(stage.granted)), n_paths),
        adult=np.repeat(np.where(majority == NO_MONTH, NEVER_ADULT, majority - stage.clock.first), n_paths),
        entered=np.repeat((bucket == NEW) & ~listed.moved_in, n_paths),
        child=child.ravel(),
    )
    return numbers.reshape(n, n_paths)


def _leaving(stage: _Stage, rows: np.ndarray, path: np.ndarray, source: np.ndarray) -> Batch:
    """Spells on record as a batch, for what they move on into."""
    spells = stage.fits.history.spells
    start = spells["start_month"].to_numpy()[rows]
    birth = spells["birth"].to_numpy()[rows]
    return Batch(
        path=path,
        kind=spells["type_code"].to_numpy()[rows],
        start=start - stage.clock.first,
        start_share=spells["start_share"].to_numpy()[rows],
        age=np.where(birth == NO_MONTH, NO_MONTH, start - birth),
        price=np.zeros(len(rows)),
        district=spells["district_code"].to_numpy()[rows],
        source=source,
    )


def _pending(stage: _Stage, world: World, sums: Sums, rng: np.random.Generator) -> list[Batch]:
    """Children that left lately may have moved on already without being registered yet: the spells they may be in."""
    fits, clock, pending = stage.fits, stage.clock, stage.pending
    if not len(pending.rows):
        return []
    spells = fits.history.spells.iloc[pending.rows]
    stop = spells["stop_month"].to_numpy()
    life = on_record.life_phase(stop, fits.majority_month[pending.rows])
    chance = pending.probability(world.share[spells["type_code"].to_numpy(), life])
    row, path = np.nonzero(rng.random((len(stop), len(sums.refund))) < chance[:, None])
    leaving = _leaving(stage, pending.rows[row], path, np.full(len(path), NONE))
    share = spells["stop_share"].to_numpy()[row]
    sums.add_flow(MOVES_OUT, path, leaving.kind, stop[row] - clock.first)
    sums.add_flow(EXITS, path, leaving.kind, stop[row] - clock.first, sign=-1)
    return [successors(leaving, stop[row] - clock.first, share, life[row], fits, world, rng)]


def _no_activity(clock: Clock, n_paths: int) -> ActivityPaths:
    """A municipality that has loaded no interventions has no activity, which is said."""
    sums = Sums.zeros(n_paths, 0, clock.n_months)
    empty = sums.volume[KNOWN]
    paths = dict.fromkeys(("known", "new", "moved"), empty)
    flows = dict.fromkeys(("stock", "entries", "exits", "moves_in", "moves_out"), sums.flows[ENTRIES, :, :, 1:])
    return ActivityPaths(
        as_of=clock.as_of,
        types=(),
        months=clock.months,
        **{f"{name}_{what}": array for name, array in paths.items() for what in ("volume", "cost")},
        refund=sums.refund,
        **flows,
        notes=(NO_ACTIVITY,),
        rise=clock.rise,
        windows=None,
        districts=None,
    )


def _result(stage: _Stage, sums: Sums, shifts: tuple[str, ...]) -> ActivityPaths:
    fits = stage.fits
    flows = sums.flows[:, :, :, 1:]
    return ActivityPaths(
        as_of=stage.clock.as_of,
        types=fits.history.types,
        months=stage.clock.months,
        known_volume=sums.volume[KNOWN],
        known_cost=sums.cost[KNOWN],
        new_volume=sums.volume[NEW],
        new_cost=sums.cost[NEW],
        moved_volume=sums.volume[MOVED],
        moved_cost=sums.cost[MOVED],
        refund=sums.refund,
        stock=sums.stock(),
        entries=flows[ENTRIES],
        exits=flows[EXITS],
        moves_in=flows[MOVES_IN],
        moves_out=flows[MOVES_OUT],
        notes=(*notes_of(fits, stage.interventions), *shifts),
        rise=stage.clock.rise,
        windows=fits.windows,
        districts=None if sums.districts is None else sums.districts.result(fits.history.types),
    )
