"""Load a month: check the extracts, tell what is wrong, store what is right, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pandas as pd

from cockpit.domain.findings import Finding
from cockpit.domain.municipality import Municipality
from cockpit.intake import FileReport, Intake, Upload, read_extracts
from cockpit.services import municipality
from cockpit.services.load_findings import against_store
from cockpit.services.workspace import Workspace
from cockpit.store import UndoResult

__all__ = ["FileReport", "LoadReport", "Upload", "load_month", "undo_last"]


@dataclass(frozen=True)
class LoadReport:
    """What a load found and did.

    `stored` says whether the store holds the files' rows now; `changed` whether it, or the municipality's name beside
    it, had to change for that;
    `findings` come of holding the load against the store, beside those of each file.
    """

    intake: Intake
    stored: bool
    changed: bool
    findings: tuple[Finding, ...]

    @property
    def as_of(self) -> pd.Period | None:
        """The month the load counts for."""
        return self.intake.as_of

    @property
    def files(self) -> tuple[FileReport, ...]:
        """What was found in each file."""
        return self.intake.files

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed, such as the as-of month, in Danish."""
        return self.intake.notes

    @property
    def is_confirmable(self) -> bool:
        """Whether something in the files stops the load, or would, until the user says that it is meant."""
        return any(finding.confirmable for finding in self.findings)

    def findings_of(self, file: FileReport) -> tuple[Finding, ...]:
        """What holding the load against the store says of a file; of several files together it is said of each."""
        return tuple(finding for finding in self.findings if file.path in (finding.file or "").split(", "))


def load_month(
    workspace: Workspace,
    inputs: Sequence[Path | Upload],
    *,
    as_of: pd.Period | None = None,
    profile: str | None = None,
    dry_run: bool = False,
    new_ids: bool = False,
    user: str,
    at: datetime,
) -> LoadReport:
    """Check extracts and store them; with an error in any file, or on a dry run, nothing is stored.

    A dry run tells what the load would tell.

    Args:
        new_ids: the interventions have new ids, so nearly all of those that ran may be gone; else that stops the load.

    Raises:
        UserFault: the files cannot be reached, or another load is running.
    """
    intake = read_extracts(
        inputs,
        workspace.reference,
        workspace.profiles,
        workspace.key,
        as_of=as_of,
        profile=profile,
        fallback_as_of=workspace.newest(),
    )
    if not intake.ok or intake.as_of is None:
        return LoadReport(intake, stored=False, changed=False, findings=())
    tables = [table for kind in intake.tables.values() for table in kind]
    before, given = workspace.municipality, intake.municipality
    beside = against_store(intake.tables, workspace.store.read(intake.as_of), workspace.reference, new_ids=new_ids)
    if any(finding.severity == "error" for finding in beside):
        return LoadReport(intake.refused(), stored=False, changed=False, findings=beside)
    if dry_run:
        told = workspace.store.try_load(tables, as_of=intake.as_of)
        renamed = municipality.after_load(before, given)
        return LoadReport(_named(intake, before, renamed), stored=False, changed=False, findings=(*told, *beside))
    result = workspace.store.load(tables, as_of=intake.as_of, user=user, at=at)
    after = municipality.after_load(before, given) if result.changed or given else before
    is_renamed = municipality.note_load(workspace, before, after, result.load_no, user=user, at=at)
    changed = result.changed or is_renamed
    findings = (*result.warnings, *beside)
    return LoadReport(_named(intake, before, after), stored=True, changed=changed, findings=findings)


def _named(intake: Intake, before: Municipality, after: Municipality) -> Intake:
    """Tell among what was assumed what becomes of the municipality's name."""
    return replace(intake, notes=(*intake.notes, *municipality.load_notes(before, after, intake.municipality)))


def undo_last(workspace: Workspace, *, user: str, at: datetime) -> UndoResult:
    """Take back the last load.

    Raises:
        UserFault: there is nothing to take back.
    """
    undone = workspace.store.undo(user=user, at=at)
    municipality.take_back(workspace, undone.load_no)
    return undone
