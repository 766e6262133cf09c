"""The notice at the lower edge while there is no connection: what happened, what comes next, and Reconnect.

It floats, so that the list never moves; a drop that heals within a second is not worth a word.
Used by `tidings.ui.frame`.
"""

import reflex as rx

from tidings.live import websocket
from tidings.ui.pieces import Countdown, Lasting, NewVersion, javascript
from tidings.ui.words import say, say_with

WORTH_A_WORD_MS = 1000


def connection_notice() -> rx.Component:
    """Draw the notice; never for somebody who signed out or does not look."""
    looking = (websocket.reason != "hidden") & (websocket.reason != "signed_out")
    trouble = (websocket.connection_state == "disconnected") & (websocket.reason != "") & looking
    trying = (websocket.connection_state == "reconnecting") | (websocket.attempt > 0)
    return Lasting.create(
        rx.el.div(
            rx.el.p(_sentence(), class_name="notice-text tabular"),
            rx.el.button(
                say("Reconnect"),
                type="button",
                on_click=websocket.reconnect(),
                class_name="button button-solid",
                custom_attrs={"data-testid": "reconnect"},
            ),
            class_name="notice",
            role="alert",
        ),
        active=trouble | trying,
        after=WORTH_A_WORD_MS,
    )


def version_notice() -> rx.Component:
    """Offer the newer pages. A page that somebody works in is never loaded again by itself."""
    return NewVersion.create(
        rx.el.div(
            rx.el.p(say("A new version is here"), class_name="notice-text"),
            rx.el.button(
                say("Reload"),
                type="button",
                on_click=javascript("reload", "page.jsx"),
                class_name="button button-quiet",
            ),
            class_name="notice notice-quiet",
            role="status",
            custom_attrs={"data-testid": "new-version"},
        )
    )


def _sentence() -> rx.Component:
    return rx.match(
        websocket.reason,
        (
            "offline",
            rx.fragment(say("You are offline. Whatever arrives meanwhile will be here when you are back.")),
        ),
        ("gave_up", rx.fragment(say("The server does not answer. It is asked again every minute."))),
        (
            "too_many_connections",
            rx.fragment(say("Tidings is open in too many places. Close one of them, then reconnect.")),
        ),
        ("refused", rx.fragment(say("The server did not accept this connection."))),
        ("closed", rx.fragment(say("The connection was closed."))),
        rx.fragment(
            say_with(
                "Connection lost. Trying again {when}.",
                when=rx.el.span(Countdown.create(at=websocket.retry_at), aria_hidden="true"),
            )
        ),
    )
