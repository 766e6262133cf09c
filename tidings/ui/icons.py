"""Level glyphs and icons. A level is told by its shape first and its colour second.

No text: whoever uses a glyph says the word beside it.
Used by the other modules of this room.
"""

from typing import Any

import reflex as rx

TICK = "M1.8 6.4 4.8 9.4 10.4 2.9"
TRIANGLE = "M6 1.9 10.9 10.4H1.1Z"
SQUARE = "M2.2 2.2h7.6v7.6H2.2Z"
DISC = "M6 1.8a4.2 4.2 0 1 1 0 8.4a4.2 4.2 0 1 1 0-8.4Z"

LOGO_GROUND = "M6 0h12a6 6 0 0 1 6 6v12a6 6 0 0 1-6 6H6a6 6 0 0 1-6-6V6a6 6 0 0 1 6-6Z"
LOGO_BELL = "M7.2 15.2V11a4.8 4.8 0 0 1 9.6 0v4.2M5.4 15.4h13.2M10.6 18.4h2.8"


def _glyph(level: str, shape: str) -> rx.Component:
    path = rx.el.path(d=shape)
    return rx.el.svg(path, view_box="0 0 12 12", class_name=f"glyph glyph-{level}", aria_hidden="true")


def level_glyph(level: rx.Var[str]) -> rx.Component:
    """Return the sign of a level: info ●, success ✓, warning ▲, error ■."""
    return rx.match(
        level,
        ("success", _glyph("success", TICK)),
        ("warning", _glyph("warning", TRIANGLE)),
        ("error", _glyph("error", SQUARE)),
        _glyph("info", DISC),
    )


def icon(name: str, **props: Any) -> rx.Component:
    """Return an icon that only decorates: the words stand beside it."""
    return rx.icon(name, size=16, aria_hidden="true", **props)


def logo() -> rx.Component:
    """Return the mark of Tidings, a bell."""
    return rx.el.svg(
        rx.el.path(d=LOGO_GROUND, class_name="logo-ground"),
        rx.el.path(d=LOGO_BELL, class_name="logo-line"),
        view_box="0 0 24 24",
        class_name="logo",
        aria_hidden="true",
    )
