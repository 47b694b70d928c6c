"""Eksempelby loaded with one press, for who wants to look before loading anything of their own."""

import tempfile
from datetime import datetime
from pathlib import Path

from cockpit.domain.findings import UserFault
from cockpit.intake import Upload
from cockpit.services.demo.write import write_demo
from cockpit.services.load_month import LoadReport, load_month
from cockpit.services.workspace import Workspace

USER = "eksempel"


def load_demo(workspace: Workspace, at: datetime, *, months: int | None = None) -> LoadReport:
    """Write the demo municipality's extracts to a passing folder and load them.

    Args:
        workspace: where to load; its store must be empty.
        at: when, for the audit log.
        months: shorter history than the whole; see `write_demo`.

    Raises:
        UserFault: the store holds data, which must never be mixed with invented data.
    """
    if not workspace.is_empty():
        raise UserFault(
            "Eksempelby kan kun indlæses i et tomt datalager, så opdigtede tal ikke blandes med rigtige. "
            "Vælg et andet datalager med COCKPIT_DB, eller tag de tidligere indlæsninger tilbage på siden Data."
        )
    with tempfile.TemporaryDirectory() as folder:
        files = write_demo(Path(folder), months=months)
        uploads = [Upload(path.name, path.read_bytes()) for path in files]
    return load_month(workspace, uploads, user=USER, at=at)
