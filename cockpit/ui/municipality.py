"""Whose figures they are: said discreetly on every page, and on the page Data written by the user."""

import streamlit as st

from cockpit.domain.findings import UserFault
from cockpit.domain.municipality import LONGEST_NAME, Municipality
from cockpit.services.municipality import name_municipality
from cockpit.ui import messages
from cockpit.ui.plain_text import escaped, show_fault
from cockpit.ui.session import Context

SAVED_KEY = "besked_om_kommune"
EXPLAINED = (
    "Navnet står på siderne, i Præsentation og på hver side, hvert dias og hvert ark af papirerne, og skal kun være "
    "navnet på kommunen, eventuelt med forvaltningen. Uden navn skrives intet. Det ligger ved siden af datalageret, og "
    "filen kommune.toml blandt udtrækkene sætter det også."
)


def tell(context: Context) -> None:
    """Say whose figures they are, where somebody has said so."""
    if words := context.workspace.municipality.words:
        st.caption(escaped(words))


def show(context: Context) -> None:
    """Let the user write the municipality's name, also over a file that cannot be read."""
    messages.show(SAVED_KEY)
    st.header("Kommune")
    now = _known(context)
    with st.form("kommune", border=False):
        # Keys that follow what is known: a load may have changed it since the field was drawn.
        name = st.text_input("Kommunens navn", now.name, max_chars=LONGEST_NAME, key=f"kommune_navn_{now.words}")
        is_made_up = st.checkbox("Tallene er opdigtede", now.is_made_up, key=f"kommune_opdigtet_{now.words}")
        wanted = st.form_submit_button("Gem", key="gem_kommune")
    st.caption(EXPLAINED)
    if wanted:
        _save(context, name, is_made_up=is_made_up)


def _known(context: Context) -> Municipality:
    try:
        return context.workspace.municipality
    except UserFault as fault:
        show_fault(fault)
        return Municipality()


def _save(context: Context, name: str, *, is_made_up: bool) -> None:
    saved = name_municipality(
        context.workspace, name, is_made_up=is_made_up, user=context.user, at=context.clock()
    )
    told = f"På sider og papirer står der nu »{saved.words}«." if saved.words else "Der står ikke længere et navn."
    messages.leave(SAVED_KEY, told)
    st.rerun()
