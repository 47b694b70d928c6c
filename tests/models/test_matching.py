"""What of the ledger is held against what of the activity, where the ledger does not name every type."""

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.bridge import BUDGET_TO_FORECAST, REST
from cockpit.domain.dataset import Dataset
from cockpit.domain.statement import build_prognosis
from models.outturn import forecast_outturn
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
