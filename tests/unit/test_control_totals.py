"""An underspend that may only be missing bills is said to be unsure, and where bills are in no word is lost on it."""

import pandas as pd
import pytest

from cockpit.domain.control_totals import COLUMNS, missing_bills, missing_note, missing_notes, missing_words
from cockpit.domain.reference import Reference
from tests.unit.test_sentences import said

AUGUST = pd.Period("2026-08", "M")


def totals(*lines: tuple[str, str, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(lines, columns=list(COLUMNS[:-1])).assign(usual=1.0)
    return frame.assign(quarter=pd.PeriodIndex(frame["quarter"], freq="Q"))


def rows(deviation: float, awaited: float = 1.9e6) -> pd.DataFrame:
    line = {"key": "institution", "label": "Døgninstitution", "deviation": deviation, "awaited": awaited}
    return pd.DataFrame([line])


BOTH = (("institution", "2026Q1", 3.2e6, 4.2e6), ("institution", "2026Q2", 3.3e6, 4.7e6))


@pytest.mark.parametrize(
    ("lines", "deviation", "words"),
    [
        (
            BOTH, -1.2e6,
            "Døgninstitution: ventet mindreforbrug på 1,2 mio. kr. er usikkert. Der er bogført 2,4 mio. kr. mindre i "
            "1. halvår, end indsatserne giver. Prognosen regner med, at der stadig bogføres 1,9 mio. kr. for de "
            "måneder, der er gået. Undersøg manglende regninger.",
        ),
        (
            BOTH[1:], -1.2e6,
            "Døgninstitution: ventet mindreforbrug på 1,2 mio. kr. er usikkert. Der er bogført 1,4 mio. kr. mindre i "
            "2. kvartal, end indsatserne giver. Prognosen regner med, at der stadig bogføres 1,9 mio. kr. for de "
            "måneder, der er gået. Undersøg manglende regninger.",
        ),
        (BOTH, 1.2e6, None),
        (BOTH, -1e4, None),
        (BOTH, float("nan"), None),
        ((("institution", "2026Q1", 4.2e6, 4.2e6),), -1.2e6, None),
        ((("institution", "2026Q1", 6.2e6, 4.2e6),), -1.2e6, None),
        ((("institution", "2025Q1", 3.2e6, 4.2e6),), -1.2e6, None),
        ((("secure", "2026Q1", 3.2e6, 4.2e6),), -1.2e6, None),
    ],
    ids=["half a year", "a quarter", "overspend", "nothing", "no budget", "agree", "too much", "last year", "another"],
)  # fmt: skip
def test_an_underspend_that_may_be_missing_bills_is_told(
    reference: Reference, lines: tuple, deviation: float, words: str | None
) -> None:
    found = missing_bills(totals(*lines), rows(deviation), reference, AUGUST)
    assert [said(missing_words(row)) for _, row in found.iterrows()] == ([words] if words else [])


def test_a_committee_reads_no_amount_of_a_quarter(reference: Reference) -> None:
    """The table that was checked for small numbers holds no quarters."""
    found = missing_bills(totals(*BOTH), rows(-1.2e6), reference, AUGUST)
    assert said(missing_note(found.iloc[0])) == (
        "Døgninstitution: det ventede mindreforbrug er usikkert, for der er bogført mindre i 1. halvår, end "
        "indsatserne giver. Der kan mangle regninger. Prognosen regner kun med en del af dem."
    )


@pytest.mark.parametrize(
    ("awaited", "to_management", "to_committee"),
    [
        (4e4, "Prognosen regner ikke med, at de kommer.", "Prognosen regner ikke med, at de kommer."),
        (-2e6, "Prognosen regner ikke med, at de kommer.", "Prognosen regner ikke med, at de kommer."),
        (2.5e6, "stadig bogføres 2,5 mio. kr. for de måneder", "Prognosen regner med, at de kommer."),
    ],
)
def test_what_the_forecast_reckons_of_missing_bills_is_told(
    reference: Reference, awaited: float, to_management: str, to_committee: str
) -> None:
    """Else nobody knows whether the year becomes dearer when the bills are found."""
    (row,) = [row for _, row in missing_bills(totals(*BOTH), rows(-1.2e6, awaited), reference, AUGUST).iterrows()]
    assert to_management in said(missing_words(row))
    assert said(missing_note(row)).endswith(to_committee)


def test_what_should_have_come_by_now_is_told_beside_what_lacks(reference: Reference) -> None:
    """4.7 mio. kr. of interventions, of which 0.9 used to be booked by now; 3.3 are."""
    known = totals(*BOTH[1:]).assign(usual=0.9)
    (row,) = [row for _, row in missing_bills(known, rows(-1.2e6), reference, AUGUST).iterrows()]
    assert "i 2. kvartal, end indsatserne giver, og 0,9 mio. kr. mindre, end der plejer" in said(missing_words(row))
    assert "mindre i 2. kvartal, end der plejer at være på denne tid. Der kan mangle" in said(missing_note(row))
    assert missing_bills(known.assign(usual=0.8), rows(-1.2e6), reference, AUGUST).empty


def test_what_is_to_be_said_of_several_types_is_said_once() -> None:
    """The types stand together; one of which something else is to be said has a sentence of its own."""
    row = {"quarters": (1, 2), "missing": 1e6, "overdue": 1e6, "awaited": 0.5e6, "deviation": -2e6}
    others = {"label": "Opholdssted"}, {"label": "Familiebehandling"}, {"label": "Netværk", "awaited": 2e6}
    rows = pd.DataFrame([{**row, **one} for one in others])
    first, second = missing_notes(rows)
    assert first.startswith("Opholdssted og familiebehandling: det ventede mindreforbrug er usikkert")
    assert second == missing_note(rows.iloc[2])
