"""Who is listening: the live connection on the server, and its Vars and provider for pages of any Reflex app.

Importing this package must not import Reflex: the room's other modules live in servers and tests without it.
For pages: `from tidings.live import websocket, live_provider, ConnectionState`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tidings.live.connection_state import ConnectionState
    from tidings.live.provider import live_provider, websocket

__all__ = ["ConnectionState", "live_provider", "websocket"]

_HOMES = {
    "websocket": "tidings.live.provider",
    "live_provider": "tidings.live.provider",
    # A state class exists for the whole app as soon as it is imported, and makes Reflex open its own socket.
    "ConnectionState": "tidings.live.connection_state",
}


def __getattr__(name: str) -> Any:
    """Import what pages need at the moment they ask for it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
