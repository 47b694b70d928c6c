"""Levers as texts: what is shown can be written back unchanged, in Danish."""

import pytest

from cockpit.domain.findings import UserFault
from cockpit.domain.levers import KINDS
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Scenario
from cockpit.domain.scenario_document import scenario_from
from cockpit.services import scenario as scenarios
from cockpit.services.scenario_form import first_of_kind, is_share, lever_document, texts_of

PLACEMENTS = {"residential_home": 40.0, "institution": 12.0, "foster_care": 100.0}


def _read(document: dict, reference: Reference) -> Scenario:
    return scenario_from({"name": "a", "start": "2027-01", "levers": [document]}, reference)


def test_every_preset_survives_being_shown_and_written_back(reference: Reference) -> None:
    """Texts of every lever of every preset, read again, give the same lever to the last digit."""
    for preset in scenarios.presets(reference):
        for lever in preset.levers:
            (back,) = _read(lever_document(lever.KIND, texts_of(lever, reference)), reference).levers
            assert back == lever


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_new_lever_of_every_kind_changes_nothing_yet(kind: str, reference: Reference) -> None:
    """It is valid with a source, and its value is nought until somebody writes one."""
    texts = {**first_of_kind(kind, PLACEMENTS, reference, 2027), "source": "prøve"}
    (lever,) = _read(lever_document(kind, texts), reference).levers
    assert kind == lever.KIND
    assert lever.value == (1.0 if kind in ("amount", "bring_home") else 0.0)
    assert getattr(lever, "places", 0) == 0


def test_shares_are_per_cent_and_kroner_have_danish_points(reference: Reference) -> None:
    """`7 %` is 0,07, `150.000` is a hundred and fifty thousand, and an amount per year keeps its sign."""
    assert is_share("shorten", "low")
    assert not is_share("programme", "low")
    shorten = lever_document("shorten", {"type": "Døgninstitution", "share": "7 %", "low": "2,5", "source": "a"})
    assert (shorten["share"], shorten["low"]) == pytest.approx((0.07, 0.025))
    assert lever_document("programme", {"cost_per_case": "150.000", "source": "a"})["cost_per_case"] == 150_000
    amount = lever_document("amount", {"per_year": "2027: −2.000.000; 2028: 500", "source": "a"})
    assert amount["per_year"] == {"2027": -2_000_000.0, "2028": 500.0}


def test_what_is_no_number_or_looks_like_a_person_is_told() -> None:
    """The text is named; a CPR number is not repeated."""
    with pytest.raises(UserFault, match="»mange«"):
        lever_document("avert", {"children_per_month": "mange"})
    with pytest.raises(UserFault, match="2027: -2"):
        lever_document("amount", {"per_year": "2027"})
    number = "0101" + "01" + "-" + "1234"
    with pytest.raises(UserFault) as fault:
        lever_document("avert", {"source": number})
    assert number not in str(fault.value)
