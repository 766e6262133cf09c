"""What the doors of sessions take and show: one model per answer, so that nothing else can leave.

No row leaves as it is and nothing is decided here. Called by sessions.py.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, PlainSerializer

from tidings.accounts.sessions import SignedIn
from tidings.accounts.tables import UserSession
from tidings.api.rooms import LiveConnection
from tidings.api.sign_in import PublicUser, Typed
from tidings.clock import iso
from tidings.settings import Settings

Moment = Annotated[datetime, PlainSerializer(iso, return_type=str)]


class NewPassword(BaseModel):
    """A change of one's own password."""

    current_password: Typed
    new_password: Typed


class PublicConnection(BaseModel):
    """One live connection."""

    id: str
    since: Moment
    address: str
    device: str


class PublicSession(BaseModel):
    """One session, as its owner sees it."""

    id: str
    current: bool
    device: str
    address: str
    created_at: Moment
    last_seen_at: Moment
    expires_at: Moment
    connections: list[PublicConnection]


class WhoAmI(BaseModel):
    """Who is signed in here."""

    user: PublicUser
    session: PublicSession


class SessionList(BaseModel):
    """Everywhere this person is signed in."""

    sessions: list[PublicSession]
    connections: int
    max_connections: int


class Ended(BaseModel):
    """How many sessions were ended."""

    ended: int


class Policy(BaseModel):
    """The browser's timings: the same settings govern both ends."""

    hidden_grace_ms: int
    retry_delays_ms: list[int]
    retry_max_attempts: int
    retry_jitter: float
    heartbeat_ms: int


class SocketToken(BaseModel):
    """What opens the socket. `expires_in` is in seconds, for browsers whose clock is wrong."""

    token: str
    expires_at: Moment
    expires_in: float
    policy: Policy


def shown(row: UserSession, here: SignedIn, live: Sequence[LiveConnection]) -> PublicSession:
    """Return what its owner may see of a session."""
    return PublicSession(
        id=row.id,
        current=row.id == here.session.id,
        device=row.device,
        address=row.address,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=min(row.idle_expires_at, row.expires_at),
        connections=[
            PublicConnection(id=one.id, since=one.since, address=one.address, device=one.device)
            for one in live
            if one.session_id == row.id
        ],
    )


def policy(settings: Settings) -> Policy:
    """Return the browser's timings."""
    return Policy(
        hidden_grace_ms=_ms(settings.hidden_grace_seconds),
        retry_delays_ms=[_ms(delay) for delay in settings.retry_delays_seconds],
        retry_max_attempts=settings.retry_max_attempts,
        retry_jitter=settings.retry_jitter,
        heartbeat_ms=_ms(settings.heartbeat_seconds),
    )


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
