"""People and senders: accounts put straight into the server's database, and a program with an API key.

No browser comes in here. The command line does the same in its own journey; this is the quick way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import httpx
from sqlmodel import Session, select

from tests.running import PLAIN
from tidings.accounts import keys, users
from tidings.accounts.passwords import Hasher
from tidings.database import Database
from tidings.notifications.tables import Operation

PASSWORD = "six green apples"
CHEAP = Hasher(memory_kib=8, passes=1)
_numbers = count(1)


class Site(Protocol):
    """A running server: where its doors are, and where its data."""

    url: str
    data_dir: Path


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    name: str
    password: str = PASSWORD


def add_person(server: Site, *, admin: bool = False) -> Person:
    """Add somebody new."""
    person = Person(f"person{next(_numbers)}")
    password_hash, now = CHEAP.hash_now(person.password), datetime.now(UTC)
    _write(server, lambda session: users.add(session, person.name, password_hash, now, admin=admin))
    return person


def remains_alone(server: Site, admin: Person) -> None:
    """Switch every other admin off."""

    def work(session: Session) -> None:
        for user in users.everybody(session):
            if user.is_admin and user.name != admin.name:
                users.switch_off(session, user, datetime.now(UTC))

    _write(server, work)


class Sender:
    """A program that publishes over HTTP."""

    def __init__(self, server: Site, name: str = "journeys") -> None:
        now = datetime.now(UTC)
        _, secret = _write(server, lambda session: keys.create(session, name, now, [keys.PUBLISH]))
        self._url = server.url + "/api/v1/notifications"
        self._headers = {"Authorization": f"Bearer {secret}"}

    def publishes(self, title: str, to: Person, **more: Any) -> str:
        """Publish and return the id, once it is acknowledged."""
        draft = {"to": [to.name], "title": title, **more}
        answer = httpx.post(self._url, json=draft, headers=self._headers, verify=PLAIN)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def publishes_to(self, audience: Any, title: str) -> None:
        """Publish to whoever that is, perhaps nobody."""
        draft = {"to": audience, "title": title}
        answer = httpx.post(self._url, json=draft, headers=self._headers, verify=PLAIN)
        assert answer.status_code == 201, answer.text

    def publishes_many(self, titles: list[str], to: Person) -> None:
        """Publish all of them in one commit."""
        drafts = [{"to": [to.name], "title": title} for title in titles]
        batch = {"items": drafts}
        answer = httpx.post(self._url + "/batch", json=batch, headers=self._headers, verify=PLAIN)
        assert answer.status_code == 201, answer.text


def operations_of(server: Site, person: Person) -> int:
    """Return how many different operations of a person's browsers the server has carried out."""

    def count_them(session: Session) -> int:
        user = users.named(session, person.name)
        return len(session.exec(select(Operation).where(Operation.user_id == user.id)).all())

    return _write(server, count_them)


def _write(server: Site, work: Callable[[Session], Any]) -> Any:
    database = Database(f"sqlite:///{server.data_dir / 'tidings.db'}")
    try:
        return database.write_now(work)
    finally:
        database.close_now()
