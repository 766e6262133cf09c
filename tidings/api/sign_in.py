"""The sign-in door: a name and a password in, a session cookie out, for scripts and for plain forms.

No rule about passwords, throttling or lifetimes may come in here. Called by sessions.py.
"""

import logging
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, Field

from tidings.accounts import sessions
from tidings.accounts.passwords import LONGEST_PASSWORD, HasherBusy
from tidings.accounts.refusals import PasswordChanged, UserDisabled
from tidings.accounts.sessions import LONGEST_DEVICE, Started
from tidings.accounts.sign_in import recognise
from tidings.accounts.tables import User
from tidings.accounts.throttle import TooManyFailures
from tidings.api.bodies import FORM, JSON, Text, media_type, read_form, read_json
from tidings.api.doors import Doors, Rooms, refuse_foreign_origin, require_own_page
from tidings.api.problems import Problem
from tidings.database import DatabaseUnavailable

log = logging.getLogger(__name__)

Typed = Annotated[Text, Field(min_length=1, max_length=LONGEST_PASSWORD)]


class Credentials(BaseModel):
    """What somebody types to sign in."""

    username: Typed
    password: Typed


class PublicUser(BaseModel):
    """What a page may know of a person; the hash cannot leave."""

    id: str
    name: str
    admin: bool


class Welcome(BaseModel):
    """The answer to a sign-in."""

    user: PublicUser


async def sign_in(doors: Doors, request: Request) -> Response:
    """Answer a sign-in in the language it was asked in."""
    refuse_foreign_origin(request, doors.rooms.settings.allowed_origins)
    kind = media_type(request)
    if kind == FORM or "sec-fetch-site" in request.headers:
        require_own_page(request)  # a browser; programs send JSON and rely on no cookie
    if kind == FORM:
        return await _by_form(doors, request)
    if kind != JSON:
        raise Problem(415, "Unsupported media type", f"Send {JSON} or {FORM}.", kind="media-type")
    user, started = await _enter(doors, request, await read_json(request, Credentials))
    response = JSONResponse(Welcome(user=public(user)).model_dump())
    doors.cookie.put(response, started.secret)
    return response


async def check_password(rooms: Rooms, name: str, password: str, address: str) -> User | None:
    """Return whose password it is, counting what is wrong. Raises `TooManyFailures`, `HasherBusy`."""
    async with rooms.throttle.attempt(name, address) as attempt:
        user = await recognise(rooms.database, rooms.hasher, name, password)
        await (attempt.failed() if user is None else attempt.succeeded())
        return user


def public(user: User) -> PublicUser:
    """Return what may be shown of a person."""
    return PublicUser(id=user.id, name=user.name, admin=user.is_admin)


async def _by_form(doors: Doors, request: Request) -> Response:
    try:
        _, started = await _enter(doors, request, await read_form(request, Credentials))
    except TooManyFailures as failures:
        return _go(request, "/login", error="throttled", retry_after=str(failures.retry_after_s))
    except (HasherBusy, DatabaseUnavailable):
        return _go(request, "/login", error="unavailable")
    except Problem as problem:
        if problem.status not in (401, 422):
            raise
        return _go(request, "/login", error="wrong")
    response = _go(request, "/")
    doors.cookie.put(response, started.secret)
    return response


async def _enter(doors: Doors, request: Request, credentials: Credentials) -> tuple[User, Started]:
    rooms, address = doors.rooms, doors.address(request)
    user = await check_password(rooms, credentials.username, credentials.password, address)
    if user is None:
        log.info("sign-in refused: address=%s", address)  # no name: people type passwords into that field
        raise _wrong()
    try:
        started = await _start(doors, request, user, address)
    except (UserDisabled, PasswordChanged):  # in the moment since the check
        raise _wrong() from None
    log.info("signed in: user=%s session=%s address=%s", user.id, started.session.id, address)
    return user, started


async def _start(doors: Doors, request: Request, user: User, address: str) -> Started:
    now, old_secret = doors.rooms.clock.now(), doors.cookie.read(request)
    device = request.headers.get("user-agent", "")[:LONGEST_DEVICE]
    return await doors.rooms.database.write(
        lambda session: sessions.start(
            session, user, now, address=address, device=device, replacing=old_secret
        ),
        lambda started: doors.announce_ended(started.replaced),
    )


def _wrong() -> Problem:
    return Problem(
        401, "Wrong name or password", "The name or the password is not right.", kind="wrong-password"
    )


def _go(request: Request, path: str, **query: str) -> Response:
    """Send a browser on, back to where its page came from: in development that is another port."""
    origin = request.headers.get("origin", "")
    elsewhere = origin if origin and urlsplit(origin).netloc != request.headers.get("host") else ""
    question = "?" + urlencode(query) if query else ""
    return RedirectResponse(elsewhere + path + question, status_code=303)
