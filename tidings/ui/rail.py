"""The ways through the inbox: views with counts, sources, pages; a rail beside the list, a bar on phones.

No list and no filter. It stands on every page for people who are signed in, at the same place.
Used by `tidings.ui.frame`.
"""

from typing import Any

import reflex as rx

from tidings.live import websocket
from tidings.ui.account import PageLink
from tidings.ui.door import AdminOnly, Door
from tidings.ui.icons import icon
from tidings.ui.lists import FollowsOverview, address_of, narrow
from tidings.ui.places import ADMIN_PLACES, PLACES, Place
from tidings.ui.words import say

OVERVIEW = Door("overview", "/api/v1/notifications/overview")
MOST_COUNTED = 999  # beside a view; the header tells the whole number
MOST_SOURCES = 6  # more are in the menu of filters

VIEWS = (
    ("inbox", "inbox", say("Inbox")),
    ("unread", "mail", say("Unread")),
    ("snoozed", "alarm-clock", say("Snoozed")),
    ("archived", "archive", say("Archived")),
    ("all", "layers", say("All")),
)


def rail(*, inbox: bool) -> rx.Component:
    """Draw the ways. `inbox` says whether the page is the feed, where one of the views is the current one."""
    return rx.el.nav(
        FollowsOverview.create(snoozed=OVERVIEW.value("snoozed ?? 0", int)),
        rx.el.ul(*[_view(*view, inbox=inbox) for view in VIEWS], class_name="rail-views", role="list"),
        _pages(),
        _sources() if inbox else rx.fragment(),
        _administration(),
        class_name="rail",
        aria_label=say("Views"),
        custom_attrs={"data-testid": "rail"},
    )


def _view(view: str, sign: str, word: rx.Var[str], *, inbox: bool) -> rx.Component:
    here = (websocket.question["view"] == view) if inbox else rx.Var.create(False)
    return rx.el.li(
        PageLink.create(
            icon(sign),
            rx.el.span(word, class_name="rail-word"),
            _count(view),
            to=address_of(view=view),
            title=word,
            class_name="rail-link",
            custom_attrs={"aria-current": rx.cond(here, "page", "false"), "data-view": view},
        )
    )


def _count(view: str) -> rx.Component:
    counts = {"unread": websocket.unread, "snoozed": OVERVIEW.value("snoozed ?? 0", int)}
    if view not in counts:
        return rx.fragment()
    number = rx.cond(counts[view] > MOST_COUNTED, f"{MOST_COUNTED}+", counts[view].to(str))
    shown = rx.el.span(number, class_name="rail-count tabular")
    return rx.cond(counts[view] > 0, shown)


def _sources() -> rx.Component:
    """Offer what has sent lately: one press narrows the view, another one widens it again."""
    sources = OVERVIEW.items("sources", list[str])[:MOST_SOURCES]
    return rx.cond(
        sources.length() > 1,
        rx.el.div(
            rx.el.h2(say("Sources"), class_name="rail-name"),
            rx.el.ul(rx.foreach(sources, _source), class_name="rail-sources", role="list"),
            class_name="rail-more",
        ),
    )


def _source(name: Any) -> rx.Component:
    here = websocket.question["source"] == name
    return rx.el.li(
        rx.el.button(
            rx.el.bdi(name, class_name="rail-word"),
            type="button",
            on_click=narrow(source=rx.cond(here, "", name)),
            class_name="rail-link",
            custom_attrs={"aria-pressed": here.to_string()},
        )
    )


def _pages() -> rx.Component:
    return rx.el.div(
        rx.el.ul(*[_page(place) for place in PLACES], class_name="rail-pages", role="list"),
        class_name="rail-more",
    )


def _administration() -> rx.Component:
    """Offer the pages of admins, below the sources and not before those: what is seen must not be pushed."""
    return rx.cond(
        OVERVIEW.loading,
        rx.fragment(),
        AdminOnly.create(
            rx.el.div(
                rx.el.h2(say("Administration"), class_name="rail-name"),
                rx.el.ul(*[_page(place) for place in ADMIN_PLACES], class_name="rail-pages", role="list"),
                class_name="rail-more",
            )
        ),
    )


def _page(place: Place) -> rx.Component:
    return rx.el.li(
        PageLink.create(
            icon(place.sign),
            rx.el.span(place.name, class_name="rail-word"),
            to=place.path,
            title=place.name,
            class_name="rail-link",
        )
    )
