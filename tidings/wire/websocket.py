"""One WebSocket after its handshake: direct writes of prepared frames, messages to whoever is its guest,
signs of life, limits, and an end that comes.

No message may come in here. Made by `PatientHttp` at a handshake; what it offers to the endpoint is described
by `tidings.live.pipe.Wire`. Frames are parsed by websockets. There are tens of thousands of these, so what
only few need is made when it is needed, and nothing is left of the handshake.
"""

import asyncio
import fcntl
import logging
import os
import socket
import sys
import termios
from collections import deque
from typing import Any

from websockets.exceptions import PayloadTooBig
from websockets.frames import Frame as Received
from websockets.frames import Opcode
from websockets.protocol import SERVER, Protocol, State

from tidings.live.codes import MEANINGS, Code
from tidings.live.frames import Frame
from tidings.live.pipe import BOUND_BYTES, NO_DESCRIPTOR, WireGuest, fits
from tidings.live.protocol import FIRST_MESSAGE_BYTES, MESSAGE_BYTES
from tidings.rate import Bucket

LINE_BROKEN = 1006
CLOSING_S = 0.8  # a peer that does not answer our close within it is cut off: all is over in a second
SEND_BUFFER_BYTES = 64 * 1024  # so that a reader who stopped shows, instead of vanishing in kernel memory
SLICE_BYTES = 8 * 1024  # read at once: a flood of tiny frames is noticed before all of it is parsed
FRAMES_PER_S, FRAME_BURST = 200, 1000  # frames of any kind; a message may well come in pieces

TOO_BIG = Frame.of({"type": "closing", "code": int(Code.TOO_BIG), "reason": MEANINGS[Code.TOO_BIG].name})
STOPPING = b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"

log = logging.getLogger("tidings.wire")


class LiveProtocol(asyncio.Protocol):
    """A WebSocket without an application behind it: its guest is called (tidings.live.pipe.Wire)."""

    __slots__ = (
        "_bucket",
        "_close_timer",
        "_connections",
        "_deaf",
        "_kept",
        "_loop",
        "_pieces",
        "_reading_paused",
        "_waiting",
        "_waiting_bytes",
        "_writable",
        "close_sent",
        "conn",
        "descriptor",
        "disconnected",
        "guest",
        "is_open",
        "is_text",
        "roomy",
        "transport",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, connections: set[Any]) -> None:
        self._loop, self._connections = loop, connections
        self.guest: WireGuest | None = None
        self.is_open = self.close_sent = self.disconnected = False
        self.roomy, self.descriptor = True, NO_DESCRIPTOR
        self.conn = Protocol(SERVER, state=State.OPEN, max_size=FIRST_MESSAGE_BYTES, logger=log)
        self.is_text = True
        self._pieces: list[Any] | None = None  # of a message that comes in several frames
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._kept = 0  # bytes that had to wait so far, and those that were on their way then
        self._writable: asyncio.Event | None = None  # while somebody waits
        self._bucket = Bucket(FRAMES_PER_S, FRAME_BURST, loop.time())
        self._deaf = self._reading_paused = False
        self._close_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        self._connections.add(self)
        self.transport: Any = transport
        raw: socket.socket | None = transport.get_extra_info("socket")
        under_tls = transport.get_extra_info("sslcontext") is not None
        self.descriptor = NO_DESCRIPTOR if raw is None or under_tls else raw.fileno()
        # So that `roomy` is true exactly when nothing waits. TLS pauses at the limit, TCP above it.
        transport.set_write_buffer_limits(high=int(under_tls))
        self._size_send_buffer(SEND_BUFFER_BYTES)

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self.disconnected = True
        self.descriptor = NO_DESCRIPTOR  # it is closed when we return, and soon it is somebody else's
        self._be_roomy(False)
        self.forget_waiting()
        self._let_write()
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

    def put(self, framed: bytes) -> bool:
        """Give a whole frame to the kernel, or keep it; False when more than the bound would wait.

        While nothing waits, the descriptor is written to without the transport, which costs half a
        microsecond more. What the kernel does not take, or has against it, is the transport's business.
        """
        if self.roomy:
            try:
                taken = os.write(self.descriptor, framed)
            except OSError:
                taken = 0
            if taken != len(framed):
                self._keep_rest(framed[taken:])
            return True
        return self._keep(framed)

    def put_rest(self, framed: bytes, taken: int) -> bool:
        """See to the rest of a frame that the kernel was offered already and took so much of."""
        if taken < 1:
            return self.put(framed)
        self._keep_rest(framed[taken:])
        return True

    def waiting_bytes(self) -> int:
        """Bytes the kernel has not taken yet."""
        if self.roomy or self.disconnected:
            return 0
        return self.transport.get_write_buffer_size() + self._waiting_bytes

    def sent_bytes(self) -> int:
        """Grow while what waits leaves, and while the peer acknowledges: on a slow line it shows there."""
        return self._kept - self.waiting_bytes() - self._unacknowledged_bytes()

    def forget_waiting(self) -> None:
        """Drop the frames of which no byte has left."""
        self._waiting.clear()
        self._waiting_bytes = 0

    def take_more(self) -> None:
        """Take messages of full size from now on."""
        self.conn.max_message_size = MESSAGE_BYTES

    async def drained(self) -> None:
        """Wait until nothing waits, or the connection is lost."""
        if not self.roomy and not self.disconnected:
            self._writable = self._writable or asyncio.Event()
            await self._writable.wait()

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

    def pause_writing(self) -> None:
        self._be_roomy(False)
        self._kept += self._unacknowledged_bytes()
        if self.guest is not None:
            self.guest.delayed()

    def resume_writing(self) -> None:
        self._let_write()
        self._be_roomy(not self._is_over())
        while self._waiting and self.roomy:  # a write may pause us again
            framed = self._waiting.popleft()
            self._waiting_bytes -= len(framed)
            self.transport.write(framed)

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

    # The way out.

    def _keep(self, framed: bytes) -> bool:
        """Keep a whole frame until the kernel takes more. What comes after the end is for nobody."""
        if self.disconnected or self._is_over():
            return True
        if not fits(self.waiting_bytes(), len(framed)):
            return False
        self._waiting.append(framed)
        self._waiting_bytes += len(framed)
        self._kept += len(framed)
        return True

    def _keep_rest(self, rest: bytes) -> None:
        """Let the transport write, which waits for the kernel (`pause_writing`) or finds the line broken."""
        self.transport.write(rest)
        if not self.roomy:
            self._kept += len(rest)

    def _is_over(self) -> bool:
        return self.close_sent or self.transport.is_closing()

    def _stop_writing(self) -> None:
        """Nothing may follow our close, or the end of theirs."""
        self._be_roomy(False)

    def _be_roomy(self, roomy: bool) -> None:
        """Whoever writes past us must know at once."""
        self.roomy = roomy
        if self.guest is not None:
            self.guest.line_changed()

    def _unacknowledged_bytes(self) -> int:
        """Bytes the kernel has taken and the peer has not."""
        raw: socket.socket | None = self.transport.get_extra_info("socket")
        if self.disconnected or raw is None:
            return 0
        return int.from_bytes(fcntl.ioctl(raw.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)

    def _hand_over(self) -> None:
        """Give all that waits to the kernel, with room for it: it goes on sending when we are gone."""
        if self.waiting_bytes():
            self._size_send_buffer(BOUND_BYTES)
        if not self.disconnected:
            self.transport.write(b"".join(self._waiting))
        self.forget_waiting()
        self._let_write()

    def _write_what_conn_says(self) -> None:
        self.transport.write(b"".join(self.conn.data_to_send()))

    def _let_write(self) -> None:
        waiting, self._writable = self._writable, None
        if waiting is not None:
            waiting.set()

    def _stop_timer(self) -> None:
        if self._close_timer is not None:
            self._close_timer.cancel()
            self._close_timer = None

    def _size_send_buffer(self, size_bytes: int) -> None:
        raw: socket.socket | None = self.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, size_bytes)
