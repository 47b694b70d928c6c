"""How many, at what price, who comes and goes, and on which step of the ladder."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.domain.activity_words import AHEAD, EARLY, LATE, VISIBLE, WHOLE_MONTH
from cockpit.ui.charts.rows import Rows, bar, from_zero
from cockpit.ui.charts.style import as_text, expected, house_style, legend, pairs, spread, year_axis
from cockpit.ui.theme import Palette

THOUSAND = 1000
_BUDGETED = {"person_years": "antal", "price": "pris"}  # what of the budget a line is: never money
_PARTLY = {"width": 2, "dash": "dot"}  # lighter and dotted: what is not whole


def level_lines(frame: pd.DataFrame, column: str, colors: Palette, *, decimals: int = 0) -> go.Figure:
    """Draw a level over the months: actual solid, forecast dashed with its 80 % band, budget a thin grey step.

    The axis need not begin at zero, because no bar is drawn: what is read is how the level moves.

    What is not whole, because the extract begins later or registrations are missing yet, is lighter and dotted.

    Args:
        frame: one key of `Prognosis.activity` with its `status`, in the unit that is to be read
        column: `person_years` (with band and late registrations) or `price`
    """
    budget = f"budget_{column}"
    actual, ahead = frame[frame["kind"] == "actual"], _ahead_of(frame, column)
    figure = go.Figure()
    if column == "person_years":
        figure.add_traces(_level_band(ahead, colors))
    step = {"color": colors.budget, "width": 1.5, "shape": "hvh"}
    figure.add_trace(_level(frame, budget, f"Budgettets {_BUDGETED[column]}", decimals, step))
    figure.add_trace(
        _level(ahead, "level", "Forventet", decimals, {"color": colors.actual, "width": 2.5, "dash": "dash"})
    )
    early, late = _early_of(actual), _late_of(actual, column)
    for part, name in ((early, "Kun dem, der stadig var i gang"), (late, "Registreret indtil nu")):
        if len(part):
            figure.add_trace(_level(part, column, name, decimals, _PARTLY | {"color": colors.previous}))
    whole = actual.iloc[max(len(early) - 1, 0) : len(actual) - max(len(late) - 1, 0)]
    figure.add_trace(_level(whole, column, "Faktisk", decimals, {"color": colors.actual, "width": 3.5}))
    _label_levels(figure, frame, column, decimals, colors)
    year_axis(figure, frame)
    figure = house_style(figure, colors, height=320, right=92)
    return figure.update_yaxes(showgrid=True, tickformat=",~r", nticks=6)


def volume_lines(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw how many are in force: `level_lines` of the person-years of one key of `Prognosis.activity`."""
    return level_lines(frame, "person_years", colors, decimals=1)


def price_lines(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw the price of a person-year in 1.000 kr.: `level_lines` of the prices of one key of `Prognosis.activity`."""
    prices = ["price", "budget_price"]
    return level_lines(frame.assign(**{name: frame[name] / THOUSAND for name in prices}), "price", colors)


def flow_columns(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw who comes (up) and who goes (down) each month: actual solid, what is not whole lighter, forecast hatched.

    Args:
        frame: `Prognosis.activity` of one key with its `status`
    """
    figure = go.Figure()
    both = {"ind": frame["entries"] + frame["moves_in"], "ud": -(frame["exits"] + frame["moves_out"])}
    for word, values in both.items():
        for status in _FLOWS:
            chosen = frame["status"] == status
            figure.add_trace(_flow_bars(frame[chosen], values[chosen], word, status, colors))
    top = max(float(values.abs().max()) for values in both.values()) or 1.0
    for word, height in (("▲ ind", 1.0), ("▼ ud", 0.0)):
        place = {"x": 1, "y": height, "xref": "paper", "yref": "paper", "xanchor": "left", "xshift": 8}
        figure.add_annotation(
            **place, text=f"<b>{word}</b>", showarrow=False, font={"color": colors.actual, "size": 13}
        )
    figure.update_layout(barmode="overlay", bargap=0.25)
    year_axis(figure, frame)
    ticks = _even_ticks(top)
    figure.update_yaxes(
        range=[-1.1 * top, 1.1 * top], tickvals=ticks, ticktext=[str(abs(tick)) for tick in ticks], showgrid=True,
        zeroline=True, zerolinewidth=2,
    )  # fmt: skip
    return house_style(figure, colors, height=300, right=56)


def ladder_bars(stock: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw the ladder, highest step on top: a year ago lighter, now solid, the end of the year hatched.

    Args:
        stock: `case_words.ladder_stock`
    """
    looks: dict[str, tuple[str, dict[str, object]]] = {
        "before": ("For et år siden", {"color": colors.previous}),
        "now": ("Nu", {"color": colors.actual}),
        "ahead": ("Ved årets udgang", expected(colors, 1)),
    }
    shown = [column for column in looks if stock[column].notna().any()]
    rows = Rows(list(map(as_text, stock["label"])), bars=len(shown))
    figure = go.Figure()
    for number, column in enumerate(shown):
        name, marker = looks[column]
        texts = [fmt.number(value, 1) for value in stock[column]]
        told = [f"{label}, {fmt.lower_first(name)}: {text}" for label, text in zip(stock["label"], texts, strict=True)]
        figure.add_trace(bar(stock[column], rows.places(number), rows.thickness, marker, texts, told, name=name))
    figure.update_layout(showlegend=True, legend=legend())
    from_zero(figure, float(stock[shown].max(axis=None)))
    return rows.finish(figure, colors, words_above=True)


def _ahead_of(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return what is expected, from the last month in which it is what is known; `level` is the expected value."""
    level = frame["expected"] if column == "person_years" else frame[column]
    late = (frame["expected"] - frame["person_years"]).abs() >= VISIBLE
    known = (frame["kind"] == "actual") & ~(late & (column == "person_years"))
    first = int(known.to_numpy().nonzero()[0].max(initial=0))
    from_there = frame.assign(level=level).iloc[first:]
    return from_there if len(from_there) > 1 else from_there.iloc[:0]


def _early_of(actual: pd.DataFrame) -> pd.DataFrame:
    """Return the months before the extract's own beginning, with the first whole one, which the line runs into."""
    early = int((actual["status"] == EARLY).sum())
    return actual.iloc[: early + 1] if early else actual.iloc[:0]


def _late_of(actual: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the newest months that registrations are missing of, with the last whole one; a price needs them less."""
    late = int((actual["status"] == LATE).sum()) if column == "person_years" else 0
    return actual.iloc[-late - 1 :] if late else actual.iloc[:0]


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
        hovertext=[f"{name} {fmt.month_year(m)}: {fmt.number(v, decimals)}" for m, v in pairs(frame, column)],
        hoverinfo="text",
    )


def _label_levels(figure: go.Figure, frame: pd.DataFrame, column: str, decimals: int, colors: Palette) -> None:
    last = frame.iloc[-1]
    registered = {LATE: "Registreret", AHEAD: "Forventet"} if column == "person_years" else {AHEAD: "Forventet"}
    word, name = registered.get(last["status"], "Faktisk"), f"Budgettets<br>{_BUDGETED[column]}"
    found = [(word, last[column], colors.actual), (name, last[f"budget_{column}"], colors.budget)]
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


def _even_ticks(top: float) -> list[int]:
    """Whole numbers on both sides of zero, at most three on each."""
    step = next(step for power in range(9) for step in (10**power, 2 * 10**power, 5 * 10**power) if top / step <= 3)
    return list(range(-3 * step, 3 * step + 1, step))


_FLOWS = {
    EARLY: "kun dem, der stadig var i gang",
    WHOLE_MONTH: "faktisk",
    LATE: "registreret indtil nu",
    AHEAD: "forventet",
}


def _flow_bars(frame: pd.DataFrame, values: pd.Series, word: str, status: str, colors: Palette) -> go.Bar:
    partly = {"color": colors.previous, "line": {"color": colors.previous, "width": 1}}
    markers = {
        EARLY: partly,
        WHOLE_MONTH: {"color": colors.actual, "line": {"color": colors.actual, "width": 1}},
        LATE: partly,
        AHEAD: expected(colors, 1),
    }
    decimals = 1 if status == AHEAD else 0
    return go.Bar(
        x=frame["month"],
        y=values,
        marker=markers[status],
        hovertext=[
            f"{fmt.month_year(m)}: {fmt.number(abs(v), decimals)} {word} ({_FLOWS[status]})"
            for m, v in zip(frame["month"], values, strict=True)
        ],
        hoverinfo="text",
    )
