"""The papers' sentences, case by case: who is asked for what, and a year held against a year."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cockpit.domain import activity_words, paper_words
from cockpit.domain.hit_rate import ORIGIN_COLUMNS, RECONSTRUCTED, RIVALS, HitRate
from cockpit.domain.measures import Measure
from cockpit.domain.paper import COMMITTEE, READERS, Audience
from cockpit.domain.prognosis import BRIDGE_COLUMNS, FAN_COLUMNS, MONTH_COLUMNS, OUTLINE_COLUMNS, ROW_COLUMNS, Prognosis
from cockpit.domain.sentences import RIVAL_NAMES
from tests.unit.test_scenario_sentences import programme, result
from tests.worlds import scenario

OVER = {"mean": 207e6, "p10": 203e6, "p25": 205e6, "p75": 209e6, "p90": 211e6, "deviation": 7e6}
UNDER = {"mean": 193e6, "p10": 189e6, "p25": 191e6, "p75": 195e6, "p90": 197e6, "deviation": -7e6}
MEASURE = Measure("T1", "Hjemtagning", 2026, 900_000.0, pd.Timestamp(dt.date(2026, 10, 1)), "Familiechef")
NONE_NEEDED = "Der er ikke behov for kompenserende tiltag på det foreliggende grundlag."
FOR_INFORMATION = "Det forventede regnskab forelægges til efterretning"
NB = "\u00a0"
ASKS = {
    "udvalg": "beder forvaltningen om forslag til næste møde",
    "ledelse": "aftaler, hvem der kommer med forslag, og hvornår",
}


def prognosis(row: dict) -> Prognosis:
    total = {"level": "total", "key": "total", "label": "I alt", "budget_revised": 200e6, **row}
    empty = {
        name: pd.DataFrame(columns=list(columns))
        for name, columns in (
            ("months", MONTH_COLUMNS), ("fan", FAN_COLUMNS), ("outline_years", OUTLINE_COLUMNS),
            ("bridge", BRIDGE_COLUMNS),
        )
    }  # fmt: skip
    rows = pd.DataFrame([total]).reindex(columns=list(ROW_COLUMNS))
    as_of = pd.Period("2026-08", "M")
    return Prognosis(as_of=as_of, year=2026, data_id="d", seed=1, n_paths=2000, versions={}, rows=rows, **empty)


@pytest.mark.parametrize("audience", ["udvalg", "ledelse"])
@pytest.mark.parametrize(
    ("row", "measures", "title", "last_point", "words"),
    [
        (UNDER, (), FOR_INFORMATION, "til efterretning", NONE_NEEDED),
        (OVER, (), f"Der er endnu ikke foreslået tiltag mod det ventede merforbrug på 7,0{NB}mio.{NB}kr.",
         "{reader} drøfter, hvordan merforbruget kan imødegås, og {asks}",
         ""),
        (OVER, (MEASURE,),
         f"Der foreslås tiltag for 0,9{NB}mio.{NB}kr. mod det ventede merforbrug på 7,0{NB}mio.{NB}kr.; "
         f"for de resterende 6,1{NB}mio.{NB}kr. er der endnu ingen",
         f"{{reader}} drøfter, hvordan de resterende 6,1{NB}mio.{NB}kr. kan imødegås, og {{asks}}",
         f"Virker de fuldt ud, ender året 6,1{NB}mio.{NB}kr. over budgettet."),
        (OVER, (replace(MEASURE, effect=7e6),),
         f"Der foreslås tiltag for 7,0{NB}mio.{NB}kr. mod det ventede merforbrug på 7,0{NB}mio.{NB}kr.",
         "{reader} godkender de kompenserende tiltag nedenfor", "Virker de fuldt ud, ender året på budgettet."),
        (UNDER, (MEASURE,), FOR_INFORMATION, "til efterretning", "De indgår ikke i prognosen."),
    ],
)  # fmt: skip
def test_each_reader_is_asked_for_what_the_year_calls_for(
    audience: Audience, row: dict, measures: tuple, title: str, last_point: str, words: str
) -> None:
    """The proposal speaks to its own reader and never to the other, and what no measure meets is asked of somebody."""
    of_year, reader = prognosis(row), READERS[audience]
    points = paper_words.proposals(of_year, measures, audience)
    assert paper_words.proposal_title(of_year, measures) == title
    assert points[0].startswith(f"at {reader} tager")
    assert points[-1].endswith(last_point.format(reader=reader, asks=ASKS[audience]))
    assert words in paper_words.measures_words(of_year, measures)
    other = {"udvalget": "ledelsen", "ledelsen": "udvalget"}[reader]
    assert not any(other in text for text in points)
    assert audience == COMMITTEE or not any("forvaltningen" in text for text in points)  # it is the administration


@pytest.mark.parametrize(
    ("booked", "said"),
    [
        ([16e6] * 13, f"Regnskabet for 2025 blev 208,0{NB}mio.{NB}kr., og budgettet for 2026 er 200,0{NB}mio.{NB}kr., "
                      f"altså 8,0{NB}mio.{NB}kr. mindre."),
        ([15e6] * 13, f"Regnskabet for 2025 blev 195,0{NB}mio.{NB}kr., og budgettet for 2026 er 200,0{NB}mio.{NB}kr., "
                      f"altså 5,0{NB}mio.{NB}kr. mere."),
        ([200e6 / 13] * 13, f"Regnskabet for 2025 blev 200,0{NB}mio.{NB}kr., og budgettet for 2026 er "
                            f"200,0{NB}mio.{NB}kr."),
        ([16e6] * 12 + [np.nan], ""),  # the supplement is not booked yet
        ([], ""),
    ],
)  # fmt: skip
def test_last_years_outturn_is_held_against_the_budget_once_it_is_whole(booked: list[float], said: str) -> None:
    year = pd.Series(booked, index=range(1, len(booked) + 1), dtype=float)
    assert paper_words.last_outturn(prognosis(OVER), year) == said


def test_scenarios_that_do_nothing_about_an_overspend_of_this_year_are_said_to() -> None:
    """Asked to decide on a scenario under an overspend, a reader would take it for help this year."""
    late, early = (
        replace(result([net, 5.0], programme()), scenario=scenario("2027-01", programme(), name=name))
        for net, name in ((0.0, "A"), (1.0, "B"))
    )
    assert paper_words.unmoved_by([late], prognosis(OVER)) == "Scenariet ændrer ikke 2026."
    assert paper_words.unmoved_by([late, late], prognosis(OVER)) == "Scenarierne ændrer ikke 2026."
    assert paper_words.unmoved_by([late, early], prognosis(OVER)) == "Scenariet »A« ændrer ikke 2026."
    assert paper_words.unmoved_by([early], prognosis(OVER)) == ""
    assert paper_words.unmoved_by([late], prognosis(UNDER)) == ""


def origins(own: float, rival: float) -> HitRate:
    """Past forecasts of the total with four months to go: two years, the outturn always 100."""
    rows = [
        {"level": "total", "key": "total", "label": "I alt", "months_to_go": 4, "year": year, "source": RECONSTRUCTED,
         "as_of": f"{year}-08", "outturn": 100e6, "mean": 100e6 + own, "p2_5": 90e6, "p10": 95e6, "p90": 105e6,
         "p97_5": 110e6, **dict.fromkeys(RIVALS, 100e6 + rival)}
        for year in (2024, 2025)
    ]  # fmt: skip
    frame = pd.DataFrame(rows).reindex(columns=list(ORIGIN_COLUMNS))
    return HitRate(as_of=pd.Period("2026-08", "M"), seed=1, n_paths=2000, versions={}, origins=frame)


def test_the_band_stands_beside_how_often_such_bands_have_held() -> None:
    """Nothing measured is said, and so is a rule of thumb that came nearer; where none did, it is not mentioned."""
    month = pd.Period("2026-08", "M")
    assert paper_words.how_sure(None, month) == paper_words.UNMEASURED
    held = f"80{NB}%-båndet har holdt i 2 af 2 tidligere prognoser på kommunens egne tal."
    assert paper_words.how_sure(origins(1e6, 4e6), month) == held
    beaten = paper_words.how_sure(origins(4e6, 1e6), month)
    assert beaten.startswith(held)
    assert f"en håndregel har ramt bedre: {RIVAL_NAMES['last_year']}, inden for 1,0{NB}mio.{NB}kr." in beaten


def months(expected: list[float], budget: float, kinds: str = "aaaaaaaaffff", price: float = 400e3) -> pd.DataFrame:
    names = [str(month) for month in pd.period_range(end="2026-12", periods=len(expected), freq="M")]
    return pd.DataFrame(
        {
            "month": names,
            "kind": ["actual" if kind == "a" else "forecast" for kind in kinds],
            "expected": expected,
            "person_years": expected,
            "budget_person_years": budget,
            "price": price,
            "complete": True,
        }
    )


@pytest.mark.parametrize(
    ("expected", "budget", "said"),
    [
        ([100.0] * 12, 98.0, "; hele året 100,0 helårspersoner mod 98,0 i budgettet"),
        # A rise late in the year: the level of December is not the year's average.
        ([100.0] * 11 + [131.0], 98.0, "; hele året 102,6 helårspersoner mod 98,0 i budgettet"),
        ([100.0] * 12, np.nan, ""),
    ],
)
def test_a_year_is_held_against_a_year(expected: list[float], budget: float, said: str) -> None:
    assert activity_words.year_beside_budget(months(expected, budget)) == said


@pytest.mark.parametrize(
    ("expected", "budget", "said"),
    [
        ([98.0] * 12 + [100.0] * 12, 95.0,
         "Der ventes flere anbragte end i budgettet: 100,0 helårspersoner mod 95,0. For "
         "et år siden var 98,0 anbragt; nu er det 100,0."),
        ([98.0] * 12 + [90.0] * 12, 95.0,
         "Der ventes færre anbragte end i budgettet: 90,0 helårspersoner mod 95,0. For "
         "et år siden var 98,0 anbragt; nu er det 90,0."),
        ([98.0] * 12 + [95.0] * 12, 95.0, ""),
        ([98.0] * 12 + [95.0] * 12, np.nan, ""),
    ],
)  # fmt: skip
def test_more_placements_are_said_to_be_so_beside_the_budget(expected: list[float], budget: float, said: str) -> None:
    """The budget may be far from what a year ago was: more than one is not more than the other."""
    of_two_years = months(expected, budget, "a" * 20 + "ffff")
    assert paper_words.more_than_what(of_two_years, pd.Period("2026-08", "M")) == said


def test_half_a_year_is_not_held_against_the_budget() -> None:
    """The months before the extract begins are not known, so the year is no year."""
    assert activity_words.year_beside_budget(months([100.0] * 6, 98.0, "aaffff")) == ""


@pytest.mark.parametrize(
    ("price_then", "price_now", "said"),
    [
        (400e3, 412e3, f"En helårsperson koster 412.000{NB}kr., 3{NB}% mere end for et år siden."),
        (400e3, 388e3, f"En helårsperson koster 388.000{NB}kr., 3{NB}% mindre end for et år siden."),
        (400e3, 400e3, f"En helårsperson koster 400.000{NB}kr., det samme som for et år siden."),
        (np.nan, 400e3, f"En helårsperson koster 400.000{NB}kr."),
        (400e3, np.nan, ""),
    ],
)
def test_the_price_is_told_in_a_sentence_of_its_own(price_then: float, price_now: float, said: str) -> None:
    frame = months([100.0] * 13, 98.0, "a" * 13)
    assert activity_words.price_answer(frame.assign(price=[price_then] * 12 + [price_now])) == said


def test_the_first_line_tells_of_number_alone() -> None:
    text = activity_words.answer("Plejefamilie", ("barn", "børn"), months([100.0] * 13, 98.0, "a" * 13))
    assert text == f"Plejefamilie: 100{NB}børn i december{NB}2026, lige så mange som for et år siden"


AUGUST = pd.Period("2026-08", "M")
CLOSED = replace(prognosis(OVER), last_close=AUGUST)
PRICE = {"part": "price", "cause": "højere enhedspriser", "amount": 2e6}
VOLUME = {"part": "volume", "cause": "mere aktivitet", "amount": 18e6}
MIX = {"part": "mix", "cause": "en større andel i billigere typer", "amount": -13e6}


def types(*rows: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["label", "deviation"])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (paper_words.deviations_title(types(("Plejefamilie", 3.2e6), ("Dagbehandling", -1.1e6))),
         f"Blandt typerne trækker plejefamilie mest op (+3,2{NB}mio.{NB}kr.) og dagbehandling mest ned "
         f"(−1,1{NB}mio.{NB}kr.)"),
        (paper_words.deviations_title(types(("Plejefamilie", 3.2e6), ("Dagbehandling", -1.1e6)), {"Dagbehandling"}),
         f"Blandt typerne trækker plejefamilie mest op (+3,2{NB}mio.{NB}kr.) og dagbehandling mest ned "
         f"(−1,1{NB}mio.{NB}kr., men det er usikkert)"),
        (paper_words.deviations_title(types(("Plejefamilie", 3.2e6), ("Dagbehandling", -1e4))),
         f"Blandt typerne trækker plejefamilie mest op (+3,2{NB}mio.{NB}kr.)"),
        (paper_words.deviations_title(types(("Plejefamilie", -1e4), ("Dagbehandling", np.nan))),
         "Ingen indsatstype afviger nævneværdigt fra budgettet"),
        (paper_words.bridge_title(pd.DataFrame([PRICE, VOLUME, MIX]), "budget_to_forecast"),
         f"Afvigelsen fra budgettet: blandt årsagerne betyder mængde og sammensætning tilsammen mest "
         f"(+5,0{NB}mio.{NB}kr.)"),
        # Where the mix may not be told, volume alone would mislead.
        (paper_words.bridge_title(pd.DataFrame([PRICE, VOLUME]), "budget_to_forecast"),
         f"Afvigelsen fra budgettet: blandt årsagerne betyder højere enhedspriser mest (+2,0{NB}mio.{NB}kr.)"),
        (paper_words.bridge_title(pd.DataFrame([{**PRICE, "amount": 2e3}]), "last_close_to_now"),
         "Ændringen siden sidst er uden nævneværdige enkeltårsager"),
        (paper_words.ladder_title(193.2, 190.8, AUGUST),
         f"193,2 børn og unge var i gennemsnit anbragt i august{NB}2026 mod 190,8 for et år siden"),
        (paper_words.ladder_title(193.2, 193.21, AUGUST),
         f"193,2 børn og unge var i gennemsnit anbragt i august{NB}2026, lige så mange som for et år siden"),
        (paper_words.ladder_title(193.2, np.nan, AUGUST),
         f"193,2 børn og unge var i gennemsnit anbragt i august{NB}2026"),
        (paper_words.outline_title(pd.DataFrame([{"year": 2029, "mean": 210e6}]), 200e6),
         f"Overslagsårene: 210,0{NB}mio.{NB}kr. i 2029 i løbende priser, 5{NB}% mere end i år"),
        (paper_words.outline_title(pd.DataFrame([{"year": 2029, "mean": 190e6}]), 200e6),
         f"Overslagsårene: 190,0{NB}mio.{NB}kr. i 2029 i løbende priser, 5{NB}% mindre end i år"),
        (paper_words.outline_title(pd.DataFrame([{"year": 2029, "mean": 200.1e6}]), 200e6),
         f"Overslagsårene: 200,1{NB}mio.{NB}kr. i 2029 i løbende priser"),
        (paper_words.outline_title(pd.DataFrame([{"year": 2029, "mean": 224e6}]), 200e6, 206e6),
         f"Overslagsårene: 224,0{NB}mio.{NB}kr. i 2029 i løbende priser, 12{NB}% mere end i år "
         f"(3{NB}% mere i faste priser)"),
        (paper_words.outline_title(pd.DataFrame([{"year": 2029, "mean": 224e6}]), 200e6, 200e6),
         f"Overslagsårene: 224,0{NB}mio.{NB}kr. i 2029 i løbende priser, 12{NB}% mere end i år "
         f"(det samme i faste priser)"),
        (paper_words.type_in_bridge(pd.DataFrame([PRICE, VOLUME, MIX])),
         "Det, flere eller færre af en enkelt type koster, er en del af mængde og sammensætning tilsammen, i alt "
         f"+5,0{NB}mio.{NB}kr."),
        (paper_words.type_in_bridge(pd.DataFrame([PRICE, VOLUME])), ""),  # the mix may not be told
        (paper_words.service_title(226e6, -9e6, 2026),
         f"Serviceudgifterne 2026 ventes at blive 226,0{NB}mio.{NB}kr.; fratrukket central refusion på "
         f"9,0{NB}mio.{NB}kr. er forventet regnskab 217,0{NB}mio.{NB}kr."),
        (paper_words.service_title(226e6, np.nan, 2026),
         f"Serviceudgifterne 2026 ventes at blive 226,0{NB}mio.{NB}kr."),
        (paper_words.service_title(np.nan, np.nan, 2026), "Regnskabet 2026 pr. konto"),
        (paper_words.since_close(CLOSED, prognosis({**OVER, "mean": 205e6})),
         f"I forhold til seneste opgørelse pr. august{NB}2026 er forventet regnskab 2,0{NB}mio.{NB}kr. højere."),
        (paper_words.since_close(CLOSED, prognosis({**OVER, "mean": 207.01e6})),
         f"I forhold til seneste opgørelse pr. august{NB}2026 er forventet regnskab uændret."),
        (paper_words.since_close(prognosis({**OVER}), prognosis({**OVER, "mean": 209e6})),
         f"I forhold til august{NB}2026, som ikke er lukket og derfor er genberegnet, er forventet regnskab "
         f"2,0{NB}mio.{NB}kr. lavere."),
        (paper_words.since_close(prognosis({**OVER}), None), ""),
        (paper_words.method_title(prognosis(OVER)),
         f"Prognosen er gennemsnittet af 2.000 mulige forløb af året, regnet af data til og med august{NB}2026"),
        (paper_words.basis_title(prognosis(OVER), 0, 62),
         f"Tallene hviler på data til og med august{NB}2026 og bekræftede forudsætninger"),
        (paper_words.basis_title(prognosis(OVER), 32, 62),
         f"Tallene hviler på data til og med august{NB}2026 og på 62{NB}forudsætninger, hvoraf 32 er skøn"),
    ],
)  # fmt: skip
def test_every_page_of_a_paper_opens_with_a_sentence_of_its_numbers(written: str, said: str) -> None:
    """Over, under, nothing to speak of, and nothing to compare with, for each of the titles."""
    assert written == said


def test_an_earlier_month_names_the_actions_it_does_not_have() -> None:
    """Known to the end of the month after; what came later is named where the actions are listed."""
    text = paper_words.later_measures(["Hjemtagning", "Færre køb"], pd.Period("2026-06", "M"))
    told = text.replace("\N{NO-BREAK SPACE}", " ")
    assert told == "»Hjemtagning« og »Færre køb« er skrevet ind efter juli 2026 og står ikke i papirer pr. juni 2026."
