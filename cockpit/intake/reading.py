"""Extract files -> one checked load: every file read, every fault collected, nothing stored."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from cockpit.domain.findings import Finding, UserFault
from cockpit.domain.format import month_year
from cockpit.domain.months import SUPPLEMENT
from cockpit.domain.municipality import Municipality
from cockpit.domain.reference import Reference
from cockpit.intake import checks, cpr, date_order, yearly_returns
from cockpit.intake.columns import best_match, candidates, known_names
from cockpit.intake.contracts import CHILDREN
from cockpit.intake.extract import Extract, make_finding
from cockpit.intake.municipality_file import is_municipality_file, parse_municipality
from cockpit.intake.profiles import Profile
from cockpit.intake.pseudonyms import Key, Pseudonymiser
from cockpit.intake.readers import NotATable, read_table
from cockpit.intake.repeats import tell_repeats
from cockpit.intake.results import CheckedTable, FileReport, Intake, Upload, read_upload
from cockpit.intake.tables import build, checked_frame

_NO_EXTRACTS = "Der er ingen udtræk at indlæse. Vælg CSV- eller XLSX-filer, eller en mappe med dem."
_SAME = "Filen har samme indhold som {other}. Vælg den kun én gang."
_SECOND = "Der er flere filer med kommunens navn. Vælg kun én."
MUNICIPALITY = "kommune"
_TABLE_ENDINGS = {".csv", ".txt", ".tsv", ".tab", ".xlsx", ".xlsm", ".xls", ".dat", ".skv"}


@dataclass
class _File:
    """A file of the load: what it is called in messages, and the extract it became (None if it is no table)."""

    name: str
    sha256: str
    extract: Extract | None = None
    findings: list[Finding] = field(default_factory=list)


def read_extracts(
    sources: Sequence[Path | Upload],
    reference: Reference,
    profiles: Mapping[str, Profile],
    key: Key,
    *,
    as_of: pd.Period | None = None,
    profile: str | None = None,
    fallback_as_of: pd.Period | None = None,
) -> Intake:
    """Read and check all files of one load.

    Args:
        sources: files, folders (one level, hidden files skipped) or uploads.
        reference: the dated reference tables.
        profiles: by name, with `standard` among them.
        key: the key of the pseudonyms, or what gets it; asked for only when a citizen is met.
        as_of: the month the extracts were drawn for; None finds it in the files.
        profile: the name of the profile to read by; None finds it from the columns.
        fallback_as_of: the month for a load whose files show none (budget, population): the store's newest.

    Returns:
        The load. With an error in any file it has no tables.

    Raises:
        UserFault: no file at all, a path that does not exist, or an unknown profile.
    """
    if profile is not None and profile not in profiles:
        known = ", ".join(sorted(profiles))
        raise UserFault(f"Kolonneprofilen {cpr.mask(profile)} findes ikke. Vælg mellem: {known}.")
    uploads, skipped = _collect(sources)
    named = [upload for upload in uploads if is_municipality_file(upload.name)]
    uploads = [upload for upload in uploads if upload not in named]
    if not uploads and fallback_as_of is None:
        raise UserFault(_NO_EXTRACTS)
    municipality, told = _municipality(named)
    files = [_open(upload, profiles, profile) for upload in uploads]
    load = _Load(files, reference, as_of, fallback_as_of)
    load.check(Pseudonymiser(key))
    return load.intake((*told, *skipped), municipality)


# --- finding the files ------------------------------------------------------------------------------------------


def _collect(sources: Sequence[Path | Upload]) -> tuple[list[Upload], list[FileReport]]:
    """Return the files to read, and reports of those of a folder that are no tables."""
    uploads: list[Upload] = []
    skipped: list[FileReport] = []
    for source in sources:
        if isinstance(source, Upload):
            uploads.append(source)
        elif source.is_dir():
            for path in sorted(source.iterdir()):
                _collect_from_folder(path, uploads, skipped)
        elif source.is_file():
            uploads.append(_read(source))
        else:
            raise UserFault(f"Filen eller mappen {cpr.mask(str(source))} findes ikke. Kontrollér stien.")
    if not uploads:
        raise UserFault(_NO_EXTRACTS)
    return uploads, skipped


def _collect_from_folder(path: Path, uploads: list[Upload], skipped: list[FileReport]) -> None:
    # "~$" marks the lock file of a workbook that is open in Excel.
    if path.is_dir() or path.name.startswith((".", "~$")):
        return
    upload = _read(path)
    if path.suffix.lower() in _TABLE_ENDINGS or is_municipality_file(path.name):
        uploads.append(upload)
        return
    name = cpr.mask(upload.name)
    note = make_finding(name, "warning", "Filen er ikke en CSV- eller XLSX-fil og er sprunget over.")
    skipped.append(FileReport(name, None, _sha256(upload), 0, 0, 0, (note,)))


def _read(path: Path) -> Upload:
    try:
        return read_upload(path)
    except OSError as fault:
        raise UserFault(f"Filen {cpr.mask(str(path))} kan ikke læses. Er den åben i et andet program?") from fault


def _sha256(upload: Upload) -> str:
    return hashlib.sha256(upload.content).hexdigest()


def _open(upload: Upload, profiles: Mapping[str, Profile], chosen: str | None) -> _File:
    """Read the cells of a file and find out what kind of extract it is."""
    file = _File(cpr.mask(upload.name), _sha256(upload))
    options = candidates(profiles, chosen)
    try:
        raw = read_table(upload.content, known_names(options))
    except NotATable as fault:
        file.findings.append(make_finding(file.name, "error", str(fault), row=fault.row, value=fault.value))
        return file
    match = best_match(raw.header, options)
    if match is None:
        file.findings.append(
            make_finding(
                file.name,
                "error",
                "Filens kolonner ligner hverken indsatser, posteringer, budget eller folketal. "
                f"Fundet: {', '.join(raw.header)}. Peg kolonnerne ud i en kolonneprofil.",
                row=raw.header_row,
            )
        )
        return file
    file.extract = Extract(file.name, file.sha256, raw, match)
    return file


def _municipality(uploads: Sequence[Upload]) -> tuple[Municipality | None, list[FileReport]]:
    """Read whose extracts they are; nobody's where no file or none without fault says so."""
    found: Municipality | None = None
    reports = []
    for at, upload in enumerate(uploads):
        name, told = cpr.mask(upload.name), [] if at == 0 else [_SECOND]
        try:
            found = parse_municipality(upload.content)
        except UserFault as fault:
            told += str(fault).splitlines()
        findings = tuple(make_finding(name, "error", message) for message in told)
        reports.append(FileReport(name, MUNICIPALITY, _sha256(upload), 0, 0, 0, findings))
    return found, reports


# --- checking them together -------------------------------------------------------------------------------------


class _Load:
    """The files of one load, and the month they were drawn for."""

    def __init__(
        self,
        files: Sequence[_File],
        reference: Reference,
        as_of: pd.Period | None,
        fallback: pd.Period | None,
    ) -> None:
        self.files = files
        self.reference = reference
        self.as_of = as_of
        self.fallback = fallback
        self.notes: list[str] = []
        self.repeating: list[Extract] = []

    def of_kind(self, kind: str) -> list[Extract]:
        """Return the extracts of an English kind; the empty kind is the children of a yearly return."""
        extracts = [file.extract for file in self.files if file.extract is not None]
        return [extract for extract in extracts if extract.contract.kind == kind]

    def check(self, pseudonyms: Pseudonymiser) -> None:
        """Check every file alone, then all together."""
        extracts = [file.extract for file in self.files if file.extract is not None]
        self._refuse_same_file_twice()
        for extract in extracts:
            extract.check_header()
            extract.reject_totals()
        interventions, children = self.of_kind("interventions"), self.of_kind("")
        returns = [extract for extract in interventions if extract.profile.yearly_returns]
        yearly_returns.settle(returns, children)
        for extract in extracts:
            extract.check_widths()
            extract.check_merged()
            extract.check_required()
            date_order.tell_proven(extract)
            build(extract, self.reference, pseudonyms)
            extract.check_headings()
            if not extract.rows_read:
                extract.tell_file("warning", "Filen har overskrifter, men ingen rækker.")
        for ledger in self.of_kind("postings"):
            date_order.tell_misread(ledger, self._last_month())
        self.repeating = tell_repeats([extract for extract in extracts if not extract.lacks_columns])
        yearly_returns.check_children(children)
        yearly_returns.lend_births(returns, children)
        self._find_as_of()
        self._check_together()

    def _refuse_same_file_twice(self) -> None:
        first: dict[str, str] = {}
        for file in self.files:
            if first.setdefault(file.sha256, file.name) != file.name and file.extract is not None:
                file.extract.tell_file("error", _SAME.format(other=first[file.sha256]))

    def _check_together(self) -> None:
        """Hold rows against each other, but those of files that lack a column or are told as repeats already."""
        postings, interventions, budget, population = (
            [each for each in self.of_kind(kind) if not each.lacks_columns and each not in self.repeating]
            for kind in ("postings", "interventions", "budget", "population")
        )
        checks.check_population(population)
        checks.check_budget(budget)
        if self.as_of is None:
            return
        checks.check_interventions(interventions, self.reference, self.as_of)
        checks.check_budget_years(budget, self.reference, self.as_of)
        checks.check_postings(postings, self.as_of)
        checks.check_newest_period(postings, self.reference, self.as_of)

    def _last_month(self) -> pd.Period | None:
        """Return the last month that postings can be of: the one asked for, else one after what else is known."""
        known = self._newest_registration() or self.fallback
        return self.as_of or (known and known + 1)

    def _find_as_of(self) -> None:
        if self.as_of is not None:
            self.notes.append(f"Opgørelsesmåned: {month_year(self.as_of)} (valgt).")
            return
        finders: tuple[tuple[Callable[[], pd.Period | None], str], ...] = (
            (self._newest_period, "den nyeste bogføringsperiode"),
            (self._newest_registration, "den nyeste registrering eller start af en indsats"),
            (lambda: self.fallback, "den nyeste måned, der er indlæst før"),
            (self._newest_adoption, "den nyeste vedtagelse"),
            (self._first_year, "det første år i filerne"),
        )
        for find, why in finders:
            self.as_of = find()
            if self.as_of is not None:
                self.notes.append(f"Opgørelsesmåned: {month_year(self.as_of)}, fundet som {why}.")
                return

    def _newest_period(self) -> pd.Period | None:
        rows = checks.together(self.of_kind("postings"))
        rows = rows.dropna(subset=["year", "period"]) if len(rows) else rows
        if rows.empty:
            return None
        checks.refuse_far_period(self.of_kind("postings"), rows, self.reference)
        checks.refuse_lonely_period(self.of_kind("postings"), rows)
        regular = rows["period"].clip(upper=SUPPLEMENT - 1)
        newest = int((rows["year"] * 100 + regular).max())
        return pd.Period(year=newest // 100, month=newest % 100, freq="M")

    def _newest_registration(self) -> pd.Period | None:
        rows = checks.together(self.of_kind("interventions"))
        if rows.empty:
            return None
        days = rows["registered"].max()
        started = rows.loc[rows["status"] == "granted", "start"].max()
        newest = started if pd.isna(days) else days
        return None if pd.isna(newest) else newest.to_period("M")

    def _newest_adoption(self) -> pd.Period | None:
        rows = checks.together(self.of_kind("budget"))
        newest = rows["adopted"].max() if len(rows) else pd.NaT
        return None if pd.isna(newest) else newest.to_period("M")

    def _first_year(self) -> pd.Period | None:
        years = [
            extract.frame["year"].min()
            for kind in ("budget", "population")
            for extract in self.of_kind(kind)
            if extract.frame["year"].notna().any()
        ]
        return pd.Period(year=int(min(years)), month=1, freq="M") if years else None

    # --- the result ---------------------------------------------------------------------------------------------

    def intake(self, others: Sequence[FileReport], municipality: Municipality | None) -> Intake:
        """Return the load with the files that are no extracts: tables only where no file has an error."""
        found = [*(_findings(file) for file in self.files), *(file.findings for file in others)]
        ok = not any(finding.severity == "error" for of_file in found for finding in of_file)
        reports = [_report(file, ok) for file in self.files]
        tables: dict[str, list[CheckedTable]] = {}
        for extract in (file.extract for file in self.files):
            if ok and extract is not None and extract.contract is not CHILDREN:
                tables.setdefault(extract.contract.kind, []).append(_checked(extract))
        return Intake(self.as_of, (*reports, *others), tables, ok, tuple(self.notes), municipality)


def _findings(file: _File) -> list[Finding]:
    return file.findings + (file.extract.findings if file.extract else [])


def _report(file: _File, ok: bool) -> FileReport:
    findings = tuple(sorted(_findings(file), key=lambda finding: finding.row or 0))
    extract = file.extract
    if extract is None:
        return FileReport(file.name, None, file.sha256, 0, 0, 0, findings)
    stored = len(extract.rows) if ok else 0
    return FileReport(
        file.name,
        extract.contract.danish,
        file.sha256,
        extract.rows_read,
        stored,
        extract.rows_read - stored,
        findings,
        extract.profile.name,
    )


def _checked(extract: Extract) -> CheckedTable:
    frame = checked_frame(extract)
    return CheckedTable(
        extract.contract.kind,
        extract.file,
        extract.sha256,
        frame,
        extract.rows_read,
        extract.rows_read - len(frame),
        extract.profile.name,
    )
