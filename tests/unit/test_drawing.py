"""Drawing: estimates with the covariance they have, alike on any processor; the chance of paths spread evenly."""

import numpy as np
from scipy.special import ndtr

from models.activity.draws import Draw, Draws
from models.activity.glm import symmetric_root
from models.activity.hazard import Design, HazardFit
from models.closed_form import stratified_normal

RNG_SEED = 11


def covariance(size: int, seed: int = 1) -> np.ndarray:
    spread = np.random.default_rng(seed).normal(size=(size, size)) / 4
    return spread @ spread.T


def every_block(n: int) -> list[Draw]:
    draws = Draws(RNG_SEED, n)
    return [draws.of_block(block) for block in range(n)]


def test_what_is_drawn_has_the_covariance_that_was_estimated() -> None:
    """Cells are coefficients here, and there is no frailty: their log hazards vary as the coefficients do."""
    wanted = covariance(5)
    fit = HazardFit(Design(np.eye(5), np.ones(5)), np.full(5, -6.0), wanted, None, 0, 0, True)
    drawn = np.array([fit.draw(one) for one in every_block(20_000)])
    assert np.allclose(np.cov(drawn.T), wanted, atol=4 * wanted.max() / np.sqrt(20_000))
    assert np.allclose(drawn.mean(axis=0), -6.0 - np.diag(wanted) / 2, atol=0.02)


def test_blocks_share_each_coordinate_evenly_and_whoever_asks_first() -> None:
    """Of fifty blocks one lies in each fiftieth; a fit with more coordinates changes nothing for the others."""
    one, other = every_block(50), every_block(50)
    other[7].normal("inflow", 9)
    drawn = np.array([draw.normal("inflow", 2, 3) for draw in one])
    assert np.array_equal(drawn, [draw.normal("inflow", 2, 3) for draw in other])
    place = np.sort((ndtr(drawn.reshape(50, 6)) * 50).astype(int), axis=0)
    assert np.array_equal(place, np.tile(np.arange(50)[:, None], (1, 6)))
    assert np.abs(np.corrcoef(drawn[:, 0, 0], [draw.normal("prices") for draw in one])[0, 1]) < 0.5


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


def test_the_chance_of_paths_is_spread_evenly_and_its_columns_know_nothing_of_each_other() -> None:
    """Of a thousand draws one lies in each thousandth; the mean of free draws would be 0.03 off."""
    drawn = stratified_normal(1000, 18, np.random.default_rng(RNG_SEED))
    assert np.array_equal(np.sort((ndtr(drawn) * 1000).astype(int), axis=0), np.tile(np.arange(1000)[:, None], (1, 18)))
    assert np.abs(drawn.mean(axis=0)).max() < 0.001
    assert np.allclose(drawn.std(axis=0), 1.0, atol=0.005)
    assert np.abs(np.corrcoef(drawn.T) - np.eye(18)).max() < 4.5 / np.sqrt(1000)
