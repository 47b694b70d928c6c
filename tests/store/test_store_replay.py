"""What the store reads agrees with replaying its loads in plain Python, slowly and boringly."""

import copy
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cockpit.store import Store
from tests.store.extracts import assert_same, extract, load, read, rows_of

# Every example writes files: a failing one is told as it is, because making it smaller would take minutes.
PLAIN = {"deadline": None, "derandomize": True, "phases": [Phase.generate]}
MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04")
# Few days, most of them where months meet: that is where a rule can be wrong by a day.
DAYS = st.sampled_from([date(2024, 12, 31)] + [date(2025, month, day) for month in range(1, 6) for day in (1, 2, 28)])
MAYBE = st.one_of(st.none(), DAYS)
KEYS = {
    "interventions": ("spell_id", "start", "stop", "expected_stop", "registered", "rate"),
    "postings": ("year", "period", "account", "booked", "amount"),
    "budget": ("year", "budget_type", "adopted", "amount"),
    "population": ("year", "age", "count"),
}
OERE = st.integers(-9_999, 9_999).map(lambda value: value / 100)


def rows(kind: str) -> st.SearchStrategy[dict]:
    columns = {
        "postings": {
            "year": st.just(2025), "period": st.integers(1, 4), "account": st.sampled_from("12"), "booked": MAYBE,
            "amount": OERE,
        },
        "budget": {
            "year": st.integers(2024, 2025), "budget_type": st.sampled_from(["original", "supplementary"]),
            "adopted": MAYBE, "amount": OERE,
        },
        "population": {"year": st.integers(2024, 2026), "age": st.just(5), "count": st.just(7.0)},
    }  # fmt: skip
    return st.fixed_dictionaries(columns[kind])


@st.composite
def price_period(draw: st.DrawFn) -> dict:
    start = draw(DAYS)
    stop = draw(st.one_of(st.none(), DAYS.filter(lambda day: day > start) if start < date(2025, 5, 28) else st.none()))
    return {
        "spell_id": draw(st.sampled_from("AB")), "citizen": "barn", "start": start,
        "stop": stop,
        "expected_stop": draw(MAYBE), "registered": draw(MAYBE), "rate": draw(st.sampled_from([100.0, 110.5])),
    }  # fmt: skip


SNAPSHOT = st.lists(price_period(), min_size=1, max_size=5, unique_by=lambda row: (row["spell_id"], row["start"]))
LOAD = st.tuples(
    st.sampled_from(MONTHS),
    st.fixed_dictionaries(
        {"interventions": SNAPSHOT},
        optional={kind: st.lists(rows(kind), min_size=1, max_size=6) for kind in ("postings", "budget", "population")},
    ),
)


def scope_of(kind: str, row: dict) -> tuple:
    part = {"interventions": (), "postings": ("year", "period"), "budget": ("year", "budget_type")}
    return kind, *(row[name] for name in part.get(kind, ("year",)))


def day_after(as_of: str) -> date:
    return (pd.Period(as_of, "M") + 1).start_time.date()


class Replay:
    """A list of loads, each a dict of scopes to rows; nothing is ever changed or shared."""

    def __init__(self) -> None:
        self.loads: list[tuple[str, dict[tuple, list[dict]]]] = []

    def load(self, as_of: str, kind: str, given_rows: list[dict]) -> bool:
        """Keep a file of a load, unless every scope of it is read already; say whether it was kept."""
        scopes: dict[tuple, list[dict]] = {}
        for row in given_rows:
            scopes.setdefault(scope_of(kind, row), []).append(row)
        if all(self.reads_already(as_of, scope, kept) for scope, kept in scopes.items()):
            return False
        self.loads.append((as_of, copy.deepcopy(scopes)))
        return True

    def reads_already(self, as_of: str, scope: tuple, kept: list[dict]) -> bool:
        found, rebuilt = self.version(as_of, scope)
        return not rebuilt and bag(scope[0], found) == bag(scope[0], kept)

    def version(self, as_of: str, scope: tuple) -> tuple[list[dict], bool]:
        having = [(month, number, load) for number, (month, load) in enumerate(self.loads) if scope in load]
        known = [one for one in having if one[0] <= as_of]
        if known:
            return max(known, key=lambda one: one[:2])[2][scope], False
        if not having:
            return [], True
        first = min(month for month, _, _ in having)
        return [load for month, _, load in having if month == first][-1][scope], True

    def read(self, as_of: str, kind: str) -> Counter:
        scopes = {scope for _, load in self.loads for scope in load if scope[0] == kind}
        read_rows: list[dict] = []
        for scope in scopes:
            found, rebuilt = self.version(as_of, scope)
            read_rows += cut_back(kind, found, as_of) if rebuilt else found
        return bag(kind, read_rows)


def cut_back(kind: str, given_rows: list[dict], as_of: str) -> list[dict]:
    day = day_after(as_of)
    if kind == "population":
        return [row for row in given_rows if row["year"] <= day.year]
    if kind == "budget":
        return [row for row in given_rows if row["adopted"] is None or row["adopted"] < day]
    if kind == "postings":
        in_time = [row for row in given_rows if date(row["year"], row["period"], 1) < day]
        return [row for row in in_time if row["booked"] is None or row["booked"] < day]
    spells = sorted({row["spell_id"] for row in given_rows})
    return [row for key in spells for row in cut_spell([r for r in given_rows if r["spell_id"] == key], day)]


def cut_spell(periods: list[dict], day: date) -> list[dict]:
    """Walk through the price periods of one spell, one after the other, asking of each what was known of it."""
    periods = sorted(periods, key=lambda row: row["start"])
    known = [known_since(periods[: at + 1]) < day for at in range(len(periods))]
    kept = []
    for at, row in enumerate(periods):
        if not known[at]:
            continue
        following = periods[at + 1] if at + 1 < len(periods) else None
        goes_on = following is not None and following["start"] == row["stop"] and not known[at + 1]
        next_known = [other["start"] for other, seen in zip(periods[at + 1 :], known[at + 1 :], strict=True) if seen]
        happened = row["stop"] is not None and row["stop"] <= day and not goes_on
        stop = row["stop"] if happened else (next_known[0] if next_known else None)
        kept.append({**row, "stop": stop, "expected_stop": None})
    return kept


def known_since(periods: list[dict]) -> date:
    """The first day on which the last of some price periods was known."""
    *earlier, row = periods
    registered = row["registered"]
    if registered is None:
        return row["start"]
    repeated = any(other["registered"] is not None and other["registered"] >= registered for other in earlier)
    return max(row["start"], registered) if repeated else registered


def bag(kind: str, given_rows: list[dict]) -> Counter:
    return Counter(tuple(row[name] for name in KEYS[kind]) for row in given_rows)


def read_bag(store: Store, as_of: str, kind: str) -> Counter:
    frame = getattr(read(store, as_of), kind)
    return Counter({
        tuple(v.date() if isinstance(v, pd.Timestamp) else v for v in row): count
        for row, count in rows_of(frame, *KEYS[kind]).items()
    })  # fmt: skip


@pytest.mark.slow
@settings(max_examples=12, **PLAIN)
@given(st.lists(LOAD, min_size=2, max_size=4))
def test_a_store_reads_what_a_replay_of_its_loads_says(loads: list) -> None:
    replay = Replay()
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "cockpit.duckdb")
        for as_of, files in loads:
            changed = load(store, as_of, *(extract(kind, *given_rows) for kind, given_rows in files.items())).changed
            kept = [replay.load(as_of, kind, given_rows) for kind, given_rows in files.items()]
            assert changed == any(kept)
        for as_of in MONTHS:
            for kind in KEYS:
                assert read_bag(store, as_of, kind) == replay.read(as_of, kind)


@pytest.mark.slow
@settings(max_examples=10, **PLAIN)
@given(SNAPSHOT, st.lists(st.one_of(st.none(), st.integers(1, 60)), min_size=5, max_size=5), MAYBE)
def test_a_rebuilt_month_does_not_see_what_came_later(
    snapshot: list[dict], moved: list[int | None], expected: date | None
) -> None:
    """Other expected stops, other stops after the month, and rows registered after it: the reading is the same."""
    day = day_after("2025-02")
    snapshot = [{**row, "spell_id": f"{row['spell_id']}{at}"} for at, row in enumerate(snapshot)]
    later = [
        {**row, "expected_stop": expected, "stop": moved_stop(row["stop"], days, day)}
        for row, days in zip(snapshot, moved, strict=False)
    ]
    unseen = {**snapshot[0], "spell_id": "unseen", "registered": day}
    with TemporaryDirectory() as folder:
        one, two = (Store(Path(folder) / f"{name}.duckdb") for name in ("one", "two"))
        load(one, "2025-04", extract("interventions", *snapshot))
        load(two, "2025-04", extract("interventions", *later, unseen))
        assert_same(read(one, "2025-02"), read(two, "2025-02"))


def moved_stop(stop: date | None, days: int | None, day: date) -> date | None:
    """Another stop, or none, where the stop lay after the month; what had happened stays."""
    if stop is not None and stop <= day:
        return stop
    return None if days is None else day + timedelta(days=days)


def test_hundreds_of_spells_are_rebuilt_as_a_walk_through_them_says(store: Store) -> None:
    """Small examples seldom meet the rare cases of price periods; six hundred of them in one snapshot meet all."""
    chance = random.Random(20260101)
    days = [date(2025, month, day) for month in range(1, 6) for day in (1, 2, 28)]
    snapshot = [row for at in range(200) for row in random_spell(f"S{at}", days, chance)]
    load(store, "2025-05", extract("interventions", *snapshot))
    for as_of in MONTHS:
        walked = bag("interventions", cut_back("interventions", snapshot, as_of))
        assert read_bag(store, as_of, "interventions") == walked


def random_spell(key: str, days: list[date], chance: random.Random) -> list[dict]:
    """Three price periods, mostly one right after the other, registered before, after, together or not at all."""
    starts = sorted(chance.sample(days, 3))
    repeated = chance.choice([None, chance.choice(days)])
    return [
        {
            "spell_id": key, "citizen": "barn", "start": start, "rate": 100.0,
            "stop": chance.choice([following, following, None] if following else [start + timedelta(days=30), None]),
            "expected_stop": chance.choice([None, *days]), "registered": chance.choice([None, repeated, *days[::3]]),
        }
        for start, following in zip(starts, [*starts[1:], None], strict=True)
    ]  # fmt: skip
