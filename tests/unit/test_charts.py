"""The notation: actual solid, forecast hatched or dashed, budget an outline, bars from zero, never colour alone."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from cockpit.domain.prognosis import QUANTILES
from cockpit.ui import captions, charts
from cockpit.ui.theme import DARK, LIGHT, Palette

MIO = 1e6
THEMES = pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])


@pytest.fixture
def months() -> pd.DataFrame:
    """Four months of one account: two booked, two ahead."""
    return pd.DataFrame(
        {
            "month": ["2025-01", "2025-02", "2025-03", "2025-13"],
            "kind": ["actual", "actual", "forecast", "forecast"],
            "budget": [10 * MIO] * 4,
            "mean": [9 * MIO, 12 * MIO, 11 * MIO, 2 * MIO],
            "p10": [np.nan, np.nan, 10 * MIO, 1 * MIO],
            "p90": [np.nan, np.nan, 13 * MIO, 3 * MIO],
        }
    )


@pytest.fixture
def fan(months: pd.DataFrame) -> pd.DataFrame:
    """The same four months cumulated, with bands that widen."""
    mean = months["mean"].cumsum()
    spread = pd.Series([0, 0, 1 * MIO, 2 * MIO])
    bands = {name: mean + spread * (share - 0.5) for name, share in QUANTILES.items()}
    return pd.DataFrame({**months[["month", "kind"]], "budget": months["budget"].cumsum(), "mean": mean, **bands})


@pytest.fixture
def deviations() -> pd.DataFrame:
    """One over, one under, one that nobody budgeted."""
    keys, labels = ["institution", "residential_home", "secure"], ["Døgninstitution", "Opholdssted", "Sikret"]
    return pd.DataFrame({"key": keys, "label": labels, "deviation": [5.7e6, -3.9e6, np.nan]})


def named(figure: go.Figure, name: str) -> go.Bar | go.Scatter:
    """The one trace of a name."""
    return next(trace for trace in figure.data if trace.name == name)


def notes_of(figure: go.Figure) -> list[str]:
    """What is written on a figure, in the order it was put there."""
    return [note.text for note in figure.layout.annotations]


def test_a_name_stands_above_its_bar_and_no_row_lies_over_another() -> None:
    """Names take no room beside the bars, however long they are: a phone is 358 pixels wide."""
    causes = ["flere", "slutdatoer, som ikke kendes for den tidligere måned"]
    parts = pd.DataFrame({"label": ["Mængde", "Ukendte slutdatoer"], "cause": causes, "amount": [2e6, -5e6]})
    figure = charts.movement(("Juli", 100e6), parts, ("August", 97e6), LIGHT)
    names = figure.layout.annotations[2:-1]
    places = [place for trace in figure.data for place in trace.y]
    reach = figure.data[0].width / 2
    lines = [name.text.count("<br>") + 1 for name in names]
    assert lines == [1, 2, 1]
    for name, count, place in zip(names, lines, places, strict=True):
        assert (name.x, name.xref, name.xanchor) == (0, "paper", "left")
        assert name.y - place - reach >= 16 * count, "the letters of a name have their lines to themselves"
    assert all(above - reach > below.y for above, below in zip(places, names[1:], strict=False))
    assert figure.layout.margin.l < 10


@THEMES
def test_columns_are_solid_hatched_and_outlined(months: pd.DataFrame, colors: Palette) -> None:
    """The three kinds can be told apart in black and white."""
    figure = charts.monthly_columns(months, colors)
    actual, forecast, budget = (named(figure, name) for name in ("Forbrug", "Forventet", "Korrigeret budget"))
    assert actual.marker.color == colors.actual
    assert actual.marker.pattern.shape is None
    assert forecast.marker.pattern.shape == "/"
    assert budget.marker.color == "rgba(0,0,0,0)"
    assert budget.marker.line.color == colors.budget


def test_columns_begin_at_zero_and_are_in_millions_of_the_right_months(months: pd.DataFrame) -> None:
    """Actual and forecast share the months between them, the supplement period last."""
    figure = charts.monthly_columns(months, LIGHT)
    assert figure.layout.yaxis.rangemode == "tozero"
    assert list(figure.layout.xaxis.categoryarray) == ["jan", "feb", "mar", "Supp"]
    assert list(named(figure, "Forbrug").y) == [9, 12]
    assert list(named(figure, "Forventet").y) == [11, 2]
    assert list(named(figure, "Forventet").error_y.array) == [2, 1]


def test_pointing_at_a_month_tells_forecast_and_budget_whichever_is_hit(months: pd.DataFrame) -> None:
    """The outline lies before a month that it is higher than, and would hide what is expected of it."""
    figure = charts.monthly_columns(months, LIGHT)
    forecast, outline = named(figure, "Forventet").hovertext[0], named(figure, "Korrigeret budget").hovertext[2]
    assert forecast == outline
    assert [line.split("\u00a0")[0] for line in forecast.split("<br>")] == ["Forventet mar.", "Budget mar."]


def test_without_a_budget_no_outline_is_drawn(months: pd.DataFrame) -> None:
    """An absent budget is not a budget of zero."""
    figure = charts.monthly_columns(months.assign(budget=np.nan), LIGHT)
    assert {trace.name for trace in figure.data} == {"Forbrug", "Forventet"}


def test_the_fan_begins_at_the_last_actual_and_the_forecast_is_dashed(fan: pd.DataFrame) -> None:
    """What is booked has no band; the cumulated budget runs from month end to month end, as what is held against it."""
    figure = charts.fan(fan, LIGHT)
    forecast, actual, budget = (named(figure, name) for name in ("Forventet", "Forbrug", "Korrigeret budget"))
    assert (forecast.line.dash, actual.line.dash, budget.line.dash) == ("dash", "solid", "solid")
    assert budget.line.shape != "hvh"
    assert budget.line.width < actual.line.width
    assert list(forecast.x) == ["feb", "mar", "Supp"]
    bands = [trace for trace in figure.data if trace.fill == "tonexty"]
    assert len(bands) == 3
    assert all(upper.y[0] == pytest.approx(21) for upper in bands)


def test_the_fan_of_a_finished_year_has_no_forecast(fan: pd.DataFrame) -> None:
    """Nothing ahead, nothing dashed, no error."""
    figure = charts.fan(fan.assign(kind="actual"), LIGHT)
    assert "Forventet" not in {trace.name for trace in figure.data}


@THEMES
def test_deviations_have_sign_and_word_besides_colour(deviations: pd.DataFrame, colors: Palette) -> None:
    """Colour is never the only carrier; a row without budget is left to the table."""
    figure = charts.deviation_bars(deviations, colors)
    bars = figure.data[0]
    assert list(bars.text) == ["+5,7", "−3,9"]
    assert list(bars.marker.color) == [colors.worse, colors.better]
    assert notes_of(figure) == ["◀ mindreforbrug", "merforbrug ▶", "Døgninstitution", "Opholdssted"]
    assert figure.layout.xaxis.range[0] < 0 < figure.layout.xaxis.range[1]


def test_no_name_cuts_the_zero_line_and_what_is_written_as_nothing_is_no_sliver() -> None:
    """Zero stands beside each row's bar and leaves the line of the name free; 0,0 has neither length nor side."""
    names = ["Netværkspleje", "Familiebehandling", "Kontaktperson"]
    rows = pd.DataFrame({"label": names, "deviation": [9e6, -4e6, -4e4]})
    figure = charts.deviation_bars(rows, LIGHT)
    bars = figure.data[0]
    assert (bars.x[2], bars.text[2]) == (0, "0,0")
    assert not figure.layout.xaxis.zeroline
    for mark, place, name in zip(figure.layout.shapes, bars.y, figure.layout.annotations[2:], strict=True):
        assert mark.y0 > place > mark.y1
        assert name.y - 16 >= mark.y0


def test_a_bridge_to_what_is_booked_ends_in_a_solid_bar() -> None:
    """Hatched is what is expected, and nothing of the year to date is."""
    parts = pd.DataFrame({"label": ["Mængde"], "cause": ["flere"], "amount": [6e6]})
    figure = charts.waterfall_to_booked(("Periodiseret", 130e6), parts, ("Forbrug", 136e6), LIGHT)
    end = figure.data[1]
    assert (end.marker.color, end.marker.pattern.shape) == (LIGHT.actual, None)


def test_zero_does_not_strike_the_amount_of_a_step_down_that_ends_near_it() -> None:
    """No bar lies left of zero, but the amount of the second one does: the axis begins there, and zero is not drawn."""
    parts = pd.DataFrame({"label": ["Pris", "Mængde", "Refusion"], "cause": "", "amount": [0.8e6, -0.6e6, 2.0e6]})
    figure = charts.waterfall(("Juli", 100e6), parts, ("August", 102.2e6), LIGHT)
    assert figure.layout.xaxis.range[0] < 0
    assert not figure.layout.xaxis.zeroline
    lines = [(shape.y0, shape.y1) for shape in figure.layout.shapes if shape.type == "line"]
    second = figure.data[0].y[1]
    assert lines
    assert not any(bottom <= second <= top for top, bottom in lines)
    clear = charts.waterfall(("Juli", 100e6), parts.assign(amount=[8e6, -0.6e6, 2e6]), ("August", 109.4e6), LIGHT)
    assert clear.layout.xaxis.zeroline
    assert clear.layout.xaxis.range[0] == 0


def test_the_waterfall_adds_up_to_its_ends() -> None:
    """Each bar begins where the one before ended; the last is the whole difference, hatched as a forecast is."""
    causes = ["færre helårspersoner", "højere enhedspriser"]
    parts = pd.DataFrame({"label": ["Mængde", "Pris"], "cause": causes, "amount": [-2e6, 5e6]})
    figure = charts.waterfall(("Budget", 100e6), parts, ("Forventet", 103e6), LIGHT)
    steps, end = figure.data
    *_, volume, price, last, first = notes_of(figure)
    assert all(cause in name for cause, name in zip(causes, (volume, price), strict=True))
    assert (first, last) == ("Budget  <b>100,0</b>", "Forventet  <b>103,0</b> (+3,0)")
    assert list(steps.base) == [0, -2]
    assert [base + length for base, length in zip(steps.base, steps.x, strict=True)] == [-2, 3]
    assert list(end.x) == [3]
    assert end.marker.pattern.shape == "/"


def test_what_moves_between_two_months_is_lower_or_higher_and_no_overspend() -> None:
    """A forecast that falls is not below any budget for it."""
    parts = pd.DataFrame({"label": ["Tilgang", "Afgang"], "cause": ["nye", "stoppet"], "amount": [5e6, -7e6]})
    figure = charts.movement(("Juli", 100e6), parts, ("August", 98e6), LIGHT)
    assert notes_of(figure)[:2] == ["◀ lavere", "højere ▶"]
    assert not any("forbrug" in text for text in figure.data[0].hovertext)


def test_months_that_registrations_are_missing_of_stand_lighter_in_level_and_flows() -> None:
    """They would look like a fall, and the months ahead like an explosion."""
    months = [f"2026-0{month}" for month in range(1, 6)]
    counts = dict.fromkeys(("entries", "moves_in", "exits", "moves_out"), 2.0)
    frame = pd.DataFrame({"month": months, "kind": ["actual"] * 4 + ["forecast"], "person_years": 50.0, **counts})
    status = ["actual", "actual", "late", "late", "forecast"]
    frame = frame.assign(status=status, expected=[50, 50, 52, 55, 56], p10=54, p90=57, budget_person_years=np.nan)
    level, flows = charts.volume_lines(frame, LIGHT), charts.flow_columns(frame, LIGHT)
    late, whole = named(level, "Registreret indtil nu"), named(level, "Faktisk")
    assert (list(whole.x), list(late.x)) == (months[:2], months[1:4])
    assert (late.line.color, late.line.dash) == (LIGHT.previous, "dot")
    looks = {month: bar.marker.color for bar in flows.data for month in bar.x}
    assert [looks[month] for month in months[:4]] == [LIGHT.actual] * 2 + [LIGHT.previous] * 2


def test_the_landing_shows_budget_and_forecast_in_the_bands() -> None:
    """The bands lie inside each other, and both marks are named with their amounts."""
    row = pd.Series({"mean": 106.2e6, "budget_revised": 100e6, "p2_5": 98e6, "p10": 102e6, "p25": 104e6, "p75": 108e6,
                     "p90": 110e6, "p97_5": 113e6})  # fmt: skip
    figure = charts.landing(row, LIGHT)
    bands = [(bar.base, bar.base + bar.x[0]) for bar in figure.data if bar.type == "bar"]
    assert bands == [(98, 113), (102, 110), (104, 108)]
    assert [note.text for note in figure.layout.annotations] == ["<b>Forventet 106,2</b>", "<b>Budget 100,0</b>"]
    (told,) = {bar.hovertext for bar in figure.data if bar.type == "bar"}
    assert [line.split(":")[0] for line in told.split("<br>")] == [f"{percent}\u00a0%" for percent in (50, 80, 95)]


def test_the_coming_years_are_a_forecast() -> None:
    """Hatched, from zero, with the amount under each year."""
    years = pd.DataFrame({"year": [2025, 2026], "mean": [1e8, 1.1e8], "p10": [9e7, 9e7], "p90": [1.1e8, 1.3e8]})
    figure = charts.year_columns(years, LIGHT)
    assert figure.data[0].marker.pattern.shape == "/"
    assert list(figure.layout.xaxis.ticktext) == ["2025<br><b>100,0</b>", "2026<br><b>110,0</b>"]
    assert figure.layout.yaxis.rangemode == "tozero"


def test_labels_never_overlap() -> None:
    """Neighbours are moved apart; their order stays."""
    assert charts.spread([10.0, 10.5, 20.0], gap=2.0) == [10.0, 12.0, 20.0]
    assert charts.spread([10.5, 10.0], gap=2.0) == [12.0, 10.0]


def test_the_title_is_the_message_and_the_alternative_text_holds_every_bar(deviations: pd.DataFrame) -> None:
    """Who cannot see the chart is told the same."""
    title = captions.deviation_title(deviations).replace("\u00a0", " ")
    alt = captions.deviation_alt(deviations).replace("\u00a0", " ")
    assert title == "Størst merforbrug: døgninstitution +5,7 mio. kr.; størst mindreforbrug: opholdssted −3,9 mio. kr."
    assert "Døgninstitution +5,7 mio. kr. merforbrug; Opholdssted −3,9 mio. kr. mindreforbrug" in alt


def test_volume_is_never_what_moves_the_result_most_without_its_mix() -> None:
    """There may be more placements than budgeted and most of them cheap: alone the volume would say twice too much."""
    parts = pd.DataFrame(
        {
            "part": ["volume", "mix", "refund"],
            "label": ["Mængde", "Sammensætning", "Refusion"],
            "cause": ["flere anbragte", "en større andel i billigere typer", "mere refusion"],
            "amount": [18.6e6, -8.2e6, -2.5e6],
        }
    )
    text = captions.bridge_title(parts).replace("\u00a0", " ")
    assert text == "Mængde og sammensætning tilsammen flytter resultatet mest: +10,4 mio. kr."
    mixed = parts.assign(amount=[18.6e6, -18.0e6, -2.5e6])
    assert captions.bridge_title(mixed).startswith("Mere refusion flytter")


def test_a_long_account_name_is_cut_at_a_word() -> None:
    """A phone's chart keeps room for its bars."""
    assert captions.short("5.28.22 Plejefamilier") == "5.28.22 Plejefamilier"
    long = "5.28.21 Rådgivning samt forebyggende indsatser eller foranstaltninger"
    assert captions.short(long) == "5.28.21 Rådgivning samt forebyggende indsatser …"


@THEMES
@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("text", 4.5),
        ("muted", 4.5),
        ("worse", 4.5),
        ("better", 4.5),
        ("actual", 3),
        ("budget", 3),
        ("accent", 3),
        ("edge", 3),
    ],
)
def test_contrast(colors: Palette, name: str, least: float) -> None:
    """WCAG 2.1 AA: text 4.5:1, graphics 3:1, in both themes."""
    bright, dark = sorted((luminance(getattr(colors, name)), luminance(colors.background)), reverse=True)
    assert (bright + 0.05) / (dark + 0.05) >= least


def luminance(color: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_coming_years_are_named_as_years_and_with_the_way_they_go() -> None:
    """A year is never written as `2026.0`, and the title says from where to where."""
    years = pd.DataFrame({"year": [2026, 2027], "mean": [210 * MIO, 220 * MIO], "p10": [205.0 * MIO] * 2})
    years = years.assign(p90=years["mean"] + MIO)
    title = captions.years_title("Hele området", years).replace("\u00a0", " ")
    assert title == "Hele området: udgiften vokser fra 210,0 i 2026 til 220,0 mio. kr. i 2027"
    assert "falder" in captions.years_title("Hele området", years.assign(mean=[220 * MIO, 210 * MIO]))
    assert "uændret fra 2026 til 2027" in captions.years_title("Hele området", years.assign(mean=210 * MIO))
    assert "2027: 220,0" in captions.years_alt("Hele området", years)
