"""Every page as every reader meets it: Danish, by desk and phone, light and dark, with eyes and without."""

import re

import pytest

from tests.e2e.axe import grave_findings
from tests.e2e.conftest import Cockpit

PAGES = (
    "", "prognose", "aktivitet", "scenarier?tilstand=alle", "traefsikkerhed", "maanedsluk",
    "data", "data?afsnit=indlaesninger", "data?afsnit=afstemning", "data?afsnit=forudsaetninger",
    "hjaelp", "hjaelp?emne=ordliste", "hjaelp?emne=was",
)  # fmt: skip
MACHINE = re.compile(
    r"\b(?:nan|NaN|None|NaT|inf)\b|[-−]0,0\b|Traceback|<NA>|\d[eE][+-]\d|\d\.\d\d?\s(?:mio|kr|%)|\w\.\.(?!\.)"
)
ENGLISH = re.compile(
    r"\b(the|and|with|your|this|of|Upload|Browse|Drag|Drop|Choose|Select|Open|Close|Clear|Remove|Add|Help for|Press|"
    r"No results|not found|Running|Connecting|Deploy|per file|Rerun|Settings|Loading|undefined|Streamlit|Sidebar|"
    r"Link to|Show|Hide|Expand|Collapse|Search|Submit|Apply|Year|Month|Total|Forecast|Actual|Budgeted)\b"
)
IDENTIFIERS = re.compile(r"`[^`]*`|\S*[_/\\]\S*|\S+\.(?:toml|csv|xlsx|pptx|pdf|py)\b")
NAMES = """() => [...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')]
  .flatMap(one => ['aria-label', 'title', 'placeholder', 'alt'].map(name => one.getAttribute(name)))
  .filter(Boolean).join('\\n')"""
UNFOLD = "document.querySelectorAll('details:not([open]) > summary').forEach(fold => fold.click())"
CUT = """() => [...document.querySelectorAll('dl.figures .value, dl.figures .note, table.twin .num, h1, h2')]
  .filter(one => one.offsetParent && one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
  .map(one => one.innerText)"""
BROKEN = "[...document.images].filter(one => one.complete && !one.naturalWidth).map(one => one.src)"
FITS = """() => [document.querySelector('[data-testid=stMain]')]
  .every((main) => main.scrollWidth <= main.clientWidth + 1)"""
CHART_NUMBERS = "[data-testid=stPlotlyChart] .plot-container:not([aria-hidden=true])"
BACKGROUND = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
OURS = "getComputedStyle(document.documentElement).getPropertyValue('--background')"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_by_desk_and_phone_light_and_dark(cockpit: Cockpit, path: str) -> None:
    """Opened once: its words and figures, its width on a phone and enlarged, both themes, the scan in each."""
    page = cockpit.page
    cockpit.open(path)
    assert re.fullmatch(r"[A-ZÆØÅ][\w ]+ – Styringscockpit", page.title())
    assert cockpit.hosts() == {"127.0.0.1"}
    page.wait_for_function("document.fonts.check('16px \"IBM Plex Sans\"')")  # a face may still be on its way
    page.evaluate(UNFOLD)
    cockpit.settle()
    text = f"{cockpit.text()}\n{page.evaluate(NAMES)}"
    assert MACHINE.findall(_words(text)) == []
    assert ENGLISH.findall(_words(text)) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(BROKEN) == []
    assert grave_findings(page) == []
    assert page.locator(CHART_NUMBERS).count() == 0  # a chart is read out by its words alone

    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"() => {BACKGROUND} === 'rgb(15, 28, 41)' && {OURS} === '#0F1C29'", timeout=10_000)
    cockpit.settle()
    page.wait_for_function(FITS, timeout=10_000)
    assert grave_findings(page) == []
    page.set_viewport_size({"width": 320, "height": 844})  # a desk's screen enlarged four times (WCAG 1.4.10)
    cockpit.settle()
    page.wait_for_function(FITS, timeout=10_000)


def test_every_link_within_the_guide_leads_to_a_chapter(cockpit: Cockpit) -> None:
    """The contents above it name every chapter, and no link is left in the air."""
    cockpit.open("hjaelp")
    lost = cockpit.page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] a[href^="#"]')]
          .map((link) => decodeURIComponent(link.getAttribute('href').slice(1)))
          .filter((name) => !document.getElementById(name))"""
    )
    assert lost == []
    chapters = cockpit.page.locator("[data-testid=stMain] h2").all_inner_texts()
    links = cockpit.page.locator("p", has_text="Indhold:").locator("a").all_inner_texts()
    assert len(links) > 10
    assert links == chapters


def test_the_scan_and_the_text_search_see_what_is_planted(cockpit: Cockpit) -> None:
    """A picture without words, pale text, two regions of one name, an English name, a machine's number."""
    cockpit.open("hjaelp")
    cockpit.page.evaluate(
        """() => document.querySelector('[data-testid=stMain] h1').insertAdjacentHTML('afterend',
          '<img src="assets/favicon.png" id="planted"><p style="color:#bbb;background:#fff">Bleg tekst</p>' +
          '<div role="region" aria-label="Tal">1</div>'.repeat(2))"""
    )
    found = " ".join(grave_findings(cockpit.page))
    assert "image-alt" in found
    assert "color-contrast" in found
    assert "landmark-unique" in found
    for wrong in ("nan", "None", "−0,0", "1e+06", "12.5", "12,5 mio. kr.."):
        assert MACHINE.search(f"Forventet {wrong} mio. kr."), wrong
    assert ENGLISH.search("Browse files")


def _words(text: str) -> str:
    """What is prose: file names, keys and commands keep their spelling."""
    return IDENTIFIERS.sub(" ", text)
