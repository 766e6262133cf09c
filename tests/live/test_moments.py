"""Moments: who may have been told something since."""

import pytest

from tidings.live.moments import FEW, MOST_NAMED, Moments


def test_whoever_is_named_was_told_and_nobody_else() -> None:
    moments = Moments()
    before = moments.now
    moments.told(["alice"])
    assert moments.was_told("alice", before)
    assert not moments.was_told("bob", before)
    assert not moments.was_told("alice", moments.now)


@pytest.mark.parametrize("audience", [None, [str(number) for number in range(FEW + 1)]])
def test_what_goes_to_many_may_be_for_anybody(audience: list[str] | None) -> None:
    moments = Moments()
    moments.told(["alice"])
    before = moments.now
    moments.told(audience)
    assert moments.was_told("alice", before)
    assert moments.was_told("bob", before)
    assert not moments.was_told("bob", moments.now)


def test_nobody_is_forgotten_when_there_are_too_many_to_remember() -> None:
    moments = Moments()
    for number in range(MOST_NAMED):
        moments.told([f"user-{number}"])
    before = moments.now
    assert not moments.was_told("user-1", before)
    moments.told(["one more"])
    assert moments.was_told("one more", before)
    assert moments.was_told("user-1", 1)
    assert not moments.was_told("user-1", moments.now)
