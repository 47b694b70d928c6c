"""How long a page takes in a real browser: from navigation, a choice or a move of a slider, to a settled page."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).parents[1]
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
SETTLED = """() => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector('[data-stale=true]')"""
READY = f"""() => ({SETTLED})() && document.querySelector('.js-plotly-plot .main-svg')"""

# What a reader waits for on Overblik: the sentence, the four key figures, and where the year ends and its way there.
ANSWERED = f"""() => ({READY})() && document.querySelector('h1.answer')
  && document.querySelectorAll('dl.figures > div').length === 4
  && ['landing', 'fan'].every(chart => document.querySelector(`.st-key-${{chart}} .main-svg`))"""
TITLES = "[...document.querySelectorAll('h2')].map(title => title.innerText).join('\\n')"
ANSWER = "document.querySelector('h1')?.innerText"
SLIDERS_MOVED, WARM_MOVES = 2, 4  # fewer new placements, and steps down, in turn; the first moves are not counted
LEVELS = ("Trin på indsatstrappen", "Konti", "Indsatstyper")


@dataclass(frozen=True)
class Served:
    """A running app: where it answers, and which process it is."""

    address: str
    process: int

    def processor_seconds(self) -> float:
        """What the process has used so far, user and system."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Views:
    """Seconds until every session's page stands, and the server's processor seconds per page, of each repeat."""

    stands: list[float]
    server: list[float]


def page_views(store: Path, key_file: Path, sessions: int, repeats: int) -> tuple[Views, Views]:
    """Return first views and cached views (another level) of so many sessions that all ask at the same moment.

    Of a first view the browser has the files from another day, but neither session nor page.

    The browser runs on the same machine, so with many sessions the clock tells mostly of it; the server's own processor
    time does not.
    """
    with _serving(store, key_file) as server, _browser() as browser:
        pages = [_window(browser) for _ in range(sessions)]
        for page in pages:
            _open(page, server.address)  # the server's own first run, and each browser's files
        first = [_timed(server, pages, partial(_go, address=server.address), ANSWERED) for _ in range(repeats)]
        for level in LEVELS:
            _choose(pages[0], level)  # each level once, so that what is measured comes from the cache
        cached = []
        for number in range(repeats):
            done = _shows_other_titles_than(pages[0])  # all pages show the same
            cached.append(_timed(server, pages, partial(_press, level=LEVELS[number % len(LEVELS)]), done))
    return _views(first), _views(cached)


def new_browser_views(store: Path, key_file: Path, repeats: int) -> Views:
    """Return first views of browsers that have never been here: every file is fetched and compiled."""
    with _serving(store, key_file) as server, _browser() as browser:
        _open(_window(browser), server.address)
        go = partial(_go, address=server.address)
        return _views([_timed(server, [_window(browser)], go, ANSWERED) for _ in range(repeats)])


def _window(browser: Browser) -> Page:
    """A window with a memory of its own."""
    return browser.new_page(viewport={"width": 1440, "height": 1000})


def _views(timed: list[tuple[float, float]]) -> Views:
    return Views([stands for stands, _ in timed], [server for _, server in timed])


def _timed(server: Served, pages: list[Page], ask: Callable[[Page], None], done: str) -> tuple[float, float]:
    """Seconds until all pages stand after all have asked, and the server's processor seconds per page."""
    begun, used = time.perf_counter(), server.processor_seconds()
    for page in pages:
        ask(page)
    for page in pages:
        page.wait_for_function(done, timeout=120_000)
    return time.perf_counter() - begun, (server.processor_seconds() - used) / len(pages)


def _go(page: Page, address: str) -> None:
    page.goto(address, wait_until="commit")


def _press(page: Page, level: str) -> None:
    _level(page, level).click(no_wait_after=True)


def _shows_other_titles_than(page: Page) -> str:
    """A script that says whether a page stands with titles other than these."""
    return f"() => ({READY})() && {TITLES} !== {json.dumps(page.evaluate(TITLES))}"


def slider_seconds(store: Path, key_file: Path, moves: int) -> tuple[list[float], list[float]]:
    """Return seconds from a move of a slider on Scenarier to the new answer, and to the settled page."""
    with _serving(store, key_file) as server, _browser() as browser:
        page = _window(browser)
        page.goto(f"{server.address}/scenarier")
        page.get_by_role("slider").first.wait_for(timeout=60_000)  # without a lever there is no chart to wait for
        page.wait_for_function(SETTLED, timeout=60_000)
        seconds = [_move(page, number % SLIDERS_MOVED) for number in range(moves + WARM_MOVES)][WARM_MOVES:]
    return [answer for answer, _ in seconds], [settled for _, settled in seconds]


@contextmanager
def _serving(store: Path, key_file: Path) -> Iterator[Served]:
    """The app as it is served."""
    port = _free_port()
    environment = {**os.environ, "COCKPIT_DB": str(store), "COCKPIT_KEY_FILE": str(key_file)}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_up(port)
        yield Served(f"http://127.0.0.1:{port}", server.pid)
    finally:
        server.terminate()
        server.wait()


@contextmanager
def _browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        yield browser
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
    _level(page, level).click()
    page.wait_for_function(f"before => ({READY})() && {TITLES} !== before", arg="\n".join(before), timeout=60_000)
    return time.perf_counter() - begun


def _level(page: Page, level: str) -> Locator:
    return page.get_by_role("radio", name=level, exact=True).or_(page.get_by_role("button", name=level, exact=True))


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
