"""The record of simulated spells: added up, it is the simulation it was taken down from."""

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.refund import monthly_refund
from models.activity import simulate
from models.activity.record import SHORTEST, Recorder
from tests.tables import table

AS_OF = pd.Period("2025-06", "M")
LAST = pd.Period("2026-12", "M")
NOW = 5  # position of the as-of month


def history(n, rng, types=("foster_care", "residential_home", "contact_person")):
    end = AS_OF.end_time.normalize()
    for number in range(n):
        start = end - pd.Timedelta(days=float(rng.uniform(0, 48 * 30)))
        stop = start + pd.Timedelta(days=float(rng.exponential(15 * 30)) + 1)
        yield {
            "type_key": types[number % len(types)],
            "start": start.normalize(),
            "stop": stop.normalize() if stop <= end else pd.NaT,
            "rate": float(rng.uniform(800, 4500)),
            "birth_month": pd.Timestamp("2008-01-01") + pd.Timedelta(days=float(rng.uniform(0, 3000))),
        }


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(4)
    return table(
        "interventions",
        *history(150, rng),
        # One child in two dear spells at once, and one that is expected and ends in the month it begins.
        {"citizen": "to", "type_key": "residential_home", "start": "2024-01-01", "rate": 3500.0},
        {"citizen": "to", "type_key": "contact_person", "start": "2024-03-01", "rate": 900.0},
        {"type_key": "foster_care", "start": "2025-09-10", "stop": "2025-09-12", "rate": 1000.0},
        {"type_key": "foster_care", "start": "2025-10-31", "status": "expected", "rate": 1000.0},
    )


@pytest.fixture(scope="module")
def simulated(rows, reference):
    recorder = Recorder()
    paths = simulate(rows, reference, as_of=AS_OF, last_month=LAST, n_paths=60, seed=2, recorder=recorder)
    return paths, recorder.recording(len(paths.months), 60)


def weights(record, month):
    return np.clip(np.minimum(record.ends, month + 1) - np.maximum(record.begins, month), 0, 1)


def prices(record, month):
    block = record.block[record.path]
    on_record = record.curves[record.curve, month] * record.renegotiated[block, record.kind, month]
    return np.where(record.curve >= 0, on_record, record.price * record.growth[block, record.kind, month])


def added(record, values, shape):
    total = np.zeros(shape)
    np.add.at(total, (record.path, record.kind), values)
    return total


def test_taking_down_changes_nothing(simulated, rows, reference):
    """The same seed without a recorder gives the same numbers, bit for bit."""
    paths, _ = simulated
    plain = simulate(rows, reference, as_of=AS_OF, last_month=LAST, n_paths=60, seed=2)
    assert np.array_equal(plain.cost, paths.cost)
    assert np.array_equal(plain.refund, paths.refund)


def test_volume_and_cost_are_the_sums_of_the_recorded_spells(simulated):
    """Every path, type and month ahead; before, only what is not registered yet was simulated."""
    paths, record = simulated
    for month in range(len(paths.months)):
        weight = weights(record, month)
        volume, cost = paths.new_volume + paths.moved_volume, paths.new_cost + paths.moved_cost
        if month > NOW:
            volume, cost = volume + paths.known_volume, cost + paths.known_cost
        shape = volume[:, :, month].shape
        assert np.allclose(added(record, weight, shape), volume[:, :, month], atol=1e-9)
        assert np.allclose(added(record, weight * prices(record, month), shape), cost[:, :, month], atol=1e-4)


def test_refund_is_that_of_the_recorded_spells_child_by_child(simulated, reference):
    """Each spell by the rule; children with several by what they cost altogether, which is their spells' own sum."""
    paths, record = simulated
    several = record.child >= 0
    path_of = record.path[several][np.unique(record.child[several], return_index=True)[1]]
    for month in range(NOW + 1, len(paths.months)):
        rule = reference.refund_rule(paths.months[month])
        own = weights(record, month) * prices(record, month)
        alone = np.bincount(record.path, monthly_refund(own, rule) * ~several, minlength=60)
        together = np.bincount(path_of, monthly_refund(record.children[:, month], rule), minlength=60)
        assert np.allclose(alone + together, paths.refund[:, month], atol=1e-4)
        added_up = np.bincount(record.child[several], own[several])
        assert np.allclose(added_up, record.children[:, month], atol=1e-4)


def test_spells_that_continue_others_begin_when_these_end(simulated):
    """A successor has the path of the spell it continues and begins in the month of its end or shortly after."""
    _, record = simulated
    moved = record.source >= 0
    before = record.source[moved]
    assert moved.any()
    assert (record.path[before] == record.path[moved]).all()
    gap = record.begins[moved] - record.ends[before]
    # A spell is in force for a day at least, so the last day of a month may be counted to both.
    assert (gap >= -SHORTEST - 1e-9).all()
    assert (gap < 3.1).all()
    assert not record.entered[moved].any()
