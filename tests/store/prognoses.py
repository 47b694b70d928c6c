"""A prognosis with every awkward value that its frames may hold."""

import numpy as np
import pandas as pd

from cockpit.domain.prognosis import (
    BRIDGE_COLUMNS,
    FAN_COLUMNS,
    MONTH_COLUMNS,
    OUTLINE_COLUMNS,
    ROW_COLUMNS,
    ROW_METHOD_COLUMNS,
    Prognosis,
)

TEXTS = {"level", "key", "label", "month", "kind", "name", "from_key", "to_key", "part", "stretch", "method"}
AWKWARD = (0.1 + 0.2, -0.0, 5e-324, 1.7976931348623157e308, np.nan, 123_456_789.01, np.nextafter(1.0, 2.0))
FRAMES = {
    "rows": ROW_COLUMNS,
    "months": MONTH_COLUMNS,
    "fan": FAN_COLUMNS,
    "outline_years": OUTLINE_COLUMNS,
    "bridge": BRIDGE_COLUMNS,
    "row_methods": ROW_METHOD_COLUMNS,
}


def frame(columns: tuple[str, ...], rows: int = 40) -> pd.DataFrame:
    """Random numbers to the last bit, awkward ones among them, in an order that no column sorts by."""
    chance = np.random.default_rng(len(columns))
    return pd.DataFrame({name: column(name, rows, chance) for name in columns})


def column(name: str, rows: int, chance: np.random.Generator) -> pd.Series:
    if name in TEXTS:
        return pd.Series([f"æ{chance.integers(1000)}" if at % 7 else None for at in range(rows)], dtype="str")
    if name == "year":
        return pd.Series(chance.integers(2024, 2030, rows))
    values = chance.standard_normal(rows) * 1e6
    values[: len(AWKWARD)] = AWKWARD
    return pd.Series(values)


def prognosis(month: str = "2025-07") -> Prognosis:
    """A prognosis of a month."""
    return Prognosis(
        as_of=pd.Period(month, "M"), year=int(month[:4]), data_id="a" * 64, input_id="b" * 64, seed=20260101,
        n_paths=2000, versions={"cockpit": "0.1", "numpy": "2"}, notes=("Én »note«", "to"),
        **{name: frame(columns) for name, columns in FRAMES.items()},
    )  # fmt: skip
