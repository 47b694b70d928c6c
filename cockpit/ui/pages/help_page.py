"""Hjælp: the user guide, the words of the field, and the accessibility statement."""

import re
from pathlib import Path

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
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
MANY_CHAPTERS = 8
PLAIN_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
SECTIONS = {"vejledning": "Brugervejledning", "ordliste": "Ordliste", "was": "Tilgængelighed"}


def show(_context: Context) -> None:
    """Show the section that the reader chooses."""
    section = session.choose_section("Afsnit", SECTIONS, "emne", label_visibility="collapsed")
    if section == "ordliste":
        _terms()
    else:
        name = {"vejledning": "brugervejledning.md", "was": "tilgaengelighedserklaering.md"}[section]
        st.markdown(with_contents((DOCS / name).read_text(encoding="utf-8")))


def with_contents(text: str) -> str:
    """Put links to the chapters below the first paragraph, where there are many: `## Name` has the anchor `#name`."""
    chapters = re.findall(r"^## (.+)$", text, re.MULTILINE)
    if len(chapters) < MANY_CHAPTERS:
        return _in_app(text)
    links = f"{fmt.NBSP}· ".join(f"[{name}](#{name})" for name in chapters)
    title, first, rest = text.split("\n\n", 2)
    return _in_app(f"{title}\n\n{first}\n\n**Indhold:** {links}\n\n{rest}")


def _in_app(text: str) -> str:
    """Let links to chapters lead there in the app too, which makes other anchors than the site of the source does.

    A picture leads to itself in its full size: on a phone its text is too small to read where it stands.
    """
    linked = re.sub(r"\]\(#([^)]+)\)", lambda link: f"](#{anchor(link[1])})", text)
    return re.sub(r"^(!\[[^\]]*\]\(([^)]+)\))$", r"[\1](\2)", linked, flags=re.MULTILINE)


def anchor(heading: str) -> str:
    """Return the anchor of a heading, or of what is one elsewhere, as Streamlit makes it."""
    plain = heading.lower().translate(PLAIN_LETTERS).replace(" ", "-")
    return re.sub(r"[^\w-]", "", plain)


def _terms() -> None:
    words = glossary().terms
    heading("Ordliste", "De samme forklaringer kommer frem, når ordene peges på i tabeller og nøgletal.")
    st.html(tables.stacked_table(pd.DataFrame(map(vars, words)), TERMS, "Ord, der bruges i cockpittet"))
