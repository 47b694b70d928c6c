"""What the project itself is made of holds no text with the shape of a CPR number, real or made up."""

from pathlib import Path

import pytest

from cockpit.intake.cpr import contains

ROOT = Path(__file__).parents[2]
FOLDERS = ("cockpit", "data", "docs", "models", "tests")
TEXTS = {".csv", ".css", ".html", ".md", ".py", ".svg", ".toml", ".txt"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_file_has_a_cpr_number(folder: str) -> None:
    files = [path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in TEXTS]
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if contains(line)
    ]
    assert files
    assert not found
