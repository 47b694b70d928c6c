"""Chart builders, one per kind of chart: a tidy frame in, a figure out.

The notation never changes: actual solid dark, forecast hatched or dashed, budget an outline or a thin grey line
(a step where it is a level, straight between month ends where it is cumulated), deviations red or green with
sign and word. Amounts come in kr. and are drawn in mio. kr. The message stands in the heading above a chart, not inside
it.
"""

from cockpit.ui.charts.accuracy import error_pairs, past_forecasts, rule_bars
from cockpit.ui.charts.activity import flow_columns, ladder_bars, level_lines, price_lines, volume_lines
from cockpit.ui.charts.deviations import deviation_bars, effect_bars, movement, waterfall, waterfall_to_booked
from cockpit.ui.charts.scenarios import cumulated_gain, gain_columns, gain_steps
from cockpit.ui.charts.style import CONFIG, spread
from cockpit.ui.charts.year import fan, landing, monthly_columns, year_columns

__all__ = [
    "CONFIG",
    "cumulated_gain",
    "deviation_bars",
    "effect_bars",
    "error_pairs",
    "fan",
    "flow_columns",
    "gain_columns",
    "gain_steps",
    "ladder_bars",
    "landing",
    "level_lines",
    "monthly_columns",
    "movement",
    "past_forecasts",
    "price_lines",
    "rule_bars",
    "spread",
    "volume_lines",
    "waterfall",
    "waterfall_to_booked",
    "year_columns",
]
