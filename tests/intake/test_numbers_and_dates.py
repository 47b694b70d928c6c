"""Numbers, dates and periods are read as people and systems write them, and refused where they say two things."""

import pandas as pd
import pytest

from cockpit.intake.numbers_and_dates import Unreadable, read_age, read_date, read_end, read_period
from tests.intake.files import errors, frame, read, told

LEDGER = "periode;konto;beloeb\n"


def amounts(*texts: str) -> list[float]:
    rows = "".join(f'2025-01;528231001;"{text}"\n' for text in texts)
    return frame(LEDGER + rows)["amount"].tolist()


COLUMNS = {
    "decimal comma": (["1234,50", "-0,05", ",5", "7,"], [1234.5, -0.05, 0.5, 7.0]),
    "decimal point": (["1234.50", "-0.05", ".5"], [1234.5, -0.05, 0.5]),
    "thousands point": (["1.234,50", "1.234.567", "1.234"], [1234.5, 1234567.0, 1234.0]),
    "thousands comma": (["1,234.50", "1,234,567", "1,234"], [1234.5, 1234567.0, 1234.0]),
    "thousands space": (["1 234,50", "1 234 567"], [1234.5, 1234567.0]),
    "thousands non-breaking space": (["1\u00a0234,50", "1\u202f234 567"], [1234.5, 1234567.0]),
    "minus before": (["-123,45", "- 123,45", "\u2212123,45", "–123,45"], [-123.45] * 4),
    "minus after": (["123,45-", "1.123,45 -", "123,45\u2212"], [-123.45, -1123.45, -123.45]),
    "parentheses are minus": (["(123,45)", "( 1.123,45 )"], [-123.45, -1123.45]),
    "plus": (["+123,45"], [123.45]),
    "kroner": (["kr. 1.234,50", "1.234,50 kr.", "DKK 5,00", "1.234,-"], [1234.5, 1234.5, 5.0, 1234.0]),
    "whole numbers": (["1234", "0", "-0"], [1234.0, 0.0, 0.0]),
}  # fmt: skip


@pytest.mark.parametrize(("texts", "values"), COLUMNS.values(), ids=COLUMNS)
def test_amounts(texts: list[str], values: list[float]) -> None:
    assert amounts(*texts) == values


NO_NUMBERS = ["abc", "1.23.45", "12,34,56", "1.2345,00", "--5", "(5", "5 6", "1e3", "nan", "inf", "1,2.3,4", "٣", "²"]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_refused(text: str) -> None:
    (finding,) = errors(read(LEDGER + f'2025-01;528231001;"{text}"\n2025-01;528231001;1,00\n'))
    assert (finding.row, finding.column, finding.value) == (2, "beloeb", text)
    assert "Skriv" in finding.message


def test_1_234_is_read_as_the_rest_of_its_column_shows_else_as_danish_with_a_warning() -> None:
    assert amounts("1.234", "5,50")[0] == 1234.0
    assert amounts("1.234", "5.50")[0] == 1.23, "a point is the decimal sign here, and an amount is whole oere"
    intake = read(LEDGER + "2025-01;528231001;1.234\n")
    ((severity, row, column, value, message),) = told(intake)
    assert (severity, row, column, value) == ("warning", 2, "beloeb", "1.234")
    assert "1.234 er læst som 1234" in message


def test_a_column_of_both_decimal_signs_leaves_1_234_unreadable() -> None:
    intake = read(LEDGER + "2025-01;528231001;1,5\n2025-01;528231001;1.5\n2025-01;528231001;1.234\n")
    assert [(finding.row, finding.value) for finding in errors(intake)] == [(4, "1.234")]


def test_fractions_of_an_oere_are_rounded_and_said() -> None:
    intake = read(LEDGER + "2025-01;528231001;1,005\n2025-01;528231001;2,0049\n")
    assert intake.ok
    assert "mere end to decimaler" in told(intake)[0][4]


DATES = {
    "01-02-2025": "2025-02-01",
    "1-2-2025": "2025-02-01",
    "01.02.2025": "2025-02-01",
    "01/02/2025": "2025-02-01",
    "01.02.25": "2025-02-01",
    "31-12-69": "2069-12-31",
    "01-01-70": "1970-01-01",
    "2025-02-01": "2025-02-01",
    "2025/02/01": "2025-02-01",
    "20250201": "2025-02-01",
    "2025-02-01T00:00:00": "2025-02-01",
    "2025-02-01 00:00:00.000": "2025-02-01",
    "01-02-2025 13:45": "2025-02-01",
    "01-02-2025 13.45": "2025-02-01",
    "2025-02-01T00:00:00Z": "2025-02-01",
    "45689": "2025-02-01",  # the day number of a spreadsheet
    "45689,0": "2025-02-01",
    "29-02-2024": "2024-02-29",
    "01\u201102\u20112025": "2025-02-01",
}


@pytest.mark.parametrize(("text", "day"), DATES.items())
def test_dates(text: str, day: str) -> None:
    assert read_date(text) == pd.Timestamp(day)


NO_DATES = ["31-02-2025", "29-02-2025", "00-01-2025", "1-13-2025", "13/25/2025", "2025-02", "1234", "i går", "1/2-2025",
            "01-02-1066", "99-99-9999", "0000-00-00", "01-02-025", "٠١-٠٢-٢٠٢٥"]  # fmt: skip


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="Skriv datoen som dd-mm-åååå"):
        read_date(text)


def test_the_year_9999_means_no_end_and_is_no_start() -> None:
    assert read_end("31-12-9999") is None
    with pytest.raises(Unreadable):
        read_date("31-12-9999")


PERIODS = {
    "2025-07": (2025, 7),
    "2025-7": (2025, 7),
    "202507": (2025, 7),
    "2025M07": (2025, 7),
    "07-2025": (2025, 7),
    "7/2025": (2025, 7),
    "2025-13": (2025, 13),
    "202513": (2025, 13),
    "31-07-2025": (2025, 7),
    "2025-07-31": (2025, 7),
}


@pytest.mark.parametrize(("text", "period"), PERIODS.items())
def test_periods(text: str, period: tuple[int, int]) -> None:
    assert read_period(text) == period


@pytest.mark.parametrize("text", ["2025-14", "2025-00", "202500", "1066-07", "juli", "2025", "7"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="åååå-mm"):
        read_period(text)


AGES = {"0": 0, "7": 7, "7 år": 7, "7-årige": 7, "100+": 100, "99 år og derover": 99}


@pytest.mark.parametrize(("text", "age"), AGES.items())
def test_ages(text: str, age: int) -> None:
    assert read_age(text) == age


def test_last_days_become_the_first_day_out_of_force() -> None:
    table = frame("indsats_id;borger_id;type;startdato;slutdato;forventet_slutdato;takst;enhed\n"
                  "F1;B1;Plejefamilie;01-01-2025;31-01-2025;28-02-2025;1400,00;døgn\n")  # fmt: skip
    assert table["stop"][0] == pd.Timestamp("2025-02-01")
    assert table["expected_stop"][0] == pd.Timestamp("2025-03-01")
