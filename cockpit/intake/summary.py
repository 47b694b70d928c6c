"""Findings as lines for the command line: each kind of fault once, with where it stands and how often."""

import re
from collections.abc import Iterable, Sequence

from cockpit.domain import format as fmt
from cockpit.domain.findings import Finding, Severity

SEVERITY_WORDS: dict[Severity, str] = {"error": "FEJL", "rejected": "AFVIST", "warning": "OBS"}
ALONE = 3  # so many of one kind are still told one by one
FIRST_ROWS = 5


def summarise(findings: Iterable[Finding]) -> list[str]:
    """Return Danish lines: errors first, then rows left out, then warnings; many of one kind share a line.

    The file is named only where the findings are of several files: under a heading it would be noise.
    """
    told = list(findings)
    several = len({finding.file for finding in told}) > 1
    order = list(SEVERITY_WORDS)
    kinds: dict[tuple[int, str, str, str], list[Finding]] = {}
    for finding in told:
        key = (order.index(finding.severity), finding.file or "", finding.column or "", _kind(finding))
        kinds.setdefault(key, []).append(finding)
    first_row = {key: group[0].row or 0 for key, group in kinds.items()}
    in_order = sorted(kinds, key=lambda key: (key[0], key[1], first_row[key]))
    return [line for key in in_order for line in _lines(kinds[key], several=several)]


def _kind(finding: Finding) -> str:
    """Return a message without its value and its numbers: `række 7` and `række 8` are one kind of fault."""
    return re.sub(r"[0-9][0-9.,]*", "#", finding.message.removeprefix(finding.value or ""))


def _lines(group: Sequence[Finding], *, several: bool) -> list[str]:
    if len(group) <= ALONE:
        return [_line(finding, _row(finding), several=several) for finding in group]
    rows = [str(finding.row) for finding in group if finding.row is not None][:FIRST_ROWS]
    more = " ..." if len(group) > len(rows) else ""
    often = f"{fmt.number(len(group))} gange"
    if not rows and _value(group[0]) is None:
        return [_line(group[0], f"{often}, den første", several=several)]
    where = f"{often}, række {', '.join(rows)}{more}" if rows else often
    return [_line(group[0], where, several=several, example=True)]


def _value(finding: Finding) -> str | None:
    """The value that a line must show: none where its message begins with it."""
    return None if not finding.value or finding.message.startswith(finding.value) else finding.value


def _row(finding: Finding) -> str:
    return "" if finding.row is None else f"række {finding.row}"


def _line(finding: Finding, where: str, *, several: bool, example: bool = False) -> str:
    shown = _value(finding)
    value = "" if shown is None else f"{'fx ' if example else ''}»{shown}«"
    column = "" if finding.column is None else f"kolonne {finding.column}"
    file = finding.file or "" if several else ""
    place = ", ".join(filter(None, [file, where, column, value]))
    word = SEVERITY_WORDS[finding.severity]
    return f"{word} {place}: {finding.message}" if place else f"{word}: {finding.message}"
