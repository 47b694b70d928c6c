"""The demo municipality, generated and written once for all tests of it."""

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from cockpit.services.demo import write_demo
from cockpit.services.demo.settings import read_settings
from cockpit.services.demo.write import World, generate


@dataclass(frozen=True)
class Written:
    """The written files and what writing them cost."""

    paths: list[Path]
    cpu_seconds: float

    def folder(self) -> Path:
        return self.paths[0].parent


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    begun = time.process_time()
    paths = write_demo(tmp_path_factory.mktemp("demo"))
    return Written(paths, time.process_time() - begun)


@pytest.fixture(scope="session")
def world() -> World:
    """Everything that happens in the default municipality, also what its extracts do not show yet."""
    settings = read_settings()
    return generate(settings, settings["seed"])
