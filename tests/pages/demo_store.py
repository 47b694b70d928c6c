"""A small demo municipality in a store of its own, its newest month's prognosis and what moved it already computed."""

import datetime as dt
import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from cockpit.services.demo import load_demo
from cockpit.services.prognosis import make_prognosis, with_month_before
from cockpit.services.workspace import Workspace

MONTHS = 30  # two and a half years: enough for a prognosis, quick enough for a test
AT = dt.datetime(2026, 9, 10, 9, 30, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Home:
    """A folder with a store and a key, and the environment that makes the app use them."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the app reads."""
        return {"COCKPIT_DB": str(self.folder / "store.duckdb"), "COCKPIT_KEY_FILE": str(self.folder / "key")}

    def workspace(self) -> Workspace:
        """Open the store."""
        return Workspace.open(environment=self.environment)

    def copy_to(self, folder: Path) -> "Home":
        """Copy everything, cache included, so that a test may change it."""
        shutil.copytree(self.folder, folder)
        return Home(folder)


def built_once(run_folder: Path) -> Home:
    """The demo of this run of the tests: whichever process asks first builds it, the others wait for it."""
    shared = run_folder.parent if "PYTEST_XDIST_WORKER" in os.environ else run_folder
    finished = shared / "demo-built"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            _build(shared / "demo-unfinished").folder.rename(finished)
    return Home(finished)


def _build(folder: Path) -> Home:
    """Load the demo as the welcome page does, and compute the newest prognosis."""
    folder.mkdir()
    home = Home(folder)
    workspace = home.workspace()
    load_demo(workspace, AT, months=MONTHS)
    with_month_before(workspace, make_prognosis(workspace))
    return home
