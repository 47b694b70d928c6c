"""Extract files -> checked tables: readers, contracts, profiles, checks and pseudonyms. Stores nothing."""

from cockpit.intake.profiles import Profile, read_profiles, save_profile
from cockpit.intake.pseudonyms import load_or_create_key
from cockpit.intake.reading import read_extracts
from cockpit.intake.results import CheckedTable, FileReport, Intake, Upload

__all__ = [
    "CheckedTable",
    "FileReport",
    "Intake",
    "Profile",
    "Upload",
    "load_or_create_key",
    "read_extracts",
    "read_profiles",
    "save_profile",
]
