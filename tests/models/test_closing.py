"""What comes just after New Year goes to the old year or the new one: how far a closing may be from the usual one."""

import numpy as np
import pytest

from models.outturn.closing import PRIOR_DISPERSION, closing_dispersion
from models.outturn.delay import LONGEST_LAG, Delay
from models.outturn.groups import Group


def group(*shares: float) -> Group:
    """A group whose closings took these shares of 100.000 kr."""
    closings = np.array([[share, 1 - share] for share in shares]).reshape(-1, 2) * 100_000
    nothing, ages = np.zeros(1), LONGEST_LAG + 1
    return Group(
        (0,), nothing, np.zeros((1, ages)), np.zeros(1, dtype=int), Delay(np.ones(ages)), 0.5, nothing, closings,
        np.zeros((1, 2, 12)),
    )


def test_few_closings_leave_the_usual_share_unknown_too():
    """Two closings with a spread tell the share half as well as itself varies, eight with the same spread an eighth."""
    spread = 0.1
    few, many = (
        [group(*np.tile([0.6 - spread * part, 0.6 + spread * part], n // 2)) for _ in range(40)]
        for n, part in ((2, np.sqrt(1 / 2)), (8, np.sqrt(7 / 8)))
    )
    own = spread**2 / (0.6 * 0.4)
    assert closing_dispersion(few) == pytest.approx(own * 1.5, rel=0.1)
    assert closing_dispersion(many) == pytest.approx(own * 1.125, rel=0.1)


def test_without_closings_nothing_is_taken_for_certain():
    """A ledger of one year has no closing: the prior's spread, and as much again for the share itself."""
    assert closing_dispersion([group()]) == pytest.approx(2 * PRIOR_DISPERSION)
