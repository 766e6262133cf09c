"""Tidings in the pages of another Reflex app: bell, feed and badge in a few lines; see `examples/`.

No server of ours comes in here: that app talks to a Tidings that runs somewhere. Nothing is imported before
it is asked for, because rxconfig.py takes the plugin while Reflex still reads its settings.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tidings.embed.plugin import TidingsPlugin
    from tidings.live.connection_state import ConnectionState
    from tidings.live.provider import websocket
    from tidings.ui.embedded import badge, bell, feed, live_provider

__all__ = ["ConnectionState", "TidingsPlugin", "badge", "bell", "feed", "live_provider", "websocket"]

_HOMES = {
    "TidingsPlugin": "tidings.embed.plugin",
    "badge": "tidings.ui.embedded",
    "bell": "tidings.ui.embedded",
    "feed": "tidings.ui.embedded",
    "live_provider": "tidings.ui.embedded",
    "websocket": "tidings.live.provider",
    "ConnectionState": "tidings.live.connection_state",
}


def __getattr__(name: str) -> Any:
    """Import what pages need at the moment they ask for it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
