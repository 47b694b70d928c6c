"""How the forecast did on years that are over: as it was frozen when a month was closed, else forecast again.

A month that nobody closed is read as it was known then, and forecast as it would have been.
"""

import hashlib
import json

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.allocation import allocate
from cockpit.domain.dataset import Dataset
from cockpit.domain.findings import UserFault
from cockpit.domain.hit_rate import ORIGIN_COLUMNS, HitRate, closed_years, is_in_time
from cockpit.domain.origins import archived_rows, origin_rows
from cockpit.services.events import events_at
from cockpit.services.prognosis import SEED, Progress, past_datasets, silent
from cockpit.services.versions import versions
from cockpit.services.workspace import Workspace

MONTHS_KNOWN = (3, 6, 9)
EVERY_MONTH = tuple(range(1, 12))
MOST_YEARS = 3
N_PATHS = 500  # enough for the ends of an 80 % band; the mean of a year-end moves by a few per mille of its error
NO_CLOSED_YEAR = (
    "Der er endnu intet afsluttet år at måle på. Et år kan måles, når alle tolv måneder er indlæst, og udtrækkene går "
    "til og med februar året efter."
)


def known_backtest(workspace: Workspace) -> HitRate | None:
    """Return what is measured already at `MONTHS_KNOWN`; None where nothing is. Cheap enough for every page."""
    if workspace.is_empty():
        return None
    known = _cached(workspace, _key(workspace, MONTHS_KNOWN))
    return None if known is None else known.with_archive(archived_origins(workspace))


def run_backtest(
    workspace: Workspace,
    *,
    months_known: tuple[int, ...] = MONTHS_KNOWN,
    progress: Progress = silent,
) -> HitRate:
    """Forecast each closed year, three at most, from its past months; from the cache where that is done already.

    Each origin is read as it was known then, so what was registered, booked or adopted later is not seen. The archive
    stands beside them, and for its own months in their place.

    Raises:
        UserFault: the store is empty, or no year is closed.
    """
    newest = workspace.month_or_newest(None)
    key = _key(workspace, months_known)
    if (known := _cached(workspace, key)) is not None:
        return known.with_archive(archived_origins(workspace))
    outcome = workspace.store.read(newest)
    planned = _origins(workspace, outcome, months_known)
    if not planned:
        raise UserFault(NO_CLOSED_YEAR)
    origins = _measure(workspace, outcome, planned, progress)
    found = HitRate(newest, SEED, N_PATHS, versions(), origins)
    workspace.cache.put(key, {"origins": origins}, _meta(found))
    return found.with_archive(archived_origins(workspace))


def can_be_measured(workspace: Workspace) -> bool:
    """Say whether there is a closed year to measure on."""
    newest = workspace.newest()
    return newest is not None and bool(closed_years(workspace.store.read(newest).postings, newest))


def archived_origins(workspace: Workspace) -> pd.DataFrame:
    """Return the forecasts frozen before anybody knew the year's end, held against what it became; ORIGIN_COLUMNS."""
    newest = workspace.month_or_newest(None)
    closed = [one for one in workspace.store.closed_months() if one.month.year < newest.year]
    past = [one.prognosis for one in closed if is_in_time(one.month.year, one.closed_at)]
    if not past:
        return pd.DataFrame(columns=list(ORIGIN_COLUMNS))
    outcome = workspace.store.read(newest)
    over, ledger = closed_years(outcome.postings, newest), allocate(outcome.postings, workspace.reference)
    return archived_rows([one for one in past if one.year in over], ledger, workspace.reference)


def _origins(workspace: Workspace, outcome: Dataset, months_known: tuple[int, ...]) -> list[pd.Period]:
    readable = set(workspace.months())
    years = closed_years(outcome.postings, outcome.as_of)[-MOST_YEARS:]
    planned = [pd.Period(year=year, month=month, freq="M") for year in years for month in months_known]
    return [month for month in planned if month in readable]


def _measure(workspace: Workspace, outcome: Dataset, planned: list[pd.Period], progress: Progress) -> pd.DataFrame:
    # The statistics libraries take a second to import, which only an answer that is not known yet is worth.
    from models.outturn import forecast_outturn

    ledger = allocate(outcome.postings, workspace.reference)
    found = []
    for number, month in enumerate(planned):
        progress(number / len(planned), f"Prognose {number + 1} af {len(planned)}: {fmt.month_long(month)}")
        dataset = workspace.store.read(month)
        outturn = forecast_outturn(
            dataset,
            workspace.reference,
            n_paths=N_PATHS,
            seed=SEED,
            events=events_at(workspace, month),
            past=past_datasets(workspace, dataset),
        )
        found.append(origin_rows(dataset, outturn, ledger, workspace.reference))
    progress(1.0, "Samler tal")
    return pd.concat(found, ignore_index=True)


def _key(workspace: Workspace, months_known: tuple[int, ...]) -> str:
    data = [workspace.store.data_identity(), workspace.reference.identity, [repr(one) for one in workspace.events]]
    parts = ["backtest", *data, months_known, N_PATHS, SEED, versions(), ORIGIN_COLUMNS]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _cached(workspace: Workspace, key: str) -> HitRate | None:
    if (known := workspace.cache.get(key)) is None:
        return None
    meta = {**known.meta, "as_of": pd.Period(known.meta["as_of"], freq="M")}
    return HitRate(origins=known.frames["origins"], **meta)


def _meta(found: HitRate) -> dict:
    return {"as_of": str(found.as_of), "seed": found.seed, "n_paths": found.n_paths, "versions": found.versions}
