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

DOOR = Door("allKeys", "/api/v1/keys")
AS_LIST = {"custom_attrs": {"data-kind": "list"}}


def keys_page() -> rx.Component:
    """Draw the page."""
    return manage_page(
        "API keys",
        "What programs show to publish. A key is shown once and can be revoked at any moment.",
        DOOR,
        answered(DOOR, _list()),
        actions=_new(),
    )


def _list() -> rx.Component:
    everything = DOOR.items("keys", list[dict[str, Any]])
    return rx.cond(
        everything.length() > 0,
        rx.el.ul(rx.foreach(everything, _key), class_name="things", role="list"),
        nothing("key-round", "No program can publish yet", "Make a key and give it to the first one."),
    )


def _key(row: Any) -> rx.Component:
    name, is_over = row["name"].to(str), row["revoked_at"].bool()
    return thing(
        rx.el.span(icon("key-round"), class_name="thing-sign"),
        rx.el.div(
            rx.el.p(
                rx.el.span(name, class_name="thing-name"),
                rx.el.code(row["prefix"].to(str) + "…", class_name="thing-code"),
                rx.cond(is_over, tag("Revoked", "tag-bad")),
                class_name="thing-head",
            ),
            rx.el.p(
                rx.el.span(_reach(row)),
                rx.cond(
                    row["last_used_at"],
                    rx.el.span("last used ", Age.create(at=row["last_used_at"].to(str))),
                    rx.el.span("never used"),
                ),
                rx.el.span("made ", Age.create(at=row["created_at"].to(str))),
                class_name="thing-facts tabular",
            ),
            class_name="thing-text",
        ),
        actions=rx.cond(is_over, rx.fragment(), _revoke(row, name)),
        key=row["id"].to(str),
        class_name=rx.cond(is_over, "thing thing-off", "thing"),
        custom_attrs={"data-testid": "key", "data-name": name},
    )


def _reach(row: Any) -> rx.Component:
    people, topics = row["recipients"].to(list[str]), row["topics"].to(list[str])
    some = (people.length() > 0) | (topics.length() > 0)
    return rx.cond(
        some,
        rx.fragment(
            "to ",
            rx.cond(people.length() > 0, people.join(", "), ""),
            rx.cond((people.length() > 0) & (topics.length() > 0), " and ", ""),
            rx.cond(topics.length() > 0, rx.fragment("followers of ", topics.join(", "))),
        ),
        rx.fragment("to everybody"),
    )


def _revoke(row: Any, name: Any) -> rx.Component:
    return confirmation(
        ModalOpener.create("Revoke", class_name="button button-quiet"),
        "Revoke " + name + "?",
        "Whatever uses it can no longer publish, from this moment on. This cannot be undone.",
        "Revoke",
        door="/api/v1/keys/" + row["id"].to(str),
        verb="DELETE",
        done=name + " no longer works.",
    )


def _new() -> rx.Component:
    form = DoorForm.create(
        BeforeDone.create(
            field(
                "name",
                "Name",
                "People see it as the sender: backup, ci, shop.",
                required=True,
                auto_focus=True,
                max_length=64,
            ),
            rx.el.details(
                rx.el.summary("Restrict whom it may reach"),
                field("recipients", "Only these users", "Names, separated by commas.", **AS_LIST),
                field("topics", "Only these topics", "Separated by commas.", **AS_LIST),
                class_name="more",
            ),
            buttons("Make key"),
        ),
        AfterDone.create(
            KeyShown.create(),
            rx.el.div(
                ModalCloser.create("I have kept it", class_name="button button-solid"),
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
        ModalOpener.create(icon("plus"), "New key", class_name="button button-solid"), "New API key", form
    )
