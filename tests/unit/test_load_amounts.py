"""What a load says of its amounts: the cause, and whether it stops, in loads as a controller makes them."""

from collections.abc import Callable

import pytest

from cockpit.domain.findings import Finding
from cockpit.services.load_findings import against_store
from tests.intake.files import reference
from tests.store.extracts import extract
from tests.tables import dataset

TYPES = {"residential_home": "5.28.20", "family_treatment": "5.28.21", "foster_care": "5.28.22"}
SPELLS = [
    {"type_key": key, "function": function, "start": "2023-01-01", "rate": 1_000_000.0, "unit": "month"}
    for key, function in TYPES.items()
]
REFUND = "5.22.07"


def booked(
    change: Callable[[float], float] = float, years: tuple[int, ...] = (2024,), functions: tuple[str, ...] = ()
) -> list[dict]:
    """A ledger of 1,0 mio. kr. a month on each function, with the amounts of some functions (all) changed."""
    return [
        {"year": year, "period": month, "type_key": key, "function": function,
         "amount": change(1_000_000.0) if function in functions or not functions else 1_000_000.0}
        for year in years for month in range(1, 13) for key, function in TYPES.items()
    ]  # fmt: skip


def refund(amount: float) -> list[dict]:
    one = {"year": 2024, "function": REFUND, "dranst": 2, "amount": amount}
    return [{**one, "period": month} for month in range(1, 13)]


def told(*ledger: dict, spells: list[dict] = SPELLS, before: list[dict] | None = None) -> list[Finding]:
    tables = {"postings": [extract("postings", *ledger)], "interventions": [extract("interventions", *spells)]}
    store = dataset("2024-12", postings=before or [])
    return list(against_store({kind: own for kind, own in tables.items() if len(own[0].frame)}, store, reference()))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda amount: -amount, "omvendt fortegn"),
        (lambda amount: amount / 1000, "i 1.000 kr."),
        (lambda amount: amount * 100, "i øre"),
        (lambda amount: -amount / 1000, "omvendt fortegn og være i 1.000 kr."),
    ],
)
def test_a_whole_ledger_written_otherwise_than_activity_shows_stops_the_load(
    change: Callable[[float], float], words: str
) -> None:
    (found,) = told(*booked(change))
    assert (found.severity, words in found.message) == ("error", True)
    assert "36,0 mio. kr." in found.message.replace("\xa0", " ")  # what activity gives


def test_a_year_written_otherwise_is_named() -> None:
    (found,) = told(*booked(years=(2023,)), *booked(lambda amount: -amount))
    assert found.message.startswith("Posteringerne for 2024 ser ud til at have omvendt fortegn")


def test_one_function_with_the_wrong_sign_may_come_in_and_is_named() -> None:
    found = [one for one in told(*booked(lambda amount: -amount, functions=("5.28.22",))) if "fortegn" in one.message]
    assert [(one.severity, "5.28.22 Plejefamilier" in one.message) for one in found] == [("warning", True)]


def test_without_activity_other_months_are_the_witness_and_cannot_stop_the_load() -> None:
    """The months loaded before may be the ones that are wrong."""
    (found,) = told(*booked(lambda amount: -amount), spells=[], before=booked(years=(2023,)))
    assert (found.severity, "lige så mange andre måneder giver" in found.message) == ("warning", True)
    (alone,) = told(*booked(lambda amount: -amount), spells=[])
    assert (alone.severity, "100\xa0% af dem er negative" in alone.message) == ("warning", True)


def test_a_ledger_in_the_store_that_new_activity_shows_to_be_wrong_lets_the_activity_in() -> None:
    (found,) = told(spells=SPELLS, before=booked(lambda amount: -amount))
    assert found.severity == "warning"
    assert found.message.startswith("De posteringer, der er indlæst, ser ud til at have omvendt fortegn")


def test_a_right_ledger_a_late_one_and_a_handful_of_rows_are_left_alone() -> None:
    assert not told(*booked())
    late = told(*booked(lambda amount: amount * 0.6))
    assert not any("ser ud til" in one.message for one in late)
    handful = told(*booked(lambda amount: -amount)[:9])
    assert not any("ser ud til" in one.message for one in handful)


def test_refund_booked_as_expense_is_told_beside_what_the_rule_gives() -> None:
    """Three children at 1,0 mio. kr. a month: with the thresholds of 2024 the rule gives about 23 mio. kr. a year."""
    credit = {"year": 2024, "period": 1, "function": "5.28.20", "amount": -9.0}
    (turned,) = told(*booked(), *refund(1_900_000.0), credit)
    assert (turned.severity, "5.22.07) ser ud til at have omvendt fortegn" in turned.message) == ("warning", True)
    (lost,) = told(*booked(), *refund(1_900_000.0))
    assert "Ingen af filens 48 beløb er negative" in lost.message
    assert not told(*booked(), *refund(-1_900_000.0))


@pytest.mark.parametrize(("factor", "words"), [(-1.0, "omvendt fortegn"), (0.001, "i 1.000 kr.")])
def test_a_budget_written_otherwise_than_the_ledger_stops_the_load(factor: float, words: str) -> None:
    lines = [
        {"year": year, "type_key": key, "function": function, "amount": 12e6 * factor}
        for year in (2024, 2025)
        for key, function in TYPES.items()
    ]
    store = dataset("2024-12", postings=booked())
    found = list(against_store({"budget": [extract("budget", *lines)]}, store, reference()))
    assert [one.severity for one in found if words in one.message] == ["error"]
    assert "Det oprindelige budget for 2024 og 2025" in found[0].message
    wrong = dataset("2024-12", postings=booked(lambda amount: -amount))  # proves nothing about a budget
    right = [{**line, "amount": 12e6} for line in lines]
    assert not list(against_store({"budget": [extract("budget", *right)]}, wrong, reference()))
