"""An underspend that may only be missing bills is said to be unsure, and where bills are in no word is lost on it."""

import pandas as pd
import pytest

from cockpit.domain.control_totals import COLUMNS, missing_bills, missing_note, missing_words
from cockpit.domain.reference import Reference
from tests.unit.test_sentences import said

AUGUST = pd.Period("2026-08", "M")


def totals(*lines: tuple[str, str, float, float]) -> pd.DataFrame:
    frame = pd.DataFrame(lines, columns=list(COLUMNS))
    return frame.assign(quarter=pd.PeriodIndex(frame["quarter"], freq="Q"))


def rows(deviation: float) -> pd.DataFrame:
    return pd.DataFrame([{"key": "institution", "label": "Døgninstitution", "deviation": deviation}])


BOTH = (("institution", "2026Q1", 3.2e6, 4.2e6), ("institution", "2026Q2", 3.3e6, 4.7e6))


@pytest.mark.parametrize(
    ("lines", "deviation", "words"),
    [
        (
            BOTH, -1.2e6,
            "Døgninstitution: ventet mindreforbrug på 1,2 mio. kr. er usikkert. Der er bogført 2,4 mio. kr. mindre i "
            "1. halvår, end indsatserne giver. Undersøg manglende regninger.",
        ),
        (
            BOTH[1:], -1.2e6,
            "Døgninstitution: ventet mindreforbrug på 1,2 mio. kr. er usikkert. Der er bogført 1,4 mio. kr. mindre i "
            "2. kvartal, end indsatserne giver. Undersøg manglende regninger.",
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
        "indsatserne giver. Der kan mangle regninger."
    )
