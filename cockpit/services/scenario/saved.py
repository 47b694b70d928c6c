"""Scenarios in files: those that users save beside the store, and the presets to start from."""

import hashlib
import re
import unicodedata
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Pinned, Scenario
from cockpit.intake.scenario_file import parse_scenario, read_scenario, write_scenario
from cockpit.plumbing.files import file_stamp, replace_file
from cockpit.plumbing.recent import Recent
from cockpit.services.scenario.effect import compare
from cockpit.services.scenario.pins import basis_of
from cockpit.services.workspace import ROOT, Workspace
from cockpit.store.audit import append_audit

PRESETS = ROOT / "data" / "scenarios"
KEPT_FILES = 200  # a page asks for all of them several times, after each move of a slider
_files: Recent[Scenario | UserFault] = Recent(KEPT_FILES)
_presets: Recent[list[Scenario]] = Recent(2)  # by reference tables


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
    pinned = Pinned(basis_of(workspace, scenario, month), saved=when, by=user, net=round(net, 2))
    saved = replace(scenario, pinned=pinned)
    # Read back before it is kept: what cannot be read again must not be saved.
    parse_scenario(text := write_scenario(saved), workspace.reference)
    try:
        replace_file(path, text.encode())
    except OSError as fault:
        raise UserFault(f"Scenariet kan ikke gemmes i {path.parent}. Se efter, om der er plads og adgang.") from fault
    append_audit(workspace.path, user=user, at=at, what="scenario saved", name=scenario.name)
    return saved


def saved_scenarios(workspace: Workspace) -> list[Scenario]:
    """Every saved scenario that can be read, in the order of the files; `spoilt_scenarios` are the others."""
    return [one for one in _every_saved(workspace).values() if isinstance(one, Scenario)]


def spoilt_scenarios(workspace: Workspace) -> list[UserFault]:
    """What is wrong with each saved scenario that cannot be read: somebody has written in its file."""
    return [one for one in _every_saved(workspace).values() if isinstance(one, UserFault)]


def _every_saved(workspace: Workspace) -> dict[Path, Scenario | UserFault]:
    """What each file of the user's scenarios holds, or what is wrong with it."""
    paths = sorted(workspace.scenarios_folder.glob("*.toml"))
    return {path: _content_of(path, workspace.reference) for path in paths}


def _content_of(path: Path, reference: Reference) -> Scenario | UserFault:
    """Read a file once for as long as it is the same."""
    return _files.get((path, file_stamp(path), reference.identity), lambda: _read(path, reference))


def _read(path: Path, reference: Reference) -> Scenario | UserFault:
    try:
        return read_scenario(path, reference)
    except UserFault as fault:
        return UserFault(str(fault))  # not the one that was raised: it holds on to all that called for the file


def delete_scenario(workspace: Workspace, name: str, *, user: str, at: datetime) -> None:
    """Remove a saved scenario.

    Raises:
        UserFault: there is none of that name, or its file cannot be removed.
    """
    path = _saved_as(workspace, name)
    try:
        path.unlink(missing_ok=True)
    except OSError as fault:
        raise UserFault(f"{path} kan ikke slettes. Få adgang til mappen, og prøv igen.") from fault
    append_audit(workspace.path, user=user, at=at, what="scenario deleted", name=name)


def _saved_as(workspace: Workspace, name: str) -> Path:
    """The file that holds a name, also where somebody has renamed or copied the file itself."""
    usual = _file_of(workspace, name)
    if usual.exists():
        return usual
    for path, found in _every_saved(workspace).items():
        if isinstance(found, Scenario) and found.name == name:
            return path
    raise UserFault(f"Der er intet gemt scenarie, der hedder »{name}«.")


def _file_of(workspace: Workspace, name: str) -> Path:
    """The file of a name: letters and digits of it, and a mark so that two names never share a file."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa"))
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
    if not slug:
        raise UserFault("Giv scenariet et navn med bogstaver eller tal.")
    return workspace.scenarios_folder / f"{slug}-{hashlib.sha256(name.encode()).hexdigest()[:6]}.toml"


def presets(reference: Reference) -> list[Scenario]:
    """The scenarios of the evidence table, ready to start from; sources and ranges stand in each lever."""
    return _presets.get(
        reference.identity, lambda: [read_scenario(path, reference) for path in sorted(PRESETS.glob("*.toml"))]
    )
