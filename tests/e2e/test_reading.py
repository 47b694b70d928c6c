"""What a reader meets in a real browser: Danish, calm, fast, from this machine alone."""

import gzip
import re
from collections.abc import Callable
from email.message import Message
from typing import NamedTuple
from urllib.request import Request, urlopen

import pytest

from tests.e2e.axe import grave_findings
from tests.e2e.conftest import Cockpit
from tests.pages.demo_store import Home


class Answer(NamedTuple):
    """What the server sends."""

    headers: Message
    body: bytes


def answered(url: str, **headers: str) -> Answer:
    with urlopen(Request(url, headers=headers)) as answer:
        return Answer(answer.headers, answer.read())


def test_the_document_is_danish_with_title_icon_and_guarded_headers(cockpit: Cockpit) -> None:
    """`lang`, page titles and the security headers of the HTML document."""
    cockpit.open("prognose")
    assert cockpit.page.evaluate("document.documentElement.lang") == "da"
    assert cockpit.page.title() == "Prognose – Styringscockpit"
    answer = answered(cockpit.address, Accept="text/html")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert b"<title>Styringscockpit</title>" in answer.body


def test_the_overview_has_one_answer_four_figures_and_charts_with_tables(cockpit: Cockpit) -> None:
    """The first line answers; each fold holds the chart's numbers as a real table."""
    cockpit.open()
    page = cockpit.page
    assert page.locator("h1").count() == 1
    assert re.match(r"Året ventes at ende .+ budget", page.locator("h1").inner_text())
    assert page.locator("dl.figures > div").count() == 4
    page.get_by_text("Tallene som tabel").first.click()
    table = page.locator("table.twin").first
    table.wait_for()
    assert "supplement 2026" in table.inner_text().replace("\u00a0", " ")


def test_a_choice_stands_in_the_link_and_the_link_restores_it(
    cockpit: Cockpit, window: Callable[..., Cockpit], demo_address: str, demo_home: Home
) -> None:
    """Month and level are chosen by hand, and a second reader opens the same."""
    cockpit.open()
    cockpit.page.get_by_label("Opgjort til og med").first.click()
    cockpit.page.get_by_role("option", name="jul. 2026").click()
    cockpit.wait_for("Opgjort med udgangen af juli")
    cockpit.page.get_by_role("radio", name="Konti").or_(cockpit.page.get_by_role("button", name="Konti")).first.click()
    cockpit.page.locator("h2", has_text="5.28.").first.wait_for()
    cockpit.settle()
    assert "maaned=2026-07" in cockpit.page.url
    assert "niveau=account" in cockpit.page.url
    other = window(demo_address, demo_home)
    other.page.goto(cockpit.page.url)
    other.wait_for("Opgjort med udgangen af juli")
    assert other.page.locator("h1").inner_text() == cockpit.page.locator("h1").inner_text()
    assert other.page.locator("h2", has_text="5.28.").count() > 0


def test_a_choice_follows_to_the_other_pages(cockpit: Cockpit) -> None:
    """A type chosen on Prognose is the one that Aktivitet og pris shows, and it stands in that page's link too."""
    cockpit.open("prognose?raekke=type:foster_care&maaned=2026-07")
    cockpit.page.get_by_role("link", name="Aktivitet og pris").click()
    cockpit.page.locator("h1", has_text="Plejefamilie").wait_for()
    cockpit.settle()
    assert "Opgjort med udgangen af juli" in cockpit.text()
    assert "maaned=2026-07" in cockpit.page.url
    assert "foster_care" in cockpit.page.url


def test_what_needs_attention_leads_by_keyboard_to_what_can_be_done(cockpit: Cockpit) -> None:
    """Tab reaches the links, Enter follows them; a second link wins over where the first one led."""
    for number in (0, 1):
        cockpit.open() if number == 0 else cockpit.page.get_by_role("link", name="Overblik").click()
        links = cockpit.page.locator("[class*=st-key-skridt_] a", has_text="Se mængde og pris for")
        links.nth(number).wait_for()
        cockpit.settle()
        name = links.nth(number).inner_text().removeprefix("Se mængde og pris for ")
        cockpit.page.get_by_label("Opgjort til og med").first.focus()
        for _ in range(60):
            if cockpit.page.evaluate("document.activeElement.innerText") == links.nth(number).inner_text():
                break
            cockpit.page.keyboard.press("Tab")
        cockpit.page.keyboard.press("Enter")
        cockpit.page.locator("h1", has_text=f"{name[0].upper()}{name[1:]}:").wait_for()
        cockpit.settle()
        assert "raekke=type" in cockpit.page.url


def test_what_needs_attention_opens_at_the_section_it_is_about(cockpit: Cockpit) -> None:
    """A link that names a section lands below the page's bar, with the keyboard there, and then lets the reader go."""
    cockpit.open()
    cockpit.page.get_by_role("link", name="Se indsatserne").click()
    top = "() => document.getElementById('passerede-slutdatoer')?.getBoundingClientRect().top"
    cockpit.page.wait_for_function(f"() => {{ const top = ({top})(); return top > 0 && top < 200 }}")
    cockpit.settle()
    assert 0 < cockpit.page.evaluate(top) < 200
    assert cockpit.page.evaluate("document.activeElement.id") == "passerede-slutdatoer"
    cockpit.page.mouse.move(600, 500)
    cockpit.page.mouse.wheel(0, -400)
    cockpit.page.wait_for_function(f"() => ({top})() > 400")


def test_a_paper_s_window_is_used_by_keyboard_and_leads_back(cockpit: Cockpit) -> None:
    """Enter opens it, Tab stays in it, and Escape returns to the button."""
    cockpit.open("prognose")
    keyboard = cockpit.page.keyboard
    opener = cockpit.page.get_by_role("button", name="Lav papir", exact=True)
    opener.press("Enter")
    window = cockpit.page.get_by_role("dialog", name="Lav papir")
    window.get_by_role("button", name="Lav papiret for").wait_for()
    for _ in range(8):
        keyboard.press("Tab")
        assert window.evaluate("window => window.contains(document.activeElement)")
    keyboard.press("Escape")
    window.wait_for(state="detached")
    assert opener.evaluate("button => button === document.activeElement")


def test_every_script_is_asked_for_with_the_document(cockpit: Cockpit) -> None:
    """The browser fetches them while the page is worked out, each once, and waits for none that the page turns up."""
    cockpit.open()
    scripts = [url.rpartition("/")[2] for url in cockpit.requests if re.search(r"\.js(\?|$)", url)]
    document = answered(cockpit.address, Accept="text/html").body.decode()
    assert sum("PlotlyChart" in name for name in scripts) == 1
    assert sorted(scripts) == sorted(re.findall(r'/([^/"]+\.js(?:\?\w+)?)"', document))


def test_files_travel_compressed_and_are_kept_and_the_document_never(cockpit: Cockpit) -> None:
    """What the browser has of an earlier document must not hide the new names of the files in it."""
    cockpit.open()
    chart_library = next(url for url in cockpit.requests if "PlotlyChart" in url)
    packed, plain = answered(chart_library, **{"Accept-Encoding": "gzip"}), answered(chart_library)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    style = answered(next(url for url in cockpit.requests if "page.css" in url))
    assert all("immutable" in kept.headers["Cache-Control"] for kept in (packed, plain, style))
    document = answered(cockpit.address, Accept="text/html")
    assert document.headers["Cache-Control"] == "no-cache"
    assert document.headers["ETag"] is None


@pytest.mark.parametrize("path", ["overblik", "findes-ikke"])
def test_an_unknown_address_leads_to_the_overview(cockpit: Cockpit, path: str) -> None:
    """No English dialog about a page that was not found."""
    cockpit.open(path)
    assert "Page not found" not in cockpit.text()
    assert cockpit.page.locator("dl.figures").count() == 1


TOO_TALL = "[document.querySelector('[data-testid=stMain]')].map(main => main.scrollHeight - main.clientHeight)[0]"


def test_every_view_fits_the_projector_without_scrolling(cockpit: Cockpit) -> None:
    """Nobody scrolls in front of a committee: words, chart and the way on are on the screen at once."""
    page = cockpit.page
    cockpit.open("?vis=praesentation")
    for _ in range(10):
        for width, height in ((1280, 720), (1440, 900)):
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(TOO_TALL) == 0, page.locator("h1").inner_text()
            assert page.evaluate("document.querySelector('article.slide img')?.clientHeight ?? 999") > 100
        if page.get_by_role("button", name="Næste").is_disabled():
            return
        before = page.locator("h1").inner_text()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=before)
        cockpit.settle()
    raise AssertionError("the story has no end")


def test_what_is_for_internal_use_is_gone_before_the_view_is_made(cockpit: Cockpit) -> None:
    """The projector is on when the button is pressed, and a paper nobody has asked for yet takes some seconds."""
    cockpit.open("?maaned=2026-07")  # a month whose paper no other test asks for
    page = cockpit.page
    assert page.get_by_text("Til intern brug").is_visible()
    page.get_by_role("button", name="Præsentation").click()
    page.get_by_text("Visningen laves").wait_for()
    shown = page.locator("[data-testid=stMain]").inner_text()
    page.locator("article.slide").wait_for()
    for internal in ("Til intern brug", "Tallene som tabel", "Det kræver opmærksomhed"):
        assert internal not in shown


def test_the_projector_leafs_by_keyboard_and_presenter_and_its_link_opens_the_same_view(cockpit: Cockpit) -> None:
    """Arrow, PageDown, PageUp and Escape; no navigation on the way, and the charts' pictures are drawn."""
    cockpit.open("prognose")
    cockpit.press("Præsentation")
    page = cockpit.page
    page.locator("h1", has_text="Afvigelsen fra budgettet").wait_for()
    cockpit.settle()
    assert page.locator("article.slide img").evaluate("picture => picture.naturalWidth") > 0
    assert not page.get_by_role("link", name="Overblik").is_visible()
    page.locator("article.slide summary").click()
    assert grave_findings(page) == []
    titles = [page.locator("h1").inner_text()]
    for key in ("ArrowRight", "PageDown"):
        page.keyboard.press(key)
        page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=titles[-1])
        cockpit.settle()
        titles.append(page.locator("h1").inner_text())
    link = page.url
    page.keyboard.press("PageUp")
    page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=titles[-1])
    assert page.locator("h1").inner_text() == titles[1]
    page.goto(link)
    cockpit.settle()
    assert page.locator("h1").inner_text() == titles[2]
    page.get_by_role("button", name="Afslut").press("Escape")
    page.get_by_role("link", name="Overblik").wait_for()
    assert "vis=" not in page.url
