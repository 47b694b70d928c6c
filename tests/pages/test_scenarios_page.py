"""Scenarier: what the page says is what the engine says, a link restores all of it, and nothing written is lost."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from cockpit.domain import format as fmt
from cockpit.domain.lever_names import field_label
from cockpit.domain.levers import Amount, Avert, Programme
from cockpit.domain.scenario import Scenario
from cockpit.domain.scenario_sentences import sentences_of
from cockpit.domain.scenario_words import PITFALLS
from cockpit.services import scenario as scenarios
from cockpit.services.load_month import Upload, load_month
from cockpit.ui import levers, papers, scenario_captions, session
from cockpit.ui.plain_text import UNSEEN
from tests.pages.demo_store import AT, Home
from tests.pages.test_overview_and_prognosis import FORBIDDEN, text_of

OpenPage = Callable[..., AppTest]
START = pd.Period("2027-01", "M")
BEGIN = "Træk i en skyder for at se, hvad det ændrer"
FEWER = Scenario(
    "Færre nye",
    START,
    (
        Avert(type="residential_home", children_per_month=10 / 12, low=0.2, high=1.0, ramp_months=6, source="prøve"),
        Programme(cost_per_case=150_000.0, cases_per_month=1.0, months=24, source="prøve"),
    ),
)


@pytest.fixture(scope="module")
def scenario_home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the demo, with the forecasts behind scenarios computed once."""
    home = demo_home.copy_to(tmp_path_factory.mktemp("scenarier") / "kopi")
    scenarios.compare(home.workspace(), Scenario("intet", START))
    return home


def test_without_levers_the_page_says_how_to_begin(scenario_home: Home, open_page: OpenPage) -> None:
    """Three sliders at nought, the years as they are expected and the pitfalls; nothing to take back."""
    app = open_page(scenario_home, "scenarier")
    assert not app.exception
    assert [slider.value for slider in app.slider][:3] == [0, 0, 0]
    text = text_of(app)
    assert BEGIN in text
    found = scenarios.compare(scenario_home.workspace(), Scenario("intet", START))
    last = found.years.iloc[-1]
    assert f"Uden scenarie ventes {fmt.mio(last['baseline_mean'])} i {int(last['year'])}" in app.header[0].value
    assert not any(button.label.startswith("Nulstil") for button in app.button)
    assert all(name in text for name, _ in PITFALLS)
    assert FORBIDDEN.search(text) is None


def test_a_slider_answers_at_once_with_the_engine_s_own_sentence(scenario_home: Home, open_page: OpenPage) -> None:
    """Six children a year are half a child a month, never a rate; the link holds what the slider says."""
    app = open_page(scenario_home, "scenarier", tools=True)
    app.slider[0].set_value(6).run()
    assert not app.exception
    shown = scenarios.from_link(_link(app), scenario_home.workspace().reference)
    (lever,) = shown.levers
    assert isinstance(lever, Avert)
    assert lever.children_per_month == pytest.approx(0.5)
    found = scenarios.compare(scenario_home.workspace(), shown)
    assert sentences_of(found)[0].replace(fmt.NBSP, " ") in text_of(app).replace(fmt.NBSP, " ")
    assert FORBIDDEN.search(text_of(app)) is None
    _button(app, "Lav papir").click().run()  # a paper made here is of the scenario that lies open, at once
    assert app.selectbox(key="papir_scenarie_scenarier_aabent").value == papers.ON_PAGE
    beside = app.selectbox(key=f"papir_sammenlign_scenarier_{papers.ON_PAGE}")
    assert beside.value == session.NOBODY
    assert [one for one in beside.options if one.startswith("Forslag: ")]


def test_sliders_say_which_types_and_what_each_brings_alone(scenario_home: Home, open_page: OpenPage) -> None:
    """The type stands in the slider's own label and follows the choice of it; the value stays where it was set."""
    app = open_page(scenario_home, "scenarier")
    app.slider(key="faerre_0").set_value(6).run()
    app.selectbox(key="type_avert_0").set_value("foster_care").run()
    assert not app.exception
    assert app.slider(key="faerre_0").label == "Færre nye i plejefamilie, børn om året"
    assert app.slider(key="faerre_0").value == 6
    shown = scenarios.from_link(_link(app), scenario_home.workspace().reference)
    found = scenarios.compare(scenario_home.workspace(), shown)
    note = scenario_captions.lever_notes(found)["avert"]
    assert note.startswith("Alene: +")
    assert note in [caption.value for caption in app.caption]
    assert FORBIDDEN.search(text_of(app)) is None


def test_a_lever_at_nought_is_said_to_await_a_number(scenario_home: Home, open_page: OpenPage) -> None:
    """No empty charts, what speaks against it, and the way back."""
    idle = Scenario("a", START, (Avert(type="residential_home", children_per_month=0.0, source="prøve"),))
    app = open_page(scenario_home, "scenarier", scenarie=scenarios.to_link(idle))
    assert not app.exception
    assert "Grebene ændrer intet endnu" in text_of(app)
    assert not app.get("plotly_chart")
    assert app.warning
    assert _button(app, "Nulstil til uden scenarie")


def test_ten_years_ahead_stand_in_the_link(scenario_home: Home, open_page: OpenPage) -> None:
    """Eleven years of service, with the warning that the later ones are projected."""
    ten = scenarios.to_link(replace(FEWER, outline_years=10))
    app = open_page(scenario_home, "scenarier", scenarie=ten, maaned="2026-08")
    assert not app.exception
    assert not app.info, "the link names its month"
    assert "2026–2036" in text_of(app)
    assert any("Efter 2029 er tallene en fremskrivning" in warning.value for warning in app.warning)
    assert scenarios.from_link(_link(app), scenario_home.workspace().reference).outline_years == 10


def test_a_link_restores_every_lever(scenario_home: Home, open_page: OpenPage) -> None:
    """What three sliders cannot show opens with all levers, in words and to the last digit, and charts with words.

    A link without a month is computed on the newest, which the page says; from then on the address names it.
    """
    app = open_page(scenario_home, "scenarier", scenarie=scenarios.to_link(FEWER))
    assert not app.exception
    assert app.info[0].value.startswith("Linket siger ikke")
    assert app.query_params["maaned"] in ("2026-08", ["2026-08"])
    labels = [expander.label for expander in app.expander]
    assert any(label.startswith("Færre nye: ") for label in labels)
    assert any(label.startswith("Forebyggelsens egen pris: ") for label in labels)
    assert _link(app) == scenarios.to_link(FEWER)
    found = scenarios.compare(scenario_home.workspace(), FEWER)
    assert sentences_of(found)[0].replace(fmt.NBSP, " ") in text_of(app).replace(fmt.NBSP, " ")
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert FORBIDDEN.search(text_of(app)) is None


def test_a_broken_link_is_told_and_the_page_goes_on(scenario_home: Home, open_page: OpenPage) -> None:
    """Half a link is no scenario; the reader begins from nothing."""
    app = open_page(scenario_home, "scenarier", scenarie=scenarios.to_link(FEWER)[:20])
    assert "Linket er ikke et scenarie" in app.error[0].value
    assert not app.exception
    assert BEGIN in text_of(app)


def test_what_others_have_written_is_never_markup(
    scenario_home: Home, open_page: OpenPage, tmp_path: Path
) -> None:
    """A picture in a name, a source or a spoilt file would make the browser fetch it; a spoilt file is told."""
    home = scenario_home.copy_to(tmp_path / "eget")
    picture = "![a](http://b.dk/c.png)"
    home.workspace().scenarios_folder.mkdir(parents=True, exist_ok=True)
    (home.workspace().scenarios_folder / "x.toml").write_text(f"name = '{picture}'\nstart = '{picture}'")
    own = Scenario(picture, START, (Amount(per_year=((2027, -1e6),), source=picture),))
    preset = f"Forslag: {scenarios.presets(home.workspace().reference)[0].name}"
    app = open_page(home, "scenarier", scenarie=scenarios.to_link(own), sammenlign=preset)
    assert not app.exception
    shown = [one.value for one in (*app.markdown, *app.caption, *app.error, *app.warning, *app.info)]
    labels = [one.label for one in app.expander]
    assert not any(picture in text for text in (*shown, *labels))
    escaped = rf"!\[a\](http\:{UNSEEN}//b.dk/c.png)"
    assert f"**{escaped}**" in shown
    assert any(escaped in label for label in labels)
    assert any("x.toml" in error.value and escaped in error.value for error in app.error)


def test_a_number_is_read_as_danish_and_a_word_is_told(scenario_home: Home, open_page: OpenPage) -> None:
    """`0,25` is a quarter of a child; what is no number leaves the lever as it was."""
    app = open_page(scenario_home, "scenarier", scenarie=scenarios.to_link(FEWER))
    field = next(one for one in app.text_input if one.label == field_label("children_per_month"))
    field.set_value("0,25").run()
    shown = scenarios.from_link(_link(app), scenario_home.workspace().reference)
    assert shown.levers[0].value == 0.25
    field = next(one for one in app.text_input if one.label == field_label("children_per_month"))
    field.set_value("mange").run()
    assert any("»mange«" in error.value for error in app.error)
    assert not app.exception


def test_saved_fetched_copied_compared_and_deleted(demo_home: Home, open_page: OpenPage, tmp_path: Path) -> None:
    """Kept by name, a new name is a copy, two stand side by side, and the way back to nothing is short."""
    home = demo_home.copy_to(tmp_path / "eget")
    app = open_page(home, "scenarier", scenarie=scenarios.to_link(FEWER))
    _field(app, "Navn").set_value("Første").run()
    _button(app, "Gem scenariet").click().run()
    _button(app, "Gem en kopi").click().run()
    assert "»Første (kopi)« er gemt." in [one.value for one in app.success]
    _field(app, "Navn").set_value("Anden").run()
    _button(app, "Gem scenariet").click().run()
    assert "»Anden« er gemt." in [one.value for one in app.success]
    scenarios.delete_scenario(home.workspace(), "Første (kopi)", user="prøve", at=AT)
    saved = scenarios.saved_scenarios(home.workspace())
    assert {one.name for one in saved} == {"Første", "Anden"}
    assert {one.levers for one in saved} == {FEWER.levers}
    offered = app.selectbox(key="sammenlign").options
    assert not any(title.startswith("Gemt: ") for title in offered)  # the same levers are no comparison
    preset = next(title for title in offered if title.startswith("Forslag: "))
    app.selectbox(key="sammenlign").set_value(preset).run()
    assert "To scenarier side om side" in text_of(app)
    assert app.query_params["sammenlign"] in (preset, [preset])  # and so it is there again from the link
    app.selectbox(key="slet_valgt").set_value("Første").run()
    _button(app, "Slet").click().run()
    assert [one.name for one in scenarios.saved_scenarios(home.workspace())] == ["Anden"]
    _button(app, "Nulstil til uden scenarie").click().run()
    assert "Tilføj et greb for at se, hvad det ændrer" in text_of(app)
    assert "scenarie" not in app.query_params


def test_a_saved_scenario_on_newer_data_says_what_changed_and_what_it_came_to(
    scenario_home: Home, open_page: OpenPage, tmp_path: Path
) -> None:
    """September is loaded after it: told with the gain then and now, until a lever is moved or it is saved again."""
    home = scenario_home.copy_to(tmp_path / "eget")
    saved = scenarios.save_scenario(home.workspace(), replace(FEWER, name="Gemt"), None, user="prøve", at=AT)
    assert saved.pinned is not None
    before = fmt.mio(saved.pinned.net, signed=True).replace(fmt.NBSP, " ")
    september = Upload("september.csv", b"periode;konto;beloeb\n2026-09;528231001;1400000,00\n")
    assert load_month(home.workspace(), [september], user="prøve", at=AT).stored
    app = open_page(home, "scenarier")
    app.selectbox(key="hent_valgt").set_value("Gemt: Gemt")
    _button(app, "Hent").click().run()
    (told,) = (one.value.replace(fmt.NBSP, " ") for one in app.info)
    assert "gemt på data pr. august 2026; her ses det på data pr. september 2026" in told
    assert f"Gevinsten var {before} i 2026–2029, da det blev gemt; nu er den" in told
    assert "Vælg aug. 2026 under »Opgjort til og med«" in told
    field = next(one for one in app.text_input if one.label == field_label("children_per_month"))
    field.set_value("0,25").run()
    assert not app.info
    _field(app, "Navn").set_value("Gemt").run()
    _button(app, "Gem scenariet").click().run()
    (again,) = scenarios.saved_scenarios(home.workspace())
    assert again.pinned.basis.as_of == pd.Period("2026-09", "M")
    assert again.levers[0].value == 0.25
    assert not app.info


def test_the_sliders_show_only_what_they_can_make() -> None:
    """A lever with a range or a source of its own is not shown by three sliders, which would lose it."""
    plain = Avert(type="residential_home", children_per_month=0.5, ramp_months=12, source=levers.SIMPLE_SOURCE)
    assert levers.is_simple(Scenario("a", START, (plain,)))
    assert not levers.is_simple(Scenario("a", START, (replace(plain, low=0.1),)))
    assert not levers.is_simple(Scenario("a", START, (plain, replace(plain, type="institution"))))
    assert not levers.is_simple(FEWER)


def _link(app: AppTest) -> str:
    """The scenario of the address; the runner gives what was set by a test as a list, what the page set as a text."""
    value = app.query_params["scenarie"]
    return value if isinstance(value, str) else value[0]


def _button(app: AppTest, label: str) -> object:
    return next(one for one in app.button if one.label == label)


def _field(app: AppTest, label: str) -> object:
    return next(one for one in app.text_input if one.label == label)
