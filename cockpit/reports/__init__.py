"""Papers: one report as plain data, rendered as slides, as a PDF or as a workbook."""

from collections.abc import Callable
from pathlib import Path

from cockpit.domain.findings import UserFault
from cockpit.plumbing.files import SHARED, replace_file
from cockpit.reports.build import AUDIENCE_NAMES, build_report
from cockpit.reports.report import Report

__all__ = ["AUDIENCE_NAMES", "KINDS", "Report", "build_report", "check_kind", "render", "write_report"]

KINDS = ("pptx", "pdf", "xlsx")


def check_kind(path: Path) -> str:
    """Return the kind of paper that a file's suffix asks for.

    Raises:
        UserFault: it is none that can be made.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise UserFault(f"»{path.name}« kan ikke laves. Filnavnet skal ende på .pptx, .pdf eller .xlsx.")
    return kind


def render(report: Report, kind: str) -> bytes:
    """Render a report as one of KINDS."""
    return _renderer(kind)(report)


def _renderer(kind: str) -> Callable[[Report], bytes]:
    """Each library takes a moment to import, which only the paper that needs it should wait for."""
    if kind == "pptx":
        from cockpit.reports.pptx import to_pptx

        return to_pptx
    if kind == "pdf":
        from cockpit.reports.pdf import to_pdf

        return to_pdf
    from cockpit.reports.xlsx import to_xlsx

    return to_xlsx


def write_report(report: Report, path: Path) -> None:
    """Write a report where its suffix says how, as a whole or not at all.

    Raises:
        UserFault: the suffix is of no paper, or the file cannot be written.
    """
    content = render(report, check_kind(path))
    try:
        replace_file(path, content, mode=SHARED)
    except OSError as fault:
        raise UserFault(f"{path} kan ikke skrives. Luk filen, hvis den er åben, og få adgang til mappen.") from fault
