"""Days, person-years and cost agree with counting day by day."""

import calendar
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.spells import monthly_cost, person_years, spells_of
from tests.tables import table

MONTHS = pd.period_range("2023-11", "2024-03", freq="M")
DAYS = st.dates(date(2023, 9, 1), date(2024, 5, 31))


def days_of(start: date, stop: date | None, month: pd.Period) -> list[date]:
    """Every day of a month on which the interval [start, stop) is in force."""
    every = [date(month.year, month.month, 1) + timedelta(days=at) for at in range(month.days_in_month)]
    return [day for day in every if start <= day and (stop is None or day < stop)]


def price_of_day(day: date, rate: float, unit: str) -> float:
    year = 366 if calendar.isleap(day.year) else 365
    length = {"day": 1, "week": 7, "month": calendar.monthrange(day.year, day.month)[1], "year": year}[unit]
    return rate / length


@settings(max_examples=60, deadline=None)
@given(DAYS, st.one_of(st.none(), DAYS), st.sampled_from(["day", "week", "month", "year"]))
def test_cost_and_person_years_equal_a_count_of_days(start: date, stop: date | None, unit: str) -> None:
    rows = table("interventions", {"start": start, "stop": stop, "rate": 700.0, "unit": unit, "quantity": 2.0})
    cost, volume = monthly_cost(rows, MONTHS)[0], person_years(rows, MONTHS)[0]
    for at, month in enumerate(MONTHS):
        days = days_of(start, stop, month)
        assert cost[at] == pytest.approx(2 * sum(price_of_day(day, 700.0, unit) for day in days))
        assert volume[at] == pytest.approx(len(days) / (366 if calendar.isleap(month.year) else 365))


def test_a_one_off_falls_in_its_first_month_and_is_no_person() -> None:
    rows = table("interventions", {"start": "2024-01-31", "stop": "2024-02-01", "rate": 5000.0, "unit": "once"})
    assert monthly_cost(rows, MONTHS).tolist() == [[0, 0, 5000, 0, 0]]
    assert person_years(rows, MONTHS).sum() == 0


def test_price_periods_are_one_spell_that_runs_while_any_of_them_does() -> None:
    rows = table(
        "interventions",
        {"spell_id": "A", "start": "2024-01-01", "stop": "2024-02-01", "expected_stop": "2024-06-01"},
        {"spell_id": "A", "start": "2024-02-01", "expected_stop": "2024-09-01"},
        {"spell_id": "B", "start": "2024-01-01", "stop": "2024-02-01"},
        {"spell_id": "B", "start": "2024-02-01", "stop": "2024-03-01"},
    )
    spells = spells_of(rows).set_index("spell_id")
    assert pd.isna(spells.loc["A", "stop"])
    assert spells.loc["A", "expected_stop"] == pd.Timestamp("2024-09-01")
    assert spells.loc["B", "stop"] == pd.Timestamp("2024-03-01")
    assert (spells["start"] == pd.Timestamp("2024-01-01")).all()


def test_no_rows_cost_nothing() -> None:
    assert monthly_cost(table("interventions"), MONTHS).shape == (0, len(MONTHS))
    assert np.asarray(spells_of(table("interventions"))).size == 0
