"""The dearest cases and the moves on the ladder, worked by hand."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.activity import FLOWS, ActivityYear
from cockpit.domain.cases import dearest_cases
from cockpit.domain.ladder import ladder_moves
from cockpit.domain.months import year_months
from cockpit.domain.reference import Reference
from cockpit.domain.refund import monthly_refund
from tests.tables import table

MARCH = pd.Period("2022-03", "M")
MONTHLY = {"unit": "month", "type_key": "secure", "function": "5.28.24"}


def cases(reference: Reference, *rows: dict, as_of: pd.Period = MARCH) -> pd.DataFrame:
    return dearest_cases(table("interventions", *rows), as_of, reference)


def test_a_dear_case_tells_what_it_costs_and_what_stopping_or_going_on_means(reference: Reference) -> None:
    """240.000 kr. a month from January to June 2022 gives 82.916,67 in refund a month: 157.083,33 net a month."""
    (case,) = cases(
        reference, {**MONTHLY, "rate": 240_000, "start": "2022-01-01", "expected_stop": "2022-07-01"}
    ).to_dict("records")
    assert (case["price"], case["cost"]) == (240_000, 6 * 240_000)
    assert case["refund"] == pytest.approx(6 * 82_916.67, abs=0.05)
    assert case["if_stops"] == pytest.approx(-3 * 157_083.33, abs=0.05)
    assert case["if_continues"] == pytest.approx(6 * 157_083.33, abs=0.05)
    assert case["next_year"] == pytest.approx(240_000 * 12 * reference.index_between(2022, 2023))
    assert (case["months_in_force"], case["age_band"], case["passed"]) == (3, "6–11 år", False)


@pytest.mark.parametrize(
    ("as_of", "now"), [("2022-03", 2021), ("2022-07", 2022), ("2022-12", 2022)], ids=["before", "in", "after"]
)
def test_where_prices_rise_in_july_half_of_next_year_is_at_this_years_prices(
    reference: Reference, as_of: str, now: int
) -> None:
    """In March a price is still the year before's: it rises twice before next year is over."""
    rows = table("interventions", {**MONTHLY, "rate": 100_000, "start": "2022-01-01"})
    (case,) = dearest_cases(rows, pd.Period(as_of, "M"), reference, rise=7).to_dict("records")
    index = reference.index_between
    assert case["next_year"] == pytest.approx(100_000 * (6 * index(now, 2022) + 6 * index(now, 2023)))


def test_a_passed_expected_stop_is_marked_and_counts_to_the_years_end(reference: Reference) -> None:
    case = cases(reference, {**MONTHLY, "rate": 50_000, "start": "2021-06-15", "expected_stop": "2022-04-01"}).iloc[0]
    assert case["passed"]
    assert (case["cost"], case["if_continues"], case["if_stops"]) == (600_000, 0, -450_000)
    assert case["months_in_force"] == 10


def test_only_granted_spells_in_force_are_cases_and_the_dearest_come_first(reference: Reference) -> None:
    rows = [
        {**MONTHLY, "spell_id": "cheap", "rate": 10_000, "start": "2022-01-01"},
        {**MONTHLY, "spell_id": "raised", "rate": 20_000, "start": "2021-01-01", "stop": "2022-02-01"},
        {**MONTHLY, "spell_id": "raised", "rate": 30_000, "start": "2022-02-01"},
        {**MONTHLY, "spell_id": "ended", "rate": 90_000, "start": "2022-01-01", "stop": "2022-03-31"},
        {**MONTHLY, "spell_id": "ending", "rate": 5_000, "start": "2022-01-01", "stop": "2022-04-01"},
        {**MONTHLY, "spell_id": "coming", "rate": 90_000, "start": "2022-04-01"},
        {**MONTHLY, "spell_id": "applied", "rate": 90_000, "start": "2022-01-01", "status": "expected"},
        {**MONTHLY, "spell_id": "once", "rate": 90_000, "start": "2022-03-31", "stop": "2022-04-01", "unit": "once"},
    ]
    found = cases(reference, *rows)
    assert found["spell_id"].tolist() == ["raised", "cheap", "ending"]
    assert found["price"].tolist() == [30_000, 10_000, 5_000]
    assert found["cost"].tolist() == [20_000 + 11 * 30_000, 120_000, 15_000]
    assert found["months_in_force"].tolist() == [15, 3, 3]
    assert dearest_cases(table("interventions", *rows), MARCH, reference, count=1)["spell_id"].tolist() == ["raised"]
    assert cases(reference).empty


def test_a_childs_spells_and_one_offs_count_together_towards_refund(reference: Reference) -> None:
    """60.000 + 40.000 + a one-off of 240.000 over twelve months are 120.000 a month: 12.083,33 in refund."""
    child = {**MONTHLY, "citizen": "barn"}
    found = cases(
        reference,
        {**child, "spell_id": "a", "rate": 60_000, "start": "2022-01-01"},
        {**child, "spell_id": "b", "rate": 40_000, "start": "2022-01-01"},
        {**child, "spell_id": "c", "rate": 240_000, "start": "2022-01-10", "stop": "2022-01-11", "unit": "once"},
    ).set_index("spell_id")
    whole = 12 * 12_083.33
    assert found.loc["a", "refund"] == pytest.approx(whole * 720 / 1440, abs=0.1)
    assert found.loc["b", "refund"] == pytest.approx(whole * 480 / 1440, abs=0.1)
    without_a = -9 * (60_000 - 12_083.33)  # 40.000 and the one-off alone give none
    assert found.loc["a", "if_stops"] == pytest.approx(without_a, abs=0.1)


SPELLS = st.lists(
    st.tuples(
        st.integers(0, 3),  # child
        st.integers(-400, 200).map(lambda day: date(2022, 1, 1) + timedelta(day)),
        st.one_of(st.none(), st.integers(1, 600)),  # days in force
        st.one_of(st.none(), st.integers(1, 600)),  # days to the expected stop
        st.integers(1, 300).map(lambda thousands: thousands * 1000.0),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40)
@given(SPELLS)
def test_stopping_never_costs_going_on_never_saves_and_refund_is_never_more_than_the_rule(
    reference: Reference, spells: list[tuple]
) -> None:
    """Whatever is granted; the refund of cases that are all of a child's year is the child's, month by month."""
    rows = [
        {
            **MONTHLY, "citizen": f"barn-{child}", "start": start, "rate": rate,
            "stop": days and start + timedelta(days), "expected_stop": expected and start + timedelta(expected),
        }
        for child, start, days, expected, rate in spells
    ]  # fmt: skip
    found = cases(reference, *rows)
    assert (found["if_stops"] <= 0).all()
    assert (found["if_continues"] >= 0).all()
    assert (found["refund"] <= found["cost"]).all()
    alone = [row for row in rows if sum(other["citizen"] == row["citizen"] for other in rows) == 1]
    running = found[found["citizen"].isin({row["citizen"] for row in alone})]
    for case in running.to_dict("records"):
        (row,) = (row for row in alone if row["citizen"] == case["citizen"])
        assert case["refund"] == pytest.approx(_slow_refund(row, reference), abs=0.02)


def _slow_refund(row: dict, reference: Reference) -> float:
    """Day by day: to the stop, else to an expected stop ahead, else to the year's end."""
    ahead = row["expected_stop"] if row["expected_stop"] and row["expected_stop"] > date(2022, 4, 1) else None
    end = row["stop"] or ahead or date(2023, 1, 1)
    total = 0.0
    for month in year_months(2022):
        days = [date(month.year, month.month, 1) + timedelta(at) for at in range(month.days_in_month)]
        cost = row["rate"] * sum(row["start"] <= day < end for day in days) / len(days)
        total += float(monthly_refund(np.array(cost), reference.refund_rule(month)))
    return total


def test_moves_on_the_ladder_are_counted_from_step_to_step(reference: Reference) -> None:
    """Two children go from foster care to institutions, one of them twice; a move 13 months ago is over."""
    spell = {"citizen": "A", "type_key": "foster_care"}
    rows = [
        {**spell, "start": "2020-01-01", "stop": "2021-06-01"},
        {**spell, "type_key": "institution", "start": "2021-06-01", "stop": "2021-09-01"},
        {**spell, "start": "2021-09-01", "stop": "2022-02-01"},
        {**spell, "type_key": "residential_home", "start": "2022-02-10"},
        {"citizen": "B", "type_key": "foster_care", "start": "2020-01-01", "stop": "2021-03-01"},
        {"citizen": "B", "type_key": "institution", "start": "2021-03-01"},
        {"citizen": "C", "type_key": "network_care", "start": "2020-01-01", "stop": "2022-05-01"},
        {"citizen": "C", "type_key": "foster_care", "start": "2022-05-01"},
    ]
    table_of = table("interventions", *rows)
    found = ladder_moves(table_of, MARCH, reference).set_index(["from_step", "to_step"])
    assert found["moves"].to_dict() == {("5", "6"): 2, ("6", "5"): 1}
    assert found["children"].to_dict() == {("5", "6"): 1, ("6", "5"): 1}
    assert found["expected"].isna().all()
    types, flat = ("network_care", "foster_care", "residential_home"), np.zeros((3, 12))
    out, into = flat.copy(), flat.copy()
    out[:, 5], into[:, 6] = [1.0, 2.0, 0.0], [0.0, 1.0, 2.0]  # in June and July, beside the one on record in February
    out[1, 1], into[2, 1] = 1.0, 1.0
    flows = {**dict.fromkeys(FLOWS, flat), "moves_out": out, "moves_in": into}
    year = ActivityYear(MARCH, types, year_months(2022), np.zeros((1, 3, 12)), flat, flows)
    expected = ladder_moves(table_of, MARCH, reference, year).set_index(["from_step", "to_step"])["expected"]
    assert expected.groupby("from_step").sum().to_dict() == pytest.approx({"4": 1, "5": 3, "6": 0})
    assert expected.groupby("to_step").sum().to_dict() == pytest.approx({"4": 0, "5": 1, "6": 3})
    assert expected["5", "6"] > 2.5  # where children from foster care use to go
    assert ladder_moves(table("interventions"), MARCH, reference).empty
