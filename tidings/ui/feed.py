"""The feed, page `/`: everything that was said to the reader, newest first, by day.

No row's inside and no header: what is here is the list and the states around it.
Added to the app by `tidings.ui.app`.
"""

from typing import Any, TypedDict

import reflex as rx

from tidings.live import websocket
from tidings.live.provider import Item
from tidings.ui.empty import empty_inbox
from tidings.ui.first_steps import first_steps
from tidings.ui.frame import frame
from tidings.ui.icons import icon
from tidings.ui.pieces import javascript
from tidings.ui.row import feed_row
from tidings.ui.selection import selection_bar
from tidings.ui.words import retold, say

SKELETON_ROWS = 7


class Day(TypedDict):
    """The notifications of one day."""

    key: str
    name: str
    items: list[Item]


def _days() -> rx.Var[list[Day]]:
    return javascript("byDay", "feed.js").call(websocket.notifications).to(list[Day])


def _day(day: Any) -> rx.Component:
    mark = websocket.function("mark")
    return rx.el.section(
        rx.el.h2(day["name"], class_name="day-name"),
        rx.el.ul(
            rx.foreach(
                day["items"].to(list[Item]), lambda item: feed_row(item=item, mark=mark, key=item["id"])
            ),
            class_name="rows",
            role="list",  # Safari forgets that a list without bullets is one
        ),
        key=day["key"],
        class_name="day",
    )


def _older() -> rx.Component:
    return rx.cond(
        websocket.has_more,
        rx.el.button(
            rx.cond(websocket.loading_more, say("Loading…"), say("Load older")),
            type="button",
            disabled=websocket.loading_more,
            on_click=websocket.load_more(),
            class_name="button older",
        ),
    )


def _skeleton() -> rx.Component:
    row = rx.el.div(
        rx.el.div(class_name="bone bone-glyph"),
        rx.el.div(
            rx.el.div(class_name="bone bone-title"),
            rx.el.div(class_name="bone bone-line"),
            class_name="row-text",
        ),
        class_name="bone-row",
    )
    return rx.el.div(
        rx.el.p(say("Loading notifications…"), class_name="spoken", role="status"),
        rx.el.div(class_name="bone bone-day"),
        *[row for _ in range(SKELETON_ROWS)],
        class_name="skeleton",
    )


def _not_loaded() -> rx.Component:
    """Say that the list could not come; the notice at the edge says why and offers to reconnect."""
    return rx.el.div(
        icon("cloud-off"),
        rx.el.h2(say("Your notifications are not here yet")),
        rx.el.p(
            rx.cond(
                websocket.error,
                retold(websocket.error),
                say("They will appear as soon as the connection is back."),
            )
        ),
        class_name="plain-state",
    )


def _waiting() -> rx.Component:
    stopped = (
        (websocket.connection_state == "disconnected")
        & (websocket.reason != "")
        & (websocket.reason != "hidden")
    )
    return rx.cond(stopped & (websocket.reason != "signed_out"), _not_loaded(), _skeleton())


def _list() -> rx.Component:
    return rx.cond(
        websocket.notifications.length() > 0,
        rx.fragment(rx.foreach(_days(), _day), _older()),
        rx.cond(websocket.has_more, _older(), empty_inbox()),
    )


def page_title() -> rx.Var[str]:
    """Return the tab's title: "(3) Tidings"."""
    return rx.cond(websocket.unread > 0, "(" + websocket.unread.to(str) + ") Tidings", "Tidings")


def feed_page() -> rx.Component:
    """Draw the feed in its frame."""
    return frame(
        rx.el.h1(say("Notifications"), class_name="spoken"),
        first_steps(),
        rx.el.div(
            rx.cond(websocket.loading, _waiting(), _list()),
            class_name="feed",
            custom_attrs={"data-testid": "feed", "aria-busy": websocket.loading},
        ),
        selection_bar(websocket.notifications),
    )
