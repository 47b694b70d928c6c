"""Aktivitet og pris: what it says is what the frames say, and type by type it is what the bridge says in sum."""

import re
from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cockpit.domain import case_words
from cockpit.domain import format as fmt
from cockpit.domain.cases import DEAREST
from cockpit.domain.drill_down import Row, cases_of, districts_of, months_of, row_of
from cockpit.domain.prognosis import Prognosis
from cockpit.services.attention import attention, passed_at
from cockpit.services.prognosis import make_prognosis
from cockpit.ui.attention import step_of
from tests.pages.demo_store import Home
from tests.pages.test_overview_and_prognosis import FORBIDDEN, text_of

PLACE = "Åkrogen"
OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session")
def prognosis(demo_home: Home) -> Prognosis:
    """The newest prognosis, from the cache that the page reads."""
    return make_prognosis(demo_home.workspace())


@pytest.mark.parametrize(
    "row", ["total:total", "step:6", "type:foster_care", "type:secure", "account:5.28.22", "district:Åkrogen"]
)
def test_the_page_answers_for_every_row_in_clean_danish(demo_home: Home, open_page: OpenPage, row: str) -> None:
    """Also a type with hardly anybody in it; a row that the page does not have is the whole area."""
    app = open_page(demo_home, "aktivitet", raekke=row)
    assert not app.exception
    assert not app.error
    assert FORBIDDEN.search(text_of(app)) is None
    charts = app.get("plotly_chart")
    assert len(charts) == 6
    assert all(chart.proto.alt for chart in charts)
    assert sum(expander.label == "Tallene som tabel" for expander in app.expander) == 5


def test_the_first_line_counts_and_prices_the_chosen_type(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis
) -> None:
    """Number, change and price of the as-of month against the same month a year before."""
    months = row_of(prognosis, "type", "foster_care").set_index("month")
    now, before = months.loc["2026-08"], months.loc["2025-08"]
    text = text_of(open_page(demo_home, "aktivitet", raekke="type:foster_care")).replace(fmt.NBSP, " ")
    assert f"Plejefamilie: {round(now['expected'])} børn" in text
    assert f"{abs(round(now['expected']) - round(before['expected']))} " in text
    assert re.search(rf"En helårsperson koster {round(now['price'] / 1000)}\.000 kr\. i august 2026", text)


@pytest.mark.parametrize("key", ["secure", "network_care"])
def test_a_type_opens_with_what_it_does_to_the_year(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis, key: str
) -> None:
    """Deviation, volume and price of the year, which add up; not one month's price, which may be a single child's."""
    deviation = prognosis.rows[prognosis.rows["key"] == key]["deviation"].iloc[0]
    effects = prognosis.effects[prognosis.effects["key"] == key].iloc[0]
    text = text_of(open_page(demo_home, "aktivitet", raekke=f"type:{key}")).replace(fmt.NBSP, " ")
    volume, price = effects["volume_effect"], effects["price_effect"]
    rest = deviation - volume - price
    parts = [("mængde", volume), ("pris", price), *([("andet", rest)] if abs(rest) >= 5e4 else [])]
    listed = ", ".join(f"{name} {fmt.millions(amount, signed=True)}" for name, amount in parts)
    assert f": {fmt.mio(deviation, signed=True)} mod budgettet i 2026 ({listed})".replace(fmt.NBSP, " ") in text
    assert f"mod {round(effects['price0'] / 1000):,}.000 kr. i budgettet".replace(",", ".") in text


def test_effects_type_by_type_add_up_to_the_bridge(demo_home: Home, open_page: OpenPage, prognosis: Prognosis) -> None:
    """Volume effects are the bridge's volume and mix, price effects its price; the table ends with both sums."""
    bridge = prognosis.bridge[prognosis.bridge["name"] == "budget_to_forecast"].set_index("part")["amount"]
    sums = prognosis.effects[["volume_effect", "price_effect"]].sum()
    assert sums["volume_effect"] == pytest.approx(bridge["volume"] + bridge["mix"], abs=0.02)
    assert sums["price_effect"] == pytest.approx(bridge["price"], abs=0.02)
    app = open_page(demo_home, "aktivitet")
    table = next(element.body for element in app.html if "Mængde og pris pr. type" in element.body)
    total = table.rsplit('class="sum"', 1)[1]
    assert all(fmt.millions(amount, signed=True) in total for amount in sums)


def test_the_dearest_cases_are_shown_by_pseudonym_with_what_they_mean(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis
) -> None:
    """Every case of the prognosis, dearest first; what stopping and going on would mean stands above in words."""
    app = open_page(demo_home, "aktivitet")
    table = next(element.body for element in app.html if "Barn (pseudonym)" in element.body)
    cases = prognosis.cases.head(DEAREST)
    places = [table.index(f">{case}<") for case in cases["citizen"].drop_duplicates()]
    assert places == sorted(places)
    assert all(fmt.number(cost) in table for cost in cases["cost"])
    assert table.count("<tr") == DEAREST + 1
    text = text_of(app)
    assert case_words.cases_title(cases, prognosis) in text
    assert fmt.mio(-cases.head(case_words.TOP)["if_stops"].sum()) in text


def test_overblik_leads_to_every_intervention_past_its_expected_end(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis
) -> None:
    """As many as the line on Overblik counts, at what it says they cost, of everything and of one type alone."""
    workspace = demo_home.workspace()
    passed = passed_at(workspace, prognosis.as_of)
    (told,) = [one for one in attention(workspace, prognosis, ()) if one.about == "passed"]
    label, path, choices = step_of(told, prognosis, workspace.reference)
    assert (label, path, choices["raekke"]) == ("Se indsatserne", "aktivitet", "total:total")
    app = open_page(demo_home, path, **choices)
    table = next(element.body for element in app.html if "Passerede slutdatoer pr." in element.body)
    assert re.findall(r"IN-\w+", table) == passed["spell_id"].tolist()
    assert len(passed) > 1
    assert told.text.startswith(f"{len(passed)}{fmt.NBSP}indsatser")
    assert fmt.mio(passed["rest"].sum()) in told.text
    assert case_words.passed_title(passed, prognosis.year) in text_of(app)
    key = passed["type_key"].iloc[0]
    of_type = text_of(open_page(demo_home, path, raekke=f"type:{key}"))
    name = workspace.reference.type_name(key)
    assert case_words.passed_title(passed[passed["type_key"] == key], prognosis.year, name) in of_type


def test_a_type_is_drilled_into_to_a_district_and_its_spells(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis
) -> None:
    """The reader chooses a district beside the type; numbers and cases are those of the type in it and no others."""
    reference = demo_home.workspace().reference
    row = Row("type", "foster_care", PLACE)
    app = open_page(demo_home, "aktivitet", raekke="type:foster_care")
    assert app.selectbox(key="distrikt").options[1:] == districts_of(prognosis, Row("type", "foster_care"), reference)
    app = app.selectbox(key="distrikt").set_value(PLACE).run()
    assert app.query_params["distrikt"] == PLACE
    text = text_of(app).replace(fmt.NBSP, " ")
    now = months_of(prognosis, row, reference).iloc[-1]
    assert f"Plejefamilie i {PLACE}: {round(now['person_years'])} børn er registreret i august 2026" in text
    assert "Sene registreringer kan ikke fordeles" in text
    table = next(element.body for element in app.html if "Barn (pseudonym)" in element.body)
    assert re.findall(r"IN-\w+", table) == cases_of(prognosis, row, reference)["spell_id"].tolist()
    assert table.count(f">{PLACE}<") == table.count(">Plejefamilie<") == table.count("<tr") - 1 > 0


def test_a_district_chosen_on_prognose_is_the_same_row_here(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis
) -> None:
    """All of a district, without a second choice; the rest of the year stands in words."""
    app = open_page(demo_home, "aktivitet", raekke=f"district:{PLACE}")
    assert f"Alle indsatser i {PLACE}" in text_of(app)
    assert "i resten af året ventes i gennemsnit" in text_of(app)
    assert [box.key for box in app.selectbox] == ["maaned", "raekke"]


def test_moves_on_the_ladder_stand_from_step_to_step(
    demo_home: Home, open_page: OpenPage, prognosis: Prognosis
) -> None:
    """The table of the last twelve months holds every move of the prognosis once."""
    app = open_page(demo_home, "aktivitet")
    assert case_words.ladder_title(prognosis.ladder) in text_of(app)
    table = next(element.body for element in app.html if "Skift de seneste 12 måneder" in element.body)
    cells = re.findall(r'class="num">(\d+)</td>', table)
    width = len(set(prognosis.ladder["from_step"]) | set(prognosis.ladder["to_step"])) + 1
    assert sum(map(int, cells[width - 1 :: width])) == prognosis.ladder["moves"].sum()
    assert sum(map(int, cells)) == 2 * prognosis.ladder["moves"].sum()


def test_the_months_of_the_year_are_its_person_years(prognosis: Prognosis) -> None:
    """The average of the year's months, weighted by their days, is the row's person-years, types and total alike."""
    for level, key in (("total", "total"), ("type", "foster_care")):
        months = row_of(prognosis, level, key).set_index("month")
        year = months[months.index.str.startswith("2026")]
        days = [pd.Period(month).days_in_month for month in year.index]
        assert (year["expected"] * days).sum() / 365 == pytest.approx(prognosis.row(level, key)["person_years"])
