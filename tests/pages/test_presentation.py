"""Præsentation: the link says which view, the buttons lead on, and nothing on it can be changed."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import PATIENCE
from tests.pages.demo_store import Home


def _projector() -> None:
    import datetime as dt

    from cockpit.ui import presentation, session, shell

    shell._show(presentation.show, session.open_context(lambda: dt.datetime(2026, 9, 10, tzinfo=dt.UTC)))


@pytest.fixture
def projector(demo_home: Home, monkeypatch: pytest.MonkeyPatch):
    """Open the projector's view at a link."""

    def run(**link: str) -> AppTest:
        for name, value in demo_home.environment.items():
            monkeypatch.setenv(name, value)
        app = AppTest.from_function(_projector, default_timeout=PATIENCE)
        for name, value in {"vis": "praesentation", **link}.items():
            app.query_params[name] = value
        return app.run()

    return run


def view_of(app: AppTest) -> str:
    (slide,) = [element.body for element in app.html if '<article class="slide">' in element.body]
    return slide


def test_it_begins_with_where_the_year_ends_and_leads_on_and_back(projector) -> None:
    app = projector()
    assert not app.exception
    assert "<h1>Året ventes at ende" in view_of(app)
    assert app.button(key="forrige").disabled
    assert any("· startværdi " in caption.value for caption in app.caption)  # what a number needs to be found again
    app = app.button(key="naeste").click().run()
    assert app.query_params["billede"] == "Årsager"
    assert "<h1>Afvigelsen fra budgettet" in view_of(app)
    app = app.button(key="forrige_side").click().run()
    assert "<h1>Året ventes at ende" in view_of(app)


def test_a_link_opens_its_view_and_a_senseless_one_the_first(projector) -> None:
    assert "Til udvalget" in view_of(projector(billede="Typer og trin", maaned="2026-08"))
    assert "<h1>Året ventes at ende" in view_of(projector(billede="Findes ikke"))
    assert "Scenariet i linket" not in view_of(projector(scenarie="vrøvl"))


def test_a_district_that_was_looked_at_is_not_shown_to_the_committee(projector) -> None:
    """The link of Aktivitet og pris leads to the committee's view, which knows neither districts nor single cases."""
    view = view_of(projector(billede="Aktivitet og pris", raekke="type:foster_care", distrikt="Åkrogen"))
    assert "Plejefamilie" in view
    assert not any(word in view for word in ("Åkrogen", "distrikt", "IN-"))


def test_it_says_why_the_hit_rate_is_not_there(projector) -> None:
    app = projector(billede="Træfsikkerhed")
    assert "<h1>Året ventes at ende" in view_of(app)
    assert any("ikke målt endnu" in caption.value for caption in app.caption)


def test_nothing_on_it_can_be_changed(projector) -> None:
    """Only the way to the next view, the one before, and out."""
    app = projector()
    assert not app.selectbox
    assert not app.radio
    assert not app.text_area
    assert {button.key for button in app.button} == {"forrige", "naeste", "afslut", "forrige_side", "naeste_side"}


def test_leaving_takes_the_view_out_of_the_link(projector) -> None:
    app = projector(billede="Årsager").button(key="afslut").click().run()
    assert "vis" not in app.query_params
    assert "billede" not in app.query_params
