"""Månedsluk: is the month ready to be closed, and what is missing; comments, the closing itself, and the papers."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.comments import COMMENTED_LEVELS, WHOLE, LineComment
from cockpit.domain.month_close import BEFORE_CLOSING, Check, answer, checklist, count_words, missing_before, to_explain
from cockpit.domain.months import year_months
from cockpit.domain.prognosis import Prognosis
from cockpit.services.closing import ClosedMonth, CloseFacts, close_facts, close_month, closed_months
from cockpit.services.comments import damage
from cockpit.ui import captions, comments, measures, messages, papers, session, tables
from cockpit.ui.pages.welcome import needs_data
from cockpit.ui.parts import head, month_heading
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

MESSAGE_KEY = "besked_om_luk"
DONE, MISSING, WAITING = "✓ på plads", "○ mangler", "○ venter på lukning"
CHECK_TABLE = (
    tables.text_column("title", "Punkt"),
    tables.text_column("state", "Status", unbroken=True),
    tables.text_column("words", "Bemærkning", long=True),
)
YEAR_TABLE = (
    tables.Column("month", "Måned", fmt.month_year, numeric=False),
    tables.text_column("follow_up", "Officiel opfølgning"),
    tables.text_column("state", "Status"),
    tables.mio_column("mean", "Forventet regnskab ved lukningen"),
    tables.deviation_column("deviation", "Afvigelse"),
    tables.text_column("comment", "Kommentar", long=True),
)
NONE_CLOSED = "Ingen måneder i {year} er lukket endnu"
FINAL = "En lukket måned ændres ikke, og lukningen kan ikke fortrydes. Kommentarer kan stadig skrives."
COMMENTED = (
    "Én kommentar pr. linje og måned. Den samlede kommentar følger prognosen i arkivet; kommentarerne står ved "
    "linjerne på siden Prognose og i papirerne."
)


@needs_data
def show(context: Context) -> None:
    """Show the checklist of a month, its comments, the closing and the papers."""
    above, _, as_of = head(context)
    with above:
        prognosis = session.prognosis_of(context.workspace, as_of)
        facts = close_facts(context.workspace, prognosis)
        checks = checklist(facts)
        month_heading(answer(facts, checks), prognosis, context)
    messages.show(MESSAGE_KEY)
    _checks(checks, is_closed=facts.closed_at is not None)
    _comments(facts, context)
    measures.show(context, prognosis)
    _close(facts, checks, context)
    st.header(f"Papirer for {fmt.month_long(as_of)}")
    papers.offer(context, as_of, "luk")
    _year(context, as_of)


def _checks(checks: Sequence[Check], *, is_closed: bool) -> None:
    st.header(escaped(count_words(checks, is_closed=is_closed)))
    rows = pd.DataFrame([vars(check) | {"state": _state(check, is_closed=is_closed)} for check in checks])
    st.html(tables.stacked_table(rows, CHECK_TABLE, "Tjekliste i den rækkefølge, tingene gøres"))


def _state(check: Check, *, is_closed: bool) -> str:
    if check.done:
        return DONE
    return MISSING if is_closed or check.key in BEFORE_CLOSING else WAITING


def _comments(facts: CloseFacts, context: Context) -> None:
    """What is written, and a field for the line that the reader chooses; lines that lack a comment come first."""
    written = facts.comments or {}
    st.header("Kommentarer")
    above = st.container()  # always there, so that the field below stays what it is for whoever has the focus in it
    for words in damage(context.workspace):
        above.warning(escaped(words))
    if written:
        above.html(tables.html_table(_written(written, facts.prognosis), comments.TABLE, "Månedens kommentarer"))
    lines = _lines(facts, written)
    chosen = st.selectbox("Linje", list(lines), format_func=lines.__getitem__, key="kommentar_linje", filter_mode=None)
    name = "måneden" if chosen == WHOLE else str(facts.prognosis.row(*chosen)["label"])
    comments.field(context, facts.prognosis.as_of, chosen, name, written.get(chosen), "luk")
    st.caption(COMMENTED)


def _written(written: Mapping[tuple[str, str], LineComment], prognosis: Prognosis) -> pd.DataFrame:
    """The comments in the order of the prognosis' rows; one whose line is gone comes last by its key."""
    rows = prognosis.rows.set_index(["level", "key"])
    order = {line: at for at, line in enumerate(rows.index)}
    lines = sorted(written, key=lambda line: order.get(line, len(order)))
    return pd.DataFrame(
        [
            {
                "label": _name(line, rows.loc[line, "label"] if line in order else line[1]),
                "deviation": rows.loc[line, "deviation"] if line in order else None,
                **vars(written[line]),
            }
            for line in lines
        ]
    )


def _name(line: tuple[str, str], label: str) -> str:
    return captions.WHOLE if line == WHOLE else f"{COMMENTED_LEVELS[line[0]]}{label}"


def _lines(facts: CloseFacts, written: Mapping[tuple[str, str], LineComment]) -> dict[tuple[str, str], str]:
    """Every line that can be commented on, the ones that the checklist asks for first."""
    rows = facts.prognosis.rows[facts.prognosis.rows["level"].isin(COMMENTED_LEVELS)]
    asked = [WHOLE, *(("type", key) for key in to_explain(facts.prognosis, facts.reference)["key"])]
    asked += [("type", key) for key in facts.apart]
    names = {(row["level"], row["key"]): _name((row["level"], row["key"]), row["label"]) for _, row in rows.iterrows()}
    first = [line for line in dict.fromkeys(asked) if line in names and line not in written]
    return {line: f"{names[line]} (mangler)" for line in first} | {
        line: name for line, name in names.items() if line not in first
    }


def _close(facts: CloseFacts, checks: Sequence[Check], context: Context) -> None:
    if facts.closed_at is not None:
        return
    month, missing = facts.prognosis.as_of, missing_before(checks)
    st.header(f"Luk {fmt.month_long(month)}")
    mean = facts.prognosis.total["mean"]
    frozen = f"Frys prognosen{'' if fmt.is_absent(mean) else f' på {fmt.mio(mean)}'} for altid"
    lacking = fmt.enumeration([check.title.lower() for check in missing])
    agreed = st.checkbox(f"{frozen}, selv om der mangler: {lacking}" if missing else frozen, key="luk_alligevel")
    st.caption(FINAL)
    if st.button("Luk måneden", type="primary", key="luk", disabled=not agreed):
        with st.spinner("Gemmer månedens prognose"):
            close_month(context.workspace, month, user=context.user, at=context.clock())
        name = fmt.month_long(month).capitalize()
        messages.leave(MESSAGE_KEY, f"{name} er lukket, og prognosen er gemt i arkivet.")
        st.rerun()


def _year(context: Context, as_of: pd.Period) -> None:
    """The months of the year with their official follow-ups, and what was frozen of each."""
    closed = {one.month: one for one in closed_months(context.workspace)}
    months = year_months(as_of.year)
    known = set(context.workspace.months())
    rows = pd.DataFrame([_month(month, closed.get(month), month in known, context) for month in months])
    count = sum(month in closed for month in months)
    words = f"{fmt.plural(count, 'måned', 'måneder')} i {as_of.year} er lukket" if count else NONE_CLOSED
    st.header(escaped(words.format(year=as_of.year)))
    unit = ", mio. kr." if count else ""
    st.html(tables.html_table(rows, YEAR_TABLE if count else YEAR_TABLE[:3], f"Årets måneder {as_of.year}{unit}"))


def _month(month: pd.Period, closed: ClosedMonth | None, has_data: bool, context: Context) -> dict:
    follow_up = context.workspace.reference.follow_up(month)
    state = "åben" if has_data else "ingen data endnu"
    if closed is not None:
        state = f"lukket {fmt.day(closed.closed_at)} af {closed.user}"
    return {
        "month": month,
        "follow_up": fmt.unbroken_days(follow_up.name) if follow_up else None,
        "state": state,
        "mean": closed.prognosis.total["mean"] if closed else None,
        "deviation": closed.prognosis.total["deviation"] if closed else None,
        "comment": (closed.comment or None) if closed else None,
    }
