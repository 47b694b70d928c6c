"""Errors of several accounts, made to move together as their histories do.

Each account's paths are drawn by themselves. Summed as they come, they would be independent and the grand total far
too certain. Here they are reordered among themselves: every account keeps exactly the paths it had, and only which
path of one account meets which path of another is chosen, so that the sums over the horizon have the rank correlation
of a Gaussian copula (Iman & Conover 1982, Communications in Statistics B 11; Clark et al. 2004, the Schaake shuffle,
Journal of Hydrometeorology 5). The correlation is that of the histories' month-to-month surprises, shrunk towards none
(Ledoit & Wolf 2004, A well-conditioned estimator for large-dimensional covariance matrices, Journal of Multivariate
Analysis 88, on standardised data).
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

Array = NDArray[np.float64]
YEAR = 12
# Fewer common months than a year say nothing about correlation.
FEWEST_MONTHS = YEAR
# Tiny ridge that keeps the factor of a correlation matrix real when accounts are copies of each other.
RIDGE = 1e-9


def reorder_jointly(paths: list[Array], histories: list[pd.Series], seed: int) -> list[Array]:
    """Reorder each account's paths so that the accounts' sums are correlated as their histories show.

    Args:
        paths: one array (n, h) per account, the same n for all.
        histories: the monthly series each was drawn from (monthly PeriodIndex or DatetimeIndex).
        seed: decides the ties and the copula.

    Returns:
        The same arrays with rows in another order; each account's rows are the same multiset as before.
    """
    if len(paths) < 2:
        return list(paths)
    rng = np.random.default_rng(seed)
    factor = np.linalg.cholesky(shrunk_correlation(surprises(histories)) + RIDGE * np.eye(len(paths)))
    normal = rng.standard_normal((len(paths[0]), len(paths))) @ factor.T
    places = normal.argsort(axis=0).argsort(axis=0)
    return [_ordered_by_sum(one, rng)[places[:, at]] for at, one in enumerate(paths)]


def _ordered_by_sum(paths: Array, rng: np.random.Generator) -> Array:
    """Rows by their sum; equal sums in random order, so that an account of zeros adds no pattern."""
    return paths[np.lexsort((rng.random(len(paths)), paths.sum(axis=1)))]


def surprises(histories: list[pd.Series]) -> pd.DataFrame:
    """Month-to-month changes less the usual change of that calendar month, one column per account."""
    return pd.DataFrame({at: _surprises(series) for at, series in enumerate(histories)})


def _surprises(series: pd.Series) -> pd.Series:
    change = series.astype(float).diff()
    if isinstance(change.index, pd.DatetimeIndex):
        change.index = change.index.to_period("M")
    usual = change.groupby(change.index.month).transform("median")
    return change - usual


def shrunk_correlation(changes: pd.DataFrame) -> Array:
    """Correlation matrix of the columns, shrunk towards the identity by Ledoit and Wolf's intensity.

    Columns are turned into normal scores, so that one large booking is one booking. A month an account does not know
    says nothing about it: its score is zero, which keeps the matrix a proper one and pulls young accounts towards
    none. Columns that never vary are uncorrelated with the rest.
    """
    known = changes.notna().sum(axis=1) > 1
    z = np.column_stack([_normal_scores(changes.loc[known, at].to_numpy(float)) for at in changes])
    if len(z) < FEWEST_MONTHS:
        return np.eye(z.shape[1])
    correlation = z.T @ z / len(z)
    np.fill_diagonal(correlation, 1.0)
    shrunk = (1 - _intensity(z, correlation)) * correlation
    np.fill_diagonal(shrunk, 1.0)
    return np.asarray(shrunk, dtype=float)


def _normal_scores(values: Array) -> Array:
    """Ranks as standard normal quantiles (van der Waerden), mean square one over the known months; unknown is zero."""
    known = ~np.isnan(values)
    scores = np.zeros(len(values))
    if known.sum() > 1 and np.ptp(values[known]) > 0:
        found = ndtri(rankdata(values[known]) / (known.sum() + 1))
        found -= found.mean()
        scores[known] = found / np.sqrt(np.mean(found**2))
    return scores


def _intensity(z: Array, correlation: Array) -> float:
    """Noise of the estimated correlations over their size, between 0 (trust them) and 1 (none)."""
    n = len(z)
    noise = ((z**2).T @ (z**2) / n - correlation**2) / n
    off = ~np.eye(len(correlation), dtype=bool)
    size = float((correlation[off] ** 2).sum())
    return float(np.clip(noise[off].sum() / size, 0.0, 1.0)) if size > 0 else 1.0
