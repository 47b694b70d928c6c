"""Fixtures that every room of the tests shares."""

from pathlib import Path

import pytest
from hypothesis import settings

from cockpit.domain.reference import Reference
from cockpit.intake.reference_files import read_reference

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
