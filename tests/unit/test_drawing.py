"""Drawing estimates: with the covariance that was estimated, and alike on any processor."""

import numpy as np

from models.activity.glm import symmetric_root
from models.activity.hazard import Design, HazardFit

RNG_SEED = 11


def covariance(size: int, seed: int = 1) -> np.ndarray:
    spread = np.random.default_rng(seed).normal(size=(size, size)) / 4
    return spread @ spread.T


def test_what_is_drawn_has_the_covariance_that_was_estimated() -> None:
    """Cells are coefficients here, and there is no frailty: their log hazards vary as the coefficients do."""
    wanted, rng = covariance(5), np.random.default_rng(RNG_SEED)
    fit = HazardFit(Design(np.eye(5), np.ones(5)), np.full(5, -6.0), wanted, None, 0, 0, True)
    drawn = np.array([fit.draw(rng) for _ in range(20_000)])
    assert np.allclose(np.cov(drawn.T), wanted, atol=4 * wanted.max() / np.sqrt(20_000))
    assert np.allclose(drawn.mean(axis=0), -6.0 - np.diag(wanted) / 2, atol=0.02)


def test_the_square_root_is_one_also_of_a_covariance_without_full_rank() -> None:
    flat = np.outer([1.0, 2.0, -1.0], [1.0, 2.0, -1.0])
    for wanted in (covariance(8), flat):
        root = symmetric_root(wanted)
        assert np.allclose(root @ root, wanted, atol=1e-12)
        assert np.allclose(root, root.T, atol=1e-12)


def test_the_last_digits_of_a_covariance_do_not_turn_what_is_drawn() -> None:
    """Where directions are alike, the eigenvectors of two covariances that differ by rounding are strangers."""
    rng = np.random.default_rng(RNG_SEED)
    noise = rng.normal(size=(6, 6)) * 1e-13
    wanted = np.diag([1.0, 1.0, 1.0, 0.25, 0.25, 0.25])
    nudged = wanted + noise + noise.T
    assert np.abs(symmetric_root(nudged) - symmetric_root(wanted)).max() < 1e-11
    of_one, of_other = (np.linalg.eigh(one).eigenvectors for one in (wanted, nudged))
    assert np.abs(np.abs(of_one) - np.abs(of_other)).max() > 0.1
