"""The audit log: who changed the store, when and how; append-only JSON lines, no personal data."""

import json
import os
from datetime import datetime
from pathlib import Path


def audit_path(store: Path) -> Path:
    """Return the log that belongs to a store."""
    return store.with_name(store.name + ".audit.jsonl")


def append_audit(store: Path, *, user: str, at: datetime, what: str, **counts: object) -> None:
    """Append one line, in one write, and see it onto the disk."""
    entry = {"at": at.isoformat(timespec="seconds"), "user": user, "what": what, **counts}
    line = json.dumps(entry, ensure_ascii=False, default=str) + "\n"
    handle = os.open(audit_path(store), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
