"""Sessions and devices, page `/sessions`: everywhere somebody is signed in, and the way out of each.

No rule about sessions. Added to the app by `tidings.ui.app`.
"""

from typing import Any

import reflex as rx

from tidings.live import websocket
from tidings.ui.door import Door
from tidings.ui.forms import DoorButton, DoorForm, ModalOpener, buttons, confirmation, field, modal
from tidings.ui.icons import icon
from tidings.ui.manage import answered, manage_page, tag, thing
from tidings.ui.pieces import Age, javascript
from tidings.ui.words import say, say_with

DOOR = Door("mySessions", "/api/v1/sessions")


def sessions_page() -> rx.Component:
    """Draw the page."""
    return manage_page(
        say("Sessions and devices"),
        say("Everywhere you are signed in. End what you do not know."),
        DOOR,
        answered(DOOR, rx.fragment(_connections(), _list())),
        rx.cond(DOOR.loading, rx.fragment(), _password()),  # below a list whose length is known by then
        actions=_end_others(),
    )


def _list() -> rx.Component:
    return rx.el.ul(
        rx.foreach(DOOR.items("sessions", list[dict[str, Any]]), _session), class_name="things", role="list"
    )


def _connections() -> rx.Component:
    count, most = DOOR.value("connections", int), DOOR.value("max_connections", int)
    return rx.el.p(
        say_with(
            "{count} of {most} live connections in use. Each browser takes one, however many tabs are open.",
            count=rx.el.strong(count),
            most=rx.el.span(most),
        ),
        class_name="manage-note tabular",
    )


def _session(row: Any) -> rx.Component:
    device, live = row["device"].to(str), row["connections"].to(list[dict[str, Any]])
    kind = javascript("deviceKind", "device.js").call(device).to(str)
    sign = rx.match(kind, ("phone", icon("smartphone")), ("computer", icon("monitor")), icon("terminal"))
    return thing(
        rx.el.span(sign, class_name="thing-sign"),
        rx.el.div(
            rx.el.p(
                rx.el.span(
                    javascript("deviceName", "device.js").call(device).to(str),
                    class_name="thing-name",
                    title=device,
                ),
                rx.cond(row["current"], tag(say("This device"), "tag-accent")),
                rx.cond(live.length() > 0, tag(say("Live"), "tag-good")),
                class_name="thing-head",
            ),
            rx.el.p(
                rx.el.span(row["address"].to(str)),
                rx.el.span(say_with("signed in {age}", age=Age.create(at=row["created_at"].to(str)))),
                rx.el.span(say_with("last seen {age}", age=Age.create(at=row["last_seen_at"].to(str)))),
                class_name="thing-facts tabular",
            ),
            class_name="thing-text",
        ),
        actions=rx.cond(
            row["current"],
            rx.el.button(
                say("Sign out"),
                type="button",
                on_click=websocket.sign_out(),
                class_name="button button-quiet",
            ),
            DoorButton.create(
                say("Sign out there"),
                door="/api/v1/sessions/" + row["id"].to(str),
                verb="DELETE",
                done=say("Signed out there."),
                class_name="button",
            ),
        ),
        key=row["id"].to(str),
        custom_attrs={
            "data-testid": "session",
            "data-id": row["id"],
            "data-current": row["current"].to_string(),
        },
    )


def _end_others() -> rx.Component:
    others = DOOR.items("sessions", list[dict[str, Any]]).length() - 1
    return rx.cond(
        others > 0,
        confirmation(
            ModalOpener.create(say("Sign out everywhere else"), class_name="button"),
            say("Sign out everywhere else?"),
            say("Every other browser and device has to sign in again. This one stays."),
            say("Sign out everywhere else"),
            door="/api/v1/sessions",
            verb="DELETE",
            done=say("Signed out everywhere else."),
        ),
    )


def _password() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(say("Password")),
            rx.el.p(say("A new password signs you out everywhere else."), class_name="manage-says"),
            class_name="manage-words",
        ),
        modal(
            ModalOpener.create(say("Change password"), class_name="button"),
            say("Change password"),
            _password_form(),
        ),
        class_name="manage-section",
    )


def _password_form() -> rx.Component:
    return DoorForm.create(
        # Password managers want to know whose password it is.
        rx.el.input(
            type="text",
            auto_complete="username",
            value=websocket.user["name"].to(str),
            read_only=True,
            hidden=True,
        ),
        field(
            "current_password",
            say("Current password"),
            kind="password",
            required=True,
            auto_complete="current-password",
        ),
        field(
            "new_password",
            say("New password"),
            kind="password",
            required=True,
            auto_complete="new-password",
        ),
        buttons(say("Change password")),
        door="/api/v1/session/password",
        verb="POST",
        done=say("Password changed. You are signed out everywhere else."),
        class_name="form",
    )
