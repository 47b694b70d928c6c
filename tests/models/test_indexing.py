"""Prices take the year's index in the month in which the municipality's own prices have stepped."""

import pandas as pd
import pytest

from models.activity import simulate
from models.activity.indexing import month_of_rise
from tests.tables import table

AS_OF = pd.Period("2025-03", "M")


def contracts(month: int, n: int = 12) -> list[dict]:
    """Price periods of running spells whose prices follow the index in one calendar month of each year."""
    rows = []
    for number in range(n):
        rate, begins = 30_000.0, pd.Timestamp(2021, 2, 1)
        for year in range(2021, 2026):
            ends = pd.Timestamp(year, month, 1)
            if ends <= begins or ends > AS_OF.end_time:
                continue
            rows.append(row(number, begins, ends, rate))
            begins, rate = ends, rate * INDEX[year]
        rows.append(row(number, begins, None, rate))
    return rows


INDEX = {2021: 1.025, 2022: 1.028, 2023: 1.04, 2024: 1.04, 2025: 1.035}


def row(number: int, start: pd.Timestamp, stop: pd.Timestamp | None, rate: float) -> dict:
    return {
        "spell_id": f"f{number}", "citizen": f"b{number}", "type_key": "foster_care", "start": start, "stop": stop,
        "rate": rate, "unit": "month", "birth_month": "2016-03-01", "registered": pd.Timestamp(2021, 2, 1),
    }  # fmt: skip


@pytest.mark.parametrize("month", [1, 4, 7])
def test_the_month_of_rise_is_the_municipalitys_own(month: int) -> None:
    """Most rises of running prices fall in one calendar month; that one is found."""
    assert month_of_rise(table("interventions", *contracts(month)), AS_OF) == month


def test_without_a_month_of_its_own_prices_rise_in_january() -> None:
    """Renegotiations here and there tell no month, nor does an extract without price periods."""
    spread = [one for month in (2, 5, 8, 11) for one in contracts(month, n=3)]
    named = [{**one, "spell_id": f"{one['spell_id']}-{at}"} for at, one in enumerate(spread)]
    assert month_of_rise(table("interventions", *named), AS_OF) == 1
    assert month_of_rise(table("interventions", row(1, pd.Timestamp(2024, 1, 1), None, 1.0)), AS_OF) == 1


def test_repeated_one_off_payments_are_no_rise() -> None:
    """A dearer payment in May after a cheaper one, many times over, leaves the contracts' July where it is."""
    paid = [
        {**row(100 + number, pd.Timestamp(year, 5, 3), None, 5_000.0 + 1_000.0 * (year - 2021)), "unit": "once"}
        for number in range(40)
        for year in range(2021, 2025)
    ]
    assert month_of_rise(table("interventions", *contracts(7), *paid), AS_OF) == 7


def test_contracts_of_july_rise_in_july_and_not_in_january(reference) -> None:
    """Known spells cost what they do until the month of rise, and the year's index more from it on."""
    last = pd.Period("2026-02", "M")
    paths = simulate(
        table("interventions", *contracts(7)), reference, as_of=AS_OF, last_month=last, n_paths=50, seed=1
    )
    price = (paths.known_cost.sum(axis=1) / paths.known_volume.sum(axis=1)).mean(axis=0)
    now = price[2]
    assert price[3:6] == pytest.approx(now, rel=1e-3)
    assert price[6:] == pytest.approx(now * reference.index_by_year[2025], rel=1e-3)
