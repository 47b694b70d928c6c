"""Forecasting: the activity engine, the ledger engine and how they meet. Numbers in, sample paths out; no files."""

from models.combination import forecast_paths

__all__ = ["forecast_paths"]
