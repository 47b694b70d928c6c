"""The year by district: every leaf's money split by what its type's activity costs in each district.

No ledger knows a district, so nothing here is booked by district: what is booked is split by the activity of the year
to the as-of month, what is still to be booked by the activity ahead, path by path. Money without activity and
interventions without a district have no district.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.district_activity import AHEAD, TO_DATE
from cockpit.domain.paths import Membership, OutturnPaths
from cockpit.domain.reference import UNALLOCATED


@dataclass(frozen=True)
class DistrictSplit:
    """How leaves fall on the rows of districts: k rows, one per district and one for the refund.

    Attributes:
        leaves: columns type_key (the district) and function (the refund's, else empty), one row per row, shape (k,).
        shares: (n, l, k, s), summing to one over the rows.
    """

    leaves: pd.DataFrame
    shares: np.ndarray

    def members(self) -> Membership:
        """Which of the rows each district sums."""
        keys = self.leaves["type_key"].to_numpy()
        return {("district", str(key)): keys == key for key in dict.fromkeys(keys)}

    def expected(self, by_leaf: np.ndarray, stretch: int) -> np.ndarray:
        """Split amounts per leaf, (l,) or (l, p), as a stretch is expected to be; (k,) or (k, p)."""
        # Where nothing is booked or budgeted the amounts come from empty tables, which know no type.
        return self.shares[..., stretch].mean(axis=0).T @ by_leaf.astype(float)

    def to_the_oere(self, by_leaf: np.ndarray, stretch: int) -> np.ndarray:
        """The same in whole oere, rounded as the rows cumulate, so that they still add up."""
        parts = self.expected(by_leaf, stretch)
        return np.diff(np.round(parts.cumsum(axis=0), 2), axis=0, prepend=0.0)

    def outturn(self, outturn: OutturnPaths, booked: np.ndarray) -> OutturnPaths:
        """The same paths with the rows of districts for leaves; what is `booked` so far, (k,)."""
        year = outturn.as_of.year
        stretch = np.array([AHEAD + period_year - year for period_year, _ in outturn.periods])
        stretch[outturn.lacking] = TO_DATE
        paths = np.empty((len(outturn.paths), len(self.leaves), len(stretch)))
        for at in np.unique(stretch):
            paths[..., stretch == at] = self.shares[..., at].transpose(0, 2, 1) @ outturn.paths[..., stretch == at]
        return replace(
            outturn,
            leaves=self.leaves,
            booked=booked,
            paths=paths,
            inflow=self.expected(outturn.inflow, AHEAD),
            late=self.expected(outturn.late, AHEAD),
            corrections=self.expected(outturn.corrections, AHEAD),
            person_years=self._person_years(outturn),
            attributed=None,  # in `booked` already
            ledger_ratio=None,  # a row of many leaves has none
            method_choice=None if outturn.method_choice is None else self.expected(outturn.method_choice, AHEAD),
        )

    def _person_years(self, outturn: OutturnPaths) -> np.ndarray:
        """Person-years of the as-of year, NaN for the refund."""
        if outturn.districts is None:
            raise ValueError("an outturn without districts has no split")
        own = outturn.districts.person_years[..., [TO_DATE, AHEAD]].sum(axis=(0, 2))
        return np.append(own, np.nan)


def split_by_district(outturn: OutturnPaths) -> DistrictSplit | None:
    """Split the leaves of an outturn; None where it knows no districts."""
    activity = outturn.districts
    if activity is None:
        return None
    by_type, codes = activity.shares(), {key: at for at, key in enumerate(activity.types)}
    n, _, n_districts, n_stretches = by_type.shape
    shares = np.zeros((n, len(outturn.leaves), n_districts + 1, n_stretches))
    for leaf, (type_key, function) in enumerate(outturn.leaves.itertuples(index=False, name=None)):
        if function == REFUND_FUNCTION:
            shares[:, leaf, -1] = 1.0
        elif type_key in codes:
            shares[:, leaf, :-1] = by_type[:, codes[type_key]]
        else:
            shares[:, leaf, n_districts - 1] = 1.0
    functions = [""] * n_districts + [REFUND_FUNCTION]
    return DistrictSplit(pd.DataFrame({"type_key": [*activity.keys, UNALLOCATED], "function": functions}), shares)
