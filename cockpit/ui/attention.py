"""What needs attention, line by line, and beside each line the way to what can be done about it."""

from collections.abc import Mapping

import streamlit as st

from cockpit.domain.attention import Attention, Subject
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.ui import corrections, events, methods, session
from cockpit.ui.parts import DIVISION, LEVEL_KEY, PASSED, PLACE_KEY, ROW_KEY, SECTION_KEY
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

Step = tuple[str, str, Mapping[str, str]]  # what it is called, the page's path, and the choices it is opened with
STEPS: dict[Subject, Step] = {
    "opposing": ("Se afvigelserne pr. type", "prognose", {LEVEL_KEY: "type", PLACE_KEY: DIVISION}),
    "not_activity": ("Se kontiene", "prognose", {LEVEL_KEY: "account", PLACE_KEY: DIVISION}),
    "budget": ("Indlæs et budget", "data", {SECTION_KEY: "indlaes"}),
    "corrections": ("Se de kendte sager", "prognose", {PLACE_KEY: corrections.ANCHOR}),
    "comments": ("Skriv kommentarerne", "maanedsluk", {}),
    "control_totals": ("Se kontroltotalerne", "data", {SECTION_KEY: "afstemning"}),
    "passed": ("Se indsatserne", "aktivitet", {ROW_KEY: "total:total", PLACE_KEY: PASSED}),
    "rejected": ("Se indlæsningerne", "data", {SECTION_KEY: "indlaesninger"}),
    "events": ("Se de kendte hændelser", "prognose", {PLACE_KEY: events.ANCHOR}),
    "method": ("Se metoderne", "prognose", {PLACE_KEY: methods.ANCHOR}),
    "data": ("Indlæs data", "data", {SECTION_KEY: "indlaes"}),
}


def show(prognosis: Prognosis, context: Context) -> None:
    """Show every line with its next step; nothing where nothing needs attention."""
    found = session.attention_of(context.workspace, prognosis)
    if not found:
        return
    st.header("Det kræver opmærksomhed")
    month = _month(prognosis, context)
    with st.container(key="opmaerksomhed", gap=None):
        for number, one in enumerate(found):
            st.markdown(f"- {escaped(one.text)}")
            label, path, choices = step_of(one, prognosis, context.workspace.reference)
            with st.container(key=f"skridt_{number}"):
                st.page_link(context.pages[path], label=escaped(label), query_params={**month, **choices})


def step_of(one: Attention, prognosis: Prognosis, reference: Reference) -> Step:
    """Return the next step of a line; of a type that is its activity, or its months where it has none."""
    if one.about != "type":
        return STEPS[one.about]
    if one.type_key == UNALLOCATED:
        return STEPS["not_activity"]
    row, name = {ROW_KEY: f"type:{one.type_key}"}, reference.type_within(one.type_key)
    if (prognosis.activity["key"] == one.type_key).any():
        return f"Se mængde og pris for {name}", "aktivitet", row
    return f"Se {name} måned for måned", "prognose", row


def _month(prognosis: Prognosis, context: Context) -> dict[str, str]:
    """The month in the link, so that it follows into a new tab; the newest needs no place there."""
    is_newest = prognosis.as_of == context.workspace.newest()
    return {} if is_newest else {session.MONTH_KEY: str(prognosis.as_of)}
