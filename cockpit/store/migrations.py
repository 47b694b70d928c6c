"""The schema as numbered SQL files, applied in order; the file records how far it has come."""

from functools import cache
from importlib import resources

import duckdb


@cache
def steps() -> tuple[tuple[int, str], ...]:
    """Return (number, SQL) of every schema file, in order."""
    folder = resources.files("cockpit.store") / "schema"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple((int(file.name[:3]), file.read_text(encoding="utf-8")) for file in files)


def newest() -> int:
    """Return the schema version that this program writes."""
    return steps()[-1][0]


def version_of(connection: duckdb.DuckDBPyConnection, database: str) -> int | None:
    """Return the schema version of an attached database: 0 where it has no tables, None where it is no store."""
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = ?", [database])
    names = {name for (name,) in tables.fetchall()}
    if not names:
        return 0
    if "schema_version" not in names:
        return None
    found = connection.execute(f"SELECT max(version) FROM {database}.schema_version").fetchone()
    return found[0] if found else None


def migrate(connection: duckdb.DuckDBPyConnection, done: int) -> None:
    """Apply the schema files after number `done` to the database in use, inside the caller's transaction."""
    if done == 0:
        connection.execute("CREATE TABLE schema_version (version INTEGER NOT NULL)")
    for number, sql in steps():
        if number > done:
            connection.execute(sql)
            connection.execute("INSERT INTO schema_version VALUES (?)", [number])
