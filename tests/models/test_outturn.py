"""The forecast outturn in cases that can be worked out by hand, and its invariants on others."""

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.months import period_is_known
from cockpit.domain.statement import build_prognosis
from models.outturn import forecast_outturn
from models.outturn.calendar import BookingCalendar, booking_weights
from tests.tables import dataset

PRICE = 40_000.0


def months(first, last):
    return pd.period_range(first, last, freq="M")


def posting(service, amount, *, lag=0, period13=False, **more):
    """One posting for a service month, booked `lag` months later or in the supplement period of its own year."""
    booked = service + lag
    year, period = (service.year, 13) if period13 else (booked.year, booked.month)
    return {"year": year, "period": period, "service_month": f"{service}-01", "amount": amount, **more}


def foster(n=20, first="2020-01-01"):
    """Children who came long ago and stay: 40.000 kr. a month each."""
    return [
        {"citizen": f"barn-{at}", "spell_id": f"S{at}", "start": first, "rate": PRICE, "unit": "month"}
        for at in range(n)
    ]


def bills(n, first, last, *, lag=0, closing=True, **more):
    """One bill per child and month; with `closing`, what comes after New Year is booked in the supplement period."""
    return [
        posting(month, PRICE, lag=lag, period13=closing and (month + lag).year > month.year,
                type_key="foster_care", spell_id=f"S{at}", **more)
        for month in months(first, last)
        for at in range(n)
    ]  # fmt: skip


def forecast(data, reference, **options):
    return forecast_outturn(data, reference, **{"n_paths": 100, "seed": 1, **options})


def known_by(as_of, postings):
    """What had been booked by the end of the as-of month."""
    end = pd.Period(as_of, "M")
    return [p for p in postings if period_is_known(p["year"], p["period"], end)]


def test_a_steady_place_costs_twelve_months(reference):
    """20 children at 40.000 kr. whom nobody has ever seen leave: 12 x 20 x 40.000 kr., less a few who may."""
    data = dataset("2025-06", interventions=foster(), postings=bills(20, "2022-01", "2025-06"))
    outturn = forecast(data, reference)
    assert outturn.booked.sum() == 6 * 20 * PRICE
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(12 * 20 * PRICE, rel=0.03)


def test_bills_that_come_two_months_late_are_incurred_already(reference):
    """By June the bills of May and June are missing: the year still ends where the children are, told as late."""
    every = bills(20, "2022-01", "2025-06", lag=2)
    data = dataset("2025-06", interventions=foster(), postings=known_by("2025-06", every))
    outturn = forecast(data, reference)
    assert outturn.booked.sum() == 4 * 20 * PRICE
    assert outturn.late.sum() == pytest.approx(2 * 20 * PRICE, rel=0.05)
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(12 * 20 * PRICE, rel=0.03)


def test_bills_that_come_after_new_year_belong_to_the_old_year_where_they_always_have(reference):
    every = bills(20, "2022-01", "2025-10", lag=2)
    data = dataset("2025-10", interventions=foster(), postings=known_by("2025-10", every))
    outturn = forecast(data, reference)
    supplement = [at for at, period in enumerate(outturn.periods) if period == (2025, 13)]
    assert outturn.paths[:, :, supplement].sum(axis=(1, 2)).mean() == pytest.approx(2 * 20 * PRICE, rel=0.06)
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(12 * 20 * PRICE, rel=0.03)


def test_closings_older_than_the_bills_that_tell_delays_still_speak(reference):
    """Two closings took what came after New Year, the two after them did not: half of it is expected, and doubted."""
    took = bills(20, "2021-01", "2022-12", lag=2)
    left = bills(20, "2023-01", "2025-10", lag=2, closing=False)
    data = dataset("2025-10", interventions=foster(), postings=known_by("2025-10", took + left))
    outturn = forecast(data, reference)
    supplement = [at for at, period in enumerate(outturn.periods) if period == (2025, 13)]
    closing = outturn.paths[:, :, supplement].sum(axis=(1, 2))
    assert closing.mean() == pytest.approx(20 * PRICE, rel=0.2)
    assert closing.std() > 0.4 * 20 * PRICE


def test_refund_is_settled_by_the_quarter_and_lowers_the_total(reference):
    """A child at 200.000 kr. a month: the refund that the ledger has had each quarter goes on."""
    child = {"spell_id": "D", "type_key": "residential_home", "function": "5.28.20", "start": "2019-01-01",
             "rate": 200_000.0, "unit": "month"}  # fmt: skip
    rule = reference.refund_rule(pd.Period("2025-01", "M"))
    edges = [*(limit / 12 for limit in rule.thresholds), np.inf]
    a_month = sum(
        rate * max(min(200_000.0, upper) - lower, 0.0)
        for rate, lower, upper in zip(rule.rates, edges[:-1], edges[1:], strict=True)
    )
    paid = [
        posting(month, 200_000.0, type_key="residential_home", function="5.28.20", spell_id="D")
        for month in months("2022-01", "2025-06")
    ]
    refunds = [
        posting(month, -3 * a_month, lag=1, period13=month.month == 12, function="5.22.07")
        for month in months("2022-01", "2025-05")
        if month.month % 3 == 0
    ]
    known = known_by("2025-06", paid + refunds)
    outturn = forecast(dataset("2025-06", interventions=[child], postings=known), reference)
    income = outturn.year_end[:, (outturn.leaves["function"] == "5.22.07").to_numpy()].sum(axis=1).mean()
    assert income == pytest.approx(-12 * a_month, rel=0.15)


def test_an_account_without_activity_runs_on_by_itself(reference):
    """A fixed contribution of 500.000 kr. a month: known exactly, forecast as it is."""
    postings = [posting(month, 500_000.0, function="5.28.25") for month in months("2022-01", "2025-04")]
    outturn = forecast(dataset("2025-04", postings=postings), reference)
    year_end = outturn.year_end.sum(axis=1)
    assert year_end.mean() == pytest.approx(6_000_000, rel=0.01)
    assert year_end.std() < 100_000


@pytest.mark.parametrize("as_of", ["2025-01", "2025-02", "2025-11", "2025-12"])
def test_the_edges_of_the_year_work(reference, as_of):
    data = dataset(as_of, interventions=foster(), postings=bills(20, "2022-01", as_of))
    outturn = forecast(data, reference)
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(12 * 20 * PRICE, rel=0.05)
    assert np.isfinite(outturn.paths).all()


def test_interventions_alone_give_the_cost_of_the_activity(reference):
    """No ledger: booked is nothing, and the whole year is still to come."""
    outturn = forecast(dataset("2025-06", interventions=foster()), reference)
    assert outturn.booked.sum() == 0
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(12 * 20 * PRICE, rel=0.05)
    assert outturn.notes[0].startswith("Der er ikke indlæst posteringer")


def test_parts_add_up_and_the_same_seed_gives_the_same_numbers(reference):
    fixed = [posting(month, 9_999.99, function="5.28.25") for month in months("2023-01", "2025-06")]
    data = dataset(
        "2025-06",
        interventions=foster(),
        postings=bills(20, "2022-01", "2025-06") + fixed,
        budget=[{"year": 2025, "amount": 9_000_000.0, "type_key": "foster_care", "adopted": "2024-10-08"}],
    )  # fmt: skip
    first, again = (build_prognosis(data, forecast(data, reference), reference, seed=1, versions={}) for _ in range(2))
    pd.testing.assert_frame_equal(first.rows, again.rows)
    total = first.total
    for _, rows in first.rows.groupby("level"):
        for column in ("mean", "actual_ytd", "committed", "expected_inflow", "expected_changes"):
            assert rows[column].sum() == pytest.approx(total[column], abs=0.005)
    parts = total[["committed", "expected_inflow", "expected_changes", "corrections"]].sum()
    assert total["mean"] == pytest.approx(parts, abs=0.005)
    assert first.bridge["amount"].sum() == pytest.approx(total["mean"] - total["budget_revised"], abs=0.005)
    year = first.months[first.months["level"] == "total"]
    assert year["mean"].sum() == pytest.approx(total["mean"], abs=0.005)


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_booking_weights_lose_nothing_before_the_calendar_ends(share):
    calendar = BookingCalendar(pd.Period("2025-09", "M"), 2027)
    lags = np.array([0.2, 0.5, 0.2, 0.1])
    weights = booking_weights(calendar, months("2025-07", "2027-08"), lags, share)
    assert np.allclose(weights.sum(axis=1), 1.0)
    assert (weights >= 0).all()


def test_services_before_the_ledgers_own_beginning_do_not_make_activity_look_cheap(reference):
    """Fifteen months of bookings: of the months before them only late bills are in the ledger, which says nothing."""
    every = bills(20, "2023-01", "2025-06", lag=2, closing=False)
    young = [p for p in known_by("2025-06", every) if (p["year"], p["period"]) >= (2024, 4)]
    outturn = forecast(dataset("2025-06", interventions=foster(), postings=young), reference)
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(12 * 20 * PRICE, rel=0.03)
    assert not any("Bogføringen begynder" in note for note in outturn.notes)


@pytest.mark.parametrize("first", ["2025-01", "2024-11"])
def test_a_ledger_of_a_few_months_is_told_and_has_wider_bands(reference, first):
    """Six or eight months have not seen the longest delay: twice as wide as with all of it known, the truth inside."""
    start = pd.Period(first, "M")
    every = known_by("2025-06", bills(20, "2022-01", "2025-06", lag=1))
    young = [p for p in every if (p["year"], p["period"]) >= (start.year, start.month)]
    both = [forecast(dataset("2025-06", interventions=foster(), postings=own), reference) for own in (every, young)]
    known, unsure = (np.quantile(one.year_end.sum(axis=1), [0.1, 0.9]) for one in both)
    assert np.ptp(unsure) > 2 * np.ptp(known)
    assert unsure[0] < 12 * 20 * PRICE < unsure[1]
    told = [any("Bogføringen begynder i" in note for note in one.notes) for one in both]
    assert told == [False, True]
