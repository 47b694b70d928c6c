"""Spells as plain month numbers: what the fits and the simulation read.

Months are ordinals (`Period.ordinal`, months since January 1970); shares are parts of a month in force. A spell's
`stop_month` is the month of its last day; `OPEN` where it runs. One row per spell with a running price; one-off
payments are money in a month and no spell at all.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.indexing import price_year
from cockpit.domain.reference import Reference
from cockpit.domain.spells import ONCE, first_complete_month, monthly_price, spells_of
from cockpit.domain.succession import with_successions
from models.activity.indexing import month_of_rise

OPEN = np.int64(10**6)
NO_MONTH = np.int64(-(10**6))
NO_STEP = -1


@dataclass(frozen=True)
class History:
    """What is known at the as-of month.

    Attributes:
        types: type keys, in the reference table's order; `type_code` in `spells` points here.
        districts: their names, sorted; `district_code` points here, one beyond the last where a spell has none.
        steps: step of the ladder of each type (NO_STEP where unknown), shape (n_types,).
        spells: one row per spell, see `_month_numbers` and `with_successions` for the columns.
        as_of: ordinal of the as-of month.
        first: ordinal of the first month in which an end would have been seen in the extract.
        rise: calendar month in which prices take the year's index.
    """

    types: tuple[str, ...]
    districts: tuple[str, ...]
    steps: np.ndarray
    spells: pd.DataFrame
    as_of: int
    first: int
    rise: int

    @property
    def n_types(self) -> int:
        """Number of types."""
        return len(self.types)


def build_history(interventions: pd.DataFrame, reference: Reference, as_of: pd.Period) -> History:
    """Turn price periods into spells in month numbers, with successions of the same child.

    Args:
        interventions: `domain.dataset.INTERVENTION_COLUMNS`.
        reference: types, steps and indexation.
        as_of: the as-of month.
    """
    types = _types_of(interventions, reference)
    steps = np.array([reference.step_of(key) or NO_STEP for key in types], dtype=np.int64)
    running = interventions[interventions["unit"] != ONCE]
    spells = spells_of(running)
    spells["type_code"] = pd.Categorical(spells["type_key"], categories=list(types)).codes.astype(np.int64)
    districts = tuple(sorted(interventions["district"].dropna().unique()))
    spells["district_code"] = district_codes(spells["district"], districts)
    # By code: what is added up type by type takes slices.
    spells = spells.sort_values(["type_code", "start", "spell_id"], kind="stable", ignore_index=True)
    spells = _month_numbers(spells)
    rise = month_of_rise(interventions, as_of)
    spells = _start_prices(spells, running, reference, as_of, rise)
    spells = with_successions(spells)
    return History(types, districts, steps, spells, as_of.ordinal, _first_complete_month(spells, as_of.ordinal), rise)


def district_codes(names: pd.Series, districts: tuple[str, ...]) -> np.ndarray:
    """Code of each district, one beyond the last where there is none, shape (n,)."""
    found = pd.Categorical(names, categories=list(districts)).codes.astype(np.int64)
    return np.where(found < 0, len(districts), found)


def _types_of(interventions: pd.DataFrame, reference: Reference) -> tuple[str, ...]:
    present = set(interventions["type_key"].dropna())
    known = [key for key in reference.types if key in present]
    return (*known, *sorted(present - set(known)))


def month_numbers(dates: pd.Series, absent: np.int64 = NO_MONTH) -> np.ndarray:
    """Return the ordinal of each date's month, `absent` for NaT, shape (n,)."""
    months = dates.to_numpy(dtype="datetime64[M]").astype(np.int64)
    return np.where(dates.isna(), absent, months)


def _month_numbers(spells: pd.DataFrame) -> pd.DataFrame:
    """Add start_month, start_share (of the start month, in force), stop_month, stop_share, expected_month,
    expected_share, registered_month, birth (ordinals; NO_MONTH or OPEN where absent) and `granted`."""
    day = pd.Timedelta(days=1)
    last, last_expected = spells["stop"] - day, spells["expected_stop"] - day
    from_day = (spells["start"].dt.day - 1) / spells["start"].dt.days_in_month
    return spells.assign(
        start_month=month_numbers(spells["start"]),
        start_share=1 - from_day.to_numpy(float),
        stop_month=month_numbers(last, OPEN),
        stop_share=_share_used(last),
        expected_month=month_numbers(last_expected),
        expected_share=_share_used(last_expected),
        registered_month=month_numbers(spells["registered"]),
        birth=month_numbers(spells["birth_month"]),
        granted=(spells["status"] != "expected").to_numpy(bool),
    )


def _share_used(last_day: pd.Series) -> np.ndarray:
    return (last_day.dt.day / last_day.dt.days_in_month).fillna(1.0).to_numpy(float)


def _start_prices(
    spells: pd.DataFrame, rows: pd.DataFrame, reference: Reference, as_of: pd.Period, rise: int
) -> pd.DataFrame:
    """Add `start_price`: kr. per month of the first price period at the as-of month's prices, NaN if unpriced."""
    first = rows.sort_values("start", kind="stable").drop_duplicates(["spell_id", "type_key"])
    price = monthly_price(first, as_of)
    now = int(price_year(as_of.ordinal, rise))
    years = np.minimum(price_year(month_numbers(first["start"]), rise), now)
    factors = {year: reference.index_between(int(year), now) for year in np.unique(years)}
    priced = first[["spell_id", "type_key"]].assign(start_price=price * np.array([factors[year] for year in years]))
    return spells.merge(priced, on=["spell_id", "type_key"], how="left", validate="one_to_one")


def _first_complete_month(spells: pd.DataFrame, as_of: int) -> int:
    """Before the extract's own beginning person-months hold survivors only and would bias every hazard down."""
    granted = spells[spells["granted"]]
    ended = granted.loc[granted["stop_month"] <= as_of, "stop_month"]
    return first_complete_month(granted["start_month"].to_numpy(), ended.to_numpy(), as_of)
