"""State refund for very dear cases (SDE): the dated rule per child and month.

The thresholds are yearly amounts, but a twelfth of each is held against every month by itself: a child who is dear
for three months gives refund even where the year's sum stays below the first threshold.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cockpit.domain.reference import RefundRule

MONTHS_IN_YEAR = 12


def monthly_refund(net: np.ndarray, rule: RefundRule) -> np.ndarray:
    """Refund of each child and month: the rate of each tier x what of the expense lies within the tier.

    Args:
        net: net expense in kr. per child and month, any shape; see `net_base`. NaN stays NaN.
        rule: yearly thresholds in kr., ascending, and the rate above each.

    Returns:
        Kroner, the shape of `net`; zero up to a twelfth of the first threshold.
    """
    expense = np.asarray(net, dtype=float)
    refund, above = np.zeros_like(expense), np.empty_like(expense)
    # Above each threshold the rate rises by its step, so the tiers add up without being told apart.
    for threshold, step in zip(rule.thresholds, np.diff(rule.rates, prepend=0.0), strict=True):
        np.subtract(expense, threshold / MONTHS_IN_YEAR, out=above)
        np.maximum(above, 0.0, out=above)
        above *= step
        refund += above
    return refund


@dataclass(frozen=True)
class RefundByMonth:
    """The rules of a run of months as two tables, so that expenses of many months are refunded in one go.

    limits: kr. a month above which each tier begins, infinite where there is none; steps: how much the rate rises
    there; both (m, tiers).
    """

    limits: np.ndarray
    steps: np.ndarray

    @classmethod
    def of(cls, rules: Sequence[RefundRule | None]) -> "RefundByMonth":
        """Lay out the rule of each month; None refunds nothing."""
        tiers = max((len(rule.thresholds) for rule in rules if rule), default=1)
        limits, steps = np.full((len(rules), tiers), np.inf), np.zeros((len(rules), tiers))
        for at, rule in enumerate(rules):
            if rule is not None:
                limits[at, : len(rule.thresholds)] = np.array(rule.thresholds) / MONTHS_IN_YEAR
                steps[at, : len(rule.rates)] = np.diff(rule.rates, prepend=0.0)
        return cls(limits, steps)

    def refund(self, net: np.ndarray, month: np.ndarray) -> np.ndarray:
        """Refund of each expense in its month, shape (n,), as `monthly_refund` has it."""
        total = np.zeros(len(net))
        above = np.arange(len(net))
        for tier in range(self.limits.shape[1]):
            beyond = net[above] - self.limits[month[above], tier]
            # Thresholds ascend: what does not reach one reaches none of the next.
            above, beyond = above[beyond > 0], beyond[beyond > 0]
            total[above] += self.steps[month[above], tier] * beyond
        return total


def net_base(
    expense: np.ndarray,
    *,
    one_off: np.ndarray,
    fixed_contribution: np.ndarray,
    income: np.ndarray,
    spread_months: int,
) -> np.ndarray:
    """Return the net expense that the refund is computed on.

    Args:
        expense: all expense in kr. per child and month, shape (..., m) with the months last.
        one_off: the part of it that falls once, spread evenly over `spread_months` from its month on.
        fixed_contribution: the part of it that is objektiv finansiering, which does not count.
        income: positive kr., such as parents' payment, deducted before the thresholds.
        spread_months: the assumption `refund_spread_months`.

    Returns:
        Kroner, the shape of `expense`; negative in a month with more income than expense. What of a one-off falls
        after the last month is not in it.
    """
    return expense - one_off - fixed_contribution + spread_forward(one_off, spread_months) - income


def spread_forward(one_off: np.ndarray, months: int) -> np.ndarray:
    """Spread each amount evenly over its own month and those after it, along the last axis."""
    running = np.cumsum(one_off, axis=-1)
    fallen_out = np.zeros_like(running)
    fallen_out[..., months:] = running[..., :-months]
    return (running - fallen_out) / months
