"""Lists with nothing in them: the inbox at zero with the way to a first notification, and other views.

No list and no loading: it is shown when the server said that there is nothing.
Used by `tidings.ui.feed`.
"""

import reflex as rx

from tidings.live import websocket
from tidings.ui.account import PageLink
from tidings.ui.door import AdminOnly
from tidings.ui.icons import icon
from tidings.ui.lists import address_of, is_narrowed, widen
from tidings.ui.pieces import CurlLine
from tidings.ui.words import say, say_with


def empty_list() -> rx.Component:
    """Say what it means that nothing is here, and what one may do."""
    return rx.cond(
        is_narrowed(),
        _nothing_found(),
        rx.match(
            websocket.question["view"],
            (
                "unread",
                _empty("mail-check", say("Nothing unread"), say("You have read everything that came.")),
            ),
            (
                "snoozed",
                _empty(
                    "alarm-clock",
                    say("Nothing is snoozed"),
                    say("What you put off waits here, and comes back to your inbox on time."),
                ),
            ),
            (
                "archived",
                _empty("archive", say("Nothing is archived"), say("What you are done with is kept here.")),
            ),
            (
                "all",
                _empty("layers", say("Nothing was sent to you yet"), say("Everything you ever got is here.")),
            ),
            _empty_inbox(),
        ),
    )


def _empty(sign: str, heading: rx.Var[str], says: rx.Var[str], *more: rx.Component) -> rx.Component:
    return rx.el.div(
        rx.el.div(icon(sign), class_name="empty-sign"),
        rx.el.h2(heading),
        rx.el.p(says),
        *more,
        class_name="plain-state empty",
        custom_attrs={"data-testid": "empty"},
    )


def _nothing_found() -> rx.Component:
    """Offer to look further: everywhere, or without what narrows it."""
    asked = websocket.question
    everywhere = address_of(
        view="all",
        level=asked["level"],
        category=asked["category"],
        source=asked["source"],
        search=asked["search"],
    )
    return _empty(
        "search-x",
        say("Nothing found"),
        rx.cond(
            asked["search"],
            say("No notification here has words that begin like “{search}”.", search=asked["search"]),
            rx.cond(
                asked["item"],
                say("This notification is not in your inbox."),
                say("No notification here fits the filters."),
            ),
        ),
        rx.el.div(
            rx.cond(
                asked["view"] != "all",
                PageLink.create(say("Search in all"), to=everywhere, class_name="button button-solid"),
            ),
            rx.el.button(
                say("Clear search and filters"), type="button", on_click=widen(), class_name="button"
            ),
            class_name="empty-ways",
        ),
    )


def _empty_inbox() -> rx.Component:
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
            AdminOnly.create(PageLink.create(say("New key"), to="/keys", class_name="button empty-key")),
            class_name="empty-terminal",
        ),
        class_name="plain-state empty",
        custom_attrs={"data-testid": "empty"},
    )
