"""Is a load whole? What it lacks beside what was known before it: spells that vanish, months nothing is booked in."""

from collections.abc import Iterable
from itertools import groupby

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.dataset import Dataset
from cockpit.domain.months import SUPPLEMENT, day_after, month_range

NO_LEDGER = "Der er ikke indlæst posteringer"  # begins what is said where there is no ledger
NO_ACTIVITY = "Der er ikke indlæst indsatser: prognosen hviler alene på bogføringen."
YOUNG_LEDGER = "Bogføringen begynder i"  # begins the note on a ledger that has not seen the longest delays
LACKING = "Måneder uden bogføring"  # begins the note on what they are estimated at
NOT_WHOLE = "Udtrækket over indsatser er næppe helt"  # begins the note on spells that are gone
BEHIND = "Indsatserne er ældre end bogføringen"  # begins the note on them
# Begin the notes on all of the data, not on a type or an account.
GENERAL = (NO_LEDGER, NO_ACTIVITY, YOUNG_LEDGER, LACKING, NOT_WHOLE, BEHIND)


def no_ledger_note(as_of: pd.Period, incurred: float, by_budget: float) -> str:
    """Say what a forecast without a ledger is made of.

    Args:
        incurred: what the year so far is reckoned to have cost, kr.
        by_budget: what the accounts of which nothing is known but their budget are expected to have in the year, kr.
    """
    beside = f"; konti uden indsatser er regnet som budgetteret ({fmt.mio(by_budget)})" if by_budget else ""
    return (
        f"{NO_LEDGER}: månederne til og med {fmt.month_long(as_of)} ({fmt.mio(incurred)}) er beregnet af aktiviteten "
        f"og ikke bogført{beside}. Forbruget er ukendt. Indlæs posteringerne, før tallene bruges."
    )


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


def not_whole_note(gone: int, running: int, earlier: pd.Period) -> str:
    """Say how many spells are gone that ran in the snapshot of an earlier month, and what a forecast without them is.

    Args:
        gone: how many of the `running` ones are neither running nor ended in the snapshot that is read.
    """
    return (
        f"{NOT_WHOLE}: {fmt.number(gone)} af de {fmt.number(running)} indsatser, der løb i udtrækket pr. "
        f"{fmt.month_year(earlier)}, er der ikke, heller ikke som afsluttede. Prognosen regner uden dem og kan være "
        "langt for lav. Indlæs hele bestanden; har indsatserne blot fået nye numre, så skriv det i en kommentar."
    )


def activity_behind(dataset: Dataset) -> pd.Period | None:
    """Return the newest booked month where the interventions are of an earlier one, else None."""
    if dataset.activity_month >= dataset.as_of or dataset.interventions.empty:
        return None
    booked = [month for month in booked_months(dataset.postings) if month <= dataset.as_of]
    newest = max(booked, default=dataset.activity_month)
    return newest if newest > dataset.activity_month else None


def behind_note(activity: pd.Period, booked: pd.Period) -> str:
    """Say of which month the interventions are, and what a forecast lacks that is booked further than that."""
    month = fmt.month_long(booked)
    return (
        f"{BEHIND}: de er opgjort pr. {fmt.month_long(activity)}, og der er bogført til og med {month}. Hvad der "
        f"er begyndt, ændret eller afsluttet siden, kender prognosen ikke. Indlæs indsatserne for {month}."
    )


def booked_months(postings: pd.DataFrame) -> set[pd.Period]:
    """Return the months that postings are booked in; the supplement period is none."""
    periods = postings.loc[postings["period"] < SUPPLEMENT, ["year", "period"]].drop_duplicates()
    return {pd.Period(year=int(year), month=int(month), freq="M") for year, month in periods.itertuples(index=False)}


def whole_years(postings: pd.DataFrame) -> set[int]:
    """Return the years that postings are booked in every month of."""
    months = postings[postings["period"] < SUPPLEMENT].groupby("year")["period"].nunique()
    return set(months.index[months == SUPPLEMENT - 1])


def not_replaced(
    rows: pd.DataFrame, own: Iterable[pd.DataFrame], scope: tuple[str, str] = ("year", "period")
) -> pd.DataFrame:
    """Leave out the rows of the scopes that a load's own rows replace: booking periods, or years and budget types."""
    first, second = scope
    replaced = {pair for frame in own for pair in zip(frame[first], frame[second], strict=True)}
    keep = [pair not in replaced for pair in zip(rows[first], rows[second], strict=True)]
    return rows[pd.Series(keep, index=rows.index, dtype=bool)]


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




def lacking_months(postings: pd.DataFrame, first: pd.Period, last: pd.Period) -> pd.PeriodIndex:
    """Return the months from `first` to `last` that no posting is booked in, ascending; none without a ledger."""
    months, booked = month_range(first, last), booked_months(postings)
    return months[[month not in booked for month in months]] if booked else months[:0]


def months_in_words(months: Iterable[pd.Period]) -> str:
    """Name months, three or more in a row by the first and the last: `jan. 2026 til mar. 2026 og maj 2026`."""
    every = sorted(months)
    runs = [[month for _, month in run] for _, run in groupby(enumerate(every), lambda pair: pair[1].ordinal - pair[0])]
    named = [
        [f"{fmt.month_year(run[0])} til {fmt.month_year(run[-1])}"] if len(run) > 2 else map(fmt.month_year, run)
        for run in runs
    ]
    return fmt.enumeration([name for run in named for name in run])


def supplement_note(year: int, booked: float, rest: float | None) -> str:
    """Say what a year's supplement period has booked, and what is still expected in it (None: it is over), kr."""
    left = "den regnes for afsluttet" if rest is None else f"der ventes {fmt.mio(rest)} mere i den"
    has = f"Supplementsperioden for {year} har posteringer for {fmt.mio(booked)}"
    return f"{has}; {left}. Kommer der flere, så indlæs igen."
