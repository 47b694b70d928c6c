"""What the extracts that a month reads lack beside one another: it makes a forecast wrong for as long as it is so."""

from collections.abc import Iterator

import pandas as pd

from cockpit.domain.completeness import activity_behind, behind_note, not_whole_note, vanished_spells
from cockpit.domain.dataset import Dataset
from cockpit.domain.reference import Reference
from cockpit.store import Store


def extract_notes(store: Store, reference: Reference, as_of: pd.Period) -> tuple[str, ...]:
    """Say what the extracts read at an as-of month lack, what weighs most first. Cheap enough for every page."""
    return (*_not_whole(store, reference, as_of), *_behind(store.read(as_of)))


def _not_whole(store: Store, reference: Reference, as_of: pd.Period) -> Iterator[str]:
    before = store.snapshot_before(as_of)
    if before is None:
        return
    month, earlier = before
    gone, running = vanished_spells(earlier, store.read(as_of).interventions, month)
    if gone > reference.assumption("vanished_spells_share", as_of).value * running:
        yield not_whole_note(gone, running, month)


def _behind(known: Dataset) -> Iterator[str]:
    if booked := activity_behind(known):
        yield behind_note(known.activity_month, booked)
