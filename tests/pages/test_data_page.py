"""The page where months are loaded: trial, findings, load, undo, mapping of columns, and an empty store."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cockpit.domain.findings import Finding
from cockpit.intake.preview import ColumnPreview, PreviewColumn
from cockpit.services.mapping import choices, kinds
from cockpit.ui import findings, history, mapping
from tests.pages import extracts
from tests.pages.demo_store import Home
from tests.pages.test_overview_and_prognosis import text_of
from tests.personal import cpr_number

OpenPage = Callable[..., AppTest]


def upload(app: AppTest, name: str, text: str) -> AppTest:
    """Choose one file on the import page."""
    return app.file_uploader[0].set_value((name, text.encode(), "text/csv")).run()


def press(app: AppTest, key: str) -> AppTest:
    """Press the button of a key."""
    return app.button(key=key).click().run()


@pytest.mark.parametrize("page", ["overblik", "prognose"])
def test_an_empty_store_offers_two_ways_on(empty_home: Home, open_page: OpenPage, page: str) -> None:
    """A newcomer is led on, whichever page is opened first."""
    app = open_page(empty_home, page)
    assert not app.exception
    assert [button.label for button in app.button] == ["Prøv med Eksempelby", "Indlæs jeres egne udtræk"]


def test_a_store_that_is_none_of_ours_is_told_calmly(empty_home: Home, open_page: OpenPage) -> None:
    """It may have been put in place while the app runs: no bug, but a sentence with the next step."""
    (empty_home.folder / "store.duckdb").write_bytes(b"something else entirely")
    app = open_page(empty_home, "overblik", tools=True)
    assert not app.exception
    assert "gendan lageret fra en sikkerhedskopi" in app.error[0].value
    guide = open_page(empty_home, "hjaelp", tools=True)
    assert not guide.exception
    assert not guide.error
    assert "Når noget ikke virker" in guide.markdown[0].value, "the guide says what to do, so it opens without data too"


def test_a_trial_tells_every_fault_and_stores_nothing(empty_home: Home, open_page: OpenPage) -> None:
    """Row, column, value and remedy of each fault; the store stays empty, also when loading is tried."""
    app = upload(open_page(empty_home, "data"), "januar.csv", extracts.FAULTY)
    for button in ("afprøv", "indlæs"):
        app = press(app, button)
        text = text_of(app)
        assert "Intet er gemt: 1 fil har 2 fejl" in text.replace("\u00a0", " ")
        assert "999999999" in text
        assert "mange penge" in text
        assert "konto" in text
        assert "Ret kontoen" in text
    assert empty_home.workspace().is_empty()


def test_a_good_file_is_tried_then_loaded_then_taken_back(empty_home: Home, open_page: OpenPage) -> None:
    """A trial stores nothing; a load stores the rows it counts; history shows them."""
    app = press(upload(open_page(empty_home, "data"), "februar.csv", extracts.POSTINGS), "afprøv")
    assert "Afprøvet uden at gemme" in text_of(app)
    assert empty_home.workspace().is_empty()
    app = press(app, "indlæs")
    assert "3 rækker gemt" in text_of(app).replace("\u00a0", " ")
    assert "Der er data til og med februar 2026" in text_of(app).replace("\u00a0", " ")
    batches = empty_home.workspace().batches()
    assert batches[["file_name", "rows_stored"]].values.tolist() == [["februar.csv", 3]]
    again = press(app, "indlæs")
    assert "Intet er ændret" in text_of(again)
    shown = text_of(open_page(empty_home, "data", afsnit="indlaesninger"))
    assert "februar.csv" in shown
    assert "feb. 2026" in shown.replace("\u00a0", " ")


def test_interventions_with_new_ids_are_loaded_once_somebody_has_said_so(
    empty_home: Home, open_page: OpenPage
) -> None:
    """The question comes with the error, above the buttons, and not on other files than those it is about."""
    app = press(upload(open_page(empty_home, "data"), "indsatser.csv", extracts.SPELLS), "indlæs")
    assert not app.checkbox
    app = press(upload(app, "nye.csv", extracts.NEW_IDS), "indlæs")
    assert "5 af de 5 indsatser" in text_of(app)
    app = press(app.checkbox(key="nye_numre").check().run(), "indlæs")
    assert not app.checkbox
    assert "5 rækker gemt" in text_of(app).replace("\u00a0", " ")
    assert len(empty_home.workspace().batches()) == 2


def test_a_month_that_is_no_month_is_a_calm_sentence(empty_home: Home, open_page: OpenPage) -> None:
    """The user's slip is told with the remedy, and it is no program error."""
    app = upload(open_page(empty_home, "data"), "februar.csv", extracts.POSTINGS)
    app.text_input(key="opgørelsesmåned").set_value("februar")
    app = press(app, "afprøv")
    assert not app.exception
    assert "Skriv den som ÅÅÅÅ-MM" in app.error[0].value


def test_columns_are_pointed_out_saved_and_used(empty_home: Home, open_page: OpenPage) -> None:
    """A file with names of its own is refused, mapped, and then loaded by the saved profile."""
    app = upload(open_page(empty_home, "data"), "udtraek.csv", extracts.OWN_COLUMNS)
    app = app.selectbox(key="slags_udtraek.csv").set_value("posteringer").run()
    for field, heading in (("periode", "Bogføringsperiode"), ("konto", "Artskonto"), ("beloeb", "Udgift i kr.")):
        app.selectbox(key=f"felt_udtraek.csv_posteringer_{field}").set_value(heading)
    app.text_input(key="profilnavn").set_value("Vores økonomisystem")
    app = press(app, "gem_profil")
    assert not app.exception
    assert not app.error
    assert app.selectbox(key="profil").value == "Vores økonomisystem"
    app = press(app, "indlæs")
    assert "2 rækker gemt" in text_of(app).replace("\u00a0", " ")


def test_a_mapping_without_a_required_column_is_told(empty_home: Home, open_page: OpenPage) -> None:
    """Nothing is saved before the file could be read by it."""
    app = upload(open_page(empty_home, "data"), "udtraek.csv", extracts.OWN_COLUMNS)
    app.text_input(key="profilnavn").set_value("Halv")
    app = press(app, "gem_profil")
    assert "mangler" in app.error[0].value
    assert "Halv" not in empty_home.workspace().profiles


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("indlaesninger", "genskabt"),
        ("afstemning", "Alle læste rækker er enten gemt eller afvist med en grund."),
        ("forudsaetninger", "Refusion for særligt dyre enkeltsager"),
        ("forudsaetninger", "50\u00a0% af de unge, der fylder 18 år (30–\u206070)"),
        ("forudsaetninger", "8,5\u00a0% (2–\u206015)"),
        ("forudsaetninger", "8\u00a0% ændring 2020–24"),
    ],
)
def test_the_other_sections_show_what_the_data_rest_on(
    demo_home: Home, open_page: OpenPage, section: str, expected: str
) -> None:
    """History, reconciliation and assumptions with their sources."""
    app = open_page(demo_home, "data", afsnit=section)
    assert not app.exception
    assert expected in text_of(app)


def test_every_field_of_every_kind_has_a_danish_name() -> None:
    """No name of the contract is shown bare to somebody who points columns out."""
    assert set(mapping.KINDS) == set(kinds())
    assert {choice.name for kind in kinds() for choice in choices(kind)} == set(mapping.FIELDS)


def test_the_verdict_on_a_file_names_what_is_missing() -> None:
    """The sentence uses the names that the fields below have."""
    columns = (PreviewColumn("Konto", "konto", ("528231001",)),)
    missing = (("periode", "bogfoert"), ("beloeb",))
    found = ColumnPreview("a.csv", columns, 1, "posteringer", "standard", missing)
    assert mapping.verdict(found) == (
        "a.csv ligner posteringer, men mangler Periode eller Bogføringsdato og Beløb. Peg kolonnerne ud."
    )


def test_the_file_is_named_only_where_several_were_chosen(empty_home: Home, open_page: OpenPage) -> None:
    """On a phone a name that is the same in every row would push the remedy off the screen."""
    app = open_page(empty_home, "data")
    one = ("forkert.csv", extracts.FAULTY.encode(), "text/csv")
    other = ("februar.csv", extracts.POSTINGS.encode(), "text/csv")
    for chosen, is_named in (([one], False), ([one, other], True)):
        tried = press(app.file_uploader[0].set_value(chosen).run(), "afprøv")
        found = [element.body for element in tried.html if "twin stacked" in element.body]
        assert ('data-title="Fil"' in "".join(found)) == is_named


def test_many_findings_of_one_kind_stand_on_one_line_with_their_number() -> None:
    """Eighty control totals are one thing to look into: an example, how many; a few of a kind stand by themselves."""
    quarters = [f"Plejefamilie, {at}. kvartal 2025: bogført {at} kr." for at in range(1, 5)]
    totals = [("a.csv", Finding("warning", words)) for words in quarters]
    blanks = [("a.csv", Finding("error", "Feltet er tomt.", row, "konto")) for row in range(2, 12)]
    dates = [("a.csv", Finding("warning", "Den er passeret.", row, "slutdato", "01-01-2025")) for row in (3, 4)]
    shown = findings.folded([*totals, *dates, *blanks])
    assert shown[["alvor", "antal", "række", "besked"]].fillna("").values.tolist() == [
        ["fejl", 10, "2, 3, 4, 5, 6 ...", "Feltet er tomt."],
        ["advarsel", 4, "", "Fx plejefamilie, 1. kvartal 2025: bogført 1 kr."],
        ["advarsel", 1, "3", "Den er passeret."],
        ["advarsel", 1, "4", "Den er passeret."],
    ]


def test_the_page_folds_what_is_of_one_kind_and_keeps_each_behind_it(empty_home: Home, open_page: OpenPage) -> None:
    """Twelve blank accounts: one line with the number, and all twelve where somebody asks for them."""
    blank = "".join(f"2026-01;;{at},00\n" for at in range(1, 13))
    app = press(upload(open_page(empty_home, "data"), "januar.csv", f"periode;konto;beloeb\n{blank}"), "afprøv")
    assert not app.exception
    text = text_of(app)
    assert text.count("Feltet er tomt. Udfyld konto, eller slet rækken.") == 1 + 12
    assert "Vis alle 12 enkeltvis" in [expander.label.replace("\u00a0", " ") for expander in app.expander]


def test_the_municipalitys_name_is_written_here_and_stands_on_every_page(
    demo_home: Home, open_page: OpenPage, tmp_path: Path
) -> None:
    """Made-up figures are told until somebody says otherwise; a name at fault changes nothing, an empty one goes."""
    home = demo_home.copy_to(tmp_path / "home")

    def shown(app: AppTest) -> list[str]:
        assert not app.exception
        return [caption.value for caption in app.main.caption if caption.value.startswith(("Eksempelby", "Nord"))]

    def write(name: str) -> AppTest:
        app = open_page(home, "data", tools=True, afsnit="kommune")
        app.text_input[0].set_value(name)
        return press(app, "gem_kommune")

    assert shown(open_page(home, "data", tools=True)) == ["Eksempelby – opdigtede tal"]
    assert shown(write("Nordby *Kommune*")) == ["Nordby \\*Kommune\\* – opdigtede tal"]
    faulty = write(cpr_number())
    assert "ligner et CPR-nummer" in faulty.error[0].value
    assert home.workspace().municipality.name == "Nordby *Kommune*"
    app = open_page(home, "data", tools=True, afsnit="kommune")
    app.checkbox[0].uncheck()
    assert shown(press(app, "gem_kommune")) == ["Nordby \\*Kommune\\*"]
    assert shown(write("")) == []
    home.workspace().municipality_file.write_text("vrøvl", encoding="utf-8")
    broken = open_page(home, "data", tools=True, afsnit="kommune")
    assert "kan ikke bruges" in broken.error[0].value
    assert shown(write("Nordby")) == ["Nordby"], "what is written here takes its place"


def test_a_spreadsheet_cannot_run_a_finding_as_a_formula() -> None:
    """What stood in an extract is text in the file of findings; a negative number stays a number."""
    found = findings.frame([("a.csv", Finding("error", "Ret den.", 2, "konto", "=CMD()")),
                            ("a.csv", Finding("error", "Ret den.", 3, "beloeb", "-5"))])  # fmt: skip
    lines = findings.csv(found).decode("utf-8-sig").splitlines()
    assert lines[1:] == ["fejl;a.csv;2;konto;'=CMD();Ret den.", "fejl;a.csv;3;beloeb;-5;Ret den."]


def test_months_that_rest_on_the_same_are_drawn_together() -> None:
    """Eighty equal lines tell nothing more than one."""
    months = list(pd.period_range("2026-01", "2026-04", freq="M"))
    batches = pd.DataFrame({"kind": ["postings", "postings", "budget"],
                            "as_of": pd.PeriodIndex(["2026-03", "2026-04", "2026-01"], freq="M")})  # fmt: skip
    basis = history.basis_of_months(months, batches)
    assert basis["postings"].tolist() == ["egen indlæsning", "genskabt", "genskabt"]
    assert basis["budget"].tolist() == ["tidligere indlæsning", "tidligere indlæsning", "egen indlæsning"]
    spans = [text.replace("\u00a0", " ") for text in basis["month"]]
    assert spans == ["mar. 2026 – apr. 2026", "feb. 2026", "jan. 2026"]
