"""Overblik: where does the year end, how sure is that, why, and what needs attention."""

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain import sentences
from cockpit.domain.activity_words import placements_beside
from cockpit.domain.bridge_words import why
from cockpit.domain.comments import WHOLE
from cockpit.domain.month_close import frozen_words
from cockpit.domain.prognosis import QUANTILES, Prognosis
from cockpit.services.comments import comments_at
from cockpit.ui import attention, captions, charts, comments, explanations, session, tables, terms
from cockpit.ui.drawing import chart
from cockpit.ui.pages.welcome import needs_data
from cockpit.ui.parts import LEVEL_KEY, LEVELS, bridge, head, month_heading, papers, since_earlier
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

FAN_TABLE = (
    tables.Column("month", "Måned", fmt.month_year, numeric=False),
    tables.Column("kind", "Status", {"actual": "bogført", "forecast": "forventet"}.__getitem__, numeric=False),
    tables.mio_column("mean", "Forbrug"),
    tables.mio_column("budget", "Budget"),
    tables.mio_column("p25", "50 % fra"),
    tables.mio_column("p75", "50 % til"),
    tables.mio_column("p10", "80 % fra"),
    tables.mio_column("p90", "80 % til"),
    tables.mio_column("p2_5", "95 % fra"),
    tables.mio_column("p97_5", "95 % til"),
)
DEVIATION_TABLE = (  # the answer right after the name, where a phone shows it
    tables.text_column("label", "Navn"),
    tables.deviation_column("deviation", "Afvigelse"),
    tables.mio_column("mean", "Forventet regnskab"),
    tables.mio_column("budget_revised", "Korrigeret budget"),
    tables.Column("overrun_probability", "Risiko for merforbrug", sentences.risk),
    tables.Column("word", "Mer- eller mindreforbrug", numeric=False),
)


@needs_data
def show(context: Context) -> None:
    """Show the answer in one look, or lead a newcomer where nothing is loaded."""
    answer, _, as_of = head(context)
    with answer:
        prognosis = session.prognosis_of(context.workspace, as_of)
        reference = context.workspace.reference
        reasons = [why(prognosis, reference), placements_beside(prognosis, reference)]
        month_heading(sentences.outcome(prognosis), prognosis, context, " ".join(filter(None, reasons)))
        line = st.empty()
        _frozen(prognosis, context)
    st.html(tables.key_figures(sentences.key_figures(prognosis)))
    if note := sentences.key_figures_note(prognosis):
        st.caption(escaped(note))
    if prognosis.fan.empty:
        attention.show(prognosis, context)
    else:
        outlook, beside = st.columns([13, 7], gap="large")
        with outlook:
            _fan(prognosis, context)
        with beside:
            attention.show(prognosis, context)
        _deviations(prognosis, context)
        bridge(prognosis, context)
        movement = st.container()
        explanations.committed_since(prognosis, context)
    papers(prognosis, context.workspace.reference)
    if not prognosis.fan.empty:
        since_earlier(prognosis, context, movement, line)


def _frozen(prognosis: Prognosis, context: Context) -> None:
    """Say of a closed month by whom it was closed, with its comment, and lead to the close."""
    closed = context.workspace.store.closed_month(prognosis.as_of)
    if closed is None:
        return
    st.markdown(escaped(frozen_words(closed.closed_at, closed.user, closed.prognosis, prognosis)))
    if comment := comments_at(context.workspace, prognosis.as_of).get(WHOLE):
        st.markdown(f"**Kommentar:** {escaped(comments.said(comment))}")
    label = f"Se lukningen af {fmt.month_long(prognosis.as_of)}"
    month = {session.MONTH_KEY: str(prognosis.as_of)}
    with st.container(key="skridt_lukning"):
        st.page_link(context.pages["maanedsluk"], label=escaped(label), query_params=month)


def _fan(prognosis: Prognosis, context: Context) -> None:
    st.header(escaped(captions.fan_title(prognosis)))
    st.caption("Hvor året ender, mio. kr.")
    chart(charts.landing, prognosis.total, context.colors, alt=captions.landing_alt(prognosis), key="landing")
    measured = session.backtest_of(context.workspace)
    of_own = sentences.measured_coverage(measured.known_at(prognosis.as_of)) if measured else ""
    terms.caption(f"{captions.fan_in_words(prognosis.total)} {of_own}".strip())
    terms.caption("Vejen dertil, mio. kr. lagt sammen fra årets begyndelse; Supp er supplementsperioden")
    chart(charts.fan, prognosis.fan, context.colors, alt=captions.fan_alt(prognosis), key="fan")
    tables.show_twin(_ahead_only(prognosis.fan), FAN_TABLE, f"Akkumuleret forbrug {prognosis.year}, mio. kr.")


def _ahead_only(fan: pd.DataFrame) -> pd.DataFrame:
    """Blank the bands of booked months: what is booked is not uncertain."""
    return fan.assign(**{name: fan[name].where(fan["kind"] == "forecast") for name in QUANTILES})


def _deviations(prognosis: Prognosis, context: Context) -> None:
    if prognosis.rows["deviation"].isna().all():
        return
    title = st.container()
    level = session.choose_section("Vis afvigelser for", LEVELS, LEVEL_KEY)
    rows = prognosis.rows[prognosis.rows["level"] == level]
    title.header(escaped(captions.deviation_title(rows)))
    with title:
        terms.caption("Forventet regnskab minus korrigeret budget, mio. kr.")
    chart(charts.deviation_bars, rows, context.colors, alt=captions.deviation_alt(rows), key="deviations")
    tables.show_twin(
        _with_total(rows, prognosis.total), DEVIATION_TABLE, f"Afvigelser {prognosis.year}, mio. kr.", total_last=True
    )


def _with_total(rows: pd.DataFrame, total: pd.Series) -> pd.DataFrame:
    ordered = rows.sort_values("deviation", ascending=False, na_position="last")
    every = pd.concat([ordered, total.to_frame().T])
    return every.assign(word=every["deviation"].map(sentences.overspend_word))
