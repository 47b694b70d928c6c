"""The versions in a number's papers know the code that made it: nothing kept on disk outlives a change of a model."""

from pathlib import Path

import pytest

from cockpit import VERSION
from cockpit.services.versions import code_identity, versions

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for module in ("models/deep/a.py", "cockpit/domain/b.py", "cockpit/store/c.py", "cockpit/ui/page.py"):
        (tmp_path / module).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / module).write_text("RATE = 1\n")
    return tmp_path


@pytest.mark.parametrize("module", ["models/deep/a.py", "cockpit/domain/b.py", "cockpit/store/c.py", "models/new.py"])
def test_a_changed_or_new_module_is_other_code(house: Path, module: str) -> None:
    before = code_identity(house)
    (house / module).write_text("RATE = 2\n")
    assert code_identity(house) != before


def test_what_a_module_is_called_counts(house: Path) -> None:
    before = code_identity(house)
    (house / "models/deep/a.py").rename(house / "models/deep/z.py")
    assert code_identity(house) != before


def test_a_page_and_what_is_compiled_change_no_number(house: Path) -> None:
    before = code_identity(house)
    (house / "cockpit/ui/page.py").write_text("TITLE = 2\n")
    (house / "models/deep/a.pyc").write_bytes(b"1")
    assert code_identity(house) == before


def test_versions_tell_of_this_code_and_of_the_libraries() -> None:
    found = versions()
    assert found["cockpit"] == f"{VERSION}+{code_identity(ROOT)}"
    assert found.keys() == {"cockpit", "numpy", "pandas", "scipy", "statsmodels"}
