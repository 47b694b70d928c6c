"""How the forecast would have done on years that are over: past months read as they were known then, and forecast."""

import hashlib
import json
from dataclasses import asdict, dataclass

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.allocation import LEAF, allocate, sum_by_leaf
from cockpit.domain.committed import unbooked_by_leaf
from cockpit.domain.dataset import Dataset
from cockpit.domain.findings import UserFault
from cockpit.domain.hit_rate import ORIGIN_COLUMNS, POINTS, HitRate, closed_years, rivals, whole_years
from cockpit.domain.paths import OutturnPaths, membership, summary
from cockpit.domain.reference import Reference
from cockpit.services.events import events_at
from cockpit.services.prognosis import SEED, Progress, past_datasets, versions
from cockpit.services.workspace import Workspace

MONTHS_KNOWN = (3, 6, 9)
EVERY_MONTH = tuple(range(1, 12))
MOST_YEARS = 3
N_PATHS = 500  # enough for the ends of an 80 % band; the mean of a year-end moves by a few per mille of its error
NO_CLOSED_YEAR = (
    "Der er endnu intet afsluttet år at måle på. Et år kan måles, når alle tolv måneder er indlæst, og udtrækkene går "
    "til og med februar året efter."
)


@dataclass(frozen=True)
class _Plan:
    """What is measured: everything but the data that the answer hangs on."""

    months_known: tuple[int, ...]
    n_paths: int
    seed: int


def known_backtest(workspace: Workspace, months_known: tuple[int, ...] = MONTHS_KNOWN) -> HitRate | None:
    """Return what is measured already for the data at hand; None where nothing is. Cheap enough for every page."""
    if workspace.is_empty():
        return None
    return _cached(workspace, _key(workspace, _Plan(months_known, N_PATHS, SEED)))


def run_backtest(
    workspace: Workspace,
    *,
    months_known: tuple[int, ...] = MONTHS_KNOWN,
    n_paths: int = N_PATHS,
    seed: int = SEED,
    progress: Progress | None = None,
) -> HitRate:
    """Forecast each closed year, three at most, from its past months; from the cache where that is done already.

    Each origin is read as it was known then, so what was registered, booked or adopted later is not seen.

    Raises:
        UserFault: the store is empty, or no year is closed.
    """
    plan = _Plan(months_known, n_paths, seed)
    newest = workspace.month_or_newest(None)
    key = _key(workspace, plan)
    if (known := _cached(workspace, key)) is not None:
        return known
    outcome = workspace.store.read(newest)
    planned = _origins(workspace, outcome, plan)
    if not planned:
        raise UserFault(NO_CLOSED_YEAR)
    origins = _measure(workspace, outcome, planned, plan, progress or (lambda _share, _text: None))
    found = HitRate(newest, seed, n_paths, versions(), origins)
    workspace.cache.put(key, {"origins": origins}, _meta(found))
    return found


def can_be_measured(workspace: Workspace) -> bool:
    """Say whether there is a closed year to measure on."""
    newest = workspace.newest()
    return newest is not None and bool(closed_years(workspace.store.read(newest).postings, newest))


def _origins(workspace: Workspace, outcome: Dataset, plan: _Plan) -> list[pd.Period]:
    readable = set(workspace.months())
    years = closed_years(outcome.postings, outcome.as_of)[-MOST_YEARS:]
    planned = [pd.Period(year=year, month=month, freq="M") for year in years for month in plan.months_known]
    return [month for month in planned if month in readable]


def _measure(
    workspace: Workspace, outcome: Dataset, planned: list[pd.Period], plan: _Plan, tell: Progress
) -> pd.DataFrame:
    # The statistics libraries take a second to import, which only an answer that is not known yet is worth.
    from models.outturn import forecast_outturn

    ledger = allocate(outcome.postings, workspace.reference)
    found = []
    for number, month in enumerate(planned):
        tell(number / len(planned), f"Prognose {number + 1} af {len(planned)}: {fmt.month_long(month)}")
        dataset = workspace.store.read(month)
        outturn = forecast_outturn(
            dataset,
            workspace.reference,
            n_paths=plan.n_paths,
            seed=plan.seed,
            events=events_at(workspace, month),
            past=past_datasets(workspace, dataset),
        )
        found.append(origin_rows(dataset, outturn, ledger, workspace.reference))
    tell(1.0, "Samler tal")
    return pd.concat(found, ignore_index=True)


def origin_rows(dataset: Dataset, outturn: OutturnPaths, ledger: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Hold one forecast against what its year became, row by row of the prognosis.

    Args:
        dataset: what was known at the origin.
        outturn: what was forecast from it.
        ledger: allocated postings, the whole year among them.

    Returns:
        `domain.hit_rate.ORIGIN_COLUMNS`. A row that nobody knew of then was forecast as nothing.
    """
    known = allocate(dataset.postings, reference)
    money = _money(dataset, outturn, known, ledger)
    index = money.index
    own = pd.MultiIndex.from_frame(outturn.leaves)
    last_year_known = dataset.as_of.year - 1 in whole_years(known)
    lines = []
    for (level, key), mask in membership(index.to_frame(index=False), reference).items():
        points = summary(outturn.year_end[:, own.isin(index[mask])].sum(axis=1))
        of_row = money[mask].sum().round(2)
        lines.append(
            {
                "as_of": str(dataset.as_of),
                "year": dataset.as_of.year,
                "months_to_go": 12 - dataset.as_of.month,
                "level": level,
                "key": key,
                "label": reference.label(level, key, dataset.as_of.end_time),
                **{point: points[point] for point in POINTS},
                "outturn": of_row["outturn"],
                **rivals(of_row if last_year_known else of_row.drop("last_year"), dataset.as_of.month),
            }
        )
    return pd.DataFrame(lines, columns=list(ORIGIN_COLUMNS))


def _money(dataset: Dataset, outturn: OutturnPaths, known: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Per leaf that anybody knew of, then or later: the outturn, and what the rules of thumb go by."""
    year, month = dataset.as_of.year, dataset.as_of.month
    before = known[known["year"] == year - 1]
    rows = {
        "booked": known[known["year"] == year],
        "last_year": before,
        "last_year_early": before[before["period"] <= month],
        "outturn": ledger[ledger["year"] == year],
    }
    sums = pd.DataFrame({name: sum_by_leaf(own, "amount") for name, own in rows.items()})
    index = sums.index.union(pd.MultiIndex.from_frame(outturn.leaves[LEAF]))
    unbooked = unbooked_by_leaf(dataset.interventions, known, dataset.as_of).sum(axis=1)
    money = sums.reindex(index).fillna(0.0)
    return money.assign(committed=money["booked"] + unbooked.reindex(index, fill_value=0.0))


def _key(workspace: Workspace, plan: _Plan) -> str:
    data = [workspace.store.data_identity(), workspace.reference.identity, [repr(one) for one in workspace.events]]
    parts = ["backtest", *data, asdict(plan), versions()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _cached(workspace: Workspace, key: str) -> HitRate | None:
    if (known := workspace.cache.get(key)) is None:
        return None
    meta = {**known.meta, "as_of": pd.Period(known.meta["as_of"], freq="M")}
    return HitRate(origins=known.frames["origins"], **meta)


def _meta(found: HitRate) -> dict:
    return {"as_of": str(found.as_of), "seed": found.seed, "n_paths": found.n_paths, "versions": found.versions}
