"""Each part of a bridge worked by hand: the rest takes what the others leave, so a sum that is right proves none."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.bridge import budget_bridge, close_bridge
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.prognosis import (
    BRIDGE_COLUMNS,
    FAN_COLUMNS,
    MONTH_COLUMNS,
    OUTLINE_COLUMNS,
    ROW_COLUMNS,
    Prognosis,
)
from cockpit.domain.reference import UNALLOCATED, Reference

AS_OF = pd.Period("2025-08", "M")
LEAVES = {
    ("foster_care", "5.28.22"): (5.2e6, 150_000.0, 10.0, 500_000.0),
    ("residential_home", "5.28.20"): (4.8e6, 0.0, 4.0, 1.2e6),
    ("family_treatment", "5.28.21"): (2.1e6, 50_000.0, np.nan, np.nan),
    (UNALLOCATED, "5.22.07"): (-600_000.0, 0.0, np.nan, np.nan),
    (UNALLOCATED, "3.22.08"): (1e6, 300_000.0, np.nan, np.nan),
}
BUDGET = pd.DataFrame(
    LEAVES.values(),
    index=pd.MultiIndex.from_tuples(LEAVES, names=["type_key", "function"]),
    columns=["revised", "uncounted_changes", "person_years", "unit_price"],
)
# Known cases are 90.000 kr. in foster care and -10.000 kr. in refund, and the choice of method moves the residential
# homes by 30.000 kr. Family treatment has no volumes in its budget: it is held against 20 person-years of 100.000 kr.
# last year. The schools have no activity.
OUTTURN = OutturnPaths(
    as_of=AS_OF,
    leaves=BUDGET.index.to_frame(index=False).astype("str"),
    booked=np.array([4e6, 2.5e6, 1.5e6, -400_000.0, 800_000.0]),
    periods=[(2025, 13)],
    paths=np.array([2.09e6, 1.43e6, 700_000.0, -300_000.0, 320_000.0]).reshape(1, 5, 1),
    inflow=np.zeros(5),
    late=np.zeros(5),
    person_years=np.array([12.0, 3.0, 22.0, np.nan, np.nan]),
    activity_cost=np.array([12 * 510_000.0, 3 * 1.25e6, 22 * 102_000.0, np.nan, np.nan]),
    person_years_before=np.array([9.0, 5.0, 20.0, 0.0, 0.0]),
    activity_cost_before=np.array([4.4e6, 5.9e6, 2e6, 0.0, 0.0]),
    corrections=np.array([90_000.0, 0.0, 0.0, -10_000.0, 0.0]),
    method_choice=np.array([0.0, 30_000.0, 0.0, 0.0, 0.0]),
)


def test_from_the_budget_by_hand(reference: Reference):
    """Placements: 14 person-years of 700.000 kr. become 15. Prevention: 20 of 103.500 kr. (3,5 % a year) become 22."""
    assert reference.index_between(2024, 2025) == pytest.approx(1.035)
    parts = {one["part"]: one["amount"] for one in budget_bridge(OUTTURN, BUDGET, reference)}
    assert parts == pytest.approx(
        {
            "volume": 1 * 700_000 + 2 * 103_500,
            "mix": (12 - 10 / 14 * 15) * 500_000 + (3 - 4 / 14 * 15) * 1_200_000,
            "price": 12 * 10_000 + 3 * 50_000 - 22 * 1_500,
            "late_invoices": (6_000_000 - 6_120_000) + (3_900_000 - 3_750_000) + (2_200_000 - 2_244_000),
            "method_choice": 30_000,
            "refund": -690_000 + 600_000,
            "corrections": 90_000 - 10_000,
            "budget_changes": -150_000 - 50_000,
            "budget_basis": (5_000_000 - 5_050_000) + (2_070_000 - 2_050_000),
            "not_activity_determined": 1_120_000 - 1_000_000,
        },
        abs=0.01,
    )


def test_a_budget_that_follows_its_own_counts_has_no_part_for_it(reference: Reference):
    """Amounts in whole kroner beside counts in hundredths are no reason: what they leave stays with the rest."""
    exact = BUDGET.assign(uncounted_changes=0.0)
    exact.loc[("foster_care", "5.28.22"), "revised"] = 5e6 + 2.4
    exact.loc[("family_treatment", "5.28.21"), "revised"] = 2.07e6 - 7.0
    parts = {one["part"]: one["amount"] for one in budget_bridge(OUTTURN, exact, reference)}
    assert not {"budget_changes", "budget_basis"} & set(parts)
    assert parts["not_activity_determined"] == pytest.approx(120_000 - 2.4 + 7.0, abs=0.01)


def test_what_a_function_has_as_a_whole_is_no_budget_of_its_types(reference: Reference):
    """Family treatment may be in the function's own line: nobody knows whether it lacks anything."""
    untyped = pd.MultiIndex.from_tuples([(UNALLOCATED, "5.28.21")], names=BUDGET.index.names)
    columns = list(BUDGET.columns)
    moved = pd.concat([
        BUDGET.drop(("family_treatment", "5.28.21")),
        pd.DataFrame([[2.1e6, 50_000.0, np.nan, np.nan]], index=untyped, columns=columns),
    ])  # fmt: skip
    leaves = pd.concat([OUTTURN.leaves, untyped.to_frame(index=False)], ignore_index=True).astype("str")
    arrays = ("booked", "inflow", "late", "person_years_before", "activity_cost_before", "corrections", "method_choice")
    one_more = {name: np.append(getattr(OUTTURN, name), 0.0) for name in arrays}
    unknown = {name: np.append(getattr(OUTTURN, name), np.nan) for name in ("person_years", "activity_cost")}
    paths = np.append(OUTTURN.paths, np.zeros((1, 1, 1)), axis=1)
    outturn = replace(OUTTURN, leaves=leaves, paths=paths, **one_more, **unknown)
    parts = {one["part"]: one["amount"] for one in budget_bridge(outturn, moved, reference)}
    assert parts["budget_changes"] == -150_000
    assert parts["budget_basis"] == -50_000
    assert parts["not_activity_determined"] == pytest.approx(120_000 + 2_070_000 - 2_100_000, abs=0.01)


def test_central_refund_is_a_part_by_itself_also_where_somebody_gives_it_children(reference: Reference):
    cost = np.append(OUTTURN.activity_cost[:3], [-700_000.0, np.nan])
    given = replace(OUTTURN, person_years=np.array([12.0, 3.0, 22.0, 5.0, np.nan]), activity_cost=cost)
    assert budget_bridge(given, BUDGET, reference) == budget_bridge(OUTTURN, BUDGET, reference)


def told(types: dict[str, tuple[float, float, float]], refund: tuple[float, float]) -> Prognosis:
    """A prognosis of types (person-years, kr., of which the choice of method) and central refund (kr., of which known
    cases)."""
    every = [
        {"level": "type", "key": key, "person_years": volume, "unit_price": cost / volume, "method_choice": moved}
        for key, (volume, cost, moved) in types.items()
    ]
    mean = sum(cost for _, cost, _ in types.values()) + refund[0]
    by_method = sum(moved for *_, moved in types.values())
    account = {"level": "account", "key": "5.22.07", "mean": refund[0], "corrections": refund[1]}
    total = {"level": "total", "key": "total", "mean": mean, "corrections": refund[1], "method_choice": by_method}
    frames = {"months": MONTH_COLUMNS, "fan": FAN_COLUMNS, "outline_years": OUTLINE_COLUMNS, "bridge": BRIDGE_COLUMNS}
    return Prognosis(
        as_of=AS_OF, year=2025, data_id="", seed=0, n_paths=1, versions={},
        rows=pd.DataFrame([*every, account, total]).reindex(columns=list(ROW_COLUMNS)),
        **{name: pd.DataFrame(columns=list(columns)) for name, columns in frames.items()},
    )  # fmt: skip


BEFORE = told(
    {"foster_care": (10, 5e6, 0.0), "residential_home": (4, 4.8e6, 1e5), "home_support": (50, 2e6, 0.0)},
    (-600_000.0, -50_000.0),
)
NOW = told(
    {"foster_care": (11, 5.61e6, 6e4), "residential_home": (4, 4.8e6, 1e5), "home_support": (55, 2.2e6, 0.0)},
    (-650_000.0, -80_000.0),
)


def test_what_is_booked_in_another_year_is_no_price(reference: Reference):
    """Where both months tell of late invoices, what they moved is taken out of the price; else it stays in it."""
    ends = {"name": "budget_to_forecast", "from_key": "budget_revised", "to_key": "forecast.mean"}
    before, now = (
        replace(one, bridge=pd.DataFrame([{**ends, "part": "late_invoices", "amount": amount}]))
        for one, amount in ((BEFORE, 90_000.0), (NOW, 65_000.0))
    )
    plain, apart = (
        {one["part"]: one["amount"] for one in close_bridge(*sides, reference, "last_month_to_now")}
        for sides in ((before, NOW), (before, now))
    )
    assert "late_invoices" not in plain
    assert apart.pop("late_invoices") == -25_000
    assert apart == pytest.approx({**plain, "price": plain["price"] + 25_000}, abs=0.011)


def test_since_the_last_close_by_hand(reference: Reference):
    """What the methods move is taken out of the prices first: 14 person-years of 9,7 mio. kr. become 15 of 10,25."""
    parts = {one["part"]: one["amount"] for one in close_bridge(BEFORE, NOW, reference)}
    assert parts == pytest.approx(
        {
            "volume": 1 * 9_700_000 / 14 + 5 * 40_000,
            "mix": (11 - 10 / 14 * 15) * 500_000 + (4 - 4 / 14 * 15) * 1_175_000,
            "price": 5_550_000 - 11 * 500_000,
            "method_choice": 60_000,
            "refund": (-650_000 + 80_000) - (-600_000 + 50_000),
            "corrections": -30_000,
            "not_activity_determined": 0,
        },
        abs=0.011,
    )
