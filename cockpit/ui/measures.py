"""Compensating actions on the page: what is entered for the year, a form to enter one, a way to remove."""

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.measures import total_effect
from cockpit.domain.paper_words import later_measures, measures_words
from cockpit.domain.prognosis import Prognosis
from cockpit.services.measures import HEADINGS, add_measure, measures_at, measures_of, remove_measure
from cockpit.ui import form_rows, tables
from cockpit.ui.own_records import HELP, Section
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

SECTION = Section("tiltag", "tiltag", "tiltaget", "et")
FIELDS = {
    "text": "fx hjemtagning fra opholdssted",
    "effect": "mindreudgiften i året i kr., fx 750.000",
    "deadline": "dd-mm-åååå",
    "owner": "fx familiechef",
}
TABLE = (
    tables.text_column("text", "Tiltag", long=True),
    tables.text_column("owner", "Ansvarlig"),
    tables.Column("deadline", "Frist", lambda day: "" if fmt.is_absent(day) else fmt.day(day), numeric=False),
    tables.Column("effect", "Mindreudgift i året, kr.", fmt.number),
)


def show(context: Context, prognosis: Prognosis) -> None:
    """Show the actions of the year and what they leave, and let the user enter and remove."""
    year = prognosis.year
    st.header("Kompenserende tiltag")
    SECTION.told()
    of_year, listed = measures_of(context.workspace, year), measures_at(context.workspace, prognosis.as_of)
    st.markdown(escaped(measures_words(prognosis, listed) or f"Ingen tiltag er skrevet ind for {year}."))
    if later := [one.text for one in of_year if one not in listed]:
        st.markdown(escaped(later_measures(later, prognosis.as_of)))
    if listed:
        rows = pd.DataFrame([vars(one) for one in listed])
        total = pd.DataFrame([{"text": "I alt", "owner": "", "deadline": None, "effect": total_effect(listed)}])
        every = pd.concat([rows.astype({"deadline": object}), total], ignore_index=True)
        st.html(tables.html_table(every, TABLE, f"Tiltag i {year}; de står i papirernes indstilling", total_last=True))
    if of_year:
        SECTION.removal({one.key: one.text for one in of_year}, lambda key: _remove(context, key))
    SECTION.form(lambda number: {"year": str(year), **_fields(number)}, lambda texts: _add(context, texts))


def _fields(number: int) -> dict[str, str]:
    fields = zip(FIELDS.items(), form_rows.places(), strict=False)
    return {
        name: place.text_input(HEADINGS[name], placeholder=hint, help=HELP.get(name), key=f"tiltag_{name}_{number}")
        for (name, hint), place in fields
    }


def _add(context: Context, texts: dict[str, str]) -> str:
    added = add_measure(context.workspace, texts, user=context.user, at=context.clock())
    return f"»{added.text}« er gemt."


def _remove(context: Context, key: str) -> str:
    removed = remove_measure(context.workspace, key, user=context.user, at=context.clock())
    return f"»{removed.text}« er fjernet."
