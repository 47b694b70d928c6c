"""What the extracts that a month reads lack, as long as it is they that are read."""

import pandas as pd

from cockpit.domain.completeness import BEHIND, NOT_WHOLE
from cockpit.intake import CheckedTable
from cockpit.services.extract_notes import extract_notes
from cockpit.services.load_findings import against_store
from cockpit.store import Store
from tests.intake.files import reference
from tests.store.extracts import extract, ledger, load, read, spell

POPULATION = [spell(f"A{at}", "2025-01-01") for at in range(5)]


def whole(*rows: dict) -> CheckedTable:
    return extract("interventions", *rows)


def told(store: Store, month: str) -> list[str]:
    return [note.replace("\xa0", " ") for note in extract_notes(store, reference(), pd.Period(month, "M"))]


def test_spells_that_are_gone_are_told_until_a_whole_snapshot_is_read(store: Store) -> None:
    """Of the first month too, whose own load is what it is held against; and of later months that read it."""
    load(store, "2025-08", whole(*POPULATION))
    assert told(store, "2025-08") == []
    load(store, "2025-08", whole(*POPULATION[:1]))
    for month in ("2025-08", "2025-09"):
        (note,) = told(store, month)
        assert note.startswith(f"{NOT_WHOLE}: 4 af de 5 indsatser, der løb i udtrækket pr. aug. 2025, er der ikke")
    load(store, "2025-09", whole(*POPULATION))
    assert told(store, "2025-09") == []
    assert told(store, "2025-07") == [], "a month that is cut back from a later extract lacks nothing of its own"


def test_a_snapshot_loaded_again_is_held_against_the_month_before_it(store: Store) -> None:
    load(store, "2025-08", whole(*POPULATION))
    load(store, "2025-09", whole(*POPULATION[:2]))
    load(store, "2025-09", whole(*POPULATION[:1]))
    (note,) = told(store, "2025-09")
    assert "4 af de 5" in note
    store.undo(user="kim", at=pd.Timestamp("2026-01-01"))
    assert "3 af de 5" in told(store, "2025-09")[0]


def test_postings_of_a_later_month_than_the_interventions_are_told_until_both_are_there(store: Store) -> None:
    """A month that only carries something else, such as a budget, is no later booking."""
    load(store, "2025-08", whole(*POPULATION), ledger(("2025-08", "1", 1.0)))
    load(store, "2025-09", extract("budget", {"year": 2025, "amount": 1.0}))
    assert told(store, "2025-09") == []
    load(store, "2025-09", ledger(("2025-09", "1", 1.0)))
    (note,) = told(store, "2025-09")
    assert note.startswith(f"{BEHIND}: de er opgjort pr. august 2025, og der er bogført til og med september 2025.")
    assert told(store, "2025-08") == []
    load(store, "2025-09", whole(*POPULATION, spell("new", "2025-09-01")))
    assert told(store, "2025-09") == []


def test_the_same_is_told_when_the_postings_are_loaded_and_not_when_the_interventions_come_with_them(
    store: Store,
) -> None:
    load(store, "2025-08", whole(*POPULATION), ledger(("2025-08", "528221002", 1.0)))
    before, september = read(store, "2025-09"), ledger(("2025-09", "528221002", 1.0))
    for tables, words in (
        ({"postings": [september]}, ["til og med sep. 2025"]),
        ({"postings": [september], "interventions": [whole(*POPULATION)]}, []),
        ({"postings": [ledger(("2025-08", "528221002", 2.0))]}, []),
    ):
        found = [one.message.replace("\xa0", " ") for one in against_store(tables, before, reference())]
        behind = [message for message in found if "Indsatserne er opgjort pr. aug. 2025" in message]
        assert [word in message for word, message in zip(words, behind, strict=True)] == [True] * len(words)
