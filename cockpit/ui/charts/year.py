"""Where the year ends and how it gets there: the fan, the strip, months, and the years after."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.ui.charts.style import beside, columns, house_style, legend, line, month_axis, pairs, spread
from cockpit.ui.theme import Palette

WITHIN, AROUND = 0.5, 0.86  # widths of a month and of its budget's outline: on a phone it must show beside the month
BANDS = (
    ("p2_5", "p97_5", "band_95", 95),
    ("p10", "p90", "band_80", 80),
    ("p25", "p75", "band_50", 50),
)  # ends, colour and per cent


def fan(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw the year cumulated: actual, forecast with its 50, 80 and 95 % bands, and budget.

    Args:
        frame: `Prognosis.fan`
    """
    months = [fmt.month_short(month) for month in frame["month"]]
    values = frame.assign(x=months)
    actual = values[values["kind"] == "actual"]
    ahead = _from_last_actual(values)
    figure = go.Figure()
    for low, high, band, _ in BANDS:
        figure.add_traces(_band(ahead, low, high, getattr(colors, band)))
    # Straight between month ends, as the forecast it is held against: steps would cross it twice a month for nothing.
    figure.add_trace(line(values, "budget", "Korrigeret budget", colors.budget, 1.5))
    if not ahead.empty:
        figure.add_trace(line(ahead, "mean", "Forventet", colors.actual, 2.5, dash="dash"))
    figure.add_trace(line(actual, "mean", "Forbrug", colors.actual, 3.5))
    _label_ends(figure, values, actual, colors)
    # A range of its own: the labels beside the last month stand in the margin and must not widen the axis.
    month_axis(figure, months)
    figure.update_xaxes(range=[-0.3, len(months) - 0.7])
    figure.update_yaxes(rangemode="tozero", showgrid=True)
    return house_style(figure, colors, height=400, right=92)


def landing(row: pd.Series, colors: Palette) -> go.Figure:
    """Draw where the year ends: the 95, 80 and 50 % bands, the forecast and the budget, on an axis of their own.

    The axis does not begin at zero, because no bar is drawn: what is read is the place of the marks.

    Args:
        row: one row of `Prognosis.rows`
    """
    figure = go.Figure()
    told = "<br>".join(_band_words(row, low, high, percent) for low, high, _, percent in reversed(BANDS))
    for low, high, band, _ in BANDS:
        figure.add_trace(_landing_band(row, low, high, getattr(colors, band), told))
    figure.add_trace(_mark(float(row["mean"]), 0.62, 4, colors.actual))
    figure.add_annotation(**_mark_label("Forventet", float(row["mean"]), "bottom", 0.62, colors.actual))
    ends = [float(row["p2_5"]), float(row["p97_5"])]
    if not fmt.is_absent(row["budget_revised"]):
        budget = float(row["budget_revised"])
        figure.add_trace(_mark(budget, 0.62, 2, colors.budget))
        figure.add_annotation(**_mark_label("Budget", budget, "top", -0.62, colors.muted))
        ends.append(budget)
    room = 0.12 * ((max(ends) - min(ends)) or max(abs(ends[0]), 1.0))
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[(min(ends) - room) / fmt.MILLION, (max(ends) + room) / fmt.MILLION], nticks=6)
    figure.update_yaxes(visible=False, range=[-1.3, 1.3])
    return house_style(figure, colors, height=150, top=4)


def monthly_columns(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw a year month by month: actual solid, forecast hatched with its 80 % interval, budget as an outline.

    Args:
        frame: `Prognosis.months` of one key
    """
    months = [fmt.month_short(month) for month in frame["month"]]
    values = frame.assign(x=months)
    figure = go.Figure()
    for kind, name in (("actual", "Forbrug"), ("forecast", "Forventet")):
        drawn = columns(values[values["kind"] == kind], name, colors, hatched=kind == "forecast")
        figure.add_trace(drawn.update(width=WITHIN))
    if values["budget"].notna().any():
        _hold_against_budget(figure, values, colors)
    figure.update_layout(barmode="overlay", showlegend=True, legend=legend())
    month_axis(figure, months)
    figure.update_yaxes(rangemode="tozero", showgrid=True)
    return house_style(figure, colors, height=360, top=44)


def year_columns(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw coming years as hatched columns with their 80 % interval.

    Args:
        frame: `Prognosis.outline_years` of one key, with the budget year first where it is wanted
    """
    values = frame.assign(x=frame["year"].astype(str))
    figure = go.Figure(columns(values, "Forventet", colors, hatched=True))
    # The amounts stand below the years: on a hatched column they cannot be read, above it the interval is in the way.
    amounts = [f"{year}<br><b>{fmt.millions(mean)}</b>" for year, mean in zip(values["x"], values["mean"], strict=True)]
    figure.update_xaxes(type="category", tickvals=values["x"], ticktext=amounts)
    figure.update_yaxes(rangemode="tozero", showgrid=True)
    return house_style(figure, colors, height=320)


def _from_last_actual(values: pd.DataFrame) -> pd.DataFrame:
    """Return the forecast months with the last actual month before them, where the bands have no width."""
    ahead = values[values["kind"] == "forecast"]
    last = values[values["kind"] == "actual"].tail(1)
    quantiles = [name for low, high, *_ in BANDS for name in (low, high)]
    return pd.concat([last.assign(**dict.fromkeys(quantiles, last["mean"])), ahead]) if len(ahead) else ahead


def _band(values: pd.DataFrame, low: str, high: str, color: str) -> list[go.Scatter]:
    edge = {"x": values["x"], "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    return [
        go.Scatter(y=values[low] / fmt.MILLION, **edge),
        go.Scatter(y=values[high] / fmt.MILLION, fill="tonexty", fillcolor=color, **edge),
    ]


def _band_words(row: pd.Series, low: str, high: str, percent: int) -> str:
    return f"{percent}{fmt.NBSP}%: {fmt.millions(row[low])} til {fmt.mio(row[high])}"


def _landing_band(row: pd.Series, low: str, high: str, color: str, told: str) -> go.Bar:
    """One band of three that lie upon each other, so that pointing at any of them tells of all."""
    start, end = float(row[low]), float(row[high])
    return go.Bar(
        base=start / fmt.MILLION,
        x=[(end - start) / fmt.MILLION],
        y=[0],
        width=0.9,
        orientation="h",
        marker={"color": color, "line": {"width": 0}},
        hovertext=told,
        hoverinfo="text",
    )


def _mark(amount: float, reach: float, width: float, color: str) -> go.Scatter:
    place = {"x": [amount / fmt.MILLION] * 2, "y": [-reach, reach]}
    return go.Scatter(**place, mode="lines", line={"color": color, "width": width}, hoverinfo="skip")


def _mark_label(name: str, amount: float, anchor: str, height: float, color: str) -> dict[str, object]:
    place = {"x": amount / fmt.MILLION, "y": height, "yanchor": anchor, "showarrow": False}
    return {**place, "text": f"<b>{name} {fmt.millions(amount)}</b>", "font": {"color": color, "size": 13}}


def _label_ends(figure: go.Figure, values: pd.DataFrame, actual: pd.DataFrame, colors: Palette) -> None:
    """Name the lines where they end, to the right of the plot, so that no legend is needed."""
    last = values.iloc[-1]
    found = [("Forventet", float(last["mean"]), colors.actual), ("Budget", float(last["budget"]), colors.budget)]
    found = [entry for entry in found if not fmt.is_absent(entry[1])]
    top = float(np.nanmax(values[["p97_5", "mean", "budget"]].to_numpy(dtype=float))) or 1.0
    heights = spread([amount for _, amount, _ in found], gap=top * 0.13)
    for (name, amount, color), height in zip(found, heights, strict=True):
        text = f"<b>{name}</b><br>{fmt.millions(amount)}"
        figure.add_annotation(beside(last["x"], height, text, color))
    if 0 < len(actual) < len(values):
        figure.add_annotation(_at_last_actual(actual.iloc[-1], top, colors))


def _at_last_actual(row: pd.Series, top: float, colors: Palette) -> dict[str, object]:
    """Name the actual to the left above the rising line, early in the year to the right below it: the axis is near."""
    name, amount = f"<b>Forbrug til {row['x']}</b>", fmt.millions(row["mean"])
    aside: dict[str, object] = {"ax": 34, "ay": -4, "xanchor": "left", "text": f"{name} {amount}"}
    if row["mean"] > 0.3 * top:
        aside = {"ax": -40, "ay": -44, "text": f"{name}<br>{amount}"}
    place = {"x": row["x"], "y": row["mean"] / fmt.MILLION, "arrowhead": 0, "showarrow": True}
    style = {"arrowcolor": colors.budget, "arrowwidth": 1, "font": {"color": colors.actual, "size": 13}}
    return {**place, **aside, **style}


def _hold_against_budget(figure: go.Figure, values: pd.DataFrame, colors: Palette) -> None:
    """Draw the budget around the months; a month and its outline tell both, because either lies before the other."""
    budget = {fmt.month_short(m): f"Budget {fmt.month_year(m)}: {fmt.mio(v)}" for m, v in pairs(values, "budget")}
    told: dict[str, str] = {}
    for drawn in figure.data:
        told |= {x: f"{text}<br>{budget[x]}" for x, text in zip(drawn.x, drawn.hovertext, strict=True)}
        drawn.hovertext = [told[x] for x in drawn.x]
    figure.add_trace(_outline(values, [told[x] for x in values["x"]], colors))


def _outline(values: pd.DataFrame, told: list[str], colors: Palette) -> go.Bar:
    return go.Bar(
        x=values["x"],
        y=values["budget"] / fmt.MILLION,
        name="Korrigeret budget",
        width=AROUND,
        marker={"color": "rgba(0,0,0,0)", "line": {"color": colors.budget, "width": 1.5}},
        hovertext=told,
        hoverinfo="text",
    )
