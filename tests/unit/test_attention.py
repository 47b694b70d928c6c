"""What needs attention: the sentences, and what each is about, which decides where the reader is led."""

import numpy as np
import pandas as pd
import pytest

from cockpit.domain import attention
from cockpit.domain.attention import Attention
from cockpit.domain.events import inflow_shift_note
from cockpit.domain.methods import method_notes
from cockpit.domain.passed import passed_spells
from cockpit.domain.prognosis import METHOD_COLUMNS
from cockpit.domain.reference import Reference
from tests.tables import table
from tests.unit.test_sentences import prognosis, row, said


def test_opposing_deviations_and_small_numbers_call_for_attention(reference: Reference) -> None:
    """Horsens 2008: a small net total hid a large overspend on institutions against residential homes."""
    dear = row("type", "institution", "Døgninstitution", 18.4, (24.1, 23.0, 23.5, 24.6, 25.2), years=3.2)
    cheap = row("type", "residential_home", "Opholdssted", 30.0, (26.1, 25.0, 25.6, 26.6, 27.2))
    first, second = attention.of_result(prognosis("2025-08", dear, cheap), reference)
    start = "Døgninstitution: merforbrug på 5,7 mio. kr. (risiko for merforbrug: over 9 ud af 10)."
    assert said(first.text).startswith(start)
    assert "Kun 3,2 helårspersoner: få dyre enkeltsager kan ændre billedet markant" in said(first.text)
    assert "merforbrug på 5,7 mio. kr. på nogle typer og mindreforbrug på 3,9 mio. kr." in said(second.text)
    assert [(one.about, one.type_key) for one in (first, second)] == [("type", "institution"), ("opposing", "")]


def test_a_type_without_budget_is_named(reference: Reference) -> None:
    """Money on a type that nobody budgeted must not vanish among the deviations, nor pass for dear children."""
    other = row("type", "foster_care", "Plejefamilie", 50.0, (50.0,) * 5)
    told = "Uden eget budget, med det forventede regnskab: sikret døgninstitution (2,0 mio. kr.)."
    # Unknown, where a line may be meant for its whole function, or nil.
    for nothing, follows in ((np.nan, ""), (0.0, " Hele udgiften regnes som merforbrug.")):
        unbudgeted = row("type", "secure", "Sikret døgninstitution", nothing, (2.0,) * 5)
        (found,) = attention.of_result(prognosis("2025-08", other, unbudgeted), reference)
        assert (found.about, said(found.text)) == ("budget", told + follows)


def test_without_any_budget_that_is_what_is_told(reference: Reference) -> None:
    """No type is named as overspent or as unbudgeted, and the line leads to where a budget is loaded."""
    types = [row("type", key, key, np.nan, (50.0,) * 5) for key in ("foster_care", "secure")]
    (found,) = attention.of_result(prognosis("2025-08", *types, budget=np.nan), reference)
    assert (found.about, found.text) == ("budget", "Der er ikke indlæst et budget, så ingen afvigelse kan vises.")


@pytest.mark.parametrize(
    ("keys", "who"),
    [
        ([], []),
        (["foster_care"], ["Plejefamilie"]),
        (["foster_care", "unallocated", "secure"], ["Plejefamilie, sikret døgninstitution og beløb uden type"]),
        (["foster_care", "secure", "unallocated", "institution"], ["3 typer og beløb uden type"]),
    ],
)
def test_deviations_without_a_comment_are_named_or_counted(
    reference: Reference, keys: list[str], who: list[str]
) -> None:
    """A few by name, more by number; money without a type is no type."""
    words = [f"{one} afviger mindst 1,0 mio. kr. og mangler en kommentar." for one in who]
    assert [said(one.text) for one in attention.of_comments(keys, 1_000_000.0, reference)] == words


def test_a_note_of_the_forecast_leads_to_what_it_is_about() -> None:
    """A change of level leads to the events, a rule of thumb to the hit rate; the choice of method asks nothing."""
    shift = inflow_shift_note("Plejefamilie", pd.Period("2025-03", "M"), 1.0, 3.0)
    methods = pd.DataFrame(
        [("secure", "5.28.24", "year", "run_rate", 0.0, 3, 0.2, "run_rate", 0.1)], columns=list(METHOD_COLUMNS)
    )
    chosen, rule = method_notes(methods, [2022, 2023, 2024], {("secure", "5.28.24"): "Sikret døgninstitution"})
    other = "Der er ingen posteringer for mar. 2025."
    found = attention.of_notes([shift, chosen, rule, other])
    assert found == [Attention(shift, "events"), Attention(rule, "method"), Attention(other, "data")]


def test_interventions_past_their_expected_end_are_told_with_what_they_count_for() -> None:
    """One running on since July at 100,000 kr. a month; not those that have ended, end later or are only expected."""
    spell = {"start": "2025-01-01", "rate": 100_000.0, "unit": "month", "expected_stop": "2026-07-03"}
    rows = table(
        "interventions", {"spell_id": "late", **spell}, {"spell_id": "ended", "stop": "2026-07-01", **spell},
        {"spell_id": "ahead", **spell, "expected_stop": "2026-10-01"},
        {"spell_id": "planned", "status": "expected", **spell},
    )  # fmt: skip
    passed = passed_spells(rows, pd.Period("2026-08", "M"))
    assert passed["spell_id"].tolist() == ["late"]
    assert passed["rest"].tolist() == pytest.approx([400_000.0])
    (told,) = attention.of_passed(len(passed), passed["rest"].sum(), 2026)
    assert said(told.text) == (
        "1 indsats har passeret sin forventede slutdato uden at være afsluttet og regnes året ud i disponeret, 0,4 "
        "mio. kr. for resten af 2026. Luk den i fagsystemet, eller sæt en ny dato."
    )
    assert attention.of_passed(0, 0.0, 2026) == []
    assert passed_spells(rows.iloc[1:], pd.Period("2026-08", "M")).empty


def test_passed_interventions_come_dearest_first_and_from_the_month_of_their_last_day_on() -> None:
    """The last day is the one before `expected_stop`; with 31 August over, whoever runs on has passed it."""
    spell = {"start": "2025-01-01", "unit": "month", "expected_stop": "2026-09-01"}
    rows = table("interventions", {"spell_id": "cheap", "rate": 10_000.0, **spell},
                 {"spell_id": "dear", "rate": 90_000.0, **spell})  # fmt: skip
    assert passed_spells(rows, pd.Period("2026-08", "M"))["spell_id"].tolist() == ["dear", "cheap"]
    assert passed_spells(rows, pd.Period("2026-07", "M")).empty
    december = passed_spells(rows, pd.Period("2026-12", "M"))
    assert december["rest"].tolist() == [0.0, 0.0]


def test_an_extract_of_an_earlier_month_cannot_know_of_an_end_after_it() -> None:
    august, september = pd.Period("2026-08", "M"), pd.Period("2026-09", "M")
    rows = table("interventions", {"start": "2025-01-01", "rate": 10_000.0, "unit": "month",
                                   "expected_stop": "2026-09-20"})  # fmt: skip
    assert len(passed_spells(rows, september)) == 1
    assert passed_spells(rows, september, august).empty
