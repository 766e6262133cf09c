"""The sign-in throttle: how often somebody may be wrong before they have to wait.

No password and no HTTP may come in here. Called by the doors that check a password.

Failures are counted for an account as tried from one address, so that nobody can lock its owner out from
elsewhere, and for the address over all accounts.
"""

import asyncio
import ipaddress
import math
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter

from tidings.accounts.names import LONGEST_NAME, name_key

PER_ACCOUNT = RateLimitItemPerMinute(5, 15, namespace="sign-in-account")
PER_ADDRESS = RateLimitItemPerMinute(50, 15, namespace="sign-in-address")
AT_ONCE_PER_ADDRESS = 2  # of the four hashing threads; the others stay free for other addresses
IPV6_HOME = 64  # one household or server has 2^64 addresses


class TooManyFailures(Exception):
    """Wrong too often from here; the wait is known."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"Too many failed attempts. Try again in {math.ceil(retry_after_s / 60)} min.")
        self.retry_after_s = retry_after_s


class Throttle:
    """Counts failures in a moving window, and lets attempts at one account from one address in one by one.

    Taking turns closes the gap between looking at the count and adding to it: a hundred guesses sent at the
    same moment are still five.
    """

    def __init__(
        self,
        storage: Storage | None = None,
        *,
        per_account: RateLimitItem = PER_ACCOUNT,
        per_address: RateLimitItem = PER_ADDRESS,
    ) -> None:
        self._failures = MovingWindowRateLimiter(storage or MemoryStorage())
        self._per_account = per_account
        self._per_address = per_address
        self._turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def attempt(self, account: str, address: str) -> AsyncGenerator["Attempt"]:
        """Wait for a turn to check one password. Raises `TooManyFailures`."""
        home = _home(address)
        pair = (home, name_key(account)[:LONGEST_NAME])
        async with self._turn("/".join(pair), 1), self._turn(home, AT_ONCE_PER_ADDRESS):
            await self._check(self._per_account, *pair)
            await self._check(self._per_address, home)
            yield Attempt(self, pair)

    async def count(self, pair: tuple[str, str]) -> None:
        """Count a failure."""
        await self._failures.hit(self._per_account, *pair)
        await self._failures.hit(self._per_address, pair[0])

    async def forgive(self, pair: tuple[str, str]) -> None:
        """Forget the failures of somebody who knows the password after all; the address's stay."""
        await self._failures.clear(self._per_account, *pair)

    async def _check(self, limit: RateLimitItem, *who: str) -> None:
        if await self._failures.test(limit, *who):
            return
        reset_at, _ = await self._failures.get_window_stats(limit, *who)
        raise TooManyFailures(max(1, math.ceil(reset_at - time.time())))

    def _turn(self, key: str, at_once: int) -> asyncio.Semaphore:
        return self._turns.setdefault(key, asyncio.Semaphore(at_once))


class Attempt:
    """One try at a password that has been let through."""

    def __init__(self, throttle: Throttle, pair: tuple[str, str]) -> None:
        self._throttle = throttle
        self._pair = pair

    async def failed(self) -> None:
        """The password was wrong."""
        await self._throttle.count(self._pair)

    async def succeeded(self) -> None:
        """The password was right."""
        await self._throttle.forgive(self._pair)


def _home(address: str) -> str:
    """Return what to count by: an IPv4 address, or the network an IPv6 address lives in."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address.replace("/", "_")[:64]
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), IPV6_HOME), strict=False).network_address)
