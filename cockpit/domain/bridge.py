"""To the forecast outturn, from the revised budget and from an earlier month, in parts that add up to the oere."""

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.budget import leaves_budgeted_as_a_whole
from cockpit.domain.deviation import contributions, to_the_oere
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import PLACEMENT_STEPS, PREVENTION_STEPS, Reference

BUDGET_TO_FORECAST = "budget_to_forecast"
LAST_CLOSE_TO_NOW, LAST_MONTH_TO_NOW = "last_close_to_now", "last_month_to_now"
SINCE = {LAST_CLOSE_TO_NOW: "last_close", LAST_MONTH_TO_NOW: "last_month"}  # bridges since an earlier month: from_key
REST = "not_activity_determined"
METHOD_CHOICE, LATE_INVOICES = "method_choice", "late_invoices"
BUDGET_CHANGES, BUDGET_BASIS = "budget_changes", "budget_basis"
BESIDE_COUNTS = (BUDGET_CHANGES, BUDGET_BASIS)


def budget_bridge(outturn: OutturnPaths, budget: pd.DataFrame, reference: Reference) -> list[dict]:
    """Split forecast - revised budget into volume, mix, price, late invoices, refund, the budget itself and the rest.

    Volume, mix and price compare what the year's activity costs with the volumes and prices that the budget assumes
    (where it assumes none: last year's at this year's prices), within placements and within prevention. Late invoices
    are what the activity engine expects booked this year less what this year's activity costs; where past years speak
    for another method, what that moves is a part of its own. So is, where there is any, what the budget holds beside
    the volumes and prices it is held against (`beside_counts`), and so are known corrections. The rest is money that
    activity does not decide.

    Args:
        budget: `domain.budget.budget_by_leaf` of the as-of year.

    Returns:
        One record per part; empty without a budget.
    """
    if budget.empty:
        return []
    by_leaf = budget.reindex(pd.MultiIndex.from_frame(outturn.leaves))
    end = outturn.year_end.mean(axis=0)
    mean = end - outturn.corrections
    revised = by_leaf["revised"].fillna(0.0).to_numpy()
    is_refund = (outturn.leaves["function"] == REFUND_FUNCTION).to_numpy()
    effects = leaf_effects(outturn, by_leaf, reference)
    by_method = float(method_effects(outturn).sum())
    parts = {
        **effects[["volume", "mix", "price"]].sum().to_dict(),
        LATE_INVOICES: float(late_invoices(outturn).sum()),
        **({METHOD_CHOICE: by_method} if by_method else {}),
        "refund": float((mean - revised)[is_refund].sum()),
    }
    if outturn.corrections.any():
        parts["corrections"] = float(outturn.corrections.sum())
    parts |= {part: float(effects[part].sum()) for part in told_beside_counts(effects)}
    deviation = float(end.sum() - revised.sum())
    parts[REST] = deviation - sum(parts.values())
    ends = {"name": BUDGET_TO_FORECAST, "from_key": "budget_revised", "to_key": "forecast.mean"}
    exact = to_the_oere(parts, deviation, REST)
    return [{**ends, "part": part, "amount": amount} for part, amount in exact.items()]


def late_invoices(outturn: OutturnPaths) -> np.ndarray:
    """What the activity engine expects booked this year beyond what the year's activity costs, kr., shape (l,)."""
    engine = outturn.year_end.mean(axis=0) - outturn.corrections - method_effects(outturn)
    return np.where(is_active(outturn), engine - np.nan_to_num(outturn.activity_cost), 0.0)


def method_effects(outturn: OutturnPaths) -> np.ndarray:
    """What choosing another method than the activity engine moves leaves with activity by, kr., shape (l,).

    Central refund is a part of the bridges by itself, however it is forecast.
    """
    if outturn.method_choice is None:
        return np.zeros(len(outturn.leaves))
    return np.where(is_active(outturn), outturn.method_choice, 0.0)


def since_bridge(prognosis: Prognosis) -> str:
    """Name the bridge since an earlier month that a prognosis has; by default the one from the last close."""
    return LAST_MONTH_TO_NOW if (prognosis.bridge["name"] == LAST_MONTH_TO_NOW).any() else LAST_CLOSE_TO_NOW


def close_bridge(before: Prognosis, now: Prognosis, reference: Reference, name: str = LAST_CLOSE_TO_NOW) -> list[dict]:
    """Split what moved the forecast outturn since an earlier month into volume, mix, price, refund and the rest.

    Volume, mix and price come from the person-years and unit prices of the types in both, within placements and within
    prevention. What the choice of methods moves is no price: it is a part of its own, unless the month was closed
    before that was told apart. Neither is what is booked in another year than the service: it is a part of its own
    where both have a budget, beside which it is told. Refund is the account of central refund; known corrections are a
    part of their own where there are any. The rest is money without activity.

    The prices and volumes it starts from are the earlier prognosis' own, not the budget's: so it is not the difference
    of the two months' bridges from the budget.

    Args:
        before: the earlier prognosis of the same year, frozen at its close or computed anew.
        name: one of SINCE.

    Returns:
        One record per part; empty where either prognosis has no money.
    """
    moved = float(now.total["mean"] - before.total["mean"])
    if not np.isfinite(moved):
        return []
    effects = type_changes(before, now, reference)
    late = _late_part(before, now)
    split = effects[["volume", "mix", "price"]].sum()
    split["price"] -= sum(late.values())
    parts = {
        **split.to_dict(),
        **late,
        **_method_part(before, now),
        "refund": _refund(now) - _refund(before),
    }
    if now.total["corrections"] or before.total["corrections"]:
        parts["corrections"] = float(now.total["corrections"] - before.total["corrections"])
    parts[REST] = moved - sum(parts.values())
    ends = {"name": name, "from_key": SINCE[name], "to_key": "forecast.mean"}
    return [{**ends, "part": part, "amount": amount} for part, amount in to_the_oere(parts, moved, REST).items()]


def type_changes(before: Prognosis, now: Prognosis, reference: Reference) -> pd.DataFrame:
    """Volume, mix and price of each type since an earlier prognosis; index type, columns as `leaf_effects`."""
    apart = _tells_methods(before) and _tells_methods(now)
    old, new = _activity(before, apart=apart), _activity(now, apart=apart)
    types = old.index.union(new.index)
    states = (frame.reindex(types, fill_value=0.0) for frame in (old, new))
    sides = [(frame["volume"].to_numpy(), frame["cost"].to_numpy()) for frame in states]
    return effects_of(sides[0], sides[1], types.to_series(), reference).set_index(types)


def _tells_methods(prognosis: Prognosis) -> bool:
    return bool(np.isfinite(float(prognosis.total[METHOD_CHOICE])))


def _late_part(before: Prognosis, now: Prognosis) -> dict[str, float]:
    """How much more is booked in another year than the service; nothing where not both bridges from budget tell it."""
    told = [
        one.bridge[(one.bridge["name"] == BUDGET_TO_FORECAST) & (one.bridge["part"] == LATE_INVOICES)]["amount"]
        for one in (before, now)
    ]
    if any(amounts.empty for amounts in told):
        return {}
    old, new = (float(amounts.sum()) for amounts in told)
    return {LATE_INVOICES: new - old}


def _method_part(before: Prognosis, now: Prognosis) -> dict[str, float]:
    if not (_tells_methods(before) and _tells_methods(now)):
        return {}
    moved = float(now.total[METHOD_CHOICE] - before.total[METHOD_CHOICE])
    return {METHOD_CHOICE: moved} if moved else {}


def _activity(prognosis: Prognosis, *, apart: bool) -> pd.DataFrame:
    """Person-years and what they cost before central refund, by type; types without any are left out.

    Args:
        apart: leave out what the choice of methods moves.
    """
    types = prognosis.rows[prognosis.rows["level"] == "type"].set_index("key")
    active = types[(types["person_years"] > 0) & np.isfinite(types["unit_price"].astype(float))]
    volume = active["person_years"].astype(float)
    cost = volume * active["unit_price"].astype(float)
    return pd.DataFrame({"volume": volume, "cost": cost - active[METHOD_CHOICE].astype(float) if apart else cost})


def _refund(prognosis: Prognosis) -> float:
    rows = prognosis.rows
    account = rows[(rows["level"] == "account") & (rows["key"] == REFUND_FUNCTION)]
    return float((account["mean"] - account["corrections"]).sum())


def leaf_effects(outturn: OutturnPaths, budget: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Volume, mix and price of each leaf against the budget's, within placements and within prevention.

    Args:
        budget: by leaf, in the order of the paths' leaves.

    Returns:
        One row per leaf: volume, mix, price (kr., zero off the ladder), volume0 and volume1 (person-years), price0 (kr.
        per person-year in the budget), mean0 (the same on average in the leaf's part of the ladder), is_split (whether
        the leaf is on the ladder and has volume on either side), budgeted (whether the budget assumes volume and price,
        or last year stands for it) and BESIDE_COUNTS (kr., see `beside_counts`).
    """
    before = reference_activity(outturn, budget, reference)
    effects = effects_of(before, forecast_activity(outturn), outturn.leaves["type_key"], reference)
    return effects.assign(budgeted=is_budgeted(budget), **beside_counts(effects, before[1], budget))


def beside_counts(effects: pd.DataFrame, cost0: np.ndarray, budget: pd.DataFrame) -> dict[str, np.ndarray]:
    """What each leaf's budget holds beside the volume and price that it is held against, as a deviation, kr., (l,).

    A budget that was raised without saying for how many lowers the deviation without any person: that is a part of its
    own (BUDGET_CHANGES). What is left of the budget, against what its own volumes (where it has none: last year's)
    cost, is another (BUDGET_BASIS). Leaves without activity have neither, nor have those that may be in the budget of a
    function as a whole: nobody knows how much of it is theirs.

    Args:
        effects: `effects_of`, one row per leaf.
        cost0: what the volume costs that the leaf is held against, kr., shape (l,).
        budget: by leaf, in the same order.
    """
    is_refund = budget.index.get_level_values("function") == REFUND_FUNCTION
    told = effects["is_split"].to_numpy() & ~is_refund & ~leaves_budgeted_as_a_whole(budget["revised"]).to_numpy()
    revised, changes = (budget[name].fillna(0.0).to_numpy() for name in ("revised", "uncounted_changes"))
    return {
        BUDGET_CHANGES: np.where(told, -changes, 0.0),
        BUDGET_BASIS: np.where(told, cost0 - (revised - changes), 0.0),
    }


def told_beside_counts(leaves: pd.DataFrame) -> list[str]:
    """Name those of BESIDE_COUNTS that there are; rounding in a budget's own prices is no part, and stays in the rest.

    Args:
        leaves: with the columns BESIDE_COUNTS, kr.
    """
    basis = float(leaves[BUDGET_BASIS].abs().sum())
    told = {
        BUDGET_CHANGES: bool(leaves[BUDGET_CHANGES].any()),
        BUDGET_BASIS: not fmt.rounds_to_zero(basis / fmt.MILLION, 1),
    }
    return [part for part in BESIDE_COUNTS if told[part]]


def effects_of(
    before: tuple[np.ndarray, np.ndarray], after: tuple[np.ndarray, np.ndarray], types: pd.Series, reference: Reference
) -> pd.DataFrame:
    """Split two states of the same rows; each is person-years and kr., shape (n,). See `leaf_effects`."""
    steps = np.array([reference.step_of(key) or 0 for key in types])
    columns = ("volume", "mix", "price", "price0", "mean0")
    table = pd.DataFrame(0.0, index=range(len(types)), columns=[*columns, "volume0", "volume1"])
    table[["volume0", "volume1"]] = np.column_stack([before[0], after[0]])
    table["is_split"] = False
    for group in (PLACEMENT_STEPS, PREVENTION_STEPS):
        inside = np.isin(steps, group) & ((before[0] > 0) | (after[0] > 0))
        found = contributions(*(values[inside] for values in (*before, *after)))
        for name in columns:
            table.loc[inside, name] = getattr(found, name)
        table["is_split"] |= inside
    return table


def forecast_activity(outturn: OutturnPaths) -> tuple[np.ndarray, np.ndarray]:
    """Expected person-years of the year per leaf and what they cost, without central refund; zero without activity."""
    active = is_active(outturn)
    return np.where(active, outturn.person_years, 0.0), np.where(active, outturn.activity_cost, 0.0)


def is_active(outturn: OutturnPaths) -> np.ndarray:
    """Whether each leaf has activity this year that its ledger follows, shape (l,)."""
    is_refund = (outturn.leaves["function"] == REFUND_FUNCTION).to_numpy()
    return (np.nan_to_num(outturn.person_years) > 0) & outturn.follows_activity & ~is_refund


def is_budgeted(budget: pd.DataFrame) -> np.ndarray:
    """Whether the budget assumes a volume and a price of each leaf, shape (l,); else it is held against last year."""
    return np.isfinite(budget["person_years"].to_numpy()) & np.isfinite(budget["unit_price"].to_numpy())


def reference_activity(
    outturn: OutturnPaths, budget: pd.DataFrame, reference: Reference
) -> tuple[np.ndarray, np.ndarray]:
    """Person-years and cost per leaf that the year is held against: the budget's own, else last year's, indexed.

    None of a leaf whose ledger does not follow activity: its money is neither more persons nor dearer ones. And none
    at all where no activity is known: a budget's volumes can only be held against volumes.
    """
    own_volume, own_price = budget["person_years"].to_numpy(), budget["unit_price"].to_numpy()
    index = reference.index_between(outturn.as_of.year - 1, outturn.as_of.year)
    assumed = is_budgeted(budget) & bool(is_active(outturn).any())
    volume = np.where(assumed, own_volume, np.nan_to_num(outturn.person_years_before)) * outturn.follows_activity
    cost = np.where(assumed, own_volume * own_price, np.nan_to_num(outturn.activity_cost_before) * index)
    return volume, np.where(volume > 0, cost, 0.0)
