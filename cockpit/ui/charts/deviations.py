"""Deviations from the budget: bars to both sides of it, and bridges that add up."""

import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.domain.sentences import overspend_word
from cockpit.ui.charts import signed
from cockpit.ui.charts.rows import with_sum
from cockpit.ui.theme import Palette


def deviation_bars(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw deviations as bars from the budget line, the largest first.

    Args:
        frame: `label` and `deviation` (kr.); rows without a deviation are left out
    """
    known = frame.dropna(subset=["deviation"])
    ordered = known.reindex(known["deviation"].abs().sort_values(ascending=False).index)
    amounts = ordered["deviation"].to_numpy(dtype=float)
    span = float(amounts.min(initial=0.0)), float(amounts.max(initial=0.0))
    return signed.bars(list(ordered["label"]), amounts, span, _sides(colors), _words, colors)


def effect_bars(effects: pd.DataFrame, column: str, span: tuple[float, float], colors: Palette) -> go.Figure:
    """Draw what volume, or price, does to the year, type by type in the order given.

    Args:
        effects: `label` and `column` (kr.)
        span: least and greatest amount (kr.) of all sibling charts, so that they share one scale
    """
    amounts = effects[column].to_numpy(dtype=float)
    return signed.bars(list(effects["label"]), amounts, span, _sides(colors), _words, colors)


def waterfall(start: tuple[str, float], parts: pd.DataFrame, end: tuple[str, float], colors: Palette) -> go.Figure:
    """Draw a bridge as steps away from its start, so that small steps of large sums can be read.

    The zero line is the start itself; the last bar is the difference that the steps add up to.

    Args:
        start, end: label and amount in kr.
        parts: `label`, `cause` and `amount` (kr.), in order; they add up to end - start
    """
    last = with_sum(*end, start[1])
    return signed.steps(parts, with_sum(*start), (last, end[0]), _sides(colors), _words, colors)


def waterfall_to_booked(
    start: tuple[str, float], parts: pd.DataFrame, end: tuple[str, float], colors: Palette
) -> go.Figure:
    """Draw a bridge like `waterfall` whose end is booked: its last bar is solid, as what is actual is everywhere."""
    last, looks = with_sum(*end, start[1]), {"color": colors.actual}
    return signed.steps(parts, with_sum(*start), (last, end[0]), _sides(colors), _words, colors, looks=looks)


def movement(start: tuple[str, float], parts: pd.DataFrame, end: tuple[str, float], colors: Palette) -> go.Figure:
    """Draw what moved from one month to another like `waterfall`: higher or lower, which is no overspend."""
    last = with_sum(*end, start[1])
    return signed.steps(parts, with_sum(*start), (last, end[0]), _ways(colors), _moved, colors)


def _sides(colors: Palette) -> signed.Sides:
    return ("◀ mindreforbrug", colors.better), ("merforbrug ▶", colors.worse)


def _ways(colors: Palette) -> signed.Sides:
    return ("◀ lavere", colors.better), ("højere ▶", colors.worse)


def _moved(label: str, amount: float) -> str:
    return f"{label}: {fmt.mio(amount, signed=True)}"


def _words(label: str, amount: float) -> str:
    return f"{label}: {fmt.mio(amount, signed=True)} ({overspend_word(amount)})"
