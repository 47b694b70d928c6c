"""All that happens in a municipality, with what is hidden, and snapshots of it at the origins."""

from copy import deepcopy
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.world import books
from benchmarks.world.books import Beside, Lines
from benchmarks.world.cases import Cases, joined, taken
from benchmarks.world.life import (
    Climate,
    Coming,
    arrivals,
    first_climate,
    lived,
    move_on,
    moved,
    repriced,
    started,
    turn,
)
from benchmarks.world.town import Lump, Team, Town

MONTHS_KNOWN = (3, 6, 9)


@dataclass(frozen=True)
class Snapshot:
    """The end of an origin month: running spells as they stand, who moves on tomorrow, and the climate."""

    month: int
    running: Cases
    coming: Coming
    climate: Climate


@dataclass(frozen=True)
class Posted:
    """Bookings of one kind, shape (n,): the month they become known, their year and period, the month of service."""

    known: np.ndarray
    year: np.ndarray
    period: np.ndarray
    service: np.ndarray
    amount: np.ndarray


@dataclass(frozen=True)
class Truth:
    """A municipality's life to the end of its year.

    Attributes:
        ended: spells that ended in the window; price_changes: spell, month, kr. a month, columns of a table (k, 3).
        levels: price level per month lived, (n_types,) each; inflow: per year.
        lines, invoices: services in the window and their bookings, entry by entry; claims: likewise of refund.
        beside: lumps, their log walk by month from the window's first, (months,), and their bookings.
    """

    town: Town
    ended: Cases
    price_changes: np.ndarray
    levels: dict[int, np.ndarray]
    inflow: dict[int, float]
    lines: Lines
    invoices: Posted
    claims: Posted
    beside: list[tuple[Beside, np.ndarray, Posted]]
    snapshots: dict[int, Snapshot]

    @property
    def posted(self) -> list[Posted]:
        """Everything that is booked."""
        return [self.invoices, self.claims, *(posted for _, _, posted in self.beside)]

    def visible(self, month: int) -> Cases:
        """Spells on record at the end of an origin month that run or ended in the window."""
        ended = taken(self.ended, self.ended.stop <= month)
        every = joined([ended, self.snapshots[month].running])
        return taken(every, every.registered <= month)

    def outturn(self, year: int, known: int | None = None) -> float:
        """What a year has booked, all of it or what was known by a month, kr."""
        until = 10**6 if known is None else known
        return sum(float(p.amount[(p.year == year) & (p.known <= until)].sum()) for p in self.posted)


@dataclass
class _Log:
    ended: list[Cases] = field(default_factory=list)
    prices: list[np.ndarray] = field(default_factory=list)
    lines: list[Lines] = field(default_factory=list)
    team: dict[int, float] = field(default_factory=dict)
    levels: dict[int, np.ndarray] = field(default_factory=dict)
    inflow: dict[int, float] = field(default_factory=dict)
    snapshots: dict[int, Snapshot] = field(default_factory=dict)
    named: int = 0
    born: int = 0


def live(town: Town) -> Truth:
    """Live through burn-in, window and year, and book it all; the same municipality has the same life."""
    rng = np.random.default_rng([town.seed, 1])
    climate, log = first_climate(town), _Log()
    running: list[Cases] = []
    coming: Coming | None = None
    origins = {town.month(town.year, month) for month in MONTHS_KNOWN}
    for month in range(town.begin, town.end + 1):
        factor = turn(month, town, climate, rng)
        log.levels[month], log.inflow[1970 + month // 12] = climate.level[0], float(climate.inflow[0])
        before = running[0] if running else None
        running = [repriced(before, factor, town, rng)] if before is not None else []
        begins = [arrivals(month, town, climate, rng)]
        begins += [started(coming, month, town, climate, rng)] if coming is not None else []
        begins = [_named(one, log) for one in begins]
        _log_prices(log, before, running, begins, month)
        cases, leaving = lived(joined([*running, *begins]), month, town, rng)
        if month >= town.window - 12:
            log.lines.append(books.lines_of(cases, month, town, rng))
            log.team[month] = books.cared_for(cases, month, town, town.team.kind) if town.team else 0.0
        moves, kind, registered = move_on(leaving, month, town, rng)
        coming = moved(leaving, moves, kind, registered)
        if month >= town.window:
            log.ended.append(leaving.cases)
        running = [taken(cases, cases.stop > month)]
        if month in origins:
            log.snapshots[month] = Snapshot(month, running[0], coming, deepcopy(climate))
    return _booked(town, log, rng)


def _named(cases: Cases, log: _Log) -> Cases:
    """New spells under names of their own, new children too."""
    spell = log.named + np.arange(len(cases))
    log.named += len(cases)
    new = cases.citizen < 0
    citizen = np.where(new, log.born + np.cumsum(new) - 1, cases.citizen)
    log.born += int(new.sum())
    return replace(cases, spell=spell, citizen=citizen)


def _log_prices(log: _Log, before: Cases | None, running: list[Cases], begins: list[Cases], month: int) -> None:
    new = [(one, np.ones(len(one), dtype=bool)) for one in begins]
    old = [(running[0], running[0].price != before.price)] if before is not None else []
    for cases, changed in new + old:
        log.prices.append(np.column_stack([cases.spell[changed], np.full(changed.sum(), month), cases.price[changed]]))


def _booked(town: Town, log: _Log, rng: np.random.Generator) -> Truth:
    lines = joined(log.lines)
    arrives = books.booked(lines, town, rng)
    years = 1970 + lines.month // 12
    shares = books.closing_shares(town, years.max() - years.min() + 1, rng)
    in_time = rng.random(len(lines)) < shares[years - years.min()]
    invoices = Posted(arrives, *books.labels(lines, arrives, in_time), lines.month, lines.amount)
    settled = books.claimed(lines, town)
    claims = Posted(settled, *books.claim_labels(lines, settled), lines.month, -lines.refund)
    return Truth(
        town, joined(log.ended), np.vstack(log.prices), log.levels, log.inflow, lines, invoices, claims,
        _beside(town, lines, log.team, rng), log.snapshots,
    )  # fmt: skip


def _beside(
    town: Town, lines: Lines, cared_for: dict[int, float], rng: np.random.Generator
) -> list[tuple[Beside, np.ndarray, Posted]]:
    """Lumps as shares of the usual cost at the forecast year's prices, and the team's wages.

    Args:
        cared_for: what the team's children add up to at their prices, per month, kr.
    """
    recent = lines.month > town.end - 24
    growth = town.index[town.year] ** 0.5  # the two years' mean lies half a year before the last one's
    monthly = float(lines.amount[recent].sum()) / 24 * growth
    found = [Beside(lump, lump.share * monthly) for lump in town.lumps]
    if town.team:
        usual = sum(amount for month, amount in cared_for.items() if month > town.end - 24) / 24
        found.append(_wages(town, town.team, usual * growth))
    months = np.arange(town.window, town.end + 1)
    return [(one, *_walk(one, months, town, rng)) for one in found]


def _wages(town: Town, team: Team, monthly: float) -> Beside:
    """A team's wages: its level of what its children usually add up to at their prices, whoever comes."""
    account = f"{town.account[team.kind][:6]}099"
    lump = Lump("team", account, team.level, team.spread, team.memory, tuple(range(1, 13)))
    return Beside(lump, team.level * monthly)


def _walk(one: Beside, months: np.ndarray, town: Town, rng: np.random.Generator) -> tuple[np.ndarray, Posted]:
    state = one.lump.spread * rng.standard_normal(1)
    walk = np.zeros(len(months))
    amount = np.zeros(len(months))
    for at, month in enumerate(months):
        state = one.next(state, rng)
        walk[at], amount[at] = state[0], one.amount(state, month, town)[0]
    return walk, Posted(months, 1970 + months // 12, months % 12 + 1, months, amount)
