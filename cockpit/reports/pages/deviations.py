"""What deviates and why: types and steps, and the bridges that explain it."""

from collections.abc import Callable, Sequence

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain import sentences
from cockpit.domain.bridge import BUDGET_TO_FORECAST, LAST_CLOSE_TO_NOW
from cockpit.domain.bridge_words import named_parts, why
from cockpit.domain.disclosure import BLANK
from cockpit.domain.paper import TOTAL
from cockpit.reports.report import Bars, Column, Line, Page, Table, Waterfall
from cockpit.reports.view import CASE, MILLIONS, View, line_of, millions, money_columns, step_key, where

_BRIDGE_KEYS = {BUDGET_TO_FORECAST: "Afvigelse", LAST_CLOSE_TO_NOW: "Ændring"}


def deviations(view: View) -> Page | None:
    if not view.has_money:
        return None
    seen = view.visible("type", "deviation")
    table = _types_table(view)
    chart = _bars(seen) if view.has_budget and len(seen) else None
    return Page(
        "Typer og trin",
        CASE,
        words.deviations_title(seen) if view.has_budget else sentences.made_of(view.prognosis).removesuffix("."),
        chart=chart,
        chart_title=f"Forventet regnskab minus korrigeret budget, {MILLIONS}" if chart else "",
        tables=(table,),
        notes=("Afvigelse: + er merforbrug, − er mindreforbrug.", *view.blank_notes(table)),
    )


def _bars(seen: pd.DataFrame) -> Bars:
    ordered = seen.reindex(seen["deviation"].sort_values(ascending=False).index)
    values = millions(ordered["deviation"])
    told = "; ".join(
        f"{label} {fmt.number(value, 1, signed=True)}" for label, value in zip(ordered["label"], values, strict=True)
    )
    return Bars(
        tuple(ordered["label"]),
        tuple(value for value in values if value is not None),
        MILLIONS,
        f"Søjlediagram over afvigelser i {MILLIONS}: {told}.",
    )


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
        parts = named_parts(view.prognosis, bridge)
        if parts.empty:
            return None
        hidden = [view.shown.is_hidden(f"bridge:{part}", bridge) for part in parts["part"]]
        seen, rest = parts[[not one for one in hidden]], parts[hidden]
        table = _bridge_table(parts, hidden, bridge)
        return Page(
            key,
            CASE,
            words.bridge_title(seen, bridge),
            text=text(view),
            chart=_waterfall(seen, float(rest["amount"].sum()) if len(rest) else None, bridge),
            chart_title=f"{_BRIDGE_KEYS[bridge]}, {MILLIONS}",
            tables=(table,),
            notes=view.blank_notes(table),
        )

    return write


def _bridge_table(parts: pd.DataFrame, hidden: Sequence[bool], bridge: str) -> Table:
    lines = [
        Line((row["label"], row["meaning"], BLANK if blank else float(row["amount"])))
        for (_, row), blank in zip(parts.iterrows(), hidden, strict=True)
    ]
    total = Line((_BRIDGE_KEYS[bridge], None, float(parts["amount"].sum())), "total", tuple(range(len(lines))))
    columns = (
        Column("label", "Årsag", "text"),
        Column("meaning", "Hvad den dækker", "text"),
        Column("amount", _BRIDGE_KEYS[bridge], "signed"),
    )
    return Table("Årsagerne lagt sammen", columns, (*lines, total))


def _waterfall(seen: pd.DataFrame, rest: float | None, bridge: str) -> Waterfall:
    """Blank parts stand as one column: their sum follows from the others anyway."""
    labels, amounts = list(seen["label"]), [float(amount) for amount in seen["amount"]]
    if rest is not None:
        labels, amounts = [*labels, "Øvrigt"], [*amounts, rest]
    steps = tuple(amount / fmt.MILLION for amount in amounts)
    told = "; ".join(f"{label} {fmt.number(step, 1, signed=True)}" for label, step in zip(labels, steps, strict=True))
    end = _BRIDGE_KEYS[bridge]
    alt = f"Trinvis bro i {MILLIONS}: {told}; {end.lower()} i alt {fmt.number(sum(steps), 1, signed=True)}."
    return Waterfall(tuple(labels), steps, end, MILLIONS, alt)


def why_text(view: View) -> tuple[str, ...]:
    return tuple(filter(None, (why(view.told),)))


def since_text(view: View) -> tuple[str, ...]:
    return tuple(filter(None, (words.since_close(view.prognosis, view.facts.before),)))
