"""Tables as real HTML: a caption, header cells with scope, right-aligned tabular figures, Danish formats.

A table of this kind stands behind every chart. Long lists, such as findings, use Streamlit's own grid instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain import rounding, sentences
from cockpit.ui.terms import marked

TWIN_LABEL = "Tallene som tabel"
PHONE = 52  # signs that a phone has room for beside each other, padding included
THIRD = 15  # signs that a third of it has room for
LONG = 24  # signs of a column of sentences before it becomes unreadable


@dataclass(frozen=True)
class Column:
    """One column: the frame's name, the title shown, how a value is written, and the class that colours it, if any."""

    name: str
    title: str
    write: Callable[[Any], str] = str
    numeric: bool = True
    long: bool = False
    mark: Callable[[Any], str] = lambda _value: ""
    money: str = ""  # the frame's name of the amounts in kr. that are written in mio. kr.


def text_column(name: str, title: str, *, long: bool = False, unbroken: bool = False) -> Column:
    """Return a column of plain text, absent values as a dash; `long` holds sentences, `unbroken` stays on one line."""
    return Column(name, title, plain, numeric=False, long=long, mark=lambda _: "unbroken" if unbroken else "")


def plain(value: object) -> str:
    """Write a value as it is, such as a row of a file, which has no thousands; absent ones as a dash."""
    return fmt.ABSENT if fmt.is_absent(value) else str(value)


def mio_column(name: str, title: str, *, signed: bool = False) -> Column:
    """Return a column of kroner written as millions; the unit belongs in the caption."""
    return Column(name, title, lambda amount: fmt.millions(amount, signed=signed), money=name)


def deviation_column(name: str, title: str) -> Column:
    """Return a column of deviations in mio. kr.: signed, and red or green beside the sign."""
    return replace(mio_column(name, title, signed=True), mark=sentences.deviation_mark)


def html_table(
    frame: pd.DataFrame, columns: Sequence[Column], caption: str, *, total_last: bool = False
) -> str:
    """Return the table as HTML; the first column heads its row, the last row may be a total.

    Where the rows do not add up to the total as they are written, a line below says that they are rounded. A column of
    which nothing is known is left out. On a phone that has no room for the columns (`wide`) each row becomes a block of
    titled values and nothing scrolls sideways; the roles are the elements' own, written out because a browser forgets
    them where cells become blocks.
    """
    columns = [column for column in columns if frame.empty or not frame[column.name].map(fmt.is_absent).all()]
    head = "".join(
        f'<th scope="col" role="columnheader"{_align(column)}>{marked(column.title)}</th>' for column in columns
    )
    records = frame.to_dict("records")
    body = "".join(
        _line(record, columns, is_total=total_last and number == len(records) - 1)
        for number, record in enumerate(records)
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="twin{" wide" if _is_wide(records, columns) else ""}" role="table">{_caption(caption)}'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table></div>'
        f"{_rounding_note(frame, columns) if total_last else ''}"
    )


def _is_wide(records: Sequence[dict], columns: Sequence[Column]) -> bool:
    """Say whether a phone has no room for the columns beside each other, each as narrow as its words allow."""
    return sum(_narrowest(records, column) + 1 for column in columns) > PHONE


def _narrowest(records: Sequence[dict], column: Column) -> int:
    """Signs of the longest word, or number, that cannot be broken."""
    if column.long:
        return LONG
    cells = [column.write(record[column.name]) for record in records]
    unbroken = cells if column.numeric else [word for cell in cells for word in cell.split(" ")]
    return max(map(len, [*column.title.split(" "), *unbroken]), default=0)


def _rounding_note(frame: pd.DataFrame, columns: Sequence[Column]) -> str:
    amounts = [frame[column.money].astype(float).tolist() for column in columns if column.money]
    if not any(rounding.drifts(parts, total, unit=fmt.MILLION) for *parts, total in amounts):
        return ""
    return f'<p class="rounded">{escape(rounding.NOTE)}</p>'


def stacked_table(frame: pd.DataFrame, columns: Sequence[Column], caption: str) -> str:
    """Return a table as HTML whose rows become blocks of titled lines on a phone, so that none scrolls sideways.

    The first column heads its row, and the block, which leaves out what is absent. The roles are the elements' own;
    they are written out because a browser forgets them where cells become blocks.
    """
    head = "".join(
        f'<th scope="col" role="columnheader"{_align(column)}>{escape(column.title)}</th>' for column in columns
    )
    body = "".join(f'<tr role="row">{_titled_line(record, columns)}</tr>' for record in frame.to_dict("records"))
    return (
        f'<div class="scroll"><table class="twin stacked" role="table">{_caption(caption)}'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _caption(text: str) -> str:
    """A caption that stays where it is while a wide table is moved sideways below it."""
    return f"<caption><span>{escape(text)}</span></caption>"


def _titled_line(record: dict, columns: Sequence[Column]) -> str:
    return "".join(_titled(record[column.name], column, head=number == 0) for number, column in enumerate(columns))


def _titled(value: object, column: Column, *, head: bool) -> str:
    tag, own = ("th", 'scope="row" role="rowheader"') if head else ("td", 'role="cell"')
    text = column.write(value)
    classes = _align(column, " ".join(filter(None, (column.mark(value), "" if head else _on_a_phone(text)))))
    return f'<{tag} {own} data-title="{escape(column.title)}"{classes}>{escape(text)}</{tag}>'


def _on_a_phone(text: str) -> str:
    """The class of a value that a block leaves out, or that needs the room of two: a time stays on one line."""
    if text == fmt.ABSENT:
        return "absent"
    return "broad" if max(map(len, text.split(" "))) > THIRD else ""


def pairs(rows: Sequence[tuple[str, str]], caption: str) -> str:
    """Return names and values as a table of two columns."""
    lines = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows)
    title = f"<caption>{escape(caption)}</caption>"
    return f'<table class="twin pairs">{title}<tbody>{lines}</tbody></table>'


def show_twin(frame: pd.DataFrame, columns: Sequence[Column], caption: str, *, total_last: bool = False) -> None:
    """Put the table that belongs to a chart behind a fold right under it."""
    with st.expander(TWIN_LABEL):
        st.html(html_table(frame, columns, caption, total_last=total_last))


def key_figures(figures: Sequence[tuple[str, str, str, str]]) -> str:
    """Return at most four key figures as a description list.

    Args:
        figures: label, value, note, and the class of the note (`worse`, `better` or empty)
    """
    cells = "".join(
        f'<div><dt>{marked(label)}</dt><dd><span class="value">{escape(value)}</span>'
        f'<span class="note {mark}">{escape(note)}</span></dd></div>'
        for label, value, note, mark in figures
    )
    return f'<dl class="figures">{cells}</dl>'


def _line(record: dict, columns: Sequence[Column], *, is_total: bool) -> str:
    mark = ' class="sum"' if is_total else ""
    return f'<tr role="row"{mark}>{_titled_line(record, columns)}</tr>'


def _align(column: Column, mark: str = "") -> str:
    place = "num" if column.numeric else "long" if column.long else ""
    classes = " ".join(filter(None, (place, mark)))
    return f' class="{classes}"' if classes else ""
