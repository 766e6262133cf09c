"""Choosing people, groups and topics by typing, and the people in something: picker.jsx, members.jsx.

No door by name but those of the lists it offers. Used by the pages of groups, topics and compose.
"""

from typing import Any

import reflex as rx

from tidings.ui.forms import DoorForm, FieldProblem, SubmitButton
from tidings.ui.words import say


class Picker(rx.Component):
    """An input that offers what fits while one types; what was chosen stands before it."""

    library = "$/public/ui/picker.jsx"
    tag = "Picker"

    kinds: rx.Var[list[str]]
    label: rx.Var[str]
    name: rx.Var[str]
    chosen: rx.Var[list[Any]]
    on_choose: rx.Var[Any]


class Members(rx.Component):
    """People, each with a button that takes them out."""

    library = "$/public/ui/members.jsx"
    tag = "Members"

    door: rx.Var[str]


def people_in(door: Any) -> rx.Component:
    """Draw who is in something, and a form that adds people to it."""
    return rx.fragment(
        DoorForm.create(
            rx.el.div(
                Picker.create(kinds=["people"], label=say("Add people"), name="names"),
                SubmitButton.create(say("Add"), class_name="button button-solid"),
                class_name="adding",
            ),
            FieldProblem.create(name="names", class_name="problem"),
            FieldProblem.create(name="", class_name="problem"),
            door=door,
            verb="POST",
            done="",
            stays=True,
            class_name="form",
        ),
        Members.create(door=door),
    )
