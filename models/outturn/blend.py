"""What the groups' paths become once it is chosen what each is forecast by.

A combination is taken path by path, worst with worst: the alternative's paths are put in the order of the engine's own
(the Schaake shuffle, see `models.joint`), so the groups stay as joint as activity makes them, and the width is the
weighted mean of the two widths (Vincentization: Ratcliff 1979, Psychological Bulletin 86). A rule of thumb is one
amount with the spread of its own past errors, in the same order.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from models.outturn.choice import LEDGER, Choice


@dataclass(frozen=True)
class Target:
    """One group and one stretch of periods of the forecast.

    Attributes:
        leaves: positions of the group's leaves.
        columns: positions of the periods, shape (k,).
        year_of: how many years after the as-of year each of them lies, shape (k,).
        booked: what is booked of the as-of year already, kr.
        rival: the amount of the chosen rule of thumb for a year, kr.; NaN without one.
    """

    leaves: list[int]
    columns: np.ndarray
    year_of: np.ndarray
    booked: float
    rival: float


def blend(paths: np.ndarray, alternative: np.ndarray, target: Target, choice: Choice) -> np.ndarray:
    """Return the group's own paths on these periods as chosen, shape (n, leaves, k).

    Args:
        paths: the engine's paths of all leaves, shape (n, l, p).
        alternative: the ledger's paths of the group, shape (n, p).
    """
    own = paths[:, target.leaves][:, :, target.columns]
    if not own.shape[2] or (choice.rival is None and not choice.weights[LEDGER]):
        return own
    engine = own.sum(axis=1)
    other = _in_order_of(engine, alternative[:, target.columns])
    wanted = engine + choice.weights[LEDGER] * (other - engine)
    if choice.rival is not None:
        wanted = _rule_of_thumb(wanted, target, choice.spread)
    return own + _parts(own)[None, :, None] * (wanted - engine)[:, None, :]


def _in_order_of(leading: np.ndarray, paths: np.ndarray) -> np.ndarray:
    """Reorder paths so that the one with the k-th largest sum meets the k-th largest of `leading`, shape (n, k)."""
    return paths[np.argsort(paths.sum(axis=1), kind="stable")][_ranks(leading.sum(axis=1))]


def _ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable")


def _rule_of_thumb(paths: np.ndarray, target: Target, spread: float) -> np.ndarray:
    """Years with the rule's amount and the spread of its errors, in the order and the monthly pattern of `paths`."""
    result = np.empty_like(paths)
    chance = ndtri((_ranks(paths.sum(axis=1)) + 0.5) / len(paths))
    for year in np.unique(target.year_of):
        own = target.year_of == year
        usual = np.abs(paths[:, own].mean(axis=0))
        pattern = usual / usual.sum() if usual.sum() > 0 else np.full(own.sum(), 1 / own.sum())
        width = spread * abs(target.rival) * np.sqrt(1 + year)
        amount = target.rival + width * chance - (target.booked if year == 0 else 0.0)
        result[:, own] = amount[:, None] * pattern
    return result


def _parts(own: np.ndarray) -> np.ndarray:
    """How a change of the group falls on its leaves: as they weigh on these periods, shape (leaves,)."""
    size = np.abs(own.sum(axis=2).mean(axis=0))
    return size / size.sum() if size.sum() > 0 else np.full(len(size), 1 / len(size))
