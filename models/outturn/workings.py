"""What the outturn forecast is computed from: allocated postings, leaves, activity history and match groups."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.allocation import LEAF, allocate
from cockpit.domain.dataset import Dataset
from cockpit.domain.months import month_range
from cockpit.domain.reference import UNALLOCATED, Reference
from models.outturn.activity_cost import ActivityHistory, activity_history
from models.outturn.calendar import BookingCalendar
from models.outturn.delay import WINDOW_MONTHS, ages, fit_delay, known_from, supplement_share, triangle
from models.outturn.groups import Group, group_keys

OUTLINE_YEARS = 3
SHARE_MONTHS = 12


@dataclass(frozen=True)
class Workings:
    """The prepared inputs of one forecast; see the module for each part."""

    calendar: BookingCalendar
    window: pd.PeriodIndex
    postings: pd.DataFrame
    leaves: pd.DataFrame
    history: ActivityHistory
    supplement_share: float

    def leaf_costs(self) -> np.ndarray:
        """Activity cost per leaf and window month, kr., shape (l, w); the refund stands as income on its function."""
        index = pd.MultiIndex.from_frame(self.leaves)
        cost = self.history.cost.reindex(index).fillna(0.0).to_numpy(dtype=float, copy=True)
        refund_leaves = np.flatnonzero(self.leaves["function"] == REFUND_FUNCTION)
        if len(refund_leaves):
            cost[refund_leaves] = 0.0
            cost[refund_leaves[0]] = -self.history.refund
        return cost


def prepare(dataset: Dataset, reference: Reference) -> Workings:
    """Allocate the postings, list the leaves and cost the known activity."""
    as_of = dataset.as_of
    window = month_range(as_of - WINDOW_MONTHS + 1, as_of)
    postings = _with_months(allocate(dataset.postings, reference))
    history = activity_history(dataset.interventions, reference, window, as_of)
    return Workings(
        calendar=BookingCalendar(as_of, as_of.year + OUTLINE_YEARS),
        window=window,
        postings=postings,
        leaves=_leaves(dataset, postings, history, reference),
        history=history,
        supplement_share=supplement_share(postings),
    )


def _with_months(postings: pd.DataFrame) -> pd.DataFrame:
    """Add the month each posting concerns (its service month, else its booking month) and the month it was known."""
    known = known_from(postings)
    return postings.assign(known=known, service=postings["service_month"].dt.to_period("M").fillna(known))


def _leaves(
    dataset: Dataset, postings: pd.DataFrame, history: ActivityHistory, reference: Reference
) -> pd.DataFrame:
    """Every leaf with money, budget or activity around the as-of year, sorted."""
    year = dataset.as_of.year
    recent = postings.loc[postings["year"] >= year - 1, LEAF]
    budget = allocate(dataset.budget[dataset.budget["year"] == year], reference)[LEAF]
    keys = {*recent.itertuples(index=False, name=None), *budget.itertuples(index=False, name=None), *history.cost.index}
    types = [key for key in dataset.interventions["type_key"].unique() if key in reference.types]
    keys |= {(key, reference.types[key].function) for key in types}
    if history.refund.any() and not any(function == REFUND_FUNCTION for _, function in keys):
        keys.add((UNALLOCATED, REFUND_FUNCTION))
    return pd.DataFrame(sorted(keys), columns=LEAF, dtype="str")


def fit_groups(work: Workings) -> list[Group]:
    """Match ledger and activity: one group per leaf, or per function where the ledger has no types."""
    as_of = work.calendar.as_of
    age = ages(work.window, as_of)
    recent = work.postings[work.postings["service"] >= work.window[0]]
    keys = [_refund_together(key) for key in group_keys(work.leaves, recent)]
    costs = work.leaf_costs()
    pairs = work.leaves.itertuples(index=False)
    triangles = {at: _triangle(recent, leaf, work.window) for at, leaf in enumerate(pairs)}
    with_activity = [at for at in triangles if costs[at].any() and work.leaves["function"][at] != REFUND_FUNCTION]
    pooled = fit_delay(sum((triangles[at] for at in with_activity), np.zeros_like(triangles[0])), age)
    groups = []
    for key in dict.fromkeys(keys):
        members = tuple(at for at, own in enumerate(keys) if own == key)
        cumulated = sum((triangles[at] for at in members), np.zeros_like(triangles[members[0]]))
        prior = None if key[1] == REFUND_FUNCTION else pooled
        cost = costs[list(members)].sum(axis=0)
        groups.append(Group(members, cost, cumulated, age, fit_delay(cumulated, age, prior)))
    return groups


def _refund_together(key: tuple[str, str]) -> tuple[str, str]:
    return ("*", REFUND_FUNCTION) if key[1] == REFUND_FUNCTION else key


def _triangle(postings: pd.DataFrame, leaf: tuple, window: pd.PeriodIndex) -> np.ndarray:
    type_key, function = leaf
    own = postings[(postings["type_key"] == type_key) & (postings["function"] == function)]
    return triangle(own, window)


def type_shares(work: Workings, types: tuple[str, ...], reference: Reference) -> np.ndarray:
    """How the cost of each type falls on its leaves over the last year, shape (types, leaves); rows sum to one."""
    recent = work.leaf_costs()[:, -SHARE_MONTHS:].sum(axis=1)
    shares = np.zeros((len(types), len(work.leaves)))
    for row, key in enumerate(types):
        own = (work.leaves["type_key"] == key).to_numpy() & (work.leaves["function"] != REFUND_FUNCTION).to_numpy()
        usual = own & (work.leaves["function"] == reference.types[key].function).to_numpy()
        weight = np.where(own, recent, 0.0)
        shares[row] = weight / weight.sum() if weight.sum() > 0 else usual / usual.sum()
    return shares
