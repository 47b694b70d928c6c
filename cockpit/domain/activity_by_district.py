"""Activity by district: what is on record month by month, and what the rest of the year is expected to hold.

A spell belongs to the district of its newest price period throughout, so that a district's stock moves by exactly what
comes and goes. Late registrations and months ahead are not told apart by district: their number is too small to say
where each will be; the rest of the year as a whole is, from the paths (`domain.district_activity`).
"""

import numpy as np
import pandas as pd

from cockpit.domain.activity import granted_spells, on_record, past_months
from cockpit.domain.district_activity import AHEAD, DistrictActivity
from cockpit.domain.prognosis import DISTRICT_AHEAD_COLUMNS, DISTRICT_MONTH_COLUMNS
from cockpit.domain.reference import UNALLOCATED
from cockpit.domain.spells import spells_of

_SPELL = ["spell_id", "type_key"]


def district_months(interventions: pd.DataFrame, types: tuple[str, ...], as_of: pd.Period) -> pd.DataFrame:
    """Count what is on record by district, type and month.

    Args:
        interventions: `domain.dataset.INTERVENTION_COLUMNS`.

    Returns:
        DISTRICT_MONTH_COLUMNS, units as in `domain.activity`; a month in which nothing is on record has no row. Without
        a district the key is `unallocated`.
    """
    rows, months = _in_newest_district(interventions), past_months(as_of)
    granted = granted_spells(rows)
    frames = [
        _long(name, on_record(own, granted[granted["district"] == name], types, months), types, months)
        for name, own in rows.groupby("district")
    ]
    nothing = pd.DataFrame(columns=list(DISTRICT_MONTH_COLUMNS))
    return pd.concat(frames, ignore_index=True)[list(DISTRICT_MONTH_COLUMNS)] if frames else nothing


def _in_newest_district(interventions: pd.DataFrame) -> pd.DataFrame:
    newest = spells_of(interventions)[[*_SPELL, "district"]]
    rows = interventions.drop(columns="district").merge(newest, on=_SPELL, how="left", validate="many_to_one")
    return rows.assign(district=rows["district"].fillna(UNALLOCATED))


def _long(
    district: object, values: dict[str, np.ndarray], types: tuple[str, ...], months: pd.PeriodIndex
) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([types, months.astype(str)], names=["type_key", "month"])
    table = pd.DataFrame({name: by_type.ravel() for name, by_type in values.items()}, index=index)
    return table[(table != 0).any(axis=1)].reset_index().assign(district=district)


def district_ahead(activity: DistrictActivity) -> pd.DataFrame:
    """Return what each district and type is expected to take of the rest of the year.

    Returns:
        DISTRICT_AHEAD_COLUMNS: person-years and gross kr., late registrations included; nothing has no row.
    """
    index = pd.MultiIndex.from_product([activity.types, activity.keys], names=["type_key", "district"])
    expected = {"person_years": activity.person_years[..., AHEAD], "cost": activity.cost[..., AHEAD].mean(axis=0)}
    table = pd.DataFrame({name: values.ravel() for name, values in expected.items()}, index=index)
    return table[(table != 0).any(axis=1)].reset_index()[list(DISTRICT_AHEAD_COLUMNS)]
