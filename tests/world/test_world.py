"""The test world shows what a real extract would, keeps its accounts, and is no easier than it says."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.world.extracts import known_at, ledger, write_extracts
from benchmarks.world.town import FEATURES, Town, without
from benchmarks.world.truth import MONTHS_KNOWN, Truth, live
from cockpit.domain.months import period_is_known
from cockpit.domain.reference import Reference
from cockpit.domain.spells import monthly_cost
from cockpit.services.load_month import load_month
from cockpit.services.workspace import Workspace
from models.outturn import forecast_outturn


def origin(truth: Truth, months_known: int) -> int:
    return truth.town.month(truth.town.year, months_known)


@pytest.mark.parametrize("months_known", MONTHS_KNOWN)
def test_an_extract_shows_nothing_later_than_its_month(truth: Truth, months_known: int) -> None:
    """Starts, ends, registrations, prices and bookings after the origin are not in what is known there."""
    dataset = known_at(truth, origin(truth, months_known))
    end = dataset.as_of.end_time
    rows, postings = dataset.interventions, dataset.postings
    assert len(rows) > 50
    assert (rows[["start", "registered"]] <= end).all(axis=None)
    assert (rows["stop"].dropna() <= end.ceil("D")).all()
    assert (postings["booked"] <= end).all()
    periods = postings[["year", "period"]].itertuples(index=False)
    assert all(period_is_known(year, period, dataset.as_of) for year, period in periods)
    assert (dataset.budget["adopted"] <= end).all()


def test_something_is_hidden_at_every_origin(truth: Truth) -> None:
    """Running spells nobody has registered and invoices nobody has booked are what makes the forecast hard."""
    shot = truth.snapshots[origin(truth, 3)]
    assert (shot.running.registered > shot.month).any()
    out = (truth.lines.month <= shot.month) & (truth.invoices.known > shot.month)
    assert truth.invoices.amount[out].sum() > 0


def test_the_ledger_adds_up_to_the_outturn(truth: Truth) -> None:
    """What the extracts have booked on a year in the end is the outturn that forecasts are held against."""
    rows = ledger(truth, truth.town.end + 24)
    for year in (truth.town.year - 1, truth.town.year):
        assert rows.loc[rows["year"] == year, "amount"].sum() == pytest.approx(truth.outturn(year), abs=0.01)


def test_invoices_are_the_price_of_the_days(reference: Reference, small_town: Callable[..., Town]) -> None:
    """Without extras, each service month is billed what the product itself makes of the spells' days and prices."""
    town = without(without(small_town("planned", 3), "extras", reference), "registration", reference)
    truth = live(town)
    dataset = known_at(truth, truth.town.month(town.year, 9))
    months = pd.period_range(f"{town.year - 1}-01", f"{town.year}-09", freq="M")
    own = monthly_cost(
        dataset.interventions.assign(stop=lambda rows: rows["stop"].fillna(pd.Timestamp(2100, 1, 1))), months
    )
    billed = [truth.lines.amount[truth.lines.month == month.ordinal].sum() for month in months]
    assert own.sum(axis=0) == pytest.approx(np.array(billed), rel=1e-3)


def test_a_team_earns_about_what_its_children_would_cost(small_town: Callable[..., Town]) -> None:
    """Wages are near what the product itself makes of the team's spells, and not a multiple of it."""
    truth = live(small_town("seasonal", 7, inhabitants=40_000))
    town, year = truth.town, truth.town.year - 1
    rows = known_at(truth, town.month(town.year, 9)).interventions
    own = rows[rows["type_key"] == town.types[town.team.kind]]
    lasting = own.assign(stop=own["stop"].fillna(pd.Timestamp(2100, 1, 1)))
    prices = monthly_cost(lasting, pd.period_range(f"{year}-01", f"{year}-12", freq="M")).sum()
    wages = sum(p.amount[p.year == year].sum() for one, _, p in truth.beside if one.lump.name == "team")
    assert 0.6 < wages / prices < 1.6


def test_the_same_seed_gives_the_same_life(truth: Truth, small_town: Callable[..., Town]) -> None:
    """A measurement can be repeated to the oere."""
    again = live(small_town(truth.town.mechanics, 7, inhabitants=20_000))
    assert again.outturn(truth.town.year) == truth.outturn(truth.town.year)


@pytest.mark.parametrize("feature", FEATURES)
def test_each_feature_makes_a_difference(feature: str, reference: Reference, small_town: Callable[..., Town]) -> None:
    """Switching a feature of the world off changes what is booked by then, else nothing could be traced to it."""
    town = small_town("seasonal", 5, inhabitants=12_000)
    lives = live(town), live(without(town, feature, reference))
    booked = [[life.outturn(town.year, known=origin(life, month)) for month in MONTHS_KNOWN] for life in lives]
    assert booked[0] != booked[1]


def test_the_real_import_gives_the_same_dataset_and_forecast(
    small_town: Callable[..., Town], reference: Reference, tmp_path: Path
) -> None:
    """What is measured on datasets made straight from the world holds for files that are written, loaded and read."""
    truth = live(small_town("planned", 7, inhabitants=8_000))
    made = known_at(truth, origin(truth, 6))
    workspace = Workspace.open(tmp_path / "store.duckdb", {"COCKPIT_KEY_FILE": str(tmp_path / "key")})
    files = write_extracts(made, tmp_path / "extracts", reference)
    report = load_month(workspace, files, as_of=made.as_of, user="test", at=datetime(2026, 1, 1, tzinfo=UTC))
    assert report.stored, [finding for file in report.files for finding in file.findings][:5]
    read = workspace.store.read(made.as_of)
    assert not any(source.reconstructed for source in read.sources)
    shown = ["spell_id", "birth_month", "type_key", "provider", "start", "stop", "expected_stop", "rate", "unit",
             "account", "function", "registered"]  # fmt: skip
    _equal(made.interventions, read.interventions, shown)
    _equal(
        made.postings, read.postings, ["year", "period", "account", "function", "type_key", "service_month", "amount"]
    )
    _equal(made.budget, read.budget, ["year", "account", "type_key", "amount", "person_years", "unit_price", "adopted"])
    _equal(made.population, read.population, ["year", "age", "count"])
    direct, through = (forecast_outturn(one, reference, n_paths=40, seed=1) for one in (made, read))
    assert through.year_end.sum(axis=1).mean() == pytest.approx(direct.year_end.sum(axis=1).mean(), rel=1e-6)


def _equal(made: pd.DataFrame, read: pd.DataFrame, columns: list[str]) -> None:
    """The same rows, in whatever order."""
    one, other = (table[columns].sort_values(columns, ignore_index=True) for table in (made, read))
    pd.testing.assert_frame_equal(one, other, check_dtype=False, rtol=1e-9)
