"""Why the year ends where it does, as a department head would say it: a table of bridges and their sentences."""

import numpy as np
import pandas as pd
import pytest

from cockpit.domain import bridge_words
from cockpit.domain.bridge import BUDGET_TO_FORECAST
from cockpit.domain.prognosis import BRIDGE_COLUMNS, FAN_COLUMNS, MONTH_COLUMNS, OUTLINE_COLUMNS, Prognosis

MIO = 1_000_000


def prognosis(**parts: float) -> Prognosis:
    """A prognosis whose deviation is the sum of its bridge's parts, in mio. kr."""
    bridge = pd.DataFrame(
        [(BUDGET_TO_FORECAST, "budget_revised", "forecast.mean", part, amount * MIO) for part, amount in parts.items()],
        columns=list(BRIDGE_COLUMNS),
    )
    deviation = sum(parts.values()) * MIO if parts else np.nan
    rows = pd.DataFrame([{"level": "total", "key": "total", "deviation": deviation}])
    months, fan, years = (pd.DataFrame(columns=list(each)) for each in (MONTH_COLUMNS, FAN_COLUMNS, OUTLINE_COLUMNS))
    return Prognosis(pd.Period("2025-08", "M"), 2025, "id", 1, 2000, {}, rows, months, fan, years, bridge)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            {"volume": 18.6, "mix": -7.9, "price": 2.4},
            "Det skyldes især større mængde (+18,6 mio. kr.), mens en billigere sammensætning (−7,9 mio. kr.) "
            "trækker den anden vej.",
        ),
        ({"volume": -4.0, "price": 0.5}, "Det skyldes især mindre mængde (−4,0 mio. kr.)."),
        (
            {"volume": -3.0, "price": 3.01},
            "Højere enhedspriser (+3,0 mio. kr.) og mindre mængde (−3,0 mio. kr.) trækker hver sin vej.",
        ),
        ({"volume": 0.01, "price": 0.02}, ""),
        ({}, ""),
    ],
    ids=["merforbrug", "mindreforbrug", "balance", "nothing", "no budget"],
)
def test_why_names_the_largest_pull_and_a_large_one_the_other_way(parts: dict[str, float], expected: str) -> None:
    """A small pull the other way is left to the chart; what is written as zero is no reason."""
    assert bridge_words.why(prognosis(**parts)).replace("\u00a0", " ") == expected


def test_every_part_says_what_happens_in_its_own_direction() -> None:
    """A price that falls is never called higher."""
    named = bridge_words.named_parts(prognosis(price=-1.0, refund=2.0))
    assert named["cause"].tolist() == ["lavere enhedspriser", "mindre refusion"]
    assert named["label"].tolist() == ["Pris", "Refusion"]
