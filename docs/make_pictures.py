"""Make the pictures of the documentation from the running app: `python docs/make_pictures.py http://127.0.0.1:8501`.

Start the app on the demo municipality first (`make run`). Needs what tests need: Playwright and Chromium.
"""

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
COLOURS = 256  # enough for flat colours, the rare red and green among them; a third of the size
SIZES = {  # every page of the guide: address, width, height
    "overblik": ("", 1200, 1000),
    "prognose": ("prognose", 1200, 1000),
    "aktivitet": ("aktivitet?raekke=type:foster_care", 1200, 1000),
    "scenarier": ("scenarier", 1200, 1000),
    "traefsikkerhed": ("traefsikkerhed", 1200, 1000),
    "maanedsluk": ("maanedsluk", 1200, 1000),
    "praesentation": ("?vis=praesentation", 1200, 900),
    "data": ("data?afsnit=afstemning", 1200, 800),
    "overblik-telefon": ("", 390, 760),
}
READY = """() => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector('[data-stale=true],[data-testid=stSkeleton]')
  && document.querySelector('[data-testid=stMain] h1')
  && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(one => one.querySelector('.main-svg'))"""


def main(address: str) -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for name, (path, width, height) in SIZES.items():
            _take(browser, f"{address}/{path}", name, width, height)
        browser.close()


def _take(browser: Browser, address: str, name: str, width: int, height: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
    page.goto(address)
    page.wait_for_function(READY, timeout=120_000)
    if name == "scenarier":
        _set_a_scenario(page)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(READY, timeout=120_000)  # what came last may have asked for more
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    page.close()
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(path)


def _set_a_scenario(page: Page) -> None:
    """Move a slider: without a lever there is nothing to see."""
    page.get_by_role("slider").nth(1).focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("() => location.search.includes('scenarie=')", timeout=60_000)
    page.wait_for_function(READY, timeout=120_000)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8501")
