"""What was used last, by key, within a bound; safe to share between the threads of many sessions."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """The values used last. One that is being made is waited for; other keys are not held up by it."""

    def __init__(self, most: int) -> None:
        """`most`: how many values are kept."""
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Value] = OrderedDict()
        self._making: dict[Hashable, threading.Event] = {}

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept under a key, else made, by one thread for all that ask.

        Where making it fails, that thread is told and nothing is kept; one of those that wait tries in its turn.
        """
        while True:
            with self._lock:
                if key in self._known:
                    return self._used(key)
                others = self._making.get(key)
                if others is None:
                    done = self._making[key] = threading.Event()
                    break
            others.wait()
        try:
            return self.keep(key, make())
        finally:
            with self._lock:
                del self._making[key]
            done.set()

    def find(self, key: Hashable) -> Value | None:
        """Return what is kept under a key, None where nothing is."""
        with self._lock:
            return self._used(key) if key in self._known else None

    def keep(self, key: Hashable, value: Value) -> Value:
        """Keep a value, let go of the one that was used longest ago where there are too many, and return it."""
        with self._lock:
            self._known[key] = value
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return value

    def _used(self, key: Hashable) -> Value:
        self._known.move_to_end(key)
        return self._known[key]
