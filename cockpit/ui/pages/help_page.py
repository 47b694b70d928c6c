"""Hjælp: the user guide, the same text as in the documentation."""

from pathlib import Path

import streamlit as st

from cockpit.ui.session import Context

GUIDE = Path(__file__).parents[3] / "docs" / "brugervejledning.md"


def show(_context: Context) -> None:
    """Show the user guide."""
    st.markdown(GUIDE.read_text(encoding="utf-8"))
