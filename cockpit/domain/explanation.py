"""The bridges beside the one from budget to forecast, and what drives every part of all of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cockpit.domain.bridge import LAST_CLOSE_TO_NOW, LAST_MONTH_TO_NOW, METHOD_CHOICE, close_bridge
from cockpit.domain.committed_bridge import COMMITTED_SINCE, CommittedBridge, committed_bridge
from cockpit.domain.dataset import Dataset
from cockpit.domain.deviation import to_the_oere
from cockpit.domain.drivers import (
    budget_drivers,
    close_drivers,
    committed_drivers,
    driver_frame,
    forecast_drivers,
    phased_drivers,
)
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.phased_bridge import PHASED_TO_ACTUAL, phased_bridge
from cockpit.domain.prognosis import BRIDGE_COLUMNS, COMMITTED_TO_FORECAST, MOVEMENT_COLUMNS, Prognosis
from cockpit.domain.reference import Reference

BEYOND_COMMITTED = ("expected_inflow", "expected_changes", METHOD_CHOICE, "corrections")
IF_ANY = (METHOD_CHOICE, "corrections")  # parts that are told only where they move something


@dataclass(frozen=True)
class Explanation:
    """`movements`: MOVEMENT_COLUMNS; `drivers`: DRIVER_COLUMNS, adding up to every part."""

    movements: pd.DataFrame
    drivers: pd.DataFrame


def explain_year(
    prognosis: Prognosis, outturn: OutturnPaths, budget: pd.DataFrame, phased: np.ndarray, dataset: Dataset,
    reference: Reference,
) -> Explanation:  # fmt: skip
    """Explain what needs no earlier month: budget to forecast, phased budget to booked, disponeret to forecast.

    Args:
        budget: `domain.budget.budget_by_leaf` in the order of the paths' leaves.
        phased: the budget phased to the end of the as-of month, kr. per leaf.
    """
    lines = budget_drivers(prognosis.bridge, outturn, budget, dataset, reference)
    movements = []
    if (so_far := phased_bridge(outturn, budget, phased, reference)) is not None:
        ends = ("phased_budget", so_far.start, "actual_ytd", so_far.end)
        movements += _movements(PHASED_TO_ACTUAL, ends, so_far.parts, {})
        lines += phased_drivers(so_far, outturn, dataset, reference)
    total = prognosis.total
    start, end = round(float(total["committed"]), 2), round(float(total["mean"]), 2)
    known = {part: float(total[part]) for part in BEYOND_COMMITTED if part not in IF_ANY or total[part]}
    known["expected_changes"] -= float(total[METHOD_CHOICE])
    parts = to_the_oere(known, end - start, "expected_changes")
    movements += _movements(COMMITTED_TO_FORECAST, ("committed", start, "forecast.mean", end), parts, {})
    lines += forecast_drivers(prognosis, parts)
    return Explanation(_movement_frame(movements), driver_frame(lines))


def explain_since(
    before: Dataset, now: Dataset, prognosis: Prognosis, closed: Prognosis | None, reference: Reference
) -> Explanation:
    """Explain what moved since an earlier month of the year: disponeret, and the forecast where the month was closed.

    Args:
        prognosis: today's, with the bridge since the last close where there is one.
        closed: the earlier month's prognosis as it was frozen, None where it never was.
    """
    frozen = None if closed is None else float(closed.total["committed"])
    bridge = committed_bridge(before, now, reference, frozen=frozen)
    ends = (f"committed@{before.as_of}", bridge.start, "committed", bridge.end)
    lines = committed_drivers(bridge, reference)
    since_close = prognosis.bridge[prognosis.bridge["name"] == LAST_CLOSE_TO_NOW]
    if closed is not None and len(since_close):
        lines += close_drivers(since_close, (closed, before), (prognosis, now), bridge.cases, reference)
    return Explanation(_committed_movements(bridge, ends), driver_frame(lines))


def explain_month_before(
    before: tuple[Prognosis, Dataset], now: tuple[Prognosis, Dataset], reference: Reference
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Explain what moved the forecast since a month that nobody closed: its bridge and what drives that.

    Args:
        before, now: the earlier month's prognosis, computed anew, and today's, each with what was known.

    Returns:
        BRIDGE_COLUMNS and DRIVER_COLUMNS; both empty where either prognosis has no money.
    """
    steps = close_bridge(before[0], now[0], reference, LAST_MONTH_TO_NOW)
    bridge = pd.DataFrame(steps, columns=list(BRIDGE_COLUMNS))
    cases = committed_bridge(before[1], now[1], reference).cases
    return bridge, driver_frame(close_drivers(bridge, before, now, cases, reference))


def _committed_movements(bridge: CommittedBridge, ends: tuple[str, float, str, float]) -> pd.DataFrame:
    return _movement_frame(_movements(COMMITTED_SINCE, ends, bridge.parts, bridge.counts))


def _movements(
    name: str, ends: tuple[str, float, str, float], parts: dict[str, float], counts: dict[str, int]
) -> list[dict]:
    from_key, from_amount, to_key, to_amount = ends
    whole = {"name": name, "from_key": from_key, "from_amount": from_amount, "to_key": to_key, "to_amount": to_amount}
    return [
        {**whole, "part": part, "amount": amount, "count": float(counts.get(part, np.nan))}
        for part, amount in parts.items()
    ]


def _movement_frame(lines: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(lines, columns=list(MOVEMENT_COLUMNS)).astype({"amount": float, "count": float})
