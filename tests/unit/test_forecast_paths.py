"""What a user relies on from the ledger engine: it always answers, within reason, and the same every time."""

import numpy as np
import pandas as pd
import pytest

from models import forecast_paths
from models.joint import reorder_jointly

N = 72
T = np.arange(N)
RNG = np.random.default_rng(1)
USUAL = 100 + 10 * np.sin(2 * np.pi * T / 12) + RNG.normal(0, 5, N)


def monthly(values) -> pd.Series:
    values = np.asarray(values, float)
    return pd.Series(values, index=pd.period_range("2018-03", periods=len(values), freq="M"))


def changed(at, value) -> np.ndarray:
    values = USUAL.copy()
    values[at] = value
    return values


BREAKERS = {
    "all zero": np.zeros(N),
    "constant": np.full(N, 7.0),
    "nothing known": np.full(N, np.nan),
    "one month": [5],
    "two months": [3, 4],
    "three months": [1, 2, 4],
    "six doublings": 10 * 2.0 ** np.arange(6),
    "gaps": np.where(np.random.default_rng(2).random(N) < 0.3, np.nan, USUAL),
    "gap at the end": changed(slice(-4, None), np.nan),
    "known in the last two months only": changed(slice(0, -2), np.nan),
    "known at both ends only": changed(slice(3, -2), np.nan),
    "level shift": USUAL + 100 * (T > 40),
    "tenfold outlier": changed(30, 1000),
    "tenfold outlier last": changed(-1, 1000),
    "infinite": changed(30, np.inf),
    "quarterly": np.where(T % 3 == 2, USUAL, 0),
    "december only": np.where(T % 12 == 9, USUAL, 0),
    "discontinued": changed(slice(50, None), 0),
    "income": -USUAL,
    "one negative month": changed(20, -30),
    "intermittent": np.where(RNG.random(N) < 0.1, RNG.exponential(50, N), 0),
    "around zero": RNG.normal(0, 1, N),
    "one booking ever": np.where(T == 10, 5.0, 0),
    "first booking last": np.where(T == N - 1, 5.0, 0),
    "nearly constant": 1e6 + 1e-7 * RNG.normal(size=N),
    "straight line": 3.0 * T + 1,
    "milliards": USUAL * 1e9,
    "thousandths": USUAL * 1e-3,
}


@pytest.mark.parametrize("name", BREAKERS)
def test_every_series_gets_an_answer_within_reason(name: str) -> None:
    series = monthly(BREAKERS[name])
    paths = forecast_paths(series, 18, n_paths=200, seed=3)
    known = series[np.isfinite(series)]
    largest = known.abs().max() if len(known) else 0.0
    assert paths.shape == (200, 18)
    assert np.isfinite(paths).all()
    assert np.abs(paths).max() <= 5 * largest * (1 + 1e-9)
    if (known >= 0).all():
        assert paths.min() >= 0
    if (known <= 0).all():
        assert paths.max() <= 0


def test_a_constant_runs_on_as_itself() -> None:
    assert (forecast_paths(monthly(np.full(30, 7.0)), 6, n_paths=50) == 7.0).all()


def test_a_discontinued_account_stays_near_zero() -> None:
    assert forecast_paths(monthly(BREAKERS["discontinued"]), 12, n_paths=400).mean() < 1


def test_an_outlier_hardly_moves_the_year() -> None:
    year = [forecast_paths(monthly(y), 12, n_paths=1000).sum(1).mean() for y in (USUAL, changed(30, 1000))]
    assert year[1] == pytest.approx(year[0], rel=0.03)


def test_same_seed_same_paths_and_another_seed_others() -> None:
    first, again, other = (forecast_paths(monthly(USUAL), 12, n_paths=300, seed=seed) for seed in (5, 5, 6))
    assert (first == again).all()
    assert (first != other).any()
    assert other.mean() == pytest.approx(first.mean(), rel=0.02)


def test_the_unit_does_not_matter() -> None:
    crowns, thousands = (forecast_paths(monthly(USUAL * unit), 12, n_paths=300) for unit in (1.0, 1e-3))
    np.testing.assert_allclose(thousands, crowns * 1e-3, rtol=1e-6)


def test_gaps_absent_months_dates_and_order_mean_the_same() -> None:
    values = changed([20, 21], np.nan)
    gappy = monthly(values)
    shuffled = gappy.dropna().sample(frac=1, random_state=1)
    dated = gappy.set_axis(gappy.index.to_timestamp())
    expected = forecast_paths(gappy, 6, n_paths=100)
    for same in (shuffled, dated, monthly(values).astype(object)):
        np.testing.assert_array_equal(forecast_paths(same, 6, n_paths=100), expected)


def test_a_season_is_carried_on() -> None:
    paths = forecast_paths(monthly(USUAL), 12, n_paths=500).mean(0)
    expected = 100 + 10 * np.sin(2 * np.pi * np.arange(N, N + 12) / 12)
    assert np.corrcoef(paths, expected)[0, 1] > 0.9


def accounts(shared: float) -> list[pd.Series]:
    rng = np.random.default_rng(4)
    common = rng.normal(size=N)
    return [monthly(shared * common + np.sqrt(1 - shared**2) * rng.normal(size=N)) for _ in range(2)]


def sums_correlation(shared: float) -> float:
    histories = accounts(shared)
    paths = [np.random.default_rng(at).normal(size=(2000, 12)) for at in range(2)]
    return float(np.corrcoef([one.sum(1) for one in reorder_jointly(paths, histories, 1)])[0, 1])


def test_accounts_that_moved_together_err_together_and_others_do_not() -> None:
    assert sums_correlation(0.95) > 0.6
    assert abs(sums_correlation(0.0)) < 0.2


def test_reordering_keeps_every_accounts_own_paths() -> None:
    paths = [forecast_paths(one, 6, n_paths=200, seed=at) for at, one in enumerate(accounts(0.9))]
    for before, after in zip(paths, reorder_jointly(paths, accounts(0.9), 2), strict=True):
        np.testing.assert_array_equal(before[np.lexsort(before.T)], after[np.lexsort(after.T)])


def test_a_young_account_does_not_undo_what_the_old_ones_show() -> None:
    paths = [np.random.default_rng(at).normal(size=(2000, 12)) for at in range(3)]
    histories = [*accounts(0.95), monthly([1, 2, 3]).set_axis(pd.period_range("2024-01", periods=3, freq="M"))]
    joint = reorder_jointly(paths, histories, 1)
    assert np.corrcoef(joint[0].sum(1), joint[1].sum(1))[0, 1] > 0.5
