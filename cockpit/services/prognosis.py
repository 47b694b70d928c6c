"""The prognosis of a month, computed once per identity of data, assumptions and versions."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.bridge import LAST_MONTH_TO_NOW, close_bridge, since_bridge
from cockpit.domain.corrections import Correction, apply_corrections
from cockpit.domain.dataset import Dataset
from cockpit.domain.explanation import explain_month_before, explain_since
from cockpit.domain.findings import UserFault
from cockpit.domain.hit_rate import past_months
from cockpit.domain.prognosis import BRIDGE_COLUMNS, FRAMES, Prognosis
from cockpit.domain.reference import Event, Reference
from cockpit.domain.statement import build_prognosis
from cockpit.services.corrections import corrections_at
from cockpit.services.events import events_at
from cockpit.services.versions import versions
from cockpit.services.workspace import Workspace
from cockpit.store import ClosedMonth

SEED = 20260101
N_PATHS = 2000
Progress = Callable[[float, str], None]  # told how much of the work is done, 0-1, and what is next in Danish


def silent(_share: float, _text: str) -> None:
    """The progress that nobody waits for."""


def make_prognosis(
    workspace: Workspace,
    as_of: pd.Period | None = None,
    *,
    progress: Progress = silent,
) -> Prognosis:
    """Return the prognosis of a month (by default the newest), from the cache where it is already known.

    Raises:
        UserFault: the store is empty or has nothing at that month that costs anything, or the file of known corrections
            or that of known events is at fault.
    """
    month = workspace.month_or_newest(as_of)
    made, key = _made(workspace, month, progress)
    return _at_hand(workspace, made, workspace.notes(month), key)


def with_month_before(workspace: Workspace, prognosis: Prognosis, *, progress: Progress = silent) -> Prognosis:
    """Add what moved the forecast since the month before, where no month of the year is closed.

    That month is forecast anew, which takes as long as a forecast does; so this is asked for where it is shown, and
    from the cache where it is known already. January has no month before it in its year.

    Raises:
        UserFault: the file of known corrections or that of known events is at fault.
    """
    since = prognosis.since
    if since is None or prognosis.last_close is not None or not costs_anything(workspace.store.read(since)):
        return prognosis
    entered = map(repr, (*workspace.corrections, *workspace.events))
    key = _hash([_key(prognosis.input_id, prognosis.as_of), LAST_MONTH_TO_NOW, workspace.store_identity(), *entered])
    if (known := workspace.cache.get(key)) is not None:
        return _with_more(prognosis, known.frames)
    progress(0.1, f"Regner {fmt.month_long(since)}, som prognosen holdes op imod")
    before = _made(workspace, since, silent)[0], workspace.store.read(since)
    now = prognosis, workspace.store.read(prognosis.as_of)
    bridge, drivers = explain_month_before(before, now, workspace.reference)
    frames = {"bridge": bridge, "drivers": drivers}
    workspace.cache.put(key, frames, {})
    return _with_more(prognosis, frames)


def prognosis_before(workspace: Workspace, prognosis: Prognosis) -> Prognosis | None:
    """Return the prognosis that the bridge since an earlier month starts from, None where there is no such bridge."""
    if prognosis.last_close is not None:
        closed = workspace.store.last_closed(prognosis.as_of)
        return None if closed is None else closed.prognosis
    if since_bridge(prognosis) != LAST_MONTH_TO_NOW or prognosis.since is None:
        return None
    return _made(workspace, prognosis.since, silent)[0]


def _made(workspace: Workspace, month: pd.Period, progress: Progress) -> tuple[Prognosis, str]:
    """A month's prognosis as the models make it, and the key it is cached by."""
    progress(0.1, "Læser data")
    dataset = workspace.store.read(month)
    refuse_nothing(dataset)
    corrections = corrections_at(workspace, month)
    events = events_at(workspace, month)
    inputs = _input_id(dataset, workspace.reference, corrections, events)
    key = _key(inputs, month)
    if (known := workspace.cache.get(key)) is not None:
        return _from_cache(known.frames, known.meta), key
    # The statistics libraries take a second to import, which only an answer that is not known yet is worth.
    from models.outturn import forecast_outturn

    progress(0.3, "Beregner prognosen")
    outturn = forecast_outturn(
        dataset,
        workspace.reference,
        n_paths=N_PATHS,
        seed=SEED,
        events=events,
        past=past_datasets(workspace, dataset),
    )
    outturn = apply_corrections(outturn, corrections, workspace.reference, SEED)
    progress(0.9, "Samler tal")
    prognosis = build_prognosis(dataset, outturn, workspace.reference, seed=SEED, versions=versions())
    prognosis = replace(prognosis, input_id=inputs)
    workspace.cache.put(key, {name: getattr(prognosis, name) for name in FRAMES}, _meta(prognosis))
    return prognosis, key


def refuse_nothing(dataset: Dataset) -> None:
    """Refuse a month that knows nothing which costs anything: population or a budget alone would be forecast as zero.

    Raises:
        UserFault: there are neither interventions nor recent postings.
    """
    if not costs_anything(dataset):
        raise UserFault(
            f"Der er hverken indsatser eller posteringer for {fmt.month_long(dataset.as_of)}, så der er intet at lave "
            "prognose af endnu. Indlæs dem på siden Data eller med `python -m cockpit import MAPPE`."
        )


def costs_anything(dataset: Dataset) -> bool:
    """Say whether a month knows interventions or recent postings."""
    return bool(len(dataset.interventions)) or bool((dataset.postings["year"] >= dataset.as_of.year - 1).any())


def known_prognosis(workspace: Workspace, as_of: pd.Period) -> Prognosis | None:
    """Return a month's prognosis as the models made it, where it is computed already; see `make_prognosis`."""
    known = workspace.cache.get(_key(input_id_at(workspace, as_of), as_of))
    return None if known is None else _from_cache(known.frames, known.meta)


def input_id_at(workspace: Workspace, month: pd.Period) -> str:
    """Return the `input_id` that a month's prognosis would have now."""
    entered = corrections_at(workspace, month), events_at(workspace, month)
    return _input_id(workspace.store.read(month), workspace.reference, *entered)


def past_datasets(workspace: Workspace, dataset: Dataset) -> list[Dataset]:
    """What was known at the same month of past years, as far as a month's data tell; see `forecast_outturn`."""
    months = past_months(dataset.postings, dataset.as_of)
    return [workspace.store.read_back(dataset.as_of, month) for month in months]


def _at_hand(workspace: Workspace, prognosis: Prognosis, notes: tuple[str, ...], key: str) -> Prognosis:
    """Add what the cache does not know, because it hangs on loads and archive and not on the contents."""
    closed = workspace.store.last_closed(prognosis.as_of)
    now = _since_last_close(workspace, _with_notes(prognosis, notes), closed)
    return now if now.fan.empty else _since_earlier(workspace, now, closed, key)


def _since_earlier(workspace: Workspace, prognosis: Prognosis, closed: ClosedMonth | None, key: str) -> Prognosis:
    """Add what moved since the last closed month, else since the month before, and what drives it."""
    months = [month for month in workspace.months() if month.year == prognosis.year and month < prognosis.as_of]
    if closed is not None and closed.month not in months:
        closed = None  # its loads were taken back: the frozen forecast is left, and nothing to explain it by
    if not months:
        return prognosis
    since = months[-1] if closed is None else closed.month
    own_key = _hash([key, str(since), workspace.store_identity()])
    if (known := workspace.cache.get(own_key)) is None:
        store = workspace.store
        frozen = None if closed is None else closed.prognosis
        found = explain_since(
            store.read(since), store.read(prognosis.as_of), prognosis, frozen, workspace.reference
        )
        frames = {"movements": found.movements, "drivers": found.drivers}
        workspace.cache.put(own_key, frames, {})
    else:
        frames = known.frames
    return replace(_with_more(prognosis, frames), since=since)


def _with_more(prognosis: Prognosis, frames: dict[str, pd.DataFrame]) -> Prognosis:
    """Put more rows at the end of some of a prognosis' frames."""
    more = {name: frame for name, frame in frames.items() if len(frame)}
    both = {name: pd.concat([getattr(prognosis, name), frame], ignore_index=True) for name, frame in more.items()}
    return replace(prognosis, **both)


def _since_last_close(workspace: Workspace, prognosis: Prognosis, closed: ClosedMonth | None) -> Prognosis:
    """Add the bridge from the newest month of the year that was closed before."""
    if closed is None:
        return prognosis
    steps = close_bridge(closed.prognosis, prognosis, workspace.reference)
    if not steps:
        return prognosis
    bridge = pd.concat([prognosis.bridge, pd.DataFrame(steps, columns=list(BRIDGE_COLUMNS))], ignore_index=True)
    return replace(prognosis, bridge=bridge, last_close=closed.month)


def _with_notes(prognosis: Prognosis, notes: tuple[str, ...]) -> Prognosis:
    """Say first what reading the data had to assume; that hangs on the loads, not on the contents the cache knows."""
    return replace(prognosis, notes=(*notes, *prognosis.notes))


def _input_id(
    dataset: Dataset, reference: Reference, corrections: tuple[Correction, ...], events: tuple[Event, ...]
) -> str:
    """Hash all that a user can change a forecast by; see `Prognosis`."""
    # What an extract of an earlier month tells is not what the same contents would tell of this one.
    behind = [str(dataset.activity_month)] if dataset.activity_month < dataset.as_of else []
    return _hash([dataset.data_id, reference.identity, *map(repr, (*corrections, *events)), *behind])


def _key(input_id: str, month: pd.Period) -> str:
    return _hash([input_id, str(month), N_PATHS, SEED, versions(), FRAMES])


def _hash(parts: list) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _meta(prognosis: Prognosis) -> dict:
    plain = {key: getattr(prognosis, key) for key in ("year", "data_id", "input_id", "seed", "n_paths", "versions")}
    return {**plain, "as_of": str(prognosis.as_of), "notes": list(prognosis.notes)}


def _from_cache(frames: dict[str, pd.DataFrame], meta: dict) -> Prognosis:
    kept = {**meta, "as_of": pd.Period(meta["as_of"], freq="M"), "notes": tuple(meta["notes"])}
    return Prognosis(**kept, **frames)
