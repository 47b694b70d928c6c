"""Draws of what is estimated: one for a block of paths, all blocks together spread evenly over what is likely.

A hundred draws carry the mean of the years ahead, and free ones leave it a tenth of its standard deviation off. In a
Latin hypercube each coordinate of the estimates takes each hundredth of its distribution once, in an order of its own:
what the outturn owes to one coordinate at a time, nearly all of it, is then averaged out (McKay, Beckman and Conover
1979; Stein 1987).
"""

import zlib

import numpy as np
from scipy.special import ndtr

from models.closed_form import stratified_normal

_ROOM = 8  # of chance, after the seed


class Draws:
    """The draws of `n` blocks; the same seed and number give the same ones, whoever asks first."""

    def __init__(self, seed: int, n: int) -> None:
        self.n = n
        self._seed = seed
        self._known: dict[str, np.ndarray] = {}

    def of_block(self, block: int) -> "Draw":
        """The draws of one of the blocks."""
        return Draw(self, block)

    def columns(self, name: str, size: int) -> np.ndarray:
        """Standard normals of the first `size` coordinates of an estimate, shape (n, size)."""
        known = self._known.get(name)
        if known is None or known.shape[1] < size:
            rng = np.random.default_rng([self._seed, _ROOM, zlib.crc32(name.encode())])
            known = self._known[name] = np.hstack([stratified_normal(self.n, 1, rng) for _ in range(size)])
        return known[:, :size]


class Draw:
    """What one block draws of each estimate, by its name."""

    def __init__(self, draws: Draws, block: int) -> None:
        self._draws, self._block = draws, block

    def normal(self, name: str, *shape: int) -> np.ndarray:
        """Independent standard normals; a single one where no shape is given."""
        size = int(np.prod(shape))
        return self._draws.columns(name, size)[self._block].reshape(shape)

    def uniform(self, name: str, *shape: int) -> np.ndarray:
        """Independent uniforms within (0, 1)."""
        return np.asarray(ndtr(self.normal(name, *shape)))
