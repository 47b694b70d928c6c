"""The file of known events: what is written is read back, what people write is understood or told with a remedy."""

from pathlib import Path

import pandas as pd
import pytest

from cockpit.domain.findings import UserFault
from cockpit.domain.reference import Event, Reference
from cockpit.intake.events_file import FILE_NAME, HEADINGS, read_events, write_events
from tests.personal import SERIAL, cpr_number

HEADER = ";".join(HEADINGS.values())
GOOD = "H1;Ny rammeaftale;kontrakt;2025-03;Opholdssted, Døgninstitution;;pris;Byrådet;controller;12-02-2025"
BOTH = (
    Event("H1", "Ny rammeaftale; \"to\" år", "contract", pd.Period("2025-03", "M"), ("price",), "Byrådet, 12. marts",
          "controller", pd.Timestamp("2025-02-12"), ("residential_home", "institution")),
    Event("H2", "Ét visitationsudvalg", "reorganisation", pd.Period("2025-09", "M"), ("arrivals", "durations", "level"),
          "Direktionen", "chef", pd.Timestamp("2025-06-30"), (), ("5.28.20", "5.28.23")),
)  # fmt: skip


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / FILE_NAME
    path.write_text("\n".join([HEADER, *lines]), encoding="cp1252")
    return path


def told(path: Path, reference: Reference) -> str:
    with pytest.raises(UserFault) as fault:
        read_events(path, reference)
    return str(fault.value)


def test_what_is_written_is_read_back(tmp_path: Path, reference: Reference) -> None:
    """Several types, several accounts, none at all, separators in a text; no file is no events."""
    path = tmp_path / FILE_NAME
    assert read_events(path, reference) == ()
    write_events(path, BOTH, reference)
    assert read_events(path, reference) == BOTH


def test_people_write_the_same_in_many_ways(tmp_path: Path, reference: Reference) -> None:
    """Keys or Danish words, a month or its first day, capitals and spaces."""
    (usual,) = read_events(file_of(tmp_path, GOOD), reference)
    assert (usual.types, usual.moves, usual.kind) == (("residential_home", "institution"), ("price",), "contract")
    typed = GOOD.replace("2025-03", "01-03-2025").replace("kontrakt", "contract").replace("pris", " Pris ,")
    typed = typed.replace("Opholdssted", "residential_home")
    assert read_events(file_of(tmp_path, typed), reference) == (usual,)


FAULTS = {
    "kind": (GOOD.replace("kontrakt", "krise"), "kolonnen Art: »krise«. Skriv lov eller omlægning eller kontrakt."),
    "type": (GOOD.replace("Opholdssted", "Hotel"), "kolonnen Typer: »Hotel, Døgninstitution«. »Hotel« kendes ikke."),
    "account": (GOOD.replace(";;pris", ";4.62.82;pris"), "kolonnen Konti: »4.62.82«. »4.62.82« kendes ikke."),
    "no account": (GOOD.replace(";;pris", ";noget;pris"), "kolonnen Konti: »noget«. Det er ikke en konto."),
    "moves": (GOOD.replace("pris", "vejret"), "kolonnen Flytter: »vejret«. Skriv tilgang eller varighed"),
    "moves nothing": (GOOD.replace("pris", ","), "kolonnen Flytter: »,«. Skriv en eller flere af tilgang"),
    "month": (GOOD.replace("2025-03", "2025-14"), "kolonnen Første måned: »2025-14«."),
    "far away": (GOOD.replace("2025-03", "1925-03"), "Måneden ligger for langt væk."),
    "no source": (GOOD.replace("Byrådet", ""), "linje 3, kolonnen Kilde: Feltet skal udfyldes."),
    "a formula": (GOOD.replace("Ny rammeaftale", "=SUM(A1)"), "må ikke begynde med ="),
    "a CPR number": (GOOD.replace("Byrådet", cpr_number()), "CPR-nummer"),
}


@pytest.mark.parametrize(("line", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_line_column_value_and_remedy(
    tmp_path: Path, reference: Reference, line: str, sentence: str
) -> None:
    """The line is that of the file, header included; the good line above is no shield."""
    text = told(file_of(tmp_path, GOOD.replace("H1", "H0"), line), reference)
    assert sentence in text
    assert "haendelser.csv med kendte hændelser kan ikke bruges" in text
    assert SERIAL not in text
