"""Why an amount moved: volume, mix and price, adding up exactly to the difference.

Per type i with volume M_i (person-years) and price P_i, 0 = reference, 1 = forecast, s_i = M_i / M:
volume = (M1 - M0) x P0avg; mix = sum_i (s1_i - s0_i) x M1 x P0_i; price = sum_i M1_i x (P1_i - P0_i).
Person-years of unlike things are never pooled: callers split within placements and within prevention, then add.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Split:
    """Volume, mix and price effects in kr.; they sum to the difference in cost."""

    volume: float
    mix: float
    price: float

    @property
    def total(self) -> float:
        """The whole difference in kr."""
        return self.volume + self.mix + self.price


@dataclass(frozen=True)
class Contributions:
    """What each type contributes to the split, kr., shape (n,) each.

    Attributes:
        volume, mix, price: sum to the effects of `Split`.
        price0: what a person-year of the type costs in the reference; mean0: what one costs on average there.
    """

    volume: np.ndarray
    mix: np.ndarray
    price: np.ndarray
    price0: np.ndarray
    mean0: float

    @property
    def split(self) -> Split:
        """The sums over the types."""
        return Split(float(self.volume.sum()), float(self.mix.sum()), float(self.price.sum()))


def split_difference(volume0: np.ndarray, cost0: np.ndarray, volume1: np.ndarray, cost1: np.ndarray) -> Split:
    """Split the difference between two costs of the same types; see `contributions`."""
    return contributions(volume0, cost0, volume1, cost1).split


def contributions(
    volume0: np.ndarray, cost0: np.ndarray, volume1: np.ndarray, cost1: np.ndarray
) -> Contributions:
    """Split the difference between two costs of the same types, type by type.

    A type's own part of volume and mix together is (M1_i - M0_i) x P0_i: as much of it as an average person-year costs
    is volume, the rest is mix. Summed over the types that is the formula above.

    Args:
        volume0, volume1: person-years per type, shape (n,), not negative.
        cost0, cost1: kr. per type, shape (n,); a type without volume in a state may not cost anything in it.

    Returns:
        The three effects; a type new in 1 takes its price there for both states, one that ended likewise. Where there
        was no volume at all before, or none is left, everything is volume.

    Raises:
        ValueError: a type costs something without any volume.
    """
    if np.any((volume0 == 0) & (cost0 != 0)) or np.any((volume1 == 0) & (cost1 != 0)):
        raise ValueError("cost without volume belongs outside the split")
    price0, price1 = _prices(volume0, cost0, volume1, cost1)
    total0, total1 = volume0.sum(), volume1.sum()
    if total0 == 0 or total1 == 0:
        nothing = np.zeros(len(volume0))
        return Contributions(cost1 - cost0, nothing, nothing, price0, 0.0)
    mean0 = float(volume0 @ price0 / total0)
    more = volume1 - volume0
    return Contributions(more * mean0, more * (price0 - mean0), volume1 * (price1 - price0), price0, mean0)


def _prices(volume0: np.ndarray, cost0: np.ndarray, volume1: np.ndarray, cost1: np.ndarray) -> tuple:
    """Unit prices of both states; where a state has no volume it borrows the other's price."""
    own0 = np.divide(cost0, volume0, out=np.zeros(len(cost0)), where=volume0 > 0)
    own1 = np.divide(cost1, volume1, out=np.zeros(len(cost1)), where=volume1 > 0)
    return np.where(volume0 > 0, own0, own1), np.where(volume1 > 0, own1, own0)


def to_the_oere(parts: dict[str, float], total: float, rest: str) -> dict[str, float]:
    """Round each part to the oere and let `rest` carry what rounding leaves, so that they add up to `total` exactly."""
    rounded = {name: round(amount, 2) for name, amount in parts.items()}
    others = sum(round(amount * 100) for name, amount in rounded.items() if name != rest)
    return {**rounded, rest: (round(total * 100) - others) / 100}
