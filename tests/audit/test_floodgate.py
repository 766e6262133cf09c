"""The floodgate: a few are let through, the rest is counted, and memory does not grow with the flood."""

from tidings.audit.floodgate import MOST_IN_ALL, MOST_OF_ONE_ADDRESS, WINDOW_S, Floodgate
from tidings.audit.tables import Action

WRONG, BAD_KEY = Action.SESSION_REFUSED, Action.KEY_REFUSED


def test_the_first_of_one_address_pass_and_the_others_are_counted() -> None:
    gate = Floodgate()
    passed = [gate.passes(WRONG, "192.0.2.1", now=1000.0 + n) for n in range(25)]
    assert passed == [True] * MOST_OF_ONE_ADDRESS + [False] * 15
    assert gate.passes(WRONG, "192.0.2.2", now=1030.0), "another address has its own"
    assert gate.passes(BAD_KEY, "192.0.2.1", now=1030.0), "and so has another kind"
    assert gate.held_back(1031.0) == [], "the window is not over"
    held = gate.held_back(1000.0 + WINDOW_S)
    assert [(each.action, each.times, each.addresses) for each in held] == [(WRONG, 15, 1)]
    assert gate.held_back(1000.0 + WINDOW_S) == [], "said once"


def test_all_addresses_together_are_bounded_too() -> None:
    gate = Floodgate()
    passed = sum(gate.passes(WRONG, f"10.0.{n // 256}.{n % 256}", now=1000.0) for n in range(5000))
    assert passed == MOST_IN_ALL
    assert len(gate._passed) == MOST_IN_ALL  # pyright: ignore[reportPrivateUsage]
    assert len(gate._held_addresses[WRONG]) == MOST_IN_ALL  # pyright: ignore[reportPrivateUsage]
    (held,) = gate.held_back(1000.0 + WINDOW_S)
    assert (held.times, held.addresses) == (5000 - MOST_IN_ALL, MOST_IN_ALL)


def test_the_next_window_begins_afresh() -> None:
    gate = Floodgate()
    for _ in range(20):
        gate.passes(WRONG, "192.0.2.1", now=1000.0)
    assert gate.passes(WRONG, "192.0.2.1", now=1000.0 + WINDOW_S)
