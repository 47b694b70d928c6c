"""Scenario files: what can be written, what is told when it cannot, and that a scenario survives being saved."""

import base64
import json
import re
import zlib
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.domain.findings import UserFault
from cockpit.domain.lever_names import FIELD_NAMES, KIND_NAMES, UNITS, field_name
from cockpit.domain.levers import KINDS, WRITTEN, Amount, Avert, BringHome, Programme, StepDown
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Basis, Scenario, changes_of
from cockpit.domain.scenario_document import scenario_from
from cockpit.domain.scenario_words import costs_beside, own_costs, warnings_of
from cockpit.intake.scenario_file import parse_scenario, read_scenario, write_scenario
from cockpit.services import scenario as scenarios
from tests.personal import SERIAL, cpr_number

CPR = cpr_number()
MONTHS = pd.period_range("2026-01", "2028-12", freq="M")
EXAMPLE = """
name = "Intensiv hjemmebaseret indsats"
start = "2026-01"                # first month anything happens
[[levers]]
kind = "avert"
type = "residential_home"
children_per_month = 0.5
low = 0.2
high = 0.7
lag_months = 6
ramp_months = 12
source = "Herning 2013-15"
[[levers]]
kind = "step_down"
from = "residential_home"
to = "foster_care"
children = 6
ramp_months = 6
source = "gennemgang af sager, marts"
[[levers]]
kind = "shorten"
type = "institution"
share = 0.10
source = "hyppigere opfølgning"
[[levers]]
kind = "price"
type = "residential_home"
share = -0.03
source = "rammeaftale"
[[levers]]
kind = "programme"
cost_per_case = 150000
cases_per_month = 1.5
months = 24
one_off = 500000
source = "MST, Socialstyrelsen"
[[levers]]
kind = "amount"
per_year = { 2026 = -2000000, 2027 = -3000000 }
source = "budgetforlig"
"""


def lever(kind, **values):
    given = {"source": "prøve", "start": None, **values}
    given = {key: value for key, value in given.items() if value is not None}
    return {"kind": kind, **given}


def faults_of(reference, *levers, **top):
    with pytest.raises(UserFault) as told:
        scenario_from({"name": "Prøve", "start": "2026-01", "levers": list(levers), **top}, reference)
    return str(told.value)


def test_the_example_of_the_guide_is_read_as_it_is_meant(reference):
    """Six levers; what is not written takes its default."""
    scenario = parse_scenario(EXAMPLE, reference)
    avert, step_down, *_, amount = scenario.levers
    assert (scenario.name, scenario.start) == ("Intensiv hjemmebaseret indsats", pd.Period("2026-01", "M"))
    assert [one.KIND for one in scenario.levers] == ["avert", "step_down", "shorten", "price", "programme", "amount"]
    assert (avert.value, avert.range, avert.lag_months) == (0.5, (0.2, 0.7), 6)
    assert (step_down.from_type, step_down.to_type, step_down.range) == ("residential_home", "foster_care", (6.0, 6.0))
    assert amount.per_year == ((2026, -2_000_000.0), (2027, -3_000_000.0))


def test_a_scenario_survives_being_written_and_read(reference):
    scenario = parse_scenario(EXAMPLE, reference)
    assert parse_scenario(write_scenario(scenario), reference) == scenario


@given(
    name=st.text(st.characters(blacklist_categories=["Cs", "Nd"]), min_size=1, max_size=40).filter(
        lambda text: text.strip()
    ),
    count=st.floats(0, 20),
    lag=st.integers(0, 60),
    month=st.integers(1, 12),
)
def test_any_name_and_numbers_survive(reference, name, count, lag, month):
    """Quotation marks, line breaks, signs of control and odd decimals among them."""
    own = Avert(type="foster_care", children_per_month=count, lag_months=lag, source=name.strip())
    scenario = Scenario(name.strip(), pd.Period(f"2026-{month:02d}", "M"), (own,))
    assert parse_scenario(write_scenario(scenario), reference) == scenario


def test_nothing_that_looks_like_a_cpr_number_is_taken_in(reference):
    with pytest.raises(UserFault, match="CPR-nummer"):
        parse_scenario(EXAMPLE.replace("rammeaftale", f"sagen om {CPR}"), reference)


def linked(text):
    return base64.urlsafe_b64encode(zlib.compress(text.encode())).decode()


PLACES = (
    {"name": f"sag {CPR}"},
    {CPR: "a"},
    {"levers": [{"kind": "amount", "source": "a", "per_year": {CPR: 1}}]},
    {"levers": [[CPR]]},
    {"levers": [{"kind": "amount", "source": int(cpr_number("", "201121")), "per_year": {"2026": 1}}]},
    {"pinned": {"by": CPR}},
)


@pytest.mark.parametrize("extra", PLACES)
def test_a_link_or_a_file_with_a_cpr_number_anywhere_is_refused_without_repeating_it(reference, extra):
    """In names, keys, lists, numbers and papers."""
    document = {"name": "Prøve", "start": "2026-01", **extra}
    as_toml = "\n".join(f"{json.dumps(key)} = {inline(value)}" for key, value in document.items())
    for read, text in ((scenarios.from_link, linked(json.dumps(document))), (parse_scenario, as_toml)):
        with pytest.raises(UserFault, match="CPR-nummer") as fault:
            read(text, reference)
        assert SERIAL not in str(fault.value)


def inline(value):
    """A value as TOML in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {inline(one)}" for key, one in value.items()) + "}"
    return f"[{', '.join(map(inline, value))}]" if isinstance(value, list) else json.dumps(value)


def test_the_name_of_a_file_is_told_without_a_cpr_number(reference, tmp_path):
    (tmp_path / f"{CPR}.toml").write_text("name = ", encoding="utf-8")
    for path in (tmp_path / f"{CPR}.toml", tmp_path / f"findes ikke {CPR}.toml"):
        with pytest.raises(UserFault) as fault:
            read_scenario(path, reference)
        assert CPR not in str(fault.value)


def test_the_papers_of_a_saved_scenario_are_no_cpr_number(reference):
    """A hash may hold ten digits that look like one."""
    identity = "a" + CPR.replace("-", "") + "b" * 53
    own = {"as_of": "2026-08", "seed": 1, "n_paths": 10, "saved": "2026-09-10 09:30", "by": "a", "versions": {}}
    pinned = {**own, "data_id": identity, "reference": identity}
    text = f'name = "a"\nstart = "2026-10"\npinned = {inline(pinned)}'
    assert parse_scenario(text, reference).pinned.basis.data_id == identity


def test_what_is_pinned_in_a_link_is_not_believed(reference):
    """Only what is saved here can say what it came to."""
    own = {"as_of": "2026-08", "seed": 1, "n_paths": 10, "saved": "", "by": "a", "versions": {}, "net": 1e9}
    text = json.dumps({"name": "a", "start": "2026-01", "pinned": {**own, "data_id": "a", "reference": "a"}})
    assert scenarios.from_link(linked(text), reference).pinned is None


DEEP, LONG = "[" * 100_000, "9" * 400
MONSTERS = (
    f'{{"x": {DEEP}',
    f'{{"name": "a", "start": "2026-01", "levers": {"[" * 500}{"]" * 500}}}',
    f'{{"name": "a", "start": "2026-01", "outline_years": {LONG}}}',
    f'{{"name": {LONG}, "start": {LONG}}}',
    f'{{"name": "a", "start": "2026-01", "levers": [{{"kind": "price", "type": "foster_care", "share": {LONG}}}]}}',
    f'{{"name": "a", "start": "2026-01", "x": {"9" * 5000}}}',
    '{"name": "\\ud800", "start": "2026-01"}',
    '{"name": "a", "start": "2026-01", "pinned": {"as_of": "2026-01", "data_id": "a", "seed": 1e999, "n_paths": 1}}',
    DEEP,
)


@pytest.mark.parametrize("text", MONSTERS, ids=range(len(MONSTERS)))
def test_a_monstrous_link_is_told_calmly(reference, text):
    with pytest.raises(UserFault) as fault:
        scenarios.from_link(linked(text), reference)
    assert len(str(fault.value)) < 2_000


@pytest.mark.parametrize(
    "line",
    [f"x = {DEEP}", DEEP, f"x = {'[' * 500}{']' * 500}", f"outline_years = {LONG}", f"x = {'9' * 5000}",
     f"outline_years = 0x{'f' * 5000}", f"[[levers]]\nkind = 'price'\ntype = 'foster_care'\nshare = {LONG}"],
    ids=range(7),
)  # fmt: skip
def test_a_monstrous_file_is_told_calmly(reference, line):
    with pytest.raises(UserFault):
        parse_scenario(f'name = "a"\nstart = "2026-01"\n{line}', reference)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        (lever("avert", type="residential_home", children_per_month=1, børn=2), "»børn«"),
        (lever("undgå", type="residential_home"), "»undgå«"),
        (lever("avert", type="slot", children_per_month=1), "»slot«"),
        (lever("avert", type="residential_home", children_per_month=-1), "children_per_month"),
        (lever("avert", type="residential_home", children_per_month=True), "children_per_month"),
        (lever("avert", type="residential_home", children_per_month=float("nan")), "children_per_month"),
        (lever("avert", type="residential_home", children_per_month=1, lag_months=-1), "lag_months"),
        (lever("avert", type="residential_home", children_per_month=1, lag_months=1.5), "helt tal"),
        (lever("avert", type="residential_home", children_per_month=1, low=2), "»low«"),
        (lever("avert", type="residential_home", children_per_month=1, high=0.5), "»high«"),
        (lever("avert", type="residential_home", children_per_month=1, low=-1, high=2), "»low«"),
        (lever("avert", type="residential_home", children_per_month=1, age_from=12, age_to=6), "age_from"),
        (lever("avert", type="residential_home", children_per_month=1, success_rate=1.2), "success_rate"),
        (lever("avert", type="residential_home", children_per_month=1, start="2026-13"), "2026-13"),
        (lever("step_down", **{"from": "foster_care", "to": "foster_care"}, children=1), "to gange"),
        (lever("step_down", **{"from": "foster_care"}, children=1), "»to« mangler"),
        (lever("step_down", **{"from": "foster_care", "to": "network_care"}, children=1, fade_months=2), "fade_months"),
        (lever("shorten", type="institution", share=1.0), "share"),
        (lever("amount", per_year={"næste år": -1}), "næste år"),
        (lever("amount", per_year={}), "per_year"),
        ({"type": "foster_care"}, "»kind« mangler"),
    ],
)
def test_a_fault_names_the_lever_and_the_word(reference, written, word):
    """What is unknown, missing or impossible is told with where it stands."""
    told = faults_of(reference, written)
    assert word in told
    assert "Greb 1" in told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("low = 0.9", "10. Greb 1, færre nye (avert): Lavt skøn »low« er 0,9, som er over børn pr. måned »children_pe"),
        ("low = true", "10. Greb 1, færre nye (avert): Lavt skøn »low« er »true«, men skal være et tal uden anførsel"),
        ("lav = 0.2", "»lav« er ikke en nøgle her. Brug source (kilde), start (egen første måned),"),
        ("age_from = 17", "Fra alder »age_from« er 17, som er større end til og med alder »age_to« på 12. Byt dem om"),
        ('type = "slot"', "Linje 7. Greb 1, færre nye (avert): Type »type« er »slot«, som ikke er en type. Skriv fx"),
        ('type = "opholdsted"', "som ikke er en type. Skriv fx »Opholdssted«. Alle navne står på siden Data"),
        ('type = "residental_home"', "Skriv fx »residential_home«."),
        ('kind = "undgå"', "Linje 6. Greb 1: Slags greb »kind« er »undgå«, som ikke er en slags greb. Skriv kind so"),
        ('source = " "', "Linje 9. Greb 1, færre nye (avert): Kilde »source« er » «, men skal være en tekst, der ik"),
        ('start = "august"', 'Linje 3. Scenariet: Første måned »start« er »august«. Skriv en måned som "ÅÅÅÅ-MM", f'),
        ("outline_years = 4", "Linje 4. Scenariet: År frem »outline_years« er 4. Skriv 3 eller 10 år efter det aktu"),
        ("children_per_month =", "linje 8, kolonne 21: »children_per_month =« kan ikke læses som TOML. Der mangler en"),
        ("low = 0,2", "linje 10, kolonne 8: »low = 0,2« kan ikke læses som TOML. Decimaler skrives med punktum: 0.2."),
        ("source = Herning", "linje 9, kolonne 10: »source = Herning« kan ikke læses som TOML. Tekst og måneder står"),
        ('source = "Herning', "kan ikke læses som TOML. Der mangler et afsluttende anførselstegn."),
        ("[[levers]", "linje 5, kolonne 9: »[[levers]« kan ikke læses som TOML. Hvert greb begynder med en linje"),
        ("low 0.2", "linje 10, kolonne 5: »low 0.2« kan ikke læses som TOML. Skriv linjen som nøgle = værdi"),
    ],
)
def test_a_fault_of_a_file_names_the_file_the_line_the_value_and_the_remedy(reference, tmp_path, line, told):
    """The line takes the place of the one with its key, else it comes last."""
    lines = [
        "# en prøve", 'name = "Prøve"', 'start = "2026-01"', "outline_years = 3", "[[levers]]", 'kind = "avert"',
        'type = "residential_home"', "children_per_month = 0.5", 'source = "prøve"', "age_to = 12",
    ]  # fmt: skip
    key = line.partition("=")[0].strip() if not line.startswith("[") else "[[levers]]"
    same = [at for at, old in enumerate(lines) if old.startswith(key)]
    lines[same[0] if same else -1] = line
    lines += ["age_to = 12"] if key == "age_from" else []
    path = tmp_path / "tidlig.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(UserFault) as fault:
        read_scenario(path, reference)
    assert str(fault.value).startswith(str(path))
    assert told in str(fault.value)


def test_what_is_missing_is_told_with_what_to_write(reference):
    """At the line where the lever begins."""
    with pytest.raises(UserFault) as fault:
        parse_scenario('name = "a"\nstart = "2026-01"\n\n[[levers]]\nkind = "shorten"\ntype = "institution"', reference)
    begin = "Linje 4. Greb 1, kortere forløb (shorten): "
    assert f"{begin}Andel »share« mangler. Tilføj en linje som share = 0.5." in str(fault.value)
    assert f"{begin}Kilde »source« mangler. Tilføj en linje som source = " in str(fault.value)


def test_a_cpr_number_in_a_line_that_cannot_be_read_is_not_repeated(reference):
    number = CPR
    with pytest.raises(UserFault) as fault:
        parse_scenario(f'name = "a"\nstart = sagen om {number}', reference)
    assert "linje 2" in str(fault.value)
    assert number not in str(fault.value)


def test_all_faults_are_told_at_once(reference):
    told = faults_of(
        reference, lever("avert", type="slot", children_per_month=-1), lever("x"), nme="y", start="i morgen"
    )
    for word in ("»nme«", "i morgen", "»slot«", "children_per_month", "Greb 2"):
        assert word in told


def test_a_blank_source_is_no_source(reference):
    written = lever("price", type="foster_care", share=0.1) | {"source": "  "}
    assert "»source«" in faults_of(reference, written)


@pytest.mark.parametrize("text", ["name = ", "levers = 3\nname='a'\nstart='2026-01'", "[[levers]]\nkind='avert'\nx"])
def test_what_is_no_scenario_is_told_calmly(reference, text):
    with pytest.raises(UserFault):
        parse_scenario(text, reference)


def test_a_file_that_is_not_there_is_told(reference, tmp_path):
    with pytest.raises(UserFault, match=r"findes ikke\.toml"):
        read_scenario(tmp_path / "findes ikke.toml", reference)


def test_a_danish_name_of_a_type_is_understood(reference):
    written = lever("price", type="Plejefamilie", share=0.1)
    scenario = scenario_from({"name": "a", "start": "2026-01", "levers": [written]}, reference)
    assert scenario.levers[0].type == "foster_care"


def profile(**timing):
    own = Avert(type="foster_care", children_per_month=1, source="prøve", **timing)
    return own.profile(pd.Period("2026-03", "M"), MONTHS)


def test_nothing_happens_before_the_start_and_the_lag():
    """March, and four months on: July is the first."""
    assert profile(lag_months=4).tolist() == [0.0] * 6 + [1.0] * 30


def test_an_own_start_counts_where_it_is_later_only():
    assert profile(start=pd.Period("2026-05", "M")).argmax() == 4
    assert profile(start=pd.Period("2025-05", "M")).argmax() == 2


def test_a_ramp_grows_evenly_to_full_in_its_last_month():
    assert profile(ramp_months=4)[2:7].tolist() == [0.25, 0.5, 0.75, 1.0, 1.0]


def test_an_effect_fades_evenly_to_nothing_after_its_full_months():
    """Full in the ramp's last month, held for two more, then gone in four steps."""
    assert profile(ramp_months=2, hold_months=2, fade_months=4)[2:11].tolist() == [
        0.5, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0,
    ]  # fmt: skip


def test_a_programme_costs_in_the_month_its_cases_start():
    """Two cases a month for three months, an one-off in the first, staff as long as it runs."""
    own = Programme(cost_per_case=10, cases_per_month=2, months=3, one_off=7, staff_per_year=12, source="prøve")
    start = pd.Period("2026-02", "M")
    assert own.cases(start, MONTHS)[:6].tolist() == [0, 2, 2, 2, 0, 0]
    assert own.fixed_cost(start, MONTHS)[:6].tolist() == [0, 8, 1, 1, 0, 0]


def test_an_amount_comes_in_full_within_its_year_whenever_it_starts():
    own = Amount(per_year=((2026, -1200.0), (2027, 600.0)), source="prøve")
    by_month = own.by_month(pd.Period("2026-10", "M"), MONTHS)
    assert by_month[:12].tolist() == [0.0] * 9 + [-400.0] * 3
    assert by_month[12:24].sum() == pytest.approx(600.0)
    assert by_month[24:].sum() == 0


def test_a_decided_efficiency_has_its_full_effect_a_year_after_it_is_carried_out():
    """12,0 mio. a year from January 2026 with a year's ramp: 6,5 mio. in the first year, all of it from then on."""
    decided = tuple((year, -12e6) for year in (2026, 2027, 2028))
    by_month = Amount(per_year=decided, ramp_months=12, source="prøve").by_month(MONTHS[0], MONTHS)
    assert by_month.reshape(3, 12).sum(axis=1) == pytest.approx([-6.5e6, -12e6, -12e6])


def test_the_order_of_writing_does_not_matter():
    first = Avert(type="foster_care", children_per_month=1, source="a")
    second = StepDown(from_type="institution", to_type="foster_care", children=2, source="b")
    one, other = (Scenario("x", MONTHS[0], levers) for levers in ((first, second), (second, first)))
    assert one.ordered == other.ordered


def test_scenarios_add_up_and_every_lever_keeps_its_own_start():
    first = Scenario("A", MONTHS[0], (Avert(type="foster_care", children_per_month=1, source="a"),))
    second = Scenario("B", MONTHS[5], (Avert(type="institution", children_per_month=1, source="b"),))
    both = second + first
    assert both.name == "B + A"
    assert both.start == MONTHS[0]
    assert [one.begins(both.start) for one in both.levers] == [MONTHS[5], MONTHS[0]]


@pytest.mark.parametrize(
    ("per_year", "told"),
    [
        (((2026, -1e6), (2028, -1e6)), []),
        (((2028, -1e6), (2040, -1e6), (2041, 2e6)), ["Beløb for 2040 og 2041 ligger uden for 2026–2028"]),
        (((2025, -1e6), (2026, -1e6)), ["Beløb for 2025 ligger uden for 2026–2028"]),
        (((2027, -1e6), (2040, 0.0)), []),
    ],
    ids=["within", "after the last year", "before the start", "nothing"],
)
def test_an_amount_of_a_year_that_is_not_there_is_told(
    reference: Reference, per_year: tuple[tuple[int, float], ...], told: list[str]
) -> None:
    """A saving decided for a year outside the scenario would vanish; the year is named."""
    scenario = Scenario("Plan", MONTHS[0], (Amount(per_year=per_year, source="budgetforlig"),))
    parts = {"refund_lost": np.zeros(len(MONTHS)), "net": np.zeros(len(MONTHS))}
    warnings = warnings_of(scenario, MONTHS[0] - 1, MONTHS, (), parts, reference)
    assert [one.partition(", som")[0] for one in warnings if one.startswith("Beløb for")] == told


HOME = BringHome(
    from_type="residential_home", to_type="institution", places=4, cost_per_place=90_000.0, one_off=1e6, source="skøn"
)
CASES = Programme(cost_per_case=150_000.0, cases_per_month=1.0, source="skøn")


@pytest.mark.parametrize(
    ("levers", "name", "held"),
    [
        ((HOME,), "Etablering og tomme pladser", "de fyldte pladser er trukket fra i det sparede"),
        ((CASES,), "Programmets pris", "det, indsatsen selv koster"),
        ((HOME, CASES), "Egne udgifter", "programmer og etablering og tomme pladser"),
        ((), "Egne udgifter", "ingen i scenariet"),
    ],
    ids=["places", "programme", "both", "none"],
)  # fmt: skip
def test_what_is_taken_off_the_saving_is_called_what_it_is(levers: tuple, name: str, held: str) -> None:
    """Places of one's own cost far more than the part that is set against the saving: the filled ones are in it."""
    assert own_costs(Scenario("Plan", MONTHS[0], levers)) == (name, held)


def test_own_costs_of_scenarios_side_by_side_are_told_apart_where_one_brings_children_home() -> None:
    home, programme = Scenario("Hjem", MONTHS[0], (HOME,)), Scenario("MST", MONTHS[0], (CASES,))
    assert costs_beside([home, programme]).startswith("Egne udgifter er for »Hjem« etablering og tomme pladser. Det, ")
    assert costs_beside([programme]) == ""


def test_a_scenario_tells_of_those_who_are_still_there_as_the_type_is_spoken_of(reference: Reference) -> None:
    """Children are at a residence and in a family, and have a contact person."""
    types = ("residential_home", "foster_care", "contact_person")
    levers = tuple(Avert(type=key, children_per_month=1.0, source="skøn") for key in types)
    parts = {"refund_lost": np.zeros(len(MONTHS)), "net": np.zeros(len(MONTHS))}
    warnings = warnings_of(Scenario("Plan", MONTHS[0], levers), MONTHS[0] - 1, MONTHS, (), parts, reference)
    assert (
        "Der er ikke regnet med, at noget andet vokser, når anbringelser i plejefamilie, anbringelser på opholdssted "
        "og forløb med kontaktperson undgås."
    ) in warnings
    assert (
        "De børn, der fortsat er i plejefamilie, er på opholdssted eller har kontaktperson, er regnet til uændret "
        "pris; de kan være dyrere."
    ) in warnings


SAVED_ON = Basis(
    pd.Period("2026-08", "M"), "data", seed=1, n_paths=1000, reference="r", versions=(("numpy", "2.4"),), content="c"
)
CHANGES = {
    "nothing": ({}, []),
    "the levers": ({"content": "d"}, ["rettet i filen"]),
    "the month, and with it the data": ({"as_of": pd.Period("2026-09", "M"), "data_id": "newer"}, ["september"]),
    "the data": ({"data_id": "newer"}, ["Data pr."]),
    "the assumptions": ({"reference": "s"}, ["Forudsætninger"]),
    "a library": ({"versions": (("numpy", "2.5"),)}, ["numpy 2.5"]),
    "the seed": ({"seed": 2}, ["startværdi"]),
    "the number of paths": ({"n_paths": 410}, ["antal forløb"]),
    "two things": ({"reference": "s", "n_paths": 410}, ["Forudsætninger", "antal forløb"]),
}


@pytest.mark.parametrize(("changed", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_has_changed_since_a_scenario_was_saved_is_said_each_by_itself(changed, expected):
    found = changes_of(SAVED_ON, replace(SAVED_ON, **changed))
    assert len(found) == len(expected)
    assert all(words in one for one, words in zip(found, expected, strict=True))


def test_a_file_that_does_not_say_what_its_levers_were_is_not_said_to_have_changed():
    assert changes_of(replace(SAVED_ON, content=None), SAVED_ON) == ()


def test_every_key_of_a_scenario_file_has_a_word():
    """A message that names a key alone is read by nobody; a word without a key names nothing."""
    names = {one.name for kind in KINDS.values() for one in fields(kind)}
    assert set(FIELD_NAMES) - {"kind"} == names
    assert all(field_name(WRITTEN.get(name, name)) for name in names)
    assert set(KIND_NAMES) == set(KINDS)
    assert set(UNITS) < set(FIELD_NAMES)


def test_faults_of_a_file_are_told_in_the_order_of_its_lines(reference: Reference) -> None:
    """Whoever mends a file goes through it from the top."""
    text = 'name = "A"\nstart = "2026-13"\n\n[[levers]]\nkind = "programme"\ncost_per_case = -1\nnote = 4\n'
    with pytest.raises(UserFault) as fault:
        parse_scenario(text, reference)
    lines = [int(found) for found in re.findall(r"^Linje (\d+)\.", str(fault.value), re.MULTILINE)]
    assert lines == sorted(lines)
    assert {2, 6, 7} <= set(lines)
