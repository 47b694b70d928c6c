"""The months of a simulation, and the parts of it that never change from path to path."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit.domain.indexing import JANUARY, index_factors, price_year
from cockpit.domain.reference import Reference, RefundRule
from cockpit.domain.refund import monthly_refund


@dataclass(frozen=True)
class Clock:
    """Months from January of the as-of year to the last one; positions 0..m-1, the as-of month at `now`.

    `rise` is the calendar month in which prices take the year's index.
    """

    as_of: pd.Period
    months: pd.PeriodIndex
    reference: Reference
    rise: int = JANUARY

    @cached_property
    def first(self) -> int:
        """Ordinal of the first month."""
        return int(self.months[0].ordinal)

    @cached_property
    def now(self) -> int:
        """Position of the as-of month."""
        return self.as_of.month - 1

    @cached_property
    def n_months(self) -> int:
        """Number of months."""
        return len(self.months)

    @cached_property
    def n_ahead(self) -> int:
        """Number of months after the as-of month."""
        return self.n_months - self.now - 1

    @cached_property
    def ahead(self) -> pd.PeriodIndex:
        """The months after the as-of month."""
        return self.months[self.now + 1 :]

    @cached_property
    def index(self) -> np.ndarray:
        """What a krone at the prices of the as-of month costs in each month, shape (m,)."""
        year = int(price_year(self.as_of.ordinal, self.rise))
        return index_factors(self.reference, year, self.months, self.rise)

    @cached_property
    def _rules(self) -> list[tuple[slice, RefundRule]]:
        """Runs of months under one refund rule."""
        if not self.reference.refund_rules:
            return []
        rules = [self.reference.refund_rule(month) for month in self.months]
        cuts = [at for at in range(1, len(rules)) if rules[at] != rules[at - 1]]
        return [(slice(a, b), rules[a]) for a, b in zip([0, *cuts], [*cuts, len(rules)], strict=True)]

    @cached_property
    def threshold(self) -> np.ndarray:
        """Monthly expense above which a child gives refund, shape (m,); infinite without rules."""
        lowest = np.full(self.n_months, np.inf)
        for months, rule in self._rules:
            lowest[months] = rule.thresholds[0] / 12
        return lowest

    def refund(self, expense: np.ndarray) -> np.ndarray:
        """Refund of each child's monthly expense, shape (m, ...) with the months first."""
        total = np.zeros_like(expense)
        for months, rule in self._rules:
            total[months] = monthly_refund(expense[months], rule)
        return total
