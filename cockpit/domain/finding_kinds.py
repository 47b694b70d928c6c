"""Findings by kind: many of one kind of fault are one thing to mend, and are told as one."""

import re
from collections.abc import Iterable, Sequence

from cockpit.domain.findings import Finding, Severity

ORDER: tuple[Severity, ...] = ("error", "rejected", "warning")
ALONE = 3  # so many of one kind are still told one by one
FIRST_ROWS = 5


def by_kind(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Put the findings of one kind in one file and column together: errors first, then in the order of their rows."""
    kinds: dict[tuple[int, str, str, str], list[Finding]] = {}
    for finding in findings:
        key = (ORDER.index(finding.severity), finding.file or "", finding.column or "", _kind(finding))
        kinds.setdefault(key, []).append(finding)
    first_row = {key: group[0].row or 0 for key, group in kinds.items()}
    return [kinds[key] for key in sorted(kinds, key=lambda key: (key[0], key[1], first_row[key]))]


def _kind(finding: Finding) -> str:
    """Return a message without its value and its numbers: `række 7` and `række 8` are one kind of fault."""
    return re.sub(r"−?[0-9][0-9.,]*", "#", finding.message.removeprefix(finding.value or ""))


def first_rows(group: Sequence[Finding]) -> str:
    """Name the first rows of a kind, as `2, 3, 4, 5, 6 ...`; empty where it has no rows."""
    rows = [str(finding.row) for finding in group if finding.row is not None]
    more = " ..." if len(group) > FIRST_ROWS else ""
    return f"{', '.join(rows[:FIRST_ROWS])}{more}" if rows else ""


def own_value(finding: Finding) -> str | None:
    """The value that a line must show: none where its message begins with it."""
    return None if not finding.value or finding.message.startswith(finding.value) else finding.value
