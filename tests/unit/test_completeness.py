"""Whether a load is whole beside what was known before it."""

import pandas as pd
import pytest

from cockpit.domain.completeness import booked_months, missing_months, months_in_words, vanished_spells
from tests.tables import table


def months(*texts: str) -> list[pd.Period]:
    return [pd.Period(text, "M") for text in texts]


def test_only_spells_in_force_that_are_nowhere_in_the_later_snapshot_have_vanished() -> None:
    before = table(
        "interventions",
        {"spell_id": "runs on", "start": "2024-01-01"},
        {"spell_id": "ends", "start": "2024-01-01"},
        {"spell_id": "ends later, gone", "start": "2024-01-01", "stop": "2025-04-01"},
        {"spell_id": "gone", "start": "2024-01-01"},
        {"spell_id": "history, gone", "start": "2023-01-01", "stop": "2024-01-01"},
        {"spell_id": "to come, gone", "start": "2025-06-01"},
    )
    now = table(
        "interventions",
        {"spell_id": "runs on", "start": "2024-01-01"},
        {"spell_id": "ends", "start": "2024-01-01", "stop": "2025-02-10"},
    )
    assert vanished_spells(before, now, pd.Period("2025-01", "M")) == (2, 4)


@pytest.mark.parametrize(
    ("loaded", "known", "missing"),
    [
        (months("2025-01", "2025-04"), [], months("2025-02", "2025-03")),
        (months("2025-04"), months("2025-01", "2025-02"), months("2025-03")),
        (months("2025-04"), months("2024-10", "2025-02", "2025-03"), []),
        (months("2025-01", "2025-03"), months("2025-02"), []),
        (months("2025-03"), [], []),
        ([], months("2025-01", "2025-03"), []),
    ],
)
def test_a_gap_up_to_the_loads_newest_month_is_missing(loaded: list, known: list, missing: list) -> None:
    assert missing_months(loaded, known) == missing


def test_the_supplement_period_is_no_month() -> None:
    postings = table("postings", *({"year": 2024, "period": period, "amount": 1.0} for period in (12, 12, 13)))
    assert booked_months(postings) == set(months("2024-12"))


def test_months_in_a_row_are_named_by_their_ends() -> None:
    months = [pd.Period(month, "M") for month in ("2025-12", "2026-01", "2026-02", "2026-04", "2026-05")]
    assert months_in_words(months) == "dec.\xa02025 til feb.\xa02026, apr.\xa02026 og maj\xa02026"
    assert months_in_words(months[:2]) == "dec.\xa02025 og jan.\xa02026"
