"""Look-ups in the reference tables: words, paragraphs and accounts as extracts write them."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.reference import UNALLOCATED, Reference, paragraph_keys, spelling
from cockpit.intake.reference_files import read_reference

OLD_LAW, NEW_LAW = pd.Timestamp("2023-12-31"), pd.Timestamp("2024-01-01")
PLACEMENTS = (
    "network_care", "foster_care", "own_room", "boarding_school", "residential_home", "institution", "secure",
)  # fmt: skip


@pytest.fixture(scope="module")
def reference(reference_folder) -> Reference:
    """The tables that the product ships."""
    return read_reference(reference_folder)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("foster_care", "foster_care"),
        ("Plejefamilie", "foster_care"),
        ("plejefamilie ", "foster_care"),
        ("kontaktperson", "contact_person"),
        ("Opholdssted", "residential_home"),
        ("anbringelse på opholdssted", "residential_home"),
        ("Anbringelse paa Opholdssted", "residential_home"),
        ("døgninstitution", "institution"),
        ("DOEGNINSTITUTION", "institution"),
        ("dogninstitution", "institution"),
        ("Døgn-institution", "institution"),
        ("anbringelse pa\u030a opholdssted", "residential_home"),
        ("netværksplejefamilie", "network_care"),
        ("Netvaerksplejefamilie", "network_care"),
        ("støtte i hjemmet", "home_support"),
        ("praktisk pædagogisk støtte", "home_support"),
        ("efterskole", "boarding_school"),
        ("Kost-/efterskole", "boarding_school"),
        ("støtteophold på institution", "respite_institution"),
        ("støtteophold i familie", "respite_family"),
        ("MST", "intensive_home"),
        ("Eget-værelse", "own_room"),
        ("personlig assistance", None),
        ("", None),
    ],
)
def test_a_type_is_known_by_its_words(text, key, reference):
    """Case, spaces, hyphens and the spelling of æøå do not matter; unknown words mean nothing."""
    assert reference.type_from_text(text) == key


def test_every_type_is_known_by_its_key_and_name(reference):
    """What the tables print, the tables understand."""
    for key, type_ in reference.types.items():
        assert reference.type_from_text(key) == key
        assert reference.type_from_text(type_.name) == key


@given(st.text(alphabet="abdegiklnoprstvæøå"))
def test_case_and_what_stands_between_letters_never_matter(text):
    """Capitals, spaces, hyphens and points change nothing."""
    assert spelling(text.upper()) == spelling(" - ".join(text)) == spelling(f"{text}.") == spelling(text)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("§ 52, stk. 3, nr. 6", ["52.3.6"]),
        ("SEL § 52.3.6", ["52.3.6"]),
        ("52.3.6", ["52.3.6"]),
        ("§52 stk.3 nr.6", ["52.3.6"]),
        ("BL §43", ["43"]),
        ("§ 32, nr. 3", ["32.1.3"]),
        ("§ 66, stk. 1, nr. 4, litra a", ["66.1.4"]),
        ("§ 76 a, stk. 1", ["76a.1"]),
        ("§ 52.3.7, jf. § 66.1.6", ["52.3.7", "66.1.6"]),
        ("Lov nr. 721 § 11", ["11"]),
        ("forebyggelse", []),
        ("", []),
    ],
)
def test_a_paragraph_is_read_however_it_is_written(text, keys):
    """Stykke and nummer may be words or points."""
    assert paragraph_keys(text) == keys


@pytest.mark.parametrize(
    ("text", "day", "types"),
    [
        ("§ 11", OLD_LAW, ("early_support",)),
        ("§ 30", NEW_LAW, ("early_support",)),
        ("§ 52, stk. 3, nr. 6", OLD_LAW, ("contact_person",)),
        ("Barnets Lov § 32, stk. 1, nr. 3", NEW_LAW, ("contact_person",)),
        ("§ 32.1.2", NEW_LAW, ("home_support",)),
        ("§ 52.3.3", OLD_LAW, ("family_treatment", "intensive_home", "day_treatment")),
        ("§ 32.1.5", NEW_LAW, ("family_treatment", "intensive_home", "day_treatment")),
        ("§ 52.3.5", OLD_LAW, ("respite_family", "respite_institution")),
        ("§ 66.1.1", OLD_LAW, ("foster_care",)),
        ("§ 66.1.4", OLD_LAW, ("network_care",)),
        ("§ 66.1.7", OLD_LAW, ("institution", "secure")),
        ("§ 66", OLD_LAW, PLACEMENTS),
        ("BL §43", NEW_LAW, PLACEMENTS),
        ("§ 52.3.7, jf. § 66.1.6", OLD_LAW, ("residential_home",)),
        ("§ 11 og § 52.3.6", OLD_LAW, ("early_support", "contact_person")),
        ("§ 11, stk. 3", OLD_LAW, ("early_support",)),
        ("§ 999", OLD_LAW, ()),
        ("§ 1", OLD_LAW, ()),
        ("uden hjemmel", NEW_LAW, ()),
    ],
)
def test_a_paragraph_means_every_type_it_allows(text, day, types, reference):
    """One type where the law is that clear, several where it is not, none where it is unknown."""
    assert reference.types_from_law(text, day) == types


def test_a_grant_keeps_the_paragraph_it_was_granted_under(reference):
    """The other law's paragraph is understood on both sides of New Year 2024."""
    assert reference.types_from_law("§ 52.3.6", NEW_LAW) == ("contact_person",)
    assert reference.types_from_law("§ 32.1.3", OLD_LAW) == ("contact_person",)


def test_a_named_law_is_not_looked_up_in_another(reference):
    """Serviceloven has no § 43 of ours, and Barnets Lov no § 66."""
    assert reference.types_from_law("SEL § 43", NEW_LAW) == ()
    assert reference.types_from_law("BL § 66.1.6", OLD_LAW) == ()


@pytest.mark.parametrize(
    ("account", "key"),
    [
        ("528201003", "residential_home"),
        ("5.28.20.1.004", "boarding_school"),
        ("528201005", "own_room"),
        ("528211007", "contact_person"),
        ("528211017", "early_support"),
        ("528221005", "network_care"),
        ("528231002", "institution"),
        ("528231077", "institution"),
        ("5.28.24", "secure"),
        ("528211003", None),
        ("528211005", None),
        ("528211010", None),
        ("5.28.21", None),
        ("5.28.22", None),
        ("528251999", None),
        ("528232001", None),
        ("5.22.07", None),
        ("3.22.08", None),
        ("4.62.81", None),
    ],
)
def test_an_account_has_a_type_only_where_it_has_exactly_one(account, key, reference):
    """Refunds, groupings that several types share and functions of many types have none."""
    assert reference.type_from_account(account, OLD_LAW) == key
    assert reference.type_from_account(account, NEW_LAW) == key


def test_the_groupings_after_the_reform_are_marked_as_estimates(reference):
    """The mapping to 2023 is published, from 2024 it is an estimate."""
    groupings = reference.accounts.dropna(subset="grouping")
    assert set(groupings.loc[groupings["valid_to"].notna(), "mark"]) == {"V"}
    assert set(groupings.loc[groupings["valid_from"].notna(), "mark"]) == {"U"}


def test_an_account_is_called_what_it_was_called_then(reference):
    """5.28.21 got its new name with Barnets Lov."""
    assert reference.account_name("5.28.21", OLD_LAW) == "Forebyggende foranstaltninger for børn og unge"
    assert reference.account_name("5.28.21", NEW_LAW).startswith("Rådgivning samt forebyggende indsatser")
    assert reference.account_name("5.28.22", OLD_LAW) == reference.account_name("5.28.22", NEW_LAW) == "Plejefamilier"
    with pytest.raises(KeyError):
        reference.account_name("9.99.99", NEW_LAW)


def test_labels_are_what_a_reader_sees(reference):
    """Each level of the prognosis names its keys in Danish."""
    assert reference.label("total", "total") == "I alt"
    assert reference.label("step", "5") == "Trin 5: Plejefamilie"
    assert reference.label("type", "residential_home") == "Opholdssted"
    assert reference.label("account", "5.28.23") == "5.28.23 Døgninstitutioner for børn og unge"
    assert "Rådgivning" in reference.label("account", "5.28.21")
    assert "Rådgivning" not in reference.label("account", "5.28.21", OLD_LAW)


def test_an_account_has_its_name_until_midnight_of_its_last_day(reference: Reference) -> None:
    """A December is read to the end of its last day, the last before the tables of the new law."""
    last_moment = pd.Period("2023-12", "M").end_time
    assert reference.label("account", "3.22.08", last_moment).startswith("3.22.08 Kommunale specialskoler")
    assert "Rådgivning" not in reference.label("account", "5.28.21", last_moment)
    assert {reference.label(level, UNALLOCATED) for level in ("step", "type", "account")} == {"Uden type"}
    for level, key in (("type", "no_such_type"), ("account", "9.99.99"), ("provider", "A")):
        with pytest.raises(KeyError):
            reference.label(level, key)


def test_every_type_has_a_step_a_function_and_a_label(reference):
    """The ladder and the accounts hold every type, and the placements stand on steps 4 to 6."""
    for key, type_ in reference.types.items():
        assert type_.step in reference.steps
        assert type_.function in reference.functions
        assert reference.label("type", key) == type_.name
    assert {reference.step_of(key) for key in PLACEMENTS} == {4, 5, 6}


def test_a_price_in_the_wrong_unit_lies_outside_the_credible_range(reference):
    """The middle of each range read as a day's price, or as a year's, falls outside it."""
    for type_ in reference.types.values():
        middle = (type_.rate_low * type_.rate_high) ** 0.5
        assert not type_.rate_low <= middle / 30 <= type_.rate_high, type_.key
        assert not type_.rate_low <= middle * 12 <= type_.rate_high, type_.key


@pytest.mark.parametrize(
    ("code", "key"),
    [("U1", "network_care"), ("u4 ", "foster_care"), ("K1", "secure"), ("K2", "institution"), ("H5", "own_room"),
     ("S1", "boarding_school"), ("P1", "other_placement"), ("XX", None)],
)  # fmt: skip
def test_an_english_place_has_its_danish_counterpart(code, key, reference):
    """The PLACE codes of the English return mean types of the ladder."""
    assert reference.place_type(code) == key


def test_every_place_code_of_the_english_return_is_known(reference):
    """The codes of the current guide each have a type; foster care with relatives is network care."""
    foster, homes = ["U1", "U2", "U3", "U4", "U5", "U6"], ["K1", "K2", "K3", "H5", "R1", "R2", "R3", "R5", "S1"]
    others = ["P1", "P2", "P3", "A3", "A4", "A5", "A6", "T0", "T1", "T2", "T3", "T4", "Z1"]
    types = {code: reference.place_type(code) for code in foster + homes + others}
    assert set(types.values()) <= set(reference.types)
    assert {code for code, key in types.items() if key == "network_care"} == {"U1", "U2", "U3"}


def test_the_index_goes_both_ways(reference):
    """What a krone becomes forwards it loses backwards, and a year by itself changes nothing."""
    assert reference.index_between(2020, 2026) * reference.index_between(2026, 2020) == pytest.approx(1)
    assert reference.index_between(2024, 2024) == 1
    assert reference.index_between(2024, 2025) == reference.index_by_year[2025]
