"""A month of life: prices rise, families arrive, spells end, children move on; the same code for truth and futures."""

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.world.cases import DAYS, NO_MONTH, OPEN, UNNAMED, Cases, taken
from benchmarks.world.town import LAST_AGE, MAJORITY, Town


@dataclass
class Climate:
    """What all spells of a future share: the price level per type, (n_paths, n_types), and the year's inflow."""

    level: np.ndarray
    inflow: np.ndarray

    @property
    def n_paths(self) -> int:
        """Number of futures."""
        return len(self.inflow)


def first_climate(town: Town) -> Climate:
    """The climate before the first month of a municipality's life."""
    return Climate(np.full((1, town.n_types), town.first_level()), np.ones(1))


def turn(month: int, town: Town, climate: Climate, rng: np.random.Generator) -> np.ndarray:
    """Begin a month: a new year's inflow, and prices; return the factor on running prices, (n_paths, n_types)."""
    if month % 12 == 0:
        climate.inflow = rng.gamma(town.inflow_strength, 1 / town.inflow_strength, climate.n_paths)
    factor = np.full_like(climate.level, town.rise(month))
    if town.contract_spread and month % 12 + 1 == town.index_month:
        factor *= np.exp(town.contract_spread * rng.standard_normal(factor.shape))
    climate.level = climate.level * factor
    return factor


def repriced(cases: Cases, factor: np.ndarray, town: Town, rng: np.random.Generator) -> Cases:
    """Running spells at the month's prices, renegotiated ones among them."""
    chance, mean, spread = town.renegotiation
    agreed = rng.random(len(cases)) < chance
    step = np.where(agreed, np.exp(mean + spread * rng.standard_normal(len(cases))), 1.0)
    return replace(cases, price=np.round(cases.price * factor[cases.path, cases.kind] * step, 2))


def arrivals(month: int, town: Town, climate: Climate, rng: np.random.Generator) -> Cases:
    """The children of a month's new families, a spell each; siblings come together and are registered together."""
    families = rng.poisson(town.rate(month) * climate.inflow[:, None])
    path, kind = np.nonzero(families)
    path, kind = (np.repeat(one, families[path, kind]) for one in (path, kind))
    registered = month + draw_from(town.registration, kind, rng)
    start_day = rng.integers(0, DAYS[month], len(kind))
    children = 1 + np.searchsorted(np.cumsum(town.families), rng.random(len(kind)), side="right")
    of_family = np.repeat(np.arange(len(kind)), np.minimum(children, len(town.families)))
    first = np.diff(of_family, prepend=-1) != 0
    own = kind[of_family]
    age = rng.integers(town.ages[own, 0], town.ages[own, 1] + 12)
    return begun(
        path[of_family], own, month - age, month, start_day[of_family], registered[of_family], first, town, climate, rng
    )


def begun(
    path: np.ndarray,
    kind: np.ndarray,
    birth: np.ndarray,
    month: int,
    start_day: np.ndarray,
    registered: np.ndarray,
    family: np.ndarray,
    town: Town,
    climate: Climate,
    rng: np.random.Generator,
) -> Cases:
    """Spells that start in a month, with what is drawn at the start."""
    n = len(kind)
    latent, plan = town.exits.begin(kind, month, rng)
    price = town.price[kind] * climate.level[path, kind] * np.exp(town.sigma[kind] * rng.standard_normal(n))
    nameless = np.full(n, UNNAMED)
    return Cases(
        path=path,
        spell=nameless,
        citizen=nameless,
        kind=kind,
        latent=latent,
        birth=birth,
        start=np.full(n, month),
        start_day=start_day,
        price=np.round(price, 2),
        plan=np.where(rng.random(n) < town.missing_expected_end, NO_MONTH, plan),
        registered=registered,
        supplier=np.searchsorted(np.cumsum(town.suppliers), rng.random(n) * town.suppliers.sum(), side="right"),
        family=family.astype(np.int64),
        stop=np.full(n, OPEN),
        stop_day=np.zeros(n, dtype=np.int64),
    )


def draw_from(shares: np.ndarray, row: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a column per row of a table of shares."""
    cumulated = np.cumsum(shares, axis=1)[row]
    return np.minimum((cumulated <= rng.random(len(row))[:, None]).sum(axis=1), shares.shape[1] - 1)


@dataclass(frozen=True)
class Leaving:
    """Spells that ended in a month, and whether they do so at 18."""

    cases: Cases
    turning: np.ndarray


def lived(cases: Cases, month: int, town: Town, rng: np.random.Generator) -> tuple[Cases, Leaving]:
    """End a month: spells stop or get a new expected end. Returns all of them, and those that ended."""
    age = month - cases.birth
    turning = age == MAJORITY
    ends = turning | (age >= LAST_AGE - 1) | (rng.random(len(cases)) < town.exits.chance(cases, month))
    earliest = np.where(cases.start == month, cases.start_day, 0) + 1
    day = earliest + np.floor(rng.random(len(cases)) * (DAYS[month] - earliest + 1)).astype(np.int64)
    day = np.where(turning, DAYS[month], day)
    after = replace(
        cases,
        stop=np.where(ends, month, cases.stop),
        stop_day=np.where(ends, day, cases.stop_day),
        plan=np.where(ends, cases.plan, town.exits.renew(cases, month, rng)),
    )
    return after, Leaving(taken(after, ends), turning[ends])


def move_on(
    leaving: Leaving, month: int, town: Town, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who of those that ended in a month moves on, into which type, and from when the extracts show it; (n,) each."""
    cases = leaving.cases
    adult = (month - cases.birth >= MAJORITY) & ~leaving.turning
    chance = np.where(adult, 0.0, town.moves[cases.kind, leaving.turning.astype(int)])
    moves = rng.random(len(cases)) < chance
    row = np.where(leaving.turning, 2, town.placement[cases.kind].astype(int))
    kind = draw_from(town.destination, row, rng)
    return moves, kind, np.maximum(cases.registered, month + 1 + draw_from(town.registration, kind, rng))


@dataclass(frozen=True)
class Coming:
    """Children who move on into a spell that starts at the beginning of the next month; all shape (n,)."""

    path: np.ndarray
    citizen: np.ndarray
    kind: np.ndarray
    birth: np.ndarray
    registered: np.ndarray


def moved(leaving: Leaving, moves: np.ndarray, kind: np.ndarray, registered: np.ndarray) -> Coming:
    """Those who move on."""
    cases = leaving.cases
    return Coming(cases.path[moves], cases.citizen[moves], kind[moves], cases.birth[moves], registered[moves])


def started(coming: Coming, month: int, town: Town, climate: Climate, rng: np.random.Generator) -> Cases:
    """The spells of children who moved on, from the first day of the month."""
    none = np.zeros(len(coming.kind), dtype=np.int64)
    cases = begun(coming.path, coming.kind, coming.birth, month, none, coming.registered, none, town, climate, rng)
    return replace(cases, citizen=coming.citizen)
