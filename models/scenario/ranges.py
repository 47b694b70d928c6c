"""What is not known about an assumption: a value per path between low and high whose mean is the assumption itself."""

import zlib

import numpy as np
from scipy.special import betaincinv

from cockpit.domain.levers import Lever

# A beta between low and high with the value as its mean; four is the weight of the value in a PERT estimate.
CONCENTRATION = 4.0


def draws(lever: Lever, n_paths: int, seed: int) -> np.ndarray:
    """The lever's value on each path, shape (n_paths,); the same everywhere where it has no range on both sides.

    Evenly spread quantiles in random order, so that the mean is the value and other levers' draws are independent.
    """
    low, high = lever.range
    value = lever.value
    share = (value - low) / (high - low) if low < value < high else 0.0
    if not 0 < share < 1:  # a value next to an end of its range rounds to the end
        return np.full(n_paths, value)
    quantiles = (np.arange(n_paths) + 0.5) / n_paths
    drawn = low + (high - low) * betaincinv(share * CONCENTRATION, (1 - share) * CONCENTRATION, quantiles)
    exact = drawn * (value / drawn.mean()) if value else drawn - drawn.mean()
    return chance_of(lever, seed).permutation(exact)


def chance_of(lever: Lever, seed: int) -> np.random.Generator:
    """A source of chance that is the lever's own, whatever its value and whatever other levers there are."""
    return np.random.default_rng([seed, zlib.crc32(f"{lever.KIND} {lever.types} {lever.source}".encode())])
