"""Accounts of which nothing is known but their budget: no ledger is loaded, and no intervention is paid from them.

They are expected to end as budgeted. Left out, the year would seem to save their whole budget.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.allocation import allocate
from cockpit.domain.budget import PERIODS, budget_by_leaf, phased_budget
from cockpit.domain.dataset import Dataset
from cockpit.domain.reference import UNALLOCATED, Reference

_ROOM = 7  # of chance, after the seed


@dataclass(frozen=True)
class Planned:
    """What such accounts are expected to have.

    Attributes:
        leaves: their positions, k of them.
        amounts: kr. by leaf, year from the as-of year on, and booking period, shape (k, years, 13).
        year: the as-of year.
        spread: standard deviation of a year around its budget, relative.
    """

    leaves: tuple[int, ...]
    amounts: np.ndarray
    year: int
    spread: float

    def drawn(self, periods: list[tuple[int, int]], n_leaves: int, n_paths: int, seed: int) -> np.ndarray:
        """Kr. per path, leaf and booking period, shape (n_paths, n_leaves, p): each account as far off in all of it."""
        paths = np.zeros((n_paths, n_leaves, len(periods)))
        for at, leaf in enumerate(self.leaves):
            error = self.spread * np.random.default_rng([seed, _ROOM, leaf]).standard_normal(n_paths)
            own = np.array([self.amounts[at, year - self.year, period - 1] for year, period in periods])
            paths[:, leaf] = own * (1 + error)[:, None]
        return paths


def planned(dataset: Dataset, leaves: pd.DataFrame, years: list[int], reference: Reference) -> Planned:
    """Find them: none where a ledger is loaded.

    A budget that does not tell the types of an account apart has what its interventions cost in it: such an account is
    known by its activity.

    Args:
        leaves: columns type_key and function, l rows.
        years: the as-of year and those after it; one without a budget is taken to be like the one before, indexed.
    """
    spread = reference.assumption("budgeted_account_spread").value
    budget = allocate(dataset.budget, reference)
    this_year = budget_by_leaf(budget, years[0])
    if not dataset.postings.empty or this_year.empty:
        return Planned((), np.zeros((0, len(years), len(PERIODS))), years[0], spread)
    active = dataset.interventions[["type_key", "function"]].drop_duplicates().itertuples(index=False, name=None)
    told_together = {function for type_key, function in active if (type_key, function) not in this_year.index}
    alone = tuple(
        at
        for at, (type_key, function) in enumerate(leaves.itertuples(index=False, name=None))
        if type_key == UNALLOCATED and function != REFUND_FUNCTION and function not in told_together
    )
    index = pd.MultiIndex.from_frame(leaves.iloc[list(alone)])
    amounts = np.zeros((len(alone), len(years), len(PERIODS)))
    for at, year in enumerate(years):
        own = phased_budget(budget, dataset.postings, year)
        before = amounts[:, at - 1] * reference.index_between(year - 1, year) if at else amounts[:, 0]
        amounts[:, at] = np.where(index.isin(own.index)[:, None], own.reindex(index).to_numpy(), before)
    return Planned(alone, amounts, years[0], spread)
