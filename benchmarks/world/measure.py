"""The forecast on municipalities that it has never seen, beside what can be known and beside rules of thumb."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.world.extracts import known_at, ledger
from benchmarks.world.oracle import all_knowing, fair
from benchmarks.world.town import MECHANICS, draw_town, without
from benchmarks.world.truth import MONTHS_KNOWN, live
from cockpit.domain.allocation import allocate
from cockpit.domain.hit_rate import BANDS, RIVALS
from cockpit.domain.origins import origin_rows
from cockpit.intake.reference_files import read_reference
from models.outturn import forecast_outturn

REFERENCE = Path(__file__).parents[2] / "data" / "reference"
N_PATHS = 400
ORACLES = {"all_knowing": all_knowing, "fair": fair}
WHEN_OVER = 2  # years after it began, a year is over, supplement period and all
# Unit of each figure, and what it is held against; to_x is the mean absolute error as a multiple of x's.
TARGETS = {
    "error": ("%", "-"),
    "bias": ("%", "-"),
    "best_rival_error": ("%", "-"),
    "to_best_rival": ("x", "<= 0.6"),
    "all_knowing_error": ("%", "-"),
    "to_all_knowing": ("x", "<= 1.25"),
    "width_to_all_knowing": ("x", "<= 1.5"),
    "distance_all_knowing": ("sd", "-"),
    "lean_all_knowing": ("sd", "-"),
    "fair_error": ("%", "-"),
    "to_fair": ("x", "<= 1.25"),
    "width_to_fair": ("x", "<= 1.5"),
    "distance_fair": ("sd", "<= 0.8"),
    "lean_fair": ("sd", "0"),
    "inside_80": ("%", "72-88 %"),
    "all_knowing_inside_80": ("%", "80 %"),
    "fair_inside_80": ("%", "80 %"),
    "inside_95": ("%", "90-98 %"),
    "all_knowing_inside_95": ("%", "95 %"),
    "fair_inside_95": ("%", "95 %"),
}


@dataclass(frozen=True)
class Plan:
    """What is measured: municipalities of these seeds, mechanics in turn, without some features of the world."""

    seeds: tuple[int, ...]
    n_paths: int = N_PATHS
    without: tuple[str, ...] = ()
    mechanics: tuple[str, ...] = MECHANICS
    months: tuple[int, ...] = MONTHS_KNOWN


def measured(plan: Plan, workers: int = 2) -> Iterator[pd.DataFrame]:
    """Forecast every municipality, in parallel; one frame of origins each, in the order in which they are done."""
    with ProcessPoolExecutor(workers) as pool:
        for done in as_completed([pool.submit(partial(of_town, plan), seed) for seed in plan.seeds]):
            yield done.result()


def of_town(plan: Plan, seed: int) -> pd.DataFrame:
    """One municipality: a row per origin with truth, forecast, rivals and oracles, in kr."""
    reference = read_reference(REFERENCE)
    town = draw_town(plan.mechanics[seed % len(plan.mechanics)], seed, reference)
    for feature in plan.without:
        town = without(town, feature, reference)
    truth = live(town)
    ended = allocate(ledger(truth, town.month(town.year + WHEN_OVER, 1)), reference)
    rows = []
    for months_known in plan.months:
        month = town.month(town.year, months_known)
        dataset = known_at(truth, month)
        outturn = forecast_outturn(dataset, reference, n_paths=plan.n_paths, seed=1)
        found = origin_rows(dataset, outturn, ended, reference).query("level == 'total'").iloc[0]
        sd = float(outturn.year_end.sum(axis=1).std())
        oracles = {name: of(truth, month, plan.n_paths, 1) for name, of in ORACLES.items()}
        rows.append({"mechanics": town.mechanics, "seed": seed, "months_known": months_known, "sd": sd,
                     **found.to_dict(), **_points(oracles)})  # fmt: skip
    return pd.DataFrame(rows)


def _points(oracles: dict[str, np.ndarray]) -> dict[str, float]:
    """Mean, standard deviation and quantiles of each oracle's year-ends."""
    points = {}
    for name, totals in oracles.items():
        low95, low80, high80, high95 = np.quantile(totals, [0.025, 0.1, 0.9, 0.975])
        points |= {f"{name}_mean": float(totals.mean()), f"{name}_sd": float(totals.std()), f"{name}_p2_5": low95,
                   f"{name}_p10": low80, f"{name}_p90": high80, f"{name}_p97_5": high95}  # fmt: skip
    return points


def figures(origins: pd.DataFrame) -> dict[str, float]:
    """What a set of origins says of the forecast; errors in % of the outturn, so that large ones do not drown small."""
    truth = origins["outturn"]
    error = ((origins["mean"] - truth) / truth).abs().mean()
    found = {"error": 100 * error, "bias": 100 * ((origins["mean"] - truth) / truth).mean()}
    rivals = {name: ((origins[name] - truth) / truth).abs().mean() for name in RIVALS}
    best = min(rivals, key=rivals.__getitem__)
    found |= {"best_rival_error": 100 * rivals[best], "to_best_rival": error / rivals[best]}
    for name in ORACLES:
        own = ((origins[f"{name}_mean"] - truth) / truth).abs().mean()
        width = (origins[f"{name}_p90"] - origins[f"{name}_p10"]) / truth
        found[f"{name}_error"] = 100 * own
        found[f"to_{name}"] = error / own
        found[f"width_to_{name}"] = ((origins["p90"] - origins["p10"]) / truth).mean() / width.mean()
        distance = (origins["mean"] - origins[f"{name}_mean"]) / origins[f"{name}_sd"]
        found[f"distance_{name}"] = distance.abs().mean()
        found[f"lean_{name}"] = distance.mean()
    for band, (low, high) in BANDS.items():
        found[band] = 100 * ((origins[low] <= truth) & (truth <= origins[high])).mean()
        for name in ORACLES:
            inside = (origins[f"{name}_{low}"] <= truth) & (truth <= origins[f"{name}_{high}"])
            found[f"{name}_{band}"] = 100 * inside.mean()
    return found


def table(origins: pd.DataFrame) -> pd.DataFrame:
    """Figures with their standard errors, pooled and per months known, of all towns and of each mechanics."""
    parts = {("all", "pooled"): origins}
    parts |= {("all", str(month)): part for month, part in origins.groupby("months_known")}
    parts |= {(name, "pooled"): part for name, part in origins.groupby("mechanics")}
    parts |= {(name, str(month)): part for (name, month), part in origins.groupby(["mechanics", "months_known"])}
    return pd.concat({key: with_errors(part) for key, part in parts.items()}, names=["towns", "months_known", "figure"])


def with_errors(origins: pd.DataFrame, draws: int = 400, seed: int = 0) -> pd.DataFrame:
    """Figures with their standard errors by drawing municipalities with replacement; columns value, error."""
    rng = np.random.default_rng(seed)
    towns = [group for _, group in origins.groupby("seed")]
    again = [figures(pd.concat([towns[at] for at in rng.integers(0, len(towns), len(towns))])) for _ in range(draws)]
    return pd.DataFrame({"value": figures(origins), "error": pd.DataFrame(again).std()})
