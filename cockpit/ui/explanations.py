"""Why figures moved: disponeret case by case, the year so far, what drives each step, and the coming years."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from cockpit.domain import explanation_words as words
from cockpit.domain import format as fmt
from cockpit.domain.bridge import BUDGET_TO_FORECAST, LAST_CLOSE_TO_NOW, LAST_MONTH_TO_NOW
from cockpit.domain.committed_bridge import COMMITTED_SINCE
from cockpit.domain.phased_bridge import PHASED_TO_ACTUAL
from cockpit.domain.prognosis import Prognosis
from cockpit.ui import captions, charts, session, tables, terms
from cockpit.ui.drawing import chart
from cockpit.ui.plain_text import escaped
from cockpit.ui.session import Context

DRIVER_TABLE = (
    tables.text_column("label", "Årsag"),
    tables.text_column("who", "Hvem eller hvad"),
    tables.Column("amount", "Kr.", lambda amount: fmt.number(amount, signed=True)),
    tables.text_column("reason", "Hvorfor", long=True),
)
MOVEMENT_TABLE = (
    tables.text_column("label", "Årsag"),
    tables.Column("amount_text", "Mio. kr."),
    tables.Column("count_text", "Antal forløb"),
    tables.text_column("cause", "Hvad der sker"),
    tables.text_column("meaning", "Hvad det dækker", long=True),
)
YEAR_TABLE = (
    tables.Column("year", "År", numeric=False),
    tables.mio_column("gross", "Brutto"),
    tables.mio_column("refund", "Refusion"),
    tables.mio_column("mean", "Netto"),
    tables.mio_column("p10", "80 % fra"),
    tables.mio_column("p90", "80 % til"),
)
PRICE_KEY = "priser"
YEARS, COMMITTED, PHASED = "overslagsaar", "disponeret", "aar-til-dato"  # what links within a page call the sections
DRIVER_CAPTION = "{}: de største bidrag til hver årsag, kr. De og »øvrige« lægges sammen til årsagen."
BRIDGES = {
    BUDGET_TO_FORECAST: "Fra budget til forventet regnskab",
    LAST_CLOSE_TO_NOW: "Forventet regnskab siden sidste lukning",
    LAST_MONTH_TO_NOW: "Forventet regnskab siden måneden før",
    COMMITTED_SINCE: "Disponeret siden sidst",
    PHASED_TO_ACTUAL: "Årets forbrug mod periodiseringen",
}


def drivers(prognosis: Prognosis, parts: pd.DataFrame, context: Context) -> None:
    """Show behind a fold what drives the steps of a bridge; nothing where nobody knows."""
    found = words.drivers_of(prognosis, parts, context.workspace.reference)
    if not found.empty:
        with st.expander("Hvilke sager og konti det er"):
            caption = DRIVER_CAPTION.format(BRIDGES[parts["name"].iloc[0]])
            st.html(tables.stacked_table(found, DRIVER_TABLE, caption))


def is_shown(prognosis: Prognosis, movement: str) -> bool:
    """Say whether there is anything to show of a movement: `COMMITTED_SINCE` or `PHASED_TO_ACTUAL`."""
    return not words.movement_parts(prognosis, movement).empty


def committed_since(prognosis: Prognosis, context: Context, *, beside_part: bool = False) -> None:
    """Show what moved disponeret since an earlier month, in kroner and in number of cases; see `parts.bridge`."""
    parts = words.movement_parts(prognosis, COMMITTED_SINCE)
    if parts.empty or prognosis.since is None:
        return
    title = captions.of_whole(words.committed_title(prognosis, parts), is_said=beside_part)
    st.header(escaped(title), anchor=COMMITTED)
    terms.caption(words.committed_note(prognosis, parts))
    start = f"Disponeret {fmt.month_year(prognosis.since)}"
    _movement(prognosis, parts, (start, "Disponeret nu"), (charts.movement, "committed_since"), context)


def phased(prognosis: Prognosis, context: Context, *, beside_part: bool = False) -> None:
    """Show why the year so far is beside the phased budget; see `parts.bridge`."""
    parts = words.movement_parts(prognosis, PHASED_TO_ACTUAL)
    if parts.empty:
        return
    st.header(escaped(captions.of_whole(words.phased_title(prognosis, parts), is_said=beside_part)), anchor=PHASED)
    terms.caption("Fra periodiseret budget år til dato til forbrug år til dato, mio. kr.")
    names = "Periodiseret budget", "Forbrug år til dato"
    _movement(prognosis, parts, names, (charts.waterfall_to_booked, "phased"), context)


def _movement(
    prognosis: Prognosis, parts: pd.DataFrame, names: tuple[str, str], drawn: tuple[Callable, str], context: Context
) -> None:
    start = names[0], float(parts["from_amount"].iloc[0])
    end = names[1], float(parts["to_amount"].iloc[0])
    alt = words.movement_alt(parts, start, end)
    build, key = drawn
    chart(build, start, parts, end, context.colors, alt=alt, key=key)
    rows = captions.bridge_rows(start, parts, end)
    counts = ["", *(fmt.number(count) if count == count else "" for count in parts["count"]), ""]
    columns = [column for column in MOVEMENT_TABLE if column.name != "count_text" or any(counts)]
    tables.show_twin(rows.assign(count_text=counts), columns, f"{start[0]} til {end[0]}, mio. kr.", total_last=True)
    drivers(prognosis, parts, context)


def years(prognosis: Prognosis, level: str, key: str, name: str, context: Context) -> None:
    """Show the budget year and the outline years of one row, in current or in fixed prices."""
    if prognosis.years.empty:
        return
    title = st.container()
    prices = session.choose_section("Priser", words.PRICES, PRICE_KEY, label_visibility="collapsed")
    unit = f"mio. kr. i {prognosis.year}-priser" if prices == words.FIXED else "mio. kr. i løbende priser"
    shown = words.years_of(prognosis, level, key, prices)
    title.header(escaped(captions.years_title(name, shown)), anchor=YEARS)
    if grown := words.growth_sentence(prognosis, level, key, context.workspace.reference):
        title.markdown(escaped(grown))
    st.caption(escaped(f"Budgetåret og overslagsårene, {unit}. Stregerne viser, hvor 8 ud af 10 forløb ender."))
    chart(charts.year_columns, shown, context.colors, alt=captions.years_alt(name, shown), key="years")
    tables.show_twin(shown, YEAR_TABLE, f"{name}, {unit}")
    st.caption(escaped(words.basis_sentence(prognosis, context.workspace.reference)))
