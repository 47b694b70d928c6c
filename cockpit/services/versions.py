"""The versions that a computed number depends on: of the cockpit, of its own code and of the libraries.

They stand in the papers of every number and in the key of everything kept on disk, so what other code computed is never
taken for this code's answer.
"""

import hashlib
import importlib.metadata
from functools import cache
from pathlib import Path

import cockpit
from cockpit import VERSION

LIBRARIES = ("numpy", "pandas", "scipy", "statsmodels")
# What the numbers are made by; pages and papers only show them. Its records are known by `Reference.identity`.
COMPUTING = ("models", "cockpit/domain", "cockpit/services", "cockpit/store")
SIGNS = 8  # of the code's hash: enough to tell two apart


def versions() -> dict[str, str]:
    """Return name and version of all that a number depends on; the cockpit's is `0.1.0+1a2b3c4d`, code last."""
    return dict(_versions())


@cache
def _versions() -> dict[str, str]:
    """Looked up once: finding libraries among the installed packages takes longer than reading a known prognosis."""
    code = code_identity(Path(cockpit.__file__).parents[1])
    libraries = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"cockpit": f"{VERSION}+{code}", **libraries}


def code_identity(root: Path) -> str:
    """Hash the modules under a root that numbers are made by, with their names: 3 ms.

    A comment counts as a change: to compute once too often costs seconds, once too seldom a wrong number.
    """
    found = hashlib.sha256()
    for module in sorted(module for part in COMPUTING for module in (root / part).rglob("*.py")):
        content = module.read_bytes()
        found.update(f"{module.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest()[:SIGNS]
