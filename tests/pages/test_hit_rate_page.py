"""Træfsikkerhed: measured on a button, told in words first."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cockpit.domain import hit_rate, sentences
from cockpit.domain.reference import UNALLOCATED
from cockpit.services.backtest import known_backtest
from cockpit.services.closing import close_month
from cockpit.services.demo import load_demo
from cockpit.services.load_month import load_month
from tests.pages.conftest import PATIENCE, run_page
from tests.pages.demo_store import Home
from tests.pages.test_overview_and_prognosis import FORBIDDEN, text_of

OpenPage = Callable[..., AppTest]
PAGE = "traefsikkerhed"
ARCHIVED = pd.Period("2025-06", "M")  # a month of the demo's one closed year
CLOSED_AT = dt.datetime(2026, 9, 10, 9, 30, tzinfo=dt.UTC)


class Measured(NamedTuple):
    """A home in which the hit rate was measured by the button, and the page before and after."""

    home: Home
    offered: str
    app: AppTest


@pytest.fixture(scope="module")
def measured(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """A copy with a month of a past year closed, measured once for all tests; none may change it."""
    home = demo_home.copy_to(tmp_path_factory.mktemp("maalt") / "demo")
    in_time = dt.datetime(2025, 7, 10, tzinfo=dt.UTC)
    for month, at in ((ARCHIVED, in_time), (ARCHIVED + 3, CLOSED_AT)):  # the second after the year's end was known
        close_month(home.workspace(), month, comment="", user="kim", at=at)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in home.environment.items():
            patch.setenv(name, value)
        app = AppTest.from_function(run_page, args=(PAGE,), default_timeout=PATIENCE).run()
        offered = text_of(app)
        return Measured(home, offered, app.button(key="maal").click().run())


def test_it_is_measured_on_a_button_and_told_in_words_first(measured: Measured) -> None:
    assert "Tager op til to minutter" in measured.offered
    app = measured.app
    assert not app.exception
    found = known_backtest(measured.home.workspace())
    assert found is not None
    now = hit_rate.nearest(hit_rate.by_months_to_go(found.total), 4)
    text = text_of(app)
    for words in (sentences.hit_rate_answer(now), sentences.hit_rate_basis(found)):
        assert words in text
    assert sentences.held(hit_rate.overall(found.total)) in text
    assert sentences.bias(now, hit_rate.overall(found.total)) in text
    assert FORBIDDEN.search(text) is None
    charts = app.get("plotly_chart")
    assert len(charts) == 3
    assert all(chart.proto.alt for chart in charts)
    assert sum(expander.label == "Tallene som tabel" for expander in app.expander) == 3


def test_a_forecast_frozen_at_its_close_goes_before_the_one_made_again(measured: Measured) -> None:
    """Of the year's origins one was closed then: the page says so in words, in the table and in the chart."""
    found = known_backtest(measured.home.workspace())
    assert found is not None
    closed = measured.home.workspace().store.closed_months()[0].prognosis
    (row,) = found.total[found.total["as_of"] == str(ARCHIVED)].to_dict("records")
    assert row["source"] == hit_rate.ARCHIVED
    assert (row["mean"], row["committed"]) == (closed.total["mean"], closed.total["committed"])
    ledger = measured.home.workspace().store.read(pd.Period("2026-08", "M")).postings
    assert row["outturn"] == pytest.approx(ledger.loc[ledger["year"] == ARCHIVED.year, "amount"].sum())
    assert found.total["source"].value_counts().to_dict() == {"archived": 1, "reconstructed": 2}
    for level in ("type", "step", "account"):
        own = found.origins[(found.origins["as_of"] == str(ARCHIVED)) & (found.origins["level"] == level)]
        for column in ("mean", "outturn", "committed"):
            assert own[column].sum() == pytest.approx(row[column])
    text = text_of(measured.app)
    assert "1 som de blev gemt ved lukningen, 2 regnet forfra" in text
    table = next(element.body for element in measured.app.html if "Regnet med" in element.body)
    assert table.count("gemt ved lukningen") == 1
    assert table.count("aktivitet") == 3
    assert "Gemt ved lukningen" in measured.app.get("plotly_chart")[0].proto.spec


NOUNS = {"type": "typer", "step": "trin", "account": "konti"}


@pytest.mark.parametrize("level", ["type", "step", "account"])
def test_every_row_is_held_against_its_best_rule_of_thumb(measured: Measured, open_page: OpenPage, level: str) -> None:
    """The table has each row of the level with what came nearest, and the title counts where the forecast did.

    Money without a type is a row and no type.
    """
    found = known_backtest(measured.home.workspace())
    assert found is not None
    rows = hit_rate.by_row(found.origins, level)
    app = open_page(measured.home, PAGE, niveau=level)
    table = next(element.body for element in app.html if "Ramte bedst" in element.body)
    assert table.count("<tr") == len(rows) + 1
    assert table.count(">håndreglen<") == len(sentences.visibly_beaten(rows))
    counted = rows[rows["key"] != UNALLOCATED]
    title = f"for {len(counted) - len(sentences.visibly_beaten(counted))} af {len(counted)} {NOUNS[level]}"
    assert any(title in heading.value for heading in app.header)


def test_overblik_mentions_the_measured_coverage(measured: Measured, open_page: OpenPage) -> None:
    found = known_backtest(measured.home.workspace())
    assert found is not None
    assert sentences.measured_coverage(found) in text_of(open_page(measured.home, "overblik"))


def test_without_data_the_page_leads_on(empty_home: Home, open_page: OpenPage) -> None:
    app = open_page(empty_home, PAGE)
    assert not app.exception
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("page", ["overblik", "prognose", "aktivitet", "scenarier", PAGE, "data"])
def test_population_alone_has_no_forecast_and_every_page_says_so_calmly(
    only_population: Home, open_page: OpenPage, page: str
) -> None:
    app = open_page(only_population, page)
    assert not app.exception
    if page in ("overblik", "prognose", "aktivitet"):
        assert "hverken indsatser eller posteringer" in app.error[0].value


@pytest.fixture(scope="module")
def only_population(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("folketal"))
    file = home.folder / "folketal.csv"
    file.write_text("aar;alder;antal\n2026;5;410\n2026;10;415\n", encoding="utf-8")
    load_month(home.workspace(), [file], as_of=pd.Period("2026-08", "M"), user="kim", at=CLOSED_AT)
    return home


def test_without_a_closed_year_it_says_what_is_missing(tmp_path: Path, open_page: OpenPage) -> None:

    home = Home(tmp_path)
    load_demo(home.workspace(), dt.datetime(2026, 9, 10, tzinfo=dt.UTC), months=8)
    text = text_of(open_page(home, PAGE))
    assert "Træfsikkerheden kan ikke måles endnu" in text
    assert "til og med februar året efter" in text
