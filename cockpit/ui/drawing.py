"""Charts on a page: drawn once for the same numbers and colours, shown with words for who cannot see them."""

from collections.abc import Callable

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from cockpit.ui import charts


def chart(build: Callable[..., go.Figure], *arguments: object, alt: str, key: str) -> None:
    """Show a chart with its alternative text.

    Building a figure takes tens of milliseconds and a page has several, so a figure is kept by what it is drawn from:
    the contents of its frames and its colours. A figure that is kept must not be changed.

    Args:
        build: a function of `charts`.
        arguments: what it is given; plain values, frames and palettes.
        alt: the alternative text.
        key: the chart's name on the page.
    """
    figure = _drawn(build.__name__, arguments, build)
    st.plotly_chart(figure, theme=None, config=charts.CONFIG, alt=alt, key=key)


def _contents(frame: pd.DataFrame | pd.Series) -> str:
    """Write a small frame out: ten times as fast as having it hashed column by column."""
    return repr(frame.to_dict("list") if isinstance(frame, pd.DataFrame) else frame.to_dict())


@st.cache_resource(
    max_entries=128, show_spinner=False, hash_funcs={pd.DataFrame: _contents, pd.Series: _contents}
)
def _drawn(name: str, arguments: tuple[object, ...], _build: Callable[..., go.Figure]) -> go.Figure:  # noqa: ARG001
    return _build(*arguments)
