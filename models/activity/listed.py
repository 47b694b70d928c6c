"""Spells on record: what they have cost so far, and how they run on.

Each spell's month of end is drawn from its own survival curve by inversion; a spell whose end is on record ends there.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.months import day_after
from cockpit.domain.spells import ONCE, days_in_force, days_in_months, monthly_cost
from models.activity.clock import Clock
from models.activity.expected_end import log_multipliers
from models.activity.fits import Fits
from models.activity.hazard import AGE_UNKNOWN, MAX_LOG_HAZARD, MONTHS, age_bands, cells
from models.activity.history import NO_MONTH, OPEN, district_codes
from models.activity.moves import life_phase
from models.activity.prices import running_prices
from models.activity.record import SHORTEST, interval
from models.activity.sums import ENTRIES, EXITS, MOVES_IN, MOVES_OUT, Sums

CERTAIN = 50.0  # a cumulative hazard nobody survives
FAR_BEYOND = 10**5  # months after the as-of month: the end of a spell that nobody sees the end of
DEAR_MARGIN = 1.25  # prices may rise by renegotiation before a child becomes dear


@dataclass(frozen=True)
class Listed:
    """Running and coming spells of one kind, sorted by type; n spells, h months ahead.

    Attributes:
        rows: positions in the history's spells, (n,).
        kind: type codes, (n,). start: month ahead of the start, -1 for running ones, (n,). start_share: of the start
            month in force. fixed_end: month ahead of an end on record, h for none, (n,); fixed_share likewise.
        expected: month ahead of the expected end, -1 where none, (n,); expected_share likewise.
        cell: the hazard's cell per month ahead, (n, h). certain: whether the month is the last possible, (n, h).
        life: phase of life at an end in each month ahead, (n, h).
        price: kr. per whole month in force, (n, h).
        moves_on: whether a successor is already on record, (n,). moved_in: whether it continues another spell, (n,).
        child: code of the child, (n,). district: code, see `History`, (n,).
    """

    rows: np.ndarray
    kind: np.ndarray
    start: np.ndarray
    start_share: np.ndarray
    fixed_end: np.ndarray
    fixed_share: np.ndarray
    expected_month: np.ndarray
    expected: np.ndarray
    expected_share: np.ndarray
    cell: np.ndarray
    certain: np.ndarray
    life: np.ndarray
    price: np.ndarray
    moves_on: np.ndarray
    moved_in: np.ndarray
    child: np.ndarray
    district: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


def list_spells(fits: Fits, interventions: pd.DataFrame, clock: Clock, *, granted: bool) -> Listed:
    """Collect the spells that are running or will start, granted ones or those of status `expected`.

    An expected spell whose start has passed without a grant starts in the first month ahead.
    """
    spells, as_of = fits.history.spells, fits.history.as_of
    alive = (spells["granted"] == granted) & (spells["stop_month"] > as_of)
    rows = np.flatnonzero(alive)
    used = spells.iloc[rows]
    start = np.maximum(used["start_month"].to_numpy() - as_of - 1, -1 if granted else 0)
    h = clock.n_ahead
    months = as_of + 1 + np.arange(h)
    majority = fits.majority_month[rows]
    begun = np.minimum(used["start_month"].to_numpy(), as_of + 1 + start)
    age = age_bands(months[None, :], majority[:, None])
    duration = np.maximum(months[None, :] - begun[:, None], 0)
    fixed = used["stop_month"].to_numpy() != OPEN
    expected_month = used["expected_month"].to_numpy()
    price = _prices(interventions, used, clock)
    past_limit = np.zeros((len(rows), h), dtype=bool)
    if fits.last_month_after_majority is not None:
        past_limit = (age != AGE_UNKNOWN) & (months[None, :] - majority[:, None] >= fits.last_month_after_majority)
    return Listed(
        rows=rows,
        kind=used["type_code"].to_numpy(),
        start=start,
        start_share=np.where(used["start_month"] > as_of, used["start_share"], 1.0),
        fixed_end=np.where(fixed, np.minimum(used["stop_month"].to_numpy() - as_of - 1, h), -1),
        fixed_share=used["stop_share"].to_numpy(),
        expected_month=expected_month,
        expected=np.where(expected_month == NO_MONTH, -1, expected_month - as_of - 1),
        expected_share=used["expected_share"].to_numpy(),
        cell=cells(used["type_code"].to_numpy()[:, None], duration, age),
        certain=past_limit,
        life=life_phase(months[None, :], majority[:, None]),
        price=price,
        moves_on=(used["successor"] >= 0).to_numpy(),
        moved_in=(used["predecessor"] >= 0).to_numpy(),
        child=pd.factorize(used["citizen"])[0],
        district=used["district_code"].to_numpy(),
    )


def _prices(interventions: pd.DataFrame, used: pd.DataFrame, clock: Clock) -> np.ndarray:
    """Price per month ahead of the given spells: the periods that are in force now or later."""
    position = pd.Series(np.arange(len(used)), index=pd.MultiIndex.from_frame(used[["spell_id", "type_key"]]))
    later = interventions["stop"].isna() | (interventions["stop"] > day_after(clock.as_of))
    rows = interventions[later & (interventions["unit"] != ONCE)]
    found = position.reindex(pd.MultiIndex.from_frame(rows[["spell_id", "type_key"]])).to_numpy()
    rows = rows.assign(position=found).dropna(subset=["position"])
    rows = rows.sort_values(["position", "start"], kind="stable")
    spell = rows["position"].to_numpy(int)
    return running_prices(rows, spell, len(used), clock.reference, clock.ahead, clock.as_of, clock.rise)


def survival_inputs(listed: Listed, fits: Fits, log_hazard: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Probability of having ended by each month ahead, shape (n, h), given the log hazard of each cell."""
    began = ahead[None, :] - ahead[:1] >= listed.start[:, None]
    plain = np.where(began, log_hazard[listed.cell] + fits.hazard.season[ahead % MONTHS], -np.inf)
    step = fits.history.steps[listed.kind]
    log_rate = plain + log_multipliers(fits.expected_end, plain, ahead, listed.expected_month, step)
    rate = np.exp(np.minimum(log_rate, MAX_LOG_HAZARD))
    rate = np.where(listed.certain & began, CERTAIN, rate)
    return -np.expm1(-np.cumsum(rate, axis=1))


def draw_ends(
    listed: Listed, ended_by: np.ndarray, n_paths: int, fits: Fits, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the month ahead of each end (h: runs on) and the part of it in force, shape (n, n_paths) each.

    In the month of the expected end a spell ends on its day as often as such ends have done.
    """
    n, h = ended_by.shape
    row = np.arange(n)[:, None]
    chance = rng.random((n, n_paths))
    share = fits.end_shares[rng.integers(0, len(fits.end_shares), (n, n_paths))]
    end = np.searchsorted((row + ended_by).ravel(), (row + chance).ravel()).reshape(n, n_paths) - row * h
    on_date = (end == listed.expected[:, None]) & (rng.random((n, n_paths)) < fits.expected_end.on_the_day)
    share = np.where(on_date, listed.expected_share[:, None], share)
    fixed = listed.fixed_end >= 0
    end[fixed] = listed.fixed_end[fixed, None]
    share[fixed] = listed.fixed_share[fixed, None]
    return end, share


def in_force(listed: Listed, rows: np.ndarray, end: np.ndarray, share: np.ndarray, h: int) -> np.ndarray:
    """Part of each month ahead that the chosen spells are in force, shape (h, rows, n_paths)."""
    start, end, share = listed.start[rows], end[rows], share[rows]
    month = np.arange(h)[:, None, None]
    weight = (month < end).astype(float)
    spell, path = np.nonzero(end < h)
    weight[end[spell, path], spell, path] = share[spell, path]
    coming = np.flatnonzero(start >= 0)
    starts, start_share = start[coming][:, None], listed.start_share[rows][coming][:, None]
    first = np.maximum(weight[:, coming] + start_share - 1, SHORTEST)
    weight[:, coming] = np.where(month == starts, first, weight[:, coming] * (month > starts))
    return weight


def times(listed: Listed, end: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """When spells begin and end, in months after the as-of month, (n, n_paths) each; running ones begin with it.

    One that runs on past the last month ends far beyond it.
    """
    runs_on = end >= listed.price.shape[1]
    start, whole = np.maximum(listed.start, 0)[:, None], np.where(listed.start >= 0, listed.start_share, 1.0)[:, None]
    begins, ends = interval(start, whole, end, share)
    return begins, np.where(runs_on, float(FAR_BEYOND), ends)


def add_up(
    listed: Listed, end: np.ndarray, share: np.ndarray, growth: np.ndarray, sums: Sums, kind: int, clock: Clock
) -> None:
    """Add volume and cost of the months ahead, type by type; growth of prices per type and month, (n_types, h)."""
    ahead = slice(clock.now + 1, None)
    for code in np.unique(listed.kind):
        rows = np.flatnonzero(listed.kind == code)
        price = listed.price[rows].T * growth[code][:, None]
        both = np.stack([np.ones_like(price), price], axis=1) @ in_force(listed, rows, end, share, clock.n_ahead)
        sums.volume[kind, :, code, ahead] += both[:, 0].T
        sums.cost[kind, :, code, ahead] += both[:, 1].T


def add_districts(
    listed: Listed, end: np.ndarray, share: np.ndarray, growth: np.ndarray, sums: Sums, clock: Clock
) -> None:
    """Add what each district takes in the months ahead, where districts are told apart."""
    if sums.districts is None:
        return
    offset = clock.now + 1
    begins, ends = times(listed, end, share)
    price = np.pad(listed.price * growth[listed.kind], ((0, 0), (offset, 0)))
    sums.districts.add_listed(listed.kind, listed.district, begins + offset, ends + offset, price)


def add_flows(listed: Listed, end: np.ndarray, moves: np.ndarray, sums: Sums, clock: Clock) -> None:
    """Count the starts of coming spells and all ends within the months ahead."""
    n, n_paths = end.shape
    offset = clock.now + 1
    path = np.broadcast_to(np.arange(n_paths), (n, n_paths))
    kind = np.broadcast_to(listed.kind[:, None], (n, n_paths))
    coming = (listed.start >= 0) & (listed.start < clock.n_ahead)
    for flow, chosen in ((ENTRIES, coming & ~listed.moved_in), (MOVES_IN, coming & listed.moved_in)):
        start = np.broadcast_to(listed.start[:, None], (n, n_paths))
        sums.add_flow(flow, path[chosen].ravel(), kind[chosen].ravel(), start[chosen].ravel() + offset)
    within = end < clock.n_ahead
    for flow, happened in ((EXITS, within & ~moves), (MOVES_OUT, within & moves)):
        sums.add_flow(flow, path[happened], kind[happened], end[happened] + offset)


@dataclass(frozen=True)
class Past:
    """What is known of the months so far (and of one-offs ahead), the same on all paths.

    volume, cost, expected_cost: (n_types, m); refund: (m,) of the months so far; base: per child, the part of one-offs
    that counts towards refund in each month. kind, district: codes of each row of the interventions, (n,), and
    volume_by_row, cost_by_row: what it adds to volume and to both costs, (n, m).
    """

    volume: np.ndarray
    cost: np.ndarray
    expected_cost: np.ndarray
    refund: np.ndarray
    base: pd.DataFrame
    kind: np.ndarray
    district: np.ndarray
    volume_by_row: np.ndarray
    cost_by_row: np.ndarray


def known_past(fits: Fits, interventions: pd.DataFrame, clock: Clock) -> Past:
    """Add up volume, cost and refund of the months up to the as-of month, and one-offs wherever they fall."""
    rows = interventions
    granted = (rows["status"] != "expected").to_numpy()
    once = (rows["unit"] == ONCE).to_numpy()
    code = pd.Categorical(rows["type_key"], categories=list(fits.history.types)).codes.astype(np.int64)
    so_far = np.arange(clock.n_months) <= clock.now
    days = days_in_force(rows["start"], rows["stop"], clock.months) / days_in_months(clock.months)
    money = np.nan_to_num(monthly_cost(rows, clock.months))
    counted = granted[:, None] & (so_far[None, :] | once[:, None])
    n_types = fits.history.n_types
    expected = ~granted[:, None] & once[:, None] & ~so_far[None, :]
    in_force = days * (counted & ~once[:, None])
    base = _one_off_base(rows[granted & once], clock)
    running = pd.DataFrame(money * (counted & ~once[:, None])).groupby(rows["citizen"].to_numpy()).sum()
    total = running.add(base, fill_value=0.0).to_numpy().T if len(rows) else np.zeros((clock.n_months, 0))
    refund = np.where(so_far, clock.refund(total).sum(axis=1), 0.0)
    return Past(
        volume=_by(code, in_force, n_types),
        cost=_by(code, money * counted, n_types),
        expected_cost=_by(code, money * expected, n_types),
        refund=refund,
        base=base,
        kind=code,
        district=district_codes(rows["district"], fits.history.districts),
        volume_by_row=in_force,
        cost_by_row=money * (counted | expected),
    )


def _by(code: np.ndarray, values: np.ndarray, n_types: int) -> np.ndarray:
    total = np.zeros((n_types, values.shape[1]))
    np.add.at(total, code, values)
    return total


def _one_off_base(rows: pd.DataFrame, clock: Clock) -> pd.DataFrame:
    """One-off payments spread over the months in which they count towards refund; index citizen, columns positions."""
    columns = range(clock.n_months)
    if rows.empty:
        return pd.DataFrame(np.zeros((0, clock.n_months)), columns=columns)
    spread = round(clock.reference.assumption("refund_spread_months").value)
    paid = rows["start"].to_numpy(dtype="datetime64[M]").astype(np.int64) - clock.first
    month = np.arange(clock.n_months)
    counts = (month >= paid[:, None]) & (month < paid[:, None] + spread)
    amount = np.nan_to_num((rows["rate"] * rows["quantity"]).to_numpy(float)) / spread
    return pd.DataFrame(counts * amount[:, None], columns=columns).groupby(rows["citizen"].to_numpy()).sum()


def past_flows(fits: Fits, clock: Clock, sums: Sums) -> None:
    """Count what granted spells did up to the as-of month, on every path; before the first month in slot 0."""
    spells = fits.history.spells
    granted = spells["granted"]
    begun = granted & (spells["start_month"] <= fits.history.as_of)
    ended = granted & (spells["stop_month"] <= fits.history.as_of)
    continues, moves_on = spells["predecessor"] >= 0, spells["successor"] >= 0
    for flow, chosen, column in (
        (ENTRIES, begun & ~continues, "start_month"),
        (MOVES_IN, begun & continues, "start_month"),
        (EXITS, ended & ~moves_on, "stop_month"),
        (MOVES_OUT, ended & moves_on, "stop_month"),
    ):
        used = spells[chosen]
        one = Sums.zeros(1, fits.history.n_types, clock.n_months)
        month = used[column].to_numpy() - clock.first
        one.add_flow(flow, np.zeros(len(used), dtype=np.int64), used["type_code"].to_numpy(), month)
        sums.flows[flow] += one.flows[flow]


@dataclass(frozen=True)
class Dear:
    """Listed spells of children who may exceed the refund threshold: positions sorted by child, bounds of each child,
    and the children's one-offs, (n_children, m)."""

    rows: np.ndarray
    first: np.ndarray
    base: np.ndarray


def find_dear(listed: Listed, citizens: np.ndarray, base: pd.DataFrame, clock: Clock) -> Dear:
    """Pick the children whose spells together come near the threshold in some month ahead.

    All others cost less than the threshold whatever happens to them, so leaving them out changes nothing.
    """
    ahead = slice(clock.now + 1, None)
    spread = base.reindex(citizens).fillna(0.0).to_numpy(float)
    n_children = int(listed.child.max(initial=-1)) + 1
    most = np.zeros((n_children, clock.n_ahead))
    np.add.at(most, listed.child, listed.price)
    one_off = np.zeros((n_children, clock.n_months))
    one_off[listed.child] = spread
    margin: np.ndarray = most * DEAR_MARGIN + one_off[:, ahead] - clock.threshold[ahead]
    near = np.asarray(np.any(margin > 0, axis=1))
    order = np.argsort(listed.child, kind="stable")
    rows = order[near[listed.child[order]]]
    first = np.flatnonzero(np.diff(listed.child[rows], prepend=-1))
    return Dear(rows, first, one_off[listed.child[rows[first]]] if len(rows) else np.zeros((0, clock.n_months)))


def add_refund(
    listed: Listed, dear: Dear, end: np.ndarray, share: np.ndarray, growth: np.ndarray, sums: Sums, clock: Clock
) -> None:
    """Add the refund of the months ahead, each child's spells taken together."""
    if not len(dear.rows) or not clock.n_ahead:
        return
    ahead = slice(clock.now + 1, None)
    price = listed.price[dear.rows] * growth[listed.kind[dear.rows]]
    cost = in_force(listed, dear.rows, end, share, clock.n_ahead)
    cost *= price.T[:, :, None]
    expense = np.zeros((clock.n_months, len(dear.first), end.shape[1]))
    expense[ahead] = np.add.reduceat(cost, dear.first, axis=1) + dear.base.T[ahead, :, None]
    sums.refund[:, ahead] += clock.refund(expense)[ahead].sum(axis=1).T


def several_expenses(
    listed: Listed, dear: Dear, end: np.ndarray, share: np.ndarray, growth: np.ndarray, clock: Clock
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What children near the refund threshold cost altogether, where it is more than one spell.

    Returns:
        Positions of their spells, (k,), whose child each is, (k,), and kr. of every child per path and month of the
        clock, (c, n_paths, m).
    """
    length = np.diff(np.append(dear.first, len(dear.rows)))
    several = (length > 1) | dear.base.any(axis=1)
    if not several.any():
        nobody = np.zeros(0, dtype=np.int64)
        return nobody, nobody, np.zeros((0, end.shape[1], clock.n_months))
    price = listed.price[dear.rows] * growth[listed.kind[dear.rows]]
    cost = in_force(listed, dear.rows, end, share, clock.n_ahead) * price.T[:, :, None]
    ahead = slice(clock.now + 1, None)
    children = np.zeros((int(several.sum()), end.shape[1], clock.n_months))
    total = np.add.reduceat(cost, dear.first, axis=1) + dear.base.T[ahead, :, None]
    children[:, :, ahead] = np.moveaxis(total[:, several], 0, 2)
    own = np.repeat(several, length)
    return dear.rows[own], np.repeat(np.cumsum(several) - 1, length)[own], children
