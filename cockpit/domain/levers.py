"""What a scenario changes: one small frozen value per kind of lever, with its own time profile and its own range.

A lever's fields are the keys of the scenario file; `metadata` of each says what a user may write there. Low, value and
high are three assumptions about the field that `VALUE` names.
"""

from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

NUMBER, COUNT, TEXT, TYPE, MONTH, YEARS = "number", "count", "text", "type", "month", "years"
# Bounds that a slip of the pen passes and no municipality does.
MOST_CHILDREN, MOST_MONTHS, OLDEST, LARGEST_AMOUNT = 999.0, 240, 23.0, 1e10


def _number(low: float, high: float, default: Any = None, *, form: str = NUMBER) -> Any:
    """A field with a number; without a default it must be given, and None says that it may be left out."""
    metadata = {"form": form, "low": low, "high": high}
    return field(metadata=metadata) if default is ... else field(default=default, metadata=metadata)


def _months(default: int = 0) -> Any:
    return _number(0, MOST_MONTHS, default, form=COUNT)


def _share(default: float = 0.0) -> Any:
    return _number(0.0, 1.0, default)


def _of(form: str) -> Any:
    return field(metadata={"form": form})


@dataclass(frozen=True, kw_only=True)
class Lever:
    """What every lever has.

    Attributes:
        source: where the assumption comes from; never blank.
        start: own first month where it differs from the scenario's; the later of the two counts.
        lag_months: months from the start until anything happens.
        ramp_months: months in which the effect grows evenly to its full size, which it has in the last of them.
        hold_months, fade_months: months of full effect before it fades, and in which it fades evenly; 0 never fades.
        low, high: the range of the value; absent ones are the value itself.
    """

    KIND: ClassVar[str]
    VALUE: ClassVar[str]
    WITHOUT: ClassVar[frozenset[str]] = frozenset()

    source: str = _of(TEXT)
    start: pd.Period | None = field(default=None, metadata={"form": MONTH})
    lag_months: int = _months()
    ramp_months: int = _months()
    hold_months: int = _months()
    fade_months: int = _months()
    low: float | None = field(default=None, metadata={"form": NUMBER, "low": -np.inf, "high": np.inf})
    high: float | None = field(default=None, metadata={"form": NUMBER, "low": -np.inf, "high": np.inf})

    @property
    def value(self) -> float:
        """The assumption that low and high are a range of."""
        return float(getattr(self, self.VALUE))

    @property
    def range(self) -> tuple[float, float]:
        """Low and high; both the value where the file names none."""
        return self.value if self.low is None else self.low, self.value if self.high is None else self.high

    @property
    def strength(self) -> float:
        """The share of the value that has an effect, before low and high."""
        return 1.0

    @property
    def types(self) -> tuple[str, ...]:
        """The types of intervention it names."""
        return tuple(getattr(self, one.name) for one in fields(self) if one.metadata["form"] == TYPE)

    def at(self, value: float) -> "Lever":
        """The same lever with another value and no range."""
        changes: dict[str, Any] = {"low": None, "high": None, self.VALUE: value}
        return replace(self, **changes)

    def begins(self, scenario_start: pd.Period) -> pd.Period:
        """The first month of any effect."""
        own = scenario_start if self.start is None else max(self.start, scenario_start)
        return own + self.lag_months

    def profile(self, scenario_start: pd.Period, months: pd.PeriodIndex) -> np.ndarray:
        """Share of the full effect in each month, between 0 and 1, shape (m,)."""
        since = months_since(self.begins(scenario_start), months)
        grown = np.minimum((since + 1) / max(self.ramp_months, 1), 1.0)
        full = max(self.ramp_months, 1) + self.hold_months
        faded = np.clip((since + 1 - full) / self.fade_months, 0.0, 1.0) if self.fade_months else 0.0
        return np.where(since >= 0, grown * (1 - faded), 0.0)


def months_since(begin: pd.Period, months: pd.PeriodIndex) -> np.ndarray:
    """Months from `begin` to each month, negative before it, shape (m,)."""
    return np.asarray([month.ordinal for month in months], dtype=np.int64) - begin.ordinal


@dataclass(frozen=True, kw_only=True)
class _Targeted(Lever):
    """A lever for children of some ages, whose effect is smaller in operation than on paper.

    Attributes:
        age_from, age_to: whole years at the time, both included; absent: all.
        success_rate: share of the children with whom it succeeds. scaling_share: what is lost from pilot to operation.
    """

    age_from: float | None = _number(0.0, OLDEST)
    age_to: float | None = _number(0.0, OLDEST)
    success_rate: float = _share(1.0)
    scaling_share: float = _share()

    @property
    def strength(self) -> float:
        """success_rate x (1 - scaling_share)."""
        return self.success_rate * (1 - self.scaling_share)


@dataclass(frozen=True, kw_only=True)
class Avert(_Targeted):
    """Fewer new spells of a type: a count of children a month, never a rate.

    Attributes:
        children_per_month: children averted a month, before success, scaling and deadweight.
        deadweight_share: of the treated, those who would not have come anyway.
        postponed_share, postponed_months: of the averted, those who come after all, and when.
        price: kr. per month of an averted child at the level of the lever's first year; absent: what they cost.
    """

    KIND = "avert"
    VALUE = "children_per_month"
    type: str = _of(TYPE)
    children_per_month: float = _number(0.0, MOST_CHILDREN, ...)
    deadweight_share: float = _share()
    postponed_share: float = _share()
    postponed_months: int = _months()
    price: float | None = _number(0.0, LARGEST_AMOUNT)

    @property
    def strength(self) -> float:
        """success_rate x (1 - scaling_share) x (1 - deadweight_share)."""
        return super().strength * (1 - self.deadweight_share)


@dataclass(frozen=True, kw_only=True)
class StepDown(_Targeted):
    """Children moved from one type to another: a count in all, spread over the ramp; they keep their remaining stay.

    Attributes:
        from_type, to_type: the types, written `from` and `to`.
        children: how many in all.
        price: kr. per month after the move at the level of the lever's first year; absent: as recent starts.
    """

    KIND = "step_down"
    VALUE = "children"
    WITHOUT = frozenset({"hold_months", "fade_months"})
    from_type: str = _of(TYPE)
    to_type: str = _of(TYPE)
    children: float = _number(0.0, MOST_CHILDREN, ...)
    price: float | None = _number(0.0, LARGEST_AMOUNT)


@dataclass(frozen=True, kw_only=True)
class BringHome(Lever):
    """Hjemtagning: places of one's own for children who live elsewhere; a place costs the same filled or empty.

    Whenever a place is free and a child is there, the child moves in and stays to the end of the stay.

    Attributes:
        from_type: where the children are; to_type: what the own places are; written `from` and `to`.
        places: how many in all, opened evenly over the ramp.
        cost_per_place: kr. per month at the level of the lever's first year, indexed from then on.
        occupancy: the share of the places that can be filled at most; low and high are a range of it.
        one_off: kr. in the first month, to establish them; not indexed.
        age_from, age_to: whole years at the move, both included; absent: all.
    """

    KIND = "bring_home"
    VALUE = "occupancy"
    WITHOUT = frozenset({"hold_months", "fade_months"})
    from_type: str = _of(TYPE)
    to_type: str = _of(TYPE)
    places: int = _number(0, MOST_CHILDREN, ..., form=COUNT)
    cost_per_place: float = _number(0.0, LARGEST_AMOUNT, ...)
    occupancy: float = _share(1.0)
    one_off: float = _number(0.0, LARGEST_AMOUNT, 0.0)
    age_from: float | None = _number(0.0, OLDEST)
    age_to: float | None = _number(0.0, OLDEST)

    def establishment(self, scenario_start: pd.Period, months: pd.PeriodIndex) -> np.ndarray:
        """The one-off, kr. in each month, shape (m,)."""
        return self.one_off * (months_since(self.begins(scenario_start), months) == 0)


@dataclass(frozen=True, kw_only=True)
class Shorten(_Targeted):
    """A share of the remaining stay that falls away."""

    KIND = "shorten"
    VALUE = "share"
    type: str = _of(TYPE)
    share: float = _number(0.0, 0.95, ...)


@dataclass(frozen=True, kw_only=True)
class Price(Lever):
    """A signed relative change of a type's price."""

    KIND = "price"
    VALUE = "share"
    type: str = _of(TYPE)
    share: float = _number(-0.99, 10.0, ...)


@dataclass(frozen=True, kw_only=True)
class PriceDrift(Lever):
    """A type's price grows by a share a year beyond all else: fewer children may leave a dearer remainder."""

    KIND = "price_drift"
    VALUE = "share"
    WITHOUT = frozenset({"ramp_months", "hold_months", "fade_months"})
    type: str = _of(TYPE)
    share: float = _number(-0.5, 1.0, ...)


@dataclass(frozen=True, kw_only=True)
class Substitute(Lever):
    """What grows instead: a share of the averted children get another type.

    Attributes:
        type: what they get. instead_of: the averted type.
        share: of the averted children. months: for how long; absent: as long as the averted stay.
        price: kr. per month at the level of the lever's first year; absent: as recent starts.
    """

    KIND = "substitute"
    VALUE = "share"
    type: str = _of(TYPE)
    instead_of: str = _of(TYPE)
    share: float = _number(0.0, 5.0, ...)
    months: int | None = _number(1, MOST_MONTHS, form=COUNT)
    price: float | None = _number(0.0, LARGEST_AMOUNT)


@dataclass(frozen=True, kw_only=True)
class Programme(Lever):
    """What prevention itself costs; not indexed: what is entered is what counts.

    Attributes:
        cost_per_case: kr., falls in the month the case starts. cases_per_month: in full operation.
        months: months in which cases start, from the first on; absent: for good.
        one_off: kr. in the first month. staff_per_year: kr. a year as long as cases start.
    """

    KIND = "programme"
    VALUE = "cost_per_case"
    cost_per_case: float = _number(0.0, LARGEST_AMOUNT, 0.0)
    cases_per_month: float = _number(0.0, MOST_CHILDREN, 0.0)
    months: int | None = _number(1, MOST_MONTHS, form=COUNT)
    one_off: float = _number(0.0, LARGEST_AMOUNT, 0.0)
    staff_per_year: float = _number(0.0, LARGEST_AMOUNT, 0.0)

    def cases(self, scenario_start: pd.Period, months: pd.PeriodIndex) -> np.ndarray:
        """Cases that start in each month, shape (m,)."""
        return self.cases_per_month * self._running(scenario_start, months) * self.profile(scenario_start, months)

    def fixed_cost(self, scenario_start: pd.Period, months: pd.PeriodIndex) -> np.ndarray:
        """Staff and one-off, kr. in each month, shape (m,)."""
        first = months_since(self.begins(scenario_start), months) == 0
        return self.one_off * first + self.staff_per_year / 12 * self._running(scenario_start, months)

    def _running(self, scenario_start: pd.Period, months: pd.PeriodIndex) -> np.ndarray:
        since = months_since(self.begins(scenario_start), months)
        return (since >= 0) & (since < (np.inf if self.months is None else self.months))


@dataclass(frozen=True, kw_only=True)
class Amount(Lever):
    """A plain saving (negative) or cost (positive) in kr. a year, as decided; low and high are shares of it that come.

    `per_year` is spread evenly over the year's months from the first on. It is not indexed. With a ramp, what is
    decided for a year is its amount at full effect, of which only a growing share comes at first.
    """

    KIND = "amount"
    VALUE = "realised"
    WITHOUT = frozenset({"hold_months", "fade_months"})
    per_year: tuple[tuple[int, float], ...] = _of(YEARS)
    realised: float = _number(0.0, 2.0, 1.0)

    def by_month(self, scenario_start: pd.Period, months: pd.PeriodIndex) -> np.ndarray:
        """Kr. in each month before low and high, shape (m,)."""
        begin = self.begins(scenario_start)
        share = [1 / (13 - begin.month if begin.year == month.year else 12) for month in months]
        amount = np.array([dict(self.per_year).get(month.year, 0.0) for month in months])
        return amount * share * self.profile(scenario_start, months)


KINDS: dict[str, type[Lever]] = {
    kind.KIND: kind
    for kind in (Avert, Substitute, Shorten, StepDown, BringHome, Price, PriceDrift, Programme, Amount)
}
ORDER = tuple(KINDS)  # of combination; see docs/decisions
WRITTEN = {"from_type": "from", "to_type": "to"}  # Python keeps these words for itself
