"""The kind of a file is found from its columns, and a profile says what a source system calls them."""

from pathlib import Path

import pandas as pd
import pytest

from cockpit.domain.findings import UserFault
from cockpit.intake import Profile, Upload, choices, kinds, mapped_profile, preview_columns, read_profiles, save_profile
from tests.intake.files import (
    BUDGET,
    INTERVENTIONS,
    POPULATION,
    POSTINGS,
    ROOT,
    errors,
    frame,
    profiles,
    read,
    told,
    workbook,
)
from tests.personal import cpr_number

DUBU = f"""\
Sag rækkeID;Barn CPR;Ydelsestype;Lovhjemmel;Funktion;Leverandør;Ydelse startdato;Ydelse slutdato;Takst;Takst enhed
4711;{cpr_number()};Plejefamilie;BL § 43;5.28.22;Birkely;01-01-2025;;1.400,50;Pr. døgn
"""
EPISODES = "CHILD,DECOM,RNE,PLACE,DEC,LA,YEAR\n398768,2024-04-09,S,U4,2024-10-31,Hillingdon,2025\n"
HEADER = "CHILD,SEX,DOB,LA,YEAR\n398768,2,2012-12-17,Hillingdon,2025\n"
OWN = """\
Bevilling;Barnets nr.;Hvad;Begyndt;Afregnes pr.;Kroner
7;B1;Plejefamilie;01-01-2025;døgn;1.400,50
"""

FOUND = {
    "indsatser": (INTERVENTIONS, "indsatser", "standard"),
    "posteringer": (POSTINGS, "posteringer", "standard"),
    "budget": (BUDGET, "budget", "standard"),
    "folketal": (POPULATION, "folketal", "standard"),
    "other names of the standard": (
        "Regnskabsperiode,Kontostreng,Beløb i kr.\n2025-01,528231001,5\n", "posteringer", "standard"),
    "other order, case and æøå": ("BELOEB;KONTO;Periode\n1,00;528231001;2025-01\n", "posteringer", "standard"),
    "dubu": (DUBU, "indsatser", "dubu"),
    "a standard file that lacks a column stays standard": (
        INTERVENTIONS.replace(";type;", ";x;"), "indsatser", "standard"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "profile"), FOUND.values(), ids=FOUND)
def test_kind_and_profile_are_found_from_the_columns(text: str, kind: str, profile: str) -> None:
    (report,) = read(text).files
    assert (report.kind, report.profile) == (kind, profile)


def test_a_file_name_says_nothing_about_the_kind() -> None:
    (report,) = read(Upload("budget-2025.txt", POSTINGS.encode())).files
    assert report.kind == "posteringer"


def test_columns_that_fit_no_kind_are_told_with_what_was_found() -> None:
    (finding,) = errors(read("navn;farve;størrelse\nA;rød;3\n"))
    assert "navn, farve, størrelse" in finding.message
    assert "kolonneprofil" in finding.message


def test_a_dubu_extract_reads_as_spells() -> None:
    (row,) = frame(DUBU).to_dict("records")
    assert (row["spell_id"], row["type_key"], row["function"], row["unit"]) == ("4711", "foster_care", "5.28.22", "day")
    assert (row["rate"], row["start"]) == (1400.5, pd.Timestamp("2025-01-01"))
    assert row["birth_month"] == pd.Timestamp("2012-02-01")


def test_a_yearly_return_reads_as_placements_without_prices() -> None:
    intake = read(HEADER, EPISODES)
    assert [(report.kind, report.profile) for report in intake.files] == [
        ("stamdata", "ssda903"),
        ("indsatser", "ssda903"),
    ]
    (row,) = intake.tables["interventions"][0].frame.to_dict("records")
    assert (row["type_key"], row["start"], row["stop"]) == (
        "foster_care",
        pd.Timestamp("2024-04-09"),
        pd.Timestamp("2024-10-31"),
    )
    assert pd.isna(row["rate"])
    assert row["birth_month"] == pd.Timestamp("2012-12-01")


@pytest.mark.parametrize("alone", [HEADER, EPISODES], ids=["header", "episodes"])
def test_half_a_yearly_return_is_an_error(alone: str) -> None:
    assert "Vælg header og episodes sammen" in errors(read(alone))[0].message


def test_an_unknown_profile_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserFault, match=r"findes ikke. Vælg mellem: dubu, ssda903, standard"):
        read(POSTINGS, profile="kmd")


def test_a_chosen_profile_still_reads_the_kinds_it_does_not_describe_by_the_standard() -> None:
    assert read(POSTINGS, profile="dubu").files[0].profile == "standard"


# --- preview and own profiles -----------------------------------------------------------------------------------


def test_a_preview_shows_header_fields_and_samples() -> None:
    preview = preview_columns(Upload("x.csv", f"Udtræk\n{POSTINGS}".encode()), profiles())
    assert (preview.kind, preview.profile, preview.header_row, preview.missing) == ("posteringer", "standard", 2, ())
    assert preview.header == ("periode", "konto", "beloeb", "tekst")
    assert preview.mapping["beloeb"] == "beloeb"
    assert preview.columns[2].samples == ("112.000,00", "-1.000,50", "42.000,00")


def test_a_preview_of_unknown_columns_says_what_is_missing() -> None:
    preview = preview_columns(Upload("x.csv", OWN.encode()), profiles())
    assert preview.kind is None
    assert preview.header[0] == "Bevilling"
    half = preview_columns(Upload("x.csv", b"periode;konto;kroner\n2025-01;5.28.22;5\n"), profiles())
    assert (half.kind, half.missing) == ("posteringer", (("beloeb",),))
    assert half.mapping == {"periode": "periode", "konto": "konto"}


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"hej"])
def test_a_preview_of_what_is_no_table_says_why(content: bytes) -> None:
    preview = preview_columns(Upload("x.csv", content), profiles())
    assert preview.fault
    assert preview.columns == ()


def test_a_preview_hides_cpr_numbers() -> None:
    cells = [["cpr", f"bem. {cpr_number()}", "konto"], [102124000, f"mor {cpr_number(' ')}", 528231001]]
    for content in (DUBU.encode(), workbook(cells)):
        preview = preview_columns(Upload(f"barn {cpr_number('')}.csv", content), profiles())
        assert "4000" not in repr(preview)
    assert preview.columns[2].samples == ("528231001",)


def test_the_fields_to_choose_from_say_which_are_required() -> None:
    assert kinds() == ("indsatser", "posteringer", "budget", "folketal", "stamdata")
    required = {choice.name: choice.group for choice in choices("posteringer") if choice.group}
    assert required == {
        "periode": ("periode", "bogfoert"),
        "bogfoert": ("periode", "bogfoert"),
        "konto": ("konto",),
        "beloeb": ("beloeb",),
    }


POINTED_OUT = {
    "indsats_id": "Bevilling", "borger_id": "Barnets nr.", "type": "Hvad", "startdato": "Begyndt",
    "enhed": "Afregnes pr.", "takst": "Kroner",
}  # fmt: skip


def test_columns_pointed_out_once_are_saved_and_found_by_themselves_next_month(tmp_path: Path) -> None:
    assert not read(OWN).ok
    save_profile(tmp_path, mapped_profile("Vores system", "indsatser", POINTED_OUT))
    known = read_profiles([ROOT / "data" / "profiles", tmp_path])
    intake = read(OWN, profiles=known)
    assert told(intake) == []
    assert intake.files[0].profile == "Vores system"
    assert intake.tables["interventions"][0].frame["rate"].tolist() == [1400.5]


def test_a_column_pointed_out_wins_over_one_that_bears_the_fields_name() -> None:
    text = "periode;konto;beloeb;netto\n2025-01;5.28.22;100,00;80,00\n"
    own = mapped_profile("netto", "posteringer", {"periode": "periode", "konto": "konto", "beloeb": "netto"})
    assert frame(text, profiles={**profiles(), "netto": own}, profile="netto")["amount"].tolist() == [80.0]
    assert frame(text, profiles={**profiles(), "netto": own})["amount"].tolist() == [80.0]
    assert frame(text)["amount"].tolist() == [100.0]


FAULTY = {
    "required field without a column": ({"periode": "a", "konto": "b"}, "beloeb mangler"),
    "two fields of one column": ({"periode": "a", "konto": "b", "beloeb": "b"}, "både konto og beloeb"),
}


@pytest.mark.parametrize(("columns", "said"), FAULTY.values(), ids=FAULTY)
def test_columns_that_make_no_profile_are_refused(columns: dict[str, str], said: str) -> None:
    with pytest.raises(UserFault, match=said):
        mapped_profile("x", "posteringer", columns)


def test_a_profile_reads_back_as_it_was_written(tmp_path: Path) -> None:
    ours = Profile(
        name='Ærø "nord"',
        title="Sagsystem\\2025\n",
        columns={"posteringer": {"beloeb": ("Kr. »netto«", 'a"b')}},
        values={"enhed": {"day": ("pr. nat",)}},
        defaults={"enhed": "day"},
        optional=frozenset({"takst", "enhed"}),
        end_exclusive=True,
    )
    path = save_profile(tmp_path, ours)
    assert path.parent == tmp_path
    again = read_profiles([ROOT / "data" / "profiles", tmp_path])['Ærø "nord"']
    assert (again.columns, again.defaults, again.optional) == (ours.columns, ours.defaults, ours.optional)
    assert (again.title, again.end_exclusive) == (ours.title, True)
    assert again.key_of("enhed", "Pr. nat") == "day"
    assert again.key_of("enhed", "måned") == "month", "the standard's spellings still hold"


@pytest.mark.parametrize("name", ["standard", "", "../../x", "///"])
def test_a_profile_stays_in_its_folder_and_never_replaces_the_standard(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "profiles"
    try:
        path = save_profile(folder, Profile(name, name))
    except UserFault:
        return
    assert path.parent == folder


BAD_PROFILES = {
    "no TOML": "name = ",
    "unknown word": 'name = "x"\ncolums = 1',
    "unknown kind": 'name = "x"\n[columns.ledger]\nkonto = ["a"]',
    "unknown field": 'name = "x"\n[columns.budget]\nbelob = ["a"]',
    "no list": 'name = "x"\n[columns.budget]\nkonto = "a"',
    "columns as a word": 'name = "x"\ncolumns = "konto"',
    "values as a word": 'name = "x"\nvalues = "konto"',
    "spellings as a word": 'name = "x"\n[values]\nenhed = "dag"',
    "kind as a word": 'name = "x"\n[columns]\nbudget = "konto"',
    "defaults as a word": 'name = "x"\ndefaults = "dag"',
    "optional as a word": 'name = "x"\noptional = "takst"',
    "a flag that is no flag": 'name = "x"\nend_exclusive = "ja"',
}


@pytest.mark.parametrize("text", BAD_PROFILES.values(), ids=BAD_PROFILES)
def test_a_faulty_profile_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "vores.toml").write_text(text, encoding="utf-8")
    with pytest.raises(UserFault, match=r"vores\.toml"):
        read_profiles([ROOT / "data" / "profiles", tmp_path])


def test_every_column_is_documented() -> None:
    text = (ROOT / "docs" / "input.md").read_text(encoding="utf-8")
    for kind in kinds():
        (line,) = (line for line in text.splitlines() if line.startswith(f"| {kind}"))
        for choice in choices(kind):
            assert f"`{choice.name}{'*' if choice.group else ''}`" in line, f"{kind}: {choice.name}"
