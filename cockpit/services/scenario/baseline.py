"""The baseline that scenarios are computed on, simulated once for data, horizon and assumptions, then kept."""

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from cockpit.domain.dataset import Dataset
from cockpit.domain.reference import Event
from cockpit.domain.scenario import Scenario
from cockpit.plumbing.recent import Recent
from cockpit.services.events import events_at
from cockpit.services.prognosis import SEED, Progress, refuse_nothing, silent
from cockpit.services.scenario.baseline_cache import base_from, base_parts
from cockpit.services.versions import versions
from cockpit.services.workspace import Workspace

if TYPE_CHECKING:
    from models.scenario import ScenarioEngine

MOST_PATHS = 1000  # the difference's mean rests on common random numbers: see docs/accuracy.md for its error
FEWEST_PATHS = 100
# A recorded spell takes some 80 bytes while it is computed on: this many take 250 MB, and a move of a slider the same
# time in a large municipality as in a small one.
MOST_SPELLS = 3_000_000
RECENT_MONTHS = 24  # that tell how many spells begin in a month
KEPT_ENGINES = 2  # half a gigabyte each at most, with what they keep; another is read from disk in a second


@dataclass(frozen=True)
class Known:
    """An engine that is ready, and the identity of the data it rests on."""

    engine: "ScenarioEngine"
    data_id: str


_known: Recent[Known] = Recent(KEPT_ENGINES)


def paths_for(dataset: Dataset, outline_years: int) -> int:
    """How many sample paths a baseline has: as many as memory allows, between `FEWEST_PATHS` and `MOST_PATHS`.

    A municipality of ten times the children needs a tenth of the paths for the same relative error.
    """
    spells = dataset.interventions.drop_duplicates("spell_id", keep="first")
    begun = pd.PeriodIndex(spells["start"], freq="M")
    recent = int((begun > dataset.as_of - RECENT_MONTHS).sum()) / RECENT_MONTHS
    running = int((spells["stop"].isna() | (spells["stop"] > dataset.as_of.end_time)).sum())
    months_ahead = 12 * (outline_years + 1) - dataset.as_of.month
    wanted = MOST_SPELLS / max(running + recent * months_ahead, 1.0)
    return int(min(max(wanted // 10 * 10, FEWEST_PATHS), MOST_PATHS))


def known_for(
    workspace: Workspace,
    scenario: Scenario,
    as_of: pd.Period | None = None,
    *,
    progress: Progress = silent,
) -> Known:
    """The engine of a month and a scenario's horizon: from memory, else from disk, else from a simulation.

    One simulation at a time for the same baseline; others do not wait for it.

    Raises:
        UserFault: the store is empty or has nothing at that month.
    """
    month = workspace.month_or_newest(as_of)
    events = events_at(workspace, month)
    identity = (workspace.path, workspace.store_identity(), workspace.reference.identity)
    key = (*identity, month, scenario.outline_years, repr(events))
    return _known.get(key, lambda: _prepare(workspace, month, scenario.outline_years, events, progress))


def _prepare(
    workspace: Workspace, month: pd.Period, outline_years: int, events: tuple[Event, ...], progress: Progress
) -> Known:
    progress(0.1, "Læser data")
    # The statistics libraries take a second to import, which only an answer that is not known yet is worth.
    from models.scenario import ScenarioEngine, build_base

    dataset = workspace.store.read(month)
    refuse_nothing(dataset)
    n_paths = paths_for(dataset, outline_years)
    identity = [dataset.data_id, workspace.reference.identity, str(month), outline_years, n_paths, SEED, versions()]
    parts = ["scenario", *identity, [repr(one) for one in events]]
    key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    if (kept := workspace.cache.get(key)) is not None:
        return Known(ScenarioEngine(base_from(kept)), dataset.data_id)
    progress(0.3, "Beregner forløbene bag scenarierne")
    base = build_base(
        dataset, workspace.reference, n_paths=n_paths, seed=SEED, events=events, outline_years=outline_years
    )
    workspace.cache.put(key, *base_parts(base))
    return Known(ScenarioEngine(base), dataset.data_id)
