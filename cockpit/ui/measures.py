"""Compensating actions on the page: what is entered for the year, a form to enter one, a way to remove."""

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.findings import UserFault
from cockpit.domain.measures import Measure, total_effect
from cockpit.domain.paper_words import measures_words
from cockpit.domain.prognosis import Prognosis
from cockpit.services.measures import HEADINGS, add_measure, measures_of, remove_measure
from cockpit.ui import tables
from cockpit.ui.plain_text import escaped, show_fault
from cockpit.ui.session import Context

MESSAGE_KEY, FORM_KEY = "besked_om_tiltag", "tiltag_nummer"
FIELDS = {
    "text": "fx hjemtagning fra opholdssted; aldrig navne eller CPR-numre",
    "effect": "mindreudgiften i året i kr., fx 750.000",
    "deadline": "dd-mm-åååå",
    "owner": "fx familiechef",
}
TABLE = (
    tables.text_column("text", "Tiltag", long=True),
    tables.text_column("owner", "Ansvarlig"),
    tables.Column("deadline", "Frist", fmt.day, numeric=False),
    tables.Column("effect", "Mindreudgift i året, kr.", fmt.number),
)


def show(context: Context, prognosis: Prognosis) -> None:
    """Show the actions of the year and what they leave, and let the user enter and remove."""
    year = prognosis.year
    st.header("Kompenserende tiltag")
    if message := st.session_state.pop(MESSAGE_KEY, None):
        st.success(escaped(message))
    listed = measures_of(context.workspace, year)
    st.markdown(measures_words(prognosis, listed))
    if listed:
        rows = pd.DataFrame([vars(one) for one in listed])
        total = pd.DataFrame([{"text": "I alt", "owner": "", "deadline": None, "effect": total_effect(listed)}])
        every = pd.concat([rows.astype({"deadline": object}), total], ignore_index=True)
        st.html(tables.html_table(every, TABLE, f"Tiltag i {year}; de står i papirernes indstilling", total_last=True))
        _remove(context, listed)
    with st.expander("Skriv et tiltag ind"):
        _form(context, year)


def _form(context: Context, year: int) -> None:
    # A new number empties the form once an action is kept; until then a fault leaves everything as it was written.
    number = st.session_state.setdefault(FORM_KEY, 0)
    with st.form(f"tiltag_{number}", border=False):
        sides = st.columns(2)
        chosen = {"year": str(year)}
        for place, (name, hint) in enumerate(FIELDS.items()):
            field = sides[place % 2].text_input(HEADINGS[name], placeholder=hint, key=f"tiltag_{name}_{number}")
            chosen[name] = field
        wanted = st.form_submit_button("Gem tiltaget", key=f"gem_tiltag_{number}")
    if wanted:
        _add(context, chosen)


def _add(context: Context, texts: dict[str, str]) -> None:
    try:
        added = add_measure(context.workspace, texts, user=context.user, at=context.clock())
    except UserFault as fault:
        show_fault(fault)
        return
    st.session_state[FORM_KEY] += 1
    _say(f"»{added.text}« er gemt.")


def _remove(context: Context, listed: list[Measure]) -> None:
    texts = {one.key: one.text for one in listed}
    with st.expander("Fjern et tiltag"):
        key = st.selectbox("Tiltag", list(texts), format_func=lambda one: texts.get(one, one), key="fjern_valgt_tiltag")
        if st.button("Fjern tiltaget", key="fjern_tiltag") and key is not None:
            removed = remove_measure(context.workspace, key, user=context.user, at=context.clock())
            _say(f"»{removed.text}« er fjernet.")


def _say(message: str) -> None:
    """Compute the page anew, with the message where the section begins."""
    st.session_state[MESSAGE_KEY] = message
    st.rerun()
