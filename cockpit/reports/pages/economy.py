"""The economy by account, service expenditure apart from central refund, and month by month."""

from collections.abc import Sequence

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain import paper_words as words
from cockpit.domain import sentences
from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.disclosure import BLANK
from cockpit.domain.months import SUPPLEMENT
from cockpit.domain.paper import SERVICE, TOTAL
from cockpit.domain.prognosis import Prognosis
from cockpit.reports.report import Column, Columns, Line, Page, Series, Table, Value
from cockpit.reports.view import (
    ECONOMY,
    MILLIONS,
    View,
    line_of,
    millions,
    money_columns,
    number_or_none,
    seen_number,
    where,
)

UNSEEN = "Skjulte konti i alt"
LATE_BILLS = "Regninger kommer senere end ydelsen, så forbruget halter efter i begyndelsen af året."
BEGINNING = 3  # the last month in which a reader wonders at it
MOST_NAMED = 2  # accounts that a line or a column can name
LONGEST_NAME, LONGEST_JOINT = 26, 4  # signs of an account's name under its columns; of a word that joins others


def accounts(view: View) -> Page | None:
    if not view.has_money:
        return None
    refund_row = f"account:{REFUND_FUNCTION}"
    columns = money_columns(view, "budget_original", "budget_revised", "actual_ytd", "mean", "deviation")
    rows = view.rows("account")
    service = rows[rows["row"] != refund_row]
    lines = [line_of(view, row["label"], row["row"], columns) for _, row in service.iterrows()]
    unseen = [at for at, row in enumerate(service["row"]) if view.shown.is_hidden(row, "mean")]
    added = [at for at in range(len(lines)) if at not in unseen]
    if unseen:
        together = (_unseen_together(view, service["row"], unseen, column.key) for column in columns)
        added.append(len(lines))
        lines.append(Line((_unseen_name(view, service), *together)))
    lines.append(line_of(view, "Serviceudgifter i alt", SERVICE, columns, "sub", tuple(added)))
    parts = [len(lines) - 1]
    if refund_row in set(rows["row"]):
        label = rows.loc[rows["row"] == refund_row, "label"].iloc[0]
        lines.append(line_of(view, label, refund_row, columns))
        parts.append(len(lines) - 1)
    lines.append(line_of(view, "I alt", TOTAL, columns, "total", tuple(parts)))
    table = Table("Regnskab pr. konto", (Column("label", "Konto", "text"), *columns), tuple(lines))
    refund = view.cell(refund_row, "mean")
    return Page(
        "Konti",
        ECONOMY,
        words.service_title(seen_number(view.cell(SERVICE, "mean")), seen_number(refund), view.prognosis.year),
        charts=(_accounts_chart(view, service),),
        tables=(table, *view.comments("konti", "account")),
        notes=(
            *_unseen_note(view, service),
            "Central refusion for særligt dyre enkeltsager (5.22.07) er en indtægt uden for serviceudgifterne.",
            *view.blank_notes(table),
        ),
    )


def _unseen_keys(view: View, rows: pd.DataFrame) -> list[str]:
    return [row["key"] for _, row in rows.iterrows() if view.shown.is_hidden(row["row"], "mean")]


def _unseen_name(view: View, rows: pd.DataFrame) -> str:
    """Name the blank accounts together by their numbers, which the table has anyway, where they are few."""
    keys = _unseen_keys(view, rows)
    return f"{fmt.enumeration(keys)} i alt" if len(keys) <= MOST_NAMED else UNSEEN


def _unseen_note(view: View, rows: pd.DataFrame) -> tuple[str, ...]:
    keys = _unseen_keys(view, rows)
    return (f"{UNSEEN} er {fmt.enumeration(keys)}.",) if len(keys) > MOST_NAMED else ()


def _unseen_together(view: View, rows: pd.Series, unseen: Sequence[int], column: str) -> Value:
    """What the blank accounts come to: the total less what is shown, so it tells nothing that the reader has not.

    Blank where one of the others is blank too, in this column.
    """
    total = view.cell(SERVICE, column)
    shown = [view.cell(row, column) for at, row in enumerate(rows) if at not in unseen]
    if not isinstance(total, float) or BLANK in shown:
        return BLANK
    return total - sum(cell for cell in shown if isinstance(cell, float))


def _named(label: str, key: str) -> str:
    """The name of an account before its number, cut between words where it is long, and never after an `og`."""
    name = label.removeprefix(key).strip()
    if len(name) > LONGEST_NAME:
        kept = name[: LONGEST_NAME + 1].rsplit(" ", 1)[0].split(" ")
        while len(kept) > 1 and len(kept[-1]) <= LONGEST_JOINT:
            kept.pop()
        name = f"{' '.join(kept)}…"
    return f"{name} ({key})" if name else key


def _accounts_chart(view: View, rows: pd.DataFrame) -> Columns:
    seen = where(rows, [isinstance(view.cell(row, "mean"), float) for row in rows["row"]])
    names = [_named(label, key) for label, key in zip(seen["label"], seen["key"], strict=True)]
    unseen = [at for at, row in enumerate(rows["row"]) if view.shown.is_hidden(row, "mean")]
    together = {name: _unseen_together(view, rows["row"], unseen, name) for name in ("budget_revised", "mean")}
    mean, budget = millions(seen["mean"]), millions(seen["budget_revised"])
    if unseen and isinstance(together["mean"], float):
        names.append(_unseen_name(view, rows))
        mean += (together["mean"] / fmt.MILLION,)
        planned = together["budget_revised"]
        budget += (planned / fmt.MILLION if isinstance(planned, float) else None,)
    series = [Series("Forventet regnskab", "forecast", mean, forecast_from=0)]
    if view.has_budget:
        series.insert(0, Series("Korrigeret budget", "budget", budget))
    told = "; ".join(f"{name} {fmt.number(value, 1)}" for name, value in zip(names, mean, strict=True))
    alt = f"Søjlediagram over forventet regnskab i {MILLIONS}: {told}."
    what = "Korrigeret budget og forventet regnskab" if view.has_budget else "Forventet regnskab"
    title = f"{what} pr. konto, {MILLIONS}"
    return Columns(tuple(names), tuple(series), MILLIONS, alt, title=title)


def months(view: View) -> Page | None:
    if not view.has_money:
        return None
    months = view.prognosis.months
    months = months[months["level"] == "total"]
    numbers = [int(month.split("-")[1]) for month in months["month"]]
    last_year = view.facts.last_year.reindex(numbers)
    year = view.prognosis.year
    known = view.prognosis.as_of.month
    is_booked = (months["kind"] == "actual").tolist()
    lacking = tuple(at for at in range(known) if not is_booked[at])
    series = [Series(f"{year}", "actual", millions(months["mean"]), forecast_from=known, estimated=lacking)]
    columns = [Column("mean", f"{year}")]
    cells = [months["mean"]]
    if view.has_budget:
        series.insert(0, Series("Periodiseret budget", "budget", millions(months["budget"])))
        columns.insert(0, Column("budget", "Periodiseret budget"))
        cells.insert(0, months["budget"])
    if last_year.notna().any():
        # Its supplement is still being booked: `paper_words.last_outturn` withholds the same total.
        name = f"{year - 1}{', foreløbigt' if words.last_year_is_open(view.prognosis) else ''}"
        series.insert(0, Series(name, "previous", millions(last_year)))
        columns.insert(0, Column("last_year", name))
        cells.insert(0, last_year)
    names = tuple(fmt.month_short(month) for month in months["month"])
    values = [[number_or_none(value) for value in column] for column in cells]
    written = ["Supplement" if number == SUPPLEMENT else name for number, name in zip(numbers, names, strict=True)]
    lines = [
        Line((name, "bogført" if is_booked[at] else "forventet", *(column[at] for column in values)))
        for at, name in enumerate(written)
    ]
    sums = [sum(value for value in column if value is not None) for column in values]
    lines.append(Line(("I alt", None, *sums), "total", tuple(range(len(lines)))))
    heads = (Column("month", "Måned", "text"), Column("kind", "Status", "text"))
    table = Table("Forbrug pr. måned", (*heads, *columns), tuple(lines))
    return Page(
        "Måneder",
        ECONOMY,
        words.months_title(view.prognosis),
        charts=(
            Columns(
                names,
                tuple(series),
                MILLIONS,
                _months_alt(view.prognosis),
                labelled=False,
                title=f"Forbrug pr. måned, {MILLIONS} (Supp er supplementsperioden)",
            ),
        ),
        tables=(table,),
        notes=tuple(filter(None, (sentences.months_lacking(view.prognosis), _late_bills(view.prognosis)))),
    )


def _late_bills(prognosis: Prognosis) -> str:
    return LATE_BILLS if prognosis.as_of.month <= BEGINNING else ""


def _months_alt(prognosis: Prognosis) -> str:
    return f"Søjlediagram: forbrug måned for måned. {sentences.booked_to_date(prognosis)}"
