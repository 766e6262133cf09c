"""The examination: from the first request to a replay by cursor, each step told with its time.

No configuration is read and nothing is repaired here. Called by the command line; `idle_s` is how long a
silent line must live (nothing: it is not tried).

The checks stand in the order in which they depend on each other: the first that fails in a way that makes the
rest pointless ends it. The silent line is tried beside them, because it takes its time.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from tidings.doctor import advice
from tidings.doctor.finding import Finding, Unwell
from tidings.doctor.line import Line, Message
from tidings.doctor.web import Answer, Unreachable, Web

SKEW_S = 5.0
LATE_MS = 2_000
NOT_UPGRADED = (200, 301, 302, 400, 404, 405, 426)
BROKEN_GATEWAY = (500, 502, 503, 504)

Publish = Callable[[str], None]


@dataclass
class Examination:
    """One examination of one site. `doors` are ways to publish to oneself besides the site's own."""

    web: Web
    name: str = ""
    password: str = ""
    idle_s: float = 62
    doors: dict[str, Publish] = field(default_factory=dict[str, Publish])
    _sent: list[str] = field(default_factory=list[str])

    def findings(self) -> Iterator[Finding]:
        """Examine; yield what is found as soon as it is known."""
        try:
            yield from self._reach()
            yield from self._enter()
            token = self._token()
            yield self._handshake(token)
            with ThreadPoolExecutor(1) as beside:
                silence = beside.submit(self._silence, token) if self.idle_s else None
                yield from self._messages(token)
                if silence is not None:
                    yield _told(silence, self.idle_s)
        except Unwell as unwell:
            yield unwell.finding
        except Unreachable as failure:
            yield Finding("answer", False, f"There was no answer: {failure}.", advice.UPSTREAM)

    def _reach(self) -> Iterator[Finding]:
        try:
            answer = self.web.ask("GET", "/healthz")
        except Unreachable as failure:
            certificate = "certificate" in str(failure).lower()
            what = advice.CERTIFICATE if certificate else advice.UPSTREAM
            raise Unwell(
                Finding("reach", False, f"{self.web.url} does not answer: {failure}.", what)
            ) from failure
        yield _alive(answer, self.web.url)
        yield _clock(answer)
        ready = self.web.ask("GET", "/readyz")
        why = "" if ready.status == 200 else f" {ready.facts.get('reason', '')}"
        yield Finding("ready", ready.status == 200, f"/readyz answers {ready.status}.{why}", advice.READY)

    def _enter(self) -> Iterator[Finding]:
        if not self.web.cookie:
            if not self.name:
                raise Unwell(Finding("sign-in", False, "Nobody to sign in as.", advice.CREDENTIALS))
            words = {"username": self.name, "password": self.password}
            answer = self.web.ask("POST", "/api/v1/session", words)
            yield self._signed_in(answer)
            yield self._cookie(answer)
        here = self.web.ask("GET", "/api/v1/session")
        if here.status != 200:
            says = f"The session is not recognised: {here.status}."
            raise Unwell(Finding("session", False, says, advice.PATH))
        self.name = here.facts["user"]["name"]
        yield self._address(here)

    def _signed_in(self, answer: Answer) -> Finding:
        if answer.kind == "foreign-origin":
            says = f"Pages of {self.web.origin} are not accepted."
            raise Unwell(Finding("origin", False, says, advice.origin(self.web.origin)))
        if answer.status != 200:
            says = f"Signing in as {self.name} was answered {answer.status}."
            raise Unwell(Finding("sign-in", False, says, answer.facts.get("detail", advice.PATH)))
        return Finding("sign-in", True, f"{self.name} is signed in.", ms=answer.ms)

    def _cookie(self, answer: Answer) -> Finding:
        """A program keeps any cookie; say what a browser would do with this one."""
        cookies = self.web.keep_cookie(answer)
        is_https = self.web.url.startswith("https:")
        secure = any(morsel["secure"] for morsel in cookies.values())
        if not cookies:
            raise Unwell(Finding("cookie", False, "No cookie came with the answer.", advice.PATH))
        if secure and not is_https and not self.web.is_local:
            says = "The cookie is for https only: a browser at this http address drops it."
            return Finding("cookie", False, says, advice.public_url(self.web.url))
        if is_https and not secure:
            says = "The cookie may travel without https."
            return Finding("cookie", False, says, advice.public_url(self.web.url))
        return Finding("cookie", True, "A browser at this address keeps the cookie.")

    def _address(self, here: Answer) -> Finding:
        address = str(here.facts["session"]["address"])
        try:
            is_own = ip_address(address).is_loopback
        except ValueError:
            is_own = False
        if is_own and not self.web.is_local:
            says = f"The server takes us for {address}: every visitor has the address of the proxy."
            return Finding("address", False, says, advice.TRUSTED)
        return Finding("address", True, f"The server sees us at {address or 'this machine'}.")

    def _token(self) -> str:
        answer = self.web.ask("POST", "/api/v1/session/token")
        if answer.kind == "foreign-origin":
            says = f"Pages of {self.web.origin} are not accepted."
            raise Unwell(Finding("origin", False, says, advice.origin(self.web.origin)))
        if answer.status != 200:
            raise Unwell(Finding("token", False, f"No token for the socket: {answer.status}.", advice.PATH))
        return answer.facts["token"]

    def _handshake(self, token: str) -> Finding:
        began = time.monotonic()
        try:
            line = self._line(token)
        except (InvalidHandshake, ConnectionClosed, OSError, TimeoutError) as failure:
            raise Unwell(_unopened(failure, self.web.origin)) from failure
        line.close()
        ms = (time.monotonic() - began) * 1000
        return Finding("socket", True, "The WebSocket opens and knows us.", ms=ms)

    def _line(self, token: str, cursor: Message | None = None) -> Line:
        line = Line(self.web.socket_url, self.web.origin)
        line.enter(token, cursor)
        return line

    def _messages(self, token: str) -> Iterator[Finding]:
        line = self._line(token)
        try:
            cursor = line.welcome["cursor"]
            for door, publish in {"page": self._by_page, **self._own_doors(), **self.doors}.items():
                found, cursor = self._travel(line, door, publish, cursor)
                yield found
            yield self._mark(line)
        finally:
            line.close()
        yield self._replay(token, cursor)

    def _own_doors(self) -> dict[str, Publish]:
        """Return the doors that only admins may use with their cookie."""
        may = self.web.ask("GET", "/api/v1/session").facts["user"].get("admin")
        return {"HTTP": self._by_http, "hook": self._by_hook} if may else {}

    def _travel(self, line: Line, door: str, publish: Publish, cursor: Message) -> tuple[Finding, Message]:
        """Send through a door and wait for it on the line."""
        check, began = f"{door} → socket", time.monotonic()
        try:
            publish(f"Doctor: through {door}")
            answered = time.monotonic()
            news = line.hear(lambda message: message["type"] == "notifications")
        except (TimeoutError, ConnectionClosed, OSError) as failure:
            says = f"It did not arrive: {_words(failure)}."
            return Finding(check, False, says, advice.BUFFERING), cursor
        arrived = time.monotonic()
        self._sent += [item["id"] for item in news["items"]]
        commit_ms, way_ms = (answered - began) * 1000, (arrived - answered) * 1000
        says = f"committed after {commit_ms:.0f} ms, on the socket {max(0.0, way_ms):.0f} ms later."
        late = advice.BUFFERING if way_ms > LATE_MS else advice.SLOW_COMMIT if commit_ms > LATE_MS else ""
        return Finding(check, not late, says, late, ms=commit_ms + way_ms), news["cursor"]

    def _mark(self, line: Line) -> Finding:
        """Up the line and back; it also takes what we sent out of the inbox."""
        began = time.monotonic()
        _archive(line, f"doctor-{began}", self._sent)
        try:
            heard = line.hear(lambda message: message["type"] in ("ack", "error"))
        except (TimeoutError, ConnectionClosed, OSError) as failure:
            return Finding("socket ↑", False, f"No acknowledgement: {_words(failure)}.", advice.BUFFERING)
        well = heard["type"] == "ack"
        says = "What we sent is archived, and acknowledged." if well else str(heard.get("message"))
        return Finding("socket ↑", well, says, ms=(time.monotonic() - began) * 1000)

    def _replay(self, token: str, cursor: Message) -> Finding:
        """Be away while something is sent, and be told of it by the cursor."""
        began = time.monotonic()
        self._by_page("Doctor: while we were away")
        line = self._line(token, cursor)
        try:
            news = line.hear(lambda message: message["type"] in ("notifications", "snapshot"))
            if news["type"] == "notifications":
                ids = [item["id"] for item in news["items"]]
                line.hear(lambda message: message["type"] == "updated")
                _archive(line, f"doctor-{began}-replay", ids)
                line.hear(lambda message: message["type"] == "ack")
        except (TimeoutError, ConnectionClosed, OSError) as failure:
            return Finding("replay", False, f"Nothing was replayed: {_words(failure)}.", advice.BUFFERING)
        finally:
            line.close()
        well = bool(line.welcome["recovered"])
        says = "What was missed came by the cursor." if well else "The list was loaded anew."
        return Finding("replay", well, says, advice.READY, ms=(time.monotonic() - began) * 1000)

    def _silence(self, token: str) -> float:
        line = self._line(token)
        try:
            return line.silent_for(self.idle_s)
        finally:
            line.close()

    def _by_page(self, title: str) -> None:
        self._must(self.web.ask("POST", "/api/v1/notifications/test"))

    def _by_http(self, title: str) -> None:
        self._must(self.web.ask("POST", "/api/v1/notifications", {"to": [self.name], "title": title}))

    def _by_hook(self, title: str) -> None:
        alerts = {"alerts": [{"annotations": {"summary": title}, "labels": {"severity": "info"}}]}
        self._must(self.web.ask("POST", f"/api/v1/hooks/alertmanager?to={self.name}", alerts))

    def _must(self, answer: Answer) -> None:
        if answer.status != 201:
            raise OSError(f"the door answered {answer.status}")


def _archive(line: Line, name: str, items: list[str]) -> None:
    line.say({"type": "mark", "id": name, "as": "archived", "items": items[:100]})


def _alive(answer: Answer, url: str) -> Finding:
    if answer.status == 200 and answer.facts.get("status") == "alive":
        return Finding("reach", True, f"{url} answers.", ms=answer.ms)
    if answer.status in (301, 302, 307, 308):
        elsewhere = answer.headers.get("Location", "")
        what = f"Examine that one: --url {elsewhere}."
        raise Unwell(Finding("reach", False, f"{url} leads to {elsewhere}.", what))
    what = advice.UPSTREAM if answer.status in BROKEN_GATEWAY else advice.PATH
    raise Unwell(Finding("reach", False, f"/healthz was answered {answer.status}, not by Tidings.", what))


def _clock(answer: Answer) -> Finding:
    told = answer.headers.get("Date")
    if not told:
        return Finding("clock", True, "The server names no time.")
    skew_s = parsedate_to_datetime(told).timestamp() - time.time()
    well = abs(skew_s) <= SKEW_S
    says = f"Its clock and ours differ by {abs(skew_s):.0f} s."
    return Finding("clock", well, says, "" if well else advice.CLOCK)


def _unopened(failure: Any, url: str) -> Finding:
    status = failure.response.status_code if isinstance(failure, InvalidStatus) else 0
    if status == 403:
        return Finding("socket", False, f"The socket refuses pages of {url} (403).", advice.origin(url))
    if status == 429:
        return Finding("socket", False, "Too many sockets from one address (429).", advice.TOO_MANY)
    if status in NOT_UPGRADED:
        says = f"/ws was answered {status} instead of an upgrade: the Upgrade header did not arrive."
        return Finding("socket", False, says, advice.UPGRADE)
    if status in BROKEN_GATEWAY:
        return Finding("socket", False, f"/ws was answered {status}.", advice.UPSTREAM)
    return Finding("socket", False, f"The socket did not open: {_words(failure)}.", advice.UPGRADE)


def _told(silence: "Future[float]", wanted_s: float) -> Finding:
    try:
        lived_s = silence.result()
    except (ConnectionClosed, InvalidHandshake, OSError, TimeoutError) as failure:
        return Finding("silence", False, f"The silent line could not be tried: {_words(failure)}.")
    if lived_s >= wanted_s:
        return Finding("silence", True, f"A line without a word lives longer than {wanted_s:.0f} s.")
    says = f"Something in between ends a quiet connection after {lived_s:.0f} s."
    return Finding("silence", False, says, advice.idle(lived_s))


def _words(failure: BaseException) -> str:
    return str(failure).rstrip(".") or type(failure).__name__
