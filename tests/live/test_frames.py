"""Frames: what the wire carries is what was written, for every size and in every form."""

# pyright: reportPrivateUsage=false

import json
import random
import zlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame as Parsed
from websockets.frames import Opcode
from websockets.streams import StreamReader

from tidings.live.frames import BINARY, TEXT, Frame, JoinedFrame, Shared, TooBig, framed, inflate

SIZES = st.sampled_from([0, 1, 125, 126, 127, 65_535, 65_536, 70_000]) | st.integers(0, 70_000)


def parsed(wire: bytes) -> Parsed:
    """Read a frame with the parser of the `websockets` library."""
    reader = StreamReader()
    reader.feed_data(wire)
    reading = Parsed.parse(reader.read_exact, mask=False)
    try:
        while True:
            next(reading)
    except StopIteration as done:
        return done.value


@settings(deadline=None)
@given(SIZES, st.sampled_from([TEXT, BINARY]))
def test_a_frame_reads_back_as_it_was_written(size: int, opcode: int) -> None:
    frame = parsed(framed(opcode, b"x" * size))
    assert (frame.fin, frame.opcode) == (True, Opcode.TEXT if opcode == TEXT else Opcode.BINARY)
    assert len(frame.data) == size


@settings(deadline=None)
@given(st.binary(max_size=5000).map(lambda random: random + b"x" * 2000))
def test_what_is_deflated_inflates(payload: bytes) -> None:
    frame = Frame(payload)
    assert frame.deflated is not None
    assert inflate(frame.deflated, len(payload)) == payload
    assert parsed(frame.packed).opcode is Opcode.BINARY
    with pytest.raises(TooBig):
        inflate(frame.deflated, len(payload) - 1)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_inflate_never_fails_otherwise(rubbish: bytes) -> None:
    with suppress(ValueError, TooBig):
        assert len(inflate(rubbish, 1000)) <= 1000


def test_a_bomb_is_refused_at_the_limit() -> None:
    bomb = zlib.compress(b"x" * 100_000_000, 9)[2:-4]
    with pytest.raises(TooBig):
        inflate(bomb, 65_536)


def test_small_frames_and_frames_that_do_not_shrink_stay_text() -> None:
    for payload in (b"x" * 1024, random.Random(7).randbytes(4000)):
        frame = Frame(payload)
        assert frame.deflated is None
        assert frame.packed == frame.text


@settings(deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=60), st.binary(max_size=3000)), min_size=1, max_size=5))
def test_a_joined_frame_says_its_parts_in_both_forms(parts: list[tuple[bytes, bytes]]) -> None:
    whole = b"".join(own + shared for own, shared in parts) + b"]}"
    frame = JoinedFrame([(own, Shared(shared)) for own, shared in parts], b"]}")
    assert frame.payload == whole
    assert inflate(frame._deflate(), len(whole)) == whole


def test_what_many_share_is_compressed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = Shared(json.dumps({"body": "tidings " * 1000}).encode())
    packers: list[Any] = []
    real: Any = zlib.compressobj

    def counted(**how: Any) -> Any:
        packers.append(how)
        return real(**how)

    monkeypatch.setattr(zlib, "compressobj", counted)
    for number in range(100):
        frame = JoinedFrame([(b'{"seq":%d,' % number, shared)], b"}")
        assert len(frame.packed) < 1000
        assert frame.packed is frame.packed
    assert len(packers) == 1
