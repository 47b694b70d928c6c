"""Figures that are rounded each on its own: rounded as by hand, and the reader is told where they no longer add up."""

import math

import pandas as pd
import pytest

from cockpit.domain import format as fmt
from cockpit.domain import rounding
from cockpit.reports import looks
from cockpit.reports.report import Column, Line, Page, Table, Waterfall
from cockpit.ui import tables


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [(1.25, 1, "1,3"), (-1.25, 1, "−1,3"), (0.5, 0, "1"), (2.5, 0, "3"), (1.05, 1, "1,1")],
)
def test_half_a_unit_goes_up_as_by_hand(value: float, decimals: int, written: str) -> None:
    assert fmt.number(value, decimals) == written


@pytest.mark.parametrize(
    ("parts", "total", "drifts"),
    [
        ([1.04, 1.04], 2.08, True),  # 1,0 + 1,0 = 2,1
        ([1.0, 1.1], 2.1, False),
        ([7.93, -1.25], 6.68, True),  # 7,9 - 1,3 = 6,7
        ([1.0, 1.0], 2.5, False),  # no sum at all
        ([1.04, math.nan], 2.08, False),
        ([1.04, 1.04], math.nan, False),
    ],
)
def test_a_sum_drifts_where_it_does_not_add_up_as_written(parts: list[float], total: float, drifts: bool) -> None:
    assert rounding.drifts(parts, total) is drifts


def table(*amounts: float) -> Table:
    """Lines in kr. with their sum."""
    lines = [Line(("x", amount)) for amount in amounts]
    total = Line(("I alt", sum(amounts)), "total", tuple(range(len(lines))))
    return Table("T", (Column("name", "Navn", "text"), Column("mean", "Regnskab")), (*lines, total))


def test_a_paper_says_so_only_where_it_is_so() -> None:
    """In millions the figures drift, in kroner they do not; a page of other figures says nothing."""
    page = Page("k", "s", "t", tables=(table(1_040_000.0, 1_040_000.0),), notes=("Andet.",))
    assert looks.notes_of(page) == ("Andet.", rounding.NOTE)
    assert looks.notes_of(page, money_unit=1.0) == ("Andet.",)
    assert looks.notes_of(Page("k", "s", "t", tables=(table(1_000_000.0, 1_100_000.0),))) == ()


def test_steps_and_differences_count_as_sums() -> None:
    """A waterfall whose labels do not add up says so, and a deviation beside the two figures that it comes of."""
    steps = Waterfall(("a", "b"), (1.04, 1.04), "I alt", "mio. kr.", "Bro", title="Bro")
    assert looks.notes_of(Page("k", "s", "t", charts=(steps,))) == (rounding.NOTE,)
    columns = (
        Column("label", "Navn", "text"), Column("budget", "Budget"), Column("mean", "Regnskab"),
        Column("deviation", "Afvigelse", "signed", difference=("mean", "budget")),
    )  # fmt: skip
    apart = Table("T", columns, (Line(("x", 1_040_000.0, 2_080_000.0, 1_040_000.0)),))
    assert looks.notes_of(Page("k", "s", "t", tables=(apart,))) == (rounding.NOTE,)


def test_a_pages_table_says_so_below_it() -> None:
    frame = pd.DataFrame({"name": ["a", "b", "I alt"], "mean": [1_040_000.0, 1_040_000.0, 2_080_000.0]})
    columns = (tables.text_column("name", "Navn"), tables.mio_column("mean", "Regnskab"))
    assert rounding.NOTE in tables.html_table(frame, columns, "T", total_last=True)
    assert rounding.NOTE not in tables.html_table(frame, columns, "T")
    even = frame.assign(mean=[1e6, 1e6, 2e6])
    assert rounding.NOTE not in tables.html_table(even, columns, "T", total_last=True)
