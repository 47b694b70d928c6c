"""Actions in the papers: an earlier month's has none that was entered since."""

from pathlib import Path

import pandas as pd

from cockpit.services.measures import add_measure, measures_at, measures_of
from tests.pages.demo_store import AT, Home

TEXTS = {
    "text": "Færre køb af anbringelser", "year": "2026", "effect": "500.000", "deadline": "31-12-2026",
    "owner": "Familiechef",
}  # fmt: skip


def test_an_earlier_months_paper_has_no_action_entered_since(home: Home, tmp_path: Path) -> None:
    """Entered on 10 September it stands in August's paper and not in July's; one of no known day stands in both."""
    workspace = home.copy_to(tmp_path / "home").workspace()
    added = add_measure(workspace, TEXTS, user="kim", at=AT)
    assert added.entered == pd.Timestamp("2026-09-10")
    august = workspace.newest()
    assert august == pd.Period("2026-08", "M")
    assert {one.key for one in measures_at(workspace, august)} == {"T1", "T2", added.key}
    assert [one.key for one in measures_at(workspace, august - 1)] == ["T2"]
    assert len(measures_of(workspace, 2026)) == 3
