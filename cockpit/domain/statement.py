"""The prognosis as frames: rows, months, fan, outline years and bridge, all from the same sample paths."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.activity import activity_frame
from cockpit.domain.activity_by_district import district_ahead, district_months
from cockpit.domain.allocation import LEAF, allocate
from cockpit.domain.bridge import budget_bridge, method_effects
from cockpit.domain.budget import PERIODS, budget_by_leaf, leaves_without_lines, phased_budget
from cockpit.domain.cases import dearest_cases
from cockpit.domain.committed import unbooked_by_leaf
from cockpit.domain.dataset import Dataset
from cockpit.domain.district_activity import AHEAD, TO_DATE
from cockpit.domain.districts import DistrictSplit, split_by_district
from cockpit.domain.effects import type_effects
from cockpit.domain.explanation import explain_year
from cockpit.domain.indexing import JANUARY
from cockpit.domain.ladder import ladder_moves
from cockpit.domain.methods import row_methods
from cockpit.domain.months import period_label
from cockpit.domain.paths import Membership, OutturnPaths, membership, summary
from cockpit.domain.prognosis import (
    BRIDGE_COLUMNS,
    FAN_COLUMNS,
    MONTH_COLUMNS,
    OUTLINE_COLUMNS,
    QUANTILES,
    ROW_COLUMNS,
    Prognosis,
)
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.domain.years import basis_frame, years_frame

MONEY = [name for name in ROW_COLUMNS if name not in ("level", "key", "label", "person_years")]


@dataclass(frozen=True)
class _Ledger:
    """Per leaf of the paths: budget, phased budget, committed and this year's bookings by period."""

    original: np.ndarray
    revised: np.ndarray
    phased: np.ndarray
    committed: np.ndarray
    booked: np.ndarray


def build_prognosis(
    dataset: Dataset, outturn: OutturnPaths, reference: Reference, *, seed: int, versions: dict[str, str]
) -> Prognosis:
    """Put the paths beside budget, bookings and committed cost.

    Args:
        dataset: what the paths were forecast from.
        outturn: joint sample paths per leaf.
        seed, versions: stand in the prognosis' papers.
    """
    postings = allocate(dataset.postings, reference)
    budget = allocate(dataset.budget, reference)
    ledger = _ledger(dataset, postings, budget, outturn)
    members = membership(outturn.leaves, reference)
    levels = _levels(members, ledger, outturn, reference)
    prognosis = Prognosis(
        as_of=dataset.as_of,
        year=dataset.as_of.year,
        data_id=dataset.data_id,
        seed=seed,
        n_paths=len(outturn.paths),
        versions=versions,
        fan=_fan(ledger, outturn),
        bridge=_bridge(outturn, budget, reference),
        notes=outturn.notes,
        basis=basis_frame(outturn, dataset.population, reference),
        **levels,
        **_methods(outturn, members),
        cases=_cases(dataset, outturn, reference),
        ladder=ladder_moves(dataset.interventions, dataset.as_of, reference, outturn.activity),
        **_activity(dataset, outturn, budget, reference),
        **_by_district(dataset, outturn),
    )
    if not _has_money(dataset):
        return _without_money(prognosis)
    if dataset.postings.empty:
        prognosis = replace(prognosis, rows=prognosis.rows.assign(actual_ytd=np.nan))
    to_date = _phased_to_date(dataset, ledger)
    by_leaf = budget_by_leaf(budget, dataset.as_of.year).reindex(pd.MultiIndex.from_frame(outturn.leaves))
    found = explain_year(prognosis, outturn, by_leaf, to_date, dataset, reference)
    return replace(prognosis, movements=found.movements, drivers=found.drivers)


def _phased_to_date(dataset: Dataset, ledger: _Ledger) -> np.ndarray:
    """The budget phased to the end of the as-of month, kr. per leaf; NaN without a budget or a ledger."""
    phased = ledger.phased[:, : dataset.as_of.month]
    unknown = np.isnan(phased).all(axis=1) | dataset.postings.empty
    return np.where(unknown, np.nan, np.nansum(phased, axis=1))


def _ledger(dataset: Dataset, postings: pd.DataFrame, budget: pd.DataFrame, outturn: OutturnPaths) -> _Ledger:
    year = dataset.as_of.year
    index = pd.MultiIndex.from_frame(outturn.leaves)
    by_leaf = budget_by_leaf(budget, year).reindex(index)
    is_nil = leaves_without_lines(by_leaf["revised"]).to_numpy()
    phased = phased_budget(budget, postings, year).reindex(index).to_numpy()
    unbooked = unbooked_by_leaf(dataset.interventions, postings, dataset.as_of).reindex(index, fill_value=0.0)
    this_year = postings[postings["year"] == year]
    by_period = this_year.pivot_table(index=LEAF, columns="period", values="amount", aggfunc="sum", fill_value=0.0)
    booked = by_period.reindex(index=index, columns=PERIODS, fill_value=0.0).fillna(0.0).round(2).to_numpy()
    return _Ledger(
        original=np.where(is_nil, 0.0, by_leaf["original"]),
        revised=np.where(is_nil, 0.0, by_leaf["revised"]),
        phased=np.where(is_nil[:, None], 0.0, phased),
        committed=outturn.booked + unbooked.sum(axis=1).to_numpy(),
        booked=booked if outturn.attributed is None else booked + outturn.attributed,
    )


def _levels(
    members: Membership, ledger: _Ledger, outturn: OutturnPaths, reference: Reference
) -> dict[str, pd.DataFrame]:
    """The frames that have every level, with the rows of districts last where there are any."""
    frames = _frames(members, ledger, outturn, reference)
    split = split_by_district(outturn)
    if split is None:
        return frames
    own = _ledger_of_districts(split, ledger)
    by_district = split.outturn(outturn, own.booked.sum(axis=1))
    more = _frames(split.members(), own, by_district, reference)
    return {name: pd.concat([frame, more[name]], ignore_index=True) for name, frame in frames.items()}


def _ledger_of_districts(split: DistrictSplit, ledger: _Ledger) -> _Ledger:
    """Booked and committed by the activity of each district; no budget has a district."""
    booked = split.to_the_oere(ledger.booked, TO_DATE)
    nothing = np.full(len(booked), np.nan)
    return _Ledger(
        original=nothing,
        revised=nothing,
        phased=np.full(booked.shape, np.nan),
        committed=booked.sum(axis=1) + split.to_the_oere(ledger.committed - ledger.booked.sum(axis=1), AHEAD),
        booked=booked,
    )


def _frames(
    members: Membership, ledger: _Ledger, outturn: OutturnPaths, reference: Reference
) -> dict[str, pd.DataFrame]:
    rows = pd.DataFrame([_row(key, mask, ledger, outturn, reference) for key, mask in members.items()])
    months = pd.concat([_months(key, mask, ledger, outturn) for key, mask in members.items()], ignore_index=True)
    return {
        "rows": rows[list(ROW_COLUMNS)],
        "months": months[list(MONTH_COLUMNS)],
        "outline_years": _outline(members, outturn),
        "years": years_frame(outturn, members, reference),
    }


def _row(key: tuple[str, str], mask: np.ndarray, ledger: _Ledger, outturn: OutturnPaths, reference: Reference) -> dict:
    samples = outturn.year_end[:, mask].sum(axis=1)
    forecast = summary(samples)
    revised, committed, inflow = _sum(ledger.revised[mask]), ledger.committed[mask].sum(), outturn.inflow[mask].sum()
    corrections = outturn.corrections[mask].sum()
    return {
        "level": key[0],
        "key": key[1],
        "label": reference.label(*key, outturn.as_of.end_time),
        "budget_original": _sum(ledger.original[mask]),
        "budget_revised": revised,
        "actual_ytd": round(float(outturn.booked[mask].sum()), 2),
        "committed": round(float(committed), 2),
        "expected_inflow": float(inflow),
        "expected_changes": forecast["mean"] - float(committed) - float(inflow) - float(corrections),
        "corrections": float(corrections),
        **forecast,
        "deviation": forecast["mean"] - revised,
        "overrun_probability": float((samples > revised).mean()) if np.isfinite(revised) else np.nan,
        "person_years": _sum(outturn.person_years[mask]),
        "unit_price": _unit_price(mask, outturn),
        "method_choice": float(method_effects(outturn)[mask].sum()),
    }


def _unit_price(mask: np.ndarray, outturn: OutturnPaths) -> float:
    """Return kr. per person-year before central refund, of the types that have persons; NaN where none has.

    Money without persons (special schools, fixed contributions) is no part of what a person costs, so the price of a
    total times its persons is what its types' prices times theirs add up to.
    """
    types = outturn.leaves["type_key"].to_numpy()
    volume = np.where(mask, np.nan_to_num(outturn.person_years), 0.0)
    with_persons = np.isin(types, types[volume > 0]) & (types != UNALLOCATED)
    priced = mask & with_persons & outturn.follows_activity & (outturn.leaves["function"] != REFUND_FUNCTION).to_numpy()
    persons = _sum(outturn.person_years[priced])  # as it is told, so that price times persons is the money
    spent = float(outturn.year_end[:, priced].mean(axis=0).sum() - outturn.corrections[priced].sum())
    return spent / persons if persons > 0 else np.nan


def _sum(values: np.ndarray) -> float:
    """Sum that is absent (NaN) only where every part is."""
    return round(float(np.nansum(values)), 6) if np.isfinite(values).any() else np.nan


def _months(key: tuple[str, str], mask: np.ndarray, ledger: _Ledger, outturn: OutturnPaths) -> pd.DataFrame:
    """A row's booking periods; in the booked ones nothing is uncertain, and no band is told."""
    year, is_open = outturn.as_of.year, _is_open(outturn)
    paths = outturn.paths[:, :, outturn.columns_of(year)][:, mask].sum(axis=1)
    mean = ledger.booked[mask].sum(axis=0)
    paths = paths + mean[is_open]  # a supplement period that is still open may have bookings
    low, high = np.full((2, len(PERIODS)), np.nan)
    mean[is_open] = paths.mean(axis=0)
    low[is_open], high[is_open] = np.quantile(paths, [QUANTILES["p10"], QUANTILES["p90"]], axis=0)
    return pd.DataFrame(
        {
            "level": key[0],
            "key": key[1],
            "month": [period_label(year, period) for period in PERIODS],
            "kind": np.where(is_open, "forecast", "actual"),
            "budget": [_sum(column) for column in ledger.phased[mask].T],
            "mean": mean,
            "p10": low,
            "p90": high,
        }
    )


def _is_open(outturn: OutturnPaths) -> np.ndarray:
    """Whether each booking period of the as-of year is still to be booked, shape (13,)."""
    open_periods = {period for year, period in outturn.periods if year == outturn.as_of.year}
    return np.array([period in open_periods for period in PERIODS])


def _fan(ledger: _Ledger, outturn: OutturnPaths) -> pd.DataFrame:
    """The total cumulated through the year; as long as every month is booked, every quantile is the booked amount.

    From the first month that is not booked on the sum is a forecast, whatever is booked after it.
    """
    year, is_open = outturn.as_of.year, _is_open(outturn)
    by_period = np.repeat(ledger.booked.sum(axis=0)[None], len(outturn.paths), axis=0)
    by_period[:, is_open] += outturn.paths[:, :, outturn.columns_of(year)].sum(axis=1)
    cumulated = by_period.cumsum(axis=1)
    points = np.quantile(cumulated, list(QUANTILES.values()), axis=0)
    budget = np.cumsum([_sum(column) for column in ledger.phased.T])
    return pd.DataFrame(
        {
            "month": [period_label(year, period) for period in PERIODS],
            "kind": np.where(np.logical_or.accumulate(is_open), "forecast", "actual"),
            "budget": budget,
            "mean": cumulated.mean(axis=0),
            **dict(zip(QUANTILES, points, strict=True)),
        }
    )[list(FAN_COLUMNS)]


def _outline(members: dict, outturn: OutturnPaths) -> pd.DataFrame:
    years = sorted({year for year, _ in outturn.periods if year > outturn.as_of.year})
    lines = []
    for year in years:
        by_leaf = outturn.outturn_of(year)
        for (level, key), mask in members.items():
            points = summary(by_leaf[:, mask].sum(axis=1))
            lines.append({"level": level, "key": key, "year": year, **points})
    return pd.DataFrame(lines)[list(OUTLINE_COLUMNS)]


def _bridge(outturn: OutturnPaths, budget: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    parts = budget_bridge(outturn, budget_by_leaf(budget, outturn.as_of.year), reference)
    return pd.DataFrame(parts, columns=list(BRIDGE_COLUMNS))


def _cases(dataset: Dataset, outturn: OutturnPaths, reference: Reference) -> pd.DataFrame:
    rise = JANUARY if outturn.activity is None else outturn.activity.rise
    return dearest_cases(
        dataset.interventions, dataset.as_of, reference, rise=rise, activity_month=dataset.activity_month
    )


def _activity(
    dataset: Dataset, outturn: OutturnPaths, budget: pd.DataFrame, reference: Reference
) -> dict[str, pd.DataFrame]:
    """The frames of volume and price, where the paths carry the activity they were drawn from."""
    if outturn.activity is None or not outturn.activity.types:
        return {}
    return {
        "activity": activity_frame(dataset.interventions, outturn.activity, budget, reference),
        "effects": type_effects(outturn, budget_by_leaf(budget, outturn.as_of.year), reference),
    }


def _by_district(dataset: Dataset, outturn: OutturnPaths) -> dict[str, pd.DataFrame]:
    if outturn.districts is None:
        return {}
    return {
        "district_months": district_months(dataset.interventions, outturn.districts.types, dataset.as_of),
        "district_ahead": district_ahead(outturn.districts),
    }


def _methods(outturn: OutturnPaths, members: Membership) -> dict[str, pd.DataFrame]:
    if outturn.methods is None:
        return {}
    return {"methods": outturn.methods, "row_methods": row_methods(outturn.methods, members, outturn.leaves)}


def _has_money(dataset: Dataset) -> bool:
    return bool(len(dataset.postings) or len(dataset.budget) or dataset.interventions["rate"].notna().any())


def _without_money(prognosis: Prognosis) -> Prognosis:
    """Extracts without prices, ledger and budget tell volumes only: no krone is shown as zero."""
    blank = prognosis.rows.assign(**dict.fromkeys(MONEY, np.nan))
    gone = ("months", "fan", "outline_years", "years", "bridge", "effects", "methods", "row_methods")
    empty = {name: getattr(prognosis, name).iloc[:0] for name in gone}
    volumes = prognosis.activity.assign(cost=np.nan)
    return Prognosis(**{**prognosis.__dict__, "rows": blank, "activity": volumes, **empty})
