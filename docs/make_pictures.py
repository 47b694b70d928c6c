"""Make the pictures of the documentation from the running app: `python docs/make_pictures.py http://127.0.0.1:8501`.

Start the app on the demo municipality first (`make run`). Needs what tests need: Playwright and Chromium.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = {
    "overblik": ("", 1440, 1180),
    "prognose": ("prognose", 1440, 1180),
    "aktivitet": ("aktivitet?raekke=type:foster_care", 1440, 1180),
    "traefsikkerhed": ("traefsikkerhed", 1440, 1180),
    "overblik-telefon": ("", 390, 1180),
}
READY = """() => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector('[data-stale=true]') && document.querySelector('.js-plotly-plot .main-svg')"""


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
    page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()
    print(PICTURES / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8501")
