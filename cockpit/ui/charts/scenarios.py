"""What a scenario brings, year by year and in all."""

import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.ui.charts import signed
from cockpit.ui.charts.style import beside, columns, deviation_colors, house_style, line
from cockpit.ui.theme import Palette

MOST_NAMED_YEARS = 6


def gain_columns(frame: pd.DataFrame, colors: Palette, reach: tuple[float, float] | None = None) -> go.Figure:
    """Draw what a scenario brings per year: hatched columns around zero with their 80 % interval.

    Args:
        frame: `year`, `mean`, `p10` and `p90`, kr.; positive is a gain
        reach: lowest and highest amount of the axis, kr., where charts stand side by side
    """
    values = frame.assign(x=frame["year"].astype(str))
    column = columns(values, "Gevinst", colors, hatched=True)
    # A gain is the better side here, so the colours are those of the opposite deviation.
    column.marker.pattern.fgcolor = deviation_colors(-values["mean"], colors)
    # What is written as nothing is drawn as nothing, not as a line with a colour.
    widths = [0 if fmt.rounds_to_zero(mean / fmt.MILLION, 1) else 1 for mean in values["mean"]]
    column.marker.line = {"color": deviation_colors(-values["mean"], colors), "width": widths}
    column.y = [y if width else 0.0 for y, width in zip(column.y, widths, strict=True)]
    amounts = [
        f"{year}<br><b>{fmt.millions(mean, signed=True)}</b>"
        for year, mean in zip(values["x"], values["mean"], strict=True)
    ]
    figure = go.Figure(column)
    every = 1 if len(values) <= MOST_NAMED_YEARS else 2  # a phone has no room for more; the last is named
    named = slice((len(values) - 1) % every, None, every)
    figure.update_xaxes(type="category", tickvals=values["x"][named], ticktext=amounts[named], tickangle=0)
    figure.update_yaxes(showgrid=True, zeroline=True)
    if reach is not None:
        room = 0.1 * (reach[1] - reach[0])
        figure.update_yaxes(range=[(reach[0] - room) / fmt.MILLION, (reach[1] + room) / fmt.MILLION])
    return house_style(figure, colors, height=300)


def gain_steps(parts: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw what each lever brings as steps from zero, and what they come to as the last bar; right of zero is a gain.

    Args:
        parts: `label`, `cause` and `amount` (kr.), in order
    """
    last = f"I alt  <b>{fmt.millions(float(parts['amount'].sum()), signed=True)}</b>"
    sides = ("◀ merudgift", colors.worse), ("gevinst ▶", colors.better)
    return signed.steps(parts, "", (last, "I alt"), sides, _words, colors)


def _words(label: str, amount: float) -> str:
    return f"{label}: {fmt.mio(amount, signed=True)} ({'gevinst' if amount > 0 else 'merudgift'})"


def cumulated_gain(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw what a scenario has brought in all, month by month, as a dashed line: all of it is forecast.

    Args:
        frame: `month` and `cumulated` (kr.)
    """
    values = frame.assign(x=[fmt.month_year(month) for month in frame["month"]])
    figure = go.Figure(line(values, "cumulated", "Gevinst i alt", colors.actual, 2.5, dash="dash"))
    last = values.iloc[-1]
    text = fmt.millions(float(last["cumulated"]), signed=True)
    figure.add_annotation(**beside(last["x"], float(last["cumulated"]), f"<b>{text}</b>", colors.actual))
    januaries = values[values["month"].str.endswith("-01")]
    every = 1 if len(januaries) <= MOST_NAMED_YEARS else 3
    shown = januaries.iloc[::every]
    texts = [f"jan.<br>{month[:4]}" for month in shown["month"]]
    figure.update_xaxes(
        type="category", tickvals=shown["x"], ticktext=texts, tickangle=0, range=[-0.3, len(values) - 0.7]
    )
    figure.update_yaxes(showgrid=True, zeroline=True)
    return house_style(figure, colors, height=260, right=70)
