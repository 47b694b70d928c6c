"""Known corrections on the paths, as tables of cases worked by hand: so many kroner, so many months, so sure."""

from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.allocation import allocate
from cockpit.domain.bridge import REST, budget_bridge
from cockpit.domain.budget import budget_by_leaf
from cockpit.domain.corrections import Correction, apply_corrections, expected_this_year, faults, known_at
from cockpit.domain.paths import OutturnPaths
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.domain.statement import build_prognosis
from tests.tables import dataset

SEED = 7
N_PATHS = 2000
LEAVES = [("foster_care", "5.28.22"), ("residential_home", "5.28.20"), (UNALLOCATED, "5.22.07")]
PERIODS = [(2025, period) for period in range(9, 14)] + [(y, p) for y in (2026, 2027, 2028) for p in range(1, 14)]
HALF_AN_OERE = 0.005


def month(text: str) -> pd.Period:
    return pd.Period(text, "M")


def correction(**changed: object) -> Correction:
    """Two children at 90.000 kr. a month from October and on, certain, entered in September 2025."""
    usual = Correction(
        key="K1", text="Søskende på vej", type_key="residential_home", children=2, amount=90_000.0,
        first=month("2025-10"), probability=1.0, role="controller", entered=pd.Timestamp("2025-09-12"),
        expires=month("2025-12"),
    )  # fmt: skip
    return replace(usual, **changed)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def outturn() -> OutturnPaths:
    """What the models expect at the end of August 2025, uncertain by 10 %."""
    rng = np.random.default_rng(1)
    level = np.array([1_000_000.0, 2_000_000.0, -150_000.0])[None, :, None]
    return OutturnPaths(
        as_of=month("2025-08"),
        leaves=pd.DataFrame(LEAVES, columns=["type_key", "function"]).astype("str"),
        booked=np.array([8_000_000.0, 16_000_000.0, -1_000_000.0]),
        periods=PERIODS,
        paths=level * (1 + 0.1 * rng.standard_normal((N_PATHS, 3, len(PERIODS)))),
        inflow=np.array([300_000.0, 400_000.0, 0.0]),
        late=np.zeros(3),
        person_years=np.array([25.0, 20.0, np.nan]),
        activity_cost=np.array([12_500_000.0, 25_500_000.0, np.nan]),
        person_years_before=np.array([24.0, 19.0, 0.0]),
        activity_cost_before=np.array([11_500_000.0, 23_000_000.0, 0.0]),
        corrections=np.zeros(3),
    )


DATASET = dataset(
    "2025-08",
    budget=[
        {"year": 2025, "type_key": "foster_care", "function": "5.28.22", "amount": 12_000_000.0},
        {"year": 2025, "type_key": "residential_home", "function": "5.28.20", "amount": 25_000_000.0},
    ],
    postings=[
        {"year": 2025, "period": 8, "type_key": "foster_care", "function": "5.28.22", "amount": 8_000_000.0},
        {"year": 2025, "period": 8, "type_key": "residential_home", "function": "5.28.20", "amount": 16_000_000.0},
        {"year": 2025, "period": 8, "function": "5.22.07", "account": "5.22.07", "amount": -1_000_000.0},
    ],
)


def stated(outturn: OutturnPaths, reference: Reference, *entered: Correction) -> Prognosis:
    laid = apply_corrections(outturn, entered, reference, SEED)
    return build_prognosis(DATASET, laid, reference, seed=SEED, versions={})


def test_what_has_no_budget_is_overspent_in_full_so_that_deviations_add_up(
    outturn: OutturnPaths, reference: Reference
) -> None:
    """The budget has no line for the refund: its account deviates by all of it, and every level sums to the total."""
    rows = stated(outturn, reference).rows.set_index(["level", "key"])
    assert rows.loc[("account", "5.22.07"), "budget_revised"] == 0
    assert rows.loc[("account", "5.22.07"), "deviation"] == rows.loc[("account", "5.22.07"), "mean"] < 0
    for level in ("step", "type", "account"):
        assert rows.loc[level, "deviation"].sum() == pytest.approx(rows.loc[("total", "total"), "deviation"])


CASES = {
    "October to December": ({}, 2 * 3 * 90_000.0),
    "one month": ({"last": month("2025-10")}, 2 * 90_000.0),
    "half as likely": ({"probability": 0.5}, 3 * 90_000.0),
    "began before the as-of month": ({"first": month("2025-03")}, 2 * 4 * 90_000.0),
    "an income": ({"amount": -10_000.0, "children": 1}, -30_000.0),
    "next year": ({"first": month("2026-02")}, 0.0),
    "over": ({"first": month("2025-02"), "last": month("2025-08")}, 0.0),
    "expired": ({"expires": month("2025-07")}, 0.0),
    "expires with the as-of month": ({"expires": month("2025-08")}, 2 * 3 * 90_000.0),
}


@pytest.mark.parametrize(("changed", "expected"), CASES.values(), ids=CASES)
def test_the_effect_this_year_is_children_times_kroner_times_months_times_probability(
    outturn: OutturnPaths, reference: Reference, changed: dict, expected: float
) -> None:
    """Only months after the as-of month count, and what the line says is what the paths hold and the mean rises by."""
    entered = correction(**changed)
    row, before = stated(outturn, reference, entered).total, stated(outturn, reference).total
    assert expected_this_year(entered, outturn.as_of) == pytest.approx(expected)
    assert row["corrections"] == pytest.approx(expected, abs=HALF_AN_OERE)
    assert row["mean"] - before["mean"] == pytest.approx(expected, abs=HALF_AN_OERE)
    for untouched in ("committed", "expected_inflow", "expected_changes", "person_years", "unit_price"):
        assert row[untouched] == pytest.approx(before[untouched], abs=HALF_AN_OERE)


def test_without_corrections_not_a_bit_changes(outturn: OutturnPaths, reference: Reference) -> None:
    """No correction, or none that counts, leaves every number alone; only the latter is told."""
    assert apply_corrections(outturn, (), reference, SEED) is outturn
    silent = apply_corrections(outturn, [correction(expires=month("2025-01"))], reference, SEED)
    for name in (one.name for one in fields(OutturnPaths) if isinstance(getattr(outturn, one.name), np.ndarray)):
        np.testing.assert_array_equal(getattr(silent, name), getattr(outturn, name))
    (note,) = silent.notes
    assert note.replace("\N{NO-BREAK SPACE}", " ") == (
        "Sagen på vej »Søskende på vej« udløb jan. 2025 og tæller ikke med."
    )
    assert "corrections" not in set(stated(outturn, reference).bridge["part"])


def test_what_may_not_happen_makes_the_interval_wider(outturn: OutturnPaths, reference: Reference) -> None:
    """Certain: the band only moves. As likely as not: it grows, and half the paths have all months, half none."""
    width = {
        share: row["p90"] - row["p10"]
        for share in (0.0, 0.5, 1.0)
        for row in [stated(outturn, reference, *([correction(probability=share, amount=1e6)] if share else [])).total]
    }
    assert width[1.0] == pytest.approx(width[0.0])
    assert width[0.5] > 2 * width[0.0]
    laid = apply_corrections(outturn, [correction(probability=0.5)], reference, SEED)
    added = (laid.paths - outturn.paths)[:, 1]
    assert set(np.round(added.sum(axis=1) / added.max())) == {0.0, 39.0}  # 3 months of 2025 and 36 of outline years
    assert (added.sum(axis=1) > 1).sum() == N_PATHS / 2


def test_outline_years_carry_what_has_no_end(outturn: OutturnPaths, reference: Reference) -> None:
    """An open end runs on through twelve months of each year, an end in March 2026 through three of the first."""
    for last, months in ((None, {2026: 12, 2027: 12, 2028: 12}), (month("2026-03"), {2026: 3, 2027: 0, 2028: 0})):
        laid = apply_corrections(outturn, [correction(last=last)], reference, SEED)
        for year, count in months.items():
            added = (laid.outturn_of(year) - outturn.outturn_of(year)).sum(axis=1)
            assert added == pytest.approx(np.full(N_PATHS, count * 180_000.0))
        supplement = [at for at, (_, period) in enumerate(PERIODS) if period == 13]
        np.testing.assert_array_equal(laid.paths[:, :, supplement], outturn.paths[:, :, supplement])


def test_corrections_are_drawn_apart_and_whatever_others_there_are(outturn: OutturnPaths, reference: Reference) -> None:
    """Two of 50 % both happen on a quarter of the paths; taking one away does not move the other's draws."""
    first, second = (correction(key=key, probability=0.5) for key in ("K1", "K2"))
    alone = apply_corrections(outturn, [first], reference, SEED).paths - outturn.paths
    both = apply_corrections(outturn, [second, first], reference, SEED).paths - outturn.paths
    other = np.round(both - alone)[:, 1, 1] > 0
    assert np.mean(other & (alone[:, 1, 1] > 1)) == pytest.approx(0.25, abs=0.03)
    assert other.mean() == 0.5


@pytest.mark.parametrize(
    ("changed", "key", "account"),
    [
        ({"type_key": "secure"}, "secure", "5.28.24"),
        ({"type_key": UNALLOCATED, "function": "5.28.20"}, UNALLOCATED, "5.28.20"),
        ({"type_key": "foster_care", "function": "5.22.07"}, "foster_care", "5.22.07"),
    ],
    ids=["a type nobody had", "no type", "income of the refund scheme"],
)
def test_a_correction_finds_or_makes_its_leaf(
    outturn: OutturnPaths, reference: Reference, changed: dict, key: str, account: str
) -> None:
    """The row of its type and the row of its account both show it, and no other row does; also where methods are chosen
    and the months to date are told apart, as a whole forecast has it."""
    whole = replace(
        outturn, ledger_ratio=np.ones(3), method_choice=np.array([1e5, -1e5, 0.0]),
        person_years_to_date=np.array([16.0, 13.0, np.nan]), activity_cost_to_date=np.array([8e6, 16e6, np.nan]),
    )  # fmt: skip
    rows = stated(whole, reference, correction(**changed)).rows.set_index(["level", "key"])["corrections"]
    assert {at for at, amount in rows[rows != 0].items() if at[0] in ("type", "account")} == {
        ("type", key), ("account", account),
    }  # fmt: skip
    assert rows["type", key] == rows["account", account] == pytest.approx(540_000.0)


def random_corrections(rng: np.random.Generator) -> list[Correction]:
    types = ["foster_care", "residential_home", "secure", "contact_person"]
    first = [month("2025-01") + int(step) for step in rng.integers(0, 48, 5)]
    return [
        correction(
            key=f"K{number}", type_key=types[rng.integers(4)], children=int(rng.integers(1, 5)), first=start,
            amount=round(float(rng.normal(0, 80_000)), 2), probability=float(rng.uniform(0.01, 1)),
            last=None if rng.random() < 0.4 else start + int(rng.integers(0, 20)),
            expires=month("2025-06") + int(rng.integers(0, 8)), function="5.22.07" if rng.random() < 0.2 else None,
        )
        for number, start in enumerate(first)
    ]  # fmt: skip


@pytest.mark.parametrize("case", range(12))
def test_whatever_is_entered_everything_adds_up_to_the_oere(
    outturn: OutturnPaths, reference: Reference, case: int
) -> None:
    """Parts to the mean, rows to the total, months to the year, the bridge from budget to forecast."""
    prognosis = stated(outturn, reference, *random_corrections(np.random.default_rng(case)))
    rows, total = prognosis.rows, prognosis.total
    parts = rows[["committed", "expected_inflow", "expected_changes", "corrections"]].sum(axis=1)
    np.testing.assert_allclose(parts, rows["mean"], atol=HALF_AN_OERE)
    for level in ("step", "type", "account"):
        for name in ("mean", "corrections", "expected_changes"):
            assert rows.loc[rows["level"] == level, name].sum() == pytest.approx(total[name], abs=HALF_AN_OERE)
    months = prognosis.months[prognosis.months["level"] == "total"]
    assert months["mean"].sum() == pytest.approx(total["mean"], abs=HALF_AN_OERE)
    walked = prognosis.bridge["amount"].map(lambda amount: round(amount * 100)).sum()
    assert walked == round((total["mean"] - total["budget_revised"]) * 100)


def test_the_bridge_has_a_part_of_its_own_and_no_other_part_moves(outturn: OutturnPaths, reference: Reference) -> None:
    """Neither late invoices nor refund nor the rest take what was entered."""
    budget = budget_by_leaf(allocate(DATASET.budget, reference), 2025)
    entered = [correction(), correction(key="K2", type_key="foster_care", function="5.22.07", amount=-5_000.0)]
    laid = apply_corrections(outturn, entered, reference, SEED)
    before, after = (
        {part["part"]: part["amount"] for part in budget_bridge(one, budget, reference)} for one in (outturn, laid)
    )
    assert after.pop("corrections") == 540_000.0 - 30_000.0
    assert after.pop(REST) == pytest.approx(before.pop(REST), abs=0.02)
    assert after == before


def test_an_older_month_counts_what_had_been_entered_by_then() -> None:
    """August's extracts come in September: what is entered by its end was known of August, later entries were not."""
    days = ["2025-08-31", "2025-09-30", "2025-10-01"]
    entered = [correction(key=day, entered=pd.Timestamp(day)) for day in days]
    assert [one.key for one in known_at(entered, month("2025-08"))] == days[:2]


FAULTS = {
    "all is well": ({}, set()),
    "unknown type": ({"type_key": "hest"}, {"type_key"}),
    "no type and no account": ({"type_key": UNALLOCATED, "function": None}, {"type_key"}),
    "account of another area": ({"function": "4.62.82"}, {"function"}),
    "certain not to happen": ({"probability": 0.0}, {"probability"}),
    "percent as a number": ({"probability": 50.0}, {"probability"}),
    "ends before it begins": ({"last": month("2025-09")}, {"last"}),
    "nobody": ({"children": 0}, {"children"}),
    "no money": ({"amount": 0.0}, {"amount"}),
    "infinite money": ({"amount": np.inf}, {"amount"}),
    "a formula": ({"text": "=HYPERLINK(1)"}, {"text"}),
    "several": ({"text": "", "children": -1, "probability": 2.0}, {"text", "children", "probability"}),
}


@pytest.mark.parametrize(("changed", "expected"), FAULTS.values(), ids=FAULTS)
def test_every_fault_of_a_correction_is_told_at_once(reference: Reference, changed: dict, expected: set) -> None:
    """Each field that is at fault has its own sentence."""
    assert set(faults(correction(**changed).__dict__, reference)) == expected
