"""How long a spell lasts from its start, by type and age at start: curves for spells that nobody has seen yet."""

from dataclasses import dataclass

import numpy as np

from models.activity.fits import Fits
from models.activity.hazard import AGE_UNKNOWN, age_bands, cells
from models.activity.history import NO_MONTH

CERTAIN = 50.0  # a cumulative hazard nobody survives
SPAN = 2.0**11  # more than any cumulated hazard that chance can tell from certainty
OLDEST_MONTHS = 40 * 12  # where the reference sets no last age


@dataclass(frozen=True)
class LifeTable:
    """The hazard's cells by type, age at start in months (the last one: unknown) and months since the start.

    `cell`, `certain`: shape (n_types x n_ages, width); `certain` marks months at or past the last possible age.
    """

    cell: np.ndarray
    certain: np.ndarray
    n_ages: int

    @property
    def width(self) -> int:
        """Months that are followed from the start."""
        return self.cell.shape[1]

    def rows(self, kind: np.ndarray, age: np.ndarray) -> np.ndarray:
        """Row of each type code and age at start in months (NO_MONTH: unknown)."""
        known = np.clip(age, 0, self.n_ages - 2)
        return kind * self.n_ages + np.where(age == NO_MONTH, self.n_ages - 1, known)

    def cumulated(self, log_hazard: np.ndarray) -> np.ndarray:
        """Cumulated hazard to the end of each month since the start, below `SPAN`, shape of `cell`."""
        rate = np.where(self.certain, CERTAIN, np.exp(log_hazard)[self.cell])
        return np.minimum(np.cumsum(rate, axis=1, out=rate), SPAN - 1.0, out=rate)


def life_table(fits: Fits, width: int) -> LifeTable:
    """Lay out the table for all types, ages and `width` months since the start."""
    majority, limit = fits.majority_age_months, fits.last_month_after_majority
    oldest = OLDEST_MONTHS if majority is None or limit is None else majority + limit
    age = np.arange(oldest + 2)  # the last one stands for unknown
    reached = age[:, None] + np.arange(width)[None, :]
    since = np.zeros_like(reached) if majority is None else reached - majority
    known = (age[:, None] <= oldest) & (majority is not None)
    band = np.where(known, age_bands(since, np.zeros_like(since)), AGE_UNKNOWN)
    certain = known & (since >= limit) if limit is not None else np.zeros_like(reached, dtype=bool)
    kind = np.arange(fits.history.n_types)[:, None, None]
    cell = cells(kind, np.arange(width)[None, None, :], band[None, :, :])
    shape = (fits.history.n_types * len(age), width)
    return LifeTable(cell.reshape(shape), np.tile(certain, (fits.history.n_types, 1)).reshape(shape), len(age))
