"""What a load shows beside what the store knew: ledger and activity add up, whichever of them came first."""

import pytest

from cockpit.services.load_findings import against_store
from tests.intake.files import reference
from tests.store.extracts import extract
from tests.tables import dataset

MONTHS = (1, 2, 3)
SPELL = {"spell_id": "A", "type_key": "institution", "start": "2025-01-01", "rate": 100_000.0, "unit": "month"}


def paid(amount: float, *months: int) -> list[dict]:
    return [{"year": 2025, "period": month, "type_key": "institution", "amount": amount} for month in months]


@pytest.mark.parametrize(
    ("amount", "warned"), [(100_000.0, False), (79_000.0, True), (121_000.0, False), (126_000.0, True)]
)
@pytest.mark.parametrize("before", [{}, {"postings": MONTHS[:2], "spells": True}, {"postings": MONTHS}])
def test_ledger_and_activity_apart_by_more_than_a_fifth_in_a_quarter_is_a_warning(
    before: dict, amount: float, warned: bool
) -> None:
    """In one load, where only March is new, and where only the interventions are."""
    known = before.get("postings", ())
    new = [month for month in MONTHS if month not in known]
    store = dataset("2025-04", postings=paid(amount, *known), interventions=[SPELL] if before.get("spells") else [])
    tables = {
        kind: [extract(kind, *rows)]
        for kind, rows in {
            "postings": paid(amount, *new),
            "interventions": [] if before.get("spells") else [SPELL],
        }.items()
        if rows
    }
    told = [finding.message for finding in against_store(tables, store, reference())]
    assert ["1. kvartal 2025" in message for message in told] == ([True] if warned else [])


def test_a_quarter_that_the_load_does_not_book_in_is_not_told_again() -> None:
    store = dataset("2025-04", postings=paid(1.0, *MONTHS), interventions=[SPELL])
    assert not against_store({"postings": [extract("postings", *paid(1.0, 4))]}, store, reference())
