"""What each district takes of the activity, on sample paths: what the money of the leaves is split by."""

from dataclasses import dataclass

import numpy as np

TO_DATE, AHEAD = 0, 1  # stretches; each outline year is one more
OERE = 0.01


@dataclass(frozen=True)
class DistrictActivity:
    """What each district takes of the activity; t types, d districts, s stretches, n paths.

    Stretches are the as-of year to the as-of month, the rest of it, and each year after it.

    Attributes:
        keys: districts, the last of them `unallocated`.
        types: type keys.
        person_years: expected person-years, shape (t, d, s).
        cost: gross kr. on sample paths, shape (n, t, d, s).
    """

    keys: tuple[str, ...]
    types: tuple[str, ...]
    person_years: np.ndarray
    cost: np.ndarray

    def shares(self) -> np.ndarray:
        """Share of each district in a type's cost, (n, t, d, s); they sum to one on every path.

        A type that costs nothing in a stretch on a path is shared as it is expected to cost up to then; one that has
        cost nothing at all has no district.
        """
        # Differences of sums leave grains where there is nothing, of either sign; they are nobody's share.
        cost = np.where(self.cost < OERE, 0.0, self.cost)
        total = cost.sum(axis=2, keepdims=True)
        so_far = cost.mean(axis=0).cumsum(axis=2)
        so_far_total = so_far.sum(axis=1, keepdims=True)
        nowhere = (np.arange(len(self.keys)) == len(self.keys) - 1)[None, :, None]
        expected = np.where(so_far_total > 0, so_far / np.where(so_far_total > 0, so_far_total, 1.0), nowhere)
        return np.where(total > 0, cost / np.where(total > 0, total, 1.0), expected)
