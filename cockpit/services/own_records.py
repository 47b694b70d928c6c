"""Records that users keep in a small file beside the store: enter one, take one away, the same for every sort."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from cockpit.domain.corrections import Correction
from cockpit.domain.findings import UserFault
from cockpit.domain.measures import Measure
from cockpit.domain.reference import Event, Reference
from cockpit.intake.own_file import Form, changing, fields_fault, next_key, read_fields
from cockpit.services.workspace import Workspace
from cockpit.store.audit import append_audit

Record = TypeVar("Record", bound=Correction | Event | Measure)


@dataclass(frozen=True)
class OwnRecords(Generic[Record]):
    """One sort of record.

    Attributes:
        letter: what its keys begin with; a number follows.
        what: the sort in the audit log.
        form: what the lines of its file hold.
        file_of: the file of a workspace, which need not exist.
        every_of: the records of a workspace in the order of the file, read anew each time.
        made_of: the record of fields without fault.
        write: puts a file with these records in the place of the one there is.
    """

    letter: str
    what: str
    form: Form
    file_of: Callable[[Workspace], Path]
    every_of: Callable[[Workspace], Sequence[Record]]
    made_of: Callable[[Mapping[str, Any]], Record]
    write: Callable[[Path, Sequence[Record], Reference], None]

    def add(self, workspace: Workspace, texts: Mapping[str, str], *, user: str, at: datetime) -> Record:
        """Enter a record from its fields, all but `key`, as the user wrote them.

        Raises:
            UserFault: fields are at fault, all told at once, or the file cannot be read or written.
        """
        values, found = read_fields(self.form, {"key": self.letter, **texts}, workspace.reference)
        if found:
            raise fields_fault(self.form, found)
        with changing(self.file_of(workspace)):
            every = self.every_of(workspace)
            added = replace(self.made_of(values), key=next_key(self.letter, [one.key for one in every]))
            self.write(self.file_of(workspace), [*every, added], workspace.reference)
        append_audit(workspace.path, user=user, at=at, what=f"{self.what} added", key=added.key)
        return added

    def remove(self, workspace: Workspace, key: str, *, user: str, at: datetime) -> Record:
        """Take a record away.

        Raises:
            UserFault: there is none of that key, or the file cannot be read or written.
        """
        with changing(self.file_of(workspace)):
            every = self.every_of(workspace)
            removed = next((one for one in every if one.key == key), None)
            if removed is None:
                raise UserFault(f"{self.form.record} {key} findes ikke længere. Genindlæs siden.")
            kept = [one for one in every if one.key != key]
            self.write(self.file_of(workspace), kept, workspace.reference)
        append_audit(workspace.path, user=user, at=at, what=f"{self.what} removed", key=key)
        return removed
