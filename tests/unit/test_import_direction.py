"""The house has one-way arrows: this test draws them from the imports and refuses any other."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "cockpit.plumbing": set(),
    "cockpit.domain": set(),
    "cockpit.intake": {"cockpit.domain", "cockpit.plumbing"},
    "cockpit.store": {"cockpit.domain", "cockpit.plumbing"},
    "models": {"cockpit.domain", "cockpit.plumbing"},
    "cockpit.services": {"cockpit.intake", "cockpit.store", "models", "cockpit.domain", "cockpit.plumbing"},
    "cockpit.reports": {"cockpit.domain", "cockpit.plumbing"},
    "cockpit.ui": {"cockpit.services", "cockpit.reports", "cockpit.domain", "cockpit.plumbing"},
    "cockpit.__main__": {"cockpit.services", "cockpit.reports", "cockpit.domain"},
    "app": {"cockpit.ui"},
}
ONLY_IN = {"streamlit": {"cockpit.ui", "app"}, "duckdb": {"cockpit.store"}, "statsmodels": {"models"}}


def room_of(module: str) -> str | None:
    return next((room for room in MAY_IMPORT if module == room or module.startswith(room + ".")), None)


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def modules() -> list[Path]:
    return sorted([ROOT / "app.py", *ROOT.glob("cockpit/**/*.py"), *ROOT.glob("models/**/*.py")])


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_run_one_way(path: Path) -> None:
    own = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    room = room_of(own)
    for name in imports_of(path):
        target = room_of(name)
        if target and target != room:
            assert target in MAY_IMPORT[room or own], f"{own} may not import {name}"
        for library, rooms in ONLY_IN.items():
            if name.split(".")[0] == library:
                assert room in rooms, f"{own} may not import {library}"
