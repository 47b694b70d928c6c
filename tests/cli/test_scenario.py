"""`scenario` from outside, on eight months of the demo municipality: its document, its words and its faults."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cockpit.domain.findings import UserFault
from cockpit.services.corrections import add_correction, remove_correction
from cockpit.services.scenario import (
    changes_since_saved,
    compare,
    delete_scenario,
    from_link,
    presets,
    save_scenario,
    saved_scenarios,
    sensitivity,
    spoilt_scenarios,
    to_link,
)
from cockpit.services.workspace import Workspace
from tests.cli.conftest import Cockpit

pytestmark = pytest.mark.slow  # the baseline is simulated once

DOCUMENT = ["name", "as_of", "years", "volumes", "break_even_month", "break_even_success_rate", "warnings"]
YEAR = ["year", "baseline", "scenario", "difference", "gross_saving", "programme_cost", "refund_lost", "net"]
VOLUME = ["type", "year", "baseline_person_years", "scenario_person_years"]
HALF_AN_OERE = 0.005
AT = dt.datetime(2026, 9, 10, 9, 30, tzinfo=dt.UTC)
FILE = """
name = "Prøve"
start = "2026-10"
[[levers]]
kind = "avert"
type = "foster_care"
children_per_month = 0.2
low = 0.1
high = 0.4
source = "prøve"
[[levers]]
kind = "programme"
cost_per_case = 150000
cases_per_month = 0.5
months = 12
one_off = 500000
source = "prøve"
"""
ON_THE_WAY = {
    "text": "Søskende på vej", "type_key": "Opholdssted", "function": "", "children": "2", "amount": "90.000",
    "first": "2026-10", "last": "", "probability": "50 %", "role": "leder", "expires": "2026-12",
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, demo_folder: Path) -> Cockpit:
    cockpit = Cockpit(tmp_path_factory.mktemp("scenario"))
    cockpit.run("import", demo_folder)
    return cockpit


@pytest.fixture(scope="module")
def workspace(loaded: Cockpit) -> Workspace:
    return Workspace.open(environment=loaded.environment)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files") / "prøve.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def document(loaded: Cockpit, file: Path) -> dict:
    return loaded.json("scenario", file)


def test_the_document_has_exactly_the_promised_keys_and_adds_up(document: dict) -> None:
    """Four years; scenario = baseline + difference; net is what is left and the opposite of the difference."""
    assert list(document) == DOCUMENT
    assert (document["name"], document["as_of"]) == ("Prøve", "2026-08")
    assert [year["year"] for year in document["years"]] == [2026, 2027, 2028, 2029]
    for year in document["years"]:
        assert list(year) == YEAR
        assert all(list(year[name]) == ["mean", "p10", "p90"] for name in ("baseline", "scenario", "difference"))
        means = {name: year[name]["mean"] for name in ("baseline", "scenario", "difference")}
        assert means["scenario"] - means["baseline"] == pytest.approx(means["difference"], abs=HALF_AN_OERE)
        net = year["gross_saving"] - year["programme_cost"] - year["refund_lost"]
        assert year["net"] == pytest.approx(net, abs=HALF_AN_OERE)
        assert year["net"] == pytest.approx(-means["difference"], abs=HALF_AN_OERE)
    assert all(list(volume) == VOLUME for volume in document["volumes"])
    costs = [year["programme_cost"] for year in document["years"]]
    assert costs == pytest.approx([500_000 + 3 * 75_000, 9 * 75_000, 0, 0])


def test_fewer_children_in_the_type_of_the_lever(document: dict) -> None:
    """Every type and year is there; foster care falls, and nothing falls below zero."""
    foster = [volume for volume in document["volumes"] if volume["type"] == "foster_care"]
    assert [volume["year"] for volume in foster] == [2026, 2027, 2028, 2029]
    assert all(volume["scenario_person_years"] < volume["baseline_person_years"] for volume in foster)
    assert all(volume["scenario_person_years"] > -1e-9 for volume in document["volumes"])


def test_the_same_file_gives_the_same_numbers_from_the_cache(document: dict, loaded: Cockpit, file: Path) -> None:
    assert loaded.json("scenario", file) == document


def test_people_get_danish_tables(document: dict, loaded: Cockpit, file: Path) -> None:
    said = loaded.run("scenario", file).stdout
    for words in (
        "Prøve: virkning pr. ydelsesår",
        "Færre nye: plejefamilie",
        "Grebenes virkning på hinanden",
        "efter programmer og tabt refusion ventes at blive",
    ):
        assert words in said
    assert not re.search(r"\b(nan|None|avert|cost_per_case)\b", said)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (('kind = "avert"', 'kind = "undgå"'), "»undgå«"),
        (('"foster_care"', '"slot"'), "»slot«"),
        (("low = 0.1", "lav = 0.1"), "»lav«"),
        (("children_per_month = 0.2", "children_per_month = -0.2"), "children_per_month"),
        (('start = "2026-10"', ""), "»start« mangler"),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_word(loaded: Cockpit, tmp_path: Path, change: tuple, word: str) -> None:
    path = tmp_path / "fejl.toml"
    path.write_text(FILE.replace(*change), encoding="utf-8")
    done = loaded.run("scenario", path, code=2)
    assert word in done.stderr
    assert done.stdout == ""


def test_a_file_that_is_not_there_and_a_month_without_data_are_told(
    loaded: Cockpit, file: Path, tmp_path: Path
) -> None:
    assert "findes ikke" in loaded.run("scenario", tmp_path / "ingen.toml", code=2).stderr
    assert "Vælg en måned" in loaded.run("scenario", file, "--as-of", "2019-01", code=2).stderr


def test_a_saved_scenario_keeps_what_it_rests_on_and_says_what_has_changed(
    document: dict, workspace: Workspace
) -> None:
    """Saved, listed, opened: the same levers and no change; seen from another month, that is said."""
    own = from_link(to_link(load_from(FILE, workspace)), workspace.reference)
    saved = save_scenario(workspace, own, None, user="prøve", at=AT)
    (again,) = saved_scenarios(workspace)
    assert again == saved
    assert again.levers == own.levers
    assert str(again.pinned.basis.as_of) == "2026-08"
    (path,) = workspace.scenarios_folder.glob("*.toml")
    spoilt = path.with_name("ødelagt.toml")
    spoilt.write_text(path.read_text(encoding="utf-8").replace('"avert"', '"undgå"'), encoding="utf-8")
    assert saved_scenarios(workspace) == [saved]
    (fault,) = spoilt_scenarios(workspace)
    assert "ødelagt.toml" in str(fault)
    assert "»undgå«" in str(fault)
    spoilt.unlink()
    assert changes_since_saved(workspace, again) == ()
    by_hand = load_from(path.read_text(encoding="utf-8").replace("months = 12", "months = 13"), workspace)
    (said,) = changes_since_saved(workspace, by_hand)
    assert "rettet i filen" in said
    backwards = replace(again, levers=again.levers[::-1])
    assert changes_since_saved(workspace, backwards) == ()
    known = add_correction(workspace, ON_THE_WAY, user="prøve", at=AT)
    (said,) = changes_since_saved(workspace, again)
    assert "Forudsætninger" in said
    remove_correction(workspace, known.key, user="prøve", at=AT)
    (said,) = changes_since_saved(workspace, again, pd.Period("2026-07", "M"))
    assert "august" in said
    assert "juli" in said
    delete_scenario(workspace, "Prøve", user="prøve", at=AT)
    assert saved_scenarios(workspace) == []
    with pytest.raises(UserFault, match="Prøve"):
        delete_scenario(workspace, "Prøve", user="prøve", at=AT)


def load_from(text: str, workspace: Workspace):
    from cockpit.intake.scenario_file import parse_scenario

    return parse_scenario(text, workspace.reference)


def test_a_link_that_is_cut_short_is_told(workspace: Workspace) -> None:
    link = to_link(load_from(FILE, workspace))
    for broken in (link[:-9], "æøå", "", link[9:]):
        with pytest.raises(UserFault):
            from_link(broken, workspace.reference)


def test_which_assumption_matters_most(document: dict, workspace: Workspace) -> None:
    """One line per lever with a range: fewer averted save less, more save more, and the net is the result's."""
    scenario = load_from(FILE, workspace)
    table = sensitivity(workspace, scenario)
    (line,) = table.to_dict("records")
    assert (line["number"], line["low"], line["high"]) == (1, 0.1, 0.4)
    assert line["net_low"] < line["net"] < line["net_high"]
    assert line["net"] == pytest.approx(compare(workspace, scenario).net)


def test_every_preset_runs_and_names_its_sources_and_ranges(document: dict, workspace: Workspace) -> None:
    found = presets(workspace.reference)
    assert len(found) >= 3
    for preset in found:
        assert all(len(lever.source) > 20 for lever in preset.levers)
        assert any(lever.range[0] < lever.range[1] for lever in preset.levers)
        result = compare(workspace, preset)
        assert result.pays_probability is not None


def test_a_type_that_nobody_has_started_needs_a_price(document: dict, workspace: Workspace) -> None:
    """Children cannot arrive in a type whose price nobody knows; with a price they can."""
    lever = '[[levers]]\nkind = "step_down"\nfrom = "foster_care"\nto = "other_placement"\nchildren = 1\nsource = "a"\n'
    text = f'name = "a"\nstart = "2026-10"\n{lever}'
    with pytest.raises(UserFault, match="Skriv price"):
        compare(workspace, load_from(text, workspace))
    result = compare(workspace, load_from(f"{text}price = 20000\n", workspace))
    assert (result.volumes.query("type == 'other_placement'")["scenario_person_years"] > 0).any()


def test_every_scenario_that_a_paper_is_asked_for_is_read(loaded: Cockpit, file: Path) -> None:
    """The first of two is not there: it is told, and not left out for the sake of the second."""
    away, paper = file.with_name("findes-ikke.toml"), file.with_name("papir.xlsx")
    done = loaded.run("report", "--to", paper, "--scenario", away, "--scenario", file, code=2)
    assert away.name in done.stderr
    assert not paper.exists()
