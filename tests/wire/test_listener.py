"""What the listener is told holds for every connection that comes through it."""

import socket

import pytest

from tidings.server import UNACKNOWLEDGED_MS, give_up_the_gone


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="this system has no such option")
def test_the_kernel_gives_up_a_peer_that_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        give_up_the_gone(listener)
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                told = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
                assert told == UNACKNOWLEDGED_MS
