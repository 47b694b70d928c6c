"""Spells that are on no record yet: new ones, late registered ones, and those that children move on into.

A batch holds many spells of many paths. It is followed to its ends, added up, and what it moves on into is the next
batch, until nothing starts within the months any more. Money and volume are added by differences (what begins, what
ends), so that no spell is spread over its months; only children dear enough for refund are.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models.activity.arrivals import ArrivalFit
from models.activity.clock import Clock
from models.activity.fits import Fits
from models.activity.history import NO_MONTH
from models.activity.life import SPAN, LifeTable
from models.activity.moves import life_phase
from models.activity.record import NEVER_ADULT, NONE, SHORTEST, interval
from models.activity.registration import MAX_LAG
from models.activity.sums import ENTRIES, EXITS, MOVES_IN, MOVES_OUT, Sums

NEVER = np.int64(10**5)
Term = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Batch:
    """Spells to be followed, all shape (n,).

    path: position in the block; kind: type code; start: position on the clock, negative before its first month;
    start_share: part of the start month in force; age: months at the start, NO_MONTH where unknown; price: kr. per
    whole month at the as-of year's level; source: number of the recorded spell it continues, -1 for none.
    """

    path: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    start_share: np.ndarray
    age: np.ndarray
    price: np.ndarray
    source: np.ndarray

    def __len__(self) -> int:
        return len(self.path)

    def take(self, chosen: np.ndarray) -> "Batch":
        """The chosen spells."""
        return Batch(*(getattr(self, name)[chosen] for name in Batch.__dataclass_fields__))


def joined(batches: list[Batch]) -> Batch:
    """All spells of the batches in one."""
    if not batches:
        return NO_SPELLS
    return Batch(*(np.concatenate([getattr(one, name) for one in batches]) for name in Batch.__dataclass_fields__))


_NOBODY = np.zeros(0, dtype=np.int64)
NO_SPELLS = Batch(_NOBODY, _NOBODY, _NOBODY, np.zeros(0), _NOBODY, np.zeros(0), _NOBODY)


@dataclass(frozen=True)
class World:
    """What is drawn once per block of paths and holds for all its spells.

    Attributes:
        cumulated: cumulated hazard, rows of `life`, (rows, width).
        share: P(moves on | ends), (n_types, phases of life).
        price_level: factor on the price of new spells per type, (n_types,).
        renegotiated: growth of prices beyond the index by type and month of the clock, (n_types, m).
        growth: the same with the index, for prices at the as-of year's level.
    """

    life: LifeTable
    cumulated: np.ndarray
    share: np.ndarray
    price_level: np.ndarray
    renegotiated: np.ndarray
    growth: np.ndarray

    @cached_property
    def stacked(self) -> np.ndarray:
        """All rows of `cumulated` behind each other, each lifted above the last, so that one search draws any row."""
        return (np.arange(len(self.cumulated))[:, None] * SPAN + self.cumulated).ravel()

    def draw_length(self, row: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw whole months from start to end: where the cumulated hazard passes an exponential chance."""
        chance = np.minimum(rng.exponential(size=len(row)), SPAN - 2.0)
        return np.searchsorted(self.stacked, row * SPAN + chance) - row * self.life.width


def known_starts(kind: np.ndarray, start: np.ndarray, n_types: int, n_ahead: int) -> np.ndarray:
    """Count spells on record that begin in the months ahead: arrivals must not count them again; (n_types, h)."""
    counts = np.zeros((n_types, n_ahead), dtype=np.int64)
    inside = (start >= 0) & (start < n_ahead)
    np.add.at(counts, (kind[inside], start[inside]), 1)
    return counts


def draw_new(
    fits: Fits, clock: Clock, log_size: np.ndarray, on_record: np.ndarray, n_paths: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw the new spells of a block: path, type code and position of the start on the clock, each shape (n,).

    Late registrations of the months so far and arrivals of the months ahead; of the latter, the ones on record are
    taken out again, month by month.

    Args:
        log_size: elasticity x log population from MAX_LAG months before the as-of month on, (MAX_LAG + h,).
        on_record: `known_starts`, (n_types, h).
    """
    h = clock.n_ahead
    months = fits.history.as_of + 1 + np.arange(-MAX_LAG, h)
    arrivals = fits.arrivals.pick(rng)
    mean = arrivals.draw(months, log_size, rng) * fits.donors.present[:, None]
    missing = 1 - fits.registration.share(np.arange(MAX_LAG - 1, -1, -1))
    mean[:, :MAX_LAG] *= missing
    counts = _counts(mean, arrivals, n_paths, rng)
    counts[:, :, MAX_LAG:] = np.maximum(counts[:, :, MAX_LAG:] - on_record, 0)
    where = np.nonzero(counts)
    repeats = counts[where]
    path, kind, month = (np.repeat(one, repeats) for one in where)
    return path, kind, month - MAX_LAG + clock.now + 1


def _counts(mean: np.ndarray, fit: ArrivalFit, n_paths: int, rng: np.random.Generator) -> np.ndarray:
    """Negative binomial counts with variance = dispersion x mean, shape (n_paths, n_types, months)."""
    shape = (n_paths, *mean.shape)
    excess = fit.dispersion - 1
    if excess <= 0:
        return rng.poisson(np.broadcast_to(mean, shape))
    return rng.poisson(rng.gamma(np.broadcast_to(mean / excess, shape), excess))


def first_batch(
    path: np.ndarray, kind: np.ndarray, start: np.ndarray, fits: Fits, world: World, rng: np.random.Generator
) -> Batch:
    """Give new spells the age, price and day of recent starts of their type."""
    if not len(path):
        return NO_SPELLS
    donors = fits.donors
    donor = donors.draw(kind, rng)
    price = donors.price[donor] * world.price_level[kind]
    nothing_before = np.full(len(path), NONE)
    return Batch(path, kind, start, donors.start_share[donor], donors.age[donor], price, nothing_before)


def successors(
    ended: Batch,
    end: np.ndarray,
    share: np.ndarray,
    life: np.ndarray,
    fits: Fits,
    world: World,
    rng: np.random.Generator,
) -> Batch:
    """What moved spells move on into: destination by type and phase of life, after a gap, priced as a recent start.

    Args:
        ended: the spells that end in a move; age at their start. end: position of the end on the clock.
        share: of the end month in force; a successor in the same month takes the rest of it.
        life: phase of life at the end.
    """
    if not len(ended):
        return ended
    chance = np.cumsum(fits.moves.destination * fits.donors.present, axis=2)
    chance /= np.maximum(chance[:, :, -1:], 1e-12)
    kind = (chance[ended.kind, life] < rng.random(len(ended))[:, None]).sum(axis=1)
    kind = np.minimum(kind, fits.history.n_types - 1)
    gap = fits.moves.gap[rng.integers(0, len(fits.moves.gap), len(ended))]
    start = end + gap
    begun = first_batch(ended.path, kind, start, fits, world, rng)
    age = np.where(ended.age == NO_MONTH, NO_MONTH, ended.age + start - ended.start)
    rest = np.where(gap == 0, 1 - share, begun.start_share)
    return Batch(ended.path, kind, start, rest, age, begun.price, ended.source)


def follow(
    batch: Batch,
    bucket: int,
    flow: int,
    fits: Fits,
    world: World,
    sums: Sums,
    clock: Clock,
    rng: np.random.Generator,
) -> None:
    """Follow a batch and all it moves on into, and add everything up.

    Args:
        bucket: KNOWN, NEW or MOVED, where volume and cost are added.
        flow: ENTRIES or MOVES_IN, how the first spells come in; their successors always move in.
    """
    batch = batch.take(batch.start < clock.n_months)
    while len(batch):
        end, share = _draw_ends(batch, fits, world, rng)
        over = end < NEVER
        life = _life_at(batch, end, fits)
        moves = over & (rng.random(len(batch)) < world.share[batch.kind, life])
        _add_up(batch, end, share, bucket, world, sums)
        _add_flows(batch, end, moves, flow, sums)
        _add_refund(batch, end, share, world, sums, clock)
        batch = replace(batch, source=_recorded(batch, end, share, flow, fits, sums))
        batch = successors(batch.take(moves), end[moves], share[moves], life[moves], fits, world, rng)
        batch = batch.take(batch.start < clock.n_months)
        flow = MOVES_IN


def _recorded(batch: Batch, end: np.ndarray, share: np.ndarray, flow: int, fits: Fits, sums: Sums) -> np.ndarray:
    """Numbers of the spells in the record, where one is kept."""
    if sums.recorder is None:
        return batch.source
    begins, ends = _times(batch, end, share)
    majority = fits.majority_age_months
    known = (batch.age != NO_MONTH) & (majority is not None)
    adult = np.where(known, batch.start - batch.age + (majority or 0), NEVER_ADULT)
    return sums.recorder.add(
        batch.path,
        kind=batch.kind,
        begins=begins,
        ends=ends,
        price=batch.price,
        adult=adult,
        entered=flow == ENTRIES,
        source=batch.source,
    )


def _times(batch: Batch, end: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """When the spells begin and end on the clock, as parts of months."""
    return interval(batch.start, batch.start_share, end, share)


def _draw_ends(batch: Batch, fits: Fits, world: World, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Position of each end on the clock (NEVER: beyond the table) and the share of its month in force."""
    length = world.draw_length(world.life.rows(batch.kind, batch.age), rng)
    share = fits.end_shares[rng.integers(0, len(fits.end_shares), len(batch))]
    return np.where(length < world.life.width, batch.start + length, NEVER), share


def _life_at(batch: Batch, end: np.ndarray, fits: Fits) -> np.ndarray:
    """Phase of life at the end; under age where age or its limit is unknown."""
    if fits.majority_age_months is None:
        return np.zeros(len(batch), dtype=np.int64)
    majority = np.where(batch.age == NO_MONTH, NO_MONTH, batch.start - batch.age + fits.majority_age_months)
    return life_phase(end, majority)


def _parts(batch: Batch, end: np.ndarray, share: np.ndarray, n_months: int) -> tuple[list[Term], list[Term]]:
    """Terms (spells, month, weight) that hold from their month on, and terms of their month only."""
    whole = np.ones(len(batch))
    seen = end >= 0
    begins, ends = seen & (batch.start >= 0), seen & (end < n_months)
    same = begins & ends & (batch.start == end)
    # Start and end in one month: in force is what both leave of it, start_share + end_share - 1, never less than a day.
    both = np.maximum(batch.start_share + share - 1, SHORTEST)
    runs = [(seen, np.maximum(batch.start, 0), whole), (ends, end + 1, -whole)]
    broken = [
        (begins & ~same, batch.start, batch.start_share - 1),
        (ends & ~same, end, share - 1),
        (same, end, both - 1),
    ]
    return runs, broken


def _add_up(batch: Batch, end: np.ndarray, share: np.ndarray, bucket: int, world: World, sums: Sums) -> None:
    n_paths, n_types, m = sums.volume.shape[1:]
    base = (batch.path * n_types + batch.kind) * (m + 1)
    shape = (n_paths, n_types, m + 1)
    runs, broken = (_laid_out(terms, base, batch.price, shape) for terms in _parts(batch, end, share, m))
    volume, cost = ((one.cumsum(axis=2) + other)[:, :, :m] for one, other in zip(runs, broken, strict=True))
    sums.volume[bucket] += volume
    sums.cost[bucket] += cost * world.growth


def _laid_out(
    terms: list[Term], base: np.ndarray, price: np.ndarray, shape: tuple[int, int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Weights, and weights x price, of all terms by path, type and month."""
    at = np.concatenate([base[chosen] + month[chosen] for chosen, month, _ in terms])
    weight = np.concatenate([weight[chosen] for chosen, _, weight in terms])
    money = weight * np.concatenate([price[chosen] for chosen, _, _ in terms])
    size = int(np.prod(shape))
    volume, cost = (np.bincount(at, values, minlength=size).reshape(shape) for values in (weight, money))
    return volume, cost


def _add_flows(batch: Batch, end: np.ndarray, moves: np.ndarray, flow: int, sums: Sums) -> None:
    sums.add_flow(flow, batch.path, batch.kind, batch.start)
    over = end < NEVER
    for kind, happened in ((EXITS, over & ~moves), (MOVES_OUT, moves)):
        sums.add_flow(kind, batch.path[happened], batch.kind[happened], end[happened])


def _add_refund(batch: Batch, end: np.ndarray, share: np.ndarray, world: World, sums: Sums, clock: Clock) -> None:
    """Refund of the spells whose price may exceed the threshold, each as a child of its own."""
    most = batch.price * world.growth.max(axis=1)[batch.kind]
    dear = np.flatnonzero((most > clock.threshold.min()) & (end >= 0))
    if not len(dear):
        return
    own = batch.take(dear)
    month = np.arange(clock.n_months)[:, None]
    begins, ends = _times(own, end[dear], share[dear])
    weight = np.clip(np.minimum(ends, month + 1) - np.maximum(begins, month), 0.0, 1.0)
    refund = clock.refund(weight * own.price * world.growth[own.kind].T)
    # Sums over the spells of each path, as a product with the membership of paths.
    order = np.argsort(own.path, kind="stable")
    paths, first = np.unique(own.path[order], return_index=True)
    sums.refund[paths] += np.add.reduceat(refund[:, order], first, axis=1).T
