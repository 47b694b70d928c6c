"""Data: load extracts, see what is wrong in them, what each month rests on, and which assumptions are used."""

from collections.abc import Callable

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit.domain import format as fmt
from cockpit.services.load_month import undo_last
from cockpit.ui import history, importing, messages, municipality, reference_view, session, tables
from cockpit.ui.parts import SECTION_KEY, heading
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

MESSAGE_KEY = "besked_om_data"


def show(context: Context) -> None:
    """Show the state of the data and the section that the reader chooses."""
    state = st.empty()
    before = context.workspace.store_identity()
    _show_state(state, context)
    messages.show(MESSAGE_KEY)
    titles = {key: title for key, (title, _) in SECTIONS.items()}
    _, section = SECTIONS[session.choose_section("Afsnit", titles, SECTION_KEY, label_visibility="collapsed")]
    section(context)
    if context.workspace.store_identity() != before:  # the section has just loaded something
        _show_state(state, context)


def _show_state(place: DeltaGenerator, context: Context) -> None:
    batches = session.batches_of(context.workspace)
    with place.container():
        heading(history.state(batches), history.state_below(batches))


def _history(context: Context) -> None:
    batches = session.batches_of(context.workspace)
    if batches.empty:
        st.markdown("Der er ingen indlæsninger endnu.")
        return
    st.header("Indlæsninger")
    newest_first = batches.sort_values(["load_no", "batch"], ascending=[False, True])
    st.html(tables.html_table(newest_first, history.BATCHES, "Nyeste først"))
    if st.button("Fortryd seneste indlæsning", key="fortryd"):
        _confirm_undo(context, batches)
    st.header("Hvad hver måned hviler på")
    st.caption(history.RECONSTRUCTION)
    basis = history.basis_of_months(context.workspace.months(), batches)
    st.html(tables.html_table(basis, history.BASIS, "Nyeste måned først"))


@st.dialog("Fortryd seneste indlæsning")
def _confirm_undo(context: Context, batches: pd.DataFrame) -> None:
    st.markdown(escaped(history.undo_question(batches)))
    with st.container(horizontal=True):
        is_sure = st.button("Ja, fortryd indlæsningen", type="primary", key="fortryd_ja")
        is_kept = st.button("Nej, behold den", key="fortryd_nej")
    if is_sure:
        undone = undo_last(context.workspace, user=context.user, at=context.clock())
        st.session_state.pop(importing.REPORT_KEY, None)
        messages.leave(
            MESSAGE_KEY,
            f"Indlæsningen opgjort pr. {fmt.month_long(undone.as_of)} er fortrudt: "
            f"{fmt.plural(len(undone.files), 'fil', 'filer')} og {fmt.plural(undone.rows, 'række', 'rækker')}.",
        )
        st.rerun()
    if is_kept:
        st.rerun()


def _reconciliation(context: Context) -> None:
    batches = session.batches_of(context.workspace)
    st.header("Afstemning af indlæste rækker")
    if batches.empty:
        st.markdown("Der er ingen indlæsninger at afstemme endnu.")
        return
    counts = history.reconciliation(batches)
    st.markdown(escaped(history.reconciliation_verdict(counts)))
    st.html(tables.html_table(counts, history.RECONCILIATION, "Rækker læst = gemt + afvist", total_last=True))
    _control_totals(context)


def _control_totals(context: Context) -> None:
    """Ledger and activity beside each other, the newest quarters first, those apart marked in words."""
    month, reference = context.workspace.month_or_newest(None), context.workspace.reference
    totals = session.control_totals_of(context.workspace)
    st.header("Kontroltotaler: bogført over for indsatserne")
    if totals.empty:
        st.markdown("Der er ikke både posteringer og priser på indsatser for et helt kvartal.")
        return
    shown = history.control_rows(totals, reference, month)
    st.markdown(escaped(history.control_verdict(shown)))
    limit = reference.assumption("control_total_tolerance", month).value
    st.caption(
        "Pr. type og kvartal, kr. Mindst ventet nu er, hvad indsatserne giver, gange den mindste andel, der de seneste "
        f"to år var bogført af et kvartal i samme alder. Forskelle over {fmt.percent(limit)} vises også som advarsler, "
        "når udtræk indlæses; grænsen står under Forudsætninger."
    )
    title = f"Kontroltotaler pr. {fmt.month_long(month)}"
    far = shown[shown["state"] == history.FAR]
    if len(far):
        st.html(tables.html_table(far, history.CONTROL, f"{title}: undersøg disse"))
    with st.expander("Alle typer og kvartaler, i år og sidste år"):
        st.html(tables.html_table(shown, history.CONTROL, title))


def _assumptions(context: Context) -> None:
    reference_view.show(context.workspace.reference)


SECTIONS: dict[str, tuple[str, Callable[[Context], None]]] = {
    "indlaes": ("Indlæs", importing.show),
    "indlaesninger": ("Indlæsninger", _history),
    "afstemning": ("Afstemning", _reconciliation),
    "forudsaetninger": ("Forudsætninger", _assumptions),
    "kommune": ("Kommune", municipality.show),
}
