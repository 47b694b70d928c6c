"""What was done a moment ago, said once when the page is drawn anew."""

import streamlit as st

from cockpit.ui.plain_text import escaped


def leave(key: str, text: str) -> None:
    """Leave a message for the next run of the page."""
    st.session_state[key] = text


def show(key: str) -> None:
    """Show what was left, once.

    The room for it is always drawn: where an element comes or goes, the browser makes all that follows anew, and
    whoever works by keyboard loses the place.
    """
    room = st.container()
    if text := st.session_state.pop(key, None):
        room.success(escaped(text))
