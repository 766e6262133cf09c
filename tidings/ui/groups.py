"""Groups, page `/groups`, for admins: people under one name, so that a sender need not know who they are.

No rule about groups. Added to the app by `tidings.ui.app`.
"""

from typing import Any

import reflex as rx

from tidings.ui.door import Door
from tidings.ui.forms import DoorForm, ModalCloser, ModalOpener, buttons, confirmation, field, modal
from tidings.ui.icons import icon
from tidings.ui.manage import answered, listing, manage_page, nothing, search_box, thing
from tidings.ui.picking import Picker, people_in
from tidings.ui.words import say, say_count

DOOR = Door("allGroups", "/api/v1/groups", "groups", "after")
PATH = "/api/v1/groups/"


def groups_page() -> rx.Component:
    """Draw the page."""
    return manage_page(
        say("Groups"),
        say("People under one name. A program sends to the group and need not know who is in it."),
        DOOR,
        search_box(DOOR, say("Find a group")),
        answered(DOOR, _list()),
        actions=_new(),
    )


def _list() -> rx.Component:
    groups = DOOR.items("groups", list[dict[str, Any]])
    none = rx.cond(
        DOOR.asked("search"),
        nothing("users", say("No group has such a name"), say("Try fewer letters.")),
        nothing("users", say("No groups yet"), say("Make one for those who should hear the same.")),
    )
    return listing(DOOR, groups, _group, none)


def _group(row: Any) -> rx.Component:
    name, door = row["name"].to(str), PATH + row["id"].to(str)
    return thing(
        rx.el.span(icon("users"), class_name="thing-sign"),
        rx.el.div(
            rx.el.p(rx.el.span(name, class_name="thing-name", dir="auto"), class_name="thing-head"),
            rx.el.p(
                rx.el.span(say_count(row["members"], "{count} person", "{count} people")),
                rx.el.code('"to": {"group": "' + name + '"}'),
                class_name="thing-facts tabular",
            ),
            class_name="thing-text",
        ),
        actions=_deeds(name, door),
        key=row["id"].to(str),
        custom_attrs={"data-testid": "group", "data-name": name},
    )


def _deeds(name: Any, door: Any) -> rx.Component:
    return rx.fragment(
        modal(
            ModalOpener.create(say("People"), class_name="button"),
            say("People in {name}", name=name),
            people_in(door + "/members"),
            rx.el.div(ModalCloser.create(say("Close"), class_name="button"), class_name="modal-buttons"),
        ),
        modal(
            ModalOpener.create(say("Rename"), class_name="button button-quiet"),
            say("Rename {name}", name=name),
            DoorForm.create(
                field("name", say("Name"), required=True, max_length=64, default_value=name),
                buttons(say("Rename")),
                door=door,
                verb="PATCH",
                done=say("Renamed."),
                class_name="form",
            ),
        ),
        confirmation(
            ModalOpener.create(say("Remove"), class_name="button button-quiet"),
            say("Remove {name}?", name=name),
            say("Its people stay, and so does what they received. Nobody can send to it any more."),
            say("Remove"),
            door=door,
            verb="DELETE",
            done=say("The group {name} is removed.", name=name),
        ),
    )


def _new() -> rx.Component:
    form = DoorForm.create(
        field(
            "name",
            say("Name"),
            say("As senders write it: ops, backend, oncall."),
            required=True,
            auto_focus=True,
            max_length=64,
        ),
        rx.el.div(
            rx.el.span(say("People"), class_name="label"),
            Picker.create(kinds=["people"], label=say("Find a name"), name="members"),
            class_name="field",
        ),
        buttons(say("Make group")),
        door="/api/v1/groups",
        verb="POST",
        done=say("The group is there."),
        class_name="form",
    )
    return modal(
        ModalOpener.create(icon("plus"), say("New group"), class_name="button button-solid"),
        say("New group"),
        form,
    )
