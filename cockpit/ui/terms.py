"""The words of the field explained where they stand: in headings of tables, beside key figures and below titles."""

from html import escape

import streamlit as st

from cockpit.domain import format as fmt
from cockpit.services.glossary import glossary
from cockpit.ui.plain_text import escaped


def caption(text: str) -> None:
    """Write the line under a title, with what its words mean behind a question mark."""
    lines = [f"- **{escaped(term.name)}**: {escaped(term.meaning)}" for term in glossary().named_in(text)]
    st.caption(escaped(text), help="\n".join(lines) or None)


def marked(text: str) -> str:
    """Return a title as HTML in which each word of the glossary can be pointed at or tabbed to for its meaning."""
    parts, end = [], 0
    for mention in glossary().mentions(text):
        meaning = f'aria-description="{escape(mention.term.meaning)}"'
        word = escape(text[mention.start : mention.end])
        parts += [escape(text[end : mention.start]), f'<button type="button" class="term" {meaning}>{word}</button>']
        end = mention.end
    return "".join([*parts, escape(text[end:])]).replace(" %", f"{fmt.NBSP}%")
