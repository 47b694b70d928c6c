"""A month that is loaded in part: found by postings and money together, named, and its rest estimated."""

import pandas as pd
import pytest

from cockpit.domain.partial_months import PARTLY, partial_months
from cockpit.domain.sentences import basis, months_lacking
from cockpit.domain.statement import build_prognosis
from models.outturn import forecast_outturn
from tests.models.test_outturn import PRICE, bills, foster, months, posting
from tests.tables import dataset, table

JUNE = pd.Period("2025-06", "M")
SCHOOL = {"function": "3.22.08", "account": "3.22.08"}
WHOLE = [
    *bills(20, "2022-01", "2025-06"),
    *[posting(month, 100_000.0, **SCHOOL) for month in months("2022-01", "2025-06")],
]
YEAR = 12 * (20 * PRICE + 100_000.0)


def of_month(row: dict, month: pd.Period) -> bool:
    return (row["year"], row["period"]) == (month.year, month.month)


def without(rows: list[dict], month: pd.Period, kept: int, function: str = "5.28.22") -> list[dict]:
    """Leave out all but the first few postings of an account in a month."""
    own = [row for row in rows if of_month(row, month) and row.get("function", "5.28.22") == function]
    return [row for row in rows if row not in own[kept:]]


def found(rows: list[dict], as_of: pd.Period = JUNE) -> dict:
    return partial_months(table("postings", *rows), as_of)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (WHOLE, {}),
        (without(WHOLE, JUNE, 8), {JUNE: ("5.28.22",)}),
        (without(WHOLE, JUNE, 0), {JUNE: ("5.28.22",)}),
        (without(WHOLE, JUNE, 15), {}),
        (without(WHOLE, JUNE, 0, "3.22.08"), {JUNE: ("3.22.08",)}),
        (without(WHOLE, JUNE - 3, 8), {JUNE - 3: ("5.28.22",)}),
        (without(without(WHOLE, JUNE, 8), JUNE - 1, 8), {JUNE - 1: ("5.28.22",), JUNE: ("5.28.22",)}),
        (without(without(without(WHOLE, JUNE, 8), JUNE - 1, 8), JUNE - 2, 8), {}),  # for good: no matter of the load
        (without(WHOLE, pd.Period("2025-02", "M"), 8), {}),  # its bills may stand in the old year's supplement period
    ],
    ids=["whole", "part", "account", "quiet", "regular", "earlier", "two", "changed", "closing"],
)
def test_a_month_in_part_is_far_fewer_postings_than_ever(rows, expected):
    assert found(rows) == expected


def test_an_interface_that_books_in_sums_or_bills_that_cost_less_are_whole_months():
    fewer = [*without(WHOLE, JUNE, 0), posting(JUNE, 20 * PRICE)]
    cheaper = [row if not of_month(row, JUNE) else {**row, "amount": row["amount"] / 2} for row in WHOLE]
    assert found(fewer) == found(cheaper) == {}


def test_what_a_month_lacks_is_estimated_and_said(reference):
    """Of June's twenty bills eight are loaded, of the schools' none: the year ends where it does with all of them."""
    part = without(without(WHOLE, JUNE, 8), JUNE, 0, "3.22.08")
    data = dataset("2025-06", interventions=foster(), postings=part)
    outturn = forecast_outturn(data, reference, n_paths=200, seed=1)
    assert outturn.booked.sum() == 5 * (20 * PRICE + 100_000.0) + 8 * PRICE
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(YEAR, rel=0.03)
    prognosis = build_prognosis(data, outturn, reference, seed=1, versions={})
    total = prognosis.months[prognosis.months["level"] == "total"].set_index("month")
    assert total.loc["2025-06", "kind"] == "forecast"
    assert total.loc["2025-06", "mean"] == pytest.approx(20 * PRICE + 100_000.0, rel=0.03)
    assert total["mean"].sum() == pytest.approx(prognosis.total["mean"], abs=0.01)
    assert outturn.notes[0].startswith(PARTLY)
    assert "(3.22.08 og 5.28.22)" in outturn.notes[0]
    assert months_lacking(prognosis).startswith("Der mangler posteringer i ")
    assert "intet af året" not in basis(prognosis)
