"""Operational time: stays that go faster from some month on, so that what is left of them is used up earlier."""

import numpy as np

NOTHING = 1e-9


class OperationalTime:
    """From `start` on a month uses up `rate` months of a stay, (1 or n_paths, m)."""

    def __init__(self, rate: np.ndarray, start: int) -> None:
        """`rate`: months of a stay used up in each month; `start`: position of the first month in which it counts."""
        self.start = float(start)
        running = np.where(np.arange(rate.shape[1]) >= start, rate, 1.0)
        used = np.concatenate([np.zeros((len(rate), 1)), np.cumsum(running, axis=1)], axis=1)
        self._used, self._last = used, running[:, -1]

    def end(self, begins: np.ndarray, ends: np.ndarray, path: np.ndarray) -> np.ndarray:
        """When stays end that would have ended at `ends`; never later."""
        row = path if len(self._used) > 1 else np.zeros(len(path), dtype=np.int64)
        since = np.maximum(begins, self.start)
        target = self._at(since, row) + ends - since
        sooner = self._when(target, row)
        # What still ends after the last month changes nothing that is counted.
        return np.where((ends > since) & (sooner < self._used.shape[1] - 1), np.minimum(sooner, ends), ends)

    def _at(self, time: np.ndarray, row: np.ndarray) -> np.ndarray:
        """What is used up by a time, straight between months."""
        width = self._used.shape[1] - 1
        month = np.clip(np.floor(time).astype(np.int64), 0, width)
        rate = np.where(month < width, self._slope(month, row), self._last[row])
        return self._used[row, month] + (time - month) * rate

    def _when(self, used: np.ndarray, row: np.ndarray) -> np.ndarray:
        """The time by which so much is used up."""
        width = self._used.shape[1] - 1
        lift = self._used[:, -1].max() + 1.0
        stacked = (self._used + np.arange(len(self._used))[:, None] * lift).ravel()
        inside = np.minimum(used, self._used[row, -1])
        month = np.searchsorted(stacked, row * lift + inside, side="right") - 1 - row * (width + 1)
        month = np.clip(month, 0, width)
        rate = np.where(month < width, self._slope(month, row), self._last[row])
        return month + (used - self._used[row, month]) / rate

    def _slope(self, month: np.ndarray, row: np.ndarray) -> np.ndarray:
        following = np.minimum(month + 1, self._used.shape[1] - 1)
        return np.maximum(self._used[row, following] - self._used[row, month], NOTHING)
