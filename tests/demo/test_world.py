"""The generated world: children and money agree, and the municipality is of the size its calibration says."""

import csv
from collections import Counter
from itertools import pairwise
from pathlib import Path
from statistics import mean

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.months import year_months
from cockpit.domain.spells import monthly_cost, person_years
from cockpit.services.demo.children import live
from cockpit.services.demo.prices import price_periods
from cockpit.services.demo.settings import FOLDER, read_settings
from cockpit.services.demo.write import World

SEEDS = (1, 2, 3)  # others than the default one, which was chosen for its story
NOISE = ("Regulering", "Momsrefusion", "Forældrebetaling", "Objektiv", "Særlige dagtilbud", "Undervisning", "Refusion")


@pytest.fixture(scope="module")
def years_2024() -> list[dict]:
    """Volume, starts and gross cost of 2024 in three municipalities."""
    settings = read_settings()
    return [_year_2024(seed, settings) for seed in SEEDS]


def _year_2024(seed: int, settings) -> dict:
    spells = live(settings, np.random.default_rng([seed, 0]))
    periods = price_periods(spells, settings, np.random.default_rng([seed, 1]))
    months = year_months(2024)
    keys = periods["type_key"].to_numpy()
    starts = Counter(spell.type_key for spell in spells if spell.start.year == 2024)
    placed = periods["type_key"].isin(settings.placements).to_numpy()
    return {
        "stock": pd.Series(person_years(periods, months).sum(axis=1)).groupby(keys).sum().to_dict(),
        "starts": {key: count / 12 for key, count in starts.items()},
        "placements": {
            "stock": person_years(periods, months)[placed].sum(),
            "gross_cost": monthly_cost(periods, months)[placed].sum(),
        },
    }


def calibration() -> list[tuple[str, str, float]]:
    with (FOLDER / "calibration.csv").open(encoding="utf-8", newline="") as file:
        return [(row["what"], row["key"], float(row["value"])) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("what", "key", "value"), calibration())
def test_three_other_municipalities_are_on_average_as_large_as_the_calibration_says(
    years_2024: list[dict], what: str, key: str, value: float
) -> None:
    found = mean(year[what].get(key, 0.0) for year in years_2024)
    slack = {"stock": 0.25 * value + 2, "starts": 0.25 * value + 0.5, "placements": 0.12 * value}[what]
    assert found == pytest.approx(value, abs=slack)


def test_every_calibrated_figure_has_unit_mark_and_source() -> None:
    with (FOLDER / "calibration.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert row["mark"] in ("V", "D", "U")
            assert all(row.values())


def test_delays_move_money_and_never_change_it(world: World) -> None:
    """Every oere of every grant is booked sooner or later, and nothing else but the named lines is."""
    services = dict(_sums(world.services, "amount", "type_key", "service"))
    bills = world.postings[~world.postings["text"].str.startswith(NOISE)]
    assert dict(_sums(bills, "amount", "type_key", "service")) == services


def _sums(table: pd.DataFrame, amount: str, *keys: str) -> Counter:
    sums: Counter = Counter()
    for *key, value in table[[*keys, amount]].itertuples(index=False):
        sums[tuple(key)] += round(value * 100)
    return sums


def test_nobody_is_placed_after_their_twenty_third_birthday_or_in_two_places_at_once(world: World) -> None:
    placements = world.settings.placements
    by_child: dict[int, list] = {}
    for spell in world.spells:
        assert spell.start < spell.stop <= spell.child.birthday(23)
        if spell.type_key in placements:
            by_child.setdefault(spell.child.number, []).append((spell.start, spell.stop))
    for stays in by_child.values():
        ordered = sorted(stays)
        assert all(earlier[1] <= later[0] for earlier, later in pairwise(ordered))


def test_calibration_is_documented() -> None:
    readme = (Path(FOLDER) / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.glob("*.csv"):
        assert f"`{path.name}`" in readme
