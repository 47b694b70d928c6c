"""Texts of others stay texts: names of types, accounts and suppliers, comments and faults are never markup or links."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from cockpit.ui import charts
from cockpit.ui.plain_text import UNSEEN, escaped
from cockpit.ui.theme import LIGHT

UI = Path(__file__).parents[2] / "cockpit" / "ui"
SHOWN_AS_MARKDOWN = {
    "markdown", "caption", "header", "subheader", "title", "info", "warning", "success", "error",
}  # fmt: skip
OWN_GUIDE = "st.markdown(with_contents((DOCS / name).read_text(encoding='utf-8')))"
HOSTILE = '<a href="https://e.dk">x</a><b>fed</b><br>&amp; www.e.dk'


def is_safe(node: ast.expr) -> bool:
    """Say whether a text can only be our own words, numbers and what is escaped."""
    if isinstance(node, ast.Name | ast.Attribute):
        return (node.id if isinstance(node, ast.Name) else node.attr).isupper()
    if isinstance(node, ast.Call):
        return is_safe_call(node)
    parts = parts_of(node)
    return isinstance(node, ast.Constant) or (bool(parts) and all(map(is_safe, parts)))


def is_safe_call(node: ast.Call) -> bool:
    called = ast.unparse(node.func)
    if called == "map":
        return ast.unparse(node.args[0]) == "escaped"
    if called.endswith(".join"):
        return is_safe(node.args[0])
    return called in ("escaped", "len") or called.startswith("fmt.")


def parts_of(node: ast.expr) -> list[ast.expr]:
    """What an expression is put together of."""
    match node:
        case ast.JoinedStr(values=values):
            return values
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return [left, right]
        case ast.FormattedValue(value=one) | ast.GeneratorExp(elt=one):
            return [one]
    return []


def markdown_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SHOWN_AS_MARKDOWN:
            receiver = node.func.value
            if node.args and not (isinstance(receiver, ast.Name) and receiver.id == "terms"):  # escapes by itself
                yield node


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: path.stem)
def test_pages_show_no_text_of_others_as_markdown(path: Path) -> None:
    """Whatever is no constant of ours goes through `escaped`; only our guide is Markdown, nothing is `write`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [ast.unparse(call) for call in markdown_calls(tree) if not is_safe(call.args[0])]
    assert found == ([OWN_GUIDE] if path.name == "help_page.py" else [])
    assert "st.write(" not in path.read_text(encoding="utf-8")


def test_an_address_of_others_is_no_link() -> None:
    """Neither with nor without a scheme, nor an address of mail; with what is unseen taken out it reads as before."""
    text = "Se www.firma.dk, http://firma.dk, HTTPS://firma.dk og kim@firma.dk"
    shown = re.sub(r"\\(.)", r"\1", escaped(text))
    assert not re.search(r"(?i)www\.|https?://|\w@", shown)
    assert shown.replace(UNSEEN, "") == text


def texts_in(figure: object) -> Iterator[str]:
    """Every text of a figure, in whatever depth."""
    if isinstance(figure, str):
        yield figure
    elif isinstance(figure, dict):
        for value in figure.values():
            yield from texts_in(value)
    elif isinstance(figure, list):
        for value in figure:
            yield from texts_in(value)


def drawn_of_names() -> Iterator[tuple[str, go.Figure]]:
    """Every kind of chart that shows names, drawn of hostile ones."""
    amounts = {name: [1e6, -2e6] for name in ("deviation", "amount", "error", "best_rival_error")}
    named = pd.DataFrame({"label": [HOSTILE, "Plejefamilie"], "cause": [HOSTILE, "flere"], **amounts})
    yield "deviation_bars", charts.deviation_bars(named, LIGHT)
    yield "effect_bars", charts.effect_bars(named, "deviation", (-2e6, 1e6), LIGHT)
    yield "waterfall", charts.waterfall(("Budget", 1e6), named, ("Regnskab", 0.0), LIGHT)
    yield "movement", charts.movement(("Før", 1e6), named, ("Nu", 0.0), LIGHT)
    yield "gain_steps", charts.gain_steps(named, LIGHT)
    yield "error_pairs", charts.error_pairs(named, LIGHT)
    stock = pd.DataFrame({"label": [f"Trin 2: {HOSTILE}"], "before": [1.0], "now": [2.0], "ahead": [np.nan]})
    yield "ladder_bars", charts.ladder_bars(stock, LIGHT)


def test_a_chart_shows_a_name_as_it_is() -> None:
    """No tag of a name becomes one of the chart's, on the axis or when pointed at."""
    for name, figure in drawn_of_names():
        texts = list(texts_in(json.loads(figure.to_json())))
        assert any("&lt;a" in text for text in texts), name
        assert not any(re.search(r"<a\b|<b>fed|</b><br>&amp; ", text) for text in texts), name
