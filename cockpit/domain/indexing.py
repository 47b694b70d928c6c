"""Which year's index is in a price: until the month in which prices rise, a price is still one of the year before.

Years are counted from month of rise to month of rise; which month that is the models find in the prices themselves.
"""

import numpy as np
import pandas as pd

from cockpit.domain.reference import Reference

JANUARY = 1
MONTHS = 12


def price_year(months: np.ndarray, rise: int) -> np.ndarray:
    """Return the year whose index is in the prices of each month.

    Args:
        months: ordinals, any shape.
        rise: calendar month of the rise, 1-12.
    """
    return (months - (rise - JANUARY)) // MONTHS + 1970


def index_factors(reference: Reference, from_year: int, months: pd.PeriodIndex, rise: int) -> np.ndarray:
    """What a krone at a year's prices costs in each month; never below that level for earlier months, shape (m,)."""
    years = price_year(months.asi8, rise)
    return np.array([reference.index_between(from_year, int(max(year, from_year))) for year in years])
