"""A paper as plain data: pages with a message, charts as numbers, tables. The renderers add nothing but looks."""

from dataclasses import dataclass, field
from typing import Literal

Value = float | str | None  # text also for a blank cell; None is absent
Form = Literal["text", "mio", "signed", "count", "whole", "kroner", "change", "percent"]
Style = Literal["actual", "previous", "budget", "forecast"]
Kind = Literal["row", "sub", "total"]


@dataclass(frozen=True)
class Column:
    """A column of a table. `mio` and `signed` hold kr. and are shown in mio. kr. where space is short.

    `kroner` and `change` (signed) are whole kroner everywhere; `count` has one decimal, `whole` none.

    `difference` names two columns of the table whose difference this one is, so that a workbook can compute it.
    """

    key: str
    heading: str
    form: Form = "mio"
    difference: tuple[str, str] | None = None


@dataclass(frozen=True)
class Line:
    """A line of a table; `sums` are the numbers of the lines that this one is the sum of."""

    cells: tuple[Value, ...]
    kind: Kind = "row"
    sums: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table under a heading of its own."""

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Series:
    """Values of one name, None where there are none; from `forecast_from` on, and at `estimated`, they are expected."""

    name: str
    style: Style
    values: tuple[float | None, ...]
    forecast_from: int | None = None
    estimated: tuple[int, ...] = ()

    def is_expected(self, at: int) -> bool:
        """Whether a value is expected, not known."""
        return at in self.estimated or (self.forecast_from is not None and at >= self.forecast_from)


@dataclass(frozen=True)
class Band:
    """Where so many percent of the courses lie; both ends the same where it is booked."""

    percent: int
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True)
class Lines:
    """Lines over months, with bands where the future is uncertain; values in `unit`.

    `steps`: the budget is a level that holds until the next one, not something that grows.
    """

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    alt: str
    bands: tuple[Band, ...] = ()
    decimals: int = 1
    steps: bool = False
    title: str = field(kw_only=True)


@dataclass(frozen=True)
class Columns:
    """Columns side by side, from zero; values in `unit`."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    alt: str
    decimals: int = 1
    labelled: bool = True
    title: str = field(kw_only=True)


@dataclass(frozen=True)
class Bars:
    """Bars to both sides of zero; values in `unit`, positive is merforbrug, or a gain where more is better.

    `bands` are the 80 % bands of the values, drawn as whiskers. `beside` is how far its siblings reach, low and high:
    their scale is the same.
    """

    categories: tuple[str, ...]
    values: tuple[float, ...]
    unit: str
    alt: str
    name: str = "Afvigelse"
    more_is_better: bool = False
    bands: tuple[tuple[float, float], ...] = ()
    beside: tuple[float, float] = (0.0, 0.0)
    title: str = field(kw_only=True)

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest that its axis has to hold; zero is always within."""
        every = [0.0, *self.values, *self.beside, *(end for band in self.bands for end in band)]
        return min(every), max(every)


@dataclass(frozen=True)
class Waterfall:
    """Steps that add up to the last column; values in `unit`, positive is merforbrug."""

    categories: tuple[str, ...]
    steps: tuple[float, ...]
    end: str
    unit: str
    alt: str
    title: str = field(kw_only=True)

    @property
    def total(self) -> float:
        """What the steps add up to."""
        return sum(self.steps)


@dataclass(frozen=True)
class Strip:
    """Where a value ends up, on an axis that need not begin at zero because no bar is drawn; values in `unit`.

    `bands` are percent, low and high, the widest first; `budget` is None where there is none.
    """

    expected: float
    budget: float | None
    bands: tuple[tuple[int, float, float], ...]
    unit: str
    alt: str
    title: str = field(kw_only=True)


Chart = Lines | Columns | Bars | Waterfall | Strip


@dataclass(frozen=True)
class Page:
    """One message with what proves it.

    Attributes:
        key: short name, unique in the report; sheet of a workbook.
        section: part of the paper, such as Sagsfremstilling.
        title: the message, a sentence.
        text: paragraphs.
        aside: paragraphs for whoever reads; where a room looks on they would take the charts' place, so slides have
            them in their notes and the projector not at all.
        points: what is asked for, as a numbered list.
        figures: label, value and note of at most four key figures.
        charts: side by side where there are several; the title of each says what it shows, with its unit.
        notes: small print.
    """

    key: str
    section: str
    title: str
    text: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    figures: tuple[tuple[str, str, str], ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """A whole paper. `stamp` stands on every page: it is what a number needs to be found again.

    `state` says whether the month is closed; it stands where the paper begins, and on every sheet of a workbook.

    `mark`, who may not see the paper, stands on the front and on every page too; empty where everybody may. So does
    `whose` figures they are, and whether they are made up; empty where nobody has said so.
    """

    title: str
    subtitle: str
    audience: str
    as_of: str
    stamp: str
    pages: tuple[Page, ...] = field(default=())
    mark: str = ""
    state: str = ""
    whose: str = ""

    @property
    def foot(self) -> str:
        """What stands on every page."""
        return " · ".join(filter(None, (self.whose, self.marked_stamp)))

    @property
    def marked_stamp(self) -> str:
        """The stamp with who may not see the paper."""
        return " · ".join(filter(None, (self.mark, self.stamp)))
