"""Opening the store's file: hardened, and always as it is on disk now.

The file is attached to a fresh in-memory database. Opening it by path would not do: within one process DuckDB shares
the open database of a path, so that a new connection would go on reading the file that has been swapped away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from cockpit.domain.findings import UserFault
from cockpit.store import migrations
from cockpit.store.swap import refuse_full_disk, refuse_journal

STORE = "served"
MEMORY_LIMIT = "2GB"
# Readable by the previous release of DuckDB, so that going back a release loses nothing.
STORAGE_VERSION = "v1.5.0"
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "python_enable_replacements": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "memory_limit": MEMORY_LIMIT,
}
_DAMAGE = (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException)
# Every file of DuckDB says so here; what does not might be read as something else by its name (.csv, .json, .xlsx).
_MAGIC, _MAGIC_AT = b"DUCK", 8
_FOREIGN = (
    "Filen {path} er ikke et lager fra styringscockpittet, eller den er beskadiget. Vælg en anden fil, "
    "eller gendan lageret fra en sikkerhedskopi."
)
_NEWER = (
    "Lageret {path} er skrevet af en nyere udgave af styringscockpittet end den, der kører her. "
    "Opdatér programmet, og prøv igen."
)


class Outdated(Exception):
    """The store was written with an older schema; a writer brings it up to date."""


def open_reader(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a store for reading, with everything else in the world locked away.

    Raises:
        UserFault: the file is corrupt, foreign, newer than this program, or has a write-ahead log beside it.
        Outdated: the file has an older schema.
    """
    refuse_journal(path)
    connection = duckdb.connect(":memory:", config=_CONFIG | {"temp_directory": ""})
    done = _attach(connection, path, "READ_ONLY", shown=path)
    if done == 0:
        raise UserFault(_FOREIGN.format(path=path))
    if done < migrations.newest():
        raise Outdated
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


@contextmanager
def writing(build: Path, path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Change the file beside the store in one transaction, then checkpoint it and let go of it.

    The file is created, or brought up to the newest schema, first. Whatever goes wrong leaves it uncommitted.

    Raises:
        UserFault: the store at `path`, which `build` is a copy of, is corrupt, foreign or newer than this program.
    """
    config = _CONFIG | {"temp_directory": f"{build}.tmp"}
    with damage_told(path), duckdb.connect(":memory:", config=config) as connection:
        done = _attach(connection, build, f"STORAGE_VERSION '{STORAGE_VERSION}'", shown=path)
        connection.execute(f"USE {STORE}")
        connection.begin()
        migrations.migrate(connection, done)
        yield connection
        connection.commit()
        connection.execute(f"CHECKPOINT {STORE}")
        connection.execute("USE memory")
        connection.execute(f"DETACH {STORE}")


@contextmanager
def nothing_stored() -> Iterator[duckdb.DuckDBPyConnection]:
    """Hand out an empty store in memory, of the newest schema."""
    with duckdb.connect(":memory:", config=_CONFIG | {"temp_directory": ""}) as connection:
        connection.execute(f"ATTACH ':memory:' AS {STORE}")
        connection.execute(f"USE {STORE}")
        migrations.migrate(connection, done=0)
        yield connection


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Turn DuckDB's faults over a damaged or foreign file, or a full disk, into the user's; our SQL's stay bugs."""
    try:
        yield
    except duckdb.Error as fault:
        refuse_full_disk(str(fault), path)
        # A checksum that does not match is raised as the base class itself.
        if type(fault) is duckdb.Error or isinstance(fault, _DAMAGE):
            raise UserFault(_FOREIGN.format(path=path)) from fault
        raise


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, options: str) -> None:
    """Attach a file under a name."""
    quoted = str(path).replace("'", "''")
    connection.execute(f"ATTACH '{quoted}' AS {name} ({options})")


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, options: str, *, shown: Path) -> int:
    """Attach the store and return its schema version, which this program knows."""
    _refuse_other_format(path, shown)
    with damage_told(shown):
        try:
            attach(connection, path, STORE, options)
        except duckdb.InvalidInputException as fault:
            # A file whose storage is newer than what we write, which no store of ours has.
            raise UserFault(_FOREIGN.format(path=shown)) from fault
        found = migrations.version_of(connection, STORE)
    if found is None:
        raise UserFault(_FOREIGN.format(path=shown))
    if found > migrations.newest():
        raise UserFault(_NEWER.format(path=shown))
    return found


def _refuse_other_format(path: Path, shown: Path) -> None:
    """Refuse a file that is no database; one that does not exist yet, or is empty, is DuckDB's to judge."""
    if not path.is_file():
        return
    with path.open("rb") as file:
        start = file.read(_MAGIC_AT + len(_MAGIC))
    if start and start[_MAGIC_AT:] != _MAGIC:
        raise UserFault(_FOREIGN.format(path=shown))
