"""Inhabitants by year and single year of age: cohorts that grow older, with a forecast."""

import numpy as np
import pandas as pd

from cockpit.services.demo.settings import Settings


def population(first_year: int, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Return year, age, count from the first year to the forecast's last."""
    oldest = len(settings.population) - 1
    base_year = settings["price_year"]
    years = range(settings["history_start"].year, settings["as_of"].year + settings["population_years_ahead"] + 1)
    cohorts = range(years[0] - oldest, years[-1] + 1)
    luck = dict(zip(cohorts, 1 + rng.normal(0, settings["population_noise"], len(cohorts)), strict=True))
    rows = [
        (year, age, round(_cohort(base_year - (year - age), settings) * luck[year - age] * _moved_in(year, settings)))
        for year in years
        for age in range(oldest + 1)
    ]
    table = pd.DataFrame(rows, columns=["year", "age", "count"])
    return table[table["year"] >= first_year].reset_index(drop=True)


def _cohort(age_in_base_year: int, settings: Settings) -> float:
    """Size of a cohort in the base year; the unborn follow the births, the oldest known age stands for older ones."""
    known = min(max(age_in_base_year, 0), len(settings.population) - 1)
    births = (1 + settings["births_growth"]) ** max(-age_in_base_year, 0)
    return settings["inhabitants"] * settings.population[known] * births


def _moved_in(year: int, settings: Settings) -> float:
    return float(np.power(1 + settings["migration"], year - settings["price_year"]))
