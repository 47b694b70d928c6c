"""Accounts that activity does not explain: their monthly bookings run on as time series.

The supplement period is folded into December while the series is fitted, and taken out again by the share it has had.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.completeness import YOUNG_LEDGER
from cockpit.domain.months import SUPPLEMENT, month_range
from models import forecast_paths
from models.joint import reorder_jointly

DECEMBER = 12
SHORTEST_SERIES = 3


def booking_series(postings: pd.DataFrame, as_of: pd.Period) -> pd.Series:
    """Bookings per month to the as-of month, the supplement period in its December; no bookings are zero."""
    known = postings[postings["amount"].notna()]
    period = known["period"].clip(upper=DECEMBER)
    months = pd.to_datetime({"year": known["year"], "month": period, "day": 1}).dt.to_period("M")
    sums = known["amount"].groupby(months).sum()
    first = sums.index.min() if len(sums) else as_of
    return sums.reindex(month_range(first, as_of), fill_value=0.0)


def young_ledger(first: pd.Period, doubt: float) -> tuple[str, ...]:
    """Say in Danish that the ledger is too young to have seen the longest delays; nothing where it is not."""
    if not doubt:
        return ()
    return (
        f"{YOUNG_LEDGER} {fmt.month_long(first)} og har ikke set de længste forsinkelser endnu. Båndene er "
        "derfor gjort bredere, indtil den er længere.",
    )


def supplement_part(postings: pd.DataFrame, as_of: pd.Period) -> float:
    """Share of December and supplement together that the supplement period has had in closed years; zero if none."""
    closed = postings[(postings["year"] < as_of.year) & (postings["period"] >= DECEMBER)]
    total = closed["amount"].abs().sum()
    return float(closed.loc[closed["period"] == SUPPLEMENT, "amount"].abs().sum() / total) if total > 0 else 0.0


def ledger_paths(
    groups: list[pd.DataFrame],
    periods: list[tuple[int, int]],
    as_of: pd.Period,
    n_paths: int,
    seed: int,
    steps: Sequence[Sequence[pd.Period]] = (),
) -> np.ndarray:
    """Sample paths of bookings for accounts run on by themselves.

    Args:
        groups: the postings of each account group.
        periods: open booking periods (year, 1-13), length p.
        steps: per group the months in which known events change its level; none for any where left out.

    Returns:
        Kr., shape (n_paths, len(groups), p); errors are correlated over the groups as their histories show.
    """
    result = np.zeros((n_paths, len(groups), len(periods)))
    if not groups:
        return result
    series = [booking_series(postings, as_of) for postings in groups]
    last_year = max(year for year, _ in periods)
    horizon = (pd.Period(year=last_year, month=DECEMBER, freq="M") - as_of).n
    if horizon > 0:
        known = steps or [()] * len(groups)
        drawn = [_paths_of(one, horizon, n_paths, seed + at, known[at]) for at, one in enumerate(series)]
        for at, paths in enumerate(reorder_jointly(drawn, series, seed + len(series))):
            result[:, at] = _on_periods(paths, periods, as_of, supplement_part(groups[at], as_of))
    if as_of.month == DECEMBER:
        for at, postings in enumerate(groups):
            result[:, at, 0] = _closing_supplement(postings, as_of)
    return result


def _paths_of(series: pd.Series, horizon: int, n_paths: int, seed: int, steps: Sequence[pd.Period]) -> np.ndarray:
    if len(series) < SHORTEST_SERIES:
        return np.full((n_paths, horizon), series.mean() if len(series) else 0.0)
    return forecast_paths(series, horizon, n_paths=n_paths, seed=seed, steps=steps)


def _on_periods(monthly: np.ndarray, periods: list[tuple[int, int]], as_of: pd.Period, supplement: float) -> np.ndarray:
    """Lay monthly paths (n, horizon) on booking periods (n, p), splitting each December with its supplement."""
    columns = []
    for year, period in periods:
        month = pd.Period(year=year, month=min(period, DECEMBER), freq="M")
        ahead = (month - as_of).n - 1
        part = {DECEMBER: 1 - supplement, SUPPLEMENT: supplement}.get(period, 1.0)
        columns.append(monthly[:, ahead] * part if ahead >= 0 else np.zeros(len(monthly)))
    return np.column_stack(columns)


def _closing_supplement(postings: pd.DataFrame, as_of: pd.Period) -> float:
    """With December known, the supplement period is expected to have its usual share beside it, booked or not."""
    is_december = (postings["year"] == as_of.year) & (postings["period"] == DECEMBER)
    supplement = supplement_part(postings, as_of)
    return float(postings.loc[is_december, "amount"].sum()) * supplement / (1 - supplement) if supplement < 1 else 0.0
