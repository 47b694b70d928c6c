"""How numbers, months and dates are written: one module, one way."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from cockpit.domain import format as fmt


def shown(text: str) -> str:
    """Make the invisible visible: `_` for a non-breaking space."""
    assert " " not in text.replace("\u00a0", "_") or "kl." in text
    return text.replace("\u00a0", "_")


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (1_234_500_000, "1.234,5_mio._kr."),
        (-6_150_000, "−6,2_mio._kr."),
        (-40_000, "0,0_mio._kr."),
        (0, "0,0_mio._kr."),
        (np.nan, "–"),
        (None, "–"),
    ],
)
def test_millions(amount: float, expected: str) -> None:
    """Thousands point, decimal comma, true minus, no negative zero, a dash for what is absent."""
    assert shown(fmt.mio(amount)) == expected


@pytest.mark.parametrize(("amount", "expected"), [(2.1e6, "+2,1"), (-2.1e6, "−2,1"), (4e4, "0,0"), (-4e4, "0,0")])
def test_signed_millions(amount: float, expected: str) -> None:
    """A sign only where there is something to sign."""
    assert fmt.millions(amount, signed=True) == expected


@pytest.mark.parametrize(
    ("month", "short", "year"),
    [("2025-08", "aug", "aug._2025"), ("2025-05", "maj", "maj_2025"), ("2025-13", "Supp", "supplement_2025")],
)
def test_months(month: str, short: str, year: str) -> None:
    """Lower case, and the supplement period by its name."""
    assert (fmt.month_short(month), shown(fmt.month_year(month))) == (short, year)


def test_a_period_is_written_like_its_text() -> None:
    """Store and frames hold months in two forms; readers see one."""
    assert fmt.month_year(pd.Period("2025-08", "M")) == fmt.month_year("2025-08")
    assert shown(fmt.month_long("2025-08")) == "august_2025"


@pytest.mark.parametrize("zone", [dt.UTC, None])
def test_a_point_in_time_is_told_by_the_danish_clock(zone: dt.tzinfo | None) -> None:
    """What is stored is UTC: an hour behind in winter, two in summer, when it may be the day before."""
    winter, summer = dt.datetime(2026, 11, 22, 12, 5, tzinfo=zone), dt.datetime(2026, 6, 30, 22, 30, tzinfo=zone)
    assert shown(fmt.moment(winter)) == "22._nov._2026_kl._13.05"
    assert shown(fmt.moment(pd.Timestamp(summer))) == "1._jul._2026_kl._00.30"
    assert shown(fmt.day(summer.replace(tzinfo=dt.UTC))) == "1._jul._2026"
    assert shown(fmt.day(dt.date(2026, 6, 30))) == shown(fmt.day(pd.Timestamp(2026, 6, 30))) == "30._jun._2026"


def test_shares_dates_and_lists() -> None:
    """The rest of what pages write."""
    assert shown(fmt.percent(0.1234, 1)) == "12,3_%"
    assert shown(fmt.day(dt.date(2026, 11, 22))) == "22._nov._2026"
    assert fmt.enumeration(["a", "b", "c"]) == "a, b og c"
    assert [shown(fmt.plural(count, "fil", "filer")) for count in (1, 1200)] == ["1_fil", "1.200_filer"]
    assert fmt.kroner(1234567.4).replace("\u00a0", " ") == "1.234.567 kr."


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("Plejefamilie", "plejefamilie"),
        ("Intensiv hjemmebaseret indsats (MST)", "intensiv hjemmebaseret indsats (MST)"),
        ("MST: intensiv indsats", "MST: intensiv indsats"),
        ("PPR", "PPR"),
        ("Å", "å"),
        ("", ""),
    ],
)
def test_a_name_within_a_sentence_begins_small_unless_it_is_an_abbreviation(name: str, within: str) -> None:
    assert fmt.lower_first(name) == within
