"""The store: loads as versions in one DuckDB file, read as they were known; closed months; computed results."""

from cockpit.store.archive import ClosedMonth
from cockpit.store.loads import LoadResult, LoadTable, UndoResult
from cockpit.store.result_cache import CachedResult, ResultCache
from cockpit.store.store import Store

__all__ = ["CachedResult", "ClosedMonth", "LoadResult", "LoadTable", "ResultCache", "Store", "UndoResult"]
