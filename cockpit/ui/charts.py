"""Chart builders, one per kind of chart: a tidy frame in, a figure out.

The notation never changes: actual solid dark, forecast hatched or dashed, budget an outline or a thin grey step,
deviations red or green with sign and word. Amounts come in kr. and are drawn in mio. kr. The message stands in the
heading above a chart, not inside it.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.domain.bridge_words import is_nothing
from cockpit.domain.hit_rate import ARCHIVED, RECONSTRUCTED
from cockpit.domain.sentences import SOURCE_WORDS, overspend_word
from cockpit.ui.captions import short
from cockpit.ui.theme import FONT, Palette

BANDS = (("p2_5", "p97_5", "band_95"), ("p10", "p90", "band_80"), ("p25", "p75", "band_50"))
CONFIG = {"displayModeBar": False, "locale": "da", "scrollZoom": False}
ROW_HEIGHT = 34
THOUSAND = 1000
LATE_SEEN = 0.05  # person-months: less than the tables, with one decimal, can show
STEP_HEIGHT = 42  # a step has a second line: what happens
_EARLY = {"width": 2, "dash": "dot"}  # lighter and dotted: what is not whole
_SIDE_WORDS = ("◀ mindreforbrug", "merforbrug ▶")
MOST_NAMED_YEARS = 6
_GAIN_WORDS = ("◀ merudgift", "gevinst ▶")


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
    for low, high, band in BANDS:
        figure.add_traces(_band(ahead, low, high, getattr(colors, band)))
    figure.add_trace(_line(values, "budget", "Korrigeret budget", colors.budget, 1.5, shape="hvh"))
    if not ahead.empty:
        figure.add_trace(_line(ahead, "mean", "Forventet", colors.actual, 2.5, dash="dash"))
    figure.add_trace(_line(actual, "mean", "Forbrug", colors.actual, 3.5))
    _label_ends(figure, values, actual, colors)
    # A range of its own: the labels beside the last month stand in the margin and must not widen the axis.
    _month_axis(figure, months)
    figure.update_xaxes(range=[-0.3, len(months) - 0.7])
    figure.update_yaxes(rangemode="tozero", showgrid=True)
    return _house_style(figure, colors, height=400, right=92)


def landing(row: pd.Series, colors: Palette) -> go.Figure:
    """Draw where the year ends: the 95, 80 and 50 % bands, the forecast and the budget, on an axis of their own.

    The axis does not begin at zero, because no bar is drawn: what is read is the place of the marks.

    Args:
        row: one row of `Prognosis.rows`
    """
    figure = go.Figure()
    for (low, high, band), words in zip(BANDS, ("95", "80", "50"), strict=True):
        figure.add_trace(_landing_band(row, low, high, getattr(colors, band), words))
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
    return _house_style(figure, colors, height=150, top=4)


def deviation_bars(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw deviations as bars from the budget line, the largest first.

    Args:
        frame: `label` and `deviation` (kr.); rows without a deviation are left out
    """
    known = frame.dropna(subset=["deviation"])
    ordered = known.reindex(known["deviation"].abs().sort_values().index)
    labels, amounts = ordered["label"], ordered["deviation"].astype(float)
    figure = go.Figure(
        go.Bar(
            x=amounts / fmt.MILLION,
            y=[short(label) for label in labels],
            orientation="h",
            marker={"color": _deviation_colors(amounts, colors)},
            text=[fmt.millions(amount, signed=True) for amount in amounts],
            textposition="outside",
            cliponaxis=False,
            hovertext=[_deviation_hover(label, amount) for label, amount in zip(labels, amounts, strict=True)],
            hoverinfo="text",
        )
    )
    _side_axis(figure, amounts.to_numpy() / fmt.MILLION, _deviation_sides(colors))
    return _house_style(figure, colors, height=ROW_HEIGHT * len(ordered) + 70, top=34)


def waterfall(start: tuple[str, float], parts: pd.DataFrame, end: tuple[str, float], colors: Palette) -> go.Figure:
    """Draw a bridge as steps away from its start, so that small steps of large sums can be read.

    The zero line is the start itself; the last bar is the difference that the steps add up to.

    Args:
        start, end: label and amount in kr.
        parts: `label`, `cause` and `amount` (kr.), in order; they add up to end - start
    """
    amounts = parts["amount"].to_numpy(dtype=float)
    ends = np.cumsum(amounts)
    total = end[1] - start[1]
    steps = pd.Series([_two_lines(row["label"], row["cause"], colors) for _, row in parts.iterrows()], dtype=str)
    first, last = (_with_sum(label, amount, start[1]) for label, amount in (start, end))
    labels = [first, *steps, last]
    figure = go.Figure()
    hovers = [_deviation_hover(label, amount) for label, amount in zip(parts["label"], amounts, strict=True)]
    figure.add_trace(_steps(steps, amounts, ends - amounts, _deviation_colors(amounts, colors), hovers))
    figure.add_trace(_end_bar(last, total, _deviation_hover(end[0], total), colors))
    figure.update_yaxes(categoryorder="array", categoryarray=labels[::-1], range=[-0.6, len(labels) - 0.4])
    _side_axis(figure, np.concatenate([[0.0], ends, [total]]) / fmt.MILLION, _deviation_sides(colors))
    return _house_style(figure, colors, height=STEP_HEIGHT * len(labels) + 80, top=34)


def monthly_columns(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw a year month by month: actual solid, forecast hatched with its 80 % interval, budget as an outline.

    Args:
        frame: `Prognosis.months` of one key
    """
    months = [fmt.month_short(month) for month in frame["month"]]
    values = frame.assign(x=months)
    figure = go.Figure()
    for kind, name in (("actual", "Forbrug"), ("forecast", "Forventet")):
        figure.add_trace(_columns(values[values["kind"] == kind], name, colors, hatched=kind == "forecast"))
    if values["budget"].notna().any():
        figure.add_trace(_outline(values, colors))
    figure.update_layout(barmode="overlay", bargap=0.25, showlegend=True, legend=_legend())
    _month_axis(figure, months)
    figure.update_yaxes(rangemode="tozero", showgrid=True)
    return _house_style(figure, colors, height=360, top=44)


def year_columns(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw coming years as hatched columns with their 80 % interval.

    Args:
        frame: `Prognosis.outline_years` of one key, with the budget year first where it is wanted
    """
    values = frame.assign(x=frame["year"].astype(str))
    figure = go.Figure(_columns(values, "Forventet", colors, hatched=True))
    # The amounts stand below the years: on a hatched column they cannot be read, above it the interval is in the way.
    amounts = [f"{year}<br><b>{fmt.millions(mean)}</b>" for year, mean in zip(values["x"], values["mean"], strict=True)]
    figure.update_xaxes(type="category", tickvals=values["x"], ticktext=amounts)
    figure.update_yaxes(rangemode="tozero", showgrid=True)
    return _house_style(figure, colors, height=320)


def gain_columns(frame: pd.DataFrame, colors: Palette, reach: tuple[float, float] | None = None) -> go.Figure:
    """Draw what a scenario brings per year: hatched columns around zero with their 80 % interval.

    Args:
        frame: `year`, `mean`, `p10` and `p90`, kr.; positive is a gain
        reach: lowest and highest amount of the axis, kr., where charts stand side by side
    """
    values = frame.assign(x=frame["year"].astype(str))
    column = _columns(values, "Gevinst", colors, hatched=True)
    # A gain is the better side here, so the colours are those of the opposite deviation.
    column.marker.pattern.fgcolor = _deviation_colors(-values["mean"], colors)
    column.marker.line = {"color": _deviation_colors(-values["mean"], colors), "width": 1}
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
    return _house_style(figure, colors, height=300)


def gain_steps(parts: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw what each lever brings as steps from zero, and what they come to as the last bar; right of zero is a gain.

    Args:
        parts: `label`, `cause` and `amount` (kr.), in order
    """
    amounts = parts["amount"].to_numpy(dtype=float)
    ends = np.cumsum(amounts)
    steps = pd.Series([_two_lines(row["label"], row["cause"], colors) for _, row in parts.iterrows()], dtype=str)
    last = f"I alt<br><b>{fmt.millions(ends[-1], signed=True)}</b>"
    hovers = [f"{label}: {_gain_words(amount)}" for label, amount in zip(parts["label"], amounts, strict=True)]
    figure = go.Figure()
    figure.add_trace(_steps(steps, amounts, ends - amounts, _deviation_colors(-amounts, colors), hovers))
    figure.add_trace(_end_bar(last, ends[-1], f"I alt: {_gain_words(ends[-1])}", colors))
    labels = [*steps, last]
    figure.update_yaxes(categoryorder="array", categoryarray=labels[::-1], range=[-0.6, len(labels) - 0.4])
    sides = tuple(zip(_GAIN_WORDS, (colors.worse, colors.better), strict=True))
    _side_axis(figure, np.concatenate([[0.0], ends]) / fmt.MILLION, sides)
    return _house_style(figure, colors, height=STEP_HEIGHT * len(labels) + 80, top=34)


def _gain_words(amount: float) -> str:
    return f"{fmt.mio(amount, signed=True)} ({'gevinst' if amount > 0 else 'merudgift'})"


def cumulated_gain(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw what a scenario has brought in all, month by month, as a dashed line: all of it is forecast.

    Args:
        frame: `month` and `cumulated` (kr.)
    """
    values = frame.assign(x=[fmt.month_year(month) for month in frame["month"]])
    figure = go.Figure(_line(values, "cumulated", "Gevinst i alt", colors.actual, 2.5, dash="dash"))
    last = values.iloc[-1]
    text = fmt.millions(float(last["cumulated"]), signed=True)
    figure.add_annotation(**_beside(last["x"], float(last["cumulated"]), f"<b>{text}</b>", colors.actual))
    januaries = values[values["month"].str.endswith("-01")]
    every = 1 if len(januaries) <= MOST_NAMED_YEARS else 3
    shown = januaries.iloc[::every]
    texts = [f"jan.<br>{month[:4]}" for month in shown["month"]]
    figure.update_xaxes(
        type="category", tickvals=shown["x"], ticktext=texts, tickangle=0, range=[-0.3, len(values) - 0.7]
    )
    figure.update_yaxes(showgrid=True, zeroline=True)
    return _house_style(figure, colors, height=260, right=70)


def level_lines(frame: pd.DataFrame, column: str, colors: Palette, *, decimals: int = 0) -> go.Figure:
    """Draw a level over the months: actual solid, forecast dashed with its 80 % band, budget a thin grey step.

    The axis need not begin at zero, because no bar is drawn: what is read is how the level moves.

    Args:
        frame: one key of `Prognosis.activity`, in the unit that is to be read
        column: `person_years` (with band and late registrations) or `price`
    """
    budget = f"budget_{column}"
    actual, ahead = frame[frame["kind"] == "actual"], _ahead_of(frame, column)
    figure = go.Figure()
    if column == "person_years":
        figure.add_traces(_level_band(ahead, colors))
    figure.add_trace(_level(frame, budget, "Budget", decimals, {"color": colors.budget, "width": 1.5, "shape": "hvh"}))
    figure.add_trace(
        _level(ahead, "level", "Forventet", decimals, {"color": colors.actual, "width": 2.5, "dash": "dash"})
    )
    early, whole = _early_of(actual), actual[actual["complete"].astype(bool)]
    if len(early):
        line = _EARLY | {"color": colors.previous}
        figure.add_trace(_level(early, column, "Kun dem, der stadig var i gang", decimals, line))
    figure.add_trace(_level(whole, column, "Faktisk", decimals, {"color": colors.actual, "width": 3.5}))
    _label_levels(figure, frame, column, decimals, colors)
    _year_axis(figure, frame)
    figure = _house_style(figure, colors, height=320, right=92)
    return figure.update_yaxes(showgrid=True, tickformat=",~r", nticks=6)


def volume_lines(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw how many are in force: `level_lines` of the person-years of one key of `Prognosis.activity`."""
    return level_lines(frame, "person_years", colors, decimals=1)


def price_lines(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw the price of a person-year in 1.000 kr.: `level_lines` of the prices of one key of `Prognosis.activity`."""
    prices = ["price", "budget_price"]
    return level_lines(frame.assign(**{name: frame[name] / THOUSAND for name in prices}), "price", colors)


def flow_columns(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw who comes (up) and who goes (down) month by month: actual solid, forecast hatched.

    Args:
        frame: `Prognosis.activity` of one key
    """
    figure = go.Figure()
    both = {"ind": frame["entries"] + frame["moves_in"], "ud": -(frame["exits"] + frame["moves_out"])}
    whole = frame["complete"].astype(bool)
    for word, values in both.items():
        for kind, chosen in (
            ("ufuldstændig", ~whole),
            ("faktisk", whole & (frame["kind"] == "actual")),
            ("forventet", whole & (frame["kind"] == "forecast")),
        ):
            figure.add_trace(_flow_bars(frame[chosen], values[chosen], word, kind, colors))
    top = max(float(values.abs().max()) for values in both.values()) or 1.0
    for word, height in (("▲ ind", 1.0), ("▼ ud", 0.0)):
        place = {"x": 1, "y": height, "xref": "paper", "yref": "paper", "xanchor": "left", "xshift": 8}
        figure.add_annotation(
            **place, text=f"<b>{word}</b>", showarrow=False, font={"color": colors.actual, "size": 13}
        )
    figure.update_layout(barmode="overlay", bargap=0.25)
    _year_axis(figure, frame)
    ticks = _even_ticks(top)
    figure.update_yaxes(
        range=[-1.1 * top, 1.1 * top], tickvals=ticks, ticktext=[str(abs(tick)) for tick in ticks], showgrid=True,
        zeroline=True, zerolinewidth=2,
    )  # fmt: skip
    return _house_style(figure, colors, height=300, right=56)


def ladder_bars(stock: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw the ladder, highest step on top: a year ago lighter, now solid, the end of the year hatched.

    Args:
        stock: `case_words.ladder_stock`
    """
    parts = [label.partition(": ") for label in stock["label"]]
    labels = [_two_lines(step, name, colors) for step, _, name in parts]
    figure = go.Figure()
    kinds = {"before": "For et år siden", "now": "Nu", "ahead": "Ventet ved årets udgang"}
    for column in reversed([name for name in kinds if stock[name].notna().any()]):
        figure.add_trace(_stock_bars(labels, stock[column], kinds[column], column, colors))
    figure.update_layout(barmode="group", bargap=0.3, showlegend=True, legend=_legend() | {"traceorder": "reversed"})
    top = float(np.nanmax(stock[list(kinds)].to_numpy(dtype=float))) or 1.0
    figure.update_xaxes(range=[0, 1.15 * top], showticklabels=False)
    figure.update_yaxes(categoryorder="array", categoryarray=labels[::-1])
    return _house_style(figure, colors, height=62 * len(stock) + 70, top=44)


def _stock_bars(labels: list[str], values: pd.Series, name: str, column: str, colors: Palette) -> go.Bar:
    marker = {
        "before": {"color": colors.previous},
        "now": {"color": colors.actual},
        "ahead": {"color": colors.background, "line": {"color": colors.actual, "width": 1}, "pattern": _hatch(colors)},
    }[column]
    return go.Bar(
        x=values,
        y=labels,
        name=name,
        orientation="h",
        marker=marker,
        text=[fmt.number(value, 1) for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertext=[f"{name}: {fmt.number(value, 1)}" for value in values],
        hoverinfo="text",
    )


def effect_bars(effects: pd.DataFrame, column: str, span: tuple[float, float], colors: Palette) -> go.Figure:
    """Draw what volume, or price, does to the year, type by type in the order given.

    Args:
        effects: `label` and `column` (kr.)
        span: least and greatest amount (kr.) of all sibling charts, so that they share one scale
    """
    amounts = effects[column].astype(float)
    labels = [short(label) for label in effects["label"]]
    figure = go.Figure(
        go.Bar(
            x=amounts / fmt.MILLION,
            y=labels,
            orientation="h",
            marker={"color": _deviation_colors(amounts, colors)},
            text=[fmt.millions(amount, signed=True) for amount in amounts],
            textposition="outside",
            cliponaxis=False,
            hovertext=[_deviation_hover(label, amount) for label, amount in zip(labels, amounts, strict=True)],
            hoverinfo="text",
        )
    )
    _side_axis(figure, np.array(span) / fmt.MILLION, _deviation_sides(colors))
    figure.update_yaxes(categoryorder="array", categoryarray=labels[::-1])
    return _house_style(figure, colors, height=ROW_HEIGHT * len(effects) + 70, top=34)


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
    figure.update_layout(showlegend=True, legend=_legend())
    return _house_style(figure, colors, height=360, top=44).update_xaxes(zeroline=False)


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
        error_y=_whiskers(values, colors),
        hovertext=[_past_hover(row) for _, row in values.iterrows()],
        hoverinfo="text",
    )


def _past_hover(row: pd.Series) -> str:
    return (
        f"{fmt.month_year(row['as_of'])}: ventet {fmt.mio(row['mean'])} (80{fmt.NBSP}%: {fmt.millions(row['p10'])} til "
        f"{fmt.millions(row['p90'])}), blev {fmt.mio(row['outturn'])}; {SOURCE_WORDS[row['source']]}"
    )


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
    return _house_style(figure, colors, height=ROW_HEIGHT * len(ordered) + 50)


def error_pairs(rows: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw how far the forecast has missed each row, hatched, and its best rule of thumb, lighter.

    Args:
        rows: `hit_rate.by_row`
    """
    labels = [short(label) for label in rows["label"]]
    figure = go.Figure()
    hatch = {"color": colors.background, "line": {"color": colors.actual, "width": 1}, "pattern": _hatch(colors)}
    for name, column, marker in (
        ("Bedste håndregel", "best_rival_error", {"color": colors.previous}),
        ("Prognosen", "error", hatch),
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
    figure.update_layout(barmode="group", bargap=0.3, showlegend=True, legend=_legend() | {"traceorder": "reversed"})
    top = float(rows[["error", "best_rival_error"]].astype(float).max(axis=None)) or 1.0
    figure.update_xaxes(range=[0, 1.15 * top / fmt.MILLION], showticklabels=False)
    figure.update_yaxes(categoryorder="array", categoryarray=labels[::-1])
    return _house_style(figure, colors, height=44 * len(rows) + 70, top=44)


def _rule_bar(rows: pd.DataFrame, colors: Palette, *, hatched: bool) -> go.Bar:
    hatch = {"color": colors.background, "line": {"color": colors.actual, "width": 1.5}, "pattern": _hatch(colors)}
    return go.Bar(
        x=rows["error"] / fmt.MILLION,
        y=rows["label"],
        orientation="h",
        marker=hatch if hatched else {"color": colors.previous},
        text=[fmt.millions(amount) for amount in rows["error"]],
        textposition="outside",
        cliponaxis=False,
        hovertext=[f"{row['label']}: {fmt.mio(row['error'])} ved siden af" for _, row in rows.iterrows()],
        hoverinfo="text",
    )


def spread(values: list[float], gap: float) -> list[float]:
    """Move labels apart until neighbours stand at least `gap` from each other, keeping their order."""
    order = np.argsort(values, kind="stable")
    placed = np.array(values, dtype=float)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + gap)
    return placed.tolist()


def _ahead_of(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return what is expected, from the last month in which it is what is known; `level` is the expected value."""
    level = frame["expected"] if column == "person_years" else frame[column]
    late = (frame["expected"] - frame["person_years"]).abs() >= LATE_SEEN
    known = (frame["kind"] == "actual") & ~(late & (column == "person_years"))
    first = int(known.to_numpy().nonzero()[0].max(initial=0))
    from_there = frame.assign(level=level).iloc[first:]
    return from_there if len(from_there) > 1 else from_there.iloc[:0]


def _early_of(actual: pd.DataFrame) -> pd.DataFrame:
    """Return the months before the extract's own beginning, with the first whole one, which the line runs into."""
    early = int((~actual["complete"].astype(bool)).sum())
    return actual.iloc[: early + 1] if early else actual.iloc[:0]


def _level_band(ahead: pd.DataFrame, colors: Palette) -> list[go.Scatter]:
    edge = {"x": ahead["month"], "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    low, high = (ahead[name].fillna(ahead["level"]) for name in ("p10", "p90"))
    return [go.Scatter(y=low, **edge), go.Scatter(y=high, fill="tonexty", fillcolor=colors.band_80, **edge)]


def _level(frame: pd.DataFrame, column: str, name: str, decimals: int, line: dict[str, object]) -> go.Scatter:
    return go.Scatter(
        x=frame["month"],
        y=frame[column],
        name=name,
        mode="lines",
        line=line,
        hovertext=[f"{name} {fmt.month_year(m)}: {fmt.number(v, decimals)}" for m, v in _pairs(frame, column)],
        hoverinfo="text",
    )


def _label_levels(figure: go.Figure, frame: pd.DataFrame, column: str, decimals: int, colors: Palette) -> None:
    last = frame.iloc[-1]
    word = "Forventet" if last["kind"] == "forecast" else "Faktisk"
    found = [(word, last[column], colors.actual), ("Budget", last[f"budget_{column}"], colors.budget)]
    found = [entry for entry in found if not fmt.is_absent(entry[1])]
    every = frame[[column, f"budget_{column}", *(["p10", "p90"] if column == "person_years" else [])]]
    values = every.to_numpy(dtype=float)
    room = float(np.nanmax(values) - np.nanmin(values)) or 1.0
    heights = spread([float(amount) for _, amount, _ in found], gap=room * 0.2)
    for (name, amount, color), height in zip(found, heights, strict=True):
        text = f"<b>{name}</b><br>{fmt.number(amount, decimals)}"
        figure.add_annotation(
            x=last["month"], y=height, xanchor="left", xshift=8, showarrow=False, text=text, align="left",
            font={"color": color, "size": 13},
        )  # fmt: skip


def _month_axis(figure: go.Figure, months: list[str]) -> None:
    """Months of one year: every second is named, so that a phone has room for the names without turning them."""
    figure.update_xaxes(categoryorder="array", categoryarray=months, tickvals=months[::2], tickangle=0)


def _year_axis(figure: go.Figure, frame: pd.DataFrame) -> None:
    """Months of several years: every half-year is named, so that a phone has room for the names."""
    months = frame["month"].tolist()
    named = [month for month in months if month.endswith(("-01", "-07"))]
    texts = [f"{fmt.month_short(month)}<br>{month[:4]}" for month in named]
    figure.update_xaxes(
        type="category", categoryorder="array", categoryarray=months, tickvals=named, ticktext=texts, tickangle=0
    )
    # Fixed, because the labels beside the last month would else widen the axis and leave half of a phone empty.
    figure.update_xaxes(range=[-0.5, len(months) - 0.5])


def _even_ticks(top: float) -> list[int]:
    """Whole numbers on both sides of zero, at most three on each."""
    step = next(step for power in range(9) for step in (10**power, 2 * 10**power, 5 * 10**power) if top / step <= 3)
    return list(range(-3 * step, 3 * step + 1, step))


def _flow_bars(frame: pd.DataFrame, values: pd.Series, word: str, kind: str, colors: Palette) -> go.Bar:
    edge = {"color": colors.actual, "width": 1}
    markers = {
        "faktisk": {"color": colors.actual, "line": edge},
        "forventet": {"color": colors.background, "line": edge, "pattern": _hatch(colors)},
        "ufuldstændig": {"color": colors.previous, "line": edge | {"color": colors.previous}},
    }
    decimals = 1 if kind == "forventet" else 0
    return go.Bar(
        x=frame["month"],
        y=values,
        marker=markers[kind],
        hovertext=[
            f"{fmt.month_year(m)}: {fmt.number(abs(v), decimals)} {word} ({kind})"
            for m, v in zip(frame["month"], values, strict=True)
        ],
        hoverinfo="text",
    )


def _from_last_actual(values: pd.DataFrame) -> pd.DataFrame:
    """Return the forecast months with the last actual month before them, where the bands have no width."""
    ahead = values[values["kind"] == "forecast"]
    last = values[values["kind"] == "actual"].tail(1)
    quantiles = [name for low, high, _ in BANDS for name in (low, high)]
    return pd.concat([last.assign(**dict.fromkeys(quantiles, last["mean"])), ahead]) if len(ahead) else ahead


def _band(values: pd.DataFrame, low: str, high: str, color: str) -> list[go.Scatter]:
    edge = {"x": values["x"], "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    return [
        go.Scatter(y=values[low] / fmt.MILLION, **edge),
        go.Scatter(y=values[high] / fmt.MILLION, fill="tonexty", fillcolor=color, **edge),
    ]


def _landing_band(row: pd.Series, low: str, high: str, color: str, percent: str) -> go.Bar:
    start, end = float(row[low]), float(row[high])
    return go.Bar(
        base=start / fmt.MILLION,
        x=[(end - start) / fmt.MILLION],
        y=[0],
        width=0.9,
        orientation="h",
        marker={"color": color, "line": {"width": 0}},
        hovertext=f"{percent}{fmt.NBSP}%: {fmt.millions(start)} til {fmt.mio(end)}",
        hoverinfo="text",
    )


def _mark(amount: float, reach: float, width: float, color: str) -> go.Scatter:
    place = {"x": [amount / fmt.MILLION] * 2, "y": [-reach, reach]}
    return go.Scatter(**place, mode="lines", line={"color": color, "width": width}, hoverinfo="skip")


def _mark_label(name: str, amount: float, anchor: str, height: float, color: str) -> dict[str, object]:
    place = {"x": amount / fmt.MILLION, "y": height, "yanchor": anchor, "showarrow": False}
    return {**place, "text": f"<b>{name} {fmt.millions(amount)}</b>", "font": {"color": color, "size": 13}}


def _line(
    values: pd.DataFrame,
    column: str,
    name: str,
    color: str,
    width: float,
    *,
    dash: str = "solid",
    shape: str = "linear",
) -> go.Scatter:
    return go.Scatter(
        x=values["x"],
        y=values[column] / fmt.MILLION,
        name=name,
        mode="lines+markers" if len(values) == 1 else "lines",
        line={"color": color, "width": width, "dash": dash, "shape": shape},
        hovertext=[f"{name} til og med {fmt.month_year(m)}: {fmt.mio(v)}" for m, v in _pairs(values, column)],
        hoverinfo="text",
    )


def _pairs(values: pd.DataFrame, column: str) -> list[tuple[str, float]]:
    return list(zip(values["month"], values[column].astype(float), strict=True))


def _label_ends(figure: go.Figure, values: pd.DataFrame, actual: pd.DataFrame, colors: Palette) -> None:
    """Name the lines where they end, to the right of the plot, so that no legend is needed."""
    last = values.iloc[-1]
    found = [("Forventet", float(last["mean"]), colors.actual), ("Budget", float(last["budget"]), colors.budget)]
    found = [entry for entry in found if not fmt.is_absent(entry[1])]
    top = float(np.nanmax(values[["p97_5", "mean", "budget"]].to_numpy(dtype=float))) or 1.0
    heights = spread([amount for _, amount, _ in found], gap=top * 0.13)
    for (name, amount, color), height in zip(found, heights, strict=True):
        text = f"<b>{name}</b><br>{fmt.millions(amount)}"
        figure.add_annotation(_beside(last["x"], height, text, color))
    if 0 < len(actual) < len(values):
        figure.add_annotation(_at_last_actual(actual.iloc[-1], top, colors))


def _beside(x: str, amount: float, text: str, color: str) -> dict[str, object]:
    place = {"x": x, "y": amount / fmt.MILLION, "xanchor": "left", "xshift": 8, "showarrow": False}
    return {**place, "text": text, "align": "left", "font": {"color": color, "size": 13}}


def _at_last_actual(row: pd.Series, top: float, colors: Palette) -> dict[str, object]:
    """Name the actual above the rising line: to its left where there is room, early in the year right above it."""
    text = f"<b>Forbrug</b><br>{fmt.millions(row['mean'])}"
    aside = -40 if row["mean"] > 0.3 * top else 14
    place = {"x": row["x"], "y": row["mean"] / fmt.MILLION, "ax": aside, "ay": -44, "arrowhead": 0}
    style = {"arrowcolor": colors.budget, "arrowwidth": 1, "font": {"color": colors.actual, "size": 13}}
    return {**place, **style, "text": text, "showarrow": True}


def _deviation_colors(amounts: pd.Series | np.ndarray, colors: Palette) -> list[str]:
    return [colors.worse if amount > 0 else colors.better for amount in amounts]


def _deviation_hover(label: str, amount: float) -> str:
    return f"{label}: {fmt.mio(amount, signed=True)} ({overspend_word(amount)})"


def _side_axis(figure: go.Figure, values: np.ndarray, sides: Sequence[tuple[str, str]]) -> None:
    """Give signed steps room for their labels on both sides, a zero line, and a word on each side of it.

    Args:
        sides: word and colour of what lies left of zero, and right of it; see `_deviation_sides`
    """
    low, high = min(0.0, *values), max(0.0, *values)
    room = 0.3 * ((high - low) or 1.0)
    # Where nothing lies left of zero, a phone needs the room on the right.
    left = room if low < 0 else 0.2 * room
    figure.update_xaxes(range=[low - left, high + room], showticklabels=False, zeroline=True, zerolinewidth=2)
    for (word, color), anchor in zip(sides, ("right", "left"), strict=True):
        shift = -8 if anchor == "right" else 8
        wanted = low < 0 if anchor == "right" else high > 0
        if wanted:
            place = {"x": 0, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": anchor, "xshift": shift}
            figure.add_annotation(**place, text=word, showarrow=False, font={"color": color, "size": 13})


def _deviation_sides(colors: Palette) -> Sequence[tuple[str, str]]:
    return tuple(zip(_SIDE_WORDS, (colors.better, colors.worse), strict=True))


def _two_lines(label: str, cause: str, colors: Palette) -> str:
    """Name a step, and below it what happens."""
    return f'{label}<br><span style="font-size:11px;color:{colors.muted}">{cause}</span>'


def _steps(
    labels: pd.Series, amounts: np.ndarray, bases: np.ndarray, shades: list[str], hovers: list[str]
) -> go.Bar:
    return go.Bar(
        x=amounts / fmt.MILLION,
        base=bases / fmt.MILLION,
        y=labels,
        orientation="h",
        marker={"color": shades},
        text=[fmt.millions(amount, signed=True) for amount in amounts],
        textposition="outside",
        cliponaxis=False,
        hovertext=hovers,
        hoverinfo="text",
    )


def _end_bar(place: str, difference: float, hover: str, colors: Palette) -> go.Bar:
    return go.Bar(
        x=[difference / fmt.MILLION],
        y=[place],
        orientation="h",
        marker={"color": colors.background, "line": {"color": colors.actual, "width": 1.5}, "pattern": _hatch(colors)},
        hovertext=[hover],
        hoverinfo="text",
    )


def _with_sum(label: str, amount: float, start: float) -> str:
    """An end of the bridge with its sum below its name, where no bar can lie over it."""
    difference = amount - start
    text = f"{label}<br><b>{fmt.millions(amount)}</b>"
    return text if is_nothing(difference) else f"{text} ({fmt.millions(difference, signed=True)})"


def _columns(values: pd.DataFrame, name: str, colors: Palette, *, hatched: bool) -> go.Bar:
    amounts = values["mean"].astype(float)
    solid = {"color": colors.actual, "line": {"color": colors.actual, "width": 1.5}}
    hatch = {"color": colors.background, "line": {"color": colors.actual, "width": 1.5}, "pattern": _hatch(colors)}
    return go.Bar(
        x=values["x"],
        y=amounts / fmt.MILLION,
        name=name,
        marker=hatch if hatched else solid,
        error_y=_whiskers(values, colors) if hatched else None,
        hovertext=[_column_hover(name, row) for _, row in values.iterrows()],
        hoverinfo="text",
    )


def _column_hover(name: str, row: pd.Series) -> str:
    when = fmt.month_year(row["month"]) if "month" in row else str(row["year"])
    text = f"{name} {when}: {fmt.mio(row['mean'])}"
    if fmt.is_absent(row["p10"]) or row["p10"] == row["p90"]:
        return text
    return f"{text} (80{fmt.NBSP}%: {fmt.millions(row['p10'])} til {fmt.millions(row['p90'])})"


def _outline(values: pd.DataFrame, colors: Palette) -> go.Bar:
    return go.Bar(
        x=values["x"],
        y=values["budget"] / fmt.MILLION,
        name="Korrigeret budget",
        width=0.9,
        marker={"color": "rgba(0,0,0,0)", "line": {"color": colors.budget, "width": 1.5}},
        hovertext=[f"Budget {fmt.month_year(m)}: {fmt.mio(v)}" for m, v in _pairs(values, "budget")],
        hoverinfo="text",
    )


def _whiskers(values: pd.DataFrame, colors: Palette) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": (values["p90"] - values["mean"]).clip(lower=0) / fmt.MILLION,
        "arrayminus": (values["mean"] - values["p10"]).clip(lower=0) / fmt.MILLION,
        "color": colors.accent,
        "thickness": 2,
        "width": 4,
    }


def _hatch(colors: Palette) -> dict[str, object]:
    return {"shape": "/", "fgcolor": colors.actual, "bgcolor": colors.background, "size": 6, "solidity": 0.35}


def _legend() -> dict[str, object]:
    return {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False, "itemdoubleclick": False}


def _house_style(figure: go.Figure, colors: Palette, *, height: int, top: int = 12, right: int = 16) -> go.Figure:
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
