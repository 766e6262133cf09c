"""HTTP that waits for a request no longer than is decent: uvicorn's, with deadlines and a bound on the head.

No route may come in here but the live socket's address. Made by uvicorn, one a TCP connection; after a
handshake there `LiveProtocol` takes over, after any other `ForeignProtocol`.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from tidings.live.door import PATH
from tidings.wire.deadline import Deadline
from tidings.wire.exchange import Exchange
from tidings.wire.handshake import BAD_REQUEST, Head, Misshapen, accepted
from tidings.wire.opening import Opening
from tidings.wire.websocket import LiveProtocol

HEAD_S = 10.0  # for a complete request head: slow handshakes must not hold descriptors
BODY_S = 30.0  # and for the body after it: 64 KiB, even on a very slow line
HEAD_BYTES = 32 * 1024

REFUSED = b"HTTP/1.1 %b\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
OURS = frozenset({PATH.encode(), PATH.encode() + b"?"})  # no query is no query, with or without its sign

FORBIDDEN = REFUSED % b"403 Forbidden"
TIMEOUT = REFUSED % b"408 Request Timeout"
TOO_LARGE = REFUSED % b"431 Request Header Fields Too Large"


class PatientHttp(HttpToolsProtocol):
    """uvicorn's HTTP, which waits for a request no longer than is decent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.access_log = False  # it is written to nobody, and uvicorn would still make its words
        self._deadline = Deadline(self.loop, self._give_up)
        self._head_bytes = self._head_size = 0
        self._in_head = self._is_timed = True
        self._exchange: Exchange | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().connection_made(transport)
        self._deadline.within(HEAD_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.forget()
        self._end_exchange()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            if not self._is_timed:  # the first bytes of the next request, or an attempt to look like it
                self._is_timed = True
                self._deadline.within(HEAD_S)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self._refuse(TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._wants_websocket: bool | None = None

    def _should_upgrade(self) -> bool:
        """Remember the answer: uvicorn asks three times, and looks through all headers each time."""
        if self._wants_websocket is None:
            self._wants_websocket = super()._should_upgrade()
        return self._wants_websocket

    def on_headers_complete(self) -> None:
        self._in_head, self._head_size = False, self._head_bytes
        self._deadline.within(BODY_S)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head, self._head_bytes, self._is_timed = True, 0, False
        self._deadline.lift()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """As uvicorn's; the time until the next request is one more deadline."""
        self._end_exchange()
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        elif not self._is_timed:
            self._deadline.within(self.timeout_keep_alive)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        scope: Any = cycle.scope
        self._exchange = Exchange(cycle)
        scope["extensions"] = {"tidings.exchange": self._exchange}
        super()._start_asgi_task(cycle, app)

    def _end_exchange(self) -> None:
        if self._exchange is not None:
            self._exchange.close()
            self._exchange = None

    def shutdown(self) -> None:
        """Finish what was asked; half a question is not waited for."""
        if self._in_head:
            super().shutdown()
        else:
            self.transport.close()

    def handle_websocket_upgrade(self) -> None:
        self._deadline.forget()
        if len([name for name, _ in self.headers if name == b"origin"]) > 1:
            self._refuse(FORBIDDEN)  # no browser names two; whoever does wants one of them overlooked
        elif self.url in OURS:
            self._open()
        else:
            super().handle_websocket_upgrade()
            websocket: Any = self.transport.get_protocol()
            if not websocket.handshake_initiated and not self.transport.is_closing():
                self._refuse(BAD_REQUEST)  # a head that HTTP takes and WebSocket does not
        self.parser = None  # it and we hold each other

    def _open(self) -> None:
        """Let the application decide about a handshake for the live socket, unless it is none."""
        head = Head(self.scope["method"].encode(), self.url, self.headers, self._head_size)
        accept = accepted(head)
        if isinstance(accept, Misshapen):
            self._refuse(accept.answer)
            return
        wire = LiveProtocol(self.loop, self.connections)
        app: Any = getattr(self, "app")  # noqa: B009  # uvicorn types it with names of its own
        opening = Opening(wire, app, self._scope_of_opening(), accept, self.server_state.default_headers)
        self.connections.discard(self)
        wire.connection_made(self.transport)
        self.transport.set_protocol(wire)
        task = self.loop.create_task(opening.run())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _scope_of_opening(self) -> dict[str, Any]:
        path, _, query = self.url.partition(b"?")
        named = [value.decode("latin-1") for name, value in self.headers if name == b"sec-websocket-protocol"]
        return {
            "type": "websocket",
            "asgi": {"version": self.asgi_version, "spec_version": "2.4"},
            "http_version": "1.1",
            "scheme": "wss" if self.scheme == "https" else "ws",
            "server": self.server,
            "client": self.client,
            "root_path": self.root_path,
            "path": self.root_path + path.decode(),
            "raw_path": self.root_path.encode() + path,
            "query_string": query,
            "headers": self.headers,
            "subprotocols": [each.strip() for value in named for each in value.split(",")],
            "state": self.app_state.copy(),
        }

    def _refuse(self, answer: bytes) -> None:
        self.transport.write(answer)
        self.transport.close()

    def _give_up(self) -> None:
        if self._head_bytes and self._in_head and not self.transport.is_closing():
            self.transport.write(TIMEOUT)
        self.transport.close()
