"""What a paper is made from: where any of it is another, an old paper neither counts nor is offered."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from cockpit.domain.levers import Price
from cockpit.domain.paper import PaperFacts
from cockpit.domain.scenario import Scenario
from cockpit.services.closing import close_facts, close_month
from cockpit.services.paper import made_from, note_paper, papers_made
from cockpit.services.prognosis import make_prognosis
from tests.pages.demo_store import AT, Home
from tests.reports.conftest import CASES, POSTINGS


def test_a_known_case_makes_the_old_paper_and_the_frozen_forecast_those_of_other_numbers(
    bare: Callable[..., PaperFacts], tmp_path: Path
) -> None:
    """No data are loaded, but the year moves: the checklist asks for a paper anew and says that something changed."""
    prognosis = bare(posteringer=POSTINGS).prognosis
    workspace = Home(tmp_path).workspace()
    note_paper(workspace, prognosis, "ledelse", "pdf", user="kim", at=AT)
    close_month(workspace, prognosis.as_of, user="kim", at=AT)
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
    small, large, again = (made_from(demo_home.workspace(), one) for one in scenarios)
    assert small != large
    assert large == again
