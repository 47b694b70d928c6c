"""Build beside, then swap: the served file is never changed, only replaced, and only by one writer at a time."""

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cockpit.domain.findings import UserFault
from cockpit.plumbing.files import sync

_BUSY = (
    "En anden indlæsning er i gang i {path}. Vent, til den er færdig, og prøv igen. Intet er ændret af dette forsøg."
)
_NO_ACCESS = "Lageret {path} kan ikke skrives. Vælg en fil i en mappe, som du må skrive i, eller få adgang til den."
_FULL = (
    "Der er ikke plads på disken til at skrive lageret {path}. Frigør plads til to gange lageret, og prøv igen. "
    "Intet er ændret af dette forsøg."
)
_JOURNAL = (
    "Ved siden af lageret ligger filen {path}: et andet program har åbnet lageret for at skrive i det. "
    "Luk det program, og prøv igen. Bliver filen liggende, så gendan lageret fra en sikkerhedskopi."
)
_POLL_SECONDS = 0.05
# The disk is full, or the user's share of it, or the largest file that the system allows.
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def building(path: Path, wait: float, *, empty: bool = False) -> Iterator[Path]:
    """Hold the write lock and hand out a file beside the store: a copy of it, or nothing yet.

    Whatever a killed writer left is removed first, and whatever is not published is removed last.

    Raises:
        UserFault: another load is running and does not end within `wait` seconds, or the folder is not writable.
    """
    with _told(path), _locked(path, wait):
        build = path.with_name(path.name + ".build")
        try:
            _remove(build)
            refuse_journal(path)
            if path.exists() and not empty:
                shutil.copyfile(path, build)
            yield build
        finally:
            _remove(build)


def publish(build: Path, path: Path) -> None:
    """Put a finished file in the place of the served one, atomically and for good.

    Its time stamp is made later than that of the file it replaces, so that readers see the swap even when two swaps
    fall within one tick of the clock and the new file gets the old one's inode.
    """
    if path.exists():
        shutil.copymode(path, build)
        _make_later(build, path.stat().st_mtime_ns)
    else:
        build.chmod(0o600)  # children's affairs, if by pseudonym: whoever shares the file decides so
    sync(build)
    os.replace(build, path)
    sync(path.parent)


def _make_later(build: Path, replaced: int) -> None:
    stat = build.stat()
    if stat.st_mtime_ns <= replaced:
        os.utime(build, ns=(stat.st_atime_ns, replaced + 1))


def _remove(build: Path) -> None:
    # The write-ahead log goes first: left alone, it would be replayed into the next file of that name.
    build.with_name(build.name + ".wal").unlink(missing_ok=True)
    build.unlink(missing_ok=True)
    shutil.rmtree(build.with_name(build.name + ".tmp"), ignore_errors=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Tell the user when the folder or the file cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield
    except (PermissionError, IsADirectoryError, NotADirectoryError, FileExistsError) as fault:
        raise UserFault(_NO_ACCESS.format(path=path)) from fault
    except OSError as fault:
        if fault.errno not in _NO_SPACE:
            raise
        raise UserFault(_FULL.format(path=path)) from fault


@contextmanager
def _locked(path: Path, wait: float) -> Iterator[None]:
    # flock belongs to the open file, not to the process: it also holds between threads, and a kill lets go of it.
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(handle, path, time.monotonic() + wait)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, path: Path, deadline: float) -> None:
    while not _try_lock(handle):
        if time.monotonic() >= deadline:
            raise UserFault(_BUSY.format(path=path))
        time.sleep(_POLL_SECONDS)


def refuse_full_disk(text: str, path: Path) -> None:
    """Tell the user of a full disk where a library has only the system's words for it.

    Raises:
        UserFault: the text says so.
    """
    if any(os.strerror(number) in text for number in _NO_SPACE):
        raise UserFault(_FULL.format(path=path))


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def refuse_journal(path: Path) -> None:
    """Refuse a store with a write-ahead log beside it: it would be replayed, or lost, without a word.

    Raises:
        UserFault: there is one.
    """
    journal = path.with_name(path.name + ".wal")
    if journal.exists():
        raise UserFault(_JOURNAL.format(path=journal))
