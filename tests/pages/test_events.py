"""Known events on the page: the law of 2024 stands there, one's own is entered, counted, told and removed."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

from streamlit.testing.v1 import AppTest

from cockpit.services.prognosis import make_prognosis
from tests.pages.demo_store import Home

OpenPage = Callable[..., AppTest]
TYPED = {"text": "Ny rammeaftale", "month": "2026-03", "functions": "", "source": "Byrådet", "owner": "controller"}


def text_of(app: AppTest) -> str:
    parts = [element.value for kind in ("markdown", "header", "success", "error") for element in getattr(app, kind)]
    html = [element.body for element in app.html]
    return unescape(re.sub(r"<[^>]+>", " ", "\n".join([*map(str, parts), *html]))).replace("\N{NO-BREAK SPACE}", " ")


def fill(app: AppTest, **changed: str) -> AppTest:
    app.selectbox(key="haendelse_kind_0").set_value("kontrakt")
    app.multiselect(key="haendelse_moves_0").set_value(["pris", "tilgang"])
    app.multiselect(key="haendelse_types_0").set_value(["Opholdssted"])
    for name, text in {**TYPED, **changed}.items():
        app.text_input(key=f"haendelse_{name}_0").set_value(text)
    return app.button(key="gem_haendelse_0").click().run()


def test_an_event_is_entered_counted_told_and_removed(demo_home: Home, open_page: OpenPage, tmp_path: Path) -> None:
    """The forecast changes and says so; removed, it is the very same as before."""
    home = demo_home.copy_to(tmp_path / "own")
    before = make_prognosis(home.workspace())
    app = open_page(home, "prognose")
    assert "Barnets Lov" in text_of(app)
    app = fill(app)
    assert not app.exception
    assert "»Ny rammeaftale« er gemt og regnet med." in text_of(app)
    after = make_prognosis(home.workspace())
    assert after.total["mean"] != before.total["mean"]
    assert any("»Ny rammeaftale«" in note for note in after.notes)
    app = app.button(key="fjern_haendelse").click().run()
    assert not app.exception
    assert "»Ny rammeaftale« er fjernet" in text_of(app)
    assert make_prognosis(home.workspace()).total.equals(before.total)
    log = (home.folder / "store.duckdb.audit.jsonl").read_text(encoding="utf-8")
    assert "event added" in log
    assert "event removed" in log


def test_what_cannot_be_read_is_told_and_nothing_is_kept(demo_home: Home, open_page: OpenPage, tmp_path: Path) -> None:
    """All faults at once, and what was typed is still there to be mended."""
    home = demo_home.copy_to(tmp_path / "own")
    app = fill(open_page(home, "prognose"), month="marts", source="", functions="9.99.99")
    (fault,) = (element.value for element in app.error)
    for part in ("Hændelsen er ikke gemt", "Første måned: »marts«", "Kilde: Feltet skal udfyldes", "Konti: »9.99.99«"):
        assert part in fault
    assert app.text_input(key="haendelse_owner_0").value == "controller"
    assert not (home.folder / "haendelser.csv").exists()
