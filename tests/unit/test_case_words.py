"""What the ladder and the dearest cases say: counted right, in the right number, and never more than is known."""

from dataclasses import replace

import pandas as pd
import pytest

from cockpit.domain import case_words
from cockpit.domain import format as fmt
from cockpit.domain.prognosis import YEAR_COLUMNS
from tests.unit.test_sentences import prognosis, said

MOVES = pd.DataFrame(
    [("3", "6", 5, 5, 6.0), ("6", "5", 2, 2, 1.5), ("5", "5", 3, 1, 3.0)],
    columns=["from_step", "to_step", "moves", "children", "expected"],
)


def test_up_and_down_the_ladder_are_counted_and_moves_within_a_step_are_neither() -> None:
    title = case_words.ladder_title(MOVES)
    assert title == "Det seneste år gik 2 skift ned ad indsatstrappen og 5 op"
    assert "Ingen har skiftet trin" in case_words.ladder_title(MOVES[MOVES["from_step"] == MOVES["to_step"]])


def test_the_matrix_holds_every_move_once_with_the_sum_of_each_row() -> None:
    """A step that nobody left or came to still has its row and column, so that the table can be read both ways."""
    steps, matrix = case_words.ladder_matrix(MOVES, "moves")
    assert steps == ["3", "5", "6"]
    assert matrix.set_index("from_step").loc["3", ["3", "5", "6", "total"]].tolist() == [0, 0, 5, 5]
    assert matrix["total"].sum() == MOVES["moves"].sum()


@pytest.mark.parametrize(
    ("passed", "words"),
    [([False], ""), ([True], "1 sag på listen har passeret sin"), ([True, True], "2 sager på listen har passeret")],
)
def test_cases_past_their_expected_stop_are_named_in_the_right_number(passed: list[bool], words: str) -> None:
    note = case_words.passed_note(pd.DataFrame({"passed": passed})).replace(fmt.NBSP, " ")
    assert note.startswith(words)
    assert bool(note) == bool(words)


def test_an_expected_stop_is_written_as_the_last_day_in_force() -> None:
    """The tables hold the first day after; a reader knows the last one."""
    case = pd.Series({"expected_stop": pd.Timestamp("2026-09-01"), "passed": True})
    assert case_words.expected_stop_words(case).replace(fmt.NBSP, " ") == "31. aug. 2026 (passeret)"
    assert case_words.expected_stop_words(pd.Series({"expected_stop": pd.NaT, "passed": False})) == "ingen dato"


def test_what_stopping_means_is_a_saving_and_going_on_a_cost() -> None:
    cases = pd.DataFrame({"if_stops": [-2.0e6, -0.5e6], "if_continues": [0.0, 1.0e6], "cost": [3e6, 2e6]})
    note = case_words.cases_note(cases).replace(fmt.NBSP, " ")
    assert "stopper de 2 dyreste sager med måneden, bliver årets nettoudgift 2,5 mio. kr. lavere" in note
    assert "lavere end disponeret; løber alle på listen året ud, bliver den 1,0 mio. kr. højere." in note
    small = case_words.cases_note(cases.assign(if_continues=[20_000.0, 0.0])).replace(fmt.NBSP, " ")
    assert "bliver den 20.000 kr. højere." in small
    done = case_words.cases_note(cases.assign(if_continues=0.0)).replace(fmt.NBSP, " ")
    assert done.endswith("lavere end disponeret. Alle på listen er allerede regnet med året ud.")


def test_the_cases_are_named_by_what_sorts_them_and_held_against_gross_cost() -> None:
    """A case's cost is before refund: its share of net expenditure would be too large."""
    year = pd.DataFrame([("total", "total", 2025, 110e6, 10e6, 100e6)], columns=list(YEAR_COLUMNS[:6]))
    known = replace(prognosis(), years=year)
    cases = pd.DataFrame({"cost": [10e6, 6e6, 6e6]})
    month = said(fmt.month_long(known.as_of))
    title = said(case_words.cases_title(cases, known))
    dearest = f"De 3 sager med højeste månedspris ved udgangen af {month}"
    assert title == f"{dearest} koster 22,0 mio. kr. i år, 20 % af bruttoudgiften"
    one = said(case_words.cases_title(cases[:1], prognosis()))
    assert one == f"Sagen med højeste månedspris ved udgangen af {month} koster 10,0 mio. kr. i år"
