"""What a paper is made from: where any of it is another, an old paper neither counts nor is offered."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from cockpit.domain.comments import WHOLE
from cockpit.domain.levers import Price
from cockpit.domain.paper import PaperFacts
from cockpit.domain.scenario import Scenario
from cockpit.services.closing import close_facts, close_month
from cockpit.services.comments import write_comment
from cockpit.services.paper import made_from, note_paper, papers_made
from cockpit.services.prognosis import make_prognosis
from tests.pages.demo_store import AT, Home
from tests.reports.conftest import CASES, MEASURES, POSTINGS


def test_a_known_case_makes_the_old_paper_and_the_frozen_forecast_those_of_other_numbers(
    bare: Callable[..., PaperFacts], tmp_path: Path
) -> None:
    """No data are loaded, but the year moves: the checklist asks for a paper anew and says that something changed."""
    prognosis = bare(posteringer=POSTINGS).prognosis
    workspace = Home(tmp_path).workspace()
    close_month(workspace, prognosis.as_of, user="kim", at=AT)
    note_paper(workspace, prognosis, "ledelse", "pdf", user="kim", at=AT)
    assert papers_made(workspace, prognosis) == {"ledelse"}
    assert not close_facts(workspace, make_prognosis(workspace)).changed_since
    (tmp_path / "korrektioner.csv").write_text(CASES, encoding="utf-8")
    moved = make_prognosis(workspace)
    assert moved.data_id == prognosis.data_id
    assert moved.total["mean"] > prognosis.total["mean"]
    assert papers_made(workspace, moved) == frozenset()
    assert close_facts(workspace, moved).changed_since


def test_a_lever_set_to_another_value_is_another_paper_though_the_scenario_keeps_its_name(demo_home: Home) -> None:
    scenarios = [
        Scenario(
            "Rammeaftale", pd.Period("2026-03", "M"), (Price(type="residential_home", share=share, source="aftale"),)
        )
        for share in (-0.03, -0.50, -0.50)
    ]
    small, large, again = (made_from(demo_home.workspace(), [one], is_measured=False) for one in scenarios)
    assert small != large
    assert large == again


def test_whatever_a_paper_prints_makes_an_old_one_stale(bare: Callable[..., PaperFacts], tmp_path: Path) -> None:
    """A comment on the month or a line, a measure, an earlier closed month: each asks for a new paper; and closing the
    month itself does not."""
    prognosis = bare(posteringer=POSTINGS).prognosis
    workspace, month = Home(tmp_path).workspace(), prognosis.as_of

    def made_again() -> bool:
        """Whether the last paper still counts, and then make a new one."""
        counts = "udvalg" in papers_made(workspace, prognosis)
        note_paper(workspace, prognosis, "udvalg", "pdf", user="kim", at=AT)
        return counts

    assert not made_again()
    assert made_again()
    write_comment(workspace, month, WHOLE, "Regningerne kom sent", user="kim", at=AT)
    assert not made_again()
    write_comment(workspace, month, ("account", "5.28.23"), "To nye", user="kim", at=AT)
    assert not made_again()
    (tmp_path / "tiltag.csv").write_text(MEASURES, encoding="utf-8")
    assert not made_again()
    close_month(workspace, month - 1, user="kim", at=AT)
    assert not made_again()
    close_month(workspace, month, user="kim", at=AT)
    assert not made_again(), "the old one says that the month is not closed"
    assert made_again()


def test_a_measured_hit_rate_is_printed(bare: Callable[..., PaperFacts], tmp_path: Path) -> None:
    """What is offered from a button is another paper once past forecasts are measured."""
    bare(posteringer=POSTINGS)
    workspace = Home(tmp_path).workspace()
    before, after = (made_from(workspace, (), is_measured=measured) for measured in (False, True))
    assert before != after
