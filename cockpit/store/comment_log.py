"""The comments beside the store: append-only JSON lines, so that none is lost and writing one disturbs no reader."""

import json
from datetime import datetime
from pathlib import Path

import pandas as pd

from cockpit.domain.comments import COMMENTED_LEVELS, LineComment
from cockpit.domain.findings import UserFault
from cockpit.store.audit import append_line

_NO_ACCESS = "Kommentaren kan ikke gemmes i {path}: få adgang til at skrive i mappen, og prøv igen."


def comments_path(store: Path) -> Path:
    """Return the file of comments that belongs to a store."""
    return store.with_name(store.name + ".kommentarer.jsonl")


def append_comment(store: Path, comment: LineComment) -> None:
    """Write a comment to the end of the file and see it onto the disk.

    Raises:
        UserFault: the file cannot be written.
    """
    entry = {
        "at": comment.at.isoformat(timespec="seconds"), "user": comment.user, "month": str(comment.month),
        "level": comment.level, "key": comment.key, "text": comment.text,
    }  # fmt: skip
    path = comments_path(store)
    try:
        append_line(path, entry)
    except OSError as fault:
        raise UserFault(_NO_ACCESS.format(path=path)) from fault


def read_comments(store: Path) -> list[LineComment]:
    """Return every comment ever written, oldest first, but the `damaged_lines`; none where there is no file."""
    return [comment for comment in map(_comment, _lines(store)) if comment is not None]


def damaged_lines(store: Path) -> list[int]:
    """Return the numbers, from 1, of the lines that hold no comment: torn by a killed writer, or edited by hand."""
    return [number for number, line in enumerate(_lines(store), 1) if line.strip() and _comment(line) is None]


def _lines(store: Path) -> list[str]:
    path = comments_path(store)
    return path.read_bytes().decode("utf-8", "replace").split("\n") if path.exists() else []


def _comment(line: str) -> LineComment | None:
    try:
        entry = json.loads(line)
        month, at = pd.Period(entry["month"], "M"), datetime.fromisoformat(entry["at"])
        level, key, text, user = (str(entry[name]) for name in ("level", "key", "text", "user"))
    except (ValueError, KeyError, TypeError):
        return None
    return LineComment(month, level, key, text, user, at) if level in COMMENTED_LEVELS else None
