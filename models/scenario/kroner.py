"""From activity to the ledger: what a krone of activity becomes, when it is booked, the baseline by service year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.allocation import LEAF, sum_by_leaf
from cockpit.domain.reference import Reference
from models.activity import ActivityPaths
from models.outturn import ratio_error, run_on
from models.outturn.closing import supplement_left, weights_by_period
from models.outturn.groups import Group
from models.outturn.workings import Workings, fit_groups, type_shares

_ROOM = 5  # of chance, after the seed


@dataclass(frozen=True)
class Kroner:
    """What the ledger makes of activity.

    Attributes:
        per_krone: ledger kroner per activity krone of each type, one where activity does not explain it, (types,).
        per_refund: the same of the central refund.
        booked: share of a service month's cost that is booked within the as-of year, (types, m).
        refund_booked: the same of the refund, (m,).
        baseline: net kr. by service year, accounts without activity by their own forecast, (n_paths, years).
    """

    per_krone: np.ndarray
    per_refund: float
    booked: np.ndarray
    refund_booked: np.ndarray
    baseline: np.ndarray


def kroner_of(
    work: Workings,
    reference: Reference,
    activity: ActivityPaths,
    types: tuple[str, ...],
    months: pd.PeriodIndex,
    seed: int,
) -> Kroner:
    """Match the ledger with the simulated activity.

    Args:
        work: allocated postings, leaves and history of the data that the activity was simulated from.
        activity: the simulated baseline; its months begin with `months`.
        types: the types that the result runs over.
        months: the as-of year and the outline years.
    """
    groups = fit_groups(work)
    following = [group for group in groups if group.follows_activity]
    present = [types.index(key) for key in activity.types]
    shares = np.zeros((len(types), len(work.leaves)))
    shares[present] = type_shares(work, activity.types, reference)
    is_refund = (work.leaves["function"] == REFUND_FUNCTION).to_numpy()
    per_leaf, booked_leaf = _per_leaf(following, work, months)
    refund_leaf = np.flatnonzero(is_refund)[:1]
    return Kroner(
        per_krone=_of_types(shares, per_leaf, 1.0),
        per_refund=float(per_leaf[refund_leaf[0]]) if len(refund_leaf) else 1.0,
        booked=_of_types(shares, booked_leaf, _in_year(months, work.calendar.as_of.year)),
        refund_booked=booked_leaf[refund_leaf[0]] if len(refund_leaf) else _in_year(months, work.calendar.as_of.year),
        baseline=_baseline(work, groups, activity, shares[present], months, seed),
    )


def _in_year(months: pd.PeriodIndex, year: int) -> np.ndarray:
    return np.asarray(months.year == year, dtype=float)


def _of_types(shares: np.ndarray, per_leaf: np.ndarray, absent: np.ndarray | float) -> np.ndarray:
    """Mean over each type's leaves; a type without any takes `absent`."""
    some = shares.any(axis=1).reshape(-1, *[1] * (per_leaf.ndim - 1))
    return np.where(some, shares @ per_leaf, absent)


def _per_leaf(following: list[Group], work: Workings, months: pd.PeriodIndex) -> tuple[np.ndarray, np.ndarray]:
    """Ledger kroner per activity krone, (l,), and the share of each service month booked in the first year, (l, m)."""
    year = work.calendar.as_of.year
    ratio = np.ones(len(work.leaves))
    booked = np.tile(_in_year(months, year), (len(work.leaves), 1))
    open_now = work.calendar.columns_of(year)
    ahead = np.asarray(months > work.calendar.as_of)
    for group in following:
        own = list(group.leaves)
        ratio[own] = group.ratio
        by_period = weights_by_period(work.calendar, months, work.window, group)
        booked[own] = np.where(ahead, by_period[:, open_now].sum(axis=1), booked[own])
    return ratio, booked


def _baseline(
    work: Workings,
    groups: list[Group],
    activity: ActivityPaths,
    shares: np.ndarray,
    months: pd.PeriodIndex,
    seed: int,
) -> np.ndarray:
    """Net kr. by path and service year: matched groups from activity, the rest by its own forecast."""
    years, n_paths = np.asarray(months.year), len(activity.refund)
    total = np.zeros((n_paths, len(set(years))))
    ahead = np.asarray(months > work.calendar.as_of)
    rng = np.random.default_rng([seed, _ROOM])
    for group in groups:
        chance = rng.standard_normal(n_paths)
        if not group.follows_activity:
            continue
        factor = group.ratio * np.where(ahead, 1 + ratio_error(group, work) * chance[:, None], 1.0)
        own = factor * _activity_of(group, work, activity, shares, len(months))
        total += np.stack([own[:, years == year].sum(axis=1) for year in sorted(set(years))], axis=1)
    return total + _alone([group for group in groups if not group.follows_activity], work, n_paths, seed)


def _activity_of(
    group: Group, work: Workings, activity: ActivityPaths, shares: np.ndarray, n_months: int
) -> np.ndarray:
    """Activity kr. of a group by path and service month; the refund is income, month by month as it is earned."""
    own = list(group.leaves)
    if work.leaves["function"].iloc[own[0]] == REFUND_FUNCTION:
        return -activity.refund[:, :n_months]
    return np.einsum("ntm,t->nm", activity.cost[:, :, :n_months], shares[:, own].sum(axis=1))


def _alone(groups: list[Group], work: Workings, n_paths: int, seed: int) -> np.ndarray:
    """Accounts that activity does not explain, booked and still to be booked, kr. by path and year."""
    leaves = pd.MultiIndex.from_frame(work.leaves.iloc[[leaf for group in groups for leaf in group.leaves]])
    year = work.calendar.as_of.year
    own = work.postings[pd.MultiIndex.from_frame(work.postings[LEAF]).isin(leaves)]
    paths = run_on(groups, work, n_paths, seed).sum(axis=1)
    supplement = work.calendar.columns_of(year)[-1]
    paths[:, supplement] *= supplement_left(paths[:, supplement], own, work.calendar.as_of)
    by_year = np.stack([paths[:, work.calendar.columns_of(at)].sum(axis=1) for at in work.calendar.years], axis=1)
    by_year[:, 0] += sum_by_leaf(own[own["year"] == year], "amount").reindex(leaves, fill_value=0.0).sum()
    to_date = work.planned.drawn(work.missing.periods, len(work.leaves), n_paths, seed)
    by_year[:, 0] += to_date.sum(axis=(1, 2))
    return by_year
