"""Keyed pseudonyms: the only form in which a citizen reaches the store.

The key is a file outside the repository and the store. A plain hash of a CPR number is reversed in minutes; a keyed
one is not without the key.
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cockpit.domain.findings import UserFault
from cockpit.intake import cpr

Key = bytes | Callable[[], bytes]
_KEY_BYTES = 32
_PSEUDONYM_BYTES = 10  # 80 bits: 16 letters, and no chance of two children sharing one


class Pseudonymiser:
    """Turns ids into pseudonyms. The key is asked for only when the first one is needed."""

    def __init__(self, key: Key) -> None:
        self._source = key
        self._key: bytes | None = None

    def pseudonym(self, kind: str, text: str) -> str:
        """Return 16 characters (a-z, 2-7) for a normalised id; `kind` keeps ids of different kinds apart.

        The alphabet has no 0 or 1, so no pseudonym can have the shape of a CPR number.
        """
        if self._key is None:
            self._key = self._source() if callable(self._source) else self._source
        digest = hmac.new(self._key, f"{kind}:{text}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest[:_PSEUDONYM_BYTES]).decode().lower()

    def citizen(self, text: str) -> str:
        """Return the pseudonym of a citizen: the same for a CPR number with and without its separator."""
        digits = cpr.digits_of(text)
        return self.pseudonym("cpr", digits) if digits else self.pseudonym("citizen", text.casefold())


def load_or_create_key(path: Path) -> bytes:
    """Return the key of a file; on first use it is created, readable by its owner only.

    Raises:
        UserFault: the file cannot be read or created, or holds no key.
    """
    try:
        return _decode(path, path.read_text(encoding="ascii")) if path.exists() else _create(path)
    except (OSError, UnicodeDecodeError) as fault:
        raise UserFault(
            f"Nøglefilen {path} kan ikke læses eller oprettes. Giv adgang til mappen, "
            "eller vælg en anden fil med COCKPIT_KEY_FILE."
        ) from fault


def _create(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(_KEY_BYTES)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    # A link, unlike a rename, never replaces the key that another process made meanwhile.
    try:
        os.link(beside, path)
    except FileExistsError:
        return _decode(path, path.read_text(encoding="ascii"))
    finally:
        beside.unlink()
    return key


def _decode(path: Path, text: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) < _KEY_BYTES:
        raise UserFault(
            f"Nøglefilen {path} indeholder ingen nøgle. Hent den rigtige fil fra sikkerhedskopien: "
            "med en ny nøgle kan nye udtræk ikke knyttes til de gamle."
        )
    return key
