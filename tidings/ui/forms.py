"""Forms, dialogs and buttons that knock at a door; each stands for one export of form.jsx or secret.jsx.

No page and no door by name. Used by the pages that change something.
"""

from typing import Any

import reflex as rx

from tidings.ui.pieces import PasswordField
from tidings.ui.words import say

FORM = "$/public/ui/form.jsx"


class Modal(rx.Component):
    """A dialog and what opens it."""

    library = FORM
    tag = "Modal"


class ModalOpener(rx.Component):
    """The button that opens it."""

    library = FORM
    tag = "ModalOpener"


class ModalCloser(rx.Component):
    """A button that closes it."""

    library = FORM
    tag = "ModalCloser"


class ModalPanel(rx.Component):
    """What is seen when it is open."""

    library = FORM
    tag = "ModalPanel"

    title: rx.Var[str]


class DoorForm(rx.Component):
    """Fields that are sent as JSON."""

    library = FORM
    tag = "DoorForm"

    door: rx.Var[str]
    verb: rx.Var[str]
    done: rx.Var[str]
    stays: rx.Var[bool]


class BeforeDone(rx.Component):
    """Seen until the form was accepted."""

    library = FORM
    tag = "BeforeDone"


class AfterDone(rx.Component):
    """Seen after it was."""

    library = FORM
    tag = "AfterDone"


class FieldProblem(rx.Component):
    """The complaint about a field."""

    library = FORM
    tag = "FieldProblem"

    name: rx.Var[str]


class SubmitButton(rx.Component):
    """Sends the form."""

    library = FORM
    tag = "SubmitButton"


class DoorButton(rx.Component):
    """Knocks at once."""

    library = FORM
    tag = "DoorButton"

    door: rx.Var[str]
    verb: rx.Var[str]
    done: rx.Var[str]


class KeyShown(rx.Component):
    """A key that was just made, and how to use it."""

    library = "$/public/ui/secret.jsx"
    tag = "KeyShown"


class NewPasswordShown(rx.Component):
    """A password that was just made up."""

    library = "$/public/ui/secret.jsx"
    tag = "NewPasswordShown"

    words: rx.Var[str]


def modal(opener: rx.Component, title: Any, *content: rx.Component) -> rx.Component:
    """Return a button and the dialog behind it."""
    return Modal.create(opener, ModalPanel.create(*content, title=title, class_name="modal"))


def field(name: str, label: Any, hint: Any = None, *, kind: str = "text", **props: Any) -> rx.Component:
    """Return a labelled input with room for what is wrong with it."""
    field_id = f"field-{name}"
    told = f"{field_id}-problem"
    common: dict[str, Any] = {"id": field_id, "name": name, "auto_complete": "off", **props}
    described = {"aria-describedby": told, **common.pop("custom_attrs", {})}
    if kind == "password":
        entry = PasswordField.create(**common, class_name="input password", custom_attrs=described)
    else:
        entry = rx.el.input(**common, type=kind, class_name="input", custom_attrs=described)
    return rx.el.div(
        rx.el.label(label, html_for=field_id),
        entry,
        rx.fragment() if hint is None else rx.el.p(hint, class_name="hint"),
        FieldProblem.create(name=name, id=told, class_name="problem"),
        class_name="field",
    )


def buttons(word: Any, *, danger: bool = False) -> rx.Component:
    """Return the lower edge of a dialog: the general complaint, a way back, and the deed."""
    solid = "button button-danger" if danger else "button button-solid"
    return rx.fragment(
        FieldProblem.create(name="", class_name="problem"),
        rx.el.div(
            ModalCloser.create(say("Cancel"), class_name="button"),
            SubmitButton.create(word, class_name=solid),
            class_name="modal-buttons",
        ),
    )


def confirmation(
    opener: rx.Component, title: Any, question: Any, word: Any, *, door: Any, verb: str, done: Any
) -> rx.Component:
    """Return a button that asks before it does something that cannot be undone."""
    form = DoorForm.create(
        rx.el.p(question), buttons(word, danger=True), door=door, verb=verb, done=done, class_name="form"
    )
    return modal(opener, title, form)
