"""What the written extracts promise: repeatable, long enough, internally consistent, without anything like a CPR."""

import csv
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cockpit.domain.findings import UserFault
from cockpit.services.demo import load_demo, write_demo
from cockpit.services.demo.settings import read_settings
from cockpit.services.workspace import Workspace

CPR_SHAPE = re.compile(rb"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")
CHILDREN_BILLS = ("Faktura", "Løn og vederlag", "Eget team, samlet")
HISTORY = [f"{year}-{month:02d}" for year in range(2020, 2026) for month in range(1, 14)]
AT = datetime(2026, 9, 3, tzinfo=UTC)


def rows_of(written, name: str) -> list[dict[str, str]]:
    with (written.folder() / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def oere(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_municipality(written, tmp_path: Path) -> None:
    again = write_demo(tmp_path / "again")
    other = write_demo(tmp_path / "other", seed=7)
    for first, second, third in zip(written.paths, again, other, strict=True):
        assert first.read_bytes() == second.read_bytes()
        assert (first.read_bytes() == third.read_bytes()) == (first.name == "kommune.toml"), "it is Eksempelby still"


def test_writing_takes_less_than_ten_seconds_of_one_core(written) -> None:
    assert written.cpu_seconds < 10


def test_the_ledger_holds_six_whole_years_with_supplement_periods_and_the_current_one(written) -> None:
    booked = {row["periode"] for row in rows_of(written, "posteringer")}
    assert booked == {*HISTORY, *(f"2026-{month:02d}" for month in range(1, 9))}
    assert {row["aar"] for row in rows_of(written, "budget")} == {str(year) for year in range(2020, 2027)}


def test_no_file_holds_anything_that_looks_like_a_cpr_number(written) -> None:
    for path in written.paths:
        assert CPR_SHAPE.findall(path.read_bytes()) == []


def test_fewer_months_show_less_of_the_same_world(written, tmp_path: Path) -> None:
    write_demo(tmp_path, months=3)
    short = (tmp_path / "posteringer.csv").read_text(encoding="utf-8-sig").splitlines()
    whole = (written.folder() / "posteringer.csv").read_text(encoding="utf-8-sig").splitlines()
    assert {line[:7] for line in short[1:]} == {"2026-06", "2026-07", "2026-08"}
    assert short == [whole[0], *(line for line in whole if line[:7] in ("2026-06", "2026-07", "2026-08"))]


def test_more_months_than_the_history_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserFault, match="mellem 1 og 80"):
        write_demo(tmp_path, months=81)
    assert list(tmp_path.iterdir()) == []


def test_when_all_bills_have_come_the_ledger_is_price_times_days_to_the_oere(written) -> None:
    """A clerk's sum, day by day, of every grant in 2023 against everything ever booked for 2023's months."""
    months = [f"2023-{month:02d}" for month in range(1, 13)]
    granted: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows_of(written, "indsatser"):
        for month, kroner in _cost_by_month(row, 2023).items():
            granted[row["type"], month] += round(kroner * 100)
    booked: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows_of(written, "posteringer"):
        if row["vedroerer"] in months and row["tekst"] in CHILDREN_BILLS:
            booked[row["type"], row["vedroerer"]] += oere(row["beloeb"])
    assert len(booked) > 100
    assert booked == granted


def _cost_by_month(row: dict[str, str], year: int) -> dict[str, float]:
    if row["status"] != "bevilget":
        return {}
    rate = float(row["takst"].replace(",", ".")) * float(row["antal"].replace(",", "."))
    first = max(_date(row["startdato"]), date(year, 1, 1))
    last = min(_date(row["slutdato"]) if row["slutdato"] else date.max, date(year, 12, 31))
    days = Counter((first + timedelta(number)).month for number in range((last - first).days + 1))
    units = {month: count / _days_of_unit(row["enhed"], year, month) for month, count in days.items()}
    return {f"{year}-{month:02d}": rate * share for month, share in units.items()}


def _days_of_unit(unit: str, year: int, month: int) -> int:
    after = date(year + month // 12, month % 12 + 1, 1)
    return {"doegn": 1, "uge": 7, "maaned": (after - date(year, month, 1)).days}[unit]


def _date(text: str) -> date:
    day, month, year = map(int, text.split("-"))
    return date(year, month, day)


def test_every_original_budget_was_too_small_by_what_decision_4_says(written) -> None:
    outturn: dict[str, int] = defaultdict(int)
    original: dict[str, int] = defaultdict(int)
    for row in rows_of(written, "posteringer"):
        outturn[row["periode"][:4]] += oere(row["beloeb"])
    for row in rows_of(written, "budget"):
        if row["budgettype"] == "oprindeligt":
            original[row["aar"]] += oere(row["beloeb"])
    for year in map(str, range(2020, 2026)):
        assert 0.014 < outturn[year] / original[year] - 1 < 0.116, year


def test_objektiv_finansiering_is_money_without_a_type(written, reference_folder: Path, tmp_path: Path) -> None:
    workspace = _workspace(tmp_path)
    rows = [row for row in rows_of(written, "posteringer") if row["tekst"].startswith("Objektiv")]
    assert len(rows) > 24
    for row in rows:
        day = datetime(int(row["periode"][:4]), 12, 31)  # noqa: DTZ001 - a day, not a moment
        assert row["type"] == ""
        assert row["konto"].startswith("52824")
        assert workspace.reference.type_from_account(row["konto"], day) is None


def test_the_refund_rule_is_that_of_the_reference_tables(tmp_path: Path) -> None:
    assert read_settings().refund_rules == _workspace(tmp_path).reference.refund_rules


def _workspace(folder: Path) -> Workspace:
    return Workspace.open(folder / "store" / "cockpit.duckdb", {"COCKPIT_KEY_FILE": str(folder / "key")})


def test_the_demo_loads_without_errors_and_with_few_warnings_once_and_into_an_empty_store_only(tmp_path: Path) -> None:
    workspace = _workspace(tmp_path)
    report = load_demo(workspace, AT)
    found = (*report.intake.findings, *report.findings)
    assert report.stored
    assert {finding.severity for finding in found} == {"warning"}
    assert len(found) <= 15
    # Two things a real extract has too: grants whose end nobody moved, and bills that come every half year.
    for finding in found:
        assert finding.column == "forventet_slutdato" or "bogført" in finding.message
    assert sum(file.rows_read for file in report.files) == len(_lines(workspace)) > 50_000
    assert set(workspace.batches()["user"]) == {"eksempel"}
    assert workspace.municipality.words == "Eksempelby – opdigtede tal"
    with pytest.raises(UserFault, match="tomt datalager"):
        load_demo(workspace, AT)


def _lines(workspace: Workspace) -> range:
    return range(int(workspace.batches()["rows_stored"].sum()))
