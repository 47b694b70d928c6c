"""How past forecasts did: each held against what the year became, with the rules of thumb one does by hand beside.

An origin is one forecast of one year's end from a past month: the one that was frozen when the month was closed, else
one reconstructed from what was known then. A rival is a rule of thumb:

    last_year: the same as last year;
    run_rate: booked so far x 12 / months;
    last_share: booked so far / the share of last year's outturn that was booked by the same month;
    committed: disponeret alone.

Errors are forecast - outturn, so positive means that the forecast was too high.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd

from cockpit.domain.format import danish_time
from cockpit.domain.months import SUPPLEMENT

RIVALS = ("last_year", "run_rate", "last_share", "committed")
POINTS = ("mean", "p2_5", "p10", "p90", "p97_5")
ARCHIVED, RECONSTRUCTED = "archived", "reconstructed"
ORIGIN_COLUMNS = (
    "as_of", "year", "months_to_go", "source", "level", "key", "label", "method", *POINTS, "outturn", *RIVALS,
)  # fmt: skip
BANDS = {"inside_80": ("p10", "p90"), "inside_95": ("p2_5", "p97_5")}
SUMMARY_COLUMNS = (
    "count", "error", "error_share", "bias", "bias_share", *BANDS, "width_80", *RIVALS, "best_rival",
    "best_rival_error",
)  # fmt: skip
MONTHS_BEFORE = 24
PAST_YEARS = 3  # more would tell of another practice
MONTHS_TO_CLOSE = 2  # the supplement period is over by the end of February


@dataclass(frozen=True)
class HitRate:
    """Past forecasts against what happened, with the papers of the measurement.

    Attributes:
        as_of: the newest month loaded; what the years became is read there.
        origins: ORIGIN_COLUMNS, one row per origin and row of the prognosis; amounts in kr., absent values NaN;
            `source` is ARCHIVED or RECONSTRUCTED, `method` as in `domain.methods`, None where it is not known.
    """

    as_of: pd.Period
    seed: int
    n_paths: int
    versions: dict[str, str]
    origins: pd.DataFrame

    @cached_property
    def total(self) -> pd.DataFrame:
        """The origins of the total; nobody may change them, or the summaries below."""
        return self.origins[self.origins["level"] == "total"]

    @cached_property
    def overall(self) -> pd.Series:
        """All origins of the total summed up, as `overall`."""
        return overall(self.total)

    @cached_property
    def by_months(self) -> pd.DataFrame:
        """The origins of the total by months to go, as `by_months_to_go`."""
        return by_months_to_go(self.total)

    def by_row(self, level: str) -> pd.DataFrame:
        """All origins of each row of a level, as `by_row`; worked out once."""
        if level not in self._by_level:
            self._by_level[level] = by_row(self.origins, level)
        return self._by_level[level]

    @cached_property
    def _by_level(self) -> dict[str, pd.DataFrame]:
        return {}

    def with_archive(self, archived: pd.DataFrame) -> "HitRate":
        """Put archived forecasts in the place of those reconstructed for the same months; ORIGIN_COLUMNS."""
        reconstructed = self.origins[~self.origins["as_of"].isin(archived["as_of"])]
        every = pd.concat([archived, reconstructed], ignore_index=True) if len(archived) else reconstructed
        return replace(self, origins=every.sort_values("as_of", kind="stable", ignore_index=True))

    def known_at(self, as_of: pd.Period) -> "HitRate":
        """Leave out the years whose end was not known at a month yet."""
        over = [is_over(int(year), as_of) for year in self.origins["year"]]
        return replace(self, origins=self.origins[np.array(over, dtype=bool)])

    @property
    def years(self) -> list[int]:
        """The years measured on, ascending."""
        return sorted(int(year) for year in self.origins["year"].unique())


def closed_years(postings: pd.DataFrame, newest: pd.Period) -> list[int]:
    """Return the years whose end is known, ascending: all months booked, and the supplement period over."""
    whole = whole_years(postings)
    return [year for year in whole if is_over(year, newest)]


def is_over(year: int, as_of: pd.Period) -> bool:
    """Say whether the supplement period of a year is over at a month."""
    return as_of >= pd.Period(year=year + 1, month=MONTHS_TO_CLOSE, freq="M")


def is_in_time(year: int, closed_at: datetime) -> bool:
    """Whether a forecast was frozen before the year's end was known; one frozen later proves nothing.

    The year is over when the Danish calendar turns to March; `closed_at` without a zone is UTC.
    """
    closed = danish_time(closed_at)
    return (closed.year, closed.month) <= (year + 1, MONTHS_TO_CLOSE)


def whole_years(postings: pd.DataFrame) -> list[int]:
    """Return the years in which each of the twelve months is booked, ascending."""
    months = postings[postings["period"] < SUPPLEMENT].groupby("year")["period"].nunique()
    return [int(year) for year in sorted(months.index[months == SUPPLEMENT - 1])]


def past_months(postings: pd.DataFrame, as_of: pd.Period) -> list[pd.Period]:
    """Return the same month of the closed years before the as-of month, at most `PAST_YEARS`, ascending.

    A year counts where two years of postings lie before its month: with less, the forecast of then tells little of what
    the methods do on the history there is now.
    """
    booked = postings[postings["period"] < SUPPLEMENT]
    if booked.empty:
        return []
    first_year = int(booked["year"].min())
    first = pd.Period(year=first_year, month=int(booked.loc[booked["year"] == first_year, "period"].min()), freq="M")
    same = [pd.Period(year=year, month=as_of.month, freq="M") for year in closed_years(postings, as_of)]
    return [month for month in same if (month - first).n >= MONTHS_BEFORE][-PAST_YEARS:]


def rivals(known: Mapping[str, float], month: int) -> dict[str, float]:
    """Work out the rules of thumb for one row.

    Args:
        known: kr. `booked` this year to and including the month, `committed` this year, and `last_year_early`: what
            of last year was booked by the same month; `last_year`, its outturn, only where all of it is known.
        month: number of months known, 1-12.

    Returns:
        One amount per rival in kr.; NaN where a rule has nothing to go by.
    """
    last_year = float(known.get("last_year", np.nan))
    share = known["last_year_early"] / last_year if last_year else np.nan
    return {
        "last_year": last_year,
        "run_rate": known["booked"] * 12 / month,
        # A share that is not above nothing tells of a year whose pattern cannot be scaled.
        "last_share": known["booked"] / share if share > 0 else np.nan,
        "committed": known["committed"],
    }


def overall(origins: pd.DataFrame) -> pd.Series:
    """Sum up the origins of one row of the prognosis.

    Args:
        origins: ORIGIN_COLUMNS, at least one row.

    Returns:
        SUMMARY_COLUMNS: how many; mean absolute error and bias in kr. and as mean share of the outturn; how many
        outturns lay inside the 80 and 95 % bands; mean width of the 80 % band, kr.; mean absolute error of each rival
        (NaN unless it has an answer at every origin), and the best of them.
    """
    errors = origins["mean"] - origins["outturn"]
    size = origins["outturn"].abs().where(origins["outturn"] != 0)
    rival_errors = {name: _error_of(origins, name) for name in RIVALS}
    answered = {name: error for name, error in rival_errors.items() if np.isfinite(error)}
    best = min(answered, key=answered.__getitem__) if answered else None
    return pd.Series(
        {
            "count": len(origins),
            "error": errors.abs().mean(),
            "error_share": (errors.abs() / size).mean(),
            "bias": errors.mean(),
            "bias_share": (errors / size).mean(),
            **{name: int(inside(origins, name).sum()) for name in BANDS},
            "width_80": (origins["p90"] - origins["p10"]).mean(),
            **rival_errors,
            "best_rival": best,
            "best_rival_error": rival_errors[best] if best else np.nan,
        },
        dtype=object,
    )


def inside(origins: pd.DataFrame, band: str) -> pd.Series:
    """Say of each origin whether the outturn lay inside a band of BANDS."""
    low, high = BANDS[band]
    return (origins[low] <= origins["outturn"]) & (origins["outturn"] <= origins[high])


def _error_of(origins: pd.DataFrame, rival: str) -> float:
    return float((origins[rival] - origins["outturn"]).abs().mean(skipna=False))


def by_months_to_go(origins: pd.DataFrame) -> pd.DataFrame:
    """Sum up one row's origins by months to go, most first: `months_to_go` and SUMMARY_COLUMNS."""
    groups = [(to_go, overall(group)) for to_go, group in origins.groupby("months_to_go")]
    rows = [{"months_to_go": to_go, **found} for to_go, found in reversed(groups)]
    return pd.DataFrame(rows, columns=["months_to_go", *SUMMARY_COLUMNS])


def by_row(origins: pd.DataFrame, level: str) -> pd.DataFrame:
    """Sum up all origins of each row of a level, the dearest first: `key`, `label`, `outturn` and SUMMARY_COLUMNS."""
    rows = list(_each_row(origins[origins["level"] == level]))
    frame = pd.DataFrame(rows, columns=["key", "label", "outturn", *SUMMARY_COLUMNS])
    return frame.sort_values("outturn", ascending=False, ignore_index=True)


def _each_row(origins: pd.DataFrame) -> Iterator[dict]:
    for key, group in origins.groupby("key", sort=False):
        newest = group.loc[group["as_of"].idxmax()]
        yield {"key": key, "label": newest["label"], "outturn": group["outturn"].mean(), **overall(group)}


def beaten(summaries: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a summary where a rule of thumb did better than the forecast."""
    return summaries[summaries["best_rival_error"].astype(float) < summaries["error"].astype(float)]


def nearest(summaries: pd.DataFrame, months_to_go: int) -> pd.Series:
    """Return the row of `by_months_to_go` that lies nearest to where one stands now; of two the one with more to go."""
    distance = (summaries["months_to_go"] - months_to_go).abs()
    return summaries.loc[distance.idxmin()]
