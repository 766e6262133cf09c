"""One connection without a socket: it takes facts and returns wishes.

No I/O and no clock may come in here: `now` is given, in monotonic seconds. Called by the endpoint, which
carries the wishes out, and by the hub, which asks where the connection stands.
"""

from dataclasses import dataclass

from pydantic import BaseModel

from tidings.live.codes import Code
from tidings.live.frames import TooBig, inflate
from tidings.live.protocol import (
    FIRST_MESSAGE_BYTES,
    MESSAGE_BYTES,
    PROTOCOL,
    Auth,
    BadMessage,
    Custom,
    History,
    Known,
    MarkAll,
    MarkItems,
    Ping,
    Pong,
    Undo,
    read_auth,
    read_message,
)
from tidings.live.standing import Phase, Standing
from tidings.live.wishes import Admit, Apply, End, Handle, Look, Send, Wish, refusal
from tidings.rate import Bucket

SILENCE_GRACE_S = 10  # beyond one heartbeat: a slow line, not a dead one
TOKEN_GRACE_S = 25  # a renewal may meet one slow answer of the token route
ADMISSION_S = 10  # twice the patience of the database that is asked about the token
MESSAGES_PER_S, MESSAGE_BURST = 50, 100
LONGEST_ROUND_TRIP_MS = 60_000


@dataclass(frozen=True)
class Timing:
    """The server's half of the connection's timings, in seconds."""

    auth_timeout_s: float = 5
    heartbeat_s: float = 30


@dataclass(frozen=True)
class Admission:
    """Whose connection it is, and for how long the token lasts (seconds from now)."""

    user_id: str
    user_name: str
    session_id: str
    lasts_s: float
    expires_at: str


class Connection(Standing):
    """The life of one connection. Facts are past tense: `heard`, `admitted`, `passed`."""

    __slots__ = (  # there are tens of thousands of them
        "_bucket",
        "_expires",
        "_heard_at",
        "_ping_at",
        "_registered",
        "_timing",
        "admission",
        "deflates",
        "id",
        "round_trip_ms",
    )

    def __init__(self, name: str, timing: Timing, registered: dict[str, type[BaseModel]], now: float) -> None:
        self.id = name
        super().__init__()
        self.admission: Admission | None = None
        self.deflates = False
        self.round_trip_ms: int | None = None  # of our last ping
        self._timing = timing
        self._registered = registered
        self._bucket = Bucket(MESSAGES_PER_S, MESSAGE_BURST, now)
        self._heard_at = now
        self._ping_at = now + timing.heartbeat_s
        self._expires = now + timing.auth_timeout_s  # of the patience first, of the token later

    def heard(self, frame: str | bytes, now: float) -> list[Wish]:
        """A frame arrived."""
        self._heard_at = now
        if self.phase is Phase.OPENING:
            return [self._opened(frame, now)]
        if self.phase is Phase.ADMITTING:  # the endpoint reads on only after the answer
            return [End(Code.BAD_MESSAGE)]
        if self.phase is Phase.ENDED:
            return []
        if wait_s := self._bucket.wait(now):
            return [End(Code.FLOODING, retry_after_ms=1000 + int(wait_s * 1000))]
        try:
            return self._answer(read_message(_unpacked(frame), self._registered), now)
        except TooBig:
            return [End(Code.TOO_BIG)]
        except BadMessage as bad:
            return [refusal(bad.code, str(bad), bad.ref)]

    def admitted(self, admission: Admission, now: float) -> None:
        """The token is good."""
        if self.admission is None:
            self.phase = Phase.REPLAYING
            self._ping_at = now + self._timing.heartbeat_s
        self.admission = admission
        self._expires = now + admission.lasts_s + TOKEN_GRACE_S

    def passed(self, now: float) -> list[Send | End]:
        """Time passed: end what is late, silent or expired; ask for a sign of life when one is due."""
        if self.phase is Phase.ENDED:
            return []
        if now >= self._expires:
            return [End(self._too_late())]
        if self.admission is None:
            return []
        if now >= self._silent_at:
            return [End(Code.SILENT)]
        if now < self._ping_at:
            return []
        self._ping_at = now + self._timing.heartbeat_s
        return [Send({"type": "ping", "t": int(now * 1000), "seq": self.seq})]

    def rest(self, until: float) -> None:
        """Neither ask for a sign of life nor miss one until then."""
        self._ping_at = self._heard_at = until

    def stirred(self, at: float) -> None:
        """The server saw a frame of any kind, also one that is no message (RFC 6455, 5.5: a ping or pong)."""
        self._heard_at = max(self._heard_at, at)

    def ended(self) -> None:
        """Somebody said goodbye, or is gone."""
        self.phase = Phase.ENDED

    @property
    def heartbeat_s(self) -> float:
        """Seconds between two pings of ours."""
        return self._timing.heartbeat_s

    @property
    def due(self) -> float:
        """When `passed` has something to say next."""
        if self.admission is None:
            return self._expires
        return min(self._ping_at, self._silent_at, self._expires)

    @property
    def _silent_at(self) -> float:
        return self._heard_at + self._timing.heartbeat_s + SILENCE_GRACE_S

    def _too_late(self) -> Code:
        if self.admission is not None:
            return Code.TOKEN_EXPIRED
        return Code.TOO_LATE if self.phase is Phase.OPENING else Code.OVERLOADED

    def _opened(self, frame: str | bytes, now: float) -> Wish:
        if _size(frame) > FIRST_MESSAGE_BYTES:
            return End(Code.TOO_BIG)
        if isinstance(frame, bytes):
            return End(Code.BAD_MESSAGE)
        try:
            auth = read_auth(frame)
        except BadMessage:
            return End(Code.BAD_MESSAGE)
        if auth.protocol < PROTOCOL:  # a newer page reads in `auth_ok` which one is spoken here
            return End(Code.BAD_MESSAGE)
        self.phase = Phase.ADMITTING
        self._expires = now + ADMISSION_S
        self.deflates = "deflate" in auth.accept
        return Admit(auth, renewal=False)

    def _answer(self, message: Known | Custom, now: float) -> list[Wish]:
        match message:
            case Auth():
                return [Admit(message, renewal=True)]
            case MarkItems() | MarkAll() | Undo():
                return [Apply(message)]
            case History():
                return [Look(message)]
            case Ping():
                return [Send({"type": "pong", "t": message.t})]
            case Custom():
                return [Handle(message)]
            case Pong():
                self._ponged(message.t, now)
                return []
            case _:
                return []

    def _ponged(self, sent: int | float | str | None, now: float) -> None:
        """Note the way there and back, if it can be true: a browser may write anything there."""
        if isinstance(sent, int):
            took_ms = int(now * 1000) - sent
            if 0 <= took_ms <= LONGEST_ROUND_TRIP_MS:
                self.round_trip_ms = took_ms


def _unpacked(frame: str | bytes) -> str | bytes:
    """Return the text of a message; a binary frame is its raw deflate (CONTRACT 4.4)."""
    if isinstance(frame, str):
        if _size(frame) > MESSAGE_BYTES:
            raise TooBig
        return frame
    try:
        return inflate(frame, MESSAGE_BYTES)
    except ValueError:
        raise BadMessage("bad_message", "A binary message is raw deflate of JSON.") from None


def _size(frame: str | bytes) -> int:
    """Return how many bytes a frame is; half a surrogate counts, and is refused when it is read."""
    return len(frame.encode(errors="surrogatepass") if isinstance(frame, str) else frame)
