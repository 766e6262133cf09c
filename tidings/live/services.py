"""What the live room needs of the other rooms, as callables, and how they say no.

No behaviour may come in here. The composition root fills `Services`; the desk and the follower call them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from tidings.live.codes import Code
from tidings.live.connection import Admission
from tidings.live.protocol import Cursor, History, MarkAll, MarkItems, Undo


class AdmissionRefused(Exception):
    """This token opens nothing. `why` is one of a few words, for our own numbers."""

    def __init__(self, code: Code, why: str = "") -> None:
        super().__init__(code.name)
        self.code = code
        self.why = why or code.name.lower()


class OperationRefused(Exception):
    """An operation or question cannot be done; the text is a sentence for the person."""

    def __init__(self, code: str, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.retry_after_s = retry_after_s


class Missed(Protocol):
    """What somebody missed (tidings.notifications.inbox.Backlog)."""

    @property
    def position(self) -> Any: ...
    @property
    def recovered(self) -> bool: ...
    @property
    def items(self) -> list[dict[str, Any]]: ...
    @property
    def changes(self) -> list[dict[str, Any]]: ...
    @property
    def preferences(self) -> dict[str, Any] | None: ...
    @property
    def chose(self) -> bool:
        """Whether the preferences were changed meanwhile."""
        ...


@dataclass(frozen=True)
class Services:
    """They raise the two refusals above, nothing else. `arrive` is `admit` and `backlog` in one look."""

    admit: Callable[[str], Awaitable[Admission]]
    arrive: Callable[[str, Cursor | None], Awaitable[tuple[Admission, Missed]]]
    backlog: Callable[[str, Cursor | None], Awaitable[Missed]]
    apply: Callable[[str, MarkItems | MarkAll | Undo], Awaitable[Any]]
    history: Callable[[str, History], Awaitable[list[dict[str, Any]]]]
    epoch: Callable[[], str]
    build: dict[str, str] | None = None  # of the pages this server has
