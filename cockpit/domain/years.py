"""The budget year and the outline years: gross, refund and net, in current and in fixed prices, and what they rest on.

Fixed prices are each path of a year divided by the price level that the dated index gives it against the as-of year.
"""

import numpy as np
import pandas as pd

from cockpit.domain.accounts import REFUND_FUNCTION
from cockpit.domain.paths import Membership, OutturnPaths, summary
from cockpit.domain.prognosis import BASIS_COLUMNS, YEAR_COLUMNS
from cockpit.domain.reference import Reference


def years_frame(outturn: OutturnPaths, members: Membership, reference: Reference) -> pd.DataFrame:
    """Return YEAR_COLUMNS of every row and year; `gross` - `refund` = `net`, and quantiles are taken last.

    `refund` is what is expected on the account of central refund, income positive; it has no type of its own, so the
    rows of types and steps carry it under `unallocated`.
    """
    is_refund = (outturn.leaves["function"] == REFUND_FUNCTION).to_numpy()
    lines = []
    for year in _years(outturn):
        by_leaf, level = outturn.outturn_of(year), reference.index_between(outturn.as_of.year, year)
        means = by_leaf.mean(axis=0)
        for (name, key), mask in members.items():
            paths = by_leaf[:, mask].sum(axis=1)
            current, fixed = summary(paths), summary(paths / level)
            refund = -float(means[mask & is_refund].sum())
            lines.append(
                {
                    "level": name,
                    "key": key,
                    "year": year,
                    "gross": current["mean"] + refund,
                    "refund": refund,
                    "net": current["mean"],
                    **{point: current[point] for point in ("p10", "p90")},
                    **{f"fixed_{point}": fixed[point] for point in ("mean", "p10", "p90")},
                }
            )
    return pd.DataFrame(lines, columns=list(YEAR_COLUMNS))


def basis_frame(outturn: OutturnPaths, population: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Return BASIS_COLUMNS: the index and the number of children that each year assumes, and whose that number is."""
    ages = [reference.assumption(f"population_{end}_age").value for end in ("from", "to")]
    children = population[population["age"].between(*ages)].groupby("year")["count"].sum()
    years = _years(outturn)
    # A year outside the table takes its nearest, as the arrivals do.
    absent = np.full(len(years), np.nan)
    known = children.index.to_numpy(float)
    counted = np.interp(years, known, children) if len(known) else absent
    nearest = np.clip(years, known.min(), known.max()) if len(known) else absent
    return pd.DataFrame(
        {
            "year": years,
            "index": [reference.index_between(year - 1, year) for year in years],
            "price_level": [reference.index_between(outturn.as_of.year, year) for year in years],
            "children": counted,
            "population_year": nearest,
        }
    )[list(BASIS_COLUMNS)]


def _years(outturn: OutturnPaths) -> list[int]:
    return sorted({outturn.as_of.year, *(year for year, _ in outturn.periods)})
