"""Which spell a child moves on to: ends and starts that belong together are a move, no exit and no entry."""

import numpy as np
import pandas as pd

MOVE_GAP_DAYS = 31  # a successor that starts within a month of the end is the same child moving on
MOVE_OVERLAP_DAYS = 7  # handovers overlap by some days


def with_successions(spells: pd.DataFrame) -> pd.DataFrame:
    """Add `successor` and `predecessor`: row numbers of the spell a child moves on to, -1 for none.

    A spell takes over where it starts within a short gap of the end; each spell has at most one predecessor (the
    latest end before its start) and one successor (the earliest start).

    Args:
        spells: `domain.spells.spells_of` with `granted`, rows numbered from zero; only granted spells move on.
    """
    ended = spells[spells["stop"].notna() & spells["granted"]]
    ends = ended.assign(ended_row=ended.index, window_from=ended["stop"] - pd.Timedelta(days=MOVE_OVERLAP_DAYS))
    begins = spells.assign(begun_row=spells.index)
    pairs = ends[["citizen", "ended_row", "window_from", "stop", "start"]].merge(
        begins[["citizen", "begun_row", "start"]], on="citizen", suffixes=("_before", "")
    )
    gap_end = pairs["stop"] + pd.Timedelta(days=MOVE_GAP_DAYS)
    fits = (pairs["start"] >= pairs["window_from"]) & (pairs["start"] <= gap_end)
    pairs = pairs[fits & (pairs["start"] > pairs["start_before"])]
    pairs = pairs.sort_values(["start", "stop", "begun_row"], kind="stable")
    pairs = pairs.drop_duplicates("ended_row").drop_duplicates("begun_row", keep="last")
    successor = np.full(len(spells), -1)
    predecessor = np.full(len(spells), -1)
    successor[pairs["ended_row"]] = pairs["begun_row"]
    predecessor[pairs["begun_row"]] = pairs["ended_row"]
    return spells.assign(successor=successor, predecessor=predecessor)
