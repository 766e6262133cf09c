"""Where a visitor is, when proxies stand between them and us.

No setting is read here: the trusted proxies are passed in. Called by doors.py and, for the socket, by the
composition root.
"""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from starlette.requests import HTTPConnection

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
NOWHERE = "unknown"  # a connection without an address, e.g. over a Unix socket


def client_address(connection: HTTPConnection, trusted: Sequence[Network]) -> str:
    """Return the visitor's address: the rightmost one that is not a trusted proxy's.

    What stands further left in `X-Forwarded-For` was written by the visitor and proves nothing.
    """
    address = _parsed(connection.client.host) if connection.client else None
    if address is None:
        return NOWHERE
    if not trusted:
        return str(address)
    hops = ",".join(connection.headers.getlist("x-forwarded-for")).split(",")
    while hops and any(address in network for network in trusted):
        before = _parsed(hops.pop())
        if before is None:
            break
        address = before
    return str(address)


@lru_cache(maxsize=4096)  # the same few addresses, again and again, at every handshake
def _parsed(text: str) -> Address | None:
    """Return the address in `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`, else None."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed
