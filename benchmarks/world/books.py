"""What a month of activity becomes in the ledger: invoices, refund claims, and money beside the activity."""

from dataclasses import dataclass

import numpy as np

from benchmarks.world.cases import DAYS, Cases, days_in_force
from benchmarks.world.town import Lump, Town
from cockpit.domain.refund import monthly_refund

SUPPLEMENT = 13
CLOSING_MONTHS = 2  # January and February: what comes then for the old year may still be booked in it
DAYS_OF_A_MONTH = 30.4


@dataclass(frozen=True)
class Lines:
    """Services of a spell in a month, shape (n,): what will be invoiced and what the state will refund, kr."""

    path: np.ndarray
    spell: np.ndarray
    kind: np.ndarray
    month: np.ndarray
    amount: np.ndarray
    refund: np.ndarray
    supplier: np.ndarray
    registered: np.ndarray

    def __len__(self) -> int:
        return len(self.path)


def lines_of(cases: Cases, month: int, town: Town, rng: np.random.Generator) -> Lines:
    """The month's services of spells in force; a team's children are paid through its wages, not by invoice."""
    gross = _price_of(cases, month, town)
    extra = np.exp(town.extra_spread * rng.standard_normal(len(cases)) - town.extra_spread**2 / 2)
    amount = gross * town.net_factor[cases.kind] * extra
    if town.team:
        amount = np.where(cases.kind == town.team.kind, 0.0, amount)
    refund = town.refund_share * monthly_refund(gross, town.refund_rule(month))
    when = np.full(len(cases), month)
    return Lines(
        cases.path, cases.spell, cases.kind, when, np.round(amount, 2), np.round(refund, 2), cases.supplier,
        cases.registered,
    )  # fmt: skip


def _price_of(cases: Cases, month: int, town: Town) -> np.ndarray:
    """What the days in force in a month cost at each spell's own price, shape (n,)."""
    days = days_in_force(cases, month)
    return cases.price * np.where(town.per_day[cases.kind], days / DAYS_OF_A_MONTH, days / DAYS[month])


def cared_for(cases: Cases, month: int, town: Town, kind: int) -> float:
    """What a type's children add up to in a month at their own prices, kr."""
    own = cases.kind == kind
    return float(_price_of(cases, month, town)[own].sum() * town.net_factor[kind])


def billed(lines: Lines) -> np.ndarray:
    """Month of the bill: the service's own, the quarter's last, the half-year's last; shape (n,)."""
    every = np.array([1, 3, 6])[lines.supplier]
    return lines.month + every - 1 - lines.month % every


def booked(lines: Lines, town: Town, rng: np.random.Generator, after: int | None = None) -> np.ndarray:
    """Draw the month in which each line is booked, never before its spell is registered; shape (n,).

    Args:
        after: nothing of registered spells was booked up to this month, which is all that is known.
    """
    bill = billed(lines)
    lag = np.zeros(len(lines), dtype=np.int64)
    chance = rng.random(len(lines))
    for supplier, shares in enumerate(town.lags):
        own = lines.supplier == supplier
        cumulated = np.append(np.cumsum(shares)[:-1], 1.0)
        passed = np.zeros(own.sum(), dtype=np.int64)
        if after is not None:
            seen = lines.registered[own] <= after
            passed = np.where(seen, np.clip(after - bill[own] + 1, 0, len(shares) - 1), 0)
        before = np.where(passed > 0, cumulated[passed - 1], 0.0)
        drawn = np.searchsorted(cumulated, before + (1 - before) * chance[own], side="right")
        lag[own] = np.clip(drawn, passed, len(shares) - 1)
    return np.maximum(bill + lag, lines.registered)


def labels(lines: Lines, arrives: np.ndarray, in_time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Year and period of each booking, given whether the old year takes what comes just after New Year; (n,) each."""
    own = 1970 + lines.month // 12
    year, period = 1970 + arrives // 12, arrives % 12 + 1
    closing = (year == own + 1) & (period <= CLOSING_MONTHS) & in_time
    return np.where(closing, own, year), np.where(closing, SUPPLEMENT, period)


def claimed(lines: Lines, town: Town) -> np.ndarray:
    """Month in which each line's refund is settled: after its quarter, or after its spell is registered; (n,)."""
    quarter = lines.month + 2 - lines.month % 3 + town.refund_offset
    late = lines.registered + (2 + town.refund_offset - lines.registered) % 3
    return np.maximum(quarter, late)


def claim_labels(lines: Lines, settled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Year and period of each claim; January's settlement of the old year belongs to it."""
    own = 1970 + lines.month // 12
    year, period = 1970 + settled // 12, settled % 12 + 1
    closing = (year == own + 1) & (period == 1)
    return np.where(closing, own, year), np.where(closing, SUPPLEMENT, period)


def closing_shares(town: Town, n: int, rng: np.random.Generator) -> np.ndarray:
    """What closings take of what comes just after New Year, shape (n,)."""
    strength = town.closing_strength
    return rng.beta(town.closing_share * strength, (1 - town.closing_share) * strength, n)


@dataclass(frozen=True)
class Beside:
    """A lump with its level in kr. a month at the price level of the forecast year."""

    lump: Lump
    level: float

    def next(self, state: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The walk a month on, shape of `state`."""
        fresh = self.lump.spread * np.sqrt(1 - self.lump.memory**2)
        return self.lump.memory * state + fresh * rng.standard_normal(len(state))

    def amount(self, state: np.ndarray, month: int, town: Town) -> np.ndarray:
        """What is booked in the month, kr., shape of `state`."""
        due = month % 12 + 1 in self.lump.months
        years = range(1970 + month // 12, town.year)
        level = self.level * (12 / len(self.lump.months)) / np.prod([town.index[year + 1] for year in years])
        return np.round(level * np.exp(state) * due, 2)
