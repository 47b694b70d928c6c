"""Every library that is imported is pinned with its reason, and none is pinned that nobody needs."""

import ast
import re
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = [ROOT / "app.py", *ROOT.glob("cockpit/**/*.py"), *ROOT.glob("models/**/*.py")]
REST = [*ROOT.glob("benchmarks/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("docs/*.py")]
NOT_IMPORTED = {"tzdata"}  # a table that the standard library reads
TOOLS = {"pytest-xdist", "ruff", "mypy", "axe-playwright-python"}  # run, or read as a file
OWN = {"app", "cockpit", "models", "benchmarks", "tests"}


def pinned(name: str) -> set[str]:
    """Names of the distributions of a file; each line holds one exact version and a reason."""
    lines = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line[:1] not in ("#", "-", "")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+ +# .+", line) for line in lines), f"{name}: a version, then its reason"
    return {line.partition("==")[0].lower() for line in lines}


def imported(paths: Iterable[Path]) -> set[str]:
    """Distributions that the files import from, lower case."""
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    outside = {name.partition(".")[0] for name in names} - OWN - set(sys.stdlib_module_names)
    homes = packages_distributions()
    return {homes[name][0].lower() for name in outside}


def test_what_the_app_imports_is_what_it_pins():
    assert imported(RUN) == pinned("requirements.txt") - NOT_IMPORTED


def test_what_tests_and_benchmarks_import_besides_is_what_they_pin():
    assert imported(REST) - pinned("requirements.txt") == pinned("requirements-dev.txt") - TOOLS
