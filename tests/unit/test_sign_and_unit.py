"""How amounts are written, seen by the same money known from elsewhere: cases that a controller would settle so."""

import pandas as pd
import pytest

from cockpit.domain import sign_and_unit as money
from cockpit.domain.reference import Reference
from cockpit.domain.sign_and_unit import Beside, Writing
from tests.tables import table

KNOWN = {"5.28.20": 50e6, "5.28.21": 60e6, "5.28.22": 70e6}


@pytest.mark.parametrize(
    ("ratio", "written"),
    [
        (1.0, None),
        (0.55, None),  # bills come late
        (1.9, None),
        (0.1, None),  # nearly nothing is booked yet: no unit is a tenth
        (-1.0, Writing(opposite=True, unit=1.0)),
        (-0.4, None),
        (0.001, Writing(opposite=False, unit=1e3)),
        (-0.0013, Writing(opposite=True, unit=1e3)),
        (1e-6, Writing(opposite=False, unit=1e6)),
        (100.0, Writing(opposite=False, unit=0.01)),
        (0.0, None),
    ],
)
def test_a_factor_that_only_another_sign_or_unit_explains(ratio: float, written: Writing | None) -> None:
    assert money.writing_of(ratio * 200e6, 200e6) == written
    assert money.writing_of(1.0, 0.0) is None


def beside(**amounts: float) -> Beside:
    own = pd.Series({name.replace("_", "."): amount for name, amount in amounts.items()})
    return Beside.of(own, pd.Series(KNOWN), "andet")


def test_a_table_is_written_otherwise_where_most_of_its_money_agrees() -> None:
    turned = {f"5_28_2{at}": -amount for at, amount in enumerate(KNOWN.values())}
    assert money.writing_of_all(beside(**turned)) == Writing(opposite=True, unit=1.0)
    one_account = beside(**{**{name: -amount for name, amount in turned.items()}, "5_28_22": -190e6})
    assert money.writing_of_all(one_account) is None
    assert money.writing_of_all(beside(**{"5_28_20": 49e6, "5_28_22": -70e6})) is None
    assert money.opposite_functions(beside(**{"5_28_20": 49e6, "5_28_22": -70e6})) == ["5.28.22"]


def test_a_unit_is_certain_only_where_several_functions_agree_on_it() -> None:
    """Two children beside the whole ledger of a function are a hundredth of it, and nothing is wrong."""
    one = beside(**{"5_28_20": 50e8})
    all_three = beside(**{"5_28_20": 50e8, "5_28_21": 60e8, "5_28_22": 70e8})
    oere = Writing(opposite=False, unit=0.01)
    assert [money.writing_of_all(each) for each in (one, all_three)] == [oere, oere]
    assert [money.is_certain(oere, each) for each in (one, all_three)] == [False, True]


def test_the_words_name_cause_both_amounts_and_remedy() -> None:
    found = beside(**{"5_28_20": -51_000.0})
    said = money.writing_words("Posteringerne", Writing(opposite=True, unit=1e3), found).replace("\xa0", " ")
    assert said == (
        "Posteringerne ser ud til at have omvendt fortegn og være i 1.000 kr.: tilsammen −51.000 kr., hvor andet giver "
        "50,0 mio. kr. på de samme konti. Udgifter skal være positive og indtægter negative. Dan udtrækket i kroner og "
        "med omvendt fortegn, og indlæs igen."
    )


def test_the_refund_of_the_rule_is_reckoned_per_child_and_month(reference: Reference) -> None:
    """Worked in the domain's table: 120.000 kr. a month at the thresholds of 2022 gives 12.083,33."""
    child = {"start": "2022-01-01", "stop": "2022-04-01", "unit": "month"}
    rows = table("interventions", {**child, "rate": 120_000.0}, {**child, "rate": 60_000.0})
    months = pd.period_range("2022-01", "2022-02", freq="M")
    assert money.refund_by_rule(rows, months, reference) == pytest.approx(2 * 12_083.33, abs=0.01)
    assert money.refund_by_rule(rows[:0], months, reference) == 0.0
