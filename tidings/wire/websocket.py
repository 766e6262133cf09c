"""WebSocket with direct writes of prepared frames, signs of life, limits, and an end that comes: uvicorn's,
extended.

No message may come in here. Made by `PatientHttp` after a handshake; what it offers to the endpoint is
described by `tidings.live.pipe.Wire`.
"""

import fcntl
import socket
import sys
import termios
from collections import deque
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import PayloadTooBig

from tidings.live.codes import MEANINGS, Code
from tidings.live.frames import Frame
from tidings.live.pipe import BOUND_BYTES, WireGuest
from tidings.live.protocol import FIRST_MESSAGE_BYTES, MESSAGE_BYTES
from tidings.rate import Bucket

LINE_BROKEN = 1006
CLOSING_S = 0.8  # a peer that does not answer our close within it is cut off: all is over in a second
SEND_BUFFER_BYTES = 64 * 1024  # so that a reader who stopped shows, instead of vanishing in kernel memory
SLICE_BYTES = 8 * 1024  # read at once: a flood of tiny frames is noticed before all of it is parsed
FRAMES_PER_S, FRAME_BURST = 200, 1000  # frames of any kind; a message may well come in pieces

TOO_BIG = Frame.of({"type": "closing", "code": int(Code.TOO_BIG), "reason": MEANINGS[Code.TOO_BIG].name})


class LiveProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, and what the endpoint needs of it (tidings.live.pipe.Wire)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guest: WireGuest | None = None
        self.roomy = True
        self.close_timeout = CLOSING_S
        self.conn.max_message_size = FIRST_MESSAGE_BYTES
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._bucket = Bucket(FRAMES_PER_S, FRAME_BURST, self.loop.time())
        self._deaf = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.put: Callable[[bytes], None] = transport.write
        transport.set_write_buffer_limits(high=0)  # so that `roomy` is true exactly when nothing waits
        self._size_send_buffer(SEND_BUFFER_BYTES)

    def connection_lost(self, exc: Exception | None) -> None:
        self.roomy = False
        self._waiting.clear()
        # Unless a close is in the queue already, the line just broke; uvicorn would say 1005.
        self.queue.put_nowait({"type": "websocket.disconnect", "code": LINE_BROKEN})
        super().connection_lost(exc)

    async def run_asgi(self) -> None:
        extensions: Any = self.scope.get("extensions")
        extensions["tidings.wire"] = self
        try:
            await super().run_asgi()
        finally:
            del extensions["tidings.wire"]
            self.loop.call_later(CLOSING_S, self.transport.abort)  # nobody may keep the descriptor

    # What the endpoint uses.

    def keep(self, framed: bytes) -> None:
        """Keep a whole frame until the kernel takes more."""
        if not self.disconnected:
            self._waiting.append(framed)
            self._waiting_bytes += len(framed)

    def waiting_bytes(self) -> int:
        """Bytes the kernel has not taken yet."""
        if self.roomy or self.disconnected:
            return 0
        return self.transport.get_write_buffer_size() + self._waiting_bytes

    def unacknowledged_bytes(self) -> int:
        """Bytes the kernel has taken and the peer has not: on a slow line they move where ours do not."""
        raw: socket.socket | None = self.transport.get_extra_info("socket")
        if self.disconnected or raw is None:
            return 0
        return int.from_bytes(fcntl.ioctl(raw.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)

    def forget_waiting(self) -> None:
        """Drop the frames of which no byte has left."""
        self._waiting.clear()
        self._waiting_bytes = 0

    def take_more(self) -> None:
        """Take messages of full size from now on."""
        self.conn.max_message_size = MESSAGE_BYTES

    async def drained(self) -> None:
        """Wait until nothing waits, or the connection is lost."""
        await self.writable.wait()

    # What uvicorn and the transport call.

    def pause_writing(self) -> None:
        self.roomy = False
        if self.guest is not None:
            self.guest.delayed()
        super().pause_writing()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.roomy = True
        while self._waiting and self.roomy:  # a write may pause us again
            framed = self._waiting.popleft()
            self._waiting_bytes -= len(framed)
            self.transport.write(framed)

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.close":
            self._hand_over()
        await super().send(message)
        if message["type"] == "websocket.accept":
            del self.request, self.response  # a kilobyte or two for as long as the socket lives
        elif message["type"] == "websocket.http.response.body":
            self.handshake_complete = True  # uvicorn forgets, and logs an error for each refusal

    def data_received(self, data: bytes) -> None:
        if self.guest is not None:
            self.guest.stirred()
        for start in range(0, len(data), SLICE_BYTES):
            if self._deaf:
                return
            super().data_received(data[start : start + SLICE_BYTES])

    def handle_events(self) -> None:
        events = len(self.conn.events)
        if events and self._bucket.wait(self.loop.time(), events):
            self._stop_listening()
        else:
            super().handle_events()

    def handle_ping(self) -> None:
        pong = b"".join(self.conn.data_to_send())
        if self.roomy:  # to somebody who does not read, the newest pong is enough (RFC 6455, 5.5.3), or none
            self.transport.write(pong)

    def send_receive_event_to_app(self) -> None:
        whole = b"".join(self.frames)
        if self.curr_msg_data_type == "text" and not _is_text(whole):
            self.conn.fail(1007, "not UTF-8")
            self.handle_parser_exception()
            return
        self.frames = [whole]
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Say why, and go on reading for a moment: a close on unread bytes would be a reset, and unsaid."""
        closed: Any = self.conn.close_sent
        self.queue.put_nowait({"type": "websocket.disconnect", "code": closed.code, "reason": closed.reason})
        self._deaf = self.close_sent = True
        if self.roomy:
            farewell = TOO_BIG.text if isinstance(self.conn.parser_exc, PayloadTooBig) else b""
            self.transport.write(farewell + b"".join(self.conn.data_to_send()))
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(CLOSING_S, self.transport.abort)

    def shutdown(self) -> None:
        """Let the endpoint say goodbye (1012, and when to come back), if this is one of its sockets."""
        if self.guest is not None:
            self.guest.shut_down()
        else:
            super().shutdown()

    def _stop_listening(self) -> None:
        self._deaf = True
        self.conn.events.clear()
        if self.guest is not None:
            self.guest.flooded()
        elif not self.close_sent:
            self.transport.abort()

    def _hand_over(self) -> None:
        """Give all that waits to the kernel, with room for it: it goes on sending when we are gone."""
        if self.waiting_bytes():
            self._size_send_buffer(BOUND_BYTES)
        if not self.disconnected:
            self.transport.write(b"".join(self._waiting))
        self.forget_waiting()
        self.writable.set()

    def _size_send_buffer(self, size_bytes: int) -> None:
        raw: socket.socket | None = self.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size_bytes)


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
