"""From the total to a spell: what a district holds, worked by hand, and districts that add up to the whole."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain import activity_words as words
from cockpit.domain import format as fmt
from cockpit.domain.activity import FLOWS, ActivityYear, activity_frame
from cockpit.domain.activity_by_district import district_ahead, district_months
from cockpit.domain.cases import dearest_cases
from cockpit.domain.district_activity import DistrictActivity
from cockpit.domain.drill_down import Ahead, Row, cases_of, districts_of, months_of, rest_of_year
from cockpit.domain.months import year_months
from cockpit.domain.prognosis import FRAMES, Prognosis
from cockpit.domain.reference import UNALLOCATED, Reference
from tests.tables import table

AS_OF = pd.Period("2025-04", "M")
TYPES = ("home_support", "foster_care", "residential_home")
WHOLE, FOSTER_CARE = Row("total", "total"), Row("type", "foster_care")
ON_RECORD = ["person_years", *FLOWS, "cost"]
SPELLS = st.lists(
    st.tuples(
        st.integers(0, 4),  # child
        st.sampled_from(TYPES),
        st.sampled_from(["Nord", "Syd", None]),
        st.integers(-300, 780).map(lambda day: date(2023, 5, 1) + timedelta(day)),
        st.one_of(st.none(), st.integers(1, 500)),  # days in force
    ),
    min_size=1,
    max_size=12,
)


def prognosis_of(reference: Reference, *rows: dict, ahead: DistrictActivity | None = None) -> Prognosis:
    """What the activity and its districts say of some interventions, and nothing else."""
    flat = np.ones((len(TYPES), 12))
    year = ActivityYear(AS_OF, TYPES, year_months(2025), np.ones((5, *flat.shape)), flat, dict.fromkeys(FLOWS, flat))
    interventions = table("interventions", *rows)
    frames = {name: pd.DataFrame(columns=list(columns)) for name, columns in FRAMES.items()} | {
        "activity": activity_frame(interventions, year, table("budget"), reference),
        "district_months": district_months(interventions, TYPES, AS_OF),
        "cases": dearest_cases(interventions, AS_OF, reference, count=1),
    }
    if ahead is not None:
        frames["district_ahead"] = district_ahead(ahead)
    return Prognosis(as_of=AS_OF, year=2025, data_id="", seed=0, n_paths=5, versions={}, **frames)


@settings(max_examples=8)
@given(SPELLS)
def test_districts_add_up_to_every_row(reference: Reference, spells: list[tuple]) -> None:
    """Month by month and flow by flow, also where a child moves on to a spell in another district, or has none."""
    rows = [
        {"citizen": f"barn-{child}", "type_key": kind, "district": place, "start": start,
         "stop": days and start + timedelta(days)}
        for child, kind, place, start, days in spells
    ]  # fmt: skip
    found = prognosis_of(reference, *rows)
    for row in (WHOLE, Row("step", "5"), FOSTER_CARE):
        whole = months_of(found, row, reference)
        past = whole.loc[whole["kind"] == "actual", ON_RECORD].astype(float)
        names = districts_of(found, row, reference)
        parts = [months_of(found, Row(row.level, row.key, name), reference)[ON_RECORD] for name in names]
        np.testing.assert_allclose(sum(part.to_numpy() for part in parts) if parts else 0 * past, past, atol=1e-9)


def test_a_spell_is_in_its_newest_district_throughout(reference: Reference) -> None:
    """Moved from Nord to Syd at New Year: 12 months at 360.000 kr. a year in Syd, and nothing ever in Nord."""
    spell = {"spell_id": "F", "citizen": "barn", "rate": 30_000.0, "unit": "month"}
    found = prognosis_of(
        reference,
        {**spell, "district": "Nord", "start": "2024-05-01", "stop": "2025-01-01"},
        {**spell, "district": "Syd", "start": "2025-01-01"},
    )
    assert districts_of(found, WHOLE, reference) == ["Syd"]
    months = months_of(found, Row("type", "foster_care", "Syd"), reference).set_index("month")
    assert months.index[-1] == "2025-04"
    assert months["person_years"].tolist() == [0.0] * 12 + [1.0] * 12
    assert months["price"].dropna().tolist() == pytest.approx([360_000] * 12)
    assert (months["entries"].sum(), months.loc["2024-05", "entries"], months["exits"].sum()) == (1, 1, 0)
    assert months[["p10", "p90", "budget_person_years", "budget_price"]].isna().all(axis=None)


def test_every_type_and_district_has_its_own_dearest_case(reference: Reference) -> None:
    rows = [
        {"spell_id": f"{place or 'ingen'}-{kind}-{rate}", "district": place, "type_key": kind, "rate": rate,
         "start": "2025-01-01"}
        for place in ("Nord", "Syd", None)
        for kind, rate in (("foster_care", 3_000.0), ("foster_care", 2_000.0), ("home_support", 100.0))
    ]  # fmt: skip
    found = prognosis_of(reference, *rows)
    own = {name: cases_of(found, Row("type", "foster_care", name), reference) for name in ("Nord", UNALLOCATED)}
    assert {name: cases["spell_id"].tolist() for name, cases in own.items()} == {
        "Nord": ["Nord-foster_care-3000.0"],
        UNALLOCATED: ["ingen-foster_care-3000.0"],
    }
    assert len(cases_of(found, WHOLE, reference, count=4)) == 4
    assert set(cases_of(found, Row("total", "total", "Syd"), reference)["type_key"]) == {"foster_care", "home_support"}


def test_the_rest_of_the_year_is_an_average_in_force_and_its_price(reference: Reference) -> None:
    """Eight months of 245 days: 4,9 person-years of 365 days are 7,3 in force; 2,45 mio. kr. is 500.000 kr. each."""
    person_years, cost = np.zeros((3, 2, 2)), np.zeros((5, 3, 2, 2))
    person_years[1, 0], cost[:, 1, 0] = (2.0, 4.9), (9e6, 2.45e6)
    ahead = DistrictActivity(("Nord", UNALLOCATED), TYPES, person_years, cost)
    found = prognosis_of(reference, {"start": "2025-01-01", "district": "Nord"}, ahead=ahead)
    rest = rest_of_year(found, Row("type", "foster_care", "Nord"), reference)
    assert rest is not None
    assert (rest.volume, rest.price) == pytest.approx((7.3, 500_000))
    nobody = rest_of_year(found, Row("type", "home_support", "Nord"), reference)
    assert nobody is not None
    assert nobody.volume == 0
    assert np.isnan(nobody.price)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (Ahead(7.3, 500_000.0), "ventes i gennemsnit 7,3 i kraft til 500.000 kr. pr. helårsperson."),
        (Ahead(7.3, np.nan), "ventes i gennemsnit 7,3 i kraft."),
        (Ahead(0.0, np.nan), "ventes endnu 1,5 for april 2025. Budgettet"),
        (None, "ventes endnu 1,5 for april 2025. Budgettet"),
    ],
)
def test_what_a_district_cannot_tell_is_said(ahead: Ahead | None, said: str) -> None:
    whole = pd.DataFrame({"month": ["2025-04"], "kind": ["actual"], "expected": [21.5], "person_years": [20.0]})
    note = words.district_note(whole, ahead).replace(fmt.NBSP, " ")
    assert said in note
    assert "Budgettet er ikke fordelt på distrikter" in note
    assert "ventes endnu" not in words.district_note(whole.assign(expected=20.0), ahead)


def test_a_row_is_named_with_its_district(reference: Reference) -> None:
    assert words.name_of_row(FOSTER_CARE, reference) == "Plejefamilie"
    assert words.name_of_row(Row("type", "foster_care", "Nord"), reference) == "Plejefamilie i Nord"
    assert words.name_of_row(Row("total", "total", UNALLOCATED), reference) == "Alle indsatser uden distrikt"
