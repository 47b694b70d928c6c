"""A figure is drawn once for the same numbers, and anew as soon as one of them, or a colour, is another."""

import pandas as pd

from cockpit.ui import charts, drawing
from cockpit.ui.theme import DARK, LIGHT

DEVIATIONS = pd.DataFrame({"label": ["Plejefamilie", "Opholdssted"], "deviation": [5.7e6, -3.9e6]})


def drawn(frame: pd.DataFrame, colors: object) -> object:
    return drawing._drawn("deviation_bars", (frame, colors), charts.deviation_bars)


def test_equal_contents_give_the_kept_figure() -> None:
    """The frame may be another object: what counts is what stands in it."""
    assert drawn(DEVIATIONS, LIGHT) is drawn(DEVIATIONS.copy(), LIGHT)


def test_another_number_name_or_colour_gives_another_figure() -> None:
    """No page shows the chart of other numbers than its own."""
    first = drawn(DEVIATIONS, LIGHT)
    for frame, colors in (
        (DEVIATIONS.assign(deviation=[5.7e6, -3.8e6]), LIGHT),
        (DEVIATIONS.assign(label=["Plejefamilie", "Døgninstitution"]), LIGHT),
        (DEVIATIONS, DARK),
    ):
        other = drawn(frame, colors)
        assert other is not first
        assert other == charts.deviation_bars(frame, colors)
