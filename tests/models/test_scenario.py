"""The scenario engine: worked cases to the oere, and that each lever moves what it says by as much as it says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.domain import format as fmt
from cockpit.domain.scenario_sentences import baseline_note, sentences_of
from tests.unit.test_sentences import prognosis
from tests.worlds import coming, compared, engine, flow, scenario, steady

HALF_AN_OERE = 0.005


@pytest.fixture(scope="module")
def six_dear(reference):
    """Six children who come in January 2022 at 120.000 kr. a month and stay through all years; no others come."""
    return engine("2021-12", list(coming(6, 120_000.0)), reference)


@pytest.fixture(scope="module")
def living(reference):
    """A municipality with many home visits, some residential homes and few institutions."""
    rng = np.random.default_rng(5)
    rows = [
        *flow(rng, as_of="2025-06", types=["residential_home", "foster_care"], per_month=2.0, stay=20.0),
        *flow(rng, as_of="2025-06", types=["institution"], per_month=0.25, price=(3500, 6000)),
        *flow(rng, as_of="2025-06", types=["home_support"], per_month=5.0, price=(200, 500), born=(2016, 2021)),
    ]
    return engine("2025-06", rows, reference, n_paths=200)


def avert(n=0.5, type_key="residential_home", **own):
    return "avert", {"type": type_key, "children_per_month": n, **own}


def down(n=2, source="residential_home", target="foster_care", **own):
    return "step_down", {"from_type": source, "to_type": target, "children": n, **own}


def shorten(share=0.1, type_key="residential_home", **own):
    return "shorten", {"type": type_key, "share": share, **own}


def price(share, type_key="residential_home", **own):
    return "price", {"type": type_key, "share": share, **own}


def by_year(result, name):
    return result.years.set_index("year")[name]


def test_six_children_to_a_cheaper_type_to_the_oere(reference):
    """From 95.000 to 43.000 kr. a month from one January: 6 x 52.000 x 12 gross, and below the refund in 2022."""
    children = engine("2021-12", list(steady(6, 71_000.0)), reference)
    result = compared(children, scenario("2022-01", down(6, price=43_000.0)), reference)
    assert by_year(result, "gross_saving")[2022] == pytest.approx(6 * 28_000 * 12, abs=HALF_AN_OERE)
    assert by_year(result, "refund_lost")[2022] == 0
    dear = engine("2021-12", list(steady(6, 95_000.0)), reference)
    result = compared(dear, scenario("2022-01", down(6, price=43_000.0)), reference)
    assert by_year(result, "gross_saving")[2022] == pytest.approx(6 * 52_000 * 12, abs=HALF_AN_OERE)
    lost = 0.25 * (95_000 - 860_000 / 12)
    assert by_year(result, "refund_lost")[2022] == pytest.approx(6 * lost * 12, abs=HALF_AN_OERE)
    assert by_year(result, "net")[2022] == pytest.approx(6 * (52_000 - lost) * 12, abs=HALF_AN_OERE)
    assert by_year(result, "difference_mean")[2022] == -by_year(result, "net")[2022]
    assert by_year(result, "net")[2021] == 0


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [(120_000, 60_000, 12_083.33), (150_000, 60_000, 22_083.33), (240_000, 120_000, 82_916.67 - 12_083.33)],
)
def test_refund_is_lost_by_the_worked_table(reference, before, after, lost):
    """The monthly refunds of the 2022 level, child by child; the indexed years after it differ."""
    children = engine("2021-12", list(steady(2, float(before))), reference, n_paths=20)
    result = compared(children, scenario("2022-01", down(2, price=float(after))), reference)
    assert by_year(result, "refund_lost")[2022] == pytest.approx(2 * 12 * lost, abs=2 * 12 * 0.01)


def test_a_lower_price_saves_its_share_less_the_refund_of_it(six_dear, reference):
    """10 % of 120.000 is 12.000 a month, of which a quarter was the state's."""
    result = compared(six_dear, scenario("2022-01", price(-0.10)), reference)
    assert by_year(result, "gross_saving")[2022] == pytest.approx(6 * 12_000 * 12, abs=HALF_AN_OERE)
    assert by_year(result, "net")[2022] == pytest.approx(6 * 9_000 * 12, abs=HALF_AN_OERE)


def with_two_stays(first, second, reference):
    """Two children, each in a residential home at one price of a month and in foster care at another."""
    rows = [
        child | {"citizen": f"child{number % 2}"}
        for type_key, price in (("residential_home", first), ("foster_care", second))
        for number, child in enumerate(coming(2, price, type_key=type_key))
    ]
    return engine("2021-12", rows, reference, n_paths=20)


def test_two_changed_stays_of_one_child_are_refunded_together(reference):
    """60.000 and 50.000 a month: the quarter above 71.667 is lost once, not once for each stay.

    Half of both is 55.000, below the threshold: 9.583,33 lost a month. Each against the other as it was would lose
    7.500 + 6.250.
    """
    made = with_two_stays(60_000.0, 50_000.0, reference)
    both = scenario("2022-01", price(-0.5), price(-0.5, "foster_care"))
    result = compared(made, both, reference)
    assert by_year(result, "refund_lost")[2022] == pytest.approx(2 * 12 * 9_583.33, abs=0.1)
    alone = result.waterfall[result.waterfall["year"] == 2022].set_index("number")["refund_lost"]
    assert alone[1] + alone[2] == pytest.approx(2 * 12 * (7_500 + 6_250), abs=0.1)
    assert alone[0] == pytest.approx(2 * 12 * (9_583.33 - 13_750), abs=0.1)


def test_a_moved_stay_and_a_cheaper_one_of_one_child_are_refunded_together(reference):
    """From 60.000 to 30.000 by a move and from 50.000 to 25.000 by price: the refund is lost once."""
    made = with_two_stays(60_000.0, 50_000.0, reference)
    chosen = scenario("2022-01", down(2, target="network_care", price=30_000.0), price(-0.5, "foster_care"))
    result = compared(made, chosen, reference)
    assert by_year(result, "gross_saving")[2022] == pytest.approx(2 * 12 * 55_000, abs=HALF_AN_OERE)
    assert by_year(result, "refund_lost")[2022] == pytest.approx(2 * 12 * 9_583.33, abs=0.1)


def test_a_drift_of_prices_is_a_year_of_it_after_a_year(six_dear, reference):
    """2 % a year from January 2022: December 2022 is 2 % x 11/12 dearer, compounded."""
    effect = six_dear.effect(scenario("2022-01", ("price_drift", {"type": "residential_home", "share": 0.02})))
    december = 12  # position on the clock, which begins in January 2021
    assert -effect.saving.mean(axis=0)[december + 11] == pytest.approx(720_000 * (1.02 ** (11 / 12) - 1), abs=0.01)


def test_a_shorter_stay_falls_away_at_its_end(reference):
    """Ten months left of two children; a fifth of that is two months of 60.000 each."""
    made = engine("2021-12", list(coming(2, 60_000.0, stop="2022-11-01")), reference)
    result = compared(made, scenario("2022-01", shorten(0.2)), reference)
    assert by_year(result, "gross_saving")[2022] == pytest.approx(2 * 2 * 60_000, abs=HALF_AN_OERE)


def test_the_published_break_even_of_a_programme(reference):
    """150.000 kr. per case against an entered price of 97.000 a month at the thresholds of 2022: 13,8 %."""
    rng = np.random.default_rng(2)
    rows = list(flow(rng, as_of="2021-12", types=["residential_home"], per_month=2.0))
    programme = ("programme", {"cost_per_case": 150_000.0, "cases_per_month": 1.5, "months": 24})
    chosen = scenario("2022-01", avert(0.5, price=97_000.0), programme)
    result = compared(engine("2021-12", rows, reference), chosen, reference)
    assert result.averted_net == pytest.approx(97_000 * 12 - 76_000, abs=0.01)
    assert round(100 * result.break_even_success_rate, 1) == 13.8


def test_odense_alle_skal_med_as_decided(reference):
    """10,0 a year against 2, 3, 4 and 5 mio. (Odense, Økonomiudvalget 16-01-2019, table 1): 40,0 against 14,0."""
    invest = ("amount", {"per_year": tuple((year, 10e6) for year in range(2019, 2023)), "source": "investering"})
    saved = ("amount", {"per_year": tuple(zip(range(2019, 2023), (-2e6, -3e6, -4e6, -5e6), strict=True))})
    made = engine("2019-01", [], reference, postings=[{"year": 2019, "period": 1, "amount": 1e6}])
    result = compared(made, scenario("2019-02", invest, saved), reference)
    assert by_year(result, "programme_cost").round(2).tolist() == [10e6] * 4
    assert by_year(result, "gross_saving").round(2).tolist() == [2e6, 3e6, 4e6, 5e6]
    assert result.net == pytest.approx(14e6 - 40e6)
    assert result.break_even_month is None
    assert result.pays_probability == 0


def test_no_levers_are_the_baseline_to_the_last_bit(living, reference):
    result = compared(living, scenario("2025-08"), reference)
    years = result.years
    for point in ("mean", "p10", "p90"):
        assert (years[f"scenario_{point}"] == years[f"baseline_{point}"]).all()
        assert (years[f"difference_{point}"] == 0).all()
    assert (result.volumes["scenario_person_years"] == result.volumes["baseline_person_years"]).all()
    assert (result.break_even_month, result.pays_probability, result.warnings) == (None, None, ())


@pytest.mark.parametrize(
    "lever", [avert(), down(), shorten(), price(-0.1), ("price_drift", {"type": "foster_care", "share": 0.1})]
)
def test_nothing_happens_before_the_start_and_something_after(living, lever):
    """The scenario begins in September 2025, the lever three months later; December is the first month."""
    kind, own = lever
    effect = living.effect(scenario("2025-09", (kind, {**own, "lag_months": 3})))
    first = 11
    assert not effect.net[:, :first].any()
    assert not effect.volume[:, :first].any()
    assert effect.net[:, first:].any()


PROGRAMME = ("programme", {"one_off": 1e6, "staff_per_year": 1.2e6, "cost_per_case": 5e4, "cases_per_month": 1.0})
PLAIN = ("amount", {"per_year": ((2024, 9e6), (2025, -2.4e6), (2026, -2.4e6))})


@pytest.mark.parametrize("start", ["2024-11", "2025-03"])
@pytest.mark.parametrize(
    "levers",
    [
        (avert(), ("substitute", {"type": "home_support", "instead_of": "residential_home", "share": 0.5})),
        (down(),), (shorten(),), (price(-0.1),), (("price_drift", {"type": "foster_care", "share": 0.1}),),
        (("bring_home", {"from_type": "residential_home", "to_type": "institution", "places": 2,
                         "cost_per_place": 8e4, "one_off": 1e6}),),
        (PROGRAMME,), (PLAIN,),
    ],
)  # fmt: skip
def test_what_is_known_never_changes(living, levers, start):
    """Whenever a scenario began, the first month that any lever changes is the first that is not known, July."""
    effect = living.effect(scenario(start, *levers))
    for values in (effect.saving, effect.programme, effect.refund_lost):
        assert not values[:, :6].any()
    assert not effect.volume[:, :6].any()
    assert effect.net[:, 6:].any()


def test_programmes_and_amounts_count_in_the_months_ahead_and_the_rest_is_said(living, reference):
    """Half of 2025's is ahead; the one-off of March is not, and neither moves when the start moves further back."""
    for start, cost, saving in (("2025-03", 1e6 + 4 * 150_000, 4 * 240_000), ("2025-01", 1.9e6, 1.2e6)):
        result = compared(living, scenario(start, PROGRAMME, PLAIN), reference)
        assert by_year(result, "programme_cost")[2025] == pytest.approx(6 * 150_000)
        assert by_year(result, "gross_saving")[2025] == pytest.approx(6 * 2.4e6 / (10 if start == "2025-03" else 12))
        (said,) = (one.replace("\xa0", " ") for one in result.warnings if "begynder før" in one)
        assert f"udgifter for {fmt.kroner(cost)} og besparelser for {fmt.kroner(saving)}".replace("\xa0", " ") in said
    ahead = compared(living, scenario("2025-07", PROGRAMME, PLAIN), reference)
    assert not any("begynder før" in warning for warning in ahead.warnings)
    assert by_year(ahead, "gross_saving")[2025] == pytest.approx(2.4e6)


@pytest.mark.parametrize(("type_key", "n"), [("home_support", 0.5), ("residential_home", 0.5), ("institution", 0.1)])
@pytest.mark.parametrize("own", [{}, {"low": 0.05, "high": 0.9}])
def test_n_children_a_month_are_n_children_a_month(living, type_key, n, own):
    """On average over the paths, in every month, for frequent and for rare types, with a range or without."""
    effect = living.effect(scenario("2025-09", avert(n, type_key, **own)))
    averted = effect.averted[living.base.types.index(type_key)]
    assert averted[8:] == pytest.approx(np.full(len(averted) - 8, n), abs=1e-9)
    assert not averted[:8].any()


def test_effective_children_are_those_that_success_scaling_and_deadweight_leave(living):
    """1 x 0,8 x (1 - 0,25) x (1 - 0,5) = 0,3 a month; ramped over two months."""
    own = {"success_rate": 0.8, "scaling_share": 0.25, "deadweight_share": 0.5, "ramp_months": 2}
    averted = living.effect(scenario("2025-09", avert(1.0, **own))).averted.sum(axis=0)
    assert averted[8:] == pytest.approx([0.15, *[0.3] * (len(averted) - 9)])


def test_more_than_there_are_cannot_be_averted_and_is_said(living, reference):
    """All new ones are averted, no more; those that are there stay."""
    chosen = scenario("2025-09", avert(50, "institution"))
    result = compared(living, chosen, reference)
    assert any("end scenariet vil undgå" in warning for warning in result.warnings)
    assert (result.volumes["scenario_person_years"] >= 0).all()
    more = living.effect(scenario("2025-09", avert(60, "institution")))
    assert np.array_equal(more.net, living.effect(chosen).net)


def test_a_postponed_child_comes_after_all(living):
    """All of the averted come a year later: the first year's volume falls as if averted, all of it returns."""
    gone = living.effect(scenario("2025-09", avert(0.5, "home_support")))
    later = living.effect(scenario("2025-09", avert(0.5, "home_support", postponed_share=1.0, postponed_months=12)))
    kind = living.base.types.index("home_support")
    assert later.volume[kind, 8:20] == pytest.approx(gone.volume[kind, 8:20])
    assert later.volume[kind, 20:] == pytest.approx(gone.volume[kind, 20:] - gone.volume[kind, 8:-12], abs=1e-6)


def test_a_count_is_never_a_rate(living):
    """The British tool's error: three children, added to a rate, moved 39,6. Here three are three, and stay three."""
    effect = living.effect(scenario("2025-07", down(3, "residential_home", "foster_care")))
    foster, home = (living.base.types.index(key) for key in ("foster_care", "residential_home"))
    assert effect.volume[foster, 6] == pytest.approx(3.0, abs=0.15)  # some leave within their first month
    assert (effect.volume[foster] <= 3.0 + 1e-9).all()
    assert effect.volume[home] == pytest.approx(-effect.volume[foster])


@settings(max_examples=15)
@given(
    n=st.floats(0, 30),
    ramp=st.integers(0, 18),
    age_to=st.sampled_from([None, 11, 17]),
    high=st.sampled_from([None, 40]),
)
def test_children_are_conserved_when_they_move(living, n, ramp, age_to, high):
    """Who leaves one type arrives in the other, month by month, and no more leave than there are."""
    own = {"ramp_months": ramp, "age_to": age_to, "low": 0.0 if high else None, "high": high}
    effect = living.effect(scenario("2025-10", down(n, **own)))
    assert effect.volume.sum(axis=0) == pytest.approx(np.zeros(len(living.base.months)), abs=1e-9)
    home = living.base.types.index("residential_home")
    result = living.base.person_years[home].sum() + (effect.volume[home] / 12).sum()
    assert result > -0.1


def home(places, cost_per_place=80_000.0, **own):
    types = {"from_type": "residential_home", "to_type": "institution"}
    return "bring_home", {**types, "places": places, "cost_per_place": cost_per_place, **own}


def test_children_brought_home_cost_their_place_to_the_oere(six_dear, reference):
    """Four of six, from 120.000 to 80.000 a month: the refund falls by the worked table, and 500.000 go first."""
    result = compared(six_dear, scenario("2022-01", home(4, one_off=500_000.0)), reference)
    lost = 12_083.33 - 0.25 * (80_000 - 860_000 / 12)
    assert by_year(result, "gross_saving")[2022] == pytest.approx(4 * 40_000 * 12, abs=HALF_AN_OERE)
    assert by_year(result, "refund_lost")[2022] == pytest.approx(4 * lost * 12, abs=0.2)
    assert by_year(result, "programme_cost")[2022] == pytest.approx(500_000, abs=HALF_AN_OERE)
    assert not any("tomme" in warning for warning in result.warnings)


def test_an_empty_place_costs_as_much_as_a_filled_one(six_dear, reference):
    """Eight places for six children: two stand empty all the time, without refund, which is said."""
    result = compared(six_dear, scenario("2022-01", home(8)), reference)
    assert by_year(result, "gross_saving")[2022] == pytest.approx(6 * 40_000 * 12, abs=HALF_AN_OERE)
    assert by_year(result, "programme_cost")[2022] == pytest.approx(2 * 80_000 * 12, abs=HALF_AN_OERE)
    assert any("tomme 25 %" in warning.replace("\xa0", " ") for warning in result.warnings)


def test_places_that_can_be_filled_in_part_stand_empty_for_the_rest(six_dear, reference):
    """Four places, three quarters filled: three children, whatever the paths round to; low and high leave the mean."""
    for own in ({"occupancy": 0.75}, {"occupancy": 0.75, "low": 0.5, "high": 1.0}):
        effect = six_dear.effect(scenario("2022-01", home(4, **own)))
        kind = six_dear.base.types.index("institution")
        assert effect.volume[kind, 12:] == pytest.approx(np.full(36, 3.0), abs=0.02)
        assert effect.programme.mean(axis=0)[12] == pytest.approx(80_000, abs=1_600)


@settings(max_examples=15)
@given(places=st.integers(0, 60), ramp=st.integers(0, 18), age_to=st.sampled_from([None, 13]))
def test_places_never_hold_more_children_than_there_are_places_or_children(living, places, ramp, age_to):
    """Who comes home leaves the other type, month by month; empty places are what open ones lack of children."""
    effect = living.effect(scenario("2025-10", home(places, ramp_months=ramp, age_to=age_to)))
    there, gone = (effect.volume[living.base.types.index(key)] for key in ("institution", "residential_home"))
    assert there == pytest.approx(-gone, abs=1e-9)
    opened = places * np.minimum(np.arange(1, 40) / max(ramp, 1), 1.0)
    assert (there[9:] <= opened + 0.5).all()
    before = living.base.person_years[living.base.types.index("residential_home")]
    assert (before[1:] + gone[12:].reshape(-1, 12).sum(axis=1) / 12 >= -0.1).all()
    level = 80_000 * living.base.index[9:] / living.base.index[9]
    per_krone = living.base.kroner.per_krone[living.base.types.index("institution")]
    assert effect.programme.mean(axis=0)[9:] == pytest.approx((opened - there[9:]) * level * per_krone, abs=1_000)


def test_a_place_is_taken_again_when_it_falls_free(living):
    """Two places among some thirty children are hardly ever empty: only until the next month begins."""
    effect = living.effect(scenario("2025-10", home(2)))
    there = effect.volume[living.base.types.index("institution")]
    assert (there[9:] > 1.8).all()
    assert (there[9:] < 2.0).all()


@settings(max_examples=10)
@given(low=st.floats(0, 1.5), more=st.floats(0, 1.5))
def test_more_averted_saves_more(living, low, more):
    one, other = (living.effect(scenario("2025-09", avert(n))) for n in (low, low + more))
    for years in (slice(0, 12), slice(0, None)):
        assert other.saving[:, years].sum() >= one.saving[:, years].sum() - 1e-6
    assert (other.volume <= one.volume + 1e-9).all()


@settings(max_examples=10)
@given(low=st.floats(0, 0.5), more=st.floats(0, 0.4))
def test_a_larger_share_shortens_more(living, low, more):
    kind = living.base.types.index("residential_home")
    one, other = (living.effect(scenario("2025-09", shorten(share))) for share in (low, low + more))
    assert (other.volume[kind] <= one.volume[kind] + 1e-9).all()


@settings(max_examples=10)
@given(low=st.floats(-0.5, 0.5), more=st.floats(0, 0.5))
def test_a_higher_price_never_saves(living, low, more):
    one, other = (living.effect(scenario("2025-09", price(share))) for share in (low, low + more))
    assert other.net.mean(axis=0).sum() <= one.net.mean(axis=0).sum() + 1e-6
    assert (other.saving <= one.saving + 1e-6).all()


def test_the_order_of_writing_changes_nothing(living):
    levers = [shorten(), avert(), price(-0.05), down(), avert(0.2, "home_support")]
    one, other = (living.effect(scenario("2025-09", *order)) for order in (levers, levers[::-1]))
    assert np.array_equal(one.net, other.net)


def test_the_waterfall_adds_up_with_what_levers_do_to_each_other(living, reference):
    """Averted children are not there to be cheaper: the interaction is a line of its own, and not zero."""
    chosen = scenario("2025-09", avert(1.0), price(-0.2), shorten(0.3))
    result = compared(living, chosen, reference)
    added = result.waterfall.groupby("year")[["gross_saving", "refund_lost", "programme_cost", "net"]].sum()
    for name in added:
        assert added[name].to_numpy() == pytest.approx(by_year(result, name).to_numpy(), abs=0.01)
    interaction = result.waterfall.query("number == 0")["net"]
    assert interaction.abs().sum() > 1
    alone = compared(living, scenario("2025-09", avert(1.0)), reference).waterfall
    assert (alone["number"] != 0).all()


def test_what_grows_instead_hangs_on_what_is_averted(living, reference):
    """Half of the averted children get 10.000 kr. a month for six months each; its bar is its own cost."""
    instead = (
        "substitute",
        {"type": "home_support", "instead_of": "institution", "share": 0.5, "months": 6, "price": 10_000.0},
    )
    result = compared(living, scenario("2025-07", avert(0.1, "institution"), instead), reference)
    bar = result.waterfall.query("number == 2")["gross_saving"]
    assert (bar < 0).any()
    index = reference.index_between(2025, 2028)
    averted, months = 0.1 * 42, 6
    assert -averted * 0.5 * months * 10_000 * index < bar.sum() < 0
    effect = living.effect(scenario("2025-07", instead))
    assert not effect.net.any()


def test_a_range_gives_an_interval_and_leaves_the_mean(living, reference):
    """The mean averts what it says; the interval is wider than by chance alone."""
    sure, unsure = (
        compared(living, scenario("2025-09", avert(0.5, "home_support", **own)), reference)
        for own in ({}, {"low": 0.0, "high": 2.0})
    )
    width = [by_year(one, "difference_p90")[2027] - by_year(one, "difference_p10")[2027] for one in (sure, unsure)]
    assert width[1] > width[0]
    assert unsure.net == pytest.approx(sure.net, rel=0.1)


def test_scenario_is_baseline_plus_difference_and_net_its_opposite(living, reference):
    """To the oere, for every year; what is booked within the year is never more than what is saved in it."""
    programme = ("programme", {"cost_per_case": 50_000.0, "cases_per_month": 1.0})
    result = compared(living, scenario("2025-09", avert(1.0), programme), reference)
    years = result.years
    for after, before, change in (("scenario_mean", "baseline_mean", "difference_mean"),):
        assert (years[after] - years[before] - years[change]).abs().max() < HALF_AN_OERE
    net = years["gross_saving"] - years["programme_cost"] - years["refund_lost"]
    assert (years["net"] - net).abs().max() < HALF_AN_OERE
    assert (years["net"] + years["difference_mean"]).abs().max() < HALF_AN_OERE
    assert result.months["net"].sum() == pytest.approx(result.net)
    assert result.cashable["gross_saving"] <= by_year(result, "gross_saving")[2025] + HALF_AN_OERE


def test_break_even_is_the_month_from_which_it_stays_paid(living, reference):
    """An one-off of 2 mio. against a steady saving: the cumulated net is below zero before, not after."""
    one_off = ("programme", {"one_off": 2e6})
    result = compared(living, scenario("2025-07", price(-0.1), one_off), reference)
    table = result.months.set_index("month")["cumulated"]
    month = str(result.break_even_month)
    assert table[month] >= 0
    assert table[str(result.break_even_month - 1)] < 0
    never = compared(living, scenario("2025-07", price(-0.001), one_off), reference)
    assert never.break_even_month is None


def test_a_gain_is_told_with_its_band_and_without_a_chance_that_nobody_has_priced(living, reference):
    """The sum has its 80 % band; without a cost the paths can say nothing of whether it pays."""
    result = compared(living, scenario("2027-01", avert()), reference)
    first, *more = sentences_of(result)
    low, high = (fmt.millions(end) for end in result.net_band)
    assert low != high
    assert f"{fmt.mio(result.net)} i 2025–2028 (80{fmt.NBSP}%: {low}–{high})" in first
    assert more[0] == "Udgiften til at opnå det er ikke regnet med, og antagelserne er ikke prøvet."
    assert more[-1] == "Nettogevinsten mærkes først fra 2027."
    assert not any("Sandsynligheden" in one or "0,0" in one for one in more)


def test_a_priced_gain_has_its_chance(living, reference):
    cost = ("programme", {"cost_per_case": 100_000.0, "cases_per_month": 0.5})
    said = " ".join(sentences_of(compared(living, scenario("2027-01", avert(low=0.2, high=0.7), cost), reference)))
    assert "Sandsynligheden for, at det betaler sig i perioden, er" in said
    assert "ikke regnet med" not in said
    assert "ikke prøvet" not in said


def test_the_page_says_why_its_year_is_not_the_forecasts(living, reference):
    """Service year against booked year, with both numbers; nothing where they are written alike."""
    result = compared(living, scenario("2027-01", avert()), reference)
    here = float(result.years["baseline_mean"].iloc[0])
    note = baseline_note(result, prognosis("2025-06", ends=(here / 1e6 + 2, 0, 0, 0, 0)), reference)
    assert f"Uden scenariet er udgiften {fmt.mio(here)} i 2025 (i prognosen {fmt.millions(here + 2e6)})" in note
    same = prognosis("2025-06", ends=(here / 1e6, 0, 0, 0, 0))
    assert baseline_note(result, same, reference) == ""
    last = result.years.iloc[-1]
    ahead = pd.DataFrame([{"level": "total", "year": int(last["year"]), "mean": float(last["baseline_mean"]) - 3e6}])
    note = baseline_note(result, replace(same, outline_years=ahead), reference)
    assert f"{fmt.mio(last['baseline_mean'])} i {int(last['year'])} (i prognosen" in note
    assert "2025" not in note
