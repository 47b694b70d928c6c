"""Child process of the kill test: everything is imported once, then each load runs in a fork of its own.

Reads lines `STORE MONTH SECONDS` from standard input, kills the fork after so many seconds (`-`: never), and answers
how it ended and after how many seconds.
"""

import os
import signal
import sys
import time
from pathlib import Path

from cockpit.store import Store
from tests.store.extracts import ledger, load

AMOUNTS = 300


def month_file(month: str) -> list:
    """The ledger of a month: amounts that differ from month to month, so that two states never look alike."""
    return [ledger(*[(month, str(at % 7), at + int(month[-2:]) / 100) for at in range(AMOUNTS)], name=f"{month}.csv")]


def load_and_kill(path: Path, month: str, seconds: str) -> str:
    """Load in a fork, kill it at the given moment, and say how it ended."""
    began = time.perf_counter()
    process = os.fork()
    if process == 0:
        load(Store(path), month, *month_file(month))
        os._exit(0)
    if seconds != "-":
        time.sleep(float(seconds))  # the moment of the kill is what is tested: nothing is waited for
        # Not waited for yet, so even a fork that has ended still owns its number.
        os.kill(process, signal.SIGKILL)
    _, status = os.waitpid(process, 0)
    ended = "killed" if os.WIFSIGNALED(status) else f"exit-{os.waitstatus_to_exitcode(status)}"
    return f"{ended} {time.perf_counter() - began}"


def serve() -> None:
    """Answer every line."""
    for line in sys.stdin:
        path, month, seconds = line.split()
        print(load_and_kill(Path(path), month, seconds), flush=True)


if __name__ == "__main__":
    serve()
