"""Dates with the month first are told as such, by the days that prove it or by the months around them."""

from collections.abc import Iterator
from itertools import product

import pytest

from tests.intake.files import errors, frame, read, told

HEADER = "bogfoert;konto;beloeb"
MONTH_FIRST = "med måneden først"


def ledger(*dates: str, extra: str = "", values: Iterator[str] | None = None) -> str:
    rows = [f"{date};528221002;{at},00" for at, date in enumerate(dates, 1000)]
    lines = [f"{row};{next(values)}" for row in rows] if values else rows
    return "\n".join([f"{HEADER}{extra}", *lines]) + "\n"


def american(days: tuple[int, ...], months: tuple[int, ...] = (1, 2, 3, 4, 5)) -> list[str]:
    return [f"{month:02}/{day:02}/2025" for month, day in product(months, days)]


def test_days_that_exist_with_the_month_first_alone_are_told_once() -> None:
    """The file is read so from there, so that nothing else is said to be wrong: no period after the as-of month."""
    (fault,) = errors(read(ledger("03/25/2025", "04/12/2025", "05/30/2025")))
    assert (fault.row, fault.column, fault.value) == (2, "bogfoert", "03/25/2025")
    assert fault.message.replace("\xa0", " ").startswith(
        "Datoerne står med måneden først: 2 datoer findes kun sådan, fx 03/25/2025. Alle datoer i bogfoert skal have"
    )


def test_one_column_that_proves_it_speaks_for_the_others_of_the_file() -> None:
    header = "indsats_id;borger_id;type;startdato;slutdato;takst;enhed\n"
    (fault,) = errors(read(header + "F1;B1;Plejefamilie;01/02/2025;01/25/2025;1.400,50;døgn\n"))
    assert "i startdato og slutdato" in fault.message  # and not: the end lies before the start
    (other,) = errors(read(header + "F1;B1;Plejefamilie;25/01/2025;02/25/2025;1.400,50;døgn\n"))
    assert "i slutdato skal" in other.message


def test_a_column_of_both_orders_is_told_row_by_row() -> None:
    (fault,) = errors(read(ledger("25/03/2025", "03/25/2025")))
    assert (fault.row, fault.message) == (3, "Datoen findes kun med måneden først. Skriv datoen som dd-mm-åååå.")


@pytest.mark.parametrize("column", ["vedroerer", "periode"])
def test_the_months_that_rows_concern_show_the_order_of_days_up_to_twelve(column: str) -> None:
    dates = american((3, 7, 10, 12))
    months = (f"2025-{date[:2]}" for date in dates)
    (fault,) = errors(read(ledger(*dates, extra=f";{column}", values=months)))
    assert (fault.column, MONTH_FIRST in fault.message, f"fra kolonnen {column}" in fault.message) == (
        "bogfoert", True, True
    )  # fmt: skip


def test_dates_that_would_run_past_the_as_of_month_show_it_too() -> None:
    (fault,) = errors(read(ledger(*american((3, 7, 10, 12)))))
    assert fault.message.replace("\xa0", " ").endswith(
        "løber de til dec. 2025, med måneden først kun til maj 2025. Dan udtrækket igen med datoer som dd-mm-åååå."
    )


def test_without_any_witness_it_is_a_warning_that_says_how_they_are_read() -> None:
    intake = read(ledger(*american((1, 3, 4, 5, 6))))
    ((severity, row, column, value, message),) = told(intake)
    assert (severity, row, column, value) == ("warning", 3, "bogfoert", "01/03/2025")
    assert "læst med dagen først, fx 01/03/2025 som 1. mar." in message.replace("\xa0", " ")


def test_danish_dates_are_left_alone() -> None:
    """Of a whole month, of two pay days a month, and early in the month with the month it concerns."""
    every_day = [f"{day:02}/03/2025" for day in range(1, 29)]
    pay_days = [f"{day:02}/{month:02}/2025" for month, day in product(range(1, 7), (1, 10, 1, 10))]
    early = [f"{day:02}/03/2025" for day in range(1, 13)] * 2
    assert not told(read(ledger(*every_day)))
    assert not told(read(ledger(*pay_days)))
    concerned = frame(ledger(*early, extra=";vedroerer", values=iter(["2025-02"] * 24)))
    assert set(concerned["period"]) == {3}


def test_a_newest_date_that_stands_alone_names_the_column_that_is_there() -> None:
    dates = [*(f"{day:02}-01-2025" for day in range(1, 29)), "15-12-2025"]
    (fault,) = errors(read(ledger(*dates), as_of=None))
    assert (fault.row, fault.column) == (30, "bogfoert")
    assert "er den rigtig, så skriv selv 2025-12 som opgørelsesmåned" in fault.message
