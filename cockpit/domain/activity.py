"""Activity month by month: how many are in force, who comes and goes, and what a person-year costs.

Volumes are person-months annualised: days in force / days of the month, which is the average number of spells in force
and the person-years there would be if the month lasted a year. The unit price is gross cost / person-months x 12.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.budget import budget_by_leaf
from cockpit.domain.indexing import JANUARY
from cockpit.domain.months import day_after, month_range
from cockpit.domain.prognosis import ACTIVITY_COLUMNS, QUANTILES
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.domain.spells import ONCE, days_in_force, days_in_months, first_complete_month, monthly_cost, spells_of
from cockpit.domain.succession import with_successions

PAST_MONTHS = 24
FLOWS = ("entries", "exits", "moves_in", "moves_out")
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class ActivityYear:
    """What the models expect of the as-of year, January to December; t types, m months, n paths.

    Attributes:
        volume: person-months on sample paths, shape (n, t, m); to the as-of month what is on record and what is
            expected to be registered late.
        cost: expected gross kr., shape (t, m).
        flows: expected entries, exits, moves_in, moves_out, shape (t, m) each.
        rise: calendar month in which prices take the year's index.
    """

    as_of: pd.Period
    types: tuple[str, ...]
    months: pd.PeriodIndex
    volume: np.ndarray
    cost: np.ndarray
    flows: dict[str, np.ndarray]
    rise: int = JANUARY


def activity_frame(
    interventions: pd.DataFrame, year: ActivityYear, budget: pd.DataFrame, reference: Reference
) -> pd.DataFrame:
    """Lay out the past from the granted interventions and the rest of the year from the paths.

    Args:
        interventions: `domain.dataset.INTERVENTION_COLUMNS`.
        budget: allocated budget lines of all years.

    Returns:
        ACTIVITY_COLUMNS. `person_years` of a past month is what is on record, `expected` adds what is not registered
        yet; in months ahead they are the same. p10 and p90 are of `expected`, from January of the as-of year on. The
        budget's volumes and prices stand only where it has them for every type in force. A month that is not `complete`
        lies before the extract's own beginning: who had left by then is not in it.
    """
    as_of = year.as_of
    past = past_months(as_of)
    granted = granted_spells(interventions)
    months = month_range(past[0], year.months[-1])
    values = on_record(interventions, granted, year.types, past)
    values = {name: _then(known, _ahead(year, name)) for name, known in values.items()}
    planned = _budgeted(budget, year.types, months)
    frames = [
        _rows(key, mask, months, values, planned, year) for key, mask in _members(year.types, reference).items()
    ]
    complete = {str(month): month.ordinal >= _beginning(granted, as_of) for month in months}
    whole = pd.concat(frames, ignore_index=True)
    return whole.assign(complete=whole["month"].map(complete))[list(ACTIVITY_COLUMNS)]


def past_months(as_of: pd.Period) -> pd.PeriodIndex:
    """Return the months that are shown of the past, the last of them the as-of month."""
    return month_range(as_of - PAST_MONTHS + 1, as_of)


def granted_spells(interventions: pd.DataFrame) -> pd.DataFrame:
    """Return granted spells with their successions; planned ones are only somewhere to move on to."""
    spells = spells_of(interventions[interventions["unit"] != ONCE])
    spells = with_successions(spells.assign(granted=(spells["status"] != "expected").to_numpy(bool)))
    return spells[spells["granted"]]


def _beginning(granted: pd.DataFrame, as_of: pd.Period) -> int:
    """Return the ordinal of the first month in which not only those who are still there are counted."""
    ended = (granted["stop"] - _DAY).dropna()
    starts, ends = _ordinals(granted["start"]), _ordinals(ended[ended < day_after(as_of)])
    return first_complete_month(starts, ends, as_of.ordinal)


def _ordinals(dates: pd.Series) -> np.ndarray:
    return dates.dt.to_period("M").astype("int64").to_numpy()


def _members(types: tuple[str, ...], reference: Reference) -> dict[tuple[str, str], np.ndarray]:
    """Which types each row sums."""
    steps = [reference.step_of(key) for key in types]
    step_keys = np.array([UNALLOCATED if step is None else str(step) for step in steps], dtype=object)
    members = {("total", "total"): np.ones(len(types), dtype=bool)}
    members |= {("step", key): step_keys == key for key in sorted(set(step_keys))}
    return members | {("type", key): np.arange(len(types)) == at for at, key in enumerate(types)}


def on_record(
    interventions: pd.DataFrame, granted: pd.DataFrame, types: tuple[str, ...], months: pd.PeriodIndex
) -> dict[str, np.ndarray]:
    """Return person-months, cost and flows on record, shape (t, m) each.

    Args:
        interventions: those to count. granted: their `granted_spells`, whose successions may lead beyond them.
    """
    rows = interventions[interventions["status"] == "granted"]
    running = (rows["unit"] != ONCE).to_numpy()[:, None]
    days = days_in_force(rows["start"], rows["stop"], months) / days_in_months(months) * running
    cost = np.nan_to_num(monthly_cost(rows, months))
    keys = rows["type_key"]
    return {
        "person_years": _by_type(days, keys, types),
        "cost": _by_type(cost, keys, types),
        **_known_flows(granted, types, months),
    }


def _by_type(table: np.ndarray, keys: pd.Series, types: tuple[str, ...]) -> np.ndarray:
    total = np.zeros((len(types), table.shape[1]))
    np.add.at(total, pd.Categorical(keys, categories=list(types)).codes, table)
    return total


def _known_flows(granted: pd.DataFrame, types: tuple[str, ...], months: pd.PeriodIndex) -> dict[str, np.ndarray]:
    """Count starts and ends of granted spells; a spell ends in the month of its last day."""
    continues, moves_on = granted["predecessor"] >= 0, granted["successor"] >= 0
    begun, ended = granted["start"], granted["stop"] - _DAY
    chosen = {
        "entries": begun[~continues],
        "exits": ended[~moves_on],
        "moves_in": begun[continues],
        "moves_out": ended[moves_on],
    }
    return {name: _counts(dates, granted["type_key"], types, months) for name, dates in chosen.items()}


def _counts(dates: pd.Series, keys: pd.Series, types: tuple[str, ...], months: pd.PeriodIndex) -> np.ndarray:
    counts = np.zeros((len(types), len(months)))
    inside = dates[(dates >= months[0].start_time) & (dates < day_after(months[-1]))]
    month = _ordinals(inside) - months[0].ordinal
    np.add.at(counts, (pd.Categorical(keys[inside.index], categories=list(types)).codes, month), 1.0)
    return counts


def _ahead(year: ActivityYear, name: str) -> np.ndarray:
    """Expected values of the months after the as-of month, shape (t, h)."""
    whole = {"person_years": year.volume.mean(axis=0), "cost": year.cost, **year.flows}[name]
    return whole[:, year.as_of.month :]


def _then(known: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    return np.concatenate([known, ahead], axis=1)


def _budgeted(budget: pd.DataFrame, types: tuple[str, ...], months: pd.PeriodIndex) -> dict[str, np.ndarray]:
    """Person-years and their cost that each month's budget assumes, NaN where it assumes none, shape (t, m) each."""
    tables = {year: _assumed(budget, year, types) for year in sorted(set(months.year))}
    columns = [tables[year] for year in months.year]
    return {name: np.stack([table[name].to_numpy() for table in columns], axis=1) for name in ("volume", "cost")}


def _assumed(budget: pd.DataFrame, year: int, types: tuple[str, ...]) -> pd.DataFrame:
    leaves = budget_by_leaf(budget, year)
    assumed = pd.DataFrame(
        {"volume": leaves["person_years"], "cost": leaves["person_years"] * leaves["unit_price"]}
    ).dropna()
    return assumed.groupby(level="type_key").sum().reindex(list(types))


def _rows(
    key: tuple[str, str],
    mask: np.ndarray,
    months: pd.PeriodIndex,
    values: dict[str, np.ndarray],
    planned: dict[str, np.ndarray],
    year: ActivityYear,
) -> pd.DataFrame:
    """One level's key, month by month; quantiles are of the paths' sums."""
    sums = {name: table[mask].sum(axis=0) for name, table in values.items()}
    on_paths = year.volume[:, mask].sum(axis=1)
    low, high = np.quantile(on_paths, [QUANTILES["p10"], QUANTILES["p90"]], axis=0)
    before = np.full(len(months) - len(year.months), np.nan)
    expected = np.concatenate([sums["person_years"][: len(before)], on_paths.mean(axis=0)])
    volume, cost = _planned_sum(planned, mask, values["person_years"] > 0)
    return pd.DataFrame(
        {
            "level": key[0],
            "key": key[1],
            "month": [str(month) for month in months],
            "kind": ["actual" if month <= year.as_of else "forecast" for month in months],
            **sums,
            "expected": expected,
            "p10": np.concatenate([before, low]),
            "p90": np.concatenate([before, high]),
            "price": unit_price(sums["cost"], sums["person_years"]),
            "budget_person_years": volume,
            "budget_price": _ratio(cost, volume),
        }
    )


def _planned_sum(planned: dict[str, np.ndarray], mask: np.ndarray, active: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The budget of several types, absent in months in which one of those in force has none; shape (m,) each."""
    volume, cost = planned["volume"][mask], planned["cost"][mask]
    whole = ~(np.isnan(volume) & active[mask]).any(axis=0) & ~np.isnan(volume).all(axis=0)
    return np.where(whole, np.nansum(volume, axis=0), np.nan), np.where(whole, np.nansum(cost, axis=0), np.nan)


def unit_price(cost: np.ndarray, person_months: np.ndarray) -> np.ndarray:
    """Return kr. per person-year of each month; absent where there is no volume or no known cost."""
    return _ratio(cost, person_months) * 12


def _ratio(cost: np.ndarray, volume: np.ndarray) -> np.ndarray:
    """Kr. per unit; absent without volume, and where nothing is known of what it costs."""
    return np.divide(cost, volume, out=np.full(len(cost), np.nan), where=(volume > 0) & (cost > 0))
