"""Computed results on disk, by identity of everything they hang on; they can be lost at any time without harm."""

import hashlib
import io
import json
import logging
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import feather

from cockpit.plumbing.files import replace_file

KEPT = 40
_META = "meta.json"
_DIGEST_BYTES = hashlib.sha256().digest_size
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class CachedResult:
    """Frames equal to the ones that were put in, to the last bit; `meta` is what JSON can hold.

    In a column of objects what is absent comes back as None.
    """

    frames: dict[str, pd.DataFrame]
    meta: dict


class ResultCache:
    """One file per key in a folder of its own: a SHA-256, then a zip archive of Arrow tables and one JSON document.

    Safe to share between processes: a file is written beside and put in place as a whole.
    """

    def __init__(self, folder: Path, *, kept: int = KEPT) -> None:
        """`folder` is made on the first `put`; the `kept` newest files stay in it."""
        self._folder = folder
        self._kept = kept

    def get(self, key: str) -> CachedResult | None:
        """Return what was put under a key; None where there is nothing, or its file is damaged or out of reach."""
        try:
            content = self._path(key).read_bytes()
        except OSError:
            return None
        digest, payload = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
        return _unpack(payload) if hashlib.sha256(payload).digest() == digest else None

    def put(self, key: str, frames: dict[str, pd.DataFrame], meta: dict) -> None:
        """Keep a result. A disk that cannot be written costs the next reader time, and nothing else."""
        payload = _pack(frames, meta)
        try:
            # Not lasting: a file that a power cut leaves half written fails its digest and counts as absent.
            replace_file(self._path(key), hashlib.sha256(payload).digest() + payload, lasting=False)
            self._forget_oldest()
        except OSError as fault:
            _LOG.warning("the result is not cached: %s", fault)

    def _path(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.result"

    def _forget_oldest(self) -> None:
        """Remove all but the newest files, and so, in time, the parts that killed writers left."""
        newest_first = sorted(self._folder.iterdir(), key=_modified, reverse=True)
        for path in newest_first[self._kept :]:
            path.unlink(missing_ok=True)


def _modified(path: Path) -> int:
    # Another process may have removed it meanwhile.
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _pack(frames: dict[str, pd.DataFrame], meta: dict) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(_META, json.dumps(meta, ensure_ascii=False))
        for name, frame in frames.items():
            archive.writestr(f"{name}.arrow", _arrow_of(frame))
    return packed.getvalue()


def _arrow_of(frame: pd.DataFrame) -> bytes:
    written = io.BytesIO()
    feather.write_feather(pa.Table.from_pandas(frame), written, compression="lz4")
    return written.getvalue()


def _unpack(payload: bytes) -> CachedResult:
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        frames = {
            name.removesuffix(".arrow"): feather.read_table(io.BytesIO(archive.read(name))).to_pandas()
            for name in archive.namelist()
            if name != _META
        }
        return CachedResult(frames, json.loads(archive.read(_META)))
