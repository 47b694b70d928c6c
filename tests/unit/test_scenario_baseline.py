"""The baseline behind scenarios: as many paths as memory allows, and nobody waits for another's simulation."""

import threading

import pandas as pd
import pytest

from cockpit.services.scenario_baseline import FEWEST_PATHS, MOST_PATHS, MOST_SPELLS, Ready, paths_for
from tests.tables import dataset

PATIENCE = 20  # seconds that a thread waits for another before the test fails


def of_size(children: int):
    """As many children as that begin in each of two years' months, for one month each."""
    months = pd.period_range("2023-07", "2025-06", freq="M")
    rows = [
        {"type_key": "home_support", "start": f"{month}-01", "stop": f"{month}-28"}
        for month in months for _ in range(children)
    ]  # fmt: skip
    return dataset("2025-06", interventions=rows)


def test_a_large_municipality_has_fewer_paths_and_no_more_spells():
    """Of 42 months ahead; ten years ahead are 126."""
    assert paths_for(of_size(10), 3) == MOST_PATHS
    large, long = paths_for(of_size(200), 3), paths_for(of_size(200), 10)
    assert large == pytest.approx(MOST_SPELLS / (200 * 42), abs=10)
    assert long == pytest.approx(large / 3, abs=10)
    assert paths_for(of_size(2000), 10) == FEWEST_PATHS


def test_two_baselines_do_not_wait_for_each_other():
    """The first is being prepared until the second is there, which only comes if it need not wait."""
    ready, second_is_there = Ready(2), threading.Event()
    first = threading.Thread(target=lambda: ready.get(("first",), lambda: second_is_there.wait(PATIENCE)))
    first.start()
    ready.get(("second",), lambda: second_is_there.set() or "second")
    first.join()
    assert ready.get(("first",), lambda: pytest.fail("it was prepared already")) is True


def test_the_same_baseline_is_prepared_once_for_all_that_ask():
    """The first waits until the others have asked; they are given what it prepares."""
    ready, asked, prepared = Ready(2), threading.Barrier(4, timeout=PATIENCE), []
    found = []

    def prepare():
        asked.wait()
        prepared.append(1)
        return "baseline"

    def ask(is_first):
        if not is_first:
            asked.wait()
        found.append(ready.get(("same",), prepare))

    first = threading.Thread(target=ask, args=(True,))
    first.start()
    others = [threading.Thread(target=ask, args=(False,)) for _ in range(3)]
    for thread in others:
        thread.start()
    for thread in (first, *others):
        thread.join()
    assert prepared == [1]
    assert found == ["baseline"] * 4


def test_what_fails_is_tried_again():
    ready = Ready(2)
    with pytest.raises(ValueError, match="no data"):
        ready.get(("a",), lambda: (_ for _ in ()).throw(ValueError("no data")))
    assert not ready._preparing  # a fault that comes again and again does not fill the memory
    assert ready.get(("a",), lambda: "there") == "there"
