"""The frame around the pages: page config, navigation, and what a fault of the user looks like."""

import datetime as dt
import gc
from collections.abc import Callable
from functools import cache, partial

import streamlit as st

from cockpit.domain.findings import UserFault
from cockpit.ui import municipality, papers, presentation, session
from cockpit.ui.pages import activity, data, help_page, hit_rate, month_close, overview, prognosis, scenarios
from cockpit.ui.parts import heading
from cockpit.ui.plain_text import show_fault
from cockpit.ui.server import ASSETS
from cockpit.ui.session import Context
from cockpit.ui.theme import css

NAME, PAPER = "Styringscockpit", "Lav papir"
PAGES: tuple[tuple[str, str, Callable[[Context], None]], ...] = (
    ("Overblik", "overblik", overview.show),
    ("Prognose", "prognose", prognosis.show),
    ("Aktivitet og pris", "aktivitet", activity.show),
    ("Scenarier", "scenarier", scenarios.show),
    ("Træfsikkerhed", "traefsikkerhed", hit_rate.show),
    ("Månedsluk", "maanedsluk", month_close.show),
    ("Data", "data", data.show),
    ("Hjælp", "hjaelp", help_page.show),
)
WITHOUT_PAPERS = ("maanedsluk", "data")  # the first offers them as a step of its own
WITHOUT_DATA = "hjaelp"  # opens also where the store cannot be read: it says what to do then
PATHS = [path for _, path, _ in PAGES[1:]]


def run(clock: Callable[[], dt.datetime]) -> None:
    """Show the page that the reader asks for."""
    icon = str(ASSETS / "favicon.png")
    st.set_page_config(page_title=NAME, page_icon=icon, layout="wide")
    context = session.open_context(clock)
    context.pages.update(_pages(context))
    page = st.navigation(list(context.pages.values()), position="top")
    st.html(css(context.colors, page.title))
    st.set_page_config(page_title=f"{page.title} – {NAME}", page_icon=icon)
    page.run()
    _settle()


def _pages(context: Context) -> dict[str, st.Page]:
    return {
        path: st.Page(
            partial(_show, partial(_page, show, path), context), title=title, url_path=path, default=number == 0
        )
        for number, (title, path, show) in enumerate(PAGES)
    }


def _page(show: Callable[[Context], None], path: str, context: Context) -> None:
    """Show one page with what every page offers, or the projector's view where the link asks for it."""
    needs_nothing = path == WITHOUT_DATA and not presentation.is_wanted()
    if needs_nothing or _is_empty(context):
        _show(show, context)
    elif presentation.is_wanted():
        _show(presentation.show, context)
    else:
        above = st.container()
        _show(show, context)
        with above:  # after the page, so that a paper knows the month and the scenario that were chosen on it just now
            _show(partial(_tools, path), context)


def _is_empty(context: Context) -> bool:
    """Say whether nothing is loaded; a store that cannot be read is told below a heading of its own."""
    try:
        return context.workspace.is_empty()
    except UserFault:
        heading("Data kan ikke læses", "Siden Hjælp siger under »Når noget ikke virker«, hvad der kan gøres.")
        raise


def _show(show: Callable[[Context], None], context: Context) -> None:
    """Run one page; a fault of the user is a sentence on the page, a bug goes on to the log."""
    try:
        show(context)
    except UserFault as fault:
        show_fault(fault)


def _tools(path: str, context: Context) -> None:
    """What every page has at its top: whose figures they are, a paper of the month, and the projector's view."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="vaerktoej"):
        _show(municipality.tell, context)
        if path not in WITHOUT_PAPERS and st.button(PAPER, key="lav_papir"):
            _paper(path, context)
        presentation.offer(path)


@st.dialog(PAPER)
def _paper(path: str, context: Context) -> None:
    """Offer a paper in a window of its own: the keyboard stays in it, and returns to the button with Escape."""
    _show(lambda given: papers.offer(given, session.month_at_hand(given.workspace), path), context)


@cache
def _settle() -> None:
    """Take the libraries out of the garbage collection that Streamlit runs after every rerun (four times cheaper)."""
    gc.collect()
    gc.freeze()
