"""What lies on both sides of zero: bars, and steps that add up to a last bar, with a word at each end of the axis."""

from collections.abc import Callable, Sequence
from textwrap import wrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.ui.captions import short
from cockpit.ui.charts.style import ROW_HEIGHT, expected, house_style, two_lines
from cockpit.ui.theme import Palette

STEP_HEIGHT = 42  # a step has a second line: what happens
LINE_HEIGHT = 15  # of each line beyond the second
LINE = 28  # signs of a cause that leave a phone's chart room for its bars
Sides = tuple[tuple[str, str], tuple[str, str]]  # word and colour of what lies left of zero, and right of it
Words = Callable[[str, float], str]  # label and amount in kr. -> what is told of a bar


def bars(
    labels: Sequence[str], amounts: np.ndarray, span: tuple[float, float], sides: Sides, words: Words, colors: Palette
) -> go.Figure:
    """Bars to both sides of zero, the first on top; amounts and span in kr."""
    shown = [short(label) for label in labels]
    figure = go.Figure(_bar(shown, amounts, sides, [words(*pair) for pair in zip(labels, amounts, strict=True)]))
    figure.update_yaxes(categoryorder="array", categoryarray=shown[::-1])
    _axis(figure, np.array(span) / fmt.MILLION, sides)
    return house_style(figure, colors, height=ROW_HEIGHT * len(labels) + 70, top=34)


def steps(
    parts: pd.DataFrame, first: str | None, last: tuple[str, str], sides: Sides, words: Words, colors: Palette
) -> go.Figure:
    """Steps from zero, each from where the one before ended, and what they come to as a hatched bar.

    Args:
        parts: `label`, `cause` and `amount` (kr.), in order
        first: the name of zero, where it has one
        last: the last bar as the axis names it, and as it is told of
    """
    amounts = parts["amount"].to_numpy(dtype=float)
    ends = np.cumsum(amounts)
    causes = [wrap(str(cause), LINE) for cause in parts["cause"]]
    named = zip(parts["label"], causes, strict=True)
    places = [two_lines(label, "<br>".join(cause), colors) for label, cause in named]
    total = float(ends[-1]) if len(ends) else 0.0
    figure = go.Figure()
    told = [words(*pair) for pair in zip(parts["label"], amounts, strict=True)]
    figure.add_trace(_bar(places, amounts, sides, told, base=ends - amounts))
    figure.add_trace(_last_bar(last[0], total, words(last[1], total), colors))
    labels = [*([first] if first else []), *places, last[0]]
    figure.update_yaxes(categoryorder="array", categoryarray=labels[::-1], range=[-0.6, len(labels) - 0.4])
    _axis(figure, np.concatenate([[0.0], ends]) / fmt.MILLION, sides)
    height = STEP_HEIGHT + LINE_HEIGHT * (max(map(len, causes), default=1) - 1)
    return house_style(figure, colors, height=height * len(labels) + 80, top=34)


def _bar(
    places: Sequence[str], amounts: np.ndarray, sides: Sides, told: list[str], base: np.ndarray | None = None
) -> go.Bar:
    (_, left), (_, right) = sides
    return go.Bar(
        x=amounts / fmt.MILLION,
        base=None if base is None else base / fmt.MILLION,
        y=places,
        orientation="h",
        marker={"color": [right if amount > 0 else left for amount in amounts]},
        text=[fmt.millions(amount, signed=True) for amount in amounts],
        textposition="outside",
        cliponaxis=False,
        hovertext=told,
        hoverinfo="text",
    )


def _last_bar(place: str, amount: float, told: str, colors: Palette) -> go.Bar:
    marker = expected(colors)
    return go.Bar(
        x=[amount / fmt.MILLION], y=[place], orientation="h", marker=marker, hovertext=[told], hoverinfo="text"
    )


def _axis(figure: go.Figure, values: np.ndarray, sides: Sides) -> None:
    """Room for labels on both sides, a zero line, and the two words at the ends of the axis.

    The words stand at the ends and not beside zero: on a phone zero can lie so near an end that a word would be cut.
    Where nothing lies left of zero, a phone needs the room on the right.
    """
    low, high = min(0.0, *values), max(0.0, *values)
    room = 0.3 * ((high - low) or 1.0)
    left_room = room if low < 0 else 0.2 * room
    figure.update_xaxes(range=[low - left_room, high + room], showticklabels=False, zeroline=True, zerolinewidth=2)
    (left, left_color), (right, right_color) = sides
    ends = ((left, 0, "left", -48, left_color, low < 0), (right, 1, "right", 12, right_color, high > 0))
    for word, x, anchor, shift, color, wanted in ends:
        if wanted:
            place = {"x": x, "xref": "paper", "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": anchor}
            figure.add_annotation(**place, xshift=shift, text=word, showarrow=False, font={"color": color, "size": 13})
