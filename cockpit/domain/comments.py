"""Comments on the lines of a month: who explains what, and when; the newest of a line is the one that counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

LONGEST_COMMENT = 1000
WHOLE = ("total", "total")  # the line that a month's own comment belongs to
COMMENTED_LEVELS = {"total": "", "step": "", "type": "Type: ", "account": "Konto: "}  # with what sets their names apart


@dataclass(frozen=True)
class LineComment:
    """What somebody wrote of one line (`level`, `key` of the prognosis) of a month; an empty text takes it back."""

    month: pd.Period
    level: str
    key: str
    text: str
    user: str
    at: datetime

    @property
    def line(self) -> tuple[str, str]:
        """The line that it is about."""
        return self.level, self.key


def comments_of(written: Iterable[LineComment], month: pd.Period) -> dict[tuple[str, str], LineComment]:
    """Return the comment that counts of each line of a month, in the order of `written`, oldest first."""
    newest = {one.line: one for one in written if one.month == month}
    return {line: one for line, one in newest.items() if one.text}
