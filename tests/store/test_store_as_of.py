"""A month is read as it was known then: from its own loads, else rebuilt without what came later."""

import pandas as pd
import pytest

from cockpit.domain.dataset import Source
from cockpit.store import Store
from tests.store.extracts import assert_same, extract, ledger, load, read, rows_of, spell

BUDGET = {"year": 2025, "function": "5.28.22", "amount": 1.0}


def visible(store: Store, as_of: str) -> dict:
    """Per (spell, start) the stop and expected stop that a month reads, as text."""
    frame = read(store, as_of).interventions
    dates = frame.assign(**{name: frame[name].dt.strftime("%Y-%m-%d") for name in ("start", "stop", "expected_stop")})
    return {
        (row["spell_id"], row["start"]): tuple(v if pd.notna(v) else None for v in (row["stop"], row["expected_stop"]))
        for row in dates.to_dict("records")
    }


def test_an_earlier_month_reads_what_was_loaded_then(store: Store) -> None:
    first = extract("interventions", spell("A", "2025-01-01", expected_stop="2025-06-01", rate=100.0))
    load(store, "2025-01", first, ledger(("2025-01", "1", 10.0)))
    known_then = read(store, "2025-01")
    later = extract("interventions", spell("A", "2025-01-01", stop="2025-02-10", rate=120.0))
    load(store, "2025-03", later, ledger(("2025-01", "1", 11.0), ("2025-02", "1", 20.0)))
    assert_same(read(store, "2025-01"), known_then)
    assert_same(read(store, "2025-02"), load_alone(store, first, "2025-02"))
    assert visible(store, "2025-03") == {("A", "2025-01-01"): ("2025-02-10", None)}


def load_alone(store: Store, first: object, as_of: str) -> object:
    """The month between: January's snapshot and ledger as loaded, February's ledger rebuilt from March's load."""
    other = Store(store.path.with_name("other.duckdb"))
    load(other, "2025-01", first, ledger(("2025-01", "1", 10.0)))
    load(other, "2025-02", ledger(("2025-02", "1", 20.0)))
    return read(other, as_of)


def test_a_later_load_for_an_earlier_month_is_read_from_that_month_on(store: Store) -> None:
    load(store, "2025-03", extract("population", {"year": 2025, "age": 5, "count": 3.0}))
    load(store, "2025-01", extract("population", {"year": 2025, "age": 5, "count": 1.0}))
    counts = {month: read(store, month).population["count"].tolist() for month in ("2025-01", "2025-02", "2025-03")}
    assert counts == {"2025-01": [1.0], "2025-02": [1.0], "2025-03": [3.0]}


def test_a_rebuilt_month_does_not_know_the_population_of_years_to_come(store: Store) -> None:
    years = [{"year": year, "age": 5, "count": 1.0} for year in (2024, 2025, 2026)]
    load(store, "2026-03", extract("population", *years))
    assert read(store, "2025-06").population["year"].tolist() == [2024, 2025]
    assert read(store, "2026-03").population["year"].tolist() == [2024, 2025, 2026]


def test_where_nothing_was_loaded_the_month_is_rebuilt_and_says_so(store: Store) -> None:
    rows = [spell("A", "2025-01-01"), spell("B", "2025-03-01")]
    load(store, "2025-04", extract("interventions", *rows), ledger(("2025-01", "1", 1.0), ("2025-04", "1", 4.0)))
    dataset = read(store, "2025-02")
    assert rows_of(dataset.interventions, "spell_id") == {("A",): 1}
    assert dataset.postings["amount"].tolist() == [1.0]
    april = pd.Period("2025-04", "M")
    assert dataset.sources == (
        Source("interventions", april, True, ("interventions.csv",)),
        Source("postings", april, True, ("postings.csv",)),
    )
    assert not any(source.reconstructed for source in read(store, "2025-04").sources)


@pytest.mark.parametrize(
    ("row", "in_march"),
    [
        ({"expected_stop": "2025-09-01"}, (None, None)),  # nobody knows when an expected stop was set
        ({"stop": "2025-03-15"}, ("2025-03-15", None)),
        ({"stop": "2025-04-01"}, ("2025-04-01", None)),  # its last day is the last of March
        ({"stop": "2025-04-02"}, (None, None)),
        ({"registered": "2025-03-31"}, (None, None)),
        ({"registered": "2025-04-01"}, "unknown"),
        ({"start": "2025-04-01"}, "unknown"),
        ({"start": "2025-05-01", "registered": "2025-03-20"}, (None, None)),  # granted ahead
    ],
)
def test_a_rebuilt_march_knows_what_had_happened_by_its_end(store: Store, row: dict, in_march: object) -> None:
    full = {"start": "2025-01-01", **row}
    load(store, "2025-06", extract("interventions", spell("A", **full)))
    assert visible(store, "2025-03").get(("A", full["start"]), "unknown") == in_march


def test_a_new_price_that_was_not_known_leaves_the_spell_running(store: Store) -> None:
    """The price period that ended with March goes on in April at another price: in March it had no stop."""
    old = spell("A", "2025-01-01", stop="2025-04-01", rate=100.0)
    new = spell("A", "2025-04-01", rate=110.0)
    load(store, "2025-06", extract("interventions", old, new))
    assert visible(store, "2025-03") == {("A", "2025-01-01"): (None, None)}
    assert visible(store, "2025-04") == {("A", "2025-01-01"): ("2025-04-01", None), ("A", "2025-04-01"): (None, None)}


def test_a_price_agreed_ahead_ends_the_one_before_it(store: Store) -> None:
    old = spell("A", "2025-01-01", stop="2025-07-01", rate=100.0, registered="2025-01-01")
    new = spell("A", "2025-07-01", rate=110.0, registered="2025-03-05")
    load(store, "2025-08", extract("interventions", old, new))
    assert visible(store, "2025-02") == {("A", "2025-01-01"): (None, None)}
    assert visible(store, "2025-03") == {("A", "2025-01-01"): ("2025-07-01", None), ("A", "2025-07-01"): (None, None)}


def test_a_registration_repeated_on_a_later_price_is_the_spells_own(store: Store) -> None:
    """Some systems write the spell's date on every price period: the later price was not known with the first."""
    old = spell("A", "2025-01-01", stop="2025-07-01", registered="2025-01-10")
    new = spell("A", "2025-07-01", registered="2025-01-10")
    load(store, "2025-08", extract("interventions", old, new))
    assert visible(store, "2025-03") == {("A", "2025-01-01"): (None, None)}


def test_rebuilt_postings_and_budget_leave_out_what_was_booked_or_adopted_later(store: Store) -> None:
    posting = {"year": 2025, "period": 2, "account": "1"}
    load(
        store,
        "2025-12",
        extract(
            "postings",
            {**posting, "amount": 1.0, "booked": "2025-03-31"},
            {**posting, "amount": 2.0, "booked": "2025-04-01"},
            {**posting, "amount": 4.0},
            {**posting, "amount": 8.0, "period": 4, "booked": "2025-03-01"},
        ),
        extract(
            "budget",
            {**BUDGET, "amount": 1.0},
            {**BUDGET, "amount": 2.0, "budget_type": "supplementary", "adopted": "2025-03-31"},
            {**BUDGET, "amount": 4.0, "budget_type": "supplementary", "adopted": "2025-04-01"},
        ),
    )
    march = read(store, "2025-03")
    assert sorted(march.postings["amount"]) == [1.0, 4.0]
    assert sorted(march.budget["amount"]) == [1.0, 2.0]
    assert sorted(read(store, "2025-04").budget["amount"]) == [1.0, 2.0, 4.0]


def test_the_supplement_period_is_known_from_january(store: Store) -> None:
    load(store, "2026-02", ledger(("2025-12", "1", 12.0), ("2025-13", "1", 13.0), ("2026-01", "1", 1.0)))
    assert read(store, "2025-12").postings["amount"].tolist() == [12.0]
    assert read(store, "2026-01").postings["amount"].tolist() == [12.0, 13.0, 1.0]
    assert pd.Period("2025-12", "M") in store.months()


def test_undated_changes_of_a_rebuilt_budget_are_told(store: Store) -> None:
    change = {**BUDGET, "budget_type": "supplementary"}
    load(store, "2025-06", extract("budget", BUDGET, change, {**change, "adopted": "2025-05-01"}))
    (note,) = store.notes(pd.Period("2025-03", "M"))
    assert "1 budgetændring" in note
    assert store.notes(pd.Period("2025-06", "M")) == ()


def test_months_reach_from_the_first_posting_to_the_newest_load(store: Store) -> None:
    load(store, "2025-03", ledger(("2024-12", "1", 1.0), ("2025-02", "1", 1.0)))
    load(store, "2025-05", extract("interventions", spell("A", "2025-01-01")))
    assert [str(month) for month in store.months()] == ["2024-12", "2025-02", "2025-03", "2025-05"]
    assert store.newest() == pd.Period("2025-05", "M")


def test_a_month_read_back_is_what_reconstruction_gives_and_sees_nothing_else(store: Store) -> None:
    """By the rule of reconstruction, from what the later month shows: a load of the earlier month itself is not asked,
    and what came after the later month is not seen."""
    early = extract("interventions", spell("A", "2025-01-01", rate=1.0))
    load(store, "2025-01", early, ledger(("2025-01", "1", 99.0)))
    rows = [
        spell("A", "2025-01-01", stop="2025-04-01", registered="2025-01-05"),
        spell("B", "2025-02-01", registered="2025-03-02"),
        spell("C", "2025-02-10", expected_stop="2025-09-01"),
    ]
    postings = ledger(("2025-01", "1", 1.0), ("2025-02", "1", 2.0), ("2025-04", "1", 4.0))
    load(store, "2025-04", extract("interventions", *rows), postings)
    load(store, "2025-06", extract("interventions", spell("D", "2025-01-15")))
    back = store.read_back(pd.Period("2025-04", "M"), pd.Period("2025-02", "M"))
    alone = Store(store.path.with_name("alone.duckdb"))
    load(alone, "2025-04", extract("interventions", *rows), postings)
    rebuilt = read(alone, "2025-02")
    for kind in ("interventions", "postings", "budget", "population"):
        pd.testing.assert_frame_equal(getattr(back, kind), getattr(rebuilt, kind))
    assert rows_of(back.interventions, "spell_id") == {("A",): 1, ("C",): 1}
    assert back.postings["amount"].tolist() == [1.0, 2.0]
