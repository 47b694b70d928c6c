"""A ledger written in any form the contract allows reads back as what was written, to the oere and the letter."""

import csv
import io
from dataclasses import dataclass

import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.intake.files import frame

LETTERS = "abcdefghijklmnopqrstuvwxyzæøåABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅé0123456789 .,;:-_/()&%+\"'\t\n"
TEXTS = st.text(LETTERS, max_size=20).map(lambda text: " ".join(text.split(" ")).strip())
ROWS = st.lists(
    st.tuples(
        st.dates(pd.Timestamp("2019-01-01").date(), pd.Timestamp("2025-06-30").date()),
        st.sampled_from(["528231001", "528221002", "5.28.20"]),
        st.integers(-(10**10), 10**10),
        st.one_of(st.just("faktura"), TEXTS),
    ),
    min_size=1,
    max_size=12,
)


@dataclass(frozen=True)
class Form:
    """How a source system writes a file."""

    encoding: str
    delimiter: str
    decimal: str
    thousands: str
    minus: str
    date: str
    line_end: str
    title: bool
    blank_rows: bool
    trailing: int

    def number(self, oere: int) -> str:
        """Write an amount; two decimals leave no doubt about the decimal sign."""
        kroner, rest = divmod(abs(oere), 100)
        body = f"{kroner:,}".replace(",", self.thousands) + f"{self.decimal}{rest:02d}"
        return self.minus.format(body) if oere < 0 else body


FORMS = st.builds(
    Form,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    delimiter=st.sampled_from([";", ",", "\t"]),
    decimal=st.just(","),
    thousands=st.sampled_from(["", ".", " ", "\u00a0"]),
    minus=st.sampled_from(["-{}", "{}-", "({})", "- {}"]),
    date=st.sampled_from(["%d-%m-%Y", "%d.%m.%Y", "%d/%m/%Y", "%Y-%m-%d", "%Y%m%d"]),
    line_end=st.sampled_from(["\n", "\r\n"]),
    title=st.booleans(),
    blank_rows=st.booleans(),
    trailing=st.integers(0, 2),
) | st.builds(
    Form,
    encoding=st.sampled_from(["utf-8", "utf-16"]),
    delimiter=st.sampled_from([";", ",", "\t"]),
    decimal=st.just("."),
    thousands=st.sampled_from(["", ",", " "]),
    minus=st.sampled_from(["-{}", "({})"]),
    date=st.just("%Y-%m-%d"),
    line_end=st.just("\n"),
    title=st.booleans(),
    blank_rows=st.booleans(),
    trailing=st.integers(0, 2),
)  # fmt: skip


def written(rows: list[tuple], form: Form) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=form.delimiter, lineterminator=form.line_end)
    if form.title:
        out.write(f"Udtræk fra økonomisystemet{form.line_end * 2}")
    spare = [""] * form.trailing
    writer.writerow(["Bogført", "Konto", "Beløb", "Tekst", *spare])
    for day, account, oere, text in rows:
        writer.writerow([day.strftime(form.date), account, form.number(oere), text, *spare])
        if form.blank_rows:
            out.write(form.delimiter * 3 + form.line_end)
    return out.getvalue().encode(form.encoding)


PLAIN = Form("cp1252", ";", ",", ".", "{}-", "%d-%m-%Y", "\r\n", True, True, 2)
DAY = pd.Timestamp("2025-01-31").date()


@settings(max_examples=100, deadline=None, derandomize=True)
@given(ROWS, FORMS)
@example([(DAY, "5.28.20", -1, 'å;"b"\n\nc')], PLAIN)
@example([(DAY, "5.28.20", 0, "I alt")], PLAIN)
def test_a_written_ledger_reads_back(rows: list[tuple], form: Form) -> None:
    table = frame(written(rows, form))
    assert [round(amount * 100) for amount in table["amount"]] == [oere for _, _, oere, _ in rows]
    assert table["account"].tolist() == [account for _, account, _, _ in rows]
    assert [day.date() for day in table["booked"]] == [day for day, *_ in rows]
    assert [(year, month) for year, month in zip(table["year"], table["period"], strict=True)] == [
        (day.year, day.month) for day, *_ in rows
    ]
    assert [None if pd.isna(text) else text for text in table["text"]] == [text or None for *_, text in rows]
