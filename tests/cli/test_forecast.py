"""`forecast` from outside, on eight months of the demo municipality: its document, and that everything adds up."""

import csv
import shutil
from collections import defaultdict
from itertools import groupby
from pathlib import Path

import pytest

from tests.cli.conftest import Cockpit

pytestmark = pytest.mark.slow  # a forecast of 2.000 paths, twice

DOCUMENT = ["as_of", "year", "data_id", "seed", "rows", "months", "outline_years", "bridge"]
ROW = [
    "level", "key", "label", "budget_original", "budget_revised", "actual_ytd", "committed", "expected_inflow",
    "expected_changes", "corrections", "forecast", "deviation", "overrun_probability", "person_years", "unit_price",
]  # fmt: skip
POINTS = ["mean", "p2_5", "p10", "p50", "p90", "p97_5"]
MONTH = ["level", "key", "month", "kind", "budget", "mean", "p10", "p90"]
OUTLINE = ["level", "key", "year", "mean", "p10", "p90"]
BRIDGE = ["name", "from_key", "to_key", "part", "amount"]
HALF_AN_OERE = 0.005


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, demo_folder: Path) -> Cockpit:
    cockpit = Cockpit(tmp_path_factory.mktemp("forecast"))
    cockpit.run("import", demo_folder)
    return cockpit


@pytest.fixture(scope="module")
def document(loaded: Cockpit) -> dict:
    return loaded.json("forecast")


@pytest.fixture(scope="module")
def ledger(demo_folder: Path) -> dict[tuple[str, str], int]:
    """Oere booked in 2026 per function and period: the file, added up by the csv module and nothing of ours."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    with (demo_folder / "posteringer.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            if row["periode"].startswith("2026"):
                function = f"{row['konto'][0]}.{row['konto'][1:3]}.{row['konto'][3:5]}"
                sums[function, row["periode"]] += int(row["beloeb"].replace(",", ""))
    return sums


def rows(document: dict, level: str) -> list[dict]:
    return [row for row in document["rows"] if row["level"] == level]


def total(document: dict) -> dict:
    (row,) = rows(document, "total")
    return row


def test_the_document_has_exactly_the_promised_keys(document: dict) -> None:
    assert list(document) == DOCUMENT
    assert (document["as_of"], document["year"]) == ("2026-08", 2026)
    for name, keys in (("rows", ROW), ("months", MONTH), ("outline_years", OUTLINE), ("bridge", BRIDGE)):
        assert document[name]
        assert all(list(record) == keys for record in document[name])
    assert all(list(row["forecast"]) == POINTS for row in document["rows"])
    assert {row["level"] for row in document["rows"]} == {"total", "step", "type", "account"}
    assert {month["kind"] for month in document["months"]} == {"actual", "forecast"}


@pytest.mark.parametrize("level", ["step", "type", "account"])
def test_the_rows_of_every_level_add_up_to_the_total_to_the_oere(document: dict, level: str) -> None:
    whole = total(document)
    parts = ["budget_original", "budget_revised", "actual_ytd", "committed", "expected_inflow", "expected_changes"]
    for name in [*parts, "corrections"]:
        assert sum(row[name] or 0 for row in rows(document, level)) == pytest.approx(whole[name], abs=HALF_AN_OERE)
    means = sum(row["forecast"]["mean"] for row in rows(document, level))
    assert means == pytest.approx(whole["forecast"]["mean"], abs=HALF_AN_OERE)


def test_the_forecast_of_every_row_is_the_sum_of_its_parts(document: dict) -> None:
    for row in document["rows"]:
        parts = row["committed"] + row["expected_inflow"] + row["expected_changes"] + row["corrections"]
        assert row["forecast"]["mean"] == pytest.approx(parts, abs=HALF_AN_OERE)
        if row["budget_revised"] is not None:
            expected = row["forecast"]["mean"] - row["budget_revised"]
            assert row["deviation"] == pytest.approx(expected, abs=HALF_AN_OERE)
        points = [row["forecast"][name] for name in POINTS[1:]]
        assert points == sorted(points)


def test_the_months_of_every_row_add_up_to_its_year(document: dict) -> None:
    means = {(row["level"], row["key"]): row["forecast"]["mean"] for row in document["rows"]}
    by_key = groupby(document["months"], key=lambda month: (month["level"], month["key"]))
    for key, months in by_key:
        assert sum(month["mean"] for month in months) == pytest.approx(means.pop(key), abs=HALF_AN_OERE)
    assert means == {}


def test_every_bridge_adds_up_from_its_beginning_to_its_end(document: dict) -> None:
    ends = {**total(document), "forecast.mean": total(document)["forecast"]["mean"]}
    names = [part["name"] for part in document["bridge"]]
    assert "budget_to_forecast" in names
    for name in set(names):
        parts = [part for part in document["bridge"] if part["name"] == name]
        ((first, last),) = {(part["from_key"], part["to_key"]) for part in parts}
        walked = sum(part["amount"] for part in parts)
        assert walked == pytest.approx(ends[last] - ends[first], abs=0.01 * len(parts) / 2)


def test_what_is_booked_is_what_the_file_says_to_the_oere(document: dict, ledger: dict) -> None:
    by_account = {row["key"]: round(row["actual_ytd"] * 100) for row in rows(document, "account")}
    expected: dict[str, int] = defaultdict(int)
    for (function, _), oere in ledger.items():
        expected[function] += oere
    assert by_account == expected
    assert round(total(document)["actual_ytd"] * 100) == sum(ledger.values())
    for month in document["months"]:
        if month["level"] == "account" and month["kind"] == "actual":
            assert round(month["mean"] * 100) == ledger.get((month["key"], month["month"]), 0)


def test_the_same_data_gives_the_same_numbers_bit_for_bit_in_another_store(
    document: dict, loaded: Cockpit, cockpit: Cockpit, demo_folder: Path
) -> None:
    """Loaded in another order and in two loads, with the same key: pseudonyms are a part of the data."""
    shutil.copytree(loaded.key_file.parent, cockpit.key_file.parent)
    files = sorted(demo_folder.iterdir(), reverse=True)
    cockpit.run("import", *files[:2])
    cockpit.run("import", *files[2:], "--as-of", "2026-08")
    assert cockpit.json("forecast") == document


def test_a_level_shows_the_total_and_that_level_of_the_same_forecast(document: dict, loaded: Cockpit) -> None:
    steps = loaded.json("forecast", "--level", "step")
    assert steps["rows"] == rows(document, "total") + rows(document, "step")
    assert {month["level"] for month in steps["months"]} == {"total", "step"}
    assert loaded.json("forecast") == document


def test_people_get_a_danish_table_and_nothing_else(document: dict, loaded: Cockpit) -> None:
    done = loaded.run("forecast", "--level", "type")
    lines = done.stdout.splitlines()
    assert lines[0] == "Prognose for 2026 pr. august\N{NO-BREAK SPACE}2026, mio. kr."
    assert len([line for line in lines if line.startswith("Plejefamilie ")]) == 1
    assert not any(word in done.stdout for word in ("nan", "None", "forecast"))
    assert done.stderr == ""


def test_a_month_without_data_is_told_with_the_months_there_are(document: dict, loaded: Cockpit) -> None:
    done = loaded.run("forecast", "--as-of", "2019-01", code=2)
    assert "Vælg en måned fra 2026-01 til 2026-08" in done.stderr


def test_a_month_that_is_reconstructed_says_so(loaded: Cockpit) -> None:
    """On the screen below the table; beside the JSON document on standard error, where nothing breaks by it."""
    said = "Genskabt ud fra indlæsningen pr. august\N{NO-BREAK SPACE}2026: indsatser, posteringer, budget og folketal."
    assert said in loaded.run("forecast", "--as-of", "2026-05", "--level", "total").stdout.splitlines()
    assert said in loaded.run("forecast", "--as-of", "2026-05", "--json").stderr.splitlines()
    assert "Genskabt" not in loaded.run("forecast").stdout
