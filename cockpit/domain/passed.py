"""Granted interventions that run on past their expected end: they count to the year's end until somebody acts."""

import pandas as pd

from cockpit.domain.committed import GRANTED
from cockpit.domain.months import day_after, year_months
from cockpit.domain.spells import monthly_cost

PASSED_COLUMNS = ("spell_id", "citizen", "type_key", "district", "expected_stop", "rest")


def runs_past_its_end(rows: pd.DataFrame, as_of: pd.Period) -> pd.Series:
    """Say which rows are open though their last expected day (`expected_stop` is the day after it) has been."""
    return rows["stop"].isna() & (rows["expected_stop"] <= day_after(as_of))


def passed_spells(
    interventions: pd.DataFrame, as_of: pd.Period, activity_month: pd.Period | None = None
) -> pd.DataFrame:
    """Return the granted spells that run on past their expected end, what costs most first.

    Args:
        interventions: `domain.dataset.INTERVENTION_COLUMNS`, known at `as_of`.
        activity_month: the month they tell of, where it is earlier: what should end after it may have.

    Returns:
        PASSED_COLUMNS: `expected_stop` is exclusive; `rest` is what the year's months after `as_of` cost, gross kr.
    """
    passed = runs_past_its_end(interventions, activity_month or as_of)
    rows = interventions[(interventions["status"] == GRANTED) & passed]
    months = year_months(as_of.year)
    rest = pd.DataFrame(monthly_cost(rows, months[months > as_of]), index=rows.index).sum(axis=1)
    costs = rest.groupby(rows["spell_id"]).sum()
    spells = rows.drop_duplicates("spell_id", keep="last")
    spells = spells.assign(rest=costs.reindex(spells["spell_id"]).to_numpy(float))
    ordered = spells.sort_values(["rest", "spell_id"], ascending=[False, True], kind="stable", ignore_index=True)
    return ordered[list(PASSED_COLUMNS)]
