"""Where children go when a spell ends: which ends are old enough to tell."""

import pandas as pd
import pytest

from models.activity.fits import fit_all
from tests.tables import table

AS_OF = pd.Period("2025-08", "M")


def spells(registered_after: int) -> pd.DataFrame:
    """Ten children a month for a year: half of each month's move on the day they end, on record so many days later."""
    rows = []
    for back in range(12):
        end = (AS_OF - back).start_time + pd.Timedelta(days=9)
        for child in range(10):
            known = {"citizen": f"{back}-{child}", "birth_month": pd.Timestamp("2014-05-01")}
            begin = end - pd.Timedelta(days=500)
            rows.append({**known, "spell_id": f"a{back}-{child}", "start": begin, "stop": end, "registered": begin})
            seen = end + pd.Timedelta(days=registered_after)
            if child < 5 and seen <= AS_OF.end_time:
                rows.append({**known, "spell_id": f"b{back}-{child}", "start": end, "stop": None, "registered": seen})
    return table("interventions", *rows)


@pytest.mark.parametrize(("registered_after", "months"), [(0, 12), (70, 10), (100, 9)])
def test_an_end_counts_as_soon_as_its_move_would_be_on_record(reference, registered_after, months):
    moves = fit_all(spells(registered_after), reference, AS_OF, None).moves
    assert (moves.ends, moves.moves) == (10 * months, 5 * months)
