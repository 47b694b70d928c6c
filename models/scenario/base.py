"""What scenarios are computed on: the recorded spells of the baseline, what the ledger makes of a krone of activity,
and the baseline's own kroner by service year."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit.domain.dataset import Dataset
from cockpit.domain.months import OUTLINE_YEARS, year_months
from cockpit.domain.reference import PLACEMENT_STEPS, Event, Reference
from cockpit.domain.refund import RefundByMonth
from cockpit.domain.spells import days_in_months, days_in_year
from models.activity import ActivityPaths, simulate
from models.activity.clock import Clock
from models.activity.fits import MAJORITY
from models.activity.record import NONE, Recorder, Recording
from models.outturn.workings import prepare
from models.scenario.kroner import Kroner, kroner_of
from models.scenario.spells import LISTED, Spells, Tables

# Stays that are shortened end by what lies beyond the horizon, so their ends are followed further than their cost.
EXTRA_MONTHS = 24
_ROOM = 4  # of chance, after the seed; also models.outturn.doubt's, which no scenario draws from


@dataclass(frozen=True)
class ScenarioBase:
    """The baseline, spell by spell.

    Attributes:
        as_of: the last month that is known. months: January of its year to the end of the horizon, shape (m,).
        types: every type of the reference; codes of `recording` point here. placed: whether each is a placement.
        recording: the spells that begin before the horizon's end.
        index: what a krone at the prices of the as-of month costs in each month, shape (m,).
        kroner: what the ledger makes of activity, and the baseline by service year.
        person_years: of the baseline by type and year, shape (types, years).
        adult_age: years at which a child comes of age.
        seed: of the simulation.
    """

    as_of: pd.Period
    months: pd.PeriodIndex
    types: tuple[str, ...]
    placed: np.ndarray
    recording: Recording
    index: np.ndarray
    refund: RefundByMonth
    kroner: Kroner
    person_years: np.ndarray
    adult_age: float
    seed: int

    @property
    def n_paths(self) -> int:
        """Number of sample paths."""
        return len(self.recording.block)

    @property
    def now(self) -> int:
        """Position of the as-of month."""
        return self.as_of.month - 1

    @property
    def years(self) -> list[int]:
        """The as-of year and the outline years."""
        return sorted(set(self.months.year))

    @property
    def priced_types(self) -> frozenset[str]:
        """Types with recent starts to take a price from."""
        return frozenset(key for key, prices in zip(self.types, self.recording.donors, strict=True) if len(prices))

    @cached_property
    def tables(self) -> Tables:
        """What prices spells month by month."""
        record = self.recording
        indexed = np.broadcast_to(self.index, record.growth.shape)
        growth = np.stack([record.growth, record.renegotiated, indexed])
        return Tables(growth, record.block, record.curves, record.children, self.refund)

    @cached_property
    def fresh(self) -> np.ndarray:
        """Whether a spell is a new one that can be averted: it comes from outside, or is a placement after none."""
        record = self.recording
        before = self.placed[record.kind[np.maximum(record.source, 0)]]
        return record.entered | ((record.source != NONE) & self.placed[record.kind] & ~before)

    @cached_property
    def chance(self) -> tuple[np.ndarray, np.ndarray]:
        """Two uniform numbers per spell: which one a lever picks first, and which price it gets; (n,) each."""
        rng = np.random.default_rng([self.seed, _ROOM])
        n = len(self.recording)
        return rng.random(n), rng.random(n)

    @cached_property
    def bounds(self) -> np.ndarray:
        """Where each type's spells begin in the recording, shape (types + 1,)."""
        return np.searchsorted(self.recording.kind, np.arange(len(self.types) + 1))

    @cached_property
    def continuing(self) -> np.ndarray:
        """The spells that continue another one."""
        return np.flatnonzero(self.recording.source != NONE)

    def spells(self, chosen: np.ndarray, weight: np.ndarray) -> Spells:
        """Recorded spells with a weight each."""
        record = self.recording
        return Spells(
            path=record.path[chosen],
            kind=record.kind[chosen],
            begins=record.begins[chosen],
            ends=record.ends[chosen],
            weight=weight,
            price=record.price[chosen],
            run=np.where(record.curve[chosen] >= 0, LISTED, 0),
            curve=record.curve[chosen],
            child=record.child[chosen],
        )


def build_base(
    dataset: Dataset,
    reference: Reference,
    *,
    n_paths: int,
    seed: int,
    events: tuple[Event, ...] = (),
    outline_years: int = OUTLINE_YEARS,
) -> ScenarioBase:
    """Simulate the baseline once and keep its spells.

    Args:
        dataset: what is known at its as-of month.
        reference: the dated reference tables.
        n_paths: number of sample paths.
        seed: same data, seed and versions give the same numbers.
        events: known events, as the forecast knows them.
        outline_years: years after the as-of year.
    """
    last = year_months(dataset.as_of.year + outline_years)[-1]
    activity, recording = _simulated(dataset, reference, last + EXTRA_MONTHS, n_paths, seed, events)
    months = activity.months[: len(activity.months) - EXTRA_MONTHS]
    types = (*reference.types, *(key for key in activity.types if key not in reference.types))
    codes = np.array([types.index(key) for key in activity.types], dtype=np.int64)
    clock = Clock(dataset.as_of, months, reference, activity.rise)
    return ScenarioBase(
        as_of=dataset.as_of,
        months=months,
        types=types,
        placed=np.array([reference.step_of(key) in PLACEMENT_STEPS for key in types]),
        recording=_of_horizon(recording, len(months), codes, len(types), clock.index),
        index=clock.index,
        refund=RefundByMonth.of([reference.refund_rule(month) if reference.refund_rules else None for month in months]),
        kroner=kroner_of(
            prepare(dataset, reference, events, outline_years, seed), reference, activity, types, months, seed
        ),
        person_years=_person_years(activity, months, codes, len(types)),
        adult_age=reference.assumption(MAJORITY).value,
        seed=seed,
    )


def _simulated(
    dataset: Dataset, reference: Reference, last: pd.Period, n_paths: int, seed: int, events: tuple[Event, ...]
) -> tuple[ActivityPaths, Recording]:
    """The activity to the end of a month, and every spell of it."""
    recorder = Recorder()
    activity = simulate(
        dataset.interventions,
        reference,
        as_of=dataset.as_of,
        last_month=last,
        n_paths=n_paths,
        seed=seed,
        population=dataset.population,
        events=events,
        recorder=recorder,
    )
    return activity, recorder.recording(len(activity.months), n_paths)


def _of_horizon(record: Recording, n_months: int, codes: np.ndarray, n_types: int, index: np.ndarray) -> Recording:
    """The spells that begin within the horizon, with the reference's type codes; other types grow by the index."""
    kept = record.begins < n_months
    place = np.cumsum(kept) - 1
    chosen = {name: getattr(record, name)[kept] for name in ("path", "begins", "ends", "price", "curve", "adult")}
    source = record.source[kept]
    blocks = len(record.growth)
    growth, renegotiated = np.tile(index, (blocks, n_types, 1)), np.ones((blocks, n_types, n_months))
    growth[:, codes], renegotiated[:, codes] = record.growth[:, :, :n_months], record.renegotiated[:, :, :n_months]
    level = np.ones((blocks, n_types))
    level[:, codes] = record.level
    donors = dict(zip(codes.tolist(), record.donors, strict=True))
    return Recording(
        **chosen,
        kind=codes[record.kind[kept]].astype(np.int32),
        entered=record.entered[kept],
        source=np.where(source == NONE, NONE, place[np.maximum(source, 0)]) if len(source) else source,
        child=record.child[kept],
        curves=record.curves[:, :n_months],
        children=record.children[:, :n_months],
        growth=growth,
        renegotiated=renegotiated,
        level=level,
        block=record.block,
        donors=tuple(donors.get(code, np.zeros(0)) for code in range(n_types)),
    )


def _person_years(activity: ActivityPaths, months: pd.PeriodIndex, codes: np.ndarray, n_types: int) -> np.ndarray:
    years = np.asarray(months.year)
    volume = activity.volume.mean(axis=0)[:, : len(months)] * (days_in_months(months) / days_in_year(months))
    total = np.zeros((n_types, len(set(years))))
    for at, year in enumerate(sorted(set(years))):
        total[codes, at] = volume[:, years == year].sum(axis=1)
    return total
