"""What somebody has written, shown as text: a page is Markdown, whose pictures every reader would fetch."""

import re

import streamlit as st

from cockpit.domain.findings import UserFault

MARKUP = re.compile(r"[\\`*_\[\]<>$~]|:(?=\S)")  # what would be more than text within a line


def escaped(text: str) -> str:
    """Write what somebody else has written so that nothing in it is markup: no picture to fetch, no icon.

    An address that stands bare may still be shown as a link, which nothing fetches unasked.
    """
    return MARKUP.sub(r"\\\g<0>", text).replace("\n", " ")


def show_fault(fault: UserFault) -> None:
    """Show a fault, a line each; it may repeat what was written."""
    st.error("  \n".join(map(escaped, str(fault).splitlines())))
