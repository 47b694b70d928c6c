"""Season apart by STL, what is left by damped smoothing: statsmodels' `STL` and `ETSModel`, on logs where possible.

Sources: Cleveland, Cleveland, McRae & Terpenning (1990), STL: a seasonal-trend decomposition procedure based on
loess, Journal of Official Statistics 6; Gardner & McKenzie (1985), Forecasting trends in time series, Management
Science 31.
"""

import warnings

import numpy as np
from numpy.typing import NDArray

from models.months import NotFitted

Array = NDArray[np.float64]
YEAR = 12
FEWEST_MONTHS = 2 * YEAR + 1
SEARCH_STEPS = 100
LARGEST_LOG = 5.0


def decomposition_paths(y: Array, horizon: int, n_paths: int, rng: np.random.Generator) -> Array:
    """Sample paths: simulated months without season, and the last year's season of the decomposition.

    Args:
        y: shape (n,), without gaps, of size about one.

    Returns:
        shape (n_paths, horizon).

    Raises:
        NotFitted: two years or less, or the search fails.
    """
    if len(y) < FEWEST_MONTHS:
        raise NotFitted(f"{len(y)} months are too few to tell a season")
    if y.min() <= 0:
        return _paths(y, horizon, n_paths, rng)
    paths = _paths(np.log(y), horizon, n_paths, rng)
    spread = paths.var(axis=0)
    growth = np.maximum(spread - spread[0], 0.0)
    return np.asarray(np.exp(np.minimum(paths - growth / 2, LARGEST_LOG)))


def _paths(z: Array, horizon: int, n_paths: int, rng: np.random.Generator) -> Array:
    # Imported where they are used: a forecast rests on other members as a rule, and should not wait for these.
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.seasonal import STL

    season = STL(z, period=YEAR, seasonal=YEAR + 1).fit().seasonal
    model = ETSModel(z - season, error="add", trend="add", damped_trend=True, initialization_method="heuristic")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = model.fit(disp=False, maxiter=SEARCH_STEPS)
        except (ValueError, np.linalg.LinAlgError) as fault:
            raise NotFitted(str(fault)) from fault
    drawn = np.asarray(found.simulate(horizon, anchor="end", repetitions=n_paths, rng=rng)).reshape(horizon, n_paths).T
    return drawn + season[-YEAR:][np.arange(horizon) % YEAR]
