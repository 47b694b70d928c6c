"""Rows and files given more than once: told as what they are, while postings that are alike by nature come in."""

import pytest

from tests.intake.files import errors, read, told

HEADER = "periode;konto;beloeb;bilag;tekst"


def rows(month: str, *, count: int = 20, first: int = 1) -> list[str]:
    return [f"{month};528221002;{1000 + at},00;B{month}-{at};vederlag" for at in range(first, first + count)]


def file(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


JANUARY, FEBRUARY, MARCH = rows("2025-01"), rows("2025-02"), rows("2025-03")
YEAR = [*JANUARY, *FEBRUARY, *MARCH]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([*YEAR, *YEAR], "Alle rækker står to gange, fx række 2 og 62, og ville tælle med to gange."),
        ([*YEAR, *YEAR, *YEAR], "Alle rækker står tre gange, fx række 2 og 62, og ville tælle med tre gange."),
        ([*YEAR, *YEAR[:-1]], "Næsten alle rækker står to gange, fx række 2 og 62"),
        ([*YEAR, *MARCH], "Rækkerne for mar. 2025 står to gange, fx række 42 og 62"),
        ([*YEAR, *MARCH, *FEBRUARY], "Rækkerne for feb. 2025 og mar. 2025 står to gange"),
    ],
)
def test_rows_or_periods_that_are_all_given_again_stop_the_load(lines: list[str], message: str) -> None:
    (fault,) = errors(read(file(*lines)))
    assert fault.message.replace("\xa0", " ").startswith(message)
    assert fault.row == 62  # the first copy


def test_postings_that_are_alike_by_nature_come_in() -> None:
    """One amount for each family of a month, nothing else to tell them apart; and a single voucher in equal parts."""
    families = [f"2025-01;528221002;{amount},00" for amount in (18_000, 19_500, 21_000) for _ in range(10)]
    assert not told(read(file(*families, header="periode;konto;beloeb")))
    assert not told(read(file(*YEAR, YEAR[0])))


def test_many_vouchers_given_again_are_a_warning() -> None:
    (found,) = read(file(*YEAR, *YEAR[::5])).findings
    assert (found.severity, found.row) == ("warning", 62)
    assert found.message.replace("\xa0", " ").startswith("12 rækker er helt magen til en tidligere række")


def test_a_file_that_nearly_repeats_another_names_it() -> None:
    (fault,) = errors(read(file(*YEAR), file(*YEAR[2:], "2025-04;528221002;1,00;B9;rettelse")))
    assert (fault.file, fault.message.replace("\xa0", " ")) == (
        "fil2.csv",
        "Filen gentager fil1.csv: 58 af 58 rækker for de samme perioder er ens. Indlæs kun den ene, ellers tæller de "
        "med to gange.",
    )


def test_the_file_of_a_month_that_the_years_file_holds_repeats_it_whatever_columns_it_lacks() -> None:
    month = [";".join(line.split(";")[:3]) for line in MARCH]
    (fault,) = errors(read(file(*YEAR), file(*month, header="periode;konto;beloeb")))
    assert "20 af 20 rækker" in fault.message.replace("\xa0", " ")


def test_files_of_other_months_or_other_rows_are_no_repeats() -> None:
    assert not told(read(file(*JANUARY), file(*FEBRUARY, *MARCH)))
    assert not told(read(file(*JANUARY), file(*rows("2025-01", first=15))))


def test_the_cause_is_told_instead_of_every_single_row() -> None:
    """Budget lines and keys of interventions are told one by one only where it is single ones that repeat."""
    budget = [f"2025;5282200{at:02};oprindeligt;{at}000,00" for at in range(10, 25)]
    assert len(read(file(*budget, *budget, header="aar;konto;budgettype;beloeb")).findings) == 1
    spells = [f"F{at};B{at};Plejefamilie;01-01-2025;;1.400,50;døgn" for at in range(20)]
    header = "indsats_id;borger_id;type;startdato;slutdato;takst;enhed"
    found = read(file(*spells, header=header), file(*spells[1:], header=header)).findings
    assert [one.message[:22] for one in found] == ["Filen gentager fil1.cs"]
