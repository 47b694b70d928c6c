"""Træfsikkerhed: how near past forecasts came, how often their bands held, and the archive of closed months."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain import hit_rate as hits
from cockpit.domain import sentences
from cockpit.domain.methods import chosen_at
from cockpit.services.backtest import NO_CLOSED_YEAR, can_be_measured, run_backtest
from cockpit.services.closing import ClosedMonth, closed_months
from cockpit.ui import captions, charts, session, tables, terms
from cockpit.ui.drawing import chart
from cockpit.ui.pages.welcome import needs_data
from cockpit.ui.parts import LEVEL_KEY, LEVELS, bullets, heading, internal_heading
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

ALL = "alle"
HOW = (
    "Er måneden lukket, er prognosen den, der blev gemt dengang, med de sager, I selv havde skrevet ind. Ellers er den "
    "regnet forfra, som cockpittet ville have lavet den: kun det, der var registreret, bogført og vedtaget, da måneden "
    "sluttede, er brugt. Forventede slutdatoer kendes ikke for måneder, der er genskabt, så disponeret regner dér alle "
    "åbne indsatser med til årets udgang. Tabellen siger, hvad hver prognose er regnet med."
)
ROWS = (
    "Afstand til regnskabet i gennemsnit over alle tidligere prognoser, mio. kr. Kort er godt. Distrikter er ikke med: "
    "bogføringen kender dem ikke, så det vides ikke, hvad et distrikt kom til at koste."
)
PAST_TABLE = (
    tables.Column("as_of", "Prognose pr.", fmt.month_year, numeric=False),
    tables.mio_column("mean", "Forventet"),
    tables.mio_column("outturn", "Regnskab"),
    tables.mio_column("miss", "Prognose minus regnskab", signed=True),
    tables.mio_column("p10", "80 % fra"),
    tables.mio_column("p90", "80 % til"),
    tables.Column("months_to_go", "Måneder igen", fmt.number),
    tables.text_column("source_words", "Kilde"),
    tables.text_column("chosen", "Regnet med"),
    *(tables.mio_column(name, title.capitalize()) for name, title in sentences.RIVAL_NAMES.items()),
)
MONTHS_TABLE = (
    tables.Column("months_to_go", "Måneder igen", fmt.number, numeric=False),
    tables.Column("count", "Antal", fmt.number),
    tables.mio_column("error", "Prognosen"),
    tables.Column("error_share", "i %", lambda share: fmt.percent(share, 1)),
    tables.mio_column("bias", "Skævhed", signed=True),
    tables.Column("inside_80", "80 % holdt", fmt.number),
    tables.Column("inside_95", "95 % holdt", fmt.number),
    *(tables.mio_column(name, title.capitalize()) for name, title in sentences.RIVAL_NAMES.items()),
)
STEP_TABLE = (
    tables.Column("months_to_go", "Måneder igen", fmt.number, numeric=False),
    tables.mio_column("error", "Prognosen"),
    tables.Column("error_share", "i %", lambda share: fmt.percent(share, 1)),
    tables.mio_column("best_rival_error", "Bedste håndregel"),
    tables.mio_column("bias", "Skævhed", signed=True),
    tables.text_column("held", "80 og 95 % holdt"),
)
ROW_TABLE = (
    tables.text_column("label", "Navn"),
    tables.mio_column("error", "Prognosen"),
    tables.mio_column("best_rival_error", "Håndreglen"),
    tables.mio_column("outturn", "Regnskab pr. år"),
    tables.text_column("best", "Bedste håndregel"),
    tables.text_column("nearest", "Ramte bedst"),
    tables.Column("inside_80", "80 % holdt", fmt.number),
    tables.Column("inside_95", "95 % holdt", fmt.number),
    tables.Column("count", "Antal", fmt.number),
)
ARCHIVE = (
    tables.Column("month", "Måned", fmt.month_year, numeric=False),
    tables.mio_column("mean", "Forventet"),
    tables.mio_column("p10", "80 % fra"),
    tables.mio_column("p90", "80 % til"),
    tables.deviation_column("deviation", "Afvigelse"),
    tables.mio_column("outturn", "Blev"),
    tables.text_column("comment", "Kommentar", long=True),
    tables.text_column("user", "Lukket af"),
    tables.Column("closed_at", "Lukket", fmt.moment, numeric=False),
)


@needs_data
def show(context: Context) -> None:
    """Show what was measured, or offer to measure; below it the archive."""
    found = session.backtest_of(context.workspace)
    if found is None:
        _offer(context)
    else:
        _measured(found, context)
    _archive(context, found)


def _offer(context: Context) -> None:
    if not can_be_measured(context.workspace):
        heading("Træfsikkerheden kan ikke måles endnu", NO_CLOSED_YEAR)
        return
    heading(
        "Hvor godt har prognosen ramt? Det er ikke målt på disse data endnu",
        "Cockpittet regner prognosen forfra for tidligere måneder og holder den op mod det, årene blev.",
    )
    if st.button("Mål træfsikkerheden", type="primary", key="maal"):
        session.with_progress(partial(run_backtest, context.workspace))
        st.rerun()
    st.caption("Tager op til to minutter og gøres kun én gang, indtil data ændrer sig.")


def _measured(found: hits.HitRate, context: Context) -> None:
    now = hits.nearest(found.by_months, 12 - found.as_of.month)
    held = f"{sentences.held(found.overall)} {sentences.bias(now, found.overall)}"
    internal_heading(sentences.hit_rate_answer(now), sentences.hit_rate_basis(found), held)
    _past(found, context)
    _rules(found, context)
    _rows(found, context)


def _past(found: hits.HitRate, context: Context) -> None:
    total, overall = found.total, found.overall
    held = f"{overall['inside_80']} af {overall['count']} tidligere prognoser"
    st.header(escaped(f"80{fmt.NBSP}%-båndet holdt i {held}"))
    terms.caption("Prognose minus regnskab, mio. kr. Nullinjen er regnskabet; stregerne er prognosernes 80 %-bånd.")
    chart(charts.past_forecasts, total, context.colors, alt=captions.past_forecasts_alt(total), key="past")
    shown = total.assign(
        miss=total["mean"] - total["outturn"],
        source_words=total["source"].map(sentences.SOURCE_WORDS),
        chosen=total["as_of"].map(chosen_at(found.origins)),
    ).sort_values("as_of")
    tables.show_twin(shown, PAST_TABLE, "Tidligere prognoser mod regnskabet, mio. kr.")
    st.caption(escaped(f"{sentences.coverage_meaning()} {HOW}"))


def _rules(found: hits.HitRate, context: Context) -> None:
    by_months = found.by_months
    title = st.container()
    bars, steps = st.container(key="regler").columns(2, gap="large")
    with bars:
        rules = _each_rule(_chosen_step(found))
        terms.caption("Afstand til regnskabet i gennemsnit, mio. kr. Kort er godt.")
        chart(charts.rule_bars, rules, context.colors, alt=captions.rules_alt(rules), key="rules")
    tables.show_twin(by_months, MONTHS_TABLE, "Prognosen og alle håndregler efter måneder igen, mio. kr.")
    title.header(escaped(captions.rules_title(rules)))
    counts = zip(by_months["inside_80"], by_months["inside_95"], by_months["count"], strict=True)
    held = [f"{of_80}{fmt.NBSP}og{fmt.NBSP}{of_95} af{fmt.NBSP}{count}" for of_80, of_95, count in counts]
    caption = "Afstand til regnskabet efter måneder igen, mio. kr."
    steps.html(tables.html_table(by_months.assign(held=held), STEP_TABLE, caption))
    bullets(sentences.rivals_that_win(by_months, found.by_row("type")))


def _chosen_step(found: hits.HitRate) -> pd.Series:
    """Let the reader choose the summary of all origins, or of those with so many months to go."""
    by_step = found.by_months.set_index("months_to_go")
    steps = {ALL: "Alle"} | {str(step): str(step) for step in by_step.index}
    chosen = session.choose_section("Måneder igen", steps, "igen")
    return found.overall if chosen == ALL else by_step.loc[int(chosen)]


def _each_rule(overall: pd.Series) -> pd.DataFrame:
    """The forecast and every rule of thumb that has an answer at all origins, with its mean error."""
    rows = [("Prognosen", overall["error"], True)]
    rows += [(title.capitalize(), overall[name], False) for name, title in sentences.RIVAL_NAMES.items()]
    frame = pd.DataFrame(rows, columns=["label", "error", "is_forecast"])
    return frame.assign(error=frame["error"].astype(float)).dropna(subset=["error"]).sort_values("error")


def _rows(found: hits.HitRate, context: Context) -> None:
    """The forecast beside its best rule of thumb, row by row of the level that the reader chooses."""
    title = st.container()
    level = session.choose_section("Niveau", LEVELS, LEVEL_KEY)
    rows = found.by_row(level)
    if rows.empty:
        return
    title.header(escaped(captions.rows_title(rows, level)))
    terms.caption(ROWS)
    chart(charts.error_pairs, rows, context.colors, alt=captions.rows_alt(rows), key="rows")
    lost, beaten = (rows.index.isin(chosen.index) for chosen in (sentences.visibly_beaten(rows), hits.beaten(rows)))
    nearest = np.select([lost, beaten], ["håndreglen", "lige godt"], default="prognosen")
    named = rows.assign(best=rows["best_rival"].map(sentences.RIVAL_NAMES), nearest=nearest)
    tables.show_twin(named, ROW_TABLE, f"{LEVELS[level]}: afstand til regnskabet i gennemsnit, mio. kr.")


def _archive(context: Context, found: hits.HitRate | None) -> None:
    st.header("Lukkede måneder")
    closed = closed_months(context.workspace)
    if closed:
        rows = pd.DataFrame([_archived(one) for one in reversed(closed)])
        became = {} if found is None else found.total.groupby("year")["outturn"].first().to_dict()
        rows["outturn"] = [became.get(month.year) for month in rows["month"]]
        shown = ARCHIVE if rows["outturn"].notna().any() else [one for one in ARCHIVE if one.name != "outturn"]
        st.html(tables.html_table(rows, shown, "Prognosen, som den var ved lukningen, mio. kr.; nyeste først"))
    else:
        st.markdown(
            "Ingen måneder er lukket endnu. Når en måned lukkes, gemmes dens prognose for altid, og den næste måned "
            "viser, hvad der har flyttet sig siden."
        )
    st.caption("En måned lukkes på siden Månedsluk.")


def _archived(closed: ClosedMonth) -> dict:
    total = closed.prognosis.total
    own = {name: total[name] for name in ("mean", "p10", "p90", "deviation")}
    papers = {"comment": closed.comment or None, "user": closed.user, "closed_at": closed.closed_at}
    return {"month": closed.month, **own, **papers}
