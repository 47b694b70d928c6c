"""Rows that stand more than once: files or periods that are given twice, and files that repeat each other.

Two postings may be alike in everything: two children of one family cost the same. But no ledger has nearly every row
an even number of times, and no two files of one load have the same rows.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from cockpit.domain import format as fmt
from cockpit.domain.completeness import months_in_words
from cockpit.domain.months import SUPPLEMENT
from cockpit.intake.extract import Extract

_SCOPES = {"postings": ["year", "period"], "budget": ["year", "budget_type"]}  # what a load replaces as a whole
_TIMES = {2: "to gange", 3: "tre gange"}
_NEARLY_ALL = 0.9  # of the rows
_DISTINCT = 10  # so many different rows that each stand an even number of times are no accident
_ABOUND = 0.05  # of the rows: a voucher is seldom split in equal parts
_SAME = "Filen har samme indhold som {other}. Vælg den kun én gang."
_NEARLY_SAME = (
    "Filen gentager {other}: {same} af {rows}{where} er ens. Indlæs kun den ene, ellers tæller de med to gange."
)
_REPEATED = (
    "{what} står {times}, fx række {first} og {second}, og ville tælle med {times}. Dan udtrækket igen, så hver række "
    "er med én gang."
)
_VOUCHERS = (
    "{count} helt magen til en tidligere række, også i bilagsnummer, fx række {first} og {second}. De tæller med hver "
    "gang. Kontrollér, om de er kommet med to gange i udtrækket."
)


def tell_repeats(extracts: Sequence[Extract]) -> list[Extract]:
    """Tell of files that hold their rows, or those of some periods, more than once, and of files that repeat others.

    Returns:
        Those that do: that a single row of theirs is like another is then no news.
    """
    own = [extract for extract in extracts if len(extract.frame)]
    within = [extract for extract in own if extract.contract.kind in _SCOPES and _within(extract)]
    pairs = [(one, other) for one, other in combinations(own, 2) if one.contract is other.contract]
    return within + [later for earlier, later in pairs if earlier.sha256 != later.sha256 and _between(earlier, later)]


# --- within a file ----------------------------------------------------------------------------------------------


def _within(extract: Extract) -> bool:
    frame = extract.frame
    hashes = _hashes(frame, frame.columns.drop("row"))
    if not hashes.duplicated().any():
        return False
    if times := _times(hashes):
        even = hashes.map(hashes.value_counts()) % times == 0
        _tell_repeated(extract, "Alle rækker" if even.all() else "Næsten alle rækker", times, hashes)
        return True
    scopes = hashes.groupby([frame[name] for name in _SCOPES[extract.contract.kind]])
    found = {scope: times for scope, own in scopes if (times := _times(own))}
    for times in set(found.values()):
        named = [scope for scope, one in found.items() if one == times]
        here = pd.concat([scopes.get_group(scope) for scope in named]).sort_index()
        _tell_repeated(extract, f"Rækkerne for {_scope_words(extract, named)}", times, here)
    if not found and extract.contract.kind == "postings":
        _tell_vouchers(extract, hashes[(frame["voucher"].fillna("") != "").to_numpy()])
    return bool(found)


def _times(hashes: pd.Series) -> int | None:
    """Say how many times nearly every row stands; None where that is once, or where the rows are too few to tell."""
    counts = hashes.value_counts()
    if len(counts) < _DISTINCT:
        return None
    return next((times for times in _TIMES if counts[counts % times == 0].sum() > _NEARLY_ALL * len(hashes)), None)


def _tell_repeated(extract: Extract, what: str, times: int, hashes: pd.Series) -> None:
    first, second = _example(extract, hashes)
    message = _REPEATED.format(what=what, times=_TIMES[times], first=first, second=second)
    extract.tell_file("error", message, row=second)


def _tell_vouchers(extract: Extract, hashes: pd.Series) -> None:
    copies = int(hashes.duplicated().sum())
    if copies >= _DISTINCT and copies > _ABOUND * len(extract.frame):
        first, second = _example(extract, hashes)
        count = fmt.plural(copies, "række er", "rækker er")
        extract.tell_file("warning", _VOUCHERS.format(count=count, first=first, second=second), row=second)


def _example(extract: Extract, hashes: pd.Series) -> tuple[int, int]:
    """Return the physical lines of a row and of its first copy."""
    second = hashes.index[hashes.duplicated()][0]
    first = hashes.index[hashes == hashes[second]][0]
    return int(extract.rows[first]), int(extract.rows[second])


def _scope_words(extract: Extract, scopes: Sequence[tuple]) -> str:
    if extract.contract.kind == "budget":
        return f"budgettet for {fmt.enumeration(sorted({str(int(year)) for year, _ in scopes}))}"
    months = {pd.Period(year=int(year), month=int(min(one, SUPPLEMENT - 1)), freq="M") for year, one in scopes}
    return months_in_words(months)


# --- between files ----------------------------------------------------------------------------------------------


def _between(earlier: Extract, later: Extract) -> bool:
    """Tell of a file that has the rows of another: the same extract in two forms, or one that holds the other's months.

    Only columns that both have are compared: one of the forms may lack some.
    """
    left, right = _in_common(earlier, later)
    least = min(len(left), len(right))
    if not least:
        return False
    known = [name for name in left.columns.drop("row") if left[name].notna().any() and right[name].notna().any()]
    one, other = (_hashes(frame, known).value_counts() for frame in (left, right))
    same = int(np.minimum(*one.align(other, join="inner")).sum())
    if same == len(earlier.frame) == len(later.frame):
        later.tell_file("error", _SAME.format(other=earlier.file))
        return True
    if same <= _NEARLY_ALL * least or min(len(one), len(other)) < _DISTINCT:
        return False
    rows = fmt.plural(least, "række", "rækker")
    where = " for de samme perioder" if later.contract.kind == "postings" else ""
    later.tell_file("error", _NEARLY_SAME.format(other=earlier.file, same=fmt.number(same), rows=rows, where=where))
    return True


def _in_common(earlier: Extract, later: Extract) -> Iterator[pd.DataFrame]:
    """Return the rows of both files in the scopes that both have."""
    frames = [extract.frame.drop(columns=["file", "at"], errors="ignore") for extract in (earlier, later)]
    names = _SCOPES.get(earlier.contract.kind)
    if names is None:
        return iter(frames)
    scopes = [pd.MultiIndex.from_frame(frame[names]) for frame in frames]
    both = scopes[0].unique().intersection(scopes[1].unique())
    return (frame[scope.isin(both)] for frame, scope in zip(frames, scopes, strict=True))


def _hashes(frame: pd.DataFrame, columns: Sequence[str] | pd.Index) -> pd.Series:
    """Return what tells one row from another, whatever its physical line; index 0..n-1."""
    return pd.Series(pd.util.hash_pandas_object(frame[list(columns)], index=False).to_numpy())
