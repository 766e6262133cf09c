"""The sign-in door: a name and a password in, a session cookie out, for scripts and for plain forms.

No rule about passwords, throttling or lifetimes may come in here. Called by sessions.py.
"""

from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, Field
from sqlmodel import Session

from tidings.accounts import sessions
from tidings.accounts.passwords import LONGEST_PASSWORD, HasherBusy
from tidings.accounts.refusals import PasswordChanged, UserDisabled
from tidings.accounts.sessions import LONGEST_DEVICE, Started
from tidings.accounts.sign_in import recognise
from tidings.accounts.tables import User
from tidings.accounts.throttle import TooManyFailures
from tidings.api.bodies import FORM, JSON, WITHOUT_NUL, media_type, read_form, read_json
from tidings.api.doors import Doors
from tidings.api.origin import refuse_foreign_origin, require_own_page
from tidings.api.problems import Problem
from tidings.audit.log import record
from tidings.audit.tables import Action
from tidings.database import DatabaseUnavailable

Typed = Annotated[str, Field(min_length=1, max_length=LONGEST_PASSWORD), WITHOUT_NUL]


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


async def check_password(
    doors: Doors, request: Request, name: str, password: str, here: User | None = None
) -> User | None:
    """Return whose password it is, counting what is wrong; `here` is who is signed in already, if anybody.

    Raises `TooManyFailures`, `HasherBusy`.
    """
    rooms = doors.rooms
    try:
        async with rooms.throttle.attempt(name, doors.address(request)) as attempt:
            user = await recognise(rooms.database, rooms.hasher, name, password)
            await (attempt.failed() if user is None else attempt.succeeded())
    except TooManyFailures:
        doors.witness.refused(request, Action.SESSION_THROTTLED, here, account=name)
        raise
    if user is None:
        refused = Action.PASSWORD_REFUSED if here else Action.SESSION_REFUSED
        doors.witness.refused(request, refused, here, account=name)
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
    name, password = credentials.username, credentials.password
    user = await check_password(doors, request, name, password)
    if user is None:
        raise _wrong()
    try:
        return user, await _start(doors, request, user)
    except (UserDisabled, PasswordChanged):  # in the moment since the check
        raise _wrong() from None


async def _start(doors: Doors, request: Request, user: User) -> Started:
    now, old_secret = doors.rooms.clock.now(), doors.cookie.read(request)
    device = request.headers.get("user-agent", "")[:LONGEST_DEVICE]
    entry = doors.witness.entry(request, Action.SESSION_BEGAN, user).about(user.name, user.id)

    def work(session: Session) -> Started:
        address = entry.actor.address
        started = sessions.start(session, user, now, address=address, device=device, replacing=old_secret)
        record(session, entry.about(user.name, user.id, device=started.session.device), now)
        return started

    started = await doors.rooms.database.write(work, lambda done: doors.announce_ended(done.replaced))
    doors.witness.tell(entry)
    return started


def _wrong() -> Problem:
    return Problem(
        401, "Wrong name or password", "The name or the password is not right.", kind="wrong-password"
    )


def _go(request: Request, path: str, **query: str) -> Response:
    """Send a browser on, back to where its page came from: in development that is another port."""
    origin = request.headers.get("origin", "")
    elsewhere = origin if origin and urlsplit(origin).netloc != request.headers.get("host") else ""
    question = "?" + urlencode(query) if query else ""
    if "error" in query:
        question += "#" + query["error"]  # shows the words in a browser without JavaScript, by :target
    return RedirectResponse(elsewhere + path + question, status_code=303)
