"""Månedsluk: the checklist, comments with who and when, the closing itself, and a paper from the button."""

import io
from collections.abc import Callable

import pandas as pd
import pytest
from pptx import Presentation
from streamlit.testing.v1 import AppTest

from cockpit.domain.comments import WHOLE, LineComment
from cockpit.services.closing import closed_months
from cockpit.services.comments import comments_at, write_comment
from cockpit.store.comment_log import append_comment, comments_path
from cockpit.ui.papers import MADE_KEY, file_name
from tests.pages.demo_store import AT, Home
from tests.pages.test_overview_and_prognosis import FORBIDDEN, text_of
from tests.personal import cpr_number

OpenPage = Callable[..., AppTest]
PAGE = "maanedsluk"
AUGUST = pd.Period("2026-08", "M")


@pytest.fixture(scope="module")
def own_home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy that these tests may write in."""
    return demo_home.copy_to(tmp_path_factory.mktemp("luk") / "demo")


@pytest.fixture
def fresh_home(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of one's own."""
    return demo_home.copy_to(tmp_path_factory.mktemp("luk") / "demo")


def write(app: AppTest, text: str) -> AppTest:
    """Write a comment on the line that the page begins with: the first one that lacks it."""
    app.text_area[0].set_value(text)
    return next(button for button in app.button if button.label == "Gem kommentaren").click().run()


def test_it_says_what_is_missing_and_marks_the_official_follow_ups(own_home: Home, open_page: OpenPage) -> None:
    app = open_page(own_home, PAGE)
    assert not app.exception
    text = text_of(app)
    assert "August\u00a02026 er ikke klar til at blive lukket" in text
    assert text.count("○ mangler") >= 2
    days = text.replace("\u00a0", " ")  # a day stays on one line
    for name in ("Budgetopfølgning pr. 31. marts", "Halvårsregnskab pr. 30. juni", "Årsregnskab pr. 31. december"):
        assert name in days
    assert FORBIDDEN.search(text) is None
    assert app.button(key="luk").disabled


def test_a_comment_is_kept_with_who_and_when_and_stands_by_its_line(own_home: Home, open_page: OpenPage) -> None:
    """Written on Månedsluk, found on Prognose beside the line and in its table; markup in it stays text."""
    app = write(open_page(own_home, PAGE), "To *dyre* sager på vej")
    assert not app.exception
    assert "Kommentaren er gemt." in text_of(app)
    kept = comments_at(own_home.workspace(), AUGUST)[WHOLE]
    assert (kept.text, kept.user, kept.at.isoformat()) == (
        "To *dyre* sager på vej", "lokal bruger", "2026-09-10T09:30:00+00:00",
    )  # fmt: skip
    prognosis = text_of(open_page(own_home, "prognose"))
    assert "To \\*dyre\\* sager på vej" in prognosis
    assert "To *dyre* sager på vej" in prognosis


def test_a_comment_with_a_cpr_number_is_refused(own_home: Home, open_page: OpenPage) -> None:
    before = comments_at(own_home.workspace(), AUGUST)
    app = write(open_page(own_home, PAGE), f"Barnet {cpr_number()} er flyttet")
    assert any("CPR-nummer" in error.value for error in app.error)
    assert comments_at(own_home.workspace(), AUGUST) == before


def test_a_number_put_into_the_file_by_hand_is_masked(own_home: Home) -> None:
    """An editor does not refuse what the page does."""
    workspace = own_home.workspace()
    append_comment(workspace.path, LineComment(AUGUST, "step", "5", f"Barnet {cpr_number()}", "hånd", AT))
    assert comments_at(workspace, AUGUST)["step", "5"].text == "Barnet ******-****"


def test_a_damaged_line_of_the_file_is_told_and_the_page_stands(own_home: Home, open_page: OpenPage) -> None:
    path = comments_path(own_home.workspace().path)
    before = path.read_bytes() if path.exists() else b""
    path.write_bytes(before + b'{"half')
    app = open_page(own_home, PAGE)
    path.write_bytes(before)
    assert not app.exception
    assert any("er beskadiget og læses ikke" in warning.value for warning in app.warning)


def test_a_month_is_closed_with_its_comment_and_overblik_tells_what_moved(
    fresh_home: Home, open_page: OpenPage
) -> None:
    """July is closed though something is missing, once that is agreed to; August then has a bridge since."""
    july = pd.Period("2026-07", "M")
    app = open_page(fresh_home, PAGE, maaned="2026-07")
    app = write(app, "Stille måned")
    app = app.checkbox(key="luk_alligevel").check().run()
    app = app.button(key="luk").click().run()
    assert not app.exception
    text = text_of(app)
    assert "Juli\u00a02026 er lukket" in text
    assert "luk" not in {button.key for button in app.button}
    (closed,) = closed_months(fresh_home.workspace())
    assert (closed.month, closed.comment, closed.user) == (july, "Stille måned", "lokal bruger")
    then = text_of(open_page(fresh_home, "overblik", maaned="2026-07"))
    assert "Juli\u00a02026 er lukket 10.\u00a0sep.\u00a02026 af lokal bruger med et forventet regnskab på" in then
    assert "Med det, der vides om måneden nu" not in then
    assert "Stille måned (lokal bruger" in then
    overview = open_page(fresh_home, "overblik")
    assert not overview.exception
    assert "af lokal bruger med et forventet regnskab" not in text_of(overview)
    assert "Siden sidste lukning: fra juli\u00a02026 til nu" in text_of(overview)


def test_a_paper_from_the_button_is_the_paper_of_the_command(own_home: Home, open_page: OpenPage) -> None:
    """The same slides as `report` makes, under a name that says what it is; the checklist then knows of it, and
    asks for it again once the comments that are missing are written."""
    from cockpit.reports import build_report
    from cockpit.services.paper import gather_paper

    app = open_page(own_home, PAGE)
    app.radio(key="papir_laeser_luk").set_value("ledelse")
    app = app.button(key="lav_papir_luk").click().run()
    assert not app.exception
    expected = build_report(gather_paper(own_home.workspace(), AUGUST), "ledelse")
    deck = Presentation(io.BytesIO(app.session_state[MADE_KEY][1]))
    titles = [slide.shapes.title.text for slide in deck.slides]
    assert all(page.title in titles for page in expected.pages)
    assert file_name(AUGUST, "ledelse", "pptx") == "forventet-regnskab-2026-08-ledelse.pptx"
    assert "Lavet til ledelsen, men kommentarer mangler" in text_of(open_page(own_home, PAGE))
    # It is offered only as long as it would be made the same.
    assert len(app.get("download_button")) == 1
    write_comment(own_home.workspace(), AUGUST, WHOLE, "Nyt siden papiret", user="kim", at=AT)
    assert not app.run().get("download_button")


def test_an_action_is_entered_stands_in_the_words_and_is_removed(own_home: Home, open_page: OpenPage) -> None:
    """A fault is told and keeps what was written; the paper reads the very file."""
    app = open_page(own_home, PAGE)
    for name, text in (("text", "Hjemtagning af to unge"), ("effect", "mange"), ("deadline", "01-10-2026")):
        app.text_input(key=f"tiltag_{name}_0").set_value(text)
    app.text_input(key="tiltag_owner_0").set_value("Familiechef")
    app = app.button(key="gem_tiltag_0").click().run()
    assert any("Effekt i kr." in error.value for error in app.error)
    app.text_input(key="tiltag_effect_0").set_value("850.000")
    app = app.button(key="gem_tiltag_0").click().run()
    assert "Tiltagene skal mindske årets udgifter med" in text_of(app)
    (kept,) = own_home.workspace().measures
    assert (kept.text, kept.effect, kept.owner, kept.year) == ("Hjemtagning af to unge", 850_000.0, "Familiechef", 2026)
    app = app.button(key="fjern_tiltag").click().run()
    assert not own_home.workspace().measures
    assert "er fjernet" in text_of(app)


def test_without_data_the_page_leads_on(empty_home: Home, open_page: OpenPage) -> None:
    app = open_page(empty_home, PAGE)
    assert not app.exception
    assert not app.get("plotly_chart")
