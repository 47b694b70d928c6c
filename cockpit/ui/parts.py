"""What several pages show alike: the answer, the bridge, and the papers of a forecast."""

from collections.abc import Iterable, Mapping
from html import escape

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cockpit.domain import format as fmt
from cockpit.domain import sentences
from cockpit.domain.bridge import since_bridge
from cockpit.domain.bridge_words import named_parts
from cockpit.domain.explanation_words import movement_alt
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import UNALLOCATED, Reference
from cockpit.services.reconstruction import reconstruction_note
from cockpit.ui import captions, charts, explanations, session, tables, terms
from cockpit.ui.drawing import chart
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context, choose_month

INTERNAL = "Til intern brug: små tal er ikke skjult."
BRIDGE, DIVISION, PASSED, SINCE = "bro", "dele", "passerede-slutdatoer", "siden"  # what links call a section
PLACE_KEY = "sted"  # what a link calls the section that its page opens at (assets/page.js)
LEVELS = {"type": "Indsatstyper", "step": "Trin på indsatstrappen", "account": "Konti"}
LEVEL_KEY, ROW_KEY, SECTION_KEY = "niveau", "raekke", "afsnit"  # what the link calls choices of several pages
BRIDGE_TABLE = (
    tables.text_column("label", "Årsag"),
    tables.Column("amount_text", "Mio. kr.", money="amount"),
    tables.text_column("cause", "Hvad der sker"),
    tables.text_column("meaning", "Hvad det dækker", long=True),
)


def head(context: Context, *, month_stays: bool = False) -> tuple[DeltaGenerator, DeltaGenerator, pd.Period]:
    """Return room for a page's answer, room for choices beside it, and the month chosen there.

    Args:
        month_stays: see `choose_month`.
    """
    answer, choice = st.columns([3, 1], gap="large")
    with choice:
        as_of = choose_month(context.workspace, stays=month_stays)
    return answer, choice, as_of


def heading(answer: str, below: str, why: str = "") -> None:
    """Show a page's answer as its main heading, with why and what it rests on below."""
    reason = f'<p class="why">{escape(why)}</p>' if why else ""
    st.html(f'<h1 class="answer">{escape(answer)}</h1>{reason}<p class="basis">{escape(below)}</p>')


def internal_heading(answer: str, below: str, why: str = "") -> None:
    """Show the heading of a page whose numbers are those of few children as well, and say so."""
    heading(answer, f"{below} {INTERNAL}", why)


def month_heading(answer: str, prognosis: Prognosis, context: Context, why: str = "") -> None:
    """Show a page's answer with the as-of month and, where the month had to be reconstructed, that it is."""
    note = reconstruction_note(context.workspace, prognosis.as_of)
    internal_heading(answer, f"{sentences.basis(prognosis)} {note}".strip(), why)


def contents(sections: Mapping[str, str]) -> None:
    """Show the way to the sections of a long page: anchor -> what it is called."""
    st.markdown(
        "På siden: "
        + f"{fmt.NBSP}· ".join(f"[{escaped(title)}](#{escaped(anchor)})" for anchor, title in sections.items())
    )


def by_size(rows: pd.DataFrame) -> pd.DataFrame:
    """Order types by what they cost, money without a type last; steps and accounts keep their own order."""
    if set(rows["level"]) != {"type"}:
        return rows
    return rows.assign(last=rows["key"] == UNALLOCATED).sort_values(["last", "mean"], ascending=[True, False])


def bridge(prognosis: Prognosis, context: Context, *, beside_part: bool = False) -> None:
    """Show the way from the revised budget to the forecast as a waterfall that adds up.

    Args:
        beside_part: whether the page shows a part of the area as well, so that the heading says what this is of.
    """
    named = named_parts(prognosis, context.workspace.reference)
    if named.empty:
        return
    total = prognosis.total
    start, end = ("Korrigeret budget", float(total["budget_revised"])), ("Forventet regnskab", float(total["mean"]))
    st.header(escaped(captions.of_whole(captions.bridge_title(named), is_said=beside_part)), anchor=BRIDGE)
    terms.caption("Fra korrigeret budget til forventet regnskab, mio. kr. Trinene lægges sammen til afvigelsen.")
    alt = captions.bridge_alt(named, total)
    chart(charts.waterfall, start, named, end, context.colors, alt=alt, key="bridge")
    tables.show_twin(
        captions.bridge_rows(start, named, end),
        BRIDGE_TABLE,
        "Fra korrigeret budget til forventet regnskab, mio. kr.",
        total_last=True,
    )
    explanations.drivers(prognosis, named, context)


def since_earlier(
    prognosis: Prognosis,
    context: Context,
    place: DeltaGenerator,
    line: DeltaGenerator | None = None,
    *,
    beside_part: bool = False,
) -> None:
    """Show what moved the forecast since the last closed month of the year, else since the month before.

    The month before may have to be forecast first, so the page draws everything else before it asks for this.

    Args:
        place: where the movement stands.
        line: where it is said in one line as well, and its progress shown.
        beside_part: see `bridge`.
    """
    with (line or place).container():
        compared = session.compared_of(context.workspace, prognosis)
        named = named_parts(compared, context.workspace.reference, since_bridge(compared))
        if line and not named.empty:
            st.html(f'<p class="why since">{escape(captions.since_line(compared, named))}</p>')
    if not named.empty:
        with place:
            _movement(compared, named, context, beside_part=beside_part)


def _movement(prognosis: Prognosis, named: pd.DataFrame, context: Context, *, beside_part: bool) -> None:
    mean, moved = float(prognosis.total["mean"]), float(named["amount"].sum())
    start = captions.since_start(prognosis), mean - moved
    end, caption = ("Forventet regnskab nu", mean), captions.since_caption(prognosis)
    st.header(escaped(captions.of_whole(captions.since_title(prognosis, named), is_said=beside_part)), anchor=SINCE)
    said = caption, captions.committed_meanwhile(prognosis, moved), captions.since_note(prognosis)
    terms.caption(" ".join(filter(None, said)))
    alt = movement_alt(named, start, end)
    chart(charts.movement, start, named, end, context.colors, alt=alt, key="since_close")
    tables.show_twin(captions.bridge_rows(start, named, end), BRIDGE_TABLE, caption, total_last=True)
    explanations.drivers(prognosis, named, context)


def bullets(texts: Iterable[str]) -> None:
    """Show sentences as a list; nothing where there are none."""
    if told := list(texts):
        st.markdown("\n".join(f"- {escaped(text)}" for text in told))


def papers(prognosis: Prognosis, reference: Reference) -> None:
    """Show where every number comes from: month, data, assumptions, and what is only estimated."""
    st.header("Hvad tallene hviler på")
    bullets(prognosis.notes)
    st.markdown(escaped(sentences.estimates(reference)))
    with st.expander("Datastempel"):
        rows = [("Opgjort til og med", fmt.month_long(prognosis.as_of)), *sentences.papers(prognosis, reference)]
        st.html(tables.pairs(rows, "Datastempel"))
