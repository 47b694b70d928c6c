"""The activity engine: children are conserved, known facts stay facts, and chance is as large as it should be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.spells import days_in_force, days_in_months, monthly_cost
from models.activity import simulate
from models.activity.simulation import block_size
from tests.tables import table

AS_OF = pd.Period("2025-06", "M")
LAST = pd.Period("2026-12", "M")
TYPES = ("foster_care", "residential_home", "contact_person", "early_support")


def run(rows, reference, *, n_paths=100, seed=1, as_of=AS_OF, last=LAST):
    return simulate(table("interventions", *rows), reference, as_of=as_of, last_month=last, n_paths=n_paths, seed=seed)


def history(n, rng, *, months=48, stay=18.0, types=TYPES, as_of=AS_OF, **fixed):
    """Rows of n spells with exponential stays that began evenly over the last months; running ones are open."""
    end = as_of.end_time.normalize()
    rows = []
    for number in range(n):
        start = end - pd.Timedelta(days=int(rng.uniform(0, months * 30.4)))
        stop = start + pd.Timedelta(days=int(rng.exponential(stay * 30.4)) + 1)
        rows.append(
            {
                "citizen": f"barn-{number}", "type_key": types[number % len(types)], "start": start,
                "stop": stop if stop <= end else None, "rate": 30_000.0, "unit": "month",
                "birth_month": f"{2012 + number % 8}-03-01", "registered": start, **fixed,
            }
        )  # fmt: skip
    return rows


@settings(max_examples=12, deadline=None)
@given(n=st.integers(1, 60), stay=st.floats(1.0, 60.0), seed=st.integers(0, 99))
def test_children_are_conserved_on_every_path(reference, n, stay, seed):
    paths = run(history(n, np.random.default_rng(seed), stay=stay), reference, n_paths=25, seed=seed)
    change = paths.entries + paths.moves_in - paths.exits - paths.moves_out
    assert np.array_equal(paths.stock[:, :, 1:], paths.stock[:, :, :-1] + change[:, :, 1:])
    assert (paths.stock >= 0).all()
    assert (paths.volume >= -1e-9).all()
    assert np.isfinite(paths.cost).all()


@pytest.mark.parametrize(("n_paths", "draws"), [(2000, 100), (1000, 100), (400, 50), (80, 10), (8, 1)])
def test_intervals_of_fewer_paths_rest_on_as_many_draws_of_the_estimates(n_paths, draws):
    """Ten draws are too few to have tails: a run of 400 paths has 50, one of 1.000 as many as one of 2.000."""
    assert -(-n_paths // block_size(n_paths)) == draws


@settings(max_examples=12, deadline=None)
@given(n=st.integers(1, 60), seed=st.integers(0, 99))
def test_the_months_so_far_are_what_the_extract_says(reference, n, seed):
    rows = history(n, np.random.default_rng(seed))
    paths = run(rows, reference, n_paths=10)
    frame, known = table("interventions", *rows), paths.months[:6]
    slow_volume = (days_in_force(frame["start"], frame["stop"], known) / days_in_months(known)).sum(axis=0)
    slow_cost = monthly_cost(frame, known).sum(axis=0)
    assert np.allclose(paths.known_volume[:, :, :6].sum(axis=1), slow_volume)
    assert np.allclose(paths.known_cost[:, :, :6].sum(axis=1), slow_cost)
    running = frame["stop"].isna().sum()
    assert (paths.stock[:, :, 5].sum(axis=1) >= running).all()  # what is not registered yet comes on top


def test_the_same_seed_gives_the_same_numbers_and_another_one_others(reference):
    rows = history(80, np.random.default_rng(3))
    first, again, other = (run(rows, reference, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first.cost, again.cost)
    assert np.array_equal(first.refund, again.refund)
    assert not np.array_equal(first.cost, other.cost)


def test_cost_is_volume_times_price_where_there_is_one_price(reference):
    """With one price for all and within the as-of year, every known spell costs 30.000 kr. per whole month.

    New ones are priced as recent starts raised to this year's prices, so they cost that or somewhat more.
    """
    rows = history(200, np.random.default_rng(5), types=("foster_care",))
    paths = run(rows, reference)
    this_year = np.asarray(paths.months.year == 2025)
    assert np.allclose(paths.known_cost[..., this_year], 30_000 * paths.known_volume[..., this_year], rtol=0.02)
    new = paths.new_cost[..., this_year].sum() / paths.new_volume[..., this_year].sum()
    assert 30_000 <= new <= 30_000 * reference.index_between(2022, 2025)


def test_a_spell_whose_end_is_on_record_ends_there_on_every_path(reference):
    """A last day of 15 September: all of August, half of September, nothing after."""
    row = {"type_key": "foster_care", "start": "2023-01-01", "stop": "2025-09-16", "rate": 100.0}
    paths = run([row], reference, n_paths=50)
    volume = paths.known_volume[:, 0, 6:12]
    assert np.allclose(volume, [1, 1, 0.5, 0, 0, 0])


def test_nobody_stays_past_the_last_age_of_aftercare(reference):
    """A birthday in September: no path has the child in force in October or later."""
    oldest = int(reference.assumption("aftercare_max_age").value)
    row = {"type_key": "foster_care", "start": "2015-01-01", "birth_month": f"{2025 - oldest}-09-01"}
    paths = run([row], reference)
    assert (paths.known_volume[:, :, 9:] == 0).all()
    assert (paths.known_volume[:, :, 5] == 1).all()


def test_exponential_stays_decline_as_they_should(reference):
    """Oracle: of spells with a mean stay of 18 months, exp(-12 / 18) = 51 % are left after a year."""
    rows = history(900, np.random.default_rng(8), stay=18.0)
    frame = table("interventions", *rows)
    paths = run(rows, reference, n_paths=200)
    left = paths.known_volume[:, :, 17].sum(axis=1).mean() / frame["stop"].isna().sum()
    assert left == pytest.approx(np.exp(-11.5 / 18), abs=0.06)


def test_new_spells_arrive_at_the_rate_they_have_had(reference):
    rows = history(480, np.random.default_rng(9), months=48)  # ten a month
    paths = run(rows, reference, n_paths=300)
    per_month = paths.entries[:, :, 6:].sum(axis=1).mean()
    assert per_month == pytest.approx(10.0, rel=0.15)
    assert paths.entries[:, :, 6:18].sum(axis=(1, 2)).std() > np.sqrt(120) * 0.8  # at least Poisson's own chance


def test_a_type_with_five_spells_behaves_like_its_neighbours(reference):
    """Partial pooling: five long stays among hundreds of short ones neither run for ever nor end at once."""
    rng = np.random.default_rng(4)
    rows = history(400, rng, types=("residential_home",), stay=12.0)
    rows += history(5, rng, types=("institution",), stay=12.0)
    paths = run(rows, reference, n_paths=200)
    code = paths.types.index("institution")
    assert paths.stock[:, code, -1].mean() < 12
    assert paths.entries[:, code, 6:].sum(axis=1).mean() < 12


def test_starts_that_are_registered_late_are_expected_before_they_are_seen(reference):
    """Every start comes on record two months later: the last two months' starts are still missing."""
    rng = np.random.default_rng(6)
    rows = history(600, rng, months=48)
    late = [{**row, "registered": row["start"] + pd.Timedelta(days=61)} for row in rows]
    seen = [row for row in late if row["registered"] <= AS_OF.end_time]
    missing = len(late) - len(seen)
    paths = run(seen, reference, n_paths=200)
    on_record = sum(row["start"] >= pd.Timestamp("2025-05-01") for row in seen)
    expected = paths.entries[:, :, 4:6].sum(axis=(1, 2)).mean() - on_record
    assert expected == pytest.approx(missing, rel=0.35)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"registered": None}, "Udtrækket har ingen registreringsdatoer:"),
        ({"registered": "2015-01-01"}, "er begyndt fra jul. 2021 og frem:"),
        ({"registered": "2015-01-01", "unit": "once", "stop": "2015-01-02"}, "er begyndt fra jun. 2025 og frem:"),
    ],
    ids=["no dates", "only old starts", "only one-off payments"],
)
def test_why_late_registration_is_not_counted_is_said_truly(reference, row, reason):
    """That there are no dates is only said where there are none."""
    usual = {"type_key": "foster_care", "start": "2015-01-01", "rate": 100.0, "unit": "day"}
    notes = " ".join(run([usual | row], reference, n_paths=10).notes).replace("\N{NO-BREAK SPACE}", " ")
    assert notes.count("sen registrering") == 1
    assert reason in notes


def test_spells_expected_by_the_case_worker_are_inflow_and_not_counted_twice(reference):
    rows = history(480, np.random.default_rng(9), months=48)
    coming = [
        {"type_key": TYPES[at % 4], "start": "2025-07-01", "status": "expected", "rate": 30_000.0, "unit": "month"}
        for at in range(8)
    ]
    plain, with_coming = run(rows, reference, n_paths=300), run(rows + coming, reference, n_paths=300)
    july = 6
    assert (with_coming.new_volume[:, :, july].sum(axis=1) >= 0.0).all()
    extra = with_coming.entries[:, :, july].sum(axis=1).mean() - plain.entries[:, :, july].sum(axis=1).mean()
    assert extra < 4  # eight announced starts are mostly those that usually come


def test_refund_of_the_months_so_far_follows_the_rule_per_child(reference):
    """One child at 200.000 kr. a month: refund by the dated rule, month by month, the same on all paths."""
    row = {"type_key": "residential_home", "start": "2024-01-01", "rate": 200_000.0, "unit": "month"}
    paths = run([row], reference, n_paths=20)
    rule = reference.refund_rule(pd.Period("2025-03", "M"))
    edges = [*(limit / 12 for limit in rule.thresholds), np.inf]
    by_hand = sum(
        rate * max(min(200_000.0, upper) - lower, 0.0)
        for rate, lower, upper in zip(rule.rates, edges[:-1], edges[1:], strict=True)
    )
    assert np.allclose(paths.refund[:, 2], by_hand)


def test_no_interventions_is_no_activity_and_said(reference):
    paths = run([], reference, n_paths=5)
    assert paths.types == ()
    assert paths.refund.sum() == 0
    assert "ikke indlæst indsatser" in paths.notes[0]
