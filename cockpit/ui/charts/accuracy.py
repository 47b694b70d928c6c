"""How near past forecasts and rules of thumb came."""

import pandas as pd
import plotly.graph_objects as go

from cockpit.domain import format as fmt
from cockpit.domain.hit_rate import ARCHIVED, RECONSTRUCTED
from cockpit.domain.sentences import SOURCE_WORDS
from cockpit.ui.captions import short
from cockpit.ui.charts.rows import Rows, bar, from_zero
from cockpit.ui.charts.style import as_text, expected, house_style, legend, whiskers
from cockpit.ui.theme import Palette

YEAR_AWAY = 9  # pixels from the cap of a bar to the middle of its year
YEAR_ROOM = 0.1  # of the bars' height: what the years need beyond them
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
    _name_years(figure, origins.assign(x=places), colors)
    figure.update_layout(showlegend=True, legend=legend())
    return house_style(figure, colors, height=360, top=44).update_xaxes(zeroline=False)


def rule_bars(frame: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw how far the forecast and the rules of thumb have missed, the nearest first.

    Args:
        frame: `label`, `error` (kr.) and `is_forecast`; the forecast is hatched, as everywhere
    """
    ordered = frame.sort_values("error")
    rows = Rows(list(ordered["label"]))
    figure = go.Figure()
    for place, (_, row) in zip(rows.places(), ordered.iterrows(), strict=True):
        looks = expected(colors) if row["is_forecast"] else {"color": colors.previous}
        texts = [fmt.millions(row["error"])], [f"{row['label']}: {fmt.mio(row['error'])} ved siden af"]
        figure.add_trace(bar([row["error"] / fmt.MILLION], [place], rows.thickness, looks, *texts))
    return rows.finish(from_zero(figure, float(ordered["error"].max()) / fmt.MILLION), colors)


def error_pairs(rows: pd.DataFrame, colors: Palette) -> go.Figure:
    """Draw how far the forecast has missed each row, hatched, and its best rule of thumb, lighter.

    Args:
        rows: `hit_rate.by_row`
    """
    names = Rows([as_text(short(label)) for label in rows["label"]], bars=2)
    figure = go.Figure()
    both: tuple[tuple[str, str, dict[str, object]], ...] = (
        ("Prognosen", "error", expected(colors, 1)),
        ("Bedste håndregel", "best_rival_error", {"color": colors.previous}),
    )
    for number, (name, column, looks) in enumerate(both):
        amounts = rows[column].astype(float)
        texts = [fmt.millions(amount) for amount in amounts]
        told = [f"{name}: {fmt.mio(amount)} ved siden af" for amount in amounts]
        places = names.places(number)
        figure.add_trace(bar(amounts / fmt.MILLION, places, names.thickness, looks, texts, told, name=name))
    figure.update_layout(showlegend=True, legend=legend())
    from_zero(figure, float(rows[["error", "best_rival_error"]].astype(float).max(axis=None)) / fmt.MILLION)
    return names.finish(figure, colors, words_above=True)


def _name_years(figure: go.Figure, values: pd.DataFrame, colors: Palette) -> None:
    """Name each forecast's year beyond its bar, away from the zero line, in two figures: nine bars stand close."""
    low, high = ((values[name] - values["outturn"]) / fmt.MILLION for name in ("p10", "p90"))
    for x, below, above, year in zip(values["x"], low, high, values["year"], strict=True):
        is_up = above >= 0
        figure.add_annotation(
            x=x,
            y=above if is_up else below,
            yshift=YEAR_AWAY if is_up else -YEAR_AWAY,
            text=f"’{year % 100:02d}",
            font={"color": colors.muted, "size": 12},
            showarrow=False,
        )
    room = YEAR_ROOM * (high.max() - low.min())
    figure.update_yaxes(range=[min(low.min(), 0) - room, max(high.max(), 0) + room])


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
