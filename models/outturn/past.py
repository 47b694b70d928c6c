"""What each way of forecasting says of groups of leaves: the two engines, and the rules of thumb beside."""

import numpy as np
import pandas as pd

from cockpit.domain.allocation import sum_by_leaf
from cockpit.domain.committed import unbooked_by_leaf
from cockpit.domain.dataset import Dataset
from cockpit.domain.hit_rate import RIVALS, closed_years, rivals, whole_years
from cockpit.domain.methods import ACTIVITY, LEDGER
from models.outturn.choice import PastAnswers
from models.outturn.groups import Group
from models.outturn.ledger import ledger_paths
from models.outturn.workings import Workings

Leaf = tuple[str, str]
GroupLeaves = list[list[Leaf]]
HORIZONS = (0, 1)  # years ahead that are judged: the rest of the year, and the first outline year for all of them


def leaves_of(work: Workings, groups: list[Group]) -> GroupLeaves:
    """Return the leaves of each group by name, which another month's tables can be asked for."""
    named = list(work.leaves.itertuples(index=False, name=None))
    return [[named[at] for at in group.leaves] for group in groups]


def sums_of(values: pd.Series, groups: GroupLeaves) -> np.ndarray:
    """Sum a column by leaf over each group, leaves without a value as zero, shape (groups,)."""
    number = {leaf: at for at, own in enumerate(groups) for leaf in own}
    at = np.array([number.get(leaf, len(groups)) for leaf in values.index], dtype=int)
    return np.bincount(at, values.to_numpy(float), minlength=len(groups) + 1)[: len(groups)]


def alternatives(work: Workings, groups: GroupLeaves, n_paths: int, seed: int) -> np.ndarray:
    """Paths of each group's bookings as the ledger engine runs them on, shape (n_paths, groups, periods)."""
    leaf = pd.MultiIndex.from_frame(work.postings[["type_key", "function"]])
    own = [work.postings[leaf.isin(names)] for names in groups]
    at = {name: number for number, name in enumerate(work.leaves.itertuples(index=False, name=None))}
    known = [[at[name] for name in names if name in at] for names in groups]
    steps = [sorted({month for leaf in one for month in work.event_months(leaf)}) for one in known]
    booked = [number for number, postings in enumerate(own) if len(postings)]
    paths = np.zeros((n_paths, len(groups), len(work.calendar.periods)))
    as_of, periods = work.calendar.as_of, work.calendar.periods
    drawn = ledger_paths([own[one] for one in booked], periods, as_of, n_paths, seed, [steps[one] for one in booked])
    paths[:, booked] = drawn
    return paths


def booked_of(work: Workings, groups: GroupLeaves, year: int, to_period: int = 13) -> np.ndarray:
    """What is booked of a year up to a booking period, kr. per group."""
    chosen = work.postings[(work.postings["year"] == year) & (work.postings["period"] <= to_period)]
    return sums_of(sum_by_leaf(chosen, "amount"), groups)


def rule_amounts(dataset: Dataset, work: Workings, groups: GroupLeaves) -> dict[str, np.ndarray]:
    """What each rule of thumb says of the year's end, kr. per group; NaN where it has nothing to go by."""
    year, month = dataset.as_of.year, dataset.as_of.month
    unbooked = unbooked_by_leaf(dataset.interventions, work.postings, dataset.as_of).sum(axis=1)
    booked = booked_of(work, groups, year)
    last_year = booked_of(work, groups, year - 1)
    if year - 1 not in whole_years(work.booked):
        last_year = np.full(len(groups), np.nan)
    known = {
        "booked": booked,
        "committed": booked + sums_of(unbooked, groups),
        "last_year": last_year,
        "last_year_early": booked_of(work, groups, year - 1, month),
    }
    each = [rivals({name: values[at] for name, values in known.items()}, month) for at in range(len(groups))]
    return {name: np.array([one[name] for one in each]) for name in RIVALS}


def answers_of(
    dataset: Dataset, work: Workings, paths: np.ndarray, groups: GroupLeaves, n_paths: int, seed: int
) -> list[dict[str, np.ndarray]]:
    """What every method says at a month of each of HORIZONS, kr. per group.

    For the year after, a rule of thumb says that it is like this one, as the rule sees it; disponeret says nothing.
    """
    other = alternatives(work, groups, n_paths, seed)
    rules = rule_amounts(dataset, work, groups)
    index = pd.MultiIndex.from_frame(work.leaves)
    found = []
    for ahead in HORIZONS:
        columns = work.calendar.columns_of(dataset.as_of.year + ahead)
        booked = booked_of(work, groups, dataset.as_of.year) if ahead == 0 else 0.0
        engine = pd.Series(paths[:, :, columns].sum(axis=2).mean(axis=0), index)
        own = {
            ACTIVITY: booked + sums_of(engine, groups),
            LEDGER: booked + other[:, :, columns].sum(axis=2).mean(axis=0),
        }
        silent = {"committed": np.full(len(groups), np.nan)} if ahead else {}
        found.append({**own, **rules, **silent})
    return found


def held_against(
    answers: list[dict[str, np.ndarray]], origin: pd.Period, work: Workings, groups: GroupLeaves
) -> list[PastAnswers | None]:
    """Put the outturn of each horizon's year beside a past month's answers; None where that year is not closed."""
    closed = closed_years(work.booked, work.calendar.as_of)
    years = [origin.year + ahead for ahead in HORIZONS]
    return [
        PastAnswers(own, booked_of(work, groups, year)) if year in closed else None
        for own, year in zip(answers, years, strict=True)
    ]
