"""One WebSocket after its handshake: messages to whoever is its guest, signs of life, limits, and an end that
comes. Its way out is the outlet.

No message may come in here. Made by `PatientHttp` at a handshake; what it offers to the endpoint is described
by `tidings.live.pipe.Wire`. Frames are parsed by websockets. There are tens of thousands of these, so what
only few need is made when it is needed, and nothing is left of the handshake.
"""

import asyncio
import logging
from typing import Any

from websockets.exceptions import PayloadTooBig
from websockets.frames import Frame as Received
from websockets.frames import Opcode
from websockets.protocol import SERVER, Protocol, State

from tidings.live.codes import MEANINGS, Code
from tidings.live.frames import Frame
from tidings.live.protocol import FIRST_MESSAGE_BYTES, MESSAGE_BYTES
from tidings.rate import Bucket
from tidings.wire.outlet import Outlet

LINE_BROKEN = 1006
CLOSING_S = 0.8  # a peer that does not answer our close within it is cut off: all is over in a second
SLICE_BYTES = 8 * 1024  # read at once: a flood of tiny frames is noticed before all of it is parsed
FRAMES_PER_S, FRAME_BURST = 200, 1000  # frames of any kind; a message may well come in pieces

TOO_BIG = Frame.of({"type": "closing", "code": int(Code.TOO_BIG), "reason": MEANINGS[Code.TOO_BIG].name})
STOPPING = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

log = logging.getLogger("tidings.wire")


class LiveProtocol(Outlet):
    """A WebSocket without an application behind it: its guest is called (tidings.live.pipe.Wire)."""

    __slots__ = (
        "_bucket",
        "_close_timer",
        "_connections",
        "_deaf",
        "_loop",
        "_pieces",
        "_reading_paused",
        "conn",
        "is_open",
        "is_text",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, connections: set[Any]) -> None:
        super().__init__()
        self._loop, self._connections = loop, connections
        self.is_open = False
        self.conn = Protocol(SERVER, state=State.OPEN, max_size=FIRST_MESSAGE_BYTES, logger=log)
        self.is_text = True
        self._pieces: list[Any] | None = None  # of a message that comes in several frames
        self._bucket = Bucket(FRAMES_PER_S, FRAME_BURST, loop.time())
        self._deaf = self._reading_paused = False
        self._close_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        self._connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        super().connection_lost(exc)
        self._stop_timer()
        self.conn.parser.close()  # it and the connection hold each other
        self._part(LINE_BROKEN)

    def opened(self, answer: bytes) -> None:
        """Say that the handshake was accepted; from now on there are frames, and soon a guest."""
        self.is_open = True
        self.transport.write(answer)

    def hang_up(self) -> None:
        """Close without a word, when all that was said has left, or in a moment."""
        self._stop_writing()
        self.transport.close()
        self._loop.call_later(CLOSING_S, self.transport.abort)  # nobody may keep the descriptor

    # What the endpoint uses.

    def take_more(self) -> None:
        """Take messages of full size from now on."""
        self.conn.max_message_size = MESSAGE_BYTES

    def listen(self, *, on: bool) -> None:
        """Read on, or leave what comes to the kernel, which slows the other end down."""
        if self._reading_paused is on and not self.disconnected:
            self._reading_paused = not on
            (self.transport.resume_reading if on else self.transport.pause_reading)()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye (RFC 6455, 7.1.2), and cut the line when the other end does not answer soon."""
        self._hand_over()
        if self.close_sent or self.transport.is_closing():
            self.hang_up()
            return
        self.conn.send_close(code, reason)
        self.close_sent = True
        self._write_what_conn_says()
        self._stop_writing()
        self.listen(on=True)
        self._close_timer = self._loop.call_later(CLOSING_S, self.transport.abort)

    # What the transport and the server call.

    def eof_received(self) -> None:
        self._stop_writing()  # the transport closes when we return

    def data_received(self, data: bytes) -> None:
        if not self.is_open:  # nobody may speak before we have answered
            self.transport.abort()
            return
        if self.guest is not None:
            self.guest.stirred()
        for start in range(0, len(data), SLICE_BYTES):
            if self._deaf:
                return
            self._parse(data[start : start + SLICE_BYTES])

    def shutdown(self) -> None:
        """Let the guest say goodbye (1012, and when to come back)."""
        if self.guest is not None:
            self.guest.shut_down()
        elif not self.is_open:
            self.transport.write(STOPPING)
            self.transport.close()
        else:
            self.transport.close()

    # Frames, as websockets has read them.

    def _parse(self, data: bytes) -> None:
        conn = self.conn
        conn.receive_data(data)
        if conn.parser_exc is not None:
            self._fail()
            return
        received: list[Any] = conn.events_received()
        if received and self._bucket.wait(self._loop.time(), len(received)):
            self._stop_listening()
            return
        for frame in received:
            self._take(frame)

    def _take(self, frame: Received) -> None:
        match frame.opcode:
            case Opcode.PING:
                self._answer_ping()
            case Opcode.CLOSE:
                self._answer_close()
            case Opcode.PONG:
                pass  # a sign of life, like everything
            case _:
                self._take_piece(frame)

    def _take_piece(self, frame: Received) -> None:
        if frame.opcode is not Opcode.CONT:
            self.is_text = frame.opcode is Opcode.TEXT
        pieces = self._pieces
        if not frame.fin:
            pieces = self._pieces = [] if pieces is None else pieces
            pieces.append(frame.data)
            return
        self._pieces = None
        self._take_message(bytes(frame.data) if pieces is None else b"".join((*pieces, frame.data)))

    def _take_message(self, whole: bytes) -> None:
        try:
            message = whole.decode() if self.is_text else whole
        except UnicodeDecodeError:
            self.conn.fail(1007, "not UTF-8")
            self._fail()
            return
        if self.guest is not None:  # else it is over, and only the answer to our close is waited for
            self.guest.heard(message)

    def _answer_ping(self) -> None:
        pong = b"".join(self.conn.data_to_send())
        if self.roomy:  # to somebody who does not read, the newest pong is enough (RFC 6455, 5.5.3), or none
            self.transport.write(pong)

    def _answer_close(self) -> None:
        if self.close_sent:
            self._stop_timer()
            self.transport.close()
        elif not self.transport.is_closing():
            said = self.conn.close_rcvd
            self._write_what_conn_says()
            self.hang_up()
            self._part(LINE_BROKEN if said is None else said.code)

    def _fail(self) -> None:
        """Say why, and go on reading for a moment: a close on unread bytes would be a reset, and unsaid."""
        closed = self.conn.close_sent
        self._deaf = self.close_sent = True
        if self.roomy:
            farewell = TOO_BIG.text if isinstance(self.conn.parser_exc, PayloadTooBig) else b""
            self.transport.write(farewell + b"".join(self.conn.data_to_send()))
        self._stop_writing()
        self.listen(on=True)
        self._close_timer = self._loop.call_later(CLOSING_S, self.transport.abort)
        self._part(LINE_BROKEN if closed is None else closed.code)

    def _part(self, code: int) -> None:
        """The other end is gone, or as good as."""
        guest, self.guest = self.guest, None
        if guest is not None:
            guest.left(code)

    def _stop_listening(self) -> None:
        self._deaf = True
        if self.guest is not None:
            self.guest.flooded()
        elif not self.close_sent:
            self.transport.abort()

    def _write_what_conn_says(self) -> None:
        self.transport.write(b"".join(self.conn.data_to_send()))

    def _stop_timer(self) -> None:
        if self._close_timer is not None:
            self._close_timer.cancel()
            self._close_timer = None
