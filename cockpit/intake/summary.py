"""Findings as lines for the command line: each kind of fault once, with where it stands and how often."""

from collections.abc import Iterable, Sequence

from cockpit.domain import format as fmt
from cockpit.domain.finding_kinds import ALONE, by_kind, first_rows, own_value
from cockpit.domain.findings import Finding, Severity

SEVERITY_WORDS: dict[Severity, str] = {"error": "FEJL", "rejected": "AFVIST", "warning": "ADVARSEL"}


def summarise(findings: Iterable[Finding]) -> list[str]:
    """Return Danish lines: errors first, then rows left out, then warnings; many of one kind share a line.

    The file is named only where the findings are of several files: under a heading it would be noise.
    """
    told = list(findings)
    several = len({finding.file for finding in told}) > 1
    return [line for group in by_kind(told) for line in _lines(group, several=several)]


def _lines(group: Sequence[Finding], *, several: bool) -> list[str]:
    if len(group) <= ALONE:
        return [_line(finding, _row(finding), several=several) for finding in group]
    rows = first_rows(group)
    often = f"{fmt.number(len(group))} gange"
    if not rows and own_value(group[0]) is None:
        return [_line(group[0], f"{often}, den første", several=several)]
    where = f"{often}, række {rows}" if rows else often
    return [_line(group[0], where, several=several, example=True)]


def _row(finding: Finding) -> str:
    return "" if finding.row is None else f"række {finding.row}"


def _line(finding: Finding, where: str, *, several: bool, example: bool = False) -> str:
    shown = own_value(finding)
    value = "" if shown is None else f"{'fx ' if example else ''}»{shown}«"
    column = "" if finding.column is None else f"kolonne {finding.column}"
    file = finding.file or "" if several else ""
    place = ", ".join(filter(None, [file, where, column, value]))
    word = SEVERITY_WORDS[finding.severity]
    return f"{word} {place}: {finding.message}" if place else f"{word}: {finding.message}"
