"""The words of the field explained where they stand: in headings of tables, beside key figures and below titles."""

from html import escape

import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.glossary import Mention
from cockpit.services.glossary import glossary
from cockpit.ui.plain_text import escaped


def caption(text: str) -> None:
    """Write the line under a title, with what its words mean behind a question mark."""
    lines = [f"- **{escaped(term.name)}**: {escaped(term.meaning)}" for term in glossary().named_in(text)]
    st.caption(escaped(text), help="\n".join(lines) or None)


def _explained(mention: Mention, text: str) -> str:
    """A word with its meaning, and the comma behind it: a browser would begin a line with that."""
    meaning = f'aria-description="{escape(mention.term.meaning)}"'
    word = f'<button type="button" class="term" {meaning}>{escape(text[mention.start : mention.end])}</button>'
    comma = _comma(mention, text)
    return f'<span class="unbroken">{word}{comma}</span>' if comma else word


def _comma(mention: Mention, text: str) -> str:
    return "," if text[mention.end :].startswith(",") else ""


def marked(text: str) -> str:
    """Return a title as HTML in which each word of the glossary can be pointed at or tabbed to for its meaning."""
    parts, end = [], 0
    for mention in glossary().mentions(text):
        parts += [escape(text[end : mention.start]), _explained(mention, text)]
        end = mention.end + len(_comma(mention, text))
    return "".join([*parts, escape(text[end:])]).replace(" %", f"{fmt.NBSP}%")
