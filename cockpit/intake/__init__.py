"""Extract files -> checked tables: readers, contracts, profiles, checks and pseudonyms. Stores nothing."""

from cockpit.intake.preview import (
    ColumnPreview,
    FieldChoice,
    PreviewColumn,
    choices,
    kinds,
    mapped_profile,
    preview_columns,
)
from cockpit.intake.profiles import Profile, read_profiles, save_profile
from cockpit.intake.pseudonyms import load_or_create_key
from cockpit.intake.reading import read_extracts
from cockpit.intake.results import CheckedTable, FileReport, Intake, Upload
from cockpit.intake.summary import summarise

__all__ = [
    "CheckedTable",
    "ColumnPreview",
    "FieldChoice",
    "FileReport",
    "Intake",
    "PreviewColumn",
    "Profile",
    "Upload",
    "choices",
    "kinds",
    "load_or_create_key",
    "mapped_profile",
    "preview_columns",
    "read_extracts",
    "read_profiles",
    "save_profile",
    "summarise",
]
