"""Passwords: argon2id, at a price paid by guessers, off the event loop and never more than a few at once.

No table and no user may come in here. Called by sign_in.py, the doors (async) and the command line (sync).
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any, TypeVar

from passlib.handlers.argon2 import argon2  # pyright: ignore[reportMissingTypeStubs]

from tidings.accounts.refusals import PasswordRefused
from tidings.accounts.secret import new_secret

T = TypeVar("T")

LONGEST_PASSWORD = 1024
AT_ONCE = 4  # each takes 19 MiB and a core for 0.04 s
LONGEST_QUEUE = 200  # about four seconds of work; whoever comes then is better told to come back


class HasherBusy(Exception):
    """Too many people sign in at this moment; trying again shortly is right."""

    retry_after_s = 5


def accepted_password(password: str) -> str:
    """Return the password as it is hashed, the same from every keyboard. Raises `PasswordRefused`."""
    if not 1 <= len(password) <= LONGEST_PASSWORD:
        raise PasswordRefused(f"A password has 1 to {LONGEST_PASSWORD} characters.")
    try:
        password.encode()
    except UnicodeEncodeError:
        raise PasswordRefused("A password is text; this one has half a character in it.") from None
    return unicodedata.normalize("NFC", password)


class Hasher:
    """Makes and checks password hashes. The defaults are OWASP's for argon2id; tests take cheaper ones."""

    def __init__(self, memory_kib: int = 19_456, passes: int = 2, lanes: int = 1) -> None:
        argon2id: Any = argon2  # passlib has no types
        self._scheme = argon2id.using(type="ID", memory_cost=memory_kib, time_cost=passes, parallelism=lanes)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="tidings-argon2")
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """Hash without stopping the event loop. Raises `PasswordRefused`, `HasherBusy`."""
        return await self._off_the_loop(lambda: self.hash_now(password))

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Check without stopping the event loop; `None` (nobody has that name) takes as long and is false."""
        return await self._off_the_loop(lambda: self.verify_now(password, password_hash))

    def hash_now(self, password: str) -> str:
        """`hash` for code without an event loop."""
        return self._scheme.hash(accepted_password(password))

    def verify_now(self, password: str, password_hash: str | None) -> bool:
        """`verify` for code without an event loop."""
        nobodys = self._nobodys_hash  # made for everybody's first try, so that it gives nobody away
        try:
            matches = self._scheme.verify(accepted_password(password), password_hash or nobodys)
        except PasswordRefused:
            return False
        return bool(matches) and password_hash is not None

    def outdated(self, password_hash: str) -> bool:
        """Tell whether the hash was made at another price than today's."""
        return bool(self._scheme.needs_update(password_hash))

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @cached_property
    def _nobodys_hash(self) -> str:
        return self._scheme.hash(new_secret())

    async def _off_the_loop(self, work: Callable[[], T]) -> T:
        if self._waiting >= LONGEST_QUEUE:
            raise HasherBusy("Too many people are signing in at this moment.")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
