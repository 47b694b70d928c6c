"""Interventions and a budget without a ledger: what the year should cost, never called booked, held to the budget."""

import numpy as np
import pandas as pd
import pytest

from cockpit.domain.bridge import BUDGET_TO_FORECAST, REST
from cockpit.domain.format import NBSP
from cockpit.domain.phased_bridge import PHASED_TO_ACTUAL
from cockpit.domain.sentences import key_figures, months_lacking
from cockpit.domain.statement import build_prognosis
from models.outturn import forecast_outturn
from models.scenario import build_base
from tests.tables import dataset

PRICE, CHILDREN, SCHOOLS = 40_000.0, 20, 6_000_000.0
YEAR = 12 * CHILDREN * PRICE


def known(*, schools: bool = True, typed: bool = True):
    """20 children who came long ago and stay; their budget is right, and special schools have one of their own."""
    children = [
        {"citizen": f"barn-{at}", "spell_id": f"S{at}", "start": "2020-01-01", "rate": PRICE, "unit": "month"}
        for at in range(CHILDREN)
    ]
    own = {"type_key": "foster_care", "person_years": CHILDREN, "unit_price": 12 * PRICE} if typed else {}
    budget = [{"year": 2025, "adopted": "2024-10-08", "amount": YEAR, **own}]
    if schools:
        budget.append({"year": 2025, "adopted": "2024-10-08", "amount": SCHOOLS, "function": "3.22.08"})
    return dataset("2025-08", interventions=children, budget=budget)


@pytest.fixture(scope="module")
def made(reference):
    data = known()
    outturn = forecast_outturn(data, reference, n_paths=2000, seed=1)
    return data, outturn, build_prognosis(data, outturn, reference, seed=1, versions={})


def test_each_month_is_what_its_activity_costs_and_none_is_booked(made):
    """The months add up to the year, each month so far is an estimate with a band, and what is booked is unknown."""
    _, _, prognosis = made
    months = prognosis.months[prognosis.months["level"] == "total"].set_index("month")
    assert (months["kind"] == "forecast").all()
    assert months.loc["2025-03", "mean"] == pytest.approx(CHILDREN * PRICE + SCHOOLS / 12, rel=0.01)
    assert months["mean"].sum() == pytest.approx(prognosis.total["mean"], abs=0.01)
    assert months.loc["2025-03", "p10"] < months.loc["2025-03", "mean"] < months.loc["2025-03", "p90"]
    assert prognosis.rows["actual_ytd"].isna().all()
    assert PHASED_TO_ACTUAL not in set(prognosis.movements["name"])


def test_the_year_ends_on_a_budget_that_is_right(made):
    """Accounts without interventions are as budgeted, so what deviates is activity; and nobody is sure of it."""
    _, outturn, prognosis = made
    rows = prognosis.rows.set_index(["level", "key"])
    assert rows.loc[("account", "3.22.08"), "mean"] == pytest.approx(SCHOOLS, rel=0.01)
    assert prognosis.total["deviation"] == pytest.approx(0.0, abs=0.03 * YEAR)
    assert prognosis.bridge.set_index(["name", "part"]).loc[(BUDGET_TO_FORECAST, REST), "amount"] == pytest.approx(
        0.0, abs=0.01 * YEAR
    )
    spread = outturn.year_end.sum(axis=1).std() / YEAR
    assert 0.13 < spread < 0.2  # the reference assumptions on what a young ledger makes of activity: 8 % and 14 %
    schools = outturn.year_end[:, (outturn.leaves["function"] == "3.22.08").to_numpy()].sum(axis=1)
    assert schools.std() == pytest.approx(0.085 * SCHOOLS, rel=0.1)


def test_it_is_said(made):
    _, outturn, prognosis = made
    said = outturn.notes[0].replace(NBSP, " ")
    assert said.startswith("Der er ikke indlæst posteringer: månederne til og med august 2025 (10,4 mio. kr.)")
    assert "regnet som budgetteret (6,0 mio. kr.)" in said
    assert not [note for note in outturn.notes if note.startswith(("Måneder uden bogføring", "Bogføringen begynder"))]
    assert "beregnet af aktiviteten" in months_lacking(prognosis)
    told = {label: (value, note) for label, value, note, _ in key_figures(prognosis)}
    assert told["Forbrug år til dato"] == ("–", "der er ikke indlæst posteringer")


def test_a_budget_that_does_not_tell_types_apart_is_no_money_on_top(reference):
    outturn = forecast_outturn(known(schools=False, typed=False), reference, n_paths=200, seed=1)
    assert outturn.year_end.sum(axis=1).mean() == pytest.approx(YEAR, rel=0.03)


def test_outline_years_of_budgeted_accounts_follow_the_index(made, reference):
    _, outturn, _ = made
    schools = (outturn.leaves["function"] == "3.22.08").to_numpy()
    found = [outturn.outturn_of(year)[:, schools].sum(axis=1).mean() for year in (2026, 2027)]
    expected = [SCHOOLS * reference.index_between(2025, year) for year in (2026, 2027)]
    np.testing.assert_allclose(found, expected, rtol=0.01)


def test_a_scenario_s_baseline_has_them_too(made, reference):
    data, outturn, _ = made
    base = build_base(data, reference, n_paths=400, seed=1)
    ends = pd.Series(base.kroner.baseline.mean(axis=0))
    assert ends[0] == pytest.approx(outturn.year_end.sum(axis=1).mean(), rel=0.03)
