"""A store of its own for every test."""

from pathlib import Path

import pytest

from cockpit.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that does not exist yet; a writer that waits for another gives up at once."""
    return Store(tmp_path / "cockpit.duckdb", lock_wait=0.0)
