"""A prognosis as plain data: what the pages, the papers and the command line show, all from the same frames."""

from dataclasses import dataclass

import pandas as pd

QUANTILES = {"p2_5": 0.025, "p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90, "p97_5": 0.975}
LEVELS = ("total", "step", "type", "account")
ROW_COLUMNS = (
    "level", "key", "label", "budget_original", "budget_revised", "actual_ytd", "committed", "expected_inflow",
    "expected_changes", "corrections", "mean", *QUANTILES, "deviation", "overrun_probability", "person_years",
    "unit_price",
)  # fmt: skip
MONTH_COLUMNS = ("level", "key", "month", "kind", "budget", "mean", "p10", "p90")
FAN_COLUMNS = ("month", "kind", "budget", "mean", *QUANTILES)
OUTLINE_COLUMNS = ("level", "key", "year", "mean", "p10", "p90")
BRIDGE_COLUMNS = ("name", "from_key", "to_key", "part", "amount")


@dataclass(frozen=True)
class Prognosis:
    """Where the year ends, with its papers.

    Frames (amounts in kr., absent values NaN):
        rows: ROW_COLUMNS, one row per key of each level; at every level the means sum to the total
        months: MONTH_COLUMNS, not cumulative; month is `2025-07`, the supplement period `2025-13`;
            kind is `actual` or `forecast`
        fan: FAN_COLUMNS, the total cumulated through the year; quantiles of cumulated paths
        outline_years: OUTLINE_COLUMNS
        bridge: BRIDGE_COLUMNS; the parts of a name add up from `from_key` to `to_key`

    `last_close` is the month that the bridge `last_close_to_now` starts from, None where none is closed.
    """

    as_of: pd.Period
    year: int
    data_id: str
    seed: int
    n_paths: int
    versions: dict[str, str]
    rows: pd.DataFrame
    months: pd.DataFrame
    fan: pd.DataFrame
    outline_years: pd.DataFrame
    bridge: pd.DataFrame
    notes: tuple[str, ...] = ()
    last_close: pd.Period | None = None

    def row(self, level: str, key: str) -> pd.Series:
        """Return one row.

        Raises:
            KeyError: the level has no such key.
        """
        found = self.rows[(self.rows["level"] == level) & (self.rows["key"] == key)]
        if found.empty:
            raise KeyError((level, key))
        return found.iloc[0]

    @property
    def total(self) -> pd.Series:
        """The total's row."""
        return self.row("total", "total")
