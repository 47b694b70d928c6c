"""Diagnose: `python -m benchmarks.world [--towns N] [--first SEED] [--without FEATURE ...] [--save FILE.csv]`,
or `--read FILE.csv` of what was saved.

The measure itself is `python -m benchmarks world`; here some municipalities of it can be looked at, or the same ones
without a feature of the world, so that an error can be traced to what makes it.
"""

import argparse
import sys
import time
from pathlib import Path

import pandas as pd

from benchmarks.world.measure import Plan, figures, measured
from benchmarks.world.town import FEATURES, MECHANICS

SHOWN = (
    "error", "bias", "to_all_knowing", "to_fair", "to_best_rival", "inside_80", "inside_95", "width_to_fair",
    "distance_fair", "lean_fair", "fair_inside_80",
)  # fmt: skip


def main() -> int:
    """Measure some municipalities and print a short table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.world", description=__doc__)
    parser.add_argument("--towns", type=int, default=12)
    parser.add_argument("--first", type=int, default=0, help="seed of the first municipality")
    parser.add_argument("--without", nargs="*", default=[], choices=FEATURES)
    parser.add_argument("--mechanics", nargs="*", default=list(MECHANICS), choices=MECHANICS)
    parser.add_argument("--paths", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--save", type=Path)
    parser.add_argument("--read", type=Path, help="figures of origins saved earlier; nothing is measured")
    given = parser.parse_args()
    if given.read:
        print(short(pd.read_csv(given.read)).round(2).to_string())
        return 0
    seeds = tuple(range(given.first, given.first + given.towns))
    plan = Plan(seeds, given.paths, tuple(given.without), tuple(given.mechanics))
    begun, found = time.monotonic(), []
    for part in measured(plan, given.workers):
        found.append(part)
        print(f"{len(found)}/{len(seeds)} {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        if given.save:
            part.to_csv(given.save, index=False, mode="a", header=len(found) == 1)
    origins = pd.concat(found).sort_values(["seed", "months_known"], ignore_index=True)
    print(short(origins).round(2).to_string())
    return 0


def short(origins: pd.DataFrame) -> pd.DataFrame:
    """The figures that matter most, per mechanics and months known."""
    parts = {("all", "pooled"): origins}
    parts |= {("all", month): part for month, part in origins.groupby("months_known")}
    parts |= {(name, "pooled"): part for name, part in origins.groupby("mechanics")}
    return pd.DataFrame({key: figures(part) for key, part in parts.items()}).loc[list(SHOWN)]


if __name__ == "__main__":
    sys.exit(main())
