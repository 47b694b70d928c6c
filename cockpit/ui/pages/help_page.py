"""Hjælp: the user guide, the words of the field, and the accessibility statement."""

from pathlib import Path

import pandas as pd
import streamlit as st

from cockpit.services.glossary import glossary
from cockpit.ui import session, tables
from cockpit.ui.parts import heading
from cockpit.ui.session import Context

DOCS = Path(__file__).parents[3] / "docs"
TERMS = (
    tables.text_column("name", "Ord"),
    tables.text_column("meaning", "Hvad det betyder", long=True),
    tables.text_column("source", "Kilde"),
)
SECTIONS = {"vejledning": "Brugervejledning", "ordliste": "Ordliste", "was": "Tilgængelighed"}


def show(_context: Context) -> None:
    """Show the section that the reader chooses."""
    section = session.choose_section("Afsnit", SECTIONS, "emne", label_visibility="collapsed")
    if section == "ordliste":
        _terms()
    else:
        name = {"vejledning": "brugervejledning.md", "was": "tilgaengelighedserklaering.md"}[section]
        st.markdown((DOCS / name).read_text(encoding="utf-8"))


def _terms() -> None:
    words = glossary().terms
    heading("Ordliste", "De samme forklaringer kommer frem, når ordene peges på i tabeller og nøgletal.")
    st.html(tables.stacked_table(pd.DataFrame(map(vars, words)), TERMS, "Ord, der bruges i cockpittet"))
