"""Fixtures that every room of the tests shares."""

from pathlib import Path

import pytest
from hypothesis import settings

from cockpit.domain.reference import Reference
from cockpit.intake.reference_files import read_reference
from tests.pages.demo_store import Home, built_once

ROOT = Path(__file__).parents[1]

# A property is about what is computed; how fast a busy machine computes it is for the benchmarks.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def reference_folder() -> Path:
    """The reference tables that the product ships."""
    return ROOT / "data" / "reference"


@pytest.fixture(scope="session")
def reference(reference_folder: Path) -> Reference:
    """The product's own reference tables, read and checked."""
    return read_reference(reference_folder)


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo municipality with its newest prognosis; no test may change it."""
    return built_once(tmp_path_factory.getbasetemp()).copy_to(tmp_path_factory.mktemp("demo") / "home")
