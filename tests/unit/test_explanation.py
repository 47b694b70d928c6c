"""Every bridge adds up, and so does what drives each of its parts; Rebild's view is worked by hand."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.allocation import sum_by_leaf
from cockpit.domain.bridge import BUDGET_TO_FORECAST, LAST_CLOSE_TO_NOW, LAST_MONTH_TO_NOW, close_bridge
from cockpit.domain.committed_bridge import committed_bridge
from cockpit.domain.dataset import Dataset, Source, empty_table
from cockpit.domain.deviation import contributions
from cockpit.domain.drivers import committed_drivers
from cockpit.domain.explanation import explain_month_before, explain_since
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.prognosis import BRIDGE_COLUMNS, Prognosis
from cockpit.domain.reference import Reference
from cockpit.domain.statement import build_prognosis
from tests.tables import dataset

MONTHLY = {"unit": "month", "rate": 10_000.0}
LEAVES = {
    "foster_care": "5.28.22", "network_care": "5.28.22", "residential_home": "5.28.20", "secure": "5.28.24",
    "family_treatment": "5.28.21", "early_support": "5.28.21",
}  # fmt: skip


def known(
    as_of: str, interventions: list[dict], postings: list[dict] | None = None, *, reconstructed: bool = False
) -> Dataset:
    found = dataset(as_of, interventions=interventions, postings=postings or [])
    return replace(found, sources=(Source("interventions", pd.Period("2025-12", "M"), reconstructed),))


def spell(name: str, start: str = "2025-01-01", **more: object) -> dict:
    return {**MONTHLY, "spell_id": name, "citizen": f"barn-{name}", "start": start, **more}


def test_rebilds_view_by_hand(reference: Reference) -> None:
    """From June to July, 10.000 kr. a month each: what is new, what stopped early, what changed, and the ledger."""
    before = [
        spell("steady"),
        spell("ends", expected_stop="2025-11-01"),
        spell("open"),
        spell("dearer"),
        spell("longer", expected_stop="2025-09-01"),
        spell("withdrawn", start="2025-10-01"),
    ]
    now = [
        spell("steady"),
        spell("ends", expected_stop="2025-11-01", stop="2025-08-01"),
        spell("open", stop="2025-07-16"),
        spell("dearer", stop="2025-07-01"),
        spell("dearer", start="2025-07-01", rate=12_000.0),
        spell("longer", expected_stop="2025-12-01"),
        {**spell("moved", start="2025-08-01"), "citizen": "barn-ends", "type_key": "residential_home"},
    ]
    school = {"year": 2025, "period": 7, "function": "3.22.08", "account": "322081001", "amount": 4_000.0}
    found = committed_bridge(known("2025-06", before), known("2025-07", now, [school]), reference)
    assert found.parts == {
        "new_granted": 50_000.0,  # August to December
        "ended_early": pytest.approx(-30_000 - (10_000 * 16 / 31 + 50_000) - 30_000, abs=0.01),
        "changed": 12_000.0 + 30_000.0,
        "postings": 4_000.0,
    }
    assert found.counts == {"new_granted": 1, "ended_early": 3, "changed": 2}
    assert round(found.end - found.start, 2) == round(sum(found.parts.values()), 2)
    assert found.accounts["3.22.08"] == 4_000
    reasons = found.cases.set_index("spell_id")["reason"].str.replace("\u00a0", " ").to_dict()
    assert reasons == {
        "moved": "Ny bevilling fra 1. aug. 2025, skift fra plejefamilie",
        "ends": "Stoppede 31. jul. 2025; var regnet med til 31. okt. 2025",
        "open": "Stoppede 15. jul. 2025; var regnet med til 31. dec. 2025",
        "withdrawn": "Bevillingen findes ikke længere i udtrækket",
        "dearer": "Pris ændret fra 10.000 kr. til 12.000 kr. pr. måned",
        "longer": "Forventet slut flyttet, regnes nu til 30. nov. 2025; var regnet med til 31. aug. 2025",
    }


def test_a_passed_expected_stop_and_a_late_one_are_changes(reference: Reference) -> None:
    """Neither stopped before it was expected to."""
    before = [spell("passed", expected_stop="2025-07-16"), spell("overran", expected_stop="2025-07-16")]
    now = [spell("passed", expected_stop="2025-07-16"), spell("overran", expected_stop="2025-07-16", stop="2025-08-01")]
    found = committed_bridge(known("2025-06", before), known("2025-07", now), reference)
    assert found.counts == {"new_granted": 0, "ended_early": 0, "changed": 2}
    reasons = found.cases.set_index("spell_id")["reason"].str.replace("\u00a0", " ").to_dict()
    assert reasons["passed"] == "Forventet slut 15. jul. 2025 er passeret; regnes til årets slutning"
    assert reasons["overran"] == "Slutdato sat til 31. jul. 2025; var regnet med til 15. jul. 2025"


def test_a_reconstructed_month_does_not_take_unknown_expected_stops_for_changes(reference: Reference) -> None:
    """Nobody knows what was expected in June: today's expected stop stands in, and its kroner are told apart."""
    rows = [spell("a")], [spell("a", expected_stop="2025-10-01")]
    month = known("2025-06", rows[0], reconstructed=True)
    found = committed_bridge(month, known("2025-07", rows[1]), reference)
    assert found.parts["unknown_stops"] == -30_000
    assert (found.parts["changed"], found.counts["changed"], found.parts["postings"]) == (0, 0, 0)
    loaded = committed_bridge(known("2025-06", rows[0]), known("2025-07", rows[1]), reference)
    assert (loaded.parts["changed"], loaded.counts["changed"]) == (-30_000, 1)
    assert "unknown_stops" not in loaded.parts


def test_two_reconstructed_months_do_not_call_a_stop_early(reference: Reference) -> None:
    """Neither knows what was expected: everybody counts to the end of the year, and a stop may have been on time."""
    before = known("2025-06", [spell("a"), spell("b"), spell("c")], reconstructed=True)
    now = known("2025-07", [spell("a"), spell("b", stop="2025-08-01")], reconstructed=True)
    found = committed_bridge(before, now, reference)
    assert found.parts["ended"] == -50_000 - 120_000
    assert found.counts == {"new_granted": 0, "ended": 2, "changed": 0}
    assert not {"ended_early", "unknown_stops"} & {*found.parts, *found.cases["part"]}
    reasons = found.cases.set_index("spell_id")["reason"].str.replace("\u00a0", " ").to_dict()
    assert reasons == {
        "b": "Stoppede 31. jul. 2025; den ventede slutdato kendes ikke",
        "c": "Bevillingen findes ikke længere i udtrækket",
    }


def test_only_an_account_with_grants_is_booked_beside_them(reference: Reference) -> None:
    """What moved an account without grants is its bookings, and central refund is an income."""
    booked = [
        {"year": 2025, "period": 7, "function": function, "account": account, "amount": amount}
        for function, account, amount in (
            ("3.22.08", "322081001", -4_000.0), ("5.22.07", "522072002", -9_000.0), ("5.28.22", "528221004", 500_000.0),
        )
    ]  # fmt: skip
    rows = [spell("a")]
    found = committed_bridge(known("2025-06", rows), known("2025-07", rows, booked), reference)
    lines = [one for one in committed_drivers(found, reference) if one["part"] == "postings"]
    told = {one["id"]: one["reason"].rsplit(": ", 1)[1] for one in lines if one["id"]}
    assert told["3.22.08"] == "bogført siden da på en konto uden bevillinger"
    assert told["5.22.07"] == "refusion bogført siden da"
    assert told["5.28.22"] == "bogført ud over bevillingerne"


def test_a_closed_month_that_was_loaded_again_starts_from_what_was_frozen(reference: Reference) -> None:
    rows = [spell("a")]
    found = committed_bridge(known("2025-06", rows), known("2025-07", rows), reference, frozen=100_000.0)
    assert (found.start, found.end, found.parts["postings"]) == (100_000, 120_000, 20_000)
    assert found.revised_start == 20_000


@given(
    st.lists(
        st.tuples(*[st.one_of(st.just(0.0), st.floats(0.01, 300))] * 2, *[st.floats(1e3, 3e6)] * 2),
        min_size=1,
        max_size=6,
    )
)
def test_the_types_contributions_are_the_textbook_split(types: list[tuple]) -> None:
    """Volume = (M1 - M0) x mean price, mix = sum of (s1 - s0) x M1 x P0, price = sum of M1 x (P1 - P0)."""
    volume0, volume1, price0, price1 = (np.array(column) for column in zip(*types, strict=True))
    price0, price1 = np.where(volume0 > 0, price0, price1), np.where(volume1 > 0, price1, price0)
    cost0, cost1 = volume0 * price0, volume1 * price1
    found = contributions(volume0, cost0, volume1, cost1)
    by_type = found.volume + found.mix + found.price
    np.testing.assert_allclose(by_type, cost1 - cost0, atol=1e-3)
    if volume0.sum() and volume1.sum():
        share0, share1 = volume0 / volume0.sum(), volume1 / volume1.sum()
        assert found.split.volume == pytest.approx((volume1.sum() - volume0.sum()) * (share0 @ price0), abs=1e-2)
        assert found.split.mix == pytest.approx(((share1 - share0) * volume1.sum()) @ price0, abs=1e-2)
        assert found.split.price == pytest.approx(volume1 @ (price1 - price0), abs=1e-2)


def municipality(seed: int, as_of: str) -> tuple[Dataset, OutturnPaths]:
    """A small municipality with everything drawn at random, and paths that know as little as anybody.

    The same seed gives the same spells: a later month knows more of them and of their changes.
    """
    rng, month = np.random.default_rng(seed), pd.Period(as_of, "M")
    rows = [row for number in range(14) for row in _random_spell(rng, number, month)]
    keys = [str(key) for key in rng.choice(list(LEAVES), 3, replace=False)]
    budget = [
        {"year": 2025, "type_key": key, "function": LEAVES[key], "amount": round(float(rng.uniform(1e5, 9e6)), 2),
         **({"person_years": 5.0, "unit_price": float(rng.uniform(1e5, 1e6))} if number else {})}
        for number, key in enumerate(keys)
    ]  # fmt: skip
    budget += [
        {"year": 2025, "type_key": key, "function": function, "amount": round(float(rng.normal(0, 1e6)), 2),
         "budget_type": str(rng.choice(["supplementary", "reallocation", "carry_over"])), "adopted": f"2025-0{day}-15",
         **({"person_years": float(rng.normal(0, 2)), "unit_price": 4e5} if day == 3 else {})}
        for key, function in [*LEAVES.items(), (None, "3.22.08")] for day in rng.integers(1, 5, int(rng.integers(0, 3)))
    ]  # fmt: skip
    postings = [
        {"year": 2025, "period": int(period), "type_key": key, "function": LEAVES[key],
         "amount": round(float(rng.normal(2e5, 3e5)), 2)}
        for key in LEAVES for period in rng.integers(1, month.month + 1, 3)
    ]  # fmt: skip
    refund = {"year": 2025, "period": 2, "function": "5.22.07", "account": "5.22.07", "amount": -123_456.78}
    school = {"year": 2025, "period": 1, "function": "3.22.08", "account": "322081001", "amount": 777_777.77}
    found = dataset(as_of, interventions=rows, budget=budget, postings=[*postings, refund, school])
    return found, _paths(found, rng)


def _random_spell(rng: np.random.Generator, number: int, month: pd.Period) -> list[dict]:
    kind, price = str(rng.choice(list(LEAVES))), float(rng.integers(3, 250)) * 1000
    start = pd.Timestamp("2025-01-01") + pd.Timedelta(days=int(rng.integers(-300, 240)))
    length, moved_to = (int(days) for days in rng.integers(20, 500, 2))
    rise = rng.uniform() < 0.3
    if start > month.end_time and number % 2:
        return []  # granted later
    row = spell(f"F{number}", str(start.date()), type_key=kind, function=LEAVES[kind], rate=price)
    row["citizen"] = f"barn-{number // 2}"
    expected = start + pd.Timedelta(days=length if month.month < 7 else moved_to)
    row["expected_stop"] = expected if number % 5 else None
    ends = start + pd.Timedelta(days=length)
    row["stop"] = ends if number % 3 == 0 and ends <= month.end_time else None
    if not rise or start >= pd.Timestamp("2025-06-01") or row["stop"] is not None or month.month < 7:
        return [row]
    return [{**row, "stop": "2025-06-01"}, {**row, "start": "2025-06-01", "rate": price * 1.2}]


def _paths(found: Dataset, rng: np.random.Generator) -> OutturnPaths:
    pairs = [*LEAVES.items(), ("unallocated", "5.22.07"), ("unallocated", "3.22.08")]
    leaves = pd.DataFrame(pairs, columns=["type_key", "function"]).astype("str")
    size, active = len(leaves), np.arange(len(leaves)) < len(LEAVES)
    periods = [(2025, period) for period in range(found.as_of.month + 1, 14)] + [(2026, 6), (2027, 6), (2028, 6)]
    rows = found.postings.assign(type_key=found.postings["type_key"].fillna("unallocated"))
    booked = sum_by_leaf(rows, "amount").reindex(pd.MultiIndex.from_frame(leaves), fill_value=0.0)
    some = np.where(active & (rng.uniform(size=size) < 0.8), rng.uniform(0, 9, size), np.where(active, 0.0, np.nan))
    return OutturnPaths(
        as_of=found.as_of,
        leaves=leaves,
        booked=booked.to_numpy(),
        periods=periods,
        paths=rng.normal(1e5, 3e5, (20, size, len(periods))),
        inflow=np.where(active, rng.uniform(0, 1e5, size), 0.0),
        late=np.zeros(size),
        person_years=some,
        activity_cost=some * 4e5,
        person_years_before=np.where(active, rng.uniform(0, 9, size), 0.0),
        activity_cost_before=np.where(active, rng.uniform(1e4, 3e6, size), 0.0),
        corrections=np.where(rng.uniform(size=size) < 0.3, 50_000.0, 0.0),
        ledger_ratio=rng.uniform(0.8, 1.1, size),
        person_years_to_date=some / 2,
        activity_cost_to_date=some * 2.1e5,
        method_choice=np.where(rng.uniform(size=size) < 0.5, rng.normal(0, 4e5, size), 0.0),
    )


def adds_up(prognosis: Prognosis) -> None:
    """What drives each part is the part, and the parts lead from one end to the other: all to the oere."""
    named = ["name", "part", "amount"]
    every = pd.concat([prognosis.bridge[named], prognosis.movements[named]])
    oere = (prognosis.drivers.set_index(["name", "part"])["amount"] * 100).round().groupby(level=[0, 1]).sum()
    assert oere.to_dict() == (every.set_index(["name", "part"])["amount"] * 100).round().to_dict()
    for _, own in prognosis.movements.groupby("name"):
        ends = own.iloc[0]
        assert round((own["amount"] * 100).round().sum()) == round(ends["to_amount"] * 100) - round(
            ends["from_amount"] * 100
        )


@settings(max_examples=6)
@given(st.integers(0, 10_000))
def test_every_bridge_of_a_random_municipality_and_its_drivers_add_up(reference: Reference, seed: int) -> None:
    """Two months of one municipality: the earlier closed, the later explained by it."""
    (before, paths0), (now, paths1) = (municipality(seed, month) for month in ("2025-05", "2025-08"))
    closed, current = (
        build_prognosis(known_then, paths, reference, seed=1, versions={})
        for known_then, paths in ((before, paths0), (now, paths1))
    )
    adds_up(closed)
    steps = pd.DataFrame(close_bridge(closed, current, reference), columns=list(BRIDGE_COLUMNS))
    current = replace(current, bridge=pd.concat([current.bridge, steps], ignore_index=True))
    found = explain_since(before, now, current, closed, reference)
    both = {
        name: pd.concat([getattr(current, name), getattr(found, name)], ignore_index=True)
        for name in ("movements", "drivers")
    }
    assert set(found.drivers["name"]) == {"committed_since_close", LAST_CLOSE_TO_NOW}
    adds_up(replace(current, **both))
    unclosed = replace(current, bridge=current.bridge[current.bridge["name"] == BUDGET_TO_FORECAST])
    bridge, drivers = explain_month_before((closed, before), (unclosed, now), reference)
    assert set(bridge["name"]) == set(drivers["name"]) == {LAST_MONTH_TO_NOW}
    pd.testing.assert_frame_equal(bridge[["part", "amount"]], steps[["part", "amount"]])
    anew = {"bridge": (unclosed.bridge, bridge), "drivers": (unclosed.drivers, drivers)}
    adds_up(replace(unclosed, **{name: pd.concat(frames, ignore_index=True) for name, frames in anew.items()}))
    start, end = found.movements.iloc[0][["from_amount", "to_amount"]]
    assert (start, end) == pytest.approx((closed.total["committed"], current.total["committed"]), abs=0.005)


@settings(max_examples=12)
@given(st.integers(0, 10_000))
def test_what_changed_a_budget_without_a_count_is_a_part_to_the_oere(reference: Reference, seed: int) -> None:
    """Read row by row from the budget: no count, no original line, and a type that has somebody in one of the years."""
    found, paths = municipality(seed, "2025-08")
    result = build_prognosis(found, paths, reference, seed=1, versions={})
    rows = found.budget.to_dict("records")
    counted = {row["type_key"]: 0.0 for row in rows}
    for row in rows:
        counted[row["type_key"]] += 0.0 if np.isnan(row["person_years"]) else row["person_years"]
    years = zip(paths.leaves["type_key"], np.nan_to_num(paths.person_years), paths.person_years_before, strict=True)
    somebody = {
        key for key, now, before in years if now > 0 or (counted[key] if _has_count(rows, key) else before) > 0
    }
    changes = {
        key: -sum(row["amount"] for row in rows if row["type_key"] == key and row["budget_type"] != "original"
                  and np.isnan(row["person_years"]))
        for key in somebody
    }  # fmt: skip
    told = _budget_parts(result, reference)
    assert round(told.get("budget_changes", 0.0) * 100) == round(sum(changes.values()) * 100)
    own = result.drivers[(result.drivers["name"] == BUDGET_TO_FORECAST) & (result.drivers["part"] == "budget_changes")]
    named = own.dropna(subset=["type_key"]).set_index("type_key")["amount"]
    assert named.to_dict() == pytest.approx({key: changes[key] for key in named.index}, abs=0.01)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("carry_over", None, 5e5)], "Overførsel på +500.000 kr. uden antal"),
        (
            [("reallocation", "2025-04-28", -2e5), ("supplementary", "2025-06-23", 6e5),
             ("reallocation", "2025-04-28", -1e5)],
            "Tillægsbevilling (23. jun. 2025) på +600.000 kr. og omplacering (28. apr. 2025) på −300.000 kr. "
            "uden antal",
        ),
        (
            [("supplementary", f"2025-0{month}-01", 1e5) for month in range(1, 6)],
            "Tillægsbevilling (1. maj 2025) på +100.000 kr., tillægsbevilling (1. apr. 2025) på +100.000 kr., "
            "tillægsbevilling (1. mar. 2025) på +100.000 kr. og 2 andre ændringer uden antal",
        ),
    ],
    ids=["no day", "one day is one decision", "many"],
)  # fmt: skip
def test_the_decisions_behind_a_changed_budget_are_named(
    reference: Reference, changes: list[tuple], expected: str
) -> None:
    """The latest first; what one decision moved of a type is one amount."""
    rows = [
        {"year": 2025, "type_key": "foster_care", "budget_type": kind, "adopted": day, "amount": amount}
        for kind, day, amount in changes
    ]
    found, paths = municipality(5, "2025-08")
    budget = dataset("2025-08", budget=[{"year": 2025, "type_key": "foster_care", "amount": 4e6}, *rows]).budget
    known_years = np.where(paths.leaves["type_key"] == "foster_care", 5.0, 0.0)
    somebody = replace(paths, person_years=known_years, activity_cost=known_years * 4e5)
    result = build_prognosis(replace(found, budget=budget), somebody, reference, seed=1, versions={})
    drivers = result.drivers[result.drivers["name"] == BUDGET_TO_FORECAST].set_index(["part", "type_key"])["reason"]
    assert drivers["budget_changes", "foster_care"].replace("\u00a0", " ") == expected
    assert drivers["budget_basis", "foster_care"] == (
        "Budgettet har intet antal: beløbet mod sidste års aktivitet i årets priser"
    )
    unbudgeted = drivers["budget_basis"].drop("foster_care").dropna()
    unbudgeted = unbudgeted[unbudgeted.index.notna()]
    assert len(unbudgeted)
    assert set(unbudgeted) == {"Intet budget mod sidste års aktivitet i årets priser"}


def _has_count(rows: list[dict], key: str) -> bool:
    return any(row["type_key"] == key and not np.isnan(row["person_years"]) for row in rows)


def test_what_the_choice_of_a_method_moves_is_no_late_invoice_and_no_price(reference: Reference) -> None:
    """Another method for one type moves the end by an amount: that amount, and no other part, tells of it."""
    (before, paths0), (now, paths1) = (municipality(5, month) for month in ("2025-05", "2025-08"))
    at = int(np.flatnonzero(np.nan_to_num(paths1.person_years) > 0)[0])
    plain, moved = replace(paths1, method_choice=np.zeros(len(paths1.leaves))), paths1.paths.copy()
    moved[:, at, 0] += 700_000.0
    chosen = replace(paths1, paths=moved, method_choice=np.where(np.arange(len(paths1.leaves)) == at, 700_000.0, 0.0))
    closed = build_prognosis(
        before, replace(paths0, method_choice=np.zeros(len(paths0.leaves))), reference, seed=1, versions={}
    )
    for steps in (_budget_parts, partial(_close_parts, closed)):
        without, by_choice = (
            steps(build_prognosis(now, one, reference, seed=1, versions={}), reference) for one in (plain, chosen)
        )
        assert "method_choice" not in without
        assert by_choice.pop("method_choice") == pytest.approx(700_000.0, abs=0.01)
        assert by_choice == pytest.approx(without, abs=0.02)
    untold = replace(closed, rows=closed.rows.assign(method_choice=np.nan))
    after = build_prognosis(now, chosen, reference, seed=1, versions={})
    assert "method_choice" not in _close_parts(untold, after, reference)  # nobody knows what it was at the close


def _budget_parts(found: Prognosis, _reference: Reference) -> dict[str, float]:
    own = found.bridge[found.bridge["name"] == BUDGET_TO_FORECAST]
    return dict(zip(own["part"], own["amount"], strict=True))


def _close_parts(closed: Prognosis, found: Prognosis, reference: Reference) -> dict[str, float]:
    return {step["part"]: step["amount"] for step in close_bridge(closed, found, reference)}


@settings(max_examples=6)
@given(st.integers(0, 10_000))
def test_a_random_municipality_is_coherent_at_every_level(reference: Reference, seed: int) -> None:
    """Rows add up to the total for the year, each month and each outline year; gross - refund = net; M x P = money."""
    found, paths = municipality(seed, "2025-08")
    result = build_prognosis(found, paths, reference, seed=1, versions={})
    frames = {"rows": [], "months": ["month"], "outline_years": ["year"], "years": ["year"]}
    for name, keys in frames.items():
        column = "net" if name == "years" else "mean"
        sums = getattr(result, name).groupby(["level", *keys])[column].sum()
        for level in ("step", "type", "account"):
            np.testing.assert_allclose(sums.loc[level], sums.loc["total"], rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(result.years["gross"] - result.years["refund"], result.years["net"], atol=1e-3)
    this_year = result.years[result.years["year"] == 2025].set_index(["level", "key"])
    rows = result.rows.set_index(["level", "key"])
    np.testing.assert_allclose(this_year["net"], rows["mean"].reindex(this_year.index), atol=1e-3)
    money = (rows["person_years"] * rows["unit_price"]).dropna()
    active = rows[rows["person_years"] > 0].loc[["type"]]
    refund = this_year["refund"].reindex(active.index)
    # Of the leaves in one row, corrections are money without volume.
    known = active["mean"] + refund - active["corrections"]
    np.testing.assert_allclose(money.loc[["type"]], known, rtol=1e-9, atol=1e-3)
    for level in ("total", "step", "account"):  # money of types without persons is in no price
        np.testing.assert_allclose(money[level].sum(), known.sum(), rtol=1e-9, atol=1e-3)


@pytest.mark.parametrize("missing", [["budget"], ["postings"], ["interventions"], ["budget", "interventions"]])
def test_what_is_not_loaded_leaves_the_rest_explained(reference: Reference, missing: list[str]) -> None:
    """Without a budget or a ledger there is no way from it to what is booked, without interventions no case; what is
    there still adds up."""
    nothing = {kind: empty_table(kind) for kind in missing}
    (before, _), (now, paths) = (municipality(3, month) for month in ("2025-05", "2025-08"))
    before, now = replace(before, **nothing), replace(now, **nothing)
    if "interventions" in missing:
        none = np.full(len(paths.leaves), np.nan)
        so_far = {"person_years_to_date": none, "activity_cost_to_date": none}
        paths = replace(paths, person_years=none, activity_cost=none, **so_far)
    result = build_prognosis(now, paths, reference, seed=1, versions={})
    adds_up(result)
    assert ("phased_budget_to_actual" in set(result.movements["name"])) == (not {"budget", "postings"} & set(missing))
    found = explain_since(before, now, result, None, reference)
    adds_up(replace(result, bridge=result.bridge.iloc[:0], movements=found.movements, drivers=found.drivers))
    if "interventions" in missing:
        assert set(found.drivers["kind"]) <= {"account", "rest"}


def test_extracts_without_money_have_nothing_to_explain(reference: Reference) -> None:
    rows = [{"start": "2025-01-01", "rate": None}]
    found = dataset("2025-08", interventions=rows)
    paths = _paths(municipality(1, "2025-08")[0], np.random.default_rng(1))
    result = build_prognosis(found, paths, reference, seed=1, versions={})
    assert result.movements.empty
    assert result.drivers.empty
    assert result.years.empty
