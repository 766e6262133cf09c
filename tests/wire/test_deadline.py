"""A deadline can be moved as often as one likes; when it is reached, it is heard of once."""

from collections.abc import Callable
from typing import Any

from tidings.wire.deadline import Deadline


class Timer:
    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at, self.call, self.is_set = at, call, True

    def cancel(self) -> None:
        self.is_set = False


class Loop:
    """A loop in which time passes when told to."""

    def __init__(self) -> None:
        self.now, self.timers = 100.0, list[Timer]()

    def time(self) -> float:
        return self.now

    def call_at(self, at: float, call: Callable[[], None]) -> Timer:
        self.timers.append(Timer(at, call))
        return self.timers[-1]

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while due := [timer for timer in self.timers if timer.is_set and timer.at <= until]:
            timer = min(due, key=lambda each: each.at)
            self.now, timer.is_set = timer.at, False
            timer.call()
        self.now = until


def deadline() -> tuple[Any, Deadline, list[float]]:
    loop, passed = Loop(), list[float]()
    made: Any = loop
    return made, Deadline(made, lambda: passed.append(loop.now)), passed


def test_it_is_heard_of_once_when_it_is_reached() -> None:
    loop, late, passed = deadline()
    late.within(10)
    loop.wait(60)
    assert passed == [110]


def test_a_later_one_takes_its_place_and_needs_no_timer_of_its_own() -> None:
    loop, late, passed = deadline()
    late.within(10)
    for _ in range(100):
        loop.wait(1)
        late.within(10)
    assert len(loop.timers) < 15
    loop.wait(60)
    assert passed == [210]


def test_an_earlier_one_takes_its_place() -> None:
    loop, late, passed = deadline()
    late.within(30)
    late.within(5)
    loop.wait(60)
    assert passed == [105]


def test_a_lifted_one_is_not_heard_of_until_there_is_another() -> None:
    loop, late, passed = deadline()
    late.within(10)
    late.lift()
    loop.wait(60)
    assert passed == []
    late.within(10)
    loop.wait(60)
    assert passed == [170]


def test_a_forgotten_one_leaves_no_timer() -> None:
    loop, late, passed = deadline()
    late.within(10)
    late.forget()
    assert not any(timer.is_set for timer in loop.timers)
    loop.wait(60)
    assert passed == []
