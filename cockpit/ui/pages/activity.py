"""Aktivitet og pris: how many there are, what a person-year costs, who comes and goes, and what it means in kroner."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import streamlit as st

from cockpit.domain import activity_words as words
from cockpit.domain import case_words
from cockpit.domain import format as fmt
from cockpit.domain.drill_down import Row, cases_of, districts_of, months_of, rest_of_year
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import Reference
from cockpit.ui import captions, charts, session, tables, terms
from cockpit.ui.drawing import chart
from cockpit.ui.pages.welcome import needs_data
from cockpit.ui.parts import PASSED, ROW_KEY, SECTION_KEY, contents, head, month_heading, papers
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

LADDER, CASES, EFFECTS = "indsatstrappe", "dyreste-sager", "effekter"  # what links call sections
ALL, DISTRICT = Row("total", "total"), "district"
DISTRICT_KEY, EVERYWHERE = "distrikt", ""  # no district has an empty name
STATUS = {
    words.WHOLE_MONTH: "registreret",
    words.LATE: "registreret indtil nu",
    words.AHEAD: "forventet",
    words.EARLY: "kun dem, der stadig var i gang",
}
MONTH = (
    tables.Column("month", "Måned", fmt.month_year, numeric=False),
    tables.Column("status", "Status", STATUS.__getitem__, numeric=False),
)


def _tenths(name: str, title: str, *, signed: bool = False) -> tables.Column:
    return tables.Column(name, title, lambda value: fmt.number(value, 1, signed=signed))


def _count(name: str, title: str) -> tables.Column:
    """What is counted is whole; what is expected has a decimal."""
    return tables.Column(name, title, lambda value: fmt.number(value, 0 if value == round(value) else 1))


def _whole(name: str, title: str, *, signed: bool = False) -> tables.Column:
    return tables.Column(name, title, lambda value: fmt.number(value, signed=signed))


VOLUME_TABLE = (
    *MONTH,
    _tenths("person_years", "I kraft"),
    _tenths("expected", "Med sene registreringer"),
    _tenths("p10", "80 % fra"),
    _tenths("p90", "80 % til"),
    _tenths("budget_person_years", "Budgettets antal"),
)
PRICE_TABLE = (
    *MONTH,
    tables.mio_column("cost", "Udgift, mio. kr."),
    _whole("price", "Pris pr. helårsperson, kr."),
    _whole("budget_price", "Budgettets pris, kr."),
)
FLOW_TABLE = (
    *MONTH,
    _count("entries", "Nye"),
    _count("moves_in", "Skiftet til"),
    _count("exits", "Afsluttet"),
    _count("moves_out", "Skiftet fra"),
)
EFFECT_TABLE = (  # here and below kroner come first, where a phone shows them
    tables.text_column("label", "Type"),
    tables.deviation_column("volume_effect", "Mængdeeffekt, mio. kr."),
    tables.deviation_column("price_effect", "Priseffekt, mio. kr."),
    _tenths("person_years0", "Budgettets antal helårspersoner"),
    _tenths("person_years1", "Forventet antal"),
    _tenths("more", "Forskel i antal", signed=True),
    _whole("price0", "Budgettets pris pr. helårsperson, kr."),
    _whole("price1", "Forventet pris, kr."),
    _whole("dearer", "Forskel i pris, kr.", signed=True),
)
STOCK_TABLE = (
    tables.text_column("label", "Trin"),
    _tenths("now", "Nu"),
    _whole("price", "Pris pr. helårsperson nu, kr."),
    _tenths("before", "For et år siden"),
    _whole("price_before", "Pris for et år siden, kr."),
    _tenths("ahead", "Ventet ved årets udgang"),
    _tenths("budget", "Budgettets antal"),
)
DISTRICT_VOLUME_TABLE = (*MONTH, _tenths("person_years", "I kraft, registreret"))
DISTRICT_PRICE_TABLE = PRICE_TABLE[:-1]  # no budget has a district
CASE_TABLE = (
    tables.text_column("citizen", "Barn (pseudonym)"),
    _whole("price", "Pr. måned nu"),
    _whole("cost", "Udgift i år"),
    _whole("refund", "Heraf refusion"),
    _whole("if_stops", "Stopper nu", signed=True),
    _whole("if_continues", "Løber ud", signed=True),
    tables.text_column("stop", "Sidste dag"),
    tables.text_column("spell_id", "Indsats", unbroken=True),
    tables.text_column("type", "Type"),
    tables.text_column("age_band", "Alder", unbroken=True),
    tables.text_column("district", "Distrikt"),
    _whole("months_in_force", f"Mdr. i{fmt.NBSP}gang"),
)
PASSED_TABLE = (
    tables.text_column("citizen", "Barn (pseudonym)"),
    _whole("rest", "Resten af året"),
    tables.Column("expected_stop", "Forventet slut", case_words.last_day_words, numeric=False),
    tables.text_column("spell_id", "Indsats", unbroken=True),
    tables.text_column("type", "Type"),
    tables.text_column("district", "Distrikt"),
)
MIXED = (
    "Her tælles forløb af forskellig slags sammen; prisen flytter sig derfor også, når sammensætningen gør. "
    "Vælg en type for at se mængde og pris for sig."
)
NOTHING = "Der er ikke indlæst indsatser, så mængde og pris kan ikke vises."
VOLUME_WORDS = (
    "Gennemsnit af dem, der er i kraft i måneden. Skyggen viser, hvor 8 ud af 10 simulerede forløb ender. Aksen "
    "begynder ikke altid ved nul."
)
RECORD_WORDS = (
    "Gennemsnit af dem, der er registreret i kraft i måneden. Et forløb tælles hele vejen i det distrikt, det sidst "
    "hørte til; er distrikter lagt sammen eller omdøbt, står de afsluttede under det gamle navn. Aksen begynder ikke "
    "altid ved nul."
)
PRICE_WORDS = (
    "1.000 kr. pr. helårsperson: månedens bevilgede bruttoudgift divideret med antallet i kraft, gange 12. Efter "
    "bevilling og før refusion, så det er ikke den bogførte enhedspris på Prognose. Aksen begynder ikke altid ved nul."
)
STOCK_WORDS = (
    "Antal i kraft på hvert trin, sene registreringer regnet med. Anbringelser er trin 4 til 6; de øverste er de mest "
    "indgribende og dyreste."
)
CASE_WORDS = (
    "Bevilgede indsatser i kraft ved månedens udgang. Pr. måned nu er prisen ved månedens udgang. Udgift i år er det, "
    "der er bevilget til den forventede slutdato, eller året ud, hvis den mangler eller er passeret. Stopper nu og "
    "Løber ud viser, hvad årets nettoudgift efter refusion ændrer sig med, hvis sagen slutter med måneden eller løber "
    "året ud. Pseudonymer, og kun til intern brug."
)
PASSED_WORDS = (
    "Bevilgede indsatser, hvis forventede slutdato er passeret, uden at de er afsluttet: de regnes året ud i "
    "disponeret. Luk dem i fagsystemet, eller sæt en ny dato. Resten af året er det bevilgede efter måneden, før "
    "refusion. Pseudonymer, og kun til intern brug."
)
FLOW_WORDS = (
    "Antal pr. måned. Et barn, der skifter fra én indsats til en anden, tæller som ud af den ene og ind i den anden."
)


@needs_data
def show(context: Context) -> None:
    """Show volume, price and flows of the row that the reader chooses, and what they mean for the year."""
    answer, choice, as_of = head(context)
    with answer:
        prognosis = session.prognosis_of(context.workspace, as_of)
        if prognosis.activity.empty:
            month_heading(NOTHING, prognosis, context)
            with st.container(key="skridt_indlaes"):
                st.page_link(context.pages["data"], label="Indlæs data", query_params={SECTION_KEY: "indlaes"})
    if not prognosis.activity.empty:
        with choice:
            row = _choose_row(prognosis, context)
        with answer:
            _answer(prognosis, row, context)
            passed = _passed_of(prognosis, row, context)
            _contents(prognosis, passed)
        _months(prognosis, row, context)
        _ladder(prognosis, row, context)
        _cases(prognosis, row, context)
        _passed(passed, prognosis, row, context)
        _effects(prognosis, row, context)
    papers(prognosis, context.workspace.reference)


def _choose_row(prognosis: Prognosis, context: Context) -> Row:
    """Levels in order, districts last; the choice is the same one as on the page Prognose. Steps and types drill on."""
    rows = prognosis.activity[["level", "key"]].drop_duplicates()
    reference = context.workspace.reference
    kinds = {"total": "", "step": "", "type": "Type: "}
    labels = {
        f"{level}:{key}": kinds[level] + words.name_of(level, key, reference)
        for level, key in rows.itertuples(index=False)
    }
    labels |= {
        f"{DISTRICT}:{name}": f"Distrikt: {reference.label(DISTRICT, name)}"
        for name in districts_of(prognosis, ALL, reference)
    }
    level, key = session.choose_one("Vis", labels, ROW_KEY).split(":", 1)
    if level == DISTRICT:
        return replace(ALL, district=key)
    row = Row(level, key)
    return row if row == ALL else replace(row, district=_choose_district(prognosis, row, reference))


def _choose_district(prognosis: Prognosis, row: Row, reference: Reference) -> str | None:
    """Let the reader choose one of the districts of a row; None is all of them."""
    names = districts_of(prognosis, row, reference)
    if not names:
        return None
    options = {EVERYWHERE: "Alle distrikter"} | {name: reference.label(DISTRICT, name) for name in names}
    chosen = session.choose_one("Distrikt", options, DISTRICT_KEY)
    return None if chosen == EVERYWHERE else chosen


def _answer(prognosis: Prognosis, row: Row, context: Context) -> None:
    reference = context.workspace.reference
    months = months_of(prognosis, row, reference)
    name, noun = words.name_of_row(row, reference), words.noun_of(row.level, row.key, reference)
    if row.district is None:
        answer, known = words.answer(name, noun, months), words.late_note(months)
    else:
        whole = months_of(prognosis, replace(row, district=None), reference)
        answer = words.district_answer(name, noun, months)
        known = words.district_note(whole, rest_of_year(prognosis, row, reference))
    beside = [words.budget_answer(prognosis, reference), words.placements_beside(prognosis, reference)]
    of_year = words.year_price(prognosis, row)
    said = [*(beside if row == ALL else ()), of_year, words.price_answer(months, name_month=bool(of_year))]
    result = words.year_answer(prognosis, row, name)
    if result:
        answer, said = result, [f"{answer}.", *said]
    month_heading(answer, prognosis, context, " ".join(filter(None, said)))
    notes = [known, words.survivors_note(months), MIXED if row.level != "type" else ""]
    if any(notes):
        st.caption(escaped(" ".join(filter(None, notes))))


def _contents(prognosis: Prognosis, passed: pd.DataFrame) -> None:
    sections = (
        (LADDER, "Indsatstrappen", True),
        (CASES, "De dyreste sager", not prognosis.cases.empty),
        (PASSED, "Passerede slutdatoer", not passed.empty),
        (EFFECTS, "Mængde og pris mod budgettet", not prognosis.effects.empty),
    )
    contents({anchor: title for anchor, title, is_there in sections if is_there})


def _months(prognosis: Prognosis, row: Row, context: Context) -> None:
    """How many and at what price stand side by side: never volume without price."""
    reference = context.workspace.reference
    whole = months_of(prognosis, replace(row, district=None), reference)
    months = words.with_status(months_of(prognosis, row, reference), whole)
    name, noun = words.name_of_row(row, reference), words.noun_of(row.level, row.key, reference)
    volume, price = st.container(key="antal_og_pris").columns(2, gap="large")
    with volume:
        _volume(months, name, noun, row, context)
    with price:
        _price(months, name, row, context)
    st.header(escaped(words.flow_title(months)))
    st.caption(escaped(f"{FLOW_WORDS} {words.lighter_note(months)}".strip()))
    chart(charts.flow_columns, months, context.colors, alt=words.flows_alt(months), key="flows")
    tables.show_twin(months, FLOW_TABLE, f"{name}, ind og ud pr. måned")


def _volume(months: pd.DataFrame, name: str, noun: tuple[str, str], row: Row, context: Context) -> None:
    st.header(escaped(words.volume_title(months, noun)))
    caption = VOLUME_WORDS if row.district is None else RECORD_WORDS
    notes = caption, words.budget_line_note(months, "person_years"), words.dotted_note(months)
    terms.caption(" ".join(filter(None, notes)))
    alt = words.months_alt(months, "person_years", f"{name}, antal i kraft", 1)
    chart(charts.volume_lines, months, context.colors, alt=alt, key="volume")
    columns = VOLUME_TABLE if row.district is None else DISTRICT_VOLUME_TABLE
    tables.show_twin(months, columns, f"{name}, antal i kraft pr. måned")


def _price(months: pd.DataFrame, name: str, row: Row, context: Context) -> None:
    if months["price"].isna().all():
        return
    st.header(escaped(words.price_title(months)))
    terms.caption(f"{PRICE_WORDS} {words.budget_line_note(months, 'price')}".strip())
    alt = words.months_alt(months, "price", f"{name}, kr. pr. helårsperson")
    chart(charts.price_lines, months, context.colors, alt=alt, key="price")
    columns = PRICE_TABLE if row.district is None else DISTRICT_PRICE_TABLE
    tables.show_twin(months, columns, f"{name}, pris pr. helårsperson")


def _ladder(prognosis: Prognosis, row: Row, context: Context) -> None:
    """The stock of each step of the whole area, and the moves between them."""
    stock = case_words.ladder_stock(prognosis, context.workspace.reference)
    moves = prognosis.ladder
    if stock.empty:
        return
    st.header(escaped(captions.of_whole(case_words.ladder_title(moves), is_said=row != ALL)), anchor=LADDER)
    terms.caption(STOCK_WORDS)
    chart(charts.ladder_bars, stock, context.colors, alt=case_words.ladder_alt(stock), key="ladder")
    tables.show_twin(stock, STOCK_TABLE, "Indsatstrappen, det øverste trin først")
    if not moves.empty:
        _moves(prognosis, context)


def _moves(prognosis: Prognosis, context: Context) -> None:
    name = context.workspace.reference.label
    counted, expected = st.container(key="skift").columns(2, gap="large")
    for place, value, caption, write in (
        (counted, "moves", "Skift de seneste 12 måneder, fra række til kolonne", fmt.number),
        (expected, "expected", f"Skift ventet i hele {prognosis.year}, fra række til kolonne", _one_decimal),
    ):
        if prognosis.ladder[value].notna().any():
            steps, matrix = case_words.ladder_matrix(prognosis.ladder, value)
            rows = matrix.assign(from_step=[name("step", step) for step in matrix["from_step"]])
            place.html(tables.html_table(rows, _matrix_columns(steps, write), caption))
    st.caption(escaped(case_words.ladder_note(prognosis.ladder, prognosis)))


def _matrix_columns(steps: list[str], write: Callable[[float], str]) -> list[tables.Column]:
    to = [tables.Column(step, f"Til{fmt.NBSP}{step}", write) for step in steps]
    return [tables.text_column("from_step", "Fra"), *to, tables.Column("total", f"I{fmt.NBSP}alt", write)]


def _one_decimal(value: float) -> str:
    return fmt.number(value, 1)


def _cases(prognosis: Prognosis, row: Row, context: Context) -> None:
    """The dearest running cases of the row by pseudonym, and what they mean for the result."""
    reference = context.workspace.reference
    cases = cases_of(prognosis, row, reference)
    if cases.empty:
        return
    name = "" if row == ALL else words.name_of_row(row, reference)
    st.header(escaped(case_words.cases_title(cases, prognosis, name)), anchor=CASES)
    st.markdown(escaped(" ".join(filter(None, [case_words.cases_note(cases), case_words.passed_note(cases)]))))
    st.caption(CASE_WORDS)
    shown = cases.assign(
        type=[reference.type_name(key) for key in cases["type_key"]],
        stop=[case_words.expected_stop_words(case) for _, case in cases.iterrows()],
    )
    st.html(tables.html_table(shown, CASE_TABLE, f"De dyreste sager pr. {fmt.month_long(prognosis.as_of)}, kr."))


def _passed_of(prognosis: Prognosis, row: Row, context: Context) -> pd.DataFrame:
    passed = session.passed_of(context.workspace, prognosis.as_of)
    return passed[row.holds(passed, context.workspace.reference)]


def _passed(passed: pd.DataFrame, prognosis: Prognosis, row: Row, context: Context) -> None:
    """Every intervention of the row that runs on past its expected end, by pseudonym: somebody must look at each."""
    if passed.empty:
        return
    reference = context.workspace.reference
    name = "" if row == ALL else words.name_of_row(row, reference)
    st.header(escaped(case_words.passed_title(passed, prognosis.year, name)), anchor=PASSED)
    st.caption(PASSED_WORDS)
    shown = passed.assign(type=[reference.type_name(key) for key in passed["type_key"]])
    caption = f"Passerede slutdatoer pr. {fmt.month_long(prognosis.as_of)}, kr."
    st.html(tables.html_table(shown, PASSED_TABLE, caption))


def _effects(prognosis: Prognosis, row: Row, context: Context) -> None:
    """Volume and price of every type against the budget, in kroner; person-years of unlike types are not added up."""
    effects = prognosis.effects
    if effects.empty:
        return
    reference = context.workspace.reference
    st.header(escaped(captions.of_whole(words.effects_title(effects), is_said=row != ALL)), anchor=EFFECTS)
    terms.caption(words.effects_note(prognosis, reference))
    rows = effects.assign(
        label=[reference.type_name(key) for key in effects["key"]],
        more=effects["person_years1"] - effects["person_years0"],
        dearer=effects["price1"] - effects["price0"],
        size=(effects["volume_effect"] + effects["price_effect"]).abs(),
    ).sort_values("size", ascending=False)
    _effect_charts(rows, context)
    total = {"label": "I alt", **rows[["volume_effect", "price_effect"]].sum()}
    every = pd.concat([rows, pd.DataFrame([total])], ignore_index=True)
    tables.show_twin(every, EFFECT_TABLE, f"Mængde og pris pr. type {prognosis.year}", total_last=True)


def _effect_charts(rows: pd.DataFrame, context: Context) -> None:
    """Volume beside price, the types in one order and the bars on one scale."""
    amounts = rows[["volume_effect", "price_effect"]]
    span = float(amounts.min(axis=None)), float(amounts.max(axis=None))
    titles = {"volume_effect": "Mængdeeffekt", "price_effect": "Priseffekt"}
    for place, (column, title) in zip(st.columns(2, gap="large"), titles.items(), strict=True):
        with place:
            st.caption(escaped(f"{title}, mio. kr."))
            alt = words.effects_alt(rows, column, title)
            chart(charts.effect_bars, rows[["label", column]], column, span, context.colors, alt=alt, key=column)
