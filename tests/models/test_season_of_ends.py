"""More spells end in some calendar months than in others: learned beside durations, and used for spells that run on."""

from dataclasses import replace

import numpy as np
import pytest

from models.activity.hazard import (
    LARGEST_SEASON,
    HazardFit,
    PersonMonths,
    build_design,
    fit_hazard,
    frailty_between_half_years,
    season_of_ends,
)

FIRST, LAST = 600, 659
JUNE = 5
DESIGN = build_design(np.array([3]))


def seen(in_june: float, *, hazard: float = 0.08, at_risk: int = 150, seed: int = 1) -> PersonMonths:
    """Person-months of one type with a hazard that is `in_june` times as large in June."""
    month = np.repeat(np.arange(FIRST, LAST + 1), at_risk)
    chance = hazard * np.where(month % 12 == JUNE, in_june, 1.0)
    ended = np.random.default_rng(seed).random(len(month)) < chance
    nothing = np.zeros(len(month), dtype=int)
    return PersonMonths(month, nothing, ended, nothing, np.ones(len(month)))


def fitted(table: PersonMonths) -> HazardFit:
    fit = fit_hazard(table, DESIGN, FIRST, LAST, None)
    return replace(fit, season=season_of_ends(table, fit, FIRST, LAST))


def test_the_months_with_more_ends_are_found():
    """Twice as many in June: June stands out by two, less what the prior takes, and the year's mean is kept."""
    season = np.exp(fitted(seen(2.0)).season)
    others = np.delete(season, JUNE)
    assert season[JUNE] / others.mean() == pytest.approx(2.0, rel=0.15)
    assert np.abs(others / others.mean() - 1).max() < 0.35
    assert season.mean() == pytest.approx(1.0)


def test_a_month_without_ends_in_a_large_town_is_kept_within_the_bounds():
    """Some 800 ends are expected in June and none comes: the least season allowed, and the year's mean is kept."""
    season = fitted(seen(0.0, at_risk=2000)).season
    assert season[JUNE] - np.delete(season, JUNE).mean() < -(LARGEST_SEASON - 0.2)
    assert np.exp(season).mean() == pytest.approx(1.0)


def test_without_ends_there_is_no_season():
    """Nothing has ended: every month leans on the others."""
    season = fitted(seen(1.0, hazard=0.0)).season
    assert season == pytest.approx(np.zeros(12), abs=1e-9)


def test_a_season_is_no_wandering_level():
    """Half of the year with three times the ends would pass for a level that moves from half-year to half-year."""
    table = seen(1.0, hazard=0.03)
    high = (LAST - table.month) // 6 % 2 == 0
    table = replace(table, ended=np.random.default_rng(2).random(len(high)) < np.where(high, 0.09, 0.03))
    fit = fitted(table)
    flat = frailty_between_half_years(table, replace(fit, season=np.zeros(12)), FIRST, LAST)
    assert flat > 0.3
    assert frailty_between_half_years(table, fit, FIRST, LAST) < flat / 2
