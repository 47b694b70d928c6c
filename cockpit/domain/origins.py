"""Past forecasts held against what their year became, row by row of the prognosis, with the rules of thumb beside."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cockpit.domain.allocation import LEAF, allocate, sum_by_leaf
from cockpit.domain.committed import unbooked_by_leaf
from cockpit.domain.dataset import Dataset
from cockpit.domain.hit_rate import ARCHIVED, ORIGIN_COLUMNS, POINTS, RECONSTRUCTED, rivals, whole_years
from cockpit.domain.methods import THIS_YEAR, row_methods
from cockpit.domain.paths import OutturnPaths, membership, summary
from cockpit.domain.prognosis import ROW_METHOD_COLUMNS, Prognosis
from cockpit.domain.reference import Reference

Row = tuple[str, str]


def origin_rows(dataset: Dataset, outturn: OutturnPaths, ledger: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Hold one reconstructed forecast against what its year became.

    Args:
        dataset: what was known at the origin.
        outturn: what was forecast from it.
        ledger: allocated postings, the whole year among them.

    Returns:
        `domain.hit_rate.ORIGIN_COLUMNS`. A row that nobody knew of then was forecast as nothing.
    """
    known = allocate(dataset.postings, reference)
    money = _told(_money(dataset, outturn, known, ledger), known, dataset.as_of)
    own = pd.MultiIndex.from_frame(outturn.leaves)
    methods = _by_row(_row_methods(outturn, reference))
    lines = []
    for row, mask in membership(money.index.to_frame(index=False), reference).items():
        points = summary(outturn.year_end[:, own.isin(money.index[mask])].sum(axis=1))
        sums = money[mask].sum().round(2)
        lines.append(_line(dataset.as_of, RECONSTRUCTED, row, methods.get(row), points, sums, reference))
    return pd.DataFrame(lines, columns=list(ORIGIN_COLUMNS))


def archived_rows(closed: Sequence[Prognosis], ledger: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Hold forecasts against what their years became, as they were frozen: with what was entered by hand.

    What was booked and committed then is what the closed month says; last year is read in the ledger.

    Args:
        closed: frozen prognoses of years that are over; one without money says nothing.
        ledger: allocated postings, the whole of these years among them.
    """
    found = [_archived(one, ledger, reference) for one in closed if np.isfinite(float(one.total["mean"]))]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=list(ORIGIN_COLUMNS))


def _archived(closed: Prognosis, ledger: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    money = _told(_ledger_sums(ledger, ledger, closed.as_of), ledger, closed.as_of)
    frozen = closed.rows.set_index(["level", "key"])
    methods = _by_row(closed.row_methods)
    unknown_then = pd.Series(0.0, index=frozen.columns)
    members = membership(money.index.to_frame(index=False), reference)
    nowhere = np.zeros(len(money), dtype=bool)
    lines = []
    for row in dict.fromkeys([*members, *(one for one in frozen.index if one[0] != "district")]):
        own = frozen.loc[row] if row in frozen.index else unknown_then
        sums = money[members.get(row, nowhere)].sum().round(2)
        sums = pd.concat([sums, pd.Series({"booked": own["actual_ytd"], "committed": own["committed"]})])
        lines.append(_line(closed.as_of, ARCHIVED, row, methods.get(row), own[list(POINTS)], sums, reference))
    return pd.DataFrame(lines, columns=list(ORIGIN_COLUMNS))


def _line(
    as_of: pd.Period,
    source: str,
    row: Row,
    method: str | None,
    points: Mapping[str, float],
    money: Mapping[str, float],
    reference: Reference,
) -> dict:
    """One row of ORIGIN_COLUMNS; `money` is the outturn and what the rules of thumb go by."""
    return {
        "as_of": str(as_of),
        "year": as_of.year,
        "months_to_go": 12 - as_of.month,
        "source": source,
        "level": row[0],
        "key": row[1],
        "label": reference.label(*row, as_of.end_time),
        "method": method,
        **{point: float(points[point]) for point in POINTS},
        "outturn": money["outturn"],
        **rivals(money, as_of.month),
    }


def _row_methods(outturn: OutturnPaths, reference: Reference) -> pd.DataFrame:
    if outturn.methods is None:
        return pd.DataFrame(columns=list(ROW_METHOD_COLUMNS))
    return row_methods(outturn.methods, membership(outturn.leaves, reference), outturn.leaves)


def _by_row(methods: pd.DataFrame) -> dict[Row, str]:
    """What each row's year was forecast by, of ROW_METHOD_COLUMNS."""
    own = methods[methods["stretch"] == THIS_YEAR]
    return {(level, key): method for level, key, method in own[["level", "key", "method"]].itertuples(index=False)}


def _money(dataset: Dataset, outturn: OutturnPaths, known: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Per leaf that anybody knew of, then or later: the outturn, and what the rules of thumb go by."""
    sums = _ledger_sums(known, ledger, dataset.as_of)
    booked = sum_by_leaf(known[known["year"] == dataset.as_of.year], "amount")
    index = sums.index.union(booked.index).union(pd.MultiIndex.from_frame(outturn.leaves[LEAF]))
    unbooked = unbooked_by_leaf(dataset.interventions, known, dataset.as_of).sum(axis=1)
    so_far = booked.reindex(index, fill_value=0.0)
    committed = so_far + unbooked.reindex(index, fill_value=0.0)
    return sums.reindex(index).fillna(0.0).assign(booked=so_far, committed=committed)


def _told(money: pd.DataFrame, known: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    """Leave last year out where the postings do not know the whole of it."""
    return money if as_of.year - 1 in whole_years(known) else money.drop(columns="last_year")


def _ledger_sums(known: pd.DataFrame, ledger: pd.DataFrame, as_of: pd.Period) -> pd.DataFrame:
    """Per leaf, kr.: the year's outturn, last year's, and what of last year was booked by the same month.

    Args:
        known: postings that tell of last year.
        ledger: postings that tell what the year became.
    """
    before = known[known["year"] == as_of.year - 1]
    rows = {
        "last_year": before,
        "last_year_early": before[before["period"] <= as_of.month],
        "outturn": ledger[ledger["year"] == as_of.year],
    }
    return pd.DataFrame({name: sum_by_leaf(own, "amount") for name, own in rows.items()}).fillna(0.0)
