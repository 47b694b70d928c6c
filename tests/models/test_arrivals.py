"""New spells: the level follows what all types do lately, and two past years do not decide a method alone."""

import numpy as np
import pytest

from models.activity.arrivals import StartTable, fit_arrivals

STEPS = np.array([3, 3, 5, 6])
LAST = 12 * 55 + 5


def starts(levels: np.ndarray, seed: int = 1) -> StartTable:
    """Poisson starts of four types in as many months as there are levels, everything registered."""
    n = len(levels)
    mean = np.array([12.0, 8.0, 4.0, 2.0])[:, None] * levels
    counts = np.random.default_rng(seed).poisson(mean).astype(float)
    return StartTable(counts, np.arange(LAST - n + 1, LAST + 1), np.zeros((4, n)), np.zeros(n))


def ahead(table: StartTable) -> float:
    """Expected starts a month over the next year, over all fits."""
    mixture = fit_arrivals(table, STEPS)
    months = np.arange(LAST + 1, LAST + 13)
    means = [fit.mean(months, np.zeros(12)).sum() / 12 for fit in mixture.fits]
    return float(np.average(means, weights=mixture.weights))


def test_a_steady_municipality_is_not_moved():
    """Where nothing moves, the level stays where the years have it."""
    assert ahead(starts(np.ones(60))) == pytest.approx(26.0, rel=0.06)


def test_half_a_year_of_more_starts_in_all_types_lifts_what_is_expected():
    """A third more over six months, in all types at once, is taken up in part: half a year is no proof, nor nothing."""
    lifted = ahead(starts(np.r_[np.ones(54), np.full(6, 4 / 3)]))
    assert 26 * (1 + 1 / 15) < lifted < 26 * (1 + 1 / 3)


def test_one_common_move_does_not_settle_which_window_is_right():
    """A year in which every type has a fifth fewer is one observation, though hundreds of spells show it."""
    levels = np.repeat([1.0, 1.0, 1.0, 0.8, 1.0], 12)
    weights = fit_arrivals(starts(levels), STEPS).weights
    assert weights.max() / weights.sum() < 0.95
    assert np.sort(weights / weights.sum())[-3] > 0.001


def test_two_years_are_enough_to_see_that_the_level_has_moved():
    """Where nearly nobody came in the second year, the mean of both is no forecast; where both are alike, it is."""
    gone = ahead(starts(np.repeat([1.0, 0.1], 12)))
    assert 0.05 < gone / 26 < 0.35
    assert ahead(starts(np.ones(24))) == pytest.approx(26.0, rel=0.08)


@pytest.mark.parametrize("n_months", [12, 15, 18])
def test_a_short_history_is_not_pulled_down(n_months):
    """Half a year is looked at beside all of it; the months of the year it lacks are as full as those it has."""
    assert ahead(starts(np.ones(n_months), seed=3)) == pytest.approx(26.0, rel=0.1)


@pytest.mark.parametrize("n_months", [54, 60])
def test_the_season_of_a_half_year_is_not_its_level(n_months):
    """Where half of the year has two thirds of the starts, the last six months say no more than others did."""
    season = np.where((np.arange(n_months) // 6) % 2 == 0, 4 / 3, 2 / 3)
    assert np.mean([ahead(starts(season, seed)) for seed in range(4)]) == pytest.approx(26.0, rel=0.05)


def test_a_fall_within_the_year_is_followed_within_the_year():
    """After nine months at a fifth of the old level nearly nothing of that level is left in what is expected."""
    assert ahead(starts(np.r_[np.ones(39), np.full(9, 0.2)])) < 0.4 * 26
