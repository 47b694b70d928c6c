"""Changes that nobody entered: found where they are plain, and hardly ever where the world is as it was."""

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.reference import Reference
from models.activity import Windows, simulate
from models.outturn import forecast_outturn
from models.shifts import FALSE_ALARMS, mean_shift, rate_shift, series_shift
from tests.models.test_events import event, starts
from tests.models.test_outturn import bills, foster, posting
from tests.tables import dataset

N = 60
WORLDS = 60
SERIES, ACCOUNTS = 12, 4  # scanned in one forecast


def counts(rng: np.random.Generator, level: float, *, dispersion: float, from_month: int = N, factor: float = 1.0):
    """Starts of months that vary as siblings make them: negative binomial with variance = dispersion x mean."""
    mean = np.where(np.arange(N) < from_month, level, level * factor)
    return rng.poisson(rng.gamma(mean / (dispersion - 1), dispersion - 1)).astype(float)


def account(rng: np.random.Generator, from_month: int = N, factor: float = 1.0) -> pd.Series:
    """A level that wanders by one per cent a month, a season, five per cent of noise."""
    month = np.arange(N)
    level = np.exp(np.cumsum(0.01 * rng.standard_normal(N))) * np.where(month < from_month, 1.0, factor)
    season = 1 + 0.1 * np.sin(2 * np.pi * month / 12)
    values = 400_000 * level * season * (1 + 0.05 * rng.standard_normal(N))
    return pd.Series(values, pd.period_range("2020-01", periods=N, freq="M"))


def prices(rng: np.random.Generator, from_month: int = N, change: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    month = np.repeat(np.arange(N), 2)
    return 10.5 + 0.3 * rng.standard_normal(len(month)) + change * (month >= from_month), month


def test_a_world_that_does_not_change_is_hardly_ever_called_changed() -> None:
    """Over 60 worlds of twelve types, twelve prices and four accounts each: together within the bound stated."""
    alarms = 0
    for seed in range(WORLDS):
        rng = np.random.default_rng(seed)
        found = [rate_shift(counts(rng, 4.0, dispersion=1.4), np.full(N, 4.0), 1.4, SERIES) for _ in range(SERIES)]
        found += [mean_shift(*prices(rng), N, SERIES) for _ in range(SERIES)]
        found += [series_shift(account(rng), 24, ACCOUNTS) for _ in range(ACCOUNTS)]
        alarms += any(one is not None for one in found)
    assert alarms <= 2 * FALSE_ALARMS * WORLDS


@pytest.mark.parametrize("factor", [0.35, 2.2])
def test_inflow_that_falls_to_a_third_or_doubles_is_found_where_it_began(factor: float) -> None:
    """In most worlds, within three months of where it was, with both levels."""
    found = [
        rate_shift(counts(np.random.default_rng(seed), 8.0, dispersion=1.4, from_month=N - 10, factor=factor),
                   np.full(N, 8.0), 1.4, SERIES)
        for seed in range(40)
    ]  # fmt: skip
    seen = [one for one in found if one is not None]
    assert len(seen) >= 30
    assert np.median([abs(one.at - (N - 10)) for one in seen]) <= 3
    assert np.median([one.after / one.before for one in seen]) == pytest.approx(factor, rel=0.2)


def test_prices_that_rise_by_a_half_are_found() -> None:
    found = [mean_shift(*prices(np.random.default_rng(seed), N - 10, np.log(1.5)), N, SERIES) for seed in range(40)]
    seen = [one for one in found if one is not None]
    assert len(seen) >= 30
    assert np.median([one.after - one.before for one in seen]) == pytest.approx(np.log(1.5), abs=0.15)


def test_an_account_that_steps_by_two_fifths_is_found() -> None:
    """A step, not a season: the levels are those of the same months."""
    found = [series_shift(account(np.random.default_rng(seed), N - 9, 0.6), 24, SERIES) for seed in range(30)]
    seen = [one for one in found if one is not None]
    assert len(seen) >= 20
    assert np.median([abs(one.at - (N - 9)) for one in seen]) <= 1
    assert np.median([one.after / one.before for one in seen]) == pytest.approx(0.6, rel=0.1)


def changed_world() -> dict:
    """From Sept. 2024 a quarter of the inflow of foster care, and half the bookings of an account without children."""
    rng = np.random.default_rng(4)
    fixed = [
        posting(month, round((400_000 if month < pd.Period("2024-09", "M") else 200_000) * rng.uniform(0.97, 1.03), 2),
                function="3.22.08")
        for month in pd.period_range("2020-01", "2025-06", freq="M")
    ]  # fmt: skip
    rows = [*foster(), *starts(8, "2020-01", "2024-08"), *starts(2, "2024-09", "2025-06")]
    end = pd.Timestamp("2025-07-01")
    rows = [{**row, "stop": at if (at := row.get("stop")) and pd.Timestamp(at) < end else None} for row in rows]
    return {"interventions": rows, "postings": [*bills(20, "2022-01", "2025-06"), *fixed]}


def test_the_forecast_says_what_has_changed_and_asks_for_the_event(reference: Reference) -> None:
    """Type or account, month and size; entered as an event, it is not asked for again."""
    data = dataset("2025-06", **changed_world())
    asked = "skriv den ind som en kendt hændelse"
    untold = [note for note in forecast_outturn(data, reference, n_paths=40, seed=1).notes if asked in note]
    text = " ".join(untold).replace("\N{NO-BREAK SPACE}", " ")
    assert "Plejefamilie: tilgangen ser ud til at have fået et nyt niveau" in text
    assert "bogføringen ser ud til at have fået et nyt niveau fra" in text
    entered = (event("arrivals", "level", "price", month=pd.Period("2024-09", "M")),)
    told = forecast_outturn(data, reference, n_paths=40, seed=1, events=entered)
    assert not [note for note in told.notes if asked in note]


def test_a_run_with_windows_decided_elsewhere_needs_no_level_without_trend(reference: Reference) -> None:
    """A past month is run with today's windows; where those kept a trend alone, there is still an answer."""
    rows = starts(2, "2021-01", "2025-06")
    dated = dataset("2025-06", interventions=rows)
    windows = Windows(None, {(None, True): 1.0})
    now = dated.as_of
    paths = simulate(
        dated.interventions, reference, as_of=now, last_month=now + 6, n_paths=20, seed=1, windows=windows
    )
    assert paths.windows == windows
    assert paths.entries[:, :, -6:].sum() > 0
