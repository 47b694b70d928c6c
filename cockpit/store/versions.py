"""Which version of each scope an as-of month reads: pure Python over the small table of scopes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from cockpit.domain.months import period_is_known


class Scope(NamedTuple):
    """What one version replaces as a whole.

    interventions: the snapshot (0, ""); postings: (year, period); budget: (year, budget type);
    population: (year, "").
    """

    kind: str
    year: int
    part: str


@dataclass(frozen=True)
class Version:
    """One scope as one load brought it; `chunk` holds its rows, `content` is their SHA-256."""

    scope: Scope
    as_of: pd.Period
    load_no: int
    chunk: int
    content: str
    row_count: int


@dataclass(frozen=True)
class Effective:
    """The version of a scope that an as-of month reads; `reconstructed` where it was loaded for a later month."""

    version: Version
    reconstructed: bool


def effective(versions: Iterable[Version], as_of: pd.Period) -> dict[Scope, Effective]:
    """Choose for each scope the version with the greatest (as-of, load number) not later than the as-of month.

    Where there is none, the earliest later as-of month is taken (its newest load), to be cut back to what was known;
    scopes that cannot have been known by then are left out.
    """
    by_scope: dict[Scope, list[Version]] = {}
    for version in versions:
        by_scope.setdefault(version.scope, []).append(version)
    chosen = {scope: _choose(candidates, as_of) for scope, candidates in by_scope.items()}
    return {scope: e for scope, e in chosen.items() if not e.reconstructed or may_be_known(scope, as_of)}


def _choose(candidates: list[Version], as_of: pd.Period) -> Effective:
    known = [version for version in candidates if version.as_of <= as_of]
    if known:
        return Effective(max(known, key=lambda v: (v.as_of, v.load_no)), reconstructed=False)
    earliest = min(version.as_of for version in candidates)
    later = [version for version in candidates if version.as_of == earliest]
    return Effective(max(later, key=lambda v: v.load_no), reconstructed=True)


def version_before(versions: Iterable[Version], chosen: Version) -> Version | None:
    """Return what a version took the place of: the newest of the earlier months, else of the same month's own loads.

    So a load that is repeated within its month is held against the month before it, not against itself.
    """
    of_scope = [version for version in versions if version.scope == chosen.scope]
    months_before = [version for version in of_scope if version.as_of < chosen.as_of]
    own_month = [v for v in of_scope if v.as_of == chosen.as_of and v.load_no < chosen.load_no]
    return max(months_before or own_month, key=lambda v: (v.as_of, v.load_no), default=None)


def may_be_known(scope: Scope, as_of: pd.Period) -> bool:
    """Say whether any row of a scope can have been known by the end of the as-of month."""
    if scope.kind == "postings":
        return period_is_known(scope.year, int(scope.part), as_of)
    if scope.kind == "population":
        return scope.year <= as_of.year
    return True
