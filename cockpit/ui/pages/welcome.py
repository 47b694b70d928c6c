"""What a newcomer meets in an empty store: two ways to begin."""

from collections.abc import Callable
from functools import wraps

import streamlit as st

from cockpit.services.demo import load_demo
from cockpit.ui.parts import heading
from cockpit.ui.session import Context

DEMO_LABEL = "Prøv med Eksempelby"
OWN_LABEL = "Indlæs jeres egne udtræk"


def needs_data(page: Callable[[Context], None]) -> Callable[[Context], None]:
    """Lead whoever opens a page of an empty store to the first data instead."""

    @wraps(page)
    def shown(context: Context) -> None:
        (show if context.workspace.is_empty() else page)(context)

    return shown


def show(context: Context) -> None:
    """Lead to the demo municipality or to the import page."""
    heading(
        "Hvor ender året, hvor sikkert er det, og hvorfor?",
        "Styringscockpittet svarer ud fra udtræk af indsatser, posteringer, budget og folketal. "
        "Der er ingen data endnu.",
    )
    waiting = st.container()  # above both ways, where a phone shows it too
    demo, own = st.columns(2, gap="large")
    with demo.container(border=True, height="stretch"):
        st.header(DEMO_LABEL)
        st.markdown(
            "En opdigtet kommune med 45.000 indbyggere, seks års historik og ingen virkelige personer. "
            "Den kan fortrydes igen på siden Data."
        )
        wanted = st.button(DEMO_LABEL, type="primary", key="demo")
    with own.container(border=True, height="stretch"):
        st.header(OWN_LABEL)
        st.markdown(
            "CSV eller Excel fra fagsystem og økonomisystem. CPR-numre bliver til pseudonymer, mens filen læses, og "
            "når aldrig lageret. Fejl vises med række, kolonne og værdi, før noget gemmes."
        )
        if st.button(OWN_LABEL, key="own"):
            st.switch_page(context.pages["data"])
    if wanted:
        with waiting:
            _load_demo(context)


def _load_demo(context: Context) -> None:
    with st.spinner("Skriver og indlæser Eksempelby. Det tager op til et minut."):
        load_demo(context.workspace, context.clock())
    st.rerun()
