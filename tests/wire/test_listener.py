"""What the listener is told holds for every connection that comes through it."""

import socket
from collections.abc import Iterator

import pytest

from tidings.server import SEND_BUFFER_BYTES, UNACKNOWLEDGED_MS, prepare


@pytest.fixture
def accepted() -> Iterator[socket.socket]:
    """Return our end of a connection that came through a prepared listener."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        prepare(listener)
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                yield accepted


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such option")
def test_the_kernel_gives_up_a_peer_that_is_gone(accepted: socket.socket) -> None:
    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == UNACKNOWLEDGED_MS


def test_the_kernel_holds_little_for_a_reader_who_stopped(accepted: socket.socket) -> None:
    held = accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    assert SEND_BUFFER_BYTES <= held <= 2 * SEND_BUFFER_BYTES  # Linux doubles it, for its own book-keeping
