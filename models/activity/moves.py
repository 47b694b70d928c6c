"""Where a child goes when a spell ends: out, or on into another spell, as competing risks given the end.

P(moves on | ends) per type and phase of life (under age, turning 18, adult), and the destination given a move, are
multinomials with Dirichlet priors: a type leans on its step of the ladder, a step on all. Efterværn is the move at
turning 18. A child that left last month may have moved on without being registered yet: such spells are pending.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from models.activity.draws import Draw
from models.activity.hazard import AGE_EDGES, TURNING
from models.activity.history import NO_MONTH, History

N_LIFE = 3  # under age, turning 18, adult
MATURE_MONTHS = 4  # a move is registered by then, wherever
ON_RECORD = 0.98  # of the moves: from then on an end without a successor is the end
WINDOW = 48
PRIOR_WEIGHT = 6.0
DAYS_SEEN = 150  # later successors are new cases


@dataclass(frozen=True)
class MoveFit:
    """Fitted moves.

    Attributes:
        share: P(moves on | ends), shape (n_types, N_LIFE); `weight` is the number of ends behind each, priors included.
        destination: P(to type | moves on), shape (n_types, N_LIFE, n_types).
        gap: months between end and start of past moves (0, 1, 2), any length; (0,) where there is none.
        delay: sorted days from end until the successor was on record, for matured moves.
    """

    share: np.ndarray
    weight: np.ndarray
    destination: np.ndarray
    gap: np.ndarray
    delay: np.ndarray
    ends: int
    moves: int

    def draw(self, draw: Draw) -> np.ndarray:
        """Draw shares from their beta posteriors, shape (n_types, N_LIFE)."""
        sure = 1e-6
        share = np.clip(self.share, sure, 1 - sure)
        moves, leaves = share * self.weight, (1 - share) * self.weight
        return np.asarray(betaincinv(moves, leaves, draw.uniform("shares that move on", *share.shape)))

    def onward(self, present: np.ndarray) -> np.ndarray:
        """Cumulated destinations among the types present, (n_types,), each distribution lifted above the last."""
        cumulated = np.cumsum(self.destination * present, axis=2)
        cumulated /= np.maximum(cumulated[:, :, -1:], 1e-12)
        rows = cumulated.reshape(-1, len(present))
        return (np.arange(len(rows))[:, None] + rows).ravel()

    def visible(self, days: np.ndarray) -> np.ndarray:
        """Share of moves on record this many days after the end."""
        if not len(self.delay):
            return np.ones(len(days))
        return np.searchsorted(self.delay, days, side="right") / len(self.delay)


def life_phase(month: np.ndarray, majority_month: np.ndarray) -> np.ndarray:
    """Return 0 under age (or unknown), 1 turning 18, 2 adult."""
    since = month - majority_month
    phase = (since >= AGE_EDGES[TURNING[0] - 1]).astype(np.int64) + (since >= AGE_EDGES[TURNING[-1]])
    return np.where(majority_month == NO_MONTH, 0, phase)


def fit_moves(history: History, majority_month: np.ndarray, as_of_end: pd.Timestamp) -> MoveFit:
    """Fit the shares and destinations on matured ends of granted spells.

    An end matures when nearly all moves were on record so long after theirs, after `MATURE_MONTHS` at the latest.
    """
    spells = history.spells
    stop = spells["stop_month"]
    within = spells["granted"] & (stop >= max(history.first, history.as_of - WINDOW))
    mature = stop <= history.as_of - MATURE_MONTHS
    delay = _delays(spells, within & mature)
    if len(delay):
        mature |= (as_of_end - spells["stop"]).dt.days > np.quantile(delay, ON_RECORD)
    used = spells[within & mature]
    kind = used["type_code"].to_numpy()
    life = life_phase(used["stop_month"].to_numpy(), majority_month[used.index])
    moved = (used["successor"] >= 0).to_numpy()
    ends, moves = _tally(kind, life, moved, history.n_types)
    share, weight = _shares(ends, moves, history.steps)
    successors = spells.loc[used.loc[moved, "successor"]]
    destination = _destinations(kind[moved], life[moved], successors["type_code"].to_numpy(), history.steps)
    gap = np.clip(successors["start_month"].to_numpy() - used.loc[moved, "stop_month"].to_numpy(), 0, 2)
    return MoveFit(
        share,
        weight,
        destination,
        gap if len(gap) else np.zeros(1, dtype=np.int64),
        delay,
        len(used),
        int(moved.sum()),
    )


def _tally(kind: np.ndarray, life: np.ndarray, moved: np.ndarray, n_types: int) -> tuple[np.ndarray, np.ndarray]:
    at = kind * N_LIFE + life
    size = n_types * N_LIFE
    ends = np.bincount(at, minlength=size).reshape(n_types, N_LIFE)
    return ends.astype(float), np.bincount(at[moved], minlength=size).reshape(n_types, N_LIFE).astype(float)


def _shares(ends: np.ndarray, moves: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shrink type to step to everyone, phase by phase."""
    same_step = (steps[:, None] == steps[None, :]).astype(float)
    everyone = (moves.sum(axis=0) + 0.5) / (ends.sum(axis=0) + 2.0)
    step = (same_step @ moves + PRIOR_WEIGHT * everyone) / (same_step @ ends + PRIOR_WEIGHT)
    return (moves + PRIOR_WEIGHT * step) / (ends + PRIOR_WEIGHT), ends + PRIOR_WEIGHT


def _destinations(kind: np.ndarray, life: np.ndarray, to: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """P(to | from, phase): counts plus the step's pattern over all phases, plus everyone's, each as a prior."""
    n_types = len(steps)
    counts = np.zeros((n_types, N_LIFE, n_types))
    np.add.at(counts, (kind, life, to), 1.0)
    same_step = (steps[:, None] == steps[None, :]).astype(float)
    everyone = _normal(counts.sum(axis=(0, 1)) + 1 / n_types)
    step = _normal(same_step @ counts.sum(axis=1) + PRIOR_WEIGHT * everyone)
    own = _normal(counts.sum(axis=1) + PRIOR_WEIGHT * step)
    return _normal(counts + PRIOR_WEIGHT * own[:, None, :])


def _normal(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum(axis=-1, keepdims=True)


def _delays(spells: pd.DataFrame, matured: pd.Series) -> np.ndarray:
    """Sorted days from the end of matured spells that moved on until their successor was on record."""
    ended = spells[matured & (spells["successor"] >= 0)]
    successors = spells.loc[ended["successor"]]
    on_record = successors["registered"].fillna(successors["start"])
    known = np.maximum(on_record.to_numpy(), successors["start"].to_numpy())
    return np.sort((known - ended["stop"].to_numpy()) / np.timedelta64(1, "D"))


@dataclass(frozen=True)
class Pending:
    """Spells that ended lately without a known successor: their rows, and what share of moves would be on record."""

    rows: np.ndarray
    visible: np.ndarray

    def probability(self, share: np.ndarray) -> np.ndarray:
        """P(a successor exists | none on record) given P(moves on | ended), both shape (n_pending,)."""
        unseen = share * (1 - self.visible)
        return unseen / np.maximum(1 - share * self.visible, 1e-12)


def pending_moves(history: History, fit: MoveFit, as_of_end: pd.Timestamp) -> Pending:
    """List granted spells that ended within the time that a successor may take to appear."""
    spells = history.spells
    days = (as_of_end - spells["stop"]).dt.days
    open_question = spells["granted"] & (spells["successor"] < 0) & (days >= 0) & (days <= DAYS_SEEN)
    rows = np.flatnonzero(open_question & (spells["stop_month"] >= history.as_of - DAYS_SEEN // 30))
    return Pending(rows, fit.visible(days.to_numpy()[rows]))
