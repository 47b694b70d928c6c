"""Fixtures that every folder of tests may use."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def reference_folder() -> Path:
    """The reference tables that the product ships."""
    return ROOT / "data" / "reference"
