"""How near past forecasts and rules of thumb came."""

import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.domain.hit_rate import ARCHIVED, RECONSTRUCTED
from cockpit.domain.sentences import SOURCE_WORDS
from cockpit.ui.captions import short
from cockpit.ui.charts.style import ROW_HEIGHT, expected, house_style, legend, whiskers
from cockpit.ui.theme import Palette

PAST_DOTS = {  # whether the band held, and where the forecast is from
    (True, RECONSTRUCTED): ("Båndet holdt", "circle-open"),
    (False, RECONSTRUCTED): ("Båndet holdt ikke", "x-thin-open"),
    (True, ARCHIVED): ("Gemt ved lukningen, båndet holdt", "circle"),
    (False, ARCHIVED): ("Gemt ved lukningen, båndet holdt ikke", "x"),
}


def past_forecasts(origins: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw past forecasts as dots with their 80 % interval around the outturn, which is the zero line.

    Args:
        origins: `HitRate.origins` of one row of the prognosis; the months to go stand side by side, the years within
            them in order; what was frozen at a close is filled, what is reconstructed is open
    """
    steps = sorted(origins["months_to_go"].unique(), reverse=True)
    years = sorted(origins["year"].unique())
    places = origins["months_to_go"].map(steps.index) + _offsets(origins["year"].map(years.index), len(years))
    held = (origins["p10"] <= origins["outturn"]) & (origins["outturn"] <= origins["p90"])
    figure = go.Figure()
    figure.add_hline(y=0, line={"color": colors.actual, "width": 3})
    for (inside, source), (name, symbol) in PAST_DOTS.items():
        own = (held == inside) & (origins["source"] == source)
        if own.any():
            figure.add_trace(_dots(origins[own].assign(x=places[own]), name, symbol, colors))
    words = [f"{step} mdr. igen" for step in steps]
    figure.update_xaxes(tickvals=list(range(len(steps))), ticktext=words, range=[-0.5, len(steps) - 0.5])
    figure.update_yaxes(showgrid=True, zeroline=False)
    figure.add_trace(_year_marks(origins.assign(x=places), colors))
    figure.update_layout(showlegend=True, legend=legend())
    return house_style(figure, colors, height=360, top=44).update_xaxes(zeroline=False)


def rule_bars(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw how far the forecast and the rules of thumb have missed, the nearest first.

    Args:
        frame: `label`, `error` (kr.) and `is_forecast`; the forecast is hatched, as everywhere
    """
    ordered = frame.sort_values("error", ascending=False)
    own = ordered["is_forecast"]
    figure = go.Figure()
    for is_forecast in (True, False):
        figure.add_trace(_rule_bar(ordered[own == is_forecast], colors, hatched=is_forecast))
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[0, 1.15 * float(ordered["error"].max()) / fmt.MILLION], showticklabels=False)
    figure.update_yaxes(categoryorder="array", categoryarray=list(ordered["label"]))
    return house_style(figure, colors, height=ROW_HEIGHT * len(ordered) + 50)


def error_pairs(rows: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw how far the forecast has missed each row, hatched, and its best rule of thumb, lighter.

    Args:
        rows: `hit_rate.by_row`
    """
    labels = [short(label) for label in rows["label"]]
    figure = go.Figure()
    for name, column, marker in (
        ("Bedste håndregel", "best_rival_error", {"color": colors.previous}),
        ("Prognosen", "error", expected(colors, 1)),
    ):
        amounts = rows[column].astype(float)
        figure.add_trace(
            go.Bar(
                x=amounts / fmt.MILLION,
                y=labels,
                name=name,
                orientation="h",
                marker=marker,
                text=[fmt.millions(amount) for amount in amounts],
                textposition="outside",
                cliponaxis=False,
                hovertext=[f"{name}: {fmt.mio(amount)} ved siden af" for amount in amounts],
                hoverinfo="text",
            )
        )
    figure.update_layout(barmode="group", bargap=0.3, showlegend=True, legend=legend() | {"traceorder": "reversed"})
    top = float(rows[["error", "best_rival_error"]].astype(float).max(axis=None)) or 1.0
    figure.update_xaxes(range=[0, 1.15 * top / fmt.MILLION], showticklabels=False)
    figure.update_yaxes(categoryorder="array", categoryarray=labels[::-1])
    return house_style(figure, colors, height=44 * len(rows) + 70, top=44)


def _year_marks(values: pd.DataFrame, colors: Palette) -> go.Scatter:
    """Name each forecast's year beyond its bar, away from the zero line, in two figures: nine bars stand close."""
    low, high = ((values[name] - values["outturn"]) / fmt.MILLION for name in ("p10", "p90"))
    above = high >= 0
    return go.Scatter(
        x=values["x"],
        y=high.where(above, low),
        mode="text",
        text=[f"’{year % 100:02d}" for year in values["year"]],
        textposition=["top center" if up else "bottom center" for up in above],
        textfont={"color": colors.muted, "size": 12},
        hoverinfo="skip",
        showlegend=False,
    )


def _offsets(number: pd.Series, count: int) -> pd.Series:
    """Places of the years within a step: side by side over two thirds of its width."""
    return (number - (count - 1) / 2) * (0.66 / max(count, 1))


def _dots(values: pd.DataFrame, name: str, symbol: str, colors: Palette) -> go.Scatter:
    miss = (values["mean"] - values["outturn"]) / fmt.MILLION
    return go.Scatter(
        x=values["x"],
        y=miss,
        name=name,
        mode="markers",
        marker={"symbol": symbol, "size": 11, "color": colors.actual, "line": {"width": 2.5, "color": colors.actual}},
        error_y=whiskers(values, colors),
        hovertext=[_past_hover(row) for _, row in values.iterrows()],
        hoverinfo="text",
    )


def _past_hover(row: pd.Series) -> str:
    return (
        f"{fmt.month_year(row['as_of'])}: ventet {fmt.mio(row['mean'])} (80{fmt.NBSP}%: {fmt.millions(row['p10'])} til "
        f"{fmt.millions(row['p90'])}), blev {fmt.mio(row['outturn'])}; {SOURCE_WORDS[row['source']]}"
    )


def _rule_bar(rows: pd.DataFrame, colors: Palette, *, hatched: bool) -> go.Bar:
    return go.Bar(
        x=rows["error"] / fmt.MILLION,
        y=rows["label"],
        orientation="h",
        marker=expected(colors) if hatched else {"color": colors.previous},
        text=[fmt.millions(amount) for amount in rows["error"]],
        textposition="outside",
        cliponaxis=False,
        hovertext=[f"{row['label']}: {fmt.mio(row['error'])} ved siden af" for _, row in rows.iterrows()],
        hoverinfo="text",
    )
