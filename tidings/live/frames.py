"""Frames: a message written once, framed once and compressed once, however many sockets it goes to.

No socket may come in here. Called by the hub, the endpoint and the pipes. RFC 6455, 5.2 (framing), RFC 1951
(deflate).
"""

import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from struct import Struct
from typing import Any

from tidings.live.protocol import write

SMALLEST_PACKED = 1024  # below this, compressing costs more than it saves
TEXT, BINARY = 0x81, 0x82  # FIN and the opcode; a server's frames are not masked
STORED, LAST_STORED = 0, 1  # deflate's block that holds its bytes as they are (RFC 1951, 3.2.4)
STORED_HEAD_BYTES = 5
SMALLEST_MEDIUM, SMALLEST_LARGE = 126, 65_536  # sizes of a payload that take a longer header

MEDIUM_HEAD, LARGE_HEAD = Struct("!BBH").pack, Struct("!BBQ").pack


class TooBig(Exception):
    """What was compressed is larger than a message may be."""


class Frame:
    """One message on its way out, in the forms that different sockets want."""

    def __init__(self, payload: bytes) -> None:
        self.payload = payload
        self.text = framed(TEXT, payload)  # what nearly every socket takes

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> "Frame":
        return cls(write(message))

    def form(self, *, deflated: bool) -> bytes:
        """Return the whole frame, for a socket that takes deflate or does not."""
        return self.packed if deflated else self.text

    @cached_property
    def deflated(self) -> bytes | None:
        """The raw deflate of the payload, or None when it is small or does not shrink."""
        if len(self.payload) <= SMALLEST_PACKED:
            return None
        packed = self._deflate()
        return packed if len(packed) < len(self.payload) else None

    @cached_property
    def packed(self) -> bytes:
        """The bytes of the smaller frame: binary and deflated, or text."""
        return self.text if self.deflated is None else framed(BINARY, self.deflated)

    def _deflate(self) -> bytes:
        packer = zlib.compressobj(level=6, wbits=-zlib.MAX_WBITS)
        return packer.compress(self.payload) + packer.flush()


class Shared:
    """A part that many frames have in common."""

    def __init__(self, text: bytes) -> None:
        self.text = text

    @cached_property
    def deflated(self) -> bytes:
        """Deflate that ends on a whole byte and refers to nothing before it: it fits into any stream."""
        packer = zlib.compressobj(level=6, wbits=-zlib.MAX_WBITS)
        return packer.compress(self.text) + packer.flush(zlib.Z_FULL_FLUSH)


class JoinedFrame(Frame):
    """A frame of shared parts, each after a few bytes of its own: only those are written for each person."""

    def __init__(self, parts: Sequence[tuple[bytes, Shared]], end: bytes) -> None:
        self._parts, self._end = parts, end

    @cached_property
    def text(self) -> bytes:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The whole frame; who packs it never asks."""
        return framed(TEXT, self.payload)

    @cached_property
    def payload(self) -> bytes:  # pyright: ignore[reportIncompatibleVariableOverride]
        """The message itself."""
        pieces = [piece for own, shared in self._parts for piece in (own, shared.text)]
        return b"".join((*pieces, self._end))

    def starts(self, *, deflated: bool) -> list[int]:
        """Return where in that form of the frame each part's own bytes begin."""
        packed = self.deflated if deflated else None
        before = 0 if packed is None else STORED_HEAD_BYTES
        shared = [part.text if packed is None else part.deflated for _, part in self._parts]
        sizes = [before + len(own) + len(text) for (own, _), text in zip(self._parts, shared, strict=True)]
        body = self.payload if packed is None else packed
        first = len(self.form(deflated=deflated)) - len(body) + before
        return list(accumulate(sizes[:-1], initial=first))

    def _deflate(self) -> bytes:
        blocks = [_stored(STORED, own) + shared.deflated for own, shared in self._parts]
        return b"".join(blocks) + _stored(LAST_STORED, self._end)


def _stored(kind: int, content: bytes) -> bytes:
    size = len(content)
    return bytes((kind,)) + size.to_bytes(2, "little") + (size ^ 0xFFFF).to_bytes(2, "little") + content


def framed(opcode: int, payload: bytes) -> bytes:
    """Put the header of an unmasked, unfragmented frame before the payload."""
    return head(opcode, len(payload)) + payload


def head(opcode: int, size: int) -> bytes:
    """Return the header of an unmasked, unfragmented frame of so many bytes."""
    if size < SMALLEST_MEDIUM:
        return bytes((opcode, size))
    if size < SMALLEST_LARGE:
        return MEDIUM_HEAD(opcode, 126, size)
    return LARGE_HEAD(opcode, 127, size)


def unframed(framed: bytes) -> tuple[bool, bytes]:
    """Return whether a frame of ours is text, and its payload."""
    start = {126: 4, 127: 10}.get(framed[1], 2)
    return framed[0] == TEXT, framed[start:]


def inflate(packed: bytes, most_bytes: int) -> bytes:
    """Undo raw deflate. Raises `ValueError` on rubbish, `TooBig` before more than the limit is in memory."""
    opener = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        payload = opener.decompress(packed, most_bytes + 1)
    except zlib.error:
        raise ValueError("not raw deflate") from None
    if len(payload) > most_bytes:
        raise TooBig
    if not opener.eof:
        raise ValueError("deflate ends too early")
    return payload
