"""Rows of a table reach their descriptors, however the kernel is asked; what it did not take is told."""

import errno
import random
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tidings.live.pipe import NO_DESCRIPTOR, ROWS_AT_ONCE, Numbers, SendRows, Table
from tidings.wire import ring as ring_room
from tidings.wire.ring import Ring
from tidings.wire.rows import Rows, send_each

Pairs = list[tuple[socket.socket, socket.socket]]
Open = Callable[[int], Pairs]


@pytest.fixture(name="ring")
def _ring() -> Iterator[Ring]:
    try:
        ring = Ring(ROWS_AT_ONCE)
    except OSError as refused:
        pytest.skip(f"This machine has no io_uring: {refused.strerror}.")
    yield ring
    ring.close()


@pytest.fixture(name="send", params=["one call each", "one call for all"])
def _send(request: pytest.FixtureRequest) -> SendRows:
    return send_each if request.param == "one call each" else request.getfixturevalue("ring").send


@pytest.fixture(name="opened")
def _opened() -> Iterator[Open]:
    every: Pairs = []

    def open_pairs(count: int) -> Pairs:
        pairs = [socket.socketpair() for _ in range(count)]
        for pair in pairs:
            for end in pair:
                end.setblocking(False)
        every.extend(pairs)
        return pairs

    yield open_pairs
    for pair in every:
        for end in pair:
            end.close()


def descriptors() -> set[Path]:
    return set(Path("/proc/self/fd").iterdir())


def lines_of(pairs: Pairs) -> Numbers:
    return np.array([here.fileno() for here, _ in pairs], np.int32)


def table_of(rows: int, size: int, seed: int = 0) -> Table:
    return np.frombuffer(random.Random(seed).randbytes(rows * size), np.uint8).reshape(rows, size)


@pytest.mark.parametrize("rows", [1, 7, ROWS_AT_ONCE])
def test_each_descriptor_gets_its_own_row(send: SendRows, opened: Open, rows: int) -> None:
    pairs, table = opened(min(rows, 128)), table_of(rows, 300)  # a machine may allow few open files
    lines = np.resize(lines_of(pairs), rows)
    assert send(lines, table).tolist() == [300] * rows
    heard = [there.recv(1 << 16) for _, there in pairs]
    assert heard == [table[at :: len(pairs)].tobytes() for at in range(len(pairs))]


def test_what_is_sent_again_and_again_stays_in_order(send: SendRows, opened: Open) -> None:
    pairs = opened(5)
    tables = [table_of(5, 50, seed) for seed in range(300)]  # more than the queues hold at once
    for table in tables:
        assert set(send(lines_of(pairs), table).tolist()) == {50}
        for (_, there), row in zip(pairs, table, strict=True):
            assert there.recv(100) == row.tobytes()


def test_who_cannot_be_written_to_keeps_nobody_else_waiting(send: SendRows, opened: Open) -> None:
    pairs, table = opened(5), table_of(5, 300)
    pairs[3][1].close()
    lines = lines_of(pairs)
    lines[0] = NO_DESCRIPTOR
    taken = send(lines, table).tolist()
    assert taken == [-errno.EBADF, 300, 300, -errno.EPIPE, 300]
    assert [pairs[at][1].recv(1000) for at in (1, 2, 4)] == [table[at].tobytes() for at in (1, 2, 4)]


def test_of_a_row_that_does_not_fit_it_is_said_how_much_was_taken(send: SendRows, opened: Open) -> None:
    ((here, there),) = opened(1)
    table, said, heard = table_of(1, 100_001), 0, b""
    while (taken := int(send(lines_of([(here, there)]), table)[0])) > 0:
        said += taken
    assert taken == -errno.EAGAIN
    while len(heard) < said:
        heard += there.recv(1 << 20)
    whole = table.tobytes()
    assert heard == (whole * (said // len(whole) + 1))[:said]


def test_a_kernel_that_refuses_to_work_has_taken_nothing(
    ring: Ring, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs, table = opened(3), table_of(3, 20)

    def refuse(*_: int) -> int:
        raise OSError(errno.ENOMEM, "no memory")

    with monkeypatch.context() as patched:
        patched.setattr(ring_room, "_call", refuse)
        assert set(ring.send(lines_of(pairs), table).tolist()) == {-errno.EAGAIN}
    assert ring.send(lines_of(pairs), table).tolist() == [20] * 3
    assert [there.recv(100) for _, there in pairs] == [row.tobytes() for row in table]


def test_a_signal_in_between_changes_nothing(
    ring: Ring, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs, table, call, calls = opened(3), table_of(3, 20), vars(ring_room)["_call"], list[int]()

    def interrupted(*arguments: int) -> int:
        calls.append(1)
        if len(calls) == 1:
            raise InterruptedError(errno.EINTR, "a signal came")
        return call(*arguments)

    monkeypatch.setattr(ring_room, "_call", interrupted)
    assert ring.send(lines_of(pairs), table).tolist() == [20] * 3
    assert len(calls) == 2


def test_where_the_kernel_forbids_rings_there_is_a_call_for_each(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(_entries: int) -> Ring:
        raise PermissionError(errno.EPERM, "not here")

    monkeypatch.setattr("tidings.wire.rows.Ring", forbid)
    pairs, table, rows = opened(3), table_of(3, 20), Rows()
    assert rows.send(lines_of(pairs), table).tolist() == [20] * 3
    rows.close()


def test_a_ring_is_made_when_it_is_needed_and_nothing_is_left_of_it(ring: Ring, opened: Open) -> None:
    pairs, table, before = opened(3), table_of(3, 20), descriptors()
    rows = Rows()
    assert descriptors() == before
    rows.send(lines_of(pairs), table)
    assert descriptors() > before
    rows.close()
    assert descriptors() == before
    assert rows.send(lines_of(pairs), table).tolist() == [20] * 3, "the last words of a server that stops"
