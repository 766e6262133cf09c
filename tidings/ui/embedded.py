"""Bell, feed and badge for the pages of other Reflex apps, and the provider they need around them.

No page, no door and nothing about where Tidings is: the plugin of rxconfig.py knows that.
Given to other apps by `tidings.embed`; used by no page of ours.
"""

from typing import Any

import reflex as rx
from reflex.vars import VarData

from tidings.live import websocket
from tidings.live.provider import Item
from tidings.live.provider import live_provider as plain_provider
from tidings.ui.badge import connection_badge
from tidings.ui.icons import icon
from tidings.ui.pieces import Toasts, spoken
from tidings.ui.row import feed_row
from tidings.ui.words import retold, say, say_count

ABROAD = "$/public/ui/abroad.jsx"
WIDTH = "min(420px, calc(100vw - 24px))"


class SpeaksAbroad(rx.Component):
    """Goes over to the reader's language."""

    library = ABROAD
    tag = "SpeaksAbroad"

    wanted: rx.Var[Any]


class Apart(rx.Component):
    """Where the styles and the language of Tidings hold; they hold nowhere else."""

    library = ABROAD
    tag = "Apart"


def live_provider(language: str | rx.Var[str] | None = None, **handlers: Any) -> rx.Component:
    """Return the root that owns the connection, with the place where short messages and their Undo appear.

    `rx.App(extra_app_wraps={(50, "LiveProvider"): lambda stateful: live_provider()})`; the handlers are those
    of `tidings.live.live_provider`. `language` is what your app speaks ("en", "de", "es", "ar"), a Var when
    it changes; without it, or where there is no such catalogue, it is that in which the person reads Tidings,
    else the browser's.
    """
    return plain_provider(SpeaksAbroad.create(_apart(_messages()), wanted=language), **handlers)


def bell(label: str | rx.Var[str] | None = None) -> rx.Component:
    """Draw a bell with the number of unread ones; pressed, it opens the newest of them.

    `label` names it in your own words; without it, it is "Notifications" in the reader's language.
    """
    return _apart(_bell(label="" if label is None else label))


def feed() -> rx.Component:
    """Draw the reader's notifications, the newest first; each can be opened, marked and snoozed."""
    return _apart(_feed())


def badge() -> rx.Component:
    """Draw the state of the connection: a dot and a word, and the measurements behind them."""
    return _apart(_badge())


def _apart(content: rx.Component, class_name: str = "") -> rx.Component:
    """Put a component of its own where the styles of Tidings hold."""
    return Apart.create(content, class_name=f"page embedded {class_name}".strip())


# Each is a component of its own: what it says is said anew when the language changes, and the app around
# is not drawn anew.


@rx.memo
def _messages() -> rx.Component:
    return Toasts.create(complaint=rx.cond(websocket.is_looked_at, retold(websocket.error), ""))


@rx.memo
def _badge() -> rx.Component:
    return connection_badge()


@rx.memo
def _bell(label: rx.Var[str]) -> rx.Component:
    name = rx.cond(label, label, say("Notifications")).to(str)
    button = rx.el.button(
        icon("bell"),
        rx.cond(
            websocket.unread > 0,
            rx.el.span(websocket.unread, class_name="bell-count tabular", aria_hidden="true"),
        ),
        spoken(name, ", ", _unread()),
        type="button",
        class_name="icon-button bell",
        title=name,
        custom_attrs={"data-testid": "tidings-bell"},
    )
    return rx.popover.root(
        rx.popover.trigger(button),
        rx.popover.content(
            _apart(_bell_feed(label=name), class_name="bell-feed"),
            width=WIDTH,
            align="end",
            size="1",
            custom_attrs={"aria-label": name},
        ),
    )


@rx.memo
def _bell_feed(label: rx.Var[str]) -> rx.Component:
    return rx.fragment(_head(label), feed())


@rx.memo
def _feed() -> rx.Component:
    mark, items = websocket.function("mark"), websocket.notifications.to(list[Item])
    rows = rx.el.ul(
        rx.foreach(items, lambda item: feed_row(item=item, mark=mark, key=item["id"])),
        class_name="rows",
        role="list",
    )
    older = rx.el.button(
        rx.cond(websocket.loading_more, say("Loading…"), say("Load older")),
        type="button",
        disabled=websocket.loading_more,
        on_click=websocket.load_more(),
        class_name="button older",
    )
    there_are = rx.fragment(rows, rx.cond(websocket.has_more, older))
    return rx.el.div(
        rx.cond(
            websocket.reason == "signed_out",
            _signed_out(),
            rx.cond(websocket.loading, _waiting(), rx.cond(items.length() > 0, there_are, _nothing())),
        ),
        class_name="feed",
        custom_attrs={"data-testid": "tidings-feed", "aria-busy": websocket.loading},
    )


def _unread() -> rx.Var[str]:
    return say_count(websocket.unread, "{count} unread", "{count} unread")


def _head(label: rx.Var[str]) -> rx.Component:
    return rx.el.div(
        rx.el.h2(label, class_name="panel-title"),
        rx.el.button(
            say("Mark all read"),
            type="button",
            disabled=websocket.unread == 0,
            on_click=websocket.mark_all("read"),
            class_name="text-button",
        ),
        class_name="bell-head",
    )


def _signed_out() -> rx.Component:
    place = VarData(imports={"$/public/live/place.js": [rx.ImportVar(tag="PLACE")]})
    address = rx.Var("PLACE.signIn", _var_type=str, _var_data=place)
    return rx.el.div(
        rx.el.p(say("Sign in to see your notifications.")),
        rx.el.a(say("Sign in"), href=address, target="_blank", class_name="button button-solid"),
        class_name="plain-state",
    )


def _waiting() -> rx.Component:
    return rx.el.p(
        rx.cond(websocket.error, retold(websocket.error), say("Loading…")), class_name="plain-state"
    )


def _nothing() -> rx.Component:
    return rx.el.div(
        icon("inbox"),
        rx.el.p(say("You are all caught up")),
        class_name="plain-state",
    )
