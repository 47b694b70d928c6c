"""Sample paths of bookings per leaf and booking period: totals are sums of paths, quantiles are taken last."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit.domain.activity import ActivityYear
from cockpit.domain.district_activity import DistrictActivity
from cockpit.domain.prognosis import QUANTILES
from cockpit.domain.reference import Reference

Membership = dict[tuple[str, str], np.ndarray]


@dataclass(frozen=True)
class OutturnPaths:
    """What is booked and what is still to be booked, on sample paths.

    Attributes:
        as_of: the last month that is known.
        leaves: columns type_key and function, one row per leaf, shape (l,).
        booked: kr. booked this year to and including the as-of month, shape (l,); what is booked without type stands
            on the types whose bills it is.
        periods: the open booking periods (year, 1-13) to the end of the outline years, length p; first the months of
            the as-of year that the ledger lacks, then those after the as-of month.
        paths: kr. still to be booked, shape (n, l, p).
        inflow: expected cost this year of interventions not granted yet, kr., shape (l,).
        late: expected kr. of what is incurred, not booked at the as-of month, and to be booked this year, shape (l,).
        person_years: expected person-years of the whole year per leaf, NaN where a leaf has no activity, shape (l,).
        activity_cost: what the ledger is expected to make of this year's activity per leaf, kr., NaN likewise.
        person_years_before, activity_cost_before: the same of the year before, shape (l,).
        corrections: what the paths hold this year of known corrections, kr., shape (l,); the models know nothing of it.
        notes: Danish sentences on what the models met.
        ledger_ratio: what the ledger makes of a krone of activity, shape (l,); zero where it does not follow activity.
        person_years_to_date, activity_cost_to_date: person_years and activity_cost of the months to the as-of month.
        methods: what each leaf is forecast by, `domain.methods.METHOD_COLUMNS`; None where nothing was chosen.
        method_choice: what that choice moves the year's expected outturn by, beside the activity engine's, kr., shape
            (l,); None where nothing was chosen.
        attributed: what of `booked` was moved to types, by booking period, kr., shape (l, 13); each sums to zero over
            the leaves. None where nobody asked.
        activity: the year's activity per type and month; None where nobody asked for it.
        districts: what each district takes of the activity; None where no intervention has a district.
    """

    as_of: pd.Period
    leaves: pd.DataFrame
    booked: np.ndarray
    periods: list[tuple[int, int]]
    paths: np.ndarray
    inflow: np.ndarray
    late: np.ndarray
    person_years: np.ndarray
    activity_cost: np.ndarray
    person_years_before: np.ndarray
    activity_cost_before: np.ndarray
    corrections: np.ndarray
    notes: tuple[str, ...] = ()
    ledger_ratio: np.ndarray | None = None
    person_years_to_date: np.ndarray | None = None
    activity_cost_to_date: np.ndarray | None = None
    methods: pd.DataFrame | None = None
    method_choice: np.ndarray | None = None
    attributed: np.ndarray | None = None
    activity: ActivityYear | None = None
    districts: DistrictActivity | None = None

    def columns_of(self, year: int) -> np.ndarray:
        """Positions of a year's open periods, shape (k,)."""
        return np.array([at for at, (y, _) in enumerate(self.periods) if y == year], dtype=int)

    @property
    def lacking(self) -> np.ndarray:
        """Positions of the periods up to the as-of month that nothing is booked in, shape (k,)."""
        so_far = (self.as_of.year, self.as_of.month)
        return np.array([at for at, period in enumerate(self.periods) if period <= so_far], dtype=int)

    @property
    def months_lacking(self) -> list[int]:
        """The same as months of the as-of year, 1-12."""
        return [self.periods[at][1] for at in self.lacking]

    @cached_property
    def estimated(self) -> np.ndarray:
        """What the lacking months are expected to hold, kr., shape (l,)."""
        return self.paths[:, :, self.lacking].sum(axis=2).mean(axis=0)

    @cached_property
    def follows_activity(self) -> np.ndarray:
        """Whether the ledger makes anything of each leaf's activity, shape (l,); not of wages that know no child."""
        return np.ones(len(self.leaves), dtype=bool) if self.ledger_ratio is None else self.ledger_ratio != 0

    @cached_property
    def year_end(self) -> np.ndarray:
        """Outturn of the as-of year on each path: booked + still to be booked, shape (n, l)."""
        return self.booked + self.paths[:, :, self.columns_of(self.as_of.year)].sum(axis=2)

    def outturn_of(self, year: int) -> np.ndarray:
        """Outturn of a year on each path, shape (n, l)."""
        return self.year_end if year == self.as_of.year else self.paths[:, :, self.columns_of(year)].sum(axis=2)


def membership(leaves: pd.DataFrame, reference: Reference) -> Membership:
    """Which leaves each row of the prognosis sums: (level, key) -> boolean mask over the leaves."""
    steps = [reference.step_of(key) for key in leaves["type_key"]]
    step_keys = np.array(["unallocated" if step is None else str(step) for step in steps], dtype=object)
    by_level = {"step": step_keys, "type": leaves["type_key"].to_numpy(), "account": leaves["function"].to_numpy()}
    members: Membership = {("total", "total"): np.ones(len(leaves), dtype=bool)}
    for level, keys in by_level.items():
        members.update({(level, str(key)): keys == key for key in sorted(set(keys))})
    return members


def summary(samples: np.ndarray) -> dict[str, float]:
    """Mean and quantiles of samples, shape (n,)."""
    points = np.quantile(samples, list(QUANTILES.values()))
    return {"mean": float(samples.mean()), **dict(zip(QUANTILES, points.tolist(), strict=True))}
