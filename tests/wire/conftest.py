"""The fixtures of the wire's tests: those of the live room."""

from tests.live.conftest import alice, anyio_backend, site, wired

__all__ = ["alice", "anyio_backend", "site", "wired"]
