"""The audit log: who changed the store or made papers of it, when and how; append-only JSON lines, no personal data."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path


def audit_path(store: Path) -> Path:
    """Return the log that belongs to a store."""
    return store.with_name(store.name + ".audit.jsonl")


def append_audit(store: Path, *, user: str, at: datetime, what: str, **counts: object) -> None:
    """Append one entry to the log of a store."""
    append_line(audit_path(store), {"at": at.isoformat(timespec="seconds"), "user": user, "what": what, **counts})


def read_audit(store: Path, what: str) -> list[dict]:
    """Return the entries of one sort, oldest first; a line that a killed writer left half is no entry."""
    path = audit_path(store)
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    return [entry for line in lines if (entry := _entry(line)).get("what") == what]


def _entry(line: str) -> dict:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def append_line(path: Path, entry: Mapping[str, object]) -> None:
    """Append one line of JSON, in one write, and see it onto the disk; what a killed writer left half stays apart."""
    line = json.dumps(entry, ensure_ascii=False, default=str) + "\n"
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, (("\n" if _is_torn(handle) else "") + line).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_torn(handle: int) -> bool:
    """Say whether a file ends within a line."""
    if os.fstat(handle).st_size == 0:
        return False
    os.lseek(handle, -1, os.SEEK_END)
    return os.read(handle, 1) != b"\n"
