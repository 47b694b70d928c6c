"""What can be said of a year-end by one who knows the process: the two limits that a forecast is held against.

Both know every parameter of the municipality and let its life go on many times from the origin, by the same code that
made it. The all-knowing one also knows what is hidden: spells that nobody has registered, hidden classes, this year's
level of inflow. The fair one knows what the extracts show, and draws what is hidden from its exact posterior:

- unregistered new families: those of a Poisson stream that would not be registered yet are independent of those that
  are, so the stream is drawn anew and only the unregistered are kept;
- unregistered successors of spells that ended: drawn until none would show;
- hidden classes: by Bayes from how long the spell has run;
- a year's level of inflow: the Gamma is conjugate to the Poisson number of registered families.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.world import books
from benchmarks.world.books import Lines
from benchmarks.world.cases import Cases, joined, on_paths, taken
from benchmarks.world.life import (
    Climate,
    Coming,
    Leaving,
    arrivals,
    lived,
    move_on,
    moved,
    repriced,
    started,
    turn,
)
from benchmarks.world.town import MAJORITY, Town
from benchmarks.world.truth import Truth


@dataclass(frozen=True)
class Origin:
    """A state to go on from: running spells, who starts next month, the climate, and lines whose money is still out."""

    month: int
    running: Cases
    coming: Coming
    climate: Climate
    unbooked: Lines
    unclaimed: Lines


def all_knowing(truth: Truth, month: int, n_paths: int, seed: int) -> np.ndarray:
    """Year-end totals in kr. as seen at the end of a month by one who knows all that is hidden, shape (n_paths,)."""
    rng = np.random.default_rng([truth.town.seed, 2, month, seed])
    shot = truth.snapshots[month]
    climate = Climate(np.repeat(shot.climate.level, n_paths, 0), np.repeat(shot.climate.inflow, n_paths))
    past = truth.lines.month <= month
    origin = Origin(
        month,
        on_paths(shot.running, n_paths),
        on_paths(shot.coming, n_paths),
        climate,
        on_paths(taken(truth.lines, past & (truth.invoices.known > month)), n_paths),
        on_paths(taken(truth.lines, past & (truth.claims.known > month)), n_paths),
    )
    return go_on(truth, origin, rng)


def fair(truth: Truth, month: int, n_paths: int, seed: int) -> np.ndarray:
    """Year-end totals in kr. as seen by one who knows the process but only what extracts show, shape (n_paths,)."""
    town = truth.town
    rng = np.random.default_rng([town.seed, 3, month, seed])
    shot = truth.snapshots[month]
    seen = taken(shot.running, shot.running.registered <= month)
    known = truth.lines.registered <= month
    past = known & (truth.lines.month <= month)
    hidden = draw_hidden(truth, month, n_paths, rng)
    running = town.exits.redraw(on_paths(seen, n_paths), month, rng)
    owed = [on_paths(taken(truth.lines, past & (posted.known > month)), n_paths)
            for posted in (truth.invoices, truth.claims)]  # fmt: skip
    origin = Origin(
        month,
        joined([running, hidden.running]),
        hidden.coming,
        hidden.climate,
        joined([owed[0], *hidden.lines]),
        joined([owed[1], *hidden.lines]),
    )
    return go_on(truth, origin, rng)


def go_on(truth: Truth, origin: Origin, rng: np.random.Generator) -> np.ndarray:
    """Let the year go on to its end on every path, and add up what it books; kr., shape (n_paths,)."""
    town, climate = truth.town, origin.climate
    total = np.full(climate.n_paths, truth.outturn(town.year, origin.month))
    closing = books.closing_shares(town, climate.n_paths, rng)
    total += _invoices(origin.unbooked, closing, town, rng, origin.month) + _claims(origin.unclaimed, climate, town)
    running, coming = origin.running, origin.coming
    for month in range(origin.month + 1, town.end + 1):
        factor = turn(month, town, climate, rng)
        begins = [arrivals(month, town, climate, rng), started(coming, month, town, climate, rng)]
        cases, leaving = lived(joined([repriced(running, factor, town, rng), *begins]), month, town, rng)
        lines = books.lines_of(cases, month, town, rng)
        total += _invoices(lines, closing, town, rng) + _claims(lines, climate, town)
        coming = moved(leaving, *move_on(leaving, month, town, rng))
        running = taken(cases, cases.stop > month)
    return total + _beside(truth, origin, rng)


def _invoices(
    lines: Lines, closing: np.ndarray, town: Town, rng: np.random.Generator, after: int | None = None
) -> np.ndarray:
    arrives = books.booked(lines, town, rng, after)
    in_time = rng.random(len(lines)) < closing[lines.path]
    year, _ = books.labels(lines, arrives, in_time)
    return np.bincount(lines.path, lines.amount * (year == town.year), minlength=len(closing))


def _claims(lines: Lines, climate: Climate, town: Town) -> np.ndarray:
    year, _ = books.claim_labels(lines, books.claimed(lines, town))
    return -np.bincount(lines.path, lines.refund * (year == town.year), minlength=climate.n_paths)


def _beside(truth: Truth, origin: Origin, rng: np.random.Generator) -> np.ndarray:
    """Money beside the activity, from where its walks stand."""
    town, total = truth.town, np.zeros(origin.climate.n_paths)
    for one, walk, _ in truth.beside:
        state = np.full(len(total), walk[origin.month - town.window])
        for month in range(origin.month + 1, town.end + 1):
            state = one.next(state, rng)
            total += one.amount(state, month, town)
    return total


@dataclass(frozen=True)
class Hidden:
    """What the extracts do not show yet, drawn."""

    running: Cases
    coming: Coming
    climate: Climate
    lines: list[Lines]


def draw_hidden(truth: Truth, month: int, n_paths: int, rng: np.random.Generator) -> Hidden:
    """Live through the months in which something can have begun that is not registered at the end of `month`."""
    town = truth.town
    visible = truth.visible(month)
    climate = Climate(np.repeat(truth.levels[month][None, :], n_paths, 0), np.ones(n_paths))
    first = month - town.longest_registration
    inflow = {year: _inflow(truth, visible, year, month, n_paths, rng)
              for year in {1970 + first // 12, 1970 + month // 12}}  # fmt: skip
    running: list[Cases] = []
    coming = _pending(truth, visible, first - 1, month, n_paths, rng)
    lines = []
    for at in range(first, month + 1):
        level, before = truth.levels[at], truth.levels[at - 1]
        climate.level = np.repeat(level[None, :], n_paths, 0)
        climate.inflow = inflow[1970 + at // 12]
        new = arrivals(at, town, climate, rng)
        begins = [taken(new, new.registered > month), started(coming, at, town, climate, rng)]
        factor = np.repeat((level / before)[None, :], n_paths, 0)
        cases, leaving = lived(joined([*(repriced(r, factor, town, rng) for r in running), *begins]), at, town, rng)
        lines.append(books.lines_of(cases, at, town, rng))
        own = moved(leaving, *move_on(leaving, at, town, rng))
        coming = joined([own, _pending(truth, visible, at, month, n_paths, rng)])
        running = [taken(cases, cases.stop > at)]
    climate.inflow = inflow[1970 + month // 12]
    return Hidden(running[0], coming, climate, lines)


def _inflow(truth: Truth, visible: Cases, year: int, month: int, n_paths: int, rng: np.random.Generator) -> np.ndarray:
    """A year's level of inflow given how many of its families are on record, shape (n_paths,)."""
    town = truth.town
    on_record = np.cumsum(town.registration, axis=1)
    first = town.month(year, 1)
    months = range(first, min(first + 11, month) + 1)
    expected = sum(float(town.rate(m) @ on_record[:, min(month - m, town.longest_registration)]) for m in months)
    seen = int(visible.family[(visible.start >= first) & (visible.start <= first + 11)].sum())
    return rng.gamma(town.inflow_strength + seen, 1 / (town.inflow_strength + expected), n_paths)


def _pending(truth: Truth, visible: Cases, ended_in: int, month: int, n_paths: int, rng: np.random.Generator) -> Coming:
    """Who moved on from a spell on record that ended in a month, given that no successor is on record."""
    town = truth.town
    followed = visible.citizen[visible.start == ended_in + 1]
    open_question = (visible.stop == ended_in) & ~np.isin(visible.citizen, followed)
    cases = on_paths(taken(visible, open_question), n_paths)
    leaving = Leaving(cases, ended_in - cases.birth == MAJORITY)
    moves, kind, registered = move_on(leaving, ended_in, town, rng)
    while (shows := moves & (registered <= month)).any():
        again = Leaving(taken(cases, shows), leaving.turning[shows])
        moves[shows], kind[shows], registered[shows] = move_on(again, ended_in, town, rng)
    return moved(leaving, moves, kind, registered)
