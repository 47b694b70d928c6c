"""What an import found, in words and tables: pure, so that every sentence can be tested."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.finding_kinds import ALONE, by_kind, first_rows, own_value
from cockpit.domain.findings import Finding, Severity
from cockpit.services.load_month import FileReport, LoadReport
from cockpit.ui import tables
from cockpit.ui.history import short_name

TITLES: dict[Severity, str] = {
    "error": "Fejl: intet gemmes, før de er rettet",
    "rejected": "Afviste rækker: de er ikke med i tallene",
    "warning": "Advarsler: de stopper ingenting, men se efter",
}
SHORT = 16  # signs: a date or an amount stays on one line
WORDS: dict[Severity, str] = {"error": "fejl", "rejected": "afvist", "warning": "advarsel"}
COLUMNS = ["alvor", "fil", "række", "kolonne", "værdi", "besked"]
TABLE = (
    tables.text_column("fil", "Fil"),
    tables.Column("række", "Række", tables.plain),
    tables.text_column("kolonne", "Kolonne"),
    replace(tables.text_column("værdi", "Værdi"), mark=lambda value: "unbroken" if len(str(value)) <= SHORT else ""),
    tables.text_column("besked", "Hvad er galt, og hvad gør I", long=True),
)
TABLE_OF_ONE_FILE = TABLE[1:]  # its name stands above; on a phone the remedy needs the room
FOLDED_COLUMNS = [*COLUMNS, "antal"]
FOLDED = (
    TABLE[0],
    replace(tables.text_column("række", "Række"), mark=lambda _: "titled"),
    tables.Column("antal", "Antal", fmt.number),
    *TABLE[2:],
)
FILES = (
    tables.text_column("name", "Fil"),
    tables.text_column("kind", "Slags"),
    tables.text_column("profile", "Profil"),
    tables.Column("rows_read", "Læst", fmt.number),
    tables.Column("rows_stored", "Gemt", fmt.number),
    tables.Column("rows_rejected", "Afvist", fmt.number),
    tables.Column("findings", "Fund", fmt.number),
)
SHOWN = 200


def all_findings(report: LoadReport) -> list[tuple[str, Finding]]:
    """Return every finding with the name of its file, those of the whole load last."""
    of_files = [(short_name(file.path), finding) for file in report.files for finding in file.findings]
    return [*of_files, *((short_name(finding.file or ""), finding) for finding in report.findings)]


def frame(found: Iterable[tuple[str, Finding]]) -> pd.DataFrame:
    """Return findings as a table with the columns of `COLUMNS`, in the order of severity, file and row."""
    rows = [
        (WORDS[finding.severity], name or None, finding.row, finding.column, finding.value or None, finding.message)
        for name, finding in found
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"række": "Int64"})


def folded(found: Iterable[tuple[str, Finding]]) -> pd.DataFrame:
    """Return one line per kind of fault with the columns of `FOLDED_COLUMNS`; a few of one kind still stand alone.

    A line of many shows the first of them, its rows as text.
    """
    named = [replace(finding, file=name) for name, finding in found]
    lines = [line for group in by_kind(named) for line in _folded(group)]
    return pd.DataFrame(lines, columns=FOLDED_COLUMNS)


def _folded(group: Sequence[Finding]) -> Iterator[tuple]:
    for part in [[finding] for finding in group] if len(group) <= ALONE else [group]:
        first, value = part[0], own_value(part[0])
        is_example = len({finding.message for finding in part}) > 1
        message = f"Fx {fmt.lower_first(first.message)}" if is_example and not value else first.message
        shown = f"fx {value}" if value and len(part) > 1 else value
        yield (
            WORDS[first.severity], first.file or None, first_rows(part) or None, first.column, shown, message, len(part)
        )  # fmt: skip


def columns(report: LoadReport, every: tuple[tables.Column, ...] = TABLE) -> tuple[tables.Column, ...]:
    """Return the columns to show: the file's name only where several were chosen."""
    return every if len(report.files) > 1 else every[1:]


def csv(found: pd.DataFrame) -> bytes:
    """Return findings as a file that Excel opens with Danish settings; no cell can be run as a formula."""
    return found.map(_harmless).to_csv(sep=";", index=False).encode("utf-8-sig")


def files_frame(report: LoadReport) -> pd.DataFrame:
    """Return one row per file, and the sum: rows read = rows stored + rows rejected."""
    rows = [
        {"name": short_name(file.path), "findings": len(file.findings) + len(report.findings_of(file))}
        | {name: getattr(file, name) for name in ("kind", "profile", "rows_read", "rows_stored", "rows_rejected")}
        for file in report.files
    ]
    result = pd.DataFrame(rows, columns=[column.name for column in FILES])
    sums = result.select_dtypes("number").sum()
    return pd.concat([result, pd.DataFrame([{"name": "I alt", **sums}])], ignore_index=True)


def headline(report: LoadReport, *, dry_run: bool) -> str:
    """Say in one sentence what the load did."""
    errors = sum(finding.severity == "error" for _, finding in all_findings(report))
    files = fmt.plural(len(report.files), "fil", "filer")
    if errors:
        total = "i alt " if len(report.files) > 1 else ""
        return f"Intet er gemt: {files} har {total}{fmt.plural(errors, 'fejl', 'fejl')}, som skal rettes først."
    when = f" opgjort pr. {fmt.month_long(report.as_of)}" if report.as_of is not None else ""
    if dry_run:
        return f"Afprøvet uden at gemme: {files}{when} kan indlæses."
    if not report.changed:
        return f"Intet er ændret: indholdet af {files}{when} er allerede indlæst."
    return f"Indlæst: {files}{when}, {_rows(report.files)}."


def is_success(report: LoadReport) -> bool:
    """Say whether nothing stops the files from being stored."""
    return all(finding.severity != "error" for _, finding in all_findings(report))


def _rows(files: tuple[FileReport, ...]) -> str:
    stored = fmt.plural(sum(file.rows_stored for file in files), "række", "rækker")
    rejected = sum(file.rows_rejected for file in files)
    return f"{stored} gemt" + (f" og {fmt.number(rejected)} afvist" if rejected else "")


def _harmless(value: object) -> object:
    """Keep a spreadsheet from running a value as a formula; numbers may keep their sign."""
    if not isinstance(value, str) or not value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return value
    return value if value[1:2].isdigit() and value[0] in "+-" else f"'{value}"
