"""The feed, page `/`: what the address asks for of all that was said to the reader, newest first, by day.

No row's inside and no header: what is here is the list and the states around it.
Added to the app by `tidings.ui.app`.
"""

import reflex as rx
from reflex.vars.function import ArgsFunctionOperation

from tidings.live import websocket
from tidings.live.provider import Item
from tidings.ui.empty import empty_list
from tidings.ui.first_steps import first_steps
from tidings.ui.frame import frame
from tidings.ui.icons import icon
from tidings.ui.lists import LongList, key_of_list
from tidings.ui.rail import VIEWS
from tidings.ui.row import feed_row
from tidings.ui.search import narrowing
from tidings.ui.selection import selection_bar
from tidings.ui.words import retold, say, say_count

SKELETON_ROWS = 7


def _rows() -> rx.Component:
    """Draw the list; a row is made by `feed_row` from an item, wherever it stands."""
    mark = websocket.function("mark")
    item = rx.Var("item", _var_type=Item).guess_type()
    row = rx.Var.create(feed_row(item=item, mark=mark, key=item["id"]))
    return LongList.create(
        items=websocket.listed,
        row=ArgsFunctionOperation.create(("item",), row),
        name=key_of_list(),
        asked=websocket.question["item"],
        is_more=websocket.listed_more,
        load=websocket.function("loadListed"),
    )


def _older() -> rx.Component:
    """Offer the next page; it is asked for by itself when the reader comes near the end."""
    return rx.cond(
        websocket.listed_more,
        rx.el.button(
            rx.cond(websocket.listing_more, say("Loading…"), say("Load older")),
            type="button",
            disabled=websocket.listing_more,
            on_click=websocket.load_listed(),
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


def _failed() -> rx.Component:
    """Say that the server gave no list although it is there."""
    return rx.el.div(
        icon("cloud-off"),
        rx.el.h2(say("This could not be loaded")),
        rx.el.button(say("Try again"), type="button", on_click=websocket.load_listed(), class_name="button"),
        class_name="plain-state",
    )


def _waiting() -> rx.Component:
    stopped = (
        (websocket.connection_state == "disconnected")
        & (websocket.reason != "")
        & (websocket.reason != "hidden")
    )
    failed = websocket.listing_failed & websocket.is_connected
    waiting = rx.cond(failed, _failed(), _skeleton())
    return rx.cond(stopped & (websocket.reason != "signed_out"), _not_loaded(), waiting)


def _list() -> rx.Component:
    """Draw the list, and above it the steps of somebody new: together, because what is seen is not pushed."""
    return rx.fragment(
        first_steps(),
        rx.cond(
            websocket.listed.length() > 0,
            rx.fragment(_rows(), _older()),
            rx.cond(websocket.listed_more, _older(), empty_list()),
        ),
    )


def _heading() -> rx.Component:
    """Name the view, and say to screen readers how many were found."""
    names = [(view, word) for view, _, word in VIEWS]
    count = say_count(websocket.listed.length(), "{count} notification found", "{count} notifications found")
    return rx.fragment(
        rx.el.h1(rx.match(websocket.question["view"], *names, say("Notifications")), class_name="spoken"),
        rx.el.p(
            rx.cond((websocket.question["search"] != "") & ~websocket.listing, count, ""),
            class_name="spoken",
            role="status",
        ),
    )


def page_title() -> rx.Var[str]:
    """Return the tab's title: "(3) Tidings"."""
    return rx.cond(websocket.unread > 0, "(" + websocket.unread.to(str) + ") Tidings", "Tidings")


def feed_page() -> rx.Component:
    """Draw the feed in its frame."""
    return frame(
        _heading(),
        narrowing(),
        rx.el.div(
            rx.cond(websocket.listing | websocket.listing_failed, _waiting(), _list()),
            class_name="feed",
            custom_attrs={"data-testid": "feed", "aria-busy": websocket.listing},
        ),
        selection_bar(websocket.listed),
    )
