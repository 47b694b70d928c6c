"""What lies on both sides of zero: bars, and steps that add up to a last bar, with a word at each end of the axis."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.ui.captions import short
from cockpit.ui.charts.rows import AMOUNT, Rows, bar, with_cause
from cockpit.ui.charts.style import as_text, expected
from cockpit.ui.theme import Palette

Sides = tuple[tuple[str, str], tuple[str, str]]  # word and colour of what lies left of zero, and right of it
Words = Callable[[str, float], str]  # label and amount in kr. -> what is told of a bar


def bars(
    labels: Sequence[str], amounts: np.ndarray, span: tuple[float, float], sides: Sides, words: Words, colors: Palette
) -> go.Figure:
    """Bars to both sides of zero, the first on top; amounts and span in kr."""
    rows = Rows([as_text(short(label)) for label in labels], at_zero=span[0] >= 0)
    told = [words(*pair) for pair in zip(labels, amounts, strict=True)]
    figure = go.Figure(_bars(rows.places(), rows.thickness, amounts, sides, told))
    _axis(figure, np.array(span) / fmt.MILLION, sides)
    return rows.finish(figure, colors, words_above=True)


def steps(
    parts: pd.DataFrame,
    first: str,
    last: tuple[str, str],
    sides: Sides,
    words: Words,
    colors: Palette,
    *,
    looks: Mapping[str, object] | None = None,
) -> go.Figure:
    """Steps from zero, each from where the one before ended, and what they come to as a last bar.

    Args:
        parts: `label`, `cause` and `amount` (kr.), in order
        first: the name of zero; empty where it has none
        last: the last bar as it is named, and as it is told of
        looks: of the last bar; hatched, as what is expected, where nothing else is said
    """
    amounts = parts["amount"].to_numpy(dtype=float)
    ends = np.cumsum(amounts)
    total = float(ends[-1]) if len(ends) else 0.0
    named = zip(parts["label"], parts["cause"], strict=True)
    names = [*(with_cause(label, str(cause), colors) for label, cause in named), last[0]]
    touching = [*((ends - amounts) * ends <= 0), True]
    values = np.concatenate([[0.0], ends]) / fmt.MILLION
    written = _leftmost(values, amounts)
    rows = Rows(names, above=first, at_zero=bool(written.min(initial=0.0) >= 0), touching=touching)
    *places, end = rows.places()
    told = [words(*pair) for pair in zip(parts["label"], amounts, strict=True)]
    figure = go.Figure(_bars(places, rows.thickness, amounts, sides, told, base=(ends - amounts) / fmt.MILLION))
    whole = words(last[1], total)
    figure.add_trace(bar([total / fmt.MILLION], [end], rows.thickness, looks or expected(colors), [""], [whole]))
    _axis(figure, values, sides, written)
    return rows.finish(figure, colors, words_above=True)


def _bars(
    places: Sequence[float],
    thickness: float,
    amounts: np.ndarray,
    sides: Sides,
    told: list[str],
    base: np.ndarray | None = None,
) -> go.Bar:
    (_, left), (_, right) = sides
    looks = {"color": [right if amount > 0 else left for amount in amounts]}
    texts = [fmt.millions(amount, signed=True) for amount in amounts]
    # What is written as nothing is drawn as nothing: a sliver would have a side and a colour.
    lengths = np.array([0.0 if fmt.rounds_to_zero(one, 1) else one for one in amounts / fmt.MILLION])
    return bar(lengths, places, thickness, looks, texts, told, base=base)


def _leftmost(values: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """How far left each step reaches, the amount beside one that goes down included; mio. kr."""
    room = AMOUNT * (float(np.ptp(values)) or 1.0)
    return values[1:] - np.where(amounts < 0, room, 0.0)


def _axis(figure: go.Figure, values: np.ndarray, sides: Sides, written: np.ndarray | None = None) -> None:
    """Room for amounts on both sides, and a word at each end of the axis.

    Where an amount reaches left of zero (`written`) although no bar does, the axis begins there: zero would strike it.

    The words stand at the ends and not beside zero: on a phone zero can lie so near an end that a word would be cut.
    Where nothing lies left of zero, a phone needs the room on the right.
    """
    low, high = min(0.0, *values), max(0.0, *values)
    room = AMOUNT * ((high - low) or 1.0)
    left_end = low - room if low < 0 else min([0.0, *([] if written is None else written)])
    figure.update_xaxes(range=[left_end, high + room])
    (left, left_color), (right, right_color) = sides
    ends = ((left, 0, "left", left_color, low < 0), (right, 1, "right", right_color, high > 0))
    for word, x, anchor, color, wanted in ends:
        if wanted:
            place = {"x": x, "xref": "paper", "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": anchor}
            figure.add_annotation(**place, yshift=6, text=word, showarrow=False, font={"color": color, "size": 13})
