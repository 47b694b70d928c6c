"""Files in which everything is wrong in one way: the way is told, once, and not every row of it."""

import pytest

from tests.intake.files import errors, frame, read, told

SPELLS = "indsats_id;borger_id;type;startdato;slutdato;takst;enhed"
LEDGER = "periode;konto;beloeb;type"
TYPES = {"Plejefamilie": 42_000, "Opholdssted": 92_000, "Støtte i hjemmet": 10_000}


def file(header: str, rows: list[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


def spells(factor: float = 1.0, unit: str = "maaned", dates: str = "01-01-2025;", count: int = 12) -> str:
    """So many spells of each of three types at their usual price a month, times a factor."""
    rates = {name: f"{price * factor:.2f}".replace(".", ",") for name, price in TYPES.items()}
    rows = [f"F{name}{at};B{at};{name};{dates};{rate};{unit}" for name, rate in rates.items() for at in range(count)]
    return file(SPELLS, rows)


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (spells(factor=0.001), "i 1.000 kr."),
        (spells(factor=100), "i øre"),
        (spells(unit="doegn"), "pr. måned, men enheden er døgn"),
        (spells(factor=12 / 365), "pr. døgn, men enheden er måned"),
    ],
)
def test_rates_of_several_types_off_by_one_factor_are_told_as_that(content: str, cause: str) -> None:
    ((severity, row, column, _, message),) = told(read(content))
    assert (severity, row, column) == ("error", 2, "takst")
    assert message.startswith(f"Taksterne ser ud til at være {cause}: læst sådan ligger 36 takster for 3 typer inden")


def test_dear_children_of_one_type_are_told_one_by_one() -> None:
    found = told(read(file(SPELLS, [f"F{at};B{at};Plejefamilie;01-01-2025;;420.000,00;maaned" for at in range(12)])))
    assert {(severity, "Er enheden rigtig?" in message) for severity, *_, message in found} == {("warning", True)}


def test_starts_and_ends_that_have_changed_places_are_told_once() -> None:
    ((severity, row, column, _, message),) = told(read(spells(dates="01-05-2025;01-02-2025")))
    assert (severity, row, column) == ("error", None, "slutdato")
    assert "byttet om: slutdatoen ligger før startdatoen i 36 af de 36 rækker" in message


def test_ends_that_are_the_starts_are_doubted_once() -> None:
    ((severity, _, column, _, message),) = told(read(spells(dates="01-02-2025;01-02-2025")))
    assert (severity, column, message[:46]) == ("warning", "slutdato", "Slutdatoen er den samme som startdatoen i 36 a")


def test_headings_over_the_wrong_columns_are_told_as_that_beside_the_cells() -> None:
    rows = [f"2025-01;{at},00;Plejefamilie;528221002" for at in range(10, 22)]
    assert not told(read(file("periode;beloeb;type;konto", rows)))
    shifted = [fault.message for fault in errors(read(file(LEDGER, rows)))]
    start = "Næsten ingen celler i konto, type og beloeb kan læses: overskrifterne ser ud til at stå over"
    assert shifted[0].startswith(start)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("periode;konto;debet;kredit", "Læg debet og kredit sammen i én kolonne beloeb"),
        ("konto;budgettype;2025;2026", "Årene står som kolonner: dan udtrækket med én række pr. år"),
    ],
)
def test_a_column_that_stands_as_two_is_told_so(header: str, words: str) -> None:
    assert any(words in fault.message for fault in errors(read(file(header, ["2025-01;528221002;1,00;"]))))


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("7", "Perioden mangler sit år."),
        ("2025", "Perioden mangler sin måned."),
        ("25-07", "Perioden skal have årets fire cifre."),
        ("jul-25", "Perioden er skrevet med månedens navn"),
        ("Q3", "Det er ikke en periode."),
    ],
)
def test_a_period_says_what_it_lacks(period: str, words: str) -> None:
    (fault,) = errors(read(file("periode;konto;beloeb", [f"{period};528221002;1,00"])))
    assert fault.message.startswith(words)


def test_an_account_that_a_spreadsheet_made_a_number_of() -> None:
    """With decimals, or as the chart of accounts prints it, it is the account; in powers of ten its digits are gone."""
    rows = [f"2025-01;{account};1,00" for account in ("528221002,00", "0528221002", "05.28.22.1.002")]
    assert set(frame(file("periode;konto;beloeb", rows))["account"]) == {"528221002"}
    (fault,) = errors(read(file("periode;konto;beloeb", ["2025-01;5,28E+08;1,00"])))
    assert fault.message.startswith("Regnearket har forkortet kontoen")


def test_a_sum_named_behind_the_account_is_no_posting() -> None:
    rows = ["2025-01;528221002;1,00;", "2025-01;528221002;2,00;", "2025-01;528221002 Total;3,00;"]
    intake = read(file(LEDGER, rows))
    assert [(severity, row) for severity, row, *_ in told(intake)] == [("rejected", 4)]
    assert intake.tables["postings"][0].frame["amount"].sum() == 3.0


@pytest.mark.parametrize(
    ("encode", "words"),
    [
        (lambda text: text.encode("cp850"), "tegnsættet til DOS"),
        (lambda text: text.encode("mac_roman"), "tegnsættet til Mac"),
        (lambda text: text.encode().decode("cp1252").encode(), "omsat til UTF-8 to gange"),
        (lambda text: text.encode("cp1252"), ""),
        (lambda text: text.encode("utf-16"), ""),
    ],
)
def test_other_codings_of_danish_letters_are_read_and_told(encode, words: str) -> None:  # type: ignore[no-untyped-def]
    names = ("Støtte i hjemmet", "Eget værelse", "Støtteophold på institution")
    text = file(LEDGER, [f"2025-01;528221002;1,00;{name}" for name in names])
    intake = read(encode(text))
    types = intake.tables["postings"][0].frame["type_key"].tolist()
    assert types == ["home_support", "own_room", "respite_institution"]
    assert [words in message for *_, message in told(intake)] == ([True] if words else [])


def test_debit_and_credit_as_letters_are_told_as_that() -> None:
    for side in ("K", " D", "c"):
        (fault,) = errors(read(file("periode;konto;beloeb", [f"2025-01;528221002;18680,00{side}"])))
        assert fault.message.startswith("Bogstavet efter tallet siger debet eller kredit. Skriv kredit med minus.")


def test_a_year_that_nobody_can_have_booked_is_told_instead_of_every_month_before_it() -> None:
    """A whole year mistyped: its months stand in a row, so none of them is alone."""
    rows = [f"{year}-{month:02};528221002;1,00" for year in (2025, 2062) for month in range(1, 13)]
    (fault,) = errors(read(file("periode;konto;beloeb", rows), as_of=None))
    assert (fault.row, fault.value) == (14, "2062-01")
    assert fault.message == "Perioden ligger 37 år efter den forrige, der er bogført i 2025. Ret årstallet."


def test_children_of_none_cost_nothing_and_that_is_told_once_a_row() -> None:
    rows = [f"F{at};B{at};Plejefamilie;01-01-2025;;42.000,00;maaned;0" for at in range(12)]
    assert {message for *_, message in told(read(file(f"{SPELLS};antal", rows)))} == {
        "Antallet skal være over nul. Ret det, eller lad feltet stå tomt."
    }


def test_bars_part_columns_too_and_json_is_named() -> None:
    assert frame(file("periode|konto|beloeb", ["2025-01|528221002|1,00"]))["amount"].tolist() == [1.0]
    (fault,) = errors(read('[{"periode": "2025-01", "konto": "528221002"}]'))
    assert fault.message.startswith("Filen er JSON")


def test_blank_columns_without_a_heading_are_no_news() -> None:
    assert not told(read(file("periode;;konto;beloeb;", ["2025-01;;528221002;1,00;"])))
    (found,) = told(read(file("periode;;konto;beloeb;", ["2025-01;x;528221002;1,00;"])))
    assert "kolonne 2 uden navn" in found[4]


def test_rows_are_held_against_each_other_only_where_no_column_is_missing() -> None:
    """Without ids, two measures that a child got on one day look like one told twice; deleting one would be wrong."""
    whole = file(SPELLS, ["F1;B1;Plejefamilie;01-01-2025;;42000,00;maaned"] * 2)
    assert "Slet den ene" in errors(read(whole))[0].message
    (fault,) = errors(read(whole.replace("indsats_id", "Sagsnr")))
    assert fault.message.startswith("Kolonnen indsats_id mangler i indsatser.")
    twelve = [f"2025-{month:02d};528231001;1000,00" for month in range(1, 7) for _ in range(2)] * 2
    (fault,) = errors(read(file("periode;kontering;beloeb", twelve)))
    assert fault.message.startswith("Kolonnen konto mangler i posteringer.")


def test_many_low_rates_where_quantities_are_missing_are_doubted_once() -> None:
    rates = [f"F{at};B{at};Støtte i hjemmet;01-01-2025;;{400 + at * 60},00;maaned" for at in range(12)]
    ((severity, row, column, _, message),) = told(read(file(SPELLS, rates)))
    assert (severity, row, column) == ("warning", 2, "takst")
    assert message.startswith("12 takster ligger under, hvad deres type normalt koster, og kolonnen antal er ikke")
    given = [f"{row};10" for row in rates]
    assert not told(read(file(f"{SPELLS};antal", given)))


def test_ended_measures_without_a_column_of_ends_are_told_once() -> None:
    header = "indsats_id;borger_id;type;startdato;takst;enhed;status"
    rows = [f"F{at};B{at};Plejefamilie;01-01-2025;42000,00;maaned;afsluttet" for at in range(3)]
    ((severity, row, column, _, message),) = told(read(file(header, rows)))
    assert (severity, row, column) == ("warning", None, "status")
    assert "også de 3, der er afsluttet" in message


def test_a_statistics_table_with_its_years_across_is_told_what_is_expected() -> None:
    years = "Folketal 1. januar;;;;\nalder;2022;2023;2024;2025\n0;431;420;433;440\n1;446;430;431;450\n"
    (fault,) = errors(read(years))
    assert (fault.row, fault.message[:75]) == (
        2, "Årene ser ud til at stå som kolonner (2022, 2023, 2024 ...), og der er inge"
    )  # fmt: skip
    assert "aar, alder og antal" in fault.message


def test_a_quote_that_is_never_closed_is_told_with_the_field_it_opens() -> None:
    (fault,) = errors(read(file(LEDGER, ["2025-01;528231001;1,00;Plejefamilie", '2025-02;528231001;2,00;"Pleje'])))
    assert (fault.row, fault.value) == (3, "Pleje")


def test_a_grouping_that_the_table_does_not_know_is_told_once_per_account() -> None:
    """Its rows get no type; a type of their own, or a function of one type alone, needs no grouping."""
    rows = ["2025-01;528221998;1,00;", "2025-02;528221998;2,00;", "2025-01;528221998;1,00;Plejefamilie",
            "2025-01;528231998;1,00;", "2025-01;5.28.22;1,00;", "2025-01;528222998;-1,00;"]  # fmt: skip
    ((severity, row, column, value, message),) = told(read(file(LEDGER, rows)))
    assert (severity, row, column, value) == ("warning", 2, "konto", "528221998")
    assert message.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "Kontotabellen kender ikke gruppering 998 på 5.28.22, så 2 rækker med kontoen står uden indsatstype."
    )
