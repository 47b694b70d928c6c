"""Fields two by two, in an order that is the same by eye, by Tab, and on a phone, where they stand below each other."""

from collections.abc import Iterator

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def places() -> Iterator[DeltaGenerator]:
    """Yield the place of each next field: left, right, then a new row."""
    while True:
        yield from st.columns(2)
