"""The result of the activity engine: volume, cost, refund and flows on sample paths."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.district_activity import DistrictActivity
from models.activity.fits import Windows


@dataclass(frozen=True)
class ActivityPaths:
    """Sample paths of activity by service month.

    Axes are (n_paths, n_types, n_months) unless said otherwise; volumes are person-months (days in force / days in
    the month), amounts gross kr. Months run from January of the as-of year; up to the as-of month all paths hold what
    is known, plus simulated spells not yet registered.

    Attributes:
        types: keys along axis 1: the types present in the interventions, in the reference table's order.
        months: PeriodIndex along axis 2.
        known_volume, known_cost: spells granted and on record; granted ones that start later are among them.
        new_volume, new_cost: inflow, that is rows of status `expected`, spells started but not yet registered,
            future spells, and whatever these move on into.
        moved_volume, moved_cost: spells that a known spell moves on or continues into (efterværn): changes, no inflow.
        refund: central refund in kr., income positive, per child and month by the dated rule, (n_paths, n_months).
        stock: spells in force after the month's ends; entries, exits: from and to outside; moves_in, moves_out:
            between spells of the same child. stock[m] = stock[m-1] + entries + moves_in - exits - moves_out.
        notes: Danish sentences on what was assumed or lacking.
        rise: calendar month in which prices take the year's index.
        districts: what each district takes; None where none was asked for or no intervention has one.
        windows: how far back the fits look; None where there was nothing to fit.
    """

    as_of: pd.Period
    types: tuple[str, ...]
    months: pd.PeriodIndex
    known_volume: np.ndarray
    known_cost: np.ndarray
    new_volume: np.ndarray
    new_cost: np.ndarray
    moved_volume: np.ndarray
    moved_cost: np.ndarray
    refund: np.ndarray
    stock: np.ndarray
    entries: np.ndarray
    exits: np.ndarray
    moves_in: np.ndarray
    moves_out: np.ndarray
    notes: tuple[str, ...]
    rise: int
    windows: Windows | None = None
    districts: DistrictActivity | None = None

    @property
    def volume(self) -> np.ndarray:
        """Person-months of all spells."""
        return self.known_volume + self.new_volume + self.moved_volume

    @property
    def cost(self) -> np.ndarray:
        """Gross kr. of all spells."""
        return self.known_cost + self.new_cost + self.moved_cost
