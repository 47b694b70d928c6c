"""Months of the year that are booked in part: accounts that have far fewer postings and less money than they ever do.

A quiet month is no such month. Postings alone may become fewer (an interface that books in sums), and money alone may
be less (bills that come late), so both must be. An account that stays so for a quarter has changed for good. January
and February are no guide: how many of their bills the old year's supplement period takes varies with its closing.
"""

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.completeness import booked_months
from cockpit.domain.months import SUPPLEMENT, month_range

FEWER = 0.65  # of the fewest postings that an account has had in a month
LESS = 0.75  # of its usual money
MANY = 10  # postings in its poorest month from which "far fewer" is no chance
REGULAR = 3  # postings in its poorest month from which none at all is no chance
USUAL_MONTHS, FEWEST_USUAL = 24, 10  # back that are usual, and how many of them must be known
CLOSING_MONTHS = 2  # after New Year, in which the old year's supplement period takes bookings
CHANGED = 3  # months in a row from which it is no matter of the load
PARTLY = "Måneder, der ser ud til kun at være bogført i del"  # begins the note on them
_REMEDY = "Indlæs hele måneden; er den hel, så skriv det i en kommentar."


def partial_months(postings: pd.DataFrame, as_of: pd.Period) -> dict[pd.Period, tuple[str, ...]]:
    """Return the months of the as-of year that lack a part, and the functions whose postings do, ascending.

    Args:
        postings: what is known at the as-of month.
    """
    regular = postings[postings["period"] < SUPPLEMENT]
    month = pd.PeriodIndex.from_fields(year=regular["year"], month=regular["period"], freq="M")
    months = month_range(as_of - USUAL_MONTHS - as_of.month, as_of)
    known = booked_months(postings)
    booked = [one for one in months if one in known and one.month > CLOSING_MONTHS]
    counts, sums = (
        regular.assign(month=month)
        .pivot_table(index="month", columns="function", values="amount", aggfunc=what)
        .reindex(booked)
        .fillna(0.0)
        for what in ("count", "sum")
    )
    found: dict[pd.Period, tuple[str, ...]] = {}
    for one in [month for month in booked if month.year == as_of.year]:
        poor = _poor(one, counts, sums)
        if poor:
            found[one] = poor
            counts.loc[one, list(poor)] = float("nan")  # no usual month to those after it
    return _but_changes(found, as_of)


def _poor(month: pd.Period, counts: pd.DataFrame, sums: pd.DataFrame) -> tuple[str, ...]:
    """The functions that lack postings in a month; those that have only fewer than ever, if another surely does."""
    usual = [one for one in counts.index if month - USUAL_MONTHS <= one < month]
    known = counts.loc[usual]
    least, most, count = known.min(), known.max(), counts.loc[month]
    enough = known.notna().sum() >= FEWEST_USUAL
    less = sums.loc[month].abs() < LESS * sums.loc[usual].where(known.notna()).mean().abs()
    far_fewer = (least >= MANY) & (count < FEWER * least)
    none = (count == 0) & ((least >= REGULAR) | ((least == most) & (least > 0)))
    surely = enough & less & (far_fewer | none)
    if not surely.any():
        return ()
    return tuple(str(function) for function in counts.columns[surely | (enough & less & (count < least))])


def _but_changes(found: dict[pd.Period, tuple[str, ...]], as_of: pd.Period) -> dict[pd.Period, tuple[str, ...]]:
    newest = [set(found.get(as_of - back, ())) for back in range(CHANGED)]
    changed = set.intersection(*newest)
    left = {month: tuple(one for one in own if one not in changed) for month, own in found.items()}
    return {month: own for month, own in left.items() if own}


def partial_note(found: dict[pd.Period, tuple[str, ...]], lacking: float) -> str:
    """Say which months are booked in part, on which accounts, and at what the rest is estimated, kr."""
    estimated = f"Det, der mangler, er anslået til {fmt.mio(lacking)} og er med i prognosen, men ikke i forbruget."
    return f"{partial_words(found)} {estimated} {_REMEDY}"


def partial_finding(found: dict[pd.Period, tuple[str, ...]]) -> str:
    """Say of a load which months it leaves booked in part, and on which accounts: nothing is estimated yet."""
    return f"{partial_words(found)} {_REMEDY}"


def partial_words(found: dict[pd.Period, tuple[str, ...]]) -> str:
    """Name the months that are booked in part with their accounts, and by what it is seen."""
    named = [f"{fmt.month_year(month)} ({fmt.enumeration(list(own))})" for month, own in sorted(found.items())]
    return f"{PARTLY}: {'; '.join(named)}. Kontiene har langt færre posteringer, end de plejer."
