"""Three mechanics of how spells end: the part of a world that the forecast must not have been made for.

Each has the verbs `begin` (hidden class and expected end of new spells), `chance` (of an end within the month),
`renew` (expected ends of those that run on) and `redraw` (the hidden class as one sees it who knows only the extracts).
A month's chance depends on nothing but what it is given, so that the posterior of what is hidden is exact.
"""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from benchmarks.world.cases import NO_MONTH, Cases

REVIEW = 12  # months to the first date of review where dates say nothing


class Exits(Protocol):
    """How spells end."""

    def begin(self, kind: np.ndarray, month: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Hidden class and month of the expected end of spells that start in a month, shape (n,) each."""

    def chance(self, cases: Cases, month: int) -> np.ndarray:
        """Chance that a running spell ends within the month, shape (n,)."""

    def renew(self, cases: Cases, month: int, rng: np.random.Generator) -> np.ndarray:
        """Month of the expected end after the month, of spells that run on, shape (n,)."""

    def redraw(self, cases: Cases, month: int, rng: np.random.Generator) -> Cases:
        """Running spells with their hidden class drawn from its posterior at the end of the month."""


@dataclass(frozen=True)
class LatentExits:
    """Two hidden classes with a constant chance each; dates of review move on and say nothing."""

    stays: np.ndarray
    soon: np.ndarray
    stay: np.ndarray

    def begin(self, kind: np.ndarray, month: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """See `Exits`."""
        latent = rng.random(len(kind)) < self.stays[kind]
        return latent.astype(np.int64), np.full(len(kind), month + REVIEW)

    def chance(self, cases: Cases, month: int) -> np.ndarray:
        """See `Exits`."""
        return 1 / np.where(cases.latent == 1, self.stay[cases.kind], self.soon[cases.kind])

    def renew(self, cases: Cases, month: int, rng: np.random.Generator) -> np.ndarray:
        """See `Exits`."""
        due = (cases.plan == month) & (cases.plan != NO_MONTH)
        return np.where(due, month + rng.integers(6, 13, len(cases)), cases.plan)

    def redraw(self, cases: Cases, month: int, rng: np.random.Generator) -> Cases:
        """Bayes: a class weighs its share x its chance of having run so long."""
        survived = month - cases.start + 1
        staying = self.stays[cases.kind] * (1 - 1 / self.stay[cases.kind]) ** survived
        leaving = (1 - self.stays[cases.kind]) * (1 - 1 / self.soon[cases.kind]) ** survived
        return replace(cases, latent=(rng.random(len(cases)) < staying / (staying + leaving)).astype(np.int64))


@dataclass(frozen=True)
class PlannedExits:
    """A plan is set at the grant; at its end the spell stops or gets a new one, before it only few end."""

    months: np.ndarray
    again: np.ndarray
    early: np.ndarray

    def begin(self, kind: np.ndarray, month: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """See `Exits`."""
        return np.zeros(len(kind), dtype=np.int64), month + self._length(kind, rng)

    def chance(self, cases: Cases, month: int) -> np.ndarray:
        """See `Exits`."""
        early = self.early[cases.kind]
        return np.where(cases.plan == month, early + (1 - early) * (1 - self.again[cases.kind]), early)

    def renew(self, cases: Cases, month: int, rng: np.random.Generator) -> np.ndarray:
        """See `Exits`."""
        return np.where(cases.plan == month, month + self._length(cases.kind, rng), cases.plan)

    def redraw(self, cases: Cases, month: int, rng: np.random.Generator) -> Cases:
        """Nothing is hidden: the plan stands in the extract."""
        return cases

    def _length(self, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        return np.maximum(np.round(self.months[kind] * rng.gamma(5.0, 0.2, len(kind))), 1).astype(np.int64)


@dataclass(frozen=True)
class WeibullExits:
    """Weibull durations by the calendar: more ends before summer; expected ends are guesses that nobody corrects."""

    scale: np.ndarray
    shape: np.ndarray
    season: np.ndarray

    def begin(self, kind: np.ndarray, month: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """See `Exits`."""
        guess = self.scale[kind] * np.exp(0.6 * rng.standard_normal(len(kind)))
        return np.zeros(len(kind), dtype=np.int64), month + np.maximum(np.round(guess), 1).astype(np.int64)

    def chance(self, cases: Cases, month: int) -> np.ndarray:
        """See `Exits`."""
        begun, shape = month - cases.start, self.shape[cases.kind]
        rate = ((begun + 1.0) ** shape - begun.astype(float) ** shape) / self.scale[cases.kind] ** shape
        return -np.expm1(-rate * self.season[month % 12])

    def renew(self, cases: Cases, month: int, rng: np.random.Generator) -> np.ndarray:
        """See `Exits`."""
        return cases.plan

    def redraw(self, cases: Cases, month: int, rng: np.random.Generator) -> Cases:
        """Nothing is hidden: chance depends on duration and calendar alone."""
        return cases
