"""Districts: what each takes of the activity, and how every leaf's money is split by it."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.activity_by_district import district_ahead
from cockpit.domain.district_activity import DistrictActivity
from cockpit.domain.districts import split_by_district
from cockpit.domain.reference import UNALLOCATED
from cockpit.domain.spells import monthly_cost, person_years
from cockpit.domain.statement import build_prognosis
from models.activity import simulate
from models.activity.districts import Districts, DistrictSums
from models.outturn import forecast_outturn
from tests.tables import dataset, table

AS_OF = pd.Period("2025-06", "M")
LAST = pd.Period("2027-12", "M")
TYPES = ("foster_care", "residential_home", "contact_person")
PLACES = ("Nord", "Syd", None)


def history(n, rng, *, stay=18.0, places=PLACES):
    """Rows of n spells that began evenly over four years; some have no district, some are planned, some end once."""
    end = AS_OF.end_time.normalize()
    rows = []
    for at in range(n):
        start = end - pd.Timedelta(days=int(rng.uniform(0, 48 * 30.4)))
        stop = start + pd.Timedelta(days=int(rng.exponential(stay * 30.4)) + 1)
        rows.append(
            {
                "citizen": f"barn-{at // 2}", "type_key": TYPES[at % 3], "start": start, "registered": start,
                "stop": stop if stop <= end else None, "rate": 20_000.0 + 500 * at, "unit": "month",
                "birth_month": f"{2007 + at % 12}-03-01", "district": places[(at // 2) % len(places)],
            }
        )  # fmt: skip
    rows += [
        {"type_key": TYPES[0], "start": "2025-09-10", "status": "expected", "rate": 900.0, "district": places[0]},
        {"type_key": TYPES[1], "start": "2025-03-01", "unit": "once", "rate": 70_000.0, "district": places[-1]},
        {"type_key": TYPES[1], "start": "2025-11-01", "unit": "once", "rate": 40_000.0, "district": places[0]},
    ]
    return rows


def run(rows, reference, *, n_paths=30, seed=1, by_district=True):
    interventions = table("interventions", *rows)
    return simulate(
        interventions, reference, as_of=AS_OF, last_month=LAST, n_paths=n_paths, seed=seed, by_district=by_district
    )


@settings(max_examples=10, deadline=None)
@given(n=st.integers(1, 80), stay=st.floats(1.0, 60.0), seed=st.integers(0, 99))
def test_the_districts_of_a_type_cost_what_the_type_costs_on_every_path(reference, n, stay, seed):
    """The months of a type, added up the slow way, are its districts' stretches: two of the year, one a year after."""
    rows = history(n, np.random.default_rng(seed), stay=stay)
    paths = run(rows, reference, seed=seed)
    stretches = [slice(0, 6), slice(6, 12), slice(12, 24), slice(24, 36)]
    by_month = np.stack([paths.cost[:, :, part].sum(axis=2) for part in stretches], axis=-1)
    assert np.allclose(paths.districts.cost.sum(axis=2), by_month, atol=0.01)
    days = np.asarray(paths.months.days_in_month) / 365
    volume = (paths.volume * days).mean(axis=0)
    slow = np.stack([volume[:, part].sum(axis=1) for part in stretches], axis=-1)
    assert np.allclose(paths.districts.person_years.sum(axis=1), slow)


def test_telling_districts_apart_moves_no_other_number(reference):
    """The same draws are made: volume, cost and flows are the same to the bit."""
    rows = history(80, np.random.default_rng(3))
    plain, told = (run(rows, reference, by_district=by) for by in (False, True))
    assert plain.districts is None
    for name in ("volume", "cost", "refund", "entries", "exits", "moves_in", "moves_out"):
        assert np.array_equal(getattr(plain, name), getattr(told, name))


def test_what_is_known_of_a_district_is_what_its_own_rows_say(reference):
    """Slow oracle: children whose ends are on record, row by row from their dates, district by district."""
    rows = [
        {
            "citizen": f"barn-{at}", "type_key": TYPES[at % 3], "district": PLACES[at % 2], "rate": 1_000.0 + at,
            "start": pd.Timestamp("2024-11-05") + pd.Timedelta(days=17 * at),
            "stop": pd.Timestamp("2025-02-03") + pd.Timedelta(days=23 * at),
        }
        for at in range(9)
    ]  # fmt: skip
    frame, paths = table("interventions", *rows), run(rows, reference)
    months = paths.months[:6]
    for code, place in enumerate(("Nord", "Syd")):
        own = frame[frame["district"] == place]
        slow = person_years(own, months).sum()
        assert paths.districts.person_years[:, code, 0].sum() >= slow - 1e-9  # what nobody registered yet comes on top
        known = monthly_cost(own, months).sum()
        assert paths.districts.cost[:, :, code, 0].sum(axis=1).min() == pytest.approx(known)


@settings(max_examples=25, deadline=None)
@given(n=st.integers(1, 12), known=st.integers(0, 11), seed=st.integers(0, 10**6))
def test_spells_are_laid_on_stretches_as_month_by_month(n, known, seed):
    """Slow oracle: each spell's part of each month, added up one by one; known months, listed and unseen ones alike."""
    rng = np.random.default_rng(seed)
    n_paths, n_types, m = 3, 2, 24
    weight, growth = rng.uniform(0.07, 0.09, m), rng.uniform(0.9, 1.3, (n_types, m))
    districts = Districts(PLACES[:2], np.array([0, known + 1, 12, m]), weight)
    kind, district, price = rng.integers(0, n_types, n), rng.integers(0, 3, n), rng.uniform(1, 9, n)
    path = rng.integers(0, n_paths, n)
    begins = rng.uniform(-9, m + 3, n)
    ends = begins[:, None] + rng.exponential(9.0, (n, n_paths))
    unseen, listed = (DistrictSums.zeros(districts, n_paths, n_types) for _ in range(2))
    unseen.add_unseen((path, kind, district), begins, ends[:, 0], price, growth)
    listed.add_listed(kind, district, begins[:, None], ends, price[:, None] * growth[kind])
    stretch = np.searchsorted(districts.edges, np.arange(m), side="right") - 1
    slow = [DistrictSums.zeros(districts, n_paths, n_types) for _ in range(2)]
    for spell, on, month in product(range(n), range(n_paths), range(m)):
        for sums, end, counts in ((slow[0], ends[spell, 0], on == path[spell]), (slow[1], ends[spell, on], True)):
            part = max(min(end, month + 1) - max(begins[spell], month), 0.0) * counts
            at = on, kind[spell], district[spell], stretch[month]
            sums.person_years[at] += part * weight[month]
            sums.cost[at] += part * price[spell] * growth[kind[spell], month]
    for fast, oracle in zip((unseen, listed), slow, strict=True):
        assert np.allclose(fast.person_years, oracle.person_years)
        assert np.allclose(fast.cost, oracle.cost)


def postings(rng):
    months = pd.period_range("2023-01", "2025-06", freq="M")
    return [
        {
            "year": month.year, "period": month.month, "service_month": f"{month}-01", "amount": round(amount, 2),
            "type_key": key, "function": function,
        }
        for month in months
        for key, function, amount in (
            ("foster_care", "5.28.22", rng.uniform(3e5, 5e5)), ("residential_home", "5.28.20", rng.uniform(3e5, 5e5)),
            (None, "5.22.07", -rng.uniform(1e4, 9e4)), (None, "3.22.08", rng.uniform(1e4, 9e4)),
        )
    ]  # fmt: skip


@pytest.fixture(scope="module")
def told(reference):
    rng = np.random.default_rng(7)
    data = dataset("2025-06", interventions=history(90, rng), postings=postings(rng), budget=[
        {"year": 2025, "type_key": "foster_care", "amount": 9e6}])  # fmt: skip
    outturn = forecast_outturn(data, reference, n_paths=120, seed=1)
    return outturn, build_prognosis(data, outturn, reference, seed=1, versions={})


def test_the_rows_of_districts_are_the_total_on_every_path_and_to_the_oere(told):
    outturn, prognosis = told
    split = split_by_district(outturn)
    own = split.outturn(outturn, split.expected(outturn.booked, 0))
    assert np.allclose(own.year_end.sum(axis=1), outturn.year_end.sum(axis=1), atol=0.01)
    for year in (2026, 2027, 2028):
        assert np.allclose(own.outturn_of(year).sum(axis=1), outturn.outturn_of(year).sum(axis=1), atol=0.01)
    rows = prognosis.rows[prognosis.rows["level"] == "district"]
    assert list(rows["label"]) == ["Nord", "Syd", "Uden distrikt"]
    for name in ("actual_ytd", "committed", "mean", "expected_inflow", "expected_changes", "person_years"):
        assert rows[name].sum() == pytest.approx(prognosis.total[name], abs=0.005)
    assert rows[["budget_original", "budget_revised", "deviation", "overrun_probability"]].isna().all(axis=None)
    months = prognosis.months[prognosis.months["level"] == "district"].groupby("month")["mean"].sum()
    whole = prognosis.months[prognosis.months["level"] == "total"].set_index("month")["mean"]
    assert months.to_numpy() == pytest.approx(whole.reindex(months.index).to_numpy(), abs=0.005)


def test_refund_and_money_without_activity_have_no_district(told):
    """Districts hold gross cost alone; the account without activity and the refund stand under `unallocated`."""
    _, prognosis = told
    years = prognosis.years[prognosis.years["level"] == "district"].set_index(["key", "year"])
    assert (years.loc[["Nord", "Syd"], "refund"] == 0).all()
    whole = prognosis.years[prognosis.years["level"] == "total"].set_index("year")["refund"]
    assert years.loc[UNALLOCATED, "refund"].to_numpy() == pytest.approx(whole.to_numpy())


def test_a_district_that_holds_all_activity_of_a_type_holds_all_its_money(reference):
    """Everyone placed lives in Nord: Syd, which has one contact person, has none of the booked money."""
    rows = [
        {"type_key": "foster_care", "start": "2020-01-01", "rate": 40_000.0, "unit": "month", "district": "Nord"},
        {"type_key": "contact_person", "start": "2020-01-01", "rate": 9_000.0, "unit": "month", "district": "Syd"},
    ]
    booked = [row for row in postings(np.random.default_rng(1)) if row["type_key"] == "foster_care"]
    data = dataset("2025-06", interventions=rows, postings=booked)
    outturn = forecast_outturn(data, reference, n_paths=60, seed=1)
    found = build_prognosis(data, outturn, reference, seed=1, versions={})
    assert found.row("district", "Nord")["actual_ytd"] == found.row("type", "foster_care")["actual_ytd"] > 0
    assert found.row("district", "Syd")["actual_ytd"] == 0


def test_the_rest_of_the_year_by_district_is_what_the_months_ahead_hold(reference):
    """Person-years and cost of the districts of each type add up to its months ahead, late registrations included."""
    rows = history(60, np.random.default_rng(4))
    outturn = forecast_outturn(dataset("2025-06", interventions=rows), reference, n_paths=40, seed=1)
    year, rest = outturn.activity, district_ahead(outturn.districts).groupby("type_key").sum(numeric_only=True)
    weight = year.months.days_in_month / 365
    ahead = pd.DataFrame(
        {"person_years": (year.volume.mean(axis=0) * weight.to_numpy())[:, 6:].sum(axis=1),
         "cost": year.cost[:, 6:].sum(axis=1)},
        index=list(year.types),
    )  # fmt: skip
    pd.testing.assert_frame_equal(rest, ahead.loc[rest.index], check_names=False)
    assert len(rest) == len(TYPES)


def test_nobody_new_comes_to_a_district_that_is_no_more(reference):
    """Vest became a part of Nord at New Year: its early months stay out of these years, and so do its new spells."""
    rng = np.random.default_rng(5)
    old = history(120, rng, places=("Vest",))[:120]
    ended = [{**row, "stop": min(row["stop"] or AS_OF.end_time, pd.Timestamp("2025-01-01"))} for row in old]
    rows = [row for row in ended if row["start"] < row["stop"]] + history(60, rng, places=("Nord",))[:60]
    found = run(rows, reference).districts
    assert found.keys == ("Nord", UNALLOCATED)
    assert found.person_years[:, 1].sum() == 0


def test_districts_without_any_money_have_person_years(reference):
    """No prices, no ledger, no budget: how many there are in each district, and no krone."""
    rows = [{**row, "rate": None} for row in history(30, np.random.default_rng(2), places=("Nord", "Syd"))]
    data = dataset("2025-06", interventions=rows)
    outturn = forecast_outturn(data, reference, n_paths=20, seed=1)
    found = build_prognosis(data, outturn, reference, seed=1, versions={})
    own = found.rows[found.rows["level"] == "district"]
    assert own["person_years"].sum() == pytest.approx(found.total["person_years"])
    assert own[["actual_ytd", "committed", "mean", "unit_price"]].isna().all(axis=None)


def test_without_districts_there_is_no_such_level(reference):
    rows = history(60, np.random.default_rng(2), places=(None,))
    data = dataset("2025-06", interventions=rows)
    outturn = forecast_outturn(data, reference, n_paths=40, seed=1)
    found = build_prognosis(data, outturn, reference, seed=1, versions={})
    assert outturn.districts is None
    for frame in (found.rows, found.months, found.outline_years, found.years):
        assert set(frame["level"]) == {"total", "step", "type", "account"}
    assert found.district_months.empty
    assert found.district_ahead.empty


def test_grains_of_rounding_are_nobodys_share() -> None:
    costs = np.array([[[600.0], [400.0]], [[-2e-9], [3e-9]]])  # the second path has no activity, but for its rounding
    activity = DistrictActivity(("Nord", UNALLOCATED), ("foster_care",), np.zeros((1, 2, 1)), costs[:, None])
    np.testing.assert_allclose(activity.shares()[:, 0, :, 0], [[0.6, 0.4], [0.6, 0.4]])
