"""HTTP as a browser of a page at that address would speak it: one session's cookie, an Origin, no detours.

No judgement may come in here. Used by the checks beside it.
"""

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from http.cookies import SimpleCookie
from typing import Any, cast
from urllib.parse import urlsplit

WITHIN_S = 10.0


class Unreachable(Exception):
    """There was no answer at all."""


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took."""

    status: int
    headers: Message
    body: bytes
    ms: float

    @property
    def facts(self) -> dict[str, Any]:
        """The JSON object in the body; empty for anything else."""
        try:
            found: Any = json.loads(self.body)
        except ValueError:
            return {}
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {}

    @property
    def kind(self) -> str:
        """The kind of a problem document; empty for anything else."""
        return str(self.facts.get("type", "")).rpartition(":")[2]


class _NoDetours(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Web:
    """Somebody's way to the site. `cookie` is sent with every request once there is one.

    `origin` is what a browser's page would have as its address; the same as the site's unless given.
    """

    def __init__(self, url: str, cookie: str = "", origin: str = "") -> None:
        self.url = url.rstrip("/")
        self.origin = origin or self.url
        self.cookie = cookie
        self._opener = urllib.request.build_opener(_NoDetours)

    @property
    def socket_url(self) -> str:
        """Where the WebSocket is."""
        return "ws" + self.url.removeprefix("http") + "/ws"

    @property
    def is_local(self) -> bool:
        """Whether the address is this machine's own."""
        return urlsplit(self.url).hostname in ("localhost", "127.0.0.1", "::1")

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Ask and return the answer, whatever it is. Raises `Unreachable`."""
        headers = {"Origin": self.origin, "Accept": "application/json", "User-Agent": "Tidings doctor"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.cookie:
            headers["Cookie"] = self.cookie
        given = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, given, headers, method=method)
        began = time.monotonic()
        try:
            with self._opener.open(request, timeout=WITHIN_S) as answer:
                return _read(answer, began)
        except urllib.error.HTTPError as refused:
            with refused:
                return _read(refused, began)
        except (urllib.error.URLError, OSError) as failure:
            raise Unreachable(str(getattr(failure, "reason", failure))) from failure

    def keep_cookie(self, answer: Answer) -> SimpleCookie:
        """Keep the cookie that was set, as a program does; return it with its flags."""
        cookies = SimpleCookie()
        for line in answer.headers.get_all("Set-Cookie") or []:
            cookies.load(line)
        self.cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
        return cookies


def _read(answer: Any, began: float) -> Answer:
    body = answer.read()
    return Answer(answer.status, answer.headers, body, (time.monotonic() - began) * 1000)
