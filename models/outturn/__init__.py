"""The forecast outturn: activity where it explains the ledger, time series for the rest, on joint sample paths.

Year-end = booked + incurred but not yet booked + simulated future activity x what the ledger makes of it, each laid on
the booking periods by the invoice delay; accounts that activity does not explain run on by `models.forecast_paths`.
Months of the year that the ledger lacks are estimated first (`missing`), and everything else reckons with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.activity import FLOWS, ActivityYear
from cockpit.domain.allocation import sum_by_leaf
from cockpit.domain.completeness import no_ledger_note
from cockpit.domain.dataset import Dataset
from cockpit.domain.events import account_shift_note, event_note, known_events
from cockpit.domain.methods import BUDGETED, OUTLINE, THIS_YEAR, booked_elsewhere_note, leaf_name, method_notes
from cockpit.domain.months import OUTLINE_YEARS
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.prognosis import METHOD_COLUMNS
from cockpit.domain.reference import Event, Reference
from cockpit.domain.spells import days_in_months, days_in_year
from models.activity import ActivityPaths, Windows, simulate
from models.activity.regime import NEAR
from models.outturn.activity_cost import year_of_activity
from models.outturn.attribution import attributed, attribution_notes
from models.outturn.blend import Target, blend
from models.outturn.choice import LEDGER, Choice, PastAnswers, choose
from models.outturn.closing import closing_dispersion, less_booked_supplement, shift_closings, weights_by_period
from models.outturn.groups import Group
from models.outturn.incurred import mixing_weights, outstanding, outstanding_spread
from models.outturn.ledger import booking_series, ledger_paths, young_ledger
from models.outturn.missing import missing_note
from models.outturn.past import (
    HORIZONS,
    GroupLeaves,
    alternatives,
    answers_of,
    booked_of,
    held_against,
    leaves_of,
    rule_amounts,
)
from models.outturn.planned import Planned
from models.outturn.settlement import settled
from models.outturn.workings import SHARE_MONTHS, Workings, fit_groups, prepare, type_shares
from models.shifts import series_shift

# Rooms of chance, after the seed; models.activity has number 1.
_GROUPS, _CLOSING = 2, 3
_ALTERNATIVE = 10_000  # added to the seed where the ledger runs on what activity explains as well
PAST_PATHS = 80  # the mean of a past forecast is all that is asked: it then moves by a tenth of its own error
FEWEST_FOR_SHIFTS = 36  # months of an account before a change of level is told from its season
TOLD_MONTHS = 24  # how long an event that has happened is told of


@dataclass(frozen=True)
class _Drawn:
    """What the groups that follow activity give: paths (n, l, p) and the part of their mean that is late (l, p)."""

    paths: np.ndarray
    late: np.ndarray


def forecast_outturn(
    dataset: Dataset,
    reference: Reference,
    *,
    n_paths: int,
    seed: int,
    events: tuple[Event, ...] = (),
    past: Sequence[Dataset] = (),
) -> OutturnPaths:
    """Forecast the bookings of every leaf to the end of the third outline year.

    Args:
        dataset: what is known at its as-of month.
        reference: the dated reference tables.
        n_paths: number of sample paths.
        seed: same data, seed and versions give the same numbers.
        events: known events, oldest first, as far as they are known at the as-of month.
        past: what was known at the same month of past years whose end is known now: what each group is forecast by is
            chosen by how the methods would have done then. Without them the engines stand as they are.

    Returns:
        Joint sample paths per leaf (type x function) and open booking period.
    """
    run = _run(dataset, reference, n_paths, seed, events, by_district=True)
    work, groups = run.work, leaves_of(run.work, run.following)
    chosen = _choose(run, groups, dataset, past, reference, seed, events)
    paths = _as_chosen(run, groups, chosen, dataset, seed)
    before = year_of_activity(dataset.interventions, work.leaves, dataset.as_of.year - 1, dataset.as_of)
    ratios = _ratios([*run.following, *run.alone], len(work.leaves))
    lacking = work.missing.drawn(n_paths, work.doubt.drawn(n_paths, len(work.leaves), seed))
    lacking += work.planned.drawn(work.missing.periods, len(work.leaves), n_paths, seed)
    result = _result(run, paths, lacking, ratios, before)
    this_year = work.calendar.columns_of(dataset.as_of.year)
    moved = _expected(paths, this_year) - _expected(run.paths, this_year)
    told = [event_note(one, dataset.as_of, reference) for one in events if one.month > dataset.as_of - TOLD_MONTHS]
    methods = _methods(chosen, groups, work)
    names = {leaf: leaf_name(leaf, reference) for leaf in work.leaves.itertuples(index=False, name=None)}
    said = method_notes(methods, [one.as_of.year for one in past], names)
    elsewhere = _elsewhere_notes(run.alone, work, names)
    untyped = [] if result.attributed is None else attribution_notes(result.attributed, work, names)
    shifted = _shift_notes(run, names)
    unbooked = [_no_ledger_note(result, work.planned)] if dataset.postings.empty else []
    notes = (*unbooked, *result.notes, *untyped, *elsewhere, *told, *shifted, *said)
    whole = replace(result, methods=methods, method_choice=moved, notes=notes)
    return less_booked_supplement(whole, work.postings)


def _expected(paths: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Mean of the leaves' sums over some periods, shape (l,)."""
    return paths[:, :, columns].sum(axis=2).mean(axis=0)


@dataclass(frozen=True)
class Run:
    """One run of both engines: paths (n, l, p) of every leaf, and what they were drawn from."""

    work: Workings
    following: list[Group]
    alone: list[Group]
    activity: ActivityPaths
    shares: np.ndarray
    paths: np.ndarray
    late: np.ndarray


def _run(
    dataset: Dataset,
    reference: Reference,
    n_paths: int,
    seed: int,
    events: tuple[Event, ...],
    years_ahead: int = OUTLINE_YEARS,
    windows: Windows | None = None,
    *,
    by_district: bool = False,
) -> Run:
    work = prepare(dataset, reference, events, years_ahead, seed)
    groups = fit_groups(work)
    activity = simulate(
        dataset.interventions,
        reference,
        as_of=dataset.as_of,
        last_month=work.calendar.service_months[-1],
        n_paths=n_paths,
        seed=seed,
        population=dataset.population,
        events=events,
        windows=windows,
        by_district=by_district,
    )
    shares = type_shares(work, activity.types, reference)
    following = [group for group in groups if group.follows_activity]
    alone = [group for group in groups if not group.follows_activity]
    drawn = _follow_activity(following, activity, shares, work, seed)
    paths = drawn.paths + run_on(alone, work, n_paths, seed)
    return Run(work, following, alone, activity, shares, paths, drawn.late)


def _shift_notes(run: Run, names: dict[tuple[str, str], str]) -> list[str]:
    """Name the accounts without activity whose level has changed, and no known event says why."""
    work = run.work
    followed = {leaf for group in run.following for leaf in group.leaves}
    series = {at: booking_series(work.postings_of(at), work.calendar.as_of) for at in range(len(work.leaves))}
    alone = {at: one for at, one in series.items() if at not in followed and len(one) >= FEWEST_FOR_SHIFTS}
    horizon = (pd.Period(year=work.calendar.last_year, month=12, freq="M") - work.calendar.as_of).n
    notes = []
    for at, one in alone.items():
        found = series_shift(one, horizon, len(alone)) if horizon else None
        if found is None:
            continue
        month, leaf = one.index[found.at], tuple(work.leaves.iloc[at])
        if not any(abs((month - known).n) <= NEAR for known in work.event_months(at)):
            notes.append(account_shift_note(names[leaf], month, found.before, found.after))
    return notes


def _choose(
    run: Run,
    groups: GroupLeaves,
    dataset: Dataset,
    past: Sequence[Dataset],
    reference: Reference,
    seed: int,
    events: tuple[Event, ...],
) -> list[list[Choice]]:
    """Choose per horizon and group by what the methods would have said at past months, with today's windows."""
    held: list[list[PastAnswers | None]] = []
    for one in past:
        known = known_events(events, one.as_of, is_newest=False)
        then = _run(one, reference, PAST_PATHS, seed, known, max(HORIZONS), run.activity.windows)
        answers = answers_of(one, then.work, then.paths, groups, PAST_PATHS, seed + _ALTERNATIVE)
        held.append(held_against(answers, one.as_of, run.work, groups))
    now = rule_amounts(dataset, run.work, groups)
    return [choose([seen for own in held if (seen := own[at]) is not None], len(groups), now) for at in HORIZONS]


def _as_chosen(run: Run, groups: GroupLeaves, chosen: list[list[Choice]], dataset: Dataset, seed: int) -> np.ndarray:
    """The paths of all leaves, each group's by what was chosen for it, shape (n, l, p)."""
    asked = [at for at in range(len(groups)) if not all(choices[at].is_plain for choices in chosen)]
    if not asked:
        return run.paths
    calendar = run.work.calendar
    others = alternatives(run.work, [groups[at] for at in asked], len(run.paths), seed + _ALTERNATIVE)
    rules, booked = rule_amounts(dataset, run.work, groups), booked_of(run.work, groups, calendar.as_of.year)
    years = np.array([year for year, _ in calendar.periods]) - calendar.as_of.year
    paths = run.paths.copy()
    for choices, columns in zip(chosen, (np.flatnonzero(years == 0), np.flatnonzero(years > 0)), strict=True):
        for other, at in enumerate(asked):
            choice = choices[at]
            rival = float(rules[choice.rival][at]) if choice.rival else np.nan
            target = Target(list(run.following[at].leaves), columns, years[columns], float(booked[at]), rival)
            paths[:, np.array(target.leaves)[:, None], columns] = blend(paths, others[:, other], target, choice)
    return paths


def _methods(chosen: list[list[Choice]], groups: GroupLeaves, work: Workings) -> pd.DataFrame:
    """One row per leaf and stretch, `domain.methods.METHOD_COLUMNS`.

    Accounts run on alone are by their bookings, those of which nothing else is known by their budget.
    """
    followed = {leaf for own in groups for leaf in own}
    names = list(work.leaves.itertuples(index=False, name=None))
    by_budget = {names[at] for at in work.planned.leaves}
    alone = {leaf: BUDGETED if leaf in by_budget else LEDGER for leaf in names if leaf not in followed}
    rows = []
    for stretch, choices in zip((THIS_YEAR, OUTLINE), chosen, strict=True):
        told = [(leaf, choice.told()) for own, choice in zip(groups, choices, strict=True) for leaf in own]
        told += [(leaf, {"method": own, "ledger_weight": 1.0, "origins": 0}) for leaf, own in alone.items()]
        rows += [{"type_key": leaf[0], "function": leaf[1], "stretch": stretch, **what} for leaf, what in told]
    return pd.DataFrame(rows, columns=list(METHOD_COLUMNS))


def _follow_activity(
    groups: list[Group], activity: ActivityPaths, shares: np.ndarray, work: Workings, seed: int
) -> _Drawn:
    n_paths = len(activity.refund)
    shape = (len(work.leaves), len(work.calendar.periods))
    paths, late = np.zeros((n_paths, *shape)), np.zeros(shape)
    cost = _unbooked_activity(activity, work)
    weights, dispersion = mixing_weights(groups), closing_dispersion(groups)
    months = work.calendar.service_months
    doubts = work.doubt.drawn(n_paths, len(work.leaves), seed)
    common = np.random.default_rng([seed, _CLOSING]).standard_normal((n_paths, len(work.calendar.years)))
    for at, group in enumerate(groups):
        rng = np.random.default_rng([seed, _GROUPS, at])
        own = list(group.leaves)
        doubt = doubts[:, own[0]]
        by_period = weights_by_period(work.calendar, months, work.window, group)
        factor = group.ratio * (1 + ratio_error(group, work) * rng.standard_normal(n_paths)) * (1 + doubt)
        expected = np.zeros(len(months))
        for leaf in own:
            leaf_cost = factor[:, None] * _leaf_cost(leaf, cost, shares, activity, work)
            paths[:, leaf] = leaf_cost @ by_period
            expected += leaf_cost.mean(axis=0)
        owed, noise = _late(group, weights, work)
        drawn = owed.sum(axis=0) + rng.standard_normal(n_paths)[:, None] * noise
        drawn += doubt[:, None] * _doubted(group, work)
        part = _leaf_parts(group, work)
        late[own] = part[:, None] * owed.sum(axis=0)
        paths[:, own] += part[:, None] * drawn[:, None, :]
        carried = [
            _carried(expected[:, None] * by_period, months, year, work) + _carried(owed, work.window, year, work)
            for year in work.calendar.years
        ]
        paths[:, own] = shift_closings(paths[:, own], work.calendar, carried, dispersion, common, rng)
    return _Drawn(paths, late)


def _doubted(group: Group, work: Workings) -> np.ndarray:
    """What the months so far make of activity, laid on the periods in which it may still come, kr., shape (p,).

    Without a ledger every month so far is estimated with its doubt, and nothing of it is still to come.
    """
    if not work.doubt.common or work.booked.empty:
        return np.zeros(len(work.calendar.periods))
    return (group.ratio * group.cost) @ weights_by_period(work.calendar, work.window, work.window, group)


def _carried(by_period: np.ndarray, service_months: pd.PeriodIndex, year: int, work: Workings) -> float:
    """What a year's services leave to the next year's booking periods, kr."""
    rows = np.asarray(service_months.year == year)
    return float(by_period[np.ix_(rows, work.calendar.columns_of(year + 1))].sum())


def _unbooked_activity(activity: ActivityPaths, work: Workings) -> np.ndarray:
    """Simulated gross cost (n, types, months): all of it after the as-of month, before it what nobody registered."""
    simulated = activity.new_cost + activity.moved_cost
    ahead = np.asarray(work.calendar.service_months > work.calendar.as_of)
    return simulated + activity.known_cost * ahead


def _leaf_cost(leaf: int, cost: np.ndarray, shares: np.ndarray, activity: ActivityPaths, work: Workings) -> np.ndarray:
    """Gross cost of a leaf by service month, shape (n, months); refund is income on the first leaf of its function."""
    if work.leaves["function"][leaf] != REFUND_FUNCTION:
        return np.einsum("ntm,t->nm", cost, shares[:, leaf])
    is_first = leaf == np.flatnonzero(work.leaves["function"] == REFUND_FUNCTION)[0]
    months = work.calendar.service_months
    refund = settled(activity.refund, months, work.refund_months)
    return -refund * np.asarray(months > work.calendar.as_of) * is_first


def ratio_error(group: Group, work: Workings) -> float:
    """Relative error of a year's remaining bookings: that of the ratio's own mean and that of the months to come."""
    months_left = max(12 - work.calendar.as_of.month, 1)
    return group.ratio_spread * float(np.sqrt(1 / group.ratio_months + 1 / months_left))


def _late(group: Group, weights: np.ndarray, work: Workings) -> tuple[np.ndarray, np.ndarray]:
    """Expected late bookings per service month and open period, and the shape of their error (sums to its spread).

    A group that was never booked owes the whole year so far.
    """
    this_year = group.age < work.calendar.as_of.month
    owed = outstanding(group, weights) if group.has_ledger else group.cost * this_year
    by_period = weights_by_period(work.calendar, work.window, work.window, group)
    usual = np.abs(owed) @ by_period
    shape = usual / usual.sum() if usual.sum() > 0 else np.zeros(len(usual))
    return owed[:, None] * by_period, outstanding_spread(group, weights) * shape


def _leaf_parts(group: Group, work: Workings) -> np.ndarray:
    """How a group's late bookings fall on its leaves: as their activity of the last year."""
    recent = np.abs(work.leaf_costs[list(group.leaves), -12:].sum(axis=1))
    return recent / recent.sum()


def run_on(groups: list[Group], work: Workings, n_paths: int, seed: int) -> np.ndarray:
    """Paths (n, l, p) of the leaves that activity does not explain, and of those known by their budget alone."""
    leaves = [leaf for group in groups for leaf in group.leaves]
    own = [work.postings_of(leaf) for leaf in leaves]
    booked = [at for at, postings in enumerate(own) if len(postings)]
    paths = work.planned.drawn(work.calendar.periods, len(work.leaves), n_paths, seed)
    steps = [work.event_months(leaves[at]) for at in booked]
    drawn = ledger_paths([own[at] for at in booked], work.calendar.periods, work.calendar.as_of, n_paths, seed, steps)
    paths[:, [leaves[at] for at in booked]] = drawn
    return paths


def _ratios(groups: list[Group], n_leaves: int) -> np.ndarray:
    """Ledger kroner per activity krone of each leaf, shape (l,); zero where activity says nothing of it."""
    ratios = np.ones(n_leaves)
    for group in groups:
        ratios[list(group.leaves)] = group.ratio if group.follows_activity else float(not group.cost.any())
    return ratios


def _elsewhere_notes(groups: list[Group], work: Workings, names: dict[tuple[str, str], str]) -> list[str]:
    """Name the types whose money the ledger has had elsewhere all along: activity costs them, the ledger does not."""
    leaves = [leaf for group in groups if group.is_booked_elsewhere for leaf in group.leaves]
    cost = work.leaf_costs[:, -SHARE_MONTHS:].sum(axis=1)
    return [booked_elsewhere_note(names[tuple(work.leaves.iloc[leaf])], float(cost[leaf])) for leaf in leaves]


def _result(
    run: Run, paths: np.ndarray, lacking: np.ndarray, ratios: np.ndarray, before: tuple[np.ndarray, np.ndarray]
) -> OutturnPaths:
    """Put together what is booked, what lacking months may hold (n, l, k) and what is still to be booked (n, l, p)."""
    work, activity, shares, late = run.work, run.activity, run.shares, run.late
    year, months = work.calendar.as_of.year, work.calendar.service_months
    this_year = np.asarray(months.year == year)
    booked = sum_by_leaf(work.booked[work.booked["year"] == year], "amount")
    moved = attributed(run.following, work)
    volume = (activity.known_volume + activity.new_volume + activity.moved_volume).mean(axis=0)
    person_years = volume * (days_in_months(months) / days_in_year(months))
    cost = (activity.known_cost + activity.new_cost + activity.moved_cost).mean(axis=0)
    has_activity = shares.any(axis=0)
    to_date = this_year & np.asarray(months <= work.calendar.as_of)
    return OutturnPaths(
        as_of=work.calendar.as_of,
        leaves=work.leaves,
        booked=booked.reindex(pd.MultiIndex.from_frame(work.leaves), fill_value=0.0).to_numpy() + moved.sum(axis=1),
        attributed=moved,
        periods=[*work.missing.periods, *work.calendar.periods],
        paths=np.concatenate([lacking, paths], axis=2) if lacking.size else paths,
        inflow=activity.new_cost.mean(axis=0)[:, this_year].sum(axis=1) @ shares * (ratios != 0),
        late=late[:, work.calendar.columns_of(year)].sum(axis=1),
        person_years=np.where(has_activity, person_years[:, this_year].sum(axis=1) @ shares, np.nan),
        activity_cost=np.where(has_activity, cost[:, this_year].sum(axis=1) @ shares * ratios, np.nan),
        person_years_before=before[0],
        activity_cost_before=before[1] * ratios,
        corrections=np.zeros(len(work.leaves)),
        notes=(*_notes_on_the_ledger(work, lacking), *activity.notes),
        ledger_ratio=ratios,
        person_years_to_date=np.where(has_activity, person_years[:, to_date].sum(axis=1) @ shares, np.nan),
        activity_cost_to_date=np.where(has_activity, cost[:, to_date].sum(axis=1) @ shares * ratios, np.nan),
        activity=_year_of(activity),
        districts=activity.districts,
    )


def _notes_on_the_ledger(work: Workings, lacking: np.ndarray) -> tuple[str, ...]:
    """What a ledger lacks; that there is none at all is told apart."""
    if work.booked.empty:
        return ()
    young = work.doubt.common if work.first_booked >= work.window[0] else 0.0
    return (*missing_note(work.missing, lacking), *young_ledger(work.first_booked, young))


def _no_ledger_note(outturn: OutturnPaths, planned: Planned) -> str:
    by_budget = float(outturn.year_end[:, list(planned.leaves)].mean(axis=0).sum())
    return no_ledger_note(outturn.as_of, float(outturn.estimated.sum()), by_budget)


def _year_of(activity: ActivityPaths) -> ActivityYear:
    """The months of the as-of year, without what only the models need to know."""
    year = np.asarray(activity.months.year == activity.as_of.year)
    return ActivityYear(
        as_of=activity.as_of,
        types=activity.types,
        months=activity.months[year],
        volume=activity.volume[:, :, year],
        cost=activity.cost[:, :, year].mean(axis=0),
        flows={name: getattr(activity, name)[:, :, year].mean(axis=0) for name in FLOWS},
        rise=activity.rise,
    )
