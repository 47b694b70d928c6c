"""State refund for very dear cases, told as a budget officer would check it: by hand, child by child."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cockpit.domain.reference import Reference, RefundRule
from cockpit.domain.refund import RefundByMonth, monthly_refund, net_base, spread_forward
from cockpit.intake.reference_files import read_reference

ORE = 0.005
LEVEL_2022 = RefundRule(
    valid_from=pd.Period("2022-01", "M"),
    thresholds=(860_000.0, 1_680_000.0, 2_120_000.0),
    rates=(0.25, 0.50, 0.75),
    mark="V",
    source="2022-niveau",
)
TWO_TIERS = RefundRule(pd.Period("2020-01", "M"), (830_000.0, 1_630_000.0), (0.25, 0.50), "V", "2020-niveau")

kroner = st.floats(min_value=-50_000, max_value=2_000_000, allow_nan=False)
rules = st.sampled_from([LEVEL_2022, TWO_TIERS])
monthly_amounts = arrays(float, (3, 30), elements=st.integers(0, 500_000).map(float))


@pytest.fixture(scope="module")
def reference(reference_folder) -> Reference:
    """The tables that the product ships."""
    return read_reference(reference_folder)


def by_hand(x: float, rule: RefundRule) -> float:
    """The formula as it stands in the rule, one tier at a time."""
    limits = [threshold / 12 for threshold in rule.thresholds]
    total = 0.0
    for tier, rate in enumerate(rule.rates):
        is_last = tier == len(limits) - 1
        reached = x if is_last else min(x, limits[tier + 1])
        total += rate * max(0.0, reached - limits[tier])
    return total


@pytest.mark.parametrize(
    ("net_expense", "refund"),
    [
        (0, 0.00),
        (60_000, 0.00),
        (71_666.66, 0.00),
        (120_000, 12_083.33),
        (140_000, 17_083.33),
        (150_000, 22_083.33),
        (176_666.67, 35_416.67),
        (240_000, 82_916.67),
    ],
)
def test_one_month_of_one_child_at_the_2022_level(net_expense, refund, reference):
    """The shipped table gives the worked examples to the oere."""
    rule = reference.refund_rule(pd.Period("2022-06", "M"))
    assert monthly_refund(np.array(net_expense), rule) == pytest.approx(refund, abs=ORE)


@pytest.mark.parametrize(
    ("month", "refund_of_240_000"),
    [
        # 69.166,67 / 135.833,33: .25 x 66.666,67 + .50 x 104.166,67
        ("2017-05", 68_750.00),
        ("2020-12", 68_750.00),
        # and 170.833,33: .25 x 66.666,67 + .50 x 35.000,00 + .75 x 69.166,67
        ("2021-01", 86_041.67),
        ("2021-12", 86_041.67),
        ("2022-01", 82_916.67),
        # 73.333,33 / 143.333,33 / 180.833,33: .25 x 70.000,00 + .50 x 37.500,00 + .75 x 59.166,67
        ("2023-01", 80_625.00),
    ],
)
def test_the_rule_is_the_one_in_force_in_the_month(month, refund_of_240_000, reference):
    """The same expense gives the refund of its own month's rule."""
    rule = reference.refund_rule(pd.Period(month, "M"))
    assert monthly_refund(np.array(240_000.0), rule) == pytest.approx(refund_of_240_000, abs=ORE)


def test_three_dear_months_count_although_the_year_stays_below_the_first_threshold():
    """Three months of 240.000 (720.000 in the year) give 248.750 kr."""
    year = np.array([240_000.0] * 3 + [0.0] * 9)
    assert year.sum() < LEVEL_2022.thresholds[0]
    assert monthly_refund(year, LEVEL_2022).sum() == pytest.approx(248_750.00, abs=ORE)


def test_two_children_are_not_one_dear_child():
    """Two children at 60.000 a month give nothing, though one child at 120.000 would."""
    assert monthly_refund(np.array([60_000.0, 60_000.0]), LEVEL_2022).sum() == 0
    assert monthly_refund(np.array(120_000.0), LEVEL_2022) > 0


def test_avoiding_a_dear_month_saves_less_than_its_price():
    """A month of 240.000 that is avoided saves 157.083,33 kr., because the refund goes too."""
    saved = 240_000 - monthly_refund(np.array(240_000.0), LEVEL_2022)
    assert saved == pytest.approx(157_083.33, abs=ORE)


def test_the_estimated_years_are_told_apart_from_the_published(reference):
    """From 2023 the thresholds are estimates and say so; 2021 and 2022 are published."""
    estimated = {year: reference.refund_rule(pd.Period(f"{year}-01", "M")).is_estimate for year in range(2021, 2027)}
    assert estimated == {2021: False, 2022: False, 2023: True, 2024: True, 2025: True, 2026: True}


def test_the_estimated_thresholds_rise_alike(reference):
    """In each estimated year all thresholds rise by the same factor, within the rounding to 10.000 kr."""
    for year in range(2023, 2027):
        found = np.array(reference.refund_rule(pd.Period(f"{year}-01", "M")).thresholds)
        factor = found[0] / LEVEL_2022.thresholds[0]
        assert np.abs(found - factor * np.array(LEVEL_2022.thresholds)).max() <= 5_000
        assert not (found % 10_000).any()


def test_after_the_table_thresholds_follow_the_price_index(reference):
    """1,030 in 2027 and 1,028 in 2028: what follows the index gives a refund that does, and it is an estimate."""
    last, later = (reference.refund_rule(pd.Period(month, "M")) for month in ("2026-12", "2028-05"))
    assert later.thresholds == pytest.approx([threshold * 1.030 * 1.028 for threshold in last.thresholds])
    dear = np.array(150_000.0)
    assert monthly_refund(dear * 1.030 * 1.028, later) == pytest.approx(monthly_refund(dear, last) * 1.030 * 1.028)
    assert later.is_estimate


@given(net=kroner, rule=rules)
def test_it_is_the_formula(net, rule):
    """Any amount gives what the formula gives by hand."""
    assert monthly_refund(np.array(net), rule) == pytest.approx(by_hand(net, rule), abs=1e-6)


@given(net=kroner, more=st.floats(min_value=0, max_value=500_000), rule=rules)
def test_dearer_never_gives_less_and_never_pays(net, more, rule):
    """One krone more gives between 0 and the highest rate more: rising, continuous, never a gain."""
    rise = monthly_refund(np.array(net + more), rule) - monthly_refund(np.array(net), rule)
    assert -1e-6 <= rise <= max(rule.rates) * more + 1e-6


@given(net=kroner, rule=rules)
def test_the_state_pays_between_nothing_and_its_highest_share(net, rule):
    """The refund lies between 0 and 75 % of the expense."""
    assert 0 <= monthly_refund(np.array(net), rule) <= max(rule.rates) * max(net, 0)


@settings(deadline=None)
@given(net=monthly_amounts, rule=rules)
def test_a_table_is_each_of_its_cells(net, rule):
    """Children x months in one call give what each child and month gives by itself."""
    together = monthly_refund(net, rule)
    assert together.shape == net.shape
    for place in np.ndindex(net.shape):
        assert together[place] == pytest.approx(by_hand(net[place], rule), abs=1e-6)


@settings(deadline=None)
@given(net=monthly_amounts, months=st.lists(st.sampled_from([LEVEL_2022, TWO_TIERS, None]), min_size=1, max_size=5))
def test_months_with_rules_of_their_own_give_each_what_its_rule_says(net, months):
    """Tables of several months, one without a rule among them, give each expense what its own month gives by hand."""
    month = np.arange(net.size) % len(months)
    together = RefundByMonth.of(months).refund(net.ravel(), month)
    rules_of = [months[at] for at in month]
    expected = [by_hand(one, rule) if rule else 0.0 for one, rule in zip(net.ravel(), rules_of, strict=True)]
    assert together == pytest.approx(expected, abs=1e-6)


def test_an_unknown_expense_is_not_zero_refund():
    """A child without a price gives an unknown refund, not none."""
    assert np.isnan(monthly_refund(np.array([np.nan, 240_000.0]), LEVEL_2022)).tolist() == [True, False]


def test_a_one_off_is_spread_income_goes_first_and_fixed_contributions_do_not_count():
    """100.000 a month + 240.000 once in March - 10.000 income + 30.000 objektiv finansiering in May."""
    zero = np.zeros(15)
    one_off, fixed, income = zero.copy(), zero.copy(), zero + 10_000
    one_off[2], fixed[4] = 240_000, 30_000
    expense = 100_000 + one_off + fixed
    base = net_base(expense, one_off=one_off, fixed_contribution=fixed, income=income, spread_months=12)
    assert base.tolist() == [90_000.0] * 2 + [110_000.0] * 12 + [90_000.0]


@settings(deadline=None)
@given(one_off=monthly_amounts)
def test_spreading_loses_nothing_that_falls_within_the_horizon(one_off):
    """One-offs of the first 19 of 30 months are spread in full, none before its month."""
    one_off[:, 19:] = 0
    spread = spread_forward(one_off, 12)
    assert np.allclose(spread.sum(axis=1), one_off.sum(axis=1))
    assert (np.cumsum(spread, axis=1) <= np.cumsum(one_off, axis=1) + 1e-6).all()


def test_a_horizon_shorter_than_the_spread_holds_its_share():
    """Of 120.000 in the first of three months, 30.000 fall within the three."""
    assert spread_forward(np.array([120_000.0, 0.0, 0.0]), 12).tolist() == [10_000.0] * 3
