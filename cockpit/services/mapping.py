"""Map a file's columns: see what they are, point the missing ones out, keep that as a profile."""

from collections.abc import Mapping
from pathlib import Path

from cockpit.intake import (
    ColumnPreview,
    FieldChoice,
    Profile,
    Upload,
    choices,
    kinds,
    mapped_profile,
    preview_columns,
    save_profile,
)
from cockpit.services.workspace import Workspace

__all__ = ["ColumnPreview", "FieldChoice", "Profile", "Upload", "choices", "kinds", "preview", "save_mapping"]


def preview(workspace: Workspace, upload: Upload, profile: str | None = None) -> ColumnPreview:
    """Show a file's columns and what they seem to be, under the profile that fits best or the one named."""
    return preview_columns(upload, workspace.profiles, profile)


def save_mapping(
    workspace: Workspace, name: str, kind: str, columns: Mapping[str, str], base: str | None = None
) -> Path:
    """Save columns that a user pointed out as a profile beside the store and return its file.

    Args:
        workspace: its own profile folder keeps the profile.
        name: what the user calls the profile.
        kind: the contract's Danish word for the kind of extract.
        columns: contract field -> heading of the file.
        base: the name of a profile whose other kinds, spellings and rules are kept.

    Raises:
        UserFault: a required field has no column, two fields share one, or the name cannot be used.
    """
    start = workspace.profiles[base] if base else None
    return save_profile(workspace.own_profiles, mapped_profile(name, kind, columns, start))
