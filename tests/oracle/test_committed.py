"""Disponeret equals a slow count, spell by spell and day by day."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain.committed import unbooked_by_leaf
from tests.tables import table

AS_OF = pd.Period("2025-06", "M")
LEAF = ("foster_care", "5.28.22")


def slow_unbooked(spells: list[dict], named: set[tuple[str, int]], loose: dict[int, float]) -> tuple[float, float]:
    """Cost per day of every granted spell-month without an invoice, less what else is booked for those months."""
    late = ahead = 0.0
    for spell in spells:
        expected = spell.get("expected_stop")
        binds = expected is not None and expected > date(2025, 7, 1)
        end = spell.get("stop") or (expected if binds else date(2026, 1, 1))
        day = max(spell["start"], date(2025, 1, 1))
        while day < min(end, date(2026, 1, 1)):
            if (spell["spell_id"], day.month) not in named:
                late, ahead = (late + 1000, ahead) if day.month <= 6 else (late, ahead + 1000)
            day += timedelta(days=1)
    booked_late = sum(amount for month, amount in loose.items() if month <= 6)
    booked_ahead = sum(amount for month, amount in loose.items() if month > 6)
    return max(late - max(booked_late, 0), 0), max(ahead - max(booked_ahead, 0), 0)


SPELL = st.fixed_dictionaries(
    {"start": st.dates(date(2024, 6, 1), date(2025, 9, 1))},
    optional={
        "stop": st.dates(date(2025, 9, 2), date(2026, 3, 1)),
        "expected_stop": st.dates(date(2025, 1, 1), date(2026, 6, 1)),
    },
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(SPELL, min_size=1, max_size=4),
    st.sets(st.tuples(st.integers(0, 3), st.integers(1, 6)), max_size=8),
    st.dictionaries(st.integers(1, 8), st.floats(-5e4, 5e4).map(lambda amount: round(amount, 2)), max_size=3),
)
def test_unbooked_equals_a_slow_count(spells: list[dict], invoices: set, loose: dict[int, float]) -> None:
    spells = [{"spell_id": f"S{at}", **spell} for at, spell in enumerate(spells)]
    active = {spell["spell_id"]: spell["start"] for spell in spells}
    named = {(f"S{at}", month) for at, month in invoices if f"S{at}" in active}
    named = {(spell, month) for spell, month in named if active[spell] < date(2025, month, 28)}
    postings = [
        {"year": 2025, "period": 6, "amount": 10.0, "spell_id": spell, "service_month": date(2025, month, 1),
         "type_key": LEAF[0]}
        for spell, month in named
    ] + [
        {"year": 2025, "period": 6, "amount": amount, "service_month": date(2025, month, 1), "type_key": LEAF[0]}
        for month, amount in loose.items()
    ]  # fmt: skip
    found = unbooked_by_leaf(table("interventions", *spells), table("postings", *postings), AS_OF).loc[LEAF]
    late, ahead = slow_unbooked(spells, named, loose)
    assert found["late"] == pytest.approx(late, abs=0.01)
    assert found["ahead"] == pytest.approx(ahead, abs=0.01)


def test_expected_and_unpriced_interventions_are_not_committed() -> None:
    rows = table(
        "interventions",
        {"start": "2025-01-01", "status": "expected"},
        {"start": "2025-01-01", "rate": None},
    )
    assert unbooked_by_leaf(rows, table("postings"), AS_OF).empty


def test_a_ledger_without_types_is_held_against_its_functions_activity() -> None:
    """Ten days at 1.000 kr. booked on the function, no type: nothing of January is left to book."""
    rows = table("interventions", {"start": "2025-01-01", "stop": "2025-01-11"})
    postings = table("postings", {"year": 2025, "period": 1, "amount": 10_000.0, "type_key": "unallocated"})
    assert unbooked_by_leaf(rows, postings, AS_OF).loc[LEAF, "late"] == 0
