"""Write the demo municipality's extracts as a Danish case system and ledger would: `;`, decimal comma, dd-mm-yyyy."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cockpit.domain.findings import UserFault
from cockpit.domain.months import period_label
from cockpit.intake.municipality_file import FILE_NAME as MUNICIPALITY_FILE
from cockpit.services.demo.budget import budget
from cockpit.services.demo.children import MONTHS_IN_YEAR, Spell, live
from cockpit.services.demo.grants import ONE_DAY, announced, granted
from cockpit.services.demo.ids import code
from cockpit.services.demo.ledger import known_by, ledger, net_services, service_months
from cockpit.services.demo.population import population
from cockpit.services.demo.prices import price_periods
from cockpit.services.demo.settings import FOLDER, Settings, read_settings

UNITS = {"day": "doegn", "week": "uge", "month": "maaned"}


@dataclass(frozen=True)
class World:
    """Everything that happens in the generated municipality, also what the extracts do not show yet.

    Frames: periods as `price_periods`, services as `net_services`, postings as `ledger`.
    """

    settings: Settings
    seed: int
    spells: list[Spell]
    periods: pd.DataFrame
    services: pd.DataFrame
    postings: pd.DataFrame


def generate(settings: Settings, seed: int) -> World:
    """Let the municipality live; each part has random numbers of its own, so one may change without the others."""
    lives, prices, books = (np.random.default_rng([seed, part]) for part in range(3))
    spells = live(settings, lives)
    periods = price_periods(spells, settings, prices)
    postings = ledger(spells, periods, settings, books)
    services = net_services(spells, service_months(periods, settings), settings)
    return World(settings, seed, spells, periods, services, postings)


def write_demo(folder: Path, *, seed: int | None = None, months: int | None = None) -> list[Path]:
    """Write `indsatser.csv`, `posteringer.csv`, `budget.csv`, `folketal.csv` and `kommune.toml`; return their paths.

    The extracts are UTF-8 with a byte order mark and CRLF line ends, byte for byte the same for the same arguments.

    Args:
        folder: where to write; made if it is missing, files of these names are overwritten.
        seed: another municipality for another seed; by default the one of the settings.
        months: history up to the as-of month; by default all of it. Fewer months show less of the same world.

    Raises:
        UserFault: `months` is not between 1 and the length of the history.
    """
    settings = read_settings()
    first = _first_month(settings, months)
    world = generate(settings, settings["seed"] if seed is None else seed)
    grants_rng, budget_rng, people_rng = (np.random.default_rng([world.seed, part]) for part in range(3, 6))
    tables = {
        "indsatser": _interventions(world, first, grants_rng),
        "posteringer": _postings(world, first),
        "budget": _budget(world, first, budget_rng),
        "folketal": _population(first, settings, people_rng),
    }
    folder.mkdir(parents=True, exist_ok=True)
    extracts = [_write(table, folder / f"{name}.csv") for name, table in tables.items()]
    return [*extracts, Path(shutil.copyfile(FOLDER / MUNICIPALITY_FILE, folder / MUNICIPALITY_FILE))]


def _first_month(settings: Settings, months: int | None) -> pd.Period:
    start, end = settings["history_start"], settings["as_of"]
    longest = (end - start).n + 1
    if months is None:
        return start
    if not 1 <= months <= longest:
        raise UserFault(
            f"Demokommunen har mellem 1 og {longest} måneders historik; {months} kan ikke skrives. Vælg et andet antal."
        )
    return end - (months - 1)


def _write(table: pd.DataFrame, path: Path) -> Path:
    table.to_csv(path, sep=";", index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return path


def _interventions(world: World, first: pd.Period, rng: np.random.Generator) -> pd.DataFrame:
    known = granted(world.spells, world.periods, first, world.settings, rng).assign(status="bevilget")
    coming = announced(world.spells, world.settings, rng).assign(status="forventet")
    rows = pd.concat([known, coming], ignore_index=True)
    rows = rows.sort_values(["spell_start", "number", "start"], kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "indsats_id": _codes("IN", rows["number"], world.seed),
            "borger_id": _codes("EB", rows["child"], world.seed),
            "foedselsdato": _dates(rows["birth"]),
            "type": _names(rows["type_key"], world.settings),
            "lovhjemmel": rows["law"],
            "leverandoer": rows["provider"],
            "distrikt": rows["district"],
            "startdato": _dates(rows["start"]),
            "forventet_slutdato": _dates(rows["expected_stop"] - ONE_DAY),
            "slutdato": _dates(rows["stop"] - ONE_DAY),
            "status": rows["status"],
            "takst": _decimals(rows["rate"], 2),
            "enhed": rows["unit"].map(UNITS),
            "antal": _decimals(rows["quantity"], 1),
            "konto": rows["account"],
            "registreret": _dates(rows["registered"]),
        }
    )


def _postings(world: World, first: pd.Period) -> pd.DataFrame:
    bill = world.postings.groupby(["year", "period", "provider", "service", "text"], sort=False).ngroup()
    shown = known_by(world.postings, world.settings["as_of"]) & _since(world.postings, first)
    rows = world.postings.assign(bill=bill)[shown]
    return pd.DataFrame(
        {
            "periode": [period_label(*pair) for pair in zip(rows["year"], rows["period"], strict=True)],
            "konto": rows["account"],
            "beloeb": _decimals(rows["amount"], 2),
            "type": _names(rows["type_key"], world.settings),
            "vedroerer": [_month_text(number) for number in rows["service"]],
            "leverandoer": rows["provider"],
            "indsats_id": _codes("IN", rows["number"], world.seed),
            "bilag": _codes("BI", rows["bill"], world.seed),
            "tekst": rows["text"],
        }
    )


def _since(postings: pd.DataFrame, first: pd.Period) -> pd.Series:
    return postings["year"] * 100 + postings["period"] >= first.year * 100 + first.month


def _budget(world: World, first: pd.Period, rng: np.random.Generator) -> pd.DataFrame:
    rows = budget(world.periods, world.services, world.postings, world.settings, rng)
    rows = rows[rows["year"] >= first.year]
    return pd.DataFrame(
        {
            "aar": rows["year"],
            "konto": rows["account"],
            "budgettype": rows["budget_type"],
            "beloeb": _decimals(rows["amount"], 2),
            "type": _names(rows["type_key"].fillna(""), world.settings),
            "helaarspersoner": _decimals(rows["person_years"].astype(float), 2),
            "enhedspris": _decimals(rows["unit_price"].astype(float), 2),
            "maaned": ["" if pd.isna(month) else str(int(month)) for month in rows["month"]],
            "vedtaget": _dates(pd.to_datetime(rows["adopted"])),
            "tekst": rows["text"],
        }
    )


def _population(first: pd.Period, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    return population(first.year, settings, rng).rename(columns={"year": "aar", "age": "alder", "count": "antal"})


def _codes(prefix: str, numbers: pd.Series, seed: int) -> list[str]:
    """Ids of running numbers; blank where there is none (-1). The seed decides where the codes begin."""
    return [f"{prefix}-{code(number, seed)}" if number >= 0 else "" for number in numbers]


def _names(type_keys: pd.Series, settings: Settings) -> pd.Series:
    return type_keys.map({key: kind.name for key, kind in settings.types.items()}).fillna("")


def _dates(dates: pd.Series) -> pd.Series:
    return dates.dt.strftime("%d-%m-%Y").fillna("")


def _decimals(values: pd.Series, places: int) -> list[str]:
    return ["" if np.isnan(value) else f"{value:.{places}f}".replace(".", ",") for value in values]


def _month_text(number: int) -> str:
    return f"{number // MONTHS_IN_YEAR:04d}-{number % MONTHS_IN_YEAR + 1:02d}"
