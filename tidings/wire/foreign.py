"""WebSockets that are not ours, such as Reflex's own: uvicorn's, with limits and an end that comes.

No message may come in here. Made by `PatientHttp` for every address but the live socket's; behind it any ASGI
application works, also ours where a handshake is refused.
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tidings.live.protocol import FIRST_MESSAGE_BYTES
from tidings.rate import Bucket
from tidings.wire.websocket import CLOSING_S, FRAME_BURST, FRAMES_PER_S, LINE_BROKEN, SLICE_BYTES


class ForeignProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket, which neither floods nor lingers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.close_timeout = CLOSING_S
        self.conn.max_message_size = FIRST_MESSAGE_BYTES  # nobody here has said who they are
        self._bucket = Bucket(FRAMES_PER_S, FRAME_BURST, self.loop.time())
        self._deaf = False

    def connection_lost(self, exc: Exception | None) -> None:
        # Unless a close is in the queue already, the line just broke; uvicorn would say 1005.
        self.queue.put_nowait({"type": "websocket.disconnect", "code": LINE_BROKEN})
        super().connection_lost(exc)

    async def run_asgi(self) -> None:
        try:
            await super().run_asgi()
        finally:
            self.loop.call_later(CLOSING_S, self.transport.abort)  # nobody may keep the descriptor

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True  # uvicorn forgets, and logs an error for each refusal

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), SLICE_BYTES):
            if self._deaf:
                return
            super().data_received(data[start : start + SLICE_BYTES])

    def handle_events(self) -> None:
        events = len(self.conn.events)
        if events and self._bucket.wait(self.loop.time(), events):
            self._deaf = True
            self.transport.abort()
        else:
            super().handle_events()

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self.conn.fail(1007, "not UTF-8")
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        """Say why, and go on reading for a moment: a close on unread bytes would be a reset, and unsaid."""
        closed: Any = self.conn.close_sent
        self.queue.put_nowait({"type": "websocket.disconnect", "code": closed.code, "reason": closed.reason})
        self._deaf = self.close_sent = True
        self.transport.write(b"".join(self.conn.data_to_send()))
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(CLOSING_S, self.transport.abort)


def _is_text(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True
