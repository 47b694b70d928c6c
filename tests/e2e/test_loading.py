"""From an empty store to an answer, and back, as a user does it in a browser."""

from collections.abc import Callable
from pathlib import Path

from tests.e2e.conftest import Cockpit
from tests.pages import extracts
from tests.pages.demo_store import Home


def test_a_newcomer_tries_the_demo_and_gets_an_answer(own_cockpit: Cockpit) -> None:
    """Empty store, one press, then the sentence and four key figures."""
    own_cockpit.open()
    own_cockpit.press("Prøv med Eksempelby")
    own_cockpit.page.locator("dl.figures").wait_for(timeout=100_000)
    own_cockpit.settle()
    assert own_cockpit.page.locator("h1").inner_text().startswith("Året ventes at ende")
    assert own_cockpit.page.locator("dl.figures > div").count() == 4


def test_faults_are_told_good_files_are_stored_and_a_load_is_taken_back(own_cockpit: Cockpit, tmp_path: Path) -> None:
    """Faulty file: row, column, value, remedy, nothing stored. Good file: trial, load, undo."""
    own_cockpit.open()
    own_cockpit.press("Indlæs jeres egne udtræk")
    own_cockpit.wait_for("Der er ingen data endnu: indlæs de første udtræk")
    own_cockpit.choose_file(_file(tmp_path, "forkert.csv", extracts.FAULTY))
    own_cockpit.press("Indlæs")
    own_cockpit.wait_for("Intet er gemt")
    for part in ("forkert.csv", "999999999", "mange penge", "beloeb", "Ret kontoen"):
        assert part in own_cockpit.text()
    assert own_cockpit.home.workspace().is_empty()

    own_cockpit.open("data")
    own_cockpit.choose_file(_file(tmp_path, "februar.csv", extracts.POSTINGS))
    own_cockpit.press("Prøv uden at gemme")
    own_cockpit.wait_for("Afprøvet uden at gemme")
    assert own_cockpit.home.workspace().is_empty()
    own_cockpit.press("Indlæs")
    own_cockpit.wait_for("3 rækker gemt")
    assert len(own_cockpit.home.workspace().batches()) == 1

    own_cockpit.open("data?afsnit=indlaesninger")
    own_cockpit.press("Fortryd seneste indlæsning")
    own_cockpit.press("Ja, fortryd indlæsningen")
    own_cockpit.wait_for("er fortrudt")
    assert own_cockpit.home.workspace().is_empty()


def test_a_phone_shows_each_fault_with_its_remedy_without_scrolling_sideways(
    window: Callable[..., Cockpit], serve: Callable[[Home], str], tmp_path: Path
) -> None:
    """390 pixels: what is wrong and what to do stand inside the width, and each line says what it is."""
    home = Home(tmp_path)
    phone = window(serve(home), home, viewport={"width": 390, "height": 844})
    phone.open("data")
    phone.choose_file(_file(tmp_path, "forkert.csv", extracts.FAULTY))
    phone.press("Indlæs")
    phone.wait_for("Intet er gemt")
    table = phone.page.locator("table.stacked").first
    table.wait_for()
    assert table.evaluate("table => table.parentElement.scrollWidth <= table.parentElement.clientWidth")
    remedy = phone.page.locator("table.stacked td.long").first
    assert remedy.evaluate("cell => getComputedStyle(cell, '::before').content").strip('"').startswith("Hvad er galt")
    box = remedy.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390


def test_columns_are_pointed_out_and_kept_as_a_profile(own_cockpit: Cockpit, tmp_path: Path) -> None:
    """Names of one's own become a profile that the next load uses."""
    own_cockpit.open("data")
    page = own_cockpit.page
    own_cockpit.choose_file(_file(tmp_path, "udtraek.csv", extracts.OWN_COLUMNS))
    _choose(own_cockpit, "Filen indeholder", "Posteringer")
    own_cockpit.settle()
    _choose(own_cockpit, "Periode (eller Bogføringsdato)", "Bogføringsperiode")
    _choose(own_cockpit, "Konto (kræves)", "Artskonto")
    _choose(own_cockpit, "Beløb (kræves)", "Udgift i kr.")
    page.get_by_label("Navn på kolonneprofilen").fill("Vores system")
    own_cockpit.press("Gem som kolonneprofil")
    own_cockpit.wait_for("Kolonneprofilen Vores system er gemt og valgt")
    own_cockpit.press("Indlæs")
    own_cockpit.wait_for("2 rækker gemt")


def _choose(cockpit: Cockpit, label: str, option: str) -> None:
    cockpit.page.get_by_label(label, exact=True).first.click()
    cockpit.page.get_by_role("option", name=option, exact=True).click()


def _file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
