"""What the page of scenarios says above its tables: the heading is the message, and a range has its lever's unit."""

from dataclasses import replace

import pandas as pd
import pytest

from cockpit.domain.scenario_result import ScenarioResult
from cockpit.ui import scenario_captions as captions
from tests.unit.test_scenario_sentences import avert, programme, result

MIO = 1_000_000


def _with_volumes(change: float) -> ScenarioResult:
    rows = [("residential_home", "Opholdssted", 2029, 40.8, 40.8 + change), ("a", "Plejefamilie", 2029, 136.5, 137.0)]
    names = ["type", "label", "year", "baseline_person_years", "scenario_person_years"]
    return replace(result([1.0], avert()), volumes=pd.DataFrame(rows, columns=names))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (-12.04, "Opholdssted: 12,0 færre helårspersoner i 2029"),
        (3.0, "Opholdssted: 3,0 flere helårspersoner i 2029"),
        (0.0, "Plejefamilie: 0,5 flere helårspersoner i 2029"),
    ],
)
def test_the_type_that_changes_most_heads_its_table(change: float, expected: str) -> None:
    assert captions.volumes_title(_with_volumes(change)) == expected


def test_the_assumption_that_moves_the_gain_most_heads_its_table() -> None:
    """By how far apart the gains are, whichever of the two ends is the lower."""
    names = ["label", "net_low", "net_high"]
    rows = [("Færre nye: opholdssted", 18.0 * MIO, 30.0 * MIO), ("Anden pris: plejefamilie", 9.0 * MIO, -9.0 * MIO)]
    said = captions.sensitivity_title(pd.DataFrame(rows, columns=names)).replace("\u00a0", " ")
    assert said == "Anden pris betyder mest: gevinsten kan blive fra −9,0 mio. kr. til +9,0 mio. kr."


@pytest.mark.parametrize(
    ("children", "low", "high"),
    [(0.5, "2,4 børn om året", "14,4 børn om året"), (1.5, "0,2 barn pr. måned", "1,2 børn pr. måned")],
)
def test_a_range_is_told_in_the_unit_of_its_lever(children: float, low: str, high: str) -> None:
    """Six children a year with a range of 0,2 to 1,2 a month would read as two different things."""
    found = result([1.0], avert(children), programme())
    told = captions.ranges(pd.DataFrame({"number": [1, 2], "low": [0.2, 120_000], "high": [1.2, 180_000]}), found)
    assert told[["low_text", "high_text"]].iloc[0].tolist() == [low, high]
    assert told["low_text"].iloc[1] == "120.000\u00a0kr."


@pytest.mark.parametrize(
    ("amounts", "expected"),
    [
        ([20.5, 4.3, -25.0], "Færre nye vejer mest: 20,5 mio. kr. i gevinst"),
        ([1.0, -8.1, 0.0], "Programmer vejer mest: 8,1 mio. kr. i merudgift"),
        ([0.0, 0.0, 0.0], "Hvad hvert greb bidrager med"),
    ],
)
def test_the_lever_that_weighs_most_heads_the_steps(amounts: list[float], expected: str) -> None:
    """What the levers do to each other is none of them."""
    rows = {"number": [1, 2, 0], "label": ["Færre nye", "Programmer", "Samspil"], "amount": [x * MIO for x in amounts]}
    assert captions.contributions_title(pd.DataFrame(rows)).replace("\u00a0", " ") == expected
