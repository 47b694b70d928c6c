"""The words of the field: found where they stand, explained once, and at hand where tables and key figures use them."""

from pathlib import Path

import pandas as pd
import pytest

from cockpit.domain.findings import UserFault
from cockpit.domain.glossary import Glossary, Term
from cockpit.intake.glossary_file import read_glossary
from cockpit.services.glossary import glossary
from cockpit.ui import tables, terms
from cockpit.ui.pages import overview, prognosis

KRONER = Term("Budget", (), "Det vedtagne.", "Loven")
REVISED = Term("Korrigeret budget", ("rettet budget",), "Budget plus ændringer.", "Loven")
WORDS = Glossary((KRONER, REVISED))
EVERYDAY = {"Navn", "Kommentar", "Måned", "Status", "Forbrug", "Budget"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Korrigeret\u00a0budget, mio. kr.", [REVISED]),
        ("Fra budget til rettet budget", [KRONER, REVISED]),
        ("Budgettet og et merbudget", []),
    ],
)
def test_whole_words_are_found_and_the_longest_wins(text: str, found: list[Term]) -> None:
    """Non-breaking spaces and capitals make no difference; parts of other words are no mention."""
    assert WORDS.named_in(text) == found


def test_every_title_of_the_forecast_is_explained() -> None:
    """Who meets a column of Overblik or Prognose can be told what it is."""
    shown = (*overview.FAN_TABLE, *overview.DEVIATION_TABLE, *prognosis.ROW_TABLE, *prognosis.MORE_TABLE)
    assert [one.title for one in shown if one.title not in EVERYDAY and not glossary().named_in(one.title)] == []


def test_a_heading_carries_its_meaning_for_pointer_keyboard_and_screen_reader() -> None:
    """The word is a button described by its meaning; the rest of the title, and what is no word, stay text."""
    html = terms.marked("Afvigelse <i>, mio. kr.")
    assert html.startswith('<button type="button" class="term" aria-description="Forventet regnskab minus')
    assert html.endswith(">Afvigelse</button> &lt;i&gt;, mio. kr.")
    table = tables.html_table(pd.DataFrame({"deviation": [1.0]}), [tables.mio_column("deviation", "Afvigelse")], "Tal")
    assert terms.marked("Afvigelse") in table


def test_faults_of_the_file_are_told_together(tmp_path: Path) -> None:
    """A word without a source, and one explained twice."""
    path = tmp_path / "glossary.csv"
    path.write_text("term;forms;meaning;source\nBudget;;Det vedtagne.;\nTrin;;Et.;Loven\nTrappe;trin;To.;Loven\n")
    with pytest.raises(UserFault, match=r"Række 2: .*kilde\. Række 4: »trin« er også forklaret i række 3"):
        read_glossary(path)
    with pytest.raises(UserFault, match="mangler"):
        read_glossary(tmp_path / "findes_ikke.csv")
