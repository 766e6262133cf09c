"""What the tests of notifications share: a small town, a clock that obeys, and short verbs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlmodel import Session as AccountsSession

from tidings.accounts import users
from tidings.clock import ManualClock
from tidings.database import Database
from tidings.notifications import findable, inbox, marks, upkeep
from tidings.notifications.drafts import Draft
from tidings.notifications.marks import Marked
from tidings.notifications.news import Announcement
from tidings.notifications.numbers import UNREAD, Position, position_of, positions_of, settle
from tidings.notifications.publish import Order, Published, Publisher, publish
from tidings.notifications.tables import deliveries, followers
from tidings.people import People

T = TypeVar("T")

DEPLOYS = Publisher("key:1", "deploys")
ALARMS = Publisher("key:2", "alarms")


@dataclass
class Town:
    """Some people, and what can happen to their inboxes."""

    database: Database
    clock: ManualClock = field(default_factory=ManualClock)
    listening: set[str] = field(default_factory=set[str])
    ids: dict[str, str] = field(default_factory=dict[str, str])
    operations: int = 0

    def settle(self, *names: str) -> None:
        """Let people move in."""
        now = self.clock.now()
        added = self.accounts(lambda session: [users.add(session, name, "x", now) for name in names])
        self.ids |= {user.name: user.id for user in added}

    def write(self, work: Callable[[Session], T]) -> T:
        return self.database.write_now(work)

    def accounts(self, work: Callable[[AccountsSession], T]) -> T:
        """Write into the room next door."""
        return self.database.write_now(work)

    def read(self, work: Callable[[Session], T]) -> T:
        return self.database.read_now(work)

    def publish(
        self,
        to: Any = ("alice",),
        *,
        publisher: Publisher = DEPLOYS,
        key: str | None = None,
        fingerprint: str = "",
        **fields: Any,
    ) -> Published:
        draft = Draft.model_validate({"to": to, "title": "Hello"} | fields)
        order = Order(draft, publisher, key, fingerprint)
        return self.write(lambda session: self.publish_in(session, order))

    def publish_in(self, session: Session, order: Order) -> Published:
        """Publish in this transaction."""
        return publish(session, People(), order, lambda: frozenset(self.listening), self.clock.now())

    def mark(
        self, name: str, mark_as: Any, *ids: str, operation: str | None = None, until: datetime | None = None
    ) -> Marked:
        operation_id, now = operation or self._operation(), self.clock.now()
        return self.write(
            lambda session: marks.mark(session, self.ids[name], operation_id, mark_as, list(ids), until, now)
        )

    def mark_all(self, name: str, mark_as: Any, through: int, operation: str | None = None) -> Marked:
        operation_id, now = operation or self._operation(), self.clock.now()
        return self.write(
            lambda session: marks.mark_all(session, self.ids[name], operation_id, mark_as, through, now)
        )

    def undo_all(self, name: str, mark_as: Any, of: str, operation: str | None = None) -> Marked:
        operation_id, now = operation or self._operation(), self.clock.now()
        return self.write(
            lambda session: marks.undo_all(session, self.ids[name], operation_id, mark_as, of, now)
        )

    def wake(self) -> list[Announcement]:
        now = self.clock.now()
        return self.write(lambda session: upkeep.wake_due(session, now))

    def expire(self, kept: timedelta) -> list[Marked]:
        now = self.clock.now()
        return self.write(lambda session: upkeep.expire(session, now, kept))

    def follow(self, topic: str, *names: str) -> None:
        rows = [{"topic": topic, "user_id": self.ids[name]} for name in names]
        self.write(lambda session: session.execute(followers.insert(), rows))

    def page(self, name: str, view: Any = "inbox", *, limit: int = 100, **narrowed: Any) -> list[Any]:
        self.take_in(name)
        self.index()
        asked = inbox.Question(view, limit=limit, **narrowed)
        return self.read(lambda session: inbox.page(session, self.ids[name], asked))

    def index(self) -> None:
        """Make everything findable, as every search does first."""
        while self.is_behind():
            self.write(findable.take_in)

    def is_behind(self) -> bool:
        """Tell whether something is there that no search would find yet; PostgreSQL never is."""
        return self.database.dialect == "sqlite" and self.read(findable.missing) > 0

    def take_in(self, name: str) -> None:
        """Let an inbox take in what it lacks, as every reader of it does first."""
        self.write(lambda session: settle(session, [self.ids[name]]))

    def position(self, name: str) -> Position:
        """Return where somebody is told that their inbox stands."""
        found = self.read(lambda session: positions_of(session, [self.ids[name]]))
        return found[0] if found else Position(self.ids[name], 0, 0, 0)

    def backlog(self, name: str, cursor: inbox.Cursor | None, limit: int = 10_000) -> inbox.Backlog:
        epoch = self.read(inbox.read_epoch)
        self.take_in(name)
        return self.read(
            lambda session: inbox.backlog(session, position_of(session, self.ids[name]), cursor, epoch, limit)
        )

    def cursor(self, name: str) -> inbox.Cursor:
        """Return the cursor of somebody who has everything."""
        position = self.position(name)
        return inbox.Cursor(self.read(inbox.read_epoch), position.seq, position.revision)

    def unread_rows(self, name: str) -> int:
        self.take_in(name)
        mine = (
            select(func.count()).select_from(deliveries).where(deliveries.c.user_id == self.ids[name], UNREAD)
        )
        return self.read(lambda session: session.execute(mine).scalar_one())

    def _operation(self) -> str:
        self.operations += 1
        return f"operation-{self.operations}"


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    database = Database(database_url)
    town = Town(database)
    town.settle("alice", "bob", "carol")
    yield town
    database.close_now()


def said(announcement: Announcement | None) -> list[tuple[str, int, dict[str, Any]]]:
    """Return what an announcement tells whom: (user, seq, item)."""
    assert announcement is not None
    return [
        (user_id, seq + news.further, orjson.loads(news.tail))
        for news in announcement.news
        for user_id, seq, _, _ in news.positions
    ]
