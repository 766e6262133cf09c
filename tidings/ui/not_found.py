"""Pages for when there is nothing to show: an address that does not exist, and a page that broke.

No connection is needed to read them.
Added to the app by `tidings.ui.app`.
"""

import reflex as rx

from tidings.ui.icons import logo
from tidings.ui.pieces import javascript
from tidings.ui.words import say


def not_found_page() -> rx.Component:
    """Say that the address leads nowhere, and the way back."""
    return _stage(
        rx.el.h1(say("There is nothing here")),
        rx.el.p(say("The address may be mistyped, or what was here is gone.")),
        rx.el.a(say("Go to your notifications"), href="/", class_name="button button-solid button-wide"),
    )


def broken_page() -> rx.Component:
    """Say that the page broke and that loading it again is the remedy."""
    return _stage(
        rx.el.h1(say("This page broke")),
        rx.el.p(say("That is a mistake of ours. Nothing was lost: notifications are kept on the server.")),
        rx.el.button(
            say("Load it again"),
            type="button",
            on_click=javascript("reload", "page.jsx"),
            class_name="button button-solid button-wide",
        ),
    )


def _stage(*content: rx.Component) -> rx.Component:
    return rx.el.main(
        rx.el.div(rx.el.div(logo(), class_name="card-logo"), *content, class_name="card"), class_name="stage"
    )
