"""The annex: how the forecast is made and what it rests on."""

from itertools import groupby
from operator import itemgetter

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain import sentences
from cockpit.domain.bridge import BUDGET_TO_FORECAST
from cockpit.domain.events import touched_words
from cockpit.domain.months import OUTLINE_YEARS
from cockpit.domain.paper import COMMITTEE
from cockpit.domain.reference import ESTIMATE, Reference
from cockpit.reports.report import Column, Line, Page, Table
from cockpit.reports.view import ANNEX, View

SHORT, LONGEST_WORD = 12, 32  # characters of a hash that the foot has; what is longer without a blank is a hash


def method(view: View) -> Page:
    return Page(
        "Metode",
        ANNEX,
        words.method_title(view.prognosis),
        text=(*words.method(view.prognosis), *words.hit_rate_words(view.facts.hit_rate, view.prognosis)),
    )


def basis(view: View) -> Page:
    facts, prognosis = view.facts, view.prognosis
    stamp = Table(
        "Datastempel",
        (Column("name", "Hvad", "text"), Column("value", "Værdi", "text")),
        (
            Line(("Opgørelsesmåned", fmt.month_long(prognosis.as_of))),
            *((Line(("Genskabt måned", facts.reconstructed)),) if facts.reconstructed else ()),
            *(Line((name, value)) for name, value in _papers(view)),
        ),
    )
    tables = [
        *_comments_table(view), stamp, *_events_table(view), *_estimates_table(facts.reference, prognosis.as_of)
    ]  # fmt: skip
    return Page(
        "Grundlag",
        ANNEX,
        words.basis_title(prognosis, *sentences.count_estimates(facts.reference)),
        text=tuple(_basis_text(view)),
        tables=tuple(tables),
    )


def _papers(view: View) -> list[tuple[str, str]]:
    """What the numbers are found again by; a committee needs no libraries, and of a hash what the foot has of it."""
    found = sentences.papers(view.prognosis, view.facts.reference)
    if view.audience == COMMITTEE:
        return [(name, value[:SHORT] if _is_hash(value) else value) for name, value in found if name != "Versioner"]
    return [(name, _parted(value)) for name, value in found]


def _is_hash(text: str) -> bool:
    return " " not in text and len(text) > LONGEST_WORD


def _parted(text: str) -> str:
    """Part a long hash in groups, so that it can be read aloud and broken over lines."""
    return text if not _is_hash(text) else " ".join(text[at : at + 16] for at in range(0, len(text), 16))


def _basis_text(view: View) -> list[str]:
    facts = view.facts
    amount = view.prognosis.total["corrections"]
    known = [] if fmt.is_absent(amount) or not amount else [_known_cases(view, float(amount))]
    cases = () if view.audience == COMMITTEE else facts.case_notes
    notes = [*facts.data_notes, *words.of_data(view.prognosis, view.audience)]
    return [*notes, *known, *cases, sentences.estimates(facts.reference, "i Styringscockpit på siden Data")]


def _known_cases(view: View, amount: float) -> str:
    if view.shown.is_hidden("bridge:corrections", BUDGET_TO_FORECAST):
        return "Prognosen regner også med kendte sager på vej, som er indtastet af forvaltningen; beløbet er skjult."
    return f"Prognosen regner også med kendte sager på vej, indtastet af forvaltningen: {fmt.mio(amount, signed=True)}"


def _comments_table(view: View) -> list[Table]:
    """What is said of earlier months; what is said of the month itself stands in the Resumé."""
    written = [one for one in view.facts.comments if one.text and one.month != view.prognosis.as_of]
    if not written:
        return []
    columns = (Column("month", "Måned", "text"), Column("text", "Kommentar", "text"), Column("who", "Skrevet", "text"))
    lines = tuple(Line((fmt.month_year(one.month), one.text, view.signed(one.user, one.at))) for one in written)
    return [Table("Kommentarer til månederne", columns, lines)]


def _events_table(view: View) -> list[Table]:
    """Known events that the models are told of; those a department has written itself are not for a committee."""
    shared = view.reference.events
    events = [one for one in view.facts.events if view.audience != COMMITTEE or one in shared]
    columns = (
        Column("text", "Hændelse", "text"), Column("month", "Fra", "text"), Column("touches", "Gælder for", "text"),
        Column("source", "Kilde", "text"),
    )  # fmt: skip
    lines = tuple(
        Line((one.text, fmt.month_year(one.month), touched_words(one, view.reference), one.source)) for one in events
    )
    return [Table("Kendte hændelser", columns, lines)] if lines else []


def _indexation(years: pd.DataFrame) -> str:
    """How much prices and wages rise in some years: `2026: 3,2 %, 2027: 3,0 % og 2028–2031: 2,8 %`."""
    rates = [fmt.percent(index - 1, 1) for index in years["index"]]
    told = []
    for rate, alike in groupby(zip(rates, years["year"].astype(int), strict=True), key=itemgetter(0)):
        own = [year for _, year in alike]
        told.append(f"{own[0] if len(own) == 1 else f'{own[0]}–{own[-1]}'}: {rate}")
    return f"Pris- og lønfremskrivning {fmt.enumeration(told)}"


def _estimates_table(reference: Reference, as_of: pd.Period) -> list[Table]:
    """What nobody has confirmed of refund, prices and wages from the year on: no other assumptions move as much."""
    lines = [
        Line((f"Refusionsgrænser fra {fmt.month_year(rule.valid_from)}", rule.source))
        for rule in reference.refund_rules
        if rule.is_estimate and rule.valid_from.year >= as_of.year
    ]
    if reference.last_refund_year < as_of.year + OUTLINE_YEARS:
        lines.append(Line((sentences.refund_beyond_table(reference), "Grænserne fastsættes for ét år ad gangen")))
    index = reference.indexation
    guessed = index[(index["mark"] == ESTIMATE) & (index["year"] >= as_of.year)]
    lines += [Line((_indexation(years), source)) for source, years in guessed.groupby("source", sort=False)]
    columns = (Column("name", "Forudsætning", "text"), Column("source", "Kilde", "text"))
    return [Table(f"Skøn over refusion, priser og lønninger fra {as_of.year}", columns, tuple(lines))] if lines else []
