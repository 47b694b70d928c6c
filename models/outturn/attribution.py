"""Which type's bills the money without type is, where ledger and activity are matched by more than one leaf.

What is still to be booked of such a group falls on its types. So does what is booked without type: by what each type's
activity of the service month lets expect and its own postings do not have. Else a type would seem to save its whole
budget, and "without type" to overspend it.
"""

import numpy as np
import pandas as pd

from cockpit.domain.budget import PERIODS
from cockpit.domain.methods import untyped_note
from cockpit.domain.reference import UNALLOCATED
from models.outturn.groups import Group
from models.outturn.workings import Workings


def attributed(groups: list[Group], work: Workings) -> np.ndarray:
    """What the as-of year's bookings without type add to the types and take from "without type", kr., shape (l, 13).

    Every booking period sums to zero, to the oere.
    """
    moved = np.zeros((len(work.leaves), len(PERIODS)))
    is_untyped = (work.leaves["type_key"] == UNALLOCATED).to_numpy()
    year = work.booked[work.booked["year"] == work.calendar.as_of.year]
    for group in groups:
        untyped = [leaf for leaf in group.leaves if is_untyped[leaf]]
        typed = [leaf for leaf in group.leaves if not is_untyped[leaf] and work.leaf_costs[leaf].any()]
        if not (untyped and typed and group.follows_activity):
            continue
        amounts = np.sum([_by_service(work.postings_of(leaf, year), work) for leaf in untyped], axis=0)
        parts = np.round(_shares(typed, group, work) @ amounts, 2)
        total = np.round(amounts.sum(axis=0), 2)
        parts[int(np.argmax(np.abs(parts).sum(axis=1)))] += total - parts.sum(axis=0)
        moved[typed] += parts
        moved[untyped[0]] -= total
    return moved


def _by_service(postings: pd.DataFrame, work: Workings) -> np.ndarray:
    """Kr. by service month of the window, last those before it, and booking period, shape (w + 1, 13)."""
    month = work.window.get_indexer(pd.PeriodIndex(postings["service"], freq="M"))
    cells = np.zeros((len(work.window) + 1, len(PERIODS)))
    np.add.at(cells, (month, postings["period"].to_numpy(int) - 1), postings["amount"].to_numpy(float))
    return cells


def _shares(typed: list[int], group: Group, work: Workings) -> np.ndarray:
    """How untyped money of each service month falls on the types, shape (types, w + 1); columns sum to one."""
    expected = group.ratio * work.leaf_costs[typed]
    own = np.array([_by_service(work.postings_of(leaf, work.booked), work)[:-1].sum(axis=1) for leaf in typed])
    unexplained = np.clip(expected - own, 0.0, None)
    whole = expected.sum(axis=1)
    weights = np.where(unexplained.any(axis=0), unexplained, expected)
    weights = np.column_stack([np.where(weights.any(axis=0), weights, whole[:, None]), whole])
    return np.asarray(weights / weights.sum(axis=0))


def attribution_notes(moved: np.ndarray, work: Workings, names: dict[tuple[str, str], str]) -> list[str]:
    """Say in Danish of each account what of its money without type was put on which types.

    Args:
        moved: `attributed`.
        names: leaf -> what a reader calls it.
    """
    notes = []
    for function, of_function in work.leaves.groupby("function"):
        own = moved[of_function.index]
        types = [names[leaf] for leaf, amounts in zip(of_function.itertuples(index=False, name=None), own, strict=True)
                 if amounts.any() and leaf[0] != UNALLOCATED]  # fmt: skip
        if types:
            taken = (of_function["type_key"] == UNALLOCATED).to_numpy()
            notes.append(untyped_note(str(function), types, -float(own[taken].sum())))
    return notes
