"""Loads are versions: each replaces exactly what it covers, and the same content twice changes nothing."""

from datetime import timedelta
from decimal import Decimal

import pandas as pd
import pytest

from cockpit.domain.findings import UserFault
from cockpit.plumbing.files import file_stamp
from cockpit.store import Store
from tests.store.extracts import NOON, assert_same, extract, ledger, load, read, rows_of, spell

BUDGET = {"year": 2025, "function": "5.28.22"}


def test_an_empty_store_knows_nothing_and_makes_no_file(store: Store) -> None:
    assert store.is_empty()
    assert store.newest() is None
    assert store.months() == []
    assert store.batches().empty
    assert store.closed_months() == []
    assert read(store, "2025-01").postings.empty
    assert not store.path.exists()


def test_what_is_read_is_what_was_loaded(store: Store) -> None:
    """Every column of every kind comes back with its value and dtype; absent stays absent."""
    tables = [
        extract("interventions", spell("A", "2025-01-01", law="§ 32, stk. 1", provider="Æbleø"),
                spell("B", "2025-02-01", expected_stop="2026-01-01", rate=1234.5678, registered="2025-02-03")),
        extract("postings", {"year": 2025, "period": 1, "booked": "2025-01-31", "amount": -0.01, "text": "a;b\n'\"",
                             "service_month": "2024-12-01", "voucher": "007"}),
        extract("budget", {**BUDGET, "amount": 1e9 + 0.01, "person_years": 12.25, "month": 3.0},
                {**BUDGET, "amount": 2.0, "text": "æøå", "adopted": "2024-10-08"}),
        extract("population", {"year": 2025, "age": 0, "count": 431.0}, {"year": 2025, "age": 17, "count": 512.0}),
    ]  # fmt: skip
    load(store, "2025-02", *tables)
    dataset = read(store, "2025-02")
    for given in tables:
        found, expected = getattr(dataset, given.kind), given.frame.drop(columns="row")
        assert rows_of(found) == rows_of(expected)
        assert found.dtypes.to_dict() == expected.dtypes.to_dict()


def test_loading_the_same_again_changes_nothing(store: Store) -> None:
    files = [ledger(("2025-01", "528221002", 100.0)), extract("interventions", spell("A", "2025-01-01"))]
    assert load(store, "2025-01", *files).changed
    before, stamp = store.identity(), file_stamp(store.path)
    again = load(store, "2025-01", *files, at=NOON + timedelta(days=1))
    assert not again.changed
    assert again.load_no is None
    assert again.rows_stored == (0, 0)
    assert [finding.file for finding in again.warnings] == ["postings.csv", "interventions.csv"]
    assert all("allerede indlæst" in finding.message for finding in again.warnings)
    assert store.identity() == before
    assert file_stamp(store.path) == stamp
    assert len(store.batches()) == 2


def test_a_ledger_file_replaces_whole_periods_and_leaves_the_others(store: Store) -> None:
    load(store, "2025-02", ledger(("2025-01", "1", 10.0), ("2025-01", "2", 20.0), ("2025-02", "1", 30.0)))
    load(store, "2025-02", ledger(("2025-01", "1", 11.0), ("2025-01", "2", 20.0)))
    assert rows_of(read(store, "2025-02").postings, "period", "account", "amount") == {
        (1, "1", 11.0): 1,
        (1, "2", 20.0): 1,
        (2, "1", 30.0): 1,
    }


def test_identical_postings_are_legitimate(store: Store) -> None:
    load(store, "2025-01", ledger(*[("2025-01", "1", 99.95)] * 3))
    assert rows_of(read(store, "2025-01").postings, "account", "amount") == {("1", 99.95): 3}


def test_a_period_that_loses_accounts_is_told(store: Store) -> None:
    load(store, "2025-01", ledger(("2025-01", "528221002", 10.0), ("2025-01", "528231001", 20.0)))
    result = load(store, "2025-01", ledger(("2025-01", "528221002", 10.0), name="ny.csv"))
    assert result.changed
    (warning,) = result.warnings
    assert (warning.severity, warning.file) == ("warning", "ny.csv")
    assert "2025-01" in warning.message
    assert "1 konto" in warning.message
    assert "528231001" in warning.message


def test_trying_a_load_tells_what_loading_it_tells_and_writes_nothing(store: Store) -> None:
    tables = [
        ledger(("2025-01", "528221002", 10.0), name="ny.csv"),
        extract("interventions", spell("S0", "2024-05-01")),
        extract("budget"),
    ]
    assert len(store.try_load(tables, as_of=pd.Period("2025-01", "M"))) == 1
    assert not list(store.path.parent.iterdir())
    load(store, "2025-01", ledger(("2025-01", "528221002", 10.0), ("2025-01", "528231001", 20.0)),
         extract("interventions", *(spell(f"S{at}", "2024-05-01") for at in range(10))))  # fmt: skip
    stamp, identity = file_stamp(store.path), store.identity()
    tried = [store.try_load(tables, as_of=pd.Period("2025-01", "M")) for _ in range(2)]
    assert (file_stamp(store.path), store.identity()) == (stamp, identity)
    assert tried[0] == tried[1] == load(store, "2025-01", *tables).warnings
    assert len(tried[0]) == 3


def test_a_budget_file_replaces_year_and_type(store: Store) -> None:
    original = {**BUDGET, "budget_type": "original"}
    change = {**BUDGET, "budget_type": "supplementary"}
    load(store, "2025-01", extract("budget", {**original, "amount": 100.0}, {**change, "amount": 5.0}))
    load(store, "2025-01", extract("budget", {**change, "amount": 7.0}, {**change, "year": 2026, "amount": 8.0}))
    assert rows_of(read(store, "2025-01").budget, "year", "budget_type", "amount") == {
        (2025, "original", 100.0): 1,
        (2025, "supplementary", 7.0): 1,
        (2026, "supplementary", 8.0): 1,
    }


def test_interventions_are_a_snapshot_and_several_files_make_one(store: Store) -> None:
    load(store, "2025-01", extract("interventions", spell("A", "2025-01-01"), spell("B", "2025-01-01")))
    districts = [extract("interventions", spell(key, "2025-01-01"), name=f"{key}.csv") for key in "CD"]
    load(store, "2025-01", *districts)
    assert rows_of(read(store, "2025-01").interventions, "spell_id") == {("C",): 1, ("D",): 1}


def test_a_load_of_one_kind_leaves_the_other_kinds(store: Store) -> None:
    load(store, "2025-01", ledger(("2025-01", "1", 10.0)), extract("population", {"year": 2025, "age": 3, "count": 4}))
    load(store, "2025-02", ledger(("2025-02", "1", 20.0)))
    newest = read(store, "2025-02")
    assert newest.postings["amount"].tolist() == [10.0, 20.0]
    assert newest.population["count"].tolist() == [4.0]
    assert store.months() == [pd.Period("2025-01", "M"), pd.Period("2025-02", "M")]


def test_a_mixed_load_stores_what_is_new_and_tells_what_is_not(store: Store) -> None:
    old, new = ledger(("2025-01", "1", 10.0), name="jan.csv"), ledger(("2025-02", "1", 20.0), name="feb.csv")
    load(store, "2025-02", old)
    result = load(store, "2025-02", old, new)
    assert result.rows_stored == (0, 1)
    assert [finding.file for finding in result.warnings] == ["jan.csv"]
    assert store.batches()["file_name"].tolist() == ["jan.csv", "feb.csv"]


def test_the_same_file_twice_in_a_load_counts_once(store: Store) -> None:
    result = load(store, "2025-01", ledger(("2025-01", "1", 10.0), name="a"), ledger(("2025-01", "1", 10.0), name="b"))
    assert result.rows_stored == (1, 0)
    assert [finding.file for finding in result.warnings] == ["b"]
    assert read(store, "2025-01").postings["amount"].tolist() == [10.0]


def test_a_file_without_rows_is_told_and_replaces_nothing(store: Store) -> None:
    load(store, "2025-01", extract("interventions", spell("A", "2025-01-01")))
    result = load(store, "2025-01", extract("interventions"))
    assert not result.changed
    assert "ingen rækker" in result.warnings[0].message
    assert len(read(store, "2025-01").interventions) == 1


def test_sums_are_exact_to_the_oere(store: Store) -> None:
    """Ten thousand amounts that no binary number holds, added up as decimals."""
    amounts = [round((-1) ** at * (at * 7919 % 1_000_003) / 100 + 0.1, 2) for at in range(10_000)]
    load(store, "2025-01", ledger(*[("2025-01", "1", amount) for amount in amounts]))
    found = read(store, "2025-01").postings["amount"]
    assert sorted(found) == sorted(amounts)
    assert Decimal(str(round(found.sum(), 2))) == sum(Decimal(str(amount)) for amount in amounts)


def test_an_amount_too_large_to_be_exact_is_the_users_fault(store: Store) -> None:
    with pytest.raises(UserFault, match=r"linje 3, kolonne amount.*for stort"):
        load(store, "2025-01", ledger(("2025-01", "1", 1.0), ("2025-01", "1", 1e15)))
    assert not store.path.exists()


def test_a_load_is_a_batch_per_file_with_its_papers(store: Store) -> None:
    given = ledger(("2025-01", "1", 10.0), name="bogføring.csv")
    load(store, "2025-01", given)
    (batch,) = store.batches().to_dict("records")
    assert batch["file_name"] == "bogføring.csv"
    assert batch["sha256"] == given.sha256
    assert (batch["rows_read"], batch["rows_stored"], batch["rows_rejected"]) == (1, 1, 0)
    assert (batch["user"], batch["loaded_at"], batch["as_of"]) == ("kim", NOON, pd.Period("2025-01", "M"))


def test_the_data_id_is_of_contents_alone(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Not of the order of rows, of file names, of how the rows were spread over files and loads, or of the time."""
    rows = [("2025-01", "1", 10.0), ("2025-01", "2", 20.0), ("2025-02", "1", 30.0), ("2025-02", "1", 30.0)]
    one, two = (Store(tmp_path_factory.mktemp("store") / "cockpit.duckdb") for _ in range(2))
    load(one, "2025-02", ledger(*rows))
    load(two, "2025-01", ledger(rows[0], ("2025-01", "2", 999.0), name="x.csv"))
    load(two, "2025-02", ledger(*rows[:1:-1], name="y.csv"))
    load(two, "2025-02", ledger(*rows[1::-1], name="z.csv"), at=NOON + timedelta(days=9))
    assert_same(read(one, "2025-02"), read(two, "2025-02"))
    assert one.identity() != two.identity()


@pytest.mark.parametrize("changed", [{"amount": 10.01}, {"account": "3"}, {"text": "NULL"}, {"period": 2}])
def test_any_change_of_contents_is_another_data_id(tmp_path_factory: pytest.TempPathFactory, changed: dict) -> None:
    row = {"year": 2025, "period": 1, "account": "1", "amount": 10.0}
    stores = [Store(tmp_path_factory.mktemp("store") / "cockpit.duckdb") for _ in range(2)]
    load(stores[0], "2025-02", extract("postings", row))
    load(stores[1], "2025-02", extract("postings", {**row, **changed}))
    assert read(stores[0], "2025-02").data_id != read(stores[1], "2025-02").data_id


@pytest.mark.parametrize(("left", "warned"), [(4, True), (5, False)])
def test_a_snapshot_of_under_half_the_rows_is_told_with_both_counts(store: Store, left: int, warned: bool) -> None:
    """An extract drawn for one district, or cut off, would make most running interventions disappear."""
    load(store, "2025-01", extract("interventions", *(spell(f"S{at}", "2024-05-01") for at in range(10))))
    fewer = [spell(f"S{at}", "2024-05-01") for at in range(left)]
    result = load(store, "2025-02", extract("interventions", *fewer, name="feb.csv"))
    told = [(each.file, "4 rækker" in each.message, "10" in each.message) for each in result.warnings]
    assert told == ([("feb.csv", True, True)] if warned else [])
