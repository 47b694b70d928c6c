"""How sheets are printed, worked by hand on rows of round heights."""

from itertools import pairwise

from cockpit.reports.xlsx_print import laid_out, page_breaks, width_of_columns

TITLE = [10.0] * 3  # repeated on every page


def test_a_table_that_does_not_fit_begins_a_new_page() -> None:
    """It is not parted while a page can hold it, and what follows shares its page where there is room."""
    heights = [*TITLE, *[10.0] * 20]
    assert page_breaks(heights, [0, 8, 15], room=180.0) == [15]
    assert page_breaks(heights, [0, 8, 15], room=120.0) == [8, 15]
    assert page_breaks(heights, [0, 8, 15], room=300.0) == []


def test_a_table_longer_than_a_page_is_parted_evenly() -> None:
    heights = [*TITLE, *[10.0] * 40]
    breaks = page_breaks(heights, [0, 3], room=150.0)
    ends = [3, *breaks, len(heights)]
    own = [after - before for before, after in pairwise(ends)]
    assert len(breaks) == 3
    assert max(own) - min(own) <= 1
    assert max(own) * 10 + sum(TITLE) <= 150


def test_a_sheet_is_printed_on_few_pages_and_as_large_as_they_allow() -> None:
    """What just fits one page is made a little smaller; what does not is not made smaller than can be read."""
    assert laid_out(500.0, [15.0] * 20, [0]) == (100, [])
    scale, breaks = laid_out(500.0, [15.0] * 38, [0])
    assert 75 <= scale < 100
    assert breaks == []
    assert laid_out(500.0, [15.0] * 60, [0, 30])[0] >= 75
    wide, _ = laid_out(2000.0, [15.0] * 20, [0])
    assert wide < 40


def test_columns_are_as_wide_as_the_program_makes_them() -> None:
    assert width_of_columns([10.0, 20.0]) == (75 + 145) * 0.75
