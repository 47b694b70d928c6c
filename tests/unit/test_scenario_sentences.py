"""What the result of a scenario says, as a layman reads it: tables of results and their sentences."""

from dataclasses import replace

import pandas as pd
import pytest

from cockpit.domain.scenario_result import MONTH_COLUMNS, PARTS, ScenarioResult, succeeding_rate
from cockpit.domain.scenario_sentences import sentences_of, side_by_side
from tests.worlds import scenario

MIO = 1_000_000


def result(nets: list[float], *levers: tuple, paid: str | None = None, rate: float | None = None) -> ScenarioResult:
    """A result of the years from 2026 on, mio. kr. net each; what is won back has been spent first."""
    every = [net * MIO for net in nets]
    years = pd.DataFrame({"year": range(2026, 2026 + len(nets)), "net": every})
    return ScenarioResult(
        scenario=scenario("2026-09", *levers), as_of=pd.Period("2026-08", "M"), data_id="", seed=0, n_paths=1,
        versions={}, years=years, volumes=pd.DataFrame(), waterfall=pd.DataFrame(),
        months=pd.DataFrame([["2026-09", 0.0, 0.0, 0.0, -2.0, -2.0]], columns=list(MONTH_COLUMNS)),
        break_even_month=None if paid is None else pd.Period(paid, "M"), break_even_success_rate=rate,
        pays_probability=0.51, averted_net=1_229_152.0, net_band=(-MIO, MIO), cashable=dict.fromkeys(PARTS, 0.0),
        warnings=(),
    )  # fmt: skip


def said(found: ScenarioResult) -> str:
    return " ".join(sentences_of(found)).replace("\u00a0", " ")


def programme(cases: float = 1.5) -> tuple:
    return "programme", {"cost_per_case": 150_000.0, "cases_per_month": cases}


def avert(children: float = 1.5, **own: float) -> tuple:
    return "avert", {"type": "residential_home", "children_per_month": children, **own}


@pytest.mark.parametrize(
    ("nets", "expected"),
    [
        ([0.0, 0.0, 0.9], "Nettogevinsten mærkes først fra 2028."),
        ([0.0, -1.2, 0.0, 0.8], "Merudgiften mærkes fra 2027, nettogevinsten først fra 2029."),
        ([0.0, 0.04, -0.8], "Merudgiften mærkes først fra 2028."),
        ([0.0, 0.5, -0.8], "Nettogevinsten mærkes først fra 2027, og i 2028 er der en merudgift."),
        ([0.04, 0.0], ""),
        ([0.3, 0.9], "2026 bliver 0,3 mio. kr. billigere; heraf når næsten intet at blive bogført i året."),
    ],
    ids=["gain", "first an expense", "expense", "expense later", "nothing to be felt", "this year"],
)
def test_what_is_first_felt_is_the_net_and_its_side_is_said(nets: list[float], expected: str) -> None:
    """Money that is saved and spent in the same year is no gain; an expense is never an effect."""
    whole = said(result(nets, programme()))
    assert whole.endswith(expected)
    assert "Virkningen" not in whole
    assert expected or "mærkes" not in whole


@pytest.mark.parametrize(
    ("levers", "own"),
    [
        ((avert(success_rate=0.71, deadweight_share=0.7), programme()), 0.71 * 0.3),
        ((avert(0.5, scaling_share=0.2), programme(2.0)), 0.5 * 0.8 / 2),
        ((avert(1.0), avert(0.5, deadweight_share=0.5), programme(1.0), programme(1.5)), 1.25 / 2.5),
        ((programme(),), None),
        ((avert(),), None),
        ((avert(), programme(0.0)), None),
    ],
    ids=["MST", "scaling", "several", "nobody averted", "no programme", "no cases"],
)
def test_the_rate_that_a_scenario_reckons_with_is_the_one_to_compare(levers: tuple, own: float | None) -> None:
    """Children averted per case: after success, operation and deadweight, as what has to succeed is reckoned."""
    found = succeeding_rate(scenario("2027-01", *levers))
    assert found == (None if own is None else pytest.approx(own))


def test_what_is_booked_whole_is_not_said_twice() -> None:
    """0,3 of 0,3 would make a reader look for the difference."""
    found = replace(result([0.3, 0.9], programme()), cashable={**dict.fromkeys(PARTS, 0.0), "net": 0.3 * MIO})
    assert said(found).endswith("2026 bliver 0,3 mio. kr. billigere, og det når at blive bogført i året.")


def test_what_has_to_succeed_stands_beside_what_is_reckoned_with() -> None:
    """71 % succeed, but a layman must not hold that against a rate after deadweight, nor take a full year for all."""
    mst = result([0.0, -1.2], avert(success_rate=0.71, deadweight_share=0.7), programme(), rate=150_000 / 1_229_152)
    assert (
        "Efter dødvægt, i et år med fuld virkning: forebyggelsen tjener sig hjem, hvis den lykkes i mindst 12,2 % af "
        "forløbene; scenariet regner med 21,3 %. Hver gang det lykkes, sparer kommunen 1,2 mio. kr. om året. "
        "Ventetid og indkøring er ikke med her, kun i sandsynligheden."
    ) in said(mst)
    assert "71" not in said(mst)


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ("2029-11", "Det ventes tjent hjem fra november 2029."),
        (None, "Det ventes ikke tjent hjem inden udgangen af 2027."),
    ],
)
def test_paying_back_is_expected_and_no_fact(paid: str | None, expected: str) -> None:
    assert expected in said(result([0.0, -1.2], programme(), paid=paid))


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ([("A", 0.6, (-4.6, 6.6)), ("B", -1.8, (-4.3, 0.6))],
         "»A« ventes at give mest i 2026–2029: 0,6 mio. kr. i gevinst, men det kan også blive en merudgift, "
         "og båndene overlapper"),
        ([("A", 1.0, (0.5, 1.5)), ("B", 4.0, (3.0, 5.0)), ("C", 0.0, (-1.0, 1.0))],
         "»B« ventes at give mest i 2026–2029: 4,0 mio. kr. i gevinst"),
        ([("A", -3.0, (-4.0, -2.0)), ("B", -1.0, (-1.5, -0.5))],
         "»B« ventes at koste mindst i 2026–2029: 1,0 mio. kr. i merudgift"),
        ([("A", 0.01, (0.0, 0.02)), ("B", -3.0, (-4.0, -2.0))],
         "»A« ventes at give mest i 2026–2029: hverken gevinst eller merudgift"),
        ([("A", 2.01, (1.0, 3.0)), ("B", 2.0, (1.5, 2.5))],
         "»A« og »B« ventes at give det samme i 2026–2029: 2,0 mio. kr. i gevinst"),
    ],
    ids=["overlap", "apart", "all cost", "nothing", "the same"],
)  # fmt: skip
def test_scenarios_side_by_side_open_with_the_one_that_gains_most(every: list[tuple], expected: str) -> None:
    """What is no sure thing is said to be none, and an expense is never called a gain."""
    results = []
    for name, net, band in every:
        found = result([net, 0.0, 0.0, 0.0])
        low, high = band
        results.append(
            replace(found, scenario=replace(found.scenario, name=name), net_band=(low * MIO, high * MIO))
        )
    assert side_by_side(results).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("levers", "deducted"),
    [
        ((avert(),), "Gevinsten efter tabt refusion ventes"),
        ((avert(), programme()), "Gevinsten efter programmer og tabt refusion ventes"),
        ((("bring_home", {"from_type": "residential_home", "to_type": "institution", "places": 4.0,
                          "cost_per_place": 90_000.0}),),
         "Gevinsten efter egne udgifter og tabt refusion ventes"),
    ],
    ids=["nothing spent", "a programme", "places of one's own"],
)  # fmt: skip
def test_what_is_deducted_is_named_as_what_it_is(levers: tuple, deducted: str) -> None:
    assert said(result([0.0, 1.2], *levers)).startswith(deducted)
