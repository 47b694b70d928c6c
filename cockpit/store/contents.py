"""How the four kinds lie in the store: scopes, decimals, and the SHA-256 of contents.

The SQL here is made of the declared columns of the domain, never of anything a user wrote.
"""

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd

from cockpit.domain.dataset import COLUMNS, decimals, largest
from cockpit.domain.findings import UserFault

# What is added up, besides the rows, to prove that nothing was lost on the way to the disk.
MEASURE = {"interventions": "rate", "postings": "amount", "budget": "amount", "population": "count"}
# (year, part) of the scope that a row belongs to.
SCOPE_OF_ROW = {
    "interventions": ("0", "''"),
    "postings": ("year", "period::VARCHAR"),
    "budget": ("year", "budget_type"),
    "population": ("year", "''"),
}
_TOO_LARGE = (
    "Filen {file}, linje {row}, kolonne {column}: tallet {value:.0f} er for stort til at være rigtigt. "
    "Ret det i udtrækket, og indlæs igen."
)
_STORED = {"text": "VARCHAR", "date": "DATE", "integer": "INTEGER"}
_READ = {"text": "VARCHAR", "date": "TIMESTAMP", "integer": "BIGINT"}
_DTYPES = {"text": "str", "date": "datetime64[us]", "integer": "int64", "number": "float64"}


def in_smallest_units(frame: pd.DataFrame, kind: str, file: str) -> pd.DataFrame:
    """Return the declared columns and `row`, with every number rounded to whole smallest units (oere) as float64.

    Raises:
        UserFault: a number is too large to be exact.
    """
    typed = frame[[*COLUMNS[kind], "row"]].astype({name: _DTYPES[form] for name, form in COLUMNS[kind].items()})
    numbers = [name for name, form in COLUMNS[kind].items() if form == "number"]
    units = {name: np.rint(typed[name] * 10 ** decimals(name)) for name in numbers}
    for name in numbers:
        _refuse_inexact(typed, name, file)
    return typed.assign(**units)


def _refuse_inexact(frame: pd.DataFrame, column: str, file: str) -> None:
    """The intake tells such numbers as findings; whatever comes another way is stopped here."""
    inexact = frame[frame[column].abs() > largest(column)]
    if len(inexact):
        first = inexact.iloc[0]
        raise UserFault(_TOO_LARGE.format(file=file, row=int(first["row"]), column=column, value=first[column]))


def control_of(frame: pd.DataFrame, kind: str) -> int:
    """Return the sum of the kind's measure over a frame in smallest units, in whole numbers."""
    return int(frame[MEASURE[kind]].fillna(0).astype("int64").sum())


def control_sql(kind: str) -> str:
    """Return the SQL that adds up the kind's measure in smallest units, as a BIGINT."""
    return f"coalesce(sum({_units_sql(MEASURE[kind])}), 0)::BIGINT"


def _units_sql(column: str) -> str:
    return f'("{column}" * {10 ** decimals(column)})::BIGINT'


def stored_types(kind: str) -> dict[str, str]:
    """Return the store's type of every declared column."""
    return {name: _stored_type(name, form) for name, form in COLUMNS[kind].items()}


def _stored_type(name: str, form: str) -> str:
    return f"DECIMAL(18, {decimals(name)})" if form == "number" else _STORED[form]


def stored_columns(kind: str) -> str:
    """Return the SQL that turns a frame in smallest units into the store's columns."""
    return ", ".join(
        f'({_stored(name, form)})::{_stored_type(name, form)} AS "{name}"' for name, form in COLUMNS[kind].items()
    )


def _stored(name: str, form: str) -> str:
    if form != "number":
        return f'"{name}"'
    n = decimals(name)
    # A whole number times a decimal unit: DECIMAL division would go through floating point.
    return f'"{name}"::DECIMAL(18, 0) * {10**-n:.{n}f}::DECIMAL({n}, {n})'


def read_columns(kind: str) -> str:
    """Return the SQL that turns the store's columns into those of the domain; a number is the nearest float64."""
    return ", ".join(_read(name, form) for name, form in COLUMNS[kind].items())


def _read(name: str, form: str) -> str:
    if form == "number":
        return f'{_units_sql(name)} / {10 ** decimals(name)}::DOUBLE AS "{name}"'
    return f'"{name}"::{_READ[form]} AS "{name}"'


def content_sql(kind: str) -> str:
    """Return the aggregate that hashes rows: SHA-256 of the ordered SHA-256s of the rows, so order does not count.

    A row is hashed as a JSON list of texts, in which no two different rows look alike.
    """
    texts = ", ".join(f'"{name}"::VARCHAR' for name in COLUMNS[kind])
    return f"sha256(array_to_string(list_sort(list(sha256(to_json([{texts}])::VARCHAR))), ''))"


def data_id(contents: Iterable[tuple[tuple, str]]) -> str:
    """Return the SHA-256 of what is visible: every scope (as a tuple) with rows, and the hash of its rows."""
    lines = sorted("\t".join((*map(str, scope), content)) for scope, content in contents)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
