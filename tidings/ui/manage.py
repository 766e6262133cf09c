"""What the pages besides the feed have in common: head, list, and the states around a door's answer.

No door by name. Used by the pages of sessions, users, keys and the audit log.
"""

from collections.abc import Callable
from typing import Any

import reflex as rx

from tidings.ui.account import PageLink
from tidings.ui.door import Door
from tidings.ui.frame import frame
from tidings.ui.icons import icon
from tidings.ui.words import retold, say

SKELETON_ROWS = 5


def manage_page(
    title: rx.Var[str],
    says: rx.Var[str],
    door: Door,
    *content: rx.Component,
    actions: rx.Component | None = None,
) -> rx.Component:
    """Draw a page in the frame: what it is, what can be done, and the rest, if it is for this person."""
    deeds = rx.fragment() if actions is None else rx.el.div(actions, class_name="manage-actions")
    return frame(
        rx.el.div(
            rx.el.div(
                rx.el.div(
                    rx.el.h1(title), rx.el.p(says, class_name="manage-says"), class_name="manage-words"
                ),
                rx.cond(door.forbidden, rx.fragment(), deeds),
                class_name="manage-head",
            ),
            rx.cond(door.forbidden, _not_for_you(), rx.fragment(*content)),
            class_name="manage",
        ),
        inbox=False,
    )


def answered(door: Door, content: rx.Component) -> rx.Component:
    """Draw the content once the door has answered; else what is in the way."""
    return rx.cond(door.is_open, content, rx.cond(door.error, _trouble(door), _skeleton()))


def older(door: Door) -> rx.Component:
    """Draw the button to the next page, if there is one."""
    return rx.cond(
        door.has_more,
        rx.el.button(
            rx.cond(door.loading_more, say("Loading…"), say("Show more")),
            type="button",
            disabled=door.loading_more,
            on_click=door.more(),
            class_name="button older",
        ),
    )


def listing(
    door: Door,
    items: rx.vars.ArrayVar[Any],
    draw: Callable[[Any], rx.Component],
    empty: rx.Component,
    class_name: str = "things",
) -> rx.Component:
    """Draw what the door gave, with the way to more of it; or what is said when there is nothing."""
    things = rx.el.ul(rx.foreach(items, draw), class_name=class_name, role="list")
    return rx.cond(items.length() > 0, rx.fragment(things, older(door)), empty)


def search_box(door: Door, label: rx.Var[str]) -> rx.Component:
    """Draw an input that narrows the list as one types."""
    return search_field(label, door.asked("search"), door.typed("search"))


def search_field(label: rx.Var[str], value: rx.Var[str], on_change: Any) -> rx.Component:
    """Draw an input for a few letters of what is looked for."""
    return rx.el.label(
        rx.el.span(label, class_name="spoken"),
        icon("search"),
        rx.el.input(
            type="search",
            placeholder=label,
            max_length=64,
            value=value,
            on_change=on_change,
            auto_complete="off",
            spell_check=False,
        ),
        class_name="search",
    )


def thing(*content: rx.Component, actions: rx.Component | None = None, **props: Any) -> rx.Component:
    """Draw one line of a list: what it is on the left, what can be done on the right."""
    side = rx.el.div(actions, class_name="thing-actions") if actions is not None else rx.fragment()
    return rx.el.li(rx.el.div(*content, class_name="thing-words"), side, **{"class_name": "thing", **props})


def tag(word: Any, tone: str = "") -> rx.Component:
    """Draw a small word beside a name."""
    return rx.el.span(word, class_name=f"tag {tone}".strip())


def nothing(sign: str, title: rx.Var[str], says: rx.Var[str]) -> rx.Component:
    """Say that the list is empty, kindly."""
    return rx.el.div(icon(sign), rx.el.h2(title), rx.el.p(says), class_name="plain-state")


def _not_for_you() -> rx.Component:
    return rx.el.div(
        icon("lock"),
        rx.el.h2(say("This page is for admins")),
        rx.el.p(say("Your account is not one. If it should be, ask whoever looks after this server.")),
        PageLink.create(say("Go to your notifications"), to="/", class_name="button button-solid"),
        class_name="plain-state not-for-you",
        custom_attrs={"data-testid": "forbidden"},
    )


def _trouble(door: Door) -> rx.Component:
    return rx.el.div(
        icon("cloud-off"),
        rx.el.h2(say("This could not be loaded")),
        rx.el.p(retold(door.error)),
        rx.el.button(say("Try again"), type="button", on_click=door.refresh(), class_name="button"),
        class_name="plain-state",
        role="alert",
    )


def _skeleton() -> rx.Component:
    row = rx.el.div(
        rx.el.div(
            rx.el.div(class_name="bone bone-title"),
            rx.el.div(class_name="bone bone-line"),
            class_name="row-text",
        ),
        class_name="bone-row",
    )
    return rx.el.div(
        rx.el.p(say("Loading…"), class_name="spoken", role="status"),
        *[row] * SKELETON_ROWS,
        class_name="skeleton",
    )
