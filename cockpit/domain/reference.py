"""The dated reference tables: types and ladder, accounts, law, refund, indexation, assumptions.

The records live in `data/reference/`; `cockpit.intake.reference_files` reads them. Nothing here knows a number.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

UNALLOCATED = "unallocated"
PLACEMENT_STEPS = (4, 5, 6)
PREVENTION_STEPS = (2, 3)


@dataclass(frozen=True)
class InterventionType:
    """One type of intervention.

    `rate_low` and `rate_high` bound a credible price in kr. per month at the level of `price_year`; outside them a
    rate is probably in the wrong unit.
    """

    key: str
    name: str
    step: int
    function: str
    rate_low: float
    rate_high: float
    price_year: int
    mark: str


@dataclass(frozen=True)
class Assumption:
    """A dated value that is nobody's to type into code: unit, source, owner and review date are required.

    `mark` is V (published), D (arithmetic on published figures) or U (an estimate: shown as such).
    """

    key: str
    valid_from: pd.Timestamp
    value: float
    low: float
    high: float
    unit: str
    mark: str
    source: str
    owner: str
    review_date: pd.Timestamp
    why: str


@dataclass(frozen=True)
class RefundRule:
    """State refund for very dear cases: yearly thresholds in kr. and the rate above each, valid from a month."""

    valid_from: pd.Period
    thresholds: tuple[float, ...]
    rates: tuple[float, ...]
    mark: str
    source: str


@dataclass(frozen=True)
class Reference:
    """All reference tables. `identity` is a hash of their contents and part of every forecast's papers.

    Frames:
        accounts: function, grouping (or None for the whole function), type_key (or None), name, valid_from, valid_to
        laws: law, paragraph, type_key, valid_from, valid_to
        indexation: year, index (relative to the year before, 1.028 = 2,8 %), mark, source
        names: kind (`type` or `unit` ...), text, key: spellings that extracts use for a key
    """

    types: dict[str, InterventionType]
    accounts: pd.DataFrame
    laws: pd.DataFrame
    indexation: pd.DataFrame
    refund_rules: tuple[RefundRule, ...]
    assumptions: tuple[Assumption, ...]
    steps: dict[int, str]
    identity: str

    def assumption(self, key: str, at: pd.Period | pd.Timestamp | None = None) -> Assumption:
        """Return the record of an assumption in force at a month, by default the newest.

        Raises:
            KeyError: no record of that name is in force then.
        """
        known = [record for record in self.assumptions if record.key == key]
        if at is not None:
            day = at.start_time if isinstance(at, pd.Period) else at
            known = [record for record in known if record.valid_from <= day]
        if not known:
            raise KeyError(key)
        return max(known, key=lambda record: record.valid_from)

    def refund_rule(self, month: pd.Period) -> RefundRule:
        """Return the refund rule in force in a month; the oldest one for months before all of them."""
        in_force = [rule for rule in self.refund_rules if rule.valid_from <= month]
        return max(in_force, key=lambda rule: rule.valid_from) if in_force else self.refund_rules[0]

    def step_of(self, type_key: str) -> int | None:
        """Return the step of the ladder of a type; None for money without a type."""
        found = self.types.get(type_key)
        return found.step if found else None

    @cached_property
    def index_by_year(self) -> dict[int, float]:
        """Price and wage index of each year relative to the year before."""
        return dict(zip(self.indexation["year"].astype(int), self.indexation["index"].astype(float), strict=True))

    def index_between(self, from_year: int, to_year: int) -> float:
        """Return what a krone of `from_year` is worth in `to_year`; years outside the table use its nearest year."""
        first, last = min(from_year, to_year), max(from_year, to_year)
        product = 1.0
        for year in range(first + 1, last + 1):
            product *= self.index_by_year[min(max(year, min(self.index_by_year)), max(self.index_by_year))]
        return product if to_year >= from_year else 1 / product
