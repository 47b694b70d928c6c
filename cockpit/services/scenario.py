"""Scenarios: the effect against the baseline, saved ones with their papers, presets, and links that restore one."""

import base64
import contextlib
import hashlib
import json
import os
import re
import tempfile
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.corrections import Correction, corrections_by_year
from cockpit.domain.findings import UserFault
from cockpit.domain.levers import Lever
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Basis, Pinned, Scenario, changes_of, check_data
from cockpit.domain.scenario_document import document_of
from cockpit.domain.scenario_result import (
    PARTS,
    SENSITIVITY_COLUMNS,
    Baseline,
    LeverEffect,
    Papers,
    ScenarioResult,
    build_result,
)
from cockpit.domain.scenario_words import lever_label
from cockpit.domain.spells import days_in_months, days_in_year
from cockpit.intake.scenario_file import parse_scenario, read_scenario, scenario_of, write_scenario
from cockpit.services.corrections import corrections_at
from cockpit.services.events import events_at
from cockpit.services.prognosis import SEED, Progress, versions
from cockpit.services.scenario_baseline import known_for, paths_for
from cockpit.services.workspace import ROOT, Workspace
from cockpit.store.audit import append_audit

if TYPE_CHECKING:
    from models.scenario import ScenarioBase, ScenarioEngine

PRESETS = ROOT / "data" / "scenarios"
LONGEST_LINK = 8000
LARGEST_DOCUMENT = 200_000  # bytes that a link may unpack to


def compare(
    workspace: Workspace,
    scenario: Scenario,
    as_of: pd.Period | None = None,
    *,
    seed: int = SEED,
    progress: Progress | None = None,
) -> ScenarioResult:
    """Return a scenario's effect at a month (by default the newest).

    The first call on new data simulates the baseline; from then on a change of a lever takes a fraction of a second.

    Raises:
        UserFault: the store is empty or has nothing at that month, or a lever needs what the data does not have.
    """
    known = known_for(workspace, scenario, as_of, seed=seed, progress=progress)
    corrections = corrections_at(workspace, known.engine.base.as_of)
    return result_of(known.engine, scenario, workspace.reference, data_id=known.data_id, corrections=corrections)


def result_of(
    engine: "ScenarioEngine",
    scenario: Scenario,
    reference: Reference,
    *,
    data_id: str,
    corrections: tuple[Correction, ...] = (),
) -> ScenarioResult:
    """Return a scenario's effect on a baseline that is ready; see `compare`.

    Raises:
        UserFault: a lever needs what the data does not have.
    """
    base = engine.base
    check_data(scenario, base.priced_types, reference)
    return build_result(
        scenario,
        _baseline(base, corrections),
        engine.effect(scenario),
        [LeverEffect(lever, _own_parts(engine, scenario, lever)) for lever in scenario.levers],
        engine.averted_net_price(scenario),
        reference,
        Papers(data_id, base.seed, base.n_paths, versions()),
    )


def sensitivity(
    workspace: Workspace,
    scenario: Scenario,
    as_of: pd.Period | None = None,
    *,
    seed: int = SEED,
) -> pd.DataFrame:
    """Net over all years with each assumption at its low and its high, the others as they are; SENSITIVITY_COLUMNS.

    The assumption that matters most stands first; levers without a range are left out.
    """
    engine = known_for(workspace, scenario, as_of, seed=seed).engine
    net = _net(engine, scenario)
    lines = []
    for number, lever in enumerate(scenario.levers, start=1):
        low, high = lever.range
        if low == high:
            continue
        ends = [_net(engine, scenario.only(_with(scenario, number - 1, lever.at(end)))) for end in (low, high)]
        label = lever_label(lever, workspace.reference)
        lines.append((number, label, low, lever.value, high, ends[0], net, ends[1]))
    table = pd.DataFrame(lines, columns=list(SENSITIVITY_COLUMNS))
    return table.loc[(table["net_high"] - table["net_low"]).abs().sort_values(ascending=False, kind="stable").index]


def _net(engine: "ScenarioEngine", scenario: Scenario) -> float:
    return float(engine.effect(scenario).net.mean(axis=0).sum())


def _with(scenario: Scenario, at: int, lever: Lever) -> list[Lever]:
    return [lever if number == at else one for number, one in enumerate(scenario.levers)]


def _own_parts(engine: "ScenarioEngine", scenario: Scenario, lever: Lever) -> dict[str, np.ndarray]:
    own, without = engine.own_effect(scenario, lever)
    parts = own.parts()
    return parts if without is None else {name: parts[name] - without.parts()[name] for name in PARTS}


def _baseline(base: "ScenarioBase", corrections: tuple[Correction, ...]) -> Baseline:
    known = corrections_by_year(corrections, base.as_of, base.years, base.n_paths, base.seed)
    return Baseline(
        as_of=base.as_of,
        months=base.months,
        types=base.types,
        kroner=base.kroner.baseline + known,
        person_years=base.person_years,
        to_years=days_in_months(base.months) / days_in_year(base.months),
        per_krone=base.kroner.per_krone,
        booked=base.kroner.booked,
        refund_booked=base.kroner.refund_booked,
    )


def save_scenario(
    workspace: Workspace, scenario: Scenario, as_of: pd.Period | None, *, user: str, at: datetime
) -> Scenario:
    """Save a scenario under its name, pinned to what it is computed on; one of the same name is replaced.

    Raises:
        UserFault: the name holds no letter or digit, or the file cannot be written.
    """
    month = workspace.month_or_newest(as_of)
    path = _file_of(workspace, scenario.name)
    net = compare(workspace, scenario, month).net
    when = f"{fmt.danish_time(at):%Y-%m-%d %H:%M}"
    pinned = Pinned(_basis(workspace, scenario, month), saved=when, by=user, net=round(net, 2))
    saved = replace(scenario, pinned=pinned)
    # Read back before it is kept: what cannot be read again must not be saved.
    parse_scenario(text := write_scenario(saved), workspace.reference)
    _write(path, text)
    append_audit(workspace.path, user=user, at=at, what="scenario saved", name=scenario.name)
    return saved


def _basis(workspace: Workspace, scenario: Scenario, month: pd.Period) -> Basis:
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


def saved_scenarios(workspace: Workspace) -> list[Scenario]:
    """Every saved scenario that can be read, in the order of the files; `spoilt_scenarios` are the others."""
    return [one for one in _read_saved(workspace) if isinstance(one, Scenario)]


def spoilt_scenarios(workspace: Workspace) -> list[UserFault]:
    """What is wrong with each saved scenario that cannot be read: somebody has written in its file."""
    return [one for one in _read_saved(workspace) if isinstance(one, UserFault)]


def _read_saved(workspace: Workspace) -> Iterator[Scenario | UserFault]:
    for path in sorted(workspace.scenarios_folder.glob("*.toml")):
        try:
            yield read_scenario(path, workspace.reference)
        except UserFault as fault:
            yield fault


def delete_scenario(workspace: Workspace, name: str, *, user: str, at: datetime) -> None:
    """Remove a saved scenario.

    Raises:
        UserFault: there is none of that name.
    """
    _saved_as(workspace, name).unlink()
    append_audit(workspace.path, user=user, at=at, what="scenario deleted", name=name)


def _saved_as(workspace: Workspace, name: str) -> Path:
    """The file that holds a name, also where somebody has renamed or copied the file itself."""
    usual = _file_of(workspace, name)
    if usual.exists():
        return usual
    for path in sorted(workspace.scenarios_folder.glob("*.toml")):
        with contextlib.suppress(UserFault):
            if read_scenario(path, workspace.reference).name == name:
                return path
    raise UserFault(f"Der er intet gemt scenarie, der hedder »{name}«.")


def changes_since_saved(workspace: Workspace, scenario: Scenario, as_of: pd.Period | None = None) -> tuple[str, ...]:
    """What has changed since a scenario was saved, in Danish; empty where it would give the numbers it gave then."""
    if scenario.pinned is None:
        return ()
    return changes_of(scenario.pinned.basis, _basis(workspace, scenario, workspace.month_or_newest(as_of)))


_presets: dict[str, list[Scenario]] = {}


def presets(reference: Reference) -> list[Scenario]:
    """The scenarios of the evidence table, ready to start from; sources and ranges stand in each lever."""
    if reference.identity not in _presets:
        _presets[reference.identity] = [read_scenario(path, reference) for path in sorted(PRESETS.glob("*.toml"))]
    return _presets[reference.identity]


def to_link(scenario: Scenario) -> str:
    """A scenario as a short text for a link; `from_link` restores it."""
    document = json.dumps(document_of(replace(scenario, pinned=None)), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(document.encode(), 9)).decode().rstrip("=")


def from_link(text: str, reference: Reference) -> Scenario:
    """Restore a scenario from a link.

    Raises:
        UserFault: the text is no scenario, or holds something with the shape of a CPR number.
    """
    try:
        if len(text) > LONGEST_LINK:
            raise ValueError("too long")
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacked = zlib.decompressobj().decompress(packed, LARGEST_DOCUMENT)
        document = json.loads(unpacked)
        if not isinstance(document, dict):
            raise ValueError("no object")
    except (RecursionError, ValueError, zlib.error) as fault:
        raise UserFault("Linket er ikke et scenarie, eller det er klippet over. Bed om det igen.") from fault
    return replace(scenario_of(document, reference), pinned=None)  # only what is saved here is pinned


def _file_of(workspace: Workspace, name: str) -> Path:
    """The file of a name: letters and digits of it, and a mark so that two names never share a file."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa"))
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    if not slug:
        raise UserFault("Giv scenariet et navn med bogstaver eller tal.")
    return workspace.scenarios_folder / f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:6]}.toml"


def _write(path: Path, text: str) -> None:
    """Written beside and put in place as a whole, so that nobody reads half a scenario."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=path.parent, suffix=".part", delete=False, encoding="utf-8") as part:
            part.write(text)
        os.replace(part.name, path)
    except OSError as fault:
        raise UserFault(f"Scenariet kan ikke gemmes i {path.parent}. Se efter, om der er plads og adgang.") from fault
