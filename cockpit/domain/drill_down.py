"""From the total to a step, a type, a district and a single spell: what belongs to the row that a reader has chosen."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.activity import FLOWS, unit_price
from cockpit.domain.cases import DEAREST
from cockpit.domain.months import month_range
from cockpit.domain.prognosis import ACTIVITY_COLUMNS, Prognosis
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.domain.spells import days_in_months, days_in_year

_SUMMED = ("person_years", *FLOWS, "cost")


@dataclass(frozen=True)
class Row:
    """A row of the activity: a level (total, step, type) and its key, in every district or in one."""

    level: str
    key: str
    district: str | None = None

    def holds(self, frame: pd.DataFrame, reference: Reference) -> np.ndarray:
        """Say which rows of a frame with type_key and district belong here, shape (n,)."""
        inside = np.array([self._holds_type(key, reference) for key in frame["type_key"]], dtype=bool)
        if self.district is None:
            return inside
        return inside & (frame["district"].fillna(UNALLOCATED) == self.district).to_numpy(bool)

    def _holds_type(self, type_key: str, reference: Reference) -> bool:
        if self.level == "step":
            step = reference.step_of(type_key)
            return self.key == (UNALLOCATED if step is None else str(step))
        return self.level == "total" or self.key == type_key


@dataclass(frozen=True)
class Ahead:
    """The rest of the year of a row in a district.

    Attributes:
        volume: how many are in force on average. price: gross kr. per person-year, NaN where it is not known.
    """

    volume: float
    price: float


def row_of(prognosis: Prognosis, level: str, key: str) -> pd.DataFrame:
    """Return the months of one row in every district, ACTIVITY_COLUMNS."""
    frame = prognosis.activity
    return frame[(frame["level"] == level) & (frame["key"] == key)]


def months_of(prognosis: Prognosis, row: Row, reference: Reference) -> pd.DataFrame:
    """Return the months of a row, ACTIVITY_COLUMNS.

    In a district they end with the as-of month and hold what is on record: `expected` adds nothing, and there is
    neither band nor budget.
    """
    whole = row_of(prognosis, row.level, row.key)
    if row.district is None:
        return whole
    past = whole[whole["kind"] == "actual"].set_index("month")
    months = prognosis.district_months
    sums = months[row.holds(months, reference)].groupby("month")[list(_SUMMED)].sum()
    sums = sums.reindex(past.index, fill_value=0.0).astype(float)
    unknown = dict.fromkeys(("p10", "p90", "budget_person_years", "budget_price"), np.nan)
    price = unit_price(sums["cost"].to_numpy(), sums["person_years"].to_numpy())
    own = past.assign(**sums, expected=sums["person_years"], price=price, **unknown)
    return own.reset_index()[list(ACTIVITY_COLUMNS)]


def districts_of(prognosis: Prognosis, row: Row, reference: Reference) -> list[str]:
    """Return the districts that have anything on record of a row, by name, and last what has none."""
    months = prognosis.district_months
    found = set(months.loc[row.holds(months, reference), "district"])
    return sorted(found, key=lambda name: (name == UNALLOCATED, name))


def rest_of_year(prognosis: Prognosis, row: Row, reference: Reference) -> Ahead | None:
    """Return what the rest of the year is expected to hold; None where the year is over."""
    months = month_range(prognosis.as_of, pd.Period(f"{prognosis.year}-12", "M"))[1:]
    if not len(months):
        return None
    own = prognosis.district_ahead[row.holds(prognosis.district_ahead, reference)]
    person_years, cost = float(own["person_years"].sum()), float(own["cost"].sum())
    share = float((days_in_months(months) / days_in_year(months)).sum())
    return Ahead(person_years / share, cost / person_years if person_years > 0 and cost > 0 else np.nan)


def cases_of(prognosis: Prognosis, row: Row, reference: Reference, count: int = DEAREST) -> pd.DataFrame:
    """Return the dearest spells in force of a row, the dearest first: CASE_COLUMNS, at most `count` (and `DEAREST`)."""
    return prognosis.cases[row.holds(prognosis.cases, reference)].head(count)
