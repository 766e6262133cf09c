"""The fixtures of the traces' tests: a real server, as in the live room's."""

from tests.live.conftest import alice, anyio_backend, wired

__all__ = ["alice", "anyio_backend", "wired"]
