"""Forecasting: the activity engine, the ledger engine and how they meet. Numbers in, sample paths out; no files."""

from models.one_series import forecast_paths

__all__ = ["forecast_paths"]
