"""Whose figures they are: what is printed, what a file may hold, and what a load does to the name."""

from pathlib import Path

import pytest

from cockpit.domain.findings import UserFault
from cockpit.domain.municipality import LONGEST_NAME, Municipality
from cockpit.intake.municipality_file import (
    checked_municipality,
    is_municipality_file,
    parse_municipality,
    read_municipality,
    write_municipality,
)
from cockpit.reports.report import Report
from cockpit.services.municipality import after_load, load_notes
from tests.personal import cpr_number

DEMO, OWN = Municipality("Eksempelby", is_made_up=True), Municipality("Nordby Kommune")


@pytest.mark.parametrize(
    ("municipality", "words"),
    [
        (OWN, "Nordby Kommune"),
        (DEMO, "Eksempelby – opdigtede tal"),
        (Municipality("", is_made_up=True), "Opdigtede tal"),
        (Municipality(), ""),
    ],
)
def test_made_up_figures_are_told_also_without_a_name(municipality: Municipality, words: str) -> None:
    assert municipality.words == words


def test_the_foot_of_a_paper_has_what_there_is_of_name_mark_and_stamp() -> None:
    bare = Report("t", "s", "a", "2026-08", "Pr. august")
    named = Report("t", "s", "a", "2026-08", "Pr. august", mark="Kun til intern brug", whose="Nordby")
    assert bare.foot == "Pr. august"
    assert named.foot == "Nordby · Kun til intern brug · Pr. august"


@pytest.mark.parametrize("municipality", [DEMO, OWN, Municipality(), Municipality('Nord"by \\ Ærø & Omegn')])
def test_a_file_holds_what_was_written(tmp_path: Path, municipality: Municipality) -> None:
    path = tmp_path / "beside" / "store.kommune.toml"
    assert read_municipality(path) == Municipality()
    write_municipality(path, municipality)
    assert read_municipality(path) == municipality


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("navn = Nordby", "to linjer"),
        ("opdigtet = true", "navn mangler"),
        ("navn = 7", "navn mangler eller er ikke en tekst"),
        ('navn = "Nordby"\nopdigtet = "ja"', "true eller false"),
        ('navn = "Nordby"\nby = "x"', "»by« kendes ikke"),
        (f'navn = "{"N" * (LONGEST_NAME + 1)}"', f"højst {LONGEST_NAME} tegn"),
        ('navn = "=Nordby"', "formel"),
        ('navn = "Nord\\u0007by"', "ikke kan vises"),
        (f'navn = "{cpr_number()}"', "ligner et CPR-nummer"),
        ("a = " + "[" * 5000, "to linjer"),
    ],
)
def test_a_file_at_fault_is_told_in_danish_and_never_repeats_a_number(content: str, told: str) -> None:
    with pytest.raises(UserFault, match=told) as caught:
        parse_municipality(content.encode())
    assert cpr_number() not in str(caught.value)


def test_a_file_in_another_encoding_is_told() -> None:
    with pytest.raises(UserFault, match="UTF-8"):
        parse_municipality('navn = "Ærø"'.encode("cp1252"))


def test_every_fault_of_a_file_is_told_at_once() -> None:
    with pytest.raises(UserFault) as caught:
        parse_municipality(b'navn = "=x"\nopdigtet = 3\nx = 1')
    assert len(str(caught.value).splitlines()) == 3


def test_a_name_from_a_field_is_tidied_and_may_be_empty() -> None:
    assert checked_municipality("  Nordby   Kommune ", is_made_up=False) == OWN
    assert checked_municipality(" ", is_made_up=False) == Municipality()
    with pytest.raises(UserFault, match="ikke gemt"):
        checked_municipality(cpr_number(), is_made_up=False)


def test_the_file_among_extracts_is_known_by_its_name_alone() -> None:
    assert is_municipality_file("/x/Kommune.TOML")
    assert not is_municipality_file("/x/cockpit.kommune.toml"), "that one belongs to a store"


def test_without_a_file_a_load_keeps_a_name_but_a_made_up_municipalitys() -> None:
    assert after_load(OWN, None) == OWN
    assert after_load(OWN, DEMO) == DEMO
    assert after_load(DEMO, None) == Municipality("", is_made_up=True)
    assert after_load(DEMO, OWN) == OWN
    assert load_notes(OWN, OWN, None) == ()
    (told,) = load_notes(DEMO, after_load(DEMO, None), None)
    assert "Navnet Eksempelby tages af" in told
    assert "»Opdigtede tal«" in told
    assert load_notes(OWN, DEMO, DEMO) == ("Kommune: Eksempelby – opdigtede tal.",)
