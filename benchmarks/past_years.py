"""How the whole forecast did on years that are over: demo municipalities of several seeds, seen back in time.

Each municipality's extracts are loaded once; a past month is read as it was known then (reconstructed, so without
expected stops), forecast, and held against what the ledger says in the end. Naive rivals stand beside:

    last_year: what last year cost; run_rate: booked so far x 12 / months;
    last_share: booked so far / the share that last year had booked by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from cockpit.services.demo import write_demo
from cockpit.services.events import events_at
from cockpit.services.load_month import load_month
from cockpit.services.prognosis import past_datasets
from cockpit.services.workspace import Workspace
from models.outturn import forecast_outturn

SEEDS = tuple(range(1, 19))  # eighteen year-ends alone left the coverage between 72 and 90 to chance
YEARS = (2023, 2024, 2025)
MONTHS = (3, 6, 9)
N_PATHS = 400
RIVALS = ("last_year", "run_rate", "last_share")


@dataclass(frozen=True)
class Origin:
    """One forecast of one year-end: errors in % of the truth, whether the intervals held it, their width in %."""

    seed: int
    year: int
    month: int
    error: float
    inside_80: bool
    inside_95: bool
    width_80: float
    last_year: float
    run_rate: float
    last_share: float


def origins(folder: Path, seeds: tuple[int, ...] = SEEDS) -> Iterator[Origin]:
    """Forecast every origin of every municipality."""
    for seed in seeds:
        home = folder / str(seed)
        workspace = Workspace.open(home / "store.duckdb", {"COCKPIT_KEY_FILE": str(folder / "key")})
        extracts = write_demo(home / "extracts", seed=seed)
        load_month(workspace, extracts, user="maaling", at=datetime(2026, 1, 1, tzinfo=UTC))
        newest = workspace.newest()
        if newest is None:
            raise RuntimeError("the demo did not load")
        ledger = workspace.store.read(newest).postings
        for year in YEARS:
            for month in MONTHS:
                yield _origin(workspace, ledger, seed, year, month)


def _origin(workspace: Workspace, ledger: pd.DataFrame, seed: int, year: int, month: int) -> Origin:
    dataset = workspace.store.read(pd.Period(year=year, month=month, freq="M"))
    events = events_at(workspace, dataset.as_of)
    past = past_datasets(workspace, dataset)
    outturn = forecast_outturn(dataset, workspace.reference, n_paths=N_PATHS, seed=1, events=events, past=past)
    year_end = outturn.year_end.sum(axis=1)
    truth, before = (float(ledger.loc[ledger["year"] == y, "amount"].sum()) for y in (year, year - 1))
    booked = float(outturn.booked.sum())
    early = ledger[(ledger["year"] == year - 1) & (ledger["period"] <= month)]
    low95, low80, high80, high95 = np.quantile(year_end, [0.025, 0.1, 0.9, 0.975])
    rivals = (before, booked * 12 / month, booked * before / float(early["amount"].sum()))
    return Origin(
        seed,
        year,
        month,
        100 * (float(year_end.mean()) / truth - 1),
        bool(low80 <= truth <= high80),
        bool(low95 <= truth <= high95),
        100 * float(high80 - low80) / truth,
        *(100 * (rival / truth - 1) for rival in rivals),
    )


def summary(found: list[Origin]) -> pd.DataFrame:
    """One row per month known: mean absolute errors, bias, coverage and width, in %."""
    frame = pd.DataFrame([origin.__dict__ for origin in found])
    sizes = frame.assign(**{name: frame[name].abs() for name in ("error", *RIVALS)})
    table = sizes.groupby("month")[["error", *RIVALS, "inside_80", "inside_95", "width_80"]].mean()
    table[["inside_80", "inside_95"]] *= 100
    return table.assign(bias=frame.groupby("month")["error"].mean(), origins=frame.groupby("month").size())
