"""The formats of a workbook's cells, each made once."""

from typing import Any

from cockpit.reports import looks
from cockpit.reports.report import Form

SIZE = 10.0  # points of text in a cell
_PLAIN = "#,##0;\u2212#,##0"
NUMBERS: dict[Form, str] = {
    "mio": _PLAIN, "signed": "+#,##0;\u2212#,##0;0", "count": "#,##0.0", "whole": _PLAIN, "kroner": _PLAIN,
    "change": "+#,##0;\u2212#,##0;0", "percent": "0 %",
}  # fmt: skip


class Formats:
    """The formats of cells, made once per book."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple, Any] = {}

    def get(self, **settings: Any) -> Any:
        """Return the house's format with these settings besides."""
        key = tuple(sorted(settings.items()))
        if key not in self._made:
            base = {"font_name": looks.FONT, "font_size": SIZE, "font_color": f"#{looks.TEXT}", "valign": "vcenter"}
            self._made[key] = self._book.add_format({**base, **settings})
        return self._made[key]
