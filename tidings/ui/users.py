"""Users, page `/users`, for admins: who there is, let somebody in, shut somebody out.

No rule about accounts. Added to the app by `tidings.ui.app`.
"""

from typing import Any

import reflex as rx

from tidings.live import websocket
from tidings.ui.account import PageLink
from tidings.ui.door import Door
from tidings.ui.forms import (
    AfterDone,
    BeforeDone,
    DoorButton,
    DoorForm,
    ModalCloser,
    ModalOpener,
    NewPasswordShown,
    buttons,
    confirmation,
    field,
    modal,
)
from tidings.ui.icons import icon
from tidings.ui.manage import answered, listing, manage_page, nothing, search_box, tag, thing
from tidings.ui.pieces import Age
from tidings.ui.words import say, say_count, say_with

DOOR = Door("allUsers", "/api/v1/users", "users", "after")
PATH = "/api/v1/users/"
MADE_UP = say(
    "Give it to them by a way you trust. It is shown only now; they can change it after signing in."
)
EMPTY_MEANS = say("Leave it empty and one is made up.")


def users_page() -> rx.Component:
    """Draw the page."""
    return manage_page(
        say("Users"),
        say("Everybody who can sign in and be notified."),
        DOOR,
        search_box(DOOR, say("Find a name")),
        answered(DOOR, _list()),
        actions=_add(),
    )


def _list() -> rx.Component:
    people = DOOR.items("users", list[dict[str, Any]])
    nobody = nothing("user-x", say("Nobody has such a name"), say("Try fewer letters."))
    return listing(DOOR, people, _user, nobody)


def _user(row: Any) -> rx.Component:
    name, is_off = row["name"].to(str), row["disabled"]
    is_me = row["id"].to(str) == websocket.user["id"].to(str)
    return thing(
        rx.el.span(name[0].upper(), class_name="thing-sign thing-letter", aria_hidden="true"),
        rx.el.div(
            rx.el.p(
                rx.el.span(name, class_name="thing-name", dir="auto"),
                rx.cond(is_me, tag(say("You"), "tag-accent")),
                rx.cond(row["admin"], tag(say("Admin"))),
                rx.cond(is_off, tag(say("Switched off"), "tag-bad")),
                class_name="thing-head",
            ),
            rx.el.p(
                rx.cond(
                    row["last_seen_at"],
                    rx.el.span(say_with("last seen {age}", age=Age.create(at=row["last_seen_at"].to(str)))),
                    rx.el.span(say("never signed in")),
                ),
                rx.cond(
                    row["sessions"].to(int) > 0,
                    rx.el.span(
                        say_count(
                            row["sessions"], "signed in in {count} place", "signed in in {count} places"
                        )
                    ),
                ),
                class_name="thing-facts tabular",
            ),
            class_name="thing-text",
        ),
        actions=rx.cond(
            is_me,
            PageLink.create(say("Your sessions"), to="/sessions", class_name="button button-quiet"),
            _deeds(row),
        ),
        key=row["id"].to(str),
        class_name=rx.cond(is_off, "thing thing-off", "thing"),
        custom_attrs={"data-testid": "user", "data-name": name},
    )


def _deeds(row: Any) -> rx.Component:
    name, door = row["name"].to(str), PATH + row["id"].to(str)
    return rx.fragment(
        _set_password(name, door),
        rx.cond(
            row["disabled"],
            DoorButton.create(
                say("Switch on"),
                door=door + "/enable",
                verb="POST",
                done=say("{name} can sign in again.", name=name),
                class_name="button",
            ),
            confirmation(
                ModalOpener.create(say("Switch off"), class_name="button button-quiet"),
                say("Switch {name} off?", name=name),
                say(
                    "They are signed out everywhere, and get no notifications until you switch them on again."
                ),
                say("Switch off"),
                door=door + "/disable",
                verb="POST",
                done=say("{name} is switched off.", name=name),
            ),
        ),
    )


def _set_password(name: Any, door: Any) -> rx.Component:
    form = DoorForm.create(
        BeforeDone.create(
            rx.el.p(say("They are signed out everywhere and sign in with the new one.")),
            field(
                "password", say("New password"), EMPTY_MEANS, kind="password", auto_complete="new-password"
            ),
            buttons(say("Set password")),
        ),
        _outcome(),
        door=door + "/password",
        verb="POST",
        done=say("Password set."),
        stays=True,
        class_name="form",
    )
    return modal(
        ModalOpener.create(say("Set password"), class_name="button button-quiet"),
        say("New password for {name}", name=name),
        form,
    )


def _add() -> rx.Component:
    form = DoorForm.create(
        BeforeDone.create(
            field(
                "name",
                say("Name"),
                say("Letters, digits and . _ - @"),
                required=True,
                auto_focus=True,
                max_length=64,
            ),
            field("password", say("Password"), EMPTY_MEANS, kind="password", auto_complete="new-password"),
            rx.el.label(
                rx.el.input(type="checkbox", name="admin"),
                rx.el.span(say("Admin: may manage users and keys, and publish from a page")),
                class_name="check",
            ),
            buttons(say("Add user")),
        ),
        _outcome(),
        door="/api/v1/users",
        verb="POST",
        done="",
        stays=True,
        class_name="form",
    )
    return modal(
        ModalOpener.create(icon("user-plus"), say("Add user"), class_name="button button-solid"),
        say("Add user"),
        form,
    )


def _outcome() -> rx.Component:
    return AfterDone.create(
        NewPasswordShown.create(words=MADE_UP),
        rx.el.div(
            ModalCloser.create(say("Done"), class_name="button button-solid"), class_name="modal-buttons"
        ),
    )
