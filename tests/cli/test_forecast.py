"""`forecast` from outside, on eight months of the demo municipality: its document, and that everything adds up."""

import csv
import json
import shutil
from collections import defaultdict
from itertools import groupby
from pathlib import Path

import pytest

from tests.cli.conftest import Cockpit

pytestmark = pytest.mark.slow  # a forecast of 2.000 paths, twice

DOCUMENT = [
    "as_of", "year", "data_id", "seed", "rows", "months", "outline_years", "bridge", "years", "basis", "movements",
    "drivers",
]  # fmt: skip
ROW = [
    "level", "key", "label", "budget_original", "budget_revised", "actual_ytd", "committed", "expected_inflow",
    "expected_changes", "corrections", "forecast", "deviation", "overrun_probability", "person_years", "unit_price",
]  # fmt: skip
POINTS = ["mean", "p2_5", "p10", "p50", "p90", "p97_5"]
MONTH = ["level", "key", "month", "kind", "budget", "mean", "p10", "p90"]
OUTLINE = ["level", "key", "year", "mean", "p10", "p90"]
BRIDGE = ["name", "from_key", "to_key", "part", "amount"]
YEAR = [
    "level", "key", "year", "gross", "refund", "net", "p10", "p90", "fixed_mean", "fixed_p10", "fixed_p90",
]  # fmt: skip
MOVEMENT = ["name", "from_key", "from_amount", "to_key", "to_amount", "part", "amount", "count"]
DRIVER = ["name", "part", "kind", "id", "citizen", "type_key", "amount", "reason"]
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
    shapes = (("rows", ROW), ("months", MONTH), ("outline_years", OUTLINE), ("bridge", BRIDGE), ("years", YEAR))
    for name, keys in (*shapes, ("movements", MOVEMENT), ("drivers", DRIVER)):
        assert document[name]
        assert all(list(record) == keys for record in document[name])
    assert all(list(row["forecast"]) == POINTS for row in document["rows"])
    assert {row["level"] for row in document["rows"]} == {"total", "step", "type", "account", "district"}
    assert {month["kind"] for month in document["months"]} == {"actual", "forecast"}


@pytest.mark.parametrize("level", ["step", "type", "account"])
def test_the_rows_of_every_level_add_up_to_the_total_to_the_oere(document: dict, level: str) -> None:
    whole = total(document)
    parts = ["budget_original", "budget_revised", "actual_ytd", "committed", "expected_inflow", "expected_changes"]
    for name in [*parts, "corrections"]:
        assert sum(row[name] or 0 for row in rows(document, level)) == pytest.approx(whole[name], abs=HALF_AN_OERE)
    means = sum(row["forecast"]["mean"] for row in rows(document, level))
    assert means == pytest.approx(whole["forecast"]["mean"], abs=HALF_AN_OERE)


def test_districts_share_the_forecast_but_no_budget(document: dict) -> None:
    """Every krone falls on a district or on none, to the oere; the refund has none, and no budget is split."""
    whole, own = total(document), rows(document, "district")
    assert own[-1]["label"] == "Uden distrikt"
    for name in ("actual_ytd", "committed", "expected_inflow", "expected_changes", "person_years"):
        assert sum(row[name] for row in own) == pytest.approx(whole[name], abs=HALF_AN_OERE)
    assert sum(row["forecast"]["mean"] for row in own) == pytest.approx(whole["forecast"]["mean"], abs=HALF_AN_OERE)
    for name in ("budget_original", "budget_revised", "deviation", "overrun_probability"):
        assert {row[name] for row in own} == {None}
    assert all(row["unit_price"] > 0 for row in own[:-1])


def test_a_price_per_person_holds_the_money_of_those_who_have_persons_alone(document: dict) -> None:
    """Special schools, fixed contributions and refund have no persons: a total's price is what its parts' add up to."""
    whole = total(document)
    priced = whole["unit_price"] * whole["person_years"]
    for level in ("type", "step", "account"):
        own = [row for row in rows(document, level) if row["unit_price"] is not None]
        assert sum(row["unit_price"] * row["person_years"] for row in own) == pytest.approx(priced)
    without = next(row for row in rows(document, "type") if row["key"] == "unallocated")
    assert without["unit_price"] is None
    # What has no type is the refund and money without persons: the rest is what the persons cost.
    assert priced == pytest.approx(whole["forecast"]["mean"] - without["forecast"]["mean"])


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


def test_what_drives_every_part_of_every_bridge_adds_up_to_it_to_the_oere(document: dict) -> None:
    """Spells, children, types or accounts, five at most, and what is left; each with a reason."""
    parts = {(one["name"], one["part"]): one["amount"] for one in (*document["bridge"], *document["movements"])}
    drivers: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for one in document["drivers"]:
        drivers[one["name"], one["part"]].append(one)
    assert drivers.keys() == parts.keys()
    for key, own in drivers.items():
        assert sum(round(one["amount"] * 100) for one in own) == round(parts[key] * 100)
        assert len([one for one in own if one["kind"] != "rest"]) <= 5
        assert all(one["reason"] for one in own)
    assert {one["kind"] for one in document["drivers"]} >= {"spell", "child", "type", "account", "rest"}


def test_what_children_bring_in_refund_stands_beside_what_is_budgeted(document: dict) -> None:
    """A child's whole refund is no deviation: the budget is a line of its own, on the account of central refund."""
    lines = [one for one in document["drivers"] if (one["name"], one["part"]) == ("budget_to_forecast", "refund")]
    (refund,) = (row for row in document["rows"] if (row["level"], row["key"]) == ("account", "5.22.07"))
    assert [one["amount"] for one in lines if one["id"] == "5.22.07"] == [-refund["budget_revised"]]
    assert any(one["kind"] == "child" for one in lines)


def test_more_bridges_lead_from_one_figure_to_another(document: dict) -> None:
    """Rebild's view counts its cases; what is booked and what is forecast are where the total's row has them."""
    by_name = {name: list(own) for name, own in groupby(document["movements"], key=lambda one: one["name"])}
    assert by_name.keys() == {"phased_budget_to_actual", "committed_to_forecast", "committed_since_close"}
    whole = total(document)
    ends = {**whole, "forecast.mean": whole["forecast"]["mean"]}
    for parts in by_name.values():
        assert parts[0]["to_amount"] == pytest.approx(ends[parts[0]["to_key"]], abs=HALF_AN_OERE)
        walked = sum(round(part["amount"] * 100) for part in parts)
        assert walked == round(parts[0]["to_amount"] * 100) - round(parts[0]["from_amount"] * 100)
    since = {part["part"]: part for part in by_name["committed_since_close"]}
    assert list(since) == ["new_granted", "ended_early", "changed", "unknown_stops", "postings"]
    assert since["new_granted"]["from_key"] == "committed@2026-07"
    assert since["new_granted"]["count"] > 0
    assert since["new_granted"]["amount"] > 0 > since["ended_early"]["amount"]
    assert since["postings"]["count"] is None


def test_gross_less_refund_is_net_at_every_level_and_in_every_year(document: dict) -> None:
    years = document["years"]
    assert {row["year"] for row in years} == {2026, 2027, 2028, 2029}
    for row in years:
        assert row["gross"] - row["refund"] == pytest.approx(row["net"], abs=HALF_AN_OERE)
    for level in ("step", "type", "account", "district"):
        for year in (2026, 2027, 2028, 2029):
            (whole,) = (row for row in years if row["level"] == "total" and row["year"] == year)
            for name in ("gross", "refund", "net", "fixed_mean"):
                parts = sum(row[name] for row in years if row["level"] == level and row["year"] == year)
                assert parts == pytest.approx(whole[name], abs=HALF_AN_OERE)
    net = {(row["level"], row["key"]): row["net"] for row in years if row["year"] == 2026}
    assert net == pytest.approx({(row["level"], row["key"]): row["forecast"]["mean"] for row in document["rows"]})


def test_outline_years_are_less_sure_the_further_away_in_current_and_in_fixed_prices(document: dict) -> None:
    """Fixed prices are the year's own divided by its price level, and the index stands in the document."""
    level = {row["year"]: row["price_level"] for row in document["basis"]}
    total_of = [row for row in document["years"] if row["level"] == "total"]
    for row in total_of:
        assert row["fixed_mean"] * level[row["year"]] == pytest.approx(row["net"])
    for low, high in (("p10", "p90"), ("fixed_p10", "fixed_p90")):
        widths = [row[high] - row[low] for row in total_of]
        assert widths == sorted(widths)
    assert level[2026] == 1 < level[2027] < level[2028] < level[2029]
    assert all(row["children"] > 0 for row in document["basis"])


def test_quantiles_are_never_added_up(document: dict) -> None:
    """The total is surer than its parts laid end to end: its interval is narrower than the sum of theirs."""

    def width(row: dict) -> float:
        return row["forecast"]["p90"] - row["forecast"]["p10"]

    for level in ("step", "type", "account"):
        assert width(total(document)) < 0.95 * sum(width(row) for row in rows(document, level))


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


def test_what_makes_the_data_doubtful_is_told_beside_the_numbers(
    document: dict, loaded: Cockpit, cockpit: Cockpit, demo_folder: Path
) -> None:
    """Half a budget: said where the pages say it, on standard error, and the document stays what it is."""
    shutil.copytree(loaded.folder, cockpit.folder, dirs_exist_ok=True)
    half = cockpit.folder / "budget.csv"
    lines = (demo_folder / "budget.csv").read_text(encoding="utf-8-sig").splitlines()
    half.write_text("\n".join(line for line in lines if "Plejefamilie" not in line), encoding="utf-8-sig")
    cockpit.run("import", half)
    done = cockpit.run("forecast", "--json")
    doubts = [line for line in done.stderr.splitlines() if line.startswith("ADVARSEL: ")]
    assert any("Uden eget budget" in doubt and "plejefamilie" in doubt for doubt in doubts)
    told = json.loads(done.stdout)
    for level in ("step", "type", "account"):
        deviations = sum(row["deviation"] for row in rows(told, level))
        assert deviations == pytest.approx(total(told)["deviation"], abs=HALF_AN_OERE)


def test_a_month_without_data_is_told_with_the_months_there_are(document: dict, loaded: Cockpit) -> None:
    done = loaded.run("forecast", "--as-of", "2019-01", code=2)
    assert "Vælg en måned fra 2026-01 til 2026-08" in done.stderr


def test_a_month_that_is_reconstructed_says_so(loaded: Cockpit) -> None:
    """On the screen below the table; beside the JSON document on standard error, where nothing breaks by it."""
    said = "Genskabt ud fra indlæsningen pr. august\N{NO-BREAK SPACE}2026: indsatser, posteringer, budget og folketal."
    assert said in loaded.run("forecast", "--as-of", "2026-05", "--level", "total").stdout.splitlines()
    assert said in loaded.run("forecast", "--as-of", "2026-05", "--json").stderr.splitlines()
    assert "Genskabt" not in loaded.run("forecast").stdout
