"""What the models make of a known event: the past before it weighs less, in just what it moves."""

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.reference import Event, Reference
from models import forecast_paths
from models.activity import simulate
from models.outturn import forecast_outturn
from tests.models.test_outturn import PRICE, bills, foster, posting
from tests.tables import dataset, table

EVENT = pd.Period("2025-01", "M")


def event(*moves: str, month: pd.Period = EVENT, **touched: tuple[str, ...]) -> Event:
    return Event("H1", "prøve", "law", month, moves, "prøve", "prøve", pd.Timestamp("2024-01-01"), **touched)


def starts(per_month: int, first: str, last: str, months: int = 6, rate: float = PRICE, **more: str) -> list[dict]:
    """Children who come every month and leave after half a year."""
    return [
        {"start": f"{month}-01", "stop": f"{month + months}-01", "rate": rate, "unit": "month", **more}
        for month in pd.period_range(first, last, freq="M")
        for _ in range(per_month)
    ]


def simulated(rows: list[dict], reference: Reference, *events: Event, n_paths: int = 200):
    as_of, last = pd.Period("2025-06", "M"), pd.Period("2026-06", "M")
    return simulate(
        cut(rows, "2025-06"), reference, as_of=as_of, last_month=last, n_paths=n_paths, seed=1, events=events
    )


def cut(rows: list[dict], as_of: str) -> pd.DataFrame:
    """What is known at the as-of month: stops that lie after it are not."""
    end = pd.Period(as_of, "M").end_time
    return table("interventions", *({**row, "stop": row["stop"] if pd.Timestamp(row["stop"]) < end else None}
                                    for row in rows))  # fmt: skip


def test_inflow_follows_its_new_level_once_the_models_are_told(reference: Reference) -> None:
    """Eight a month became four in January 2025: told, next year's inflow is nearer four, and another type's is not."""
    rows = [*starts(8, "2020-01", "2024-12"), *starts(4, "2025-01", "2025-06")]
    rows += starts(5, "2020-01", "2025-06", type_key="contact_person", function="5.28.21")
    told, untold = (simulated(rows, reference, *events) for events in ([event("arrivals", types=("foster_care",))], []))
    ahead = told.months > pd.Period("2025-06", "M")
    means = {name: run.entries[:, :, ahead].mean(axis=(0, 2)) for name, run in (("told", told), ("untold", untold))}
    at, other = told.types.index("foster_care"), told.types.index("contact_person")
    assert abs(means["told"][at] - 4) < 0.6 * abs(means["untold"][at] - 4)
    assert means["told"][other] == pytest.approx(means["untold"][other], rel=0.1)


def test_a_coming_event_only_makes_inflow_less_sure(reference: Reference) -> None:
    """Nothing tells its size: the mean stays, the spread of a year's inflow grows."""
    rows = starts(8, "2020-01", "2025-06")
    coming = event("arrivals", month=pd.Period("2025-08", "M"))
    told, untold = (simulated(rows, reference, *events, n_paths=1600) for events in ([coming], []))
    ahead = told.months > pd.Period("2025-06", "M")
    a, b = (run.entries[:, 0][:, ahead].sum(axis=1) for run in (told, untold))
    assert a.mean() == pytest.approx(b.mean(), rel=0.12)
    assert a.std() > 1.3 * b.std()


def test_new_places_are_priced_as_since_the_contract(reference: Reference) -> None:
    """A contract doubled the price five months ago: told, new children cost what they have cost since."""
    rows = [*starts(4, "2020-01", "2024-12"), *starts(4, "2025-01", "2025-06", rate=2 * PRICE)]
    told, untold = (simulated(rows, reference, *events) for events in ([event("price")], []))
    new = [run.new_cost[:, 0, -1].sum() / run.new_volume[:, 0, -1].sum() / PRICE for run in (told, untold)]
    assert new[0] == pytest.approx(2.0, rel=0.08)
    assert new[1] < 1.8


def test_stays_follow_their_new_length_once_the_models_are_told(reference: Reference) -> None:
    """Six months became three: told, fewer of those who are there now are left after three more months."""
    rows = [*starts(8, "2020-01", "2024-12"), *starts(8, "2025-01", "2025-06", months=3)]
    told, untold = (simulated(rows, reference, *events) for events in ([event("durations")], []))
    left = [run.known_volume[:, 0, list(run.months).index(pd.Period("2025-08", "M"))].mean() for run in (told, untold)]
    assert left[0] < left[1]


def test_an_account_runs_on_from_its_new_level(reference: Reference) -> None:
    """A fixed contribution of 500.000 kr. that became 300.000 two months ago: told, the rest of the year is nearer."""
    rng = np.random.default_rng(3)
    months = pd.period_range("2020-01", "2025-02", freq="M")
    level = np.where(months >= EVENT, 300_000.0, 500_000.0) * (1 + 0.03 * rng.standard_normal(len(months)))
    series = pd.Series(level, months)
    told = forecast_paths(series, 10, 500, 1, [EVENT]).mean()
    untold = forecast_paths(series, 10, 500, 1).mean()
    assert abs(told - 300_000) < 15_000
    assert abs(told - 300_000) < abs(untold - 300_000)
    assert np.array_equal(forecast_paths(series, 10, 500, 1, [months[0] - 5]), forecast_paths(series, 10, 500, 1))


def test_what_the_ledger_makes_of_activity_is_read_since_the_event(reference: Reference) -> None:
    """Until 2025 a fifth more was booked than the places cost; since then just their cost, and the forecast knows."""
    rows = [
        {**one, "amount": one["amount"] * (1.2 if one["year"] < 2025 else 1.0)}
        for one in bills(20, "2022-01", "2025-06")
    ]
    data = dataset("2025-06", interventions=foster(), postings=rows)
    told, untold = (
        forecast_outturn(data, reference, n_paths=100, seed=1, events=events)
        for events in ((event("level", types=("foster_care",)),), ())
    )
    year = 12 * 20 * PRICE
    assert told.year_end.sum(axis=1).mean() == pytest.approx(year, rel=0.03)
    assert untold.year_end.sum(axis=1).mean() > 1.03 * year
    assert any("Kendt hændelse" in note for note in told.notes)
    assert not any("Kendt hændelse" in note for note in untold.notes)


def test_an_account_of_its_own_is_told_too(reference: Reference) -> None:
    """The step reaches the account through the whole forecast, and no other account."""
    fixed = [
        posting(month, 500_000.0 if month < EVENT else 300_000.0 + at % 3, function="5.28.24")
        for at, month in enumerate(pd.period_range("2021-01", "2025-02", freq="M"))
    ]
    data = dataset("2025-02", interventions=foster(), postings=[*bills(20, "2022-01", "2025-02"), *fixed])
    told, untold = (
        forecast_outturn(data, reference, n_paths=200, seed=1, events=events)
        for events in ((event("level", functions=("5.28.24",)),), ())
    )
    own = (told.leaves["function"] == "5.28.24").to_numpy()
    error = [abs(run.year_end[:, own].sum(axis=1).mean() - 12 * 300_000.0) for run in (told, untold)]
    assert error[0] < min(error[1], 150_000.0)
    foster_care = (told.leaves["function"] == "5.28.22").to_numpy()
    assert np.array_equal(told.booked[foster_care], untold.booked[foster_care])
