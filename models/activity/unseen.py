"""Spells that are on no record yet: new ones, late registered ones, and those that children move on into.

A batch holds many spells of many paths. It is followed to its ends, and what it moves on into is the next batch, until
nothing starts within the months any more; then all are added up. Money and volume are added by differences (what
begins, what ends), so that no spell is spread over its months; only children dear enough for refund are.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models.activity.arrivals import ArrivalFit
from models.activity.clock import Clock
from models.activity.draws import Draw
from models.activity.fits import Fits
from models.activity.history import NO_MONTH
from models.activity.life import SPAN, LifeTable
from models.activity.moves import N_LIFE, life_phase
from models.activity.record import NEVER_ADULT, NONE, SHORTEST, interval
from models.activity.registration import MAX_LAG
from models.activity.sums import ENTRIES, EXITS, MOVES_IN, MOVES_OUT, Sums

NEVER = np.int64(10**5)


@dataclass(frozen=True)
class Batch:
    """Spells to be followed, all shape (n,).

    path: position in the block; kind: type code; start: position on the clock, negative before its first month;
    start_share: part of the start month in force; age: months at the start, NO_MONTH where unknown; price: kr. per
    whole month at the prices of the as-of month; district: code, see `History`; source: number of the recorded spell it
    continues, -1 for none.
    """

    path: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    start_share: np.ndarray
    age: np.ndarray
    price: np.ndarray
    district: np.ndarray
    source: np.ndarray

    def __len__(self) -> int:
        return len(self.path)

    def take(self, chosen: np.ndarray) -> "Batch":
        """The spells at the chosen positions."""
        return Batch(*(getattr(self, name).take(chosen) for name in Batch.__dataclass_fields__))

    def begun_before(self, month: int) -> "Batch":
        """The spells that begin before a month of the clock."""
        early = self.start < month
        return self if early.all() else self.take(np.flatnonzero(early))


def joined(batches: list[Batch]) -> Batch:
    """All spells of the batches in one."""
    if not batches:
        return NO_SPELLS
    return Batch(*(np.concatenate([getattr(one, name) for one in batches]) for name in Batch.__dataclass_fields__))


@dataclass(frozen=True)
class Ended:
    """Spells and what was drawn of their ends, (n,) each.

    end: position of the end on the clock (NEVER: beyond the table); share: of its month in force; moves: whether the
    child moves on; flow: ENTRIES or MOVES_IN, how the spell came in.
    """

    spells: Batch
    end: np.ndarray
    share: np.ndarray
    moves: np.ndarray
    flow: np.ndarray


_NOBODY = np.zeros(0, dtype=np.int64)
NO_SPELLS = Batch(_NOBODY, _NOBODY, _NOBODY, np.zeros(0), _NOBODY, np.zeros(0), _NOBODY, _NOBODY)


@dataclass(frozen=True)
class World:
    """What is drawn once per block of paths and holds for all its spells.

    Attributes:
        cumulated: cumulated hazard, rows of `life`, (rows, width).
        share: P(moves on | ends), (n_types, phases of life).
        onward: cumulated P(to type | moves on) of each type and phase of life, each lifted above the last,
            (n_types x phases x n_types,).
        price_level: factor on the price of new spells per type, (n_types,).
        renegotiated: growth of prices beyond the index by type and month of the clock, (n_types, m).
        growth: the same with the index, for prices at the prices of the as-of month.
    """

    life: LifeTable
    cumulated: np.ndarray
    share: np.ndarray
    onward: np.ndarray
    price_level: np.ndarray
    renegotiated: np.ndarray
    growth: np.ndarray

    @property
    def n_types(self) -> int:
        """Number of types."""
        return len(self.price_level)

    @cached_property
    def stacked(self) -> np.ndarray:
        """All rows of `cumulated` behind each other, each lifted above the last, so that one search draws any row."""
        return (np.arange(len(self.cumulated))[:, None] * SPAN + self.cumulated).ravel()

    def draw_length(self, row: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw whole months from start to end: where the cumulated hazard passes an exponential chance.

        The search runs in the table's own order: at random it would spend its time waiting for memory.
        """
        wanted = row * SPAN + np.minimum(rng.exponential(size=len(row)), SPAN - 2.0)
        order = np.argsort(wanted)
        found = np.empty(len(row), dtype=np.int64)
        found[order] = np.searchsorted(self.stacked, wanted[order])
        return found - row * self.life.width


def known_starts(kind: np.ndarray, start: np.ndarray, n_types: int, n_ahead: int) -> np.ndarray:
    """Count spells on record that begin in the months ahead: arrivals must not count them again; (n_types, h)."""
    counts = np.zeros((n_types, n_ahead), dtype=np.int64)
    inside = (start >= 0) & (start < n_ahead)
    np.add.at(counts, (kind[inside], start[inside]), 1)
    return counts


def draw_new(
    fits: Fits,
    clock: Clock,
    log_size: np.ndarray,
    on_record: np.ndarray,
    n_paths: int,
    draw: Draw,
    rng: np.random.Generator,
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
    arrivals = fits.arrivals.pick(draw)
    mean = arrivals.draw(months, log_size, draw) * fits.donors.present[:, None]
    missing = 1 - fits.registration.share(np.arange(MAX_LAG - 1, -1, -1))
    mean[:, :MAX_LAG] *= missing
    counts = _counts(mean, arrivals, n_paths, rng)
    counts[:, :, MAX_LAG:] = np.maximum(counts[:, :, MAX_LAG:] - on_record, 0)
    by_kind = counts.transpose(1, 2, 0)  # spells of a type stand together: what is looked up for them does too
    where = np.nonzero(by_kind)
    repeats = by_kind[where]
    kind, month, path = (np.repeat(one, repeats) for one in where)
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
    """Give new spells the age, price, day and district of recent starts of their type."""
    if not len(path):
        return NO_SPELLS
    donors = fits.donors
    donor = donors.draw(kind, rng)
    price = donors.price[donor] * world.price_level[kind]
    nothing_before = np.full(len(path), NONE)
    share, age, district = donors.start_share[donor], donors.age[donor], donors.district[donor]
    return Batch(path, kind, start, share, age, price, district, nothing_before)


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

    A child stays in its district.

    Args:
        ended: the spells that end in a move; age at their start. end: position of the end on the clock.
        share: of the end month in force; a successor in the same month takes what the ended spell leaves of it, also
            where that began in the month of its end.
        life: phase of life at the end.
    """
    if not len(ended) or not fits.donors.present.any():  # nobody has begun anything yet: there is no price to take
        return NO_SPELLS
    kind = _destination(ended.kind, life, world, rng)
    gap = fits.moves.gap[rng.integers(0, len(fits.moves.gap), len(ended))]
    start = end + gap
    begun = first_batch(ended.path, kind, start, fits, world, rng)
    age = np.where(ended.age == NO_MONTH, NO_MONTH, ended.age + start - ended.start)
    _, left = interval(ended.start, ended.start_share, end, share)
    rest = np.where(gap == 0, end + 1 - left, begun.start_share)
    return Batch(ended.path, kind, start, rest, age, begun.price, ended.district, ended.source)


def _destination(kind: np.ndarray, life: np.ndarray, world: World, rng: np.random.Generator) -> np.ndarray:
    """Draw where spells that end in a move go: one search over all distributions, each lifted above the last."""
    row = kind * N_LIFE + life
    found = np.searchsorted(world.onward, row + rng.random(len(row)), side="right")
    return np.minimum(found - row * world.n_types, world.n_types - 1)


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
    followed = []
    batch = batch.begun_before(clock.n_months)
    while len(batch):
        end, share = _draw_ends(batch, fits, world, rng)
        life = _life_at(batch, end, fits)
        moves = (end < NEVER) & (rng.random(len(batch)) < world.share[batch.kind, life])
        followed.append(Ended(batch, end, share, moves, np.full(len(batch), flow)))
        batch = replace(batch, source=_recorded(batch, end, share, flow, fits, sums))
        on = np.flatnonzero(moves)
        batch = successors(batch.take(on), end[on], share[on], life[on], fits, world, rng)
        batch = batch.begun_before(clock.n_months)
        flow = MOVES_IN
    if followed:
        _add(followed, bucket, world, sums, clock)


def _add(followed: list[Ended], bucket: int, world: World, sums: Sums, clock: Clock) -> None:
    """Add up all at once: most generations of successors are a handful of spells."""
    batch = joined([one.spells for one in followed])
    end, share, moves, flow = (
        np.concatenate([getattr(one, name) for one in followed]) for name in ("end", "share", "moves", "flow")
    )
    _add_up(batch, end, share, bucket, world, sums)
    _add_flows(batch, end, moves, flow, sums)
    _add_districts(batch, end, share, world, sums)
    _add_refund(batch, end, share, world, sums, clock)


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


def _add_up(batch: Batch, end: np.ndarray, share: np.ndarray, bucket: int, world: World, sums: Sums) -> None:
    """Add volume and cost by what begins and what ends; slot m takes what lies beyond the months."""
    n_paths, n_types, m = sums.volume.shape[1:]
    base = (batch.path * n_types + batch.kind) * (m + 1)
    first, after, last = (base + np.clip(month, 0, m) for month in (batch.start, end + 1, end))
    lost = _broken_months(batch, end, share, m)

    def laid_out(at: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
        return np.bincount(at, weight, minlength=n_paths * n_types * (m + 1)).reshape(n_paths, n_types, m + 1)

    def in_force(price: np.ndarray | None) -> np.ndarray:
        whole = laid_out(first, price) - laid_out(after, price)
        parts = [part if price is None else part * price for part in lost]
        return (whole.cumsum(axis=2) + laid_out(first, parts[0]) + laid_out(last, parts[1]))[:, :, :m]

    sums.volume[bucket] += in_force(None)
    sums.cost[bucket] += in_force(batch.price) * world.growth


def _add_districts(batch: Batch, end: np.ndarray, share: np.ndarray, world: World, sums: Sums) -> None:
    """Add what each district takes, where districts are told apart."""
    if sums.districts is not None:
        where = (batch.path, batch.kind, batch.district)
        sums.districts.add_unseen(where, *_times(batch, end, share), batch.price, world.growth)


def _broken_months(batch: Batch, end: np.ndarray, share: np.ndarray, n_months: int) -> tuple[np.ndarray, np.ndarray]:
    """What the first and the last month lack of whole ones (never positive), zero outside the months; (n,) each.

    Start and end in one month leave start_share + end_share - 1 of it, never less than a day; it is the start's.
    """
    same = batch.start == end
    both = np.maximum(batch.start_share + share - 1, SHORTEST)
    of_start = np.where(batch.start >= 0, np.where(same, both, batch.start_share) - 1, 0.0)
    return of_start, np.where((end >= 0) & (end < n_months) & ~same, share - 1, 0.0)


def _add_flows(batch: Batch, end: np.ndarray, moves: np.ndarray, flow: np.ndarray, sums: Sums) -> None:
    for kind, came in ((ENTRIES, flow == ENTRIES), (MOVES_IN, flow == MOVES_IN)):
        sums.add_flow(kind, batch.path[came], batch.kind[came], batch.start[came])
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
    expense = np.clip(np.minimum(ends, month + 1) - np.maximum(begins, month), 0.0, 1.0)
    expense *= own.price * world.growth.T[:, own.kind]
    # Month by month: the spells stand in no order of paths.
    for at, refund in enumerate(clock.refund(expense)):
        sums.refund[:, at] += np.bincount(own.path, refund, minlength=len(sums.refund))
