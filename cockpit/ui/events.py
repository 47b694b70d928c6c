"""Known events on the page: what the models are told has changed, a form to enter one, a way to remove one's own."""

import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.events import ASPECTS, KINDS
from cockpit.services.events import HEADINGS, add_event, list_events, remove_event
from cockpit.ui import form_rows, tables
from cockpit.ui.own_records import Section
from cockpit.ui.session import Context

TITLE, ANCHOR = "Kendte hændelser", "kendte-haendelser"
SECTION = Section("haendelse", "hændelse", "hændelsen", "en")
TABLE = (
    tables.text_column("text", "Hændelse", long=True),
    tables.text_column("kind", "Art"),
    tables.Column("month", "Fra", fmt.month_year, numeric=False),
    tables.text_column("touches", "Gælder for", long=True),
    tables.text_column("moves", "Flytter"),
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
    st.header(TITLE, anchor=ANCHOR)
    SECTION.told()
    listed = list_events(context.workspace)
    if listed.empty:
        st.markdown("Der er ingen kendte hændelser.")
    else:
        st.html(tables.stacked_table(listed, TABLE, "Hændelser, som modellerne kender"))
        own = listed[listed["own"].astype(bool)]
        if not own.empty:
            texts = dict(zip(own["key"], own["text"], strict=True))
            SECTION.removal(texts, lambda key: _remove(context, key))
    st.caption(EXPLAINED)
    SECTION.form(lambda number: _fields(context, number), lambda texts: _add(context, texts))


def _fields(context: Context, number: int) -> dict[str, str]:
    types = [kind.name for kind in context.workspace.reference.types.values()]
    places = form_rows.places()
    kind = next(places).selectbox(HEADINGS["kind"], list(KINDS.values()), key=f"haendelse_kind_{number}")
    moves = next(places).multiselect(
        HEADINGS["moves"], list(ASPECTS.values()), placeholder="Vælg", key=f"haendelse_moves_{number}"
    )
    touched = next(places).multiselect(
        HEADINGS["types"], types, placeholder="Tom: alle", key=f"haendelse_types_{number}"
    )
    chosen = {"kind": kind, "moves": ", ".join(moves), "types": ", ".join(touched)}
    for name, hint in FIELDS.items():
        chosen[name] = next(places).text_input(HEADINGS[name], placeholder=hint, key=f"haendelse_{name}_{number}")
    return chosen


def _add(context: Context, texts: dict[str, str]) -> str:
    added = add_event(context.workspace, texts, user=context.user, at=context.clock())
    return f"»{added.text}« er gemt og regnet med."


def _remove(context: Context, key: str) -> str:
    removed = remove_event(context.workspace, key, user=context.user, at=context.clock())
    return f"»{removed.text}« er fjernet og regnes ikke længere med."
