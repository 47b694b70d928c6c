"""The municipality's name follows the loads: it comes with them, gives way to others, and is put back by undo."""

import datetime as dt
from pathlib import Path

import pytest

from cockpit.domain.findings import UserFault
from cockpit.domain.municipality import Municipality
from cockpit.services.load_month import LoadReport, Upload, load_month, undo_last
from cockpit.services.municipality import name_municipality
from cockpit.services.workspace import Workspace

AT = dt.datetime(2026, 3, 5, tzinfo=dt.UTC)
DEMO = Municipality("Eksempelby", is_made_up=True)
DEMO_FILE = Upload("udtræk/kommune.toml", b'navn = "Eksempelby"\nopdigtet = true\n')
OWN_FILE = Upload("Kommune.toml", b'navn = "Nordby"\n')


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.open(tmp_path / "store.duckdb", {"COCKPIT_KEY_FILE": str(tmp_path / "key")})


def ledger(month: int) -> Upload:
    return Upload(f"{month}.csv", f"periode;konto;beloeb\n2026-{month:02d};528221004;{month}00,00\n".encode())


def load(workspace: Workspace, *files: Upload, dry_run: bool = False) -> LoadReport:
    return load_month(workspace, files, user="test", at=AT, dry_run=dry_run)


def undo(workspace: Workspace) -> Municipality:
    undo_last(workspace, user="test", at=AT)
    return workspace.municipality


def test_a_name_comes_with_extracts_and_is_a_file_of_the_result(workspace: Workspace) -> None:
    tried = load(workspace, ledger(1), DEMO_FILE, dry_run=True)
    assert workspace.municipality == Municipality()
    report = load(workspace, ledger(1), DEMO_FILE)
    assert workspace.municipality == DEMO
    assert {file.path: file.kind for file in report.files} == {"1.csv": "posteringer", DEMO_FILE.name: "kommune"}
    assert tried.notes == report.notes
    assert report.notes[-1] == "Kommune: Eksempelby – opdigtede tal."


def test_own_figures_over_the_demo_are_not_called_eksempelby_until_undone(workspace: Workspace) -> None:
    load(workspace, ledger(1), DEMO_FILE)
    again = load(workspace, ledger(1))
    assert not again.changed
    assert workspace.municipality == DEMO, "nothing new is among the figures"
    load(workspace, ledger(2))
    assert workspace.municipality == Municipality("", is_made_up=True)
    assert undo(workspace) == DEMO
    assert undo(workspace) == Municipality()


def test_the_demo_loaded_by_mistake_takes_its_name_with_it_when_undone(workspace: Workspace) -> None:
    load(workspace, ledger(1), OWN_FILE)
    load(workspace, ledger(2), DEMO_FILE)
    assert workspace.municipality == DEMO
    assert undo(workspace) == Municipality("Nordby")


def test_what_a_user_has_written_since_stays_when_a_load_is_undone(workspace: Workspace) -> None:
    load(workspace, ledger(1), OWN_FILE)
    load(workspace, ledger(2), DEMO_FILE)
    name_municipality(workspace, "Sydby", is_made_up=False, user="test", at=AT)
    assert undo(workspace) == Municipality("Sydby")


def test_a_load_of_the_same_number_as_one_undone_does_not_bring_back_older_names(workspace: Workspace) -> None:
    load(workspace, ledger(1), DEMO_FILE)
    load(workspace, ledger(2), OWN_FILE)
    undo(workspace)
    undo(workspace)
    load(workspace, ledger(1), OWN_FILE)
    load(workspace, ledger(2))
    assert undo(workspace) == Municipality("Nordby")


def test_a_name_alone_can_be_loaded_where_there_is_data(workspace: Workspace) -> None:
    with pytest.raises(UserFault, match="ingen udtræk"):
        load(workspace, OWN_FILE)
    load(workspace, ledger(1))
    report = load(workspace, OWN_FILE)
    assert report.stored
    assert report.changed
    assert workspace.municipality == Municipality("Nordby")


@pytest.mark.parametrize(
    "files", [(Upload("kommune.toml", b"navn = Nordby"),), (DEMO_FILE, OWN_FILE)], ids=["at fault", "two"]
)
def test_a_file_at_fault_stops_the_load(workspace: Workspace, files: tuple[Upload, ...]) -> None:
    report = load(workspace, ledger(1), *files)
    assert not report.stored
    assert workspace.is_empty()
    assert workspace.municipality == Municipality()
    assert [finding.severity for file in report.files for finding in file.findings] == ["error"]
