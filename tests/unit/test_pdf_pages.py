"""Which parts of a paper share an A4: charts give and take so that pages are full and no table stands apart."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.reports.pdf_pages import GAP, LOWEST, TALLEST, Part, Place, placed

PAGE = 700.0


def tallness(parts: list[Part], page: float) -> list[float]:
    return [place.tall for place in placed(parts, page)]


def flowed(parts: list[Part], places: list[Place], page: float = PAGE) -> list[list[int]]:
    """Set parts below each other as a typesetter does, each whole: which parts are on which page."""
    pages: list[list[int]] = [[]]
    used = 0.0
    for at, (part, place) in enumerate(zip(parts, places, strict=True)):
        height = part.fixed + part.chart * place.tall
        begin = used + (GAP if pages[-1] else 0.0)
        if (place.turns or begin + height > page + 1e-6) and pages[-1]:
            pages.append([])
            begin = 0.0
        pages[-1].append(at)
        used = begin + height
    return pages


def test_charts_become_lower_where_two_parts_then_share_a_page() -> None:
    """At their own height they would take a page each, the first of which were half empty."""
    parts = [Part(200.0, 190.0), Part(200.0, 190.0)]
    assert flowed(parts, placed(parts, PAGE)) == [[0, 1]]
    assert flowed(parts, [Place(1.0)] * 2) == [[0], [1]]
    tall = tallness(parts, PAGE)
    assert LOWEST <= tall[0] == tall[1] < 1


def test_a_chart_alone_on_a_page_becomes_taller() -> None:
    """Its page would be blank below; but never so tall that it looks empty."""
    tall = tallness([Part(300.0, 190.0), Part(500.0), Part(500.0)], PAGE)
    assert tall[0] == TALLEST


def test_fewest_pages_are_taken() -> None:
    """Each page's charts give a little, and a page less is used."""
    parts = [Part(100.0, 190.0), Part(200.0, 190.0), Part(150.0), Part(450.0, 100.0)]
    assert flowed(parts, placed(parts, PAGE)) == [[0, 1], [2, 3]]
    assert len(flowed(parts, [Place(1.0)] * 4)) == 3


def test_what_follows_a_long_table_begins_where_it_ends() -> None:
    """The table takes this page and some of the next: the chart after it fills what is left there."""
    parts = [Part(200.0, 190.0, tail=(100.0,) * 6, head=20.0), Part(100.0, 200.0), Part(650.0)]
    tall = tallness(parts, PAGE)
    # Two of its pieces fit below; overleaf its head is repeated.
    assert 200.0 + 190.0 + GAP + 2 * 100.0 <= PAGE < 200.0 + 190.0 + GAP + 3 * 100.0
    taken = 20.0 + 4 * 100.0
    assert tall[0] == 1.0
    assert taken + GAP + 100.0 + 200.0 * tall[1] == pytest.approx(PAGE)


def test_what_is_taller_than_a_page_is_left_as_it_is() -> None:
    assert tallness([Part(900.0, 190.0)], PAGE) == [1.0]


PARTS = st.lists(
    st.builds(Part, st.floats(50, 500), st.sampled_from([0.0, 150.0, 190.0]), follows=st.booleans()),
    min_size=1, max_size=12,
)  # fmt: skip


@given(PARTS)
def test_no_page_holds_more_than_it_can_and_none_more_are_used_than_charts_as_they_are(parts: list[Part]) -> None:
    places = placed(parts, PAGE)
    assert all(LOWEST <= place.tall <= TALLEST for place in places)
    assert len(flowed(parts, places)) <= len(flowed(parts, [Place(1.0)] * len(parts)))


def test_a_table_stays_with_its_message_where_that_takes_no_page_more() -> None:
    """The message would fit below what is before it, and its table alone would begin the next page."""
    parts = [Part(450.0), Part(150.0), Part(200.0, follows=True), Part(200.0)]
    assert [place.turns for place in placed(parts, PAGE)] == [False, True, False, False]
    free = [replace(part, follows=False) for part in parts]
    assert not any(place.turns for place in placed(free, PAGE))
    longer = [*parts[:3], Part(400.0)]
    assert not any(place.turns for place in placed(longer, PAGE)), "a page more is not worth it"
