"""The English yearly return (SSDA903): every row is a placement, superseded, or rejected with its reason.

The first tests are small tables. The same counts hold on a made-up authority of some hundred children, and, where the
environment variable SSDA903_SAMPLE names a folder with them, on the published synthetic returns of
github.com/SocialFinanceDigitalLabs/cs-demand-model-regional (episodes.csv, header.csv, header_incomplete.csv).
"""

import csv
import io
import os
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from cockpit.domain.months import month_range
from cockpit.domain.spells import days_in_force, spells_of
from cockpit.intake import Intake, Upload, read_extracts, read_profiles
from cockpit.intake.reference_files import read_reference

ROOT = Path(__file__).parents[2]
REFERENCE = read_reference(ROOT / "data" / "reference")
PROFILES = read_profiles([ROOT / "data" / "profiles"])
AS_OF = pd.Period("2022-03", "M")
SUPERSEDED, NO_CHILD = "afløst", "ingen række i header-filen"

HEADER = """\
CHILD,SEX,DOB,LA,YEAR
1,2,2010-05-17,Nordby,2020
1,2,2010-05-17,Nordby,2021
2,1,2012-11-03,Nordby,2021
"""
EPISODES = """\
CHILD,DECOM,RNE,PLACE,PLACE_PROVIDER,DEC,LA,YEAR
1,2020-04-10,S,U4,PR1,,Nordby,2020
1,2020-04-10,S,U4,PR1,2021-05-01,Nordby,2021
1,2021-05-01,P,K2,PR4,,Nordby,2021
2,2021-02-01,S,U1,PR1,2021-02-01,Nordby,2021
3,2021-06-01,S,U6,PR1,,Nordby,2021
"""


def load(header: str, *episodes: str) -> Intake:
    texts = {"header.csv": header} | {f"episodes{number}.csv": text for number, text in enumerate(episodes)}
    uploads = [Upload(name, text.encode()) for name, text in texts.items()]
    return read_extracts(uploads, REFERENCE, PROFILES, b"k" * 32, as_of=AS_OF, profile="ssda903")


def placements(intake: Intake) -> pd.DataFrame:
    return pd.concat([table.frame for table in intake.tables["interventions"]], ignore_index=True)


def left_out(intake: Intake, kind: str = "indsatser") -> Counter:
    """Count the rows left out by reason."""
    findings = [each for file in intake.files if file.kind == kind for each in file.findings]
    reasons = [each.message for each in findings if each.severity == "rejected"]
    return Counter(next(key for key in (SUPERSEDED, NO_CHILD) if key in message) for message in reasons)


# --- small tables -----------------------------------------------------------------------------------------------


def test_each_row_is_stored_superseded_or_rejected_with_its_reason() -> None:
    intake = load(HEADER, EPISODES)
    (report,) = (file for file in intake.files if file.kind == "indsatser")
    assert (report.rows_read, report.rows_stored, report.rows_rejected) == (5, 3, 2)
    told = {each.row: each.message for each in report.findings if each.severity == "rejected"}
    assert SUPERSEDED in told[2]
    assert NO_CHILD in told[6]


def test_the_newest_return_has_the_end_that_counts_and_an_end_is_the_first_day_elsewhere() -> None:
    table = placements(load(HEADER, EPISODES)).sort_values(["row"])
    assert [str(day.date()) if pd.notna(day) else None for day in table["stop"]] == ["2021-05-01", None, "2021-02-01"]
    assert table["type_key"].tolist() == ["foster_care", "institution", "network_care"]


def test_a_later_file_supersedes_an_earlier_one() -> None:
    head, *lines = EPISODES.splitlines()
    earlier, later = lines[:1], lines[1:4]
    intake = load(HEADER, "\n".join([head, *earlier]), "\n".join([head, *later]))
    assert [file.rows_stored for file in intake.files if file.kind == "indsatser"] == [0, 3]
    assert left_out(intake) == {SUPERSEDED: 1}


def test_the_birth_month_comes_from_the_header() -> None:
    table = placements(load(HEADER, EPISODES))
    births = table.groupby("citizen")["birth_month"].unique().explode()
    assert sorted(births) == [pd.Timestamp("2010-05-01"), pd.Timestamp("2012-11-01")]


def test_two_births_of_one_child_in_one_return_are_an_error() -> None:
    intake = load(HEADER + "2,1,2013-11-03,Nordby,2021\n", EPISODES)
    assert not intake.ok


def test_there_are_no_prices() -> None:
    assert placements(load(HEADER, EPISODES))["rate"].isna().all()


# --- whole returns ----------------------------------------------------------------------------------------------


def newest_rows(episodes: str) -> dict[tuple[str, str], dict[str, str]]:
    """The slow way: walk through the rows and keep, per child and start, the one of the newest return."""
    newest: dict[tuple[str, str], dict[str, str]] = {}
    for row in csv.DictReader(io.StringIO(episodes)):
        key = row["CHILD"], row["DECOM"]
        if key not in newest or row["YEAR"] > newest[key]["YEAR"]:
            newest[key] = row
    return newest


def days_by_month(rows: list[dict[str, str]]) -> Counter:
    """The slow way: count every day of every placement by its month."""
    days: Counter = Counter()
    end = AS_OF.end_time.date() + timedelta(days=1)
    for row in rows:
        day = date.fromisoformat(row["DECOM"])
        last = min(date.fromisoformat(row["DEC"]) if row["DEC"] else end, end)
        while day < last:
            days[day.year, day.month] += 1
            day += timedelta(days=1)
    return days


def check_whole(header: str, episodes: str) -> Intake:
    """Hold a load of whole returns against the slow counts."""
    intake = load(header, episodes)
    assert intake.ok
    every = list(csv.DictReader(io.StringIO(episodes)))
    described = {row["CHILD"] for row in csv.DictReader(io.StringIO(header))}
    newest = newest_rows(episodes)
    kept = [row for row in newest.values() if row["CHILD"] in described]
    (report,) = (file for file in intake.files if file.kind == "indsatser")
    assert (report.rows_read, report.rows_stored) == (len(every), len(kept))
    assert report.rows_rejected == sum(left_out(intake).values())
    assert left_out(intake)[NO_CHILD] == len(newest) - len(kept)
    spells = spells_of(placements(intake))
    months = month_range(spells["start"].min().to_period("M"), AS_OF)
    days = days_in_force(spells["start"], spells["stop"], months).sum(axis=0)
    slow = days_by_month(kept)
    assert [int(number) for number in days] == [slow[month.year, month.month] for month in months]
    return intake


def made_up_authority(seed: int, children: int = 300) -> tuple[str, str]:
    """Returns of five years: each tells all placements in force in its year, as they were known at its end."""
    chance = random.Random(seed)
    header, episodes = ["CHILD,DOB,YEAR"], ["CHILD,DECOM,PLACE,DEC,YEAR"]
    for child in range(children):
        born = date(2005, 1, 1) + timedelta(days=chance.randrange(4000))
        begin = date(2016, 4, 1) + timedelta(days=chance.randrange(1800))
        for _ in range(chance.choice([1, 1, 2, 3, 6])):
            end = begin + timedelta(days=int(chance.expovariate(1 / 300)) + 1)
            for year in range(2016, 2022):
                year_begin, year_end = date(year, 4, 1), date(year + 1, 4, 1)
                if begin < year_end and end > year_begin:
                    known = end.isoformat() if end <= year_end else ""
                    episodes.append(f"{child},{begin},{chance.choice(['U4', 'K2', 'P2'])},{known},{year}")
                    header.append(f"{child},{born},{year}")
            begin = end + timedelta(days=chance.choice([0, 0, 90]))
    header[1:] = dict.fromkeys(header[1:])
    return "\n".join(header), "\n".join(episodes)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_made_up_authority_is_counted_to_the_day(seed: int) -> None:
    header, episodes = made_up_authority(seed)
    intake = check_whole(header, episodes)
    assert left_out(intake)[SUPERSEDED] > 50, "the returns repeat what was open"
    assert left_out(intake)[NO_CHILD] == 0


def test_every_placement_of_a_child_without_a_header_row_is_counted_and_explained() -> None:
    header, episodes = made_up_authority(3)
    lines = header.splitlines()
    incomplete = "\n".join([lines[0], *(line for line in lines[1:] if int(line.split(",")[0]) % 3)])
    whole, part = check_whole(header, episodes), check_whole(incomplete, episodes)
    assert left_out(part)[NO_CHILD] > 100
    assert left_out(part)[SUPERSEDED] == left_out(whole)[SUPERSEDED]


SAMPLE = os.environ.get("SSDA903_SAMPLE")


@pytest.mark.skipif(not SAMPLE, reason="SSDA903_SAMPLE names no folder with the published returns (see the top)")
@pytest.mark.parametrize(
    ("header", "stored", "no_child"), [("header.csv", 2827, 0), ("header_incomplete.csv", 2440, 387)]
)
def test_the_published_returns(header: str, stored: int, no_child: int) -> None:
    folder = Path(SAMPLE or "")
    intake = check_whole((folder / header).read_text(), (folder / "episodes.csv").read_text())
    (report,) = (file for file in intake.files if file.kind == "indsatser")
    assert (report.rows_read, report.rows_stored) == (3737, stored)
    assert left_out(intake) == Counter({SUPERSEDED: 910, NO_CHILD: no_child})
