"""Why the year ends where it does, as a department head would say it: a table of bridges and their sentences."""

import numpy as np
import pandas as pd
import pytest

from cockpit.domain import bridge_words
from cockpit.domain.bridge import BUDGET_TO_FORECAST
from cockpit.domain.effects import BUDGET, LAST_YEAR
from cockpit.domain.prognosis import (
    BRIDGE_COLUMNS,
    EFFECT_COLUMNS,
    FAN_COLUMNS,
    MONTH_COLUMNS,
    OUTLINE_COLUMNS,
    Prognosis,
)
from cockpit.domain.reference import Reference

MIO = 1_000_000


FOSTER = ("foster_care", BUDGET, 97.0, 118.9, 0.57)
HOMES = ("residential_home", BUDGET, 40.0, 36.0, 1.1)
FAMILIES = ("family_treatment", BUDGET, 500.0, 430.0, 0.05)


def effects_of(*types: tuple[str, str, float, float, float]) -> pd.DataFrame:
    """Types with the person-years they are held against and expected, and the price of one before, mio. kr."""
    return pd.DataFrame(
        [(key, basis, old, price * MIO, new, price * MIO, (new - old) * price * MIO, 0.0)
         for key, basis, old, new, price in types],
        columns=list(EFFECT_COLUMNS),
    )  # fmt: skip


def prognosis(*types: tuple[str, str, float, float, float], spread: float = 0.0, **parts: float) -> Prognosis:
    """A prognosis whose deviation is the sum of its bridge, mio. kr.; its bands reach `spread` either way."""
    bridge = pd.DataFrame(
        [(BUDGET_TO_FORECAST, "budget_revised", "forecast.mean", part, amount * MIO) for part, amount in parts.items()],
        columns=list(BRIDGE_COLUMNS),
    )
    deviation = sum(parts.values()) * MIO if parts else np.nan
    mean, wide = 100 * MIO + deviation, spread * MIO
    bands = {"p10": mean - wide, "p25": mean - wide, "p75": mean + wide, "p90": mean + wide}
    total = {"level": "total", "key": "total", "budget_revised": 100 * MIO, "mean": mean, "deviation": deviation}
    rows = pd.DataFrame([total | bands])
    months, fan, years = (pd.DataFrame(columns=list(each)) for each in (MONTH_COLUMNS, FAN_COLUMNS, OUTLINE_COLUMNS))
    frames = (rows, months, fan, years, bridge)
    return Prognosis(pd.Period("2025-08", "M"), 2025, "id", 1, 2000, {}, *frames, effects=effects_of(*types))


@pytest.mark.parametrize(
    ("types", "parts", "expected"),
    [
        (
            (FOSTER, HOMES, FAMILIES),
            {"volume": 18.6, "mix": -14.0, "price": 2.4},
            "Det skyldes især flere børn i plejefamilie: 118,9 helårspersoner mod 97,0 i budgettet "
            "(+12,5 mio. kr.), mens færre børn på opholdssted: 36,0 helårspersoner mod 40,0 i budgettet "
            "(−4,4 mio. kr.) trækker den anden vej.",
        ),
        (
            (("family_treatment", LAST_YEAR, 80.0, 120.0, 0.1),),
            {"volume": 4.0, "mix": 0.0, "price": -0.4},
            "Det skyldes især flere forløb med familiebehandling: 120,0 helårspersoner mod 80,0 sidste år "
            "(+4,0 mio. kr.).",
        ),
        (
            (HOMES,),
            {"volume": -4.4, "mix": 0.0, "price": 0.5},
            "Det skyldes især færre børn på opholdssted: 36,0 helårspersoner mod 40,0 i budgettet "
            "(−4,4 mio. kr.).",
        ),
        ((FOSTER, HOMES), {"volume": 1.0, "mix": 0.5, "price": 6.0}, "Det skyldes især højere enhedspriser "
         "(+6,0 mio. kr.)."),
        ((), {"volume": 3.0, "mix": 0.5}, "Det skyldes især flere eller dyrere indsatser (+3,5 mio. kr.)."),
        (
            (),
            {"volume": -3.0, "price": 3.01},
            "Højere enhedspriser (+3,0 mio. kr.) og mindre aktivitet (−3,0 mio. kr.) trækker hver sin vej.",
        ),
        ((), {"volume": 0.01, "price": 0.02}, ""),
        ((), {}, ""),
    ],
    ids=["merforbrug", "last year", "mindreforbrug", "price", "types not told", "balance", "nothing", "no budget"],
)  # fmt: skip
def test_why_names_what_drives_the_largest_pull_and_a_large_one_the_other_way(
    reference: Reference, types: tuple, parts: dict[str, float], expected: str
) -> None:
    """More of what, and how many; a small pull the other way is left to the chart, and zero is no reason."""
    assert bridge_words.why(prognosis(*types, **parts), reference).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("types", "amount", "cause"),
    [
        ((FOSTER, FAMILIES), 8.0, "flere anbragte"),
        ((HOMES, FAMILIES), -8.0, "færre anbragte"),
        ((FAMILIES,), -3.5, "færre forebyggende indsatser"),
        ((FAMILIES, HOMES), 3.5, "mere aktivitet"),
        (((*FOSTER[:3], np.nan, 0.57), FAMILIES), 8.0, "mere aktivitet"),
    ],
    ids=["more placements", "fewer placements", "prevention", "not known", "not told"],
)
def test_volume_says_who_there_are_more_of(reference: Reference, types: tuple, amount: float, cause: str) -> None:
    """There can be fewer interventions than budgeted and yet more of the dear ones: "more" alone would mislead."""
    named = bridge_words.named_parts(prognosis(*types, volume=amount, mix=0.0), reference)
    assert named["cause"].iloc[0] == cause


def test_every_part_says_what_happens_in_its_own_direction(reference: Reference) -> None:
    """A price that falls is never called higher."""
    named = bridge_words.named_parts(prognosis(price=-1.0, refund=2.0), reference)
    assert named["cause"].tolist() == ["lavere enhedspriser", "mindre refusion"]
    assert named["label"].tolist() == ["Pris", "Refusion"]


def test_within_the_uncertainty_no_side_is_the_reason(reference: Reference) -> None:
    """A year in balance is not due to either pull: both are named with their amounts."""
    shown = prognosis(FOSTER, spread=3.0, volume=12.5, mix=0.0, not_activity_determined=-11.9)
    found = bridge_words.why(shown, reference)
    assert found.replace("\u00a0", " ") == (
        "Flere eller dyrere indsatser (+12,5 mio. kr.) og udgifter eller budget uden for indsatserne (−11,9 mio. kr.) "
        "trækker hver sin vej."
    )


def test_money_that_a_council_granted_is_told_as_such(reference: Reference) -> None:
    """A grant to a type is no money outside the interventions, whichever way it pulls."""
    grants = prognosis(volume=10.0, mix=0.0, budget_changes=-2.2, not_activity_determined=0.1)
    raised = bridge_words.why(grants, reference)
    assert raised.replace("\u00a0", " ").endswith(
        "mens penge lagt til budgettet i årets løb (−2,2 mio. kr.) trækker den anden vej."
    )
    cut = bridge_words.why(prognosis(volume=0.3, budget_changes=2.2), reference).replace("\u00a0", " ")
    assert cut == "Det skyldes især penge taget fra budgettet i årets løb (+2,2 mio. kr.)."


def test_what_interventions_do_not_explain_is_no_reason_by_itself(reference: Reference) -> None:
    """Without interventions there is nothing to tell why; against a budget the rest may be the budget's as well."""
    assert bridge_words.why(prognosis(not_activity_determined=5.0, refund=-1.0), reference) == ""
    with_price = bridge_words.why(prognosis(price=0.5, not_activity_determined=5.0), reference)
    assert "Det skyldes især udgifter eller budget uden for indsatserne" in with_price


def test_what_activity_explains_is_left_out_where_none_is_known(reference: Reference) -> None:
    """A ledger alone moves by refund and the rest; noughts would say that volume and price move nothing."""
    alone = prognosis(volume=0.0, mix=0.0, price=0.0, late_invoices=0.0, refund=-1.4, not_activity_determined=14.2)
    assert list(bridge_words.named_parts(alone, reference)["label"]) == ["Refusion", "Ikke aktivitetsbestemt"]
    known = prognosis(volume=0.0, mix=0.0, price=2.4, refund=-1.4)
    assert list(bridge_words.named_parts(known, reference)["label"]) == ["Mængde", "Sammensætning", "Pris", "Refusion"]
