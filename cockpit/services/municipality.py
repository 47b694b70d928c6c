"""Whose figures a store holds: said by a user or by a load, and put back as it was when that load is taken back."""

from dataclasses import asdict
from datetime import datetime

from cockpit.domain.municipality import Municipality
from cockpit.intake.municipality_file import checked_municipality, write_municipality
from cockpit.services.workspace import Workspace
from cockpit.store.audit import append_audit, read_audit

CHANGED = "municipality"  # the audit log's word


def name_municipality(
    workspace: Workspace, name: str, *, is_made_up: bool, user: str, at: datetime
) -> Municipality:
    """Let a user say whose figures they are; an empty name takes it off.

    Raises:
        UserFault: the name is at fault, or the file cannot be written.
    """
    now = checked_municipality(name, is_made_up=is_made_up)
    write_municipality(workspace.municipality_file, now)
    append_audit(workspace.path, user=user, at=at, what=CHANGED, load_no=None, **asdict(now))
    return now


def after_load(before: Municipality, given: Municipality | None) -> Municipality:
    """Return whose figures they are after a load that changes the store.

    What a file among the extracts says, holds. Without one a name stays, but a made-up municipality's: whose the new
    figures are nobody has said, and the made-up ones may still be among them.
    """
    if given is not None:
        return given
    return Municipality("", is_made_up=True) if before.is_made_up else before


def load_notes(before: Municipality, after: Municipality, given: Municipality | None) -> tuple[str, ...]:
    """Say what a load does to the municipality's name, where there is anything to say."""
    if given is not None:
        return (f"Kommune: {given.words}.",) if given.words else ("Kommune: uden navn.",)
    if after == before:
        return ()
    return (
        f"Navnet {before.name} tages af, for der indlæses udtræk oven i den opdigtede kommunes. Skriv kommunens "
        f"navn på siden Data, og sig dér, når tallene ikke længere er opdigtede. Indtil da står der »{after.words}« på "
        "sider og papirer.",
    )


def note_load(
    workspace: Workspace,
    before: Municipality,
    after: Municipality,
    load_no: int | None,
    *,
    user: str,
    at: datetime,
) -> bool:
    """Keep whose figures they are after a load, and what it was before; say whether that is another.

    Args:
        workspace: whose file keeps it.
        before: as it was.
        after: as it is now.
        load_no: the load, None where the store held all of it already.
        user: who does it, for the audit log.
        at: when.

    Raises:
        UserFault: the file cannot be written.
    """
    if after == before:
        return False
    write_municipality(workspace.municipality_file, after)
    past = {"before": asdict(before)}
    append_audit(workspace.path, user=user, at=at, what=CHANGED, load_no=load_no, **asdict(after), **past)
    return True


def take_back(workspace: Workspace, load_no: int) -> None:
    """Put back what a load that is taken back has changed, unless somebody has named the municipality since.

    Raises:
        UserFault: the file cannot be written.
    """
    for entry in reversed(read_audit(workspace.path, CHANGED)):
        changed_by = entry.get("load_no")
        if changed_by is None or changed_by < load_no:  # somebody's word, or an earlier load that came later
            return
        if changed_by == load_no:
            write_municipality(workspace.municipality_file, Municipality(**entry["before"]))
            return
