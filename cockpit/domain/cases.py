"""The dearest running spells, child by child, and what each means for the year if it stops or goes on.

Everything is of granted interventions at today's prices, as in disponeret: what the models expect beside it is not laid
on single children. Refund is the dated rule on all that a child costs in a month.
"""

import numpy as np
import pandas as pd

from cockpit.domain.committed import GRANTED, granted_to_expected_stop
from cockpit.domain.indexing import JANUARY, index_factors, price_year
from cockpit.domain.months import day_after, month_range, year_months
from cockpit.domain.passed import runs_past_its_end
from cockpit.domain.prognosis import CASE_COLUMNS
from cockpit.domain.reference import Reference
from cockpit.domain.refund import monthly_refund, net_base
from cockpit.domain.spells import ONCE, monthly_cost, monthly_price, spells_of

DEAREST = 20
# The ages between which a case changes hands or character: school, teens, the last years before 18, efterværn.
AGE_BANDS = ((0, "0–5 år"), (6, "6–11 år"), (12, "12–14 år"), (15, "15–17 år"), (18, "18 år og derover"))
UNKNOWN_AGE = "ukendt alder"


def dearest_cases(
    interventions: pd.DataFrame,
    as_of: pd.Period,
    reference: Reference,
    count: int = DEAREST,
    rise: int = JANUARY,
    activity_month: pd.Period | None = None,
) -> pd.DataFrame:
    """Return the spells in force at the end of the as-of month that cost most a month, the dearest first.

    Those of every type and district are kept, so that whatever a reader looks at, its dearest are among them.

    Args:
        interventions: `domain.dataset.INTERVENTION_COLUMNS`, known at `as_of`.
        rise: calendar month in which prices take the year's index.
        activity_month: the month that the interventions tell of, where it is not `as_of`.

    Returns:
        CASE_COLUMNS, at most `count` rows of each type and district; amounts in kr.:
        months_in_force: months begun since the start;
        price: for a whole month now; cost: of the year, as far as it is granted (`committed`);
        refund: what the state pays of `cost`, the child's refund shared by the cost of its spells;
        expected_stop: exclusive, NaT where none is set; passed: it lies behind in the
            activity month, and the spell goes on;
        if_stops: what the year's net cost changes by if the spell ends with the as-of month (never positive);
        if_continues: the same if it goes on to the year's end (never negative); zero where that is counted already;
        next_year: gross cost of a whole next year, indexed from the month of rise.
    """
    rows = interventions[(interventions["status"] == GRANTED) & interventions["rate"].notna()]
    running = _running(rows, as_of).groupby(["type_key", "district"], dropna=False).head(count)
    running = running.reset_index(drop=True)
    if running.empty:
        return pd.DataFrame(columns=list(CASE_COLUMNS))
    states = _states(rows, running["spell_id"], as_of)
    refunds = _Refunds(rows, running, as_of, reference)
    net = {name: (cost - refunds.of(cost - states["committed"])).sum(axis=1) for name, cost in states.items()}
    cost = states["committed"].sum(axis=1)
    birth = running["birth_month"]
    return running.assign(
        age_band=[_age_band(one, as_of) for one in birth],
        months_in_force=[(as_of - start.to_period("M")).n + 1 for start in running["start"]],
        cost=cost.round(2),
        refund=refunds.share(cost).round(2),
        passed=runs_past_its_end(running, activity_month or as_of),
        if_stops=(net["stopped"] - net["committed"]).round(2),
        if_continues=(net["continued"] - net["committed"]).round(2),
        next_year=(running["price"] * _months_at_now(as_of, rise, reference)).round(2),
    )[list(CASE_COLUMNS)]


def _months_at_now(as_of: pd.Period, rise: int, reference: Reference) -> float:
    """How many months at today's price a whole next year costs as much as."""
    now = int(price_year(np.array([as_of.ordinal]), rise)[0])
    return float(index_factors(reference, now, year_months(as_of.year + 1), rise).sum())


def _running(rows: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    """Spells in force on the last day of the as-of month with their price then, the dearest first."""
    end = day_after(as_of)
    now = rows[(rows["start"] < end) & (rows["stop"].isna() | (rows["stop"] >= end)) & (rows["unit"] != ONCE)]
    price = pd.Series(monthly_price(now, as_of), index=now["spell_id"].to_numpy()).groupby(level=0).sum()
    # A spell that changed its type on the way has a row per type: the newest is in force, the oldest has the start.
    by_type = spells_of(rows[rows["spell_id"].isin(price.index)]).sort_values(["spell_id", "start"], kind="stable")
    spells = by_type.drop_duplicates("spell_id", keep="last").assign(
        start=by_type.groupby("spell_id")["start"].min().to_numpy(),
    )
    priced = spells.assign(price=price.reindex(spells["spell_id"]).round(2).to_numpy(float))
    return priced.sort_values(["price", "spell_id"], ascending=[False, True], kind="stable", ignore_index=True)


def _states(rows: pd.DataFrame, spell_ids: pd.Series, as_of: pd.Period) -> dict[str, np.ndarray]:
    """Gross cost of each spell and month of the year as granted, if it stops now, and if it goes on, (n, 12) each."""
    own, end = rows[rows["spell_id"].isin(spell_ids)], day_after(as_of)
    begun = own[own["start"] < end]
    variants = {
        "committed": granted_to_expected_stop(own, as_of),
        "stopped": begun.assign(stop=begun["stop"].fillna(end).clip(upper=end)),
        "continued": own,
    }
    return {name: _by_spell(variant, spell_ids, year_months(as_of.year)) for name, variant in variants.items()}


def _by_spell(rows: pd.DataFrame, spell_ids: pd.Series, months: pd.PeriodIndex) -> np.ndarray:
    total = np.zeros((len(spell_ids), len(months)))
    np.add.at(total, pd.Index(spell_ids).get_indexer(rows["spell_id"]), np.nan_to_num(monthly_cost(rows, months)))
    return total


class _Refunds:
    """Refund of the children behind some spells: all that a child costs in a month counts together."""

    def __init__(self, rows: pd.DataFrame, running: pd.DataFrame, as_of: pd.Period, reference: Reference) -> None:
        self._months = year_months(as_of.year)
        self._reference = reference
        children = pd.Index(running["citizen"].unique())
        self._child = children.get_indexer(running["citizen"])
        own = granted_to_expected_stop(rows[rows["citizen"].isin(children)], as_of)
        self._base, self._cost = _expense_of_children(own, children, self._months, reference)

    def of(self, delta: np.ndarray) -> np.ndarray:
        """Refund of each spell's child per month where the spell costs `delta` more than granted, (n, 12)."""
        return refund_by_month(self._base[self._child] + delta, self._months, self._reference)

    def share(self, cost: np.ndarray) -> np.ndarray:
        """Refund of the year by spell: its child's, by its part of what the child costs, (n,)."""
        whole = refund_by_month(self._base, self._months, self._reference).sum(axis=1)[self._child]
        child_cost = self._cost[self._child]
        return whole * np.divide(cost, child_cost, out=np.zeros(len(cost)), where=child_cost > 0)


def refund_by_month(expense: np.ndarray, months: pd.PeriodIndex, reference: Reference) -> np.ndarray:
    """Refund of each child and month, by the rule of each month; `expense` and the result have the shape (n, m)."""
    if not reference.refund_rules:
        return np.zeros_like(expense)
    rules = [reference.refund_rule(month) for month in months]
    return np.stack([monthly_refund(expense[:, at], rule) for at, rule in enumerate(rules)], axis=1)


def refunds_of_children(
    rows: pd.DataFrame, children: pd.Index, months: pd.PeriodIndex, reference: Reference
) -> np.ndarray:
    """Refund of each child and month, shape (n_children, m).

    Args:
        rows: price periods of these children and no others, stopped as far as they are granted.
        months: the months of one year.
    """
    return refund_by_month(_expense_of_children(rows, children, months, reference)[0], months, reference)


def _expense_of_children(
    rows: pd.DataFrame, children: pd.Index, months: pd.PeriodIndex, reference: Reference
) -> tuple[np.ndarray, np.ndarray]:
    """What refund is computed on, per child and month of the year, and what each child costs in the year."""
    spread = round(reference.assumption("refund_spread_months").value)
    window = month_range(months[0] - spread, months[-1])  # earlier one-offs still count
    cost = np.nan_to_num(monthly_cost(rows, window))
    is_once = (rows["unit"] == ONCE).to_numpy()[:, None]
    child = children.get_indexer(rows["citizen"])
    expense, one_off = (np.zeros((len(children), len(window))) for _ in range(2))
    np.add.at(expense, child, cost)
    np.add.at(one_off, child, np.where(is_once, cost, 0.0))
    nothing = np.zeros_like(expense)
    net = net_base(expense, one_off=one_off, fixed_contribution=nothing, income=nothing, spread_months=spread)
    return net[:, -len(months) :], expense[:, -len(months) :].sum(axis=1)


def _age_band(birth_month: pd.Timestamp, as_of: pd.Period) -> str:
    if pd.isna(birth_month):
        return UNKNOWN_AGE
    age = (as_of - birth_month.to_period("M")).n // 12
    return next(name for lowest, name in reversed(AGE_BANDS) if age >= lowest or lowest == 0)
