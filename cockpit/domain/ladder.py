"""Moves on the ladder: how many children went from one step to another lately, and how many are expected this year.

The paths say how many move out of and into each step, and the past says where they use to go: the expected table is
the past's pattern, scaled row by row and column by column to what the paths say (Deming and Stephan 1940).
"""

import numpy as np
import pandas as pd

from cockpit.domain.activity import ActivityYear
from cockpit.domain.months import day_after, first_day
from cockpit.domain.prognosis import LADDER_COLUMNS
from cockpit.domain.reference import Reference
from cockpit.domain.spells import ONCE, spells_of
from cockpit.domain.succession import with_successions

LOOK_BACK = 12
PAIR = ["from_step", "to_step"]
UNSEEN = 0.01  # moves that a pair nobody has made yet counts for, so that every total can be met
ROUNDS = 100  # many more than a table of six steps needs to settle


def ladder_moves(
    interventions: pd.DataFrame, as_of: pd.Period, reference: Reference, year: ActivityYear | None = None
) -> pd.DataFrame:
    """Count the moves from one step of the ladder to another; a move is counted in the month the new spell starts.

    Args:
        interventions: `domain.dataset.INTERVENTION_COLUMNS`, known at `as_of`.
        year: what the paths expect; without it nothing is said of the year.

    Returns:
        LADDER_COLUMNS, one row per pair of steps, steps as text (moves within a step among them): moves and children
        (counted once a pair) of the twelve months to the as-of month, and the moves expected of the whole as-of year:
        those on record and those still to come; NaN where the paths do not say.
    """
    every = _moves(interventions, reference)
    begun = every[every["start"] < day_after(as_of)]
    recent = begun[begun["start"] >= first_day(as_of - LOOK_BACK + 1)].groupby(PAIR)["citizen"]
    lately = pd.DataFrame({"moves": recent.size(), "children": recent.nunique()})
    table = lately.join(_expected(begun, as_of, reference, year), how="outer")
    counts = {name: table[name].fillna(0).astype(int) for name in ("moves", "children")}
    return table.assign(**counts).sort_index().reset_index()[list(LADDER_COLUMNS)]


def _moves(interventions: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """One row per move on record, from a granted spell to another: citizen, start of the new one and the two steps."""
    spells = spells_of(interventions[interventions["unit"] != ONCE])
    spells = with_successions(spells.assign(granted=(spells["status"] == "granted").to_numpy(bool)))
    moved = spells[spells["granted"] & (spells["predecessor"] >= 0)]
    before = spells.loc[moved["predecessor"], "type_key"]
    steps = {"from_step": _steps(before, reference), "to_step": _steps(moved["type_key"], reference)}
    return moved[["citizen", "start"]].assign(**steps).astype(dict.fromkeys(PAIR, "str"))


def _steps(types: pd.Series | tuple[str, ...], reference: Reference) -> list[str]:
    return [str(reference.step_of(key)) for key in types]


def _expected(begun: pd.DataFrame, as_of: pd.Period, reference: Reference, year: ActivityYear | None) -> pd.Series:
    """Moves of the whole year by pair of steps."""
    if year is None:
        return pd.Series(dtype=float, name="expected", index=pd.MultiIndex.from_arrays([[], []], names=PAIR))
    steps = _steps(year.types, reference)
    index = pd.Index(sorted(set(steps)))
    on_record = _table(begun[begun["start"].dt.year == as_of.year], index)
    out, into = (pd.Series(year.flows[name].sum(axis=1)).groupby(steps).sum() for name in ("moves_out", "moves_in"))
    to_come = scaled_to(
        _table(begun, index) + UNSEEN,
        np.clip(out.to_numpy() - on_record.sum(axis=1), 0.0, None),
        np.clip(into.to_numpy() - on_record.sum(axis=0), 0.0, None),
    )
    pairs = pd.MultiIndex.from_product([index, index], names=PAIR)
    return pd.Series((on_record + to_come).ravel(), index=pairs, name="expected")


def _table(moves: pd.DataFrame, index: pd.Index) -> np.ndarray:
    counts = np.zeros((len(index), len(index)))
    np.add.at(counts, (index.get_indexer(moves["from_step"]), index.get_indexer(moves["to_step"])), 1.0)
    return counts


def scaled_to(pattern: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Scale a positive table until its columns sum to `columns` and its rows to `rows`, as near as the totals agree.

    Those who arrive count: where the totals differ (some arrive the month after they left), the rows give way.
    """
    if not rows.sum() or not columns.sum():
        return pattern * (columns / pattern.sum(axis=0))
    target = rows * (columns.sum() / rows.sum())
    table = pattern.copy()
    for _ in range(ROUNDS):
        table *= _ratio(target, table.sum(axis=1))[:, None]
        table *= _ratio(columns, table.sum(axis=0))
    return table


def _ratio(wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
    return np.divide(wanted, found, out=np.zeros(len(wanted)), where=found > 0)
