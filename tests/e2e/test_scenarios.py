"""Scenarier in a real browser: a slider by keyboard, a link that restores all of it, and the way back."""

from collections.abc import Callable

from tests.e2e.conftest import Cockpit
from tests.pages.demo_store import Home

BEGIN = "Træk i en skyder for at se, hvad det ændrer"
SLIDER, THREE_A_YEAR = "Færre nye i ", "3 børn om året"


def test_a_slider_moves_by_keyboard_and_the_link_restores_it(
    cockpit: Cockpit, window: Callable[..., Cockpit], demo_address: str, demo_home: Home
) -> None:
    """Three presses of an arrow key are three children a year; a second reader sees the same answer and value."""
    cockpit.open("scenarier")
    assert cockpit.page.locator("h1").inner_text() == BEGIN
    slider = cockpit.page.get_by_role("slider").first
    slider.focus()  # once: the focus stays where it is while the page is drawn anew
    for _ in range(3):
        cockpit.page.keyboard.press("ArrowRight")
    cockpit.page.wait_for_function(f"() => document.body.textContent.includes('{THREE_A_YEAR}')")
    cockpit.settle()
    assert cockpit.page.locator("h1").inner_text().startswith("Gevinsten")
    assert slider.input_value() == "3"
    assert slider.evaluate("slider => slider === document.activeElement")
    assert SLIDER in cockpit.text()
    cockpit.wait_for("Alene: +")
    other = window(demo_address, demo_home)
    other.page.goto(cockpit.page.url)
    other.wait_for("Alene: +")
    assert other.page.locator("h1").inner_text() == cockpit.page.locator("h1").inner_text()
    assert other.page.get_by_role("slider").first.input_value() == "3"
    cockpit.press("Nulstil til uden scenarie")
    cockpit.page.locator("h1", has_text=BEGIN).wait_for()
    assert "scenarie=" not in cockpit.page.url
