"""Every fault of the contract: one line of a file in, one finding out, with row, column, value and remedy."""

from dataclasses import replace

import pandas as pd
import pytest

from cockpit.intake import Upload, read_extracts
from tests.intake.files import (
    AS_OF,
    BUDGET,
    INTERVENTIONS,
    KEY,
    POPULATION,
    POSTINGS,
    errors,
    profiles,
    read,
    reference,
    told,
    workbook,
)
from tests.personal import cpr_number

SPELL = "indsats_id;borger_id;foedselsdato;type;startdato;slutdato;forventet_slutdato;takst;enhed;antal;konto;status\n"
LINE = {
    "indsats_id": "F1", "borger_id": "B1", "foedselsdato": "01-02-2012", "type": "Plejefamilie",
    "startdato": "01-01-2025", "slutdato": "", "forventet_slutdato": "", "takst": "1400,00", "enhed": "døgn",
    "antal": "", "konto": "", "status": "",
}  # fmt: skip


def spells(*changes: dict[str, str]) -> str:
    return SPELL + "".join(";".join({**LINE, **change}.values()) + "\n" for change in changes)


def ledger(line: str) -> str:
    return f"periode;konto;beloeb\n2025-01;5.28.22;1,00\n{line}\n"


def budget(line: str) -> str:
    return f"aar;konto;budgettype;beloeb;type;helaarspersoner;maaned;vedtaget\n{line}\n"


ERRORS = {
    # what is wrong: (file, row, column, value, a word of the message)
    "unreadable date": (spells({"startdato": "31-02-2025"}), 2, "startdato", "31-02-2025", "kalenderen"),
    "unreadable rate": (spells({"takst": "gratis"}), 2, "takst", "gratis", "ikke et tal"),
    "negative rate": (spells({"takst": "-5,00"}), 2, "takst", "-5,00", "negativ"),
    "unknown unit": (spells({"enhed": "time"}), 2, "enhed", "time", "doegn"),
    "unknown status": (spells({"status": "måske"}), 2, "status", "måske", "bevilget"),
    "quantity zero": (spells({"antal": "0"}), 2, "antal", "0", "over nul"),
    "unknown type": (spells({"type": "Plejefamillie"}), 2, "type", "Plejefamillie", "Mente I »Plejefamilie«"),
    "unknown law": (spells({"type": "§ 999"}), 2, "type", "§ 999", "ukendt"),
    "law of several types": (spells({"type": "§ 52, stk. 3, nr. 3"}), 2, "type", "§ 52, stk. 3, nr. 3", "flere"),
    "unknown account": (spells({"konto": "5.99.99"}), 2, "konto", "5.99.99", "ukendt"),
    "no account": (spells({"konto": "abc"}), 2, "konto", "abc", "ni cifre"),
    "required field blank": (spells({"startdato": ""}), 2, "startdato", "", "tomt"),
    "end before start": (spells({"slutdato": "31-12-2024"}), 2, "slutdato", "31-12-2024", "før startdatoen"),
    "duplicate key": (spells({}, {}), 3, "startdato", "01-01-2025", "række 2"),
    "overlapping price periods": (
        spells({"slutdato": "31-03-2025"}, {"startdato": "01-03-2025"}), 2, "slutdato", "31-03-2025", "række 3"),
    "an open price period before the next": (spells({}, {"startdato": "01-03-2025"}), 2, "slutdato", "", "overlapper"),
    "two births of one child": (
        spells({}, {"indsats_id": "F2", "foedselsdato": "02-02-2012"}), 3, "foedselsdato", "02-02-2012", "anden"),
    "one spell of two children": (
        spells({"slutdato": "31-01-2025"}, {"borger_id": "B2", "startdato": "01-02-2025"}), 3, "indsats_id", "F1",
        "flere børn"),
    "unreadable amount": (ledger("2025-02;5.28.22;10 kr og 5"), 3, "beloeb", "10 kr og 5", "ikke et tal"),
    "a period that does not exist": (ledger("2025-14;5.28.22;1,00"), 3, "periode", "2025-14", "findes ikke"),
    "a period after the as-of month": (ledger("2025-07;5.28.22;1,00"), 3, "periode", "2025-07", "jun."),
    "the supplement of this year in June": (ledger("2025-13;5.28.22;1,00"), 3, "periode", "2025-13", "jun."),
    "unknown account in the ledger": (ledger("2025-02;6.28.22;1,00"), 3, "konto", "6.28.22", "accounts.csv"),
    "unknown budget type": (budget("2025;5.28.20;gæt;1,00;;;;"), 2, "budgettype", "gæt", "oprindeligt"),
    "no year": (budget("25;5.28.20;oprindeligt;1,00;;;;"), 2, "aar", "25", "1900"),
    "no month": (budget("2025;5.28.20;oprindeligt;1,00;;;13;"), 2, "maaned", "13", "fra 1 til 12"),
    "negative person-years": (budget("2025;5.28.20;oprindeligt;1,00;;-1;;"), 2, "helaarspersoner", "-1", "negativt"),
    "no age": ("aar;alder;antal\n2025;gammel;5\n", 2, "alder", "gammel", "alder"),
    "negative population": ("aar;alder;antal\n2025;7;-5\n", 2, "antal", "-5", "negativt"),
    "an age told twice": ("aar;alder;antal\n2025;7;5\n2025;7;6\n", 3, "alder", "7", "allerede"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "row", "column", "value", "word"), ERRORS.values(), ids=ERRORS)
def test_an_error_stops_the_load(text: str, row: int, column: str, value: str, word: str) -> None:
    intake = read(text)
    (finding,) = errors(intake)
    assert (finding.file, finding.row, finding.column, finding.value) == ("fil1.csv", row, column, value)
    assert word in finding.message
    (report,) = intake.files
    assert not intake.ok
    assert not intake.tables
    assert (report.rows_stored, report.rows_rejected) == (0, report.rows_read)


WARNINGS = {
    "no end for a child over 23": (spells({"foedselsdato": "01-02-2001"}), 2, "slutdato", "over 23 år"),
    "a rate in the wrong unit": (spells({"takst": "42000", "enhed": "døgn"}), 2, "takst", "Er enheden rigtig"),
    "expected end passed": (spells({"forventet_slutdato": "31-05-2025"}), 2, "forventet_slutdato", "passeret"),
    "expected end before start": (
        spells({"forventet_slutdato": "01-12-2024", "slutdato": "31-03-2025"}), 2, "forventet_slutdato", "før"),
    "last day is the next first day": (
        spells({"slutdato": "01-03-2025"}, {"startdato": "01-03-2025"}), 2, "slutdato", "dagen før"),
    "unknown column": (POSTINGS.replace(";tekst", ";tekst;farve").replace("januar", "januar;blå")
                       .replace("kreditnota", "kreditnota;").replace("marts", "marts;"), 1, None, "farve"),
    "characters lost earlier": (POSTINGS.replace("marts", "m�rts"), None, None, "gik tabt"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "row", "column", "word"), WARNINGS.values(), ids=WARNINGS)
def test_a_warning_only_tells(text: str, row: int | None, column: str | None, word: str) -> None:
    intake = read(text)
    assert [(severity, found, name) for severity, found, name, *_ in told(intake)] == [("warning", row, column)]
    assert word in told(intake)[0][4]
    assert intake.ok
    assert intake.files[0].rows_rejected == 0


@pytest.mark.parametrize("column", ["indsats_id", "borger_id", "type", "startdato", "takst", "enhed"])
def test_a_missing_column_is_told_by_name(column: str) -> None:
    renamed = INTERVENTIONS.replace(column, "noget andet", 1)
    messages = [finding.message for finding in errors(read(renamed))]
    assert any(message.startswith("Kolonnen") and column in message and "mangler" in message for message in messages)


def test_columns_of_which_one_is_enough_are_told_together() -> None:
    (finding,) = errors(read("konto;beloeb\n5.28.22;1,00\n"))
    assert "periode eller bogfoert" in finding.message


def test_a_column_that_stands_twice_is_told() -> None:
    assert "to gange" in errors(read("periode;konto;beloeb;beloeb\n2025-01;5.28.22;1,00;2,00\n"))[0].message


def test_all_faults_of_all_files_are_collected_before_anything_is_said() -> None:
    intake = read(
        spells({"startdato": "31-02-2025", "enhed": "time"}, {"indsats_id": "F2", "takst": "gratis"}),
        ledger("2025-14;5.28.22;ti"),
        POPULATION,
        b"\x89PNG\r\n\x1a\n",
    )
    assert [(finding.file, finding.row, finding.column) for finding in errors(intake)] == [
        ("fil1.csv", 2, "startdato"),
        ("fil1.csv", 2, "enhed"),
        ("fil1.csv", 3, "takst"),
        ("fil2.csv", 3, "periode"),
        ("fil2.csv", 3, "beloeb"),
        ("fil4.csv", None, None),
    ]
    assert [(report.rows_read, report.rows_stored, report.rows_rejected) for report in intake.files] == [
        (2, 0, 2),
        (2, 0, 2),
        (2, 0, 2),
        (0, 0, 0),
    ]


def test_overlaps_and_double_keys_are_found_across_files() -> None:
    intake = read(spells({}), spells({"startdato": "01-03-2025"}) + "\n")
    (finding,) = errors(intake)
    assert (finding.file, finding.row) == ("fil1.csv", 2)
    assert "række 2 i fil2.csv" in finding.message


def test_the_same_file_chosen_twice_is_an_error() -> None:
    assert "samme indhold som fil1.csv" in errors(read(POSTINGS, POSTINGS))[0].message


def test_identical_postings_are_two_postings() -> None:
    twice = ledger("2025-01;5.28.22;1,00")
    assert read(twice).files[0].rows_stored == 2


def test_files_without_faults_say_nothing() -> None:
    for text in (INTERVENTIONS, POSTINGS, BUDGET, POPULATION):
        assert told(read(text)) == []


def test_an_ended_intervention_without_an_end_is_told() -> None:
    """It would be counted to the end of the year, although everybody knows that it is over."""
    (warning,) = read(spells({"status": "Afsluttet"})).findings
    assert (warning.row, warning.column) == (2, "slutdato")
    assert "regnes som løbende" in warning.message
    assert not told(read(spells({"status": "Afsluttet", "slutdato": "01-02-2025"})))


def test_a_negative_rate_is_told_once() -> None:
    """That it also lies outside the range of its type would only be noise beside the error."""
    assert [finding.severity for finding in read(spells({"takst": "-5,00"})).findings] == ["error"]


def test_months_are_written_as_on_every_page() -> None:
    """Nobody meets `2025-06` in one place and `jun. 2025` in another."""
    late = read(ledger("2025-08;5.28.22;2,00"))
    assert late.notes == ("Opgørelsesmåned: jun.\N{NO-BREAK SPACE}2025 (valgt).",)
    assert "opgørelsesmåneden jun.\N{NO-BREAK SPACE}2025." in errors(late)[0].message


def test_a_number_that_is_hidden_is_told() -> None:
    """The case system leaks, or a voucher's number was taken for a person's: either way the user must know."""
    rows = ["Husleje", f"Vedr. {cpr_number()}"]
    lines = "periode;konto;beloeb;tekst\n" + "".join(f"2025-01;5.28.22;1,00;{text}\n" for text in rows)
    (warning,) = read(lines).findings
    assert (warning.row, warning.column, warning.value) == (3, "tekst", "******-****")
    assert warning.message.startswith("Her står et tal, der ligner et CPR-nummer. Det er skjult")
    several = read(lines + f"2025-02;5.28.22;1,00;{rows[1]}\n").findings
    assert [each.row for each in several] == [3, 4]


def test_a_month_that_is_hardly_booked_is_told() -> None:
    """One posting dated too early makes its month the newest; the year would seem to have cost a month less."""
    head, may, june = "periode;konto;beloeb;bilag\n", "2025-05;5.28.22;1,00;A\n", "2025-06;5.28.22;1,00;B\n"
    (warning,) = read(head + may * 5 + june, as_of=None).findings
    assert warning.message.replace("\N{NO-BREAK SPACE}", " ").startswith("jun. 2025 har 1 postering, maj 2025 har 5.")
    assert not told(read(head + may * 5 + june * 3, as_of=None))
    assert not told(read(head + june, as_of=None))


def test_a_newest_period_that_stands_apart_does_not_decide_the_month() -> None:
    """One mistyped year would move the as-of month and with it the whole forecast."""
    typo = POSTINGS + "2052-03;528221002;1,00;tastefejl\n"
    (fault,) = [each for each in errors(read(INTERVENTIONS, typo, as_of=None)) if "uden posteringer" in each.message]
    assert (fault.severity, fault.row, fault.column, fault.file) == ("error", 5, "periode", "fil2.csv")
    assert "--as-of" in fault.message


@pytest.mark.parametrize("period", ["2025-04", "2025-05"])
def test_a_month_without_postings_is_no_fault(period: str) -> None:
    intake = read(POSTINGS + f"{period};528221002;1,00;sen\n", as_of=None)
    assert (intake.ok, str(intake.as_of)) == (True, period)


def test_a_newest_period_that_stands_apart_is_read_when_the_month_is_chosen() -> None:
    intake = read(POSTINGS + "2025-06;528221002;1,00;sen\n", as_of=pd.Period("2025-06", "M"))
    assert intake.ok


@pytest.mark.parametrize(("born", "refused"), [("01-02-2026", True), ("01-09-2025", False)])
def test_help_long_before_birth_is_refused(born: str, refused: bool) -> None:
    """An intervention may begin while the child is expected, not a year before it is born."""
    text = INTERVENTIONS.replace("01-02-2012", born)
    found = [(each.row, each.column) for each in errors(read(text)) if "fødsel" in each.message]
    assert found == ([(2, "startdato")] if refused else [])


def test_a_mistyped_year_of_a_start_blames_the_start() -> None:
    """Not the end, which only looks too early beside it; without an end the row is let in, and told."""
    text = (
        "indsats_id;borger_id;type;startdato;slutdato;takst;enhed\n"
        "F1;B1;Plejefamilie;01-01-2052;30-06-2025;1400;doegn\n"
        "F2;B2;Plejefamilie;01-01-2052;;1400;doegn\n"
        "F3;B3;Plejefamilie;01-01-2026;;1400;doegn\n"
    )
    found = told(read(text))
    blamed = [(severity, row, column) for severity, row, column, _, message in found if "Startdatoen" in message]
    assert blamed == [("error", 2, "startdato"), ("warning", 3, "startdato")]
    assert not any("Slutdatoen" in message for *_, message in found)


def test_nine_digits_in_a_rate_are_a_citizen_number_and_are_not_shown() -> None:
    """Nine digits of kroner a day are nobody's price; in a budget they may be an account's."""
    text = "indsats_id;borger_id;type;startdato;takst;enhed\nF1;B1;Plejefamilie;01-01-2025;{};doegn\n"
    (finding,) = errors(read(text.format("101" + "120000")))
    assert "ligner et CPR-nummer" in finding.message
    assert finding.value == "******-****"
    assert not errors(read(text.format("1401,50")))
    assert not errors(read("aar;konto;budgettype;beloeb\n2025;5.28.20;oprindeligt;101120000\n"))


def test_a_budget_line_that_stands_twice_is_told_and_counted() -> None:
    line = "2025;5.28.20;oprindeligt;{};{}\n"
    text = "aar;konto;budgettype;beloeb;tekst\n" + line.format(5, "a") + line.format(5, "b") + line.format(5, "a")
    intake = read(text)
    ((severity, row, column, _, message),) = told(intake)
    assert (severity, row, column) == ("warning", 4, "beloeb")
    assert "magen til række 2" in message
    assert intake.files[0].rows_stored == 3


def test_the_same_ledger_in_two_forms_is_refused_like_the_same_file() -> None:
    """With other line ends, without BOM, in another order, or as a workbook: it would count twice."""
    lines = POSTINGS.splitlines()
    book = workbook([lines[0].split(";"), *(line.split(";") for line in lines[1:])])
    turned = "\n".join([lines[0], *lines[:0:-1]])
    forms = [POSTINGS.replace("\n", "\r\n").encode(), POSTINGS.encode("utf-8-sig"), turned]
    for other in (*forms, Upload("fil2.xlsx", book)):
        (error,) = errors(read(POSTINGS.encode(), other))
        assert "samme indhold som fil1.csv" in error.message
    assert not errors(read(POSTINGS, POSTINGS.replace("januar", "anden tekst")))


def test_every_number_too_large_is_a_finding_with_its_place() -> None:
    ledger = POSTINGS + "2025-03;528221002;99999999999999,00;for meget\n2025-03;528221002;-1" + 400 * "0" + ";mere\n"
    found = [(error.row, error.column) for error in errors(read(ledger))]
    assert found == [(5, "beloeb"), (6, "beloeb")]
    rates = INTERVENTIONS.replace("1.400,50", "900719925475,00").replace("takst", "Takst")
    (error,) = errors(read(rates))
    assert (error.row, error.column, error.value) == (2, "Takst", "900719925475,00")
    assert "for stort" in error.message


def test_half_a_child_is_no_population() -> None:
    (error,) = errors(read(POPULATION.replace("446", "3,5")))
    assert (error.row, error.column, error.value) == (3, "antal", "3,5")


def test_a_budget_year_far_ahead_is_a_warning() -> None:
    intake = read(BUDGET + "2062;5.28.20;omplacering;1,00;\n2028;5.28.20;oprindeligt;1,00;\n", POSTINGS)
    assert intake.ok
    assert [(row, column, value) for _, row, column, value, _ in told(intake)] == [(4, "aar", "2062")]


def test_how_far_ahead_and_before_birth_an_intervention_starts_is_held_against_the_dated_assumptions() -> None:
    """A start 18 months ahead, and one 2 months before birth, are told once the limits are 1 year and 1 month."""
    text = spells({"startdato": "01-12-2026", "foedselsdato": "01-02-2027"})
    limits = {"longest_plan_years": 1.0, "expected_before_birth_months": 1.0}
    strict = replace(
        reference(),
        assumptions=tuple(replace(one, value=limits.get(one.key, one.value)) for one in reference().assumptions),
    )
    both = [
        read_extracts([Upload("a.csv", text.encode())], known, profiles(), KEY, as_of=AS_OF).findings
        for known in (reference(), strict)
    ]
    found = [[(finding.severity, finding.column) for finding in findings] for findings in both]
    assert found == [[], [("warning", "startdato"), ("error", "startdato")]]
