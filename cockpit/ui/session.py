"""What a page is given: the workspace, the clock, the colours, and the as-of month of the link."""

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.months import parse_month
from cockpit.domain.prognosis import Prognosis
from cockpit.services.prognosis import make_prognosis
from cockpit.services.workspace import Workspace
from cockpit.ui.theme import Palette, palette

MONTH_KEY = "maaned"
LOCAL_USER = "lokal bruger"


@dataclass(frozen=True)
class Context:
    """Everything a page may use; `clock` is read only where something is written; `pages` by their path."""

    workspace: Workspace
    clock: Callable[[], dt.datetime]
    colors: Palette
    pages: dict[str, st.Page] = field(default_factory=dict)
    user: str = LOCAL_USER


def open_context(clock: Callable[[], dt.datetime]) -> Context:
    """Open the workspace of `COCKPIT_DB` (or the default one) and read the browser's theme."""
    return Context(_workspace(os.environ.get("COCKPIT_DB")), clock, palette(st.context.theme.type))


def choose_month(workspace: Workspace) -> pd.Period:
    """Let the reader choose the as-of month, the newest first; the choice stands in the link."""
    months = [str(month) for month in reversed(workspace.months())]
    chosen = st.selectbox(
        "Opgjort til og med",
        months,
        format_func=fmt.month_year,
        key=MONTH_KEY,
        bind="query-params",
        persist_state="session",
        filter_mode=None,
    )
    return parse_month(chosen)


def prognosis_of(workspace: Workspace, as_of: pd.Period) -> Prognosis:
    """Return the forecast of a month, with a progress line while it is computed."""
    place = st.empty()

    def tell(share: float, text: str) -> None:
        place.progress(min(max(share, 0.0), 1.0), text=text)

    prognosis = make_prognosis(workspace, as_of, progress=tell)
    place.empty()
    return prognosis


@st.cache_resource(max_entries=4, show_spinner=False)
def _workspace(db: str | None) -> Workspace:
    return Workspace.open(Path(db) if db else None)
