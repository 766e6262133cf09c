"""Finding: the field in the header, the menu of filters, and the chips of what narrows the list.

No list. What is chosen goes into the address (assets/ui/place.js), and the list follows the address.
Used by `tidings.ui.frame` and `tidings.ui.feed`.
"""

from typing import Any

import reflex as rx

from tidings.live import websocket
from tidings.ui.account import MenuChoice, MenuLabel, MenuOption
from tidings.ui.icons import icon, level_glyph
from tidings.ui.lists import SearchBox, is_narrowed, narrow, widen
from tidings.ui.rail import OVERVIEW
from tidings.ui.words import direction, say

SIGNS = {"source": "radio", "category": "tag", "item": "link"}
LEVELS = (
    ("error", say("Errors")),
    ("warning", say("Warnings")),
    ("success", say("Good news")),
    ("info", say("Information")),
)


def search_field() -> rx.Component:
    """Draw the field; `level:error` and its like become filters as they are typed."""
    return SearchBox.create(
        icon("search"),
        label=say("Search notifications"),
        placeholder=say("Search"),
        class_name="header-search",
    )


def narrowing() -> rx.Component:
    """Draw the menu of filters, and a chip for each that is chosen; one press takes it away."""
    asked = websocket.question
    return rx.el.div(
        _menu(),
        _chip("level", asked["level"], _level_name(asked["level"])),
        _chip("source", asked["source"], asked["source"]),
        _chip("category", asked["category"], asked["category"]),
        _chip("item", asked["item"], say("One notification")),
        rx.cond(
            is_narrowed(),
            rx.el.button(say("Clear"), type="button", on_click=widen(), class_name="text-button"),
        ),
        class_name="filters",
        role="group",
        aria_label=say("Filters"),
    )


def _level_name(level: Any) -> Any:
    return rx.match(level, *LEVELS, level)


def _chip(field: str, value: Any, shown: Any) -> rx.Component:
    removed = say("Remove the filter {filter}", filter=shown)
    return rx.cond(
        value,
        rx.el.button(
            level_glyph(value.to(str)) if field == "level" else icon(SIGNS[field]),
            rx.el.bdi(shown, class_name="filter-word"),
            icon("x"),
            type="button",
            title=removed,
            on_click=narrow(**{field: ""}),
            class_name="filter-chip",
            custom_attrs={"aria-label": removed, "data-testid": "chip", "data-filter": field},
        ),
    )


def _menu() -> rx.Component:
    return rx.dropdown_menu.root(
        rx.dropdown_menu.trigger(
            rx.el.button(
                icon("list-filter"),
                say("Filter"),
                type="button",
                class_name="button button-quiet filter",
                custom_attrs={"data-testid": "filter"},
            )
        ),
        rx.dropdown_menu.content(
            MenuLabel.create(say("Level")),
            MenuChoice.create(
                _option("level", "", say("Any level")),
                *[_option("level", level, word) for level, word in LEVELS],
                value=websocket.question["level"],
            ),
            _names("source", "sources", say("Source"), say("Any source")),
            _names("category", "categories", say("Category"), say("Any category")),
            size="2",
            variant="soft",
        ),
        dir=direction(),
        modal=False,
    )


def _names(field: str, items: str, label: rx.Var[str], anything: rx.Var[str]) -> rx.Component:
    names = OVERVIEW.items(items, list[str])
    return rx.cond(
        names.length() > 0,
        rx.fragment(
            rx.dropdown_menu.separator(),
            MenuLabel.create(label),
            MenuChoice.create(
                _option(field, "", anything),
                rx.foreach(names, lambda name: _option(field, name, name)),
                value=websocket.question[field],
            ),
        ),
    )


def _option(field: str, value: Any, word: Any) -> rx.Component:
    return MenuOption.create(word, value=value, on_select=narrow(**{field: value}))
