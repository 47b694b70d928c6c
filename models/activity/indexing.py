"""When prices rise: a year's index takes effect in the calendar month in which the municipality's own prices step.

Most prices follow the index in January; contracts may do so at another time of year (`domain.indexing`).
"""

import numpy as np
import pandas as pd

from cockpit.domain.indexing import JANUARY, MONTHS
from cockpit.domain.spells import ONCE

RECENT = 36  # months of price steps that speak of today's contracts
MAJORITY = 0.5


def month_of_rise(rows: pd.DataFrame, as_of: pd.Period) -> int:
    """Return the calendar month with more than half of the recent rises of running prices, else January.

    One-off payments are no running price: a dearer one after a cheaper one is no rise.

    Args:
        rows: price periods, `domain.dataset.INTERVENTION_COLUMNS`.
        as_of: the last month that is known.
    """
    ordered = rows[rows["unit"] != ONCE].sort_values(["spell_id", "type_key", "start"], kind="stable")
    price = ordered["rate"] * ordered["quantity"]
    same = (ordered[["spell_id", "type_key", "unit"]] == ordered[["spell_id", "type_key", "unit"]].shift()).all(axis=1)
    recent = ordered["start"] > (as_of - RECENT).end_time
    months = ordered.loc[same & (price > price.shift()) & recent, "start"].dt.month
    rises = np.bincount(months, minlength=MONTHS + 1)
    most = int(np.argmax(rises))
    return most if rises[most] > MAJORITY * rises.sum() else JANUARY
