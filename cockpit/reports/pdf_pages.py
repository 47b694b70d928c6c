"""Which parts of a paper share an A4, and how tall their charts are: no table parted from its heading, few blanks.

A part is kept together; only its chart may give or take. Pages are filled in the paper's own order: of all ways to part
the row of parts, the one with the fewest pages, then with the least blank and the least changed charts (Knuth & Plass
1981 do the same for lines of a paragraph). All lengths are in points.
"""

from collections.abc import Sequence
from dataclasses import dataclass

LOWEST, TALLEST = 0.7, 1.3  # times a chart's own height: lower its figures meet, taller it looks empty
GAP = 18.0  # between two parts
_CHANGED = 0.15  # of a page: blank that is as bad as charts at the end of their reach
_TORN = 0.4  # of a page: blank that is as bad as a table on another page than its message


@dataclass(frozen=True)
class Part:
    """What stands together: its height without its charts, their height, and what a long table after it is made of.

    The long table goes on overleaf where it has to, between the pieces that `tail` has the heights of: the first with
    the table's heading, and `head` is what is repeated overleaf. `follows`: the part before has the message that it
    belongs to.
    """

    fixed: float
    chart: float = 0.0
    tail: tuple[float, ...] = ()
    head: float = 0.0
    follows: bool = False


@dataclass(frozen=True)
class Place:
    """How tall the charts of a part are, times their own height; and whether it goes overleaf although it would fit."""

    tall: float
    turns: bool = False


Row = tuple[list[Part], float]  # what shares a page, and how tall its charts are


def placed(parts: Sequence[Part], page: float) -> list[Place]:
    """Return how each part is to be set.

    Args:
        parts: in the order of the paper.
        page: height of a page.
    """
    found: list[Place] = []
    used = 0.0
    for run in _runs(parts):
        begun = [Part(used)] if used else []
        rows = _filled([*begun, *run], page)
        found += _places(rows, page)[len(begun) :]
        last, tall = rows[-1]
        used = _after(_height(last, tall), last[-1], page)
    return found


def _places(rows: Sequence[Row], page: float) -> list[Place]:
    places: list[Place] = []
    for at, (row, tall) in enumerate(rows):
        before, its = rows[at - 1] if at else ([], 1.0)
        would_fit = bool(before) and _height(before, its) + GAP + _height(row[:1], tall) <= page
        places += [Place(tall, would_fit and part is row[0]) for part in row]
    return places


def _runs(parts: Sequence[Part]) -> list[list[Part]]:
    """Part the row after each long table: where that ends, the next page to fill has begun."""
    runs: list[list[Part]] = [[]]
    for part in parts:
        runs[-1].append(part)
        if part.tail:
            runs.append([])
    return [run for run in runs if run]


def _after(used: float, part: Part, page: float) -> float:
    """How much of a page is taken where a part's long table ends; without one, as much as before."""
    at = used + GAP if part.tail and part.fixed else used  # what is a table alone has its gap already
    for number, piece in enumerate(part.tail):
        overleaf = part.head + piece if number else piece  # the first piece has the head with it
        at = at + piece if at + piece <= page else overleaf
    return at


def _filled(run: Sequence[Part], page: float) -> list[Row]:
    """Part a run into pages: best[n] is the best way to set the first n parts, with its pages and its cost."""
    best: list[tuple[int, float, list[Row]]] = [(0, 0.0, [])]
    for end in range(1, len(run) + 1):
        ways = []
        for start, (pages, cost, before) in enumerate(best):
            row = list(run[start:end])
            tall = _tall(row, page)
            if tall is None and len(row) > 1:
                continue
            tall = tall or 1.0  # what is taller than a page by itself goes on overleaf
            blank = 0.0 if end == len(run) else max(page - _height(row, tall), 0.0) / page
            changed = _CHANGED * abs(tall - 1) / (1 - LOWEST)
            torn = _TORN if row[0].follows and start else 0.0
            ways.append((pages + 1, cost + blank**2 + changed**2 + torn**2, [*before, (row, tall)]))
        best.append(min(ways, key=lambda way: way[:2]))
    return best[-1][2]


def _height(row: Sequence[Part], tall: float) -> float:
    return sum(part.fixed + part.chart * tall for part in row) + GAP * (len(row) - 1)


def _tall(row: Sequence[Part], page: float) -> float | None:
    """How tall charts fill the page, which a long table does by itself; None where not even the lowest fit."""
    if _height(row, LOWEST) > page:
        return None
    charts, tallest = sum(part.chart for part in row), 1.0 if row[-1].tail else TALLEST
    return min(max((page - _height(row, 0.0)) / charts, LOWEST), tallest) if charts else 1.0
