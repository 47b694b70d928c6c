"""What is wrong with the user's input, told so that the user can mend it."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "rejected", "warning"]


@dataclass(frozen=True)
class Finding:
    """One fault in one place of one file.

    `row` is the physical line (header included; for XLSX the sheet's row), None where the fault is the whole file's.
    `message` is a Danish sentence that says what is wrong and what to do. `error` stops the whole load, `rejected`
    leaves the row out, `warning` only tells. `confirmable`: the user may say that it is meant, and then it only tells.
    """

    severity: Severity
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    file: str | None = None
    confirmable: bool = False


class UserFault(Exception):
    """The user's input is at fault; the text is a calm Danish sentence with the next step, shown as it stands."""
