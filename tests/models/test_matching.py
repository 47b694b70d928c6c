"""What of the ledger is held against what of the activity, where the ledger does not name every type."""

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.bridge import BUDGET_TO_FORECAST, REST
from cockpit.domain.dataset import Dataset
from cockpit.domain.statement import build_prognosis
from models.outturn import forecast_outturn
from models.outturn.lost_types import lost_types
from tests.tables import dataset

AS_OF = pd.Period("2025-06", "M")
FOSTER, NETWORK = 40_000.0, 16_000.0


def children(n: int, type_key: str, price: float, first: str = "2020-01-01", **more: str) -> list[dict]:
    """Children who came long ago and stay."""
    return [{"type_key": type_key, "start": first, "rate": price, "unit": "month", **more} for _ in range(n)]


def monthly(amount: float, first: str = "2022-01", **more: str) -> list[dict]:
    """One booking a month in its own month."""
    every = pd.period_range(first, AS_OF, freq="M")
    return [
        {"year": month.year, "period": month.month, "service_month": f"{month}-01",
         "amount": amount, **more}
        for month in every
    ]  # fmt: skip


def known(interventions: list[dict], *postings: list[dict]) -> Dataset:
    assumed = [("foster_care", 20.0, 480_000.0), ("network_care", 5.0, 200_000.0)]
    budget = [
        {"year": 2025, "type_key": key, "adopted": "2024-10-08", "amount": volume * price, "person_years": volume,
         "unit_price": price}
        for key, volume, price in assumed
    ]  # fmt: skip
    booked = [row for own in postings for row in own]
    return dataset(str(AS_OF), interventions=interventions, postings=booked, budget=budget)


BOTH = [*children(20, "foster_care", FOSTER), *children(5, "network_care", NETWORK)]
FOSTER_BILLS = monthly(20 * FOSTER, type_key="foster_care")


@pytest.fixture
def year_end(reference):
    def of(data: Dataset) -> float:
        return float(forecast_outturn(data, reference, n_paths=100, seed=1).year_end.sum(axis=1).mean())

    return of


@pytest.mark.parametrize("wages", [0.0, 20_000.0, 80_000.0, 300_000.0])
def test_a_type_that_the_ledger_never_had_is_not_paid_twice(reference, year_end, wages):
    """Own staff care for five children: whatever their wages are, the year ends with them, not with the prices too."""
    untyped = monthly(wages) if wages else []
    expected = 12 * (20 * FOSTER + wages)
    assert year_end(known(BOTH, FOSTER_BILLS, untyped)) == pytest.approx(expected, rel=0.03)


def test_it_is_said_and_no_effect_of_volume_or_price_is_made_of_it(reference):
    """The type's budget is spent elsewhere: that is told, and neither fewer persons nor lower prices."""
    data = known(BOTH, FOSTER_BILLS, monthly(300_000.0))
    outturn = forecast_outturn(data, reference, n_paths=100, seed=1)
    told = [note for note in outturn.notes if "aldrig haft udgiften" in note]
    assert len(told) == 1
    assert told[0].startswith("Netværkspleje har aktivitet for 1,0")
    prognosis = build_prognosis(data, outturn, reference, seed=1, versions={})
    rows = prognosis.rows[prognosis.rows["level"] == "type"].set_index("key")
    assert rows.loc["network_care", "mean"] == 0
    assert rows.loc["network_care", "person_years"] == pytest.approx(5, rel=0.02)
    assert np.isnan(rows.loc["network_care", "unit_price"])
    assert "network_care" not in set(prognosis.effects["key"])
    bridge = prognosis.bridge.set_index(["name", "part"])["amount"]
    wages = 12 * 300_000.0 - 1e6
    assert bridge[BUDGET_TO_FORECAST, REST] == pytest.approx(wages, rel=0.1)


def test_untyped_bills_that_follow_the_children_are_theirs(reference, year_end):
    """Bills of network families come without type. Ten more children arrive in April: their bills will come too."""
    new = children(10, "network_care", NETWORK, first="2025-04-01", registered="2025-04-01")
    bills = monthly(5 * NETWORK)[:-3] + monthly(15 * NETWORK)[-3:]
    expected = 12 * (20 * FOSTER + 5 * NETWORK) + 9 * 10 * NETWORK
    assert year_end(known([*BOTH, *new], FOSTER_BILLS, bills)) == pytest.approx(expected, rel=0.03)


def test_a_new_type_that_is_not_booked_yet_is_owed(reference, year_end):
    """Five children since November, whose supplier bills late: nobody knows yet that nothing will come."""
    new = children(5, "network_care", NETWORK, first="2024-11-01")
    expected = 12 * (20 * FOSTER + 5 * NETWORK)
    data = known([*children(20, "foster_care", FOSTER), *new], FOSTER_BILLS)
    assert year_end(data) == pytest.approx(expected, rel=0.04)


def test_an_account_that_was_not_loaded_is_owed(reference, year_end):
    """A ledger without the function of a type says nothing of it: extracts come account by account."""
    home = children(2, "residential_home", 90_000.0, function="5.28.20")
    data = known([*children(20, "foster_care", FOSTER), *home], FOSTER_BILLS)
    assert year_end(data) == pytest.approx(12 * (20 * FOSTER + 2 * 90_000.0), rel=0.04)


def test_types_that_are_booked_in_part_are_matched_with_the_rest_of_their_function(reference, year_end):
    """Half of the foster families' bills carry their type: the others are no money on top."""
    halves = [*monthly(10 * FOSTER, type_key="foster_care"), *monthly(10 * FOSTER)]
    data = known(children(20, "foster_care", FOSTER), halves)
    assert year_end(data) == pytest.approx(12 * 20 * FOSTER, rel=0.03)


NETWORK_BILLS = monthly(5 * NETWORK, type_key="network_care")


def losing_type(amount: float, month: str, **more: str) -> list[dict]:
    """Bills that are booked without type from a month on."""
    lost = pd.Period(month, "M")
    return [
        {**row, "type_key": None if pd.Period(row["service_month"], "M") >= lost else more["type_key"]}
        for row in monthly(amount, **more)
    ]


@pytest.mark.parametrize("month", ["2024-03", "2024-10", "2025-01", "2025-06"])
@pytest.mark.parametrize("wages", [0.0, 60_000.0])
def test_bills_that_lose_their_type_are_not_paid_twice(reference, year_end, month, wages):
    """The foster families' bills come without type from some month on, beside wages that always have: nothing else
    has changed."""
    lost = losing_type(20 * FOSTER, month, type_key="foster_care")
    untyped = monthly(wages) if wages else []
    expected = 12 * (20 * FOSTER + 5 * NETWORK + wages)
    assert year_end(known(BOTH, lost, NETWORK_BILLS, untyped)) == pytest.approx(expected, rel=0.03)


def all_rows(data, reference):
    outturn = forecast_outturn(data, reference, n_paths=100, seed=1)
    prognosis = build_prognosis(data, outturn, reference, seed=1, versions={})
    return outturn, prognosis, prognosis.rows[prognosis.rows["level"] == "type"].set_index("key")


@pytest.mark.parametrize("month", ["2022-01", "2025-01"])
def test_a_type_has_the_money_that_is_booked_without_type(reference, month):
    """Always or this year alone: the type ends the year at its price, nothing is late, and it is said."""
    data = known(BOTH, losing_type(20 * FOSTER, month, type_key="foster_care"), NETWORK_BILLS)
    outturn, prognosis, rows = all_rows(data, reference)
    assert rows.loc["foster_care", "actual_ytd"] == 6 * 20 * FOSTER
    assert rows.loc["foster_care", "unit_price"] == pytest.approx(12 * FOSTER, rel=0.02)
    assert rows.loc["unallocated", "actual_ytd"] == 0
    bridge = prognosis.bridge.set_index(["name", "part"])["amount"]
    assert bridge[BUDGET_TO_FORECAST, "late_invoices"] == pytest.approx(0.0, abs=0.01 * 12 * 20 * FOSTER)
    months = prognosis.months[(prognosis.months["level"] == "type") & (prognosis.months["kind"] == "actual")]
    assert (months.loc[months["key"] == "foster_care", "mean"] == 20 * FOSTER).all()
    assert [note for note in outturn.notes if "uden type for 4,8" in note and "plejefamilie" in note]


def test_untyped_money_is_each_types_own_part_of_what_its_postings_lack(reference):
    """A quarter of the foster families' bills and all of the network's lack their type."""
    mixed = [monthly(15 * FOSTER, type_key="foster_care"), monthly(5 * FOSTER + 5 * NETWORK)]
    data = known(BOTH, *mixed)
    outturn, _, rows = all_rows(data, reference)
    assert rows.loc["foster_care", "actual_ytd"] == pytest.approx(6 * 20 * FOSTER, rel=0.01)
    assert rows.loc["network_care", "actual_ytd"] == pytest.approx(6 * 5 * NETWORK, rel=0.1)
    assert rows["actual_ytd"].sum() == 6 * (20 * FOSTER + 5 * NETWORK)
    assert outturn.attributed is not None
    np.testing.assert_allclose(outturn.attributed.sum(axis=0), 0.0, atol=1e-9)


def test_a_type_without_bills_for_a_while_has_not_lost_them_to_a_quarterly_contribution():
    """A rare type has no bill since May, and a fixed contribution of its size is booked every quarter, as always."""
    leaves = pd.DataFrame({"type_key": ["secure", "unallocated"], "function": "5.28.24"})
    bills = np.where(np.arange(30) < 25, 100.0, 0.0)
    contribution = np.where(np.arange(30) % 3 == 0, 300.0, 0.0)
    costs = np.array([np.full(30, 100.0), np.zeros(30)])
    assert not lost_types(leaves, costs, np.array([bills, contribution])).any()
    moved = np.array([bills, contribution + (100.0 - bills)])
    assert lost_types(leaves, costs, moved).tolist() == [True, False]
