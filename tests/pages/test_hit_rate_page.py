"""Træfsikkerhed: measured on a button, told in words first."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from cockpit.domain import hit_rate, sentences
from cockpit.services.backtest import known_backtest
from cockpit.services.demo import load_demo
from tests.pages.demo_store import Home
from tests.pages.test_overview_and_prognosis import FORBIDDEN, text_of

OpenPage = Callable[..., AppTest]
PAGE = "traefsikkerhed"


@pytest.fixture(scope="module")
def own_home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy that these tests may measure in, one after the other."""
    return demo_home.copy_to(tmp_path_factory.mktemp("maalt") / "demo")


def test_it_is_measured_on_a_button_and_told_in_words_first(own_home: Home, open_page: OpenPage) -> None:
    app = open_page(own_home, PAGE)
    assert not app.exception
    assert "Tager op til to minutter" in text_of(app)
    app = app.button(key="maal").click().run()
    assert not app.exception
    found = known_backtest(own_home.workspace())
    assert found is not None
    now = hit_rate.nearest(hit_rate.by_months_to_go(found.total), 4)
    text = text_of(app)
    for words in (sentences.hit_rate_answer(now), sentences.hit_rate_basis(found)):
        assert words in text
    assert sentences.held(hit_rate.overall(found.total)) in text
    assert sentences.bias(hit_rate.overall(found.total)) in text
    assert FORBIDDEN.search(text) is None
    charts = app.get("plotly_chart")
    assert len(charts) == 3
    assert all(chart.proto.alt for chart in charts)
    assert sum(expander.label == "Tallene som tabel" for expander in app.expander) == 3


@pytest.mark.parametrize("level", ["type", "step", "account"])
def test_every_row_is_held_against_its_best_rule_of_thumb(own_home: Home, open_page: OpenPage, level: str) -> None:
    """The table has each row of the level with what came nearest, and the title counts where the forecast did."""
    found = known_backtest(own_home.workspace())
    assert found is not None
    rows = hit_rate.by_row(found.origins, level)
    app = open_page(own_home, PAGE, niveau=level)
    table = next(element.body for element in app.html if "Ramte bedst" in element.body)
    assert table.count("<tr") == len(rows) + 1
    assert table.count(">håndreglen<") == len(hit_rate.beaten(rows))
    title = f"for {len(rows) - len(hit_rate.beaten(rows))} af {len(rows)} rækker"
    assert any(title in heading.value for heading in app.header)


def test_overblik_mentions_the_measured_coverage(own_home: Home, open_page: OpenPage) -> None:
    found = known_backtest(own_home.workspace())
    assert found is not None
    assert sentences.measured_coverage(found) in text_of(open_page(own_home, "overblik"))


def test_without_data_the_page_leads_on(empty_home: Home, open_page: OpenPage) -> None:
    app = open_page(empty_home, PAGE)
    assert not app.exception
    assert not app.get("plotly_chart")


def test_without_a_closed_year_it_says_what_is_missing(tmp_path: Path, open_page: OpenPage) -> None:

    home = Home(tmp_path)
    load_demo(home.workspace(), dt.datetime(2026, 9, 10, tzinfo=dt.UTC), months=8)
    text = text_of(open_page(home, PAGE))
    assert "Træfsikkerheden kan ikke måles endnu" in text
    assert "til og med februar året efter" in text
