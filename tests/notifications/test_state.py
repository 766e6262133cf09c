"""The one big test: whatever happens in whatever order, snapshot + events is what a fresh snapshot shows.

A random walk over publishes, marks, updates in place, snoozes and expiries, by two people of whom each has a
client that listens, loses its connection, and comes back with its cursor. The client is the contract's, in
twenty lines.
"""

import sqlite3
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, event, update

from tests.notifications.conftest import Town
from tidings.database import Database
from tidings.notifications.inbox import Cursor
from tidings.notifications.items import dump
from tidings.notifications.marks import Marked
from tidings.notifications.news import Announcement
from tidings.notifications.numbers import Position
from tidings.notifications.tables import (
    acceptances,
    broadcasts,
    contents,
    deliveries,
    inboxes,
    incidents,
    lives,
    operations,
)

PEOPLE = ("alice", "bob")
KEPT = timedelta(days=1)
names = st.sampled_from(PEOPLE)
audiences = st.one_of(
    st.lists(names, min_size=1, max_size=2, unique=True).map(tuple),
    st.just("everyone"),
    st.just({"topic": "deploys"}),
)
MARKS = st.sampled_from(["read", "unread", "archived", "unarchived", "pinned", "unpinned", "unsnoozed"])


@dataclass
class Client:
    """A browser's view of one inbox, folded from what it was told."""

    items: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    seq: int = 0
    revision: int = -1
    unread: int = 0
    listens: bool = False

    def take(self, item: dict[str, Any]) -> None:
        assert item["seq"] > self.seq, "numbers ascend"
        self.items[item["id"]] = item
        self.seq = item["seq"]

    def change(self, change: dict[str, Any]) -> None:
        if change["id"] in self.items:
            self.items[change["id"]] |= change


class Walk(RuleBasedStateMachine):
    """See the module."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.town = Town(self.database)
        self.clients = {name: Client() for name in PEOPLE}
        self.published: dict[str, set[str]] = {name: set() for name in PEOPLE}
        self.marks: list[tuple[str, str, list[str], str]] = []
        self.touched: set[str] = set()  # by this step: nobody else's can have changed

    @initialize()
    def begin(self) -> None:
        everything = (acceptances, operations, incidents, deliveries, broadcasts, contents, inboxes)
        self.town.write(lambda session: [session.execute(delete(table)) for table in everything])
        self.town.write(lambda session: session.execute(update(lives).values(epoch="this life", told=0)))
        self.town.ids = dict(self.ids)
        for name in PEOPLE:
            self.come(name)

    ids: dict[str, str]

    @rule(to=audiences, dedupe=st.sampled_from([None, "a", "a"]), title=st.sampled_from("xyz"))
    def publish(self, to: Any, dedupe: str | None, title: str) -> None:
        self.town.listening = {self.ids[name] for name, client in self.clients.items() if client.listens}
        published = self.town.publish(to, dedupe_key=dedupe, title=title)
        for name in self._meant(to):
            if to != "everyone":  # looking at an inbox makes it take in what was said to everyone: not yet
                self.touched.add(name)
            self.published[name].add(published.id)
        assert published.accepted == len(self._meant(to))
        self._announce(published.announcement)

    @rule(key=st.sampled_from(["k", "l"]), to=names)
    def publish_with_a_key(self, key: str, to: str) -> None:
        published = self.town.publish((to,), key=key + to)
        self.published[to].add(published.id)
        self._announce(published.announcement)

    @rule(name=names, mark_as=MARKS, pick=st.lists(st.integers(0, 3), min_size=1, max_size=2))
    def mark(self, name: str, mark_as: str, pick: list[int]) -> None:
        ids = self._some(name, pick)
        if ids:
            operation = f"mark {len(self.marks)}"
            self.marks.append((name, mark_as, ids, operation))
            self._tell(self.town.mark(name, mark_as, *ids, operation=operation))

    @precondition(lambda self: self.marks)
    @rule(pick=st.integers(0, 50))
    def mark_again(self, pick: int) -> None:
        name, mark_as, ids, operation = self.marks[pick % len(self.marks)]
        before = self.town.position(name)
        assert self.town.mark(name, mark_as, *ids, operation=operation).changes == []
        assert self.town.position(name) == before

    @rule(name=names, minutes=st.integers(1, 100), pick=st.integers(0, 3))
    def snooze(self, name: str, minutes: int, pick: int) -> None:
        for item in self._some(name, [pick]):
            self._tell(
                self.town.mark(
                    name, "snoozed", item, until=self.town.clock.now() + timedelta(minutes=minutes)
                )
            )

    @rule(name=names, mark_as=st.sampled_from(["read", "archived"]), share=st.floats(0, 1))
    def mark_all(self, name: str, mark_as: str, share: float) -> None:
        self._tell(self.town.mark_all(name, mark_as, through=int(self.town.position(name).seq * share)))

    @rule(minutes=st.sampled_from([1, 30, 1500]))
    def time_passes(self, minutes: int) -> None:
        self.town.clock.advance(minutes * 60)
        for announcement in self.town.wake():
            self._announce(announcement)

    @rule()
    def clean(self) -> None:
        for marked in self.town.expire(KEPT):
            self._tell(marked)

    @rule(name=names)
    def look(self, name: str) -> None:
        self.touched.add(name)

    @rule(name=names)
    def leave(self, name: str) -> None:
        self.clients[name].listens = False

    @rule(name=names)
    def come(self, name: str) -> None:
        client = self.clients[name]
        self.touched.add(name)
        cursor = Cursor("this life", client.seq, client.revision) if client.revision >= 0 else None
        missed = self.town.backlog(name, cursor)
        if not missed.recovered:
            client.items.clear()
            client.seq = 0
        for item in wire(missed.items):
            client.take(item)
        for change in wire(missed.changes):
            client.change(change)
        place = missed.position
        client.seq, client.revision, client.unread, client.listens = (
            place.seq,
            place.revision,
            place.unread,
            True,
        )

    @rule(name=names, mark_as=MARKS)
    def mark_elsewhere(self, name: str, mark_as: str) -> None:
        """Mark the newest item while this client is away; it comes back at once."""
        self.leave(name)
        self.mark(name, mark_as, [0])
        self.come(name)

    @invariant()
    def the_inboxes_and_their_clients_are_right(self) -> None:
        for name in self.touched:
            self._check_numbers(name)
            if self.clients[name].listens:
                self._check_client(name, self.clients[name])
        self.touched = set()

    def _check_numbers(self, name: str) -> None:
        position, rows = self.town.position(name), self.town.page(name, "all")
        numbers = [item["seq"] for item in rows]
        assert numbers == sorted(set(numbers), reverse=True)
        assert all(1 <= number <= position.seq for number in numbers)
        assert position.unread == self.town.unread_rows(name)
        assert {item["id"] for item in rows} <= self.published[name]

    def _check_client(self, name: str, client: Client) -> None:
        """Snapshot + events is what a fresh snapshot shows."""
        fresh = {item["id"]: item for item in wire(self.town.page(name, "inbox"))}
        mine = {item["id"]: item for item in client.items.values() if in_view(item)}
        for expired in self._removed(name, mine):
            del mine[expired]
        assert mine == fresh
        position = self.town.position(name)
        assert (client.seq, client.revision, client.unread) == (
            position.seq,
            position.revision,
            position.unread,
        )

    def _removed(self, name: str, mine: dict[str, Any]) -> set[str]:
        """What the cleaner removed while this client was away may stay before its eyes; nothing else may."""
        return set(mine) - {item["id"] for item in self.town.page(name, "all")}

    def _announce(self, announcement: Announcement | None) -> None:
        if announcement is None:
            return
        for news in announcement.news:
            for user_id, *numbers in news.positions:
                position = Position(user_id, *(number + news.further for number in numbers))
                client = self.clients[self._name(position.user_id)]
                self.touched.add(self._name(position.user_id))
                if client.listens:
                    here = (client.seq + 1, client.revision + 1)
                    assert here == (position.seq, position.revision), "gapless"
                    client.take({"seq": position.seq} | orjson.loads(news.tail))
                    client.revision, client.unread = position.revision, position.unread

    def _tell(self, marked: Marked) -> None:
        client = self.clients[self._name(marked.user_id)]
        self.touched.add(self._name(marked.user_id))
        if client.listens and marked.changes:
            assert client.revision + 1 == marked.revision
            for change in wire(marked.changes):
                client.change(change)
            client.revision, client.unread = marked.revision, marked.unread

    def _meant(self, to: Any) -> tuple[str, ...]:
        return PEOPLE if to == "everyone" else ("alice",) if isinstance(to, dict) else to

    def _name(self, user_id: str) -> str:
        return next(name for name, known in self.ids.items() if known == user_id)

    def _some(self, name: str, pick: list[int]) -> list[str]:
        rows = self.town.page(name, "all")
        return list({rows[number % len(rows)]["id"] for number in pick}) if rows else []


def in_view(item: dict[str, Any]) -> bool:
    return item["archived_at"] is None and item["snoozed_until"] is None


def wire(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the items as they are on the other end."""
    return orjson.loads(dump(items))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_snapshot_and_events_are_a_fresh_snapshot(database_url: str) -> None:
    walk(database_url, examples=50, steps=40)


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["postgresql"])
def test_and_so_it_is_on_postgresql(database_url: str) -> None:
    walk(database_url, examples=8, steps=30)


def _hasty(connection: Any, _record: Any) -> None:
    """Nobody will pull the plug here, and a walk is thousands of commits."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


def walk(url: str, examples: int, steps: int) -> None:
    town = Town(Database(url))
    town.settle(*PEOPLE)
    town.follow("deploys", "alice")
    machine = type("Walk", (Walk,), {"database": town.database, "ids": town.ids})
    town.database.writing.dispose()
    event.listen(town.database.writing, "connect", _hasty)
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow],
            ),
        )
    finally:
        town.database.close_now()
