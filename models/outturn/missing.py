"""Months of the year that the ledger lacks: what they are expected to hold, so that the year is whole.

A month lacks where no account has a single posting in it, and for an account that has far fewer than it ever has
(`cockpit.domain.partial_months`): of such a month what is booked stays, and the rest of the estimate lacks. What
follows activity is estimated by what the months around it book per krone of activity, by the age of the service; it
errs as those months do, whole months at a time, so that accounts err together as they have. What activity does not
explain is run on from the months before, which know its season, or backward from those after where a young ledger has
few before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.accounts import SERVICE
from cockpit.domain.allocation import LEAF
from cockpit.domain.completeness import LACKING, months_in_words
from cockpit.domain.partial_months import partial_note
from cockpit.domain.paths import summary
from models import forecast_paths
from models.joint import reorder_jointly
from models.outturn.delay import (
    CLOSING_MONTHS,
    LONGEST_LAG,
    PRIOR_MONTHS,
    closing_sums,
    supplement_share,
    triangle,
)
from models.outturn.ledger import SHORTEST_SERIES, booking_series

_ROOM = 6  # of chance, after the seed
SEASON = 12  # months of an account before a gap from which they know more of it than those after it
NEAREST = 12  # known months that a lacking one is estimated by: a year, so that every season is in it
_LINE = ("type_key", "function", "year", "period", "amount", "service", "known")
SAMPLES = 1000  # of what lacks; more paths than that meet the same ones again


@dataclass(frozen=True)
class Missing:
    """What the lacking months are expected to hold.

    Attributes:
        months: the lacking months, ascending, shape (k,); those of earlier years only fill the history.
        of_year: which of them are the as-of year's, shape (k,): its open booking periods before the as-of month.
        postings: the expected postings, as allocated ones with the months they concern and are known from.
        samples: kr. per leaf and lacking month, shape (SAMPLES, l, k); their mean is what `postings` hold.
        doubted: whether a leaf's estimate rests on activity or on too few months to vary, shape (l,): what a young
            ledger has not seen makes it unsure.
        partial: which of the months are booked in part, and the functions that lack something in them.
    """

    months: pd.PeriodIndex
    of_year: np.ndarray
    postings: pd.DataFrame
    samples: np.ndarray
    doubted: np.ndarray
    partial: dict[pd.Period, tuple[str, ...]]

    @property
    def open(self) -> pd.PeriodIndex:
        """The lacking months of the as-of year."""
        return self.months[self.of_year]

    @property
    def periods(self) -> list[tuple[int, int]]:
        """The same as booking periods."""
        return [(month.year, month.month) for month in self.open]

    def drawn(self, n_paths: int, doubt: np.ndarray) -> np.ndarray:
        """Kr. per path, leaf and lacking month of the as-of year, shape (n_paths, l, open months).

        Args:
            doubt: how far off what the ledger makes of activity is on each path, relative, shape (n_paths, l).
        """
        own = self.samples[np.arange(n_paths) % len(self.samples)][:, :, self.of_year]
        return own * (1 + (doubt * self.doubted)[:, :, None])


def nothing_missing(n_leaves: int, postings: pd.DataFrame) -> Missing:
    """A ledger without a lacking month."""
    months, none = pd.PeriodIndex([], freq="M"), np.zeros(0, dtype=bool)
    samples = np.zeros((SAMPLES, n_leaves, 0))
    return Missing(months, none, postings.iloc[:0], samples, np.zeros(n_leaves, dtype=bool), {})


@dataclass(frozen=True)
class LedgerSoFar:
    """What the estimate is made from.

    Attributes:
        postings: allocated postings, with the months they concern (`service`) and are known from (`known`).
        leaves: columns type_key and function, l rows.
        months: service months as far back as bookings are compared with activity, to the as-of month, shape (s,).
        costs: activity cost per leaf and service month, kr., shape (l, s).
        events: per leaf the months in which known events change its level.
        partial: months that are booked in part, and the functions that lack something in them.
    """

    postings: pd.DataFrame
    leaves: pd.DataFrame
    months: pd.PeriodIndex
    costs: np.ndarray
    events: list[tuple[pd.Period, ...]]
    partial: dict[pd.Period, tuple[str, ...]]

    def lacks(self, months: pd.PeriodIndex) -> np.ndarray:
        """Whether each leaf lacks something in each of the lacking months, shape (l, k)."""
        functions = self.leaves["function"].to_numpy()
        everywhere = np.ones(len(functions), dtype=bool)
        columns = [np.isin(functions, self.partial[one]) if one in self.partial else everywhere for one in months]
        return np.column_stack(columns)


def estimate_missing(ledger: LedgerSoFar, lacking: pd.PeriodIndex, seed: int) -> Missing:
    """Estimate what each leaf has in the lacking months.

    Args:
        lacking: which of the ledger's months are without any posting or have a part of them, ascending.
    """
    postings, leaves = ledger.postings, list(ledger.leaves.itertuples(index=False, name=None))
    by_leaf = dict(tuple(postings.groupby(LEAF)))
    own = [by_leaf.get(leaf, postings.iloc[:0]) for leaf in leaves]
    recent = (ledger.costs[:, -NEAREST:] != 0).any(axis=1)
    is_booked = np.array([len(one) > 0 or postings.empty for one in own], dtype=bool)
    follows = recent & is_booked
    rng = np.random.default_rng([seed, _ROOM])
    samples = np.zeros((SAMPLES, len(leaves), len(lacking)))
    short = np.array([one["known"].nunique() < SHORTEST_SERIES for one in own], dtype=bool)
    lines, lacks = [], ledger.lacks(lacking)
    followed, alone = np.flatnonzero(follows), np.flatnonzero(is_booked & ~recent & (not postings.empty))
    if len(followed):
        by_service, error = _by_activity([own[at] for at in followed], ledger.costs[followed], ledger, lacking, rng)
        by_service *= lacks[followed][:, :, None]
        samples[:, followed] = by_service.sum(axis=2) + error * lacks[followed]
        lines += [_lines(leaves[at], by_service[place], ledger.months, lacking) for place, at in enumerate(followed)]
    if len(alone):
        drawn = _by_itself([own[at] for at in alone], [ledger.events[at] for at in alone], ledger, lacking, seed)
        drawn = drawn * lacks[alone][:, None, :]
        samples[:, alone] = drawn.transpose(1, 0, 2)
        lines += [_lines(leaves[at], np.diag(drawn[place].mean(axis=0)), lacking, lacking)
                  for place, at in enumerate(alone)]  # fmt: skip
    for month, functions in ledger.partial.items():
        booked = postings[(postings["known"] == month) & postings["function"].isin(functions)]
        at = ledger.leaves.merge(booked.groupby(LEAF, as_index=False)["amount"].sum(), how="left")["amount"].fillna(0.0)
        samples[:, :, lacking.get_loc(month)] -= at.to_numpy()
        lines.append(booked.assign(amount=-booked["amount"])[[*_LINE]])
    of_year = np.asarray(lacking.year == ledger.months[-1].year)
    return Missing(lacking, of_year, _as_postings(lines, postings), samples, follows | short, ledger.partial)


def _by_activity(
    own: list[pd.DataFrame], costs: np.ndarray, ledger: LedgerSoFar, lacking: pd.PeriodIndex, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Expected kr. by leaf, lacking month and service month, (l, k, s), and its error on samples, (SAMPLES, l, k).

    Where the ledger knows none of the months, services are expected to be booked as they are given.
    """
    months = ledger.months
    tables = np.array([triangle(postings, months) for postings in own])
    booked = _by_booking_month(np.diff(tables, axis=2, prepend=0.0))
    kept = _kept(own, tables, months)
    known = np.flatnonzero([month in set(ledger.postings["known"]) and month not in lacking for month in months])
    expected = np.zeros((len(own), len(lacking), len(months)))
    error = np.zeros((SAMPLES, len(own), len(lacking)))
    activity = _by_booking_month(np.repeat(costs[:, :, None], LONGEST_LAG + 1, axis=2))
    for at, month in enumerate(lacking):
        place = months.get_loc(month)
        if not len(known):
            expected[:, at, place] = costs[:, place]
            continue
        near = np.sort(known[np.argsort(np.abs(known - place), kind="stable")][:NEAREST])
        rate = _ratio(booked[:, near].sum(axis=1), activity[:, near].sum(axis=1))
        by_lag = rate * activity[:, place] * kept[:, place]
        rows = place - np.arange(LONGEST_LAG + 1)
        expected[:, at, rows[rows >= 0]] = by_lag[:, rows >= 0]
        usual = (rate[:, None] * activity[:, near]).sum(axis=2)
        surprise = booked[:, near].sum(axis=2) - usual
        size = _ratio(np.abs(by_lag.sum(axis=1)), np.abs(usual).mean(axis=1))
        error[:, :, at] = _errors(surprise * size[:, None], rng)
    return expected, error - error.mean(axis=0)


def _by_booking_month(by_lag: np.ndarray) -> np.ndarray:
    """Turn (l, service month, lag) into (l, booking month, lag); zero where the service lies before the first month."""
    turned = np.zeros_like(by_lag)
    for lag in range(by_lag.shape[2]):
        turned[:, lag:, lag] = by_lag[:, : by_lag.shape[1] - lag, lag]
    return turned


def _kept(own: list[pd.DataFrame], tables: np.ndarray, months: pd.PeriodIndex) -> np.ndarray:
    """Share of each booking month and lag that its own year books, (l, s, lags): the rest is the old year's supplement.

    As in the forecast of the year's own end, so that what this year takes over and what it leaves are measured alike.
    """
    closings = [closing_sums(postings, months[-1]) for postings in own]
    pooled = np.sum(closings, axis=0)
    prior = PRIOR_MONTHS * np.abs(tables[:, :, -1]).mean(axis=1)
    taken = np.array([supplement_share(one, pooled, lean) for one, lean in zip(closings, prior, strict=True)])
    month = np.asarray(months.month)[:, None]
    is_closing = (month <= CLOSING_MONTHS) & (np.arange(LONGEST_LAG + 1)[None, :] >= month)
    return 1 - taken[:, None, None] * is_closing


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros_like(part), where=np.abs(whole) > 0)


def _errors(surprise: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Errors of an estimate, (SAMPLES, l), drawn among those of the known months, (l, r): that month's and the mean's.

    One month has nothing to vary from; what is not known then stands in the doubt of a young ledger.
    """
    n_known = surprise.shape[1]
    if n_known < 2:
        return np.zeros((SAMPLES, len(surprise)))
    centred = (surprise - surprise.mean(axis=1, keepdims=True)) * np.sqrt(n_known / (n_known - 1))
    of_month, of_mean = (centred[:, rng.integers(n_known, size=SAMPLES)].T for _ in range(2))
    return np.asarray(of_month + of_mean / np.sqrt(n_known))


def _by_itself(
    own: list[pd.DataFrame], events: list[tuple[pd.Period, ...]], ledger: LedgerSoFar, lacking: pd.PeriodIndex,
    seed: int,
) -> np.ndarray:  # fmt: skip
    """Kr. of accounts without activity, (accounts, SAMPLES, k), correlated as their histories show."""
    series = [booking_series(postings, ledger.months[-1]) for postings in own]
    known = [one[~one.index.isin(lacking)] for one in series]
    drawn = []
    for at, one in enumerate(known):
        parts = [_across(one, block, events[at], seed + at) for block in _blocks(lacking)]
        drawn.append(np.concatenate(parts, axis=1))
    return np.array(reorder_jointly(drawn, known, seed + len(known)))


def _blocks(months: pd.PeriodIndex) -> Iterator[pd.PeriodIndex]:
    """Runs of consecutive months."""
    cuts = [0, *(np.flatnonzero(np.diff(months.asi8) > 1) + 1), len(months)]
    return (months[first:last] for first, last in pairwise(cuts))


def _across(series: pd.Series, block: pd.PeriodIndex, events: tuple[pd.Period, ...], seed: int) -> np.ndarray:
    """Paths over a block of unknown months of a series, (SAMPLES, months of the block)."""
    before, after = series[series.index < block[0]], series[series.index > block[-1]]
    if max(len(before), len(after)) < SHORTEST_SERIES:
        return np.full((SAMPLES, len(block)), series.mean() if len(series) else 0.0)
    if len(before) >= min(SEASON, len(after)):
        known = before.reindex(pd.period_range(before.index[0], block[0] - 1, freq="M"))
        return forecast_paths(known, len(block), SAMPLES, seed, steps=events)
    known = after.reindex(pd.period_range(block[-1] + 1, after.index[-1], freq="M"))
    backward = pd.Series(known.to_numpy()[::-1], known.index)
    return forecast_paths(backward, len(block), SAMPLES, seed)[:, ::-1]


def _lines(
    leaf: tuple[str, str], amounts: np.ndarray, service: pd.PeriodIndex, lacking: pd.PeriodIndex
) -> pd.DataFrame:
    """Expected postings of a leaf: kr. by lacking month and service month, (k, s)."""
    booked, concerned = np.nonzero(amounts)
    known = lacking[booked]
    return pd.DataFrame(
        {
            "type_key": leaf[0],
            "function": leaf[1],
            "year": known.year,
            "period": known.month,
            "amount": amounts[booked, concerned],
            "service": service[concerned],
            "known": known,
        }
    )


def _as_postings(lines: list[pd.DataFrame], like: pd.DataFrame) -> pd.DataFrame:
    """The expected postings with every column of known ones; what nobody knows of them is absent."""
    some = [one for one in lines if len(one)]
    if not some:
        return like.iloc[:0]
    every = pd.concat(some, ignore_index=True)
    every = every.assign(service_month=every["service"].dt.to_timestamp(), dranst=SERVICE)
    return every.reindex(columns=like.columns).astype(like.dtypes.to_dict())


def missing_note(missing: Missing, paths: np.ndarray) -> tuple[str, ...]:
    """Say in Danish which months are estimated and at what; nothing where none is.

    Args:
        paths: kr. per path, leaf and lacking month.
    """
    whole = np.array([month not in missing.partial for month in missing.open], dtype=bool)
    said = []
    if missing.partial:
        said.append(partial_note(missing.partial, float(paths[:, :, ~whole].sum(axis=(1, 2)).mean())))
    if not whole.any():
        return tuple(said)
    named = months_in_words(missing.open[whole])
    found = summary(paths[:, :, whole].sum(axis=(1, 2)))
    low, high = fmt.millions(found["p10"]), fmt.millions(found["p90"])
    band = "" if low == high else f" (80{fmt.NBSP}% sikkerhed: {low}–{high})"
    return (
        *said,
        f"{LACKING}: {named}. De er anslået til {fmt.mio(found['mean'])}{band} ud fra aktiviteten og de "
        "måneder, der er bogført. Det er med i prognosen, men ikke i forbruget. Indlæs posteringerne for hele året.",
    )
