"""Files that are only ever replaced as a whole: whoever reads one finds what it held before or what it holds now."""

import contextlib
import os
import secrets
import shutil
from pathlib import Path

PRIVATE = 0o600  # its owner's only
SHARED = 0o666  # whoever the user's umask lets read or write new files
Stamp = tuple[int, int, int]


def replace_file(path: Path, content: bytes, *, mode: int = PRIVATE, lasting: bool = True) -> None:
    """Put a file with this content in the place of the one there is, as a whole or not at all.

    A file that is there keeps its permissions.

    Args:
        path: the file; its folder is made where there is none.
        content: all that it will hold.
        mode: permissions of a file that is new, PRIVATE or SHARED; the user's umask is taken from them.
        lasting: whether the content is seen onto the disk first, so that a power cut cannot leave half of it.

    Raises:
        OSError: the file cannot be written; it is as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{secrets.token_hex(8)}.part")  # in the same folder: only there is a rename one step
    try:
        _write(part, content, mode, lasting)
        if path.exists():
            shutil.copymode(path, part)
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    if lasting:
        with contextlib.suppress(OSError):  # the file is in place; some systems cannot open a folder
            sync(path.parent)


def _write(part: Path, content: bytes, mode: int, lasting: bool) -> None:
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        if lasting:
            file.flush()
            os.fsync(file.fileno())


def sync(path: Path) -> None:
    """See what a file or a folder holds onto the disk.

    Raises:
        OSError: it cannot be opened, or the disk fails.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_stamp(path: Path) -> Stamp | None:
    """Return what tells one file in a place from the next without opening it; None where there is no file."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
