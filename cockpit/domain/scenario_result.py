"""What a scenario comes to: per year, per lever, per type, from the same sample paths as the baseline.

Saving and net are positive where the municipality is better off; difference = scenario - baseline, as everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.levers import Avert, Lever, Programme
from cockpit.domain.paths import summary
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Scenario
from cockpit.domain.scenario_words import INTERACTION, lever_label, warnings_of

PARTS = ("gross_saving", "programme_cost", "refund_lost", "net")
POINTS = ("mean", "p10", "p90")
YEAR_COLUMNS = (
    "year", *(f"{name}_{point}" for name in ("baseline", "scenario", "difference") for point in POINTS), *PARTS,
)  # fmt: skip
VOLUME_COLUMNS = ("type", "label", "year", "baseline_person_years", "scenario_person_years")
WATERFALL_COLUMNS = ("number", "label", "year", *PARTS)
MONTH_COLUMNS = ("month", "gross_saving", "programme_cost", "refund_lost", "net", "cumulated")
SENSITIVITY_COLUMNS = ("number", "label", "low", "value", "high", "net_low", "net", "net_high")
OERE = 0.005
MONTHS_IN_YEAR = 12


@dataclass(frozen=True)
class Effect:
    """What a scenario changes, relative to the baseline on the same paths.

    Attributes:
        saving: ledger kr. saved before programme cost and refund, negative where cost grows, (n_paths, m).
        programme: programme cost and plain costs, (n_paths, m). refund_lost: (n_paths, m).
        volume: person-months by type, mean over the paths, (types, m). cost: gross kr. of activity likewise.
        averted: children averted by type and month in which they would have come, mean over the paths, (types, m).
        short: levers that got less than they wanted, with wanted and got, children in all.
    """

    saving: np.ndarray
    programme: np.ndarray
    refund_lost: np.ndarray
    volume: np.ndarray
    cost: np.ndarray
    averted: np.ndarray
    short: tuple[tuple[Lever, float, float], ...] = ()

    @property
    def net(self) -> np.ndarray:
        """Kr. that the municipality is better off, (n_paths, m)."""
        return self.saving - self.programme - self.refund_lost

    def parts(self) -> dict[str, np.ndarray]:
        """Mean kr. by month of each of PARTS, shape (m,); net is exactly what the others leave."""
        gross, programme, lost = (one.mean(axis=0) for one in (self.saving, self.programme, self.refund_lost))
        return dict(zip(PARTS, (gross, programme, lost, gross - programme - lost), strict=True))


@dataclass(frozen=True)
class Baseline:
    """What the effect is held against.

    Attributes:
        as_of; months: January of the as-of year to December of the last outline year, shape (m,).
        types: along the first axis of volumes.
        kroner: net kr. by service year, (n_paths, years). person_years: by type and year, (types, years).
        to_years: person-months to person-years, shape (m,).
        per_krone: ledger kroner per activity krone of each type. booked: share of each type's and month's cost that
        is booked within the as-of year, (types, m); refund_booked: of the refund, (m,).
    """

    as_of: pd.Period
    months: pd.PeriodIndex
    types: tuple[str, ...]
    kroner: np.ndarray
    person_years: np.ndarray
    to_years: np.ndarray
    per_krone: np.ndarray
    booked: np.ndarray
    refund_booked: np.ndarray

    @property
    def years(self) -> list[int]:
        """The as-of year and the outline years."""
        return list(range(self.months[0].year, self.months[-1].year + 1))

    def by_year(self, values: np.ndarray) -> np.ndarray:
        """Sums by year along the last axis, which is the months of whole years."""
        return values.reshape(*values.shape[:-1], len(self.years), MONTHS_IN_YEAR).sum(axis=-1)


@dataclass(frozen=True)
class LeverEffect:
    """A lever of the scenario and the mean kr. by month that it brings alone, by PARTS."""

    lever: Lever
    parts: dict[str, np.ndarray]


@dataclass(frozen=True)
class ScenarioResult:
    """A scenario against the baseline, with its papers.

    Attributes:
        years: YEAR_COLUMNS, by service year. volumes: VOLUME_COLUMNS. months: MONTH_COLUMNS, mean kr.
        waterfall: WATERFALL_COLUMNS: each lever alone by year, and what they do to each other as a line of its own
            (number 0); adds up to the years.
        break_even_month: from which on the cumulated mean net stays at or above zero; None where it never does.
        break_even_success_rate: programme cost per case / net saving per averted child in a full-effect year.
        pays_probability: share of the paths with a net of zero or more over all years; None without an effect.
        averted_net: that net saving per averted child and year.
        net_band: the 80 % band of the net over all years, kr.: its p10 and p90.
        cashable: PARTS of this year's effect as far as it is booked within the year.
        warnings: Danish sentences.
    """

    scenario: Scenario
    as_of: pd.Period
    data_id: str
    seed: int
    n_paths: int
    versions: dict[str, str]
    years: pd.DataFrame
    volumes: pd.DataFrame
    months: pd.DataFrame
    waterfall: pd.DataFrame
    break_even_month: pd.Period | None
    break_even_success_rate: float | None
    pays_probability: float | None
    averted_net: float | None
    net_band: tuple[float, float]
    cashable: dict[str, float]
    warnings: tuple[str, ...]

    @property
    def net(self) -> float:
        """Kr. that the municipality is better off over all years."""
        return float(self.years["net"].sum())

    @property
    def net_this_year(self) -> float:
        """Kr. that the municipality is better off by this year's services."""
        return float(self.years["net"].iloc[0])


@dataclass(frozen=True)
class Papers:
    """What a result rests on."""

    data_id: str
    seed: int
    n_paths: int
    versions: dict[str, str]


def build_result(
    scenario: Scenario,
    baseline: Baseline,
    total: Effect,
    own: Sequence[LeverEffect],
    averted_net: float,
    reference: Reference,
    papers: Papers,
) -> ScenarioResult:
    """Put a scenario's effect beside the baseline.

    Args:
        scenario: with its levers.
        baseline: on the same paths as the effect.
        total: the effect of all levers together.
        own: each lever alone, in the order it is written.
        averted_net: kr. a year that an averted child saves net of refund; NaN without any.
        reference: names of types.
        papers: stand in the result.
    """
    parts = total.parts()
    rate = break_even_rate(scenario, baseline.months[baseline.months > baseline.as_of], averted_net)
    some = any(values.any() for values in parts.values())
    net = total.net.sum(axis=1)
    band = summary(net)
    return ScenarioResult(
        scenario=scenario,
        as_of=baseline.as_of,
        **papers.__dict__,
        years=_years(baseline, total, parts),
        volumes=_volumes(baseline, total, reference),
        months=_months(baseline, parts),
        waterfall=_waterfall(baseline, parts, own, reference),
        break_even_month=break_even_month(parts["net"], baseline.months),
        break_even_success_rate=rate,
        pays_probability=float((net >= -OERE).mean()) if some else None,
        averted_net=averted_net if np.isfinite(averted_net) else None,
        net_band=(band["p10"], band["p90"]),
        cashable=_cashable(baseline, total, parts),
        warnings=warnings_of(scenario, baseline.as_of, baseline.months, total.short, parts, reference),
    )


def gain(found: ScenarioResult) -> pd.DataFrame:
    """Net per year with its interval: `year`, `mean`, `p10`, `p90`; positive is a gain."""
    years = found.years
    return pd.DataFrame(
        {
            "year": years["year"],
            "mean": years["net"],
            "p10": 0.0 - years["difference_p90"],
            "p90": 0.0 - years["difference_p10"],
        }
    )


def _years(baseline: Baseline, total: Effect, parts: dict[str, np.ndarray]) -> pd.DataFrame:
    difference = 0.0 - baseline.by_year(total.net)
    sums = {name: baseline.by_year(values) for name, values in parts.items()}
    rows = []
    for at, year in enumerate(baseline.years):
        before, change = summary(baseline.kroner[:, at]), summary(difference[:, at])
        change["mean"] = 0.0 - float(sums["net"][at])
        after = summary(baseline.kroner[:, at] + difference[:, at])
        after["mean"] = before["mean"] + change["mean"]
        points = [group[point] for group in (before, after, change) for point in POINTS]
        rows.append((year, *points, *(float(sums[name][at]) for name in PARTS)))
    return pd.DataFrame(rows, columns=list(YEAR_COLUMNS))


def _volumes(baseline: Baseline, total: Effect, reference: Reference) -> pd.DataFrame:
    change = baseline.by_year(total.volume * baseline.to_years)
    shown = np.flatnonzero(baseline.person_years.any(axis=1) | total.volume.any(axis=1))
    rows = [
        (key, reference.type_name(key), year, before, before + change[at, column])
        for at, key in ((at, baseline.types[at]) for at in shown)
        for column, year in enumerate(baseline.years)
        for before in [float(baseline.person_years[at, column])]
    ]
    return pd.DataFrame(rows, columns=list(VOLUME_COLUMNS))


def _months(baseline: Baseline, parts: dict[str, np.ndarray]) -> pd.DataFrame:
    table = pd.DataFrame(parts)
    table.insert(0, "month", [str(month) for month in baseline.months])
    return table.assign(cumulated=table["net"].cumsum())[list(MONTH_COLUMNS)]


def _waterfall(
    baseline: Baseline, parts: dict[str, np.ndarray], own: Sequence[LeverEffect], reference: Reference
) -> pd.DataFrame:
    """Each lever alone, then what is left of the total: what the levers do to each other."""
    rest = {name: values - sum(one.parts[name] for one in own) for name, values in parts.items()}
    lines = [(number, lever_label(one.lever, reference), one.parts) for number, one in enumerate(own, start=1)]
    if len(own) > 1:
        lines.append((0, INTERACTION, rest))
    rows = [
        (number, label, year, *(float(baseline.by_year(values[name])[at]) for name in PARTS))
        for number, label, values in lines
        for at, year in enumerate(baseline.years)
    ]
    return pd.DataFrame(rows, columns=list(WATERFALL_COLUMNS))


def _cashable(baseline: Baseline, total: Effect, parts: dict[str, np.ndarray]) -> dict[str, float]:
    """What of this year's effect is booked within the year: bills not yet sent cannot be saved on."""
    this_year = np.asarray(baseline.months.year == baseline.as_of.year)
    saved = -total.cost * baseline.per_krone[:, None]
    plain = parts["gross_saving"] - saved.sum(axis=0)
    gross = float((saved * baseline.booked).sum() + plain[this_year].sum())
    programme = float(parts["programme_cost"][this_year].sum())
    lost = float((parts["refund_lost"] * baseline.refund_booked).sum())
    return dict(zip(PARTS, (gross, programme, lost, gross - programme - lost), strict=True))


def break_even_month(net: np.ndarray, months: pd.PeriodIndex) -> pd.Period | None:
    """The month from which on the cumulated net stays at or above zero; None where it ends below or never moves."""
    cumulated = np.cumsum(net)
    moved = np.flatnonzero(np.abs(net) > OERE)
    if not len(moved) or cumulated[-1] < -OERE:
        return None
    below = np.flatnonzero(cumulated < -OERE)
    return months[max(int(below[-1]) + 1 if len(below) else 0, int(moved[0]))]


def succeeding_rate(scenario: Scenario) -> float | None:
    """Children averted / programme cases, both at full effect: what `break_even_rate` is to be held against.

    Deadweight, success and what is lost in operation are in it; None without programme cases or children averted.
    """
    cases = sum(lever.cases_per_month for lever in scenario.levers if isinstance(lever, Programme))
    averted = sum(lever.children_per_month * lever.strength for lever in scenario.levers if isinstance(lever, Avert))
    return averted / cases if cases and averted else None


def break_even_rate(scenario: Scenario, months: pd.PeriodIndex, averted_net: float) -> float | None:
    """Programme cost per case / net saving per averted child in a full-effect year; None without either.

    One-offs and staff are spread over the cases of all programmes in `months`, those ahead to the end of the horizon.
    """
    programmes = [lever for lever in scenario.levers if isinstance(lever, Programme)]
    cases = sum(float(one.cases(scenario.start, months).sum()) for one in programmes)
    fixed = sum(float(one.fixed_cost(scenario.start, months).sum()) for one in programmes)
    cost = sum(one.cost_per_case * float(one.cases(scenario.start, months).sum()) for one in programmes) + fixed
    if not cases or not cost or not averted_net > 0:
        return None
    return cost / cases / averted_net
