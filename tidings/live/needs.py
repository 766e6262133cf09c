"""What the hub needs of the world, as shapes: what it is told after a commit, and what it may ask.

No behaviour may come in here. The other rooms fulfil these shapes without knowing them; the composition root
connects.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

Position = tuple[str, int, int, int]  # of a user's inbox: user_id, seq, revision, unread


class News(Protocol):
    """One item for everybody in `positions`: JSON that lacks only the `seq`.

    All three numbers of each of them are `further` than is said there: so what follows directly in all
    inboxes can share the positions of what it follows.
    """

    @property
    def tail(self) -> bytes: ...
    @property
    def positions(self) -> Collection[Position]: ...
    @property
    def further(self) -> int: ...


class Announcement(Protocol):
    """What was delivered to whom; `asked` as in tidings.notifications.deliver."""

    @property
    def news(self) -> Collection[News]: ...
    @property
    def asked(self) -> Collection[str] | None: ...


class Changes(Protocol):
    """Marks made to a person's items."""

    @property
    def user_id(self) -> str: ...
    @property
    def unread(self) -> int: ...
    @property
    def revision(self) -> int: ...
    @property
    def changes(self) -> list[dict[str, Any]]: ...


class Elsewhere(Protocol):
    """The hubs of other processes, told after the commit. None of it waits, and any of it may get lost."""

    def changed(self, user_ids: Collection[str] | None) -> None:
        """These people's inboxes have changed; None: anybody's."""
        ...

    def ended(self, session_ids: Iterable[str]) -> None:
        """These sessions are over."""
        ...

    def said(self, user_id: str, message: dict[str, Any]) -> None:
        """All connections of this person are to be told something that is kept nowhere."""
        ...


class Nowhere:
    """There is no other process."""

    def changed(self, user_ids: Collection[str] | None) -> None: ...
    def ended(self, session_ids: Iterable[str]) -> None: ...
    def said(self, user_id: str, message: dict[str, Any]) -> None: ...


class SharedPlaces(Protocol):
    """The places people have in all processes together. Asked after the own ones were counted."""

    async def take(self, socket: Any, replaces: str | None) -> bool:
        """Take a place for this socket, which is admitted; False when the person has none left."""
        ...

    def free(self, user_id: str, connection: str) -> None:
        """Give a place back, if it was taken; does not wait."""
        ...


class OwnPlacesOnly:
    """There is no other process, so the own count is the whole."""

    async def take(self, socket: Any, replaces: str | None) -> bool:
        return True

    def free(self, user_id: str, connection: str) -> None: ...


@dataclass(frozen=True)
class Needs:
    """What the hub may ask the database."""

    positions: Callable[[Collection[str]], Awaitable[dict[str, Any]]]
    settle: Callable[[Collection[str]], Awaitable[None]]  # before many look at their inboxes at once
    ended_sessions: Callable[[Collection[str]], Awaitable[Collection[str]]]
