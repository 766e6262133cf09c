"""The connection's state as a Reflex state, for Python event handlers that want to know it on the server.

Opt-in: importing this module gives the app server state. Notifications never travel through it.
Fed by the page: `live_provider(on_connection_change=ConnectionState.connection_changed)`.
"""

# pyright: reportUnknownMemberType=false
# (Reflex's own decorators are typed only in part)

from typing import ClassVar

import reflex as rx


class ConnectionState(rx.State):
    """What one browser tab last said about its own connection."""

    STATES: ClassVar = ("disconnected", "connecting", "authenticating", "connected", "reconnecting")

    connection_state: str = "disconnected"
    reason: str = ""

    @rx.var
    def is_connected(self) -> bool:
        """Whether the tab's connection is up."""
        return self.connection_state == "connected"

    @rx.event
    def connection_changed(self, connection_state: str, reason: str) -> None:
        """Take over what the tab says; a browser can say anything, so unknown words are not taken."""
        if connection_state in self.STATES:
            self.connection_state, self.reason = connection_state, reason[:40]
