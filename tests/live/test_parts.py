"""The small parts: wheel, bucket, doorkeeper, door. Time is given to them."""

# pyright: reportPrivateUsage=false

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.live.door import Door
from tidings.live.limits import Doorkeeper, Limits
from tidings.live.wheel import SPOKE_S, Wheel
from tidings.rate import Bucket

NOW = 1000.0


def test_a_wheel_wakes_nobody_early_and_everybody_soon() -> None:
    wheel: Wheel[str] = Wheel()
    wheel.set("alice", NOW + 5)
    assert list(wheel.turn(NOW + 4.99)) == []
    assert list(wheel.turn(NOW + 5 + SPOKE_S)) == ["alice"]
    assert list(wheel.turn(NOW + 50)) == []


def test_setting_again_moves_and_dropping_forgets() -> None:
    wheel: Wheel[str] = Wheel()
    wheel.set("alice", NOW + 1)
    wheel.set("bob", NOW + 1)
    wheel.set("alice", NOW + 9)
    wheel.drop("bob")
    wheel.drop("nobody")
    assert list(wheel.turn(NOW + 2)) == []
    assert list(wheel.turn(NOW + 10)) == ["alice"]


def test_what_is_overdue_when_the_wheel_first_turns_is_woken() -> None:
    wheel: Wheel[str] = Wheel()
    wheel.set("alice", NOW - 100)
    assert list(wheel.turn(NOW)) == ["alice"]
    wheel.set("bob", NOW - 100)
    assert list(wheel.turn(NOW + SPOKE_S)) == ["bob"]


def test_somebody_dropped_while_others_are_woken_is_not_woken() -> None:
    wheel: Wheel[str] = Wheel()
    for name in ("alice", "bob"):
        wheel.set(name, NOW)
    woken: list[str] = []
    for name in wheel.turn(NOW + 1):
        woken.append(name)
        wheel.drop("bob" if name == "alice" else "alice")
    assert len(woken) == 1
    assert list(wheel.turn(NOW + 99)) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 20), st.floats(0, 3)), max_size=40))
def test_a_wheel_is_a_slow_alarm_clock(steps: list[tuple[int, float, float]]) -> None:
    wheel: Wheel[int] = Wheel()
    due: dict[int, float] = {}
    now = NOW
    for member, wait, passes in steps:
        wheel.set(member, now + wait)
        due[member] = now + wait
        now += passes
        for woken in wheel.turn(now):
            assert due.pop(woken) <= now
        assert all(moment > now - 2 * SPOKE_S for moment in due.values())


def test_a_bucket_gives_the_burst_then_the_rate() -> None:
    bucket = Bucket(rate=10, burst=3, now=NOW)
    assert [bucket.wait(NOW) for _ in range(3)] == [0, 0, 0]
    assert bucket.wait(NOW) == pytest.approx(0.1)
    assert bucket.wait(NOW + 0.1) == 0
    assert bucket.wait(NOW + 0.1) > 0


def test_asking_in_vain_costs_nothing() -> None:
    bucket = Bucket(rate=10, burst=1, now=NOW)
    bucket.wait(NOW)
    for hundredth in range(10):
        assert bucket.wait(NOW + hundredth / 100) > 0
    assert bucket.wait(NOW + 0.1) == 0


@given(st.lists(st.floats(0, 1), max_size=100))
def test_a_bucket_never_gives_more_than_promised(pauses: list[float]) -> None:
    bucket, now, given_out = Bucket(5, 10, NOW), NOW, 0
    for pause in pauses:
        now += pause
        given_out += bucket.wait(now) == 0
    assert given_out <= 10 + 5 * (now - NOW) + 1e-6


def test_anonymous_sockets_of_one_address_are_bounded_and_others_do_not_mind() -> None:
    keeper = Doorkeeper(Limits(pending_per_address=2))
    for _ in range(2):
        assert keeper.wait("a", NOW) == 0
        keeper.entered("a")
    assert keeper.wait("a", NOW) > 0
    assert keeper.wait("b", NOW) == 0
    keeper.left("a")
    assert keeper.wait("a", NOW) == 0


def test_all_addresses_together_are_bounded() -> None:
    keeper = Doorkeeper(Limits(pending_in_all=3))
    for address in "abc":
        keeper.entered(address)
    assert keeper.wait("d", NOW) > 0


def test_upgrades_are_counted_by_the_minute() -> None:
    keeper = Doorkeeper(Limits(upgrades_per_minute=60))
    assert [keeper.wait("a", NOW) for _ in range(60)] == [0] * 60
    assert 0 < keeper.wait("a", NOW) <= 1
    assert keeper.wait("a", NOW + 1) == 0


def test_nought_is_no_limit() -> None:
    keeper = Doorkeeper(Limits(pending_per_address=0, upgrades_per_minute=0))
    for _ in range(1000):
        assert keeper.wait("a", NOW) == 0
        keeper.entered("a")


def test_a_doorkeeper_forgets_the_addresses_of_yesterday() -> None:
    keeper = Doorkeeper(Limits())
    for number in range(1000):
        keeper.wait(f"address-{number}", NOW)
        keeper.entered(f"address-{number}")
        keeper.left(f"address-{number}")
    keeper.wait("another", NOW + 121)
    assert len(keeper._upgrades) == 1
    assert len(keeper._pending) == 0


def test_a_door_counts_only_who_would_have_been_let_in() -> None:
    keeper = Doorkeeper(Limits(upgrades_per_minute=1))
    door = Door(["http://here"], keeper, lambda _scope: "a")
    foreign = {"path": "/ws", "headers": [(b"origin", b"http://there")]}
    own = {"path": "/ws", "headers": [(b"origin", b"HTTP://HERE")]}
    for _ in range(5):
        refused = door.refuses(foreign, "a", NOW)
        assert refused is not None
        assert refused.status == 403
    assert door.refuses(own, "a", NOW) is None
    refused = door.refuses(own, "a", NOW)
    assert refused is not None
    assert (refused.status, refused.headers) == (429, [(b"retry-after", b"60")])


def test_everybody_is_asked_back_at_another_moment() -> None:
    door = Door([], Doorkeeper(Limits()), lambda _scope: "a")
    moments = {door.spread_ms() for _ in range(100)}
    assert len(moments) > 50
    assert min(moments) >= 500
    assert max(moments) <= 5000
