"""Activity by month: counted day by day and child by child, and everybody who comes or goes is counted once."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain import activity_words as words
from cockpit.domain.activity import FLOWS, ActivityYear, activity_frame
from cockpit.domain.months import year_months
from cockpit.domain.spells import first_complete_month
from cockpit.intake.reference_files import read_reference
from cockpit.services.workspace import ROOT
from tests.tables import table

REFERENCE = read_reference(ROOT / "data" / "reference")
AS_OF = pd.Period("2025-04", "M")
TYPES = ("home_support", "foster_care", "residential_home")
PAST = pd.period_range(AS_OF - 23, AS_OF, freq="M")
SPELLS = st.lists(
    st.tuples(
        st.integers(0, 4),  # child
        st.sampled_from(TYPES),
        st.integers(-300, 780).map(lambda day: date(2023, 5, 1) + timedelta(day)),
        st.one_of(st.none(), st.integers(1, 500)),  # days in force
    ),
    min_size=1,
    max_size=12,
)


def year_of(volume: np.ndarray | None = None, cost: float = 0.0) -> ActivityYear:
    """A year of three types with given paths (n, t, 12), or none that anybody is in."""
    paths = np.zeros((5, len(TYPES), 12)) if volume is None else volume
    flat = np.full(paths.shape[1:], cost)
    return ActivityYear(AS_OF, TYPES, year_months(2025), paths, flat, dict.fromkeys(FLOWS, flat))


def frame_of(*rows: dict, year: ActivityYear | None = None, budget: tuple[dict, ...] = ()) -> pd.DataFrame:
    found = activity_frame(table("interventions", *rows), year or year_of(), table("budget", *budget), REFERENCE)
    return found.set_index(["level", "key", "month"]).sort_index()


def rows_of(spells: list[tuple]) -> list[dict]:
    return [
        {"citizen": f"barn-{child}", "type_key": kind, "start": start, "stop": days and start + timedelta(days)}
        for child, kind, start, days in spells
    ]


def in_force(row: dict, day: date) -> bool:
    return row["start"] <= day and (row["stop"] is None or day < row["stop"])


def days_of(month: pd.Period) -> list[date]:
    return [date(month.year, month.month, 1) + timedelta(at) for at in range(month.days_in_month)]


@settings(max_examples=40, deadline=None)
@given(SPELLS)
def test_past_months_equal_a_count_of_days_and_nobody_is_lost(spells: list[tuple]) -> None:
    """Person-months are days in force / days of the month; the stock moves by exactly what comes in and goes out."""
    rows = rows_of(spells)
    found = frame_of(*rows)
    for kind in TYPES:
        own, stock = found.loc["type", kind], [row for row in rows if row["type_key"] == kind]
        for month in PAST:
            line, days = own.loc[str(month)], days_of(month)
            counted = sum(in_force(row, day) for row in stock for day in days) / len(days)
            assert line["person_years"] == pytest.approx(counted)
            before, after = (
                sum(row["start"] < edge and in_force(row, edge) for row in stock)
                for edge in (days[0], days[-1] + timedelta(1))
            )
            assert after - before == line["entries"] + line["moves_in"] - line["exits"] - line["moves_out"]


@settings(max_examples=20, deadline=None)
@given(SPELLS)
def test_types_add_up_to_steps_and_to_the_total(spells: list[tuple]) -> None:
    """Volume, cost and flows of the parts are those of the whole, in every month."""
    found = frame_of(*rows_of(spells), year=year_of(np.random.default_rng(1).uniform(0, 9, (50, 3, 12)), 7.0))
    sums = ["person_years", "expected", "cost", *FLOWS]
    by_level = found[sums].groupby(level=["level", "month"]).sum()
    for level in ("type", "step"):
        np.testing.assert_allclose(by_level.loc[level], by_level.loc["total"])


def test_a_child_that_moves_is_neither_an_exit_nor_an_entry() -> None:
    """One child goes from foster care to a residential home; another comes and goes."""
    found = frame_of(
        {"citizen": "A", "type_key": "foster_care", "start": "2024-01-01", "stop": "2025-02-11"},
        {"citizen": "A", "type_key": "residential_home", "start": "2025-02-15"},
        {"citizen": "B", "type_key": "foster_care", "start": "2025-01-10", "stop": "2025-03-01"},
    )
    assert found.loc[("type", "foster_care", "2025-02"), list(FLOWS)].tolist() == [0, 1, 0, 1]
    assert found.loc[("type", "residential_home", "2025-02"), list(FLOWS)].tolist() == [0, 0, 1, 0]
    assert found.loc["total", "total"].loc["2024-01":"2025-04", list(FLOWS)].sum().tolist() == [2, 1, 1, 1]


def test_only_granted_interventions_count_and_one_offs_are_money_without_a_person() -> None:
    """What is only expected is nobody yet; a payment of 5.000 kr. costs, and no child is in it."""
    found = frame_of(
        {"start": "2025-01-01", "rate": 1000.0, "unit": "day"},
        {"start": "2025-01-01", "rate": 9000.0, "unit": "day", "status": "expected"},
        {"start": "2025-01-31", "stop": "2025-02-01", "rate": 5000.0, "unit": "once"},
    )
    line = found.loc["type", "foster_care"].loc["2025-01"]
    assert line[["person_years", "entries", "cost", "price"]].tolist() == [1, 1, 36_000, 36_000 * 12]


def test_the_newest_months_expect_what_is_not_registered_yet() -> None:
    """On record is one child; the paths expect a half more, and quantiles are of the paths' sums."""
    paths = np.zeros((2, 3, 12))
    paths[:, 1] = [[1.0], [2.0]]
    found = frame_of({"start": "2025-01-01"}, year=year_of(paths)).loc["total", "total"]
    newest = found.loc["2025-04", ["person_years", "expected", "p10", "p90"]]
    assert newest.tolist() == pytest.approx([1, 1.5, 1.1, 1.9])
    assert found.loc["2025-05", ["kind", "person_years", "expected"]].tolist() == ["forecast", 1.5, 1.5]
    assert found.loc["2024-12", ["kind", "expected"]].tolist() == ["actual", 0]
    assert found.loc["2024-12", ["p10", "p90", "price"]].isna().all()
    assert found.index[[0, -1]].tolist() == ["2023-05", "2025-12"]


def test_the_budget_is_shown_where_it_covers_every_type_in_force() -> None:
    """Foster care has 10 person-years at 500.000 kr.; the total has none while another type has no budget."""
    line = {"year": 2025, "type_key": "foster_care", "person_years": 10.0, "unit_price": 500_000.0, "amount": 1.0}
    found = frame_of({"start": "2025-01-01"}, {"type_key": "residential_home", "start": "2025-03-01"}, budget=(line,))[
        ["budget_person_years", "budget_price"]
    ]
    assert found.loc["type", "foster_care"].loc["2025-12"].tolist() == [10, 500_000]
    assert found.loc["type", "foster_care"].loc["2024-12"].isna().all()
    assert found.loc["total", "total"].loc["2025-02"].tolist() == [10, 500_000]
    assert found.loc["total", "total"].loc["2025-03"].isna().all()


def test_months_before_the_extract_begins_are_marked_and_never_compared_with() -> None:
    """Three survivors from 2020, ends from March 2024 on: before that month who had left is not in the extract."""
    stayed = [{"citizen": f"barn-{child}", "start": "2020-01-01"} for child in range(3)]
    left = [
        {"citizen": f"gik-{month}", "start": "2020-01-01", "stop": f"2024-{month:02d}-15"} for month in range(3, 13)
    ]
    frame = activity_frame(table("interventions", *stayed, *left), year_of(), table("budget"), REFERENCE)
    total = frame[frame["level"] == "total"].set_index("month")
    # Ten ends in fourteen months: one mean gap of a month before the first end seen.
    assert total.index[~total["complete"]].tolist() == [str(month) for month in PAST if str(month) < "2024-02"]
    months = total.reset_index()
    assert "begynder efter januar\u00a02024" in words.survivors_note(months)
    assert "for et år siden" in words.answer("Alle", ("barn", "børn"), months)
    assert "for et år siden" not in words.answer("Alle", ("barn", "børn"), months.assign(complete=False))
    assert words.survivors_note(months[months["complete"]]) == ""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 120), min_size=1, max_size=30), st.lists(st.integers(0, 100), max_size=30))
def test_the_beginning_lies_between_the_first_start_and_the_first_end(starts: list[int], ends: list[int]) -> None:
    """Whatever the extract holds: never before anybody came, and never after the first end that is seen."""
    first = first_complete_month(np.array(starts, dtype=int), np.array(ends, dtype=int), 120)
    assert first >= min(starts)
    if ends:
        assert first <= max(min(ends), min(starts))
