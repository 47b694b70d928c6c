"""Scenarier: what fewer placements, more steps down or shorter stays would change, against the year as expected."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.reference import PLACEMENT_STEPS, Reference
from cockpit.domain.scenario import Scenario, first_months
from cockpit.domain.scenario_result import ScenarioResult
from cockpit.domain.scenario_sentences import sentences_of
from cockpit.domain.scenario_words import PITFALLS
from cockpit.services import scenario as scenarios
from cockpit.ui import charts, levers, scenario_captions, session, tables
from cockpit.ui.drawing import chart
from cockpit.ui.pages import welcome
from cockpit.ui.parts import heading
from cockpit.ui.session import Context

LINK_KEY, NOW_KEY = session.SCENARIO_LINK, session.SCENARIO_KEY
GENERATION_KEY, MESSAGE_KEY = "scenarie_nummer", "besked_om_scenarie"
MODE_KEY, SIMPLE, FULL = "tilstand", "enkel", "alle"
MODES = {SIMPLE: "Tre skydere", FULL: "Alle greb"}
UNNAMED = "Uden navn"
NOBODY = "–"
YEAR_TABLE = (
    tables.Column("year", "År", numeric=False),
    tables.mio_column("baseline_mean", "Ventet uden"),
    tables.mio_column("scenario_mean", "Med scenariet"),
    tables.mio_column("difference_mean", "Forskel", signed=True),
    tables.mio_column("difference_p10", "80 % fra", signed=True),
    tables.mio_column("difference_p90", "80 % til", signed=True),
    tables.mio_column("gross_saving", "Sparet, brutto", signed=True),
    tables.mio_column("programme_cost", "Programmer"),
    tables.mio_column("refund_lost", "Tabt refusion"),
    tables.mio_column("net", "Gevinst", signed=True),
)
SENSITIVITY_TABLE = (
    tables.text_column("label", "Greb", long=True),
    tables.text_column("low_text", "Lavt skøn"),
    tables.text_column("high_text", "Højt skøn"),
    tables.mio_column("net_low", "Gevinst ved lavt", signed=True),
    tables.mio_column("net", "Gevinst", signed=True),
    tables.mio_column("net_high", "Gevinst ved højt", signed=True),
)
MONTH_TABLE = (
    tables.Column("month", "Måned", fmt.month_year, numeric=False),
    tables.mio_column("net", "Gevinst i måneden", signed=True),
    tables.mio_column("cumulated", "Gevinst i alt indtil da", signed=True),
)
COMPARE_TABLE = (
    tables.text_column("label", "Scenarie"),
    tables.text_column("total", "Gevinst i hele perioden"),
    tables.text_column("this_year", "Heraf i år"),
    tables.text_column("lost", "Tabt refusion"),
    tables.text_column("programme", "Programmer"),
    tables.text_column("paid", "Tjent hjem"),
    tables.text_column("chance", "Sandsynlighed"),
)


def show(context: Context) -> None:
    """Let the reader set the levers and see at once what they change."""
    if context.workspace.is_empty():
        welcome.show(context)
        return
    answer, choice = st.columns([4, 1], gap="large")
    with choice:
        as_of = session.choose_month(context.workspace)
    above = answer.container()
    if message := st.session_state.pop(MESSAGE_KEY, None):
        st.success(message)
    controls, results = st.columns([2, 3], gap="large")
    try:
        with controls:
            scenario = _edited(context, as_of)
        found = _result(context, scenario, as_of)
    except UserFault as fault:
        with above:
            heading("Scenariet kan ikke regnes endnu.", str(fault))
        return
    _remember(scenario)
    with above:
        first, *more = sentences_of(found)
        paths = fmt.plural(found.n_paths, "forløb", "forløb")
        basis = f"Opgjort til og med {fmt.month_long(found.as_of)}, efter ydelsesår, {paths}."
        heading(first, basis, " ".join(more))
    with results:
        _changed_since(scenario, context, as_of)
        _charts(found, context)
    _contributions(found, context)
    _tables(found, context, as_of)
    _compare(found, context, as_of)
    _papers(found)


def _edited(context: Context, as_of: pd.Period) -> Scenario:
    """The scenario as the controls say it now."""
    scenario = _current(context, as_of)
    generation = st.session_state.setdefault(GENERATION_KEY, 0)
    placements = _placements(context, as_of)
    if not levers.is_simple(scenario):
        session.choose_for_reader(MODE_KEY, FULL)
    mode = session.choose_section("Vis", MODES, MODE_KEY)
    scenario = replace(scenario, start=levers.choose_start(scenario, first_months(as_of), generation))
    reference = context.workspace.reference
    if mode == SIMPLE and placements:
        scenario, changed = levers.sliders(scenario, placements, reference, generation), False
    else:
        scenario, changed = levers.every_lever(scenario, placements, reference, generation)
    if changed:
        _put(scenario)
    _fetch(context, as_of)
    _keep(scenario, context, as_of)
    return scenario


def _changed_since(scenario: Scenario, context: Context, as_of: pd.Period) -> None:
    """Say of a saved scenario what it is computed on now that it was not saved on; saving again pins it anew."""
    if changes := scenarios.changes_since_saved(context.workspace, scenario, as_of):
        again = "Her er det regnet igen; gem det igen for at holde fast ved de nye tal."
        st.info("\n".join(f"- {line}" for line in (*changes, again)))


def _current(context: Context, as_of: pd.Period) -> Scenario:
    """What the reader is working on; at first what the link holds."""
    if NOW_KEY not in st.session_state:
        st.session_state[NOW_KEY] = _empty(as_of)
        if text := st.query_params.get(LINK_KEY):
            try:
                st.session_state[NOW_KEY] = scenarios.from_link(text, context.workspace.reference)
            except UserFault as fault:
                st.error(str(fault))
    return st.session_state[NOW_KEY]


def _empty(as_of: pd.Period) -> Scenario:
    return Scenario(UNNAMED, as_of + 1)


def _remember(scenario: Scenario) -> None:
    """Keep it for the next look at the page, and in the link."""
    st.session_state[NOW_KEY] = scenario
    if scenario.levers:
        st.query_params[LINK_KEY] = scenarios.to_link(scenario)
    else:
        st.query_params.pop(LINK_KEY, None)


def _put(scenario: Scenario, message: str = "") -> None:
    """Begin anew from another scenario: every control takes its values from it."""
    st.session_state[NOW_KEY] = scenario
    st.session_state[GENERATION_KEY] += 1
    if message:
        st.session_state[MESSAGE_KEY] = message
    st.rerun()


def _fetch(context: Context, as_of: pd.Period) -> None:
    """Presets and saved scenarios to begin from, and the way back to nothing."""
    with st.expander("Hent et scenarie"):
        ready = _ready(context)
        name = st.selectbox("Scenarie", list(ready), key="hent_valgt")
        st.caption("Forslagene hviler på andres erfaringer. Virkningen hér kan være en anden; ret tallene til jeres.")
        if st.button("Hent", key="hent") and name is not None:
            _put(ready[name], f"»{ready[name].name}« er hentet.")
    if st.button("Nulstil til uden scenarie", key="nulstil"):
        _put(_empty(as_of))


def _ready(context: Context) -> dict[str, Scenario]:
    reference = context.workspace.reference
    saved = {f"Gemt: {one.name}": one for one in scenarios.saved_scenarios(context.workspace)}
    return {**saved, **{f"Forslag: {one.name}": one for one in scenarios.presets(reference)}}


def _keep(scenario: Scenario, context: Context, as_of: pd.Period) -> None:
    """Save under a name (a new name is a copy), or delete."""
    with st.expander("Gem, kopiér eller slet"):
        generation = st.session_state[GENERATION_KEY]
        begin = "" if scenario.name == UNNAMED else scenario.name
        name = st.text_input("Navn", begin, key=f"navn_{generation}", help="Et nyt navn gemmer en kopi").strip()
        if st.button("Gem scenariet", key="gem_scenarie"):
            _save(replace(scenario, name=name), context, as_of)
        known = [one.name for one in scenarios.saved_scenarios(context.workspace)]
        if known:
            gone = st.selectbox("Gemt scenarie", known, key="slet_valgt")
            if st.button("Slet", key="slet_scenarie") and gone is not None:
                scenarios.delete_scenario(context.workspace, gone, user=context.user, at=context.clock())
                _put(scenario, f"»{gone}« er slettet.")
        st.caption("Adressen i browseren gemmer alle greb: kopiér den for at dele scenariet.")


def _save(scenario: Scenario, context: Context, as_of: pd.Period) -> None:
    try:
        saved = scenarios.save_scenario(context.workspace, scenario, as_of, user=context.user, at=context.clock())
    except UserFault as fault:
        st.error(str(fault))
        return
    _put(saved, f"»{saved.name}« er gemt.")


def _placements(context: Context, as_of: pd.Period) -> dict[str, float]:
    """Person-years this year by type of placement, highest step first and the most first."""
    nothing = _result(context, _empty(as_of), as_of)
    return _by_step(nothing.volumes[nothing.volumes["year"] == as_of.year], context.workspace.reference)


def _by_step(volumes: pd.DataFrame, reference: Reference) -> dict[str, float]:
    amounts = dict(zip(volumes["type"], volumes["baseline_person_years"], strict=True))
    steps = {key: reference.step_of(key) or 0 for key in amounts}
    chosen = [key for key in amounts if steps[key] in PLACEMENT_STEPS]
    return {key: amounts[key] for key in sorted(chosen, key=lambda key: (-steps[key], -amounts[key]))}


def _result(context: Context, scenario: Scenario, as_of: pd.Period) -> ScenarioResult:
    return session.with_progress(
        lambda progress: scenarios.compare(context.workspace, scenario, as_of, progress=progress)
    )


def _charts(found: ScenarioResult, context: Context) -> None:
    st.header(scenario_captions.years_title(found))
    st.caption("Gevinst pr. ydelsesår, mio. kr.; under nul er en merudgift. Stregerne viser, hvor 8 ud af 10 ender.")
    gain = scenario_captions.gain(found)
    chart(charts.gain_columns, gain, context.colors, alt=scenario_captions.years_alt(gain), key="scenarie_aar")
    tables.show_twin(found.years, YEAR_TABLE, "Virkning pr. ydelsesår, mio. kr.")
    if found.pays_probability is None:
        return
    st.header(scenario_captions.months_title(found))
    st.caption("Gevinst i alt fra begyndelsen til og med hver måned, mio. kr.")
    alt = scenario_captions.months_alt(found)
    chart(charts.cumulated_gain, found.months, context.colors, alt=alt, key="scenarie_maaneder")
    tables.show_twin(found.months, MONTH_TABLE, "Gevinst måned for måned, mio. kr.")


def _contributions(found: ScenarioResult, context: Context) -> None:
    if found.pays_probability is None:
        return
    start, parts, end = scenario_captions.contributions(found)
    st.header("Hvad hvert greb bidrager med")
    st.caption(f"Hele perioden {start[0]}–{end[0]}, mio. kr. Hvert greb er regnet for sig; resten er deres samspil.")
    before, after = ("Uden scenariet", start[1]), ("Med scenariet", end[1])
    alt = scenario_captions.contributions_alt(parts)
    chart(charts.waterfall, before, parts, after, context.colors, alt=alt, key="scenarie_greb")


def _tables(found: ScenarioResult, context: Context, as_of: pd.Period) -> None:
    if found.warnings:
        st.warning("\n".join(f"- {warning}" for warning in found.warnings))
    rows, columns = scenario_captions.volumes(found)
    if not rows.empty:
        st.header("Helårspersoner")
        st.html(tables.html_table(rows, columns, "Helårspersoner uden → med scenariet, kun de typer der ændrer sig"))
    sensitive = scenarios.sensitivity(context.workspace, found.scenario, as_of)
    if not sensitive.empty:
        st.header("Hvilken antagelse betyder mest")
        caption = "Gevinst i hele perioden ved lavt og højt skøn, mio. kr.; de øvrige antagelser er uændrede"
        st.html(tables.html_table(scenario_captions.ranges(sensitive, found), SENSITIVITY_TABLE, caption))
    st.header("Husk, før der besluttes")
    st.markdown("\n".join(f"- {pitfall}" for pitfall in PITFALLS))


def _compare(found: ScenarioResult, context: Context, as_of: pd.Period) -> None:
    ready = {title: one for title, one in _ready(context).items() if one.levers != found.scenario.levers}
    st.header("Sammenlign")
    other = st.selectbox("Sammenlign med", [NOBODY, *ready], key="sammenlign")
    if other not in ready:
        return
    second = _result(context, ready[other], as_of)
    rows = pd.DataFrame([scenario_captions.in_short(one) for one in (found, second)])
    st.html(tables.html_table(rows, COMPARE_TABLE, "To scenarier side om side, mio. kr."))
    both = st.columns(2, gap="large")
    tallest = scenario_captions.reach(found, second)
    for side, one, key in zip(both, (found, second), ("her", "anden"), strict=True):
        with side:
            gain = scenario_captions.gain(one)
            st.markdown(f"**{one.scenario.name}**")
            alt = scenario_captions.years_alt(gain)
            chart(charts.gain_columns, gain, context.colors, tallest, alt=alt, key=f"sammenlign_{key}")


def _papers(found: ScenarioResult) -> None:
    with st.expander("Hvad tallene hviler på"):
        st.html(tables.pairs(scenario_captions.papers(found), "Scenariets papirer"))
