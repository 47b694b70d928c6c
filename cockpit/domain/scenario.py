"""A scenario: a small frozen value of levers with a name and a first month.

Scenarios combine with `+`. The order in which levers are written never matters: they are applied in that of `ordered`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.levers import ORDER, Amount, BringHome, Lever, Programme, StepDown, Substitute
from cockpit.domain.months import OUTLINE_YEARS
from cockpit.domain.reference import Reference

LONG_HORIZON = 10  # years: prevention may pay for itself long after the outline years
HORIZONS = (OUTLINE_YEARS, LONG_HORIZON)


@dataclass(frozen=True)
class Basis:
    """What a scenario is computed on: enough to say later what has changed.

    `reference` is the identity of the reference tables; `versions` are name and version of each library; `content` is
    the identity of start, horizon and levers, None in files that do not say.
    """

    as_of: pd.Period
    data_id: str
    seed: int
    n_paths: int
    reference: str
    versions: tuple[tuple[str, str], ...]
    content: str | None = None


@dataclass(frozen=True)
class Pinned:
    """What a saved scenario was computed on, when and by whom.

    `net` is what it came to then, kr. that the municipality is better off over all its years, None in files that do
    not say.
    """

    basis: Basis
    saved: str
    by: str
    net: float | None = None


@dataclass(frozen=True)
class Scenario:
    """What if: levers from a month on. `pinned` stands in saved ones.

    `outline_years`, one of `HORIZONS`, is how many years after the as-of year it looks ahead.
    """

    name: str
    start: pd.Period
    levers: tuple[Lever, ...] = ()
    pinned: Pinned | None = None
    outline_years: int = OUTLINE_YEARS

    @property
    def ordered(self) -> tuple[Lever, ...]:
        """The levers in the order they are applied in, whatever order they are written in."""
        return tuple(sorted(self.levers, key=lambda lever: (ORDER.index(lever.KIND), repr(lever))))

    def __add__(self, other: "Scenario") -> "Scenario":
        """Both together: every lever keeps its own first month."""
        levers = tuple(replace(lever, start=_own_start(lever, one)) for one in (self, other) for lever in one.levers)
        horizon = max(self.outline_years, other.outline_years)
        return Scenario(f"{self.name} + {other.name}", min(self.start, other.start), levers, outline_years=horizon)

    def only(self, levers: Iterable[Lever]) -> "Scenario":
        """The same scenario with other levers."""
        return replace(self, levers=tuple(levers))


def _own_start(lever: Lever, scenario: Scenario) -> pd.Period:
    return scenario.start if lever.start is None else max(lever.start, scenario.start)


def first_months(as_of: pd.Period) -> list[pd.Period]:
    """The months that a scenario may be set to begin in, the next one first."""
    return [as_of + ahead for ahead in range(1, 12 * OUTLINE_YEARS + 1)]


def plain_before(scenario: Scenario, as_of: pd.Period) -> tuple[float, float]:
    """What the levers' own costs and plain savings come to in months that are known, kr., both positive.

    It is no part of a result: what has been paid and saved by then stands in the ledger.
    """
    cost = saving = 0.0
    for lever in scenario.levers:
        months = pd.period_range(lever.begins(scenario.start), as_of, freq="M")
        if isinstance(lever, Programme):
            cost += lever.value * lever.cases(scenario.start, months).sum()
            cost += lever.fixed_cost(scenario.start, months).sum()
        elif isinstance(lever, BringHome):
            cost += lever.establishment(scenario.start, months).sum()
        elif isinstance(lever, Amount):
            amount = lever.value * lever.by_month(scenario.start, months)
            cost += np.maximum(amount, 0.0).sum()
            saving += np.maximum(-amount, 0.0).sum()
    return float(cost), float(saving)


def check_data(scenario: Scenario, priced: frozenset[str], reference: Reference) -> None:
    """Check that what a scenario puts instead can be priced.

    Args:
        priced: types that have recent starts to take a price from.

    Raises:
        UserFault: a lever needs a price.
    """
    arriving = [lever for lever in scenario.levers if isinstance(lever, StepDown | Substitute) and lever.price is None]
    targets = [lever.to_type if isinstance(lever, StepDown) else lever.type for lever in arriving]
    missing = sorted({reference.type_within(key) for key in targets if key not in priced})
    if missing:
        raise UserFault(
            f"Der er ingen bevillinger af {fmt.enumeration(missing)} at tage en pris fra. Skriv price "
            "(kr. pr. måned) i grebet."
        )


def changes_of(then: Basis, now: Basis) -> tuple[str, ...]:
    """Say in Danish what differs from what a scenario was saved on; empty where nothing does."""
    before = fmt.month_long(then.as_of)
    found = []
    if then.content is not None and now.content != then.content:
        found.append("Grebene, begyndelsen eller horisonten er rettet i filen, siden scenariet blev gemt.")
    if now.as_of != then.as_of:
        found.append(f"Scenariet blev gemt på data pr. {before}; her ses det på data pr. {fmt.month_long(now.as_of)}.")
    elif now.data_id != then.data_id:
        found.append(f"Data pr. {before} er ændret, siden scenariet blev gemt.")
    if now.reference != then.reference:
        found.append("Forudsætninger eller referencetabeller er ændret, siden scenariet blev gemt.")
    newer = [f"{name} {value}" for name, value in now.versions if dict(then.versions).get(name) != value]
    if newer:
        found.append(f"Beregningen bruger andre versioner end dengang: {fmt.enumeration(newer)}.")
    if (now.seed, now.n_paths) != (then.seed, then.n_paths):
        found.append("Beregningen bruger en anden startværdi eller antal forløb end dengang.")
    return tuple(found)


def then_and_now(scenario: Scenario, net: float, as_of: pd.Period) -> str:
    """Say what a saved scenario came to then and comes to now, each with its own years; empty where nobody wrote it."""
    pinned = scenario.pinned
    if pinned is None or pinned.net is None:
        return ""
    years = [f"{month.year}–{month.year + scenario.outline_years}" for month in (pinned.basis.as_of, as_of)]
    before, after = (fmt.mio(amount, signed=True) for amount in (pinned.net, net))
    return f"Gevinsten var {before} i {years[0]}, da det blev gemt; nu er den {after} i {years[1]}."
