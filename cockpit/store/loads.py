"""What goes into a load and what comes out of it."""

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from cockpit.domain.findings import Finding


class LoadTable(Protocol):
    """One checked file. `frame` has the columns of `domain.dataset.COLUMNS[kind]` and `row`, the physical line."""

    @property
    def kind(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def profile(self) -> str | None: ...
    @property
    def frame(self) -> pd.DataFrame: ...
    @property
    def rows_read(self) -> int: ...
    @property
    def rows_rejected(self) -> int: ...


@dataclass(frozen=True)
class LoadResult:
    """What a load did; `load_no` is None and `changed` False where everything was there already.

    `rows_stored` answers the tables in the order they were given; 0 for a file that was left out, which a warning
    then tells.
    """

    changed: bool
    load_no: int | None
    warnings: tuple[Finding, ...]
    rows_stored: tuple[int, ...]


@dataclass(frozen=True)
class UndoResult:
    """The load that was taken back, with the files and the number of rows it had brought."""

    load_no: int
    as_of: pd.Period
    files: tuple[str, ...]
    rows: int
