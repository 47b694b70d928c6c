"""Prognose: what the year is made of, month by month, at every level, and the years after it."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain import sentences
from cockpit.domain.comments import LineComment
from cockpit.domain.committed_bridge import COMMITTED_SINCE
from cockpit.domain.phased_bridge import PHASED_TO_ACTUAL
from cockpit.domain.prognosis import Prognosis
from cockpit.services.comments import comments_at
from cockpit.ui import captions, charts, comments, corrections, events, explanations, methods, session, tables, terms
from cockpit.ui.drawing import chart
from cockpit.ui.pages.welcome import needs_data
from cockpit.ui.parts import (
    BRIDGE,
    DIVISION,
    LEVEL_KEY,
    LEVELS,
    ROW_KEY,
    SINCE,
    bridge,
    by_size,
    contents,
    head,
    month_heading,
    papers,
    since_earlier,
)
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

ROW_TABLE = (  # the answer right after the name, where a phone shows it
    tables.text_column("label", "Navn"),
    tables.mio_column("mean", "Forventet regnskab"),
    tables.deviation_column("deviation", "Afvigelse"),
    tables.mio_column("committed", "Disponeret"),
    tables.mio_column("expected_inflow", "Forventet tilgang", signed=True),
    tables.mio_column("expected_changes", "Øvrige ændringer", signed=True),
    tables.mio_column("corrections", "Kendte sager på vej", signed=True),
    tables.mio_column("p10", "80 % fra"),
    tables.mio_column("p90", "80 % til"),
    tables.mio_column("budget_revised", "Korrigeret budget"),
    tables.text_column("comment", "Kommentar", long=True),
)
OPTIONAL = ("expected_inflow", "corrections", "comment")  # columns that stand only where something is in them
MORE = "Budget, forbrug, helårspersoner og enhedspris"
MORE_TABLE = (
    tables.text_column("label", "Navn"),
    tables.mio_column("budget_original", "Oprindeligt budget (mio. kr.)"),
    tables.mio_column("budget_revised", "Korrigeret budget (mio. kr.)"),
    tables.mio_column("actual_ytd", "Forbrug år til dato (mio. kr.)"),
    tables.Column("spent", "Forbrugsprocent", fmt.percent),
    tables.Column("person_years", "Helårspersoner", lambda value: fmt.number(value, 1)),
    tables.Column("unit_price", "Enhedspris (kr. pr. helårsperson)", fmt.number),
)
MONTH_TABLE = (
    tables.Column("month", "Måned", fmt.month_year, numeric=False),
    tables.Column("kind", "Status", {"actual": "bogført", "forecast": "forventet"}.__getitem__, numeric=False),
    tables.mio_column("mean", "Forbrug"),
    tables.mio_column("budget", "Periodiseret budget"),
    tables.mio_column("p10", "80 % fra"),
    tables.mio_column("p90", "80 % til"),
)
ALL, DISTRICT = "total", "district"
ROW_LEVELS = {**LEVELS, DISTRICT: "Distrikter"}  # only here: budgets and closed years are not kept by district
WORDS = (
    "Disponeret er bogført forbrug og resten af de bevilgede indsatser frem til deres forventede slutdato. Forventet "
    "tilgang er indsatser, der ikke er bevilget endnu. Øvrige ændringer er det, der ellers ventes: tidligere eller "
    "senere afslutning, skift, prisændringer, refusion og sene registreringer."
)
LEDGER_WORDS = (
    "Der er ikke indlæst indsatser: disponeret er det bogførte, og øvrige ændringer er det, bogføringen ventes at "
    "vokse med i resten af året."
)
PRICE_WORDS = (
    "Enhedsprisen er før central refusion. Penge uden personer, fx specialskoler og objektiv finansiering, er ikke med "
    "i den."
)
DISTRICT_WORDS = (
    "Bogføringen kender ikke distrikter. Pengene er fordelt efter, hvad aktiviteten koster i hvert distrikt: det "
    "bogførte efter året til dato, resten efter det forventede. Uden distrikt er refusion, penge uden aktivitet og "
    "indsatser, hvor distriktet mangler. Budgettet er ikke fordelt på distrikter."
)


@needs_data
def show(context: Context) -> None:
    """Show the year at the level and the row that the reader chooses."""
    answer, choice, as_of = head(context)
    with answer:
        prognosis = session.prognosis_of(context.workspace, as_of)
    if prognosis.fan.empty:
        with answer:
            month_heading(sentences.made_of(prognosis), prognosis, context)
        papers(prognosis, context.workspace.reference)
        return
    with choice:
        level, key = _choose_row(prognosis)
    beside_part = level != ALL
    with answer:
        made_of = captions.of_whole(sentences.made_of(prognosis), is_said=beside_part)
        month_heading(made_of, prognosis, context)
        _contents(prognosis)
    written = comments_at(context.workspace, as_of)
    _months(prognosis, level, key, context)
    if level != DISTRICT:
        line, name = (level, key), _name(prognosis, level, key)
        comments.beside(context, as_of, line, name, written.get(line), "prognose")
    _rows(prognosis, written)
    bridge(prognosis, context, beside_part=beside_part)
    movement = st.container()
    explanations.committed_since(prognosis, context, beside_part=beside_part)
    explanations.phased(prognosis, context, beside_part=beside_part)
    explanations.years(prognosis, level, key, _name(prognosis, level, key), context)
    methods.show(prognosis, context)
    corrections.show(context, as_of)
    events.show(context)
    papers(prognosis, context.workspace.reference)
    since_earlier(prognosis, context, movement, beside_part=beside_part)


def _contents(prognosis: Prognosis) -> None:
    sections = (
        (DIVISION, "Det forventede regnskab i dele", True),
        (BRIDGE, "Broen fra budgettet", not prognosis.bridge.empty),
        (SINCE, "Siden sidst", prognosis.since is not None and not prognosis.bridge.empty),
        (explanations.COMMITTED, "Disponeret siden sidst", explanations.is_shown(prognosis, COMMITTED_SINCE)),
        (explanations.PHASED, "Året til dato", explanations.is_shown(prognosis, PHASED_TO_ACTUAL)),
        (explanations.YEARS, "Overslagsårene", not prognosis.years.empty),
        (methods.ANCHOR, "Metoden", not prognosis.methods.empty),
        (corrections.ANCHOR, corrections.TITLE, True),
        (events.ANCHOR, events.TITLE, True),
    )
    contents({anchor: title for anchor, title, is_there in sections if is_there})


def _months(prognosis: Prognosis, level: str, key: str, context: Context) -> None:
    row, name = prognosis.row(level, key), _name(prognosis, level, key)
    st.header(escaped(captions.months_title(name, row)))
    terms.caption(
        "Måned for måned, mio. kr.; Supp er supplementsperioden. Stregerne viser, hvor 8 ud af 10 forløb ender."
    )
    months = _of(prognosis.months, level, key)
    chart(charts.monthly_columns, months, context.colors, alt=captions.months_alt(name, months), key="months")
    tables.show_twin(months, MONTH_TABLE, f"{name} {prognosis.year}, mio. kr. pr. måned")


def _rows(prognosis: Prognosis, written: Mapping[tuple[str, str], LineComment]) -> None:
    st.header(escaped(_division_title(prognosis)), anchor=DIVISION)
    levels = {key: name for key, name in ROW_LEVELS.items() if (prognosis.rows["level"] == key).any()}
    level = session.choose_section("Niveau", levels, LEVEL_KEY)
    rows = prognosis.rows[prognosis.rows["level"] == level]
    every = pd.concat([by_size(rows), prognosis.rows[prognosis.rows["level"] == ALL]])
    texts = {line: one.text for line, one in written.items()}
    every = every.assign(comment=[texts.get(line) for line in zip(every["level"], every["key"], strict=True)])
    shown = [column for column in ROW_TABLE if column.name not in OPTIONAL or every[column.name].any()]
    explained = LEDGER_WORDS if sentences.rests_on_ledger(prognosis.total) else WORDS
    st.html(tables.html_table(every, shown, f"{levels[level]} {prognosis.year}, mio. kr.", total_last=True))
    st.caption(escaped(f"{explained} {DISTRICT_WORDS}" if level == DISTRICT else explained))
    with st.expander(MORE):
        spent = every.assign(spent=every["actual_ytd"] / every["budget_revised"].where(every["budget_revised"] > 0))
        caption = f"{levels[level]} {prognosis.year}: {MORE.lower()}"
        st.html(tables.html_table(spent, MORE_TABLE, caption, total_last=True))
        st.caption(PRICE_WORDS)


def _division_title(prognosis: Prognosis) -> str:
    parts = ["disponeret", "forventet tilgang", "øvrige ændringer", "kendte sager på vej"]
    columns = ["committed", "expected_inflow", "expected_changes", "corrections"]
    known = [name for name, column in zip(parts, columns, strict=True) if prognosis.rows[column].any()]
    return f"Forventet regnskab = {' + '.join(known)}"


def _name(prognosis: Prognosis, level: str, key: str) -> str:
    return captions.WHOLE if level == ALL else str(prognosis.row(level, key)["label"])


def _choose_row(prognosis: Prognosis) -> tuple[str, str]:
    labels = {_code(row): _choice_label(row) for _, row in prognosis.rows.iterrows()}
    level, key = session.choose_one("Vis", labels, ROW_KEY).split(":", 1)
    return level, key


def _code(row: pd.Series) -> str:
    return f"{row['level']}:{row['key']}"


def _choice_label(row: pd.Series) -> str:
    if row["level"] == ALL:
        return captions.WHOLE
    kind = {"step": "", "type": "Type: ", "account": "Konto: ", "district": "Distrikt: "}[row["level"]]
    return f"{kind}{row['label']}"


def _of(frame: pd.DataFrame, level: str, key: str) -> pd.DataFrame:
    return frame[(frame["level"] == level) & (frame["key"] == key)]
