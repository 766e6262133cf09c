"""API keys, page `/keys`, for admins: which programs may publish, and to whom; make a key, revoke one.

No secret is kept: a new one is shown by the dialog that made it, and gone when that is closed.
Added to the app by `tidings.ui.app`.
"""

from typing import Any

import reflex as rx

from tidings.ui.door import Door
from tidings.ui.forms import (
    AfterDone,
    BeforeDone,
    DoorForm,
    KeyShown,
    ModalCloser,
    ModalOpener,
    buttons,
    confirmation,
    field,
    modal,
)
from tidings.ui.icons import icon
from tidings.ui.manage import answered, manage_page, nothing, tag, thing
from tidings.ui.pieces import Age
from tidings.ui.words import say, say_list, say_with

DOOR = Door("allKeys", "/api/v1/keys")
AS_LIST = {"custom_attrs": {"data-kind": "list"}}


def keys_page() -> rx.Component:
    """Draw the page."""
    return manage_page(
        say("API keys"),
        say("What programs show to publish. A key is shown once and can be revoked at any moment."),
        DOOR,
        answered(DOOR, _list()),
        actions=_new(),
    )


def _list() -> rx.Component:
    everything = DOOR.items("keys", list[dict[str, Any]])
    return rx.cond(
        everything.length() > 0,
        rx.el.ul(rx.foreach(everything, _key), class_name="things", role="list"),
        nothing(
            "key-round", say("No program can publish yet"), say("Make a key and give it to the first one.")
        ),
    )


def _key(row: Any) -> rx.Component:
    name, is_over = row["name"].to(str), row["revoked_at"].bool()
    return thing(
        rx.el.span(icon("key-round"), class_name="thing-sign"),
        rx.el.div(
            rx.el.p(
                rx.el.span(name, class_name="thing-name", dir="auto"),
                rx.el.code(row["prefix"].to(str) + "…", class_name="thing-code"),
                rx.cond(is_over, tag(say("Revoked"), "tag-bad")),
                class_name="thing-head",
            ),
            rx.el.p(
                rx.el.span(_reach(row)),
                rx.cond(
                    row["last_used_at"],
                    rx.el.span(say_with("last used {age}", age=Age.create(at=row["last_used_at"].to(str)))),
                    rx.el.span(say("never used")),
                ),
                rx.el.span(say_with("made {age}", age=Age.create(at=row["created_at"].to(str)))),
                class_name="thing-facts tabular",
            ),
            class_name="thing-text",
        ),
        actions=rx.cond(is_over, rx.fragment(), _revoke(row, name)),
        key=row["id"].to(str),
        class_name=rx.cond(is_over, "thing thing-off", "thing"),
        custom_attrs={"data-testid": "key", "data-name": name},
    )


def _reach(row: Any) -> Any:
    people, topics = row["recipients"].to(list[str]), row["topics"].to(list[str])
    users, themes = say_list(people), say_list(topics)
    return rx.cond(
        people.length() > 0,
        rx.cond(
            topics.length() > 0,
            say("to {people} and followers of {topics}", people=users, topics=themes),
            say("to {people}", people=users),
        ),
        rx.cond(topics.length() > 0, say("to followers of {topics}", topics=themes), say("to everybody")),
    )


def _revoke(row: Any, name: Any) -> rx.Component:
    return confirmation(
        ModalOpener.create(say("Revoke"), class_name="button button-quiet"),
        say("Revoke {name}?", name=name),
        say("Whatever uses it can no longer publish, from this moment on. This cannot be undone."),
        say("Revoke"),
        door="/api/v1/keys/" + row["id"].to(str),
        verb="DELETE",
        done=say("{name} no longer works.", name=name),
    )


def _new() -> rx.Component:
    form = DoorForm.create(
        BeforeDone.create(
            field(
                "name",
                say("Name"),
                say("People see it as the sender: backup, ci, shop."),
                required=True,
                auto_focus=True,
                max_length=64,
            ),
            rx.el.details(
                rx.el.summary(say("Restrict whom it may reach")),
                field("recipients", say("Only these users"), say("Names, separated by commas."), **AS_LIST),
                field("topics", say("Only these topics"), say("Separated by commas."), **AS_LIST),
                class_name="more",
            ),
            buttons(say("Make key")),
        ),
        AfterDone.create(
            KeyShown.create(),
            rx.el.div(
                ModalCloser.create(say("I have kept it"), class_name="button button-solid"),
                class_name="modal-buttons",
            ),
        ),
        door="/api/v1/keys",
        verb="POST",
        done="",
        stays=True,
        class_name="form",
    )
    return modal(
        ModalOpener.create(icon("plus"), say("New key"), class_name="button button-solid"),
        say("New API key"),
        form,
    )
