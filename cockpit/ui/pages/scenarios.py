"""Scenarier: what fewer placements, more steps down or shorter stays would change, against the year as expected."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.reference import PLACEMENT_STEPS, Reference
from cockpit.domain.scenario import Scenario, first_months, then_and_now
from cockpit.domain.scenario_result import ScenarioResult, gain
from cockpit.domain.scenario_sentences import baseline_note, sentences_of, side_by_side
from cockpit.domain.scenario_words import OWN_COSTS, PITFALLS, costs_beside
from cockpit.services import scenario as scenarios
from cockpit.ui import charts, levers, messages, scenario_captions, session, tables, terms
from cockpit.ui.drawing import chart
from cockpit.ui.pages.welcome import needs_data
from cockpit.ui.parts import head, heading, internal_heading
from cockpit.ui.plain_text import escaped, show_fault
from cockpit.ui.session import Context

LINK_KEY, NOW_KEY = session.SCENARIO_LINK, session.SCENARIO_KEY
GENERATION_KEY, MESSAGE_KEY = "scenarie_nummer", "besked_om_scenarie"
MODE_KEY, SIMPLE, FULL = "tilstand", "enkel", "alle"
MODES = {SIMPLE: "Tre skydere", FULL: "Alle greb"}
UNNAMED = "Uden navn"
YEAR_TABLE = (
    tables.Column("year", "År", numeric=False),
    tables.mio_column("baseline_mean", "Udgift uden"),
    tables.mio_column("scenario_mean", "Udgift med"),
    tables.mio_column("gross_saving", "Sparet", signed=True),
    tables.mio_column("programme_cost", OWN_COSTS),
    tables.mio_column("refund_lost", "Tabt refusion"),
    tables.mio_column("net", "Gevinst", signed=True),
    tables.mio_column("gain_p10", "80 % fra", signed=True),
    tables.mio_column("gain_p90", "80 % til", signed=True),
)
BASELINE_TABLE = (
    tables.Column("year", "År", numeric=False),
    tables.mio_column("mean", "Ventet udgift"),
    tables.mio_column("p10", "80 % fra"),
    tables.mio_column("p90", "80 % til"),
    tables.Column("placed", "Anbragte, helårspersoner", lambda value: fmt.number(value, 1)),
)
SENSITIVITY_TABLE = (
    tables.text_column("label", "Greb", long=True),
    tables.text_column("low_text", "Lavt skøn"),
    tables.text_column("high_text", "Højt skøn"),
    tables.mio_column("net_low", "Gevinst ved lavt", signed=True),
    tables.mio_column("net", "Gevinst", signed=True),
    tables.mio_column("net_high", "Gevinst ved højt", signed=True),
)
CONTRIBUTION_TABLE = (
    tables.text_column("label", "Greb"),
    tables.text_column("cause", "Hvad det gør", long=True),
    tables.mio_column("amount", "Gevinst", signed=True),
)
MONTH_TABLE = (
    tables.Column("month", "Måned", fmt.month_year, numeric=False),
    tables.mio_column("net", "Gevinst i måneden", signed=True),
    tables.mio_column("cumulated", "Gevinst i alt indtil da", signed=True),
)
COMPARE_TABLE = (
    tables.text_column("label", "Scenarie"),
    tables.Column("total", "Gevinst i hele perioden"),
    tables.Column("this_year", "Heraf i år"),
    tables.Column("lost", "Tabt refusion"),
    tables.Column("programme", OWN_COSTS),
    tables.text_column("paid", "Ventes tjent hjem"),
    tables.text_column("chance", "Sandsynlighed for, at det betaler sig"),
)


@dataclass(frozen=True)
class _Edited:
    """The scenario as the controls say it now, where to write what each slider brings, and what can be fetched."""

    scenario: Scenario
    notes: dict[str, DeltaGenerator]
    ready: dict[str, Scenario]


@needs_data
def show(context: Context) -> None:
    """Let the reader set the levers and see at once what they change."""
    is_new = NOW_KEY not in st.session_state and LINK_KEY in st.query_params
    has_month = session.month_in_link() is not None
    answer, _, as_of = head(context, month_stays=is_new or _has_levers())
    above = answer.container()
    messages.show(MESSAGE_KEY)
    if is_new and not has_month:
        st.info(escaped(scenario_captions.link_note(as_of)))
    controls, results = st.columns([2, 3], gap="large")
    try:
        with above:  # what is worked out once shows its progress where nothing follows that could lose the focus
            placements = _placements(context, as_of)
        with controls:
            edited = _edited(context, as_of, placements)
        found = _result(context, edited.scenario, as_of)
    except UserFault as fault:
        with above:
            heading("Scenariet kan ikke regnes endnu", "Hvad der er galt, og hvad I gør, står her.")
            show_fault(fault)
        return
    _remember(edited.scenario, as_of)
    paths = fmt.plural(found.n_paths, "forløb", "forløb")
    basis = f"Opgjort til og med {fmt.month_long(found.as_of)}, efter ydelsesår, {paths}."
    if not scenario_captions.is_felt(found):
        with above:
            internal_heading(scenario_captions.invitation(found, is_simple=bool(edited.notes)), basis)
        with results:
            _changed_since(found, context)
            _warnings(found)
            _before_anything(found, context)
        _pitfalls()
        _papers(found)
        return
    with above:
        first, *more = sentences_of(found)
        internal_heading(first, basis, " ".join(more))
    for kind, note in scenario_captions.lever_notes(found).items():
        if kind in edited.notes:
            edited.notes[kind].caption(escaped(note))
    with results:
        _changed_since(found, context)
        _charts(found, context)
    _contributions(found, context)
    _tables(found, context, as_of)
    _pitfalls()
    _compare(found, edited.ready, context, as_of)
    _papers(found)


def _edited(context: Context, as_of: pd.Period, placements: dict[str, float]) -> _Edited:
    """Show the controls and read them."""
    begun = _current(context, as_of)
    generation = st.session_state.setdefault(GENERATION_KEY, 0)
    ready = session.ready_scenarios(context.workspace)
    if not levers.is_simple(begun):
        session.choose_for_reader(MODE_KEY, FULL)
    mode = session.choose_section("Vis", MODES, MODE_KEY)
    begins, ends = st.columns(2)
    with begins:
        start = levers.choose_start(begun, first_months(as_of), generation)
    with ends:
        horizon = levers.choose_horizon(begun, as_of, generation)
    scenario = replace(begun, start=start, outline_years=horizon)
    reference, changed = context.workspace.reference, False
    notes: dict[str, DeltaGenerator] = {}
    if mode == SIMPLE and placements:
        scenario, notes = levers.sliders(scenario, placements, reference, generation)
    else:
        scenario, changed = levers.every_lever(scenario, placements, reference, generation)
    if _content(scenario) != _content(begun):
        scenario = replace(scenario, pinned=None)  # what was saved is no longer what is shown
    if changed:
        _put(scenario)
    _fetch(ready, context)
    _keep(scenario, context, as_of)
    if scenario.levers and st.button("Nulstil til uden scenarie", key="nulstil"):
        _put(_empty(as_of))
    return _Edited(scenario, notes, ready)


def _content(scenario: Scenario) -> tuple[object, ...]:
    return scenario.start, scenario.outline_years, scenario.levers


def _changed_since(found: ScenarioResult, context: Context) -> None:
    """Say of a saved scenario what it is computed on now that it was not saved on; saving again pins it anew."""
    scenario, pinned = found.scenario, found.scenario.pinned
    changes = scenarios.changes_since_saved(context.workspace, scenario, found.as_of)
    if not changes or pinned is None:
        return
    lines = [*changes, then_and_now(scenario, found.net, found.as_of)]
    then = pinned.basis.as_of
    if then != found.as_of and then in context.workspace.months():
        lines.append(f"Vælg {fmt.month_year(then)} under »Opgjort til og med« for at regne på data som dengang.")
    lines.append("Her er det regnet igen; gem det igen for at holde fast ved de nye tal.")
    st.info("\n".join(f"- {escaped(line)}" for line in lines if line))


def _current(context: Context, as_of: pd.Period) -> Scenario:
    """What the reader is working on; at first what the link holds."""
    if NOW_KEY not in st.session_state:
        st.session_state[NOW_KEY] = _empty(as_of)
        if text := st.query_params.get(LINK_KEY):
            try:
                st.session_state[NOW_KEY] = scenarios.from_link(text, context.workspace.reference)
            except UserFault as fault:
                show_fault(fault)
    return st.session_state[NOW_KEY]


def _has_levers() -> bool:
    """Whether the reader is working on a scenario that changes anything."""
    now = st.session_state.get(NOW_KEY)
    return isinstance(now, Scenario) and bool(now.levers)


def _empty(as_of: pd.Period) -> Scenario:
    return Scenario(UNNAMED, as_of + 1)


def _remember(scenario: Scenario, as_of: pd.Period) -> None:
    """Keep it for the next look at the page, and in the link with its month: whoever is sent it sees the same."""
    st.session_state[NOW_KEY] = scenario
    if scenario.levers:
        st.query_params[LINK_KEY] = scenarios.to_link(scenario)
        session.keep_month(as_of)
    else:
        st.query_params.pop(LINK_KEY, None)


def _put(scenario: Scenario, message: str = "") -> None:
    """Begin anew from another scenario: every control takes its values from it."""
    st.session_state[GENERATION_KEY] += 1
    _go_on(scenario, message)


def _go_on(scenario: Scenario, message: str) -> None:
    """Draw the page anew with controls that say what they said."""
    st.session_state[NOW_KEY] = scenario
    if message:
        messages.leave(MESSAGE_KEY, message)
    st.rerun()


def _fetch(ready: dict[str, Scenario], context: Context) -> None:
    """Presets and saved scenarios to begin from, and behind a fold what is wrong with those that cannot be read."""
    if spoilt := scenarios.spoilt_scenarios(context.workspace):
        count = fmt.plural(len(spoilt), "gemt scenarie", "gemte scenarier")
        with st.expander(f"{count} kan ikke læses: se, hvad der er galt"):
            for fault in spoilt:
                show_fault(fault)
    with st.expander("Hent et scenarie"):
        name = st.selectbox("Scenarie", list(ready), key="hent_valgt")
        st.caption("Forslagene hviler på andres erfaringer. Virkningen hér kan være en anden; ret tallene til jeres.")
        if st.button("Hent", key="hent") and name is not None:
            _put(ready[name], f"»{ready[name].name}« er hentet.")


def _keep(scenario: Scenario, context: Context, as_of: pd.Period) -> None:
    """Save under a name, save a copy under another, or delete."""
    with st.expander("Gem, kopiér eller slet"):
        generation = st.session_state[GENERATION_KEY]
        known = [one.name for one in scenarios.saved_scenarios(context.workspace)]
        begin = "" if scenario.name == UNNAMED else scenario.name
        name = st.text_input("Navn", begin, key=f"navn_{generation}", help="Et nyt navn gemmer en kopi").strip()
        if name in known and name != scenario.name:
            st.caption(f"»{escaped(name)}« er gemt i forvejen og bliver erstattet.")
        if st.button("Gem scenariet", key="gem_scenarie"):
            _save(replace(scenario, name=name), context, as_of, _go_on)
        if known and st.button("Gem en kopi", key="kopier_scenarie"):
            _save(replace(scenario, name=_copy_name(name, known)), context, as_of, _put)
        if known:
            gone = st.selectbox("Gemt scenarie", known, key="slet_valgt")
            if st.button("Slet", key="slet_scenarie") and gone is not None:
                scenarios.delete_scenario(context.workspace, gone, user=context.user, at=context.clock())
                _go_on(scenario, f"»{gone}« er slettet.")
        st.caption(
            "Adressen i browseren rummer alle greb og måneden: kopiér den for at dele scenariet. Den viser det samme, "
            "også når der er indlæst nyere data."
        )


def _copy_name(name: str, known: list[str]) -> str:
    """The first free name of a copy."""
    number = 1
    while (found := f"{name} (kopi{'' if number == 1 else f' {number}'})") in known:
        number += 1
    return found


def _save(
    scenario: Scenario, context: Context, as_of: pd.Period, then: Callable[[Scenario, str], None]
) -> None:
    try:
        saved = scenarios.save_scenario(context.workspace, scenario, as_of, user=context.user, at=context.clock())
    except UserFault as fault:
        show_fault(fault)
        return
    then(saved, f"»{saved.name}« er gemt.")


def _placements(context: Context, as_of: pd.Period) -> dict[str, float]:
    """Person-years this year by type of placement, highest step first and the most first."""
    return session.kept(
        context.workspace, ("placements", as_of), lambda: _count_placements(context, as_of)
    )


def _count_placements(context: Context, as_of: pd.Period) -> dict[str, float]:
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


def _before_anything(found: ScenarioResult, context: Context) -> None:
    """The years as they are expected without a scenario, and what will stand here once there is one."""
    rows = scenario_captions.baseline(found, context.workspace.reference)
    st.header(escaped(f"Uden scenarie ventes {fmt.mio(rows['mean'].iloc[-1])} i {rows['year'].iloc[-1]}"))
    st.html(tables.html_table(rows, BASELINE_TABLE, "Årene, som de ventes i forvejen, mio. kr. og helårspersoner"))
    _baseline_note(found, context)
    st.markdown(escaped(scenario_captions.SHOWN_NEXT))
    st.markdown("\n".join(f"- {escaped(one)}" for one in scenario_captions.SHOWN))


def _baseline_note(found: ScenarioResult, context: Context) -> None:
    prognosis = session.known_prognosis_of(context.workspace, found.as_of)
    if prognosis is not None and (note := baseline_note(found, prognosis, context.workspace.reference)):
        st.caption(escaped(note))


def _charts(found: ScenarioResult, context: Context) -> None:
    gains = gain(found)
    st.header(escaped(scenario_captions.years_title(found)))
    terms.caption(
        "Gevinst pr. ydelsesår, mio. kr. Plus er en gevinst: kommunen bruger mindre. Minus er en merudgift. Stregerne "
        "viser, hvor 8 ud af 10 ender."
    )
    chart(charts.gain_columns, gains, context.colors, alt=scenario_captions.years_alt(gains), key="scenarie_aar")
    frame = found.years.assign(gain_p10=gains["p10"], gain_p90=gains["p90"])
    tables.show_twin(frame, YEAR_TABLE, "Virkning pr. ydelsesår, mio. kr.; plus er en gevinst")
    _baseline_note(found, context)
    st.header(escaped(scenario_captions.months_title(found)))
    terms.caption("Gevinst i alt fra begyndelsen til og med hver måned, mio.\u00a0kr.; under nul er en merudgift.")
    alt = scenario_captions.months_alt(found)
    chart(charts.cumulated_gain, found.months, context.colors, alt=alt, key="scenarie_maaneder")
    tables.show_twin(found.months, MONTH_TABLE, "Gevinst måned for måned, mio. kr.")


def _contributions(found: ScenarioResult, context: Context) -> None:
    parts = scenario_captions.contributions(found)
    st.header(escaped(scenario_captions.contributions_title(parts)))
    terms.caption(scenario_captions.contributions_caption(found))
    chart(charts.gain_steps, parts, context.colors, alt=scenario_captions.contributions_alt(parts), key="scenarie_greb")
    tables.show_twin(parts, CONTRIBUTION_TABLE, "Hvad hvert greb bidrager med, mio. kr.; plus er en gevinst")


def _warnings(found: ScenarioResult) -> None:
    if found.warnings:
        st.warning("\n".join(f"- {escaped(warning)}" for warning in found.warnings))


def _tables(found: ScenarioResult, context: Context, as_of: pd.Period) -> None:
    _warnings(found)
    rows, columns = scenario_captions.volumes(found)
    if not rows.empty:
        st.header(escaped(scenario_captions.volumes_title(found)))
        caption = "Helårspersoner uden → med scenariet, kun de typer, der ændrer sig"
        st.html(tables.html_table(rows, columns, caption))
    sensitive = scenarios.sensitivity(context.workspace, found.scenario, as_of)
    if not sensitive.empty:
        st.header(escaped(scenario_captions.sensitivity_title(sensitive)))
        caption = "Gevinst i hele perioden ved lavt og højt skøn, mio. kr.; de øvrige antagelser er uændrede"
        st.html(tables.html_table(scenario_captions.ranges(sensitive, found), SENSITIVITY_TABLE, caption))


def _pitfalls() -> None:
    st.header("Husk, før der besluttes")
    st.markdown("\n".join(f"- {escaped(f'{name}: {meaning}.')}" for name, meaning in PITFALLS))


def _compare(found: ScenarioResult, ready: dict[str, Scenario], context: Context, as_of: pd.Period) -> None:
    """Put another scenario beside this one, over the same years; the choice stands in the link."""
    others = {title: one for title, one in ready.items() if one.levers != found.scenario.levers}
    st.header("Sammenlign")
    titles = {title: title for title in (session.NOBODY, *others)}
    chosen = session.choose_one("Sammenlign med", titles, session.COMPARE_KEY)
    if chosen not in others:
        return
    second = _result(context, replace(others[chosen], outline_years=found.scenario.outline_years), as_of)
    st.markdown(escaped(fmt.sentence(side_by_side((found, second)))))
    rows = pd.DataFrame([scenario_captions.in_short(one) for one in (found, second)])
    st.html(tables.stacked_table(rows, COMPARE_TABLE, "To scenarier side om side, mio. kr.; plus er en gevinst"))
    if note := costs_beside([found.scenario, second.scenario]):
        st.caption(escaped(note))
    if (rows["programme"] == fmt.ABSENT).any():
        st.caption("Uden udgift til at opnå det er der intet at tjene hjem, og ingen sandsynlighed at regne.")
    both = st.columns(2, gap="large")
    tallest = scenario_captions.reach(found, second)
    for side, one, key in zip(both, (found, second), ("her", "anden"), strict=True):
        with side:
            gains = gain(one)
            st.markdown(f"**{escaped(one.scenario.name)}**")
            alt = scenario_captions.years_alt(gains)
            chart(charts.gain_columns, gains, context.colors, tallest, alt=alt, key=f"sammenlign_{key}")


def _papers(found: ScenarioResult) -> None:
    with st.expander("Hvad tallene hviler på"):
        st.html(tables.pairs(scenario_captions.papers(found), "Scenariets papirer"))
