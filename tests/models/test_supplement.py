"""December with bookings in the supplement period: what is booked in it is not expected once more."""

import pandas as pd
import pytest

from cockpit.domain.statement import build_prognosis
from models.outturn import forecast_outturn
from models.scenario import build_base
from tests.models.test_outturn import PRICE, bills, foster, known_by, posting
from tests.tables import dataset

YEAR = 12 * 20 * PRICE
CLOSED = bills(20, "2022-01", "2025-12", lag=2)  # November's and December's bills come in the supplement period


def december(supplement: list[dict]) -> list[dict]:
    """What is booked by December's end, and what is given of the year's supplement period."""
    return [*known_by("2025-12", CLOSED), *supplement]


@pytest.mark.parametrize(("share", "end"), [(0.0, YEAR), (0.25, YEAR), (1.0, YEAR)], ids=["none", "begun", "whole"])
def test_the_supplement_is_counted_once(reference, share, end):
    """A year that closes as it always has ends where the children are, whatever part of the closing is booked."""
    supplement = [one for one in CLOSED if (one["year"], one["period"]) == (2025, 13)]
    booked = supplement[: round(share * len(supplement))]
    data = dataset("2025-12", interventions=foster(), postings=december(booked))
    outturn = forecast_outturn(data, reference, n_paths=100, seed=1)
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(end, rel=0.02)
    told = [note for note in outturn.notes if note.startswith("Supplementsperioden for 2025")]
    assert len(told) == (share > 0)
    prognosis = build_prognosis(data, outturn, reference, seed=1, versions={})
    months = prognosis.months[prognosis.months["level"] == "total"]
    assert months["mean"].sum() == pytest.approx(prognosis.total["mean"], abs=0.01)
    assert prognosis.fan["mean"].iloc[-1] == pytest.approx(prognosis.total["mean"], abs=0.01)


def test_a_closing_with_february_s_bookings_is_over(reference):
    """Half of the usual closing came, the last of it in February: nothing more is expected."""
    late = [posting(pd.Period("2025-12", "M"), PRICE, period13=True, type_key="foster_care", booked="2026-02-20")
            for _ in range(20)]  # fmt: skip
    data = dataset("2025-12", interventions=foster(), postings=december(late))
    outturn = forecast_outturn(data, reference, n_paths=100, seed=1)
    assert outturn.year_end.sum(axis=1).std() == 0
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(YEAR - 20 * PRICE)


def test_a_scenario_s_baseline_counts_the_supplement_of_accounts_without_activity_once(reference):
    """An account without activity has 100 in each month and 50 in each supplement period, this year's booked or not."""
    account = {"function": "5.28.25", "account": "5.28.25"}
    months = [posting(month, 100.0, **account) for month in pd.period_range("2022-01", "2025-12", freq="M")]
    supplements = [posting(pd.Period(f"{year}-12", "M"), 50.0, period13=True, **account) for year in range(2022, 2026)]
    for rows in (months + supplements, months + supplements[:-1]):
        data = dataset("2025-12", postings=rows)
        outturn = forecast_outturn(data, reference, n_paths=50, seed=1)
        assert outturn.year_end.sum(axis=1).mean() == pytest.approx(1250.0, rel=0.01)
        base = build_base(data, reference, n_paths=50, seed=1)
        assert base.kroner.baseline[:, 0].mean() == pytest.approx(1250.0, rel=0.01)
