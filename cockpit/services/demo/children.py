"""Children and their spells: who arrives, how long they stay, where they go next.

Day intervals are half-open as in the rest of the house: `stop` is the first day without the intervention.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
import pandas as pd

from cockpit.domain.months import month_range
from cockpit.services.demo.settings import DemoType, Provider, Settings

DAYS_IN_YEAR = 365.25
DAYS_IN_MONTH = DAYS_IN_YEAR / 12
MONTHS_IN_YEAR = 12
Item = TypeVar("Item")


@dataclass
class Spell:
    """One granted intervention of one child, as it really went."""

    number: int
    child: "Child"
    type_key: str
    provider: Provider
    start: date
    stop: date
    price: float  # kr. per month at the price year's level
    aftercare_from: date | None = None


@dataclass
class Child:
    """A generated child; `parents_pay` is kr. per month while placed under 18."""

    number: int
    birth: date
    district: str
    merged_district: str
    parents_pay: float
    spells: list[Spell] = field(default_factory=list)
    placed_until: date = date.min

    def birthday(self, age: int) -> date:
        """Return the day the child turns `age`; a child of 29 February has it on 1 March."""
        try:
            return self.birth.replace(year=self.birth.year + age)
        except ValueError:
            return date(self.birth.year + age, 3, 1)

    def age_at(self, day: date) -> float:
        """Return the age in years."""
        return (day - self.birth).days / DAYS_IN_YEAR


def live(settings: Settings, rng: np.random.Generator) -> list[Spell]:
    """Let the municipality live from the simulation's start to its end; return every spell, oldest arrival first."""
    town = _Town(settings, rng)
    for month in month_range(settings["simulation_start"], settings["simulation_end"]):
        for kind in settings.types.values():
            if kind.placement or month >= settings["prevention_start"]:
                town.receive(kind, month)
    town.add_dear_case()
    return [spell for child in town.children for spell in child.spells]


def add_months(day: date, months: float) -> date:
    """Return the day that lies a possibly fractional number of mean months later."""
    return day + timedelta(days=round(months * DAYS_IN_MONTH))


class _Town:
    """The growing population of children; all randomness comes from one generator, so a seed fixes everything."""

    def __init__(self, settings: Settings, rng: np.random.Generator) -> None:
        self.settings, self.rng = settings, rng
        self.children: list[Child] = []
        self.known: list[Child] = []  # children with a preventive spell, newest last
        self.spell_count = 0

    # arrivals

    def receive(self, kind: DemoType, month: pd.Period) -> None:
        """Let the families of one type and month arrive."""
        shares = np.array(self.settings["sibling_shares"]) if kind.siblings else np.ones(1)
        sizes = np.arange(1, len(shares) + 1)
        families = self.rng.poisson(self._expected(kind, month) / float(sizes @ shares))
        for _ in range(families):
            self._receive_family(kind, month, int(self.rng.choice(sizes, p=shares)))

    def _expected(self, kind: DemoType, month: pd.Period) -> float:
        """Expected children of a type in a month; growth runs from the history's start, at level in the price year."""
        settings = self.settings
        clamped = max(month, settings["history_start"])
        years = (clamped.year - settings["price_year"]) + (clamped.month - 1) / MONTHS_IN_YEAR
        factor = (1 + kind.growth) ** years * settings.season[month.month - 1]
        for event in settings.events:
            if event.type_key == kind.type_key and event.first <= month <= event.last:
                factor *= event.factor
        return kind.new_per_month * factor

    def _receive_family(self, kind: DemoType, month: pd.Period, size: int) -> None:
        start = self._start_day(month)
        if size == 1 and self.rng.random() < self.settings["known_child_share"]:
            known = self._known_child(kind, start)
            if known is not None:
                self._grow(known, kind.type_key, start)
                return
        district = self._district()
        eldest = self.rng.triangular(kind.age_low, kind.age_mode, kind.age_high)
        for place in range(size):
            gap = self.rng.uniform(0, self.settings["sibling_gap_years"]) if place else 0.0
            child = self._new_child(start, max(eldest - gap, kind.age_low), district)
            self._grow(child, kind.type_key, start)

    def _start_day(self, month: pd.Period) -> date:
        if self.rng.random() < self.settings["first_of_month_share"]:
            return date(month.year, month.month, 1)
        return date(month.year, month.month, int(self.rng.integers(1, month.days_in_month + 1)))

    def _known_child(self, kind: DemoType, start: date) -> Child | None:
        """Find a child from prevention who fits the type's ages, is not placed and had nothing of this type lately."""
        earliest = add_months(start, -self.settings["known_child_months"])
        for _ in range(min(len(self.known), 12)):
            recent = self.known[-1 - int(self.rng.integers(min(len(self.known), 600)))]
            if self._fits(recent, kind, start) and earliest <= max(spell.stop for spell in recent.spells):
                return recent
        return None

    def _fits(self, child: Child, kind: DemoType, start: date) -> bool:
        if not kind.age_low <= child.age_at(start) <= kind.age_high or child.placed_until > start:
            return False
        # A spell that has not begun yet is the child's future, which an arrival must not overtake.
        return all(s.start < start and (s.type_key != kind.type_key or s.stop < start) for s in child.spells)

    def _new_child(self, start: date, age: float, district: tuple[str, str]) -> Child:
        settings = self.settings
        pays = self.rng.random() < settings["parent_payment_share"]
        amount = float(round(self.rng.uniform(*settings["parent_payment"]), -1)) if pays else 0.0
        child = Child(len(self.children), start - timedelta(days=int(age * DAYS_IN_YEAR)), *district, amount)
        self.children.append(child)
        return child

    def _district(self) -> tuple[str, str]:
        names = [(before, merged) for before, _, merged in self.settings.districts]
        return self._pick(names, [weight for _, weight, _ in self.settings.districts])

    def _pick(self, items: Sequence[Item], weights: Sequence[float]) -> Item:
        cumulated = np.cumsum(weights)
        return items[int(np.searchsorted(cumulated, self.rng.random() * cumulated[-1], side="right"))]

    # spells

    def _grow(self, child: Child, type_key: str, start: date) -> None:
        """Give the child a spell and all that follow from it."""
        following: str | None = type_key
        while following is not None:
            if self.settings.types[following].placement:
                self._stop_prevention(child, start)
            spell = self._new_spell(child, following, start)
            following = self._end(spell)
            start = spell.stop
        if child.spells[-1].type_key not in self.settings.placements:
            self.known.append(child)

    def _stop_prevention(self, child: Child, start: date) -> None:
        for spell in child.spells:
            spell.stop = min(spell.stop, start)

    def _new_spell(self, child: Child, type_key: str, start: date) -> Spell:
        kind = self.settings.types[type_key]
        provider = self._provider(type_key)
        bound = self.settings["price_sigmas"]
        deviation = np.clip(self.rng.normal(), -bound, bound)
        price = float(kind.price * np.exp(kind.sigma * deviation) * provider.price_factor)
        spell = Spell(self.spell_count, child, type_key, provider, start, start, price)
        self.spell_count += 1
        child.spells.append(spell)
        return spell

    def _provider(self, type_key: str) -> Provider:
        fitting = [provider for provider in self.settings.providers if type_key in provider.types]
        return self._pick(fitting, [provider.weight for provider in fitting])

    def _end(self, spell: Spell) -> str | None:
        """Set the stop of a spell; return the type the child goes on to, or None."""
        following = self._natural_end(spell)
        for competing in (self._move, self._reorganise):
            following = competing(spell, following)
        if spell.type_key in self.settings.placements:
            spell.child.placed_until = spell.stop
        return following

    def _natural_end(self, spell: Spell) -> str | None:
        """A short stay or one until 18; then perhaps aftercare, in the same place or in a room of one's own."""
        settings, kind, child = self.settings, self.settings.types[spell.type_key], spell.child
        adult = child.birthday(settings["adult_age"])
        if spell.start >= adult:
            limit = child.birthday(settings["aftercare_age"])
            spell.stop = max(min(self._short_stop(spell, kind), limit), spell.start + timedelta(days=1))
            return None
        stays = self.rng.random() < kind.share_until_18
        spell.stop = adult if stays else min(self._short_stop(spell, kind), adult)
        if spell.stop < adult or not kind.placement or self.rng.random() >= settings["aftercare_share"]:
            return None
        if self.rng.random() < settings["aftercare_same_type_share"] and kind.share_until_18 > 0:
            self._stay_on(spell, adult)
            return None
        return "own_room"

    def _short_stop(self, spell: Spell, kind: DemoType) -> date:
        months = self.rng.gamma(kind.shape, kind.short_months / kind.shape)
        return self._round_stop(spell.start + self._at_least(months))

    def _at_least(self, months: float) -> timedelta:
        return timedelta(days=max(round(months * DAYS_IN_MONTH), self.settings["shortest_days"]))

    def _round_stop(self, stop: date) -> date:
        """Some decisions end a spell with the month."""
        if self.rng.random() >= self.settings["month_end_share"]:
            return stop
        return date(stop.year + stop.month // MONTHS_IN_YEAR, stop.month % MONTHS_IN_YEAR + 1, 1)

    def _stay_on(self, spell: Spell, adult: date) -> None:
        settings = self.settings
        months = self.rng.gamma(settings["aftercare_shape"], settings["aftercare_months"] / settings["aftercare_shape"])
        spell.aftercare_from = adult
        spell.stop = min(adult + self._at_least(months), spell.child.birthday(settings["aftercare_age"]))

    def _move(self, spell: Spell, following: str | None) -> str | None:
        months = self.rng.exponential(MONTHS_IN_YEAR / self.settings["move_rate"])
        day = spell.start + self._at_least(months)
        return self._cut(spell, day, self.settings.moves[spell.type_key], following)

    def _reorganise(self, spell: Spell, following: str | None) -> str | None:
        settings = self.settings
        day = settings["reorganisation"]
        affected = spell.type_key == settings["reorganisation_from"] and spell.start < day < spell.stop
        if not affected or self.rng.random() >= settings["reorganisation_share"]:
            return following
        day += timedelta(days=int(self.rng.integers(settings["reorganisation_days"])))
        return self._cut(spell, day, tuple((key, 1.0) for key in settings["reorganisation_to"]), following)

    def _cut(
        self, spell: Spell, day: date, targets: tuple[tuple[str, float], ...], following: str | None
    ) -> str | None:
        """Move the child on `day` to one of the targets that fit its age, where the spell still runs then."""
        if day >= spell.stop or (spell.aftercare_from is not None and day >= spell.aftercare_from):
            return following
        age, types = spell.child.age_at(day), self.settings.types
        fitting = [pair for pair in targets if types[pair[0]].age_low <= age <= types[pair[0]].age_high]
        if not fitting:
            return following
        spell.stop, spell.aftercare_from = day, None
        return self._pick([key for key, _ in fitting], [weight for _, weight in fitting])

    # the story's single case

    def add_dear_case(self) -> None:
        """Add the one very dear placement that the settings describe."""
        settings = self.settings
        child = Child(len(self.children), settings["dear_case_birth"], *self._district(), 0.0)
        self.children.append(child)
        spell = self._new_spell(child, settings["dear_case_type"], settings["dear_case_start"])
        spell.stop = settings["dear_case_stop"]
        spell.price = settings["dear_case_price"] / settings.price_level[spell.start.year]
