"""What must hold on every simulated path, whatever is drawn: children, days in force and kroner are conserved.

Refund is told again the slow way, one child and one month at a time by the text of the dated rule.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.activity import simulate
from models.activity.record import Recorder
from tests.tables import table

AS_OF = pd.Period("2025-06", "M")
LAST = pd.Period("2026-12", "M")
NOW = 5  # position of the as-of month
N_PATHS = 12
RATE = 30_000.0
TWO_AT_ONCE = "barn med to indsatser"
# A rate of its own for each spell on record tells which child a spell on a path belongs to.
CHILDREN = {
    61_001.0: TWO_AT_ONCE, 52_002.0: TWO_AT_ONCE,  # dear only together
    241_003.0: "dyrest", 95_004.0: "dyr", 40_005.0: "billig",
}  # fmt: skip
KNOWN = set(CHILDREN.values())


def simulated(rows, reference, seed, n_paths=N_PATHS):
    recorder = Recorder()
    paths = simulate(
        rows, reference, as_of=AS_OF, last_month=LAST, n_paths=n_paths, seed=seed, recorder=recorder,
    )  # fmt: skip
    return paths, recorder.recording(len(paths.months), n_paths)


def spells_of(n, seed, monthly_rate):
    """Rows of n spells that began evenly over four years and last a year on average; running ones are open."""
    rng = np.random.default_rng(seed)
    end = AS_OF.end_time.normalize()
    for number in range(n):
        start = end - pd.Timedelta(days=int(rng.uniform(0, 48 * 30)))
        stop = start + pd.Timedelta(days=int(rng.exponential(365)) + 1)
        yield {
            "type_key": ("foster_care", "residential_home", "contact_person")[number % 3], "start": start,
            "stop": stop if stop <= end else pd.NaT, "rate": monthly_rate, "unit": "month", "registered": start,
        }  # fmt: skip


@pytest.fixture(scope="module")
def tiny(reference):
    """Four children on record, one of them in two spells, beside a short history of dear stays that are over."""
    types = ("residential_home", "contact_person", "residential_home", "foster_care", "foster_care")
    known = [
        {"citizen": child, "type_key": kind, "start": "2024-02-01", "rate": rate, "unit": "month"}
        for kind, (rate, child) in zip(types, CHILDREN.items(), strict=True)
    ]
    past = [row for row in spells_of(45, 3, 150_000.0) if row["stop"] is not pd.NaT]
    return simulated(table("interventions", *known, *past), reference, seed=4)


def refund_by_the_text(expense, rule):
    """Of what lies between a twelfth of one threshold and of the next, that tier's share; the last has no end."""
    total = 0.0
    limits = [threshold / 12 for threshold in rule.thresholds]
    for tier, share in enumerate(rule.rates):
        top = limits[tier + 1] if tier + 1 < len(limits) else float("inf")
        total += share * max(0.0, min(expense, top) - limits[tier])
    return total


def child_of(record, at):
    """The child of a spell on record, by its rate; a spell that is on no record has a child of its own."""
    if record.curve[at] < 0:
        return f"ny {at}"
    rate = record.curves[record.curve[at], NOW + 1]
    return CHILDREN[min(CHILDREN, key=lambda known: abs(known - rate))]


def expense_of(record, at, month):
    """Kroner of one spell in one month: the part of the month in force x its price then."""
    block, kind = record.block[record.path[at]], record.kind[at]
    force = max(0.0, min(record.ends[at], month + 1) - max(record.begins[at], month))
    if record.curve[at] >= 0:
        return force * record.curves[record.curve[at], month] * record.renegotiated[block, kind, month]
    return force * record.price[at] * record.growth[block, kind, month]


def test_refund_on_every_path_is_the_rule_applied_to_each_child_and_month(tiny, reference):
    """Slow: spells are gathered per child, and the rule of the month is read to each child's sum."""
    paths, record = tiny
    of_two, of_new = 0.0, 0.0
    for month in range(NOW + 1, len(paths.months)):
        rule = reference.refund_rule(paths.months[month])
        purse = [{} for _ in range(N_PATHS)]
        for at in range(len(record)):
            own, child = purse[record.path[at]], child_of(record, at)
            own[child] = own.get(child, 0.0) + expense_of(record, at, month)
        slow = [sum(refund_by_the_text(expense, rule) for expense in own.values()) for own in purse]
        assert paths.refund[:, month] == pytest.approx(slow, abs=0.01)
        of_two += sum(refund_by_the_text(own.get(TWO_AT_ONCE, 0.0), rule) for own in purse)
        of_new += sum(slow) - sum(refund_by_the_text(own.get(child, 0.0), rule) for own in purse for child in KNOWN)
    assert of_two > 0  # a child whose spells are dear only together was there
    assert of_new > 0  # and children who are on no record yet


@settings(max_examples=8, deadline=None)
@given(n=st.integers(1, 60), seed=st.integers(0, 99))
def test_volume_lies_between_who_stayed_all_month_and_who_was_there_at_all(reference, n, seed):
    """Children and days are counted by different code: who stays the month is in force all of it, others at most."""
    paths, _ = simulated(table("interventions", *spells_of(n, seed, RATE)), reference, seed, n_paths=20)
    before, ahead = paths.stock[:, :, NOW:-1], slice(NOW + 1, None)
    came = paths.entries[:, :, ahead] + paths.moves_in[:, :, ahead]
    went = paths.exits[:, :, ahead] + paths.moves_out[:, :, ahead]
    volume = paths.volume[:, :, ahead]
    assert (volume <= before + came + 1e-9).all()
    assert (volume >= before - went - 1e-9).all()


def test_money_is_volume_times_price_where_all_have_one_price(reference):
    """Known spells at one rate: on every path, type and month the cost is days in force x that month's price."""
    paths, record = simulated(table("interventions", *spells_of(90, 5, RATE)), reference, seed=6)
    this_year = slice(NOW + 1, 12)
    assert record.curves[:, this_year] == pytest.approx(RATE)
    for month in range(NOW + 1, len(paths.months)):
        price = record.curves[0, month]
        assert record.curves[:, month] == pytest.approx(price)
        drawn = price * record.renegotiated[record.block, :, month]
        assert paths.known_cost[:, :, month] == pytest.approx(paths.known_volume[:, :, month] * drawn, abs=0.01)
