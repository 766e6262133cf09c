"""The opening handshake, judged from the head that httptools has read (RFC 6455, 4.2.1).

No socket and no origin may come in here. Called by `PatientHttp`. What browsers and proxies send is judged at
a glance; whatever else comes is judged word for word by websockets, which costs ten times as much.
"""

import base64
import hashlib
import logging
import re
from dataclasses import dataclass
from typing import cast

from websockets.http11 import Request
from websockets.server import ServerProtocol

Headers = list[tuple[bytes, bytes]]

BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
KEY = re.compile(rb"[A-Za-z0-9+/]{22}==")  # sixteen bytes
UPGRADES = frozenset({b"upgrade", b"keep-alive, upgrade"})  # as browsers and proxies say it
NEEDED = (b"connection", b"upgrade", b"sec-websocket-key", b"sec-websocket-version")
ONCE = (*NEEDED, b"origin")
UNUSUAL = frozenset({b"transfer-encoding", b"content-length", b"sec-websocket-protocol"})
USUAL_BYTES, USUAL_HEADERS = 8 * 1024, 100  # no line and no head that websockets finds too long

log = logging.getLogger("uvicorn.error")


@dataclass(frozen=True, slots=True)
class Head:
    """A request's head; names are lower case, and `size` is at least what it was on the line."""

    method: bytes
    target: bytes
    headers: Headers
    size: int


@dataclass(frozen=True, slots=True)
class Misshapen:
    """No handshake of RFC 6455. `answer` is the whole answer in HTTP."""

    answer: bytes


def accepted(head: Head) -> bytes | Misshapen:
    """Return what `Sec-WebSocket-Accept` must be in the answer, or why there is none."""
    usual = head.method == b"GET" and head.size <= USUAL_BYTES
    if usual and (key := _usual_key(head.headers)):
        return base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
    return _thoroughly(head)


def _usual_key(headers: Headers) -> bytes | None:
    """Return the key when each header says what it nearly always says, once."""
    said = dict(headers)
    if len(headers) > USUAL_HEADERS or not UNUSUAL.isdisjoint(said):
        return None
    repeated = len(said) < len(headers)
    if repeated and any(sum(name == needed for name, _ in headers) > 1 for needed in ONCE):
        return None
    connection, upgrade, key, version = (said.get(name, b"") for name in NEEDED)
    usual = connection.lower() in UPGRADES and upgrade.lower() == b"websocket" and version == b"13"
    return key if usual and KEY.fullmatch(key) else None


def _thoroughly(head: Head) -> bytes | Misshapen:
    judge = ServerProtocol(logger=log)
    judge.receive_data(_written(head))
    for request in cast(list[Request], judge.events_received()):  # no frames come before an answer
        response = judge.accept(request)
        if response.status_code == 101:
            return response.headers["Sec-WebSocket-Accept"].encode()
        judge.send_response(response)
        return Misshapen(b"".join(judge.data_to_send()))
    return Misshapen(BAD_REQUEST)  # a head that HTTP takes and WebSocket does not


def _written(head: Head) -> bytes:
    lines = [b"%b %b HTTP/1.1" % (head.method, head.target)]
    lines += [b"%b: %b" % header for header in head.headers]
    return b"\r\n".join([*lines, b"", b""])
