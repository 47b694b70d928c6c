"""How long a page takes in a real browser: from navigation, a choice or a move of a slider, to a settled page."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
READY = """() => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector('[data-stale=true]') && document.querySelector('.js-plotly-plot .main-svg')"""

TITLES = "[...document.querySelectorAll('h2')].map(title => title.innerText).join('\\n')"
ANSWER = "document.querySelector('h1')?.innerText"
SLIDERS_MOVED, WARM_MOVES = 2, 4  # fewer new placements, and steps down, in turn; the first moves are not counted
LEVELS = ("Trin på indsatstrappen", "Konti", "Indsatstyper")


def page_seconds(store: Path, key_file: Path, repeats: int) -> tuple[list[float], list[float]]:
    """Return seconds of first views (a fresh session each) and of cached views (another level within a session)."""
    with _serving(store, key_file) as address, _page() as page:
        _open(page, address)  # the server's own first run: imports and caches
        first = [_open(page, address) for _ in range(repeats)]
        for level in LEVELS:
            _choose(page, level)  # each level once, so that what is measured comes from the cache
        return first, [_choose(page, LEVELS[number % len(LEVELS)]) for number in range(repeats)]


def slider_seconds(store: Path, key_file: Path, moves: int) -> tuple[list[float], list[float]]:
    """Return seconds from a move of a slider on Scenarier to the new answer, and to the settled page."""
    with _serving(store, key_file) as address, _page() as page:
        _open(page, f"{address}/scenarier")
        seconds = [_move(page, number % SLIDERS_MOVED) for number in range(moves + WARM_MOVES)][WARM_MOVES:]
    return [answer for answer, _ in seconds], [settled for _, settled in seconds]


@contextmanager
def _serving(store: Path, key_file: Path) -> Iterator[str]:
    """The app as it is served, by its address."""
    port = _free_port()
    environment = {**os.environ, "COCKPIT_DB": str(store), "COCKPIT_KEY_FILE": str(key_file)}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_up(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _page() -> Iterator[Page]:
    """A browser's page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        yield browser.new_page(viewport={"width": 1440, "height": 1000})
        browser.close()


def _open(page: Page, address: str) -> float:
    """Seconds from opening an address until the page has settled with its charts."""
    begun = time.perf_counter()
    page.goto(address)
    page.wait_for_function(READY, timeout=60_000)
    return time.perf_counter() - begun


def _choose(page: Page, level: str) -> float:
    """Seconds from choosing a level of deviations until the page has settled with that level's own message."""
    before = page.locator("h2").all_inner_texts()
    begun = time.perf_counter()
    page.get_by_role("radio", name=level, exact=True).or_(page.get_by_role("button", name=level, exact=True)).click()
    page.wait_for_function(f"before => ({READY})() && {TITLES} !== before", arg="\n".join(before), timeout=60_000)
    return time.perf_counter() - begun


def _move(page: Page, slider: int) -> tuple[float, float]:
    """Seconds from one press of an arrow key on a slider until the answer has changed, and until the page stands."""
    before = page.locator("h1").inner_text()
    begun = time.perf_counter()
    page.get_by_role("slider").nth(slider).press("ArrowRight")
    page.wait_for_function(f"before => {ANSWER} && {ANSWER} !== before", arg=before, timeout=60_000)
    answer = time.perf_counter() - begun
    page.wait_for_function(READY, timeout=60_000)
    return answer, time.perf_counter() - begun


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_up(port: int) -> None:
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        try:
            urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the app did not start")
