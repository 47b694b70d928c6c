"""Interventions in time: spells, days in force, person-years, price and cost per month.

Everything rests on half-open day intervals [start, stop), so that days add up across months and price periods.
"""

import numpy as np
import pandas as pd

from cockpit.domain.months import day_after, first_day

ONCE = "once"
DAYS_IN_WEEK = 7
FAR_AWAY = pd.Timestamp("2200-01-01")


def spells_of(interventions: pd.DataFrame) -> pd.DataFrame:
    """Join the price periods of each spell into one row per (spell_id, type_key).

    Args:
        interventions: `domain.dataset.INTERVENTION_COLUMNS`.

    Returns:
        One row per spell: spell_id, type_key, citizen, birth_month, district, provider, function, start (earliest),
        stop (latest, NaT while any price period is open), expected_stop and status (of the newest price period),
        registered (earliest).
    """
    keys = ["spell_id", "type_key"]
    rows = interventions.sort_values([*keys, "start"], kind="stable")
    newest = rows.drop_duplicates(keys, keep="last").set_index(keys)
    ends = rows.assign(stop=rows["stop"].fillna(FAR_AWAY)).groupby(keys)
    spans = ends.agg(start=("start", "min"), stop=("stop", "max"), registered=("registered", "min"))
    spans["stop"] = spans["stop"].mask(spans["stop"] == FAR_AWAY)
    kept = ["citizen", "birth_month", "district", "provider", "function", "expected_stop", "status"]
    return newest[kept].join(spans).reset_index()


def first_complete_month(start_months: np.ndarray, end_months: np.ndarray, as_of: int) -> int:
    """Return the first month whose ends an extract would show, as an ordinal.

    An extract begins somewhere: spells that ended before it are absent, so earlier months hold survivors only. The
    first end seen marks the beginning, less one mean gap between ends (with few ends the beginning lies some way
    before the first of them), but never before the first start.

    Args:
        start_months: ordinals (months since January 1970) of the months in which granted spells start.
        end_months: ordinals of the months of the last days, of those that have ended by `as_of`.
        as_of: ordinal of the as-of month, returned where nothing has started.
    """
    if not len(start_months):
        return as_of
    first_start = int(start_months.min())
    if not len(end_months):
        return min(first_start, as_of)
    first_end = int(end_months.min())
    return max(first_start, first_end - (as_of - first_end + 1) // len(end_months))


def days_in_force(start: pd.Series, stop: pd.Series, months: pd.PeriodIndex) -> np.ndarray:
    """Count days in force per interval and month.

    Args:
        start: first days, shape (n,).
        stop: exclusive last days, NaT for open, shape (n,).
        months: the months to count, ascending, shape (m,).

    Returns:
        Integer days, shape (n, m).
    """
    begins = _days(start)[:, None]
    ends = _days(stop.fillna(FAR_AWAY))[:, None]
    month_begins = _days(pd.Series(months.start_time))[None, :]
    month_ends = _days(pd.Series((months + 1).start_time))[None, :]
    return np.clip(np.minimum(ends, month_ends) - np.maximum(begins, month_begins), 0, None)


def _days(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy(dtype="datetime64[D]").astype(np.int64)


def days_in_months(months: pd.PeriodIndex) -> np.ndarray:
    """Return the number of days of each month, shape (m,)."""
    return np.asarray(months.days_in_month, dtype=np.int64)


def days_in_year(months: pd.PeriodIndex) -> np.ndarray:
    """Return the number of days of the year that each month belongs to, shape (m,)."""
    return np.array([366 if month.is_leap_year else 365 for month in months], dtype=np.int64)


def monthly_cost(rows: pd.DataFrame, months: pd.PeriodIndex) -> np.ndarray:
    """Cost of each price period in each month: price of a day x days, a one-off in its first month.

    Args:
        rows: columns start, stop, rate, unit, quantity; one row per price period, shape (n,).
        months: ascending months, shape (m,).

    Returns:
        Kroner, shape (n, m); NaN throughout a row without a rate.
    """
    days = days_in_force(rows["start"], rows["stop"], months)
    amount = (rows["rate"] * rows["quantity"]).to_numpy(dtype=float)[:, None]
    begins_here = days_in_force(rows["start"], rows["start"] + pd.Timedelta(days=1), months)
    is_once = (rows["unit"] == ONCE).to_numpy()[:, None]
    return np.where(is_once, begins_here, days * _day_share(rows["unit"], months)) * amount


def _day_share(unit: pd.Series, months: pd.PeriodIndex) -> np.ndarray:
    """Units per day, shape (n, m): a monthly price is spread over the days of its month, a yearly over its year."""
    shares = {
        "day": np.ones(len(months)),
        "week": np.full(len(months), 1 / DAYS_IN_WEEK),
        "month": 1 / days_in_months(months),
        "year": 1 / days_in_year(months),
        ONCE: np.zeros(len(months)),
    }
    codes, names = pd.factorize(unit)
    return np.stack([shares[name] for name in names])[codes] if len(unit) else np.zeros((0, len(months)))


def monthly_price(rows: pd.DataFrame, month: pd.Period) -> np.ndarray:
    """Price of each row for a whole month in force, kr. per month, shape (n,); zero for a one-off."""
    months = pd.PeriodIndex([month])
    whole = rows.assign(start=first_day(month), stop=day_after(month))
    cost = monthly_cost(whole, months)[:, 0]
    return np.where(rows["unit"] == ONCE, 0.0, cost)


def person_years(rows: pd.DataFrame, months: pd.PeriodIndex) -> np.ndarray:
    """Person-years of each row in each month: days in force / days in the year, shape (n, m); one-offs count none."""
    days = days_in_force(rows["start"], rows["stop"], months) / days_in_year(months)
    return np.where((rows["unit"] == ONCE).to_numpy()[:, None], 0.0, days)
