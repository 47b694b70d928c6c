"""The oracles know what they say they know: their intervals hold as often as they should, on lives they did not see."""

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.world.oracle import all_knowing, draw_hidden, fair
from benchmarks.world.town import MECHANICS, Town
from benchmarks.world.truth import Truth, live

TOWNS = 24
PATHS = 100


@pytest.fixture(scope="module")
def lives(small_town: Callable[..., Town]) -> list[Truth]:
    return [live(small_town(MECHANICS[seed % 3], seed)) for seed in range(TOWNS)]


@pytest.mark.parametrize("oracle", [all_knowing, fair])
def test_an_oracle_is_right_about_its_own_uncertainty(oracle: Callable, lives: list[Truth]) -> None:
    """Over many lives the outturn lies as far from the oracle's mean as it says, and inside 80 % of its intervals."""
    distance, inside = [], []
    for truth in lives:
        year_end = oracle(truth, truth.town.month(truth.town.year, 6), PATHS, 1)
        outturn = truth.outturn(truth.town.year)
        distance.append((outturn - year_end.mean()) / year_end.std())
        inside.append(np.quantile(year_end, 0.1) <= outturn <= np.quantile(year_end, 0.9))
    # Three standard errors of what chance alone gives over so many lives.
    assert np.mean(distance) == pytest.approx(0.0, abs=3 / np.sqrt(TOWNS))
    assert np.sqrt(np.mean(np.square(distance))) == pytest.approx(1.0, abs=3 / np.sqrt(2 * TOWNS))
    assert np.mean(inside) == pytest.approx(0.8, abs=3 * np.sqrt(0.16 / TOWNS))


def test_the_fair_oracle_draws_as_many_hidden_spells_as_there_are(lives: list[Truth]) -> None:
    """Spells that nobody has registered are drawn as what the extracts leave open, as many as there are on average."""
    true, drawn, spread = [], [], []
    for truth in lives:
        for months_known in (3, 9):
            month = truth.town.month(truth.town.year, months_known)
            hidden = draw_hidden(truth, month, PATHS, np.random.default_rng(1)).running
            on_path = np.bincount(hidden.path, minlength=PATHS)
            true.append(int((truth.snapshots[month].running.registered > month).sum()))
            drawn.append(on_path.mean())
            spread.append(on_path.var())
    assert sum(true) > 30
    assert sum(true) == pytest.approx(sum(drawn), abs=3 * np.sqrt(sum(spread)))
