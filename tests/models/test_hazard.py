"""What is not known about hazards widens the paths; it makes no spell end sooner."""

from dataclasses import replace

import numpy as np
import pytest

from models.activity.draws import Draws
from models.activity.hazard import PersonMonths, build_design, fit_hazard


def test_drawn_hazards_have_the_estimate_as_their_mean():
    """Six ends in a hundred months: a log-normal draw around the estimate would have a mean well above it."""
    design = build_design(np.array([5]))
    month = np.repeat(np.arange(600, 610), 10)
    ended = np.arange(100) % 16 == 3
    nothing = np.zeros(100, dtype=int)
    table = PersonMonths(month, nothing, ended, nothing, np.ones(100))
    fit = replace(fit_hazard(table, design, 600, 609, None), frailty=0.3)
    draws = Draws(1, 4000)
    drawn = np.exp([fit.draw(draws.of_block(block))[0] for block in range(draws.n)])
    assert drawn.std() / drawn.mean() > 0.4
    assert drawn.mean() == pytest.approx(np.exp(fit.log_hazard()[0]), rel=0.05)
