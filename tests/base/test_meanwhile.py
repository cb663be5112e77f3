"""What is done meanwhile begins after a pause, is repeated, and has ended when the other thing has."""

from __future__ import annotations

import threading
from queue import Queue

import pytest

from barograph.base.meanwhile import meanwhile


def test_it_is_repeated_in_a_thread_of_its_own_until_the_end() -> None:
    done: Queue[str] = Queue()
    with meanwhile(lambda: done.put(threading.current_thread().name), pause=0.001, name="busy"):
        assert [done.get(timeout=60), done.get(timeout=60)] == ["busy", "busy"]
    assert "busy" not in {thread.name for thread in threading.enumerate()}


def test_nothing_is_done_before_the_first_pause_has_passed() -> None:
    done: list[int] = []
    with meanwhile(lambda: done.append(1), pause=3600, name="patient"):
        pass
    assert done == []


def test_it_ends_with_an_error_too_and_what_is_being_done_is_waited_for() -> None:
    begun, may_end, done = threading.Event(), threading.Event(), []

    def work() -> None:
        begun.set()
        may_end.wait(60)
        done.append(1)

    def fail() -> None:
        with meanwhile(work, pause=0.001, name="slow"):
            begun.wait(60)
            threading.Timer(0.01, may_end.set).start()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert done
    assert "slow" not in {thread.name for thread in threading.enumerate()}
