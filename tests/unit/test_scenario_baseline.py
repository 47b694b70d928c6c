"""The baseline behind scenarios has as many paths as memory allows."""

import pandas as pd
import pytest

from cockpit.services.scenario.baseline import FEWEST_PATHS, MOST_PATHS, MOST_SPELLS, paths_for
from tests.tables import dataset


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
