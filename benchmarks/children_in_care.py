"""How many children are in care 90, 180 and 360 days on: the activity engine on published synthetic English returns.

The set cannot be shipped: CHILDREN_IN_CARE names a folder with `episodes.csv` and `header.csv` of
github.com/SocialFinanceDigitalLabs/cs-demand-model-regional. At each cut-off later episodes are removed and later
ends blanked. One cohort enters the set and drains away, so it shows errors of direction, not accuracy in practice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from cockpit.domain.reference import Reference
from cockpit.intake import read_extracts, read_profiles
from cockpit.intake.reference_files import read_reference
from models.activity import ActivityPaths, simulate

DATA = Path(__file__).parents[1] / "data"
CUT_OFFS = tuple(pd.Period(f"{year}-03", "M") for year in (2018, 2019, 2020, 2021))
LAST_SEEN = pd.Period("2022-12", "M")
LIMITS = {90: 3.85, 180: 8.25, 360: 13.4}  # days: mean absolute error in %, the best published tool's and a tenth
HORIZONS = tuple(LIMITS)
N_PATHS = 1000
SEED = 1


@dataclass(frozen=True)
class Count:
    """Children in care on a day some days after a cut-off: on the paths and in truth, and how many were at it.

    `paths`: (n_paths, n_types); `truth`, `before`: (n_types,).
    """

    cut_off: pd.Period
    days: int
    types: tuple[str, ...]
    paths: np.ndarray
    truth: np.ndarray
    before: np.ndarray


def counts(folder: Path) -> Iterator[Count]:
    """Forecast and count every cut-off and horizon."""
    reference = read_reference(DATA / "reference")
    placements = _placements(folder, reference)
    for cut_off in CUT_OFFS:
        end = cut_off.end_time.normalize()
        paths = simulate(
            known_at(placements, end), reference, as_of=cut_off, last_month=cut_off + 12, n_paths=N_PATHS, seed=SEED
        )
        before = _in_care(placements, paths.types, end)
        for days in HORIZONS:
            day = end + pd.Timedelta(days=days)
            yield Count(
                cut_off, days, paths.types, _stock_on(paths, day), _in_care(placements, paths.types, day), before
            )


def _placements(folder: Path, reference: Reference) -> pd.DataFrame:
    intake = read_extracts(
        [folder / "header.csv", folder / "episodes.csv"],
        reference, read_profiles([DATA / "profiles"]), b"k" * 32, as_of=LAST_SEEN, profile="ssda903",
    )  # fmt: skip
    return pd.concat([table.frame for table in intake.tables["interventions"]], ignore_index=True)


def known_at(placements: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """What the return would have shown at the end of a day."""
    seen = placements[placements["start"] <= end]
    return seen.assign(stop=seen["stop"].mask(seen["stop"] > end))


def _in_care(placements: pd.DataFrame, types: tuple[str, ...], day: pd.Timestamp) -> np.ndarray:
    there = placements[(placements["start"] <= day) & (placements["stop"].isna() | (placements["stop"] > day))]
    return there.groupby("type_key").size().reindex(list(types), fill_value=0).to_numpy(float)


def _stock_on(paths: ActivityPaths, day: pd.Timestamp) -> np.ndarray:
    """Spells in force on a day, between the ends of its month and of the one before, shape (n_paths, n_types)."""
    at = paths.months.get_loc(day.to_period("M"))
    share = day.day / day.days_in_month
    return (1 - share) * paths.stock[:, :, at - 1] + share * paths.stock[:, :, at]


def categories() -> dict[str, str]:
    """Category of care per type: fostering, residential, supported, other."""
    places = pd.read_csv(DATA / "reference" / "ssda903_places.csv", sep=";", dtype=str)
    return dict(zip(places["type_key"], places["category"], strict=True))


def summary(found: list[Count]) -> pd.DataFrame:
    """One row per horizon: mean absolute errors of forecast and persistence, bias, coverage, category WAPE, in %."""
    rows = [{"days": one.days, **_scores(one)} for one in found]
    frame = pd.DataFrame(rows)
    sizes = frame.assign(error=frame["error"].abs(), persistence=frame["persistence"].abs(), bias=frame["error"])
    columns = ["error", "persistence", "bias", "inside_80", "inside_95", "missed", "true"]
    table = sizes.groupby("days")[columns].mean()
    return table.assign(category_wape=100 * table["missed"] / table["true"])


def _scores(one: Count) -> dict[str, float]:
    total, truth = one.paths.sum(axis=1), one.truth.sum()
    low95, low80, high80, high95 = np.quantile(total, [0.025, 0.1, 0.9, 0.975])
    known = categories()
    group = pd.Series([known[key] for key in one.types])
    mean = pd.Series(one.paths.mean(axis=0)).groupby(group).sum()
    true = pd.Series(one.truth).groupby(group).sum()
    return {
        "error": 100 * (total.mean() / truth - 1), "persistence": 100 * (one.before.sum() / truth - 1),
        "inside_80": 100.0 * (low80 <= truth <= high80), "inside_95": 100.0 * (low95 <= truth <= high95),
        "missed": float((mean - true).abs().sum()), "true": float(true.sum()),
    }  # fmt: skip
