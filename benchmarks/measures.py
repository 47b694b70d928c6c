"""What is measured: each measure works in its own empty folder and yields figures."""

import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.big_ledger import write_big_ledger
from benchmarks.browser import Views, new_browser_views, page_views, slider_seconds
from benchmarks.children_in_care import LIMITS, counts
from benchmarks.children_in_care import summary as summary_of_care
from benchmarks.past_years import RIVALS, origins, summary
from benchmarks.tenfold import write_tenfold
from benchmarks.world.measure import TARGETS, Plan, measured, table
from cockpit.domain.levers import Avert, Shorten, StepDown
from cockpit.domain.scenario import Scenario
from cockpit.services.demo import write_demo
from cockpit.services.scenario import compare
from cockpit.services.workspace import Workspace
from models import forecast_paths

ROOT = Path(__file__).parents[1]
REPEATS = 5
SESSIONS = (1, 20)
WORLD_TOWNS = 102  # independent year-ends, a third of each mechanics


@dataclass(frozen=True)
class Figure:
    """One measured figure beside its target; `low` and `high` are the extremes of the repeats."""

    name: str
    median: float
    low: float
    high: float
    unit: str
    target: str

    def line(self) -> str:
        """The figure as one line for people."""
        spread = f"{self.low:.3g}-{self.high:.3g}"
        return f"{self.name:<46} {self.median:>9.3g} {self.unit:<4} ({spread}; target {self.target})"


def repeated(name: str, target: str, action: Callable[[], object], repeats: int = REPEATS) -> Figure:
    """Time an action several times."""
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begun)
    return Figure(name, statistics.median(seconds), min(seconds), max(seconds), "s", target)


def _cockpit(*arguments: str, folder: Path) -> float:
    """Run one command as a user would and return its peak memory in GiB."""
    environment = {**os.environ, "COCKPIT_DB": str(folder / "store.duckdb"), "COCKPIT_KEY_FILE": str(folder / "key")}
    command = [sys.executable, "-m", "cockpit", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_maxrss / 2**20


def _forget(folder: Path) -> None:
    for path in [*folder.glob("store.duckdb*"), *folder.glob("cache/*")]:
        path.unlink()


def measure_import(folder: Path) -> Iterator[Figure]:
    """The demo municipality, whole process: six years of extracts into an empty store."""
    write_demo(folder / "extracts")

    def load() -> None:
        _forget(folder)
        _cockpit("import", str(folder / "extracts"), folder=folder)

    yield repeated("import of the demo's extracts, whole process", "<= 3 s", load)


def measure_big_import(folder: Path) -> Iterator[Figure]:
    """200.000 ledger rows, whole process, with peak memory."""
    ledger = write_big_ledger(folder / "ledger.csv", rows=200_000)
    peaks = []

    def load() -> None:
        _forget(folder)
        peaks.append(_cockpit("import", str(ledger), folder=folder))

    yield repeated("import of 200.000 ledger rows, whole process", "<= 15 s", load, repeats=3)
    yield Figure("  its peak memory", statistics.median(peaks), min(peaks), max(peaks), "GiB", "<= 1 GiB")


def measure_forecast(folder: Path) -> Iterator[Figure]:
    """A full forecast of the demo with 2.000 paths, whole process, nothing cached."""
    write_demo(folder / "extracts")
    _cockpit("import", str(folder / "extracts"), folder=folder)
    peaks = []

    def forecast() -> None:
        for path in folder.glob("cache/*"):
            path.unlink()
        peaks.append(_cockpit("forecast", "--json", folder=folder))

    yield repeated("full forecast, 2.000 paths, whole process", "<= 10 s", forecast)
    yield Figure("  its peak memory", statistics.median(peaks), min(peaks), max(peaks), "GiB", "<= 2 GiB")


def measure_tenfold(folder: Path) -> Iterator[Figure]:
    """A full forecast of ten demo municipalities in one, whole process, nothing cached."""
    write_tenfold(folder / "extracts")
    _cockpit("import", *(str(path) for path in (folder / "extracts").glob("*.csv")), folder=folder)
    begun, used = time.perf_counter(), _processor_seconds()
    peak = _cockpit("forecast", "--json", folder=folder)
    seconds, used = time.perf_counter() - begun, _processor_seconds() - used
    yield Figure("ten times the demo, whole process", seconds, seconds, seconds, "s", "<= 60 s")
    yield Figure("  its processor time", used, used, used, "s", "-")
    yield Figure("  its peak memory", peak, peak, peak, "GiB", "<= 2 GiB")


def _processor_seconds() -> float:
    """Seconds that the processes started so far have computed: a busy machine does not lengthen them much."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure_children_in_care(_folder: Path) -> Iterator[Figure]:
    """The number of children in care on published English returns, where CHILDREN_IN_CARE names their folder."""
    folder = os.environ.get("CHILDREN_IN_CARE")
    if not folder:
        print("children-in-care skipped: CHILDREN_IN_CARE names no folder with the published returns", file=sys.stderr)
        return
    for days, row in summary_of_care(list(counts(Path(folder)))).iterrows():
        targets = {"error": f"<= {LIMITS[int(str(days))]} %", "inside_80": "72-88 %", "inside_95": "90-98 %"}
        for name in ("error", "persistence", "bias", "category_wape", "inside_80", "inside_95"):
            value = float(row[name])
            yield Figure(f"in care after {days} days, {name}", value, value, value, "%", targets.get(name, "-"))


def measure_ledger(_folder: Path) -> Iterator[Figure]:
    """The ledger engine on one series: eight years of a seasonal account, 18 months ahead, 1.000 paths."""
    months = np.arange(96)
    noise = np.random.default_rng(1).normal(0, 30, 96)
    values = 1000 + 3 * months + 80 * np.sin(months * np.pi / 6) + noise
    series = pd.Series(values, index=pd.period_range("2018-01", periods=96, freq="M"))
    forecast_paths(series, 18, n_paths=1000, seed=0)
    yield repeated("forecast_paths, one series", "<= 0.07 s", lambda: forecast_paths(series, 18, n_paths=1000), 20)


def measure_page(folder: Path) -> Iterator[Figure]:
    """Overblik in a real browser, server warm: first views and views from the cache, of one session and of many."""
    write_demo(folder / "extracts")
    _cockpit("import", str(folder / "extracts"), folder=folder)
    _cockpit("forecast", "--json", folder=folder)
    store, key_file = folder / "store.duckdb", folder / "key"
    yield from _page_figures("new browser, 1 at once", new_browser_views(store, key_file, REPEATS), "-", "-")
    for sessions in SESSIONS:
        first, cached = page_views(store, key_file, sessions, REPEATS)
        for name, target, found in (("first view", "<= 1 s", first), ("cached view", "<= 0.3 s", cached)):
            clock = target if sessions == 1 else "-"
            yield from _page_figures(f"{name}, {sessions} at once", found, clock, target)


def _page_figures(name: str, found: Views, clock: str, server: str) -> Iterator[Figure]:
    yield _of(f"Overblik, {name}", found.stands, clock)
    yield _of("  the server's processor time for each", found.server, server)


def _of(name: str, seconds: list[float], target: str) -> Figure:
    return Figure(name, statistics.median(seconds), min(seconds), max(seconds), "s", target)


SLIDERS = ((0.5, 0.02), (3.0, 0.5), (0.1, 0.01))  # where the three simple levers stand, and how far a move goes
MOVES, BROWSER_MOVES = 60, 30


def measure_scenario(folder: Path) -> Iterator[Figure]:
    """A move of a slider to a new result, in the process that serves the pages and in a real browser.

    The three simple levers in turn, every move to a value that was not asked for before. The first result simulates the
    baseline's spells.
    """
    write_demo(folder / "extracts")
    _cockpit("import", str(folder / "extracts"), folder=folder)
    environment = {"COCKPIT_DB": str(folder / "store.duckdb"), "COCKPIT_KEY_FILE": str(folder / "key")}
    workspace = Workspace.open(environment=environment)
    start = workspace.month_or_newest(None) + 2
    values = [value for value, _ in SLIDERS]
    yield repeated("scenario, first result on new data", "-", lambda: compare(workspace, _simple(start, values)), 1)
    gc.freeze()
    seconds, used = [], []
    for move in range(MOVES):
        at = move % len(values)
        values[at] += SLIDERS[at][1] * (1 if move < MOVES / 2 else -1.01)
        begun, before = time.perf_counter(), time.process_time()
        compare(workspace, _simple(start, values))
        seconds.append(time.perf_counter() - begun)
        used.append(time.process_time() - before)
    yield from _median_and_late("scenario, slider to result", seconds, "<= 0.15 s", "<= 0.3 s")
    yield from _median_and_late("scenario, its processor time", used, "-", "-")
    answers, settled = slider_seconds(folder / "store.duckdb", folder / "key", BROWSER_MOVES)
    yield from _median_and_late("Scenarier in a browser, slider to answer", answers, "-", "-")
    yield from _median_and_late("Scenarier in a browser, slider to stable page", settled, "-", "-")


def _median_and_late(name: str, seconds: list[float], median: str, late: str) -> Iterator[Figure]:
    """The median with its extremes, and the 95th percentile, each beside its target."""
    at_95 = sorted(seconds)[int(0.95 * len(seconds))]
    yield Figure(name, statistics.median(seconds), min(seconds), max(seconds), "s", median)
    yield Figure("  its 95th percentile", at_95, at_95, at_95, "s", late)


def _simple(start: pd.Period, values: list[float]) -> Scenario:
    """The three levers of the simple mode."""
    levers = (
        Avert(type="residential_home", children_per_month=values[0], lag_months=3, ramp_months=12, source="benchmark"),
        StepDown(
            from_type="residential_home", to_type="foster_care", children=values[1], ramp_months=12, source="benchmark"
        ),
        Shorten(type="institution", share=values[2], source="benchmark"),
    )
    return Scenario("Simpelt", start, levers)


def measure_past_years(folder: Path) -> Iterator[Figure]:
    """The whole forecast at past months of six demo municipalities, against the truth and naive rivals."""
    found = list(origins(folder))
    for month, row in summary(found).iterrows():
        for name in ("error", *RIVALS, "inside_80", "inside_95", "width_80", "bias"):
            target = {"inside_80": "72-88 %", "inside_95": "90-98 %"}.get(name, "-")
            value = float(row[name])
            yield Figure(
                f"{month} months known, {name}, {row['origins']:.0f} year-ends", value, value, value, "%", target
            )


def measure_world(_folder: Path) -> Iterator[Figure]:
    """The whole forecast on municipalities of the test world, beside two oracles and rules of thumb."""
    parts = []
    for part in measured(Plan(seeds=tuple(range(WORLD_TOWNS)))):
        parts.append(part)
        print(f"{len(parts)} of {WORLD_TOWNS} municipalities", file=sys.stderr, flush=True)
    found = pd.concat(parts).sort_values(["seed", "months_known"], ignore_index=True)
    for (towns, months_known, name), row in table(found).iterrows():
        value, error = float(row["value"]), float(row["error"])
        unit, target = TARGETS[name]
        yield Figure(f"{towns}, {months_known} known: {name}", value, value - error, value + error, unit, target)


MEASURES: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "import": measure_import,
    "big-import": measure_big_import,
    "forecast": measure_forecast,
    "tenfold": measure_tenfold,
    "children-in-care": measure_children_in_care,
    "ledger": measure_ledger,
    "page": measure_page,
    "scenario": measure_scenario,
    "past-years": measure_past_years,
    "world": measure_world,
}
ON_REQUEST = {"past-years", "tenfold", "children-in-care", "world"}  # minutes, not seconds
