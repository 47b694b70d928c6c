"""What all charts share: colours, hatching, whiskers, axes of months, labels beside lines, and calm behaviour."""

from html import escape
from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.ui.theme import FONT, Palette

CONFIG = {"displayModeBar": False, "locale": "da", "scrollZoom": False}


def house_style(figure: go.Figure, colors: Palette, *, height: int, top: int = 12, right: int = 16) -> go.Figure:
    """Give a figure the font, colours, Danish separators and calm behaviour that all charts share."""
    axis = {"fixedrange": True, "linecolor": colors.line, "automargin": True, "zerolinecolor": colors.text}
    figure.update_xaxes(showgrid=False, **axis)
    figure.update_yaxes(gridcolor=colors.grid, tickformat=",~g", **axis)
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": right, "t": top, "b": 28},
        font={"family": FONT, "size": 13, "color": colors.text},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        separators=",.",
        dragmode=False,
        hoverlabel={"bgcolor": colors.panel, "font": {"family": FONT, "color": colors.text}, "align": "left"},
        showlegend=bool(figure.layout.showlegend),
    )


def legend() -> dict[str, object]:
    """A legend above the chart; nothing happens when it is clicked."""
    place = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "entrywidth": 0}  # as wide as its words
    return {**place, "itemclick": False, "itemdoubleclick": False}


def expected(colors: Palette, width: float = 1.5) -> dict[str, object]:
    """Return the look of a bar that is forecast: hatched within its outline."""
    return {"color": colors.background, "line": {"color": colors.actual, "width": width}, "pattern": _hatch(colors)}


def _hatch(colors: Palette) -> dict[str, object]:
    return {"shape": "/", "fgcolor": colors.actual, "bgcolor": colors.background, "size": 6, "solidity": 0.35}


def whiskers(values: pd.DataFrame, colors: Palette) -> dict[str, object]:
    """Whiskers from p10 to p90 (kr.) about the mean, drawn in mio. kr."""
    return {
        "type": "data",
        "symmetric": False,
        "array": (values["p90"] - values["mean"]).clip(lower=0) / fmt.MILLION,
        "arrayminus": (values["mean"] - values["p10"]).clip(lower=0) / fmt.MILLION,
        "color": colors.accent,
        "thickness": 2,
        "width": 4,
    }


def deviation_colors(amounts: pd.Series | np.ndarray, colors: Palette) -> list[str]:
    """More spent is worse."""
    return [colors.worse if amount > 0 else colors.better for amount in amounts]


def month_axis(figure: go.Figure, months: list[str]) -> None:
    """Months of one year: every second is named, so that a phone has room for the names without turning them."""
    figure.update_xaxes(categoryorder="array", categoryarray=months, tickvals=months[::2], tickangle=0)


def year_axis(figure: go.Figure, frame: pd.DataFrame) -> None:
    """Months of several years: every half-year is named, so that a phone has room for the names."""
    months = frame["month"].tolist()
    named = [month for month in months if month.endswith(("-01", "-07"))]
    texts = [f"{fmt.month_short(month)}<br>{month[:4]}" for month in named]
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=months, tickvals=named, ticktext=texts, tickangle=0
    )
    # Fixed, because the labels beside the last month would else widen the axis and leave half of a phone empty.
    figure.update_xaxes(range=[-0.5, len(months) - 0.5])


def line(
    values: pd.DataFrame, column: str, name: str, color: str, width: float, *, dash: str = "solid"
) -> go.Scatter:
    """A line of a column in kr., drawn in mio. kr.; of a single point, its marker."""
    return go.Scatter(
        x=values["x"],
        y=values[column] / fmt.MILLION,
        name=name,
        mode="lines+markers" if len(values) == 1 else "lines",
        line={"color": color, "width": width, "dash": dash},
        hovertext=[f"{name} til og med {fmt.month_year(m)}: {fmt.mio(v)}" for m, v in pairs(values, column)],
        hoverinfo="text",
    )


def pairs(values: pd.DataFrame, column: str) -> list[tuple[str, float]]:
    """Month and amount, kr."""
    return list(zip(values["month"], values[column].astype(float), strict=True))


def beside(x: str, amount: float, text: str, color: str) -> dict[str, object]:
    """A label to the right of a point; `amount` in kr."""
    place = {"x": x, "y": amount / fmt.MILLION, "xanchor": "left", "xshift": 8, "showarrow": False}
    return {**place, "text": text, "align": "left", "font": {"color": color, "size": 13}}


def columns(values: pd.DataFrame, name: str, colors: Palette, *, hatched: bool) -> go.Bar:
    """Bars of `mean` in kr., drawn in mio. kr.; forecast ones hatched and with whiskers."""
    amounts = values["mean"].astype(float)
    solid = {"color": colors.actual, "line": {"color": colors.actual, "width": 1.5}}
    return go.Bar(
        x=values["x"],
        y=amounts / fmt.MILLION,
        name=name,
        marker=expected(colors) if hatched else solid,
        error_y=whiskers(values, colors) if hatched else None,
        hovertext=[_column_hover(name, row) for _, row in values.iterrows()],
        hoverinfo="text",
    )


def as_text(text: str) -> str:
    """Write a name so that a chart shows it as it is: in charts `<a>`, `<b>` and `<br>` would be markup."""
    return escape(text, quote=False)


def _column_hover(name: str, row: pd.Series) -> str:
    when = fmt.month_year(row["month"]) if "month" in row else str(row["year"])
    text = f"{name} {when}: {fmt.mio(row['mean'])}"
    if fmt.is_absent(row["p10"]) or row["p10"] == row["p90"]:
        return text
    return f"{text} (80{fmt.NBSP}%: {fmt.millions(row['p10'])} til {fmt.millions(row['p90'])})"


def spread(values: list[float], gap: float) -> list[float]:
    """Move labels apart until neighbours stand at least `gap` from each other, keeping their order."""
    order = np.argsort(values, kind="stable")
    placed = np.array(values, dtype=float)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + gap)
    return placed.tolist()
