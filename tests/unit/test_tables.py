"""Tables as HTML: cells that cannot break out of them, marks beside signs, and words that fit on a phone."""

import re

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.ui import findings, tables

FRAME = pd.DataFrame({"label": ["Plejefamilie <b>", "I alt"], "amount": [1.2e6, -1.2e6]})
COLUMNS = (tables.text_column("label", "Navn"), tables.deviation_column("amount", "Afvigelse"))


def test_what_stands_in_a_cell_is_text_and_never_markup() -> None:
    """A name from an extract cannot become part of the page."""
    for html in (tables.html_table(FRAME, COLUMNS, "<i>"), tables.stacked_table(FRAME, COLUMNS, "<i>")):
        assert "Plejefamilie &lt;b&gt;" in html
        assert "<b>" not in html
        assert "<i>" not in html


def test_a_deviation_has_its_sign_and_its_mark() -> None:
    """Merforbrug is marked worse, mindreforbrug better, and the sign says it without the colour."""
    html = tables.html_table(FRAME, COLUMNS, "Afvigelser", total_last=True)
    assert 'class="num worse">+1,2</td>' in html
    total = re.escape('<tr role="row" class="sum">') + r"<th [^>]+>I alt</th><td [^>]+ class=\"num better\">−1,2</td>"
    assert re.search(total, html)


def test_a_stacked_table_titles_every_cell_and_stays_a_table_for_screen_readers() -> None:
    """Where cells become lines on a phone, each says what it is, the first heads them, and the table's roles remain."""
    found = pd.DataFrame([("fejl", "a.csv", 7, "konto", "999", "Ret kontoen.")], columns=findings.COLUMNS)
    html = tables.stacked_table(found, findings.TABLE_OF_ONE_FILE, "Fund")
    titles = re.findall(r'<t[dh] [^>]*role="(?:cell|rowheader)" data-title="([^"]+)"', html)
    assert titles == [column.title for column in findings.TABLE_OF_ONE_FILE]
    roles = ("table", "row", "columnheader", "rowheader", "cell")
    assert [html.count(f'role="{role}"') for role in roles] == [1, 2, 4, 1, 3]


def test_a_table_wider_than_a_phone_titles_every_value_and_says_nothing_of_what_nobody_knows() -> None:
    """Six columns of words do not fit and become blocks; two do; a column without a value is left out of both."""
    names = ["Forventet regnskab", "Afvigelse", "Disponeret", "Øvrige ændringer", "Korrigeret budget"]
    columns = [COLUMNS[0], *(tables.mio_column(name, name) for name in names)]
    frame = FRAME.assign(**dict.fromkeys(names[:-1], 1e6), **{names[-1]: float("nan")})
    wide = tables.html_table(frame, columns, "Rækker")
    assert 'class="twin wide"' in wide
    assert re.findall(r'<td role="cell" data-title="([^"]+)"', wide) == names[:-1] * 2
    assert names[-1] not in wide
    assert 'class="twin"' in tables.html_table(frame, columns[:3], "Rækker")
    moment = tables.Column("at", "Indlæst", fmt.moment, numeric=False)
    at = pd.Timestamp("2026-11-28 00:42", tz="UTC")
    loaded = tables.html_table(FRAME.assign(at=at), (COLUMNS[0], moment), "Rækker")
    assert loaded.count('class="broad"') == len(FRAME), "a time on one line needs more than a third"
