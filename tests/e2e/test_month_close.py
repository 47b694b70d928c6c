"""A month is closed and its papers fetched, as a controller does it in a browser."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pikepdf
import pytest
from pptx import Presentation

from cockpit.services.closing import closed_months
from cockpit.services.scenario import presets
from cockpit.services.scenario.links import to_link
from tests.e2e.conftest import Cockpit
from tests.e2e.test_reading import TOO_TALL
from tests.pages.demo_store import Home

MEASURES = """Nøgle;Tiltag;År;Effekt i kr.;Frist;Ansvarlig
T1;Hjemtagning af to unge fra opholdssted til plejefamilie;2026;850.000,00;01-10-2026;Familiechef
T2;Flere plejefamilier i kommunen;2026;400.000,00;15-09-2026;Teamleder
T3;Genforhandling af takster med tre leverandører;2026;1.200.000,00;15-12-2026;Økonomichef
"""
FORMS = {"pptx": "Dias (PowerPoint)", "pdf": "PDF", "xlsx": "Regneark (Excel)"}


@pytest.fixture
def closing(
    demo_home: Home, tmp_path: Path, window: Callable[..., Cockpit], serve: Callable[[Home], str]
) -> Cockpit:
    """Månedsluk of a demo that the test may change."""
    home = demo_home.copy_to(tmp_path / "demo")
    cockpit = window(serve(home), home, accept_downloads=True)
    cockpit.open("maanedsluk")
    return cockpit


def titles_of(kind: str, content: bytes) -> list[str]:
    """Open a paper with another library than the one that wrote it, and return what its pages are called."""
    if kind == "pptx":
        return [slide.shapes.title.text for slide in Presentation(io.BytesIO(content)).slides]
    if kind == "xlsx":
        return [str(sheet["A2"].value) for sheet in openpyxl.load_workbook(io.BytesIO(content))]
    with pikepdf.open(io.BytesIO(content)) as pdf, pdf.open_outline() as outline:
        return [child.title for item in outline.root for child in item.children]


def test_a_month_is_commented_closed_and_its_papers_fetched(closing: Cockpit) -> None:
    """What is missing is said, a comment is kept, the closing needs a yes, and each paper is a file of its kind."""
    page = closing.page
    page.get_by_role("textbox", name="Kommentar til måneden").fill("Flere børn i pleje end ventet")
    closing.press("Gem kommentaren")
    closing.wait_for("Kommentaren er gemt.")
    page.get_by_text("for altid, selv om der mangler").click()
    closing.settle()
    closing.press("Luk måneden")
    closing.wait_for("er lukket, og prognosen er gemt i arkivet")
    (closed,) = closed_months(closing.home.workspace())
    assert (str(closed.month), closed.comment) == ("2026-08", "Flere børn i pleje end ventet")

    for kind, form in FORMS.items():
        page.get_by_text(form, exact=True).click()
        closing.settle()
        closing.press("Lav papiret for august\u00a02026")
        name = f"forventet-regnskab-2026-08-udvalg.{kind}"
        with page.expect_download() as fetched:
            page.get_by_role("button", name=f"Hent {name}").click()
        assert fetched.value.suggested_filename == name
        titles = titles_of(kind, Path(fetched.value.path()).read_bytes())
        assert any(title.startswith("Året ventes at ende") for title in titles)
    closing.open("maanedsluk")
    assert "Lavet til udvalget, men kommentarer mangler" in closing.text()

    # What is asked for, with actions and a scenario, is the fullest view: it fits the projector like the others.
    (closing.home.folder / "tiltag.csv").write_text(MEASURES, encoding="utf-8")
    scenario = to_link(presets(closing.home.workspace().reference)[0])
    closing.open(f"?vis=praesentation&billede=Indstilling&scenarie={scenario}")
    closing.wait_for("at udvalget tager stilling til, om der skal arbejdes videre med scenariet")
    for width, height in ((1280, 720), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(TOO_TALL) == 0
