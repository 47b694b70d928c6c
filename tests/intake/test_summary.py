"""The command line tells each kind of fault once: where, how often, what to do."""

from cockpit.domain.findings import Finding
from cockpit.intake import summarise
from tests.intake.files import read

BAD = "Det er ikke et tal. Skriv fx 1234,50 eller -1234,50."


def test_a_fault_is_told_with_row_column_value_and_remedy() -> None:
    assert summarise([Finding("error", BAD, 7, "Beløb", "abc", "a.csv")]) == [
        f"FEJL række 7, kolonne Beløb, »abc«: {BAD}"
    ]


def test_a_fault_of_the_whole_file_has_no_place() -> None:
    assert summarise([Finding("warning", "Filen er tom.", file="a.csv")]) == ["ADVARSEL: Filen er tom."]


def test_many_of_one_kind_share_a_line_with_their_number_and_first_rows() -> None:
    found = [Finding("rejected", f"Afløst af række {row + 1}.", row, None, None, "a.csv") for row in range(2, 1302)]
    assert summarise(found) == ["AFVIST 1.300 gange, række 2, 3, 4, 5, 6 ...: Afløst af række 3."]


def test_many_of_one_kind_without_a_place_say_that_one_of_them_is_shown() -> None:
    found = [Finding("warning", f"{nr}. kvartal: {nr} kr.", file="a.csv") for nr in range(1, 5)]
    assert summarise(found) == ["ADVARSEL 4 gange, den første: 1. kvartal: 1 kr."]


def test_a_value_that_the_message_says_is_not_said_twice_and_does_not_make_a_kind_of_its_own() -> None:
    names = ("Plejefamilie", "Opholdssted", "Netværkspleje", "Eget værelse")
    found = [Finding("warning", f"{name}: {at} kr.", value=name, file="a.csv") for at, name in enumerate(names)]
    assert summarise(found[:1]) == ["ADVARSEL: Plejefamilie: 0 kr."]
    assert summarise(found) == ["ADVARSEL 4 gange, den første: Plejefamilie: 0 kr."]


def test_three_of_a_kind_are_still_told_one_by_one() -> None:
    assert len(summarise([Finding("error", BAD, row, "Beløb", "x", "a.csv") for row in (2, 3, 4)])) == 3


def test_errors_come_first_and_the_file_is_named_where_there_are_several() -> None:
    found = [Finding("warning", "Se her.", 2, file="a.csv"), Finding("error", BAD, 9, "Beløb", "x", "b.csv")]
    assert summarise(found) == [f"FEJL b.csv, række 9, kolonne Beløb, »x«: {BAD}", "ADVARSEL a.csv, række 2: Se her."]


def test_two_thousand_faults_of_a_file_are_one_line() -> None:
    lines = "".join(f"2025-01;528231001;tal{number}\n" for number in range(2000))
    assert len(summarise(read("periode;konto;beloeb\n" + lines).findings)) == 1
