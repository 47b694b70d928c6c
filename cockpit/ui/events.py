"""Known events on the page: what the models are told has changed, a form to enter one, a way to remove one's own."""

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.events import ASPECTS, KINDS
from cockpit.domain.findings import UserFault
from cockpit.services.events import HEADINGS, add_event, list_events, remove_event
from cockpit.ui import tables
from cockpit.ui.plain_text import escaped, show_fault
from cockpit.ui.session import Context

TITLE = "Kendte hændelser"
MESSAGE_KEY = "besked_om_haendelser"
FORM_KEY = "haendelse_nummer"
TABLE = (
    tables.text_column("text", "Hændelse", long=True),
    tables.text_column("kind", "Slags"),
    tables.Column("month", "Fra", fmt.month_year, numeric=False),
    tables.text_column("touches", "Gælder for", long=True),
    tables.text_column("moves", "Påvirker"),
    tables.text_column("source", "Kilde", long=True),
    tables.text_column("owner", "Ansvarlig"),
)
FIELDS = {
    "text": "fx ny rammeaftale med opholdssteder; aldrig navne eller CPR-numre",
    "month": "ÅÅÅÅ-MM, den første måned med de nye vilkår",
    "functions": "fx 5.28.20; tom: alle",
    "source": "fx byrådets beslutning 12. marts",
    "owner": "fx controller",
}
EXPLAINED = (
    "En lov, omlægning eller kontrakt, som gør, at tallene fra før ikke længere siger det samme. Modellerne lægger "
    "mindre vægt på det, der var før, og læser virkningen af tallene siden. Hvor stor den bliver, før den kan ses, ved "
    "de ikke: kender I beløbet, så skriv det ind som en kendt sag på vej."
)


def show(context: Context) -> None:
    """Show what the models are told, and let the user enter and remove."""
    st.header(TITLE)
    if message := st.session_state.pop(MESSAGE_KEY, None):
        st.success(escaped(message))
    listed = list_events(context.workspace)
    if listed.empty:
        st.markdown("Der er ingen kendte hændelser.")
    else:
        st.html(tables.html_table(listed, TABLE, TITLE))
        _remove(context, listed[listed["own"].astype(bool)])
    st.caption(EXPLAINED)
    with st.expander("Skriv en hændelse ind"):
        _form(context)


def _form(context: Context) -> None:
    # A new number empties the form once an event is kept; until then a fault leaves everything as it was written.
    number = st.session_state.setdefault(FORM_KEY, 0)
    types = [kind.name for kind in context.workspace.reference.types.values()]
    with st.form(f"haendelse_{number}", border=False):
        left, right = st.columns(2)
        kind = left.selectbox(HEADINGS["kind"], list(KINDS.values()), key=f"haendelse_kind_{number}")
        moves = right.multiselect(
            HEADINGS["moves"], list(ASPECTS.values()), placeholder="Vælg", key=f"haendelse_moves_{number}"
        )
        touched = left.multiselect(HEADINGS["types"], types, placeholder="Tom: alle", key=f"haendelse_types_{number}")
        chosen = {"kind": kind, "moves": ", ".join(moves), "types": ", ".join(touched)}
        for place, (name, hint) in enumerate(FIELDS.items(), start=1):
            side = (left, right)[place % 2]
            chosen[name] = side.text_input(HEADINGS[name], placeholder=hint, key=f"haendelse_{name}_{number}")
        wanted = st.form_submit_button("Gem hændelsen", key=f"gem_haendelse_{number}")
    if wanted:
        _add(context, chosen)


def _add(context: Context, texts: dict[str, str]) -> None:
    try:
        added = add_event(context.workspace, texts, user=context.user, at=context.clock())
    except UserFault as fault:
        show_fault(fault)
        return
    st.session_state[FORM_KEY] += 1
    _say(f"»{added.text}« er gemt og regnet med.")


def _remove(context: Context, own: pd.DataFrame) -> None:
    if own.empty:
        return
    texts = dict(zip(own["key"], own["text"], strict=True))
    with st.expander("Fjern en hændelse"):
        key = st.selectbox(
            "Hændelse", list(texts), format_func=lambda one: texts.get(one, one), key="fjern_valgt_haendelse"
        )
        if st.button("Fjern hændelsen", key="fjern_haendelse") and key is not None:
            removed = remove_event(context.workspace, key, user=context.user, at=context.clock())
            _say(f"»{removed.text}« er fjernet og regnes ikke længere med.")


def _say(message: str) -> None:
    """Compute the page anew, with the message where the section begins."""
    st.session_state[MESSAGE_KEY] = message
    st.rerun()
