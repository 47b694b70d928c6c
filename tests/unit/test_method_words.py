"""What is said of the choice of method, and of how near the forecast comes, agrees with the table below it."""

from dataclasses import replace

import pandas as pd
import pytest

from cockpit.domain.methods import CHOSEN_BY, methods_text, methods_title
from cockpit.domain.paper_words import hit_rate_words
from cockpit.domain.prognosis import METHOD_COLUMNS
from cockpit.domain.reference import Reference
from tests.unit.test_sentences import prognosis, said


def methods(*lines: tuple[str, str, str, int, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [(key, function, "year", method, 0.0, origins, error, "run_rate", rival)
         for key, function, method, origins, error, rival in lines],
        columns=list(METHOD_COLUMNS),
    )  # fmt: skip


FOSTER = ("foster_care", "5.28.22", "activity", 3, 0.05, 0.04)
INSTITUTION = ("institution", "5.28.23", "activity", 3, 0.05, 0.06)


@pytest.mark.parametrize(
    ("lines", "title", "text"),
    [
        (
            (FOSTER, INSTITUTION),
            "Aktiviteten bruges overalt, hvor der er aktivitet",
            "Målt i august i 3 tidligere år ramte en håndregel bedre for 1 af 2 typer (plejefamilie), men 3 år er for "
            "få til at skifte. Træfsikkerhed måler på flere måneder af året og kan nævne andre.",
        ),
        ((INSTITUTION,), "Aktiviteten bruges overalt, hvor der er aktivitet", ""),
        ((INSTITUTION, (*INSTITUTION[:2], "ledger", 3, 0.05, 0.06)), "1 type eller konto er regnet med andet end "
         "aktivitet", ""),
        (((*FOSTER[:3], 0, 0.05, 0.04),), "Metoden kan ikke vælges efter tidligere år endnu", ""),
    ],
    ids=["a rule came nearer", "none did", "another is used", "no years"],
)  # fmt: skip
def test_what_is_used_and_where_a_rule_of_thumb_came_nearer(
    reference: Reference, lines: tuple, title: str, text: str
) -> None:
    """The count says of how many types, in which month and over how many years: the hit rate counts another way."""
    assert said(methods_title(methods(*lines))) == title
    assert said(methods_text(methods(*lines), pd.Period("2026-08", "M"), reference)) == text


def test_the_title_names_what_the_outline_years_alone_weigh_otherwise(reference: Reference) -> None:
    """The year's method is not the outline years': both stand in the table below the title."""
    later = methods((*INSTITUTION[:2], "combination", 3, 0.05, 0.06)).assign(stretch="outline", ledger_weight=0.8)
    both = pd.concat([methods(INSTITUTION), later], ignore_index=True)
    assert said(methods_title(both)) == "Aktiviteten bruges i hele årets prognose, hvor der er aktivitet"
    text = methods_text(both, pd.Period("2026-08", "M"), reference)
    assert text == "I overslagsårene er døgninstitution ikke regnet med aktiviteten alene."


def test_what_is_tried_and_what_is_not_measured_are_told_apart() -> None:
    """The choice of method rests on past years also where the whole forecast has not been measured."""
    unmeasured = "Hvor godt hele prognosen rammer, er ikke målt på kommunens egne år endnu."
    assert hit_rate_words(None, prognosis()) == [unmeasured]
    chosen = replace(prognosis(), notes=(f"{CHOSEN_BY}, hvad der ramte bedst i samme måned i 2023 og 2024.",))
    assert hit_rate_words(None, chosen) == [f"Metoden for hver type er prøvet på tidligere år. {unmeasured}"]
