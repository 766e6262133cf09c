"""Broadcasts in a row look at the town once; whatever is written in between is seen all the same."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.notifications.conftest import DEPLOYS, Town, said
from tidings.accounts import users
from tidings.database import notes_of
from tidings.notifications.broadcast import TOWN
from tidings.notifications.drafts import Draft
from tidings.notifications.publish import Order, Published

ORDER = Order(Draft.model_validate({"to": "everyone", "title": "Hello"}), DEPLOYS)


def shut_out(town: Town, name: str) -> None:
    now = town.clock.now()
    town.accounts(lambda session: users.disable(session, name, now))


def let_in(town: Town, name: str) -> None:
    town.accounts(lambda session: users.switch_on(session, users.named(session, name)))


def told(published: Published) -> dict[str, tuple[int, int, int]]:
    """Return where each of those who were told now stands."""
    assert published.announcement is not None
    (news,) = published.announcement.news
    further = news.further
    return {who: (seq + further, at + further, left + further) for who, seq, at, left in news.positions}


class Changes:
    """Whatever may be written between two broadcasts."""

    def __init__(self, town: Town, dice: random.Random) -> None:
        self._town, self._dice, self._newcomers = town, dice, 0
        self._here = {"alice", "bob", "carol"}
        town.listening = {town.ids[name] for name in self._here}

    def broadcast(self) -> None:
        """Say something to all, and hold what is told against what is in the database."""
        published = self._town.publish("everyone")
        numbers = told(published)
        for name in self._here:
            assert numbers[self._town.ids[name]] == tuple(self._town.position(name))[1:], name
        assert published.accepted == len(self._here)

    def any(self) -> None:
        """Write something, or nothing."""
        town, some = self._town, self._dice.choice(sorted(self._here))
        change: Callable[[], Any] = self._dice.choice(
            [
                lambda: town.publish((some,)),
                lambda: town.publish("everyone", dedupe_key="incident"),
                lambda: town.publish("everyone", key=f"key-{self._dice.random()}"),
                lambda: town.mark_all(some, "read", 10_000),
                lambda: town.take_in(some),
                self._newcomer,
                lambda: self._shut_out(some),
                self._fail,
                lambda: None,
                lambda: None,
                lambda: None,
            ]
        )
        change()

    def _newcomer(self) -> None:
        self._newcomers += 1
        name = f"new-{self._newcomers}"
        self._town.settle(name)
        self._here.add(name)
        self._town.listening.add(self._town.ids[name])

    def _shut_out(self, name: str) -> None:
        if len(self._here) > 2:
            shut_out(self._town, name)
            self._here.discard(name)

    def _fail(self) -> None:
        """Take a broadcast back with its transaction."""
        town = self._town

        def broken(session: Session) -> None:
            town.publish_in(session, ORDER)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            town.write(broken)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_written_between_broadcasts_everybody_is_told_where_they_stand(
    town: Town, seed: int
) -> None:
    changes = Changes(town, random.Random(seed))
    for _ in range(40):
        changes.any()
        changes.broadcast()


def test_broadcasts_in_a_row_share_their_positions(town: Town) -> None:
    if town.database.dialect != "sqlite":
        pytest.skip("Only SQLite says that nobody has written.")
    town.listening = {town.ids["alice"]}
    first, second = (town.publish("everyone").announcement for _ in range(2))
    assert first is not None
    assert second is not None
    assert second.news[0].positions is first.news[0].positions
    assert [said(one)[0][1] for one in (first, second)] == [1, 2]


def test_somebody_who_begins_to_listen_is_looked_up(town: Town) -> None:
    town.listening = {town.ids["alice"]}
    town.publish("everyone")
    town.listening.add(town.ids["bob"])
    assert told(town.publish("everyone"))[town.ids["bob"]] == (2, 2, 2)


def test_what_was_taken_back_is_not_remembered(town: Town) -> None:
    town.listening = {town.ids["alice"]}
    town.publish("everyone")

    def broken(session: Session) -> None:
        town.publish_in(session, ORDER)
        assert notes_of(session)[TOWN].told == 2
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        town.write(broken)
    assert told(town.publish("everyone"))[town.ids["alice"]] == (2, 2, 2)
