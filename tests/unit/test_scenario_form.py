"""Levers as texts: what is shown can be written back unchanged, in Danish."""

from dataclasses import replace

import pytest

from cockpit.domain.findings import UserFault
from cockpit.domain.levers import KINDS, Amount, Avert, Lever, Shorten
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Scenario
from cockpit.domain.scenario_document import scenario_from
from cockpit.services import scenario as scenarios
from cockpit.services.scenario.form import edited_document, first_of_kind, is_share, texts_of, written_document
from tests.personal import cpr_number

PLACEMENTS = {"residential_home": 40.0, "institution": 12.0, "foster_care": 100.0}


def _read(document: dict, reference: Reference) -> Scenario:
    return scenario_from({"name": "a", "start": "2027-01", "levers": [document]}, reference)


def test_every_preset_survives_being_shown_and_written_back(reference: Reference) -> None:
    """Texts of every lever of every preset, read again, give the same lever to the last digit."""
    for preset in scenarios.presets(reference):
        for lever in preset.levers:
            (back,) = _read(written_document(lever.KIND, texts_of(lever, reference)), reference).levers
            assert back == lever


THIRDS = (
    Avert(type="foster_care", children_per_month=10 / 12, low=1 / 3, high=1.0, ramp_months=12, source="prøve"),
    Shorten(type="foster_care", share=1 / 3, source="prøve"),
    Amount(per_year=((2027, -1e6 / 3), (2028, 2e6 / 3)), realised=2 / 3, source="prøve"),
)


@pytest.mark.parametrize("lever", THIRDS)
def test_being_shown_changes_no_digit(lever: Lever, reference: Reference) -> None:
    """Ten children a year are 10/12 a month, also where the page writes 0,833; only what is written anew is read."""
    shown = texts_of(lever, reference)
    (back,) = _read(edited_document(lever, shown, reference), reference).levers
    assert back == lever
    (back,) = _read(edited_document(lever, {**shown, "lag_months": "4"}, reference), reference).levers
    assert back == replace(lever, lag_months=4)


def test_a_field_that_is_emptied_takes_its_default(reference: Reference) -> None:
    lever = THIRDS[0]
    document = edited_document(lever, {**texts_of(lever, reference), "low": "", "children_per_month": "0,5"}, reference)
    (back,) = _read(document, reference).levers
    assert back == replace(lever, low=None, children_per_month=0.5)


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_new_lever_of_every_kind_changes_nothing_yet(kind: str, reference: Reference) -> None:
    """It is valid with a source, and its value is nought until somebody writes one."""
    texts = {**first_of_kind(kind, PLACEMENTS, reference, 2027), "source": "prøve"}
    (lever,) = _read(written_document(kind, texts), reference).levers
    assert kind == lever.KIND
    assert lever.value == (1.0 if kind in ("amount", "bring_home") else 0.0)
    assert getattr(lever, "places", 0) == 0


def test_shares_are_per_cent_and_kroner_have_danish_points(reference: Reference) -> None:
    """`7 %` is 0,07, `150.000` is a hundred and fifty thousand, and an amount per year keeps its sign."""
    assert is_share("shorten", "low")
    assert not is_share("programme", "low")
    shorten = written_document("shorten", {"type": "Døgninstitution", "share": "7 %", "low": "2,5", "source": "a"})
    assert (shorten["share"], shorten["low"]) == pytest.approx((0.07, 0.025))
    assert written_document("programme", {"cost_per_case": "150.000", "source": "a"})["cost_per_case"] == 150_000
    amount = written_document("amount", {"per_year": "2027: −2.000.000; 2028: 500", "source": "a"})
    assert amount["per_year"] == {"2027": -2_000_000.0, "2028": 500.0}


def test_what_is_no_number_or_looks_like_a_person_is_told() -> None:
    """The text is named; a CPR number is not repeated."""
    with pytest.raises(UserFault, match="»mange«"):
        written_document("avert", {"children_per_month": "mange"})
    with pytest.raises(UserFault, match="2027: -2"):
        written_document("amount", {"per_year": "2027"})
    number = cpr_number()
    with pytest.raises(UserFault) as fault:
        written_document("avert", {"source": number})
    assert number not in str(fault.value)
