"""What a saved scenario was computed on, and what has changed since."""

import hashlib
import json
from dataclasses import replace

import pandas as pd

from cockpit.domain.scenario import Basis, Scenario, changes_of
from cockpit.domain.scenario_document import document_of
from cockpit.services.corrections import corrections_at
from cockpit.services.events import events_at
from cockpit.services.prognosis import SEED
from cockpit.services.scenario.baseline import paths_for
from cockpit.services.versions import versions
from cockpit.services.workspace import Workspace


def changes_since_saved(workspace: Workspace, scenario: Scenario, as_of: pd.Period | None = None) -> tuple[str, ...]:
    """What has changed since a scenario was saved, in Danish; empty where it would give the numbers it gave then."""
    if scenario.pinned is None:
        return ()
    return changes_of(scenario.pinned.basis, basis_of(workspace, scenario, workspace.month_or_newest(as_of)))


def basis_of(workspace: Workspace, scenario: Scenario, month: pd.Period) -> Basis:
    """What a scenario is computed on at a month."""
    dataset = workspace.store.read(month)
    return Basis(
        as_of=month,
        data_id=dataset.data_id,
        seed=SEED,
        n_paths=paths_for(dataset, scenario.outline_years),
        reference=_assumptions(workspace, month),
        versions=tuple(sorted(versions().items())),
        content=_content(scenario),
    )


def _content(scenario: Scenario) -> str:
    """Identity of what a scenario does: start, horizon and levers, in whatever order they are written."""
    document = document_of(replace(scenario, name="", levers=scenario.ordered, pinned=None))
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _assumptions(workspace: Workspace, month: pd.Period) -> str:
    """Identity of what is assumed beside the data: reference tables, known events and known cases."""
    own = [repr(one) for one in (*events_at(workspace, month), *corrections_at(workspace, month))]
    return hashlib.sha256(json.dumps([workspace.reference.identity, own]).encode()).hexdigest()
