"""The back office of a shop: bell in the header, a page with the feed, and Python that hears what arrives."""

from typing import Any

import reflex as rx

from tidings.embed import ConnectionState, badge, bell, feed, live_provider

LANGUAGES = ("en", "de", "es", "ar")


class Orders(rx.State):
    """What this page's own Python does with a notification."""

    last: str = ""
    language: str = ""  # nothing chosen: the bell speaks as its reader does in Tidings

    @rx.event
    def speak(self, language: str) -> None:
        """Let bell, feed and badge speak another language."""
        self.language = language

    @rx.event
    def heard(self, item: dict[str, Any], replay: bool) -> None:
        """Remember the newest one; `replay` says that it had been missed."""
        self.last = f"{item['title']} (missed before)" if replay else item["title"]


def header() -> rx.Component:
    return rx.hstack(
        rx.heading("Back office", size="4"),
        rx.link("Orders", href="/"),
        rx.link("Notifications", href="/notifications"),
        rx.spacer(),
        badge(),
        bell(),
        width="100%",
        padding="12px 24px",
        align="center",
        wrap="wrap",
    )


def orders() -> rx.Component:
    return rx.vstack(
        header(),
        rx.vstack(
            rx.heading("Orders", size="6"),
            rx.text("Nothing to pack. The bell rings when something is."),
            rx.cond(Orders.last, rx.callout("Python heard: " + Orders.last, id="heard")),
            rx.hstack(
                *[rx.button(tongue, on_click=Orders.speak(tongue), variant="soft") for tongue in LANGUAGES]
            ),
            rx.text("The server knows this tab as ", ConnectionState.connection_state, ".", id="known"),
            padding="24px",
        ),
        align="stretch",
    )


def notifications() -> rx.Component:
    return rx.vstack(header(), rx.box(feed(), max_width="46rem", padding="24px"), align="stretch")


app = rx.App(
    toaster=None,
    extra_app_wraps={
        (50, "LiveProvider"): lambda stateful: live_provider(
            language=Orders.language,
            on_notification=Orders.heard,
            on_connection_change=ConnectionState.connection_changed,
        )
    },
)
app.add_page(orders, route="/", title="Orders")
app.add_page(notifications, route="/notifications", title="Notifications")
