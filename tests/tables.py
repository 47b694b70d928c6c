"""Small readable tables for tests: only what a test is about is named, the rest has plain defaults."""

from itertools import count

import pandas as pd

from cockpit.domain.dataset import COLUMNS, Dataset, empty_table

_SERIAL = count(1)
DEFAULTS = {
    "interventions": {
        "type_key": "foster_care", "function": "5.28.22", "status": "granted", "rate": 1000.0, "unit": "day",
        "quantity": 1.0, "birth_month": "2012-01-01",
    },
    "postings": {"function": "5.28.22", "dranst": 1},
    "budget": {"function": "5.28.22", "budget_type": "original"},
    "population": {},
}  # fmt: skip
DTYPES = {"text": "str", "date": "datetime64[us]", "number": "float64", "integer": "int64"}


def table(kind: str, *rows: dict) -> pd.DataFrame:
    """Build a table of a kind from rows that name only some columns."""
    if not rows:
        return empty_table(kind)
    filled = [_with_ids(kind, {**DEFAULTS[kind], **row}) for row in rows]
    frame = pd.DataFrame(filled).reindex(columns=list(COLUMNS[kind]))
    for name, form in COLUMNS[kind].items():
        values = pd.to_datetime(frame[name]) if form == "date" else frame[name]
        frame[name] = values.astype(DTYPES[form])
    return frame


def _with_ids(kind: str, row: dict) -> dict:
    if kind == "interventions":
        serial = next(_SERIAL)
        return {"spell_id": f"F{serial}", "citizen": f"barn-{serial}", **row}
    return {"account": row.get("function"), **row}


def dataset(as_of: str, **tables: list[dict]) -> Dataset:
    """Build what is known at an as-of month from rows per kind."""
    frames = {kind: table(kind, *tables.get(kind, [])) for kind in COLUMNS}
    return Dataset(pd.Period(as_of, "M"), "test", **frames)
