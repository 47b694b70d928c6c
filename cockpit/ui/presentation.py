"""Præsentation: the committee's paper on the projector, one view at a time, by keyboard; its place is in the link."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from cockpit.domain.findings import UserFault
from cockpit.domain.paper import COMMITTEE
from cockpit.domain.scenario import Scenario
from cockpit.reports import build_report
from cockpit.reports.report import Page, Report
from cockpit.reports.screen import to_html
from cockpit.reports.story import story
from cockpit.services.paper import gather_paper, made_from
from cockpit.ui import session
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context
from cockpit.ui.theme import LIGHT, css

HIT_RATE = "Træfsikkerhed"
WAY_KEY, WAY, PLACE_KEY = "vis", "praesentation", "billede"
FIRST = {  # the view that a page begins at; other pages begin with the story
    "prognose": "Årsager",
    "aktivitet": "Aktivitet og pris",
    "scenarier": "Scenarie",
    "traefsikkerhed": HIT_RATE,
    "maanedsluk": "Indstilling",
}
KEYS = {"forrige": ("Left", "PageUp"), "naeste": ("Right", "PageDown")}  # arrows, and what a presenter sends
STYLE = """<style>
[data-testid=stHeader],.st-key-skjulte_taster{display:none}
[data-testid=stApp]{background:#FFFFFF}
/* What the last page still shows while a view is made: it is for internal use, and the projector is on. */
[data-testid=stExpander],[data-testid=stForm],
[data-testid=stMain] [data-stale=true]:not(:has(.slide)):not(.st-key-blade *):not(.st-key-skjulte_taster *){
  display:none!important}
[data-testid=stMainBlockContainer]{padding-top:1.5rem;padding-bottom:.5rem;max-width:112rem}
.st-key-blade{justify-content:flex-end}
@media(min-width:48rem){.st-key-blade{flex-wrap:nowrap!important}
.st-key-blade>div{flex:none;width:auto!important}
.st-key-blade>div:has([data-testid=stCaptionContainer]){flex:1 1 0;min-width:0}}
.st-key-blade p,.st-key-blade button,.st-key-blade button p,.st-key-blade button span{color:#1A2433!important}
.st-key-blade button{background:#FFFFFF!important;border-color:#C9D1DA!important}
.st-key-blade button:disabled{opacity:.4}
.st-key-blade [data-testid=stCaptionContainer] p{color:#4B5563!important;font-size:.8rem}
.st-key-blade kbd{color:#5A6473!important;opacity:1!important}
</style>"""


def is_wanted() -> bool:
    """Say whether the link asks for the projector's view."""
    return st.query_params.get(WAY_KEY) == WAY


def offer(path: str) -> None:
    """Offer to show a page on the projector."""
    st.button("Præsentation", key="til_praesentation", on_click=partial(_begin, path))


def show(context: Context) -> None:
    """Show the view that the link names, always light, with nothing but the way to the next and the one before."""
    st.html(css(LIGHT) + STYLE)
    report, missing = _report(context)
    views = story(report)
    at = _place(views)
    st.html(to_html(views[at], report))
    if st.query_params.get(PLACE_KEY) == HIT_RATE and views[at].key != HIT_RATE:
        missing = [*missing, "Træfsikkerheden er ikke målt endnu."]
    _leafing(at, views, (report.stamp, *missing))


def _begin(path: str) -> None:
    st.query_params[WAY_KEY] = WAY
    st.query_params[PLACE_KEY] = FIRST.get(path, "")


def _end() -> None:
    for key in (WAY_KEY, PLACE_KEY):
        st.query_params.pop(key, None)


def _go(key: str) -> None:
    st.query_params[PLACE_KEY] = key


def _place(views: Sequence[Page]) -> int:
    """Where the link points; at the beginning where the view it names is not there."""
    asked = st.query_params.get(PLACE_KEY)
    return next((at for at, view in enumerate(views) if view.key == asked), 0)


def _leafing(at: int, views: Sequence[Page], told: Sequence[str]) -> None:
    """The stamp, what is not shown and why, and buttons with keys of their own; a presenter's keys are never seen."""
    before, after = views[max(at - 1, 0)].key, views[min(at + 1, len(views) - 1)].key
    steps = (("forrige", "Forrige", before, at == 0), ("naeste", "Næste", after, at == len(views) - 1))
    with st.container(horizontal=True, vertical_alignment="center", key="blade"):
        for text in told:
            st.caption(escaped(text))
        st.markdown(escaped(f"{at + 1} af {len(views)}"), width="content")
        for name, label, key, is_end in steps:
            st.button(label, key=name, shortcut=KEYS[name][0], on_click=_go, args=(key,), disabled=is_end)
        st.button("Afslut", key="afslut", shortcut="Escape", on_click=_end)
    with st.container(key="skjulte_taster"):
        for name, label, key, is_end in steps:
            extra = f"{name}_side"
            st.button(label, key=extra, shortcut=KEYS[name][1], on_click=_go, args=(key,), disabled=is_end)


def _report(context: Context) -> tuple[Report, list[str]]:
    """The committee's paper of the month at hand; without the scenario, and why, where that may not be shown."""
    try:
        scenario = session.scenario_at_hand(context.workspace.reference)
        return _made(context, scenario), []
    except UserFault as fault:
        if st.query_params.get(session.SCENARIO_LINK) is None and st.session_state.get(session.SCENARIO_KEY) is None:
            raise
        return _made(context, None), [str(fault)]


def _made(context: Context, scenario: Scenario | None) -> Report:
    workspace = context.workspace
    month = session.month_at_hand(workspace)
    measured, chosen = session.backtest_of(workspace) is not None, (scenario,) if scenario else ()
    key = ("praesentation", month, *made_from(workspace, chosen, is_measured=measured))

    def work() -> Report:
        gather = partial(gather_paper, workspace, month, scenarios=chosen)
        with st.spinner("Visningen laves"):
            return build_report(session.with_progress(gather), COMMITTEE)

    return session.kept(workspace, key, work)
