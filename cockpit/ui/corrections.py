"""Known corrections on the page: what is entered and what it adds to the year, a form to enter one, a way to remove."""

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.services.corrections import HEADINGS, add_correction, list_corrections, remove_correction, state_at
from cockpit.ui import form_rows, tables
from cockpit.ui.own_records import HELP, Section
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

TITLE, ANCHOR = "Kendte sager på vej", "kendte-sager"
SECTION = Section("sag", "sag", "sagen", "en")
COUNTED = "tæller med"
TABLE = (
    tables.text_column("text", "Sag", long=True),
    tables.text_column("type", "Type"),
    tables.Column("children", "Børn", fmt.number),
    tables.Column("amount", "Kr. pr. barn og måned", fmt.number),
    tables.text_column("period", "Måneder"),
    tables.Column("probability", "Sandsynlighed", fmt.percent),
    tables.Column("effect", "Virkning i år, kr.", lambda value: fmt.number(value, signed=True)),
    tables.text_column("state", "Status"),
    tables.Column("expires", "Udløber", fmt.month_year, numeric=False),
    tables.text_column("role", "Indtastet af"),
    tables.Column("entered", "Indtastet", fmt.day, numeric=False),
)
FIELDS = {
    "text": "fx søskende anbringes, aftale med leverandør",
    "children": "fx 2",
    "amount": "fx 90.000; en indtægt skrives med minus",
    "first": "ÅÅÅÅ-MM",
    "last": "ÅÅÅÅ-MM; tom: året ud og i overslagsårene",
    "probability": "fx 50 %",
    "expires": "ÅÅÅÅ-MM; derefter ventes sagen at stå i udtrækkene",
    "function": "tom: typens egen",
    "role": "fx controller",
}
EXPLAINED = (
    "Sager og aftaler, som I kender, men som ikke står i udtrækkene endnu. De lægges oven på prognosen som en linje "
    "for sig selv og ændrer ikke modellerne. Fjern en sag, når den står i udtrækkene; efter udløb tæller den ikke med."
)


def show(context: Context, as_of: pd.Period) -> None:
    """Show what is entered at an as-of month, and let the user enter and remove."""
    st.header(TITLE, anchor=ANCHOR)
    SECTION.told()
    listed = list_corrections(context.workspace, as_of)
    st.markdown(escaped(sentence(listed, as_of)))
    if not listed.empty:
        shown = listed.assign(state=listed["state"].where(listed["state"] != "", COUNTED))
        st.html(tables.stacked_table(shown, TABLE, f"{TITLE}, virkning i {as_of.year}"))
        texts = dict(zip(listed["key"], listed["text"], strict=True))
        SECTION.removal(texts, lambda key: _remove(context, key))
    st.caption(EXPLAINED)
    SECTION.form(lambda number: _fields(context, number), lambda texts: _add(context, texts, as_of))


def sentence(listed: pd.DataFrame, as_of: pd.Period) -> str:
    """Say how many count and what they add to the year."""
    counted = listed[listed["state"] == ""]
    if counted.empty:
        return "Ingen kendte sager er skrevet ind."
    cases = fmt.plural(len(counted), "sag", "sager")
    return f"{cases} ventes at flytte {as_of.year} med {fmt.kroner(counted['effect'].sum(), signed=True)}"


def _fields(context: Context, number: int) -> dict[str, str]:
    types = [kind.name for kind in context.workspace.reference.types.values()]
    places = form_rows.places()
    chosen = {"type_key": next(places).selectbox(HEADINGS["type_key"], types, key=f"sag_type_{number}")}
    for name, hint in FIELDS.items():
        key, told = f"sag_{name}_{number}", HELP.get(name)
        chosen[name] = next(places).text_input(HEADINGS[name], placeholder=hint, help=told, key=key)
    return chosen


def _add(context: Context, texts: dict[str, str], as_of: pd.Period) -> str:
    added = add_correction(context.workspace, texts, user=context.user, at=context.clock())
    state = state_at(context.workspace, added, as_of)
    return f"»{added.text}« er gemt{f', men tæller ikke med ({state})' if state else ' og regnet med'}."


def _remove(context: Context, key: str) -> str:
    removed = remove_correction(context.workspace, key, user=context.user, at=context.clock())
    return f"»{removed.text}« er fjernet og regnes ikke længere med."
