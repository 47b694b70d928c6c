"""The as-of year as it is granted, spell by spell: what each costs, how long it counts, and what the state refunds."""

import numpy as np
import pandas as pd

from cockpit.domain.cases import refunds_of_children
from cockpit.domain.committed import GRANTED, granted_to_expected_stop
from cockpit.domain.months import day_after, year_months
from cockpit.domain.reference import Reference
from cockpit.domain.spells import monthly_cost, monthly_price, person_years, spells_of

KEYS = ["spell_id", "type_key", "function"]


def alive_in_year(interventions: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    """Return every row of the spells that have not all ended before the as-of year: the others cost nothing in it."""
    goes_on = interventions["stop"].isna() | (interventions["stop"] > year_months(as_of.year)[0].start_time)
    return interventions[interventions["spell_id"].isin(interventions.loc[goes_on, "spell_id"])]


def granted_year(interventions: pd.DataFrame, as_of: pd.Period, last_month: int = 12) -> pd.DataFrame:
    """Add up the year to its expected stops, as in disponeret.

    Args:
        interventions: `domain.dataset.INTERVENTION_COLUMNS`, known at `as_of`.
        last_month: the months January to this one are counted.

    Returns:
        One row per spell_id, type_key and function with anything in the year: citizen, cost (kr.), person_years.
    """
    months = year_months(as_of.year)[:last_month]
    rows = granted_to_expected_stop(alive_in_year(interventions, as_of), as_of)
    sums = rows[[*KEYS, "citizen"]].assign(
        cost=np.nan_to_num(monthly_cost(rows, months)).sum(axis=1),
        person_years=person_years(rows, months).sum(axis=1),
    )
    by_spell = sums.groupby(KEYS, as_index=False).agg(
        citizen=("citizen", "first"), cost=("cost", "sum"), person_years=("person_years", "sum")
    )
    return by_spell[(by_spell["cost"] != 0) | (by_spell["person_years"] != 0)].reset_index(drop=True)


def terms_of(interventions: pd.DataFrame, as_of: pd.Period, price_month: pd.Period) -> pd.DataFrame:
    """Return how each granted spell of the year stands: what a reader compares when it has changed.

    Returns:
        Index spell_id; columns citizen, type_key, function, start, stop, expected_stop, price (kr. for a whole
        `price_month`, NaN where it has none then) and counted_to: the day it counts to in the year, exclusive.
    """
    alive = alive_in_year(interventions, as_of)
    rows = alive[(alive["status"] == GRANTED) & alive["rate"].notna()]
    by_type = spells_of(rows).sort_values(["spell_id", "start"], kind="stable")
    spells = by_type.drop_duplicates("spell_id", keep="last").set_index("spell_id")
    year_end = day_after(year_months(as_of.year)[-1])
    ahead = spells["expected_stop"].where(spells["expected_stop"] > day_after(as_of))
    counted_to = spells["stop"].fillna(ahead).fillna(year_end).clip(upper=year_end)
    in_month = rows[
        (rows["start"] < day_after(price_month))
        & (rows["stop"].isna() | (rows["stop"] > price_month.start_time))
    ]
    price = pd.Series(monthly_price(in_month, price_month), index=in_month["spell_id"].to_numpy())
    return spells[["citizen", "type_key", "function", "start", "stop", "expected_stop"]].assign(
        price=price.groupby(level=0).last().reindex(spells.index), counted_to=counted_to
    )


def refund_by_child(interventions: pd.DataFrame, as_of: pd.Period, reference: Reference) -> pd.Series:
    """Return what the state refunds of each child's granted year, kr., index citizen; children without are left out."""
    months = year_months(as_of.year)
    year = granted_year(interventions, as_of)
    children = pd.Index(sorted(year.loc[year["cost"] != 0, "citizen"].unique()))
    # A one-off of the year before may still count, so here all that a child has ever had is looked at.
    rows = granted_to_expected_stop(interventions[interventions["citizen"].isin(children)], as_of)
    refund = refunds_of_children(rows, children, months, reference)
    found = pd.Series(refund.sum(axis=1).round(2), index=children, dtype=float)
    return found[found > 0]
