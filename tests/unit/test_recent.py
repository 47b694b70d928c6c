"""What was used last is kept, within a bound; what is being made is waited for, and nobody waits for another key."""

import sys
import threading
import time
from types import CodeType

import pytest

from cockpit.plumbing.recent import Recent

PATIENCE = 20  # seconds that a thread waits for another before the test fails


def test_the_one_used_longest_ago_goes_first():
    recent = Recent(2)
    recent.keep("a", 1)
    recent.keep("b", 2)
    assert recent.find("a") == 1
    recent.keep("c", 3)
    assert [recent.find(key) for key in "abc"] == [1, None, 3]
    assert recent.get("a", lambda: pytest.fail("it was kept")) == 1
    recent.keep("d", 4)
    assert [recent.find(key) for key in "acd"] == [1, None, 4]


def test_two_keys_do_not_wait_for_each_other():
    """The first is being made until the second is there, which only comes if it need not wait."""
    recent, second_is_there = Recent(2), threading.Event()
    first = threading.Thread(target=lambda: recent.get("first", lambda: second_is_there.wait(PATIENCE)))
    first.start()
    recent.get("second", lambda: second_is_there.set() or "second")
    first.join()
    assert recent.get("first", lambda: pytest.fail("it was made already")) is True


def test_one_key_is_made_once_for_all_that_ask():
    """The first waits until the others have asked; they are given what it makes."""
    recent, asked, made = Recent(2), threading.Barrier(4, timeout=PATIENCE), []
    found = []

    def make():
        asked.wait()
        made.append(1)
        return "value"

    def ask(is_first):
        if not is_first:
            asked.wait()
        found.append(recent.get("same", make))

    threads = [threading.Thread(target=ask, args=(number == 0,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
    assert found == ["value"] * 4


def test_what_fails_is_tried_again():
    recent = Recent(2)
    with pytest.raises(ValueError, match="no data"):
        recent.get("a", lambda: (_ for _ in ()).throw(ValueError("no data")))
    assert not recent._making  # a fault that comes again and again does not fill the memory
    assert recent.get("a", lambda: "there") == "there"


def test_after_a_failure_one_of_those_that_wait_makes_it_and_newcomers_wait_for_that_one():
    recent, may_fail, known_to_be_made = Recent(2), threading.Event(), []

    def fail():
        may_fail.wait(PATIENCE)
        raise ValueError("no data")

    def make():
        known_to_be_made.append("same" in recent._making)  # else whoever asks now would make it a second time
        return "there"

    def ask():
        with pytest.raises(ValueError, match="no data"):
            recent.get("same", fail)

    first = threading.Thread(target=ask)
    first.start()
    assert is_within(first, fail.__code__)
    waiter = threading.Thread(target=lambda: recent.get("same", make))
    waiter.start()
    assert is_within(waiter, threading.Event.wait.__code__)
    may_fail.set()
    first.join()
    waiter.join()
    assert known_to_be_made == [True]
    assert not recent._making


def is_within(thread: threading.Thread, code: CodeType) -> bool:
    """Wait until a thread is at work in a function."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        frame = sys._current_frames().get(thread.ident)
        while frame is not None:
            if frame.f_code is code:
                return True
            frame = frame.f_back
    return False
