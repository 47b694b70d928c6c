"""`serve`: the address in Danish, a server that answers, and a clean end."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.cli.conftest import ROOT, Cockpit

PATIENCE = 60.0  # seconds; the tests share the cores


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(is_so: Callable[[], bool]) -> None:
    """Ask again and again until it is so."""
    tick = threading.Event()
    for _ in range(int(PATIENCE / 0.2)):
        if is_so():
            return
        tick.wait(0.2)
    raise AssertionError("waited in vain")


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGINT])
def test_the_app_is_served_and_ends_cleanly_when_asked(cockpit: Cockpit, wish: signal.Signals) -> None:
    port = free_port()
    command = [sys.executable, "-m", "cockpit", "serve", "--port", str(port)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=cockpit.environment, stdout=pipe, stderr=pipe, text=True) as server:
        try:
            wait_until(lambda: answers(port))
            server.send_signal(wish)
            out, err = server.communicate(timeout=PATIENCE)
        finally:
            server.terminate()
    assert out == f"Styringscockpit: http://localhost:{port}  (stop med Ctrl+C)\n"
    assert err == ""  # neither a traceback nor a word of the framework
    assert server.returncode == 0
    assert not answers(port)


def test_a_port_in_use_is_told_in_danish(cockpit: Cockpit) -> None:
    with closing(socket.socket()) as other:
        other.bind(("", 0))
        other.listen()
        done = cockpit.run("serve", "--port", str(other.getsockname()[1]), code=2)
    assert "kan ikke bruges" in done.stderr
    assert done.stdout == ""
