"""Commands for whoever runs the server: bring the database up to date, look whether all is well.

No repair of anything but the database's shape. Called through parser.py.
"""

import argparse
import getpass
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import text

from tidings.accounts import sessions, users
from tidings.accounts.tables import User
from tidings.api.cookie import SessionCookie
from tidings.command.desk import CommandRefused, Desk
from tidings.database import DatabaseRefused, DatabaseUnavailable
from tidings.database.migrate import migrate as bring_up_to_date
from tidings.doctor import Examination, Finding
from tidings.doctor.web import Unreachable, Web
from tidings.notifications.drafts import Draft
from tidings.notifications.publish import Order, Publisher, publish
from tidings.people import People

PUBLISHER = Publisher("command", "command line")
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # what one listens on is not what one asks


def migrate(desk: Desk, words: argparse.Namespace) -> None:
    """Bring the database up to date."""
    changed = bring_up_to_date(desk.settings.database_url)
    desk.show(
        {"changed": changed},
        "The database was brought up to date." if changed else "The database is up to date.",
    )


def examine(desk: Desk, words: argparse.Namespace) -> None:
    """Check settings, database and the server, or the site at --url; refuse when something is wrong."""
    findings = list(_from_outside(words) if words.url else _here(desk, words.idle_seconds or 0))
    desk.show([vars(each) for each in findings], "\n".join(_line(each) for each in findings))
    if not all(each.well for each in findings):
        raise CommandRefused("Something needs to be changed; see above.")


def _line(found: Finding) -> str:
    took = f" ({found.ms:.0f} ms)" if found.ms is not None else ""
    said = f"{found.check}: {found.says}{took}"
    return f"ok   {said}" if found.well else f"BAD  {said} {found.advice}".rstrip()


def _from_outside(words: argparse.Namespace) -> Iterator[Finding]:
    idle_s = 62 if words.idle_seconds is None else words.idle_seconds
    if idle_s:
        sys.stderr.write(f"A silent line is tried as well, which takes {idle_s:g} s …\n")
    return Examination(Web(words.url), words.name or "", _password(words), idle_s).findings()


def _password(words: argparse.Namespace) -> str:
    if words.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return getpass.getpass() if words.name and sys.stdin.isatty() else ""


def _here(desk: Desk, idle_s: float) -> Iterator[Finding]:
    for check in CHECKS:
        yield check(desk)
    yield from _server(desk, idle_s)


def _settings(desk: Desk) -> Finding:
    return Finding(
        "settings", True, f"public address {desk.settings.public_url}, data in {desk.settings.data_dir}."
    )


def _cookies(desk: Desk) -> Finding:
    url = desk.settings.public_url
    local = any(host in url for host in ("//localhost", "//127.", "//[::1]"))
    if desk.settings.secure or local:
        return Finding("public address", True, "cookies are safe on it.")
    return Finding(
        "public address", False, f"{url} is not https.", "Set TIDINGS_PUBLIC_URL to an https address."
    )


def _database(desk: Desk) -> Finding:
    try:
        desk.database.read_now(lambda session: session.connection().execute(text("SELECT 1")))
    except (DatabaseUnavailable, DatabaseRefused) as refused:
        return Finding(
            "database", False, str(refused), "Check TIDINGS_DATABASE_URL and that the server runs."
        )
    return Finding("database", True, f"{desk.database.dialect} answers and is up to date.")


CHECKS: list[Callable[[Desk], Finding]] = [_settings, _cookies, _database]


def _server(desk: Desk, idle_s: float) -> Iterator[Finding]:
    """Use the server as a browser does: here, and at its public address when that is another."""
    settings = desk.settings
    here = f"http://{ANYWHERE.get(settings.host, settings.host)}:{settings.port}"
    try:
        Web(here).ask("GET", "/healthz")
    except Unreachable as failure:
        yield Finding("server", False, f"{here} does not answer: {failure}.", "Start it with scripts/run.")
        return
    with _signed_in(desk) as (admin, cookie):
        if admin is None:
            yield Finding("server", True, f"answers at {here}; there is no admin to try more with.")
            return

        def past_the_server(title: str) -> None:
            _publish(desk, admin, title)

        doors = {"database": past_the_server}
        origin = settings.allowed_origins[0]
        yield from Examination(Web(here, cookie, origin), idle_s=idle_s, doors=doors).findings()
        outside = Web(settings.public_url, cookie)
        if not outside.is_local:
            for found in Examination(outside, idle_s=idle_s).findings():
                yield replace(found, check=f"{settings.public_url}: {found.check}")


@contextmanager
def _signed_in(desk: Desk) -> Generator[tuple[User | None, str]]:
    """Lend the session of an admin, ended afterwards."""
    now = desk.clock.now()
    everybody = desk.database.read_now(users.everybody)
    admin = next((user for user in everybody if user.is_admin and user.disabled_at is None), None)
    if admin is None:
        yield None, ""
        return
    started = desk.database.write_now(
        lambda session: sessions.start(session, admin, now, device="Tidings doctor")
    )
    name = SessionCookie(desk.settings.secure).name
    try:
        yield admin, f"{name}={started.secret}"
    finally:
        desk.database.write_now(
            lambda session: sessions.end(session, admin.id, started.session.id, desk.clock.now())
        )


def _publish(desk: Desk, to: User, title: str) -> None:
    """Publish as `send` does: past the server, into the database."""
    draft, now = Draft.model_validate({"to": [to.name], "title": title}), desk.clock.now()
    desk.database.write_now(
        lambda session: publish(session, People(), Order(draft, PUBLISHER), frozenset, now)
    )
