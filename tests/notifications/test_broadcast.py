"""What is said to everyone is written once; nobody can tell it from what was written for each."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.notifications.conftest import Town, said
from tidings.accounts import users
from tidings.notifications import inbox, receipt, upkeep
from tidings.notifications.sent import Receipts, receipts
from tidings.notifications.settled import read_settled
from tidings.notifications.tables import broadcasts, deliveries

PEOPLE = ("alice", "bob", "carol")
KEPT = timedelta(days=1)


def rows_of(town: Town, name: str) -> int:
    mine = select(func.count()).select_from(deliveries).where(deliveries.c.user_id == town.ids[name])
    return town.read(lambda session: session.execute(mine).scalar_one())


def titles(town: Town, name: str) -> list[tuple[int, str]]:
    return [(item["seq"], item["title"]) for item in town.page(name, "all")]


def shut_out(town: Town, name: str) -> None:
    now = town.clock.now()
    town.accounts(lambda session: users.disable(session, name, now))


def let_in(town: Town, name: str) -> None:
    town.accounts(lambda session: users.switch_on(session, users.named(session, name)))


def receipts_of(town: Town, notification_id: str) -> Receipts:
    return town.read(lambda session: receipts(session, [notification_id]))[notification_id]


def test_a_broadcast_makes_no_row_for_anybody_until_they_look(town: Town) -> None:
    town.publish(("alice",), title="one")
    assert town.publish("everyone", title="two").accepted == 3
    assert rows_of(town, "alice") == 1
    assert town.position("alice")[1:] == (2, 2, 2)
    assert titles(town, "alice") == [(2, "two"), (1, "one")]
    assert rows_of(town, "alice") == 2
    assert rows_of(town, "bob") == 0


def test_listeners_are_told_the_numbers_they_will_find(town: Town) -> None:
    town.publish(("bob",))
    town.listening = {town.ids["alice"], town.ids["bob"]}
    told = [said(town.publish("everyone", title=title).announcement) for title in "xy"]
    numbers = {(user, seq) for one in told for user, seq, _ in one}
    alice, bob = town.ids["alice"], town.ids["bob"]
    assert numbers == {(alice, 1), (alice, 2), (bob, 2), (bob, 3)}
    assert titles(town, "bob")[:2] == [(3, "y"), (2, "x")]


def test_what_is_said_to_one_comes_after_what_was_said_to_all(town: Town) -> None:
    town.publish("everyone", title="first")
    town.publish(("alice", "bob"), title="second")
    town.publish("everyone", title="third")
    assert titles(town, "alice") == [(3, "third"), (2, "second"), (1, "first")]
    assert titles(town, "carol") == [(2, "third"), (1, "first")]


def test_a_newcomer_hears_nothing_of_what_was_said_before(town: Town) -> None:
    town.publish("everyone", title="before")
    town.settle("dave")
    assert town.publish("everyone", title="after").accepted == 4
    assert titles(town, "dave") == [(1, "after")]


def test_somebody_shut_out_keeps_what_was_said_before_and_hears_on_when_let_in(town: Town) -> None:
    town.publish("everyone", title="before")
    shut_out(town, "bob")
    town.listening = {town.ids["bob"]}
    for title in ("meanwhile", "and again"):
        published = town.publish("everyone", title=title)
        assert published.accepted == 2
        assert said(published.announcement) == []
    let_in(town, "bob")
    town.publish("everyone", title="after")
    assert titles(town, "bob") == [(2, "after"), (1, "before")]
    assert len(titles(town, "alice")) == 4


def test_receipts_are_the_same_before_and_after_taking_in(town: Town) -> None:
    first, second = (town.publish("everyone").id for _ in range(2))
    town.write(lambda session: receipt.confirm(session, {town.ids["alice"]: 1, town.ids["bob"]: 9}))
    before = [receipts_of(town, each) for each in (first, second)]
    assert before == [Receipts(3, 2, 0), Receipts(3, 1, 0)]
    for name in PEOPLE:
        town.take_in(name)
    assert [receipts_of(town, each) for each in (first, second)] == before
    town.mark("carol", "read", first)
    assert receipts_of(town, first) == Receipts(3, 3, 1)


def test_an_update_in_place_finds_the_broadcast_in_every_inbox(town: Town) -> None:
    town.publish("everyone", dedupe_key="disk", title="Disk full")
    town.publish(("alice",), title="other")
    town.publish("everyone", dedupe_key="disk", title="Disk fine")
    assert [(item["seq"], item["title"], item["count"]) for item in town.page("alice")] == [
        (3, "Disk fine", 2),
        (2, "other", 1),
    ]
    assert [item["seq"] for item in town.page("bob")] == [2]
    assert town.position("bob").unread == 1


def test_an_old_broadcast_is_removed_from_all_inboxes_and_then_forgotten(town: Town) -> None:
    town.publish("everyone", title="old")
    town.clock.advance(2 * 86_400)
    town.publish("everyone", title="young")
    assert len(town.expire(KEPT)) == 3
    now = town.clock.now()
    while town.write(lambda session: upkeep.forget(session, now, KEPT)):
        pass
    kept = town.read(lambda session: session.execute(select(broadcasts.c.number)).scalars().all())
    assert kept == [2]
    assert titles(town, "alice") == [(2, "young")]
    assert town.publish("everyone", title="next").accepted == 3
    assert titles(town, "alice")[0] == (3, "next")


def test_the_content_of_a_broadcast_is_kept_for_those_who_have_not_looked(town: Town) -> None:
    town.publish("everyone", title="old")
    town.clock.advance(2 * 86_400)
    now = town.clock.now()
    town.write(lambda session: upkeep.forget(session, now, KEPT))
    assert titles(town, "carol") == [(1, "old")]


@pytest.mark.anyio
async def test_whoever_reads_finds_everything_that_was_said(town: Town) -> None:
    town.publish("everyone", title="hello")
    alice = town.ids["alice"]

    def page(session: Any) -> list[Any]:
        return inbox.page(session, alice, inbox.Question("all"))

    found = await read_settled(town.database, alice, page)
    assert [item["title"] for item in found] == ["hello"]
    assert await read_settled(town.database, alice, page) == found


class Twins:
    """Two towns to which the same happens; in one of them everybody looks at once."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.dice = random.Random(7)
        self.twin_of = {name: f"{name}-twin" for name in PEOPLE}
        town.settle(*self.twin_of.values())

    def both(self, to: tuple[str, ...] | str, **fields: Any) -> None:
        """Say it to the lazy and to the eager, and let the eager look."""
        if to == "everyone":
            self.town.publish("everyone", **fields)
        else:
            self.town.publish((*to, *(self.twin_of[name] for name in to)), **fields)
        for twin in self.twin_of.values():
            self.town.take_in(twin)

    def step(self, number: int) -> None:
        name = self.dice.choice(PEOPLE)
        match self.dice.randrange(6):
            case 0 | 1 | 2:
                self.both("everyone", title=f"{number}")
            case 3:
                self.both((name,), title=f"{number}", dedupe_key=self.dice.choice([None, "a"]))
            case 4:
                self.both("everyone", title=f"{number}", dedupe_key=self.dice.choice(["a", "b"]))
            case _:
                through = self.town.position(name).seq - 1
                for each in (name, self.twin_of[name]):
                    self.town.mark_all(each, "read", through)

    def seen(self, name: str) -> list[Any]:
        hidden = ("id", "created_at", "updated_at")
        return [{k: v for k, v in item.items() if k not in hidden} for item in self.town.page(name, "all")]


def test_an_inbox_that_takes_in_late_is_the_same_as_one_that_takes_in_at_once(town: Town) -> None:
    twins = Twins(town)
    for number in range(150):
        twins.step(number)
        for name, twin in twins.twin_of.items():
            assert town.position(name)[1:] == town.position(twin)[1:]
    for name, twin in twins.twin_of.items():
        assert twins.seen(name) == twins.seen(twin)
