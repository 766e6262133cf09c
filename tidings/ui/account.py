"""The account menu: who is signed in, the other pages, light or dark, sign out.

No rules: the theme is one of the preferences.
Used by `tidings.ui.frame`.
"""

import reflex as rx
from reflex.style import color_mode
from reflex.vars.function import ArgsFunctionOperation
from reflex_components_radix.themes.base import RadixThemesComponent

from tidings.live import websocket
from tidings.ui.door import AdminOnly, KnowsMe
from tidings.ui.icons import icon
from tidings.ui.pieces import javascript
from tidings.ui.places import ADMIN_PLACES, PLACES
from tidings.ui.row_pieces import doing
from tidings.ui.words import direction, say

THEMES = (("system", say("System")), ("light", say("Light")), ("dark", say("Dark")))


class MenuPage(RadixThemesComponent):
    """An item of a menu that may stand inside another component, which Reflex's own may not."""

    tag = "DropdownMenu.Item"

    as_child: rx.Var[bool]


class PageLink(rx.Component):
    """A way to another page that keeps the connection: nothing is loaded anew."""

    library = "react-router"
    tag = "Link"

    to: rx.Var[str]
    title: rx.Var[str]


class MenuChoice(RadixThemesComponent):
    """A group of menu items of which one is chosen; Reflex does not wrap it."""

    tag = "DropdownMenu.RadioGroup"

    value: rx.Var[str]


class MenuOption(RadixThemesComponent):
    """One item of such a group."""

    tag = "DropdownMenu.RadioItem"

    value: rx.Var[str]
    on_select: rx.EventHandler[rx.event.no_args_event_spec]


class MenuLabel(RadixThemesComponent):
    """Words in a menu that cannot be chosen."""

    tag = "DropdownMenu.Label"


def account_menu() -> rx.Component:
    """Draw the menu behind the person's initial."""
    return rx.fragment(KnowsMe.create(), _menu(websocket.user["name"].to(str)))


def _menu(name: rx.Var[str]) -> rx.Component:
    return rx.dropdown_menu.root(
        rx.dropdown_menu.trigger(
            rx.el.button(
                rx.cond(name, name[0].upper(), icon("user")),
                type="button",
                class_name="avatar",
                custom_attrs={"aria-label": say("Account"), "data-testid": "account-menu"},
            )
        ),
        rx.dropdown_menu.content(
            MenuLabel.create(rx.cond(name, name, say("Account"))),
            _page("/", say("Notifications")),
            *[_page(place.path, place.name) for place in PLACES],
            AdminOnly.create(
                rx.dropdown_menu.separator(),
                MenuLabel.create(say("Administration")),
                *[_page(place.path, place.name) for place in ADMIN_PLACES],
            ),
            rx.dropdown_menu.separator(),
            MenuChoice.create(*[_theme(value, word) for value, word in THEMES], value=color_mode),
            rx.dropdown_menu.separator(),
            rx.dropdown_menu.item(
                say("Keyboard shortcuts"), on_select=doing("showHelp", rx.Var("true"), file="keys.js")
            ),
            rx.dropdown_menu.item(say("Sign out"), on_select=websocket.sign_out()),
            align="end",
            size="2",
            variant="soft",
        ),
        dir=direction(),
        modal=False,  # a modal one hides the page from screen readers but leaves its buttons in their reach
    )


def _page(place: str, word: rx.Var[str]) -> rx.Component:
    return MenuPage.create(PageLink.create(word, to=place), as_child=True)


def _theme(value: str, word: rx.Var[str]) -> rx.Component:
    choosing = javascript("choose", "preferences.js").call({"theme": value})
    return MenuOption.create(word, value=value, on_select=ArgsFunctionOperation.create((), choosing))
