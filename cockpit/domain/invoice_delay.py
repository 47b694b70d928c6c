"""How late bills come, read from the ledger: when a posting became known, and how much of a quarter it was by then."""

import numpy as np
import pandas as pd

from cockpit.domain.months import SUPPLEMENT

QUARTERS_BACK = 8  # two years speak of today's habits, and hold the bills that come once in half a year four times
ENOUGH_QUARTERS = 4  # fewer have not seen a whole round of quarterly and half-yearly bills


def known_from(postings: pd.DataFrame) -> pd.Series:
    """The month each posting became known: its booking period; a supplement posting the following January or later."""
    period = postings["period"].where(postings["period"] < SUPPLEMENT, 1)
    year = postings["year"].where(postings["period"] < SUPPLEMENT, postings["year"] + 1)
    regular = pd.Series(pd.to_datetime({"year": year, "month": period, "day": 1}).dt.to_period("M"))
    late = postings["booked"].dt.to_period("M")
    in_supplement = (postings["period"] == SUPPLEMENT) & late.notna() & (late > regular)
    return regular.where(~in_supplement, late)


def least_booked(bills: pd.DataFrame, quarters: pd.PeriodIndex, as_of: pd.Period, wait: int) -> pd.DataFrame:
    """Return the least share that was booked of a type's earlier quarters when they were as old as a quarter is now.

    The least, not the mean: a type's bills are few and large, and one of them a month later is no fault. A ledger that
    shows no late bills, and a quarter that has waited, needs no history: all of it should be booked.

    Args:
        bills: type_key, service (the month that the bill is for), known (the month it became known) and amount.
        quarters: ended quarters that the ledger knows in full, oldest first.
        as_of: the month at whose end the bills are counted.
        wait: months after a quarter in which a type with too few earlier quarters is not judged.

    Returns:
        One row per type, one column per quarter; NaN where it is not judged yet.
    """
    types = pd.Index(bills["type_key"].unique())
    seen_late = bool((bills["known"] > bills["service"]).any())
    booked = _booked_by_age(bills, types, quarters, as_of)
    ages = _ages(quarters, as_of)
    table = pd.DataFrame(index=types, columns=quarters, dtype="float64")
    for at, (quarter, age) in enumerate(zip(quarters, ages, strict=True)):
        earlier = booked[:, max(0, at - QUARTERS_BACK) : at]
        in_all = earlier[:, :, -1]
        share = np.where(in_all > 0, earlier[:, :, age] / np.where(in_all > 0, in_all, 1.0), np.inf)
        waits = seen_late & (np.isfinite(share).sum(axis=1) < ENOUGH_QUARTERS) & (age < wait)
        table[quarter] = np.where(waits, np.nan, share.min(axis=1, initial=1.0).clip(min=0.0))
    return table


def _booked_by_age(
    bills: pd.DataFrame, types: pd.Index, quarters: pd.PeriodIndex, as_of: pd.Period
) -> np.ndarray:
    """Kroner booked of each quarter by its age in months, shape (types, quarters, ages); the last age is today's."""
    quarter = quarters.get_indexer(pd.PeriodIndex(bills["service"], freq="M").asfreq("Q"))
    inside = quarter >= 0
    ends = quarters.asfreq("M", "end").asi8
    oldest = int(_ages(quarters, as_of).max(initial=0))
    age = np.clip(pd.PeriodIndex(bills["known"], freq="M").asi8[inside] - ends[quarter[inside]], 0, oldest)
    sums = np.zeros((len(types), len(quarters), oldest + 1))
    at = types.get_indexer(bills["type_key"])[inside], quarter[inside], age
    np.add.at(sums, at, bills["amount"].to_numpy(dtype=float)[inside])
    return sums.cumsum(axis=2)


def _ages(quarters: pd.PeriodIndex, as_of: pd.Period) -> np.ndarray:
    """Months from the end of each quarter to the as-of month."""
    return np.asarray(as_of.ordinal - quarters.asfreq("M", "end").asi8)
