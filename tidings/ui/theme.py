"""Colours, corners and style sheets: what makes every page look like one thing.

No components besides the theme itself: rxconfig.py imports it while Reflex still reads its settings.
Used by rxconfig.py and `tidings.ui.app`.
"""

from typing import Any

import reflex as rx

ACCENT = "indigo"
GREY = "slate"
COLOURS = (GREY, ACCENT, "red", "amber", "green")  # levels and the connection's dot need the last three

SHEETS = (
    "base",
    "frame",
    "rail",
    "search",
    "buttons",
    "badge",
    "feed",
    "acting",
    "swipe",
    "reading",
    "states",
    "messages",
    "cards",
    "manage",
    "preferences",
    "compose",
    "live",
    "modal",
    "narrow",
)
STYLE_SHEETS = [f"/ui/{sheet}.css" for sheet in SHEETS]  # later ones overrule


class LeanRadixThemes(rx.plugins.RadixThemesPlugin):
    """Radix Themes with only what these pages use: half the CSS and a quarter less JavaScript.

    Reflex's own plugin ships all 30 colour scales, and bundles the library whole for components that a server
    sends while the page runs, which Tidings never does.
    """

    def get_stylesheet_paths(self, **context: Any) -> tuple[str, ...]:
        """Return the tokens, our few colour scales and the components; no layout utilities."""
        scales = [f"tokens/colors/{colour}.css" for colour in COLOURS]
        return tuple(f"@radix-ui/themes/{sheet}" for sheet in ("tokens/base.css", *scales, "components.css"))

    def get_frontend_dependencies(self, **context: Any) -> tuple[str, ...]:
        """Return nothing to bundle whole: the components name the package they come from."""
        return ()


def radix_themes() -> LeanRadixThemes:
    """Return the plugin for rxconfig.py. Light or dark follows the system until the reader says otherwise."""
    return LeanRadixThemes(
        theme=rx.theme(accent_color=ACCENT, gray_color=GREY, radius="medium", panel_background="solid")
    )
