"""The reference tables as a reader sees them: value, source, owner, review date, and what is only an estimate."""

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.reference import ESTIMATE, Assumption, Reference
from cockpit.domain.sentences import refund_beyond_table
from cockpit.ui import tables
from cockpit.ui.plain_text import escaped

PER_CENT = {"andel": "%", "relativ ændring": "% ændring"}  # how the unit of a share begins in the table and here
WORD_JOINER = "\u2060"  # a range stays on one line
MARKS = {"V": "offentliggjort", "D": "beregnet", ESTIMATE: "skøn"}
_STATUS = tables.Column("mark", "Status", lambda mark: MARKS.get(mark, fmt.ABSENT), numeric=False)
_SOURCE = tables.Column("source", "Kilde", fmt.unbroken_days, numeric=False)
ASSUMPTIONS = (
    tables.text_column("why", "Hvad den bruges til"),
    tables.text_column("value", "Værdi (lav–høj)", long=True),
    tables.Column("valid_from", "Gælder fra", fmt.day, numeric=False),
    _STATUS,
    _SOURCE,
    tables.text_column("owner", "Ejer, revideres"),
)
REFUND = (
    tables.Column("valid_from", "Gælder fra", fmt.month_year, numeric=False),
    tables.text_column("thresholds", "Grænser, kr. pr. år"),
    tables.text_column("rates", "Refusion over hver grænse"),
    _STATUS,
    _SOURCE,
)
INDEXATION = (
    tables.Column("year", "År", str, numeric=False),
    tables.Column("index", "Pris- og lønstigning", lambda index: fmt.percent(index - 1, 1)),
    _STATUS,
    _SOURCE,
)
TYPES = (
    tables.text_column("name", "Indsatstype"),
    tables.text_column("step", "Trin"),
    tables.text_column("function", "Funktion"),
    tables.Column("rate_low", "Troværdig pris fra, kr. pr. måned", fmt.number),
    tables.Column("rate_high", "Troværdig pris til, kr. pr. måned", fmt.number),
    tables.Column("price_year", "Prisniveau", str),
    _STATUS,
)
FOLLOW_UPS = (
    tables.Column("name", "Opfølgning", fmt.unbroken_days, numeric=False),
    tables.Column("month", "Måned", fmt.month_name, numeric=False),
    tables.Column("valid_from", "Gælder fra", fmt.day, numeric=False),
    _STATUS,
    _SOURCE,
)


def show(reference: Reference) -> None:
    """Show assumptions, refund rules, indexation, and types with their steps."""
    st.header("Forudsætninger")
    st.caption(
        "Rækker med status skøn er ikke bekræftet. Ejeren, der står ved rækken, bekræfter eller retter værdien og "
        "kilden; den systemansvarlige skriver dem ind i tabellen. Derefter regner alle sider og papirer med dem."
    )
    st.html(tables.stacked_table(_assumptions(reference), ASSUMPTIONS, "Forudsætninger med kilde og ejer"))
    st.header("Refusion for særligt dyre enkeltsager")
    st.html(tables.stacked_table(_refund(reference), REFUND, "Grænser og satser"))
    st.caption(escaped(f"{refund_beyond_table(reference)}."))
    st.header("Pris- og lønfremskrivning")
    st.html(tables.html_table(reference.indexation, INDEXATION, "Stigning i forhold til året før"))
    st.header("Indsatstyper og trin på indsatstrappen")
    st.html(tables.html_table(_types(reference), TYPES, "Indsatstyper"))
    st.header("Officielle opfølgninger")
    follow_ups = pd.DataFrame([vars(each) for each in reference.follow_ups])
    st.html(tables.stacked_table(follow_ups, FOLLOW_UPS, "Hvornår budgettet følges op"))


def _assumptions(reference: Reference) -> pd.DataFrame:
    """Put the estimates first: they are what somebody has to look at."""
    records = sorted(reference.assumptions, key=lambda record: (not record.is_estimate, record.key, record.valid_from))
    return pd.DataFrame([vars(record) | _drawn_together(record) for record in records])


def _drawn_together(record: Assumption) -> dict[str, str]:
    """The value with unit and range, and the owner with the day of review: apart they make the table too wide."""
    (low, value, high), unit = _in_unit(record)
    span = "" if low == high else f" ({low}–{WORD_JOINER}{high})"
    return {
        "value": f"{value}{fmt.NBSP}{unit}{span}",
        "owner": f"{record.owner}, {fmt.day(record.review_date)}",
    }


def _in_unit(record: Assumption) -> tuple[list[str], str]:
    """Low, value and high as they are written, and their unit; a share is written in per cent."""
    values = [record.low, record.value, record.high]
    for begin, unit in PER_CENT.items():
        if record.unit == begin or record.unit.startswith(f"{begin} "):
            # Away from binary fractions, which would show.
            return [fmt.plain(round(value * 100, 9)) for value in values], f"{unit}{record.unit.removeprefix(begin)}"
    return [fmt.plain(value) for value in values], record.unit


def _refund(reference: Reference) -> pd.DataFrame:
    rules = [
        {
            "valid_from": rule.valid_from,
            "thresholds": " / ".join(fmt.number(threshold) for threshold in rule.thresholds),
            "rates": " / ".join(fmt.percent(rate) for rate in rule.rates),
            "mark": rule.mark,
            "source": rule.source,
        }
        for rule in reference.refund_rules
    ]
    return pd.DataFrame(rules)


def _types(reference: Reference) -> pd.DataFrame:
    frame = pd.DataFrame([vars(each) for each in reference.types.values()])
    return frame.assign(step=[f"{step}{fmt.NBSP}{reference.steps.get(step, '')}".strip() for step in frame["step"]])
