"""What somebody has written, shown as text: a page is Markdown, whose pictures every reader would fetch."""

import re

import streamlit as st

from cockpit.domain.findings import UserFault

MARKUP = re.compile(r"[\\`*_\[\]<>$~]|:(?=\S)")  # what would be more than text within a line
ADDRESS = re.compile(r"(?<=www)(?=\.)|(?<=https:)(?=//)|(?<=http:)(?=//)|(?=@)", re.IGNORECASE)
UNSEEN = "\u2060"  # takes no room and parts no word; a backslash would not keep an address from becoming a link


def escaped(text: str) -> str:
    """Write what somebody else has written so that nothing in it is markup: no picture to fetch, no icon, no link."""
    return MARKUP.sub(r"\\\g<0>", ADDRESS.sub(UNSEEN, text)).replace("\n", " ")


def show_fault(fault: UserFault) -> None:
    """Show a fault, a line each; it may repeat what was written."""
    st.error("  \n".join(map(escaped, str(fault).splitlines())))
