"""A prognosis as plain data: what the pages, the papers and the command line show, all from the same frames."""

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

QUANTILES = {"p2_5": 0.025, "p10": 0.10, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90, "p97_5": 0.975}
LEVELS = ("total", "step", "type", "account", "district")
ROW_COLUMNS = (
    "level", "key", "label", "budget_original", "budget_revised", "actual_ytd", "committed", "expected_inflow",
    "expected_changes", "corrections", "mean", *QUANTILES, "deviation", "overrun_probability", "person_years",
    "unit_price", "method_choice",
)  # fmt: skip
MONTH_COLUMNS = ("level", "key", "month", "kind", "budget", "mean", "p10", "p90")
FAN_COLUMNS = ("month", "kind", "budget", "mean", *QUANTILES)
OUTLINE_COLUMNS = ("level", "key", "year", "mean", "p10", "p90")
BRIDGE_COLUMNS = ("name", "from_key", "to_key", "part", "amount")
ACTIVITY_COLUMNS = (
    "level", "key", "month", "kind", "person_years", "expected", "p10", "p90", "entries", "exits", "moves_in",
    "moves_out", "cost", "price", "budget_person_years", "budget_price", "complete",
)  # fmt: skip
EFFECT_COLUMNS = (
    "key", "basis", "person_years0", "price0", "person_years1", "price1", "volume_effect", "price_effect",
)  # fmt: skip
CASE_COLUMNS = (
    "citizen", "spell_id", "type_key", "age_band", "district", "months_in_force", "price", "cost", "refund",
    "expected_stop", "passed", "if_stops", "if_continues", "next_year",
)  # fmt: skip
YEAR_COLUMNS = (
    "level", "key", "year", "gross", "refund", "net", "p10", "p90", "fixed_mean", "fixed_p10", "fixed_p90",
)  # fmt: skip
BASIS_COLUMNS = ("year", "index", "price_level", "children", "population_year")
COMMITTED_TO_FORECAST = "committed_to_forecast"
MOVEMENT_COLUMNS = ("name", "from_key", "from_amount", "to_key", "to_amount", "part", "amount", "count")
DRIVER_COLUMNS = ("name", "part", "kind", "id", "citizen", "type_key", "amount", "reason")
METHOD_COLUMNS = (
    "type_key", "function", "stretch", "method", "ledger_weight", "origins", "error", "best_rival", "best_rival_error",
)  # fmt: skip
ROW_METHOD_COLUMNS = ("level", "key", "stretch", "method")
DISTRICT_MONTH_COLUMNS = (
    "district", "type_key", "month", "person_years", "entries", "exits", "moves_in", "moves_out", "cost",
)  # fmt: skip
DISTRICT_AHEAD_COLUMNS = ("district", "type_key", "person_years", "cost")
LADDER_COLUMNS = ("from_step", "to_step", "moves", "children", "expected")

FRAMES = {  # what a forecast is kept as; with other columns than these it is another answer
    "rows": ROW_COLUMNS, "months": MONTH_COLUMNS, "fan": FAN_COLUMNS, "outline_years": OUTLINE_COLUMNS,
    "bridge": BRIDGE_COLUMNS, "activity": ACTIVITY_COLUMNS, "effects": EFFECT_COLUMNS, "years": YEAR_COLUMNS,
    "basis": BASIS_COLUMNS, "cases": CASE_COLUMNS, "ladder": LADDER_COLUMNS, "movements": MOVEMENT_COLUMNS,
    "drivers": DRIVER_COLUMNS, "methods": METHOD_COLUMNS, "row_methods": ROW_METHOD_COLUMNS,
    "district_months": DISTRICT_MONTH_COLUMNS, "district_ahead": DISTRICT_AHEAD_COLUMNS,
}  # fmt: skip


def _nothing(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))


@dataclass(frozen=True)
class Prognosis:
    """Where the year ends, with its papers.

    Frames (amounts in kr., absent values NaN):
        rows: ROW_COLUMNS, one row per key of each level; at every level the means sum to the total; `method_choice` is
            what choosing another method than the activity engine moves the row by, NaN in months closed before it was
            told apart
        months: MONTH_COLUMNS, not cumulative; month is `2025-07`, the supplement period `2025-13`;
            kind is `actual` or `forecast`
        fan: FAN_COLUMNS, the total cumulated through the year; quantiles of cumulated paths
        outline_years: OUTLINE_COLUMNS
        bridge: BRIDGE_COLUMNS; the parts of a name add up from `from_key` to `to_key`
        activity: ACTIVITY_COLUMNS, see `domain.activity`; levels total, step and type, the as-of month, the 23 before
            it and the rest of the year
        effects: EFFECT_COLUMNS, see `domain.effects`; per type, adding up to the bridge's volume, mix and price
        years: YEAR_COLUMNS, the as-of year and the outline years: gross expenditure - refund = net, and net in fixed
            prices, that is at the as-of year's level
        basis: BASIS_COLUMNS, what the years rest on: price and wage index on the year before (1.028), level relative to
            the as-of year, the children that arrivals follow, and the year whose population that is: another where the
            year's own is not known; both NaN where no population is loaded
        cases: CASE_COLUMNS, see `domain.cases`; the dearest spells in force of every type and district, for those who
            may see single cases; `domain.drill_down` picks those of a row
        ladder: LADDER_COLUMNS, see `domain.ladder`
        movements: MOVEMENT_COLUMNS, more bridges, with their ends: phased budget to date to booked, disponeret since an
            earlier month, disponeret to forecast; `count` of spells, NaN where nothing is counted
        drivers: DRIVER_COLUMNS, what drives each part of every bridge, see `domain.drivers`; adds up to the part
        district_months: DISTRICT_MONTH_COLUMNS, what is on record by district and type in the months of `activity` up
            to the as-of month; empty where no intervention has a district
        district_ahead: DISTRICT_AHEAD_COLUMNS, person-years and gross cost expected of the rest of the year
        methods: METHOD_COLUMNS, what each leaf is forecast by this year (stretch `year`) and in the outline years
            (`outline`), and how it did at the past months it was chosen on; errors are shares of the outturn
        row_methods: ROW_METHOD_COLUMNS, the same of each row
    Of the last twelve the archive keeps the last alone: the others are empty in a closed month.

    `data_id` is a hash of the loaded contents; `input_id` of all that a user can change the forecast by: those, known
    cases, events and assumptions. It is empty in months closed before it was told.

    `last_close` is the month that the bridge `last_close_to_now` starts from, None where none is closed; `since` is the
    month that disponeret is held against, None where the year has none before. Where no month is closed, the bridge
    `last_month_to_now` starts from `since`, in prognoses that were asked for it (`services.prognosis`).
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
    input_id: str = ""
    notes: tuple[str, ...] = ()
    last_close: pd.Period | None = None
    since: pd.Period | None = None
    activity: pd.DataFrame = field(default_factory=lambda: _nothing(ACTIVITY_COLUMNS))
    effects: pd.DataFrame = field(default_factory=lambda: _nothing(EFFECT_COLUMNS))
    years: pd.DataFrame = field(default_factory=lambda: _nothing(YEAR_COLUMNS))
    basis: pd.DataFrame = field(default_factory=lambda: _nothing(BASIS_COLUMNS))
    cases: pd.DataFrame = field(default_factory=lambda: _nothing(CASE_COLUMNS))
    ladder: pd.DataFrame = field(default_factory=lambda: _nothing(LADDER_COLUMNS))
    movements: pd.DataFrame = field(default_factory=lambda: _nothing(MOVEMENT_COLUMNS))
    drivers: pd.DataFrame = field(default_factory=lambda: _nothing(DRIVER_COLUMNS))
    district_months: pd.DataFrame = field(default_factory=lambda: _nothing(DISTRICT_MONTH_COLUMNS))
    district_ahead: pd.DataFrame = field(default_factory=lambda: _nothing(DISTRICT_AHEAD_COLUMNS))
    methods: pd.DataFrame = field(default_factory=lambda: _nothing(METHOD_COLUMNS))
    row_methods: pd.DataFrame = field(default_factory=lambda: _nothing(ROW_METHOD_COLUMNS))

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
    def lacking(self) -> pd.DataFrame:
        """The months of the total up to the as-of month that nothing is booked in and the forecast estimates."""
        of_total = self.months["level"] == "total"
        return self.months[of_total & (self.months["kind"] == "forecast") & (self.months["month"] <= str(self.as_of))]

    @cached_property
    def total(self) -> pd.Series:
        """The total's row; a page asks for it some twenty times, and nobody may change it."""
        return self.row("total", "total")
