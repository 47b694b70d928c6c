"""Is a load whole? What it lacks beside what was known before it: spells that vanish, months nothing is booked in."""

from collections.abc import Iterable

import pandas as pd

from cockpit.domain.months import SUPPLEMENT, day_after, month_range


def vanished_spells(before: pd.DataFrame, now: pd.DataFrame, as_of: pd.Period) -> tuple[int, int]:
    """Count the spells in force at the end of an earlier snapshot that a later one lacks: neither running nor ended.

    Args:
        before: interventions of the earlier snapshot.
        now: interventions of the later one.
        as_of: the month of the earlier one.

    Returns:
        How many are gone, and of how many.
    """
    day = day_after(as_of)
    running = before[(before["start"] < day) & (before["stop"].isna() | (before["stop"] >= day))]
    spells = set(running["spell_id"])
    return len(spells - set(now["spell_id"])), len(spells)


def booked_months(postings: pd.DataFrame) -> set[pd.Period]:
    """Return the months that postings are booked in; the supplement period is none."""
    periods = postings.loc[postings["period"] < SUPPLEMENT, ["year", "period"]].drop_duplicates()
    return {pd.Period(year=int(year), month=int(month), freq="M") for year, month in periods.itertuples(index=False)}


def missing_months(loaded: Iterable[pd.Period], known: Iterable[pd.Period]) -> list[pd.Period]:
    """Return the months without postings between a load's newest and what comes before its first, ascending.

    Args:
        loaded: months with postings in the load.
        known: months with postings before it; a gap among them was told when it arose.
    """
    own = set(loaded)
    if not own:
        return []
    every = own | set(known)
    first = max((month for month in every if month < min(own)), default=min(own))
    return [month for month in pd.period_range(first, max(own), freq="M") if month not in every]


LACKING = "Måneder uden bogføring"  # begins the note on what they are estimated at


def lacking_months(postings: pd.DataFrame, as_of: pd.Period) -> pd.PeriodIndex:
    """Return the months of the as-of year up to it that no posting is booked in, ascending; none without a ledger."""
    months = month_range(as_of - as_of.month + 1, as_of)
    if postings.empty:
        return months[:0]
    booked = booked_months(postings[postings["year"] == as_of.year])
    return months[[month not in booked for month in months]]
