"""What comes out of the intake, and what goes in besides paths."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from cockpit.domain.findings import Finding
from cockpit.domain.municipality import Municipality


@dataclass(frozen=True)
class Upload:
    """A file as a name and its bytes: what a browser hands over."""

    name: str
    content: bytes


@dataclass(frozen=True)
class FileReport:
    """What happened to one file.

    `kind` is the contract's Danish word (indsatser, posteringer, budget, folketal, or stamdata for the children of a
    yearly return), kommune for the file of the municipality's name, which has no rows, or None where it is unknown.
    `rows_read` = `rows_stored` + `rows_rejected` always: with an error anywhere in the load nothing is stored, so every
    row counts as rejected.
    """

    path: str
    kind: str | None
    sha256: str
    rows_read: int
    rows_stored: int
    rows_rejected: int
    findings: tuple[Finding, ...]
    profile: str | None = None


@dataclass(frozen=True)
class CheckedTable:
    """A table ready for the store: `frame` has the columns of `domain.dataset.COLUMNS[kind]` plus `row`."""

    kind: str
    file_name: str
    sha256: str
    frame: pd.DataFrame
    rows_read: int
    rows_rejected: int
    profile: str | None = None


@dataclass(frozen=True)
class Intake:
    """A whole load: `tables` by English kind is empty unless `ok`; `notes` are Danish sentences about the load.

    `as_of` is None only where not even one file could be read. `municipality` is whose extracts they are, where a file
    among them says so.
    """

    as_of: pd.Period | None
    files: tuple[FileReport, ...]
    tables: dict[str, list[CheckedTable]]
    ok: bool
    notes: tuple[str, ...] = ()
    municipality: Municipality | None = None

    def refused(self) -> "Intake":
        """Return the load as one that an error stops: no tables, and every row that was read is left out."""
        files = tuple(replace(file, rows_stored=0, rows_rejected=file.rows_read) for file in self.files)
        return replace(self, files=files, tables={}, ok=False)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every file, in the order of the files and rows."""
        return tuple(finding for file in self.files for finding in file.findings)


def read_upload(path: Path) -> Upload:
    """Return a file of the disk as an upload."""
    return Upload(str(path), path.read_bytes())
