"""The fixtures of the doctor's tests."""

from tests.live.conftest import anyio_backend

__all__ = ["anyio_backend"]
