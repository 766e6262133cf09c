"""Seats: the numbers of a connection are the same wherever they stand, and a seat is one connection's."""

import random

from tests.live.crowd import Fake, Inbox, new_hub
from tidings.live.connection import Connection, Phase, Timing
from tidings.live.pipe import NO_DESCRIPTOR, NoLine
from tidings.live.places import Socket
from tidings.live.seats import FIRST_ROOM, Seats


class Open(NoLine):
    """A line that can be written to."""

    def __init__(self, descriptor: int) -> None:
        self.roomy, self.descriptor = True, descriptor


def connection() -> Connection:
    return Connection("c", Timing(), {}, 0)


def numbers(one: Connection) -> tuple[int, int, Phase]:
    return one.seq, one.revision, one.phase


def test_sitting_down_and_rising_changes_no_number() -> None:
    seats, one = Seats(), connection()
    one.seq, one.revision, one.phase = 7, 9, Phase.REPLAYING
    one.sit(seats, NoLine())
    assert numbers(one) == (7, 9, Phase.REPLAYING)
    one.seq, one.revision, one.phase = 8, 10, Phase.LIVE
    one.rise()
    one.rise()  # somebody else may have the seat by now
    assert numbers(one) == (8, 10, Phase.LIVE)
    one.seq = 11
    assert (one.seq, seats.seq.max()) == (11, 8)


def test_what_is_read_of_a_seat_is_a_number_that_json_knows() -> None:
    one = connection()
    one.sit(Seats(), NoLine())
    assert (type(one.seq), type(one.revision)) == (int, int)


def test_everybody_keeps_their_own_seat_while_others_come_and_go() -> None:
    dice, seats = random.Random(3), Seats()
    seated: dict[Connection, tuple[int, int]] = {}
    for number in range(2000):
        if seated and dice.random() < 0.4:
            gone = dice.choice(list(seated))
            assert (gone.seq, gone.revision) == seated.pop(gone)
            gone.rise()
        else:
            one = connection()
            one.sit(seats, Open(number))
            one.seq, one.revision = seated[one] = number, number * 2
    assert len({one.seat for one in seated}) == len(seated) > 2 * FIRST_ROOM
    assert all((one.seq, one.revision) == stand for one, stand in seated.items())


def test_a_seat_that_is_free_is_nobodys_line() -> None:
    seats, one = Seats(), connection()
    one.sit(seats, Open(12))
    one.phase = Phase.LIVE
    assert (seats.line[one.seat], seats.is_live[one.seat]) == (12, True)
    one.rise()
    assert (seats.line[one.seat], seats.is_live[one.seat]) == (NO_DESCRIPTOR, False)
    one.see_line(Open(13))
    assert set(seats.line.tolist()) == {NO_DESCRIPTOR}


def test_the_people_are_the_same_object_until_somebody_comes_or_goes() -> None:
    hub, alice, bob = new_hub(), Inbox("alice"), Inbox("bob")
    first = Fake(hub, alice).be_live()
    before = hub.listening()
    assert hub.listening() is before == {"alice"}
    second = Fake(hub, bob).be_live()
    assert hub.listening() == {"alice", "bob"}
    hub.leave(second)
    assert hub.listening() == {"alice"}
    hub.leave(first)
    assert hub.listening() == set()


def test_somebody_who_comes_while_others_are_counted_is_not_forgotten() -> None:
    hub = new_hub()
    Fake(hub, Inbox("alice")).be_live()

    class Slow(dict[str, dict[str, Socket]]):
        def copy(self) -> dict[str, dict[str, Socket]]:
            found = super().copy()
            Fake(hub, Inbox("bob")).be_live()  # as another thread could, between the copy and the note of it
            return found

    places = hub._places
    places.listeners = Slow(places.listeners)
    assert hub.listening() == {"alice"}
    places.listeners = dict(places.listeners)
    assert hub.listening() == {"alice", "bob"}
