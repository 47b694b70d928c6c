"""A ledger of a few months: nobody is sure what it makes of activity, of no part of it, and the refund is quarterly."""

import pandas as pd
import pytest

from models.outturn import forecast_outturn
from models.outturn.doubt import doubt_of
from models.outturn.settlement import settlement_months
from tests.models.test_outturn import PRICE, posting
from tests.tables import dataset


@pytest.mark.parametrize(("first", "expected"), [("2025-01", (3, 6, 9, 12)), ("2022-01", (3,))])
def test_a_ledger_that_has_seen_one_settlement_expects_one_a_quarter(first, expected):
    """An old one that has only ever settled in March settles in March."""
    seen = pd.DataFrame({"service": [pd.Period("2025-03", "M")]})
    assert settlement_months(seen, pd.Period("2025-06", "M"), pd.Period(first, "M")) == expected


def test_the_refund_of_the_whole_year_is_expected_from_a_ledger_with_one_settlement(reference):
    """Four children whose refund of the first quarter was booked in May: by the rule each month earns the same."""
    rows = [{"citizen": f"b{at}", "spell_id": f"s{at}", "start": "2020-01-01", "rate": 150_000.0, "unit": "month",
             "type_key": "residential_home", "function": "5.28.20"} for at in range(4)]  # fmt: skip
    months = pd.period_range("2025-01", "2025-06", freq="M")
    bills = [posting(month, 4 * 150_000.0, function="5.28.20", type_key="residential_home") for month in months]
    earned = 3 * 4 * 18_000.0
    claim = posting(pd.Period("2025-03", "M"), -earned, lag=2, function="5.22.07", dranst=2)
    data = dataset("2025-06", interventions=rows, postings=[*bills, claim])
    outturn = forecast_outturn(data, reference, n_paths=400, seed=1)
    refund = outturn.year_end[:, (outturn.leaves["function"] == "5.22.07").to_numpy()].sum(axis=1)
    assert -4.2 * earned < refund.mean() < -2.8 * earned  # the last quarter's may be booked after New Year
    assert refund.std() > 0.08 * abs(refund.mean())


def test_every_part_is_doubted_more_than_the_whole(reference):
    """Ten children in each of two types with one month of bills: each type's bills may be its own suppliers' habit."""
    kinds = [("foster_care", "5.28.22"), ("residential_home", "5.28.20")]
    rows = [
        {"citizen": f"{key}{at}", "spell_id": f"{key}{at}", "start": "2020-01-01", "rate": PRICE, "unit": "month",
         "type_key": key, "function": function} for key, function in kinds for at in range(10)
    ]  # fmt: skip
    june = pd.Period("2025-06", "M")
    bills = [posting(june, 10 * PRICE, type_key=key, function=function) for key, function in kinds]
    data = dataset("2025-06", interventions=rows, postings=bills)
    outturn = forecast_outturn(data, reference, n_paths=1000, seed=1)
    of_type = outturn.year_end.std(axis=0) / outturn.year_end.mean(axis=0)
    whole = outturn.year_end.sum(axis=1)
    assert (of_type > 1.1 * whole.std() / whole.mean()).all()
    assert (of_type > 0.15).all()


def test_doubt_ends_with_the_longest_delay(reference):
    assert doubt_of(15, reference).common == doubt_of(15, reference).own == 0
    assert doubt_of(2, reference).common > doubt_of(3, reference).common > doubt_of(12, reference).common > 0
