"""Pages are run by Streamlit's own test runner on a real small store."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.demo_store import Home

PATIENCE = 240  # seconds: a forecast within a page on a busy machine


@pytest.fixture
def empty_home(tmp_path: Path) -> Home:
    """A folder in which nothing has been loaded."""
    return Home(tmp_path)


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Run one page as the shell runs it, with the tools above it where they are asked for."""

    def run(
        home: Home, page: str, session: Mapping[str, object] | None = None, *, tools: bool = False, **link: str
    ) -> AppTest:
        for name, value in home.environment.items():
            monkeypatch.setenv(name, value)
        app = AppTest.from_function(run_page, args=(page, tools), default_timeout=PATIENCE)
        for name, value in link.items():
            app.query_params[name] = value
        for name, value in (session or {}).items():
            app.session_state[name] = value
        return app.run()

    return run


def run_page(name: str, tools: bool = False) -> None:
    import datetime as dt
    from functools import partial

    from cockpit.ui import session, shell

    show = {path: show for _, path, show in shell.PAGES}[name]
    context = session.open_context(lambda: dt.datetime(2026, 9, 10, 9, 30, tzinfo=dt.UTC))
    context.pages.update(shell._pages(context))
    if tools:
        shell._show(partial(shell._page, show, name), context)
    else:
        shell._show(show, context)
