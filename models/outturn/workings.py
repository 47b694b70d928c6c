"""What the outturn forecast is computed from: allocated postings, leaves, activity history and match groups."""

from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.allocation import LEAF, allocate
from cockpit.domain.completeness import lacking_months
from cockpit.domain.dataset import Dataset
from cockpit.domain.events import LEVEL, months_of
from cockpit.domain.invoice_delay import known_from
from cockpit.domain.months import OUTLINE_YEARS, month_range
from cockpit.domain.partial_months import partial_months
from cockpit.domain.reference import UNALLOCATED, Event, Reference
from models.outturn.activity_cost import ActivityHistory, activity_history
from models.outturn.calendar import BookingCalendar
from models.outturn.delay import PRIOR_MONTHS, WINDOW_MONTHS, Tables, ages, fit_delay, supplement_share, tables_of
from models.outturn.doubt import Doubt, doubt_of
from models.outturn.groups import BY_DEFAULT, Group, group_keys
from models.outturn.lost_types import lost_types
from models.outturn.missing import LedgerSoFar, Missing, estimate_missing, nothing_missing
from models.outturn.planned import Planned, planned
from models.outturn.settlement import settled as moved_to_settlement
from models.outturn.settlement import settlement_months

SHARE_MONTHS = 12
DECEMBER = 12
MATURE_AGE = 4  # months after which most of a service month is booked


@dataclass(frozen=True)
class Workings:
    """The prepared inputs of one forecast; see the module for each part.

    Attributes:
        window: the service months that ledger and activity are compared over: none before the ledger begins.
        postings: what is booked, and what is expected of the months of the as-of year that the ledger lacks.
        planned: the accounts of which nothing is known but their budget.
        missing: those months, and lacking ones of earlier years, with what is expected of them and its uncertainty.
        doubt: how far off a young ledger may be; none once it is old enough to have seen the longest delay.
    """

    calendar: BookingCalendar
    window: pd.PeriodIndex
    postings: pd.DataFrame
    leaves: pd.DataFrame
    history: ActivityHistory
    refund_months: tuple[int, ...]
    missing: Missing
    first_booked: pd.Period
    planned: Planned
    doubt: Doubt
    events: tuple[Event, ...] = ()

    def event_months(self, leaf: int) -> tuple[pd.Period, ...]:
        """Months in which known events move what is booked on a leaf, ascending."""
        return months_of(self.events, LEVEL, *self.leaves.iloc[leaf])

    def postings_of(self, leaf: int, postings: pd.DataFrame | None = None) -> pd.DataFrame:
        """What of the postings (all of them, where none are given) stands on a leaf."""
        every = self.postings if postings is None else postings
        type_key, function = self.leaves.iloc[leaf]
        return every[(every["type_key"] == type_key) & (every["function"] == function)]

    @property
    def booked(self) -> pd.DataFrame:
        """The postings without what is expected of lacking months."""
        return self.postings.iloc[: len(self.postings) - len(self.missing.postings)]

    @cached_property
    def leaf_costs(self) -> np.ndarray:
        """Activity cost per leaf and window month, kr., shape (l, w); the refund stands as income on its function."""
        return _leaf_costs(self.leaves, self.history, self.refund_months)


def _leaf_costs(leaves: pd.DataFrame, history: ActivityHistory, refund_months: tuple[int, ...]) -> np.ndarray:
    index = pd.MultiIndex.from_frame(leaves)
    cost = history.cost.reindex(index).fillna(0.0).to_numpy(dtype=float, copy=True)
    refund_leaves = np.flatnonzero(leaves["function"] == REFUND_FUNCTION)
    if len(refund_leaves):
        cost[refund_leaves] = 0.0
        cost[refund_leaves[0]] = -moved_to_settlement(history.refund, history.months, refund_months)
    return cost


def prepare(
    dataset: Dataset,
    reference: Reference,
    events: tuple[Event, ...] = (),
    years_ahead: int = OUTLINE_YEARS,
    seed: int = 0,
) -> Workings:
    """Allocate the postings, list the leaves and cost the known activity, for this year and `years_ahead` more.

    Args:
        seed: decides the samples of what lacking months may hold.
    """
    as_of = dataset.as_of
    booked = _with_months(allocate(dataset.postings, reference))
    first_booked, january = _first_booked(booked, as_of), as_of - as_of.month + 1
    months = month_range(as_of - WINDOW_MONTHS + 1, as_of)
    lacking = lacking_months(dataset.postings, max(months[0], min(first_booked, january)), as_of)
    partial = partial_months(dataset.postings, as_of)
    lacking = pd.PeriodIndex(sorted({*lacking, *partial}), freq="M")
    if booked.empty:
        lacking = month_range(january, as_of)
    first = min(first_booked, lacking[0]) if len(lacking) else first_booked
    window = month_range(max(months[0], first), as_of)
    history = activity_history(dataset.interventions, reference, window, as_of)
    leaves = _leaves(dataset, booked, history, reference)
    refund_months = settlement_months(booked[booked["function"] == REFUND_FUNCTION], as_of, first_booked)
    missing = nothing_missing(len(leaves), booked)
    if len(lacking):
        reach = activity_history(dataset.interventions, reference, months, as_of)
        steps = [months_of(events, LEVEL, *leaf) for leaf in leaves.itertuples(index=False, name=None)]
        so_far = LedgerSoFar(booked, leaves, months, _leaf_costs(leaves, reach, refund_months), steps, partial)
        missing = estimate_missing(so_far, lacking, seed)
    calendar = BookingCalendar(as_of, as_of.year + years_ahead)
    return Workings(
        calendar=calendar,
        window=window,
        postings=pd.concat([booked, missing.postings], ignore_index=True) if len(lacking) else booked,
        leaves=leaves,
        history=history,
        refund_months=refund_months,
        missing=missing,
        first_booked=first_booked,
        planned=planned(dataset, leaves, calendar.years, reference),
        events=events,
        doubt=doubt_of(len(window) - len(lacking), reference),
    )


def _first_booked(postings: pd.DataFrame, as_of: pd.Period) -> pd.Period:
    """The month from which the ledger tells: of services before it, only late invoices are in it.

    Without a ledger January: from then on its months are estimated.
    """
    return as_of - as_of.month + 1 if postings.empty else min(postings["known"].min(), as_of)


def _with_months(postings: pd.DataFrame) -> pd.DataFrame:
    """Add the month each posting concerns (else the month of its booking period) and the month it was known."""
    period = postings["period"].clip(upper=DECEMBER)
    regular = pd.to_datetime({"year": postings["year"], "month": period, "day": 1})
    service = postings["service_month"].fillna(regular).dt.to_period("M")
    return postings.assign(known=known_from(postings), service=service)


def _leaves(dataset: Dataset, postings: pd.DataFrame, history: ActivityHistory, reference: Reference) -> pd.DataFrame:
    """Every leaf with money, budget or activity around the as-of year, sorted."""
    year = dataset.as_of.year
    recent = postings.loc[postings["year"] >= year - 1, LEAF]
    budget = allocate(dataset.budget[dataset.budget["year"] == year], reference)[LEAF]
    keys = {*recent.itertuples(index=False, name=None), *budget.itertuples(index=False, name=None), *history.cost.index}
    types = [key for key in dataset.interventions["type_key"].unique() if key in reference.types]
    keys |= {(key, reference.types[key].function) for key in types}
    if history.refund.any() and not any(function == REFUND_FUNCTION for _, function in keys):
        keys.add((UNALLOCATED, REFUND_FUNCTION))
    return pd.DataFrame(sorted(keys), columns=LEAF, dtype="str")


def fit_groups(work: Workings) -> list[Group]:
    """Match ledger and activity: one group per leaf, or per function where the typed ledger falls short."""
    as_of = work.calendar.as_of
    age = ages(work.window, as_of)
    told = work.postings[work.postings["service"] >= _first_booked(work.postings, as_of)]
    costs = work.leaf_costs
    tables = [tables_of(work.postings_of(leaf, told), work.window, as_of) for leaf in range(len(work.leaves))]
    active = [at for at, f in enumerate(work.leaves["function"]) if costs[at].any() and f != REFUND_FUNCTION]
    nothing = tables_of(told.iloc[:0], work.window, as_of)
    everyone = _sum([tables[at] for at in active], nothing)
    usual = fit_delay(everyone.cumulated, age)
    mature = age >= MATURE_AGE
    ledger = np.array([table.cumulated[mature, -1].sum() for table in tables])
    functions = work.leaves["function"].to_numpy()
    lost = lost_types(work.leaves, costs, _booked_by_month(work))
    keys = [_refund_together(key) for key in group_keys(work.leaves, costs[:, mature].sum(axis=1), ledger, lost)]
    groups = []
    for key in dict.fromkeys(keys):
        members = tuple(at for at, own_key in enumerate(keys) if own_key == key)
        own = _sum([tables[at] for at in members], nothing)
        is_refund = key[1] == REFUND_FUNCTION  # settled by the state's calendar, not by suppliers' habits
        prior = 0.0 if is_refund else PRIOR_MONTHS * float(np.abs(own.cumulated[:, -1]).sum()) / len(own.cumulated)
        groups.append(
            Group(
                leaves=members,
                cost=costs[list(members)].sum(axis=0),
                cumulated=own.cumulated,
                age=age,
                delay=fit_delay(own.cumulated, age, None if is_refund else usual),
                supplement_share=supplement_share(own.closing, everyone.closing, prior),
                own_year=own.own_year,
                closings=own.settled,
                before=own.before,
                since=_changed_at(members, work),
                by_default=key[0] == BY_DEFAULT,
                function_booked=bool(np.any(ledger[functions == key[1]])),
            )
        )
    return groups


def _booked_by_month(work: Workings) -> np.ndarray:
    """What each month of the window has booked, kr. per leaf, shape (l, w)."""
    leaf = pd.MultiIndex.from_frame(work.leaves).get_indexer(pd.MultiIndex.from_frame(work.postings[LEAF]))
    month = work.window.get_indexer(pd.PeriodIndex(work.postings["known"], freq="M"))
    inside = (leaf >= 0) & (month >= 0)
    booked = np.zeros((len(work.leaves), len(work.window)))
    np.add.at(booked, (leaf[inside], month[inside]), work.postings["amount"].to_numpy(float)[inside])
    return booked


def _sum(tables: list[Tables], nothing: Tables) -> Tables:
    return reduce(Tables.__add__, tables, nothing)


def _changed_at(leaves: tuple[int, ...], work: Workings) -> int:
    """Position in the window of the newest known event of these leaves, zero where there is none in it."""
    months = [month for leaf in leaves for month in work.event_months(leaf) if month <= work.calendar.as_of]
    return max(0, *((month - work.window[0]).n for month in months)) if months else 0


def _refund_together(key: tuple[str, str]) -> tuple[str, str]:
    return ("*", REFUND_FUNCTION) if key[1] == REFUND_FUNCTION else key


def type_shares(work: Workings, types: tuple[str, ...], reference: Reference) -> np.ndarray:
    """How the cost of each type falls on its leaves over the last year, shape (types, leaves); rows sum to one."""
    recent = work.leaf_costs[:, -SHARE_MONTHS:].sum(axis=1)
    shares = np.zeros((len(types), len(work.leaves)))
    for row, key in enumerate(types):
        own = (work.leaves["type_key"] == key).to_numpy() & (work.leaves["function"] != REFUND_FUNCTION).to_numpy()
        usual = own & (work.leaves["function"] == reference.types[key].function).to_numpy()
        weight = np.where(own, recent, 0.0)
        shares[row] = weight / weight.sum() if weight.sum() > 0 else usual / usual.sum()
    return shares
