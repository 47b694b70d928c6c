"""One extract while it is read: its cells by contract field, its findings, and the rows it loses on the way."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cockpit.domain.dataset import largest
from cockpit.domain.findings import Finding, Severity
from cockpit.domain.format import enumeration
from cockpit.domain.reference import spelling
from cockpit.intake import cpr
from cockpit.intake.columns import Match
from cockpit.intake.contracts import Contract
from cockpit.intake.numbers_and_dates import (
    Decimal,
    NumberStyle,
    Unreadable,
    is_ambiguous,
    read_number,
    style_of,
    turned,
)
from cockpit.intake.profiles import Profile
from cockpit.intake.readers import RawTable
from cockpit.intake.sheet_cells import Merged, has_formula, is_formula_error

_SHOWN = 80  # a value in a finding is a pointer into the file, not a copy of it
_NUMERIC = ("number", "amount", "count")
PERSONAL = "Der står noget, der ligner et CPR-nummer, hvor der skal stå et tal. Ret feltet i fagsystemet."
_HIDDEN = (
    "Her står et tal, der ligner et CPR-nummer. Det er skjult og gemmes ikke. Er det et CPR-nummer, så fjern det i "
    "fagsystemet."
)
_TOO_LARGE = "Tallet er for stort til at være rigtigt. Ret det i fagsystemet."
_NO_RESULT = (
    "Cellen har en formel uden resultat. Åbn filen i Excel, og gem den igen, så resultatet følger med, eller skriv "
    "værdien i stedet."
)
_MERGED = (
    "Cellerne {name} er flettet, så kun den første har en værdi. Ophæv fletningen i Excel, og skriv værdien i hver "
    "celle."
)
_TWO_SIDES = (("debet", "debit"), ("kredit", "credit"))
_YEAR = re.compile(r"(19|20)[0-9]{2}")
_NEARLY_ALL = 0.9
_SEVERAL = 2
_ENOUGH_CELLS = 10
_TOTAL = re.compile(
    r"(i\s?alt|total(er|t)?|sum(mer)?|subtotal(er)?|hovedtotal|grand\s?total|samlet|sammentælling)\b.*"
    r"|.*\S\s(i\s?alt|total|subtotal|sum)",
    re.IGNORECASE,
)


def make_finding(
    file: str,
    severity: Severity,
    message: str,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
) -> Finding:
    """Return a finding in which nothing has the shape of a CPR number."""
    return Finding(severity, cpr.mask(message), row, _shown(column), _shown(value), file)


def _refuse_failed_formula(text: str) -> str:
    if is_formula_error(text):
        raise Unreadable(f"Formlen i cellen giver {text}. Ret formlen i regnearket, eller skriv værdien i stedet.")
    if has_formula(text):
        raise Unreadable(_NO_RESULT)
    return text


def _shown(text: str | None) -> str | None:
    return None if text is None else cpr.mask(text)[:_SHOWN]


class Extract:
    """The cells of one file by contract field. Rows are positions 0..n-1; `rows` holds their physical lines."""

    def __init__(self, file: str, sha256: str, raw: RawTable, match: Match) -> None:
        self.file = file
        self.sha256 = sha256
        self.raw = raw
        self.match = match
        self.rows_read = len(raw.rows)
        self.findings: list[Finding] = []
        self.frame = pd.DataFrame()
        self.misread: list[str] = []  # fields of which nearly no cell could be read
        self.month_first: frozenset[str] = frozenset()  # fields whose dates are written so
        self._styles: dict[str, NumberStyle] = {}

    @property
    def contract(self) -> Contract:
        """The kind of extract."""
        return self.match.contract

    @property
    def profile(self) -> Profile:
        """The profile it is read by."""
        return self.match.profile

    @property
    def rows(self) -> np.ndarray:
        """Physical lines of the rows that are still in, shape (n,)."""
        return self.raw.rows

    @property
    def lacks_columns(self) -> bool:
        """Say whether a required column is missing: what its rows are beside each other is then a guess."""
        return bool(self.match.missing)

    def has(self, name: str) -> bool:
        """Say whether the file has a column for a field."""
        return name in self.match.index

    def cells(self, name: str) -> np.ndarray:
        """Return the text of a field per row, blank throughout where the file lacks it."""
        if self.has(name):
            return self.raw.columns[self.match.index[name]]
        blanks = np.empty(len(self.rows), dtype=object)
        blanks[:] = ""
        return blanks

    def label(self, name: str) -> str:
        """Return the name a user knows a field by: the file's own heading, else the contract's."""
        return self.raw.header[self.match.index[name]] if self.has(name) else name

    def tell_file(self, severity: Severity, message: str, **place: Any) -> None:
        """Note something about the file as a whole."""
        self.findings.append(make_finding(self.file, severity, message, **place))

    def tell(self, severity: Severity, message: str | Sequence[str], at: np.ndarray, name: str | None = None) -> None:
        """Note something about rows.

        Args:
            severity: error, rejected or warning.
            message: a sentence for all, or one per row of `at`.
            at: positions of the rows (or a mask over all rows).
            name: the contract field it is about; its text is shown unless it identifies a citizen.
        """
        positions = np.flatnonzero(at) if at.dtype == bool else at
        texts = self.cells(name)[positions] if name and self.has(name) else [None] * len(positions)
        secret = name is not None and self.contract.field(name).form == "citizen"


        def message_of(number: int) -> str:
            return message if isinstance(message, str) else message[number]

        for number, (position, text) in enumerate(zip(positions, texts, strict=True)):
            self.findings.append(
                make_finding(
                    self.file,
                    severity,
                    message_of(number),
                    row=int(self.rows[position]),
                    column=self.label(name) if name else None,
                    value=cpr.MASK if text and (secret or message_of(number) in (PERSONAL, _HIDDEN)) else text,
                )
            )

    def drop(self, message: str | Sequence[str], rejected: np.ndarray, name: str | None = None) -> None:
        """Leave rows out, each with the reason."""
        if rejected.any():
            self.tell("rejected", message, rejected, name)
            self.raw = self.raw.take(~rejected)

    # --- reading ------------------------------------------------------------------------------------------------

    def read(
        self, name: str, reader: Callable[[str], Any], missing: Any = None, severity: Severity = "error"
    ) -> np.ndarray:
        """Read a field row by row, every distinct text once; a blank or unreadable text gives `missing`.

        Unreadable texts and failed formulas are told, by default as errors, except in a row with too few or too many
        cells: that is told already, and its cells may stand under other headings. Returns an object array, shape (n,).
        """
        order = turned if name in self.month_first else str
        codes, texts = pd.factorize(self.cells(name))
        values = np.empty(len(texts), dtype=object)
        faults: dict[int, str] = {}
        for code, text in enumerate(texts):
            try:
                values[code] = reader(_refuse_failed_formula(order(text))) if text else missing
            except Unreadable as fault:
                values[code] = missing
                faults[code] = str(fault)
        if faults:
            bad = np.flatnonzero(np.isin(codes, list(faults)) & self._is_whole())
            self.tell(severity, [faults[code] for code in codes[bad]], bad, name)
            filled = int((self.cells(name) != "").sum())
            if len(bad) > _NEARLY_ALL * filled and filled >= _ENOUGH_CELLS:
                self.misread.append(name)
        return values[codes]

    def read_texts(self, name: str) -> pd.Series:
        """Read a field as text without CPR numbers; blank and failed formulas are NA."""
        texts = self.read(name, cpr.mask, severity="warning")
        self._tell_masked(name, texts)
        return pd.Series(texts, dtype="str")

    def _tell_masked(self, name: str, masked: np.ndarray) -> None:
        """A text that is stored otherwise than it was written is told: the source leaks, or a number is misread."""
        cells = self.cells(name)
        hidden = [text is not None and text != cell for text, cell in zip(masked, cells, strict=True)]
        self.tell("warning", _HIDDEN, np.array(hidden, dtype=bool), name)

    def read_dates(self, name: str, reader: Callable[[str], pd.Timestamp | None]) -> pd.Series:
        """Read a field as days; blank is NaT."""
        return pd.Series(pd.to_datetime(pd.Series(self.read(name, reader), dtype=object)), dtype="datetime64[us]")

    def read_numbers(self, name: str, is_personal: Callable[[str], bool] = cpr.contains) -> pd.Series:
        """Read a field as numbers, ambiguous ones by what the column, else the file, else its separator shows.

        What has the shape of a CPR number is refused: ten digits of that shape are no plausible number of kroner,
        unless a point sets four of them apart as decimals.
        """
        decimal, most = self._decimal(name), largest(self.contract.field(name).column)

        def read_impersonal(text: str) -> float:
            if is_personal(text) and not cpr.is_decimal(text):
                raise Unreadable(PERSONAL)
            number = read_number(text, decimal)
            if abs(number) > most:
                raise Unreadable(_TOO_LARGE)
            return number

        return pd.Series(self.read(name, read_impersonal, np.nan), dtype="float64")

    def _decimal(self, name: str) -> Decimal | None:
        own = self._style(name)
        if own.proven:
            return own.decimal
        styles = [self._style(each.name).decimal for each in self.contract.fields if each.form in _NUMERIC]
        others = {shown for shown in styles if shown is not None}
        usual: Decimal = "." if self.raw.delimiter == "," else ","
        decimal = others.pop() if len(others) == 1 else usual
        self._tell_ambiguous(name, decimal)
        return decimal

    def _style(self, name: str) -> NumberStyle:
        if name not in self._styles:
            self._styles[name] = style_of(text for text in pd.unique(self.cells(name)) if text)
        return self._styles[name]

    def _tell_ambiguous(self, name: str, decimal: Decimal) -> None:
        unsure = np.array([is_ambiguous(text) for text in self.cells(name)], dtype=bool)
        if not unsure.any():
            return
        first = self.cells(name)[unsure][0]
        read_as = f"{read_number(first, decimal):.3f}".rstrip("0").rstrip(".").replace(".", ",")
        self.tell_file(
            "warning",
            f"{unsure.sum()} tal kan læses på to måder. {first} er læst som {read_as}. "
            "Er det forkert, så skriv tallene med to decimaler.",
            row=int(self.rows[unsure][0]),
            column=self.label(name),
            value=first,
        )

    # --- the shape of the file ----------------------------------------------------------------------------------

    def check_header(self) -> None:
        """Tell missing, repeated and unknown columns."""
        header = self.raw.header
        row = self.raw.header_row
        for group in self.match.missing:
            names = " eller ".join(group)
            self.tell_file(
                "error",
                f"Kolonnen {names} mangler i {self.contract.danish}. {self._where_it_went(group)}",
                row=row,
                column=names,
            )
        for name in self.match.repeated:
            self.tell_file(
                "error", "Kolonnen står to gange. Slet eller omdøb den ene.", row=row, column=name, value=name
            )
        unknown = [header[at] or f"kolonne {at + 1} uden navn" for at in self.match.unknown if self._holds_anything(at)]
        if unknown:
            self.tell_file("warning", f"Ukendte kolonner er ikke læst: {', '.join(unknown)}.", row=row)
        for note in self.raw.notes:
            self.tell_file("warning", note)

    def _holds_anything(self, at: int) -> bool:
        return bool(self.raw.header[at]) or any(self.raw.columns[at])

    def _where_it_went(self, group: Sequence[str]) -> str:
        """Say what to do about a column that is missing, by what stands in its place."""
        others = {spelling(self.raw.header[at]): self.raw.header[at] for at in self.match.unknown}
        debit, credit = (next((others[name] for name in names if name in others), None) for names in _TWO_SIDES)
        if "beloeb" in group and debit and credit:
            return f"Læg {debit} og {credit} sammen i én kolonne beloeb: {debit} er positiv og {credit} negativ."
        if "aar" in group and sum(bool(_YEAR.fullmatch(name)) for name in others) > 1:
            return "Årene står som kolonner: dan udtrækket med én række pr. år og kolonnerne aar og beloeb."
        return "Tilføj den i udtrækket, eller peg på den rigtige kolonne i en kolonneprofil."

    def check_headings(self) -> None:
        """Say that the headings stand over the wrong columns, where nearly no cell of several can be read."""
        if len(self.misread) >= _SEVERAL:
            names = enumeration([self.label(name) for name in self.misread])
            self.tell_file(
                "error",
                f"Næsten ingen celler i {names} kan læses: overskrifterne ser ud til at stå over de forkerte kolonner. "
                "Ret overskrifterne, eller peg kolonnerne ud i en kolonneprofil.",
                row=self.raw.header_row,
            )

    def reject_totals(self) -> None:
        """Leave out rows that sum up other rows: a label such as "I alt" where a row needs something else."""
        labelled = np.zeros(len(self.rows), dtype=bool)
        filled = np.zeros(len(self.rows), dtype=bool)
        for column in self.raw.columns:
            labelled |= self._matches_total(column)
        keys = [group for group in self.contract.required if not self._is_numeric(group)]
        complete = np.ones(len(self.rows), dtype=bool)
        for group in keys:
            named = np.zeros(len(self.rows), dtype=bool)
            for name in group:
                cells = self.cells(name)
                named |= (cells != "") & ~self._matches_total(cells)
            complete &= named | all(name in self.profile.optional for name in group)
            filled |= named
        self.drop("Rækken er en sum af andre rækker og er ikke talt med.", labelled & ~complete)
        self._reject_bare_sum(filled[~(labelled & ~complete)])

    def _reject_bare_sum(self, filled: np.ndarray) -> None:
        """A last row that holds nothing but numbers is a sum without a label."""
        if len(filled) < 2 or filled[-1]:
            return
        numeric = {self.match.index[each.name] for each in self.contract.fields
                   if self._is_numeric((each.name,)) and self.has(each.name)}  # fmt: skip
        cells = {at for at, column in enumerate(self.raw.columns) if column[-1]}
        if cells and cells <= numeric:
            last = np.arange(len(filled)) == len(filled) - 1
            self.drop("Sidste række har kun tal og er læst som en sum, der ikke er talt med.", last)

    def _is_numeric(self, group: Sequence[str]) -> bool:
        return all(self.contract.field(name).form in _NUMERIC for name in group)

    @staticmethod
    def _matches_total(cells: np.ndarray) -> np.ndarray:
        codes, texts = pd.factorize(cells)
        hits = np.array([bool(_TOTAL.fullmatch(text)) for text in texts], dtype=bool)
        return hits[codes] if len(texts) else np.zeros(len(cells), dtype=bool)

    def check_widths(self) -> None:
        """Tell rows with fewer or more cells than the header; a short last row is a file that was cut off."""
        expected = len(self.raw.header)
        last = np.arange(len(self.rows)) == len(self.rows) - 1
        short, long = self.raw.widths < expected, self.raw.widths > expected
        counted = [f"Rækken har {width} felter, men overskriften har {expected}. " for width in self.raw.widths]
        cut = "Filen ser ud til at være afbrudt her; er det en bemærkning under tabellen, så slet den."
        whole = "Sæt tekster med skilletegn i anførselstegn, eller gem udtrækket som XLSX."
        for wrong, advice in ((short & last, cut), (short & ~last, whole), (long, whole)):
            at = np.flatnonzero(wrong)
            self.tell("error", [counted[position] + advice for position in at], at)

    def _is_whole(self) -> np.ndarray:
        return self.raw.widths == len(self.raw.header)

    def check_merged(self) -> None:
        """Tell merged cells in the columns that are read: every cell of them but the first has lost its value."""
        for cells in sorted(self.raw.merged, key=lambda one: (one.first_row, one.first_column)):
            touched = [each for each in self.contract.fields if self._is_within(each.name, cells)]
            rows = self.rows[self._at(cells)]
            if touched and len(rows):
                severity: Severity = "warning" if all(each.form == "text" for each in touched) else "error"
                place = {"row": int(rows[0]), "column": self.label(touched[0].name)}
                self.tell_file(severity, _MERGED.format(name=cells.name), **place)

    def _is_within(self, name: str, cells: Merged) -> bool:
        return self.has(name) and cells.first_column <= self.match.index[name] <= cells.last_column

    def _is_merged(self, name: str) -> np.ndarray:
        """Say which rows have the cell of a field merged into another."""
        covered = np.zeros(len(self.rows), dtype=bool)
        for cells in self.raw.merged:
            if self._is_within(name, cells):
                covered[self._at(cells)] = True
        return covered

    def _at(self, cells: Merged) -> slice:
        """Return the positions of the rows of merged cells; physical lines ascend."""
        return slice(*np.searchsorted(self.rows, [cells.first_row, cells.last_row + 1]))

    def check_required(self) -> None:
        """Tell rows where a required field is blank; why a merged cell is, is told already."""
        for group in self.contract.required:
            present = [name for name in group if self.has(name)]
            if not present or any(name in self.profile.optional for name in group):
                continue
            blank = np.all([(self.cells(name) == "") & ~self._is_merged(name) for name in present], axis=0)
            blank &= self._is_whole()
            for name in present:
                blank &= self.profile.defaults.get(name) is None
            if blank.any():
                names = " eller ".join(self.label(name) for name in present)
                self.tell("error", f"Feltet er tomt. Udfyld {names}, eller slet rækken.", blank, present[0])
