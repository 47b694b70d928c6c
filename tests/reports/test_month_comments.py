"""The comment of a month is one: what is changed or taken back after the closing is so in the papers and lists too."""

import pandas as pd
import pytest

from cockpit.domain.comments import LONGEST_COMMENT, WHOLE
from cockpit.domain.findings import UserFault
from cockpit.domain.month_close import checklist
from cockpit.services.closing import ClosedMonth, close_facts, close_month, closed_months
from cockpit.services.comments import write_comment
from cockpit.services.paper import gather_paper
from cockpit.services.prognosis import make_prognosis
from cockpit.services.workspace import Workspace
from tests.pages.demo_store import AT, Home

AUGUST = pd.Period("2026-08", "M")


@pytest.fixture
def workspace(demo_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The demo, nothing closed or written yet."""
    return demo_home.copy_to(tmp_path_factory.mktemp("comments") / "home").workspace()


def printed(workspace: Workspace) -> list[str]:
    return [one.text for one in gather_paper(workspace, AUGUST).comments]


def listed(workspace: Workspace) -> list[str]:
    return [closed.comment for closed in closed_months(workspace)]


def is_commented(workspace: Workspace) -> bool:
    facts = close_facts(workspace, make_prognosis(workspace, AUGUST))
    return next(check.done for check in checklist(facts) if check.key == "commented")


def rewrite(workspace: Workspace, text: str) -> None:
    write_comment(workspace, AUGUST, WHOLE, text, user="bo", at=AT)


def test_a_comment_changed_or_taken_back_after_the_closing_is_so_everywhere(workspace: Workspace) -> None:
    """`close --comment` counts as the month's comment, and there is never more than one of a month."""
    close_month(workspace, AUGUST, comment=" Et navn, der ikke skulle stå her ", user="kim", at=AT)
    assert printed(workspace) == listed(workspace) == ["Et navn, der ikke skulle stå her"]
    assert is_commented(workspace)
    rewrite(workspace, "Uden navn")
    assert printed(workspace) == listed(workspace) == ["Uden navn"]
    rewrite(workspace, "")
    assert printed(workspace) == []
    assert listed(workspace) == [""]
    assert not is_commented(workspace)


def test_a_month_closed_with_words_in_the_archive_alone_has_its_comment(workspace: Workspace) -> None:
    """As archives from before the log owned the words are; they too can be taken back."""
    prognosis = make_prognosis(workspace, AUGUST)
    workspace.store.close_month(ClosedMonth(prognosis, AT, "kim", "Fra før"))
    assert printed(workspace) == listed(workspace) == ["Fra før"]
    assert is_commented(workspace)
    rewrite(workspace, "")
    assert (printed(workspace), listed(workspace)) == ([], [""])


def test_a_comment_too_long_for_the_page_is_too_long_for_the_command(workspace: Workspace) -> None:
    """And the month is still open."""
    with pytest.raises(UserFault, match="for lang"):
        close_month(workspace, AUGUST, comment="x" * (LONGEST_COMMENT + 1), user="kim", at=AT)
    assert closed_months(workspace) == []
