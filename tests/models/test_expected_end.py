"""Expected ends decide which spells end; how many end is left to what durations have shown, step by step."""

import numpy as np
import pytest

from models.activity.expected_end import N_CATEGORIES, NO_DATE, ExpectedEndFit, log_multipliers
from models.activity.history import NO_MONTH

MONTHS = np.arange(660, 678)
# A date binds: hardly an end before its month, nearly all in it.
BINDING = np.where(np.arange(N_CATEGORIES) == 5, 4.0, np.where(np.arange(N_CATEGORIES) == NO_DATE, 0.0, -1.5))


def ends_within_a_year(log_hazard: np.ndarray) -> np.ndarray:
    return -np.expm1(-np.exp(log_hazard[:, :12]).sum(axis=1))


def test_each_step_keeps_its_own_number_of_ends():
    """Short measures and placements with dates end as many as durations say, though dates bind the two unequally."""
    step = np.repeat([3, 5], [40, 20])
    plain = np.repeat(np.log([0.12, 0.02]), [40, 20])[:, None] + np.zeros((60, len(MONTHS)))
    expected = MONTHS[0] + np.random.default_rng(1).integers(0, 30, 60)
    dated = plain + log_multipliers(ExpectedEndFit(BINDING, 100, True), plain, MONTHS, expected, step)
    for one in (3, 5):
        own = step == one
        assert ends_within_a_year(dated[own]).sum() == pytest.approx(ends_within_a_year(plain[own]).sum(), rel=1e-3)
        soon, late = expected[own] < MONTHS[12], expected[own] >= MONTHS[12]
        assert ends_within_a_year(dated[own][soon]).mean() > ends_within_a_year(dated[own][late]).mean()


def test_spells_without_a_date_are_left_alone():
    """Where no date is set, duration, age and type alone decide."""
    plain = np.full((3, len(MONTHS)), np.log(0.05))
    nothing = np.full(3, NO_MONTH)
    moved = log_multipliers(ExpectedEndFit(BINDING, 100, True), plain, MONTHS, nothing, np.full(3, 5))
    assert np.array_equal(moved, np.zeros_like(plain))
