"""Models that stand beside the average: each answers within reason or says that it cannot, and none is lost unseen."""

import logging

import numpy as np
import pandas as pd
import pytest

from models import MEMBERS, NotFitted, combination
from models.months import without_gaps
from models.smoothing import aicc, forms

N = 60
T = np.arange(N)
RNG = np.random.default_rng(3)
USUAL = 100 + 0.5 * T + 10 * np.sin(2 * np.pi * T / 12) + RNG.normal(0, 4, N)


def monthly(values) -> pd.Series:
    values = np.asarray(values, float)
    return pd.Series(values, index=pd.period_range("2019-01", periods=len(values), freq="M"))


def changed(at, value) -> np.ndarray:
    values = USUAL.copy()
    values[at] = value
    return values


AWKWARD = {
    "usual": USUAL,
    "four months": [1, 2, 4, 3],
    "eleven months": USUAL[:11],
    "two years": USUAL[:24],
    "gaps": changed([5, 6, 30], np.nan),
    "tenfold outlier": changed(30, 1000),
    "quarterly": np.where(T % 3 == 2, USUAL, 0),
    "december only": np.where(T % 12 == 11, USUAL, 0),
    "income": -USUAL,
    "one negative month": changed(20, -30),
    "straight line": 3.0 * T + 1,
    "one booking ever": np.where(T == 50, 5.0, 0),
    "doublings": 10 * 2.0 ** np.arange(14),
    "milliards": USUAL * 1e9,
}


@pytest.mark.parametrize("name", AWKWARD)
@pytest.mark.parametrize("member", ["smoothing", "decomposition"])
def test_each_member_answers_within_reason_or_says_that_it_cannot(member: str, name: str) -> None:
    series = monthly(AWKWARD[name])
    if len(series) < {"smoothing": 10, "decomposition": 25}[member]:
        with pytest.raises(NotFitted, match="months"):
            MEMBERS[member](series, 15, n_paths=100, seed=1)
        return
    paths = MEMBERS[member](series, 15, n_paths=100, seed=1)
    assert paths.shape == (100, 15)
    assert np.abs(paths).max() <= 5 * series.abs().max() * (1 + 1e-9)
    assert paths.min() >= 0 or series.min() < 0
    assert paths.max() <= 0 or series.max() > 0


@pytest.mark.parametrize("name", ["four months", "gaps", "one booking ever"])
def test_the_combination_always_answers(name: str) -> None:
    paths = combination(monthly(AWKWARD[name]), 15, n_paths=90, seed=1)
    assert paths.shape == (90, 15)
    assert np.isfinite(paths).all()


@pytest.mark.parametrize("member", MEMBERS)
def test_each_member_carries_season_and_level_on_and_repeats_itself(member: str) -> None:
    first, again = (MEMBERS[member](monthly(USUAL), 12, n_paths=300, seed=2) for _ in range(2))
    assert (first == again).all()
    expected = 100 + 0.5 * np.arange(N, N + 12) + 10 * np.sin(2 * np.pi * np.arange(12) / 12)
    assert first.mean() == pytest.approx(expected.mean(), rel=0.05)
    assert np.corrcoef(first.mean(0), expected)[0, 1] > 0.8


def test_a_member_that_has_no_answer_is_named_and_the_rest_go_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        paths = combination(monthly(USUAL[:15]), 6, n_paths=90)
    assert np.isfinite(paths).all()
    assert "without decomposition" in caplog.text
    assert "without smoothing" not in caplog.text


def test_multiplicative_forms_only_where_all_is_above_zero_and_seasons_from_two_years() -> None:
    assert any(form.error == "mul" for form in forms(USUAL))
    assert not any(form.error == "mul" for form in forms(USUAL - 200))
    assert not any(form.season for form in forms(USUAL[:23]))


def test_aicc_is_worked_by_hand() -> None:
    """2 x 10 + 2 x 3 + 2 x 3 x 4 / (20 - 3 - 1) = 27.5; as many parameters as months tell nothing."""
    assert aicc(-10.0, 3, 20) == pytest.approx(27.5)
    assert aicc(-10.0, 19, 20) == np.inf


def test_filled_months_follow_season_and_neighbours_and_known_ones_stay() -> None:
    smooth = 100 + T + 10.0 * (T % 12 == 6)
    gappy = smooth.copy()
    gappy[[18, 30, 31]] = np.nan
    filled = without_gaps(gappy)
    np.testing.assert_allclose(filled, smooth, atol=2)
    assert filled[18] - filled[[17, 19]].mean() > 5
    known = ~np.isnan(gappy)
    np.testing.assert_allclose(filled[known], gappy[known])
