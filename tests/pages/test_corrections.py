"""Known cases on their way, on the page: entered, seen as a line of their own, told, removed, and nothing is left."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

from streamlit.testing.v1 import AppTest

from cockpit.domain.prognosis import Prognosis
from cockpit.services.prognosis import make_prognosis
from cockpit.ui.plain_text import UNSEEN
from tests.pages.demo_store import Home
from tests.personal import SERIAL, cpr_number

OpenPage = Callable[..., AppTest]
TYPED = {
    "text": "Søskende anbringes", "children": "2", "amount": "90.000", "first": "2026-10", "last": "", "role": "leder",
    "probability": "50 %", "expires": "2026-12", "function": "",
}  # fmt: skip
EXPECTED = 0.5 * 2 * 90_000 * 3


def text_of(app: AppTest) -> str:
    parts = [element.value for kind in ("markdown", "header", "success", "error") for element in getattr(app, kind)]
    html = [element.body for element in app.html]
    return unescape(re.sub(r"<[^>]+>", " ", "\n".join([*map(str, parts), *html]))).replace("\N{NO-BREAK SPACE}", " ")


def fill(app: AppTest, **changed: str) -> AppTest:
    """Fill the form in and press its button."""
    app.selectbox(key="sag_type_0").set_value("Opholdssted")
    for name, text in {**TYPED, **changed}.items():
        app.text_input(key=f"sag_{name}_0").set_value(text)
    return app.button(key="gem_sag_0").click().run()


def total_of(home: Home) -> Prognosis:
    return make_prognosis(home.workspace())


def test_a_case_is_entered_counted_told_and_removed(demo_home: Home, open_page: OpenPage, tmp_path: Path) -> None:
    """The forecast rises by exactly what was entered; after removal it is the very same as before."""
    home = demo_home.copy_to(tmp_path / "own")
    before = total_of(home).total
    app = open_page(home, "prognose")
    assert "Ingen kendte sager er skrevet ind" in text_of(app)
    app = fill(app)
    assert not app.exception
    text = text_of(app)
    assert "»Søskende anbringes« er gemt og regnet med." in text
    assert "1 sag ventes at flytte 2026 med +270.000 kr." in text
    assert "tæller med" in text
    after = total_of(home).total
    assert after["corrections"] == EXPECTED
    assert abs(after["mean"] - before["mean"] - EXPECTED) < 0.005
    assert "Kendte sager på vej indgår med +0,3 mio. kr." in text_of(open_page(home, "overblik"))
    app = open_page(home, "prognose")
    assert any("Kendte sager" in element.body for element in app.html if "Disponeret" in element.body)
    app = app.button(key="fjern_sag").click().run()
    assert not app.exception
    assert "»Søskende anbringes« er fjernet" in text_of(app)
    assert total_of(home).total.equals(before)
    log = (home.folder / "store.duckdb.audit.jsonl").read_text(encoding="utf-8")
    assert "correction added" in log
    assert "correction removed" in log
    assert "Søskende" not in log


def test_a_case_that_does_not_count_is_not_said_to(demo_home: Home, open_page: OpenPage, tmp_path: Path) -> None:
    """It is kept, the reason is told at once, and what somebody wrote of it is text on every page, never a picture."""
    home = demo_home.copy_to(tmp_path / "own")
    picture = "Udløbet ![x](http://b.dk/x.png)"
    app = fill(open_page(home, "prognose"), text=picture, expires="2020-01")
    assert not app.exception
    assert [one.value.replace("\N{NO-BREAK SPACE}", " ") for one in app.success] == [
        rf"»Udløbet !\[x\](http\:{UNSEEN}//b.dk/x.png)« er gemt, men tæller ikke med (udløb jan. 2020)."
    ]
    for page in (app, open_page(home, "overblik")):
        shown = [one.value for kind in ("markdown", "caption", "success", "header") for one in getattr(page, kind)]
        assert not any("![x]" in text for text in shown)
        assert any(r"!\[x\]" in text for text in shown)


def test_what_cannot_be_read_is_told_and_nothing_is_kept(demo_home: Home, open_page: OpenPage, tmp_path: Path) -> None:
    """All faults at once, and what was typed is still there to be mended; a CPR number is not repeated."""
    home = demo_home.copy_to(tmp_path / "own")
    app = fill(open_page(home, "prognose"), children="mange", expires="", text=f"Barn {cpr_number()}")
    (fault,) = (element.value for element in app.error)
    assert [word in fault for word in ("Børn: »mange«", "Udløber: Feltet skal udfyldes", "CPR-nummer")] == [True] * 3
    assert SERIAL not in fault
    assert r"»Barn \*\*\*\*\*\*-\*\*\*\*«" in fault
    assert app.text_input(key="sag_amount_0").value == "90.000"
    assert not (home.folder / "korrektioner.csv").exists()
