"""What the pages say, as tables of cases: the same numbers must always give the same words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cockpit.domain import format as fmt
from cockpit.domain import rounding, sentences
from cockpit.domain.completeness import BEHIND, NOT_WHOLE
from cockpit.domain.prognosis import (
    BRIDGE_COLUMNS,
    FAN_COLUMNS,
    MONTH_COLUMNS,
    OUTLINE_COLUMNS,
    QUANTILES,
    ROW_COLUMNS,
    Prognosis,
)

MIO = 1_000_000


def prognosis(
    as_of: str = "2025-08", *rows: dict, budget: float = 100.0, ends: tuple[float, ...] = (), year: int | None = None
) -> Prognosis:
    """A prognosis in mio. kr.: `ends` are the mean and the p10, p25, p75 and p90 of the year's end."""
    month = pd.Period(as_of, "M")
    total = row("total", "total", "I alt", budget, ends or (106.2, 102.1, 104.0, 108.0, 110.4))
    frame = pd.DataFrame([total, *rows], columns=list(ROW_COLUMNS))
    fan = pd.DataFrame({"month": [as_of], "kind": ["actual"], "budget": [budget * 0.66 * MIO]}).reindex(
        columns=list(FAN_COLUMNS)
    )
    empty = [pd.DataFrame(columns=list(columns)) for columns in (MONTH_COLUMNS, OUTLINE_COLUMNS, BRIDGE_COLUMNS)]
    return Prognosis(month, year or month.year, "id", 1, 2000, {}, frame, empty[0], fan, empty[1], empty[2])


def row(level: str, key: str, label: str, budget: float, ends: tuple[float, ...], years: float = 50.0) -> dict:
    mean, p10, p25, p75, p90 = (end * MIO for end in ends)
    blank = dict.fromkeys(QUANTILES, mean)
    return {
        **dict.fromkeys(ROW_COLUMNS, 0.0), **blank, "level": level, "key": key, "label": label,
        "budget_revised": budget * MIO, "mean": mean, "p10": p10, "p25": p25, "p75": p75, "p90": p90,
        "deviation": mean - budget * MIO, "actual_ytd": 64 * MIO, "committed": 90 * MIO, "expected_inflow": 10 * MIO,
        "expected_changes": mean - 100 * MIO, "overrun_probability": 0.97, "person_years": years,
    }  # fmt: skip


def said(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        (
            (106.2, 102.1, 104.0, 108.0, 110.4),
            "Året ventes at ende 6,2 mio. kr. over budget (80 % sikkerhed: 2,1–10,4).",
        ),
        ((95.0, 91.0, 93.0, 97.0, 98.5), "Året ventes at ende 5,0 mio. kr. under budget (80 % sikkerhed: 1,5–9,0)."),
        (
            (103.0, 98.5, 101.0, 105.0, 107.5),
            "Året ventes at ende 3,0 mio. kr. over budget, men det kan også ende på den anden side "
            "(80 % sikkerhed: fra 1,5 mio. kr. under til 7,5 mio. kr. over).",
        ),
        (
            (97.0, 92.0, 95.0, 99.0, 101.0),
            "Året ventes at ende 3,0 mio. kr. under budget, men det kan også ende på den anden side "
            "(80 % sikkerhed: fra 8,0 mio. kr. under til 1,0 mio. kr. over).",
        ),
        (
            (100.4, 96.0, 98.0, 102.0, 104.0),
            "Året ventes at ende 0,4 mio. kr. over budget, men usikkerheden er større end afvigelsen "
            "(80 % sikkerhed: fra 4,0 mio. kr. under til 4,0 mio. kr. over).",
        ),
        ((100.01, 99.99, 100.0, 100.0, 100.02), "Året ventes at ende i balance med budgettet."),
        ((106.2, 106.2, 106.2, 106.2, 106.2), "Året ventes at ende 6,2 mio. kr. over budget."),
    ],
    ids=["merforbrug", "mindreforbrug", "uncertain over", "uncertain under", "near", "balance", "no width"],
)
def test_the_answer_says_side_amount_and_certainty(ends: tuple[float, ...], expected: str) -> None:
    """The first line follows the 80 % band: sure, uncertain, or in balance."""
    assert said(sentences.outcome(prognosis(ends=ends))) == expected


def test_without_a_budget_the_answer_is_the_outturn_and_says_what_is_missing() -> None:
    """No budget: no deviation is invented."""
    text = said(sentences.outcome(prognosis(budget=np.nan)))
    assert text == (
        "Forventet regnskab 2025 er 106,2 mio. kr. (80 % sikkerhed: 102,1–110,4). "
        "Der er ikke indlæst et budget for 2025, så afvigelsen kan ikke vises."
    )


def test_extracts_without_money_lead_to_what_must_be_loaded() -> None:
    """Placements without prices show volumes, never a zero amount."""
    text = said(sentences.outcome(prognosis(ends=(np.nan,) * 5)))
    assert text.startswith("Der er kun indlæst aktivitet, 50,0 helårspersoner.")


@pytest.mark.parametrize(
    ("as_of", "year", "expected"),
    [
        ("2025-01", 2025, "Kun årets første måned er bogført"),
        ("2025-08", 2025, "4 måneder og supplementsperioden er endnu ikke bogført"),
        ("2025-11", 2025, "1 måned og supplementsperioden er endnu ikke bogført"),
        ("2025-12", 2025, "Supplementsperioden kan stadig ændre regnskabet"),
        ("2026-01", 2025, "året 2025 er ikke afsluttet"),
    ],
)
def test_the_basis_says_how_much_of_the_year_is_known(as_of: str, year: int, expected: str) -> None:
    """The first month of a year is not read like the last."""
    assert expected in said(sentences.basis(prognosis(as_of, year=year)))


@pytest.mark.parametrize(("begins", "word"), [(NOT_WHOLE, "helt forkerte"), (BEHIND, "en tidligere måned")])
def test_an_extract_that_makes_the_forecast_doubtful_is_a_reservation_before_all_else(begins: str, word: str) -> None:
    basis = sentences.basis(replace(prognosis(), notes=("Et andet forhold.", f"{begins}: mere om det.")))
    assert basis.startswith("Forbehold: ")
    assert word in basis.split(". ")[0]
    assert "Forbehold" not in sentences.basis(prognosis())


@pytest.mark.parametrize(
    ("deviation", "word", "against"),
    [
        (2.1 * MIO, "merforbrug", "2,1 mio. kr. over budgettet"),
        (-2.1 * MIO, "mindreforbrug", "2,1 mio. kr. under budgettet"),
        (0.04 * MIO, "på budget", "på budgettet"),
        (-0.04 * MIO, "på budget", "på budgettet"),
    ],
)
def test_a_deviation_has_a_word_and_never_a_negative_zero(deviation: float, word: str, against: str) -> None:
    """What is written as zero is neither over nor under."""
    assert sentences.overspend_word(deviation) == word
    assert said(sentences.beside_budget(deviation)) == against


@pytest.mark.parametrize(
    ("probability", "tenths", "percent"),
    [
        (0.0, "under 1 ud af 10", "under 1 %"),
        (0.42, "4 ud af 10", "42 %"),
        (0.97, "over 9 ud af 10", "97 %"),
        (1.0, "over 9 ud af 10", "over 99 %"),
        (np.nan, "–", "–"),
    ],
)
def test_a_probability_is_never_certainty(probability: float, tenths: str, percent: str) -> None:
    """Two thousand simulated paths that all end over the budget do not prove that the year will."""
    assert (sentences.in_ten(probability), said(sentences.risk(probability))) == (tenths, percent)


def test_the_four_key_figures_say_budget_word_and_phased_share() -> None:
    """The spent share stands beside the phased budget, not beside twelfths."""
    figures = [tuple(map(said, figure)) for figure in sentences.key_figures(prognosis())]
    assert figures == [
        ("Forventet regnskab", "106,2 mio. kr.", "korrigeret budget 100,0 mio. kr.", ""),
        ("Afvigelse", "+6,2 mio. kr.", "merforbrug", "worse"),
        ("Forbrug år til dato", "64,0 mio. kr.", "64 % af budgettet er brugt; 66 % var ventet", ""),
        ("Risiko for merforbrug", "over 9 ud af 10", "97 % af forløbene ender over budget", ""),
    ]


def test_key_figures_that_do_not_fit_as_written_say_so() -> None:
    """106,2 less 100,0 is 6,2, and 106,16 less 100,04 is told as 106,2, 100,0 and 6,1."""
    assert sentences.key_figures_note(prognosis()) == ""
    assert sentences.key_figures_note(prognosis(budget=np.nan)) == ""
    drifting = prognosis(budget=100.04, ends=(106.16, 102.1, 104.0, 108.0, 110.4))
    assert sentences.key_figures_note(drifting) == rounding.NOTE


def test_key_figures_without_a_budget_hold_no_number_that_is_none() -> None:
    """A dash, not `nan`."""
    assert "nan" not in str(sentences.key_figures(prognosis(budget=np.nan)))


def test_the_outturn_is_told_as_what_it_is_made_of() -> None:
    """committed + inflow + changes = forecast, in words."""
    assert said(sentences.made_of(prognosis())) == (
        "2025 ventes at ende på 106,2 mio. kr.: 90,0 er disponeret, 10,0 er forventet tilgang og øvrige ændringer "
        "lægger 6,2 til."
    )


def test_of_a_ledger_alone_nothing_is_called_committed_or_expected_inflow() -> None:
    """Without interventions what is committed is what is booked, and noughts of the rest would claim to be known."""
    known = prognosis()
    alone = known.rows.assign(committed=known.rows["actual_ytd"], expected_inflow=0.0)
    assert said(sentences.made_of(replace(known, rows=alone))) == (
        "2025 ventes at ende på 106,2 mio. kr.: 64,0 er bogført, og 42,2 ventes endnu."
    )


def test_the_parts_of_the_outturn_may_be_larger_than_the_whole() -> None:
    """Late in a year more is committed than is booked in the end; no sentence makes a part of it a whole."""
    text = said(sentences.made_of(prognosis(ends=(96.0,) * 5)))
    assert text.startswith("2025 ventes at ende på 96,0 mio. kr.: 90,0 er disponeret")
    assert text.endswith("øvrige ændringer trækker 4,0 fra.")


def test_a_rule_of_thumb_that_is_no_better_in_the_written_number_is_called_as_good() -> None:
    """`2,0 mod 2,0` would claim a difference that the reader cannot see."""
    row = {"months_to_go": 6, "best_rival": "committed", "best_rival_error": 1.96e6, "error": 2.04e6}
    by_type = pd.DataFrame({"key": [], "label": [], "best_rival": [], "best_rival_error": [], "error": []})
    (same,) = sentences.rivals_that_win(pd.DataFrame([row]), by_type)
    assert same.replace(fmt.NBSP, " ").endswith("ramt totalen lige så godt som prognosen: inden for 2,0 mio. kr.")
    (better,) = sentences.rivals_that_win(pd.DataFrame([row | {"best_rival_error": 1.4e6}]), by_type)
    assert better.replace(fmt.NBSP, " ").endswith("bedre end prognosen: inden for 1,4 mod 2,0 mio. kr.")
