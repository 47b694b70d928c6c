"""What spells cost: the price of known ones month by month, of new ones drawn from recent starts, and how prices rise.

Continuing prices rise by the index once a year (see `indexing`) and by renegotiation in between. The latter is learned
from price periods: all changes of price in the spells' history, less the index, over the months they were exposed.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.indexing import index_factors, price_year
from cockpit.domain.reference import Reference
from cockpit.domain.spells import monthly_cost, monthly_price
from models.activity.draws import Draw
from models.activity.history import NO_MONTH, History, month_numbers

RECENT_STARTS = 24  # months of starts that new spells are drawn from, more where they are few
ENOUGH_STARTS = 30
PRIOR_MONTHS = 240.0  # a step's drift leans on everyone's with the weight of twenty years in force
LARGEST_CHANGE = np.log(3.0)  # beyond it the unit or the case has changed, not the price
EVENT_MONTHS = 3  # a known event's change of price shows within a quarter
ENOUGH_SINCE = 5  # starts since an event that are enough to price new ones by


@dataclass(frozen=True)
class PriceDrift:
    """Monthly log drift of running prices beyond the index: mean and standard error per type, shape (n_types,)."""

    mean: np.ndarray
    error: np.ndarray
    changes: int
    months: float

    def draw(self, draw: Draw) -> np.ndarray:
        """Draw a drift per type; types of a step share their draw through equal means and one common chance."""
        return np.asarray(self.mean + self.error * draw.normal("drift of prices"))


@dataclass(frozen=True)
class Donors:
    """Recent starts that new spells are drawn from, types one after the other.

    Attributes:
        age: months at start, NO_MONTH where unknown; price: kr. a month at the as-of month's prices, zero if unpriced;
        start_share: of the start month in force; district: code, see `History`; all shape (n_donors,).
        first, count: position of each type's first donor and how many it has, shape (n_types,).
        error: standard error of each type's mean log price, shape (n_types,).
    """

    age: np.ndarray
    price: np.ndarray
    start_share: np.ndarray
    district: np.ndarray
    first: np.ndarray
    count: np.ndarray
    error: np.ndarray

    @property
    def present(self) -> np.ndarray:
        """Whether a type has any donor, shape (n_types,)."""
        return self.count > 0

    def draw(self, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw a donor per type code, shape of `kind`, each of a type's equally often; the types must be present."""
        return self.first[kind] + (rng.random(len(kind)) * self.count[kind]).astype(np.int64)


def running_prices(
    rows: pd.DataFrame,
    spell: np.ndarray,
    n_spells: int,
    reference: Reference,
    months: pd.PeriodIndex,
    as_of: pd.Period,
    rise: int,
) -> np.ndarray:
    """Kr. per whole month in force of each spell in each future month, without renegotiation, shape (n_spells, m).

    Args:
        rows: the price periods of running and coming spells; the first is extended to the first month and the last
            to the end, so that a spell that runs on has a price.
        spell: position of each row's spell, shape (n_rows,), ascending.
        n_spells: number of spells.
        reference: indexation. A rate of the past holds today's level, one agreed ahead that of its own year.
        months: the months after the as-of month.
        as_of: the as-of month.
        rise: calendar month in which prices take the year's index.
    """
    prices = np.zeros((n_spells, len(months)))
    if not len(months) or rows.empty:
        return prices
    extended = _extended(rows, spell, months)
    years = np.maximum(price_year(month_numbers(rows["start"]), rise), price_year(as_of.ordinal, rise))
    factors = {int(year): index_factors(reference, int(year), months, rise) for year in np.unique(years)}
    cost = np.nan_to_num(monthly_cost(extended, months)) * np.stack([factors[int(year)] for year in years])
    np.add.at(prices, spell, cost)
    return prices


def _extended(rows: pd.DataFrame, spell: np.ndarray, months: pd.PeriodIndex) -> pd.DataFrame:
    begins, ends = months[0].start_time, (months[-1] + 1).start_time
    first = np.diff(spell, prepend=-1) != 0
    last = np.append(first[1:], True)
    start = rows["start"].mask(first, rows["start"].clip(upper=begins))
    return rows.assign(start=start, stop=rows["stop"].mask(last, ends))


def fit_drift(
    rows: pd.DataFrame, reference: Reference, history: History, as_of: pd.Period, changed: np.ndarray
) -> PriceDrift:
    """Learn how running prices move beyond the index.

    Args:
        rows: price periods with a running price, of granted spells.
        reference: indexation.
        history: types and steps.
        as_of: the as-of month.
        changed: month of the newest known event that moved the prices of each type, shape (n_types,); the jump it
            made is no drift that goes on.
    """
    ordered = rows.sort_values(["spell_id", "type_key", "start"], kind="stable")
    code = pd.Categorical(ordered["type_key"], categories=list(history.types)).codes.astype(np.int64)
    change = _log_changes(ordered, reference, as_of, history.rise)
    since = month_numbers(ordered["start"]) - changed[code]
    kept = np.isfinite(change) & (np.abs(change) < LARGEST_CHANGE) & ~((since >= 0) & (since < EVENT_MONTHS))
    months = _months_in_force(ordered, as_of)
    same_step = (history.steps[:, None] == history.steps[None, :]).astype(float)
    total = same_step @ np.bincount(code[kept], change[kept], minlength=history.n_types)
    squares = same_step @ np.bincount(code[kept], change[kept] ** 2, minlength=history.n_types)
    exposure = same_step @ np.bincount(code, months, minlength=history.n_types)
    everyone = change[kept].sum() / max(months.sum(), 1.0)
    weight = exposure + PRIOR_MONTHS
    mean = (total + PRIOR_MONTHS * everyone) / weight
    return PriceDrift(mean, np.sqrt(squares) / weight, int(np.count_nonzero(change[kept])), float(months.sum()))


def _log_changes(rows: pd.DataFrame, reference: Reference, as_of: pd.Period, rise: int) -> np.ndarray:
    """Log change of price beyond the index at the start of each row of a spell but the first, where it is NaN."""
    same = (rows["spell_id"].eq(rows["spell_id"].shift()) & rows["type_key"].eq(rows["type_key"].shift())).to_numpy()
    price = monthly_price(rows, as_of)
    before = np.concatenate([[np.nan], price[:-1]])
    usable = same & (price > 0) & (np.nan_to_num(before) > 0)
    change = np.log(np.where(usable, price, 1.0) / np.where(usable, before, 1.0))
    years = rows["start"].dt.year.to_numpy(int)
    index = {int(year): np.log(reference.index_between(int(year) - 1, int(year))) for year in np.unique(years)}
    raised = (rows["start"].dt.month.to_numpy() == rise) & (change != 0)
    return np.where(usable, change - raised * np.array([index[int(year)] for year in years]), np.nan)


def _months_in_force(rows: pd.DataFrame, as_of: pd.Period) -> np.ndarray:
    end = rows["stop"].fillna(as_of.end_time).clip(upper=as_of.end_time)
    days = (end - rows["start"]).dt.days.clip(lower=0)
    return days.to_numpy(float) / 30.44


def find_donors(history: History, max_age_months: float | None, changed: np.ndarray) -> Donors:
    """Collect the recent starts of each type; a type with few takes its last `ENOUGH_STARTS`.

    Starts before the newest known event that moved a type's prices (`changed`, shape (n_types,)) are left out where
    there are `ENOUGH_SINCE` since.
    """
    spells = history.spells
    begun = spells[spells["granted"] & (spells["start_month"] <= history.as_of)]
    after = begun["start_month"].to_numpy() >= changed[begun["type_code"].to_numpy()]
    since = np.bincount(begun["type_code"].to_numpy()[after], minlength=history.n_types)
    begun = begun[after | (since < ENOUGH_SINCE)[begun["type_code"].to_numpy()]]
    order = begun.sort_values(["type_code", "start", "spell_id"], ascending=[True, False, True], kind="stable")
    rank = order.groupby("type_code").cumcount()
    recent = order["start_month"] > history.as_of - RECENT_STARTS
    used = order[recent | (rank < ENOUGH_STARTS)]
    if max_age_months is not None:
        used = used[~((used["birth"] != NO_MONTH) & (used["start_month"] - used["birth"] >= max_age_months))]
    kind = used["type_code"].to_numpy()
    count = np.bincount(kind, minlength=history.n_types)
    return Donors(
        _ages(used, kind, history.n_types),
        used["start_price"].fillna(0.0).to_numpy(float),
        used["start_share"].to_numpy(float),
        _districts(used, kind, history),
        np.cumsum(count) - count,
        count,
        _log_price_error(used, kind, history.n_types),
    )


def _districts(used: pd.DataFrame, kind: np.ndarray, history: History) -> np.ndarray:
    """District of each start, (n,); where nobody is in it any more, the districts of the type's other starts in turn.

    Districts are merged and renamed: nobody new comes to one that is no more.
    """
    spells, none = history.spells, len(history.districts)
    district = used["district_code"].to_numpy(copy=True)
    running = spells.loc[spells["stop_month"] > history.as_of, "district_code"].unique()
    in_use = np.isin(district, [*running, none])
    for code in np.unique(kind[~in_use]):
        gone, others = np.flatnonzero((kind == code) & ~in_use), district[(kind == code) & in_use]
        district[gone] = np.resize(others, len(gone)) if len(others) else none
    return district


def _ages(used: pd.DataFrame, kind: np.ndarray, n_types: int) -> np.ndarray:
    """Age at start in months; an unknown one takes the type's median, NO_MONTH where no age is known."""
    known = (used["birth"] != NO_MONTH).to_numpy()
    age = (used["start_month"] - used["birth"]).to_numpy()
    median = np.full(n_types, NO_MONTH)
    for code in np.unique(kind[known]):
        median[code] = int(np.median(age[known & (kind == code)]))
    return np.where(known, age, median[kind])


def _log_price_error(used: pd.DataFrame, kind: np.ndarray, n_types: int) -> np.ndarray:
    price = used["start_price"].to_numpy(float)
    priced = price > 0
    log_price = np.log(price[priced])
    n = np.bincount(kind[priced], minlength=n_types)
    mean = np.bincount(kind[priced], log_price, minlength=n_types) / np.maximum(n, 1)
    spread = np.bincount(kind[priced], (log_price - mean[kind[priced]]) ** 2, minlength=n_types)
    return np.sqrt(spread / np.maximum(n - 1, 1) / np.maximum(n, 1))
