"""Known cases on their way, entered in a spreadsheet beside the store and met by `forecast`."""

from pathlib import Path

import pytest

from tests.cli.conftest import Cockpit

pytestmark = pytest.mark.slow  # a forecast of 2.000 paths, twice

HEADER = (
    "Nøgle;Sag;Type;Konto;Børn;Kr. pr. barn og måned;Første måned;Sidste måned;Sandsynlighed;Indtastet af;Indtastet;"
    "Udløber"
)
CASE = "K1;Søskende på vej;Opholdssted;;2;90.000,00;2026-10;;50 %;leder;12-09-2026;2026-12"
HALF_AN_OERE = 0.005


def total(document: dict) -> dict:
    (row,) = [row for row in document["rows"] if row["level"] == "total"]
    return row


def enter(cockpit: Cockpit, *lines: str) -> Path:
    path = cockpit.store.parent / "korrektioner.csv"
    path.write_text("\n".join([HEADER, *lines]), encoding="cp1252")
    return path


def test_a_case_in_the_file_is_a_line_of_its_own_until_it_is_taken_out(cockpit: Cockpit, demo_folder: Path) -> None:
    """JSON, table and bridge show it; a fault in the file stops with exit code 2; without the file all is as before."""
    cockpit.run("import", demo_folder)
    before = cockpit.json("forecast")
    path = enter(cockpit, CASE)
    after = cockpit.json("forecast")
    assert list(after) == list(before)
    assert (total(before)["corrections"], total(after)["corrections"]) == (0.0, 270_000.0)
    rise = total(after)["forecast"]["mean"] - total(before)["forecast"]["mean"]
    assert rise == pytest.approx(270_000.0, abs=HALF_AN_OERE)
    for level in ("step", "type", "account"):
        rows = [row for row in after["rows"] if row["level"] == level]
        assert [row["key"] for row in rows if row["corrections"]] == [
            {"step": "6", "type": "residential_home", "account": "5.28.20"}[level]
        ]
        means = sum(row["forecast"]["mean"] for row in rows)
        assert means == pytest.approx(total(after)["forecast"]["mean"], abs=HALF_AN_OERE)
    parts = {part["part"]: part["amount"] for part in after["bridge"] if part["name"] == "budget_to_forecast"}
    assert parts["corrections"] == 270_000.0
    assert sum(round(100 * amount) for amount in parts.values()) == pytest.approx(
        100 * total(after)["deviation"], abs=1
    )

    shown = cockpit.run("forecast", "--level", "total").stdout.replace("\N{NO-BREAK SPACE}", " ")
    assert "Kendte sager" in shown.splitlines()[1]
    assert "»Søskende på vej« (opholdssted), 2 børn à 90.000 kr. om måneden fra okt. 2026" in shown

    enter(cockpit, CASE.replace("Opholdssted", "Hotel"))
    assert "linje 2, kolonnen Type: »Hotel«" in cockpit.run("forecast", code=2).stderr
    path.unlink()
    assert cockpit.json("forecast") == before
