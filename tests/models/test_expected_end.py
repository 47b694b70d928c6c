"""Expected ends decide which spells end; how many end, and when, is left to what durations have shown, step by step."""

import numpy as np
import pandas as pd
import pytest

from models.activity.expected_end import N_CATEGORIES, NO_DATE, ExpectedEndFit, fit_expected_end, log_multipliers
from models.activity.hazard import PersonMonths
from models.activity.history import NO_MONTH, History

MONTHS = np.arange(660, 678)
# A date binds: hardly an end before its month, nearly all in it.
BINDING = np.where(np.arange(N_CATEGORIES) == 5, 4.0, np.where(np.arange(N_CATEGORIES) == NO_DATE, 0.0, -1.5))


def ends_within(log_hazard: np.ndarray, months: int = 12) -> np.ndarray:
    return -np.expm1(-np.exp(log_hazard[:, :months]).sum(axis=1))


def test_each_step_keeps_its_own_number_of_ends():
    """Short measures and placements with dates end as many as durations say, though dates bind the two unequally."""
    step = np.repeat([3, 5], [40, 20])
    plain = np.repeat(np.log([0.12, 0.02]), [40, 20])[:, None] + np.zeros((60, len(MONTHS)))
    expected = MONTHS[0] + np.random.default_rng(1).integers(0, 30, 60)
    dated = plain + log_multipliers(ExpectedEndFit(BINDING, 100, True), plain, MONTHS, expected, step)
    for one in (3, 5):
        own = step == one
        assert ends_within(dated[own]).sum() == pytest.approx(ends_within(plain[own]).sum(), rel=0.02)
        soon, late = expected[own] < MONTHS[12], expected[own] >= MONTHS[12]
        assert ends_within(dated[own][soon]).mean() > ends_within(dated[own][late]).mean()


@pytest.mark.parametrize("months", [3, 6, 12])
def test_dates_that_always_lie_ahead_hold_no_ends_back(months):
    """Looked back upon, a running spell's date lay far ahead all the time: that nobody ended then says nothing."""
    step = np.full(400, 3)
    plain = np.full((400, len(MONTHS)), np.log(0.08))
    expected = MONTHS[0] + np.random.default_rng(2).integers(0, 12, 400)
    dated = plain + log_multipliers(ExpectedEndFit(BINDING, 100, True), plain, MONTHS, expected, step)
    assert ends_within(dated, months).sum() == pytest.approx(ends_within(plain, months).sum(), rel=0.05)


def test_a_few_ends_follow_their_dates():
    """Three placements whose plans end in autumn are no reason to expect an end in spring."""
    plain = np.full((3, len(MONTHS)), np.log(0.05))
    expected = MONTHS[0] + np.array([8, 8, 9])
    dated = plain + log_multipliers(ExpectedEndFit(BINDING, 100, True), plain, MONTHS, expected, np.full(3, 6))
    assert ends_within(dated, 6).sum() < 0.7 * ends_within(plain, 6).sum()


@pytest.mark.parametrize(("on_the_day", "share"), [(0, 1 / 21), (20, 1.0), (None, 1.0)])
def test_how_often_an_end_falls_on_its_day_is_what_it_has_been(on_the_day, share):
    """Twenty ends in the month of their date, none or all on the day; and none at all, where dates are believed."""
    n = 0 if on_the_day is None else 20
    stop_share = np.where(np.arange(n) < (on_the_day or 0), 0.5, 0.8)
    ended = {"stop_month": MONTHS[0] - 5, "expected_month": MONTHS[0] - 5, "expected_share": 0.5, "granted": True}
    spells = pd.DataFrame({"stop_share": stop_share, **ended})
    history = History(("home_support",), (), np.array([3]), spells, int(MONTHS[0]) - 1, int(MONTHS[0]) - 40, 1)
    nobody = np.zeros(0, dtype=int)
    table = PersonMonths(nobody, nobody, nobody.astype(bool), nobody, nobody.astype(float))
    fit = fit_expected_end(history, table, np.zeros(1), history.first)
    assert fit.on_the_day == pytest.approx(share)


def test_spells_without_a_date_are_left_alone():
    """Where no date is set, duration, age and type alone decide."""
    plain = np.full((3, len(MONTHS)), np.log(0.05))
    nothing = np.full(3, NO_MONTH)
    moved = log_multipliers(ExpectedEndFit(BINDING, 100, True), plain, MONTHS, nothing, np.full(3, 5))
    assert np.array_equal(moved, np.zeros_like(plain))
