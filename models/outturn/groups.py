"""Match groups: the smallest units in which ledger and activity can be held against each other.

Normally one leaf. Where a function's ledger carries no types (or only some), leaves of it are matched together.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit.domain.reference import UNALLOCATED
from models.outturn.delay import LONGEST_LAG, Delay

COVERED = 0.85  # share of a function's activity that its typed ledger must cover to be matched type by type
CREDIBLE_RATIO = (0.4, 2.5)  # ledger / activity outside this is not the same thing booked
MATURE = 0.9  # booked share from which a service month's ultimate is worth estimating
SETTLED = 0.97  # booked share from which it says what the ledger makes of an activity krone: half-year bills have come
RATIO_MONTHS = 18
ACTIVE_MONTHS = 12
WHOLE, BY_DEFAULT = "*", "-"  # in place of a type: the whole function; what is booked without type
STEADIER = 0.5  # spread around its own mean to that around activity, below which money does not follow activity
ENOUGH_SINCE = 3  # mature months since a known event that are enough to forget those before it


@dataclass(frozen=True)
class Group:
    """One match group over the window's service months.

    Attributes:
        leaves: positions in the leaf table.
        cost: activity cost per service month, kr., shape (s,); negative for the refund.
        cumulated: triangle of bookings, shape (s, LONGEST_LAG + 1).
        age: age of each service month, shape (s,).
        delay: booked share by age.
        supplement_share: share of what comes just after New Year that the supplement period takes.
        own_year: booked so far in the service month's own year, kr., shape (s,).
        closings: per settled closing, what of the year's services came after New Year: in the supplement period and
            in later years, kr., shape (k, 2).
        before: what service months before the window have booked in their own year and in all, by year and calendar
            month, kr., shape (years, 2, 12).
        since: position of the month of the newest known event that moved what the ledger makes of activity; zero
            where there is none.
        by_default: whether types with hardly any money are matched to their function's money without type.
        function_booked: whether the ledger has anything on the group's function.
    """

    leaves: tuple[int, ...]
    cost: np.ndarray
    cumulated: np.ndarray
    age: np.ndarray
    delay: Delay
    supplement_share: float
    own_year: np.ndarray
    closings: np.ndarray
    before: np.ndarray
    since: int = 0
    by_default: bool = False
    function_booked: bool = True

    @cached_property
    def booked(self) -> np.ndarray:
        """Booked so far per service month, kr., shape (s,)."""
        return self.cumulated[np.arange(len(self.age)), np.minimum(self.age, LONGEST_LAG)]

    @cached_property
    def ultimate(self) -> np.ndarray:
        """Booked so far divided by the booked share, kr., shape (s,); NaN where too little is booked to say."""
        share = np.array([self.delay.booked_at(age) for age in self.age])
        return np.where(share >= MATURE, self.booked / np.where(share > 0, share, 1.0), np.nan)

    @cached_property
    def _mature(self) -> np.ndarray:
        share = np.array([self.delay.booked_at(age) for age in self.age])
        mature = np.flatnonzero((share >= SETTLED) & (self.cost != 0))[-RATIO_MONTHS:]
        after = mature[mature >= self.since]
        return after if len(after) >= ENOUGH_SINCE else mature

    @property
    def ratio_months(self) -> int:
        """How many mature months the ratio rests on, at least one."""
        return max(len(self._mature), 1)

    @cached_property
    def ratio(self) -> float:
        """Ledger kroner per activity krone over the newest mature months; where the ledger has nothing yet, one."""
        cost = self.cost[self._mature].sum()
        if not self.has_ledger or cost == 0:
            return 0.0 if self.is_booked_elsewhere else 1.0
        return float(self.ultimate[self._mature].sum() / cost)

    @cached_property
    def ratio_spread(self) -> float:
        """Standard deviation of a single mature month's ledger / (ratio x activity); zero with under three months."""
        expected = self.ratio * self.cost[self._mature]
        if len(self._mature) < 3 or not self.has_ledger:
            return 0.0
        return float(np.sqrt(np.average((self.ultimate[self._mature] / expected - 1) ** 2, weights=np.abs(expected))))

    @cached_property
    def has_ledger(self) -> bool:
        """Whether anything has been booked on the group in the window."""
        return bool(np.any(self.booked != 0))

    @property
    def is_booked_elsewhere(self) -> bool:
        """Whether the ledger, which has its function, has nothing of activity older than the longest delay."""
        old = np.sum(self.cost[self.age > LONGEST_LAG] != 0)
        return self.function_booked and not self.has_ledger and bool(old >= ENOUGH_SINCE)

    @property
    def follows_activity(self) -> bool:
        """Whether activity explains the group: there is some, and the ledger, where it exists, is of its size.

        Money without type that is much steadier than the activity is no bill for it: wages of the own staff.
        """
        low, high = CREDIBLE_RATIO
        explained = bool(np.any(self.cost[-ACTIVE_MONTHS:] != 0)) and low <= self.ratio <= high
        return explained and not (self.by_default and self._spread_alone < STEADIER * self.ratio_spread)

    @property
    def _spread_alone(self) -> float:
        """Standard deviation of a mature month's ledger around its own mean, relative."""
        own = self.ultimate[self._mature]
        return float(own.std() / abs(own.mean())) if own.any() else np.inf


def group_keys(
    leaves: pd.DataFrame, costs: np.ndarray, ledger: np.ndarray, lost: np.ndarray
) -> list[tuple[str, str]]:
    """The match group of each leaf: itself, its whole function, or what of the function is booked without type.

    Where the types of a function are booked in part, nobody can say which type an untyped posting belongs to: they are
    matched together. Where they are booked but for some with hardly any money (own staff, whose wages know no child),
    the untyped money is matched to those, if it is of their size. Else it is a matter of its own: a fixed contribution,
    say.

    Args:
        leaves: columns type_key and function, l rows.
        costs: activity cost per leaf over the months compared, shape (l,).
        ledger: what the ledger has for the same service months, shape (l,).
        lost: leaves whose bills have lost their type, shape (l,): their money without type is theirs.
    """
    functions, typed = leaves["function"].to_numpy(), (leaves["type_key"] != UNALLOCATED).to_numpy()
    keys = list(leaves.itertuples(index=False, name=None))
    for function in np.unique(functions):
        own = functions == function
        together, key = _matched(own, typed, costs, np.abs(ledger), own & lost)
        for at in np.flatnonzero(together):
            keys[at] = (key, function)
    return keys


def _matched(
    own: np.ndarray, typed: np.ndarray, costs: np.ndarray, ledger: np.ndarray, lost: np.ndarray
) -> tuple[np.ndarray, str]:
    """Which leaves of a function are matched together, (l,), and as what."""
    untyped, (low, high) = own & ~typed, CREDIBLE_RATIO
    nobody = np.zeros(len(own), dtype=bool)
    if not ledger[untyped].sum() and not lost.any():
        return nobody, WHOLE
    unbooked = own & typed & (costs > 0) & (ledger < low * costs) | lost
    booked = own & typed & ~unbooked
    if not costs[booked].any() or ledger[booked].sum() < COVERED * costs[booked].sum():
        return own, WHOLE
    size = ledger[unbooked | untyped].sum() / costs[unbooked].sum() if unbooked.any() else 0.0
    return (unbooked | untyped, BY_DEFAULT) if lost.any() or low <= size <= high else (nobody, BY_DEFAULT)
