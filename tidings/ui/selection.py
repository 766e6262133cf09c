"""The bar for several notifications: how many are selected, and what can be done with all of them at once.

No list. Used by `tidings.ui.feed`.
"""

from typing import Any

import reflex as rx

from tidings.ui.icons import icon
from tidings.ui.row_pieces import SelectedSnooze, SelectionBar, doing
from tidings.ui.words import say


def _button(name: str, label: rx.Var[str], on_click: Any) -> rx.Component:
    return rx.el.button(
        icon(name),
        rx.el.span(label, class_name="wide-only"),
        type="button",
        title=label,
        aria_label=label,
        on_click=on_click,
        class_name="button button-quiet",
    )


def _icon(name: str, label: rx.Var[str], on_click: Any) -> rx.Component:
    return rx.el.button(
        icon(name),
        type="button",
        title=label,
        aria_label=label,
        on_click=on_click,
        class_name="button button-quiet",
    )


def selection_bar(items: rx.Var[Any]) -> rx.Component:
    """Draw the bar for a list; it also tells the keyboard what the list is."""
    snooze = say("Snooze")
    return SelectionBar.create(
        _button("check", say("Done"), doing("actOnSelected", "archived")),
        _button("mail-open", say("Mark as read"), doing("actOnSelected", "read")),
        SelectedSnooze.create(
            icon("alarm-clock"),
            rx.el.span(snooze, class_name="wide-only"),
            title=snooze,
            class_name="button button-quiet",
        ),
        _button("pin", say("Pin"), doing("actOnSelected", "pinned")),
        _button("list-checks", say("Select all"), doing("selectAllShown", file="selection.jsx")),
        _icon("x", say("Clear the selection"), doing("clearSelection", file="selection.jsx")),
        items=items,
        name=say("Selected notifications"),
        class_name="selection-bar",
    )
