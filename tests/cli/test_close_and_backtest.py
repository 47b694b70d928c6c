"""A month is closed once and for good; past forecasts are held against what the year became."""

from pathlib import Path

import pytest
from pandas import Period

from cockpit.services.workspace import Workspace
from tests.cli.conftest import Cockpit
from tests.personal import SERIAL, cpr_number

RIVALS = {"last_year", "run_rate", "last_share", "committed"}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Cockpit:
    """One closed year of the demo; the year before it lacks a month, so nobody knows what it cost."""
    cockpit = Cockpit(tmp_path_factory.mktemp("closed"))
    cockpit.run("demo", "--to", cockpit.folder / "udtræk", "--months", "31")
    cockpit.run("import", cockpit.folder / "udtræk", "--as-of", "2026-08")
    return cockpit


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, demo_folder: Path) -> Cockpit:
    """Eight months of the demo, of which July is closed."""
    cockpit = Cockpit(tmp_path_factory.mktemp("july"))
    cockpit.run("import", demo_folder)
    store = Workspace.open(cockpit.store, cockpit.environment).store
    before = store.data_identity(), store.identity()
    said = cockpit.run("close", "2026-07", "--comment", "Tre dyre sager").stdout
    assert "Juli\u00a02026 er lukket" in said
    assert "Mangler: Papirer lavet. Lav et papir til" in said
    assert "Samlet kommentar" not in said
    # The archive is no part of what the hit rate and the forecast hang on.
    assert store.data_identity() == before[0]
    assert store.identity() != before[1]
    return cockpit


def test_a_month_is_closed_once_with_its_comment(closed: Cockpit) -> None:
    again = closed.run("close", "2026-07", code=2)
    assert "Juli\u00a02026 er allerede lukket" in again.stderr
    (archived,) = Workspace.open(closed.store, closed.environment).store.closed_months()
    assert (str(archived.month), archived.comment) == ("2026-07", "Tre dyre sager")


def test_a_comment_with_a_cpr_number_is_refused_without_repeating_it(loaded: Cockpit) -> None:
    """A closed month is never changed, so a number in its comment could not be taken out again."""
    said = loaded.run("close", "2026-07", "--comment", f"Sagen {cpr_number(born='07.03.10')} kom sent", code=2)
    assert "ligner et CPR-nummer" in said.stderr
    assert SERIAL not in said.stdout + said.stderr
    assert Workspace.open(loaded.store, loaded.environment).store.closed_months() == []


@pytest.mark.parametrize(
    ("month", "said"), [("2026-09", "Der er ingen data for 2026-09"), ("juli", "»juli« er ikke en måned")]
)
def test_a_month_without_data_cannot_be_closed(loaded: Cockpit, month: str, said: str) -> None:
    assert said in loaded.run("close", month, code=2).stderr


def test_the_move_since_the_last_close_is_in_the_forecast(closed: Cockpit) -> None:
    """After July is closed, August's forecast says what moved since, to the oere."""
    archived = Workspace.open(closed.store, closed.environment).store.last_closed(Period("2026-08"))
    assert archived is not None
    document = closed.json("forecast")
    steps = [part for part in document["bridge"] if part["name"] == "last_close_to_now"]
    assert {(part["from_key"], part["to_key"]) for part in steps} == {("last_close", "forecast.mean")}
    moved = document["rows"][0]["forecast"]["mean"] - archived.prognosis.total["mean"]
    assert sum(round(100 * part["amount"]) for part in steps) == round(100 * moved)


def test_past_forecasts_stand_beside_the_outturn_and_the_rules_of_thumb(loaded: Cockpit) -> None:
    document = loaded.json("backtest")
    assert document["years"] == [2025]
    assert [row["months_to_go"] for row in document["summary"]] == [9, 6, 3]
    total = [row for row in document["origins"] if row["level"] == "total"]
    assert len(total) == 3
    for row, summary in zip(total, document["summary"], strict=True):
        miss = row["forecast"]["mean"] - row["outturn"]
        assert summary["bias"] == pytest.approx(miss)
        assert summary["error"] == pytest.approx(abs(miss))
        assert row["rivals"].keys() == RIVALS
        assert row["rivals"]["last_year"] is None
        assert row["source"] == "reconstructed"
    methods = {row["key"]: row["method"] for row in document["origins"] if row["level"] == "type"}
    assert methods["foster_care"] == "activity"
    for level in ("type", "step", "account"):
        parts = [row for row in document["origins"] if row["level"] == level]
        assert sum(row["outturn"] for row in parts) == pytest.approx(sum(row["outturn"] for row in total))
        assert sum(row["forecast"]["mean"] for row in parts) == pytest.approx(
            sum(row["forecast"]["mean"] for row in total)
        )
    table = loaded.run("backtest").stdout
    assert "Målt på 3\u00a0tidligere prognoser fra 1\u00a0afsluttet år (2025)" in table
    assert table.count("regnet forfra  aktivitet") == 3


def test_without_a_closed_year_nothing_can_be_measured(cockpit: Cockpit, demo_folder: Path) -> None:
    cockpit.run("import", demo_folder)
    assert "Der er endnu intet afsluttet år at måle på" in cockpit.run("backtest", code=2).stderr
