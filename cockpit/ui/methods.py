"""What each account is forecast by, and how that did in past years: one table behind one sentence."""

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.methods import STRETCH_WORDS, leaf_name, method_words, methods_text, methods_title
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.sentences import RIVAL_NAMES
from cockpit.ui import tables
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

ANCHOR = "metode"
TABLE = (
    tables.text_column("name", "Type eller konto"),
    tables.text_column("stretch", "Gælder"),
    tables.text_column("method", "Regnet med", long=True),
    tables.Column("error", "Modellerne ramte inden for", lambda share: fmt.percent(share, 1)),
    tables.text_column("rival", "Bedste håndregel"),
    tables.Column("best_rival_error", "Den ramte inden for", lambda share: fmt.percent(share, 1)),
    tables.Column("origins", "Tidligere år", fmt.number),
)
EXPLAINED = (
    "Aktiviteten bruges, medmindre bogføringen eller en håndregel har ramt klart bedre i samme måned i de afsluttede "
    "år, der kan genskabes, højst tre. Fejlen er den typiske afstand til regnskabet (kvadratisk middel). Konti uden "
    "aktivitet føres frem efter deres egen bogføring."
)


def show(prognosis: Prognosis, context: Context) -> None:
    """Show the methods of a prognosis; nothing where the prognosis does not carry them."""
    if prognosis.methods.empty:
        return
    st.header(escaped(methods_title(prognosis.methods)), anchor=ANCHOR)
    if text := methods_text(prognosis.methods, prognosis.as_of, context.workspace.reference):
        st.markdown(escaped(text))
    with st.expander("Vis metoden for hver type og konto"):
        st.html(tables.html_table(_shown(prognosis.methods, context), TABLE, f"Metoder i prognosen {prognosis.year}"))
        st.caption(EXPLAINED)


def _shown(methods: pd.DataFrame, context: Context) -> pd.DataFrame:
    leaves = zip(methods["type_key"], methods["function"], strict=True)
    used = zip(methods["method"], methods["ledger_weight"], strict=True)
    return methods.assign(
        name=[leaf_name(leaf, context.workspace.reference) for leaf in leaves],
        stretch=methods["stretch"].map(STRETCH_WORDS),
        method=[method_words(method, weight) for method, weight in used],
        rival=methods["best_rival"].map(RIVAL_NAMES),
    )
