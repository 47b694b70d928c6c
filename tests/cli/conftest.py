"""The command line as users meet it: a process of its own, an own store, an own key file."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cockpit:
    """Runs `python -m cockpit` on a store and key file in a folder of their own."""

    folder: Path

    @property
    def store(self) -> Path:
        return self.folder / "store" / "cockpit.duckdb"

    @property
    def key_file(self) -> Path:
        return self.folder / "keys" / "key"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "COCKPIT_DB": str(self.store), "COCKPIT_KEY_FILE": str(self.key_file)}

    def run(self, *arguments: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run one command, hold it to its exit code, and see that no fault of a user shows a traceback."""
        command = [sys.executable, "-W", "error", "-m", "cockpit", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr + done.stdout
        assert "Traceback" not in done.stderr
        return done

    def json(self, *arguments: str | Path, code: int = 0) -> dict:
        """Run one command with --json; standard output must be one document and nothing else."""
        return json.loads(self.run(*arguments, "--json", code=code).stdout, parse_constant=_no_constant)


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


@pytest.fixture
def cockpit(tmp_path: Path) -> Cockpit:
    return Cockpit(tmp_path)


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight months of the demo municipality, written by the command line."""
    folder = tmp_path_factory.mktemp("demo") / "udtræk"
    Cockpit(folder).run("demo", "--to", folder, "--months", "8")
    return folder
