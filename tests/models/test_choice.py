"""One forecast, chosen by its own past: who is used, what becomes of the paths, and how few years it rests on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.hit_rate import RIVALS, past_months
from cockpit.domain.methods import ACTIVITY, COMBINATION, LEDGER
from cockpit.domain.reference import Reference
from models.outturn import forecast_outturn
from models.outturn.blend import Target, blend
from models.outturn.choice import Choice, PastAnswers, choose
from tests.models.test_outturn import posting
from tests.tables import dataset

GROUPS = 6
TRUTH = np.full(GROUPS, 100.0)


def years(**errors: list[list[float]]) -> list[PastAnswers]:
    """Past years from errors in % per method, year and group; a method that is not named was off by 10."""
    count = len(next(iter(errors.values())))
    every = {name: errors.get(name, [[10.0] * GROUPS] * count) for name in (ACTIVITY, LEDGER, *RIVALS)}
    return [PastAnswers({name: TRUTH + np.array(own[at]) for name, own in every.items()}, TRUTH) for at in range(count)]


def alike(*by_year: float) -> list[list[float]]:
    return [[error] * GROUPS for error in by_year]


def used(past: list[PastAnswers]) -> list[str]:
    return [one.told()["method"] for one in choose(past, GROUPS)]


def test_activity_stands_where_nothing_is_clearly_better() -> None:
    """A ledger that was a little nearer in three years is no reason to leave the children out of it."""
    assert used(years(activity=alike(4, -5, 4), ledger=alike(4, -4, 4))) == [ACTIVITY] * GROUPS


def test_one_past_year_chooses_nothing() -> None:
    """Whatever it says: one year is an anecdote, and the table says that nothing was compared."""
    found = choose(years(activity=alike(30), ledger=alike(0.1)), GROUPS)
    assert [one.told()["method"] for one in found] == [ACTIVITY] * GROUPS
    assert {one.origins for one in found} == {0}


def test_a_ledger_that_is_clearly_better_everywhere_is_used() -> None:
    """Independent errors are combined, with most weight on the better; a far better one takes it all."""
    found = choose(years(activity=alike(8, -8, 8), ledger=alike(3, 4, -4)), GROUPS)
    assert {one.told()["method"] for one in found} <= {COMBINATION, LEDGER}
    assert all(one.weights[LEDGER] > 0.7 for one in found)
    assert used(years(activity=alike(20, -20, 20), ledger=alike(0.1, 0.1, -0.1))) == [LEDGER] * GROUPS


def test_one_lucky_group_is_not_believed_against_all_the_others() -> None:
    """The ledger was perfect for one group and far off for five: the one keeps its activity, told by three years."""
    ledger = [[0.5, 12, 12, 12, 12, 12]] * 3
    assert used(years(activity=alike(4, -4, 4), ledger=ledger))[0] == ACTIVITY


def test_a_rule_of_thumb_that_is_clearly_better_is_used_and_named() -> None:
    """With the spread of its own past errors, leaning on what such a rule has elsewhere."""
    past = years(activity=alike(8, -9, 8), ledger=alike(9, -8, 9), last_year=alike(1, -1, 1))
    found = choose(past, GROUPS)
    assert [one.rival for one in found] == ["last_year"] * GROUPS
    assert all(0.009 < one.spread < 0.03 for one in found)
    assert found[0].told()["best_rival_error"] == pytest.approx(0.01)
    assert found[0].told()["error"] == pytest.approx(0.083, abs=0.01)


def test_a_rule_that_was_right_once_is_not_used() -> None:
    """Better on the mean through one year alone, further off in the two others: most of the years decide."""
    past = years(activity=alike(5, 5, 40), ledger=alike(5, 5, 40), last_year=alike(6, 6, 0.5))
    assert not any(one.rival for one in choose(past, GROUPS))


def test_a_rule_without_an_answer_every_year_is_no_rule() -> None:
    past = years(activity=alike(8, -9, 8), ledger=alike(8, -9, 8), last_year=alike(0.1, np.nan, 0.1))
    assert not any(one.rival == "last_year" for one in choose(past, GROUPS))


amounts = st.floats(-1e3, 1e3)


@given(
    st.lists(st.lists(amounts, min_size=3 * GROUPS, max_size=3 * GROUPS), min_size=7, max_size=7),
    st.lists(amounts, min_size=GROUPS, max_size=GROUPS),
)
def test_whatever_the_past_was_there_is_a_choice(answers: list[list[float]], truth: list[float]) -> None:
    """Weights are shares that sum to one; nothing fails on zeros, ties or years without money."""
    names = (ACTIVITY, LEDGER, *RIVALS)
    past = [
        PastAnswers(
            {name: np.array(answers[row][at * GROUPS : (at + 1) * GROUPS]) for row, name in enumerate(names)},
            np.round(truth),
        )
        for at in range(3)
    ]
    for one in choose(past, GROUPS):
        assert sum(one.weights.values()) == pytest.approx(1)
        assert min(one.weights.values()) >= 0
        assert one.rival is None or np.isfinite(one.spread)


def paths_of(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.gamma(9.0, 10.0, (n, 3, 4)), rng.gamma(4.0, 60.0, (n, 4))


THIS_YEAR = Target([0, 2], np.array([0, 1]), np.array([0, 0]), 500.0, np.nan)


def test_a_combination_is_the_weighted_mean_and_as_wide_as_the_weighted_widths() -> None:
    """Of the group's sum, in the engine's order of paths; the leaf outside the group is not asked for."""
    paths, other = paths_of(1)
    blended = blend(paths, other, THIS_YEAR, Choice({ACTIVITY: 0.75, LEDGER: 0.25}))
    engine, alternative = paths[:, [0, 2], :2].sum(axis=(1, 2)), other[:, :2].sum(axis=1)
    total = blended.sum(axis=(1, 2))
    assert total.mean() == pytest.approx(0.75 * engine.mean() + 0.25 * alternative.mean())
    assert np.array_equal(np.argsort(total), np.argsort(engine))
    for q in (0.1, 0.5, 0.9):
        expected = 0.75 * np.quantile(engine, q) + 0.25 * np.quantile(alternative, q)
        assert np.quantile(total, q) == pytest.approx(expected)
    assert blended.shape == (400, 2, 2)


def test_the_engine_alone_is_left_as_it_is() -> None:
    paths, other = paths_of(2)
    assert np.array_equal(blend(paths, other, THIS_YEAR, Choice()), paths[:, [0, 2]][:, :, :2])


def test_a_rule_of_thumb_ends_the_year_where_it_says_with_the_spread_it_has_had() -> None:
    """Booked and the paths together; as joint with other groups as the engine's own paths were."""
    paths, other = paths_of(3)
    target = Target([0, 2], np.array([0, 1]), np.array([0, 0]), 500.0, 900.0)
    total = 500.0 + blend(paths, other, target, Choice(rival="last_year", spread=0.05)).sum(axis=(1, 2))
    assert total.mean() == pytest.approx(900.0)
    assert total.std() == pytest.approx(45.0, rel=0.02)
    engine = paths[:, [0, 2], :2].sum(axis=(1, 2))
    assert np.array_equal(np.argsort(total), np.argsort(engine))


def test_only_years_that_are_closed_and_have_a_past_are_learned_from() -> None:
    """From May 2025, with postings since April 2021: 2022 had no two years before its May, 2023 and 2024 had; never
    more than three."""
    def booked(first: str) -> pd.DataFrame:
        months = pd.period_range(first, "2025-05", freq="M")
        return pd.DataFrame({"year": months.year, "period": months.month})

    may = pd.Period("2025-05", "M")
    assert past_months(booked("2021-04"), may) == [pd.Period("2023-05", "M"), pd.Period("2024-05", "M")]
    assert [month.year for month in past_months(booked("2015-01"), may)] == [2022, 2023, 2024]
    assert past_months(booked("2025-01"), may) == []
    assert past_months(booked("2021-04").iloc[:0], may) == []


def erratic(as_of: str) -> dict:
    """A budget that is spent to the last krone every year, in months that follow nobody, beside children who come and
    go: the year always ends at 12 million."""
    rng = np.random.default_rng(5)
    parts = {year: rng.dirichlet(np.full(12, 0.7)) for year in range(2020, 2026)}
    end = pd.Period(as_of, "M")
    months = pd.period_range("2020-01", end, freq="M")
    bills = [
        posting(month, round(12e6 * parts[month.year][month.month - 1], 2), type_key="foster_care") for month in months
    ]
    children = []
    for year in range(2019, 2026):
        for _ in range(int(rng.integers(10, 45))):
            start = pd.Period(year=year, month=int(rng.integers(1, 13)), freq="M")
            children.append((start, start + int(rng.integers(2, 14))))
    rows = [
        {"start": f"{first}-01", "stop": f"{last}-01" if last <= end else None, "rate": 50_000.0, "unit": "month"}
        for first, last in children
        if first <= end
    ]
    return {"interventions": rows, "postings": bills}


def test_where_a_rule_of_thumb_has_always_been_right_the_forecast_follows_it(reference: Reference) -> None:
    """The year ends near 12 million, the narrowness is that of the rule, and table and notes name rule and years."""
    now = dataset("2025-06", **erratic("2025-06"))
    past = [dataset(month, **erratic(month)) for month in ("2022-06", "2023-06", "2024-06")]
    plain = forecast_outturn(now, reference, n_paths=100, seed=1)
    chosen = forecast_outturn(now, reference, n_paths=100, seed=1, past=past)
    end = chosen.year_end.sum(axis=1)
    assert end.mean() == pytest.approx(12e6, rel=0.02)
    assert end.std() < plain.year_end.sum(axis=1).std()
    assert chosen.methods is not None
    (row,) = chosen.methods.query("function == '5.28.22' and stretch == 'year'").to_dict("records")
    assert (row["method"], row["origins"]) == ("last_year", 3)
    assert chosen.method_choice is not None
    moved = chosen.year_end.mean(axis=0) - plain.year_end.mean(axis=0)
    np.testing.assert_allclose(chosen.method_choice, moved, atol=0.01)
    assert plain.method_choice is not None
    assert not plain.method_choice.any()
    assert any("»samme som sidste år«" in note for note in chosen.notes)
    assert any("2022, 2023 og 2024" in note for note in chosen.notes)
    again = forecast_outturn(now, reference, n_paths=100, seed=1, past=past)
    assert np.array_equal(again.paths, chosen.paths)
