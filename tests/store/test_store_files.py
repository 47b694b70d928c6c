"""A file that is no store, or not one that this program can read, is told in Danish and left alone."""

import random
import shutil
from pathlib import Path

import duckdb
import pytest

from cockpit.domain.findings import UserFault
from cockpit.store import Store, migrations
from cockpit.store.connections import STORAGE_VERSION
from tests.store.extracts import assert_same, extract, ledger, load, read, spell

SHORT = ledger(("2025-01", "1", 10.0))


def write_text(path: Path) -> None:
    path.write_text("borger;beløb\n1;2\n", encoding="utf-8")


def write_nothing(path: Path) -> None:
    path.write_bytes(b"")


def write_foreign(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE bookings (amount INTEGER)")


def write_newer(path: Path) -> None:
    load(Store(path), "2025-01", SHORT)
    with duckdb.connect(str(path)) as connection:
        connection.execute("INSERT INTO schema_version VALUES (999)")


def write_half(path: Path) -> None:
    load(Store(path), "2025-01", SHORT)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def write_journal(path: Path) -> None:
    load(Store(path), "2025-01", SHORT)
    path.with_name(path.name + ".wal").write_bytes(b"half a journal")


NO_STORE = {
    write_text: "ikke et lager",
    write_nothing: "ikke et lager",
    write_foreign: "ikke et lager",
    write_half: "beskadiget",
    write_newer: "nyere udgave",
    write_journal: "et andet program",
}


@pytest.mark.parametrize("make", NO_STORE, ids=lambda make: make.__name__)
def test_no_store_is_told_to_readers_and_writers_and_left_alone(tmp_path: Path, make: object) -> None:
    path = tmp_path / "cockpit.duckdb"
    make(path)
    content = path.read_bytes()
    store = Store(path)
    for use in (store.identity, store.is_empty, store.batches, lambda: read(store, "2025-01"),
                lambda: load(store, "2025-02", ledger(("2025-02", "1", 1.0)))):  # fmt: skip
        with pytest.raises(UserFault, match=NO_STORE[make]):
            use()
    assert path.read_bytes() == content


@pytest.mark.parametrize("name", ["udtræk.csv", "udtræk.json", "udtræk.xlsx", "udtræk.parquet", "udtræk.db"])
def test_another_file_given_as_the_store_is_told_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_text(path)
    for use in (Store(path).is_empty, lambda: load(Store(path), "2025-02", SHORT)):
        with pytest.raises(UserFault, match="ikke et lager"):
            use()


def test_a_folder_in_place_of_the_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "cockpit.duckdb").mkdir()
    with pytest.raises(UserFault):
        load(Store(tmp_path / "cockpit.duckdb"), "2025-01", SHORT)


def test_a_damaged_byte_is_told_or_harmless(tmp_path: Path) -> None:
    """Bytes overwritten anywhere in the file: what is read is right, or the damage is told. Never anything else."""
    good, bad = tmp_path / "good.duckdb", tmp_path / "bad.duckdb"
    load(Store(good), "2025-01", ledger(*[("2025-01", str(at), at / 100) for at in range(3_000)]),
         extract("interventions", *(spell(f"S{at}", "2025-01-01") for at in range(200))))  # fmt: skip
    right, content = read(Store(good), "2025-01"), good.read_bytes()
    # Blocks that were never written are zeros; damage there proves nothing.
    used = [at for at in range(0, len(content), 512) if any(content[at : at + 512])]
    chance, told = random.Random(20260101), 0
    for _ in range(25):
        at = chance.choice(used) + chance.randrange(512)
        bad.write_bytes(content[:at] + bytes(255 - byte for byte in content[at : at + 8]) + content[at + 8 :])
        try:
            assert_same(read(Store(bad), "2025-01"), right)
        except UserFault:
            told += 1
    assert told > 5


def test_an_older_store_is_brought_up_to_date_when_it_is_read(tmp_path: Path) -> None:
    """A file of the first schema, written by the first schema's own SQL, keeps what it holds."""
    path = tmp_path / "cockpit.duckdb"
    first = dict(migrations.steps())[1]
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"ATTACH '{path}' AS old (STORAGE_VERSION '{STORAGE_VERSION}')")
        connection.execute("USE old")
        connection.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
        connection.execute(first)
        connection.execute("INSERT INTO schema_version VALUES (1)")
        connection.execute("INSERT INTO load VALUES (1, DATE '2025-01-01', TIMESTAMP '2025-02-01 09:00', 'kim', 'x')")
        connection.execute("INSERT INTO scope VALUES (1, 'population', 2025, '', 1)")
        connection.execute("INSERT INTO chunk VALUES (1, 'population', 'a hash', 1, 70000)")
        connection.execute("INSERT INTO population VALUES (1, 1, 2, 2025, 5, 7)")
        connection.execute("USE memory")
        connection.execute("DETACH old")
    store = Store(path)
    assert read(store, "2025-01").population["count"].tolist() == [7.0]
    assert store.closed_months() == []
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.execute("SELECT list(version ORDER BY version) FROM schema_version").fetchone()
    assert found == ([number for number, _ in migrations.steps()],)


def test_a_copied_store_reads_the_same(store: Store) -> None:
    load(store, "2025-01", SHORT)
    copy = store.path.with_name("copy.duckdb")
    shutil.copy(store.path, copy)
    assert Store(copy).identity() == store.identity()
    assert_same(read(Store(copy), "2025-01"), read(store, "2025-01"))
