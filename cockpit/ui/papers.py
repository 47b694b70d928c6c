"""Papers from a button: for whom, in which form, with which scenario; made with progress, then to be fetched."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.paper import AUDIENCES, Audience
from cockpit.domain.scenario import Scenario
from cockpit.reports import AUDIENCE_NAMES, build_report, render
from cockpit.services.paper import gather_paper, made_from, note_paper
from cockpit.ui import session
from cockpit.ui.plain_text import show_fault
from cockpit.ui.session import Context

MADE_KEY = "papir_lavet"
FORMS = {"pptx": "Dias (PowerPoint)", "pdf": "PDF", "xlsx": "Regneark (Excel)"}
MIME = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NO_SCENARIO, ON_PAGE = "Uden scenarie", "Scenariet på siden Scenarier"
SCENARIO_PAGE = "scenarier"
EXPLAINED = (
    "De samme tal som på siderne. Papiret til udvalget skjuler små tal, så ingen børn kan genkendes; ledelsens viser "
    "alt, og de dyreste sager ved pseudonym."
)


def file_name(as_of: pd.Period, audience: Audience, kind: str) -> str:
    """Return what a paper is called when it is fetched."""
    return f"forventet-regnskab-{as_of}-{audience}.{kind}"


def offer(context: Context, as_of: pd.Period, place: str) -> None:
    """Let the reader choose a paper of a month, make it, and fetch it.

    Args:
        context: what a page is given.
        as_of: the month that the paper tells of.
        place: where on the page it stands, unique; the same paper can be asked for in several.
    """
    names = {audience: AUDIENCE_NAMES[audience] for audience in AUDIENCES}
    audience = st.radio("Læser", names, format_func=names.__getitem__, horizontal=True, key=f"papir_laeser_{place}")
    kind = st.radio("Form", FORMS, format_func=FORMS.__getitem__, horizontal=True, key=f"papir_form_{place}")
    choices = scenario_choices(context)
    # Where a scenario lies open, its paper is the one asked for; a key of its own keeps an older choice from hiding it.
    is_open = place == SCENARIO_PAGE and ON_PAGE in choices
    key = f"papir_scenarie_{place}{'_aabent' if is_open else ''}"
    begin = list(choices).index(ON_PAGE) if is_open else 0
    chosen = st.selectbox("Scenarie", list(choices), begin, key=key, filter_mode=None)
    scenarios = _with_another(choices, chosen, place)
    st.caption(EXPLAINED)
    wanted = (place, str(as_of), audience, kind, *_made_from(context, scenarios))
    if st.button(f"Lav papiret for {fmt.month_long(as_of)}", key=f"lav_papir_{place}"):
        st.session_state[MADE_KEY] = None
        with st.spinner("Laver papiret"):
            _make(context, as_of, audience, kind, scenarios, wanted)
    _fetch(as_of, audience, kind, wanted, place)


def _with_another(choices: dict[str, Scenario | None], chosen: str, place: str) -> list[Scenario]:
    """The chosen scenario, and another beside it where the reader wants one: first the one the page compares with."""
    first = choices.get(chosen)
    if first is None:
        return []
    others = {name: one for name, one in choices.items() if one is not None and one.levers != first.levers}
    names = [session.NOBODY, *others]
    compared = st.query_params.get(session.COMPARE_KEY)
    begin = names.index(compared) if compared in others else 0
    key = f"papir_sammenlign_{place}_{chosen}"
    second = others.get(st.selectbox("Sammenlign med", names, begin, key=key, filter_mode=None))
    return [first] if second is None else [first, second]


def _made_from(context: Context, scenarios: Sequence[Scenario]) -> tuple[object, ...]:
    is_measured = session.backtest_of(context.workspace) is not None
    return made_from(context.workspace, scenarios, is_measured=is_measured)


def scenario_choices(context: Context) -> dict[str, Scenario | None]:
    """Return the scenarios that a paper can compare with: none, the one at hand, the saved and the proposed ones."""
    now = session.scenario_at_hand(context.workspace.reference)
    at_hand = {ON_PAGE: now} if now else {}
    return {NO_SCENARIO: None, **at_hand, **session.ready_scenarios(context.workspace)}


def _make(
    context: Context, as_of: pd.Period, audience: Audience, kind: str, scenarios: Sequence[Scenario], wanted: tuple
) -> None:
    try:
        gather = partial(gather_paper, context.workspace, as_of, scenarios=scenarios)
        facts = session.with_progress(gather)
        content = render(build_report(facts, audience), kind)
    except UserFault as fault:
        show_fault(fault)
        return
    note_paper(context.workspace, facts.prognosis, audience, kind, user=context.user, at=context.clock())
    st.session_state[MADE_KEY] = (wanted, content)


def _fetch(as_of: pd.Period, audience: Audience, kind: str, wanted: tuple, place: str) -> None:
    """Offer what was made last, as long as it is what is asked for and would be made the same now."""
    made = st.session_state.get(MADE_KEY)
    if made is None or made[0] != wanted:
        return
    name = file_name(as_of, audience, kind)
    st.download_button(
        f"Hent {name}", made[1], name, MIME[kind], key=f"hent_papir_{place}", on_click="ignore", type="primary"
    )
