"""Where the cockpit keeps its things: store, reference tables, profiles, key file, cached results."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from cockpit.domain.corrections import Correction
from cockpit.domain.findings import UserFault
from cockpit.domain.measures import Measure
from cockpit.domain.months import parse_month
from cockpit.domain.municipality import Municipality
from cockpit.domain.reference import Event, Reference
from cockpit.intake import Profile, corrections_file, events_file, load_or_create_key, measures_file, read_profiles
from cockpit.intake.municipality_file import FILE_NAME, read_municipality
from cockpit.intake.reference_files import read_reference
from cockpit.services.extract_notes import extract_notes
from cockpit.store import ResultCache, Store

ROOT = Path(__file__).parents[2]
DEFAULT_STORE = Path("data") / "store" / "cockpit.duckdb"


@dataclass(frozen=True)
class Workspace:
    """One store with everything around it; cheap to make, holds no open connection."""

    path: Path
    key_file: Path
    reference: Reference

    @classmethod
    def open(cls, path: Path | None = None, environment: Mapping[str, str] = os.environ) -> "Workspace":
        """Open the store at `path`, else at COCKPIT_DB, else the default below the repository.

        Raises:
            UserFault: a reference table or profile is at fault.
        """
        chosen = path or Path(environment.get("COCKPIT_DB") or ROOT / DEFAULT_STORE)
        return cls(
            path=chosen,
            key_file=_key_file(environment),
            reference=read_reference(ROOT / "data" / "reference"),
        )

    @cached_property
    def store(self) -> Store:
        """The store, which need not exist yet."""
        return Store(self.path)

    @cached_property
    def cache(self) -> ResultCache:
        """Computed results beside the store, by identity."""
        return ResultCache(self.path.parent / "cache")

    @property
    def profiles(self) -> dict[str, Profile]:
        """The column profiles by name: the product's own, and the ones saved here, which win."""
        return read_profiles((ROOT / "data" / "profiles", self.own_profiles))

    @property
    def own_profiles(self) -> Path:
        """The folder of the profiles that users save."""
        return self.path.parent / "profiles"

    @property
    def scenarios_folder(self) -> Path:
        """The folder of the scenarios that users save."""
        return self.path.parent / "scenarios"

    @property
    def corrections_file(self) -> Path:
        """The file of known corrections, which need not exist."""
        return self.path.parent / corrections_file.FILE_NAME

    def identity(self) -> tuple[object, ...]:
        """Changes when anything does that a forecast is made from: the store, the assumptions, or a file beside it."""
        own = sorted(self.path.parent.glob("*.csv"))
        stamps = [(path.name, stat.st_mtime_ns, stat.st_size) for path in own for stat in [path.stat()]]
        return str(self.path), self.store_identity(), self.reference.identity, tuple(stamps)

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """Every known correction that is entered, read anew each time: the file may be changed in a spreadsheet.

        Raises:
            UserFault: the file is at fault.
        """
        return corrections_file.read_corrections(self.corrections_file, self.reference)

    @property
    def measures_file(self) -> Path:
        """The file of compensating actions, which need not exist."""
        return self.path.parent / measures_file.FILE_NAME

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every compensating action that is entered, read anew each time.

        Raises:
            UserFault: the file is at fault.
        """
        return measures_file.read_measures(self.measures_file, self.reference)

    @property
    def events_file(self) -> Path:
        """The file of the municipality's own known events, which need not exist."""
        return self.path.parent / events_file.FILE_NAME

    @property
    def events(self) -> tuple[Event, ...]:
        """The municipality's own known events, read anew each time.

        Raises:
            UserFault: the file is at fault.
        """
        return events_file.read_events(self.events_file, self.reference)

    @property
    def municipality_file(self) -> Path:
        """The file of whose figures the store holds, which need not exist; the store's own, also in a shared folder."""
        return self.path.with_suffix(f".{FILE_NAME}")

    @property
    def municipality(self) -> Municipality:
        """Whose figures the store holds, read anew each time; nameless where nobody has said so.

        Raises:
            UserFault: the file is at fault.
        """
        return read_municipality(self.municipality_file)

    def key(self) -> bytes:
        """The pseudonym key, made on first use outside store and repository."""
        return load_or_create_key(self.key_file)

    def store_identity(self) -> str:
        """Changes when, and only when, the store's contents are replaced."""
        return self.store.identity()

    def is_empty(self) -> bool:
        """Whether nothing has been loaded."""
        return self.store.is_empty()

    def months(self) -> list[pd.Period]:
        """The as-of months that can be shown, ascending."""
        return self.store.months()

    def newest(self) -> pd.Period | None:
        """The newest as-of month, None in an empty store."""
        return self.store.newest()

    def notes(self, as_of: pd.Period) -> tuple[str, ...]:
        """What the extracts read at an as-of month lack, and what reading it had to assume, in Danish."""
        return (*extract_notes(self.store, self.reference, as_of), *self.store.notes(as_of))

    def batches(self) -> pd.DataFrame:
        """Every load with its file, counts, user and time."""
        return self.store.batches()

    def month_or_newest(self, as_of: pd.Period | None) -> pd.Period:
        """Return the month asked for, else the newest.

        Raises:
            UserFault: the store is empty, or holds nothing at that month.
        """
        if self.is_empty():
            raise UserFault(
                "Der er ingen data endnu. Indlæs månedens udtræk med `python -m cockpit import MAPPE`. "
                "`python -m cockpit demo` skriver en eksempelkommunes udtræk, som kan indlæses på samme måde."
            )
        months = self.months()
        month = as_of or months[-1]
        if month not in months:
            raise UserFault(f"Der er ingen data for {month}. Vælg en måned fra {months[0]} til {months[-1]}.")
        return month


def _key_file(environment: Mapping[str, str]) -> Path:
    if chosen := environment.get("COCKPIT_KEY_FILE"):
        return Path(chosen)
    configuration = environment.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(configuration) / "styringscockpit" / "pseudonym.key"


def month_from(text: str | None) -> pd.Period | None:
    """Read a month that a user wrote; None where none was written.

    Raises:
        UserFault: it is no month.
    """
    if text is None:
        return None
    try:
        return parse_month(text)
    except ValueError as fault:
        raise UserFault(f"»{text}« er ikke en måned. Skriv den som ÅÅÅÅ-MM, for eksempel 2026-03.") from fault
