"""How many fewer a lever gives is told in whole children as far as it can be."""

import pytest

from cockpit.domain.levers import Avert
from cockpit.domain.reference import Reference
from cockpit.domain.scenario_words import lever_label


@pytest.mark.parametrize(
    ("per_month", "told"),
    [(4 / 12, "4 børn om året"), (0.5, "6 børn om året"), (1 / 12, "1 barn om året"), (2.0, "2 børn pr. måned"),
     (0.0, "0 børn om året")],
)
def test_less_than_a_child_a_month_is_told_by_the_year(reference: Reference, per_month: float, told: str) -> None:
    lever = Avert(source="skøn", type="foster_care", children_per_month=per_month)
    assert lever_label(lever, reference) == f"Færre nye: plejefamilie, {told}"
