"""What a load shows beside what the store knew: ledger and activity add up, whichever of them came first."""

from dataclasses import replace

import pandas as pd
import pytest

from cockpit.domain.dataset import Source
from cockpit.domain.findings import Finding
from cockpit.domain.partial_months import PARTLY
from cockpit.services.load_findings import against_store
from tests.intake.files import reference
from tests.store.extracts import extract
from tests.tables import dataset
from tests.unit.test_load_amounts import SPELLS, booked

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


def without(gone: int, *, new_ids: bool = False, ledger: bool = False) -> list[Finding]:
    """Load a snapshot that lacks some of a hundred running spells that cost what the ledger has."""
    spells = [{**spell, "spell_id": f"{at}", "rate": spell["rate"] / 100} for at in range(100) for spell in SPELLS]
    before = dataset("2024-12", postings=booked(), interventions=spells)
    before = replace(before, sources=(Source("interventions", pd.Period("2024-12", "M"), reconstructed=False),))
    tables = {"interventions": [extract("interventions", *(row for row in spells if int(row["spell_id"]) >= gone))]}
    if ledger:
        tables["postings"] = [extract("postings", *booked())]
    return list(against_store(tables, before, reference(), new_ids=new_ids))


@pytest.mark.parametrize(
    ("gone", "new_ids", "severities"),
    [
        (10, False, []),
        (11, False, ["warning"]),
        (51, False, ["error"]),
        (51, True, ["warning"]),
        (99, True, ["warning"]),
    ],
)
def test_a_snapshot_that_lacks_most_of_the_running_spells_stops_until_it_is_confirmed(
    gone: int, new_ids: bool, severities: list[str]
) -> None:
    found = without(gone, new_ids=new_ids)
    assert [one.severity for one in found] == severities
    assert all(one.message.startswith(f"{gone} af de 100 indsatser") for one in found)
    assert [one.confirmable for one in found] == [gone > 50] * len(found)


@pytest.mark.parametrize("ledger", [False, True])
def test_a_ledger_is_not_accused_of_what_the_interventions_have_lost(ledger: bool) -> None:
    """A hundredth of the population makes right postings look as if they were in oere, loaded before or beside it."""
    found = without(99, new_ids=True, ledger=ledger)
    assert ["indsatser, der løb" in one.message for one in found] == [True]


def bills(month: str, count: int, amount: float = 100_000.0) -> list[dict]:
    year, period = (int(part) for part in month.split("-"))
    return [{"year": year, "period": period, "function": "5.28.22", "amount": amount}] * count


def test_a_month_that_the_load_books_in_part_is_told_and_accused_of_nothing_else() -> None:
    """Ten small bills where twenty large ones are usual look as if they were in 1.000 kr.; a quiet month is whole."""
    months = [str(month) for month in pd.period_range("2023-01", "2025-05", freq="M")]
    spell = {"function": "5.28.22", "start": "2022-01-01", "rate": 2_000_000.0, "unit": "month"}
    before = dataset("2025-06", postings=[row for month in months for row in bills(month, 20)], interventions=[spell])
    part, quiet = (extract("postings", *bills("2025-06", *rows)) for rows in ((10, 200.0), (18,)))
    (found,) = against_store({"postings": [part]}, before, reference())
    assert found.message.startswith(f"{PARTLY}: jun. 2025 (5.28.22).".replace(" 2025", "\xa02025"))
    assert (found.severity, found.file) == ("warning", part.file_name)
    assert not against_store({"postings": [quiet]}, before, reference())


def test_postings_are_still_held_against_the_population_that_was_known_before() -> None:
    spells = [{**spell, "spell_id": spell["function"]} for spell in SPELLS]
    before = dataset("2024-12", interventions=spells)
    before = replace(before, sources=(Source("interventions", pd.Period("2024-12", "M"), reconstructed=False),))
    new = [{**SPELLS[0], "spell_id": "new", "start": "2024-12-01"}]
    ledger = extract("postings", *booked(lambda amount: -amount))
    tables = {"interventions": [extract("interventions", *new)], "postings": [ledger]}
    found = against_store(tables, before, reference(), new_ids=True)
    assert ["omvendt fortegn" in one.message for one in found] == [False, True]
