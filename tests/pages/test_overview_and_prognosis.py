"""The pages with the answer: what they say is what the prognosis says, and every chart has its table."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cockpit.domain import format as fmt
from cockpit.domain import sentences
from cockpit.domain.bridge_words import is_nothing
from cockpit.domain.committed_bridge import COMMITTED_SINCE
from cockpit.domain.control_totals import apart, awaits_bills
from cockpit.domain.explanation_words import movement_parts
from cockpit.domain.month_close import to_explain
from cockpit.domain.prognosis import Prognosis
from cockpit.services.attention import control_totals_at
from cockpit.services.comments import write_comment
from cockpit.services.load_month import Upload, load_month
from cockpit.services.prognosis import make_prognosis, with_month_before
from tests.pages.demo_store import AT, Home
from tests.pages.extracts import BUDGET, POSTINGS

OpenPage = Callable[..., AppTest]
PICTURE = "![x](http://b.dk/x.png)"
FORBIDDEN = re.compile(r"\bnan\b|\bNone\b|\bNaT\b|[-−]0,0\b|Traceback|<NA>", re.IGNORECASE)


@pytest.fixture(scope="session")
def prognosis(demo_home: Home) -> Prognosis:
    """The newest prognosis, from the cache that the page reads."""
    return make_prognosis(demo_home.workspace())


def text_of(app: AppTest) -> str:
    """Everything a reader meets, without markup."""
    parts = [element.value if hasattr(element, "value") else element.body for kind in
             ("markdown", "caption", "header", "error", "success") for element in getattr(app, kind)]  # fmt: skip
    html = [re.sub(r"<style.*?</style>", "", element.body, flags=re.S) for element in app.html]
    return unescape(re.sub(r"<[^>]+>", " ", "\n".join([*map(str, parts), *html])))


def table_with(app: AppTest, text: str) -> str:
    """The first table that holds a text."""
    return next(element.body for element in app.html if "<table" in element.body and text in element.body)


@pytest.mark.parametrize("page", ["overblik", "prognose"])
def test_a_page_runs_without_a_fault_and_without_leaks_of_the_machine(
    demo_home: Home, open_page: OpenPage, page: str
) -> None:
    """No exception, and no `nan`, `None` or negative zero among the words."""
    app = open_page(demo_home, page)
    assert not app.exception
    assert not app.error
    assert FORBIDDEN.search(text_of(app)) is None


def test_the_overview_answers_in_its_first_line(demo_home: Home, open_page: OpenPage, prognosis: Prognosis) -> None:
    """The sentence and the four key figures are those of the prognosis."""
    app = open_page(demo_home, "overblik")
    text = text_of(app)
    assert sentences.outcome(prognosis) in text
    assert sentences.basis(prognosis) in text
    for figure in sentences.key_figures(prognosis):
        for part in figure[:3]:
            assert part in text


def test_a_link_to_what_is_not_there_says_so_until_the_reader_chooses(demo_home: Home, open_page: OpenPage) -> None:
    """Whoever got it would else take the newest month for the one that was meant."""
    app = open_page(demo_home, "overblik", maaned="2099-01")
    (warning,) = app.warning
    assert warning.value.startswith("Linket beder om »2099-01«, som ikke findes her. Der vises aug.")
    assert len(app.run().warning) == 1  # the address names the month no longer
    assert app.selectbox(key="maaned").select("2026-07").run().warning == []
    assert open_page(demo_home, "overblik", maaned="2026-07").warning == []


@pytest.mark.parametrize("page", ["overblik", "prognose"])
def test_before_any_month_is_closed_the_forecast_is_held_against_the_month_before(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis, page: str
) -> None:
    """The movement is that from July's own forecast, said to be computed anew, and stands before disponeret's."""
    workspace = demo_home.workspace()
    july = make_prognosis(workspace, prognosis.as_of - 1)
    compared = with_month_before(workspace, prognosis)
    moved = round(100 * prognosis.total["mean"]) - round(100 * july.total["mean"])
    steps = compared.bridge[compared.bridge["name"] == "last_month_to_now"]
    assert round(100 * steps["amount"]).sum() == pytest.approx(moved, abs=1)
    way = "uændret" if is_nothing(moved / 100) else f"{'steget' if moved > 0 else 'faldet'} {fmt.mio(abs(moved / 100))}"
    said = f"Siden juli\u00a02026 er forventet regnskab {way}"
    text = text_of(open_page(demo_home, page))
    assert said in text
    assert "Juli\u00a02026 er ikke lukket og derfor genberegnet" in text
    committed = float(prognosis.total["committed"]) - committed_start(prognosis)
    rest = moved / 100 - committed
    ways = [f"{'steget' if part > 0 else 'faldet'} {fmt.mio(abs(part))}" for part in (committed, rest)]
    assert f"Disponeret er i samme tid {ways[0]}, og det, der ventes ud over disponeret, er {ways[1]} Juli" in text
    assert ("Juli\u00a02026 er genberegnet." in text) == (page == "overblik")
    headers = [header.value for header in open_page(demo_home, page).header]
    order = [at for at, header in enumerate(headers) if header.startswith(("Siden juli", "Disponeret er"))]
    assert headers[order[0]].startswith("Siden juli")
    assert len(order) == 2


def committed_start(prognosis: Prognosis) -> float:
    """What disponeret was a month ago, as the page reads it now."""
    parts = movement_parts(prognosis, COMMITTED_SINCE)
    return float(parts["from_amount"].iloc[0])


@pytest.mark.parametrize("page", ["overblik", "prognose"])
def test_every_number_can_say_where_it_comes_from(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis, page: str
) -> None:
    """As-of month, data identity, seed and assumptions stand on the page."""
    text = text_of(open_page(demo_home, page))
    assert prognosis.data_id in text
    assert str(prognosis.seed) in text
    assert fmt.month_long(prognosis.as_of) in text
    assert "som ikke er bekræftet" in text


@pytest.mark.parametrize(("page", "tables"), [("overblik", 5), ("prognose", 6)])
def test_every_chart_has_words_and_a_table(demo_home: Home, open_page: OpenPage, page: str, tables: int) -> None:
    """Who cannot see a chart reads its alternative text and its table."""
    app = open_page(demo_home, page)
    charts = app.get("plotly_chart")
    assert len(charts) >= tables
    assert all(chart.proto.alt for chart in charts)
    assert sum(expander.label == "Tallene som tabel" for expander in app.expander) == tables


def test_the_link_restores_month_and_level(demo_home: Home, open_page: OpenPage) -> None:
    """A link shows its receiver the same; a month that had to be reconstructed says so."""
    app = open_page(demo_home, "overblik", maaned="2026-05", niveau="step")
    assert (app.selectbox[0].value, app.segmented_control[0].value) == ("2026-05", "step")
    assert "Genskabt ud fra indlæsningen pr. august" in text_of(app)


def test_beside_a_part_what_is_of_the_whole_area_says_so(demo_home: Home, open_page: OpenPage) -> None:
    """The choice moves charts and outline years alone; the answer, the bridge and the movements are of everything."""
    whole, part = (open_page(demo_home, "prognose", **link) for link in ({}, {"raekke": "type:foster_care"}))
    said = [sum(header.value.startswith("Hele området: ") for header in page.header) for page in (whole, part)]
    assert said == [1, 4]  # of the whole the outline years have it in their own title
    assert 'class="answer">Hele området: 2026 ventes' in "".join(element.body for element in part.html)


def test_a_link_that_makes_no_sense_shows_the_newest(demo_home: Home, open_page: OpenPage) -> None:
    """A month that does not exist is no fault of the reader's."""
    app = open_page(demo_home, "overblik", maaned="1875-99", niveau="hest")
    assert not app.exception
    assert (app.selectbox[0].value, app.segmented_control[0].value) == ("2026-08", "type")


@pytest.mark.parametrize("level", ["type", "step", "account", "district"])
def test_the_forecast_table_adds_up_at_every_level(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis, level: str
) -> None:
    """Each row of the level is shown, and the last is the total."""
    app = open_page(demo_home, "prognose", niveau=level)
    table = table_with(app, ">Disponeret</button></th>")
    rows = prognosis.rows[prognosis.rows["level"] == level]
    assert table.count("<tr") == len(rows) + 2
    _, total = table.split('class="sum"')
    assert f'>{prognosis.total["label"]}</th>' in total
    assert fmt.millions(prognosis.total["mean"]) in total


def test_a_district_of_an_extract_is_text_and_never_markup(tmp_path: Path, open_page: OpenPage) -> None:
    """A picture in the name of a district would be fetched by every reader's browser."""
    home = Home(tmp_path)
    rows = [f"I{one};B{one};foster_care;{PICTURE};01-0{one}-2025;1000;doegn" for one in range(1, 10)]
    granted = "\n".join(["indsats_id;borger_id;type;distrikt;startdato;takst;enhed", *rows])
    files = [Upload(f"{number}.csv", text.encode()) for number, text in enumerate((granted, POSTINGS, BUDGET))]
    report = load_month(home.workspace(), files, as_of=pd.Period("2026-02", "M"), user="kim", at=AT)
    assert report.stored
    for page in ("prognose", "aktivitet"):
        app = open_page(home, page, raekke=f"district:{PICTURE}")
        assert not app.exception
        shown = [one.value for kind in ("markdown", "caption", "header") for one in getattr(app, kind)]
        assert any(r"!\[x\]" in text for text in shown), page
        assert not any("![x]" in text for text in shown), page


def test_without_a_budget_nothing_is_held_against_one(tmp_path: Path, open_page: OpenPage) -> None:
    """No deviations to show, none to comment on, and the answer says what is missing; every page stands."""
    home = Home(tmp_path)
    rows = [f"I{one};B{one};foster_care;01-0{one}-2025;1000;doegn" for one in range(1, 10)]
    granted = "\n".join(["indsats_id;borger_id;type;startdato;takst;enhed", *rows])
    files = [Upload(f"{number}.csv", text.encode()) for number, text in enumerate((granted, POSTINGS))]
    assert load_month(home.workspace(), files, as_of=pd.Period("2026-02", "M"), user="kim", at=AT).stored
    for page in ("overblik", "prognose", "aktivitet", "traefsikkerhed"):
        app = open_page(home, page)
        assert not app.exception
        assert FORBIDDEN.search(text_of(app)) is None
    text = text_of(open_page(home, "overblik"))
    assert "Der er ikke indlæst et budget for 2026" in text
    assert "Afvigelser 2026" not in text
    assert "mangler en kommentar" not in text


def test_deviations_are_coloured_beside_their_sign(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis
) -> None:
    """Red where it costs more, green where it costs less, nothing where it is written as zero; always with the sign."""
    table = table_with(open_page(demo_home, "prognose", niveau="type"), "Disponeret")
    for _, row in prognosis.rows[prognosis.rows["level"] == "type"].iterrows():
        mark = sentences.deviation_mark(row["deviation"])
        written = fmt.millions(row["deviation"], signed=True)
        assert f'class="{" ".join(filter(None, ["num", mark]))}">{written}</td>' in table


@pytest.fixture(scope="module")
def without_bills(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo with four tenths of døgninstitution's bills for the second quarter: no month lacks, and much money."""
    home = demo_home.copy_to(tmp_path_factory.mktemp("bills") / "own")
    known = home.workspace().store.read(pd.Period("2026-08", "M")).postings
    booked = known[(known["year"] == 2026) & known["period"].between(4, 8)]
    short = (booked["type_key"] == "institution") & (booked["service_month"] >= "2026-04-01")
    left = booked.assign(amount=booked["amount"].mask(short, (0.4 * booked["amount"]).round(2)))
    extract = pd.DataFrame({
        "periode": left["year"].astype(str) + "-" + left["period"].astype(str).str.zfill(2), "konto": left["account"],
        "beloeb": left["amount"], "type": left["type_key"], "vedroerer": left["service_month"].dt.strftime("%Y-%m"),
        "indsats_id": left["spell_id"],
    })  # fmt: skip
    upload = Upload("posteringer.csv", extract.to_csv(sep=";", decimal=",", index=False).encode())
    load = load_month(home.workspace(), [upload], as_of=pd.Period("2026-08", "M"), user="kim", at=AT)
    assert load.stored
    told = [finding.message for finding in load.findings]
    assert any("Døgninstitution, 2. kvartal 2026" in one and "På denne tid plejer mindst" in one for one in told)
    return home


def test_bills_that_are_as_late_as_usual_are_no_fault(demo_home: Home, open_page: OpenPage) -> None:
    """The demo's bills of some types come late; no page says that something is wrong with them."""
    reference, month = demo_home.workspace().reference, pd.Period("2026-08", "M")
    totals = control_totals_at(demo_home.workspace(), month)
    late = totals[awaits_bills(totals, reference, month)]
    assert len(late), "the demo has bills on their way"
    assert apart(totals, reference, month).empty
    for page in ("overblik", "maanedsluk"):
        text = text_of(open_page(demo_home, page))
        assert re.search("følges ikke ad|ikke følges ad|end indsatserne giver", text) is None
    table = table_with(open_page(demo_home, "data", afsnit="afstemning"), "regninger på vej")
    assert all(reference.type_name(str(key)) in table for key in late["type_key"])


def test_what_needs_attention_includes_the_data_behind_the_forecast(
    without_bills: Home, open_page: OpenPage
) -> None:
    """Every control total of this year that is apart is told on all pages that speak of them."""
    reference, month = without_bills.workspace().reference, pd.Period("2026-08", "M")
    far = apart(control_totals_at(without_bills.workspace(), month), reference, month)
    named = {reference.type_name(str(row["type_key"])) for _, row in far.iterrows() if row["quarter"].year == 2026}
    assert named == {"Døgninstitution"}
    app = open_page(without_bills, "overblik")
    lines = text_of(app).splitlines()
    assert any("øgninstitution" in line and "plejer" in line for line in lines)
    assert links_of(app)["Se kontroltotalerne"] == ("data", "afsnit=afstemning")
    assert "ikke følges ad for døgninstitution" in text_of(open_page(without_bills, "maanedsluk"))
    assert "Døgninstitution" in table_with(open_page(without_bills, "data", afsnit="afstemning"), "undersøg")


def links_of(app: AppTest) -> dict[str, tuple[str, str]]:
    """The links of a page: label -> path and what is chosen there."""
    return {one.proto.label: (one.proto.page, one.proto.query_string) for one in app.get("page_link")}


def test_what_needs_attention_leads_to_what_can_be_done(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis, tmp_path: Path
) -> None:
    """Types lead to their activity, control totals to theirs, and a comment that is written is asked for no more."""
    home = demo_home.copy_to(tmp_path / "own")
    links = links_of(open_page(home, "overblik"))
    types = prognosis.rows[prognosis.rows["level"] == "type"]
    largest = types.loc[types["deviation"].idxmax()]
    label = f"Se mængde og pris for {largest['label'][0].lower()}{largest['label'][1:]}"
    assert links[label] == ("aktivitet", f"raekke=type%3A{largest['key']}")
    assert links["Skriv kommentarerne"] == ("maanedsluk", "")
    asked = to_explain(prognosis, home.workspace().reference)["key"]
    assert len(asked), "the demo has deviations that must be explained"
    for key in asked:
        write_comment(home.workspace(), prognosis.as_of, ("type", key), "Aftalt.", user="kim", at=AT)
    assert "Skriv kommentarerne" not in links_of(open_page(home, "overblik"))


def test_a_link_wins_over_what_was_chosen_before(demo_home: Home, open_page: OpenPage) -> None:
    """Who follows a link to a type sees that type, whatever was looked at earlier; the month stays."""
    before = {"fulgt_raekke": "type:early_support", "fulgt_maaned": "2026-05"}
    app = open_page(demo_home, "aktivitet", session=before, raekke="type:foster_care")
    assert [box.value for box in app.selectbox][:2] == ["2026-05", "type:foster_care"]
    app = app.selectbox[1].set_value("total:total").run()
    assert app.session_state["fulgt_raekke"] is None
    assert app.selectbox[1].value == "total:total"


def test_what_was_chosen_on_one_page_is_shown_on_the_next(demo_home: Home, open_page: OpenPage) -> None:
    """Month and row follow; a page without that row shows the whole and the choice is there again afterwards."""
    app = open_page(demo_home, "prognose", maaned="2026-05", raekke="account:5.28.22")
    followed = {"fulgt_maaned": "2026-05", "fulgt_raekke": "account:5.28.22"}
    assert {name: app.session_state[name] for name in followed} == followed
    other = open_page(demo_home, "aktivitet", session=followed)
    assert [box.value for box in other.selectbox] == ["2026-05", "total:total"]
    back = open_page(demo_home, "prognose", session={name: other.session_state[name] for name in followed})
    assert [box.value for box in back.selectbox][:2] == ["2026-05", "account:5.28.22"]
    newest = back.selectbox[0].set_value("2026-08").run()
    assert newest.session_state["fulgt_maaned"] is None, "the newest month stays the newest when another is loaded"


def test_months_can_be_shown_for_one_type(demo_home: Home, open_page: OpenPage, prognosis: Prognosis) -> None:
    """Choosing a row changes the title to that row's own message."""
    app = open_page(demo_home, "prognose", raekke="type:foster_care")
    row = prognosis.row("type", "foster_care")
    message = f"{row['label']} ventes at ende på {fmt.mio(row['mean'])}"
    assert any(title.value.startswith(message) for title in app.header)


def test_prices_may_be_held_fixed_and_the_choice_stands_in_the_link(demo_home: Home, open_page: OpenPage) -> None:
    """The years after this are told in current prices or in this year's, and what they rest on is said."""
    shown = {prices: text_of(open_page(demo_home, "prognose", priser=prices)) for prices in ("current", "fixed")}
    assert "mio. kr. i løbende priser" in shown["current"]
    assert "mio. kr. i 2026-priser" in shown["fixed"]
    assert all("Tilgangen følger folketallet:" in text for text in shown.values())


def test_the_cases_behind_the_steps_stand_beside_the_bridge(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis
) -> None:
    """Pseudonyms and reasons are where those look who may see single cases: Overblik and Prognose."""
    case = prognosis.drivers[prognosis.drivers["kind"] == "spell"].iloc[0]
    for page in ("overblik", "prognose"):
        text = text_of(open_page(demo_home, page))
        assert f"barn {case['citizen']}" in text
        assert "Disponeret er" in text
        assert re.search(r"Der ventes [\d,]+ helårspersoner i år; budgettets antal er [\d,]+", text)
        assert re.search(r"; budgettet regner med [\d.]+\skr\. for typen", text)
    assert "det periodiserede budget" in text
