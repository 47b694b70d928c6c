"""What deviates and why: types and steps, and the bridges that explain it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain import sentences
from cockpit.domain.bridge import BUDGET_TO_FORECAST, SINCE
from cockpit.domain.bridge_words import named_parts, why
from cockpit.domain.committed_bridge import COMMITTED_SINCE
from cockpit.domain.control_totals import missing_notes, missing_words
from cockpit.domain.disclosure import BLANK
from cockpit.domain.explanation_words import (
    committed_note,
    committed_title,
    drivers_of,
    largest_drivers,
    movement_parts,
    phased_title,
)
from cockpit.domain.paper import COMMITTEE, TOTAL
from cockpit.domain.phased_bridge import PHASED_TO_ACTUAL
from cockpit.domain.reference import UNALLOCATED
from cockpit.reports.report import Bars, Column, Line, Page, Table, Waterfall
from cockpit.reports.view import CASE, MILLIONS, View, line_of, money_columns, step_key, where

MOST_DRIVERS = 3  # of each part; the page shows more
_NAMED_TOGETHER = 2  # parts whose names stand below one column
SIDES = "◀ mindreforbrug / merforbrug ▶"
STEPS = {BUDGET_TO_FORECAST: "▲ merforbrug / ▼ mindreforbrug", **dict.fromkeys(SINCE, "▲ højere / ▼ lavere regnskab")}
UNSEEN = "Skjulte typer i alt"
LEFT_OUT = "Diagrammet har ikke de typer, der er skjult eller er uden budget."
NOT_COUNTED = (
    "Uden indsatser vides det ikke, hvor mange børn der står bag et tal, så ingen tal er skjult. Gennemgå papiret, før "
    "det deles."
)
_BRIDGE_KEYS = {BUDGET_TO_FORECAST: "Afvigelse", **dict.fromkeys(SINCE, "Ændring")}


def deviations(view: View) -> Page | None:
    if not view.has_money:
        return None
    seen = view.visible("type", "deviation")
    table = _types_table(view)
    unseen = _unseen_deviation(view, seen)
    charts = (_bars(seen, unseen),) if view.has_budget and len(seen) else ()
    left_out = (LEFT_OUT,) if charts and unseen is None and len(view.rows("type")) > len(seen) else ()
    return Page(
        "Typer og trin",
        CASE,
        _title(view, seen),
        charts=charts,
        tables=(table, *view.comments("typer og trin", "type", "step")),
        notes=(
            *_missing_notes(view, seen),
            *(("Afvigelse: + er merforbrug, − er mindreforbrug.",) if view.has_budget else ()),
            *((view.untyped_note,) if UNALLOCATED in set(view.rows("type")["key"]) else ()),
            *(_unseen_note(view, seen, unseen) if charts and unseen is not None else ()),
            *left_out,
            *((NOT_COUNTED,) if view.audience == COMMITTEE and view.facts.people is None else ()),
            *view.blank_notes(table),
        ),
    )


def _title(view: View, seen: pd.DataFrame) -> str:
    if not view.has_budget:
        return sentences.made_of(view.prognosis).removesuffix(".")
    return words.deviations_title(seen, set(_missing(view, seen)["label"]))


def _missing_notes(view: View, seen: pd.DataFrame) -> tuple[str, ...]:
    """Warn of underspends that may be missing bills, of the types that are shown."""
    shown = _missing(view, seen)
    if view.audience == COMMITTEE:
        return tuple(missing_notes(shown))
    return tuple(missing_words(row) for _, row in shown.iterrows())


def _missing(view: View, seen: pd.DataFrame) -> pd.DataFrame:
    """The underspends in doubt, of the types that are shown."""
    missing = view.facts.missing_bills
    return missing[missing["key"].isin(seen["key"])]


def _unseen_note(view: View, seen: pd.DataFrame, unseen: float) -> tuple[str, ...]:
    """Name the types that the chart holds as one: they are blank in the table too."""
    every = view.rows("type")
    names = [fmt.lower_first(label) for label in every.loc[~every["row"].isin(seen["row"]), "label"]]
    who = f"{UNSEEN} ({fmt.mio(unseen, signed=True)}) er {fmt.enumeration(names)}"
    return (f"{who}, som er skjult hver for sig af hensyn til diskretion.",)


def _unseen_deviation(view: View, seen: pd.DataFrame) -> float | None:
    """What the types that are blank deviate together: the total less what is shown, so it gives nothing away.

    Where a type has no budget the reader cannot work that out, and it is not told.
    """
    every = view.rows("type")
    if every["deviation"].isna().any() or len(every) == len(seen):
        return None
    return float(every["deviation"].sum() - seen["deviation"].sum())


def _bars(seen: pd.DataFrame, unseen: float | None) -> Bars:
    """The types that are shown, the largest overspend first, and last the blank ones as one bar."""
    ordered = seen.reindex(seen["deviation"].sort_values(ascending=False).index)
    labels, amounts = list(ordered["label"]), [float(amount) for amount in ordered["deviation"]]
    if unseen is not None:
        labels, amounts = [*labels, UNSEEN], [*amounts, unseen]
    values = tuple(amount / fmt.MILLION for amount in amounts)
    told = "; ".join(f"{name} {fmt.number(value, 1, signed=True)}" for name, value in zip(labels, values, strict=True))
    title = f"Forventet regnskab minus korrigeret budget, {MILLIONS}: {SIDES}"
    return Bars(tuple(labels), values, MILLIONS, f"Søjlediagram over afvigelser i {MILLIONS}: {told}.", title=title)


def _types_table(view: View) -> Table:
    """Types under their steps; a step of one type is one line."""
    columns = money_columns(view, "budget_revised", "actual_ytd", "mean", "deviation")
    lines: list[Line] = []
    steps: list[int] = []
    types = view.rows("type")
    for _, step in view.rows("step").iterrows():
        own = where(types, [step_key(key, view.reference) == step["key"] for key in types["key"]])
        at = len(lines)
        children = tuple(range(at + 1, at + 1 + len(own))) if len(own) > 1 else ()
        lines.append(line_of(view, step["label"], step["row"], columns, "sub", children))
        if children:
            lines += [line_of(view, row["label"], row["row"], columns) for _, row in own.iterrows()]
        steps.append(at)
    lines.append(line_of(view, "I alt", TOTAL, columns, "total", tuple(steps)))
    heads = (Column("label", "Trin og type", "text"), *columns)
    return Table(f"Indsatstrappen {view.prognosis.year}", heads, tuple(lines))


def bridge_page(bridge: str, key: str, text: Callable[[View], tuple[str, ...]]) -> Callable[[View], Page | None]:
    def write(view: View) -> Page | None:
        # Where the number of placements is shown, so is which way it goes.
        every = view.prognosis if view.shows_placements else replace(view.told, bridge=view.prognosis.bridge)
        parts = named_parts(every, view.reference, bridge)
        if parts.empty or view.prognosis.effects.empty:
            return None  # without activity nothing tells why
        hidden = [view.shown.is_hidden(f"bridge:{part}", bridge) for part in parts["part"]]
        seen, rest = parts[[not one for one in hidden]], parts[hidden]
        is_budget = bridge == BUDGET_TO_FORECAST
        table = bridge_table(parts, hidden, _BRIDGE_KEYS[bridge])
        return Page(
            key,
            CASE,
            words.bridge_title(seen, bridge),
            text=tuple(filter(None, (*text(view), words.type_in_bridge(seen) if is_budget else ""))),
            charts=(waterfall(seen, rest, _BRIDGE_KEYS[bridge], STEPS[bridge]),),
            tables=(table, *drivers_table(view, parts)),
            notes=_bridge_notes(view, rest, bridge) or view.blank_notes(table),
        )

    return write


def _bridge_notes(view: View, rest: pd.DataFrame, bridge: str) -> tuple[str, ...]:
    """Why parts are blank that no single child is behind: with known prices they would tell counts that are blank."""
    if rest.empty or "corrections" in set(rest["part"]):
        return ()
    before = view.facts.before
    month = "" if bridge == BUDGET_TO_FORECAST or before is None else fmt.month_long(before.as_of)
    return (words.blank_parts_note(list(rest["label"]), float(rest["amount"].sum()), month),)


def drivers_table(view: View, parts: pd.DataFrame) -> tuple[Table, ...]:
    """The spells, children and accounts behind each part of a bridge; never for a committee."""
    if view.audience == COMMITTEE:
        return ()
    found = largest_drivers(drivers_of(view.prognosis, parts, view.reference), MOST_DRIVERS)
    columns = (
        Column("label", "Årsag", "text"), Column("who", "Hvem eller hvad", "text"), Column("amount", "Kr.", "change"),
        Column("reason", "Hvorfor", "text"),
    )  # fmt: skip
    lines = tuple(Line((row["label"], row["who"], float(row["amount"]), row["reason"])) for _, row in found.iterrows())
    return (Table("Hvilke sager og konti det er", columns, lines),) if lines else ()


def bridge_table(parts: pd.DataFrame, hidden: Sequence[bool], end: str) -> Table:
    """The parts with what they cover, and what they add up to."""
    lines = [
        Line((row["label"], row["meaning"], BLANK if blank else float(row["amount"])))
        for (_, row), blank in zip(parts.iterrows(), hidden, strict=True)
    ]
    total = Line((end, None, float(parts["amount"].sum())), "total", tuple(range(len(lines))))
    columns = (
        Column("label", "Årsag", "text"),
        Column("meaning", "Hvad den dækker", "text"),
        Column("amount", end, "signed"),
    )
    return Table("Årsagerne lagt sammen", columns, (*lines, total))


def waterfall(seen: pd.DataFrame, rest: pd.DataFrame, end: str, sides: str) -> Waterfall:
    """Blank parts stand as one column: their sum follows from the others anyway. `sides` say what up and down mean."""
    labels, amounts = list(seen["label"]), [float(amount) for amount in seen["amount"]]
    if len(rest):
        together = words.together(list(rest["label"])) if len(rest) <= _NAMED_TOGETHER else "Øvrigt"
        labels, amounts = [*labels, together], [*amounts, float(rest["amount"].sum())]
    steps = tuple(amount / fmt.MILLION for amount in amounts)
    told = "; ".join(f"{label} {fmt.number(step, 1, signed=True)}" for label, step in zip(labels, steps, strict=True))
    alt = f"Trinvis bro i {MILLIONS}: {told}; {end.lower()} i alt {fmt.number(sum(steps), 1, signed=True)}."
    return Waterfall(tuple(labels), steps, end, MILLIONS, alt, title=f"{end}, {MILLIONS}: {sides}")


def why_text(view: View) -> tuple[str, ...]:
    return tuple(filter(None, (why(view.told, view.reference), view.more_than_what)))


def since_text(view: View) -> tuple[str, ...]:
    return tuple(filter(None, (words.since_close(view.prognosis, view.facts.before),)))


def committed_since(view: View) -> Page | None:
    """What moved disponeret since an earlier month, in kroner and cases; never for a committee."""
    prognosis = view.prognosis
    parts = movement_parts(prognosis, COMMITTED_SINCE)
    if view.audience == COMMITTEE or parts.empty or prognosis.since is None:
        return None
    title, note = committed_title(prognosis, parts), committed_note(prognosis, parts)
    return _movement(view, "Disponeret siden sidst", title, parts, (note,), "▲ mere / ▼ mindre disponeret")


def year_to_date(view: View) -> Page | None:
    """Why the year so far is beside the phased budget; never for a committee."""
    parts = movement_parts(view.prognosis, PHASED_TO_ACTUAL)
    if view.audience == COMMITTEE or parts.empty:
        return None
    note = "Fra periodiseret budget år til dato til forbrug år til dato."
    title = phased_title(view.prognosis, parts)
    return _movement(view, "År til dato", title, parts, (note,), "▲ mere / ▼ mindre forbrug")


def _movement(view: View, key: str, title: str, parts: pd.DataFrame, text: tuple[str, ...], sides: str) -> Page:
    return Page(
        key,
        CASE,
        title,
        text=text,
        charts=(waterfall(parts, parts.iloc[:0], "Ændring", sides),),
        tables=(bridge_table(parts, [False] * len(parts), "Ændring"), *drivers_table(view, parts)),
    )
