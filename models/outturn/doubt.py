"""What a young ledger has not seen: how far what it makes of activity may be off, until it knows the longest delay.

A part of it is common to all accounts (the office books as it does), a part is each leaf's own (its suppliers' bills).
"""

from dataclasses import dataclass

import numpy as np

from cockpit.domain.reference import Reference
from models.outturn.delay import LONGEST_LAG

_ROOM = 4  # of chance, after the seed
QUARTER = 3  # months of booking from which bills that come once a quarter are in it
LOWEST = -0.9  # a ledger may make little of activity, but no income of it


@dataclass(frozen=True)
class Doubt:
    """Standard deviations, relative: `common` to all leaves, and each leaf's `own`; both are zero where none is."""

    common: float
    own: float

    def drawn(self, n_paths: int, n_leaves: int, seed: int) -> np.ndarray:
        """How far off what the ledger makes of each leaf's activity is, relative, shape (n_paths, n_leaves)."""
        if not self.common:
            return np.zeros((n_paths, n_leaves))
        rng = np.random.default_rng([seed, _ROOM])
        together = self.common * rng.standard_normal(n_paths)
        off = np.maximum(together[:, None] + self.own * rng.standard_normal((n_paths, n_leaves)), LOWEST)
        return np.asarray(off - off.mean(axis=0))  # it makes nobody expect another amount


def doubt_of(months: int, reference: Reference) -> Doubt:
    """The doubt of a ledger that has been seen for so many months; without one its activity is still known.

    A ledger that has not seen a quarter is doubted by the most that the assumption allows.
    """
    unseen = float(np.sqrt(max(0.0, 1 - months / (LONGEST_LAG + 1))))
    common = reference.assumption("young_ledger_spread")
    own = reference.assumption("young_ledger_own_spread").value
    return Doubt(unseen * (common.high if 0 < months < QUARTER else common.value), unseen * own)
