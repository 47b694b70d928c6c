"""Known events: who they touch, when they are known, and what is said of them."""

import pandas as pd
import pytest

from cockpit.domain.events import event_note, known_events, months_of
from cockpit.domain.reference import Event, Reference

CONTRACT = Event(
    "H1", "Ny rammeaftale", "contract", pd.Period("2025-03", "M"), ("price",), "Byrådet", "controller",
    pd.Timestamp("2025-02-12"), ("residential_home",),
)  # fmt: skip
MERGER = Event(
    "H2", "Ét visitationsudvalg", "reorganisation", pd.Period("2024-09", "M"), ("arrivals", "level"), "Direktionen",
    "chef", pd.Timestamp("2024-12-01"), (), ("5.28.20",),
)  # fmt: skip


def known(as_of: str, *, is_newest: bool = False) -> list[str]:
    return [one.key for one in known_events((CONTRACT, MERGER), pd.Period(as_of, "M"), is_newest=is_newest)]


def test_an_event_is_known_when_it_has_happened_or_was_entered() -> None:
    """A past month does not see what was entered later and had not happened; the newest sees all."""
    assert known("2024-08") == []
    assert known("2024-09") == ["H2"]
    assert known("2024-12") == ["H2"]
    assert known("2025-01") == ["H2", "H1"]
    assert known("2024-08", is_newest=True) == ["H2", "H1"]


def test_an_event_touches_what_it_names_and_everything_where_it_names_nothing(reference: Reference) -> None:
    """Types and accounts narrow it, each by itself; only the aspects it moves count."""
    assert months_of((CONTRACT,), "price", "residential_home", "5.28.20") == (CONTRACT.month,)
    assert months_of((CONTRACT,), "price", "institution", "5.28.23") == ()
    assert months_of((CONTRACT,), "level", "residential_home", "5.28.20") == ()
    assert months_of((MERGER,), "level", "unallocated", "5.28.20") == (MERGER.month,)
    assert months_of((MERGER,), "level", "unallocated", "5.28.21") == ()


@pytest.mark.parametrize(
    ("as_of", "words"),
    [("2025-06", "regnes med fra mar. 2025"), ("2025-02", "størrelsen kan ikke ses i tallene endnu")],
)
def test_an_event_is_told_with_what_it_moves_and_its_source(as_of: str, words: str, reference: Reference) -> None:
    """A reader sees what was told to the models, and whether the data show it yet."""
    note = event_note(CONTRACT, pd.Period(as_of, "M"), reference).replace("\N{NO-BREAK SPACE}", " ")
    for part in (words, "»Ny rammeaftale« (kontrakt)", "flytter pris for Opholdssted", "Kilde: Byrådet."):
        assert part in note


def test_the_law_of_2024_is_known_to_everybody(reference: Reference) -> None:
    """Barnets Lov stands in the shipped table, known when it was passed, in force from January 2024."""
    (law,) = (one for one in reference.events if one.key == "barnets_lov")
    assert law.month == pd.Period("2024-01", "M")
    assert [one.key for one in known_events(reference.events, pd.Period("2023-06", "M"), is_newest=False)] == [law.key]
    assert known_events(reference.events, pd.Period("2023-04", "M"), is_newest=False) == ()
