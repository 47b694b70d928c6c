"""A closed month comes back bit for bit and for good; the audit log tells who did what; cached results are equal."""

import json
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.prognosis import Prognosis
from cockpit.store import ClosedMonth, ResultCache, Store
from tests.store.extracts import NOON, ledger, load
from tests.store.prognoses import FRAMES, prognosis

CLOSED_AT = datetime.fromisoformat("2025-08-11T09:30:15.123456+00:00")


def assert_equal_to_the_bit(found: dict[str, pd.DataFrame], given: Prognosis) -> None:
    assert found.keys() == FRAMES.keys()
    for name in FRAMES:
        expected = getattr(given, name)
        pd.testing.assert_frame_equal(found[name], expected, check_exact=True)
        for column in expected.select_dtypes("float64"):
            assert (np.signbit(found[name][column]) == np.signbit(expected[column])).all()


def frames_of(given: Prognosis) -> dict[str, pd.DataFrame]:
    return {name: getattr(given, name) for name in FRAMES}


def test_a_month_closed_by_another_clock_is_kept_as_the_same_point_in_time(store: Store) -> None:
    """The page and the command line may write by different clocks: one archive, one time."""
    store.close_month(ClosedMonth(prognosis(), CLOSED_AT.astimezone(ZoneInfo("Europe/Copenhagen")), "kim", "Klar"))
    assert [closed.closed_at for closed in store.closed_months()] == [CLOSED_AT]
    assert [comment.at for comment in store.closing_comments()] == [CLOSED_AT]
    assert fmt.moment(CLOSED_AT) == "11. aug. 2025 kl. 11.30".replace(" ", fmt.NBSP)


def test_a_closed_month_comes_back_bit_for_bit(store: Store) -> None:
    given = prognosis()
    store.close_month(ClosedMonth(given, CLOSED_AT, "kim", "Stærkt »forår«"))
    (closed,) = Store(store.path).closed_months()
    alone = store.closed_month(given.as_of)
    assert alone is not None
    assert_equal_to_the_bit(frames_of(alone.prognosis), given)
    assert store.closed_month(given.as_of + 1) is None
    assert (closed.month, closed.closed_at, closed.user) == (given.as_of, CLOSED_AT, "kim")
    assert closed.comment == "Stærkt »forår«"
    assert_equal_to_the_bit(frames_of(closed.prognosis), given)
    plain = ("as_of", "year", "data_id", "input_id", "seed", "n_paths", "versions", "notes")
    assert [getattr(closed.prognosis, name) for name in plain] == [getattr(given, name) for name in plain]


def test_a_month_is_closed_once(store: Store) -> None:
    store.close_month(ClosedMonth(prognosis(), CLOSED_AT, "kim"))
    with pytest.raises(UserFault, match="2025-07 er allerede lukket"):
        store.close_month(ClosedMonth(prognosis(), CLOSED_AT, "bo", "igen"))
    assert [closed.user for closed in store.closed_months()] == ["kim"]


def test_closed_months_outlive_loads_and_undo(store: Store) -> None:
    load(store, "2025-07", ledger(("2025-07", "1", 10.0)))
    before = store.identity()
    store.close_month(ClosedMonth(prognosis("2025-08"), CLOSED_AT, "kim"))
    store.close_month(ClosedMonth(prognosis("2025-07"), CLOSED_AT, "kim"))
    assert store.identity() != before
    load(store, "2025-08", ledger(("2025-08", "1", 10.0)))
    store.undo(user="kim", at=NOON)
    store.undo(user="kim", at=NOON)
    assert store.is_empty()
    closed = store.closed_months()
    assert [str(one.month) for one in closed] == ["2025-07", "2025-08"]
    assert_equal_to_the_bit(frames_of(closed[1].prognosis), prognosis("2025-08"))


def test_the_audit_log_tells_who_did_what_and_never_forgets(store: Store) -> None:
    load(store, "2025-01", ledger(("2025-01", "1", 10.0), ("2025-01", "2", 10.0)))
    load(store, "2025-01", ledger(("2025-01", "1", 10.0), ("2025-01", "2", 10.0)))
    store.close_month(ClosedMonth(prognosis(), CLOSED_AT, "bo"))
    store.undo(user="åse", at=NOON)
    log = store.path.with_name("cockpit.duckdb.audit.jsonl")
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(line["what"], line["user"]) for line in lines] == [("import", "kim"), ("close", "bo"), ("undo", "åse")]
    assert lines[0] == {
        "at": "2026-02-03T12:00:00", "user": "kim", "what": "import", "load_no": 1, "as_of": "2025-01", "files": 1,
        "rows": 2,
    }  # fmt: skip


def test_a_cached_prognosis_equals_the_fresh_one(tmp_path: Path) -> None:
    given, cache = prognosis(), ResultCache(tmp_path / "deep" / "cache")
    assert cache.get("a key") is None
    cache.put("a key", frames_of(given), {"notes": ["Én »note«"], "share": 0.1 + 0.2})
    found = ResultCache(tmp_path / "deep" / "cache").get("a key")
    assert found is not None
    assert_equal_to_the_bit(found.frames, given)
    assert found.meta == {"notes": ["Én »note«"], "share": 0.1 + 0.2}
    assert cache.get("another key") is None


def test_a_damaged_or_half_result_counts_as_absent(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path)
    cache.put("key", frames_of(prognosis()), {})
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    halves = [content[:at] for at in (0, 1, 31, 32, 33, len(content) // 2, len(content) - 1)]
    flipped = [content[:at] + bytes([255 - content[at]]) + content[at + 1 :] for at in range(0, len(content), 97)]
    for damaged in halves + flipped:
        path.write_bytes(damaged)
        assert cache.get("key") is None
    cache.put("key", {}, {})
    assert cache.get("key") is not None


def test_only_the_newest_results_are_kept(tmp_path: Path) -> None:
    cache = ResultCache(tmp_path, kept=3)
    for at in range(6):
        cache.put(f"key {at}", {}, {"at": at})
        newest = max(tmp_path.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        os.utime(newest, (at, at))
    assert [at for at in range(6) if cache.get(f"key {at}")] == [3, 4, 5]


def test_a_cache_that_cannot_write_costs_time_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("a file, not a folder")
    cache = ResultCache(in_the_way)
    cache.put("key", {}, {})
    assert "the result is not cached" in caplog.text
    assert cache.get("key") is None
