"""The comments beside the store: append-only JSON lines, so that none is lost and writing one disturbs no reader."""

import json
from datetime import datetime
from pathlib import Path

import pandas as pd

from cockpit.domain.comments import LineComment
from cockpit.domain.findings import UserFault
from cockpit.store.audit import append_line

_DAMAGED = (
    "Kommentarerne i {path} kan ikke læses: linje {line} er beskadiget. Ret eller slet linjen, eller gendan filen fra "
    "en sikkerhedskopi."
)
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
    """Return every comment ever written, oldest first; none where there is no file.

    Raises:
        UserFault: a line of the file is damaged.
    """
    path = comments_path(store)
    if not path.exists():
        return []
    lines = path.read_bytes().decode("utf-8", "replace").split("\n")
    return [_comment(line, number, path) for number, line in enumerate(lines, 1) if line.strip()]


def _comment(line: str, number: int, path: Path) -> LineComment:
    try:
        entry = json.loads(line)
        month, at = pd.Period(entry["month"], "M"), datetime.fromisoformat(entry["at"])
        level, key, text, user = (str(entry[name]) for name in ("level", "key", "text", "user"))
        return LineComment(month, level, key, text, user, at)
    except (ValueError, KeyError, TypeError) as fault:
        raise UserFault(_DAMAGED.format(path=path, line=number)) from fault
