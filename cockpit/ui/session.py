"""What a page is given: the workspace, the clock, the colours, and the as-of month of the link."""

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import pandas as pd
import streamlit as st

from cockpit.domain import format as fmt
from cockpit.domain.attention import Attention
from cockpit.domain.hit_rate import HitRate
from cockpit.domain.months import parse_month
from cockpit.domain.prognosis import Prognosis
from cockpit.domain.reference import Reference
from cockpit.domain.scenario import Scenario
from cockpit.plumbing.recent import Recent
from cockpit.services.attention import attention, control_totals_at, passed_at
from cockpit.services.backtest import known_backtest
from cockpit.services.comments import comments_at
from cockpit.services.prognosis import known_prognosis, make_prognosis, with_month_before
from cockpit.services.scenario import from_link, presets, saved_scenarios
from cockpit.services.workspace import Workspace
from cockpit.ui.plain_text import escaped
from cockpit.ui.theme import Palette, palette

MONTH_KEY = "maaned"
SCENARIO_KEY, SCENARIO_LINK = "scenarie_nu", "scenarie"
COMPARE_KEY, NOBODY = "sammenlign", "Intet valgt"  # the scenario beside it, in the link; and where there is none
LONGEST_NAMED = 40  # signs of what a link asks for; enough to see what went wrong with it
KEPT = 32  # results in memory, for all readers together; each is some hundred kilobytes
LOCAL_USER = "lokal bruger"
Result = TypeVar("Result")
Visibility = Literal["visible", "hidden", "collapsed"]


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


def choose_month(workspace: Workspace, *, stays: bool = False) -> pd.Period:
    """Let the reader choose the as-of month, the newest first; the choice stands in the link.

    Args:
        stays: whether the newest stands there as well, if it did; see `keep_month`.
    """
    months = {str(month): fmt.month_year(month) for month in reversed(workspace.months())}
    return parse_month(_in_link(partial(_listed, "Opgjort til og med"), months, MONTH_KEY, stays=stays))


def keep_month(as_of: pd.Period) -> None:
    """Name the month in the link, also where it is the newest: what the link shows shall not follow newer data.

    A month that the link asks for and that is not loaded stays there until the reader chooses another.
    """
    if month_in_link() is None:
        _put_in_link(MONTH_KEY, str(as_of))


def month_in_link() -> str | None:
    """Return the month that the link names, None where it stands for the newest."""
    return st.query_params.get(MONTH_KEY)


def month_at_hand(workspace: Workspace) -> pd.Period:
    """Return the as-of month that the reader has chosen, the newest where none is chosen or it is gone."""
    months = workspace.months()
    asked = _asked(MONTH_KEY)
    return next((month for month in months if str(month) == asked), months[-1])


def scenario_at_hand(reference: Reference) -> Scenario | None:
    """Return the scenario that the reader is working on, else the link's; None where it changes nothing.

    Raises:
        UserFault: the link's scenario cannot be read.
    """
    found = st.session_state.get(SCENARIO_KEY)
    if not isinstance(found, Scenario) and (text := st.query_params.get(SCENARIO_LINK)):
        found = from_link(text, reference)
    return found if isinstance(found, Scenario) and found.levers else None


def ready_scenarios(workspace: Workspace) -> dict[str, Scenario]:
    """Return the scenarios that can be fetched, by their names in lists: the saved ones, then the proposals."""
    saved = {f"Gemt: {one.name}": one for one in saved_scenarios(workspace)}
    return {**saved, **{f"Forslag: {one.name}": one for one in presets(workspace.reference)}}


def choose_one(label: str, options: Mapping[str, str], key: str) -> str:
    """Let the reader choose from a list; the choice stands in the link."""
    return _in_link(partial(_listed, label), options, key)


def choose_section(
    label: str, options: Mapping[str, str], key: str, *, label_visibility: Visibility = "visible"
) -> str:
    """Let the reader choose among a few, side by side; the choice stands in the link."""
    return _in_link(partial(_side_by_side, label, label_visibility), options, key)


def _listed(label: str, key: str, options: Mapping[str, str]) -> str | None:
    return st.selectbox(
        label,
        list(options),
        format_func=options.__getitem__,
        key=key,
        on_change=partial(_follow, key, options),
        filter_mode=None,
    )


def _side_by_side(label: str, visibility: Visibility, key: str, options: Mapping[str, str]) -> str | None:
    return st.segmented_control(
        label,
        list(options),
        format_func=options.__getitem__,
        required=True,
        key=key,
        on_change=partial(_follow, key, options),
        label_visibility=visibility,
    )


def _in_link(
    widget: Callable[[str, Mapping[str, str]], str | None],
    options: Mapping[str, str],
    key: str,
    *,
    stays: bool = False,
) -> str:
    """Draw a choice among keys with titles, begun from the link's key, kept in it, and followed from page to page.

    Streamlit's own binding writes the titles into the link, and those change with the language of the page. The first
    option needs no place in the link: it stands for the newest, whichever that is when the link is opened. A page that
    does not have what was chosen on another shows its first option and leaves the choice for the next page that has.
    A key that stands in the link was asked for there: a link from one page to another wins over an older choice. What
    a link asks for that is not there, such as a month that is not loaded, is said until the reader chooses: whoever got
    the link would else take what is shown for what was meant.

    Args:
        stays: whether the first option keeps the place in the link that it has been given.
    """
    first = next(iter(options))
    asked = _asked(key)
    if key in st.query_params:
        st.session_state[_missed(key)] = None if asked in options else asked
    st.session_state[_followed(key)] = None if asked == first else asked
    st.session_state[key] = asked if asked in options else first
    chosen = widget(key, options) or first
    if chosen != first or not stays:
        _put_in_link(key, None if chosen == first else chosen)
    if asked is not None and asked == st.session_state.get(_missed(key)):
        what = asked[:LONGEST_NAMED]
        st.warning(escaped(f"Linket beder om »{what}«, som ikke findes her. Der vises {options[chosen]}."))
    return chosen


def _asked(key: str) -> str | None:
    """What the link asks for, else what was chosen last on any page; None is the first option."""
    return st.query_params.get(key, st.session_state.get(_followed(key)))


def _follow(key: str, options: Mapping[str, str]) -> None:
    """Remember what the reader has just chosen for the other pages; the first option is no choice, but the newest."""
    chosen = st.session_state[key]
    choose_for_reader(key, None if chosen == next(iter(options)) else chosen)


def choose_for_reader(key: str, option: str | None) -> None:
    """Set a choice before it is drawn, here and for the other pages."""
    st.session_state[_followed(key)] = option
    _put_in_link(key, option)


def _put_in_link(key: str, option: str | None) -> None:
    if option is None:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = option


def _followed(key: str) -> str:
    return f"fulgt_{key}"


def _missed(key: str) -> str:
    return f"ikke_fundet_{key}"


def prognosis_of(workspace: Workspace, as_of: pd.Period) -> Prognosis:
    """Return the forecast of a month, with a progress line while it is computed; nobody may change it."""
    return kept(workspace, ("prognosis", as_of), lambda: with_progress(partial(make_prognosis, workspace, as_of)))


def compared_of(workspace: Workspace, prognosis: Prognosis) -> Prognosis:
    """Return a forecast with what moved it since an earlier month of the year, with a progress line; see the service.

    Where no month is closed, the month before has to be forecast as well. Nobody may change it.
    """
    work = partial(with_month_before, workspace, prognosis)
    return kept(workspace, ("compared", prognosis.as_of), lambda: with_progress(work))


def known_prognosis_of(workspace: Workspace, as_of: pd.Period) -> Prognosis | None:
    """Return the forecast of a month where somebody has made it already, None where not; nobody may change it."""
    return kept(workspace, ("known prognosis", as_of), lambda: known_prognosis(workspace, as_of))


def backtest_of(workspace: Workspace) -> HitRate | None:
    """Return what is measured already of past forecasts, None where nothing is; nobody may change it."""
    return kept(workspace, ("backtest",), lambda: known_backtest(workspace))


def kept(workspace: Workspace, what: tuple[object, ...], work: Callable[[], Result]) -> Result:
    """Return what was found last time, by the identity of everything it is made from; nothing found is not kept."""
    results, key = _results(), (workspace.identity(), *what)
    if (known := results.find(key)) is not None:
        return known
    found = work()
    if found is not None and workspace.identity() == key[0]:  # nothing was loaded meanwhile
        results.keep(key, found)
    return found


@st.cache_resource(show_spinner=False)
def _results() -> Recent[Any]:
    """One for all readers. `st.cache_data` would copy each result, and warns in English when the server imports it."""
    return Recent(KEPT)


def with_progress(work: Callable[..., Result]) -> Result:
    """Return what `work(progress=...)` gives, with a progress line while it is at it."""
    place = st.empty()

    def tell(share: float, text: str) -> None:
        place.progress(min(max(share, 0.0), 1.0), text=text)

    try:
        return work(progress=tell)
    finally:
        place.empty()


def attention_of(workspace: Workspace, prognosis: Prognosis) -> list[Attention]:
    """Return what needs attention; it hangs on what is commented on as well. Nobody may change it."""
    commented = frozenset(comments_at(workspace, prognosis.as_of))
    what = "attention", prognosis.as_of, prognosis.input_id, commented
    return kept(workspace, what, lambda: attention(workspace, prognosis, commented))


def passed_of(workspace: Workspace, month: pd.Period) -> pd.DataFrame:
    """Return the spells that run on past their expected end at a month; nobody may change them."""
    return kept(workspace, ("passed", month), lambda: passed_at(workspace, month))


def control_totals_of(workspace: Workspace) -> pd.DataFrame:
    """Return the control totals of the newest month; nobody may change them."""
    newest = workspace.month_or_newest(None)
    return kept(workspace, ("control totals", newest), lambda: control_totals_at(workspace, newest))


def batches_of(workspace: Workspace) -> pd.DataFrame:
    """Return every load; nobody may change them."""
    return kept(workspace, ("batches",), workspace.batches)


@st.cache_resource(max_entries=4, show_spinner=False)
def _workspace(db: str | None) -> Workspace:
    return Workspace.open(Path(db) if db else None)
