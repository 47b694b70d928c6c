"""Aktivitet og pris: how many there are, what a person-year costs, who comes and goes, and what it means in kroner."""

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from cockpit.domain import activity_words as words
from cockpit.domain import format as fmt
from cockpit.domain.prognosis import Prognosis
from cockpit.ui import charts, session, tables
from cockpit.ui.pages import welcome
from cockpit.ui.parts import month_heading, papers
from cockpit.ui.session import Context

KINDS = {"actual": "registreret", "forecast": "forventet"}
MONTH = (
    tables.Column("month", "Måned", fmt.month_year, numeric=False),
    tables.Column("kind", "Status", KINDS.__getitem__, numeric=False),
)


def _tenths(name: str, title: str, *, signed: bool = False) -> tables.Column:
    return tables.Column(name, title, lambda value: fmt.number(value, 1, signed=signed))


def _whole(name: str, title: str, *, signed: bool = False) -> tables.Column:
    return tables.Column(name, title, lambda value: fmt.number(value, signed=signed))


VOLUME_TABLE = (
    *MONTH,
    _tenths("person_years", "I kraft"),
    _tenths("expected", "Med sene registreringer"),
    _tenths("p10", "80 % fra"),
    _tenths("p90", "80 % til"),
    _tenths("budget_person_years", "Budgettets helårspersoner"),
)
PRICE_TABLE = (
    *MONTH,
    tables.mio_column("cost", "Udgift, mio. kr."),
    _whole("price", "Pris pr. helårsperson, kr."),
    _whole("budget_price", "Budgettets pris, kr."),
)
FLOW_TABLE = (
    *MONTH,
    _tenths("entries", "Nye"),
    _tenths("moves_in", "Skiftet til"),
    _tenths("exits", "Afsluttet"),
    _tenths("moves_out", "Skiftet fra"),
)
EFFECT_TABLE = (
    tables.text_column("label", "Type"),
    _tenths("person_years0", "Helårspersoner, budget"),
    _tenths("person_years1", "Forventet"),
    _tenths("more", "Afvigelse", signed=True),
    _whole("price0", "Pris pr. helårsperson, budget, kr."),
    _whole("price1", "Forventet, kr."),
    _whole("dearer", "Afvigelse, kr.", signed=True),
    tables.mio_column("volume_effect", "Mængdeeffekt, mio. kr.", signed=True),
    tables.mio_column("price_effect", "Priseffekt, mio. kr.", signed=True),
)
MIXED = (
    "Her tælles forløb af forskellig slags sammen; prisen flytter sig derfor også, når sammensætningen gør. "
    "Vælg en type for at se mængde og pris for sig."
)
NOTHING = "Der er ikke indlæst indsatser, så mængde og pris kan ikke vises."
VOLUME_WORDS = (
    "Gennemsnitligt antal i kraft i måneden, det vil sige helårspersoner omregnet til et helt år. Skyggen viser, hvor "
    "8 ud af 10 simulerede forløb ender. Aksen begynder ikke nødvendigvis ved nul."
)
PRICE_WORDS = (
    "1.000 kr. pr. helårsperson: månedens bruttoudgift efter bevillingerne delt med dem, der er i kraft, gange 12. "
    "Aksen begynder ikke nødvendigvis ved nul."
)
FLOW_WORDS = (
    "Antal pr. måned. Et barn, der skifter fra én indsats til en anden, tæller som ud af den ene og ind i den anden."
)


def show(context: Context) -> None:
    """Show volume, price and flows of the row that the reader chooses, and what they mean for the year."""
    if context.workspace.is_empty():
        welcome.show(context)
        return
    answer, choice = st.columns([4, 1], gap="large")
    with choice:
        as_of = session.choose_month(context.workspace)
    with answer:
        prognosis = session.prognosis_of(context.workspace, as_of)
        if prognosis.activity.empty:
            month_heading(NOTHING, prognosis, context)
    if not prognosis.activity.empty:
        with choice:
            level, key = _choose_row(prognosis, context)
        with answer:
            _answer(prognosis, level, key, context)
        _months(prognosis, level, key, context)
        _effects(prognosis, context)
    papers(prognosis, context.workspace.reference)


def _choose_row(prognosis: Prognosis, context: Context) -> tuple[str, str]:
    """Levels in order; the choice is the same one as on the page Prognose."""
    rows = prognosis.activity[["level", "key"]].drop_duplicates()
    reference = context.workspace.reference
    kinds = {"total": "", "step": "", "type": "Type: "}
    labels = {
        f"{level}:{key}": kinds[level] + words.name_of(level, key, reference)
        for level, key in rows.itertuples(index=False)
    }
    level, key = session.choose_one("Vis", labels, "raekke").split(":", 1)
    return level, key


def _answer(prognosis: Prognosis, level: str, key: str, context: Context) -> None:
    reference = context.workspace.reference
    months = words.row_of(prognosis, level, key)
    name, noun = words.name_of(level, key, reference), words.noun_of(level, key, reference)
    month_heading(words.answer(name, noun, months), prognosis, context)
    notes = [words.late_note(months), MIXED if level != "type" else ""]
    if any(notes):
        st.caption(" ".join(filter(None, notes)))


def _months(prognosis: Prognosis, level: str, key: str, context: Context) -> None:
    reference = context.workspace.reference
    months = words.row_of(prognosis, level, key)
    name, noun = words.name_of(level, key, reference), words.noun_of(level, key, reference)
    st.subheader(words.volume_title(months, noun))
    st.caption(VOLUME_WORDS)
    figure = charts.level_lines(months, "person_years", context.colors, decimals=1)
    alt = words.months_alt(months, "person_years", f"{name}, antal i kraft", 1)
    _chart(figure, alt, "volume", months, VOLUME_TABLE, f"{name}, antal i kraft pr. måned")
    if months["price"].notna().any():
        st.subheader(words.price_title(months))
        st.caption(PRICE_WORDS)
        alt = words.months_alt(months, "price", f"{name}, kr. pr. helårsperson")
        prices = ["price", "budget_price"]
        in_thousands = months.assign(**{column: months[column] / words.THOUSAND for column in prices})
        figure = charts.level_lines(in_thousands, "price", context.colors)
        _chart(figure, alt, "price", months, PRICE_TABLE, f"{name}, pris pr. helårsperson")
    st.subheader(words.flow_title(months))
    st.caption(FLOW_WORDS)
    figure = charts.flow_columns(months, context.colors)
    _chart(figure, words.flows_alt(months), "flows", months, FLOW_TABLE, f"{name}, ind og ud pr. måned")


def _chart(
    figure: go.Figure, alt: str, key: str, months: pd.DataFrame, table: tuple[tables.Column, ...], caption: str
) -> None:
    st.plotly_chart(figure, theme=None, config=charts.CONFIG, alt=alt, key=key)
    tables.show_twin(months, table, caption)


def _effects(prognosis: Prognosis, context: Context) -> None:
    """Volume and price of every type against the budget, in kroner; person-years of unlike types are not added up."""
    effects = prognosis.effects
    if effects.empty:
        return
    reference = context.workspace.reference
    st.subheader(words.effects_title(effects))
    st.caption(words.effects_note(prognosis, reference))
    rows = effects.assign(
        label=[reference.type_name(key) for key in effects["key"]],
        more=effects["person_years1"] - effects["person_years0"],
        dearer=effects["price1"] - effects["price0"],
        size=(effects["volume_effect"] + effects["price_effect"]).abs(),
    ).sort_values("size", ascending=False)
    total = {"label": "I alt", **rows[["volume_effect", "price_effect"]].sum()}
    every = pd.concat([rows, pd.DataFrame([total])], ignore_index=True)
    st.html(tables.html_table(every, EFFECT_TABLE, f"Mængde og pris pr. type {prognosis.year}", total_last=True))
