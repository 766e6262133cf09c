"""The frame of every page for people who are signed in: header, rail, one column, the notice and the toasts.

No list and no page of its own. The header is the same on every page, the badge always in the same place.
Used by the pages of this room.
"""

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.inline import A  # `rx.el.a` would be a link of the router

from tidings.live import websocket
from tidings.ui.account import PageLink, account_menu
from tidings.ui.badge import connection_badge
from tidings.ui.icons import icon, logo
from tidings.ui.lists import Place, is_narrowed
from tidings.ui.notice import connection_notice, version_notice
from tidings.ui.pieces import News, SpokenState, TabIcon, Toasts, spoken
from tidings.ui.rail import rail
from tidings.ui.row_pieces import Keyboard, doing
from tidings.ui.search import search_field
from tidings.ui.words import retold, say, say_with


def frame(*content: rx.Component, inbox: bool = True) -> rx.Component:
    """Draw a page. Somebody who is not signed in is taken to the sign-in by the connection itself.

    `inbox=False` for pages without notifications: nothing there is to be marked.
    """
    return rx.el.div(
        A.create(say("Skip to the content"), href="#content", class_name="skip"),
        _header(inbox=inbox),
        rx.el.div(
            rail(inbox=inbox),
            rx.el.div(
                rx.el.main(*content, id="content", class_name="column", tab_index=-1),
                _footer(),
                class_name="stand",
            ),
            class_name="ground",
        ),
        Place.create(),
        SpokenState.create(state=websocket.connection_state, reason=websocket.reason),
        connection_notice(),
        version_notice(),
        News.create(),
        Keyboard.create(),
        TabIcon.create(unread=websocket.unread),
        Toasts.create(complaint=rx.cond(websocket.is_looked_at, retold(websocket.error), "")),
        rx.el.noscript(
            rx.el.p(
                say("Tidings shows notifications as they arrive, which needs JavaScript."),
                class_name="plain-state",
            )
        ),
        class_name="page page-with-rail",
    )


def _header(*, inbox: bool) -> rx.Component:
    marking = _mark_all_read() if inbox else rx.fragment()
    return rx.el.header(
        rx.el.div(
            PageLink.create(
                logo(), rx.el.span("Tidings", class_name="brand-name"), to="/", class_name="brand"
            ),
            _unread_count(),
            search_field(),
            rx.el.div(marking, connection_badge(), account_menu(), class_name="header-end"),
            class_name="header-bar",
        ),
        class_name="header",
    )


def _unread_count() -> rx.Component:
    count = rx.el.span(
        rx.el.span(websocket.unread, custom_attrs={"data-testid": "unread-count"}),
        spoken(" ", say("unread")),
        class_name=rx.cond(websocket.unread > 0, "count tabular", "count count-none tabular"),
    )
    return rx.el.span(count, class_name="count-room")


def _mark_all_read() -> rx.Component:
    """Offer what the list before one's eyes means: all there is, or when it is narrowed these."""
    view = websocket.question["view"]
    everything = _marking(say("Mark all read"), websocket.unread == 0, doing("markAllRead"))
    these = _marking(
        say("Mark these read"), websocket.listed.length() == 0, doing("act", "read", websocket.listed)
    )
    is_elsewhere = (view == "archived") | (view == "snoozed")
    return rx.cond(is_elsewhere, rx.fragment(), rx.cond(is_narrowed(), these, everything))


def _marking(word: rx.Var[str], disabled: Any, on_click: Any) -> rx.Component:
    return rx.el.button(
        icon("check-check"),
        rx.el.span(word, class_name="wide-only"),
        type="button",
        title=word,
        aria_label=word,
        disabled=disabled,
        on_click=on_click,
        class_name="button button-quiet mark-all",
    )


def _footer() -> rx.Component:
    return rx.cond(
        websocket.user["name"],
        rx.el.footer(
            rx.el.span(say_with("Signed in as {name}", name=rx.el.bdi(rx.el.strong(websocket.user["name"])))),
            rx.el.button(
                say("Sign out"),
                type="button",
                on_click=websocket.sign_out(),
                class_name="text-button",
                custom_attrs={"data-testid": "sign-out"},
            ),
            class_name="footer column",
        ),
    )
