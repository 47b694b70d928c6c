"""Months and booking periods mean the same everywhere."""

import pandas as pd
import pytest

from cockpit.domain.months import parse_month, period_is_known, period_label


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-3", "26-03", "marts 2026", "", "2026-03-01"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a month"):
        parse_month(text)


def test_a_month_reads_back_as_written() -> None:
    assert str(parse_month(" 2026-03 ")) == "2026-03"
    assert period_label(2025, 13) == "2025-13"


def test_the_supplement_period_is_known_from_the_following_january() -> None:
    december, january = pd.Period("2025-12", "M"), pd.Period("2026-01", "M")
    assert not period_is_known(2025, 13, december)
    assert period_is_known(2025, 13, january)
    assert period_is_known(2025, 12, december)
    assert not period_is_known(2026, 2, january)
