"""Incurred but not yet booked: what past service months still owe the ledger.

Two estimates per service month of age a: E1 = ratio x activity - booked (what the spells cost less what has come), and
E2 = ratio x activity x (1 - F(a)) (Bornhuetter & Ferguson 1972: what usually comes after this age). E1 knows who has
not billed yet; E2 is not misled once all but noise has come. They are mixed per age by least squares on the groups' own
mature months.
"""

import numpy as np

from models.outturn.delay import LONGEST_LAG
from models.outturn.groups import Group


def estimates(group: Group, rows: np.ndarray, age: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """E1 and E2 for service months `rows` seen at ages `age`, kr., each shape (k,)."""
    expected = group.ratio * group.cost[rows]
    booked = group.cumulated[rows, np.minimum(age, LONGEST_LAG)]
    share = np.array([group.delay.booked_at(a) for a in age])
    return expected - booked, expected * (1 - share)


def mixing_weights(groups: list[Group]) -> np.ndarray:
    """Weight of E1 by age, shape (LONGEST_LAG + 1,), in [0, 1]: least squares over all groups' mature months."""
    weights = np.zeros(LONGEST_LAG + 1)
    for age in range(LONGEST_LAG + 1):
        first, second, truth = _at_age(groups, age)
        spread = ((first - second) ** 2).sum()
        weights[age] = np.clip(((truth - second) * (first - second)).sum() / spread, 0, 1) if spread > 0 else 0.0
    return weights


def _at_age(groups: list[Group], age: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """E1, E2 and what really came later, for every mature service month that has passed `age`."""
    parts = [_mature_at_age(group, age) for group in groups if group.has_ledger]
    if not parts:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    first, second, truth = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return first, second, truth


def _mature_at_age(group: Group, age: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = np.flatnonzero(~np.isnan(group.ultimate) & (group.age > age))
    first, second = estimates(group, rows, np.full(len(rows), age))
    return first, second, group.ultimate[rows] - group.cumulated[rows, age]


def outstanding(group: Group, weights: np.ndarray, back: int = 0) -> np.ndarray:
    """Expected kr. still to be booked per service month, as seen `back` months before the as-of month, shape (s,).

    Service months older than the longest lag, or later than the view, owe nothing.
    """
    age = group.age - back
    rows = np.flatnonzero((age >= 0) & (age < LONGEST_LAG))
    first, second = estimates(group, rows, age[rows])
    owed = np.zeros(len(age))
    owed[rows] = weights[age[rows]] * first + (1 - weights[age[rows]]) * second
    return owed


def outstanding_spread(group: Group, weights: np.ndarray) -> float:
    """Standard deviation of the error of the total outstanding, kr., over earlier views that are mature by now."""
    errors = [_view_error(group, weights, back) for back in range(1, LONGEST_LAG + 1)]
    usable = [error for error in errors if error is not None]
    return float(np.sqrt(np.mean(np.square(usable)))) if usable and group.has_ledger else 0.0


def _view_error(group: Group, weights: np.ndarray, back: int) -> float | None:
    """Error of the total seen `back` months ago where the truth is known of every month; None where it is not."""
    age = group.age - back
    rows = np.flatnonzero((age >= 0) & (age < LONGEST_LAG) & ~np.isnan(group.ultimate))
    if len(rows) == 0 or np.isnan(group.ultimate[age >= 0]).any():
        return None
    truth = group.ultimate[rows] - group.cumulated[rows, age[rows]]
    return float(outstanding(group, weights, back)[rows].sum() - truth.sum())
