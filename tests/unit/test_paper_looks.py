"""How papers are laid out, worked by hand: axes on round numbers, figures off the axis, tables parted evenly."""

import io
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from pptx import Presentation
from pptx.util import Inches

from cockpit.reports import looks, pdf, svg
from cockpit.reports.measure import lines_of, width_of
from cockpit.reports.pptx import to_pptx
from cockpit.reports.pptx_tables import fitting, parted, unbroken
from cockpit.reports.report import Bars, Column, Columns, Line, Lines, Page, Report, Series, Strip, Table, Waterfall


@pytest.mark.parametrize(
    ("largest", "step"),
    [(227.0, 50.0), (8.0, 2.0), (1.0, 0.2), (0.04, 0.01), (250.0, 50.0), (1000.0, 200.0), (0.0, 0.01)],
)
def test_an_axis_has_four_steps_or_more_of_a_round_number(largest: float, step: float) -> None:
    assert looks.nice_step(largest) == pytest.approx(step)


def test_a_step_below_zero_has_its_figure_below_it() -> None:
    """Above it the figure would stand on the axis; a step that only ends below zero keeps it above."""
    ends = looks.waterfall_ends((0.5, -0.6, -0.6, 1.1))
    assert [looks.label_above(*pair) for pair in ends] == [True, True, False, True, True]
    hanging = looks.waterfall_ends((-0.5, -0.6))
    assert [looks.label_above(*pair) for pair in hanging] == [False, False, False]


def test_the_axis_of_bars_holds_their_whiskers() -> None:
    bars = Bars(("a", "b"), (1.0, -2.0), "mio. kr.", "Søjler", bands=((0.5, 4.0), (-6.0, -1.0)), title="T")
    low, high = looks.reach(bars)
    assert low < -6.0
    assert high > 4.0


def test_forecast_and_budget_are_named_apart_where_they_are_close() -> None:
    bands = ((95, 10.0, 20.0),)
    apart, close = (Strip(15.0, budget, bands, "mio. kr.", "Bånd", title="T") for budget in (11.0, 14.5))
    assert not looks.strip_is_close(apart)
    assert looks.strip_is_close(close)


def test_charts_side_by_side_share_the_width() -> None:
    lines = Lines(("jan", "feb"), (Series("Forbrug", "actual", (1.0, 2.0)),), "mio. kr.", "Linjer", title="T")
    strip = Strip(15.0, 14.0, ((95, 10.0, 20.0),), "mio. kr.", "Bånd", title="T")
    wide, narrow = svg.shares((lines, strip))
    assert wide + narrow == pytest.approx(1.0)
    assert narrow < wide / 2
    assert svg.shares((lines,)) == [1.0]


def test_the_name_of_what_is_booked_in_january_is_whole() -> None:
    """At the first month there is no room to the left of the point."""
    values = tuple(float(8 * at) for at in range(1, 13))
    lines = Lines(
        tuple("jfmamjjasond"), (Series("Forbrug", "actual", values, forecast_from=1),), "mio. kr.", "Linjer", title="T"
    )
    (label,) = re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="(\w+)"[^>]*>Forbrug 8,0<', svg.to_svg(lines))
    assert label[1] == "start"
    assert float(label[0]) >= 30


def test_long_names_below_columns_are_whole() -> None:
    """A name of four lines makes the picture taller, and no line of it lies below the picture."""
    name = "Kommunale specialskoler og interne skoler i dagbehandlingstilbud (3.22.08)"
    series = (Series("Regnskab", "actual", tuple(float(at) for at in range(1, 8))),)
    drawn = svg.to_svg(Columns((name, *"bcdefg"), series, "mio. kr.", "Søjler", title="T"))
    height = float(drawn.split('height="')[1].split('"')[0])
    assert max(float(text.split('"')[0]) for text in drawn.split(' y="')[1:]) < height
    assert "(3.22.08)" in drawn


def test_a_drawing_writes_names_as_text() -> None:
    steps = Waterfall(("<b>Mængde</b> & pris", "Pris"), (1.0, -0.5), "I alt", "mio. kr.", "Bro", title="T")
    assert "<b>" not in svg.to_svg(steps)


def long_table(lines: int) -> Table:
    columns = (Column("name", "Navn", "text"), Column("mean", "Regnskab"))
    return Table("Tabel", columns, tuple(Line((f"Sag {at}", 1e6 * at)) for at in range(lines)))


def test_a_long_table_is_parted_evenly() -> None:
    """Over as few slides as it takes, none of them nearly empty, in one size, and no line twice or left out."""
    table, width, room = long_table(20), Inches(12), Inches(3.4)
    assert fitting(table, width, room) is None
    parts = parted(table, width, room)
    assert len(parts) == 2
    assert abs(len(parts[0][0].lines) - len(parts[1][0].lines)) <= 1
    assert [line for part, _ in parts for line in part.lines] == list(table.lines)
    assert len({layout.size for _, layout in parts}) == 1
    assert all(layout.height <= room for _, layout in parts)
    assert len(parted(long_table(5), width, room)) == 1


def test_a_table_is_written_as_large_as_its_place_allows() -> None:
    """A short one is read from the back of a room; none is spread wider than it needs to be."""
    short, long = (fitting(long_table(lines), Inches(12), Inches(4)) for lines in (3, 14))
    assert short is not None
    assert long is not None
    assert short.size > long.size
    assert short.width < Inches(6)


def test_a_table_beside_a_chart_breaks_no_cell() -> None:
    """Not even where its columns are figures alone, which nothing can make narrower."""
    figures = Table("T", tuple(Column(name, "Regnskab") for name in "abcdefgh"), (Line((1e9,) * 8),))
    assert unbroken(figures, Inches(3), Inches(4), 11.0) is None
    assert unbroken(long_table(3), Inches(3), Inches(4), 11.0) is not None


def test_texts_break_between_words_as_wide_as_they_are() -> None:
    assert width_of("mmmm", 12) > 2 * width_of("iiii", 12)
    assert width_of("Navn", 12, bold=True) > width_of("Navn", 12)
    one = width_of("familiebehandling", 12)
    assert lines_of("familiebehandling og familiebehandling", one * 1.1, 12) == 3
    assert lines_of("familiebehandling", one * 0.6, 12) == 2
    assert lines_of("", one, 12) == 1


def test_a_budget_that_is_a_level_is_drawn_as_levels() -> None:
    """In slides and workbooks: a line per level, so that none slopes from the one to the next; the last is named."""
    series = Series("Budget", "budget", (10.0, 10.0, 20.0, 10.0))
    level = Lines(("nov", "dec", "jan", "feb"), (series,), "børn", "Linje", steps=True, title="T")
    drawn = looks.strokes(level)
    assert [stroke.values for stroke in drawn] == [
        (10.0, 10.0, None, None),
        (None, None, 20.0, None),
        (None, None, None, 10.0),
    ]
    assert [stroke.named for stroke in drawn] == [False, False, True]
    assert len({stroke.name for stroke in drawn}) == 3
    assert drawn[1].is_point
    assert [stroke.values for stroke in looks.strokes(replace(level, steps=False))] == [series.values]


def test_a_page_of_nothing_but_a_long_table_has_no_slide_of_nothing_but_its_title() -> None:
    page = Page("Sager", "Sagsfremstilling", "De 60 dyreste sager", tables=(long_table(60),))
    report = Report("T", "U", "Til ledelsen", "2026-08", "stempel", (page,))
    _, *slides = Presentation(io.BytesIO(to_pptx(report))).slides
    assert len(slides) > 1
    assert all(any(shape.has_table for shape in slide.shapes) for slide in slides)


def written(drawn: str) -> list[tuple[str, float, float]]:
    """Every text of a drawing with where it stands."""
    found = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)<', drawn)
    return [(text, float(x), float(y)) for x, y, text in found]


def test_long_names_below_a_bridge_of_many_steps_do_not_meet() -> None:
    """What would touch the name before it stands a line lower, and the paper is as much taller."""
    names = ("Mængde", "Sammensætning", "Pris", "Forsinkede regninger", "Refusion", "Kendte sager på vej",
             "Budgetændringer uden antal", "Ikke aktivitetsbestemt")  # fmt: skip
    bridge = Waterfall(names, (1.0,) * len(names), "Afvigelse", "mio. kr.", "Bro", title="T")
    drawn = svg.to_svg(bridge)
    words = {word for name in names for word in name.split(" ")}
    below = [one for one in written(drawn) if set(one[0].split(" ")) <= words]
    assert {word for text, _, _ in below for word in text.split(" ")} == words
    assert max(y for _, _, y in below) < svg.height_of(drawn)
    for text, x, y in below:
        for other, next_x, _ in (one for one in below if one[2] == y and one[1] > x):
            assert next_x - x > (len(text) + len(other)) * svg.SIZE / 4, (text, other)


def test_the_names_of_thirty_months_do_not_meet() -> None:
    months = tuple(f"{name}. {year}" for year in (2024, 2025, 2026) for name in ("jan", "feb", "mar", "apr", "maj",
                   "jun", "jul", "aug", "sep", "okt", "nov", "dec"))  # fmt: skip
    lines = Lines(months, (Series("Anbragte", "actual", (190.0,) * 36),), "anbragte", "Linjer", title="T")
    named = sorted(x for text, x, _ in written(svg.to_svg(lines)) if text in months)
    assert len(named) >= 3
    assert min(later - one for one, later in pairwise(named)) > 9 * svg.SIZE / 2


def test_a_key_tells_what_is_expected_of_a_year_from_what_is_booked() -> None:
    year = Series("2026", "actual", (1.0, 2.0, 3.0), forecast_from=1)
    assert looks.key_of(year) == [("2026", 0), ("2026, forventet", 1)]
    assert looks.key_of(Series("2025", "previous", (1.0, 2.0))) == [("2025", 0)]
    assert looks.key_of(Series("Løbende priser", "forecast", (1.0,), forecast_from=0)) == [("Løbende priser", 0)]


def test_the_figures_of_a_low_strip_stand_apart() -> None:
    """On a screen a strip is low: then not every step of its axis is named."""
    strip = Strip(219.5, 210.6, ((95, 213.7, 225.5),), "mio. kr.", "Bånd", title="T")
    for tall in (1.0, 0.5):
        levels = sorted(y for text, x, y in written(svg.to_svg(strip, 130.0, tall)) if text.isdigit() and x < 30)
        assert len(levels) >= 4
        assert min(later - one for one, later in pairwise(levels)) > svg.SIZE


def test_lines_of_one_head_are_one_piece_of_a_long_table() -> None:
    """The head is written once for all of them, so they stay on one page; a sum with the same head is not theirs."""
    lines = [Line((head, text)) for head, text in (("Pris", "a"), ("Pris", "b"), ("Refusion", "c"), ("Pris", "d"))]
    assert pdf._spans(lines) == [2, 0, 1, 1]
    assert pdf._spans([*lines, Line(("Pris", "e"), "total")]) == [2, 0, 1, 1, 1]
    table = Table("T", (Column("a", "Årsag", "text"), Column("b", "Hvad", "text")), tuple(lines))
    empty, *pieces = pdf._Part("", table, "#small(\"note\")").pieces()
    assert [piece.count("table.cell(") for piece in pieces] == [3, 2, 2]
    assert "table.cell(" not in empty
    assert pieces[-1].endswith('#small("note")')
