"""The inbox at zero: friendly, and the first step to a first notification.

No list and no loading: it is shown when the server said that there is nothing.
Used by `tidings.ui.feed`.
"""

import reflex as rx

from tidings.live import websocket
from tidings.ui.icons import icon
from tidings.ui.pieces import CurlLine
from tidings.ui.words import say, say_with


def empty_inbox() -> rx.Component:
    """Say that all is read, and how something can be sent."""
    return rx.el.div(
        rx.el.div(icon("inbox"), class_name="empty-sign"),
        rx.el.h2(say("You are all caught up")),
        rx.el.p(say("New notifications appear here by themselves, the moment they are sent.")),
        rx.el.button(
            icon("send"),
            say("Send me a test notification"),
            type="button",
            on_click=websocket.send_test(),
            class_name="button button-solid",
            custom_attrs={"data-testid": "send-test"},
        ),
        rx.el.div(
            rx.el.h3(say("Or send one from a terminal")),
            CurlLine.create(name=websocket.user["name"].to(str)),
            rx.el.p(
                say_with(
                    "A key is made, and shown once, by {command} on the server.",
                    command=rx.el.code("python -m tidings key create NAME", dir="ltr"),
                ),
                class_name="hint",
            ),
            class_name="empty-terminal",
        ),
        class_name="plain-state empty",
    )
