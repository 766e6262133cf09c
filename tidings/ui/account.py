"""The account menu: who is signed in, light or dark, sign out.

No settings of the server; the theme is kept by the browser.
Used by `tidings.ui.frame`.
"""

import reflex as rx
from reflex.style import color_mode, set_color_mode
from reflex_components_radix.themes.base import RadixThemesComponent

from tidings.live import websocket
from tidings.ui.icons import icon

THEMES = (("system", "System"), ("light", "Light"), ("dark", "Dark"))


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
    name = websocket.user["name"].to(str)
    return rx.dropdown_menu.root(
        rx.dropdown_menu.trigger(
            rx.el.button(
                rx.cond(name, name[0].upper(), icon("user")),
                type="button",
                class_name="avatar",
                custom_attrs={"aria-label": "Account", "data-testid": "account-menu"},
            )
        ),
        rx.dropdown_menu.content(
            MenuLabel.create(rx.cond(name, name, "Account")),
            MenuChoice.create(*[_theme(value, word) for value, word in THEMES], value=color_mode),
            rx.dropdown_menu.separator(),
            rx.dropdown_menu.item("Sign out", on_select=websocket.sign_out()),
            align="end",
            size="2",
            variant="soft",
        ),
    )


def _theme(value: str, word: str) -> rx.Component:
    return MenuOption.create(word, value=value, on_select=set_color_mode(value))  # pyright: ignore[reportArgumentType]
