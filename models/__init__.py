"""Forecasting: the activity engine, the ledger engine and how they meet. Numbers in, sample paths out; no files."""

from models.months import NotFitted
from models.one_series import MEMBERS, combination, decomposition, forecast_paths, smoothing
from models.single_thread import use_one_thread

__all__ = ["MEMBERS", "NotFitted", "combination", "decomposition", "forecast_paths", "smoothing"]

use_one_thread()
