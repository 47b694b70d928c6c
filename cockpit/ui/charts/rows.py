"""Rows of bars that lie down, each named above its bars: beside them, long names would take a phone's whole width."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from textwrap import wrap
from typing import TypeAlias

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.ui.charts.style import as_text, house_style
from cockpit.ui.theme import Palette

LINE = 18  # pixels of each line of a name
GAP = 10  # pixels below a row's bars
ACROSS = 50  # signs that a phone has room for in one line
LONE, AMONG = 18, 17  # pixels of a bar alone in its row, and of one among several
AMOUNT = 0.18  # of the longest bar: the room that an amount takes beside it on a phone
WORDS_ABOVE = 30  # pixels above the first row for words at the ends of the axis, or for a legend

Numbers: TypeAlias = Sequence[float] | np.ndarray | pd.Series


@dataclass(frozen=True)
class Rows:
    """Where names and bars stand, the first row on top; the axis counts pixels downward from zero.

    Attributes:
        names: what stands above the bars of each row, as a chart's markup: `as_text`, `with_cause` or `with_sum`.
        bars: how many each row has.
        above: what stands above the first row, where the rows begin somewhere that has a name.
        at_zero: whether every bar begins at the left edge; the names then stand beside the zero line. Else it is drawn
            beside the bars alone: names would cut it, some rows and others not.
        touching: which rows' bars touch zero, where not all do; beside the others it would cut an amount.
    """

    names: Sequence[str]
    bars: int = 1
    above: str = ""
    at_zero: bool = True
    touching: Sequence[bool] | None = None

    @property
    def thickness(self) -> float:
        """Of a bar."""
        return LONE if self.bars == 1 else AMONG

    def places(self, number: int = 0) -> list[float]:
        """Where the bars of a number stand on the axis; the uppermost of each row is number 0."""
        down = (number + 0.5) * self.thickness
        return [-(top + _named(name) + down) for top, name in zip(self._tops()[:-1], self.names, strict=True)]

    def finish(self, figure: go.Figure, colors: Palette, *, words_above: bool = False) -> go.Figure:
        """Write the names and give the figure its style and height."""
        *tops, end = self._tops()
        for name, top in zip(self.names, tops, strict=True):
            figure.add_annotation(self._written(name, -top, colors))
        if self.above:
            figure.add_annotation(self._written(self.above, 0, colors))
        over = WORDS_ABOVE if words_above else GAP
        figure = house_style(figure, colors, height=round(end) + over + GAP, top=over)
        figure.update_yaxes(range=[-end, 0], tickvals=[-top for top in tops], showgrid=True, showticklabels=False)
        figure.update_yaxes(showline=False, zeroline=False)
        figure.update_xaxes(showticklabels=False, showline=False, zeroline=self.at_zero, zerolinewidth=2)
        if not self.at_zero:
            self._mark_zero(figure, colors)
        return figure.update_layout(margin={"l": 2, "r": 0, "b": GAP}, barmode="overlay")

    def _tops(self) -> list[float]:
        """Where each row begins, and where the last one ends, in pixels from the top."""
        heights = [_named(name) + self.bars * self.thickness + GAP for name in self.names]
        return list(accumulate(heights, initial=_named(self.above) + 3 if self.above else 0))

    def _mark_zero(self, figure: go.Figure, colors: Palette) -> None:
        """Draw zero from the top of each row's bars to the bottom."""
        touching = [True] * len(self.names) if self.touching is None else self.touching
        every = zip(self._tops()[:-1], self.names, touching, strict=True)
        for top, name in ((top, name) for top, name, touches in every if touches):
            begin = top + _named(name) - 2
            end = begin + self.bars * self.thickness + 4
            figure.add_shape(
                type="line", x0=0, x1=0, y0=-begin, y1=-end, line={"color": colors.text, "width": 2}, layer="above"
            )

    def _written(self, text: str, y: float, colors: Palette) -> dict[str, object]:
        """A name stands on the background, so that a zero line further right does not run through it."""
        place = {"x": 0, "xref": "paper", "xanchor": "left", "xshift": 6 if self.at_zero else 0, "y": y}
        look = {"yanchor": "top", "yshift": -1, "showarrow": False, "borderpad": 0, "bgcolor": colors.background}
        return {**place, **look, "text": text, "align": "left", "font": {"size": 13}}


def _named(name: str) -> float:
    return LINE * (name.count("<br>") + 1) + 3


def bar(
    values: Numbers,
    places: Numbers,
    thickness: float,
    looks: Mapping[str, object],
    texts: Sequence[str],
    told: Sequence[str],
    *,
    base: Numbers | None = None,
    name: str = "",
) -> go.Bar:
    """Return bars that lie down.

    Args:
        values, places, thickness: their lengths, and where they stand: see `Rows`.
        looks: Plotly's marker.
        texts: what stands beside their ends.
        told: what pointing at them tells, as plain text.
        base: where they begin, zero where nothing else is said.
        name: in the legend.
    """
    return go.Bar(
        x=values,
        y=places,
        width=thickness,
        base=base,
        name=name,
        orientation="h",
        marker=dict(looks),
        text=texts,
        textposition="outside",
        constraintext="none",  # else an amount is written as small as its bar is thin
        cliponaxis=False,
        hovertext=[as_text(one) for one in told],
        hoverinfo="text",
    )


def from_zero(figure: go.Figure, most: float) -> go.Figure:
    """Let the axis run from zero to beyond the longest bar, with room for the amount beside it."""
    return figure.update_xaxes(range=[0, (1 + AMOUNT) * (most or 1.0)])


def with_cause(label: str, cause: str, colors: Palette) -> str:
    """Name a step and what happens, in one line where a phone has room for it."""
    muted = '<span style="font-size:12px;color:{}">{}</span>'
    if len(label) + len(cause) < ACROSS:
        return f"{as_text(label)}  {muted.format(colors.muted, as_text(cause))}"
    lines = (muted.format(colors.muted, as_text(line)) for line in wrap(cause, ACROSS + 6))  # in smaller letters
    return "<br>".join([as_text(label), *lines])


def with_sum(label: str, amount: float, start: float | None = None) -> str:
    """Name an end of a bridge with its sum, and how far it is from the start."""
    text = f"{as_text(label)}  <b>{fmt.millions(amount)}</b>"
    moved = 0.0 if start is None else (amount - start) / fmt.MILLION
    return text if fmt.rounds_to_zero(moved, 1) else f"{text} ({fmt.number(moved, 1, signed=True)})"
