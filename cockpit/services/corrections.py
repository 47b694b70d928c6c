"""Known corrections: enter, take away, list, and which of them an as-of month counts."""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.corrections import Correction, expected_this_year, known_at, period_words, silence
from cockpit.domain.months import OUTLINE_YEARS
from cockpit.intake.corrections_file import FORM, HEADINGS, write_corrections
from cockpit.services.own_records import OwnRecords
from cockpit.services.workspace import Workspace

__all__ = [
    "HEADINGS", "Correction", "add_correction", "corrections_at", "list_corrections", "remove_correction", "state_at",
]  # fmt: skip

LIST_COLUMNS = (
    "key", "text", "type", "children", "amount", "period", "probability", "effect", "state", "expires", "role",
    "entered",
)  # fmt: skip
LATER = "indtastet efter måneden"
_OWN = OwnRecords(
    "K", "correction", FORM, lambda workspace: workspace.corrections_file, lambda workspace: workspace.corrections,
    lambda values: Correction(**values), write_corrections,
)  # fmt: skip


def corrections_at(workspace: Workspace, as_of: pd.Period) -> tuple[Correction, ...]:
    """Return what an as-of month counts: at the newest month all, at an earlier one what had been entered by then.

    Raises:
        UserFault: the file of corrections is at fault.
    """
    every = workspace.corrections
    return every if as_of == workspace.newest() else known_at(every, as_of)


def list_corrections(workspace: Workspace, as_of: pd.Period) -> pd.DataFrame:
    """List all corrections with what each adds to the as-of year, LIST_COLUMNS.

    `effect` is in kr.; `state` says why one does not count, and is empty where it does.
    """
    known = corrections_at(workspace, as_of)
    lines = [_line(one, one in known, as_of, workspace) for one in workspace.corrections]
    return pd.DataFrame(lines, columns=list(LIST_COLUMNS))


def _line(correction: Correction, is_known: bool, as_of: pd.Period, workspace: Workspace) -> dict:
    return {
        "key": correction.key,
        "text": correction.text,
        "type": workspace.reference.type_name(correction.type_key),
        "children": correction.children,
        "amount": correction.amount,
        "period": period_words(correction),
        "probability": correction.probability,
        "effect": expected_this_year(correction, as_of) if is_known else 0.0,
        "state": _state(correction, is_known, as_of),
        "expires": str(correction.expires),
        "role": correction.role,
        "entered": correction.entered,
    }


def state_at(workspace: Workspace, correction: Correction, as_of: pd.Period) -> str:
    """Say why a correction does not count at an as-of month; nothing where it does."""
    return _state(correction, correction in corrections_at(workspace, as_of), as_of)


def _state(correction: Correction, is_known: bool, as_of: pd.Period) -> str:
    return silence(correction, as_of, as_of.year + OUTLINE_YEARS) if is_known else LATER


def add_correction(workspace: Workspace, texts: Mapping[str, str], *, user: str, at: datetime) -> Correction:
    """Enter a correction from its fields as the user wrote them.

    Args:
        workspace: whose file keeps it.
        texts: every field of `Correction` but `key` and `entered`, which are given here.
        user: who does it, for the audit log.
        at: when.

    Raises:
        UserFault: fields are at fault, all told at once, or the file cannot be written.
    """
    entered = f"{fmt.danish_time(at):%d-%m-%Y}"
    return _OWN.add(workspace, {**texts, "entered": entered}, user=user, at=at)


def remove_correction(workspace: Workspace, key: str, *, user: str, at: datetime) -> Correction:
    """Take a correction away.

    Raises:
        UserFault: there is none of that key, or the file cannot be written.
    """
    return _OWN.remove(workspace, key, user=user, at=at)
