"""Extract files for tests, as text that a reader can see, and one way to read them."""

import io
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import xlsxwriter

from cockpit.domain.findings import Finding
from cockpit.domain.reference import Reference
from cockpit.intake import Intake, Profile, Upload, read_extracts, read_profiles
from cockpit.intake.reference_files import read_reference

ROOT = Path(__file__).parents[2]
KEY = b"a key that is only used in tests"
AS_OF = pd.Period("2025-06", "M")

INTERVENTIONS = """\
indsats_id;borger_id;foedselsdato;type;startdato;slutdato;takst;enhed
F1;B1;01-02-2012;Plejefamilie;01-01-2025;;1.400,50;døgn
F2;B2;15-08-2009;Opholdssted;15-03-2025;30-04-2025;92.000,00;måned
"""
POSTINGS = """\
periode;konto;beloeb;tekst
2025-01;528231001;112.000,00;januar
2025-02;528231001;-1.000,50;kreditnota
2025-03;528221002;42.000,00;marts
"""
BUDGET = """\
aar;konto;budgettype;beloeb;vedtaget
2025;5.28.20;oprindeligt;40.000.000;08-10-2024
2025;5.28.20;tillægsbevilling;-500.000;
"""
POPULATION = """\
aar;alder;antal
2025;0;431
2025;1;446
"""


@cache
def reference() -> Reference:
    """The reference tables that the product ships."""
    return read_reference(ROOT / "data" / "reference")


@cache
def profiles() -> dict[str, Profile]:
    """The profiles that the product ships."""
    return read_profiles([ROOT / "data" / "profiles"])


def read(*contents: str | bytes | Upload, **choices: object) -> Intake:
    """Read files given by their contents; they are called fil1.csv, fil2.csv ..."""
    uploads = [
        content if isinstance(content, Upload) else Upload(f"fil{number}.csv", _bytes(content))
        for number, content in enumerate(contents, start=1)
    ]
    settings = {"as_of": AS_OF, "profiles": profiles(), "key": KEY, **choices}
    return read_extracts(uploads, reference(), **settings)  # type: ignore[arg-type]


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def frame(*contents: str | bytes | Upload, **choices: object) -> pd.DataFrame:
    """Read one file that must be without errors and return its checked table."""
    intake = read(*contents, **choices)
    assert intake.ok, told(intake)
    (tables,) = intake.tables.values()
    return tables[0].frame


def told(intake: Intake) -> list[tuple[str, int | None, str | None, str | None, str]]:
    """Return each finding as (severity, row, column, value, message)."""
    return [(each.severity, each.row, each.column, each.value, each.message) for each in intake.findings]


def errors(intake: Intake) -> list[Finding]:
    """Return the findings that stop the load."""
    return [finding for finding in intake.findings if finding.severity == "error"]


def workbook(*sheets: list[list[object]]) -> bytes:
    """Return an XLSX with one sheet per table of cells; dates become spreadsheet dates."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"default_date_format": "dd-mm-yyyy", "in_memory": True})
    for cells in sheets:
        sheet = book.add_worksheet()
        for row, values in enumerate(cells):
            for column, value in enumerate(values):
                write = sheet.write_datetime if isinstance(value, date) else sheet.write
                write(row, column, value)
    book.close()
    return buffer.getvalue()
