"""What the extracts that a month reads lack, as long as it is they that are read."""

import pandas as pd

from cockpit.domain.completeness import NOT_WHOLE
from cockpit.services.extract_notes import extract_notes
from cockpit.store import Store
from tests.intake.files import reference
from tests.store.extracts import extract, load, spell

POPULATION = [spell(f"A{at}", "2025-01-01") for at in range(5)]


def whole(*rows: dict) -> object:
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
