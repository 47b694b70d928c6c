"""A load that is killed at any moment leaves the store as it was or as it was to be, and blocks nobody."""

import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cockpit.store import Store
from tests.store.extracts import read
from tests.store.loader import load, month_file

ROOT = Path(__file__).parents[2]
KILLS = 100
OLD, NEW = "2025-01", "2025-02"


@pytest.fixture
def loader() -> Iterator[subprocess.Popen]:
    """A process that has imported everything and forks for each load; it never opened DuckDB itself."""
    command = [sys.executable, "-m", "tests.store.loader"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def run_and_kill(loader: subprocess.Popen, path: Path, after: float | None) -> tuple[str, float]:
    """Load in a fork and kill it after some seconds, or let it end; return how it ended and how long it took."""
    assert loader.stdin is not None
    assert loader.stdout is not None
    print(path, NEW, "-" if after is None else after, file=loader.stdin, flush=True)
    ended, seconds = loader.stdout.readline().split()
    return ended, float(seconds)


@pytest.mark.slow
def test_a_hundred_kills_lose_nothing(loader: subprocess.Popen, tmp_path: Path) -> None:
    pristine, path = tmp_path / "pristine.duckdb", tmp_path / "cockpit.duckdb"
    load(Store(pristine), OLD, *month_file(OLD))
    before = read(Store(pristine), NEW).data_id
    shutil.copy(pristine, path)
    ended, duration = run_and_kill(loader, path, None)
    assert ended == "exit-0"
    after = read(Store(path), NEW).data_id
    chance, states = random.Random(20260101), Counter[str]()
    killed, aim = 0, duration
    for at in range(KILLS):
        # The store is put back to the old month, but what the killed load left beside it stays.
        shutil.copy(pristine, path)
        # Every second kill falls anywhere in the load, every other about the swap, where old becomes new.
        moment = aim * (chance.random() if at % 2 else chance.uniform(0.8, 1.2))
        ended, _ = run_and_kill(loader, path, moment)
        killed += ended == "killed"
        state = read(Store(path), NEW).data_id
        states[state] += 1
        # How long a load takes hangs on what else the machine does, so the aim follows the outcome: later after an
        # old state, earlier after a new one. Both are then met on a machine of any speed.
        if not at % 2:
            aim *= 1.15 if state == before else 0.9
    # Nothing but the old and the new; both were met, and most kills met a load at work: else this would prove little.
    assert set(states) == {before, after}
    assert killed > KILLS / 2
    shutil.copy(pristine, path)
    assert load(Store(path), NEW, *month_file(NEW)).changed
    assert read(Store(path), NEW).data_id == after
    left = {file.name for file in tmp_path.iterdir()} - {pristine.name, path.name}
    assert left <= {f"{file.name}{end}" for file in (pristine, path) for end in (".lock", ".audit.jsonl")}
