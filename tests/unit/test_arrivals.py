"""New spells: what is drawn has the mean that was estimated, also for a type that hardly anybody ever entered."""

import numpy as np
import pytest

from models.activity.arrivals import StartTable, fit_arrivals
from models.activity.draws import Draws

MONTHS = np.arange(600, 648)
AHEAD = np.arange(648, 690)
STEPS = np.array([3, 3, 6])


def draws(counts, n=3000):
    size = np.zeros(len(MONTHS))
    mixture = fit_arrivals(StartTable(counts, MONTHS, np.zeros(counts.shape), size), STEPS)
    source = Draws(3, n)
    blocks = [source.of_block(block) for block in range(n)]
    picked = [mixture.pick(block) for block in blocks]
    drawn = np.array([fit.draw(AHEAD, np.zeros(len(AHEAD)), one) for fit, one in zip(picked, blocks, strict=True)])
    expected = np.mean([fit.mean(AHEAD, np.zeros(len(AHEAD))) for fit in picked], axis=0)
    return drawn.mean(axis=2), expected.mean(axis=1)


@pytest.mark.parametrize("rare", [0, 1, 3])
def test_a_type_with_hardly_any_start_is_drawn_with_its_estimated_mean(rare):
    """A log-normal error would draw several times the estimate, and once in a while a flood."""
    rng = np.random.default_rng(5)
    counts = np.vstack([rng.poisson(8.0, (2, 48)), np.zeros(48, dtype=int)]).astype(float)
    counts[2, 24 : 24 + rare] = 1.0
    drawn, expected = draws(counts)
    assert drawn.mean(axis=0) == pytest.approx(expected, rel=0.15)
    assert drawn[:, 2].max() < 40 * max(expected[2], 1 / 48)


def test_a_common_type_is_drawn_as_closely_as_its_starts_tell():
    """Eight a month over four years, in two types alike: the yearly level is known within some ten per cent."""
    counts = np.random.default_rng(6).poisson(8.0, (3, 48)).astype(float)
    drawn, _ = draws(counts)
    assert 0.03 < drawn[:, 0].std() / drawn[:, 0].mean() < 0.25
