"""Comments on the page: what is written of a line and by whom, and a field to write it in."""

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.comments import LONGEST_COMMENT, LineComment
from cockpit.domain.findings import UserFault
from cockpit.services.comments import write_comment
from cockpit.ui import messages, tables
from cockpit.ui.plain_text import escaped, show_fault
from cockpit.ui.session import Context

MESSAGE_KEY = "besked_om_kommentar_{place}"
HELP = "Skriv, hvad der ligger bag tallet. Aldrig navne eller CPR-numre: kommentaren kommer med i papirerne."
TABLE = (
    tables.text_column("label", "Linje"),
    tables.deviation_column("deviation", f"Afvigelse, mio.{fmt.NBSP}kr."),
    tables.text_column("text", "Kommentar", long=True),
    tables.text_column("user", "Skrevet af"),
    tables.Column("at", "Skrevet", fmt.moment, numeric=False),
)


def said(comment: LineComment) -> str:
    """Write a comment with who and when."""
    return f"{comment.text} ({comment.user}, {fmt.moment(comment.at)})"


def beside(
    context: Context, month: pd.Period, line: tuple[str, str], name: str, found: LineComment | None, place: str
) -> None:
    """Show what is written of a line right beside it, and let the user write behind a fold."""
    if found is not None:
        st.markdown(f"**Kommentar:** {escaped(said(found))}")
    with st.expander("Ret kommentaren" if found else "Skriv en kommentar"):
        field(context, month, line, name, found, place)


def field(
    context: Context, month: pd.Period, line: tuple[str, str], name: str, found: LineComment | None, place: str
) -> None:
    """Let the user write, change or take back the comment of one line of a month."""
    messages.show(MESSAGE_KEY.format(place=place))
    at = f"{place}_{month}_{line[0]}_{line[1]}"
    with st.form(f"kommentar_{at}", border=False):
        text = st.text_area(
            f"Kommentar til {fmt.lower_first(name)}, {fmt.month_long(month)}", found.text if found else "",
            key=f"kommentar_tekst_{at}", max_chars=LONGEST_COMMENT, help=HELP,
        )  # fmt: skip
        wanted = st.form_submit_button("Gem kommentaren", key=f"gem_kommentar_{at}")
    if wanted:
        _write(context, month, line, text, place)


def _write(context: Context, month: pd.Period, line: tuple[str, str], text: str, place: str) -> None:
    try:
        written = write_comment(context.workspace, month, line, text, user=context.user, at=context.clock())
    except UserFault as fault:
        show_fault(fault)
        return
    done = "Kommentaren er gemt." if written.text else "Kommentaren er taget tilbage."
    messages.leave(MESSAGE_KEY.format(place=place), done)
    st.rerun()
