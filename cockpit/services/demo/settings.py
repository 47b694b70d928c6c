"""The settings of the demo municipality, read from `data/demo/`: no number of the generated world stands in code."""

import csv
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from cockpit.domain.months import parse_month
from cockpit.domain.reference import RefundRule
from cockpit.intake.reference_files import read_reference

DATA = Path(__file__).parents[3] / "data"
FOLDER = DATA / "demo"


@dataclass(frozen=True)
class DemoType:
    """How one intervention type behaves; `data/demo/README.md` gives the units of the columns."""

    type_key: str
    name: str
    account: str
    law_before: str
    law_after: str
    unit: str
    price: float
    sigma: float
    hour_price: float
    placement: bool
    siblings: bool
    new_per_month: float
    growth: float
    age_low: float
    age_mode: float
    age_high: float
    share_until_18: float
    short_months: float
    shape: float


@dataclass(frozen=True)
class Provider:
    """A fictitious provider: dear or cheap, and how it bills."""

    name: str
    types: tuple[str, ...]
    weight: float
    price_factor: float
    billing: str
    vat_refund: bool


@dataclass(frozen=True)
class InflowEvent:
    """Months in which more or fewer children than usual arrive in a type."""

    first: pd.Period
    last: pd.Period
    type_key: str
    factor: float


@dataclass(frozen=True)
class FixedCost:
    """Money that no child carries: yearly amount at the price year's level, spread over the months it is billed."""

    account: str
    text: str
    provider: str
    kr_per_year: float
    growth: float
    noise: float
    months: tuple[int, ...]


@dataclass(frozen=True)
class BudgetYear:
    """How the budget of a year was decided: dates, planned savings, later appropriations and transfers."""

    year: int
    adopted: date
    saving_share: float
    supplement_share: float
    supplement_adopted: date
    transfer: float
    transfer_adopted: date
    transfer_from: str
    transfer_to: str


@dataclass(frozen=True)
class Settings:
    """All settings. `world` holds the single values of `world.toml`, already as months, dates, numbers or lists."""

    world: dict[str, Any]
    types: dict[str, DemoType]
    providers: tuple[Provider, ...]
    moves: dict[str, tuple[tuple[str, float], ...]]
    events: tuple[InflowEvent, ...]
    delays: dict[str, tuple[tuple[int, float], ...]]
    districts: tuple[tuple[str, float, str], ...]
    season: tuple[float, ...]
    indexation: dict[int, float]
    refund_rules: tuple[RefundRule, ...]
    fixed_costs: tuple[FixedCost, ...]
    budget_years: tuple[BudgetYear, ...]
    population: tuple[float, ...]

    def __getitem__(self, name: str) -> Any:
        """Return a single value of `world.toml`.

        Raises:
            KeyError: there is no such setting.
        """
        return self.world[name]

    @cached_property
    def price_level(self) -> dict[int, float]:
        """Price level of each year relative to the price year."""
        levels, level = {}, 1.0
        for year in sorted(self.indexation):
            level *= self.indexation[year]
            levels[year] = level
        return {year: value / levels[self["price_year"]] for year, value in levels.items()}

    @property
    def placements(self) -> set[str]:
        """Keys of the types on steps 4-6."""
        return {key for key, kind in self.types.items() if kind.placement}


def read_settings() -> Settings:
    """Read the settings of the demo municipality; the law (the refund rule) is that of the reference tables.

    Raises:
        FileNotFoundError: a settings file is missing.
        KeyError, ValueError: a settings file lacks a column or holds an unreadable value.
        UserFault: a reference table is at fault.
    """
    return Settings(
        world=_world(FOLDER / "world.toml"),
        types={row["type_key"]: _demo_type(row) for row in _rows(FOLDER / "types.csv")},
        providers=tuple(_provider(row) for row in _rows(FOLDER / "providers.csv")),
        moves=_moves(_rows(FOLDER / "moves.csv")),
        events=tuple(_event(row) for row in _rows(FOLDER / "events.csv")),
        delays=_delays(_rows(FOLDER / "delays.csv")),
        districts=tuple(_district(row) for row in _rows(FOLDER / "districts.csv")),
        season=tuple(float(row["factor"]) for row in _rows(FOLDER / "season.csv")),
        indexation={int(row["year"]): float(row["index"]) for row in _rows(FOLDER / "indexation.csv")},
        refund_rules=read_reference(DATA / "reference").refund_rules,
        fixed_costs=tuple(_fixed_cost(row) for row in _rows(FOLDER / "fixed_costs.csv")),
        budget_years=tuple(_budget_year(row) for row in _rows(FOLDER / "budget_years.csv")),
        population=tuple(float(row["share_2024"]) for row in _rows(FOLDER / "population.csv")),
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _world(path: Path) -> dict[str, Any]:
    records = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: _value(record["value"], record["unit"]) for name, record in records.items()}


def _value(value: Any, unit: str) -> Any:
    if isinstance(value, str) and unit == "måned":
        return parse_month(value)
    if isinstance(value, str) and "dato" in unit:
        return date.fromisoformat(value)
    return tuple(value) if isinstance(value, list) else value


_TEXT = {"type_key", "name", "account", "law_before", "law_after", "unit"}
_FLAGS = {"placement", "siblings"}


def _demo_type(row: dict[str, str]) -> DemoType:
    flags = {name: row[name] == "1" for name in _FLAGS}
    texts = {name: row[name] for name in _TEXT}
    numbers = {name: float(text) for name, text in row.items() if name not in _TEXT | _FLAGS | {"mark"}}
    return DemoType(**texts, **flags, **numbers)  # type: ignore[arg-type]  # the columns are the fields


def _provider(row: dict[str, str]) -> Provider:
    return Provider(
        row["provider"], tuple(row["types"].split("|")), float(row["weight"]), float(row["price_factor"]),
        row["billing"], row["vat_refund"] == "1",
    )  # fmt: skip


def _moves(rows: list[dict[str, str]]) -> dict[str, tuple[tuple[str, float], ...]]:
    sources = dict.fromkeys(row["from"] for row in rows)
    return {
        source: tuple((row["to"], float(row["weight"])) for row in rows if row["from"] == source) for source in sources
    }


def _delays(rows: list[dict[str, str]]) -> dict[str, tuple[tuple[int, float], ...]]:
    kinds = dict.fromkeys(row["billing"] for row in rows)
    return {
        kind: tuple((int(row["months_late"]), float(row["weight"])) for row in rows if row["billing"] == kind)
        for kind in kinds
    }


def _event(row: dict[str, str]) -> InflowEvent:
    return InflowEvent(parse_month(row["from"]), parse_month(row["to"]), row["type_key"], float(row["inflow_factor"]))


def _district(row: dict[str, str]) -> tuple[str, float, str]:
    return row["district"], float(row["weight"]), row["merged"]


def _fixed_cost(row: dict[str, str]) -> FixedCost:
    months = tuple(int(month) for month in row["months"].split("|"))
    return FixedCost(
        row["account"], row["text"], row["provider"], float(row["kr_per_year"]), float(row["growth"]),
        float(row["noise"]), months,
    )  # fmt: skip


def _budget_year(row: dict[str, str]) -> BudgetYear:
    return BudgetYear(
        int(row["year"]), date.fromisoformat(row["adopted"]), float(row["saving_share"]),
        float(row["supplement_share"]), date.fromisoformat(row["supplement_adopted"]), float(row["transfer"]),
        date.fromisoformat(row["transfer_adopted"]), row["transfer_from"], row["transfer_to"],
    )  # fmt: skip
