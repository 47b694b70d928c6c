"""A real browser on a real server, both on this machine only; nothing leaves the loopback address."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.browser import FLAGS
from tests.pages.demo_store import Home

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SETTLED = """() => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector('[data-stale=true]') && document.querySelector('[data-testid=stMain] h1')
  && [...document.querySelectorAll('.stPlotlyChart')].every(chart => chart.querySelector('.main-svg'))"""
PATIENCE = 90_000  # milliseconds: a first forecast on a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, and skip it by name where there is no browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on PATH"))


@dataclass
class Cockpit:
    """The app as a reader has it: an address, a browser page, and what was asked for over the network."""

    address: str
    page: Page
    home: Home
    requests: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> None:
        """Open a page of the app and wait until it stands still."""
        self.page.goto(f"{self.address}/{path}")
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is running, the page has its answer and every chart is drawn."""
        self.page.wait_for_function(SETTLED, timeout=PATIENCE)

    def text(self) -> str:
        """What stands on the page, non-breaking spaces as spaces."""
        return self.page.inner_text("body").replace("\u00a0", " ")

    def wait_for(self, text: str) -> None:
        """Wait until a text can be seen."""
        self.page.get_by_text(text).first.wait_for(timeout=PATIENCE)
        self.settle()

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose_file(self, path: Path) -> None:
        """Choose a file on the import page and wait until its columns are shown."""
        self.page.set_input_files("input[type=file]", path)
        self.wait_for("Kolonner: se, hvad de læses som")

    def hosts(self) -> set[str | None]:
        """Every host that the browser asked for anything."""
        return {urlsplit(url).hostname for url in self.requests if not url.startswith(("data:", "blob:"))}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Home], str]]:
    """Start a server on a store and return its address; all are stopped at the end."""
    servers: list[subprocess.Popen] = []

    def start(home: Home) -> str:
        port = _free_port()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
        environment = {**os.environ, **home.environment, "STREAMLIT_SERVER_HEADLESS": "true"}
        log = (home.folder / "server.log").open("wb")
        servers.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log))
        log.close()
        _wait_until_up(port)
        return f"http://127.0.0.1:{port}"

    yield start
    for server in servers:
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def demo_address(demo_home: Home, serve: Callable[[Home], str]) -> str:
    """A server on the demo; no test may change its store."""
    return serve(demo_home)


@pytest.fixture
def window(browser: Browser) -> Iterator[Callable[..., Cockpit]]:
    """Open a fresh browser window on an address."""
    contexts: list[BrowserContext] = []

    def open_window(address: str, home: Home, **settings: object) -> Cockpit:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 1000}, **settings})
        contexts.append(context)
        cockpit = Cockpit(address, context.new_page(), home)
        cockpit.page.on("request", lambda request: cockpit.requests.append(request.url))
        return cockpit

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def cockpit(window: Callable[..., Cockpit], demo_address: str, demo_home: Home) -> Cockpit:
    """The demo in a desktop window."""
    return window(demo_address, demo_home)


@pytest.fixture
def own_cockpit(tmp_path: Path, window: Callable[..., Cockpit], serve: Callable[[Home], str]) -> Cockpit:
    """An empty store that the test may change."""
    home = Home(tmp_path)
    return window(serve(home), home)


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
            time.sleep(0.1)  # the server's start is the one thing that cannot be waited for by an event
    raise RuntimeError("the app did not start")
