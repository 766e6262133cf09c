"""Wishes: what a connection wants done, as values. It never does anything itself.

No behaviour may come in here. Made by the connection; carried out by the endpoint and the desk.
"""

from dataclasses import dataclass

from tidings.live.codes import Code
from tidings.live.protocol import Auth, Custom, History, MarkAll, MarkItems, Undo


@dataclass(frozen=True)
class Send:
    """Say this to the browser."""

    message: dict[str, object]


@dataclass(frozen=True)
class End:
    """Say goodbye with this code."""

    code: Code
    retry_after_ms: int | None = None


@dataclass(frozen=True)
class Admit:
    """Find out whose token this is; `renewal` on a connection that is already somebody's."""

    auth: Auth
    renewal: bool


@dataclass(frozen=True)
class Apply:
    """Carry out an operation on the inbox and acknowledge it."""

    operation: MarkItems | MarkAll | Undo


@dataclass(frozen=True)
class Look:
    """Answer a question about older items."""

    question: History


@dataclass(frozen=True)
class Handle:
    """Give a message of a registered type to its handler."""

    message: Custom


Wish = Send | End | Admit | Apply | Look | Handle


def refusal(code: str, message: str, ref: str | None = None, retry_after_s: float | None = None) -> Send:
    """Answer a message that cannot be done; the connection stays."""
    answer: dict[str, object] = {"type": "error", "code": code, "message": message}
    if ref is not None:
        answer["ref"] = ref
    if retry_after_s is not None:
        answer["retry_after_s"] = retry_after_s
    return Send(answer)
